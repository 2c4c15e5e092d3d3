#!/usr/bin/env python3
"""The documents against the project: links lead somewhere, every verb of `run` is explained, states are the code's."""

import re
import subprocess

import tree

LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)[^)]*\)")


def broken_links():
    for path in tree.tracked():
        if path.suffix != ".md":
            continue
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            for target in LINK.findall(line):
                if re.match(r"[a-z]+:|#", target):
                    continue
                if not (path.parent / target.split("#")[0]).exists():
                    yield f"{path.relative_to(tree.ROOT)}:{number}: link to {target}, which does not exist"


def unexplained_verbs():
    text = subprocess.run([str(tree.ROOT / "run"), "help"], check=True, capture_output=True, text=True).stdout
    verbs = re.findall(r"^  ([a-z]+)\b", text, re.MULTILINE)
    if len(verbs) < 5:
        yield f"./run help lists {len(verbs)} verbs only"
    manuals = "".join((tree.ROOT / name).read_text(encoding="utf-8") for name in ("README.md", "CONTRIBUTING.md"))
    for verb in verbs:
        if f"./run {verb}" not in manuals:
            yield f"README.md, CONTRIBUTING.md: `./run {verb}` is explained in neither"
    for verb in sorted(set(re.findall(r"(?<![\w/])\./run ([a-z]+)", manuals)) - set(verbs)):
        yield f"README.md, CONTRIBUTING.md: `./run {verb}` is no verb of ./run help"


def wrong_states():
    """docs/architecture.md's table of turn states against the enumeration."""
    page = (tree.ROOT / "docs/architecture.md").read_text(encoding="utf-8")
    table = re.search(r"^\| state \|.*\n\|[-|]+\n((?:\|.*\n)+)", page, re.MULTILINE)
    code = (tree.ROOT / "lib/gateway/turn.hpp").read_text(encoding="utf-8")
    states = re.search(r"enum class TurnState[^{]*\{([^}]*)\}", code)
    if not table or not states:
        yield "docs/architecture.md has no table of states, or lib/gateway/turn.hpp no TurnState"
        return
    written = re.findall(r"^\| `(\w+)`", table.group(1), re.MULTILINE)
    coded = re.findall(r"\w+", re.sub(r"//.*", "", states.group(1)))
    if written != coded:
        yield f"docs/architecture.md has the states {written}, lib/gateway/turn.hpp has {coded}"


def unlisted_fuzz_targets():
    built = re.findall(r"^zgw_fuzz\((\w+)", (tree.ROOT / "tests/fuzz/CMakeLists.txt").read_text(encoding="utf-8"),
                       re.MULTILINE)
    listed = re.findall(r"^\| `(\w+)`", (tree.ROOT / "docs/fuzzing.md").read_text(encoding="utf-8"), re.MULTILINE)
    for name in sorted(set(built) ^ set(listed)) + ([] if built else ["(none)"]):
        yield f"docs/fuzzing.md, tests/fuzz/CMakeLists.txt: the target {name} is only in one of them"


def main():
    tree.finish([*broken_links(), *unexplained_verbs(), *wrong_states(), *unlisted_fuzz_targets()])


main()
