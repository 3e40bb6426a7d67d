"""What becomes of a journal that isn't whole: what is broken is kept, what is missing is said."""

import os
import shutil
from pathlib import Path

from bochiso.errors import StoreError, Where
from bochiso.store.folder import sync_folder
from bochiso.store.journal.journal_blocks import TITLE_BYTES
from bochiso.text import now, say


class LostItemsError(StoreError):
    """The journal has fewer items than it had."""

    def __init__(self, root: Path, has: int, had: int) -> None:
        self.has, self.had = has, had
        super().__init__(
            say(
                "nhật ký hồ sơ thiếu {lost} mục đã nhận: chỉ còn {has} trong {had} mục; "
                "chưa có gì bị thay đổi.",
                "the journal lacks {lost} {lost:item that was|items that were} taken: it has "
                "{has} of {had}. Nothing was touched.",
                lost=had - has,
                has=has,
                had=had,
            ),
            where=Where(str(root)),
            do=say(
                "Khôi phục thư mục này từ bản sao lưu. Không có bản sao lưu thì chạy `bochiso rebuild` "
                "để dùng phần còn lại; phần hỏng và dữ kiện cũ được giữ riêng.",
                "Restore this folder from a backup. Where there is none, run `bochiso rebuild` to go on with "
                "what is left; what is broken and the old facts are put aside.",
            ),
        )


def put_aside(path: Path, keep: int) -> Path | None:
    """Cut a segment down to so many bytes; the rest into a file beside it, which is returned.

    None where the rest is but the title of an empty segment. Raises OSError.
    """
    torn = None
    if path.stat().st_size > max(keep, TITLE_BYTES):
        torn = free_name(path.with_suffix(f".torn-{now():%Y%m%dT%H%M%SZ}"))
        with path.open("rb") as source, torn.open("xb") as target:
            source.seek(keep)
            shutil.copyfileobj(source, target)
            target.flush()
            os.fsync(target.fileno())
        sync_folder(path.parent)
    if keep:
        with path.open("r+b") as file:
            file.truncate(keep)
            os.fsync(file.fileno())
    else:
        path.unlink()
    return torn


def free_name(path: Path) -> Path:
    """The path, or the first of path-2, path-3, … that isn't there yet."""
    found, n = path, 1
    while found.exists():
        n += 1
        found = path.with_name(f"{path.name}-{n}")
    return found
