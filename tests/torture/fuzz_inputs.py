"""Inputs that nobody sends by mistake: what is right, bent at random, by a number that gives it again."""

import io
import json
import random
import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from pathlib import Path

EXAMPLES = Path(str(files("bochiso"))) / "examples"

TOKENS = (
    b"", b"\0", b"\xff", b"\xef\xbb\xbf", b"\xff\xfe", b'"', b"'", b"\r", b"\n", b",", b";", b"\t", b"=1+1",
    b"-", b"1e999999999", b"-0", b"0" * 400, b"9" * 400, b"1.234,5", b"NaN", b"Infinity", b"100%",
    b"31/02/2026",
    b"99999999999999", b"\xc4\x91" * 50, b"\\ud800", b"[" * 200, b"{" * 200, b'{"a":' * 100, b"]", b"}", b":",
    b"&a *a", b"!!python/object:os.system", b"<<", b"? ", b"<!DOCTYPE x [<!ENTITY a 'b'>]>", b"&amp;", b"<",
    b"{{ 7 * 7 }}", b"{% for x in y %}", b"XFD1048576", b"null", b"true", b"20261332256199", b"H15",
    b"\xe2\x80\xae",
)  # fmt: skip
"""Bytes that readers stumble over."""


@dataclass(frozen=True)
class Corpus:
    """Right inputs of one kind, and what reads them: it may refuse, it may not fail."""

    name: str
    seeds: tuple[bytes, ...]
    read: Callable[[bytes], object]


def bent(seeds: tuple[bytes, ...], dice: random.Random) -> bytes:
    """One of them, changed in some places; a packed one also inside."""
    seed = dice.choice(seeds)
    if seed[:2] == b"PK" and dice.random() < 0.8:
        return _repacked(seed, dice)
    return _changed(seed, dice, dice.choice(seeds))


def _changed(data: bytes, dice: random.Random, other: bytes) -> bytes:
    found = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        at = dice.randrange(len(found) + 1)
        length = dice.choice((1, 2, 8, 64))
        match dice.randrange(7):
            case 0 if found:
                found[at % len(found)] ^= 1 << dice.randrange(8)
            case 1:
                found[at:at] = dice.choice(TOKENS)
            case 2:
                found[at : at + length] = dice.choice(TOKENS)
            case 3:
                del found[at : at + length]
            case 4:
                found[at:at] = found[at : at + length] * dice.choice((1, 2, 30))
            case 5:
                begin = dice.randrange(len(other) + 1)
                found[at : at + length] = other[begin : begin + 8 * length]
            case _ if dice.random() < 0.2:
                del found[at:]
    return bytes(found)


def _repacked(data: bytes, dice: random.Random) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    names = sorted(parts)
    for _ in range(dice.choice((1, 1, 2, 5))):
        name = dice.choice(names)
        match dice.randrange(6):
            case 0:
                parts.pop(name, None)
            case 1:
                parts[dice.choice(("xl/worksheets/sheet9.xml", name.upper(), "../" + name))] = parts.get(
                    name, b""
                )
            case _ if name in parts:
                parts[name] = _changed(parts[name], dice, parts[dice.choice(sorted(parts))])
    out = io.BytesIO()
    _pack(out, parts)
    return out.getvalue()


def _pack(out: io.BytesIO, parts: dict[str, bytes]) -> None:
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        for name, content in parts.items():
            archive.writestr(name, content)


FEW = 5

KINDS = ("tables", "workbooks", "portal", "messages", "rules", "templates")
"""Every kind of input that comes from outside."""


@cache
def corpus(kind: str) -> Corpus:
    """The inputs of a kind."""
    seeds, read = {
        "tables": (_tables, _table), "workbooks": (_workbooks, _table), "portal": (_answers, _table),
        "messages": (_messages, _message), "rules": (_rules, _rule_set), "templates": (_templates, _template),
    }[kind]  # fmt: skip
    return Corpus(kind, seeds(), read)


