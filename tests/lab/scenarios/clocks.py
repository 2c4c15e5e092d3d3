"""The sound card's clock is wrong, by more than any crystal's; then the machine's clock is set by an hour, forwards and
backwards, in mid-transmission. Words come whole, PTT goes off in time."""

from words import *

ORDER = 50
LIMIT = 600
VIRTUAL_TIME = True
NORMAL = 100000


def samples(gateway):
    """(time, samples from the card so far), at a moment when it has just been looked at: at rest it is for 50 ms at a time."""
    def count():
        return gateway.metrics()['zgw_radio_captured_samples_total{radio="vhf"}']
    before = count()
    while True:
        at, now = time.monotonic(), count()
        if now != before:
            return at, now
        time.sleep(0.001)


def expect_whole(heard):
    likeness = compare(LONG, heard)
    expect(likeness["head"] + likeness["tail"] + likeness["gaps"] == 0, "no word is missing")


def both_ways(radio, alice, name):
    count = len(alice.notes("heard"))
    radio.speak(LONG)
    expect_whole(alice.heard(count, 60)["file"])
    time.sleep(2)
    radio.hear(name)
    count = len(alice.notes("said"))
    radio.wait_keyed(alice.say(LONG))
    said = alice.said(count, 60)
    off = radio.wait_unkeyed(said["ended"])
    expect(off - said["ended"] < 1.5, f"PTT goes off {off - said['ended']:.2f} s after her last packet")
    time.sleep(0.3)
    radio.stop_hearing()
    expect_whole(SHARE / f"{name}.wav")


def story():
    radio = Radio(every=5)
    alice = City().person("alice")
    configure()
    gateway = Service()
    gateway.start()
    gateway.wait_online()
    for shift in (NORMAL - 50, NORMAL + 50):
        say(f"PCM Rate Shift {shift} of {NORMAL}")
        for device in (0, 1):
            sh(f"amixer -q -c Loopback cset iface=PCM,name='PCM Rate Shift 100000',device={device} {shift}")
        began, before = samples(gateway)
        both_ways(radio, alice, f"air-{shift}")
        ended, after = samples(gateway)
        error = ((after - before) / (ended - began) / 48000 - 1) * 1e6
        expect(abs(error - (NORMAL - shift) * 10) < 300, f"its clock is wrong by {error:+.0f} ppm")
    for step in ("1 hour", "1 hour ago"):
        say(f"the clock is set: {step}")
        count = len(alice.notes("said"))
        radio.wait_keyed(alice.say(SPEECH))
        time.sleep(1)
        sh(f"date -s '{step}'")
        said = alice.said(count, 60)
        off = radio.wait_unkeyed(said["ended"])
        expect(off - said["ended"] < 1.5, "PTT goes off as ever")
        gateway.wait_online()
    metrics = gateway.metrics()
    expect(metrics['zgw_account_sessions_lost_total{account="main"}'] == 0, "the link stayed")
    expect(metrics['zgw_radio_ptt_lapses_total{radio="vhf"}'] == 0, "no lease ended early")
    expect(all(off and off - on < 45 for on, off in radio.keyings()), "PTT is off")
