"""Accounts, passwords, sessions, wrong tries, second factors and settings."""

import subprocess
import sys
import threading
from datetime import UTC, datetime, timedelta
from itertools import permutations

import pyotp
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st
from ledger_databases import PASSWORD, START, by, person

from bochiso.errors import ComputeError, StoreError
from bochiso.store.people import accounts, audit, totp, user_sessions
from bochiso.store.people.accounts import AccountProfile, add_account, check_password, find_account
from bochiso.store.people.ledger import Ledger, open_database
from bochiso.store.people.ledger_tables import ACCOUNTS, SESSIONS
from bochiso.store.people.login_throttle import (
    FORGET,
    check_and_count,
    code_throttle_key,
    key_throttle_keys,
    password_throttle_keys,
    succeeded,
)
from bochiso.store.people.migrations import upgrade
from bochiso.store.people.passwords import check_strength
from bochiso.store.people.permissions import RIGHTS, Action, Reach, Role, may
from bochiso.store.people.settings import LABELS, change_settings, read_settings, settings_in
from bochiso.store.people.user_sessions import (
    IDLE,
    MAX_SESSION_AGE,
    SignInStep,
    begin_session,
    end_session,
    find_session,
)
from bochiso.text import Lang


def secret_of(found: totp.Enrolment) -> str:
    return found.secret.replace(" ", "")


def code(secret: str, seconds: float = 0) -> str:
    return pyotp.TOTP(secret).at(int((START + timedelta(seconds=seconds)).timestamp()))


def enrol(ledger: Ledger, name: str = "lan") -> tuple[str, list[str]]:
    """A second factor that was turned on at the start: its secret and recovery codes."""
    secret = secret_of(totp.begin_enrolment(ledger, name))
    codes = totp.confirm_enrolment(ledger, name, code(secret), by(name))
    assert codes is not None
    return secret, codes


# Passwords.


@pytest.mark.parametrize(
    "password",
    [
        "", "ngắn quá", "a" * 201, "aaaaaaaaaaaa", "abcabcabcabc", "123456789012", "qwertyuiop[]",
        "abcdefghijkl", "password1234", "MatKhau@2026", "mật khẩu 123456", "Admin@123456", "1q2w3e4r5t6y",
        "dichvucong2026", "nguyenvanlan1", "NguyenVanLan@", "987654321098", "administrator!",
        "Chuyển đổi số 2026", "Cán bộ một cửa", "Gia Lai @ 2026", "Thừa Thiên Huế 1", "1qaz2wsx3edc4rfv",
        "Daklak@2026!!", "ThanhHoa@2026", "Cchc@20262026", "CCHC-daklak-2026", "Ttpvhcc@2026!",
        "Hcm2026@hcm2026", "BuonMaThuot@2026", "Chiso766@2026", "Kiemsoattthc2026", "2026 Kiểm soát TTHC",
    ],
)  # fmt: skip
def test_a_weak_password_is_refused(password: str) -> None:
    with pytest.raises(ComputeError, match=r"the password .*Use at least 12 signs"):
        check_strength(password, "nguyenvanlan")


@pytest.mark.parametrize(
    "password",
    [
        PASSWORD,
        "Kho thóc 7 gian!",
        "x9$Lq2vB!mTz",
        "correct horse battery",
        "83#91!$55@72%6",
        "cán bộ trồng 9 cây bưởi",
    ],
)
def test_a_strong_password_is_taken(password: str) -> None:
    check_strength(password, "lan")


@given(st.text(max_size=40), st.sampled_from(["lan", "nguyen.van.lan", ""]))
def test_any_text_is_judged(password: str, name: str) -> None:
    try:
        check_strength(password, name)
    except ComputeError:
        return
    assert len(password) >= 12


# Accounts.


def test_an_account_opens_by_its_password_and_by_nothing_else(ledger: Ledger) -> None:
    made = person(ledger)
    assert check_password(ledger, "lan", PASSWORD) == made
    assert check_password(ledger, "lan", PASSWORD + " ") is None
    assert check_password(ledger, "lann", PASSWORD) is None
    with ledger.read() as db:
        kept = db.execute(sa.select(ACCOUNTS.c.password_hash)).scalar_one()
    assert kept.startswith("$argon2id$")


