#!/usr/bin/env python3
"""Holds the tables of docs/protocol.md against the code and the tests.

Every row names code as `file:symbol` and tests by their names; both must exist. In the other direction every command,
event, field and error of the specification has a row (they are listed here, so that what the code forgot is missed,
too), every command, event and error text that the code knows has one, and every bound of lib/zello/limits.hpp is listed
with its value.

`--self-test` plants each of these faults into a small tree and checks that it is found.
"""

import pathlib
import re
import sys
import tempfile

import tree

PAGE = "docs/protocol.md"
ROWS = re.compile(r"^\|(?![-|: ]+\|$)(.*)\|$", re.MULTILINE)
CODE = re.compile(r"`([\w/.]+):(\w+)`")
NAMED_TEST = re.compile(r"“([^”]+)”")
TEST_CASE = re.compile(r'TEST_CASE\(\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)')
FUZZ = re.compile(r"^zgw_fuzz\((\w+)", re.MULTILINE)

# Zello Channel API 1.0: what a row begins with, and the fields that such rows name together. `command` and `seq`, which
# all have, are in a row of their own.
SPECIFICATION = {
    "`command`": "seq",
    "`reply`": "seq success error",
    "`logon`": "auth_token refresh_token username password channels listen_only version platform_type platform_name",
    "`logon` reply": "refresh_token",
    "`start_stream`": "channel type codec codec_header packet_duration for",
    "codec header": "sample_rate_hz frames_per_packet frame_size_ms",
    "`start_stream` reply": "stream_id",
    "`stop_stream`": "stream_id channel",
    "stream data": "type stream_id packet_id data",
    "`send_image`": "channel type thumbnail_content_length content_length width height source for",
    "`send_image` reply": "image_id",
    "image data": "type image_id message_id image_type data",
    "`send_text_message`": "channel text for",
    "`send_location`": "channel latitude longitude accuracy formatted_address for",
    "`on_channel_status`": "channel status users_online images_supported texting_supported locations_supported error "
                           "error_type",
    "`on_stream_start`": "type codec codec_header packet_duration stream_id channel from for",
    "`on_stream_stop`": "stream_id",
    "`on_error`": "error",
    "`on_image`": "channel from for message_id type height width source",
    "`on_text_message`": "channel from for message_id text",
    "`on_location`": "channel from for message_id latitude longitude formatted_address accuracy",
    # Its revision of January 2026; other rows of `logon` and `on_stream_start` have the rest of that.
    "`on_transcription`": "text stream_id confidence sender language truncated translations",
    **{f"`{error}`": "" for error in (
        "unknown command", "internal server error", "invalid json", "invalid request", "not authorized",
        "not logged in", "not enough params", "server closed connection", "channel is not ready",
        "listen only connection", "failed to start stream", "failed to stop stream", "failed to send data",
        "invalid audio packet", "channels limit exceeded")},
}


def tables(page):
    """The rows of each table as lists of cells, without its head."""
    found = []
    for block in re.findall(r"(?:^\|.*\n)+", page, re.MULTILINE):
        lines = [[cell.strip() for cell in row.split("|")] for row in ROWS.findall(block)]
        found.append((lines[0], lines[1:]))
    return found


def test_names(root):
    names = set()
    for path in tree.tracked(root):
        if path.suffix == ".cpp" and path.relative_to(root).parts[0] == "tests":
            for match in TEST_CASE.findall(path.read_text(encoding="utf-8")):
                parts = re.findall(r'"((?:[^"\\]|\\.)*)"', match)
                names.add("".join(parts).replace('\\"', '"'))
    cmake = root / "tests/fuzz/CMakeLists.txt"
    if cmake.exists():
        names |= {f"fuzz: {name}" for name in FUZZ.findall(cmake.read_text(encoding="utf-8"))}
    return names


def wrong_row(root, head, cells, names):
    row = f"{PAGE}: row {cells[0]}"
    if len(cells) != len(head):
        yield f"{row} has {len(cells)} cells, its table {len(head)}"
        return
    code, tests = CODE.findall(cells[-2]), NAMED_TEST.findall(cells[-1])
    if not code:
        yield f"{row} names no code"
    if not tests:
        yield f"{row} names no test"
    for file, symbol in code:
        path = root / file
        if not path.is_file():
            yield f"{row}: {file} does not exist"
        elif not re.search(rf"\b{symbol}\b", path.read_text(encoding="utf-8")):
            yield f"{row}: {file} has no {symbol}"
    for name in tests:
        if name not in names:
            yield f"{row}: there is no test “{name}”"


