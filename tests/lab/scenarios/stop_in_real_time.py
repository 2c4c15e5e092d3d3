"""The service is stopped while it transmits, where computing takes time, too, from the moment that systemd is asked to."""

from manager import Manager
from mishaps import *
from words import *

ORDER = 32
LIMIT = 1800
TIMES = 20
ROWS = {"mishaps": ["systemctl stop"]}


def story():
    rig = Rig()

    def stopped():
        wait_until(lambda: rig.gateway.show("ActiveState") == "inactive", "systemd has stopped it", 30, every=0.1)
        rig.restart()

    for _ in rig.rounds(times(TIMES)):
        manager = Manager()
        rig.mishap(lambda manager=manager: manager.stop(UNIT), stopped)
    rig.report("systemctl stop")
