"""A radio on the machine's own hardware: a sound card (snd-aloop) and a GPIO chip (gpio-sim) with the lines PTT, COS and SENSE.

The gateway has device 0 of the card; the radio is at the other end of the cable, device 1.
"""

import pathlib
import subprocess
import threading
import time

from machine import HAND, SHARE, Unexpected, expect, kernel_said, say, sh, spawn, wait_until

CONFIGFS = pathlib.Path("/sys/kernel/config/gpio-sim")
LINES = ("PTT", "COS", "SENSE")


class Chip:
    """A GPIO chip; `pulled_up` names the lines that have a resistor to 3.3 V, the others have one to ground."""

    def __init__(self, name="radio", lines=LINES, pulled_up=()):
        self.name, self.names, self.pulled_up = name, lines, pulled_up
        folder = CONFIGFS / name
        if not folder.exists():
            (folder / "bank").mkdir(parents=True)
            (folder / "bank/num_lines").write_text(str(len(lines)))
            (folder / "bank/label").write_text(name)
            for number, line in enumerate(lines):
                (folder / f"bank/line{number}").mkdir()
                (folder / f"bank/line{number}/name").write_text(line)
            self.plug_in()

    def plug_in(self):
        (CONFIGFS / self.name / "live").write_text("1")
        for line in self.pulled_up:
            self.pull(line, up=True)

    def unplug(self):
        (CONFIGFS / self.name / "live").write_text("0")

    def folder(self, line):
        bank = CONFIGFS / self.name
        chip = (bank / "bank/chip_name").read_text().strip()
        device = (bank / "dev_name").read_text().strip()
        return pathlib.Path(f"/sys/devices/platform/{device}/{chip}/sim_gpio{self.names.index(line)}")

    def pull(self, line, up):
        (self.folder(line) / "pull").write_text("pull-up" if up else "pull-down")

    def level(self, line):
        return int((self.folder(line) / "value").read_text())


class History:
    """The electrical history of a chip's lines, asked for every so many ms; kept as lines-CHIP.txt.

    With `start` False it is one that was started before the boot, and goes on.
    """

    def __init__(self, chip, lines=("PTT",), start=True, every=1):
        self.lines, self.path = lines, SHARE / f"lines-{chip.name}.txt"
        self.watcher = None
        if start:
            self.path.unlink(missing_ok=True)
            self.watch(chip, every)

    def watch(self, chip, every=1):
        if self.watcher:
            self.watcher.terminate()
        with open(self.path, "a", encoding="ascii") as file, open(SHARE / "watcher.txt", "a", encoding="utf-8") as trouble:
            wire = f":{chip.folder('SENSE') / 'pull'}"  # what senses the key is wired to it
            watched = [f"{chip.folder(line)}/value{wire if line == 'PTT' else ''}" for line in self.lines]
            self.watcher = spawn([HAND, "watch", str(every), *watched], stdout=file, stderr=trouble, start_new_session=True)
        began = time.monotonic()
        wait_until(lambda: self.changes(self.lines[-1]) and self.changes(self.lines[-1])[-1][0] > began - 1,
                   "the lines are watched", 60)

    def rest(self):
        """Nobody looks any more, until `watch`."""
        self.watcher.terminate()
        self.watcher.wait(5)

    def changes(self, line="PTT"):
        """(time, level) of each change, the first being the level at the beginning; level None: no chip."""
        index = str(self.lines.index(line))
        rows = [row.split() for row in self.path.read_text(encoding="ascii").splitlines(True) if row.endswith("\n")]
        return [(float(row[0]), None if row[2] == "-" else int(row[2])) for row in rows if row[1] == index]

    def level(self, line="PTT"):
        return self.changes(line)[-1][1]

    def wait_for(self, level, since, line="PTT", seconds=10.0):
        """When the line had this level, at `since` or first after it."""
        end = time.monotonic() + seconds
        while True:
            before = None
            for at, value in self.changes(line):
                if at <= since:
                    before = value
                elif value == level:
                    return since if before == level else at
            if before == level:
                return since
            if time.monotonic() > end:
                raise Unexpected(f"expected within {seconds:g} s: {line} at level {level}")
            time.sleep(0.005)


