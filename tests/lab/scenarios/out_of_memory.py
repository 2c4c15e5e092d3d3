"""The kernel's out-of-memory killer takes the daemon while it transmits, where computing takes no time."""

from mishaps import *
from words import *

ORDER = 35
LIMIT = 600
VIRTUAL_TIME = True
TIMES = 10
ROWS = {"mishaps": ["killed for memory (OOM), timers alone"]}


def story():
    rig = Rig()
    for _ in rig.rounds(times(TIMES)):
        sh(f"echo 1000 >/proc/{rig.gateway.main_pid()}/oom_score_adj")
        rig.mishap(lambda: sh("echo f >/proc/sysrq-trigger"), rig.restart)
    rig.report("killed for memory (OOM), timers alone")
    killed = sh("dmesg --syslog").count("(zello-gateway)")
    expect(killed >= times(TIMES), f"the kernel has killed it {killed} times")
