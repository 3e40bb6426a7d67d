"""Signing in and out over HTTP: cookies, tokens of forms, wrong tries, second factors, roles."""

import re
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from ledger_databases import PASSWORD, by, person
from sign_in_app import Browser, Office, csrf_in, office, said

from bochiso.office import people
from bochiso.store.people import accounts, audit
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings
from bochiso.store.people.user_sessions import IDLE, csrf_of
from bochiso.web.auth.signing_in import FORM_BYTES, local

NEW = "con thuyền neo bến cũ"
WRONG = "Tên đăng nhập hoặc mật khẩu không đúng. Kiểm tra phím Caps Lock và bộ gõ tiếng Việt."


@pytest.fixture
def served(tmp_path: Path) -> Iterator[Office]:
    with office(tmp_path) as found:
        person(found.ledger)
        yield found


@pytest.fixture
def browser(served: Office) -> Iterator[Browser]:
    with served.browser() as found:
        yield found


def actions(served: Office) -> list[str]:
    with served.ledger.read() as db:
        return [each.action for each in audit.lines(db)]


def enrol(browser: Browser, served: Office) -> tuple[pyotp.TOTP, list[str]]:
    """A second factor that was turned on through the pages."""
    page = browser.get("/dang-nhap/hai-lop").text
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", page)
    assert key is not None
    totp = pyotp.TOTP(key[1].replace(" ", ""))
    done = browser.post("/dang-nhap/hai-lop", {"code": totp.at(served.clock.at)})
    assert done.status_code == 200, said(done)
    served.clock.later(60)
    return totp, re.findall(r"<li><code>([a-z0-9-]+)</code>", done.text)


# Name and password.


def test_someone_signs_in_is_known_and_signs_out(served: Office, browser: Browser) -> None:
    assert browser.who() is None
    done = browser.sign_in()
    assert (done.status_code, done.headers["location"]) == (303, "/hom-nay")
    assert browser.who() == "lan"
    token = browser.client.cookies["bochiso"]
    out = browser.client.post("/dang-xuat", data={"csrf": csrf_of(token)})
    assert out.status_code == 303
    assert browser.who() is None
    browser.client.cookies.set("bochiso", token, domain="127.0.0.1")
    assert browser.who() is None
    assert actions(served) == ["account.add", "session.begin", "session.end"]


def test_the_cookie_is_for_http_alone_and_not_for_other_sites(browser: Browser) -> None:
    cookie = browser.sign_in().headers["set-cookie"]
    assert cookie.startswith("bochiso=")
    for part in ("HttpOnly", "SameSite=lax", "Path=/"):
        assert part in cookie
    assert "Secure" not in cookie
    assert "Domain" not in cookie


def test_behind_https_the_cookie_is_secure_and_bound_to_the_host(served: Office) -> None:
    change_settings(served.ledger, {"public_url": "https://chiso.example.vn"}, by())
    with served.browser() as browser:
        page = browser.get("/dang-nhap")
        form = page.headers["set-cookie"]
        assert "Secure" in form
        value = form.partition("=")[2].partition(";")[0]
        fields = {"name": "lan", "password": PASSWORD, "csrf": csrf_in(page.text)}
        done = browser.client.post("/dang-nhap", data=fields, headers={"Cookie": f"bochiso-form={value}"})
        cookie = done.headers["set-cookie"]
        assert cookie.startswith("__Host-bochiso=")
        assert "Secure" in cookie
        token = cookie.partition("=")[2].partition(";")[0]
        assert browser.get("/ai", Cookie=f"__Host-bochiso={token}").json() == "lan"
        assert browser.get("/ai", Cookie=f"bochiso={token}").json() is None


@pytest.mark.parametrize("name", ["lan", "khongco", "", "' or 1=1 --", "LAN\x00"])
def test_a_wrong_password_and_an_unknown_name_are_answered_alike(browser: Browser, name: str) -> None:
    done = browser.sign_in(name, "sai mật khẩu rồi")
    assert (done.status_code, said(done)) == (401, WRONG)
    assert "sai mật khẩu rồi" not in done.text
    assert "bochiso" not in done.cookies


def test_a_disabled_account_is_answered_like_a_wrong_password(served: Office, browser: Browser) -> None:
    accounts.disable(served.ledger, "lan", by())
    done = browser.sign_in()
    assert (done.status_code, said(done)) == (401, WRONG)


def test_a_name_is_typed_in_capitals_and_with_spaces(browser: Browser) -> None:
    assert browser.sign_in(" LAN ").status_code == 303


