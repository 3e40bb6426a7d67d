"""Accounts of a whole province: pasted rows, a row for every unit, units by name, all or none."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from loopback_server import serving
from officer_clients import Officer, officer
from public_pages import bring_in, words

from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import accounts
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings
from bochiso.text import now

PAGE = "/quan-tri/nhieu-tai-khoan"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    made = DataFolder(tmp_path_factory.mktemp("bulk") / "data")
    bring_in(made, ("units-H21-2026-10-07", "points", "2026-10-07"))
    with open_ledger(made, make=True) as ledger:
        change_settings(ledger, {"province": "H21"}, By("#test", now()))
    return made


@pytest.fixture(scope="module")
def admin(folder: DataFolder) -> Iterator[Officer]:
    with serving(folder, unit="H21") as served, officer(served, "quan", Role.ADMINISTRATOR) as found:
        yield found


def known(folder: DataFolder) -> dict[str, tuple[str, str | None]]:
    with open_ledger(folder) as ledger:
        return {each.name: (each.profile.role.value, each.profile.unit) for each in accounts(ledger)}


def test_rows_become_accounts_with_units_by_code_or_name_and_first_passwords(
    admin: Officer, folder: DataFolder
) -> None:
    rows = (
        "Tên đăng nhập\tHọ và tên\tVai trò\tĐơn vị\n"
        "lan.syt\tNguyễn Thị Lan\tCán bộ đơn vị\tSở Y tế\n"
        "vp1; Trần Văn Minh; văn phòng;\n"
    )
    answer = admin.post(PAGE, {"dong": rows})
    assert answer.status_code == 200
    assert "Đã tạo 2 tài khoản" in words(answer.text)
    assert known(folder)["lan.syt"] == ("unit", "H21.19")
    assert known(folder)["vp1"] == ("office", None)
    assert answer.text.count("<code>") == 2
    filled = admin.get(f"{PAGE}?moi-don-vi=1").text
    assert "h21.05; " in filled
    assert "h21.19; " not in filled


@pytest.mark.parametrize(
    ("row", "told"),
    [
        ("moi; Tên; Cán bộ đơn vị; H99.99.99", "Dòng 2: không có đơn vị “H99.99.99”"),
        ("moi; Tên; Cán bộ đơn vị;", "Dòng 2: thiếu đơn vị"),
        ("moi; ; Văn phòng;", "Dòng 2: thiếu họ và tên"),
        ("moi; Tên; Giám đốc;", "Dòng 2: không rõ vai trò “Giám đốc”"),
        ("tên có cách; Tên; Văn phòng;", "Dòng 2"),
        ("dau; Tên; Văn phòng;", "“dau” có hai lần"),
        ("quan; Tên; Văn phòng;", "Đã có tài khoản: quan"),
    ],
)
def test_a_row_that_cant_be_is_named_and_nobody_is_made(
    admin: Officer, folder: DataFolder, row: str, told: str
) -> None:
    before = known(folder)
    answer = admin.post(PAGE, {"dong": f"dau; Tên đầu; Văn phòng;\n{row}"})
    assert answer.status_code == 422
    assert told in words(answer.text)
    assert "dau; Tên đầu" in answer.text
    assert known(folder) == before


def test_one_account_needs_a_known_unit_and_a_name_and_the_form_remembers(
    admin: Officer, folder: DataFolder
) -> None:
    typed = {"viec": "them", "ten": "moi", "ho-ten": "Lê Thị Hòa", "vai-tro": "unit", "don-vi": "H99.99.99"}
    refused = admin.post("/quan-tri", typed)
    assert (refused.status_code, "không có đơn vị" in words(refused.text).lower()) == (422, True)
    assert 'value="Lê Thị Hòa"' in refused.text
    assert 'value="H99.99.99"' in refused.text
    assert admin.post("/quan-tri", typed | {"ho-ten": "   ", "don-vi": "H21.17"}).status_code == 422
    made = admin.post("/quan-tri", typed | {"don-vi": "H21.17 – Sở Văn hóa"})
    assert made.status_code == 200
    assert known(folder)["moi"] == ("unit", "H21.17")
    assert "H21.17" in made.text
    locked = admin.post("/quan-tri", {"viec": "khoa", "ten": "moi"})
    assert "Đã khóa tài khoản." in words(locked.text)


def test_what_the_site_says_of_itself_is_set_and_shown(admin: Officer, tmp_path: Path) -> None:
    page = admin.get("/quan-tri").text
    for name in ("co-quan", "nguoi-chiu-trach-nhiem", "lien-he", "giay-phep", "thong-bao-anh"):
        assert f'name="{name}"' in page
    fields = {"viec": "thiet-lap", "tinh": "H21", "luu-nhat-ky": "60",
              "co-quan": "Văn phòng UBND tỉnh Gia Lai",
              "lien-he": "0269 000 000", "nguoi-chiu-trach-nhiem": "Nguyễn Văn A, Chánh Văn phòng",
              "thong-bao": "Bảo trì tối nay", "thong-bao-anh": "Maintenance tonight"}  # fmt: skip
    refused = admin.post("/quan-tri", fields | {"luu-nhat-ky": "3"})
    assert 'value="Văn phòng UBND tỉnh Gia Lai"' in refused.text
    saved = words(admin.post("/quan-tri", fields).text)
    assert "Đã lưu thiết lập." in saved
    assert "Chịu trách nhiệm chính: Nguyễn Văn A, Chánh Văn phòng" in saved
    assert "Maintenance tonight" in words(admin.get("/en/gioi-thieu").text)
    assert "0269 000 000" in words(admin.get("/gioi-thieu").text)
