#!/usr/bin/env python3
"""Writes a table of the corpus in docs/audio.md.

usage: vox.py MARK PROGRAM WHERE

MARK says which, PROGRAM prints it, WHERE says with what it was made. tests/vox/corpus_test.cpp and
tests/fidelity/fidelity_test.cpp hold the page to them.
"""

import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs/audio.md"


def main(mark, program, where):
    place = re.compile(rf"(<!-- {mark} -->\n)(.*?)(<!-- end of {mark} -->)", re.DOTALL)
    table = subprocess.run([program], check=True, stdout=subprocess.PIPE, text=True).stdout
    print(table, end="")
    text = f"Measured with {where}.\n\n{table}"
    page, count = place.subn(lambda match: match[1] + text + match[3], PAGE.read_text(encoding="utf-8"))
    if count != 1:
        sys.exit(f"{PAGE}: one place <!-- {mark} --> … <!-- end of {mark} --> is wanted, there are {count}")
    PAGE.write_text(page, encoding="utf-8")


main(*sys.argv[1:4])
