"""Where somebody lands who signs in, and what leaders, departments and units with units below them see."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from dossier_sending import message, settle
from loopback_server import Json, Served, serving
from officer_clients import officer

from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.intake.dossiers.publication_rows import read_publications
from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import AccountProfile, change_profile
from bochiso.store.people.audit import By
from bochiso.store.people.permissions import Role
from bochiso.text import VIETNAM, now

LAND, BRANCH, COMMUNE = "H15.20", "H15.87", "H15.150"
TODAY = now().astimezone(VIETNAM).date()


def stamp(days: int) -> str:
    return f"{TODAY + timedelta(days=days):%Y%m%d}170000"


def dossier(unit: str, number: int, due: int, procedure: str = "1.000001") -> Json:
    return {
        "MaHoSo": f"{unit}-261001-{number:04d}", "MaTTHC": procedure, "TrangThaiHoSo": "4",
        "NgayTiepNhan": stamp(-20), "NgayHenTra": stamp(due), "KenhThucHien": "1",
    }  # fmt: skip


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """A branch below a department by the list of units, not by its code; a commune; a ministry's decision."""
    folder = DataFolder(tmp_path_factory.mktemp("today") / "data")
    units = (
        f"unit,name,level,parent\nH15,Đắk Lắk,province,\n{LAND},Sở Đất đai,department,H15\n"
        f"{BRANCH},Chi nhánh Ea Kar,subunit,{LAND}\n{COMMUNE},Xã Ea Kar,commune,H15\n"
    ).encode()
    own = (
        b"procedure,province,name,authority,field_name\n1.000001,H15,Dat dai,department,Dat dai\n"
        b"1.000002,H15,Khai sinh,commune,Ho tich\n"
    )
    decided = TODAY - timedelta(days=30)
    register = (
        "procedure,province,ministry_number,ministry_on,issuer,effective_on\n"
        f"1.000001,H15,503/QĐ-BTTTT,{decided},Bộ TTTT,{TODAY + timedelta(days=4)}\n"
    ).encode()
    items = [dossier(BRANCH, 1, -3), dossier(COMMUNE, 2, -5, "1.000002"), dossier(COMMUNE, 3, 1)]
    settle(
        folder,
        [
            [("units", read_units("a.csv", units).batch)],
            [("procedures", read_procedures("p.csv", own).batch)],
            [("publications", read_publications("r.csv", register).batch)],
            message(items),
        ],
    )
    with serving(folder) as found:
        yield found


def test_who_signs_in_lands_on_what_waits_today_for_their_unit_and_those_below_it(served: Served) -> None:
    with officer(served, "hoa", Role.UNIT, LAND) as land:
        page = land.get("/hom-nay").text
        assert "1 hồ sơ đang quá hạn – Chi nhánh Ea Kar" in page
        assert "Xã Ea Kar" not in page
        assert land.get(f"/ho-so/{BRANCH}-261001-0001").status_code == 200
        assert land.get(f"/viec?don-vi={BRANCH}").status_code == 200
        assert land.get(f"/viec?don-vi={COMMUNE}").status_code == 403
        assert "1 dossier is overdue – Chi nhánh Ea Kar" in land.get("/en/hom-nay").text
    with officer(served, "xa", Role.UNIT, COMMUNE) as commune:
        page = commune.get("/hom-nay").text
        assert page.index("1 hồ sơ sắp đến hạn") < page.index("1 hồ sơ đang quá hạn")
        assert f"hạn {TODAY + timedelta(days=1):%d/%m/%Y}" in page


def test_the_office_is_told_of_last_days_of_the_register_and_a_stranger_signs_in_first(
    served: Served,
) -> None:
    with officer(served, "lan") as office:
        assert "503/QĐ-BTTTT" in office.get("/hom-nay").text
    assert served.client.get("/hom-nay").headers["location"] == "/dang-nhap?tiep=%2Fhom-nay"
    with officer(served, "quan", Role.ADMINISTRATOR) as administrator:
        assert "không có việc nào" in administrator.get("/hom-nay").text


READ = ("/", "/hom-nay", "/viec", "/viec/2.1", f"/viec?don-vi={COMMUNE}", "/ho-so", "/truc-tiep", "/chi-tieu",
        f"/ho-so/{COMMUNE}-261001-0002", "/phan-anh", "/ho-so.csv")  # fmt: skip
CHANGED = ("/chi-tieu", "/du-lieu", "/cong-bo", "/van-ban/thong-tin", "/quan-tri")


def test_a_leader_reads_all_that_is_unpublished_and_changes_nothing(served: Served) -> None:
    with officer(served, "chutich", Role.LEADER) as leader:
        for path in READ:
            assert leader.get(path).status_code == 200, path
        for path in CHANGED:
            assert leader.post(path, {"muc": "1"}, page="/mat-khau").status_code == 403, path
        assert 'action="/chi-tieu"' not in leader.get("/chi-tieu").text


def test_a_department_sees_its_fields_of_procedures_at_every_unit_and_nothing_else_of_them(
    served: Served,
) -> None:
    with officer(served, "tuphap", Role.DEPARTMENT, "H15.30") as justice:
        late = "/viec/2.1?pham-vi=linh-vuc"
        assert justice.get(late).status_code == 403
        profile = AccountProfile("Sở Tư pháp", Role.DEPARTMENT, "H15.30", ("ho tich",))
        change_profile(served.application.services.ledger, "tuphap", profile, By("#test", now()))
        page = justice.get("/viec?pham-vi=linh-vuc").text
        assert "ho tich" in page
        listed = justice.get(late).text
        assert f"{COMMUNE}-261001-0002" in listed
        assert BRANCH not in listed
        assert "0001" not in justice.get("/viec/2.1/tep.csv?pham-vi=linh-vuc").text
        assert justice.get(f"/ho-so/{COMMUNE}-261001-0002").status_code == 200
        assert justice.get(f"/ho-so/{COMMUNE}-261001-0003").status_code == 403
        assert justice.get(f"{late}&don-vi={LAND}").status_code == 403
        assert justice.get(f"/viec/2.1?don-vi={COMMUNE}").status_code == 403
