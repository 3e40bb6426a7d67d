"""Words of headings whose columns are about persons."""

import re

from bochiso.intake.headings.headings import simplify

_PERSON = re.compile(
    r"\b(?:ho( va)? ten|ten (?:to chuc|ca nhan|cong dan|nguoi|chu ho so|doanh nghiep)|chu ho so|nguoi (?:nop|"
    r"nhan|xu ly|yeu cau|dai dien)|can bo|cccd|cmnd|can cuoc|dinh danh ca nhan|dien thoai|sdt|email|"
    r"thu dien tu|dia chi|ngay sinh|gioi tinh|trich yeu|ma so thue|so giay to)\b"
)


def is_personal(heading: str) -> bool:
    """Whether a column of such a heading is about persons.

    >>> is_personal("Số điện thoại người nộp"), is_personal("Tổng số hồ sơ")
    (True, False)
    """
    return bool(_PERSON.search(simplify(heading)))
