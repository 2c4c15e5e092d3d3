"""The machine as a whole: what a story expects, measures and leaves behind, and how the package gets on it."""

import json
import pathlib
import subprocess
import time

SHARE = pathlib.Path("/lab/share")
HAND = "/lab/bin/lab-hand"
_children = []


class Unexpected(Exception):
    """Something was not as the story has it."""


def say(text):
    print(f"{time.monotonic():9.3f} {text}", flush=True)


def uptime():
    return float(pathlib.Path("/proc/uptime").read_text(encoding="ascii").split()[0])


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


def times(count):
    """How often something is repeated: a tenth as often, but three times, where the host is in a hurry (--quick)."""
    return max(3, count // 10) if pathlib.Path("/lab/run/quick").exists() else count


def install(deb="/lab/package/package.deb"):
    sh(f"dpkg -i {deb}", timeout=120)


def leave_behind():
    for child in _children:
        if child.poll() is None:
            child.terminate()
    sh(f"journalctl --no-pager -o short-monotonic >{SHARE}/journal.txt; dmesg >{SHARE}/dmesg.txt", check=False)
    sh(f"cp -r /etc/zello-gateway/zello-gateway.yaml {SHARE}", check=False)
