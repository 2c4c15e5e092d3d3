"""The machine boots with two radios wired to it, one keyed by a high level, one by a low one: neither is keyed before the
service starts, while it starts, or after, with no network and the service enabled as an operator has it."""

from words import *

ORDER = 20
VIRTUAL_TIME = True  # what comes before what is asked, not how fast


def before_boot():
    sound_cards("Loopback", "Second")
    Radio("high", "radio")
    Radio("low", "other", card="Second")
    configure(TWO.replace(f"    ca_file: {ETC}/server.pem\n", ""), certificate=False)
    sh(f"systemctl enable {UNIT}")


def story():
    high, low = Radio("high", "radio", new=False), Radio("low", "other", card="Second", new=False)
    gateway = Service()
    gateway.wait_active()
    gateway.expect_said("connecting again")
    wait_until(lambda: all(gateway.metrics().get(f'zgw_radio_card_up{{radio="{radio}"}}') == 1 for radio in ("vhf", "uhf")),
               "both sound cards are up", 20, every=0.2)
    high.expect_never_keyed("where a high level keys")
    low.expect_never_keyed("where a low level keys")
    systemd = int(sh("systemctl show -p UserspaceTimestampMonotonic --value")) / 1e6
    for radio in (high, low):
        expect(radio.history.changes()[0][0] < systemd, "its history begins before systemd does")

    say("PTT can be keyed at all, so that the above means something")
    for radio, bridge in ((high, "vhf"), (low, "uhf")):
        at = time.monotonic()
        sh(f"zello-gateway test-tone --bridge {bridge} --seconds 1")
        radio.wait_unkeyed(radio.wait_keyed(at))
        expect(len(radio.keyings()) == 1 and radio.driven() == 1, "once")

    say("the service is stopped, started, and started again")
    for _ in range(3):
        gateway.stop()
        time.sleep(0.5)
        gateway.start()
        time.sleep(0.5)
    gateway.stop()
    time.sleep(1)
    for radio in (high, low):
        expect(len(radio.keyings()) == 1 and radio.driven() == 1, "nothing was keyed meanwhile")
