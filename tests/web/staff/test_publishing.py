"""Publishing on the page where a second officer must approve: what each does, and what they are told."""

import re
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from loopback_server import serving
from officer_clients import Officer, officer
from public_pages import bring_in, keep_table, words
from waiting import PATIENCE

from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.settings import change_settings
from bochiso.text import now

DAY = "2026/2026-10-07"


@pytest.fixture
def officers(tmp_path: Path) -> Iterator[tuple[Officer, Officer]]:
    """Two officers of an office where one proposes and another approves; figures of one day."""
    folder = bring_in(DataFolder(tmp_path / "data"), ("units-H21-2026-10-07", "points", "2026-10-07"))
    with open_ledger(folder, make=True) as ledger:
        change_settings(ledger, {"province": "H21", "approval_required": True}, By("#test", now()))
    with (
        serving(folder, unit="H21") as served,
        officer(served, "lan") as lan,
        officer(served, "minh") as minh,
    ):
        yield lan, minh


def decide(who: Officer, what: str, **fields: str) -> httpx.Response:
    return who.post("/cong-bo", {"viec": what, **fields})


def told(answer: httpx.Response) -> str:
    found = re.search(r'role="(?:status|alert)"[^>]*>([^<]*)<', answer.text)
    assert found is not None
    return found[1]


def is_public(who: Officer) -> bool:
    return "Sở Y tế" in httpx.get(f"{who.client.base_url}/so-lieu/{DAY}/don-vi", timeout=PATIENCE).text


def test_figures_are_public_and_withdrawn_once_another_officer_approves(
    officers: tuple[Officer, Officer],
) -> None:
    lan, minh = officers
    assert told(decide(lan, "de-xuat", ky=DAY)) == "Đã ghi đề xuất công bố; chờ một cán bộ khác duyệt."
    assert not is_public(lan)
    own = decide(lan, "duyet", so="1")
    assert (own.status_code, "Không tự duyệt đề xuất của chính mình." in told(own)) == (422, True)
    page = minh.get("/cong-bo").text
    assert "Duyệt và công bố" in page
    assert "đề xuất bởi Lan," in words(page)
    assert "Xem đề xuất" in page
    assert "Đề xuất công bố" not in page  # once is enough: another would be refused
    assert told(decide(minh, "duyet", so="1")) == "Đã công bố."
    assert is_public(lan)

    asked = decide(lan, "go", so="1", **{"ly-do": "Số liệu của nguồn sai"})
    assert told(asked) == "Đã ghi đề xuất gỡ công bố; chờ một cán bộ khác duyệt."
    assert is_public(lan)
    assert "Duyệt và gỡ công bố" in minh.get("/cong-bo").text
    assert told(decide(minh, "duyet", so="2")) == "Đã gỡ công bố."
    assert not is_public(lan)


def test_a_proposal_is_taken_back_by_its_officer_and_rejected_by_another(
    officers: tuple[Officer, Officer],
) -> None:
    lan, minh = officers
    decide(lan, "de-xuat", ky=DAY)
    assert told(decide(lan, "tu-choi", so="1", **{"ly-do": "Nhầm ngày"})) == "Đã rút đề xuất."
    decide(lan, "de-xuat", ky=DAY)
    assert told(decide(minh, "tu-choi", so="2", **{"ly-do": "Chưa đối chiếu"})) == "Đã từ chối đề xuất."
    assert not is_public(lan)
    again = decide(minh, "duyet", so="2")
    assert again.status_code == 422


def test_an_approver_sees_what_was_sealed_and_how_it_differs_from_what_there_is_and_what_is_public(
    officers: tuple[Officer, Officer], tmp_path: Path
) -> None:
    lan, minh = officers
    decide(lan, "de-xuat", ky=DAY)
    decide(minh, "duyet", so="1")
    folder = DataFolder(tmp_path / "data")
    table = "unit,unit_name,level,total\nH21.17,Sở Y tế - tỉnh Gia Lai,department,{}\n"
    keep_table(folder, "mot.csv", table.format("63.37").encode(), "points", "2026-10-07")
    assert "khác bản đang công bố ở 1" in words(lan.get("/cong-bo").text)
    decide(lan, "de-xuat", ky=DAY, **{"ly-do": "Nguồn đã sửa"})
    keep_table(folder, "hai.csv", table.format("61.50").encode(), "points", "2026-10-07")

    card = words(minh.get("/cong-bo").text)
    assert "Số liệu hiện nay đã khác số liệu được đề xuất ở 1 đơn vị" in card
    sealed = words(minh.get("/cong-bo/2").text)
    assert re.search(r"Sở Y tế - tỉnh Gia Lai H21\.17 61,50 .*63,37 .*\+1,87", sealed)
    assert "So với bản đang công bố (bản 1)" in sealed
    told(decide(minh, "duyet", so="2"))
    public = httpx.get(f"{lan.client.base_url}/so-lieu/{DAY}/don-vi/H21.17", timeout=PATIENCE).text
    assert "63,37" in words(public)
    assert "Bản 2 (đính chính)" in words(public)
    assert "Lý do: Nguồn đã sửa" in words(public)


def test_figures_that_came_in_after_the_page_was_opened_are_not_published_unseen(
    officers: tuple[Officer, Officer], tmp_path: Path
) -> None:
    lan, _ = officers
    seen = re.search(r'name="ban" value="([^"]*)"', lan.get("/cong-bo").text)
    assert seen is not None
    table = "unit,unit_name,level,total\nH21.17,Sở Y tế - tỉnh Gia Lai,department,63.37\n"
    keep_table(DataFolder(tmp_path / "data"), "mot.csv", table.encode(), "points", "2026-10-07")
    answer = decide(lan, "de-xuat", ky=DAY, ban=seen[1])
    assert (answer.status_code, "đã thay đổi từ lúc mở trang" in told(answer)) == (422, True)
