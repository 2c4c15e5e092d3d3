"""A USB fob with a CM108 keys the radio and hears its squelch, over a true hidraw device, by the unit in its sandbox and the udev rules:
each report that it is sent is looked at byte by byte. It is keyed by nothing but somebody who speaks: not by a start, a start that
fails, a stop, or being unplugged in mid-transmission and plugged in again."""

import pathlib

from fob import VOL_DN, Fob, FobRadio
from mishaps import MOST
from words import *

ORDER = 38
LIMIT = 1200
VIRTUAL_TIME = True
ON, OFF = bytes.fromhex("0000040400"), bytes.fromhex("0000000400")  # GPIO3 an output and high; and low
FOB = CONFIG.replace("cos: {source: gpio, chip: radio, line: COS, active: low}", 'cos: {source: cm108, device: "0d8c:000c"}').replace(
    "ptt: {method: gpio, chip: radio, line: PTT, active: high}", 'ptt: {method: cm108, device: "0d8c:000c"}')


def reports(fob):
    return [data for _, data in fob.reports if data is not None]


def expect_reports(fob, since, wanted, what):
    seen = [data for data in reports(fob)[since:]]
    expect(seen == wanted, f"{what}: {', '.join(data.hex(' ') for data in seen)}")


def expect_unkeyed(fob, since, when):
    seen = reports(fob)[since:]
    expect(all(data == OFF for data in seen), f"{when} it is sent nothing but {OFF.hex(' ')}, {len(seen)} times")


def tone(radio, seconds):
    """The gateway transmits; when, and after how many reports."""
    before, at = len(reports(radio.fob)), time.monotonic()
    sh(f"zello-gateway test-tone --seconds {seconds}")
    return before, radio.wait_keyed(at)


def keys_and_hears(radio, alice, gateway):
    fob = radio.fob
    expect_unkeyed(fob, 0, "while the service starts")
    expect(reports(fob), "the pin was made an output by that")
    node = fob.node()
    expect(sh(f"stat -c '%a %G' {node}") == "660 zello-gateway", "the udev rules give it to the group zello-gateway alone")
    opened = sh(f"ls -l /proc/{gateway.main_pid()}/fd /proc/{gateway.guard_pid()}/fd")
    expect(opened.count(str(node)) == 2, "the gateway has it open for the squelch, the key guard for PTT")

    say("Alice speaks, and the radio is keyed")
    before, heard = len(reports(fob)), radio.hear("air")
    asked = alice.say(SPEECH)
    radio.wait_keyed(asked)
    radio.wait_unkeyed(alice.said()["ended"])
    time.sleep(0.5)
    radio.stop_hearing()
    seen = reports(fob)[before:]
    on = seen.index(OFF) if OFF in seen else len(seen)
    expect(on >= 1 and seen[:on] == [ON] * on and seen[on:] == [OFF] * (len(seen) - on) and on < len(seen),
           f"it was sent {ON.hex(' ')}, {on} times, and then {OFF.hex(' ')}, {len(seen) - on} times")
    times_sent = [at for at, data in fob.reports if data is not None]
    gaps = [later - sooner for sooner, later in zip(times_sent, times_sent[1:])]
    expect(min(gaps) >= 0.0029, f"reports are {min(gaps) * 1000:.1f} ms apart at least")
    likeness = compare(SPEECH, SHARE / "air.wav")
    expect(likeness["correlation"] > 0.6 and heard, "the words are hers")

    say("VOL_DN is pulled low, somebody speaks on the radio, and Alice hears it")
    before = len(reports(fob))
    opened, _, closed = radio.speak(SPEECH)
    heard = alice.heard(0)
    expect(compare(SPEECH, heard["file"])["correlation"] > 0.6, "the words are his")
    expect(heard["began"] - opened < 1 and heard["ended"] - closed < 2, "the stream opens and closes with the pin")
    expect_unkeyed(fob, before, "meanwhile")


def unplugged(radio, alice, gateway):
    fob, pid = radio.fob, gateway.main_pid()
    for _ in range(times(10)):
        node = fob.node()
        tone(radio, 3)
        time.sleep(0.3)
        at = time.monotonic()
        fob.unplug()
        time.sleep(1)
        expect(not node.exists(), "nothing is where the node was")
        before = len(reports(fob))
        fob.plug_in()
        wait_until(lambda before=before: len(reports(fob)) > before, f"it is found again after {time.monotonic() - at:.1f} s")
        time.sleep(3)
        expect_unkeyed(fob, before, "since it came back")
        _, on = tone(radio, 1)
        radio.wait_unkeyed(on)
    expect(gateway.main_pid() == pid, "all by the same process")
    heard = len(alice.notes("heard"))
    radio.speak(SPEECH)
    expect(alice.heard(heard)["packets"] > 60, "the squelch is found again, too")


