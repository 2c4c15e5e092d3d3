#!/usr/bin/env python3
"""Every test case has a name of its own, and one that reaches ctest whole: a ; would make two tests that run nothing.

--self-test plants each fault and looks whether it is found.
"""

import re
import sys

import tree

CASE = re.compile(r'TEST_CASE\s*\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)')
PIECE = re.compile(r'"((?:[^"\\]|\\.)*)"')
BAD = re.compile(r"[;\[\]\\]")  # what CMake's lists and doctest's filters take for their own


def names(text):
    return ["".join(PIECE.findall(match.group(1))) for match in CASE.finditer(text)]


def faults(files):
    """`files`: pairs of a path and its text."""
    found = []
    seen = {}
    for path, text in files:
        for name in names(text):
            if BAD.search(name):
                found.append(f"{path}: the name of “{name}” has one of ; [ ] \\ in it")
            program = str(path).rsplit("/", 1)[0]
            if seen.setdefault((program, name), path) != path:
                found.append(f"{path}: “{name}” is a test of {seen[(program, name)]}, too")
    return found


def self_test():
    good = [("tests/a/x_test.cpp", 'TEST_CASE("one") {}\nTEST_CASE(\n    "two, "\n    "in pieces") {}\n')]
    problems = [f"a sound file is found at fault: {fault}" for fault in faults(good)]
    for planted in ('TEST_CASE("one; two") {}', 'TEST_CASE("a [tag]") {}', 'TEST_CASE("one") {}'):
        if len(faults(good + [("tests/a/y_test.cpp", planted)])) != 1:
            problems.append(f"not found: {planted}")
    tree.finish(problems)


def main():
    if sys.argv[1:] == ["--self-test"]:
        self_test()
    sources = tree.sources(folders=("tests",))
    tree.finish(faults((path.relative_to(tree.ROOT), path.read_text(encoding="utf-8")) for path in sources))


main()
