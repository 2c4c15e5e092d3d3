"""The other side of the network: a channel server and people, in a network namespace of their own behind a cable (veth)."""

import json
import subprocess
import time
import wave

from machine import HAND, SHARE, Unexpected, say, sh, spawn, wait_until

HERE, THERE, PORT = "10.77.0.1", "10.77.0.2", 8443
CHANNEL = "Rescue 1"
FOLDER = "/run/city"
CA = f"{FOLDER}/channel-server.pem"


class City:
    def __init__(self):
        sh(f"""ip netns add city; ip link add name toward type veth peer name back netns city
               ip addr add {HERE}/24 dev toward; ip link set toward up; ip link set lo up; mkdir -p {FOLDER}
               ip -n city addr add {THERE}/24 dev back; ip -n city link set back up; ip -n city link set lo up""")
        self.people = []
        self.server = None
        self.start()

    def start(self):
        with open(SHARE / "server.txt", "a", encoding="utf-8") as log:
            self.server = spawn(
                ["ip", "netns", "exec", "city", "zello-gateway", "channel-server", "--listen", f"{THERE}:{PORT}",
                 "--directory", FOLDER, "--strict", "--account", "bridge-1:gateway-secret", "--account", "alice:a",
                 "--account", "bob:b", "--channel", CHANNEL], stdout=log, stderr=log)
        wait_until(lambda: sh(f"ip netns exec city ss -Hltn sport = :{PORT}"), "the channel server is there", 20)

    def person(self, name="alice"):
        person = Person(name, {"alice": "a", "bob": "b"}[name])
        self.people.append(person)
        return person

    def cable(self, netem):
        """What the cable does to packets, in both directions alike, as netem has it; "": nothing."""
        for where, device in (("", "toward"), ("ip netns exec city ", "back")):
            sh(f"{where}tc qdisc del dev {device} root", check=False)
            if netem:
                sh(f"{where}tc qdisc add dev {device} root netem limit 10000 {netem}")

    def under_way(self):
        """Whether TCP still has something, on either side of the cable, that the other has not confirmed."""
        return any(int(line.split()[2]) > 0
                   for where in ("", "ip netns exec city ") for line in sh(f"{where}ss -Htn").splitlines())

    def log(self):
        return (SHARE / "server.txt").read_text(encoding="utf-8")


class Person:
    """Somebody in the channel with the app."""

    def __init__(self, name, password):
        self.name, self.path = name, SHARE / f"{name}.ndjson"
        with open(self.path, "w", encoding="utf-8") as out:
            self.process = spawn(["ip", "netns", "exec", "city", HAND, "person", THERE, str(PORT), CA, name, password,
                                  CHANNEL, str(SHARE)], stdin=subprocess.PIPE, stdout=out, stderr=out, text=True)
        self.wait_for("online", 0)

    def notes(self, what):
        lines = self.path.read_text(encoding="utf-8").splitlines(True)
        notes = [json.loads(line) for line in lines if line.startswith("{") and line.endswith("\n")]
        return [note for note in notes if note["what"] == what]

    def wait_for(self, what, number, seconds=20.0):
        end = time.monotonic() + seconds
        while len(self.notes(what)) <= number:
            if time.monotonic() > end or self.process.poll() is not None:
                raise Unexpected(f"expected within {seconds:g} s: {self.name}: {what}, number {number + 1}; " +
                                 self.path.read_text(encoding="utf-8")[-300:])
            time.sleep(0.02)
        return self.notes(what)[number]

    def say(self, wav):
        """Begins to speak; gives when."""
        at = time.monotonic()
        self.process.stdin.write(f"say {wav}\n")
        self.process.stdin.flush()
        return at

    def said(self, number=-1, seconds=20.0):
        count = len(self.notes("said"))
        return self.wait_for("said", number if number >= 0 else max(count - 1, 0), seconds)

    def heard(self, number=0, seconds=30.0):
        note = self.wait_for("heard", number, seconds)
        say(f"  {self.name} heard {note['packets']} packets, {note['lost']} lost")
        return note


def joined(notes, wav):
    """What was heard in several streams, as one."""
    with wave.open(str(wav), "wb") as whole:
        for number, note in enumerate(notes):
            with wave.open(note["file"]) as part:
                if number == 0:
                    whole.setparams(part.getparams())
                whole.writeframes(part.readframes(part.getnframes()))
    return wav


def compare(said, heard):
    result = json.loads(sh(f"{HAND} compare {said} {heard}"))
    say("  " + ", ".join(f"{key} {value}" for key, value in result.items()))
    return result
