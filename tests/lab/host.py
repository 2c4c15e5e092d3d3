#!/usr/bin/env python3
"""The lab: boots a machine of its own for each scenario, and says how they went.

usage: host.py --package DEB --hand PROGRAM --results FOLDER [--suite SUITE] [--quick] [--seconds N [--spent N]] [SCENARIO…]

The machine is a User Mode Linux kernel, a program of this user; kernel and image are made from Debian's packages when they
are not in the cache. DEB is what is installed on it. Scenarios are the files of tests/lab/scenarios, in the order of
their ORDER; what each leaves behind is in FOLDER/SCENARIO, what all have measured in FOLDER/figures.json.
With --quick what is repeated a hundred times is repeated ten times. With --seconds no scenario begins after so many, of which
--spent are over when this begins; those that are left out are named and counted as skipped.
"""

import argparse
import fcntl
import hashlib
import json
import os
import pathlib
import shutil
import subprocess
import sys
import tempfile
import time

HERE = pathlib.Path(__file__).resolve().parent
sys.path.insert(0, str(HERE.parent / "lint"))
import lab as scenes  # noqa: E402  pylint: disable=wrong-import-position,import-self
SPEECH = {"speech.wav": "The bridge is closed. Bring blankets and hot tea to the old mill.",
          "other.wav": "Nobody has seen the two hikers since noon, we go on searching below the glacier.",
          "long.wav": " ".join(["Rescue one to base: we are at the upper hut, all well, over."] * 8)}

MOST_QUICK = 900  # seconds: .ci/run waits no longer for the last one, and a scenario that hangs is to fail, not to be left out


def cache_folder():
    return pathlib.Path(os.environ.get("XDG_CACHE_HOME") or pathlib.Path.home() / ".cache") / "zello-gateway-lab"


def key_of(*parts):
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part.read_bytes() if isinstance(part, pathlib.Path) else str(part).encode())
        digest.update(b"\0")
    return digest.hexdigest()[:16]


def output_of(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip()


def made(kind, key, product, command):
    """The folder of the cache with `product` in it; made by `command` with the folder as its last argument, if need be."""
    folder = cache_folder() / f"{kind}-{key}"
    folder.mkdir(parents=True, exist_ok=True)
    with open(folder / ".lock", "w", encoding="ascii") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (folder / ".made").exists():
            print(f"building the {kind} in {folder}", flush=True)
            began = time.monotonic()
            with open(folder / "log.txt", "w", encoding="utf-8") as log:
                status = subprocess.run([*command, str(folder)], stdout=log, stderr=log, check=False).returncode
            if status != 0 or not (folder / product).exists():
                sys.exit((folder / "log.txt").read_text(encoding="utf-8", errors="replace")[-3000:] +
                         f"\nlab: the {kind} cannot be built")
            (folder / ".made").touch()
            print(f"  {time.monotonic() - began:.0f} s", flush=True)
    return folder


def kernel():
    version = output_of("dpkg-query", "-W", "-f", "${Version}", "linux-source-6.1")
    return made("kernel", key_of(version, HERE / "kernel.config", HERE / "kernel.sh"), "linux", [str(HERE / "kernel.sh")])


def image(suite, deb):
    depends = output_of("dpkg-deb", "-f", str(deb), "Depends")
    names = sorted({choice.split("|")[0].split("(")[0].strip() for choice in depends.split(",") if choice.strip()})
    guest = [HERE / "guest" / name for name in ("lab-init", "lab-story", "lab-story.service", "lab.target")]
    return made("image", key_of(suite, names, HERE / "image.sh", *guest), "image.squashfs",
                [str(HERE / "image.sh"), suite, ",".join(names)])


def last_lines(path, count, having=""):
    lines = path.read_text(encoding="utf-8", errors="replace").splitlines() if path.exists() else []
    return ["    " + line for line in lines if having in line][-count:]


def constant(scenario, name, default):
    return scenes.constant(HERE / "scenarios" / f"{scenario}.py", name, default)


class Lab:
    def __init__(self, options):
        self.options = options
        self.kernel, self.image = kernel(), image(options.suite, options.package)
        self.bin = options.results / "bin"
        shutil.rmtree(self.bin, ignore_errors=True)
        self.bin.mkdir(parents=True)
        self.pack_hand()
        for name, text in SPEECH.items():
            subprocess.run([str(options.hand), "speech", str(self.bin / name), text], check=True)
        self.package = options.results / "package"
        shutil.rmtree(self.package, ignore_errors=True)
        self.package.mkdir()
        shutil.copy(options.package, self.package / "package.deb")

    def pack_hand(self):
        """The hand with this machine's libraries, so that it works whatever Debian the image is."""
        libraries = self.bin / "lib"
        libraries.mkdir()
        for line in output_of("ldd", str(self.options.hand)).splitlines():
            path = next((word for word in line.split() if word.startswith("/")), None)
            if path:
                shutil.copy(path, libraries)
        shutil.copy(self.options.hand, libraries / "lab-hand")
        [loader] = libraries.glob("ld-linux*")
        script = f'#!/bin/sh\nexec /lab/bin/lib/{loader.name} --library-path /lab/bin/lib /lab/bin/lib/lab-hand "$@"\n'
        (self.bin / "lab-hand").write_text(script, encoding="ascii")
        (self.bin / "lab-hand").chmod(0o755)

    def tell(self, scenario):
        """Boots the machine for one scenario. Its exit status; 124: it took too long, 125: the machine died."""
        share = self.options.results / scenario
        shutil.rmtree(share, ignore_errors=True)
        share.mkdir()
        for name in SPEECH:
            shutil.copy(self.bin / name, share)
        # The machine's memory is a file that is executed: on a RAM disk if there is one.
        memory = "/dev/shm" if os.access("/dev/shm", os.W_OK | os.X_OK) else tempfile.gettempdir()
        with tempfile.TemporaryDirectory(prefix="lab-") as run, open(share / "console.txt", "wb") as console:
            pathlib.Path(run, "story").write_text(f"/lab/tests/scenarios/{scenario}.py\n", encoding="ascii")
            if self.options.quick:
                pathlib.Path(run, "quick").touch()
            folders = {"lib/modules": self.kernel / "lib/modules", "lab/share": share, "lab/tests": HERE,
                       "lab/bin": self.bin, "lab/package": self.package}
            pathlib.Path(run, "folders").write_text(
                "".join(f"{place} {folder}\n" for place, folder in folders.items()), encoding="utf-8")
            image_file = self.image / "image.squashfs"
            root = [f"ubd0r={image_file}", "root=/dev/ubda"]
            if constant(scenario, "VIRTUAL_TIME", False):  # waiting for a disk would let time jump: the image in memory
                root = [f"initrd={image_file}", "root=/dev/ram0", "time-travel=inf-cpu"]
            machine = subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", str(self.kernel / "linux"), "umid=lab", f"uml_dir={run}",
                 f"mem={constant(scenario, 'MEMORY', '512M')}", "quiet", "panic=-1", *root, "ro", "rootfstype=squashfs",
                 "con=null", "con0=null,fd:2", "ssl=null", "console=tty0", "init=/usr/sbin/lab-init", f"lab_run={run}"],
                stdin=subprocess.DEVNULL, stdout=console, stderr=console, env=os.environ | {"HOME": run, "TMPDIR": memory})
            try:
                machine.wait(self.limit(scenario))
            except subprocess.TimeoutExpired:
                return 124
            finally:
                machine.terminate()
                machine.wait()
            status = pathlib.Path(run, "status")
            return int(status.read_text(encoding="ascii")) if status.exists() else 125

    def limit(self, scenario):
        seconds = constant(scenario, "LIMIT", 900)
        return min(seconds, MOST_QUICK) if self.options.quick else seconds

    def show_failure(self, scenario, status):
        share = self.options.results / scenario
        reason = {124: "it took too long", 125: "the machine died"}.get(status, f"status {status}")
        told, console, journal = (share / name for name in ("told.txt", "console.txt", "journal.txt"))
        print("\n".join([f"  {reason}; {share} has the rest", *last_lines(told, 12),
                         "  the machine's last words:", *last_lines(console, 4),
                         "  the gateway's last words:", *last_lines(journal, 8, " zello-gateway[")]), flush=True)


