#!/usr/bin/env python3
"""The tables of the lab in docs/reliability.md against its scenarios: each row is one that a scenario measures, each that one
measures has its row. A scenario names its rows in ROWS, by table. And .ci/run against them: it tells each one in virtual time."""

import ast
import re

import tree

PAGE = tree.ROOT / "docs/reliability.md"
SCENARIOS = tree.ROOT / "tests/lab/scenarios"


def constant(path, name, default=None):
    """What a scenario's file sets `name` to; it is not executed."""
    for node in ast.parse(path.read_text(encoding="utf-8")).body:
        if isinstance(node, ast.Assign) and getattr(node.targets[0], "id", None) == name:
            return ast.literal_eval(node.value)
    return default


def scenarios():
    return sorted(SCENARIOS.glob("*.py"), key=lambda path: (constant(path, "ORDER", 50), path.stem))


def rows():
    """(table, row) of everything that is measured, in order."""
    return [(table, row) for path in scenarios() for table, names in (constant(path, "ROWS") or {}).items() for row in names]


def markers(table):
    return re.compile(rf"(<!-- lab: {table} -->\n)(.*?)(<!-- end of lab: {table} -->)", re.DOTALL)


def told_by_ci():
    text = (tree.ROOT / ".ci/run").read_text(encoding="utf-8")
    return re.search(r"^scenarios=\((.*?)\)", text, re.DOTALL | re.MULTILINE)[1].split()


def main():
    page = PAGE.read_text(encoding="utf-8")
    problems = []
    measured = rows()
    for table in sorted({table for table, _ in measured}):
        found = markers(table).search(page)
        lines = [line for line in (found[2] if found else "").splitlines() if line.startswith("|")]
        written = [line.split(" | ")[0].removeprefix("| ") for line in lines[2:]]
        wanted = [row for name, row in measured if name == table]
        problems += [f"docs/reliability.md, lab: {table}: no scenario measures \"{row}\"" for row in written
                     if row not in wanted]
        problems += [f"docs/reliability.md, lab: {table}: no row \"{row}\"; `./run lab --keep` writes it" for row in wanted
                     if row not in written]
    virtual = {path.stem for path in scenarios() if constant(path, "VIRTUAL_TIME", False)}
    problems += [f".ci/run: {name} is not among its scenarios, or not in virtual time" for name in sorted(virtual ^ set(told_by_ci()))]
    if not scenarios():
        problems.append("tests/lab/scenarios: no scenario is found")
    tree.finish(problems)


if __name__ == "__main__":
    main()