def read(root, name):
    path = root / name
    return path.read_text(encoding="utf-8") if path.exists() else ""


def forgotten(root, page):
    known = []
    for file, pattern in (("lib/zello/parse_commands.cpp", r'^ *\{"(\w+)", parse_\w+\}'),
                          ("lib/zello/parse_events.cpp", r'^ *\{"(\w+)", parse_\w+\}'),
                          ("lib/zello/error_code.cpp", r'^ *\{ErrorCode::\w+, "([^"]+)"')):
        found = re.findall(pattern, read(root, file), re.MULTILINE)
        if not found:
            yield f"{file}: no table was found"
        known += found
    for name in known:
        if not re.search(rf"^\| `{re.escape(name)}`", page, re.MULTILINE):
            yield f"{PAGE}: `{name}` has no row"


def missing(page, specification):
    for name, fields in specification.items():
        rows = re.findall(rf"^\| {re.escape(name)}([^|]*)\|", page, re.MULTILINE)
        if not name.endswith(" reply"):
            rows = [row for row in rows if not row.startswith(" reply")]
        if not rows:
            yield f"{PAGE}: the specification's {name} has no row"
        named = re.findall(r"`([^`]+)`", " ".join(rows))
        unnamed = [field for field in fields.split() if rows and field not in named]
        yield from (f"{PAGE}: {name} has no row with `{field}`" for field in unnamed)


def value_of(expression):
    plain = re.sub(r"std::size_t\{(\d+)\}", r"\1", expression).replace("'", "")
    return eval(plain) if re.fullmatch(r"[\d\s*+<]+", plain) else None  # numbers, *, + and << alone


def wrong_bounds(root, page):
    limits = read(root, "lib/zello/limits.hpp")
    constants = re.findall(r"^inline constexpr [\w:]+ (\w+)(?: = ([^;]+)|\{(\d+)\});", limits, re.MULTILINE)
    if not constants:
        yield "lib/zello/limits.hpp: no bounds were found"
    for name, expression, braced in constants:
        value = value_of(expression or braced)
        row = re.search(rf"^\|[^|]*\| *([\d ]+)[^|]*\|[^|\n]*:{name}`", page, re.MULTILINE)
        if not row:
            yield f"{PAGE}: the bound {name} is not listed"
        elif value is None or int(row[1].replace(" ", "")) != value:
            yield f"{PAGE}: {name} is {value}, not {row[1].strip()}"


def wrong_bounds_elsewhere(root, page):
    """Bounds of other rooms, which may be settings: where the code has a plain number, the row has the same."""
    for value, file, name in re.findall(r"^\|[^|]*\| *(\d[\d ]*)[^|]*\| `([\w/.]+):(\w+)`", page, re.MULTILINE):
        found = re.search(rf"\bsize_t {name} = ([^;]+);", read(root, file)) if not file.endswith("limits.hpp") else None
        number = value_of(found[1]) if found else None
        if number is not None and int(value.replace(" ", "")) != number:
            yield f"{PAGE}: {name} of {file} is {number}, not {value.strip()}"


def problems_of(root, specification):
    page = read(root, PAGE)
    names = test_names(root)
    rows = [(head, cells) for head, lines in tables(page) for cells in lines]
    problems = [] if rows else [f"{PAGE} has no tables"]
    for head, cells in rows:
        problems += wrong_row(root, head, cells, names)
    problems += [*forgotten(root, page), *missing(page, specification)]
    return [*problems, *wrong_bounds(root, page), *wrong_bounds_elsewhere(root, page)]


