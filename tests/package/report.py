#!/usr/bin/env python3
"""Writes the table of packages in docs/packages.md: report.py FACTS_FOLDER DATE.

FACTS_FOLDER has a file for each package, ARCHITECTURE-SUITE, a fact a line, as `./run package` notes them. A package that was not
built has a row that says so; one that was built of other sources than the rest is an error, and nothing is written.
"""

import pathlib
import sys

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "lint"))
import package  # noqa: E402  pylint: disable=wrong-import-position


def facts_of(folder, suite, architecture):
    path = folder / f"{architecture}-{suite}"
    return dict(line.split(" ", 1) for line in path.read_text(encoding="utf-8").splitlines()) if path.exists() else {}


def tests(counts):
    if counts is None:
        return "not run"
    passed, skipped = counts.split()
    return f"{passed} passed" + ("" if skipped == "0" else f", {skipped} cannot run")


def cells(suite, architecture, facts):
    if not facts:
        return [suite, architecture, *["not built"] * 6]
    return [suite, architecture, facts["bytes"], facts["installed"], tests(facts.get("tests")),
            "same hash" if facts.get("again") else "not tried", "to its end" if facts.get("demo") else "not tried",
            f"`{facts['hash']}`"]


def main(folder, date):
    known = {key: facts_of(pathlib.Path(folder), *key) for key in package.PACKAGES}
    sources = sorted({facts["sources"] for facts in known.values() if facts})
    if len(sources) != 1:
        sys.exit(f"the packages are to be of the same sources, but are of: {', '.join(sources) or 'none'}")
    lines = ["## Sizes and hashes", "",
             f"Written on {date} by `./run package --keep`, of sources with the digest `{sources[0]}`, which leaves",
             "the documents' measured tables out. \"Same hash\": a second build, at another path and of objects compiled there, gave the same",
             "file. The unit tests of another architecture run under qemu-user, and so does its demo, in a fresh root with the package and",
             "what it depends on.",
             "", package.HEAD, "|" + "---|" * package.HEAD.count(" | ") + "---|"]
    lines += ["| " + " | ".join(cells(*key, facts)) + " |" for key, facts in known.items()]
    text = "\n".join(lines) + "\n"
    page, count = package.TABLE.subn(lambda match: match[1] + text + match[3], package.PAGE.read_text(encoding="utf-8"))
    if count != 1:
        sys.exit(f"{package.PAGE}: one place <!-- packages --> … <!-- end of packages --> is wanted, there are {count}")
    package.PAGE.write_text(page, encoding="utf-8")


main(*sys.argv[1:3])
