#!/usr/bin/env python3
"""The packaging against the project: its version is CMake's, what it is built from is what `./run deps` installs, and the table
of packages has a row for each."""

import re

import tree

PAGE = tree.ROOT / "docs/packages.md"
TABLE = re.compile(r"(<!-- packages -->\n)(.*?)(<!-- end of packages -->)", re.DOTALL)
HEAD = "| suite | architecture | bytes | installed, kB | unit tests | built twice | demo | SHA-256 |"
ROW = re.compile(r"\| (\w+) \| (\w+) \| (?:\d+ \| \d+ \| (?:not run|\d+ passed(?:, \d+ cannot run)?) \| (?:same hash|not tried) "
                 r"\| (?:to its end|not tried) \| `[0-9a-f]{64}` \||(?:not built \|(?: (?!$)|$)){6})")
PACKAGES = [(suite, architecture) for suite in ("bookworm", "trixie") for architecture in ("amd64", "arm64", "armhf")]


def read(name):
    return (tree.ROOT / name).read_text(encoding="utf-8")


def ill_formed(page):
    """What is wrong with the table of packages, which `./run package --all --keep` writes."""
    table = TABLE.search(page)
    lines = [line for line in (table[2] if table else "").splitlines() if line.startswith("|")]
    if HEAD not in lines[:1]:
        yield f"docs/packages.md: no table that begins with {HEAD}"
    rows = [ROW.fullmatch(line) for line in lines[2:]]
    yield from (f"docs/packages.md: no row of a package: {line}" for line, row in zip(lines[2:], rows) if not row)
    written = [row.groups() for row in rows if row]
    if written != PACKAGES:
        yield f"docs/packages.md: rows for {written}, not for {PACKAGES}"


def main():
    problems = list(ill_formed(PAGE.read_text(encoding="utf-8")))
    version = re.search(r"^project\(zello-gateway VERSION ([\d.]+)", read("CMakeLists.txt"), re.MULTILINE)[1]
    packaged = re.match(r"zello-gateway \(([\d.]+)-", read("systemd/debian/changelog"))[1]
    if packaged != version:
        problems.append(f"systemd/debian/changelog: the version is {packaged}, CMakeLists.txt says {version}")
    installed = set(re.search(r"^    build\)\n\s+echo ((?:.|\\\n)*?)\n\s+;;", read("run"), re.MULTILINE)[1].split()) - {"\\"}
    depends = re.search(r"^Build-Depends:((?:.*\n)(?: .*\n)*)", read("systemd/debian/control"), re.MULTILINE)[1]
    wanted = {re.sub(r"[ :].*", "", word.strip()) for word in depends.split(",")} - {"debhelper-compat"}
    for name in sorted(wanted ^ (installed - {"g++"})):  # the compiler is essential to a Debian build
        problems.append(f"systemd/debian/control, run: {name} is only in one of them")
    tree.finish(problems)


if __name__ == "__main__":
    main()
