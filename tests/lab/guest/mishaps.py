"""Something happens to the gateway while it transmits: how long PTT stays on, once or a hundred times."""

import ctypes
import os
import random
import signal
import time

from city import City
from machine import Unexpected, expect, figure, say, sh, virtual_time, wait_until
from radio import Radio
from service import CONFIG, Service, configure

MOST = 1.0  # seconds: the promise
TRIES = 5  # to be on the air when it happens
CHIPS = {"high": "radio", "low": "other"}  # by the level that keys
SOUND_CARDS = "/sys/bus/platform/drivers/snd_aloop"
PTRACE_SEIZE, PTRACE_INTERRUPT, WALL = 0x4206, 0x4207, 0x40000000


class Rig:
    """A radio, a channel and the service, all well. It keys by a test tone: that needs nobody to speak. A PTT line that nobody
    holds any more keeps its level, as on a Pi: it goes off only because somebody drives it off."""

    def __init__(self, active="high"):
        self.radio, self.radios, self.counted = None, {}, {}
        self.city = City()
        self.gateway = Service()
        self.random = random.Random(1)
        self.off_after = []
        self.wire(active)

    def config(self):
        return CONFIG.replace("chip: radio", f"chip: {CHIPS[self.radio.active]}").replace("active: high", f"active: {self.radio.active}")

    def wire(self, active):
        """The radio that this level keys is wired to the gateway, which is started anew with it."""
        if self.radio:
            if self.radio.active == active:
                return
            self.gateway.stop()
            trouble = self.keyed_unseen()
            if trouble:
                raise Unexpected(trouble)
            self.radio.history.rest()
        if active in self.radios:
            self.radio = self.radios[active]
            self.radio.history.watch(self.radio.chip)
        else:
            self.radio = self.radios[active] = Radio(active, CHIPS[active])
        say(f"a {active} level keys")
        configure(self.config())
        self.gateway.start()
        self.gateway.wait_online()

    def rounds(self, count):
        """Tells of so many rounds: half of them with a line that a high level keys, then half with one that a low level keys."""
        for number in range(count):
            self.wire("high" if number < (count + 1) // 2 else "low")
            yield number

    def transmit(self, seconds=8):
        """Keys, and goes on for a moment; the time."""
        if self.radio.keyed():
            raise Unexpected("PTT is on before anybody has asked for it")
        asked = time.monotonic()
        wait_until(lambda: self.gateway.tone(seconds), "the gateway transmits", 20, every=0.1)
        self.radio.wait_keyed(asked)
        time.sleep(self.random.uniform(0.05, 0.4))
        return time.monotonic()

    def transmit_until_it_happens(self, seconds):
        for _ in range(TRIES):
            self.transmit(seconds)
            trouble = self.keyed_unseen() or ("" if self.radio.keyed() else "unkeyed before it is to happen")
            if not trouble:
                return
            if virtual_time():
                raise Unexpected(trouble)
            say(f"{trouble}: the machine is starved; once more")
            time.sleep(seconds)
            self.radio.wait_unkeyed(time.monotonic())
        raise Unexpected("not keyed when it is to happen")

    def keyed_unseen(self):
        """Since the last time: whether the kernel was told to key more often than the history shows it, for less than a look at
        the line, that is, or the line of the other radio at all; how often, or ""."""
        rise = (-1, 0)
        for _ in range(20):  # the last change may not be written down yet
            counts = {radio: (len(radio.keyings()), radio.driven()) for radio in self.radios.values()}
            rise = [now - before for now, before in zip(counts[self.radio], self.counted.get(self.radio, (0, 0)))]
            if rise[0] == rise[1]:
                break
            time.sleep(0.005)
        others = [radio.active for radio in self.radios.values()
                  if radio is not self.radio and counts[radio][1] != self.counted.get(radio, (0, 0))[1]]
        self.counted = counts
        if others:
            return f"the radio that is not wired was keyed, the one of a {others[0]} level"
        return "" if rise[0] == rise[1] else f"the kernel was told to key {rise[1]} times, the line shows {rise[0]}"

    def mishap(self, what_happens, mended, seconds=8, goes_on=False):
        """Once: what happens in mid-transmission, how long PTT stays on, that it is not keyed again when the cause is gone, and,
        the next time, that the gateway transmits then. `goes_on`: what was being transmitted may rightly go on."""
        for _ in range(TRIES):
            self.transmit_until_it_happens(seconds)
            at = time.monotonic()
            what_happens()
            off = self.radio.wait_unkeyed(at)
            starved = off == at and not virtual_time()
            if starved:
                say("unkeyed for a moment when it happened: the machine is starved; once more")
                time.sleep(MOST)
                off = at + MOST
            elif off - at > MOST:
                raise Unexpected(f"PTT stays on for {off - at:.3f} s")
            mended()
            self.expect_off_since(off, goes_on)
            if not starved:
                self.off_after.append(off - at)
                return
        raise Unexpected("never on the air when it happened")

    def expect_off_since(self, off, goes_on):
        trouble = self.keyed_unseen()
        later = [keying for keying in self.radio.keyings() if keying[1] is None or keying[1] > off]
        if trouble or (later and not goes_on):
            raise Unexpected(trouble or f"PTT is on {max(later[0][0] - off, 0):.3f} s after it went off, and nobody has asked for it")

    def restart(self):
        """What systemd does by itself after RestartSec, at once."""
        self.gateway.start()

    def plug_in_card(self):
        sh(f"echo snd_aloop.0 >{SOUND_CARDS}/bind")
        wait_until(lambda: self.gateway.metrics().get('zgw_radio_card_up{radio="vhf"}') == 1, "the card is up again", 30)

    def report(self, what):
        off = sorted(self.off_after)
        expect(off[-1] <= MOST, f"PTT is off within {MOST:g} s, {len(off)} times of {len(off)}")
        figure("mishaps", what=what, times=len(off), least=round(off[0], 4), median=round(off[len(off) // 2], 4),
               most=round(off[-1], 4))
        self.off_after = []


def unplug_card():
    with open(f"{SOUND_CARDS}/unbind", "w", encoding="ascii") as file:  # a shell's start would count, too
        file.write("snd_aloop.0")


def kill(pid, number):
    os.kill(pid, number)


def threads(pid):
    """Names of the process's threads, by number."""
    names = {}
    for thread in os.listdir(f"/proc/{pid}/task"):
        with open(f"/proc/{pid}/task/{thread}/comm", encoding="utf-8") as file:
            names[int(thread)] = file.read().strip()
    return names


def stop_thread(thread):
    """One thread stands still, as in an endless wait; the others go on."""
    libc = ctypes.CDLL(None, use_errno=True)
    libc.ptrace.argtypes = [ctypes.c_long, ctypes.c_long, ctypes.c_void_p, ctypes.c_void_p]
    for request in (PTRACE_SEIZE, PTRACE_INTERRUPT):
        if libc.ptrace(request, thread, None, None) != 0:
            raise Unexpected(f"thread {thread} cannot be stopped: {os.strerror(ctypes.get_errno())}")


def reap(thread):
    """Whoever stopped a thread is told of its end first; systemd is told when that has been taken."""
    try:
        while os.waitpid(thread, os.WNOHANG | WALL)[0]:
            pass
    except ChildProcessError:
        pass


__all__ = ["MOST", "Rig", "kill", "reap", "say", "signal", "stop_thread", "threads", "unplug_card"]
