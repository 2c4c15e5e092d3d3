"""Two USB fobs that are alike are plugged in. The gateway uses the one that is named by its path, which is wired in another way than most
are: GPIO4, low, keys, and VOL_UP is the squelch. The other one is left alone."""

from fob import VOL_UP, Fob, FobRadio
from words import *

ORDER = 38
VIRTUAL_TIME = True
ON, OFF = bytes.fromhex("0000000800"), bytes.fromhex("0000080800")  # GPIO4 an output and low; and high


def reports(fob):
    return [data for _, data in fob.reports if data is not None]


def story():
    first, second = Fob(), Fob(serial="second")
    radio = FobRadio(second, active="low", pin=4, button=VOL_UP)
    expect(first.node() != second.node(), f"the two are {first.node()} and {second.node()}")
    wired = f'{{source: cm108, device: "{second.node()}", pin: vol_up}}'
    text = CONFIG.replace("{source: gpio, chip: radio, line: COS, active: low}", wired).replace(
        "{method: gpio, chip: radio, line: PTT, active: high}",
        f'{{method: cm108, device: "{second.node()}", pin: gpio4, active: low}}')
    City()
    gateway = Service()
    configure(text)
    before = len(reports(first)), first.asked
    gateway.start()
    gateway.wait_online()
    expect(set(reports(second)) == {OFF}, f"while the service starts it is sent nothing but {OFF.hex(' ')}")
    asked = time.monotonic()
    sh("zello-gateway test-tone --seconds 1")
    radio.wait_unkeyed(radio.wait_keyed(asked))
    expect(set(reports(second)) == {ON, OFF} and reports(second)[-1] == OFF, f"it is keyed by {ON.hex(' ')}")
    for is_open in (True, False):
        radio.squelch(is_open)
        wait_until(lambda is_open=is_open: gateway.metrics().get('zgw_bridge_carrier{bridge="vhf"}') == is_open,
                   f"the squelch is heard to be {'open' if is_open else 'closed'}")
    gateway.stop()
    expect(reports(second)[-1] == OFF, "it is unkeyed when the service stops")
    expect((len(reports(first)), first.asked) == before, "the other one was left alone")
