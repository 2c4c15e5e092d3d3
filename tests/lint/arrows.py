#!/usr/bin/env python3
"""Holds every #include of lib/ and daemon/ against the table of rooms in docs/architecture.md.

A row allows a room its own files, the rooms and single files under "may include", the third parties in the last column,
and the standard library. Fails on an include that the table does not allow, on a header it cannot place, on a room
without a row, on a row without a room, and where lib/CMakeLists.txt links other rooms than the table allows.

`--self-test` plants each of these faults into a small tree and checks that it is found.
"""

import dataclasses
import pathlib
import re
import sys
import tempfile

import tree

THIRD_PARTIES = {  # what an include begins with: the name in the table
    "alsa/": "alsa",
    "gpiod.h": "gpiod",
    "asio/": "asio",
    "asio.hpp": "asio",
    "openssl/": "openssl",
    "websocketpp/": "websocketpp",
    "json/": "jsoncpp",
    "ogg/": "ogg",
    "jpeglib.h": "jpeg",
    "jerror.h": "jpeg",
    "opus.h": "opus",
    "opus/": "opus",
    "spandsp.h": "spandsp",
    "speex/": "speexdsp",
    "sndfile.h": "sndfile",
    "spdlog/": "spdlog",
    "yaml-cpp/": "yaml-cpp",
    "tl/expected.hpp": "libexpected",
    "CLI/": "CLI11",
}
# Headers of the system: C++ (no suffix), C and POSIX (no folder), the kernel and the C library (these folders).
SYSTEM = re.compile(r"[a-z_0-9]+|(sys|linux|net|netinet|arpa|asm|bits)/[\w/]+\.h|[a-z]+\.h")
INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"]', re.MULTILINE)
HEADER = "| room | holds | may include | third party |"


@dataclasses.dataclass
class Row:
    rooms: set  # rooms and single files, as an include names them
    third_parties: set


def words(cell):
    return {word.strip(" `") for word in cell.split(",")} - {"", "–", "-", "—"}


def read_table(root):
    """Rows by the room's folder: lib/base, daemon."""
    lines = (root / "docs/architecture.md").read_text(encoding="utf-8").splitlines()
    rows = {}
    for line in lines[lines.index(HEADER) + 2:]:
        if not line.startswith("|"):
            break
        room, _, may_include, third_party = (cell.strip() for cell in line.strip().strip("|").split("|"))
        rows[room.strip("`")] = Row(words(may_include), words(third_party))
    return rows


def room_of(path):
    """The room's folder of a path that is relative to the root."""
    return "daemon" if path.parts[0] == "daemon" else "/".join(path.parts[:2])


def fault_of(kind, target, room, row):
    """What is wrong with one include, or None."""
    name = room.rsplit("/", 1)[-1]
    if kind == '"':
        if "/" not in target:
            return 'is not written as "room/file.hpp"'
        owner = target.split("/")[0]
        return None if owner == name or owner in row.rooms or target in row.rooms else "is not allowed to this room"
    for prefix, third_party in THIRD_PARTIES.items():
        if target.startswith(prefix):
            return None if third_party in row.third_parties else f"is {third_party}, which is not allowed to this room"
    if SYSTEM.fullmatch(target):
        return None
    return "is no known header: name its library in tests/lint/arrows.py"


def wrong_includes(root, rows):
    for path in tree.sources(root):
        relative = path.relative_to(root)
        room = room_of(relative)
        if len(relative.parts) < 2 or room not in rows:
            continue  # told once for the room
        text = path.read_text(encoding="utf-8")
        for match in INCLUDE.finditer(text):
            fault = fault_of(match[1], match[2], room, rows[room])
            if fault:
                line = text.count("\n", 0, match.start(2)) + 1
                yield f"{relative}:{line}: {match[2]} {fault} (docs/architecture.md)"


def wrong_rows(root, rows):
    there = {room_of(path.relative_to(root)) for path in tree.sources(root)}
    for room in sorted(there - rows.keys()):
        yield f"{room}: has no row in docs/architecture.md"
    for room in sorted(rows.keys() - there):
        yield f"docs/architecture.md: {room} does not exist"
    names = {room.rsplit("/", 1)[-1] for room in rows}
    for room, row in rows.items():
        for other in sorted({entry.split("/")[0] for entry in row.rooms} - names):
            yield f"docs/architecture.md: {room} may include {other}, which is no room"
        for other in sorted(row.third_parties - set(THIRD_PARTIES.values())):
            yield f"docs/architecture.md: {room} may use {other}, which tests/lint/arrows.py does not know"


