"""Passwords: which are strong enough, and their argon2 hashes."""

import re
import secrets
import unicodedata
from functools import cache
from threading import BoundedSemaphore, Lock
from typing import Any

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from bochiso.errors import ComputeError
from bochiso.text import say
from bochiso.units.provinces import every_province

MIN_LENGTH, MAX_LENGTH = 12, 200
"""Signs of a password."""

STRONG = 4
"""Of zxcvbn's 0 to 4: more than 10¹⁰ guesses."""

_JUDGED = 72
"""Signs that are judged: all that zxcvbn takes at once, since the time goes by their square."""

_WORDS = """
matkhau anhyeuem emyeuanh yeuemnhieu khongbiet conmeo vietnam hanoi saigon hochiminh hochiminhcity tphcm
tinhuy thanhuy huyenuy dangbo chinhphu congdan tochuc doanhnghiep nguoidan ubnd ubndtinh ubndxa ubndphuong
uyban uybannhandan hdnd hoidongnhandan vanphong vpubnd sotuphap sonoivu soyte sotaichinh sokhoahoc
dichvucong dichvucongtructuyen congchuc vienchuc canbo lanhdao giamdoc chuyenvien motcua bophanmotcua
trungtam trungtamphucvu phucvu hanhchinh hanhchinhcong thutuchanhchinh chuyendoiso caicach hoso thudientu
chukyso chinhquyen bochiso quantri quantrivien quantrihethong hethong taikhoan nguyen tran pham hoang phan
huynh dang doi trang thang nam tinh phuong cchc tthc kstthc kiemsoat ttpvhcc ttpvhcctinh pakn hcm tphn
ubmttq chiso chisophucvu socongan vanphongubnd buonmathuot pleiku quynhon nhatrang dalat vungtau bienhoa
thudaumot mytho rachgia longxuyen caolanh tanan dongxoai phanthiet phanrang tuyhoa tamky hoian dongha
donghoi vinh phuly viettri vinhyen dienbienphu halong daklak gialai
"""
"""What Vietnamese officials write without accents, capitals of provinces too; zxcvbn has the words of other
languages."""

_YEAR = re.compile("(?:19|20)[0-9]{2}")
_FEWEST = 4
"""Kinds of signs that must be left of a password without its year and the words that an office has."""

_guessing = Lock()
"""zxcvbn holds the words that it is told of in one place for all threads."""

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
                n=MIN_LENGTH,
            ),
        )


def _weakness(password: str, name: str) -> tuple[str, str] | None:
    if len(password) < MIN_LENGTH:
        return "quá ngắn", "is too short"
    if len(password) > MAX_LENGTH:
        return "quá dài", "is too long"
    known = [*_parts(name), *_WORDS.split(), *_provinces()]
    found = _guessed(password, known)
    if found["score"] >= STRONG:
        return ("quá phổ biến", "is a common one") if _is_local(password, known) else None
    words = {piece["matched_word"] for piece in found["sequence"] if piece["pattern"] == "dictionary"}
    if name and words & set(_parts(name)):
        return "gần giống tên đăng nhập", "is too much like the account's name"
    if words:
        return "quá phổ biến", "is a common one"
    return "là dãy ký tự dễ đoán", "is a pattern that is easy to guess"


def _guessed(password: str, known: list[str]) -> dict[str, Any]:
    """How a guesser would find it who knows the words of an office, and leaves out accents and spaces."""
    from zxcvbn import zxcvbn  # its lists of words take a moment and some megabytes: only where one is chosen

    with _guessing:
        found: dict[str, Any] = zxcvbn(_bare(password)[:_JUDGED], known)
    return found


def _is_local(password: str, known: list[str]) -> bool:
    """Whether it is but words of the office, a year and a sign or two between them: Ttpvhcc@2026!."""
    words = sorted({each for each in known if len(each) > 2}, key=len, reverse=True)
    plain = _YEAR.sub("", _bare(password).lower())
    left = re.sub("|".join(map(re.escape, words)), "", plain)
    return left != plain and len(set(left)) < _FEWEST


@cache
def _provinces() -> tuple[str, ...]:
    return tuple(dict.fromkeys(_bare(each.name).lower() for each in every_province()))


def _parts(name: str) -> list[str]:
    """A login name, whole and in its parts: `nguyen.van.lan`."""
    return list(dict.fromkeys([name, *re.split(r"[\W_]+", name)]))


def _bare(text: str) -> str:
    """Letters without accents, no spaces; capitals and other signs are kept."""
    plain = unicodedata.normalize("NFD", text).replace("đ", "d").replace("Đ", "D")
    return "".join(sign for sign in plain if not unicodedata.combining(sign) and not sign.isspace())


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
