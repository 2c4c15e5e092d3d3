"""The sound card is unplugged while it transmits, where computing takes time, too."""

from mishaps import *
from words import *

ORDER = 38
LIMIT = 1800
TIMES = 20
ROWS = {"mishaps": ["the sound card is unplugged"]}


def story():
    rig = Rig()
    for _ in rig.rounds(times(TIMES)):
        pid = rig.gateway.main_pid()
        rig.mishap(unplug_card, rig.plug_in_card)
        expect(rig.gateway.main_pid() == pid, "it is still the same process")
    rig.report("the sound card is unplugged")
