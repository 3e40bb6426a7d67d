"""Invented applicants and officials. Whatever is personal bears a mark that no real person's data has."""

from collections.abc import Iterator
from itertools import product

NAME_MARK = "Ví Dụ"
"""Part of every invented name."""

MAIL_MARK = "@example.com"
"""Ends every invented e-mail address; the domain is reserved for examples."""

DIGIT_MARK = "0000"
"""Starts every invented number of a phone (10 digits), a citizen (12 digits) and a business (10 digits)."""

_FAMILY = ("Nguyễn", "Trần", "Lê", "Phạm", "Hoàng", "Y", "H'", "Đặng", "Bùi", "Đỗ")
_MIDDLE = ("Văn", "Thị", "Minh", "Ngọc")
_TRADES = ("Thương mại", "Xây dựng", "Nông sản", "Vận tải", "Dịch vụ")


def _names() -> Iterator[str]:
    for family, middle in product(_FAMILY, _MIDDLE):
        yield f"{family} {middle} {NAME_MARK}"


NAMES = tuple(_names())
"""Citizens and officials."""

FIRMS = tuple(f"Công ty TNHH {trade} {NAME_MARK} {n}" for trade in _TRADES for n in range(1, 9))
"""Businesses."""


def phone(key: int) -> str:
    """A phone number of 10 digits."""
    return f"{DIGIT_MARK}{key % 1_000_000:06d}"


def citizen_number(key: int) -> str:
    """A citizen's number of 12 digits; no province has the code 000."""
    return f"{DIGIT_MARK}{key % 100_000_000:08d}"


def mail(key: int) -> str:
    """An e-mail address."""
    return f"vidu{key % 1_000_000}{MAIL_MARK}"
