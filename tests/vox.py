#!/usr/bin/env python3
"""Writes the table of the voice switch in docs/audio.md.

usage: vox.py PROGRAM WHERE

PROGRAM prints the table, WHERE says with what it was made. tests/vox/corpus_test.cpp holds the page to it.
"""

import pathlib
import re
import subprocess
import sys

PAGE = pathlib.Path(__file__).resolve().parent.parent / "docs/audio.md"
TABLE = re.compile(r"(<!-- vox -->\n)(.*?)(<!-- end of vox -->)", re.DOTALL)


def main(program, where):
    table = subprocess.run([program], check=True, capture_output=True, text=True).stdout
    print(table, end="")
    text = f"Measured with {where}.\n\n{table}"
    page, count = TABLE.subn(lambda match: match[1] + text + match[3], PAGE.read_text(encoding="utf-8"))
    if count != 1:
        sys.exit(f"{PAGE}: one place <!-- vox --> … <!-- end of vox --> is wanted, there are {count}")
    PAGE.write_text(page, encoding="utf-8")


main(*sys.argv[1:3])
