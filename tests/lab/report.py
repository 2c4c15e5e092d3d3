#!/usr/bin/env python3
"""Writes the lab's tables in docs/reliability.md: report.py [--some] FIGURES.json WHERE.

A row that was not measured, or is not known, is an error, and nothing is written. With --some, for a scenario that is new, a row
that was not measured stays as it stands there, and a table without any as it is.
"""

import argparse
import json
import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lint"))
import lab  # noqa: E402  pylint: disable=wrong-import-position,import-self

HEADS = {
    "mishaps": ("what happens while it transmits", "times", "time", "unkeyed after: least", "median", "most"),
    "network": ("network", "words lost, radio to channel", "delay", "words lost, channel to radio", "delay", "link"),
    "outage": ("what is said", "becomes", "when", "held for"),
    "security": ("the service unit, as seen by", "systemd", "exposure", "limit"),
}
COLUMNS = {
    "network": ("lost_up", "delay_up", "lost_down", "delay_down", "link"),
    "outage": ("becomes", "after", "held"),
    "security": ("systemd", "exposure", "limit"),
}


def span(seconds):
    if seconds < 0.001:
        return "1 ms or less"  # as often as one looks
    return f"{seconds * 1000:.0f} ms" if seconds < 1 else f"{seconds:.1f} s"


def cells(table, row):
    if table == "mishaps":
        time = "virtual" if row["virtual"] else "real"
        return [row["what"], str(row["times"]), time, *(span(row[name]) for name in ("least", "median", "most"))]
    return [row["what"], *(str(row[name]) for name in COLUMNS[table])]


def table_text(table, by_name, where, old):
    """`old`: how the table stands there. A row that was not measured is taken from it."""
    head = HEADS[table]
    written = {line.split(" | ")[0].removeprefix("| "): line for line in old.splitlines() if line.startswith("| ")}
    names = [row for name, row in lab.rows() if name == table]
    kept = [row for row in names if (table, row) not in by_name]
    absent = [row for row in kept if row not in written]
    if absent:
        sys.exit("\n".join(f"{table}: {row}: was never measured" for row in absent))
    measured_on = f"Measured on {where}."
    if kept:
        measured_on = old.splitlines()[0].split("; ")[0].removesuffix(".") + f"; some rows on {where}."
    return "\n".join([measured_on, "", "| " + " | ".join(head) + " |", "|" + "---|" * len(head),
                      *(written[row] if row in kept else "| " + " | ".join(cells(table, by_name[table, row])) + " |"
                        for row in names)]) + "\n"


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--some", action="store_true")
    parser.add_argument("figures", type=pathlib.Path)
    parser.add_argument("where")
    options = parser.parse_args()
    measured = json.loads(options.figures.read_text(encoding="utf-8"))
    by_name = {(row["table"], row["what"]): row for row in measured if row["table"] in HEADS}
    wanted = lab.rows()
    problems = [] if options.some else [f"{table}: {row}: nothing was measured" for table, row in wanted
                                        if (table, row) not in by_name]
    problems += [f"{table}: {row}: in no scenario's ROWS" for table, row in by_name if (table, row) not in wanted]
    if problems:
        sys.exit("\n".join(problems))
    page = lab.PAGE.read_text(encoding="utf-8")
    for table in dict.fromkeys(table for table, _ in by_name):
        place = lab.markers(table).search(page)
        if place is None or len(lab.markers(table).findall(page)) != 1:
            sys.exit(f"{lab.PAGE}: one place for the table {table} is wanted")
        page = page[:place.start(2)] + table_text(table, by_name, options.where, place[2]) + page[place.end(2):]
    lab.PAGE.write_text(page, encoding="utf-8")


main()
