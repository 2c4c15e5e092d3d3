#!/usr/bin/env python3
"""Makes a manual page of a document: manual.py PAGE SECTION VERSION DOCUMENT PAGE_FILE.

The document is Markdown as docs/ has it: headings, paragraphs, lists, indented and fenced code, tables. A table becomes a
list of tagged paragraphs: the first cell, with the second where it is the default of a key, then what it means.
"""

import pathlib
import re
import sys

ABOUT = {
    "zello-gateway": "bridge between a Zello channel and a two-way radio",
    "zello-gateway.yaml": "configuration of zello-gateway",
    "zello-gateway.service": "the zello-gateway service, its files and secrets",
}
SYNOPSIS = {
    "zello-gateway": ".B zello-gateway\n.I command\n.RI [ option ...]",
    "zello-gateway.yaml": ".I /etc/zello\\-gateway/zello\\-gateway.yaml",
    "zello-gateway.service": ".B systemctl enable \\-\\-now zello\\-gateway.service",
}
SECTIONS = {"zello-gateway": 1, "zello-gateway.yaml": 5, "zello-gateway.service": 8}


def escape(text):
    text = text.replace("\\", "\\e").replace("-", "\\-").replace("'", "\\(aq").replace("`", "\\(ga").replace("^", "\\(ha")
    return text.replace("~", "\\(ti")


def inline(text):
    """One paragraph's text in roff: code and strong bold, links as their text."""
    out = []
    for code, strong, link, plain in re.findall(r"`([^`]+)`|\*\*(.+?)\*\*|!?\[([^\]]*)\]\([^)]*\)|([^`*\[!]+|.)", text, re.S):
        if code or strong:
            out.append(f"\\fB{escape(code or strong.replace('`', ''))}\\fR")
        else:
            out.append(escape(link.replace("`", "") or plain))
    text = "".join(out)
    return "\\&" + text if text.startswith((".", "\\(aq")) else text


def cells(line):
    return [cell.replace("\\|", "|").strip() for cell in re.split(r"(?<!\\)\|", line.strip().strip("|"))]


def table(lines):
    head = cells(lines[0])
    for line in lines[2:]:
        first, *others = cells(line)
        yield ".TP\n" + inline(first)
        text = []
        for name, cell in zip(head[1:], others):
            if cell not in ("", "–"):
                text.append(f"({inline(cell)})" if name == "default" else inline(cell))
        yield "\n".join(text) or "\\&"


def code(lines):
    return [".PP", ".in +4n", ".EX", *("\\&" + escape(line) if line else "" for line in lines), ".EE", ".in"]


def blocks(text):
    """The document's pieces: a kind and its lines."""
    piece, kind, fenced = [], "", False
    for line in [*text.splitlines(), ""]:
        if line.startswith("```"):
            fenced = not fenced
            if piece:
                yield kind, piece
            piece, kind = [], "code"
            continue
        if fenced:
            piece.append(line)
            continue
        now = ("code" if line.startswith("    ") and kind in ("", "code") else "heading" if line.startswith("#")
               else "table" if line.startswith("|") else "item" if re.match(r"(-|\d+\.) ", line) else "text")
        if not line or now != kind and not (kind in ("item", "text") and now == "text") or now in ("item", "heading"):
            if piece:
                yield kind, piece
            piece, kind = [], ""
        if line:
            piece.append(line[4:] if now == "code" else line)
            kind = kind or now


def page(name, section, version, text):
    lines = [f'.\\" Made from the documents by systemd/manual.py.',
             f'.TH "{escape(name.upper())}" "{section}" "" "zello\\-gateway {version}" "zello\\-gateway"',
             ".SH NAME", f"{escape(name)} \\- {ABOUT[name]}", ".SH SYNOPSIS", SYNOPSIS[name], ".SH DESCRIPTION"]
    text = re.sub(r"<!-- (.*?) -->.*?<!-- end of \1 -->", "", text, flags=re.S)  # a table of what was measured
    text = re.sub(r"<!--.*?-->", "", text, flags=re.S)
    for kind, piece in blocks(text):
        if kind == "heading":
            level, title = re.match(r"(#+) +(.*)", piece[0]).groups()
            if len(level) > 1:
                lines.append((".SH " if len(level) == 2 else ".SS ") + inline(title if len(level) > 2 else title.upper()))
        elif kind == "table":
            lines += table(piece)
        elif kind == "code":
            lines += code(piece)
        elif kind == "item":
            mark, first = re.match(r"(-|\d+\.) +(.*)", piece[0]).groups()
            bullet = "\\(bu" if mark == "-" else mark
            lines += [f".IP {bullet} 4",
                      inline(" ".join([first, *(line.strip() for line in piece[1:])]))]
        else:
            lines += [".PP", inline(" ".join(piece))]
    others = [f".BR {escape(other)} ({number})" for other, number in SECTIONS.items() if other != name]
    return "\n".join([*lines, ".SH SEE ALSO", ",\n".join(others), ".PP", "The whole manual is in",
                      ".IR /usr/share/doc/zello\\-gateway .", ""])


def main():
    name, section, version, document, made = sys.argv[1:]
    text = pathlib.Path(document).read_text(encoding="utf-8")
    pathlib.Path(made).write_text(page(name, section, version, text), encoding="utf-8")


if __name__ == "__main__":
    main()
