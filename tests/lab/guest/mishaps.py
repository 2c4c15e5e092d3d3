"""Something happens to the gateway while it transmits: how long PTT stays on, once or a hundred times."""

import ctypes
import os
import random
import signal
import time

from city import City
from machine import Unexpected, expect, figure, say, sh, wait_until
from radio import Radio
from service import Service, configure

MOST = 1.0  # seconds: the promise
TRIES = 5  # to be on the air when it happens
DRIVER = "/sys/bus/platform/drivers/snd_aloop"
PTRACE_SEIZE, PTRACE_INTERRUPT, WALL = 0x4206, 0x4207, 0x40000000


class Rig:
    """A radio, a channel and the service, all well. It keys by a test tone: that needs nobody to speak. A PTT line that nobody
    holds any more keeps its level, as on a Pi: it goes off only because somebody drives it off."""

    def __init__(self, **config):
        self.radio = Radio()
        self.city = City()
        configure(**config)
        self.gateway = Service()
        self.gateway.start()
        self.gateway.wait_online()
        self.random = random.Random(1)
        self.off_after, self.back_after = [], []

    def transmit(self, seconds=8):
        """Keys, and goes on for a moment; the time."""
        asked = time.monotonic()
        wait_until(lambda: self.gateway.tone(seconds), "the gateway transmits", 20, every=0.1)
        self.radio.wait_keyed(asked)
        time.sleep(self.random.uniform(0.05, 0.4))
        return time.monotonic()

    def mishap(self, what_happens, mended, seconds=8):
        """Once: what happens in mid-transmission, how long PTT stays on, and that the gateway transmits again when the cause
        is gone."""
        for _ in range(TRIES):
            self.transmit(seconds)
            if self.radio.keyed():
                break
            say("unkeyed for a moment: the machine is starved; once more")
            time.sleep(seconds)  # the tone ends
        else:
            raise Unexpected("not keyed when it is to happen")
        at = time.monotonic()
        what_happens()
        off = self.radio.wait_unkeyed(at)
        self.off_after.append(off - at)
        if off - at > MOST:
            raise Unexpected(f"PTT stays on for {off - at:.3f} s")
        mended_at = time.monotonic()
        mended()
        self.back_after.append(time.monotonic() - mended_at)

    def restart(self):
        """What systemd does by itself after RestartSec, at once."""
        self.gateway.start()

    def plug_in_card(self):
        sh(f"echo snd_aloop.0 >{DRIVER}/bind")
        wait_until(lambda: self.gateway.metrics().get('zgw_radio_card_up{radio="vhf"}') == 1, "the card is up again", 30)

    def report(self, what):
        off = sorted(self.off_after)
        expect(off[-1] <= MOST, f"PTT is off within {MOST:g} s, {len(off)} times of {len(off)}")
        figure("mishaps", what=what, times=len(off), least=round(off[0], 4), median=round(off[len(off) // 2], 4),
               most=round(off[-1], 4))
        self.off_after, self.back_after = [], []


def unplug_card():
    with open(f"{DRIVER}/unbind", "w", encoding="ascii") as file:  # a shell's start would count, too
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
