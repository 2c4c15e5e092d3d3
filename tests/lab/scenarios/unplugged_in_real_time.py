"""The sound card is unplugged while it transmits, where computing takes time, too."""

from mishaps import *
from words import *

ORDER = 38
LIMIT = 1800
TIMES = 20
ROWS = {"mishaps": ["the sound card is unplugged"]}


def story():
    rig = Rig()
    pid = rig.gateway.main_pid()
    for _ in range(times(TIMES)):
        rig.mishap(unplug_card, rig.plug_in_card)
    rig.report("the sound card is unplugged")
    expect(rig.gateway.main_pid() == pid, "by the same process")
