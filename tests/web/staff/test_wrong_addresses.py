"""An address that asks for what there isn't, and an account for nobody: an officer is told so on a page."""

from collections.abc import Iterator

import pytest
from loopback_server import Served, serving
from officer_clients import Officer, officer
from public_pages import bring_in

from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import accounts
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = DataFolder(tmp_path_factory.mktemp("wrong") / "data")
    bring_in(folder, ("units-H21-2026-10-07", "points", "2026-10-07"))
    with serving(folder) as found:
        yield found


@pytest.fixture(scope="module")
def admin(served: Served) -> Iterator[Officer]:
    with officer(served, "nga", Role.ADMINISTRATOR) as found:
        yield found


@pytest.fixture(scope="module")
def office(served: Served) -> Iterator[Officer]:
    with officer(served, "lan") as found:
        yield found


@pytest.mark.parametrize(
    "path",
    [
        "/ho-so?loai=abc", "/ho-so?trang=0", "/ho-so?trang=abc", "/ho-so?trang=999", "/viec/9.9",
        "/viec?trang=x", "/du-lieu/abc", "/du-lieu/ghep", "/van-ban/tep.docx", "/van-ban?loai=abc",
        "/van-ban?ky=x", "/nhiem-vu/abc", "/giai-trinh/abc", "/xin-loi/ho-so/x", "/hom-nay?ngay=x",
        "/chi-so/9.9", "/don-vi/H99.99.99", "/muc-tieu?dich=abc", "/khoang-hang?cap=abc", "/ban-do/ABC",
        "/kien-nghi/abc", "/ke-thua/abc", "/bieu-mau?ky=abc", "/phan-anh?trang=x", "/quan-tri?trang=x",
    ],
)  # fmt: skip
def test_a_wrong_address_is_answered_by_a_page_in_words(office: Officer, path: str) -> None:
    answer = office.get(path)
    assert answer.status_code < 500
    assert answer.headers["content-type"].startswith("text/html")
    assert '<html lang="vi"' in answer.text
    assert "<title>" in answer.text
    assert '"detail"' not in answer.text


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"ho-ten": "Bà Lan", "don-vi": "H99.99.99"}, "H99.99.99"),
        ({"ho-ten": "   ", "don-vi": "H21.05"}, "họ và tên"),
    ],
)
def test_an_account_for_no_unit_or_nobody_is_refused(
    admin: Officer, served: Served, fields: dict[str, str], said: str
) -> None:
    answer = admin.post("/quan-tri", {"viec": "them", "ten": "moi", "vai-tro": "unit", **fields})
    assert said in answer.text
    with open_ledger(served.folder) as ledger:
        assert "moi" not in {each.name for each in accounts(ledger)}