def wrong_links(root, rows):
    """zgw_room(NAME ROOMS a b THIRD_PARTY …) links what the table allows."""
    cmake = (root / "lib/CMakeLists.txt").read_text(encoding="utf-8")
    for name, arguments in re.findall(r"^zgw_room\((\w+)([^)]*)\)", cmake, re.MULTILINE):
        rooms = re.search(r"\bROOMS((?: +[a-z]\w*)+)", arguments)
        linked = set(rooms[1].split()) if rooms else set()
        row = rows.get(f"lib/{name}")
        allowed = {entry.split("/")[0] for entry in row.rooms} if row else set()
        if linked != allowed:
            yield f"lib/CMakeLists.txt: {name} links {sorted(linked)}, docs/architecture.md allows {sorted(allowed)}"


def problems_of(root):
    rows = read_table(root)
    return [*wrong_includes(root, rows), *wrong_rows(root, rows), *wrong_links(root, rows)]


SAMPLE = {
    "docs/architecture.md": "# Rooms\n\n" + HEADER + "\n|---|---|---|---|\n"
                            "| `lib/base` | units | – | libexpected |\n"
                            "| `lib/audio` | PCM | base | opus |\n"
                            "| `lib/radio` | cards | base, audio/ports.hpp | alsa |\n"
                            "| `daemon` | main | base, audio, radio | asio |\n\nText after the table.\n",
    "lib/CMakeLists.txt": "zgw_room(base SHOWN tl::expected)\nzgw_room(audio ROOMS base THIRD_PARTY PkgConfig::opus)\n"
                          "zgw_room(radio ROOMS base audio)\n",
    "lib/base/units.hpp": "#include <tl/expected.hpp>\n",
    "lib/audio/opus.cpp": '#include <opus/opus.h>\n#include <sys/stat.h>\n#include "audio/ports.hpp"\n',
    "lib/audio/ports.hpp": '#include <cstdint>\n#include "base/units.hpp"\n',
    "lib/radio/card.cpp": '#include <alsa/asoundlib.h>\n#include <poll.h>\n#include "audio/ports.hpp"\n',
    "daemon/main.cpp": '#include <asio/io_context.hpp>\n#include "radio/card.hpp"\n',
}
PLANTED = [  # file, text, what must be said
    ("lib/base/bad.hpp", '#include "audio/ports.hpp"\n', "lib/base/bad.hpp:1: audio/ports.hpp is not allowed"),
    ("lib/audio/bad.cpp", '\n#  include "daemon/main.hpp"\n', "lib/audio/bad.cpp:2: daemon/main.hpp is not allowed"),
    ("lib/radio/bad.cpp", '#include "audio/opus.hpp"\n', "audio/opus.hpp is not allowed"),
    ("lib/radio/bad.cpp", "#include <opus/opus.h>\n", "opus/opus.h is opus"),
    ("lib/radio/bad.cpp", '#include "card.hpp"\n', "card.hpp is not written as"),
    ("lib/radio/bad.cpp", "#include <curl/curl.h>\n", "curl/curl.h is no known header"),
    ("lib/extra/bad.cpp", "\n", "lib/extra: has no row"),
    ("docs/architecture.md", SAMPLE["docs/architecture.md"].replace("| `daemon`", "| `lib/gone` | x | – | – |\n| `daemon`"),
     "lib/gone does not exist"),
    ("docs/architecture.md", SAMPLE["docs/architecture.md"].replace("| opus |", "| opus, vorbis |"), "vorbis"),
    ("docs/architecture.md", SAMPLE["docs/architecture.md"].replace("base, audio,", "base, audio, gone,"), "gone, which"),
    ("lib/CMakeLists.txt", SAMPLE["lib/CMakeLists.txt"].replace("ROOMS base audio", "ROOMS base"), "radio links ['base']"),
]


def problems_with(file, text):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, content in {**SAMPLE, file: text}.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content, encoding="utf-8")
        return problems_of(root)


def self_test():
    untouched = problems_with("lib/base/fine.hpp", "#pragma once\n")
    failures = [f"a clean tree: {problem}" for problem in untouched]
    for file, text, wanted in PLANTED:
        found = problems_with(file, text)
        if len(found) != 1 or wanted not in found[0]:
            failures.append(f"{file}: wanted {wanted!r}, found {found}")
    return failures


tree.finish(self_test() if "--self-test" in sys.argv else problems_of(tree.ROOT))
