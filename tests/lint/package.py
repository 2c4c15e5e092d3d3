#!/usr/bin/env python3
"""The packaging against the project: its version is CMake's, and what it is built from is what `./run deps` installs."""

import re

import tree


def read(name):
    return (tree.ROOT / name).read_text(encoding="utf-8")


def main():
    problems = []
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


main()