def test_wrong_tries_make_the_next_one_wait_even_with_the_right_password(
    served: Office, browser: Browser
) -> None:
    change_settings(served.ledger, {"trusted_proxies": ["127.0.0.1"]}, by())
    with served.browser(headers={"X-Forwarded-For": "113.160.5.9"}) as there:
        for _ in range(3):
            assert there.sign_in(password="sai").status_code == 401
        locked = there.sign_in()
        assert (locked.status_code, locked.headers["retry-after"]) == (429, "5")
        assert said(locked) == "Đã sai nhiều lần. Thử lại sau 5 giây."
        for name in ("khongco", "minh"):
            for _ in range(3):
                assert there.sign_in(name, "sai").status_code == 401
            assert there.sign_in(name, "sai").status_code == 429
    served.clock.later(5)
    assert browser.sign_in().status_code == 303


def test_a_refused_sign_in_is_in_the_audit_log_without_what_was_typed(
    served: Office, browser: Browser
) -> None:
    browser.sign_in(PASSWORD, "lan")
    browser.sign_in("lan", "sai")
    with served.ledger.read() as db:
        found = [(each.action, each.subject, each.address) for each in audit.lines(db)[1:]]
    assert found == [("session.refused", "", "127.0.0.1"), ("session.refused", "lan", "127.0.0.1")]


def test_one_goes_on_to_the_page_that_was_asked_for_and_never_to_another_site(browser: Browser) -> None:
    asked = browser.get("/ho-so/H15.50")
    assert (asked.status_code, asked.headers["location"]) == (303, "/dang-nhap?tiep=%2Fho-so%2FH15.50")
    done = browser.post("/dang-nhap", {"name": "lan", "password": PASSWORD, "next": "/ho-so/H15.50"})
    assert done.headers["location"] == "/ho-so/H15.50"
    again = browser.get("/dang-nhap?tiep=//xau.vn")
    assert (again.status_code, again.headers["location"]) == (303, "/hom-nay")


@given(
    st.text(max_size=30) | st.sampled_from(["//a.vn", "/\\a.vn", "https://a.vn", "/a\r\nX: y", "/\t/a.vn"])
)
def test_where_one_goes_on_to_is_here(path: str) -> None:
    found = local(path)
    assert found.startswith("/")
    assert found[1:2] not in ("/", "\\")
    assert found.isprintable()


def test_an_idle_session_ends(served: Office, browser: Browser) -> None:
    browser.sign_in()
    served.clock.later(IDLE.total_seconds())
    assert browser.who() is None


def test_signing_in_again_ends_the_session_before(served: Office, browser: Browser) -> None:
    browser.sign_in()
    token = browser.client.cookies["bochiso"]
    with served.browser(cookies={"bochiso": token}) as other:
        assert other.who() == "lan"
    served.clock.later(IDLE.total_seconds())
    assert browser.sign_in().status_code == 303
    assert browser.client.cookies["bochiso"] != token
    assert actions(served).count("session.begin") == 2


@pytest.mark.parametrize("token", ["", "doan", "x" * 3000, "a;b"])
def test_a_token_that_was_made_up_is_nobodys(browser: Browser, token: str) -> None:
    assert browser.get("/ai", Cookie=f"bochiso={token}").json() is None


# Forms.


def test_a_form_without_its_token_does_nothing(browser: Browser) -> None:
    fields = {"name": "lan", "password": PASSWORD}
    bare = browser.client.post("/dang-nhap", data=fields)
    assert (bare.status_code, said(bare)) == (403, "Biểu mẫu đã hết hạn. Tải lại trang rồi gửi lại.")
    browser.get("/dang-nhap")
    for token in ("", "0" * 64, "ă"):
        assert browser.client.post("/dang-nhap", data={**fields, "csrf": token}).status_code == 403
    assert browser.who() is None


def test_the_token_of_another_session_is_not_taken(served: Office, browser: Browser) -> None:
    browser.sign_in()
    with served.browser() as other:
        other.sign_in()
        theirs = csrf_of(other.client.cookies["bochiso"])
    assert browser.client.post("/viec", data={"csrf": theirs}).status_code == 403
    before = csrf_of(browser.client.cookies["bochiso-form"])
    assert browser.client.post("/viec", data={"csrf": before}).status_code == 403
    mine = csrf_of(browser.client.cookies["bochiso"])
    assert browser.client.post("/viec", data={"csrf": mine, "a": "b"}).json() == {"csrf": mine, "a": "b"}
    headers = {"X-CSRF-Token": mine}
    assert browser.client.post("/viec", data={"a": "b"}, headers=headers).json() == {"a": "b"}


