"""The lists of work on the pages: whose an officer sees, what the files hold, what mending does."""

import csv
import io
import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from dossier_sending import message, settle
from loopback_server import Json, Served, send, serving
from officer_clients import officer
from python_calamine import CalamineWorkbook
from thoroughness import spread

from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import lines
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.text import VIETNAM, now

HEALTH, LAND = "H15.10", "H15.20"


def dossier(unit: str, number: int, **more: Any) -> Json:
    """A dossier of this year that ended without any file."""
    year = now().astimezone(VIETNAM).year
    return {
        "MaHoSo": f"{unit}-{year % 100}0105-{number:04d}", "MaTTHC": "1.000001", "TrangThaiHoSo": "10",
        "KenhThucHien": "2", "NgayTiepNhan": f"{year}0105080000", "NgayHenTra": f"{year}0112170000",
        "NgayKetThucXuLy": f"{year}0108170000", "NgayTra": f"{year}0109080000", **more,
    }  # fmt: skip


STEPS = [
    {"MaHoSo": dossier(HEALTH, 1)["MaHoSo"], "TrangThai": "4", "NguoiXuLy": "Trần Văn Mật",
     "PhongBanXuLy": "Phòng Nghiệp vụ", "ThoiDiemXuLy": dossier(HEALTH, 1)["NgayKetThucXuLy"]},
]  # fmt: skip


@pytest.fixture
def served(tmp_path: Any) -> Iterator[Served]:
    folder = DataFolder(tmp_path / "data")
    units = f"mã,tên,cấp\nH15,Đắk Lắk,tỉnh\n{HEALTH},Sở Y tế,sở\n{LAND},Sở Đất đai,sở\n".encode()
    own = b"procedure,province,name,authority,returns_document\n1.000001,H15,Cap phep,department,1\n"
    items = [dossier(HEALTH, n) for n in range(1, 5)] + [dossier(LAND, n) for n in (8, 9)]
    settle(
        folder,
        [
            [("units", read_units("a.csv", units).batch)],
            [("procedures", read_procedures("p.csv", own).batch)],
            message(items),
            message(STEPS),
        ],
    )
    with serving(folder) as found:
        yield found


