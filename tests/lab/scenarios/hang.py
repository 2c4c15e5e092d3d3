"""One thread of the daemon hangs while it transmits, first the control thread, then the audio thread: PTT goes off, systemd's
watchdog ends the daemon, and the next one works."""

from mishaps import *
from words import *

ORDER = 34
LIMIT = 1500
VIRTUAL_TIME = True
TIMES = 5
ROWS = {"mishaps": ["the control thread hangs", "the audio thread hangs"]}


def story():
    rig = Rig()
    pid = rig.gateway.main_pid()
    say(f"its threads: {threads(pid)}")
    for what, wanted in (("the control thread hangs", lambda pid, thread, name: thread == pid),
                         ("the audio thread hangs", lambda pid, thread, name: thread != pid and "audio" in name)):
        for _ in rig.rounds(times(TIMES)):
            pid = rig.gateway.main_pid()
            [thread] = [thread for thread, name in threads(pid).items() if wanted(pid, thread, name)]
            restarts = int(rig.gateway.show("NRestarts"))

            def restarted(thread=thread, restarts=restarts):
                reap(thread)
                return int(rig.gateway.show("NRestarts")) > restarts

            def ended_by_the_watchdog(restarted=restarted):
                wait_until(restarted, "the watchdog had it restarted", 40, every=0.2)
                rig.gateway.wait_active()

            rig.mishap(lambda thread=thread: stop_thread(thread), ended_by_the_watchdog)
            rig.gateway.wait_online()
        rig.report(what)
    rig.gateway.expect_said("Watchdog timeout")
