"""The data folder: its version, its lock, and what is said when the disk or its rights fail."""

import errno
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from bochiso.errors import StoreError, Where
from bochiso.text import say

FORMAT = 1
"""Version of the layout below; a folder of a newer one is not touched."""

LOCK_SECONDS = 10
"""How long a command waits for another one that writes to the same folder."""

FULL_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}


class DataFolder:
    """`FORMAT`, `evidence/` (as received), `facts.duckdb` (derived), `collecting/` (under way), `lock`."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.evidence = root / "evidence"
        self.facts = root / "facts.duckdb"
        self.collecting = root / "collecting"
        self._format = root / "FORMAT"

    def check(self) -> None:
        """Refuse a folder that isn't there, isn't ours, or is of a newer version.

        Raises StoreError.
        """
        with disk_errors(self.root):
            if not self.root.exists():
                raise StoreError(
                    say("chưa có thư mục số liệu.", "there is no data folder."),
                    where=Where(str(self.root)),
                    do=say(
                        "Nạp số liệu bằng `bochiso import`, hoặc chỉ đúng thư mục bằng --data.",
                        "Bring figures in with `bochiso import`, or name the right folder with --data.",
                    ),
                )
            if not self.root.is_dir():
                raise StoreError(
                    say("không phải là thư mục.", "is not a folder."),
                    where=Where(str(self.root)),
                    do=say("Chọn một thư mục khác bằng --data.", "Choose a folder with --data."),
                )
            if not self._format.exists():
                raise StoreError(
                    say(
                        "thư mục này không phải thư mục số liệu của bochiso.",
                        "this is not a data folder of bochiso.",
                    ),
                    where=Where(str(self.root)),
                    do=say(
                        "Chọn thư mục khác hoặc một thư mục trống bằng --data.",
                        "Choose another folder, or an empty one, with --data.",
                    ),
                )
            self._check_version(self._format.read_text("utf-8").strip())

    def _check_version(self, version: str) -> None:
        if version.isdecimal() and int(version) <= FORMAT:
            return
        raise StoreError(
            say(
                "thư mục số liệu thuộc phiên bản mới hơn (dạng {version}; bản này đọc được đến dạng {ours}).",
                "the data folder is of a newer version (format {version}; this program reads up to {ours}).",
                version=version[:20],
                ours=FORMAT,
            ),
            where=Where(str(self.root)),
            do=say(
                "Cập nhật bochiso; thư mục được giữ nguyên.", "Update bochiso; the folder was not touched."
            ),
        )

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the folder for writing; made if it isn't there, gone again if nothing was kept.

        Raises StoreError if another command holds it, or the disk or its rights fail.
        """
        from filelock import FileLock, Timeout

        with disk_errors(self.root):
            fresh = not self.root.exists()
            empty = fresh or (self.root.is_dir() and not any(self.root.iterdir()))
            if not empty:
                self.check()
            self.evidence.mkdir(parents=True, exist_ok=True)
            lock = FileLock(self.root / "lock", timeout=LOCK_SECONDS)
            try:
                with lock:
                    if not self._format.exists():
                        self._format.write_text(f"{FORMAT}\n", "utf-8")
                    yield
            except Timeout:
                raise busy(self.root) from None
            finally:
                if empty and not any(self.evidence.iterdir()) and not self.collecting.exists():
                    self._remove(fresh)

    def _remove(self, fresh: bool) -> None:
        for path in (self._format, self.root / "lock", self.facts):
            path.unlink(missing_ok=True)
        self.evidence.rmdir()
        if fresh:
            self.root.rmdir()


def busy(root: Path) -> StoreError:
    """What is said when another command holds the folder."""
    return StoreError(
        say("một lệnh khác đang ghi vào thư mục này.", "another command is writing to this folder."),
        where=Where(str(root)),
        do=say("Đợi lệnh đó xong rồi chạy lại.", "Wait until it is done, then run this again."),
    )


@contextmanager
def disk_errors(root: Path) -> Iterator[None]:
    """Turn what the system says of a disk into what a person can act on."""
    try:
        yield
    except OSError as error:
        where = Where(str(error.filename or root))
        if error.errno in FULL_DISK:
            raise full_disk(where) from error
        if error.errno in {errno.EACCES, errno.EPERM, errno.EROFS}:
            raise StoreError(
                say("không có quyền đọc hoặc ghi ở đây.", "no right to read or write here."),
                where=where,
                do=say(
                    "Xin cấp quyền, hoặc chọn thư mục khác bằng --data.",
                    "Ask for the right, or choose another folder with --data.",
                ),
            ) from error
        raise StoreError(
            say("ổ đĩa báo lỗi: {reason}.", "the disk says: {reason}.", reason=error.strerror or str(error)),
            where=where,
            do=say("Kiểm tra ổ đĩa rồi chạy lại.", "Check the disk, then run this again."),
        ) from error


def full_disk(where: Where) -> StoreError:
    """What is said when the disk is full; what was there before is still there."""
    return StoreError(
        say("ổ đĩa đã đầy.", "the disk is full."),
        where=where,
        do=say(
            "Giải phóng dung lượng rồi chạy lại; số liệu đã có được giữ nguyên.",
            "Free some space and run this again; what was there is as it was.",
        ),
    )