def test_lists_of_words_are_loaded_where_a_password_is_chosen_alone() -> None:
    program = (
        "import sys; from bochiso.store.people import passwords; print('zxcvbn' in sys.modules);"
        "passwords.check_strength('mưa rào trên mái ngói đỏ', 'lan'); print('zxcvbn' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["False", "True"]


def test_a_guess_costs_64_mb_three_times_over() -> None:
    """In a process of its own: in this one hashes cost little (tests/conftest.py)."""
    hashing = "from bochiso.store.people.passwords import hash_secret; print(hash_secret('a'))"
    done = subprocess.run([sys.executable, "-c", hashing], capture_output=True, text=True, check=True)
    assert done.stdout.startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_accents_stored_in_another_way_are_the_same_password(ledger: Ledger) -> None:
    import unicodedata

    person(ledger)
    assert check_password(ledger, "lan", unicodedata.normalize("NFD", PASSWORD)) is not None


@pytest.mark.parametrize("name", ["Lan", "lê", "", "a b", "-lan", "x" * 41, "lan\n"])
def test_a_name_that_can_not_be_one_is_refused(ledger: Ledger, name: str) -> None:
    with pytest.raises(ComputeError, match="can't name an account"):
        person(ledger, name)


def test_a_name_is_used_once(ledger: Ledger) -> None:
    person(ledger)
    with pytest.raises(ComputeError, match="an account named “lan” already"):
        person(ledger)


def test_a_unit_officer_has_a_unit_and_the_others_have_none(ledger: Ledger) -> None:
    for unit in (None, "", "Sở Y tế"):
        with pytest.raises(ComputeError, match="has a unit's code"):
            person(ledger, "anh", Role.UNIT, unit)
    assert person(ledger, "anh", Role.UNIT, "000.00.50.H15").profile.unit == "H15.50"
    assert person(ledger, "bich", Role.OFFICE, "H15").profile.unit is None


def test_a_disabled_account_opens_no_more_until_it_is_enabled(ledger: Ledger) -> None:
    person(ledger)
    token = begin_session(ledger, "lan", by("lan"), "password")
    accounts.disable(ledger, "lan", by())
    assert find_session(ledger, token, START) is None
    assert check_password(ledger, "lan", PASSWORD) is None
    accounts.enable(ledger, "lan", by())
    assert check_password(ledger, "lan", PASSWORD) is not None
    assert find_session(ledger, token, START) is None


def test_another_password_ends_all_sessions(ledger: Ledger) -> None:
    person(ledger)
    tokens = [begin_session(ledger, "lan", by("lan"), "password") for _ in range(2)]
    accounts.set_password(ledger, "lan", "con thuyền neo bến cũ", by(), must_change=True)
    assert [find_session(ledger, each, START) for each in tokens] == [None, None]
    assert check_password(ledger, "lan", PASSWORD) is None
    found = check_password(ledger, "lan", "con thuyền neo bến cũ")
    assert found is not None
    assert found.must_change


def test_a_weak_password_changes_nothing(ledger: Ledger) -> None:
    person(ledger)
    with pytest.raises(ComputeError, match="too short"):
        accounts.set_password(ledger, "lan", "ngắn", by(), must_change=False)
    assert check_password(ledger, "lan", PASSWORD) is not None


def test_an_account_that_is_not_there_is_told(ledger: Ledger) -> None:
    for act in (accounts.disable, accounts.enable, accounts.reset_second_factor):
        with pytest.raises(ComputeError, match="there is no account “ai”"):
            act(ledger, "ai", by())


def test_a_profile_changes_and_an_open_session_knows_at_once(ledger: Ledger) -> None:
    person(ledger)
    token = begin_session(ledger, "lan", by("lan"), "password")
    accounts.change_profile(ledger, "lan", AccountProfile("Lan", Role.UNIT, "H15.50"), by())
    session = find_session(ledger, token, START)
    assert session is not None
    assert session.account.profile == AccountProfile("Lan", Role.UNIT, "H15.50")


def test_an_identity_is_linked_to_one_account(ledger: Ledger) -> None:
    person(ledger)
    person(ledger, "minh")
    accounts.link_subject(ledger, "lan", "https://so.vn 42", by())
    with pytest.raises(ComputeError, match="linked to another account"):
        accounts.link_subject(ledger, "minh", "https://so.vn 42", by())
    found = accounts.account_of_subject(ledger, "https://so.vn 42")
    assert found is not None
    assert found.name == "lan"
    accounts.disable(ledger, "lan", by())
    assert accounts.account_of_subject(ledger, "https://so.vn 42") is None


# Sessions.


def test_only_a_tokens_hash_is_kept(ledger: Ledger) -> None:
    person(ledger)
    token = begin_session(ledger, "lan", by("lan"), "password")
    with ledger.read() as db:
        row = db.execute(sa.select(SESSIONS)).one()
    assert token not in str(tuple(row))
    assert find_session(ledger, row.token_hash, START) is None
    assert find_session(ledger, "", START) is None


def test_a_session_ends_when_it_is_idle(ledger: Ledger) -> None:
    person(ledger)
    token = begin_session(ledger, "lan", by("lan"), "password")
    seen = START + IDLE - timedelta(seconds=1)
    assert find_session(ledger, token, seen) is not None
    assert find_session(ledger, token, seen + IDLE - timedelta(seconds=1)) is not None
    assert find_session(ledger, token, seen + 2 * IDLE) is None


def test_a_session_ends_after_its_longest_time_however_busy(ledger: Ledger) -> None:
    person(ledger)
    token, at = begin_session(ledger, "lan", by("lan"), "password"), START
    while at < START + MAX_SESSION_AGE:
        assert find_session(ledger, token, at) is not None
        at += IDLE / 2
    assert find_session(ledger, token, at) is None


def test_a_session_that_was_closed_is_gone_and_the_others_stay(ledger: Ledger) -> None:
    person(ledger)
    one, two = (begin_session(ledger, "lan", by("lan"), "password") for _ in range(2))
    end_session(ledger, one, by("lan"))
    assert find_session(ledger, one, START) is None
    assert find_session(ledger, two, START) is not None


def test_what_has_ended_is_cleared_away_at_the_next_sign_in(ledger: Ledger) -> None:
    person(ledger)
    begin_session(ledger, "lan", by("lan"), "password")
    begin_session(ledger, "lan", by("lan", MAX_SESSION_AGE.total_seconds()), "password")
    with ledger.read() as db:
        assert db.execute(sa.select(sa.func.count()).select_from(SESSIONS)).scalar_one() == 1


def test_a_sign_on_comes_back_once_and_in_time(ledger: Ledger) -> None:
    remembered = user_sessions.SignOn("nonce", "verifier")
    user_sessions.begin_sign_on(ledger, "state", remembered, START)
    assert user_sessions.take_sign_on(ledger, "other", START) is None
    assert user_sessions.take_sign_on(ledger, "state", START) == remembered
    assert user_sessions.take_sign_on(ledger, "state", START) is None
    user_sessions.begin_sign_on(ledger, "late", remembered, START)
    assert user_sessions.take_sign_on(ledger, "late", START + user_sessions.SIGN_ON_TIME) is None


# Wrong tries.


def test_wrong_tries_are_slowed_down_then_locked_out_for_longer_and_longer(ledger: Ledger) -> None:
    at, waits = START, []
    for _ in range(9):
        assert check_and_count(ledger, password_throttle_keys("lan", "10.0.0.7"), at) == 0
        wait = check_and_count(ledger, password_throttle_keys("lan", "10.0.0.7"), at)
        if not wait:
            continue
        waits.append(wait)
        at += timedelta(seconds=wait)
    assert waits == [5, 15, 60, 300, 900, 900, 900, 900]


def test_the_right_password_forgives_a_name_but_not_an_address(ledger: Ledger) -> None:
    throttle_keys = password_throttle_keys("lan", "10.0.0.7")
    for n in range(29):
        assert check_and_count(ledger, password_throttle_keys(f"ten{n}", "10.0.0.7"), START) == 0
    assert check_and_count(ledger, throttle_keys, START) == 0
    succeeded(ledger, throttle_keys)
    assert check_and_count(ledger, password_throttle_keys("minh", "10.0.0.7"), START) == 0
    assert check_and_count(ledger, password_throttle_keys("hoa", "10.0.0.7"), START) == 5
    assert check_and_count(ledger, password_throttle_keys("lan", "10.0.0.8"), START) == 0


def test_many_who_sign_in_from_one_address_never_wait(ledger: Ledger) -> None:
    for n in range(70):
        throttle_keys = password_throttle_keys(f"ten{n}", "113.160.5.9")
        assert check_and_count(ledger, throttle_keys, START) == 0
        succeeded(ledger, throttle_keys)


def test_a_systems_key_and_an_account_of_one_name_wait_apart(ledger: Ledger) -> None:
    for _ in range(3):
        assert check_and_count(ledger, key_throttle_keys("lan", "10.0.0.7"), START) == 0
    assert check_and_count(ledger, key_throttle_keys("lan", "10.0.0.7"), START) == 5
    assert check_and_count(ledger, password_throttle_keys("lan", "10.0.0.7"), START) == 0


def test_a_name_is_guarded_from_many_addresses_too(ledger: Ledger) -> None:
    for n in range(15):
        assert check_and_count(ledger, password_throttle_keys("lan", f"10.0.0.{n}"), START) == 0
    assert check_and_count(ledger, password_throttle_keys("lan", "10.0.1.1"), START) == 5


def test_many_tries_at_once_gain_nothing(ledger: Ledger) -> None:
    allowed = []

    def guess() -> None:
        allowed.append(check_and_count(ledger, code_throttle_key("lan"), START) == 0)

    threads = [threading.Thread(target=guess) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(allowed) == 4


def test_old_tries_are_forgotten_and_names_are_kept_as_hashes(ledger: Ledger) -> None:
    for _ in range(4):
        check_and_count(ledger, code_throttle_key("lan"), START)
    assert check_and_count(ledger, code_throttle_key("lan"), START) > 0
    assert check_and_count(ledger, code_throttle_key("lan"), START + FORGET) == 0
    with ledger.read() as db:
        assert "lan" not in str(db.exec_driver_sql("select * from tries").all())


# Second factors.


def test_a_second_factor_counts_once_its_first_code_was_given(ledger: Ledger) -> None:
    person(ledger)
    secret = secret_of(totp.begin_enrolment(ledger, "lan"))
    assert totp.enrolment(ledger, "lan") is not None
    assert totp.confirm_enrolment(ledger, "lan", "000000", by("lan")) is None
    assert not totp.check_code(ledger, "lan", code(secret), by("lan"))
    codes = totp.confirm_enrolment(ledger, "lan", code(secret), by("lan"))
    assert codes is not None
    assert len(set(codes)) == 10
    assert totp.enrolment(ledger, "lan") is None
    found = find_account(ledger, "lan")
    assert found is not None
    assert found.second_factor


def test_a_code_of_the_neighbouring_half_minutes_is_taken_and_none_twice(ledger: Ledger) -> None:
    person(ledger)
    secret, _ = enrol(ledger)
    assert not totp.check_code(ledger, "lan", code(secret), by("lan"))
    for seconds, shown, taken in [
        (60, 0, False),
        (60, 120, False),
        (60, 30, True),
        (60, 90, True),
        (70, 60, False),
    ]:
        assert totp.check_code(ledger, "lan", code(secret, shown), by("lan", seconds)) is taken
    assert totp.check_code(ledger, "lan", f" {code(secret, 150)[:3]} {code(secret, 150)[3:]}", by("lan", 150))


def test_two_at_once_can_not_use_one_code(ledger: Ledger) -> None:
    person(ledger)
    secret, codes = enrol(ledger)
    for shown in (code(secret, 300), codes[0]):
        taken: list[bool] = []

        def use(shown: str = shown, taken: list[bool] = taken) -> None:
            taken.append(totp.check_code(ledger, "lan", shown, by("lan", 300)))

        threads = [threading.Thread(target=use) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(taken) == [False] * 5 + [True]


def test_a_recovery_code_is_taken_once_however_it_is_typed(ledger: Ledger) -> None:
    person(ledger)
    _, codes = enrol(ledger)
    assert totp.check_code(ledger, "lan", codes[0].upper().replace("-", " "), by("lan"))
    assert not totp.check_code(ledger, "lan", codes[0], by("lan"))
    assert totp.check_code(ledger, "lan", codes[1], by("lan"))
    assert not totp.check_code(ledger, "lan", "", by("lan"))


def test_the_secret_is_sealed_with_a_key_that_the_ledger_does_not_hold(ledger: Ledger) -> None:
    person(ledger)
    secret, codes = enrol(ledger)
    with ledger.read() as db:
        kept = str([db.exec_driver_sql(f"select * from {t}").all() for t in ("accounts", "recovery_codes")])
    assert secret not in kept
    assert not any(each in kept for each in codes)
    assert ledger.key_file.stat().st_mode & 0o077 == 0
    ledger.key_file.unlink()
    with pytest.raises(StoreError, match="totp-reset"):
        totp.check_code(ledger, "lan", code(secret, 60), by("lan", 60))


def test_a_secret_that_was_moved_to_another_account_opens_nothing(ledger: Ledger) -> None:
    person(ledger)
    person(ledger, "minh")
    secret, _ = enrol(ledger)
    enrol(ledger, "minh")
    with ledger.write() as db:
        sealed = sa.select(ACCOUNTS.c.totp_secret).where(ACCOUNTS.c.name == "lan").scalar_subquery()
        db.execute(sa.update(ACCOUNTS).where(ACCOUNTS.c.name == "minh").values(totp_secret=sealed))
    with pytest.raises(StoreError):
        totp.check_code(ledger, "minh", code(secret, 60), by("minh", 60))


def test_a_reset_forgets_the_factor_its_codes_and_the_sessions(ledger: Ledger) -> None:
    person(ledger)
    _, codes = enrol(ledger)
    token = begin_session(ledger, "lan", by("lan"), "password")
    accounts.reset_second_factor(ledger, "lan", by())
    assert find_session(ledger, token, START) is None
    assert not totp.check_code(ledger, "lan", codes[0], by("lan"))


def test_what_comes_next_follows_account_and_settings(ledger: Ledger) -> None:
    account = person(ledger, must_change=True)
    token = begin_session(ledger, "lan", by("lan"), "password")

    def step() -> SignInStep:
        session = find_session(ledger, token, START)
        assert session is not None
        return session.step

    assert step() is SignInStep.PASSWORD
    change_settings(ledger, {"second_factor_grace_days": 0}, by())
    assert step() is SignInStep.ENROL
    enrol(ledger)
    assert step() is SignInStep.CODE
    old, token = token, user_sessions.raise_session(ledger, token, START)
    assert find_session(ledger, old, START) is None
    assert step() is SignInStep.PASSWORD
    assert account.must_change


def test_a_role_that_comes_to_need_a_factor_is_given_time_from_then_on(ledger: Ledger) -> None:
    person(ledger, "an", Role.UNIT, "H15.50")
    token = begin_session(ledger, "an", by("an"), "password")
    day = 86_400

    def due(seconds: float) -> tuple[SignInStep, datetime | None]:
        found = find_session(ledger, token, START + timedelta(seconds=seconds))
        assert found is not None
        return found.step, found.factor_due

    assert due(0) == (SignInStep.DONE, None)
    change_settings(ledger, {"second_factor_roles": ["unit"], "second_factor_grace_days": 3}, by(seconds=60))
    assert due(90) == (SignInStep.DONE, START + timedelta(days=3, seconds=60))
    token = begin_session(ledger, "an", by("an", 3 * day + 60), "password")
    assert due(3 * day + 60)[0] is SignInStep.ENROL


def test_who_had_an_account_before_factors_were_needed_is_given_time_from_the_update_on() -> None:
    engine = open_database("sqlite://")
    with engine.begin() as db:
        upgrade(db, "0011")
        row = "'lan', 'Lan', 'office', 'x', 0, '2020-01-01 00:00:00'"
        db.exec_driver_sql(
            "insert into accounts (name, display, role, password_hash, must_change, created_at) "
            f"values ({row})"
        )
        upgrade(db)
        since = settings_in(db).second_factor_since
        assert since is not None
        assert abs(datetime.now(UTC) - since) < timedelta(hours=1)
        assert db.execute(sa.select(ACCOUNTS.c.password_at)).scalar_one() == since


# Settings.


def test_settings_are_kept_typed_and_only_what_was_named_changes(ledger: Ledger) -> None:
    assert read_settings(ledger).approval_required is False
    change_settings(ledger, {"approval_required": True, "province": "H15"}, by())
    changed = change_settings(
        ledger, {"second_factor_roles": ["office"], "trusted_proxies": ["10.0.0.5"]}, by()
    )
    assert read_settings(ledger) == changed
    assert (changed.approval_required, changed.province) == (True, "H15")
    assert changed.second_factor_roles == frozenset({Role.OFFICE})
    assert changed.trusted_proxies == ("10.0.0.5",)


def test_the_same_roles_in_another_order_are_no_change(ledger: Ledger) -> None:
    for roles in permutations(Role, 3):
        change_settings(ledger, {"second_factor_roles": roles}, by())
        again = change_settings(ledger, {"second_factor_roles": tuple(reversed(roles))}, by(seconds=1))
        assert again.second_factor_roles == frozenset(roles)
    with ledger.read() as db:
        lines = [each for each in audit.lines(db) if each.subject == "second_factor_roles"]
    assert all(set(each.details["before"]) != set(each.details["after"]) for each in lines)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("approval_required", "có"), ("approval_required", None), ("province", "Đắk Lắk"), ("province", 15),
        ("second_factor_roles", ["chairman"]), ("retention_months", 0), ("retention_months", 10_000),
        ("public_url", "chiso.vn"), ("public_url", "https://chiso.vn/x"), ("issuer", "http://sso.vn"),
        ("issuer", "javascript:alert(1)"), ("trusted_proxies", ["máy chủ"]), ("colour", "red"),
    ],
)  # fmt: skip
def test_a_value_that_can_not_be_is_refused_and_nothing_changes(
    ledger: Ledger, name: str, value: object
) -> None:
    before = read_settings(ledger)
    label = LABELS[name].render(Lang.EN) if name in LABELS else name
    with pytest.raises(ComputeError, match=f"the setting “{label}” can't be used"):
        change_settings(ledger, {"province": "H21", name: value}, by())
    assert read_settings(ledger) == before


# Permissions.

OWN, OTHER, ALL = "H15.50", "H15.51", None
PEOPLE = (Action.ACCOUNTS, Action.KEYS, Action.SETTINGS, Action.AUDIT)
NOT_PUBLIC = [each for each in Action if each is not Action.SEE_PUBLISHED]
CASES = [
    # who, action, with whose figures, may they
    (None, Action.SEE_PUBLISHED, ALL, True),
    (None, Action.SEE_PUBLISHED, OWN, True),
    *[(None, each, subject, False) for each in NOT_PUBLIC for subject in (OWN, ALL)],
    (Role.UNIT, Action.SEE_PUBLISHED, ALL, True),
    (Role.UNIT, Action.SEE_DOSSIERS, OWN, True),
    (Role.UNIT, Action.SEE_DOSSIERS, "H15.50.03", True),
    (Role.UNIT, Action.SEE_DOSSIERS, "H15.501", False),
    (Role.UNIT, Action.SEE_DOSSIERS, "H15", False),
    (Role.UNIT, Action.SEE_DOSSIERS, OTHER, False),
    (Role.UNIT, Action.SEE_DOSSIERS, ALL, False),
    (Role.UNIT, Action.EXPORT_DOSSIERS, OWN, True),
    (Role.UNIT, Action.EXPORT_DOSSIERS, OTHER, False),
    (Role.UNIT, Action.SEE_UNPUBLISHED, OWN, True),
    (Role.UNIT, Action.SEE_UNPUBLISHED, ALL, False),
    *[(Role.UNIT, each, OWN, False) for each in (Action.PUBLISH, Action.DOCUMENTS, *PEOPLE)],
    *[(Role.OFFICE, each, subject, True) for each in (Action.SEE_DOSSIERS, Action.PUBLISH, Action.DOCUMENTS)
      for subject in (OWN, OTHER, ALL)],
    *[(Role.OFFICE, each, ALL, False) for each in PEOPLE],
    *[(Role.ADMINISTRATOR, each, ALL, True)
      for each in (*PEOPLE, Action.SEE_PUBLISHED)],
    *[(Role.ADMINISTRATOR, each, OWN, False)
      for each in (Action.SEE_DOSSIERS, Action.EXPORT_DOSSIERS, Action.PUBLISH, Action.SEE_UNPUBLISHED)],
]  # fmt: skip


@pytest.mark.parametrize(("role", "action", "subject", "allowed"), CASES)
def test_who_may_what(role: Role | None, action: Action, subject: str | None, allowed: bool) -> None:
    assert may(role, OWN if role is Role.UNIT else None, action, subject) is allowed


def test_every_right_of_the_public_is_everyones() -> None:
    for role in Role:
        assert all(RIGHTS[role].get(action) is Reach.ALL for action in RIGHTS[None])


@given(st.sampled_from(list(Action)), st.text(max_size=8))
def test_an_officer_without_a_unit_reaches_no_unit(action: Action, subject: str) -> None:
    if RIGHTS[Role.UNIT].get(action) is Reach.OWN:
        assert not may(Role.UNIT, None, action, subject)
        assert not may(Role.UNIT, "", action, subject)


def test_a_password_is_wanted_of_every_account(ledger: Ledger) -> None:
    with pytest.raises(ComputeError):
        add_account(ledger, "lan", AccountProfile("Lan", Role.OFFICE), "", by())
    assert find_account(ledger, "lan") is None
