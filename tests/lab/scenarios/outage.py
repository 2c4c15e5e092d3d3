"""The cable is cut for a minute: an over from the radio at its end is held and delivered, one at its beginning is given up
after `hold_radio`, and what Alice was saying ends within `stall`."""

from words import *

ORDER = 41
LIMIT = 600
VIRTUAL_TIME = True


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

    # The gateway tries again in pauses of up to 16 s by then, and holds an over for 30.
    say("somebody speaks on the radio at once, and again five seconds before the cable is mended")
    radio.speak(OTHER)
    time.sleep(max(0, cut + 55 - time.monotonic()))
    radio.speak(SPEECH)
    time.sleep(max(0, cut + 60 - time.monotonic()))
    mended = time.monotonic()
    city.cable("")
    gateway.wait_online(90)
    back = time.monotonic() - mended
    heard = alice.heard(0, 120)
    likeness = compare(SPEECH, heard["file"])
    expect(likeness["correlation"] > 0.6 and likeness["head"] + likeness["tail"] + likeness["gaps"] == 0,
           f"the later over is delivered whole, {heard['first'] - mended:.1f} s after the cable is mended")
    time.sleep(20)
    expect(len(alice.notes("heard")) == 1, "the first one is given up")
    figure("outage", back=round(back, 1), delivered=round(heard["first"] - mended, 1))
    expect(all(off is not None for _, off in radio.keyings()), "PTT is off")
