"""Chip and line are written in every way that docs/configuration.md allows, and the squelch line's bias is each of its four: the right
line is keyed, the right squelch is heard, and no line of another chip that has the same names is touched."""

from radio import CONFIGFS
from words import *

ORDER = 23
LIMIT = 1200
VIRTUAL_TIME = True
CARRIER = 'zgw_bridge_carrier{bridge="vhf"}'


def config(chip, ptt, cos, sense, bias="pull_up"):
    """`chip` "": not written."""
    chip = f"chip: {chip}, " if chip != "" else ""
    return CONFIG.replace("cos: {source: gpio, chip: radio, line: COS,", f"cos: {{source: gpio, {chip}line: {cos}, bias: {bias},").replace(
        "ptt: {method: gpio, chip: radio, line: PTT, active: high}",
        f"ptt: {{method: gpio, {chip}line: {ptt}, active: high, read_back: {{{chip}line: {sense}}}}}")


def start(gateway, text):
    configure(text)
    gateway.start()
    gateway.wait_online()


def squelch_is_heard(radio, gateway):
    for is_open in (True, False):
        radio.squelch(is_open)
        wait_until(lambda is_open=is_open: gateway.metrics().get(CARRIER) == is_open, f"the carrier is heard to be {is_open}")


def works(right, wrong, gateway):
    """The gateway runs: `right` is what it keys and hears."""
    keyings, others = len(right.keyings()), (len(wrong.keyings()), wrong.driven())
    wrong.squelch(True)
    squelch_is_heard(right, gateway)
    wrong.squelch(False)
    time.sleep(2)
    asked = time.monotonic()
    sh("zello-gateway test-tone --seconds 2")
    right.wait_unkeyed(right.wait_keyed(asked))
    expect(len(right.keyings()) == keyings + 1, "its line is keyed, once")
    expect((len(wrong.keyings()), wrong.driven()) == others, "the other chip's line is not")
    gateway.stop()
    expect("does not follow PTT" not in gateway.journal(), "the sense line is the right one")


def spellings(first, second, gateway):
    name = {radio: (CONFIGFS / radio.chip.name / "bank/chip_name").read_text(encoding="ascii").strip() for radio in (first, second)}
    number = name[second].removeprefix("gpiochip")
    expect(name[first] == "gpiochip0" and number != "0", f"the chips are {name[first]} and {name[second]}")
    names, numbers = second.chip.names, (0, 1, 2)
    for chip, lines in ((number, numbers), (name[second], names), (second.chip.name, numbers), (f"/dev/{name[second]}", names)):
        say(f"chip: {chip}, line: {lines[0]}")
        start(gateway, config(chip, *lines))
        works(second, first, gateway)
    say("no chip is written: it is the first one")
    start(gateway, config("", "PTT", "COS", "SENSE"))
    works(first, second, gateway)


def biases(radio, gateway):
    for bias, before, level in (("pull_up", 0, 1), ("pull_down", 1, 0), ("as_is", 0, 0), ("as_is", 1, 1), ("disabled", 0, 0),
                                ("disabled", 1, 1)):
        say(f"bias: {bias}, at a line that is pulled {'up' if before else 'down'} from outside")
        radio.chip.pull("COS", up=before)
        start(gateway, config(radio.chip.name, "PTT", "COS", "SENSE", bias))
        expect(radio.chip.level("COS") == level, f"its level is {level}")
        say("  " + sh("gpioinfo | grep 'COS.*zello'", check=False).strip())
        squelch_is_heard(radio, gateway)
        gateway.stop()


def story():
    City()
    first, second, gateway = Radio(name="first"), Radio(name="second"), Service()
    spellings(first, second, gateway)
    biases(second, gateway)
    for radio in (first, second):
        expect(not radio.keyed() and len(radio.keyings()) == radio.driven(), "the kernel was told to key no more often")
