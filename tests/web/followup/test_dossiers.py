"""The list of open dossiers and its files: whose an officer sees and takes away, and that the log says so."""

import csv
import io
import json
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from command_runner import run
from dossier_sending import message, settle
from loopback_server import Served, serving
from officer_clients import Officer, officer
from public_pages import keep_table, words
from python_calamine import CalamineWorkbook

from bochiso.intake.dossiers.procedures import read_units
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import AuditLine, lines
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.text import VIETNAM, now

FORMS = ("csv", "json", "xlsx")
HEALTH, LAND, SILENT = "H15.10", "H15.20", "H15.1"


def open_since(unit: str, number: int, due_in: int, procedure: str = "1.000001") -> dict[str, Any]:
    """A dossier of a unit that was received forty days ago and is due in so many days."""
    day = now().astimezone(VIETNAM)
    return {
        "MaHoSo": f"{unit}-260901-{number:04d}", "MaTTHC": procedure, "TrangThaiHoSo": "4",
        "NgayTiepNhan": (day - timedelta(days=40)).strftime("%Y%m%d080000"),
        "NgayHenTra": (day + timedelta(days=due_in)).strftime("%Y%m%d235900"),
    }  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = DataFolder(tmp_path_factory.mktemp("dossiers") / "data")
    listed = f"{HEALTH},Sở Y tế,sở\n{LAND},Sở Đất đai,sở\n{SILENT},Xã Ea Drăng,xã\n"
    units = f"mã,tên,cấp\nH15,Đắk Lắk,tỉnh\n{listed}".encode()
    items = [
        open_since(HEALTH, 1, -3), open_since(HEALTH, 2, -20, "1.000002"), open_since(HEALTH, 3, 2),
        open_since(LAND, 4, -8), open_since(LAND, 5, 2),
    ]  # fmt: skip
    settle(folder, [[("units", read_units("a.csv", units).batch)], message(items)])
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="module")
def office(served: Served) -> Iterator[Officer]:
    with officer(served) as found:
        yield found


@pytest.fixture(scope="module")
def health(served: Served) -> Iterator[Officer]:
    with officer(served, "hoa", Role.UNIT, HEALTH) as found:
        yield found


def numbers(data: bytes, form: str) -> list[str]:
    """The dossiers of a file, in its order."""
    if form == "json":
        return [row["dossier"] for row in json.loads(data)]
    if form == "csv":
        return [row["Số hồ sơ"] for row in csv.DictReader(io.StringIO(data.decode("utf-8-sig")))]
    _, _, head, *rows = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
    return [str(row[head.index("Số hồ sơ")]) for row in rows]


def exported(served: Served) -> list[AuditLine]:
    with open_ledger(served.folder) as ledger, ledger.read() as db:
        return [each for each in lines(db) if each.action == "dossiers.export"]


