"""The cable to the channel server loses packets, delays them, reorders them, or is cut for a minute: what is lost of what is said
both ways, what is held, and how late it comes."""

from words import *

ORDER = 40
LIMIT = 900
VIRTUAL_TIME = True
OVERS = 2
NETWORKS = {
    "a good one": "",
    "1 % of the packets lost": "loss 1%",
    "5 % lost": "loss 5%",
    "20 % lost": "loss 20%",
    "50 ms each way": "delay 50ms",
    "200 ms each way": "delay 200ms",
    "800 ms each way": "delay 800ms",
    "100 ms ± 50 ms each way": "delay 100ms 50ms distribution normal rate 10mbit",
    "20 ms, a quarter of the packets overtaking": "delay 20ms reorder 25% 50%",
}
ROWS = {"network": ["a good one", "1 % of the packets lost", "5 % lost", "20 % lost", "50 ms each way", "200 ms each way",
                    "800 ms each way", "100 ms ± 50 ms each way", "20 ms, a quarter of the packets overtaking"]}


def missing(likeness):
    return (likeness["head"] + likeness["tail"] + likeness["gaps"]) / 1000


def links_lost(gateway):
    return gateway.metrics()['zgw_account_sessions_lost_total{account="main"}']


def quiet(radio):
    """PTT has been off for five seconds: nothing is under way any more, not even what came after a stall."""
    return not radio.keyed() and time.monotonic() - radio.history.changes()[-1][0] > 5


def story():
    radio = Radio(every=5)
    city = City()
    alice = city.person("alice")
    configure()
    gateway = Service()
    gateway.start()
    gateway.wait_online()
    for what, netem in NETWORKS.items():
        say(f"the network: {what}")
        city.cable(netem)
        up, down, said, lost = [], [], 0, links_lost(gateway)
        for number in range(OVERS):
            count = len(alice.notes("heard"))
            opened, _, _ = radio.speak(SPEECH)
            heard = alice.heard(count, 60)
            likeness = compare(SPEECH, heard["file"])
            said += likeness["said"]
            up.append((heard["first"] - opened, missing(likeness)))
            time.sleep(2)
            recording = radio.hear(f"air-{number}")
            count = len(alice.notes("said"))
            asked = alice.say(SPEECH)
            spoken = alice.said(count, 60)
            radio.wait_keyed(asked, 30)
            wait_until(lambda: quiet(radio), "PTT is off, and stays so", 90, every=0.2)
            radio.stop_hearing()
            likeness = compare(SPEECH, SHARE / f"air-{number}.wav")
            down.append((recording + likeness["delay"] - spoken["first"], missing(likeness)))
        figure("network", what=what, lost_up=f"{sum(l for _, l in up):.1f} of {said:.1f} s",
               delay_up=f"{max(d for d, _ in up):.2f} s",
               lost_down=f"{sum(l for _, l in down):.1f} of {said:.1f} s",
               delay_down=f"{max(d for d, _ in down):.2f} s",
               link="stays" if links_lost(gateway) == lost else "was lost")
        expect(sum(l for _, l in up) == 0, "nothing is lost of what the radio says: TCP sends it again, and it is held for so long")
        if what == "a good one":
            expect(sum(l for _, l in down) == 0, "nor of what the channel says")
    city.cable("")
    expect(all(off and off - on < 30 for on, off in radio.keyings()), "PTT is off after each of them")
