"""The gateway as an operator has it: /etc/zello-gateway, the unit, its journal, its status page."""

import json
import pathlib
import socket
import urllib.request

from city import CA, CHANNEL, PORT, THERE
from machine import sh, wait_until

ETC = pathlib.Path("/etc/zello-gateway")
CONTROL = "/run/zello-gateway/control.sock"
UNIT = "zello-gateway.service"

CONFIG = f"""\
gateway: {{name: lab}}
accounts:
  main:
    service: work
    url: wss://{THERE}:{PORT}/ws
    ca_file: {ETC}/server.pem
    username: bridge-1
    password: {{credential: password}}
radios:
  vhf:
    sound: {{device: "hw:CARD=Loopback,DEV=0"}}
    cos: {{source: gpio, chip: radio, line: COS, active: low}}
    ptt: {{method: gpio, chip: radio, line: PTT, active: high}}
bridges:
  - {{name: vhf, account: main, channel: "{CHANNEL}", radio: vhf}}
"""

# A second radio, keyed by a low level, on a card and a chip of its own.
TWO = CONFIG.replace("bridges:", """\
  uhf:
    sound: {device: "hw:CARD=Second,DEV=0"}
    cos: {source: gpio, chip: other, line: COS, active: low}
    ptt: {method: gpio, chip: other, line: PTT, active: low}
bridges:""").replace("  main:", "  second: {service: work, url: wss://10.77.0.2:8443/ws, username: bridge-2, password: {value: x}}\n"
                     "  main:") + '  - {name: uhf, account: second, channel: "Event Crew", radio: uhf}\n'


def configure(text=CONFIG, certificate=True):
    """Writes configuration and secrets as the manual has it."""
    sh(f"mkdir -p {ETC} && install -d -m 700 {ETC}/credentials && chgrp zello-gateway {ETC}")
    (ETC / "zello-gateway.yaml").write_text(text, encoding="utf-8")
    (ETC / "credentials/password").write_text("gateway-secret", encoding="utf-8")
    sh(f"chmod 640 {ETC}/zello-gateway.yaml; chgrp zello-gateway {ETC}/zello-gateway.yaml; chmod 600 {ETC}/credentials/*")
    if certificate:
        sh(f"install -m 644 {CA} {ETC}/server.pem")


def drop_in(name, lines, section="Service"):
    folder = pathlib.Path(f"/etc/systemd/system/{UNIT}.d")
    folder.mkdir(parents=True, exist_ok=True)
    (folder / f"{name}.conf").write_text(f"[{section}]\n{lines}\n", encoding="utf-8")
    if pathlib.Path("/run/systemd/system").exists():
        sh("systemctl daemon-reload")


class Service:
    def start(self):
        """As the operator does: returns when the gateway says that it is ready."""
        sh(f"systemctl start {UNIT}", timeout=70)

    def stop(self):
        sh(f"systemctl stop {UNIT}", timeout=30)

    def show(self, name):
        return sh(f"systemctl show {UNIT} -p {name} --value")

    def main_pid(self):
        return int(self.show("MainPID"))

    def guard_pid(self):
        return int(sh(f"pgrep -P {self.main_pid()}"))

    def active(self):
        return self.show("ActiveState") == "active"

    def journal(self):
        return sh(f"journalctl --no-pager -o cat -u {UNIT}")

    def expect_said(self, text, seconds=10.0):
        wait_until(lambda: text in self.journal(), f'the journal says "{text}"', seconds, every=0.2)

    def metrics(self):
        try:
            with urllib.request.urlopen("http://127.0.0.1:8073/metrics", timeout=5) as page:
                lines = page.read().decode().splitlines()
        except OSError:
            return {}
        return {line.rsplit(" ", 1)[0]: float(line.rsplit(" ", 1)[1]) for line in lines if not line.startswith("#")}

    def tone(self, seconds):
        """What `zello-gateway test-tone` asks for; whether it was granted."""
        with socket.socket(socket.AF_UNIX) as control:
            try:
                control.connect(CONTROL)
                control.sendall(json.dumps({"send": "tone", "seconds": seconds}).encode() + b"\n")
                return json.loads(control.makefile().readline() or "{}").get("ok", False)
            except OSError:
                return False

    def wait_online(self, seconds=30.0):
        wait_until(lambda: self.metrics().get('zgw_bridge_online{bridge="vhf"}') == 1, "the channel is online", seconds,
                   every=0.05)

    def wait_active(self, seconds=30.0):
        wait_until(self.active, "the service is active", seconds, every=0.1)

    def expect_result(self, state, result, seconds=20.0):
        wait_until(lambda: (self.show("ActiveState"), self.show("Result")) == (state, result),
                   f"the service is {state}: {result}", seconds, every=0.1)


