"""The administrator's page: what each of its forms does, that the log says so, and the log as a file."""

import csv
import io
import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
import sqlalchemy as sa
from ledger_databases import PASSWORD
from loopback_server import Served, call, serving
from msgspec import structs
from officer_clients import Officer, officer, signed_in_by

from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import accounts, find_account
from bochiso.store.people.audit import AuditLine, lines
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.ledger_tables import SESSIONS
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import ServerSettings, read_settings
from bochiso.text import now

PAGE = "/quan-tri"
SETTINGS = {
    "tinh": "h15",
    "dia-chi": "https://chiso.example.vn",
    "may-chu-trung-gian": "127.0.0.1, 10.0.0.1",
    "luu-nhat-ky": "24",
    "thong-bao": "Bảo trì tối thứ Bảy",
    "hai-nguoi": "on",
    "hai-lop-unit": "on",
    "dang-nhap-mot-lan": "",
    "ma-ung-dung": "",
}
"""What the form of settings sends, all of it."""


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    with serving(DataFolder(tmp_path_factory.mktemp("administration") / "data")) as found:
        yield found


@pytest.fixture(scope="module")
def quan(served: Served) -> Iterator[Officer]:
    with officer(served, "quan", Role.ADMINISTRATOR) as found:
        yield found


def logged(served: Served, action: str) -> list[AuditLine]:
    with open_ledger(served.folder) as ledger, ledger.read() as db:
        return [each for each in lines(db) if each.action == action]


def alert(html: str) -> str:
    found = re.search(r'role="alert"[^>]*>([^<]*)<', html)
    assert found is not None, html
    return found[1]


def secret(html: str) -> str:
    """What the page shows once."""
    found = re.search(r'role="status">.*?<code>([^<]+)</code>', html, re.DOTALL)
    assert found is not None, html
    return found[1]


def add(quan: Officer, name: str, role: Role = Role.OFFICE, unit: str = "") -> str:
    """Add an account by the form; its first password."""
    form = {"viec": "them", "ten": name, "ho-ten": f"Bà {name}", "vai-tro": role.value, "don-vi": unit}
    answer = quan.post(PAGE, form)
    assert answer.status_code == 200, alert(answer.text)
    return secret(answer.text)


def test_an_account_is_locked_and_opened_again_and_the_log_says_so(served: Served, quan: Officer) -> None:
    password = add(quan, "thu")
    with open_ledger(served.folder) as ledger:
        assert quan.post(PAGE, {"viec": "khoa", "ten": "thu"}).status_code == 200
        assert find_account(ledger, "thu").disabled_at is not None
        assert "Mở lại tài khoản" in quan.get(PAGE).text
        assert quan.post(PAGE, {"viec": "mo", "ten": "thu"}).status_code == 200
        assert find_account(ledger, "thu").disabled_at is None
    for action in ("account.add", "account.disable", "account.enable"):
        assert [(each.who, each.subject) for each in logged(served, action)][-1] == ("quan", "thu")
    assert password not in quan.get(PAGE).text


def test_who_is_locked_is_signed_out_at_once(served: Served, quan: Officer) -> None:
    with officer(served, "mai") as mai:
        assert mai.get("/du-lieu").status_code == 200
        quan.post(PAGE, {"viec": "khoa", "ten": "mai"})
        assert "/dang-nhap" in str(mai.get("/du-lieu").url)


def test_a_new_password_is_shown_once_and_must_be_changed(served: Served, quan: Officer) -> None:
    first = add(quan, "yen")
    second = secret(quan.post(PAGE, {"viec": "mat-khau", "ten": "yen"}).text)
    assert second != first
    with open_ledger(served.folder) as ledger:
        assert find_account(ledger, "yen").must_change
    assert logged(served, "account.password")[-1].subject == "yen"


def test_a_second_factor_is_taken_off(served: Served, quan: Officer) -> None:
    add(quan, "hoa", Role.UNIT, "H15.50")
    assert quan.post(PAGE, {"viec": "bo-hai-lop", "ten": "hoa"}).status_code == 200
    assert [(each.who, each.subject) for each in logged(served, "account.totp-reset")] == [("quan", "hoa")]