def test_dossiers_of_a_ministrys_system_are_told_apart(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    own, number = open_since(HEALTH, 1, -3), f"{HEALTH}-260901-1200345"
    settle(
        folder,
        [
            message(
                [own, own | {"MaHoSo": number}, own | {"MaHoSo": "G01.899-260901-120034"}], sender="G01.899"
            )
        ],
    )
    with serving(folder) as served, officer(served) as office:
        rows = {row["dossier"]: row["ministry"] for row in office.get("/ho-so.json").json()}
        assert rows == {own["MaHoSo"]: "G01", number: "G01", "G01.899-260901-120034": "G01"}
        assert "Hệ thống của bộ" in office.get("/ho-so").text


def last(number: str) -> int:
    return int(number[-4:])


@pytest.mark.parametrize("form", FORMS)
def test_every_form_has_the_dossiers_of_the_page_and_is_a_line_of_the_log(
    served: Served, office: Officer, form: str
) -> None:
    before = len(exported(served))
    answer = office.get(f"/ho-so.{form}")
    assert answer.status_code == 200
    assert answer.headers["cache-control"] == "no-store"
    today = f"{now().astimezone(VIETNAM):%Y-%m-%d}"
    assert f'filename="ho-so-qua-han-{today}.{form}"' in answer.headers["content-disposition"]
    found = numbers(answer.content, form)
    assert [last(number) for number in found] == [2, 4, 1]  # the latest first
    page = office.get("/ho-so").text
    assert all(number in page for number in found)
    (line,) = exported(served)[before:]
    assert (line.who, line.subject) == ("lan", "")
    nothing_else = dict.fromkeys(("days", "as_of", "procedure", "age"))
    assert line.details == nothing_else | {"kind": "overdue", "clock": "index", "form": form, "dossiers": 3}


def test_of_a_unit_that_sent_nothing_nobody_says_that_nothing_is_overdue(
    served: Served, office: Officer
) -> None:
    rows = f"{SILENT},Xã Ea Drăng,commune,60\n{HEALTH},Sở Y tế,department,70\n"
    day = now().date().replace(day=1).isoformat()
    keep_table(served.folder, "a.csv", f"unit,unit_name,level,total\n{rows}".encode(), "points", day)
    nothing = "Chưa có hồ sơ nào của đơn vị này được đồng bộ về đây"
    listed = words(office.get(f"/ho-so?don-vi={SILENT}").text)
    page = words(office.get(f"/don-vi/{SILENT}").text)
    assert nothing in listed
    assert "Chưa có hồ sơ nào" in page
    assert "Quá hạn: 0" not in page
    assert "Không có hồ sơ nào" not in listed + page
    assert "Quá hạn: 2" in words(office.get(f"/don-vi/{HEALTH}").text)
    with officer(served, "drang", Role.UNIT, SILENT) as drang:
        assert nothing in words(drang.get("/ho-so").text)
    refused = office.get(f"/ho-so.xlsx?don-vi={SILENT}")
    assert refused.status_code == 404
    assert f"hưa có hồ sơ nào của đơn vị {SILENT}" in words(refused.text)
    told = run("dossiers", "overdue", "--unit", SILENT, "--data", served.folder.root, "--format", "json")
    assert (told.code, told.out) == (2, "")
    assert f"chưa có hồ sơ nào của đơn vị {SILENT}" in told.err


def test_a_file_can_be_attached_as_it_is(office: Officer) -> None:
    body = office.get(f"/ho-so.xlsx?loai=sap-den-han&don-vi={HEALTH}").content
    title, told, head, row = (
        CalamineWorkbook.from_filelike(io.BytesIO(body)).get_sheet_by_index(0).to_python()
    )
    assert title[0] == "Danh sách hồ sơ sắp đến hạn – Sở Y tế"
    assert str(told[0]).startswith("1 hồ sơ, tính đến")
    shown = dict(zip(head, row, strict=True))
    assert (shown["STT"], shown["Đơn vị"], shown["Mã đơn vị"]) == (1, "Sở Y tế", HEALTH)
    assert shown["Trạng thái"] == "đang xử lý"
    assert 1 < float(str(shown["Số ngày còn lại"])) <= 3
    english = office.get("/en/ho-so.csv").content.decode("utf-8-sig")
    assert english.startswith("No.,Dossier,Unit,Unit's code")


def test_the_list_is_searched_sorted_and_leads_to_each_dossier_and_to_every_unit(office: Officer) -> None:
    found = numbers(office.get("/ho-so.json?tim=dat+dai").content, "json")
    assert {last(number) for number in found} == {4}
    by_unit = numbers(office.get("/ho-so.json?sap=don-vi").content, "json")
    assert [last(number) for number in by_unit] == [4, 2, 1]
    page = office.get("/ho-so").text
    assert f'href="/ho-so/{found[0]}"' in page
    ages = [page.index(each) for each in ("Đến 5 ngày", "Trên 5 đến 10 ngày", "Trên 10 đến 30 ngày")]
    assert ages == sorted(ages)
    beyond = words(office.get("/ho-so?trang=999").text)
    assert "3 hồ sơ" in beyond
    assert "Không có hồ sơ nào" not in beyond


@pytest.mark.parametrize(
    ("query", "expected"),
    [
        ("loai=sap-den-han", {3, 5}),
        (f"don-vi={LAND}", {4}),
        ("thu-tuc=1.000002", {2}),
        ("tuoi=5", {1}),
        ("tuoi=10", {4}),
        ("tuoi=30", {2}),
        (f"loai=sap-den-han&don-vi={HEALTH}", {3}),
    ],
)
def test_a_file_has_what_was_chosen_on_the_page(office: Officer, query: str, expected: set[int]) -> None:
    found = numbers(office.get(f"/ho-so.json?{query}").content, "json")
    assert {last(number) for number in found} == expected
    page = office.get(f"/ho-so?{query}").text
    assert all(number in page for number in found)


def test_a_unit_s_officer_takes_away_its_own_alone(served: Served, health: Officer) -> None:
    for query in ("", f"?don-vi={HEALTH}"):
        found = numbers(health.get(f"/ho-so.csv{query}").content, "csv")
        assert {last(number) for number in found} == {1, 2}
        line = exported(served)[-1]
        assert (line.who, line.subject, line.details["dossiers"]) == ("hoa", HEALTH, 2)
    before = exported(served)
    for form in FORMS:
        assert health.get(f"/ho-so.{form}?don-vi={LAND}").status_code == 403
        assert health.get(f"/ho-so.{form}?don-vi=H15").status_code == 403
    assert health.get(f"/ho-so?don-vi={LAND}").status_code == 403
    assert exported(served) == before


@pytest.mark.parametrize("form", FORMS)
def test_nobody_else_gets_a_file_and_no_line_says_so(served: Served, form: str) -> None:
    before = exported(served)
    with officer(served, f"quan-{form}", Role.ADMINISTRATOR) as administrator:
        assert administrator.get(f"/ho-so.{form}").status_code == 403
    answer = served.client.get(f"/ho-so.{form}")
    assert answer.status_code == 303
    assert "/dang-nhap" in answer.headers["location"]
    assert exported(served) == before


@pytest.mark.parametrize(("path", "status"), [("/ho-so.pdf", 404), ("/ho-so.csv?loai=khac", 422)])
def test_another_form_or_list_is_none(served: Served, office: Officer, path: str, status: int) -> None:
    before = exported(served)
    assert office.get(path).status_code == status
    assert exported(served) == before
