"""The daemon is killed while it transmits, a hundred times; its key guard unkeys."""

from mishaps import *
from words import *

ORDER = 30
LIMIT = 3600
TIMES = 100
ROWS = {"mishaps": ["kill -9"]}


def story():
    rig = Rig()
    for _ in rig.rounds(times(TIMES)):
        pid = rig.gateway.main_pid()
        rig.mishap(lambda pid=pid: kill(pid, signal.SIGKILL), rig.restart)
    rig.report("kill -9")