def test_a_key_is_made_lets_its_system_in_and_is_revoked(served: Served, quan: Officer) -> None:
    made = quan.post(PAGE, {"viec": "them-khoa", "ten": "mot-cua", "don-vi": "000.00.50.H15"})
    login = {"username": "mot-cua", "password": secret(made.text)}
    assert call(served, "login", login)["error_code"] == 0
    assert "H15.50" in quan.get(PAGE).text
    assert quan.post(PAGE, {"viec": "thu-hoi", "ten": "mot-cua"}).status_code == 200
    assert call(served, "login", login)["error_code"] == 401
    assert "đã thu hồi" in quan.get(PAGE).text
    for action in ("key.add", "key.revoke"):
        assert [(each.who, each.subject) for each in logged(served, action)][-1] == ("quan", "mot-cua")


def test_settings_are_kept_as_the_form_says_and_each_change_is_a_line(tmp_path: Path) -> None:
    with (
        serving(DataFolder(tmp_path / "data")) as served,
        officer(served, "quan", Role.ADMINISTRATOR) as quan,
        open_ledger(served.folder) as ledger,
    ):
        # Signed in at another address than the public one now is, quan is asked to sign in again.
        assert "/dang-nhap" in str(quan.post(PAGE, {"viec": "thiet-lap", **SETTINGS}).url)
        kept = read_settings(ledger)
        assert kept.second_factor_since is not None  # a role needs one that needed none before
        assert structs.replace(kept, second_factor_since=None) == ServerSettings(
            province="H15", approval_required=True, second_factor_roles=frozenset({Role.UNIT}),
            retention_months=24, public_url="https://chiso.example.vn",
            trusted_proxies=("127.0.0.1", "10.0.0.1"), notice="Bảo trì tối thứ Bảy",
        )  # fmt: skip
        changes = logged(served, "setting.change")
    assert {each.who for each in changes} == {"quan"}
    assert {each.subject for each in changes} == {
        "province", "public_url", "retention_months", "trusted_proxies", "approval_required",
        "second_factor_roles", "notice",
    }  # fmt: skip


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"viec": "thiet-lap", **SETTINGS, "luu-nhat-ky": "mười"}, "thiết lập “Lưu nhật ký” chưa dùng được"),
        ({"viec": "thiet-lap", **SETTINGS, "luu-nhat-ky": "1"}, "tháng"),
        ({"viec": "thiet-lap", **SETTINGS, "tinh": "H999"}, "tỉnh"),
        ({"viec": "them", "ten": "an", "ho-ten": "An"}, "chưa chọn vai trò"),
        ({"viec": "them", "ten": "quan", "ho-ten": "Quân", "vai-tro": "office"}, "quan"),
        ({"viec": "them-khoa", "ten": "a", "don-vi": " "}, "thiếu mã đơn vị"),
        ({"viec": "thu-hoi", "ten": "không-có"}, "không-có"),
        ({"viec": "khoa", "ten": "không-có"}, "không-có"),
        ({"viec": "mo", "ten": "không-có"}, "không-có"),
        ({"viec": "bo-hai-lop", "ten": "không-có"}, "không-có"),
        ({"viec": "việc-lạ"}, "không rõ việc cần làm"),
        ({}, "không rõ việc cần làm"),
    ],
    ids=lambda each: " ".join(each.values())[:30] if isinstance(each, dict) else "",
)
def test_what_cant_be_done_is_told_on_the_page_and_changes_nothing(
    served: Served, quan: Officer, form: dict[str, str], said: str
) -> None:
    def state() -> tuple[object, ...]:
        with open_ledger(served.folder) as ledger:
            return accounts(ledger), ledger.keys(), read_settings(ledger)

    before = state()
    answer = quan.post(PAGE, form)
    assert answer.status_code == 422
    assert said.lower() in alert(answer.text).lower()
    assert state() == before


def test_the_log_is_a_table_of_every_line(served: Served, quan: Officer) -> None:
    answer = quan.get(f"{PAGE}/nhat-ky.csv")
    assert answer.headers["content-type"] == "text/csv; charset=utf-8"
    assert answer.headers["cache-control"] == "no-store"
    assert 'filename="nhat-ky.csv"' in answer.headers["content-disposition"]
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    with open_ledger(served.folder) as ledger, ledger.read() as db:
        known = lines(db)
    assert [(row["who"], row["action"], row["subject"]) for row in rows] == [
        (each.who, each.action, each.subject) for each in known
    ]


