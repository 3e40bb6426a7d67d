"""`bochiso account user` and `bochiso account audit` as a person runs them."""

import csv
import io
import os
import shutil
import sqlite3
from pathlib import Path

import loaded_python
import pytest
from command_runner import BOCHISO, Done, environment, run, several
from ledger_databases import PASSWORD
from waiting import PATIENCE

from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import (
    AccountProfile,
    account_of_subject,
    check_password,
    find_account,
    subject_of,
)
from bochiso.store.people.accounts import account as find
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings, read_settings
from bochiso.text import now


def account(data: Path, *words: str, stdin: str = "") -> Done:
    """Run `bochiso account …` with standard input."""
    return run("account", *words, "--data", data, stdin=stdin)


def add(data: Path, name: str = "lan", *words: str, password: str = PASSWORD) -> Done:
    role = () if "--role" in words else ("--role", "office")
    return account(data, "user", "add", name, *role, *words, "--password-stdin", stdin=password + "\n")


def opens(data: Path, name: str, password: str) -> bool:
    with open_ledger(DataFolder(data)) as ledger:
        return check_password(ledger, name, password) is not None


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A ledger with one account; only to be copied."""
    found = tmp_path_factory.mktemp("accounts") / "data"
    assert add(found).code == 0
    return found


@pytest.fixture
def data(made: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(made, tmp_path / "data"))


def test_the_first_account_is_made_where_there_was_nothing(tmp_path: Path) -> None:
    data = tmp_path / "data"
    done = add(data, "quantri", "--role", "administrator", "--name", "Bà Trần Thị Lan")
    assert (done.code, done.out, done.err) == (0, "", "Đã tạo tài khoản quantri.\n")
    assert opens(data, "quantri", PASSWORD)
    with open_ledger(DataFolder(data)) as ledger:
        found = find_account(ledger, "quantri")
    assert found is not None
    assert (found.profile.display, found.must_change) == ("Bà Trần Thị Lan", True)


@pytest.mark.parametrize(
    ("words", "password", "said"),
    [
        (("--role", "office"), "cộc lốc", "mật khẩu quá ngắn"),
        (("--role", "office"), "", "mật khẩu quá ngắn"),
        (("--role", "office"), "matkhau12345", "mật khẩu quá phổ biến"),
        (("--role", "office"), "minh...minh2", "mật khẩu gần giống tên đăng nhập"),
        (("--role", "unit"), PASSWORD, "cán bộ đơn vị phải có mã định danh đơn vị"),
        (("--role", "chutich"), PASSWORD, "tùy chọn --role không nhận giá trị này. Chọn một trong: unit"),
    ],
)
def test_what_makes_no_account_is_explained(
    data: Path, words: tuple[str, ...], password: str, said: str
) -> None:
    done = add(data, "minh", *words, password=password)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Lỗi: ")
    assert said in done.err
    assert password == "" or password not in done.err


def test_a_name_is_used_once(data: Path) -> None:
    done = add(data)
    assert (done.code, "đã có tài khoản tên “lan”" in done.err) == (2, True)


def test_without_a_terminal_a_password_is_read_only_when_asked_for(data: Path) -> None:
    done = account(data, "user", "add", "minh", "--role", "office", stdin=f"{PASSWORD}\n{PASSWORD}\n")
    assert (done.code, "--password-stdin" in done.err) == (2, True)


def at_terminal(data: Path, answers: list[str], *words: str) -> tuple[int, str]:
    """Run a command at a terminal and answer what it asks; its exit code and the screen."""
    pty = pytest.importorskip("pty", reason="no pseudo-terminals")
    master, slave = pty.openpty()
    command = [*BOCHISO, "account", *words, "--data", str(data)]
    with loaded_python.start(command, stdin=slave, stdout=slave, stderr=slave, env=environment()) as running:
        os.close(slave)
        screen, waiting = b"", list(answers)
        while True:
            try:
                part = os.read(master, 1000)
            except OSError:  # the other side is closed
                break
            if not part:
                break
            screen += part
            if waiting and screen.decode(errors="replace").count(": ") > len(answers) - len(waiting):
                os.write(master, f"{waiting.pop(0)}\n".encode())
    os.close(master)
    return running.returncode, screen.decode()


def test_at_a_terminal_the_password_is_asked_twice_and_never_shown(data: Path) -> None:
    code, screen = at_terminal(data, [PASSWORD, PASSWORD], "user", "add", "minh", "--role", "office")
    assert code == 0, screen
    assert "Mật khẩu: " in screen
    assert "Nhập lại mật khẩu: " in screen
    assert PASSWORD not in screen
    assert opens(data, "minh", PASSWORD)


def test_two_passwords_that_differ_change_nothing(data: Path) -> None:
    code, screen = at_terminal(data, [PASSWORD, PASSWORD + "!"], "user", "password", "lan")
    assert (code, "hai lần nhập không giống nhau" in screen) == (2, True)
    assert opens(data, "lan", PASSWORD)


def test_accounts_are_listed_disabled_enabled_and_given_other_passwords(data: Path) -> None:
    assert add(data, "anh", "--role", "unit", "--unit", "h15.50").code == 0
    assert account(data, "user", "disable", "lan").err == "Đã khóa tài khoản lan.\n"
    assert not opens(data, "lan", PASSWORD)
    listed = account(data, "user", "list").out
    assert [line.split()[0] for line in listed.splitlines()[-2:]] == ["anh", "lan"]
    assert "H15.50" in listed
    assert account(data, "user", "enable", "lan").code == 0
    other = "con thuyền neo bến cũ"
    assert account(data, "user", "password", "lan", "--password-stdin", stdin=other).code == 0
    assert (opens(data, "lan", PASSWORD), opens(data, "lan", other)) == (False, True)
    assert account(data, "user", "totp-reset", "lan").code == 0
    for word in ("disable", "enable", "totp-reset"):
        done = account(data, "user", word, "ai")
        assert (done.code, "không có tài khoản nào tên “ai”" in done.err) == (2, True)


def test_an_account_is_linked_once_the_provinces_sign_on_is_set(data: Path) -> None:
    done = account(data, "user", "link", "lan", "can-bo-42")
    assert (done.code, "chưa thiết lập dịch vụ đăng nhập của tỉnh" in done.err) == (2, True)
    with open_ledger(DataFolder(data)) as ledger:
        change_settings(ledger, {"issuer": "https://sso.example.vn"}, By("quantri", now()))
    assert account(data, "user", "link", "lan", "can-bo-42").code == 0
    assert account(data, "user", "link", "lan").err == "Đã gỡ tài khoản lan.\n"
    with open_ledger(DataFolder(data)) as ledger:
        assert account_of_subject(ledger, subject_of("https://sso.example.vn", "can-bo-42")) is None
    assert account(data, "user", "link", "lan", "can-bo-42").code == 0
    with open_ledger(DataFolder(data)) as ledger:
        found = find_account(ledger, "lan")
    assert found is not None
    assert found.subject == subject_of("https://sso.example.vn", "can-bo-42")


def profile(data: Path) -> AccountProfile:
    with open_ledger(DataFolder(data)) as ledger:
        return find(ledger, "lan").profile


def test_an_account_gets_another_role_and_unit_and_keeps_what_is_not_said(data: Path) -> None:
    done = account(data, "user", "change", "lan", "--role", "unit", "--unit", "H15.50")
    assert (done.code, done.err) == (0, "Đã đổi tài khoản lan.\n")
    assert account(data, "user", "change", "lan", "--name", "Lê Thị Lan").code == 0
    assert profile(data) == AccountProfile("Lê Thị Lan", Role.UNIT, "H15.50")
    assert account(data, "user", "change", "lan", "--role", "office").code == 0
    assert profile(data) == AccountProfile("Lê Thị Lan", Role.OFFICE)
    assert account(data, "user", "change", "lan", "--role", "unit").code == 2  # of which unit?
    assert "không có tài khoản" in account(data, "user", "change", "minh", "--role", "unit").err
    log = account(data, "audit", "--format", "json").json
    assert [row["action"] for row in log] == ["account.add", *["account.change"] * 3]


def test_the_audit_log_is_printed_and_checked(data: Path) -> None:
    account(data, "user", "disable", "lan")
    done = account(data, "audit", "--format", "csv")
    assert done.code == 0
    rows = list(csv.DictReader(io.StringIO(done.out)))
    assert [(row["action"], row["subject"]) for row in rows] == [
        ("account.add", "lan"),
        ("account.disable", "lan"),
    ]
    assert all(row["who"].startswith("#") and row["at"].endswith("+00:00") for row in rows)
    assert done.err.startswith("Nhật ký nguyên vẹn, 2 dòng; mã kiểm tra cuối: ")
    assert "account.disable" in account(data, "audit").out
    assert account(data, "audit", "--format", "json").json == rows


def test_a_log_that_was_changed_is_told_with_exit_code_1(data: Path) -> None:
    account(data, "user", "disable", "lan")
    with sqlite3.connect(data / "ledger.sqlite") as db:
        db.execute("drop trigger audit_unchanged")
        db.execute("update audit set who = 'ai' where seq = 1")
    db.close()
    done = account(data, "audit")
    assert (done.code, "Nhật ký đã bị sửa hoặc bị xóa từ dòng 1." in done.err) == (1, True)


def test_everything_is_said_in_english_too(data: Path) -> None:
    lists = [("user", "list"), ("audit",)]
    helps = [("user", "--help"), ("user", "add", "--help"), ("--help",)]
    commands = [["account", *words, "--data", str(data)] for words in lists]
    commands += [["account", *words] for words in helps]
    env = environment({"BOCHISO_LANG": "en"})
    done = loaded_python.run(several(commands), env=env, timeout=PATIENCE, check=True)
    said = (done.stdout + done.stderr).decode()
    assert said.count("Usage: bochiso account") == len(helps)
    assert not any(letter in said for letter in "ảãạăằắẳẵặầấẩẫậđẻẽẹềếểễệ")
    assert "The log is whole, 1 line;" in said


def test_settings_are_shown_and_changed_where_the_page_can_not_be_reached(data: Path) -> None:
    words = ("public_url=https://chiso.example.vn/", "trusted_proxies=127.0.0.1, 10.0.0.5", "province=h15")
    done = account(data, "settings", *(word for each in words for word in ("--set", each)))
    assert (done.code, done.err) == (0, "Đã lưu thiết lập.\n")
    with open_ledger(DataFolder(data)) as ledger:
        found = read_settings(ledger)
    assert (found.public_url, found.province) == ("https://chiso.example.vn", "H15")
    assert found.trusted_proxies == ("127.0.0.1", "10.0.0.5")
    assert "https://chiso.example.vn" in account(data, "settings").out
    assert account(data, "settings", "--set", "public_url=").code == 0
    with open_ledger(DataFolder(data)) as ledger:
        assert read_settings(ledger).public_url is None
    log = account(data, "audit", "--format", "json").out
    assert log.count('"setting.change"') == 4
    for wrong, told in (
        ("mail=x", "không có thiết lập “mail”"), ("tinh=H15", "không có thiết lập “tinh”"),
        ("public_url=chiso", "viết như https://chiso.example.vn"),
        ("retention_months=2", "từ 12 đến 240 tháng"),
        ("retention_months=-1", "từ 12 đến 240 tháng"),
        ("retention_months=x", "viết một số nguyên"),
        ("approval_required=maybe", "viết có hoặc không"),
    ):  # fmt: skip
        done = account(data, "settings", "--set", wrong)
        assert (done.code, told in done.err) == (2, True), done.err
