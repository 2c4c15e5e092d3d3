"""A fob on USB, with the kernel's own driver in between: it is found by its port, keys the radio, hears its squelch, and is pulled out
in mid-transmission and plugged in again."""

from fob import FobRadio, UsbFob
from words import *

ORDER = 39
LIMIT = 900
VIRTUAL_TIME = True
OFF = bytes.fromhex("0000000400")  # GPIO3 an output, and low


def story():
    fob = UsbFob(0x0D8C, 0x013C, "USB PnP Sound Device", serial="7")
    radio, port = FobRadio(fob), fob.port()
    city = City()
    alice = city.person("alice")
    configure(CONFIG.replace("cos: {source: gpio, chip: radio, line: COS, active: low}",
                             f'cos: {{source: cm108, device: "{port}"}}')
              .replace("ptt: {method: gpio, chip: radio, line: PTT, active: high}", f'ptt: {{method: cm108, device: "{port}"}}'))
    say(f"  {sh('zello-gateway devices | grep hidraw')}")
    gateway = Service()
    gateway.start()
    gateway.wait_online()
    radio.expect_never_keyed("while the service starts")
    expect({data for _, data in fob.reports} == {OFF}, f"at {port} it is sent {OFF.hex(' ')}, {len(fob.reports)} times")
    radio.speak(SPEECH)
    expect(compare(SPEECH, alice.heard(0)["file"])["correlation"] > 0.6, "the squelch opens a stream")
    radio.expect_never_keyed("meanwhile")

    for _ in range(times(10)):
        at = time.monotonic()
        sh("zello-gateway test-tone --seconds 3")
        radio.wait_keyed(at)
        time.sleep(0.3)
        node = fob.node()
        fob.unplug()
        time.sleep(1)
        expect(not node.exists(), "nothing is where the node was")
        before = len(fob.reports)
        fob.plug_in()
        wait_until(lambda before=before: len(fob.reports) > before, "it is found again")
        time.sleep(3)
        expect({data for _, data in fob.reports[before:]} == {OFF}, "and is not keyed by that")
        at = time.monotonic()
        sh("zello-gateway test-tone --seconds 1")
        radio.wait_unkeyed(radio.wait_keyed(at))
    before = len(fob.reports)
    gateway.stop()
    expect({data for _, data in fob.reports[before:]} <= {OFF}, "nor is it when the service stops")
