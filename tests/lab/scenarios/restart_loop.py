"""The service is killed again and again at any moment of its start: PTT is never on, and systemd never gives up. Then it is restarted
in mid-transmission, and killed in its start, or finds a configuration that is wrong: PTT goes off, and stays off."""

from mishaps import *
from words import *

ORDER = 37
LIMIT = 3600
VIRTUAL_TIME = True
STARTS, TIMES = 40, 10
ROWS = {"mishaps": ["restarted while it transmits, and killed in its start", "restarted with a configuration that is wrong"]}
FILE = ETC / "zello-gateway.yaml"
WRONGS = (("active:", "aktive:"), ("bridges:", "bridge:"), ("line: COS", "line: NOTHING"), ("chip: ", "chip: no"))


def restart_and_kill(rig):
    sh(f"systemctl restart --no-block {UNIT}")
    time.sleep(rig.random.choice([0.003, 1]) * rig.random.random())  # a start takes two milliseconds of virtual time
    sh(f"systemctl kill --kill-who={rig.random.choice(['main', 'all'])} -s KILL {UNIT}", check=False)


def well_again(rig):
    rig.gateway.wait_active()
    rig.gateway.wait_online()


def restart_wrongly(rig, number):
    right, wrong = WRONGS[number % len(WRONGS)]
    FILE.write_text(rig.config().replace(right, wrong), encoding="utf-8")
    sh(f"systemctl restart --no-block {UNIT}")


def put_right(rig):
    wait_until(lambda: rig.gateway.show("ExecMainStatus") in ("69", "78"), "it does not start", 20, every=0.1)
    time.sleep(rig.random.choice([0.1, 5]))  # systemd tries again, where that is of any use
    expect(not rig.gateway.active(), "it does not run")
    FILE.write_text(rig.config(), encoding="utf-8")
    sh(f"systemctl restart {UNIT}")
    rig.gateway.wait_online()


def story():
    rig = Rig()
    for _ in rig.rounds(times(STARTS)):
        restart_and_kill(rig)
        time.sleep(0.05)
    well_again(rig)
    for radio in rig.radios.values():
        radio.expect_never_keyed(f"in {times(STARTS)} starts that were killed, where a {radio.active} level keys")
    rig.radio.wait_unkeyed(rig.transmit(1))

    for _ in rig.rounds(times(TIMES)):
        rig.mishap(lambda: restart_and_kill(rig), lambda: well_again(rig))
    rig.report("restarted while it transmits, and killed in its start")
    for number in rig.rounds(times(TIMES)):
        rig.mishap(lambda number=number: restart_wrongly(rig, number), lambda: put_right(rig))
    rig.report("restarted with a configuration that is wrong")
