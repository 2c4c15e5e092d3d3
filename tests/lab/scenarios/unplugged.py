"""The sound card is unplugged while it transmits, and plugged in again; then the GPIO chip."""

from mishaps import *
from words import *

ORDER = 36
LIMIT = 900
VIRTUAL_TIME = True
TIMES = 20
ROWS = {"mishaps": ["the sound card is unplugged, timers alone"]}


def story():
    rig = Rig()
    for _ in rig.rounds(times(TIMES)):
        pid = rig.gateway.main_pid()
        rig.mishap(unplug_card, rig.plug_in_card)
        expect(rig.gateway.main_pid() == pid, "it is still the same process")
    rig.report("the sound card is unplugged, timers alone")

    say("the chip goes with the key on; what it drove is gone with it, and when it is back, PTT is off until somebody talks")
    for _ in rig.rounds(5):
        pid = rig.gateway.main_pid()
        rig.transmit(2)
        at = time.monotonic()
        rig.radio.chip.unplug()
        rig.radio.history.wait_for(None, at)
        time.sleep(1)
        before = len(rig.radio.keyings()), rig.radio.driven()
        rig.radio.chip_again()
        time.sleep(3)
        expect((len(rig.radio.keyings()), rig.radio.driven()) == before, "it comes back unkeyed, and stays so")
        rig.radio.wait_unkeyed(rig.transmit(1))
        expect(rig.gateway.main_pid() == pid, "all by the same process")