SAMPLE = {
    PAGE: "# Protocol\n\n| row | code | test |\n|---|---|---|\n"
          "| `logon` `user`, `password` | `lib/zello/parse_commands.cpp:parse_logon` | “it logs on” |\n"
          "| `logon` reply: `token` | `lib/zello/parse_commands.cpp:logon` | “it logs on” |\n"
          "| stream data: `id` | `lib/zello/parse_commands.cpp:logon` | “it logs on” |\n"
          "| `on_error` | `lib/zello/parse_events.cpp:parse_error` | “it logs on”, “fuzz: jwt” |\n"
          "| `kicked` | `lib/zello/error_code.cpp:kicked` | “two parts” |\n\n"
          "| bound | value | code | test |\n|---|---|---|---|\n"
          "| text | 2 048 bytes | `lib/zello/limits.hpp:max_text` | “it logs on” |\n"
          "| queue | 4 194 304 bytes | `lib/gateway/inbox.hpp:most` | “it logs on” |\n",
    "lib/zello/parse_commands.cpp": '    {"logon", parse_logon},\n',
    "lib/zello/parse_events.cpp": '    {"on_error", parse_error},\n',
    "lib/zello/error_code.cpp": '    {ErrorCode::kicked, "kicked", Rule::x, ""},\n',
    "lib/zello/limits.hpp": "inline constexpr std::size_t max_text = std::size_t{2} * 1024;\n",
    "lib/gateway/inbox.hpp": "    std::size_t most = std::size_t{4} << 20;\n",
    "tests/unit/a_test.cpp": 'TEST_CASE("it logs on") {}\nTEST_CASE(\n    "two "\n    "parts") {}\n',
    "tests/fuzz/CMakeLists.txt": "zgw_fuzz(jwt jwt.cpp zgw_zello)\n",
}
SAMPLE_SPECIFICATION = {"`logon`": "user password", "`logon` reply": "token", "stream data": "id", "`on_error`": ""}
PLANTED = [  # file, what is replaced, by what, what must be said
    (PAGE, "“two parts”", "“three parts”", "there is no test “three parts”"),
    (PAGE, "“two parts”", "two parts", "names no test"),
    (PAGE, "`user`, `password`", "`user`, password", "`logon` has no row with `password`"),
    (PAGE, "`user`, `password`", "`user`, `token`", "`logon` has no row with `password`"),
    (PAGE, "`user`, `password` |", "`user` |", "`logon` has no row with `password`"),
    (PAGE, "reply: `token`", "reply: `password`", "`logon` reply has no row with `token`"),
    (PAGE, "`logon` reply: `token`", "the answer, `token`", "the specification's `logon` reply has no row"),
    (PAGE, "stream data", "the stream data", "the specification's stream data has no row"),
    (PAGE, ":parse_logon`", ":parse_logoff`", "has no parse_logoff"),
    (PAGE, "`lib/zello/parse_commands.cpp:parse_logon`", "`lib/zello/gone.cpp:parse_logon`", "gone.cpp does not exist"),
    (PAGE, "`lib/zello/parse_commands.cpp:parse_logon`", "the parser", "names no code"),
    (PAGE, "| “two parts” |", "| “two parts” | and |", "has 4 cells"),
    (PAGE, "2 048", "2 047", "max_text is 2048, not 2 047"),
    (PAGE, "4 194 304", "4 194 303", "most of lib/gateway/inbox.hpp is 4194304, not 4 194 303"),
    ("lib/gateway/inbox.hpp", "std::size_t{4} << 20", "4'000'000", "most of lib/gateway/inbox.hpp is 4000000"),
    ("lib/zello/limits.hpp", "max_text =", "max_text = 2048;\ninline constexpr int max_depth =", "max_depth is not listed"),
    ("lib/zello/parse_events.cpp", "\n", '\n    {"on_image", parse_image},\n', "`on_image` has no row"),
    ("lib/zello/parse_commands.cpp", "\n", '\n    {"dance", parse_dance},\n', "`dance` has no row"),
    ("lib/zello/error_code.cpp", "\n", '\n    {ErrorCode::lost, "lost", Rule::x, ""},\n', "`lost` has no row"),
    ("tests/fuzz/CMakeLists.txt", "jwt jwt", "key key", "there is no test “fuzz: jwt”"),
]


def problems_with(file, old, new):
    with tempfile.TemporaryDirectory() as folder:
        root = pathlib.Path(folder)
        for name, content in SAMPLE.items():
            (root / name).parent.mkdir(parents=True, exist_ok=True)
            (root / name).write_text(content.replace(old, new, 1) if name == file else content, encoding="utf-8")
        return problems_of(root, SAMPLE_SPECIFICATION)


def self_test():
    failures = [f"a clean tree: {problem}" for problem in problems_with("", "", "")]
    for file, old, new, wanted in PLANTED:
        found = problems_with(file, old, new)
        if len(found) != 1 or wanted not in found[0]:
            failures.append(f"{file}: wanted {wanted!r}, found {found}")
    return failures


tree.finish(self_test() if "--self-test" in sys.argv else problems_of(tree.ROOT, SPECIFICATION))
