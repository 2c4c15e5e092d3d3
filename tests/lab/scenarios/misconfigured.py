"""The service cannot start, for every reason that an operator meets: two radios, one keyed by a high level, one by a low one, are
never keyed, and the journal says what to do."""

import shutil

from words import *

ORDER = 21
LIMIT = 1800
VIRTUAL_TIME = True


def attempts():
    """(what is wrong, how it is made so, what the journal says)"""
    file = ETC / "zello-gateway.yaml"

    def instead(right, wrong):
        return lambda: file.write_text(TWO.replace(right, wrong), encoding="utf-8")

    yield "an unknown key", instead("active: high", "aktive: high"), "did you mean active"
    yield "no configuration", file.unlink, "zello-gateway.yaml"
    yield "sound cards that are not there", instead("hw:CARD=", "hw:CARD=No"), "sound card hw:CARD=No"
    yield "lines that are not there", instead("line: COS", "line: NOTHING"), "NOTHING"
    yield "a chip that is not there", instead("chip: radio", "chip: nothing"), "nothing"
    yield "one line for both", instead("line: COS", "line: PTT"), "used already"
    yield "a password that is not there", (ETC / "credentials/password").unlink, "has not handed over the credential"
    yield "no folder of credentials", lambda: shutil.rmtree(ETC / "credentials"), "status=243/CREDENTIALS"


def story():
    sound_cards("Loopback", "Second")
    high, low = Radio("high", every=5), Radio("low", "other", card="Second", every=5)
    City()
    gateway = Service()
    for what, make_wrong, said in attempts():
        say(what)
        configure(TWO)
        make_wrong()
        sh(f"journalctl --rotate --vacuum-time=1us -q; systemctl reset-failed {UNIT}; systemctl start --no-block {UNIT}",
           check=False)
        gateway.expect_said(said, 20)
        time.sleep(3)  # systemd tries again, where that is of any use
        expect(not gateway.active(), "it does not run")
        gateway.stop()
        high.expect_never_keyed("where a high level keys")
        low.expect_never_keyed("where a low level keys")

    say("and with nothing wrong it starts, and keys, so that the above means something")
    configure(TWO)
    gateway.start()
    gateway.wait_online()
    for radio, bridge in ((high, "vhf"), (low, "uhf")):
        asked = time.monotonic()
        sh(f"zello-gateway test-tone --bridge {bridge} --seconds 1")
        radio.wait_unkeyed(radio.wait_keyed(asked))