def test_nobody_is_signed_out_by_another_site(browser: Browser) -> None:
    browser.sign_in()
    assert browser.client.post("/dang-xuat").status_code == 403
    assert browser.get("/dang-xuat").status_code == 405
    assert browser.who() == "lan"


@pytest.mark.parametrize(
    "body",
    [b"\xff\xfe", b"%ff%fe", b"&" * 5000, b"csrf=a&" * 500, b"a" * FORM_BYTES, b"csrf", b"--x\r\n", b"{}"],
)
def test_any_bytes_are_answered(browser: Browser, body: bytes) -> None:
    done = browser.client.post("/dang-nhap", content=body)
    assert done.status_code in (400, 403)


def test_a_form_that_is_too_large_is_refused(browser: Browser) -> None:
    assert browser.client.post("/dang-nhap", content=b"a" * (FORM_BYTES + 1)).status_code == 413


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=25)
@given(name=st.text(max_size=60), password=st.text(max_size=60))
def test_any_name_and_password_are_answered(browser: Browser, name: str, password: str) -> None:
    fields = {
        "name": name.encode("utf-8", "replace").decode(),
        "password": password.encode("utf-8", "replace").decode(),
    }
    assert browser.post("/dang-nhap", fields).status_code in (401, 429)


# Passwords.


def test_who_was_given_a_password_changes_it_before_anything_else(served: Office) -> None:
    person(served.ledger, "minh", must_change=True)
    with served.browser() as browser:
        assert browser.sign_in("minh").headers["location"] == "/mat-khau?tiep=%2Fhom-nay"
        assert browser.who() is None
        asked = browser.get("/ho-so/H15.50")
        assert asked.headers["location"] == "/mat-khau?tiep=%2Fho-so%2FH15.50"
        done = browser.post("/mat-khau", {"password": PASSWORD, "new": NEW, "again": NEW})
        assert done.status_code == 303
        assert browser.who() == "minh"


def test_another_password_ends_the_other_sessions_and_keeps_this_one(
    served: Office, browser: Browser
) -> None:
    browser.sign_in()
    with served.browser() as other:
        other.sign_in()
        browser.post("/mat-khau", {"password": PASSWORD, "new": NEW, "again": NEW})
        assert (browser.who(), other.who()) == ("lan", None)
        assert other.sign_in().status_code == 401
        assert other.sign_in(password=NEW).status_code == 303


@pytest.mark.parametrize(
    ("fields", "status", "words"),
    [
        ({"password": "sai", "new": NEW, "again": NEW}, 401, "Mật khẩu hiện tại không đúng"),
        ({"password": PASSWORD, "new": NEW, "again": NEW + "."}, 422, "không giống nhau"),
        ({"password": PASSWORD, "new": PASSWORD, "again": PASSWORD}, 422, "trùng mật khẩu cũ"),
        ({"password": PASSWORD, "new": "ngắn", "again": "ngắn"}, 422, "quá ngắn"),
        ({}, 401, "Mật khẩu hiện tại không đúng"),
    ],
)
def test_a_password_that_can_not_be_changed_so_stays(
    browser: Browser, fields: dict[str, str], status: int, words: str
) -> None:
    browser.sign_in()
    done = browser.post("/mat-khau", fields)
    assert done.status_code == status
    assert words in said(done)
    assert browser.who() == "lan"


# Second factors.


def test_a_second_factor_is_turned_on_and_asked_for_from_then_on(served: Office, browser: Browser) -> None:
    browser.sign_in()
    totp, codes = enrol(browser, served)
    assert len(codes) == 10
    assert browser.who() == "lan"
    assert "Xác thực hai lớp đang bật." in browser.get("/mat-khau").text
    assert "Bật xác thực hai lớp" not in browser.get("/mat-khau").text
    with served.browser() as other:
        assert other.sign_in().status_code == 303
        assert other.who() is None
        assert other.get("/ho-so/H15.50").headers["location"].startswith("/dang-nhap/ma?tiep=")
        assert other.get("/mat-khau").headers["location"].startswith("/dang-nhap/ma")
        before = other.client.cookies["bochiso"]
        wrong = other.post("/dang-nhap/ma", {"code": "000000"})
        assert (wrong.status_code, said(wrong).startswith("Mã không đúng")) == (401, True)
        done = other.post("/dang-nhap/ma", {"code": totp.at(served.clock.at), "next": "/ho-so/H15.50"})
        assert done.headers["location"] == "/ho-so/H15.50"
        assert other.who() == "lan"
        assert other.client.cookies["bochiso"] != before
    with served.browser() as third:
        third.sign_in()
        assert third.post("/dang-nhap/ma", {"code": totp.at(served.clock.at)}).status_code == 401
        assert third.post("/dang-nhap/ma", {"code": codes[3]}).status_code == 303
        assert third.who() == "lan"


