"""The daemon stands still while it transmits (SIGSTOP), a hundred times, and is woken again."""

from mishaps import *
from words import *

ORDER = 31
LIMIT = 3600
VIRTUAL_TIME = True
TIMES = 100
ROWS = {"mishaps": ["SIGSTOP"]}


def story():
    rig = Rig()
    pid = rig.gateway.main_pid()
    for _ in range(times(TIMES)):
        rig.mishap(lambda: kill(pid, signal.SIGSTOP), lambda: kill(pid, signal.SIGCONT), seconds=1)
        time.sleep(2)  # the rest of the tone is over
    rig.report("SIGSTOP")
    expect(rig.gateway.main_pid() == pid, "it is still the same process")
