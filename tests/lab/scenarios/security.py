"""The service is closed as far as `systemd-analyze security` sees it, and from inside: exposure is 1.5 at most, no capability, nobody
else's secrets, no device but sound cards, GPIO chips, HID interfaces and serial ports, of which it opens what it is told to; and it
works that way (the other scenarios)."""

import pathlib

from words import *

ORDER = 11
VIRTUAL_TIME = True
MOST_EXPOSURE = 1.5
ROWS = {"security": ["systemd-analyze security"]}
REFUSED = ("/dev/kmsg", "/dev/uhid", "/dev/net/tun")  # DeviceAllow= names none of them


def story():
    radio = Radio()
    City()
    configure()
    gateway = Service()
    gateway.start()
    gateway.wait_online()
    said = sh(f"systemd-analyze security --no-pager {UNIT}").splitlines()[-1]
    exposure = float(said.split(":")[1].split()[0])
    expect(exposure <= MOST_EXPOSURE, f"exposure is {exposure}")
    figure("security", what=ROWS["security"][0], systemd=sh("systemctl --version").split()[1], exposure=exposure,
           limit=MOST_EXPOSURE)

    pid = gateway.main_pid()
    for process in (pid, gateway.guard_pid()):
        status = dict(line.split(":\t", 1) for line in
                      pathlib.Path(f"/proc/{process}/status").read_text(encoding="utf-8").splitlines() if ":\t" in line)
        for kind in ("CapInh", "CapPrm", "CapEff", "CapBnd", "CapAmb"):
            expect(int(status[kind], 16) == 0, f"{kind} of process {process} is empty")
        expect(status["Uid"].split()[0] == sh("id -u zello-gateway"), "it runs as its own user")
        expect(status["Seccomp"] == "2" and status["NoNewPrivs"] == "1", "system calls are filtered")
    password = f"/run/credentials/{UNIT}/zello-gateway_password"
    expect(sh(f"stat -c %a {password}") in ("400", "440"), "the password is where the service alone can read it")
    expect("ermission denied" in sh(f"setpriv --reuid nobody --clear-groups cat {password}", check=False), "nobody else can")

    say("what it opens besides is refused by the kernel")
    inside = f"nsenter -t {pid} -m"
    expect("Read-only" in sh(f"{inside} touch /etc/x", check=False), "the system can only be read")
    opened = sh(f"ls -l /proc/{pid}/fd /proc/{gateway.guard_pid()}/fd | sed -n 's/.* -> \\(.dev.*\\)/\\1/p' | sort -u").split()
    say(f"  it has opened {' '.join(opened)}")
    expect(opened and all(name.startswith(("/dev/snd/", "/dev/gpiochip", "/dev/null")) for name in opened), "and nothing else")

    say("the kernel refuses a device that it may not have, even to root in its control group")
    entered = f"echo $$ >/sys/fs/cgroup/system.slice/{UNIT}/cgroup.procs"
    for device in REFUSED:
        if pathlib.Path(device).exists():
            expect(sh(f": <>{device}", check=False) == "", f"{device} can be opened outside of it")
            expect("not permitted" in sh(f"{entered}; : <>{device}", check=False), "and not inside")
    for device in ("/dev/null", "/dev/snd/controlC0", "/dev/gpiochip0"):
        expect(sh(f"{entered}; : <>{device}", check=False) == "", f"{device} can, inside")
    expect(pathlib.Path(REFUSED[0]).exists(), "that was tried")

    say("who may use the control socket, may with its own users, too")
    sh("useradd -r -U -G zello-gateway olga && useradd -r -U stranger")
    tone = "zello-gateway test-tone --seconds 1"
    at = time.monotonic()
    sh(f"setpriv --reuid olga --regid olga --init-groups {tone}")
    radio.wait_unkeyed(radio.wait_keyed(at))
    expect("ermission denied" in sh(f"setpriv --reuid stranger --regid stranger --init-groups {tone}", check=False),
           "a stranger is told so")
    time.sleep(3)
    expect(len(radio.keyings()) == 1, "a stranger may not")
