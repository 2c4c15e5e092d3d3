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


    def woken(pid):
        kill(pid, signal.SIGCONT)
        time.sleep(2)  # the rest of the tone is over

    for _ in rig.rounds(times(TIMES)):
        pid = rig.gateway.main_pid()
        rig.mishap(lambda pid=pid: kill(pid, signal.SIGSTOP), lambda pid=pid: woken(pid), seconds=1, goes_on=True)
        expect(rig.gateway.main_pid() == pid, "it is still the same process")
    rig.report("SIGSTOP")
