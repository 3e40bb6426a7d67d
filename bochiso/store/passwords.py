"""Passwords: which are strong enough, and their argon2 hashes."""

import re
import secrets
import unicodedata
from functools import cache
from threading import BoundedSemaphore

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bochiso.errors import ComputeError
from bochiso.text import say
from bochiso.units.codes import fold

SHORTEST, LONGEST = 12, 200
"""Signs of a password."""

FEWEST_DIFFERENT = 5
"""Different signs of a password: one of fewer is a pattern."""

_COMMON = """
password passw0rd p@ssword p@ssw0rd matkhau admin administrator adminadmin root user test guest login
letmein welcome iloveyou anhyeuem emyeuanh yeuemnhieu khongbiet conmeo vietnam hanoi saigon hochiminh
hochiminhcity tphcm tinhuy ubnd ubndtinh ubndxa vanphong vpubnd dichvucong congchuc canbo motcua trungtam
hanhchinh hanhchinhcong chuyendoiso bochiso monkey dragon football sunshine princess superman master
shadow michael charlie secret changeme default abc abcabc qweasd qweasdzxc qazwsx qazwsxedc zaq12wsx
1qaz2wsx 1qaz2wsx3edc q1w2e3r4 q1w2e3r4t5 1q2w3e4r 1q2w3e4r5t 1q2w3e4r5t6y asdfasdf qwerqwer
"""
_RUNS = (
    "abcdefghijklmnopqrstuvwxyz",
    "01234567890123456789",
    "qwertyuiopasdfghjklzxcvbnm",
    "1qaz2wsx3edc4rfv5tgb6yhn7ujm8ik",
    "1q2w3e4r5t6y7u8i9o0p",
)

_hashing = BoundedSemaphore(2)
"""A hash takes 64 MB: so many are made at once, the others wait."""


def check_strength(password: str, name: str) -> None:
    """Refuse a password that is short, common, a pattern, or made from the account's name.

    Raises ComputeError with what to do.
    """
    if why := _weakness(unicodedata.normalize("NFC", password), name):
        vi, en = why
        raise ComputeError(
            say(f"mật khẩu {vi}.", f"the password {en}."),
            do=say(
                "Dùng ít nhất {n} ký tự, chẳng hạn bốn từ không liên quan với nhau.",
                "Use at least {n} signs, for example four words that have nothing to do with each other.",
                n=SHORTEST,
            ),
        )


def _weakness(password: str, name: str) -> tuple[str, str] | None:
    if len(password) < SHORTEST:
        return "quá ngắn", "is too short"
    if len(password) > LONGEST:
        return "quá dài", "is too long"
    if len(set(password)) < FEWEST_DIFFERENT or _is_run(password):
        return "là dãy ký tự dễ đoán", "is a pattern that is easy to guess"
    plain = fold(password).replace(" ", "")
    core = re.sub(r"^[\W\d_]+|[\W\d_]+$", "", plain)
    letters = re.sub(r"[\W\d_]", "", plain)
    if {plain, core, letters} & set(_COMMON.split()):
        return "quá phổ biến", "is a common one"
    rest = plain.replace(name, "")
    if name and rest != plain and len(rest) < SHORTEST // 2:
        return "gần giống tên đăng nhập", "is too much like the account's name"
    return None


def _is_run(password: str) -> bool:
    """Whether it is one short piece repeated, or goes along the alphabet, the digits or the keyboard."""
    plain = password.lower()
    if (plain + plain).find(plain, 1) <= len(plain) // 2:
        return True
    runs = (*_RUNS, *(run[::-1] for run in _RUNS))
    pieces = [plain[at : at + 4] for at in range(len(plain) - 3)]
    along = sum(any(piece in run for run in runs) for piece in pieces)
    return 2 * along > len(pieces)


def hash_secret(secret: str) -> str:
    """The argon2id hash of a password or a key's secret; accents stored in either way are one."""
    with _hashing:
        return _hasher().hash(_bytes(secret))


def is_secret(hashed: str | None, secret: str) -> bool:
    """Whether a hash is that of a secret; takes as long where there is no hash."""
    with _hashing:
        try:
            return _hasher().verify(hashed or _nobody(), _bytes(secret)) and hashed is not None
        except (VerificationError, InvalidHashError):
            return False


def _bytes(secret: str) -> bytes:
    return unicodedata.normalize("NFC", secret).encode("utf-8", "surrogatepass")


@cache
def _hasher() -> PasswordHasher:
    return PasswordHasher()


@cache
def _nobody() -> str:
    """The hash that an unknown name's secret is held against."""
    return _hasher().hash(secrets.token_urlsafe(24))
