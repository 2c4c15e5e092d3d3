"""`systemctl stop` while it transmits, a hundred times, where computing takes no time."""

from mishaps import *
from words import *

ORDER = 32
LIMIT = 3600
VIRTUAL_TIME = True
TIMES = 100
ROWS = {"mishaps": ["systemctl stop, timers alone"]}


def story():
    rig = Rig()
    for _ in rig.rounds(times(TIMES)):
        rig.mishap(lambda: sh(f"systemctl stop --no-block {UNIT}"), rig.restart)
    rig.report("systemctl stop, timers alone")
