"""Emblems: an office's file becomes a small picture of our own; what could run or fetch is refused."""

import pytest

from bochiso.errors import SourceError
from bochiso.report.charts.emblem_picture import SIDE, emblem_picture
from bochiso.report.charts.share_card import share_card

STAR = b"""<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" xmlns:draw="http://draw.example/" viewBox="0 0 100 50" draw:by="x">
<draw:grid/><metadata>a note</metadata>
<defs><linearGradient id="a"><stop stop-color="#d00"/><stop offset="1" stop-color="#fc0"/></linearGradient>
</defs>
<ellipse cx="50" cy="25" rx="48" ry="24" fill="url(#a)"/><path d="M50 5l6 20h-12z" fill="#ff0"/></svg>"""


def test_shapes_become_a_small_picture_whatever_else_the_file_holds() -> None:
    found = emblem_picture("a.svg", STAR)
    assert [int.from_bytes(found[n : n + 4], "big") for n in (16, 20)] == [SIDE, SIDE // 2]
    assert len(found) < 30_000
    assert b"a note" not in found
    assert emblem_picture("a.png", found)[16:24] == found[16:24]
    bare = STAR.replace(b'viewBox="0 0 100 50"', b'width="100mm" height="50mm"')
    assert emblem_picture("a.svg", bare).startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("data", "why"),
    [
        (b"", "neither PNG nor SVG"),
        (b"GIF89a", "neither PNG nor SVG"),
        (b"<html><body/></html>", "neither PNG nor SVG"),
        (STAR.replace(b"<path", b"<script>alert(1)</script><path"), "“script”"),
        (STAR.replace(b"<path", b"<foreignObject/><path"), "“foreignObject”"),
        (STAR.replace(b"<path", b'<image href="file:///etc/passwd"/><path'), "“image”"),
        (STAR.replace(b"<path", b'<use href="#a"/><path'), "“use”"),
        (STAR.replace(b'rx="48"', b'rx="48" onload="alert(1)"'), "“onload”"),
        (STAR.replace(b"url(#a)", b"url(http://a.example/b)"), "lies elsewhere"),
        (STAR.replace(b"<path", b"<style>@import 'a.css';</style><path"), "lies elsewhere"),
        (b'<!DOCTYPE svg [<!ENTITY a "b">]>' + STAR.partition(b"?>")[2], "lies elsewhere"),
        (STAR.replace(b"<path", b"<path d='M0 0'/>" * 5_001 + b"<path"), "too many shapes"),
        (STAR.replace(b'viewBox="0 0 100 50"', b""), "how large it is"),
        (STAR.replace(b"0 0 100 50", b"0 0 100 1"), "longer than it is wide"),
        (b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"/>', "nothing is to be seen"),
        (emblem_picture("a.svg", STAR)[:200], "damaged"),
        (emblem_picture("a.svg", STAR).replace(b"IDAT", b"IDAX"), "damaged"),
        (b"\x89PNG\r\n\x1a\n" + bytes(1_000_000), "larger than 1 MB"),
    ],
)
def test_what_is_no_picture_or_could_run_or_fetch_is_refused(data: bytes, why: str) -> None:
    with pytest.raises(SourceError, match=why) as found:
        emblem_picture("hình.svg", data)
    assert "hình.svg" in str(found.value)
    assert "plain SVG" in str(found.value)


def test_a_links_picture_has_the_emblem() -> None:
    card = ("Tỉnh Đắk Lắk", "Chỉ số", (("74,29", "điểm"),), "Số liệu ngày 22/11/2026")
    assert share_card(*card) != share_card(*card, emblem_picture("a.svg", STAR))
