"""The key guard is killed while it holds the key; the daemon unkeys in its place, and both are started again."""

from mishaps import *
from words import *

ORDER = 33
LIMIT = 1800
TIMES = 20
ROWS = {"mishaps": ["kill -9 of the key guard"]}


def story():
    rig = Rig()
    for _ in rig.rounds(times(TIMES)):
        guard = rig.gateway.guard_pid()
        rig.mishap(lambda guard=guard: kill(guard, signal.SIGKILL), rig.restart)
    rig.report("kill -9 of the key guard")
