#!/usr/bin/env python3
"""No tracked file names a path of somebody's machine, or leaves work behind as a note."""

import re

import tree

FORBIDDEN = [
    (re.compile(r"(?<![\w.}$])/(work|tmp|root|home/\w+)/"), "a path of one machine"),
    (re.compile(r"\b(TODO|FIXME|XXX|HACK)\b"), "work left behind"),
]
EXEMPT = ("tests/lint/words.py", "tests/fuzz/corpus/", "LICENSE")


def main():
    problems = []
    for path in tree.tracked():
        name = path.relative_to(tree.ROOT).as_posix()
        if name.startswith(EXEMPT):
            continue
        try:
            lines = path.read_text(encoding="utf-8").splitlines()
        except UnicodeDecodeError:
            continue  # a recording or a picture
        for number, line in enumerate(lines, 1):
            for pattern, reason in FORBIDDEN:
                if pattern.search(line):
                    problems.append(f"{name}:{number}: {reason}: {line.strip()[:100]}")
    tree.finish(problems)


main()
