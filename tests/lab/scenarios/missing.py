"""One of two radios is not plugged in when the service starts, neither its sound card nor the fob that keys it: the other radio works,
and it does so itself, unkeyed at first, as soon as it is plugged in."""

from fob import Fob, FobRadio
from mishaps import SOUND_CARDS
from words import *

ORDER = 38
VIRTUAL_TIME = True
OFF = bytes.fromhex("0000000400")  # GPIO3 an output, and low
WITH_FOB = TWO.replace("{source: gpio, chip: other, line: COS, active: low}", "{source: cm108, device: f0b}").replace(
    "{method: gpio, chip: other, line: PTT, active: low}", "{method: cm108, device: f0b}")


def expect_keyed(radio, bridge):
    asked = time.monotonic()
    sh(f"zello-gateway test-tone --bridge {bridge} --seconds 1")
    radio.wait_unkeyed(radio.wait_keyed(asked))


def story():
    sound_cards("Loopback", "Second")
    there, fob = Radio(), Fob(serial="f0b")
    away = FobRadio(fob, card="Second")
    fob.unplug()
    sh(f"echo snd_aloop.1 >{SOUND_CARDS}/unbind")
    City()
    configure(WITH_FOB)
    gateway = Service()
    gateway.start()
    gateway.wait_online()
    for said in ('radio uhf: no HID interface "f0b"', "uhf: the sound card is gone", "uhf: the PTT line cannot be set"):
        gateway.expect_said(said)
    expect_keyed(there, "vhf")

    say("it is plugged in")
    pid, before = gateway.main_pid(), len(fob.reports)
    fob.plug_in()
    sh(f"echo snd_aloop.1 >{SOUND_CARDS}/bind")
    gateway.expect_said("uhf: the sound card is back", 20)
    wait_until(lambda: len(fob.reports) > before, "the fob is opened")
    time.sleep(3)
    expect({data for _, data in fob.reports[before:]} == {OFF}, "and is not keyed by that")
    expect_keyed(away, "uhf")
    expect(gateway.main_pid() == pid, "by the same process")
    expect(len(there.keyings()) == 1, "the other radio was not keyed meanwhile")
