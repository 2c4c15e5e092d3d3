"""Daemon and key guard are killed in the same moment, with the key on; what is left is the service manager, whose last line
unkeys. That is a program to be started, and takes as long as the machine needs for it; here, where computing takes no time, it is
seen that nothing else has to be waited for."""

from mishaps import *
from words import *

ORDER = 33
LIMIT = 600
VIRTUAL_TIME = True
TIMES = 20
ROWS = {"mishaps": ["kill -9 of the key guard and the daemon at once, timers alone"]}


def kill_both(guard, daemon):
    kill(daemon, signal.SIGSTOP)  # so that it cannot do its guard's work between the two
    kill(guard, signal.SIGKILL)
    kill(daemon, signal.SIGKILL)


def story():
    rig = Rig()
    for _ in rig.rounds(times(TIMES)):
        guard, daemon = rig.gateway.guard_pid(), rig.gateway.main_pid()
        rig.mishap(lambda guard=guard, daemon=daemon: kill_both(guard, daemon), rig.restart)
    rig.report("kill -9 of the key guard and the daemon at once, timers alone")
