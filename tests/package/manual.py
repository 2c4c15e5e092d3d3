#!/usr/bin/env python3
"""The manual pages against the program: manual.py PROGRAM FOLDER_OF_PAGES SOURCE_FOLDER.

Every command and option that the program's help tells of is in zello-gateway(1), every key of docs/configuration.md (which a
unit test holds against the reader) in zello-gateway.yaml(5), no Markdown is left, and groff has nothing to complain about.
"""

import pathlib
import re
import shutil
import subprocess
import sys

COMMAND = re.compile(r"^  ([a-z][a-z-]*)(?: {2,}|$)", re.MULTILINE)
PLAIN = {"\\-": "-", "\\(aq": "'", "\\fB": "", "\\fR": "", "\\&": ""}


def plain(page):
    for roff, text in PLAIN.items():
        page = page.replace(roff, text)
    return page


def help_of(program, words):
    return subprocess.run([program, *words, "--help"], check=True, capture_output=True, text=True).stdout


def told(program, words=()):
    """Pairs of the command's words and its help, with those of the commands below it."""
    text = help_of(program, words)
    yield words, text
    below = text.split("Subcommands:")[1] if "Subcommands:" in text else ""
    for name in COMMAND.findall(below):
        yield from told(program, (*words, name))


def forgotten(program, page):
    commands = list(told(program))
    if len(commands) < 10:
        yield f"the help tells of {len(commands)} commands only"
    for words, text in commands:
        if words and not re.search(rf"\b{re.escape(words[-1])}\b", page):
            yield f"zello-gateway(1) does not have the command {' '.join(words)}"
        for option in set(re.findall(r"(?<=[ ,])--[a-z][a-z-]*", text)) - {"--help"}:
            if not re.search(rf"{option}\b", page):
                yield f"zello-gateway(1) does not have {' '.join(words)} {option}"


def forgotten_keys(source, page):
    keys = re.findall(r"^\| `([a-z_.*]+)`", (source / "docs/configuration.md").read_text(encoding="utf-8"), re.MULTILINE)
    if len(keys) < 50:
        yield f"docs/configuration.md has {len(keys)} keys only"
    for key in keys:
        if f".TP\n{key}\n" not in page:
            yield f"zello-gateway.yaml(5) does not have {key}"


def ill_formed(path):
    text = path.read_text(encoding="utf-8")
    for number, line in enumerate(text.splitlines(), 1):
        if not line.startswith("\\&") and re.search(r"\]\(|\*\*|`|^#", line):
            yield f"{path.name}:{number}: Markdown is left: {line[:80]}"
    if shutil.which("groff"):
        said = subprocess.run(["groff", "-ww", "-z", "-K", "utf8", "-man", "-Tutf8", str(path)], capture_output=True, text=True)
        yield from (said.stderr.splitlines() or ["groff failed"] if said.stderr or said.returncode else [])


def main():
    program, pages, source = sys.argv[1], pathlib.Path(sys.argv[2]), pathlib.Path(sys.argv[3])
    problems = [*forgotten(program, plain((pages / "zello-gateway.1").read_text(encoding="utf-8"))),
                *forgotten_keys(source, plain((pages / "zello-gateway.yaml.5").read_text(encoding="utf-8")))]
    for path in sorted(pages.glob("zello-gateway*.[158]")):
        problems += ill_formed(path)
    print("\n".join(problems))
    sys.exit(1 if problems else 0)


main()
