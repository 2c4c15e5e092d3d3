"""Speech crosses both ways between a radio and a channel, by the installed service, over TLS, a sound card and GPIO lines."""

from words import *

ORDER = 10
VIRTUAL_TIME = True  # so that nobody is cut off because the host is busy


def story():
    radio = Radio()
    city = City()
    alice = city.person("alice")
    configure(CONFIG.replace("active: high}", "active: high, read_back: {chip: radio, line: SENSE}}"))
    gateway = Service()
    gateway.start()
    gateway.wait_online()
    radio.expect_never_keyed("while the service starts")

    say("somebody speaks on the radio, and Alice hears it")
    opened, began, closed = radio.speak(SPEECH)
    heard = alice.heard(0)
    likeness = compare(SPEECH, heard["file"])
    expect(heard["lost"] == 0, "no packet is lost")
    expect(likeness["correlation"] > 0.6, "the words are his")
    expect(likeness["head"] == 0 and likeness["tail"] == 0 and likeness["gaps"] == 0, "none of them is missing")
    expect(heard["began"] - opened < 1, "the squelch line's edge opens a stream within a second")
    expect(heard["ended"] - closed < 2, "its other edge closes it")
    expect(not radio.keyings(), "nothing was keyed")
    figure("bridge", way="radio to channel", correlation=likeness["correlation"],
           latency=round(heard["first"] - opened, 3), missing=0)

    say("Alice answers, and the radio hears it")
    time.sleep(1)
    recording = radio.hear("air")
    asked = alice.say(SPEECH)
    on = radio.wait_keyed(asked)
    said = alice.said()
    off = radio.wait_unkeyed(said["ended"])
    time.sleep(0.3)
    radio.stop_hearing()
    likeness = compare(SPEECH, SHARE / "air.wav")
    expect(likeness["correlation"] > 0.6, "the words are hers")
    expect(likeness["head"] == 0 and likeness["tail"] == 0 and likeness["gaps"] == 0, "none of them is missing")
    first_word = recording + likeness["delay"]
    expect(first_word - on > 0.25, f"PTT is on {first_word - on:.3f} s before the first of them")
    last_word = first_word + likeness["said"]
    expect(0.05 < off - last_word < 1.0, f"and goes off {off - last_word:.3f} s after the last")
    expect(len(radio.keyings()) == 1, "it was keyed once")
    figure("bridge", way="channel to radio", correlation=likeness["correlation"],
           latency=round(first_word - said["first"], 3), missing=0)

    metrics = gateway.metrics()
    for name in ("xruns_total", "rx_overruns_total", "tx_underruns_total", "ptt_failures_total"):
        expect(metrics[f'zgw_radio_{name}{{radio="vhf"}}'] == 0, f"{name} is 0")
    expect(metrics['zgw_radio_realtime{radio="vhf"}'] == 1, "the audio thread has real-time priority")
    expect("does not follow PTT" not in gateway.journal(), "the sense line agrees with PTT")
    expect("against the specification" not in city.log(), "the server has nothing to complain about")
    gateway.stop()
    time.sleep(1)
    expect(len(radio.keyings()) == 1 and not radio.keyed(), "PTT stays off")
    expect(gateway.show("Result") == "success", "the service stops in good order")