@pytest.mark.parametrize("role", [Role.OFFICE, Role.UNIT])
def test_nobody_else_sees_the_page_or_the_log_or_changes_anything(
    served: Served, quan: Officer, role: Role
) -> None:
    name = f"khong-{role.value}"
    with officer(served, name, role, "H15.50" if role is Role.UNIT else None) as other:
        assert other.get(PAGE).status_code == 403
        assert other.get(f"{PAGE}/nhat-ky.csv").status_code == 403
        answer = other.post(PAGE, {"viec": "khoa", "ten": "quan"}, page="/mat-khau")
        assert answer.status_code == 403
    with open_ledger(served.folder) as ledger:
        assert find_account(ledger, "quan").disabled_at is None


def test_a_form_without_its_token_changes_nothing(served: Served, quan: Officer) -> None:
    assert quan.post(PAGE, {"viec": "khoa", "ten": "quan", "csrf": ""}).status_code == 403
    with open_ledger(served.folder) as ledger:
        assert find_account(ledger, "quan").disabled_at is None


def test_an_accounts_sessions_are_ended_at_once(served: Served, quan: Officer) -> None:
    with officer(served, "phien", Role.OFFICE) as one:
        assert one.get("/ho-so").status_code == 200
        page = quan.get(PAGE).text
        assert "Phiên đang mở (1)" in re.sub(r"\s+", " ", page)
        assert quan.post(PAGE, {"viec": "ket-thuc", "ten": "phien"}).status_code == 200
        assert "/dang-nhap" in str(one.get("/ho-so").url)
    (line,) = logged(served, "session.close")
    assert (line.who, line.subject, line.details) == ("quan", "phien", {"sessions": 1})


FIREFOX = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:145.0) Gecko/20100101 Firefox/145.0"


def test_one_session_of_somebody_elses_is_known_again_and_ended(served: Served, quan: Officer) -> None:
    def others() -> list[tuple[str, str]]:
        """The sessions of `hai` as the page says them: the words, and what each is ended by."""
        part = quan.get(PAGE).text.partition(" hai</span></summary>\n<ul>")[2].partition("</ul>")[0]
        found = re.findall(r"<li>(.*?)<form.*?name=\"phien\" value=\"(\w+)\"", part, re.DOTALL)
        return [(words, number) for words, number in found]

    def close(number: str) -> httpx.Response:
        return quan.post(PAGE, {"viec": "ket-thuc-phien", "ten": "hai", "phien": number})

    closed = len(logged(served, "session.close"))
    with (
        officer(served, "hai", Role.OFFICE) as here,
        signed_in_by(served, "hai", FIREFOX) as there,
    ):
        (firefox,) = [each for each in others() if "Firefox trên Windows" in each[0]]
        assert re.search(r"từ mạng 127\.0\.0\.1; đăng nhập lúc .+ dùng gần nhất lúc ", firefox[0])
        assert len(others()) == 2
        assert close(firefox[1]).status_code == 200
        assert "/dang-nhap" in str(there.get("/ho-so").url)
        assert here.get("/ho-so").status_code == 200
        again = close(firefox[1])
        assert (again.status_code, "đã kết thúc từ trước" in alert(again.text)) == (422, True)
    lines = logged(served, "session.close")[closed:]
    assert [(each.who, each.subject, each.details) for each in lines] == [("quan", "hai", {"sessions": 1})]


def forget_proof(served: Served) -> None:
    """As if everybody had given their password long ago."""
    with open_ledger(served.folder) as ledger, ledger.write() as db:
        db.execute(sa.update(SESSIONS).values(confirmed_at=now() - timedelta(minutes=16)))


@pytest.mark.parametrize(
    ("page", "fields", "made"),
    [
        (PAGE, {"viec": "them", "ten": "tho", "ho-ten": "Thơ", "vai-tro": "office"}, "tho"),
        (f"{PAGE}/nhieu-tai-khoan", {"dong": "van; Vân; Văn phòng;"}, "van"),
    ],
)
def test_who_signed_in_long_ago_proves_it_before_anything_changes(
    served: Served, quan: Officer, page: str, fields: dict[str, str], made: str
) -> None:
    forget_proof(served)
    asked = quan.post(page, fields)
    assert (asked.status_code, "Xác nhận lại" in asked.text) == (403, True)
    for name, value in fields.items():
        assert f'name="{name}" value="{value}"' in asked.text
    wrong = quan.post(page, {**fields, "xac-nhan": "không phải mật khẩu này"})
    assert (wrong.status_code, "Mật khẩu không đúng" in wrong.text) == (401, True)
    with open_ledger(served.folder) as ledger:
        assert find_account(ledger, made) is None
        assert quan.post(page, {**fields, "xac-nhan": PASSWORD}).status_code == 200
        assert find_account(ledger, made) is not None
