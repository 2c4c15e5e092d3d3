#!/usr/bin/env python3
"""The table of faults in docs/reliability.md against the fault tests: each row has its test, each test its row."""

import re

import tree

PAGE = tree.ROOT / "docs/reliability.md"
HEAD = "| fault | what the operator sees | unkeyed after | back after | what was lost |"
TABLE = re.compile(r"(<!-- faults -->\n)(.*?)(<!-- end of faults -->)", re.DOTALL)


def tests():
    """The names of the fault tests, in the order of their files and lines."""
    found = []
    for path in sorted((tree.ROOT / "tests/e2e").glob("faults_*_test.cpp")):
        found += re.findall(r'^TEST_CASE\("fault: (.*?)"\)', path.read_text(encoding="utf-8"), re.MULTILINE)
    return found


def with_table(text):
    """The page with `text` for its table."""
    page, count = TABLE.subn(lambda match: match[1] + text + match[3], PAGE.read_text(encoding="utf-8"))
    if count != 1:
        raise SystemExit(f"{PAGE}: one place <!-- faults --> … <!-- end of faults --> is wanted, there are {count}")
    return page


def rows():
    table = TABLE.search(PAGE.read_text(encoding="utf-8"))
    lines = [line for line in (table[2] if table else "").splitlines() if line.startswith("|")]
    return [line.split(" | ")[0].removeprefix("| ") for line in lines[2:]]


def main():
    written, coded = rows(), tests()
    problems = [f"tests/e2e: no test \"fault: {name}\", as docs/reliability.md has it" for name in written
                if name not in coded]
    problems += [f"docs/reliability.md: no row \"{name}\"; `./run faults` writes it" for name in coded
                 if name not in written]
    if len(coded) < 10:
        problems.append(f"tests/e2e: only {len(coded)} fault tests are found")
    tree.finish(problems)


if __name__ == "__main__":
    main()
