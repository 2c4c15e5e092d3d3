"""The kernel's out-of-memory killer takes the daemon while it transmits, where computing takes time, too."""

import pathlib

from mishaps import *
from words import *

ORDER = 35
LIMIT = 1800
TIMES = 10
ROWS = {"mishaps": ["killed for memory (OOM)"]}


def story():
    rig = Rig()
    for _ in rig.rounds(times(TIMES)):
        pid = rig.gateway.main_pid()
        pathlib.Path(f"/proc/{pid}/oom_score_adj").write_text("1000", encoding="ascii")
        rig.mishap(lambda: pathlib.Path("/proc/sysrq-trigger").write_text("f", encoding="ascii"), rig.restart)
        expect(rig.gateway.main_pid() != pid, "the kernel has killed it")
    rig.report("killed for memory (OOM)")