def rows(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def lost(page: str) -> Decimal:
    """What a page of lists says that the unit lost."""
    found = re.search(r"Mất <b>(\d+,\d\d)</b> điểm", page)
    assert found is not None
    return Decimal(found[1].replace(",", "."))


def test_what_is_mended_and_pushed_leaves_the_list_and_earns_its_points(served: Served) -> None:
    with officer(served, "hoa", Role.UNIT, HEALTH) as health:
        before = rows(health.get("/viec/4.1/tep.csv").content)
        assert [row["Mã số"] for row in before] == [dossier(HEALTH, n)["MaHoSo"] for n in range(1, 5)]
        assert sum(Decimal(row["Số điểm"]) for row in before) == 6
        whole = lost(health.get("/viec").text)
        result = {"DanhSachGiayToKetQua": [{"DuongDanTepTinKetQua": "/1"}]}
        send(served, [dossier(HEALTH, 1, **result)], served.login(), isUpdating="True")
        served.settle()
        after = rows(health.get("/viec/4.1/tep.csv").content)
        assert [row["Mã số"] for row in after] == [dossier(HEALTH, n)["MaHoSo"] for n in (2, 3, 4)]
        assert sum(Decimal(row["Số điểm"]) for row in after) == Decimal("4.5")
        assert whole - lost(health.get("/viec").text) == Decimal("1.5")


def test_an_officer_of_a_unit_sees_its_own_lists_and_dossiers_alone(served: Served) -> None:
    with officer(served, "hoa", Role.UNIT, HEALTH) as health:
        shown = health.get("/viec/4.1").text
        assert HEALTH in shown
        assert LAND not in shown
        for path in (
            f"/viec?don-vi={LAND}", "/viec?don-vi=H15", f"/viec/4.1?don-vi={LAND}",
            f"/viec/4.1/tep.xlsx?don-vi={LAND}", f"/ho-so/{dossier(LAND, 8)['MaHoSo']}",
        ):  # fmt: skip
            assert health.get(path).status_code == 403, path
        assert health.get(f"/ho-so/{dossier(HEALTH, 2)['MaHoSo']}").status_code == 200
    assert "/dang-nhap" in str(served.client.get("/viec", follow_redirects=True).url)


def test_the_office_sees_all_and_who_runs_accounts_none(served: Served) -> None:
    with officer(served) as office:
        assert len(rows(office.get("/viec/4.1/tep.csv").content)) == 6
        assert office.get("/viec/9.9").status_code == 404
        assert office.get("/ho-so/H15.10-000000-0000").status_code == 404
    with officer(served, "quan", Role.ADMINISTRATOR) as administrator:
        assert administrator.get("/viec").status_code == 403


def test_a_dossier_is_told_by_its_steps_rooms_and_cost_and_of_nobody(served: Served) -> None:
    with officer(served, "hoa", Role.UNIT, HEALTH) as health:
        page = health.get(f"/ho-so/{dossier(HEALTH, 1)['MaHoSo']}").text
        assert "Phòng Nghiệp vụ" in page
        assert "Trần Văn Mật" not in page
        assert "1,500000" in page  # a quarter of the 6 points of 4.1
        listed = health.get("/viec/4.1?phong=Phòng Nghiệp vụ").text
        assert dossier(HEALTH, 1)["MaHoSo"] in listed
        assert dossier(HEALTH, 2)["MaHoSo"] not in listed


def test_a_file_is_for_a_letter_and_leaves_its_line(served: Served) -> None:
    with officer(served) as office:
        data = office.get("/viec/4.1/tep.xlsx?don-vi=H15.20").content
        sheet = CalamineWorkbook.from_filelike(io.BytesIO(data)).get_sheet_by_index(0).to_python()
        assert sheet[0][0] == "Danh sách hồ sơ chưa có kết quả điện tử"
        assert "2 hồ sơ, 2 còn khắc phục được; chỉ số mất 6,00 điểm" in sheet[1][0]
        assert sheet[3][:4] == ["TT", "Mã số", "Mã đơn vị", "Đơn vị"]
        assert [row[3] for row in sheet[4:]] == ["Sở Đất đai", "Sở Đất đai"]
    with open_ledger(served.folder) as ledger, ledger.read() as db:
        line = lines(db)[-1]
    assert (line.action, line.subject, line.details["kind"]) == ("dossiers.export", LAND, "work:4.1")
    assert line.details["dossiers"] == 2


def test_every_list_has_a_page_in_both_languages(served: Served) -> None:
    with officer(served) as office:
        pages = re.findall(r'href="(/viec/[^"?]+)', office.get("/viec").text)
        assert len(pages) > 4
        for path in pages:
            assert office.get(path).status_code == 200, path
        for path in spread(pages, 4):
            assert office.get("/en" + path).status_code == 200, path


def test_a_list_can_be_asked_from_a_day_on(served: Served) -> None:
    year = now().astimezone(VIETNAM).year
    with officer(served, "hoa", Role.UNIT, HEALTH) as hoa:

        def listed(day: str) -> int:
            answer = hoa.get(f"/viec/4.1?don-vi={HEALTH}&tu={year}-{day}")
            assert answer.status_code == 200
            return answer.text.count('class="code"')

        assert listed("01-12") == 4  # the day when they fell due
        assert listed("01-13") == 0
        assert len(rows(hoa.get(f"/viec/4.1/tep.csv?don-vi={HEALTH}&tu={year}-01-12").content)) == 4
        assert rows(hoa.get(f"/viec/4.1/tep.csv?don-vi={HEALTH}&tu={year}-01-13").content) == []
        assert hoa.get(f"/viec/4.1?don-vi={HEALTH}&tu=hom-qua").status_code in (400, 422)


def test_a_period_that_has_not_begun_is_refused_on_pages_and_in_files(served: Served) -> None:
    ahead = now().astimezone(VIETNAM).year + 1
    with officer(served) as office:
        for path in (f"/viec?ky={ahead}", f"/viec/2.1?ky={ahead}", f"/viec/2.1/tep.csv?ky={ahead}"):
            answer = office.get(path)
            assert answer.status_code in (404, 422), path
            assert "chưa bắt đầu nên chưa có số liệu" in answer.text


def test_the_lists_of_another_period_can_be_asked_for_and_stay_of_it(served: Served) -> None:
    year = now().astimezone(VIETNAM).year
    with officer(served) as office:
        page = office.get(f"/viec?don-vi={LAND}").text
        assert f'name="don-vi" value="{LAND}"' in page
        assert f'name="ky" value="{year}"' in page
        january = office.get(f"/viec?don-vi={LAND}&ky={year}-01").text
        assert f"/viec/4.1?don-vi={LAND}&amp;ky={year}-01" in january
        march = office.get(f"/viec?don-vi={LAND}&ky={year}-03").text
        assert "/viec/4.1?" not in march
        assert f'name="ky" value="{year}-03"' in march