def test_a_factor_that_is_required_is_enrolled_before_anything_else(served: Office, browser: Browser) -> None:
    browser.sign_in()
    assert browser.who() == "lan"
    served.clock.later(15 * 86_400)  # longer than an office's officer may go on without one
    browser.sign_in()
    assert browser.who() is None
    assert browser.get("/ho-so/H15.50").headers["location"].startswith("/dang-nhap/hai-lop?")
    enrol(browser, served)
    assert browser.who() == "lan"


def test_a_second_factor_is_turned_on_by_who_proves_to_be_the_owner(served: Office, browser: Browser) -> None:
    browser.sign_in()
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", browser.get("/dang-nhap/hai-lop").text)
    assert key is not None
    served.clock.later(20 * 60)
    fields = {"code": pyotp.TOTP(key[1].replace(" ", "")).at(served.clock.at)}
    asked = browser.post("/dang-nhap/hai-lop", fields)
    assert asked.status_code == 403
    assert f'name="code" value="{fields["code"]}"' in asked.text
    wrong = browser.post("/dang-nhap/hai-lop", {**fields, "xac-nhan": "không phải"})
    assert (wrong.status_code, said(wrong)) == (401, "Mật khẩu không đúng. Nhập lại.")
    assert actions(served)[-1] == "session.refused"
    done = browser.post("/dang-nhap/hai-lop", {**fields, "xac-nhan": PASSWORD})
    assert done.status_code == 200
    assert actions(served)[-1] == "account.totp-on"


def test_a_first_password_opens_nothing_after_a_week(served: Office, browser: Browser) -> None:
    person(served.ledger, "mai", must_change=True)
    served.clock.later(7 * 86_400)
    assert browser.sign_in("mai").headers["location"].startswith("/mat-khau")
    served.clock.later(60)
    browser.client.cookies.clear()
    refused = browser.sign_in("mai")
    assert refused.status_code == 403
    assert said(refused) == "Mật khẩu dùng lần đầu đã hết hạn. Đề nghị quản trị viên cấp lại mật khẩu."
    assert actions(served)[-1] == "session.refused"
    people.give_password(served.ledger, by(seconds=7 * 86_400), "mai", NEW)
    assert browser.sign_in("mai", NEW).headers["location"].startswith("/mat-khau")


def test_a_page_shows_the_key_again_until_it_is_confirmed_and_never_after(
    served: Office, browser: Browser
) -> None:
    browser.sign_in()
    first, second = browser.get("/dang-nhap/hai-lop").text, browser.get("/dang-nhap/hai-lop").text
    key = re.search(r"<code>([A-Z2-7 ]+)</code>", first)
    assert key is not None
    assert key[1] in second
    assert "<svg" in first
    enrol(browser, served)
    assert key[1] not in browser.get("/dang-nhap/hai-lop").text


def test_guessing_codes_is_slowed_down(served: Office, browser: Browser) -> None:
    browser.sign_in()
    totp, _ = enrol(browser, served)
    with served.browser() as other:
        other.sign_in()
        codes = [other.post("/dang-nhap/ma", {"code": f"{n:06}"}).status_code for n in range(5)]
        assert codes == [401] * 4 + [429]
        assert other.post("/dang-nhap/ma", {"code": totp.at(served.clock.at)}).status_code == 429


def test_changing_the_password_asks_for_no_second_code(served: Office, browser: Browser) -> None:
    browser.sign_in()
    enrol(browser, served)
    browser.post("/mat-khau", {"password": PASSWORD, "new": NEW, "again": NEW})
    assert browser.who() == "lan"


def test_an_enrolled_account_can_not_enrol_again_from_a_session_without_a_code(
    served: Office, browser: Browser
) -> None:
    browser.sign_in()
    enrol(browser, served)
    with served.browser() as other:
        other.sign_in()
        assert other.get("/dang-nhap/hai-lop").status_code == 303