def sound_cards(*ids):
    """Plugs in the cards, unless there are some."""
    if "Loopback" not in pathlib.Path("/proc/asound/cards").read_text():
        sh(f"modprobe snd-aloop enable={','.join('1' for _ in ids)} id={','.join(ids)} "
           f"pcm_substreams={','.join('1' for _ in ids)}", timeout=20)
    sh("udevadm settle", check=False)


class Radio:
    """`active`: the level that keys, "high" or "low". `new` False: the one that was there before the boot."""

    def __init__(self, active="high", name="radio", card="Loopback", new=True, every=1):
        self.active = active
        self.keyed_level = 1 if active == "high" else 0
        self.card = card
        # The transistor's own resistor keeps the radio unkeyed while nobody drives the line; the squelch is closed.
        self.chip = Chip(name, pulled_up=("COS",) + (("PTT",) if active == "low" else ()))
        sound_cards(card)
        self.history = History(self.chip, start=new, every=every)
        self.recorder = None

    def chip_again(self):
        """The chip is plugged in again: as another device, so that it is looked at anew."""
        self.chip.plug_in()
        self.history.watch(self.chip)

    def hear(self, name="air"):
        """Records what is on the air, until `stop_hearing`; when it began."""
        channels = sh(f"sed -n 's/^channels: //p' /proc/asound/{self.card}/pcm0p/sub0/hw_params")
        self.recorder = spawn(["arecord", "-q", "-D", f"hw:{self.card},1", "-f", "S16_LE", "-r", "48000", "-c", channels,
                               str(SHARE / f"{name}.wav")], stderr=subprocess.DEVNULL)
        wait_until(lambda: "RUNNING" in sh(f"cat /proc/asound/{self.card}/pcm1c/sub0/status", check=False),
                   "the air is recorded")
        return time.monotonic()

    def stop_hearing(self):
        self.recorder.terminate()
        self.recorder.wait(5)

    def squelch(self, is_open):
        self.chip.pull("COS", up=not is_open)

    def speak(self, wav):
        """Somebody speaks on the radio: the squelch opens, his words come, it closes. Gives when each was."""
        opened = time.monotonic()
        self.squelch(True)
        began = time.monotonic()
        sh(f"aplay -q -D plughw:{self.card},1 {wav}")
        closed = time.monotonic()
        self.squelch(False)
        return opened, began, closed

    def speak_meanwhile(self, wav):
        thread = threading.Thread(target=self.speak, args=(wav,))
        thread.start()
        return thread

    def keyed(self):
        return self.history.level() == self.keyed_level

    def wait_keyed(self, since, seconds=10.0):
        at = self.history.wait_for(self.keyed_level, since, seconds=seconds)
        say(f"  keyed {at - since:.3f} s after")
        return at

    def wait_unkeyed(self, since, seconds=10.0):
        at = self.history.wait_for(1 - self.keyed_level, since, seconds=seconds)
        say(f"  unkeyed {at - since:.3f} s after")
        return at

    def keyings(self):
        """(on, off) of each time that PTT was on; off None: still."""
        result = []
        for at, level in self.history.changes():
            if level == self.keyed_level:
                result.append([at, None])
            elif result and result[-1][1] is None:
                result[-1][1] = at
        return [tuple(keying) for keying in result]

    def driven(self):
        """How often the kernel was told to key, be it for a moment: in virtual time nobody looks while a program computes."""
        told = f"gpio-sim: {self.chip.name} line {self.chip.names.index('PTT')} driven {self.keyed_level}"
        return kernel_said().count(told)

    def expect_never_keyed(self, when):
        expect(not self.keyings() and not self.driven(), f"PTT is never on {when}")
