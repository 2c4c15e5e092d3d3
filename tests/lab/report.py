#!/usr/bin/env python3
"""Writes the lab's tables in docs/reliability.md: report.py FIGURES.json WHERE.

A row that was not measured, or is not known, is an error, and nothing is written.
"""

import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lint"))
import lab  # noqa: E402  pylint: disable=wrong-import-position,import-self

HEADS = {
    "mishaps": ("what happens while it transmits", "times", "time", "unkeyed after: least", "median", "most"),
    "network": ("network", "words lost, radio to channel", "delay", "words lost, channel to radio", "delay", "link"),
}


def span(seconds):
    if seconds < 0.001:
        return "1 ms or less"  # as often as one looks
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def cells(table, row):
    if table == "mishaps":
        time = "virtual" if row["virtual"] else "real"
        return [row["what"], str(row["times"]), time, *(span(row[name]) for name in ("least", "median", "most"))]
    return [row["what"], *(str(row[name]) for name in ("lost_up", "delay_up", "lost_down", "delay_down", "link"))]


def main(file, where):
    measured = json.loads(pathlib.Path(file).read_text(encoding="utf-8"))
    by_name = {(row["table"], row["what"]): row for row in measured if row["table"] in HEADS}
    wanted = lab.rows()
    problems = [f"{table}: {row}: nothing was measured" for table, row in wanted if (table, row) not in by_name]
    problems += [f"{table}: {row}: in no scenario's ROWS" for table, row in by_name if (table, row) not in wanted]
    if problems:
        sys.exit("\n".join(problems))
    page = lab.PAGE.read_text(encoding="utf-8")
    for table in dict.fromkeys(table for table, _ in wanted):
        head = HEADS[table]
        lines = [f"Measured on {where}.", "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head)]
        lines += ["| " + " | ".join(cells(table, by_name[key])) + " |" for key in wanted if key[0] == table]
        text = "\n".join(lines) + "\n"
        page, count = lab.markers(table).subn(lambda match, text=text: match[1] + text + match[3], page)
        if count != 1:
            sys.exit(f"{lab.PAGE}: one place for the table {table} is wanted, there are {count}")
    lab.PAGE.write_text(page, encoding="utf-8")


main(*sys.argv[1:3])
