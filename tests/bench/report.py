#!/usr/bin/env python3
"""Shows what the bench has measured: a table, with the change to the run that is kept, and the rivals beside it.

usage: report.py MEASURED.json GATEWAY [--keep]

With --keep the run becomes the one that is kept (docs/performance.json), and the table in docs/performance.md is
written anew.
"""

import datetime
import json
import pathlib
import platform
import re
import subprocess
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
KEPT = ROOT / "docs/performance.json"
PAGE = ROOT / "docs/performance.md"
TABLE = re.compile(r"(<!-- bench -->\n)(.*?)(<!-- end of bench -->)", re.DOTALL)

# Others on the same simulated card, measured on another run of a bench; docs/performance.md says which.
RIVALS = {
    "idle": "SvxLink 0.57, zellostream 1.3, asl-zello-bridge 1.8, zello-link 3.7",
    "memory": "SvxLink 7, asl-zello-bridge 40, zello-link 58, zellostream 103",
    "onset": "zellostream 85, zello-link 98, SvxLink 116, asl-zello-bridge 227",
    "rx_cpu": "SvxLink 1.7–2.4, zellostream 2.5, asl-zello-bridge 3.9, zello-link 10",
}


def machine():
    text = pathlib.Path("/proc/cpuinfo").read_text(encoding="utf-8")
    model = re.search(r"^(?:model name|Model)\s*:\s*(.*)$", text, re.MULTILINE)
    cores = len(re.findall(r"^processor\s*:", text, re.MULTILINE))
    release = platform.freedesktop_os_release().get("PRETTY_NAME", "")
    return f"{cores} cores of {model[1] if model else platform.machine()}, {release}, Linux {platform.release()}"


def libraries(gateway):
    out = subprocess.run([gateway, "version"], check=True, capture_output=True, text=True).stdout.split("\n")
    return ", ".join(line.strip() for line in out if line.strip())


def commit():
    """What is measured, where git knows: "1a2b3c4", with "-dirty" where files are not as they are there."""
    said = subprocess.run(["git", "-C", str(ROOT), "describe", "--always", "--dirty", "--abbrev=7", "--match", "no tag"],
                          check=False, capture_output=True, text=True)
    return said.stdout.strip() if said.returncode == 0 else ""


def number(value):
    return f"{value:.3g}" if abs(value) < 100 else f"{value:.0f}"


def with_unit(value, unit):
    return f"{number(value)} {unit}".strip()


def reached(row):
    if "bound" not in row:
        return ""
    return "yes" if row["value"] <= row["bound"] else "**no**"


def change(row, before):
    if before is None:
        return ""
    was = f"was {number(before['value'])}"
    if not before["value"]:
        return was
    return f"{was}, {100 * (row['value'] / before['value'] - 1):+.0f} %"


def show(rows, kept):
    width = max(len(row["figure"]) for row in rows)
    for row in rows:
        bound = f"≤ {with_unit(row['bound'], row['unit'])}" if "bound" in row else ""
        print(f"{row['figure']:{width}}  {with_unit(row['value'], row['unit']):>12}  {bound:10}  "
              f"{reached(row).strip('*'):3}  {change(row, kept.get(row['key']))}")
    missed = [row["figure"] for row in rows if reached(row) == "**no**"]
    print(f"\n{len(rows)} figures, {len(missed)} not reached" + "".join(f"\n  {name}" for name in missed))


def table(rows, measured_on):
    of = f"; commit {measured_on['commit']}" if measured_on["commit"] else ""
    lines = [f"Measured on {measured_on['machine']}; {measured_on['libraries']}{of}; {measured_on['date']}.", "",
             "| figure | measured | to reach | reached | of what | others |", "|---|---|---|---|---|---|"]
    for row in rows:
        bound = f"≤ {with_unit(row['bound'], row['unit'])}" if "bound" in row else ""
        cells = [row["figure"], with_unit(row["value"], row["unit"]), bound, reached(row), row["note"],
                 RIVALS.get(row["key"], "")]
        lines.append("| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |")
    return "\n".join(lines) + "\n"


def keep(rows, measured_on):
    KEPT.write_text(json.dumps({**measured_on, "rows": rows}, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    page, count = TABLE.subn(lambda match: match[1] + table(rows, measured_on) + match[3],
                             PAGE.read_text(encoding="utf-8"))
    if count != 1:
        sys.exit(f"{PAGE}: one place <!-- bench --> … <!-- end of bench --> is wanted, there are {count}")
    PAGE.write_text(page, encoding="utf-8")


def main(measured, gateway, keeps):
    run = json.loads(pathlib.Path(measured).read_text(encoding="utf-8"))
    kept = json.loads(KEPT.read_text(encoding="utf-8"))["rows"] if KEPT.exists() else []
    measured_on = {"machine": machine(), "libraries": libraries(gateway), "commit": commit(),
                   "date": datetime.datetime.now(datetime.timezone.utc).date().isoformat()}
    print(f"{measured_on['machine']}\n{measured_on['libraries']}\n{measured_on['commit']}\n")
    show(run["rows"], {row["key"]: row for row in kept})
    if keeps and (run["quick"] or not run["whole"]):
        sys.exit("a quick run, or a part of one, is not kept: all that is kept is of one run")
    if keeps:
        keep(run["rows"], measured_on)


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], "--keep" in sys.argv[3:])