# Roles.


@pytest.mark.parametrize(
    ("role", "unit", "asked", "status"),
    [
        (Role.OFFICE, None, "H15.50", 200),
        (Role.UNIT, "H15.50", "H15.50", 200),
        (Role.UNIT, "H15.50", "H15.50.03", 200),
        (Role.UNIT, "H15.50", "H15.51", 403),
        (Role.UNIT, "H15.50", "H15", 403),
        (Role.ADMINISTRATOR, None, "H15.50", 403),
    ],
)
def test_a_role_sees_its_dossiers_and_no_others(
    served: Office, role: Role, unit: str | None, asked: str, status: int
) -> None:
    person(served.ledger, "minh", role, unit)
    with served.browser() as browser:
        browser.sign_in("minh")
        answer = browser.get(f"/ho-so/{asked}")
        assert answer.status_code == status
        if status == 403:
            assert said(answer).startswith("Tài khoản này không có quyền")


def test_a_role_that_may_not_is_refused_a_form_too(served: Office) -> None:
    person(served.ledger, "minh", Role.UNIT, "H15.50")
    with served.browser() as browser:
        browser.sign_in("minh")
        token = csrf_of(browser.client.cookies["bochiso"])
        assert browser.client.post("/viec", data={"csrf": token}).status_code == 403


def test_a_disabled_account_is_out_at_once(served: Office, browser: Browser) -> None:
    browser.sign_in()
    accounts.disable(served.ledger, "lan", by())
    assert browser.get("/ho-so/H15.50").status_code == 303


# Addresses.


@pytest.mark.parametrize(
    ("proxies", "said_by_proxy", "address"),
    [
        ([], "14.1.2.3", "127.0.0.1"),
        (["127.0.0.1"], "14.1.2.3", "14.1.2.3"),
        (["127.0.0.1"], "9.9.9.9, 14.1.2.3", "14.1.2.3"),
        (["127.0.0.1", "10.0.0.0/8"], "14.1.2.3, 10.0.0.5", "14.1.2.3"),
        (["127.0.0.1"], "", "127.0.0.1"),
    ],
)
def test_a_callers_address_is_believed_from_trusted_servers_alone(
    served: Office, browser: Browser, proxies: list[str], said_by_proxy: str, address: str
) -> None:
    change_settings(served.ledger, {"trusted_proxies": proxies}, by())
    browser.sign_in()
    assert browser.get("/tu", **{"X-Forwarded-For": said_by_proxy}).json() == address


# Languages.


@pytest.mark.parametrize("path", ["/dang-nhap", "/mat-khau", "/dang-nhap/hai-lop"])
def test_pages_have_both_languages(browser: Browser, path: str) -> None:
    if path != "/dang-nhap":
        browser.sign_in()
    vietnamese, english = browser.get(path).text, browser.get(f"{path}?lang=en").text
    assert "mật khẩu" in vietnamese.lower() or "xác thực" in vietnamese.lower()
    assert not re.search(
        "[àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ]", english.replace("Bà lan", "")
    )


# Strangers, floods, clocks.


def locked_by_strangers(served: Office) -> None:
    """The name is tried by strangers until it waits."""
    with served.browser() as stranger:
        for _ in range(15):
            assert stranger.sign_in(password="sai").status_code == 401
        assert stranger.sign_in(password="sai").status_code == 429


def test_strangers_hold_nobody_up_whose_browser_is_known(served: Office, browser: Browser) -> None:
    assert browser.sign_in().status_code == 303
    browser.client.cookies.delete("bochiso")
    locked_by_strangers(served)
    assert browser.sign_in().status_code == 303
    with served.browser() as another:
        assert another.sign_in().status_code == 429
        known = browser.client.cookies["bochiso-known"]
        another.client.cookies.set("bochiso-known", f"{known[:-1]}{'A' if known[-1] != 'A' else 'B'}")
        assert another.sign_in().status_code == 429  # forged


def test_a_known_browser_has_few_tries_and_is_known_for_one_name(served: Office, browser: Browser) -> None:
    person(served.ledger, "minh")
    assert browser.sign_in().status_code == 303
    browser.client.cookies.delete("bochiso")
    for _ in range(5):
        assert browser.sign_in(password="sai").status_code == 401
    assert browser.sign_in().status_code == 429
    for _ in range(15):
        assert browser.sign_in("minh", "sai").status_code == 401
    assert browser.sign_in("minh").status_code == 429


