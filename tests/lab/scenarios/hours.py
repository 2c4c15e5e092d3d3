"""Three hours of traffic in virtual time, one of them where the host is in a hurry (--quick), an over each way every ten minutes:
nothing grows, nothing is lost, nothing stays keyed."""

from words import *

ORDER = 51
LIMIT = 3600
VIRTUAL_TIME = True
HOURS = 3


def memory_of(pid):
    return int(sh(f"awk '/^VmRSS:/ {{print $2}}' /proc/{pid}/status"))


def story():
    overs = 6 if quick() else 6 * HOURS
    radio = Radio(every=20)
    city = City()
    alice = city.person("alice")
    configure()
    gateway = Service()
    gateway.start()
    gateway.wait_online()
    pid, memory = gateway.main_pid(), []
    for number in range(overs):
        began = time.monotonic()
        radio.speak(SPEECH)
        heard = alice.heard(number)
        likeness = compare(SPEECH, heard["file"])
        expect(likeness["correlation"] > 0.6 and likeness["head"] + likeness["tail"] + likeness["gaps"] == 0,
               "Alice has heard every word")
        time.sleep(2)
        asked = alice.say(SPEECH)
        on = radio.wait_keyed(asked)
        said = alice.said(number)
        off = radio.wait_unkeyed(said["ended"])
        expect(off - on < 10, "PTT is off")
        memory.append(memory_of(pid))
        time.sleep(max(0, began + 600 - time.monotonic()))
    expect(gateway.main_pid() == pid, "it is still the same process")
    expect(len(radio.keyings()) == overs, "keyed once for each over")
    expect(memory[-1] - memory[1] < 1024, f"its memory has grown by {memory[-1] - memory[1]} kB in {overs // 6} h")
    metrics = gateway.metrics()
    for name in ("xruns_total", "rx_overruns_total", "tx_underruns_total", "ptt_failures_total", "ptt_lapses_total"):
        expect(metrics[f'zgw_radio_{name}{{radio="vhf"}}'] == 0, f"{name} is 0")
