#!/usr/bin/env python3
"""Writes the table of faults in docs/reliability.md from what the fault tests measured.

usage: faults.py FOLDER WHERE

FOLDER has one JSON file for each fault test, WHERE says on which machine they ran. The rows are in the order of the
tests. A test without a file, or a file without a test, is an error, and nothing is written.
"""

import json
import pathlib
import re
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent / "lint"))
import faults  # noqa: E402  pylint: disable=wrong-import-position


def cell(text):
    return re.sub(r"([|<>])", r"\\\1", text)


def main(folder, where):
    rows = {}
    for path in sorted(pathlib.Path(folder).glob("*.json")):
        row = json.loads(path.read_text(encoding="utf-8"))
        rows[row["fault"]] = row
    names = faults.tests()
    problems = [f"{name}: nothing was measured" for name in names if name not in rows]
    problems += [f"{name}: measured, but there is no such test" for name in rows if name not in names]
    if problems:
        sys.exit("\n".join(problems))
    lines = [f"Measured on {where}.", "", faults.HEAD, "|---|---|---|---|---|"]
    for name in names:
        row = rows[name]
        lines.append("| " + " | ".join(cell(row[key]) for key in ("fault", "seen", "unkeyed", "back", "lost")) + " |")
    faults.PAGE.write_text(faults.with_table("\n".join(lines) + "\n"), encoding="utf-8")


main(*sys.argv[1:3])