def test_an_unlocked_name_signs_in_at_once(served: Office, browser: Browser) -> None:
    locked_by_strangers(served)
    assert browser.sign_in().status_code == 429
    people.unlock_account(served.ledger, by("quantri"), "lan")
    served.clock.later(1)
    assert browser.sign_in().status_code == 303
    assert "account.unlock" in actions(served)


def test_a_try_by_a_clock_that_was_ahead_makes_nobody_wait_longer(served: Office, browser: Browser) -> None:
    served.clock.later(86_400)
    locked_by_strangers(served)
    served.clock.later(-86_400)
    waits = int(browser.sign_in().headers["retry-after"])
    assert waits <= 900


def test_a_session_that_began_in_the_future_is_over(served: Office, browser: Browser) -> None:
    served.clock.later(86_400)
    assert browser.sign_in().status_code == 303
    assert browser.who() == "lan"
    served.clock.later(-86_400)
    assert browser.who() is None


def test_a_flood_leaves_a_line_a_minute(served: Office, browser: Browser) -> None:
    for n in range(12):
        browser.sign_in(f"khong-co-{n}", "sai")
    assert actions(served).count("session.refused") == 1
    served.clock.later(61)
    browser.sign_in("khong-co", "sai")
    assert actions(served).count("session.refused") == 2


def test_too_many_at_once_are_asked_to_come_again(served: Office) -> None:
    import asyncio
    import threading

    from bochiso.web.auth.signing_in import WebError
    from bochiso.web.auth.waiting_room import WaitingRoom

    async def crowd() -> list[int | str]:
        room, go = WaitingRoom(at_once=1, most=3), threading.Event()
        waiting = [asyncio.create_task(room.run(lambda: str(go.wait(10)))) for _ in range(3)]
        await asyncio.sleep(0)
        turned_away: list[int | str] = []
        try:
            await room.run(lambda: "")
        except WebError as error:
            turned_away.append(error.status)
        go.set()
        return [*turned_away, *[await each for each in waiting], await room.run(lambda: "in")]

    assert asyncio.run(crowd()) == [503, "True", "True", "True", "in"]


def test_own_sessions_are_listed_and_ended(served: Office, browser: Browser) -> None:
    browser.sign_in()
    with served.browser() as another:
        another.sign_in()
        page = browser.get("/mat-khau").text
        (other,) = re.findall(r'name="phien" value="([0-9a-f]{12})"', page)
        assert page.count("phiên này") == 1 + page.count("Kết thúc phiên này")
        served.clock.later(20 * 60)
        asked = browser.post("/mat-khau/phien", {"phien": other}, page="/mat-khau")
        assert (asked.status_code, another.who()) == (403, "lan")
        proven = {"phien": other, "xac-nhan": PASSWORD}
        assert browser.post("/mat-khau/phien", proven, page="/mat-khau").status_code == 303
        assert (browser.who(), another.who()) == ("lan", None)
    assert "session.close" in actions(served)


def test_what_an_account_may_not_do_is_written_down(served: Office) -> None:
    person(served.ledger, "hoa", Role.UNIT, "H15.50")
    with served.browser() as hoa:
        hoa.sign_in("hoa")
        assert hoa.get("/ho-so/H15.51").status_code == 403
        assert hoa.get("/ho-so/H15.52").status_code == 403
    with served.ledger.read() as db:
        found = [(each.who, each.subject) for each in audit.lines(db) if each.action == "access.refused"]
    assert found == [("hoa", "GET /ho-so/{unit}")]


def test_the_way_is_kept_whole_and_what_was_typed_stays(browser: Browser) -> None:
    asked = browser.get("/ho-so/H15.50?loai=week&ky=2026")
    assert asked.headers["location"] == "/dang-nhap?tiep=%2Fho-so%2FH15.50%3Floai%3Dweek%26ky%3D2026"
    wrong = browser.post("/dang-nhap", {"name": "lan", "password": "sai", "next": "/ho-so/H15.50?ky=2026"})
    assert 'value="lan"' in wrong.text
    assert 'name="next" value="/ho-so/H15.50?ky=2026"' in wrong.text


def test_who_sends_a_form_after_the_session_ended_is_told_that_it_was_not_done(browser: Browser) -> None:
    assert "chưa được thực hiện" in browser.get("/dang-nhap?chua=1&tiep=/ho-so").text
    assert "chưa được thực hiện" not in browser.get("/dang-nhap?tiep=/ho-so").text
