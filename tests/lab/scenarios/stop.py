"""`systemctl stop` while it transmits, a hundred times."""

from mishaps import *
from words import *

ORDER = 32
LIMIT = 3600
VIRTUAL_TIME = True
TIMES = 100
ROWS = {"mishaps": ["systemctl stop"]}


def story():
    rig = Rig()
    for _ in range(times(TIMES)):
        rig.mishap(lambda: sh(f"systemctl stop --no-block {UNIT}"), rig.restart)
    rig.report("systemctl stop")
