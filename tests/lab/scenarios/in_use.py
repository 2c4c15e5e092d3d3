"""Another program holds a line that the gateway wants, PTT or the squelch: the service does not start and says whose it is, the line
stays as the other program has it, and when that is gone the service starts by itself."""

import subprocess

from words import *

ORDER = 22
VIRTUAL_TIME = True
CARRIER = 'zgw_bridge_carrier{bridge="vhf"}'


def gpioset(chip, line, level):
    """What an operator tries his wiring with; it holds the line until it is ended."""
    device = next(row.split()[0] for row in sh("gpiodetect").splitlines() if f"[{chip.name}]" in row)
    if sh("gpioset --version").split(" v")[1].startswith("1."):
        command = ["--mode=signal", device, f"{chip.names.index(line)}={level}"]
    else:
        command = ["-c", device, f"{line}={level}"]
    program = subprocess.Popen(["gpioset", *command])
    wait_until(lambda: chip.level(line) == level and "gpioset" in sh("gpioinfo"), f"gpioset holds {line} at {level}")
    return program


def carrier(gateway, is_there):
    wait_until(lambda: gateway.metrics().get(CARRIER) == is_there, f"a carrier is {'' if is_there else 'not '}heard")


def held(radio, gateway, line, level):
    say(f"gpioset holds {line} at {level}")
    program = gpioset(radio.chip, line, level)
    driven, restarts = radio.driven(), int(gateway.show("NRestarts"))
    sh(f"systemctl start --no-block {UNIT}")
    time.sleep(8)
    expect(int(gateway.show("NRestarts")) >= restarts + 2, "systemd tries again and again")
    expect(not gateway.active(), "it does not start")
    said = [text for text in gateway.journal().splitlines() if line in text and 'in use by "gpioset"' in text]
    expect(said, f"the journal says why: {said[-1] if said else gateway.journal()[-600:]}")
    expect(radio.chip.level(line) == level and radio.driven() == driven, "the line is as gpioset has it, and was all the time")
    expect(program.poll() is None, "which still holds it")

    program.terminate()
    program.wait()
    gateway.wait_active()
    gateway.wait_online()
    say("  and when it is gone the service has started by itself")
    at = radio.wait_unkeyed(time.monotonic(), 1)
    for is_there in (1, 0):
        radio.squelch(is_there)
        carrier(gateway, is_there)
    keyings = len(radio.keyings())
    time.sleep(2)
    asked = time.monotonic()
    sh("zello-gateway test-tone --seconds 1")
    radio.wait_unkeyed(radio.wait_keyed(asked))
    expect(len(radio.keyings()) == keyings + 1 and at, "it keys when it is told to, and only then")
    gateway.stop()
    sh("journalctl --rotate --vacuum-time=1us -q")


def story():
    City()
    radio, gateway = Radio(), Service()
    configure()
    for line in ("PTT", "COS"):
        for level in (1, 0):
            held(radio, gateway, line, level)