def initial_state(radio, alice, gateway):
    """The squelch is open when the service starts: nothing tells of that but the device, asked."""
    fob = radio.fob
    gateway.stop()
    time.sleep(1)
    heard, asked = len(alice.notes("heard")), fob.asked
    fob.press(VOL_DN, True)
    before = len(reports(fob))
    gateway.start()
    gateway.wait_online()
    expect(fob.asked > asked, "the device is asked")
    sh(f"aplay -q -D plughw:{radio.card},1 {SPEECH}")
    fob.press(VOL_DN, False)
    note = alice.heard(heard)
    expect(note["packets"] > 60, "a squelch that was open at the start is heard")
    expect_unkeyed(fob, before, "at that start")


def start_in_vain(gateway, seconds=5):
    """The service is started, and cannot; systemd tries again until it is stopped. What it says of it is returned."""
    journal = "journalctl --no-pager -o cat -t zello-gateway"
    before = len(sh(journal))
    sh(f"systemctl start --no-block {UNIT}")
    time.sleep(seconds)
    said = sh(journal)[before:]
    expect(said and not gateway.active(), f"it does not start: {said.splitlines()[-1][:150] if said else 'it says nothing'}")
    gateway.stop()
    return said


def starts_that_fail(radio, gateway):
    fob = radio.fob
    gateway.stop()
    chip = """  second:
    sound: {device: "hw:CARD=Second,DEV=0"}
    cos: {source: none}
    ptt: {method: gpio, chip: none, line: 1}
bridges:"""
    no_squelch = 'cos: {source: cm108, device: "0d8c:000c"}', "cos: {source: gpio, line: 7}"
    for name, opened, wrong in (("a squelch line that is not there", True, no_squelch),
                                ("a configuration that is none", False, ("bridges:", "bridge:")),
                                ("another radio's GPIO chip that is not there", True, ("bridges:", chip))):
        say(f"  {name}")
        configure(FOB.replace(*wrong))
        before = len(reports(fob))
        start_in_vain(gateway)
        expect_unkeyed(fob, before, "in starts that fail")
        expect((len(reports(fob)) > before) == opened, f"it was {'' if opened else 'not '}opened for that")


def plain_file(radio, gateway):
    """The node is gone; then somebody who wrote to it as root has left a file in its place."""
    fob = radio.fob
    node = fob.node()
    configure(FOB)
    node.unlink()
    start_in_vain(gateway)
    expect(not node.exists(), "no file is made where the node was")
    node.write_bytes(b"")
    sh(f"chgrp zello-gateway {node} && chmod 660 {node}")
    expect("is no device" in start_in_vain(gateway), "a file in its place is told from a device")
    expect(node.stat().st_size == 0, "and nothing is written to it")
    node.unlink()
    fob.unplug()
    expect("no HID interface" in start_in_vain(gateway), "a fob that is not there is missed")
    expect(not node.exists(), "no file is made where the node was")


def other_ids(gateway):
    aioc = Fob(0x1209, 0x7388, "All-In-One-Cable", serial="c0ffee")
    radio = FobRadio(aioc)
    configure(FOB.replace('device: "0d8c:000c"}\n    ptt', 'device: c0ffee}\n    ptt').replace('"0d8c:000c"', '"1209:7388"'))
    gateway.start()
    gateway.wait_online()
    expect_unkeyed(aioc, 0, "while the service starts")
    before, on = tone(radio, 1)
    radio.wait_unkeyed(on)
    expect(ON in reports(aioc)[before:], "it is keyed")
    gateway.stop()
    aioc.unplug()

    say("a keyboard is not touched, whatever it is named by, and one that the configuration adds is")
    other = Fob(0x1234, 0xABCD, "Keyboard")
    radio = FobRadio(other)
    text = FOB.replace('"0d8c:000c"', '"1234:abcd"')
    configure(text)
    expect("not known to have pins" in start_in_vain(gateway) and not reports(other), "it was sent nothing")
    configure(text.replace("gateway: {name: lab}", 'gateway: {name: lab, cm108_ids: ["1234:abcd"]}'))
    pathlib.Path("/etc/udev/rules.d/61-mine.rules").write_text(
        'KERNELS=="0003:1234:ABCD.*", SUBSYSTEM=="hidraw", GROUP="zello-gateway", MODE="0660"\n', encoding="ascii")
    sh("udevadm control --reload; udevadm trigger --subsystem-match=hidraw; udevadm settle")
    gateway.start()
    gateway.wait_online()
    _, on = tone(radio, 1)
    radio.wait_unkeyed(on)
    gateway.stop()


def story():
    radio = FobRadio(Fob())
    city = City()
    alice = city.person("alice")
    configure(FOB)
    gateway = Service()
    gateway.start()
    gateway.wait_online()
    keys_and_hears(radio, alice, gateway)
    say("it is unplugged while it transmits, and plugged in again")
    unplugged(radio, alice, gateway)
    say("the service starts with the squelch open")
    initial_state(radio, alice, gateway)
    say("the service is killed while it transmits")
    before, _ = tone(radio, 5)
    time.sleep(0.5)
    at = time.monotonic()
    sh(f"kill -9 {gateway.main_pid()}")
    off = radio.wait_unkeyed(at)
    expect(off - at < MOST, "the key guard unkeys")
    gateway.wait_active()
    gateway.wait_online()
    say("it does not start")
    starts_that_fail(radio, gateway)
    plain_file(radio, gateway)
    say("other devices")
    other_ids(gateway)
