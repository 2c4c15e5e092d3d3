"""The machine as a whole: what a story expects, measures and leaves behind, and how the package gets on it."""

import json
import os
import pathlib
import subprocess
import time

SHARE = pathlib.Path("/lab/share")
HAND = "/lab/bin/lab-hand"
_children = []
_kernel = {"log": None, "lines": []}


class Unexpected(Exception):
    """Something was not as the story has it."""


def say(text):
    print(f"{time.monotonic():9.3f} {text}", flush=True)


def uptime():
    return float(pathlib.Path("/proc/uptime").read_text(encoding="ascii").split()[0])


def virtual_time():
    return "time-travel" in pathlib.Path("/proc/cmdline").read_text(encoding="ascii")


def kernel_said():
    """The lines of the kernel's log since the first look at it. They are kept here, as its memory is short; where it has forgotten
    some before they were read, that is an error."""
    if _kernel["log"] is None:
        _kernel["log"] = os.open("/dev/kmsg", os.O_RDONLY | os.O_NONBLOCK)
    while True:
        try:
            record = os.read(_kernel["log"], 8192).decode(errors="replace")
        except BlockingIOError:
            return _kernel["lines"]
        _kernel["lines"].append(record.split(";", 1)[1].split("\n")[0])


def sh(command, check=True, timeout=60):
    """Runs a shell command; its output, both kinds, without the last line end."""
    done = subprocess.run(command, shell=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
                          timeout=timeout, check=False, stdin=subprocess.DEVNULL)
    if check and done.returncode != 0:
        raise Unexpected(f"`{command}` ends with {done.returncode}: {done.stdout.strip()[-2000:]}")
    return done.stdout.rstrip("\n")


def expect(true, what):
    if not true:
        raise Unexpected(f"expected: {what}")
    say(f"  {what}")


def wait_until(condition, what, seconds=10.0, every=0.02):
    """What `condition` gives as soon as it is true; the story fails when it is not within `seconds`."""
    end = time.monotonic() + seconds
    while True:
        value = condition()
        if value:
            say(f"  {what}")
            return value
        if time.monotonic() > end:
            raise Unexpected(f"expected within {seconds:g} s: {what}")
        time.sleep(every)


def spawn(command, **options):
    """A child that lives until the story ends."""
    child = subprocess.Popen(command, **options)
    _children.append(child)
    return child


def figure(table, **row):
    """A row for a table of docs/reliability.md; it is kept when all scenarios have passed."""
    with open(SHARE / "figures.ndjson", "a", encoding="utf-8") as file:
        file.write(json.dumps({"table": table, **row}) + "\n")
    say(f"  {table}: " + ", ".join(f"{key} {value}" for key, value in row.items()))


def quick():
    """Whether the host is in a hurry (--quick)."""
    return pathlib.Path("/lab/run/quick").exists()


def times(count):
    """How often something is repeated: a tenth as often, but three times, where the host is in a hurry."""
    return max(3, count // 10) if quick() else count


def install(deb="/lab/package/package.deb"):
    sh(f"dpkg -i {deb}", timeout=120)


def keep_journal():
    """The journal goes into the shared folder as it is written, so that it is there if the machine dies or takes too long, and
    has what a story throws away."""
    with open(SHARE / "journal.txt", "w", encoding="utf-8") as file:
        spawn(["journalctl", "--no-pager", "--no-tail", "-f", "-o", "short-monotonic"], stdout=file, stderr=file)


def leave_behind():
    sh("journalctl --sync", check=False)
    time.sleep(0.5)  # journalctl has written that, too
    for child in _children:
        if child.poll() is None:
            child.terminate()
    sh(f"dmesg --syslog >{SHARE}/dmesg.txt", check=False)
    sh(f"cp -r /etc/zello-gateway/zello-gateway.yaml {SHARE}", check=False)
