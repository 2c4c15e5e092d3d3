#!/usr/bin/env python3
"""No file of lib/ or daemon/ is longer than the wall of 400 lines."""

import tree

WALL = 400


def main():
    problems = []
    for path in tree.sources():
        lines = len(path.read_bytes().splitlines())
        if lines > WALL:
            problems.append(f"{path.relative_to(tree.ROOT)}: {lines} lines, the wall is {WALL}: it holds two things")
    tree.finish(problems)


main()