def _short(text: str, rows: int) -> bytes:
    return "\n".join(text.splitlines()[: rows + 1]).encode()


def _tables() -> tuple[bytes, ...]:
    texts = [path.read_text("utf-8") for path in sorted(EXAMPLES.glob("*.csv"))]
    found = [_short(text, 6) for text in texts]
    html = b"<table><tr><th>unit</th><th>total</th></tr><tr><td>H21.17</td><td>79,07</td></tr></table>"
    rows = [{"unit": "H21.17", "unit_name": "Sở Y tế", "level": "department", "total": 79.07}]
    return (*found, html, json.dumps(rows).encode(), found[0].decode().encode("utf-16"))


def _workbooks() -> tuple[bytes, ...]:
    import xlsxwriter

    out = io.BytesIO()
    with xlsxwriter.Workbook(out, {"in_memory": True}) as book:
        sheet = book.add_worksheet("Bảng điểm")
        for at, line in enumerate(_tables()[0].decode().splitlines()):
            sheet.write_row(at, 0, line.split(","))
        sheet.merge_range(10, 0, 10, 3, "Ghi chú")
    return (out.getvalue(),)


def _answers() -> tuple[bytes, ...]:
    from datetime import date

    from bochiso.periods import parse_period
    from bochiso.simulate.portal_bodies import answer, encode
    from bochiso.simulate.portal_figures import simulate_portal
    from bochiso.simulate.query import GROUPS, RESULTS, Query, department_id

    figures = simulate_portal("H15", 1, date(2026, 10, 6))
    asked = Query(parse_period("2026"), department_id("H15"), None, 1, 3)
    return tuple(encode(answer(figures, service, asked)) for service in (RESULTS, *GROUPS))


def _messages() -> tuple[bytes, ...]:
    from datetime import date
    from itertools import islice

    from bochiso.simulate.dossier_stream import simulate_events

    items = [
        each.item for each in islice(simulate_events("H15", 50, 1, date(2026, 1, 1), date(2026, 9, 30)), 12)
    ]
    envelope = {
        "session": "x",
        "madonvi": "H15",
        "service": "DongBoHoSoMC",
        "isUpdating": "False",
        "data": items[:3],
    }
    return (
        json.dumps(items[:4]).encode(),
        json.dumps(envelope, ensure_ascii=False).encode(),
        *(json.dumps([each], ensure_ascii=False).encode() for each in items),
    )


def _rules() -> tuple[bytes, ...]:
    from bochiso.rules.loader import rules_text

    own = rules_text("qd766-exact")
    return rules_text("qd766").encode(), own.encode()


def _templates() -> tuple[bytes, ...]:
    """A template of ours with the first of its many styles, which are nine tenths of it."""
    path, out = Path(str(files("bochiso.report"))) / "templates" / "notice.docx", io.BytesIO()
    with zipfile.ZipFile(path) as archive:
        parts = {name: archive.read(name) for name in archive.namelist()}
    for name, content in parts.items():
        for style in re.findall(rb"<w:style .*?</w:style>", content, re.S)[FEW:]:
            content = content.replace(style, b"", 1)
        parts[name] = content
    _pack(out, parts)
    return (out.getvalue(),)


@cache
def _set() -> object:
    from bochiso.rules.loader import load_rules

    return load_rules("qd766")


def _table(data: bytes) -> object:
    from bochiso.intake.sources import AUTO, read_source

    return read_source(AUTO, [("bang.csv", data)], _set())  # type: ignore[arg-type]


def _message(data: bytes) -> object:
    from bochiso.intake.messages.items import read_items
    from bochiso.intake.messages.sync_messages import decode_items, open_message

    message = open_message(data)
    return read_items(decode_items(message.data), sender="H15").refused


def _rule_set(data: bytes) -> object:
    from bochiso.rules.file.parse import parse_rules

    return parse_rules(data.decode("utf-8", "replace"), "rules.yaml")


def _template(data: bytes) -> object:
    from bochiso.report.docx.ooxml_guard import check_package

    return check_package("mau.docx", data)
