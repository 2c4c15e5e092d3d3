"""The service is killed again and again at any moment of its start: PTT is never on, and systemd never gives up."""

from mishaps import *
from words import *

ORDER = 37
LIMIT = 600
VIRTUAL_TIME = True
TIMES = 40


def story():
    rig = Rig()
    for _ in range(times(TIMES)):
        sh(f"systemctl restart --no-block {UNIT}")
        time.sleep(rig.random.choice([0.003, 1]) * rig.random.random())  # a start takes two milliseconds of virtual time
        sh(f"systemctl kill --kill-who={rig.random.choice(['main', 'all'])} -s KILL {UNIT}", check=False)
        time.sleep(0.05)
    rig.gateway.wait_active(30)
    rig.gateway.wait_online()
    rig.radio.expect_never_keyed(f"in {times(TIMES)} starts that were killed")
    rig.radio.wait_unkeyed(rig.transmit(1))
