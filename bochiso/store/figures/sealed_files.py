"""Files whose hash stands elsewhere: read, and refused where they aren't as they were."""

from hashlib import sha256
from pathlib import Path

from bochiso.errors import StoreError, Where
from bochiso.text import say


def contents(path: Path) -> bytes:
    """The bytes of a file. Raises StoreError where it is missing."""
    try:
        return path.read_bytes()
    except FileNotFoundError:
        raise damaged(path) from None


def sealed_bytes(path: Path, digest: str) -> bytes:
    """The bytes of a file. Raises StoreError where they haven't that hash."""
    data = contents(path)
    if sha256(data).hexdigest() != digest:
        raise damaged(path)
    return data


class DamagedError(StoreError):
    """Evidence isn't as it was written."""


def damaged(path: Path) -> DamagedError:
    """What is said of evidence that isn't as it was written."""
    return DamagedError(
        say("chứng cứ bị mất hoặc đã bị sửa.", "evidence is missing or was changed."),
        where=Where(str(path)),
        do=say(
            "Khôi phục tệp này từ bản sao lưu rồi chạy lại.",
            "Restore this file from a backup, then run this again.",
        ),
    )