def figures(results, scenarios):
    """The rows of all tables, in the order of the scenarios."""
    rows = []
    for scenario in scenarios:
        path = results / scenario / "figures.ndjson"
        if path.exists():
            virtual = constant(scenario, "VIRTUAL_TIME", False)
            lines = path.read_text(encoding="utf-8").splitlines()
            rows += [{"scenario": scenario, "virtual": virtual, **json.loads(line)} for line in lines]
    return rows


def show_figures(results, scenario):
    for row in figures(results, [scenario]):
        values = [f"{key} {value}" for key, value in row.items() if key not in ("scenario", "table")]
        print(f"    {row['table']}: {', '.join(values)}", flush=True)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--package", type=pathlib.Path, required=True)
    parser.add_argument("--hand", type=pathlib.Path, required=True)
    parser.add_argument("--results", type=pathlib.Path, required=True)
    parser.add_argument("--suite", default="bookworm")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--seconds", type=float, default=float("inf"))
    parser.add_argument("--spent", type=float, default=0)
    parser.add_argument("scenarios", nargs="*")
    options = parser.parse_args()
    options.results = options.results.resolve()
    options.results.mkdir(parents=True, exist_ok=True)
    known = [path.stem for path in scenes.scenarios()]
    unknown = [name for name in options.scenarios if name not in known]
    if unknown:
        sys.exit(f"lab: no scenario is called {', '.join(unknown)}: {', '.join(known)}")
    if not options.package.is_file():
        sys.exit(f"lab: there is no package {options.package}: nothing to install")
    end = time.monotonic() + options.seconds - options.spent
    lab = Lab(options)
    failed, skipped, told = [], [], []
    wanted = options.scenarios or known
    for scenario in wanted:
        if time.monotonic() > end:
            print(f"SKIPPED {scenario}: the {options.seconds:.0f} s are over", flush=True)
            skipped.append(scenario)
            continue
        began = time.monotonic()
        told.append(scenario)
        status = lab.tell(scenario)
        print(f"{'passed' if status == 0 else 'FAILED'} {scenario} ({time.monotonic() - began:.0f} s)", flush=True)
        show_figures(options.results, scenario)
        if status != 0:
            failed.append(scenario)
            lab.show_failure(scenario, status)
    (options.results / "figures.json").write_text(json.dumps(figures(options.results, told), indent=1) + "\n",
                                                  encoding="utf-8")
    passed = len(wanted) - len(failed) - len(skipped)
    print(f"\n{len(wanted)} scenarios on {options.suite}: {passed} passed, {len(failed)} failed" +
          (f", {len(skipped)} SKIPPED" if skipped else ""))
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
