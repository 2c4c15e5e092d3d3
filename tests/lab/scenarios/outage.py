"""The cable is cut for a minute: an over from the radio at its end is held and delivered, one at its beginning is given up
after `hold_radio`, and what Alice was saying ends within `stall`."""

from words import *

ORDER = 41
LIMIT = 600
VIRTUAL_TIME = True
ROWS = {"outage": ["what Alice was saying when the cable was cut", "an over from the radio right after the cut",
                   "an over from the radio five seconds before it is mended"]}
GIVEN_UP = 'zgw_bridge_overs_total{bridge="vhf",direction="radio_to_channel",outcome="given_up"}'


def story():
    radio = Radio()
    city = City()
    alice = city.person("alice")
    configure()
    gateway = Service()
    gateway.start()
    gateway.wait_online()

    say("the cable is cut while Alice speaks")
    asked = alice.say(LONG)
    on = radio.wait_keyed(asked)
    time.sleep(3)
    cut = time.monotonic()
    city.cable("loss 100%")
    off = radio.wait_unkeyed(cut)
    expect(off - cut < 2.5, f"PTT goes off {off - cut:.2f} s after, when what has come is said and `stall` is over")
    expect(off - on < 10, "long before she has finished")
    figure("outage", what=ROWS["outage"][0], becomes="cut", after=f"{off - cut:.1f} s after the cut", held="–")

    # The gateway tries again in pauses of up to 16 s by then, and holds an over for 30.
    say("somebody speaks on the radio at once, and again five seconds before the cable is mended")
    opened, _, closed = radio.speak(OTHER)
    wait_until(lambda: gateway.metrics().get(GIVEN_UP) == 1, "it is given up", 50, every=0.1)
    given_up = time.monotonic()
    expect(given_up - closed > 25, f"{given_up - closed:.1f} s after its end, when `hold_radio` is over")
    expect(given_up < cut + 50, "long before the cable is mended")
    figure("outage", what=ROWS["outage"][1], becomes="given up", after=f"{given_up - cut:.1f} s after the cut",
           held=f"{given_up - opened:.1f} s")
    time.sleep(max(0, cut + 55 - time.monotonic()))
    opened, _, _ = radio.speak(SPEECH)
    time.sleep(max(0, cut + 60 - time.monotonic()))
    mended = time.monotonic()
    city.cable("")
    gateway.wait_online(90)
    heard = alice.heard(0, 120)
    likeness = compare(SPEECH, heard["file"])
    expect(likeness["correlation"] > 0.6 and likeness["head"] + likeness["tail"] + likeness["gaps"] == 0,
           f"the later over is delivered whole, {heard['first'] - mended:.1f} s after the cable is mended")
    time.sleep(20)
    expect(len(alice.notes("heard")) == 1, "of the first one nothing")
    figure("outage", what=ROWS["outage"][2], becomes="delivered whole", after=f"{heard['first'] - mended:.1f} s after it is mended",
           held=f"{heard['first'] - opened:.1f} s")
    expect(all(off is not None for _, off in radio.keyings()), "PTT is off")
