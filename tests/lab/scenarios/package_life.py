"""The package's life on a machine that runs: it is installed, and nothing is switched on; it is configured, and works with what
was plugged in before; it is upgraded, removed and purged while it transmits, and PTT goes off each time. What is the operator's
stays until the purge, which leaves nothing but the user and the groups."""

import pathlib

from machine import install
from mishaps import MOST
from words import *

ORDER = 12
LIMIT = 1800
VIRTUAL_TIME = True
INSTALLED = False  # it is the story that installs it
HERE, NEXT = "/lab/package/package.deb", "/run/next.deb"
MINE = "# mine\n"


def make_next():
    """The next version, whose example of a configuration is another one."""
    sh(f"""dpkg-deb --raw-extract {HERE} /run/next && cd /run/next
           sed -i 's/^\\(Version: .*\\)/\\1+next/' DEBIAN/control
           echo '# the next example' >>etc/zello-gateway/zello-gateway.yaml
           dpkg-deb --root-owner-group -z1 -Zgzip --build . {NEXT}""", timeout=120)


def version():
    return sh("dpkg-query -W -f '${db:Status-Status} ${Version}' zello-gateway")


def kept():
    """What is the operator's own: each file with its content, rights and owner."""
    paths = sorted(path for path in ETC.rglob("*") if path.is_file() and "dpkg" not in path.name)
    return {str(path): (path.read_bytes(), path.stat().st_mode, path.owner(), path.group()) for path in paths}


def transmit(radio):
    asked = time.monotonic()
    sh("zello-gateway test-tone --seconds 30")
    radio.wait_keyed(asked)
    time.sleep(0.3)
    expect(radio.keyed(), "it transmits")
    return time.monotonic()


def expect_off(radio, since, what):
    """PTT went off with the service, in time, and once for all."""
    off = radio.wait_unkeyed(since)
    expect(off - since < MOST, f"PTT is off {off - since:.3f} s after {what} has begun")
    expect(radio.keyings()[-1][1] is not None, "and has stayed off")


def installed(radio, gateway):
    install()
    say(f"  {version()}")
    expect(sh(f"systemctl is-enabled {UNIT}", check=False) == "disabled", "it is not switched on")
    expect(not gateway.active(), "it does not run")
    sh(f"systemctl preset {UNIT}")
    expect(sh(f"systemctl is-enabled {UNIT}", check=False) == "disabled", "nor by its preset")
    sh(f"setpriv --reuid zello-gateway --regid zello-gateway --init-groups zello-gateway check {ETC}/zello-gateway.yaml")
    time.sleep(30)
    radio.expect_never_keyed("while it is installed")


def upgraded(radio, gateway):
    with open(ETC / "zello-gateway.yaml", "a", encoding="utf-8") as file:
        file.write(MINE)
    pid, before = gateway.main_pid(), kept()
    keyings = len(radio.keyings())
    transmit(radio)
    at = time.monotonic()
    said = sh(f"echo | dpkg -i {NEXT}", timeout=120)  # Return: the default answer to what dpkg asks
    expect("onfiguration file" in said, "dpkg asks about the configuration, whose example has changed")
    expect_off(radio, at, "the upgrade")
    expect(version().endswith("+next"), "the next version is installed")
    expect(kept() == before, "configuration and secrets are what they were")
    expect(gateway.active() and gateway.main_pid() != pid, "the service is another process")
    expect(sh(f"systemctl is-enabled {UNIT}", check=False) == "enabled", "it is switched on as before")
    gateway.wait_online()
    expect(len(radio.keyings()) == keyings + 1, "nothing was keyed meanwhile")


def upgraded_while_stopped(gateway):
    sh(f"systemctl stop {UNIT}", timeout=70)
    sh(f"echo | dpkg -i {NEXT}", timeout=120)
    expect(not gateway.active(), "what the operator has stopped stays so")
    sh(f"systemctl start {UNIT}", timeout=70)
    gateway.wait_online()


def removed(radio, gateway):
    before = kept()
    transmit(radio)
    at = time.monotonic()
    sh("dpkg --remove zello-gateway", timeout=120)
    expect_off(radio, at, "the removal")
    expect(not gateway.active(), "it does not run")
    expect(not pathlib.Path("/usr/bin/zello-gateway").exists(), "the program is gone")
    expect(kept() == before, "configuration and secrets are there")
    expect(not sh("pgrep -u zello-gateway", check=False), "no process is left, nor a key guard")


def purged():
    sh("rm -r /etc/systemd/system/zello-gateway.service.d", check=False)  # the operator's own, as `systemctl edit` makes it
    sh("dpkg --purge zello-gateway", timeout=120)
    sh("systemctl daemon-reload")
    left = sh("find / -xdev \\( -path /lab -o -path /proc -o -path /sys -o -path /mnt -o -path /run/next -o -path /run/log \\) -prune"
              " -o -name '*zello*' -print")
    left += sh("find /run /tmp /dev -path /run/next -prune -o -name '*zello*' -print")
    expect(not left, f"no file is left {left}")
    expect(sh(f"systemctl show {UNIT} -p LoadState --value") == "not-found", "nor a unit")
    expect(not sh("dpkg-query -W -f '${db:Status-Status}' zello-gateway 2>/dev/null", check=False), "nor a record of it")
    sh("getent passwd zello-gateway && getent group zello-gateway gpio")
    say("  the user and the groups stay")


def story():
    radio = Radio()  # there before the package is, as the radio of somebody who has just read of it
    gateway = Service()
    make_next()
    say("it is installed")
    installed(radio, gateway)

    say("it is configured and switched on")
    city = City()
    city.person("alice")
    configure()
    sh(f"systemctl enable --now {UNIT}", timeout=70)
    gateway.wait_online()
    radio.expect_never_keyed("before anybody speaks")

    say("it is upgraded while it transmits")
    upgraded(radio, gateway)
    say("it is stopped, because somebody works on the antenna, and installed once more")
    upgraded_while_stopped(gateway)
    say("it is removed while it transmits")
    removed(radio, gateway)
    say("it is purged")
    purged()
    keyings = radio.keyings()
    expect(len(keyings) == 2 and all(off for _, off in keyings), "PTT was on twice in all")
