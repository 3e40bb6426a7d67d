"""The data folder: its version, its lock, and what is said when the disk or its rights fail."""

import errno
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from bochiso.errors import StoreError, Where
from bochiso.text import Text, say

FORMAT = 1
"""Version of the layout below; a folder of a newer one is not touched."""

LOCK_SECONDS = 10
"""How long a command waits for another one that writes to the same folder."""

_GENERATION = re.compile(r"facts(?:-(\d{6,}))?\.duckdb")

FULL_DISK = {errno.ENOSPC, errno.EDQUOT, errno.EFBIG}
NO_RIGHT = {errno.EACCES, errno.EPERM, errno.EROFS}


class DataFolder:
    """`FORMAT`, `evidence/` (as received), `facts-N.duckdb` (derived), `collecting/` (under way), `lock`,
    `ledger.sqlite` (what people decide), `eras.yaml` (an office's own eras of the scale, if any),
    `predecessors.csv` (which communes became which, if it was given),
    `names.json` (which unit a name was said to be: the ledger's choices, for the facts),
    `withdrawn.json` (readings that were taken back, as the ledger holds them).
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self.evidence = root / "evidence"
        self.journal = self.evidence / "journal"
        self.collecting = root / "collecting"
        self.ledger = root / "ledger.sqlite"
        self.eras = root / "eras.yaml"
        self.predecessors = root / "predecessors.csv"
        self.choices = root / "names.json"
        self.withdrawn = root / "withdrawn.json"
        self._format = root / "FORMAT"

    @property
    def facts(self) -> Path:
        """The newest generation of the facts; the first one's path where there is none yet.

        Each generation has a name of its own: DuckDB keeps one database a path in a process, so a file
        swapped under a name that someone holds open would go on giving what it held before.
        """
        found = self.fact_files()
        return found[-1] if found else self._generation(1)

    def next_facts(self) -> Path:
        """What the next generation of the facts will be called."""
        found = self.fact_files()
        return self._generation(_number(found[-1]) + 1 if found else 1)

    def fact_files(self) -> list[Path]:
        """Every generation that is there, oldest first; `facts.duckdb` is from before they were numbered."""
        found = (path for path in self.root.glob("facts*.duckdb") if _GENERATION.fullmatch(path.name))
        return sorted(found, key=_number)

    def _generation(self, number: int) -> Path:
        return self.root / f"facts-{number:06}.duckdb"

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
            self.check_version(self._format.read_text("utf-8", errors="replace").strip())

    def check_version(self, version: str) -> None:
        """Refuse a version of the layout that this program doesn't know. Raises StoreError."""
        if version in {str(known) for known in range(1, FORMAT + 1)}:
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
        with disk_errors(self.root):
            absent = [path for path in (self.root, *self.root.parents) if not path.exists()]
            if not self._blank():
                self.check()
            try:
                with self._locked():
                    try:
                        self._begin()
                        yield
                    finally:
                        self._clear()
            finally:
                for path in absent:
                    with suppress(OSError):  # it holds something now, or could not be made
                        path.rmdir()

    def _blank(self) -> bool:
        """Whether nothing is here but what a first command leaves when it is killed at its start."""
        if not self.root.exists():
            return True
        return self.root.is_dir() and {path.name for path in self.root.iterdir()} <= {"lock", "FORMAT.new"}

    @contextmanager
    def _locked(self) -> Iterator[None]:
        from filelock import FileLock, Timeout

        path = self.root / "lock"
        lock = FileLock(path, timeout=LOCK_SECONDS, mode=0o600)
        while not lock.is_locked:
            make_folder(self.root)
            try:
                # Whoever held it before may have found nothing to keep and cleared the folder.
                with suppress(FileNotFoundError):
                    lock.acquire()
            except Timeout:
                raise busy(self.root) from None
            if not path.exists():
                lock.release()
        try:
            yield
        finally:
            lock.release()

    def _begin(self) -> None:
        if self._blank():
            put_in_place(self._format, f"{FORMAT}\n".encode())
        make_folder(self.evidence)

    def _clear(self) -> None:
        """Remove all of it if nothing was kept."""
        if self.collecting.is_dir() or self.ledger.exists() or any(self.root.glob("dossiers*.duckdb")):
            return
        if self.evidence.is_dir() and any(self.evidence.iterdir()):
            return
        ours = ("FORMAT", "FORMAT.new", "lock")
        if {path.name for path in self.root.iterdir()} - {*ours, self.evidence.name}:
            return  # what a command left that was stopped; without its FORMAT nobody could go on
        with suppress(FileNotFoundError):
            self.evidence.rmdir()
        for name in ours:
            (self.root / name).unlink(missing_ok=True)


def _number(facts: Path) -> int:
    found = _GENERATION.fullmatch(facts.name)
    return int(found[1] or 0) if found else 0


def busy(root: Path) -> StoreError:
    """What is said when another command holds the folder."""
    return StoreError(
        say("một lệnh khác đang ghi vào thư mục này.", "another command is writing to this folder."),
        where=Where(str(root)),
        do=say("Đợi lệnh đó xong rồi chạy lại.", "Wait until it is done, then run this again."),
    )


@contextmanager
def disk_errors(root: Path) -> Iterator[None]:
    """Turn what the system says of a disk into what a person can act on. Raises StoreError for it."""
    try:
        yield
    except OSError as error:
        where = Where(str(error.filename or root))
        if error.errno in FULL_DISK:
            raise full_disk(where) from error
        if error.errno in NO_RIGHT:
            raise no_right(where) from error
        raise StoreError(
            say("không dùng được: {reason}.", "can't be used: {reason}.", reason=_reason(error)),
            where=where,
            do=say(
                "Kiểm tra đường dẫn và ổ đĩa rồi chạy lại.",
                "Check the path and the disk, then run this again.",
            ),
        ) from error


def _reason(error: OSError) -> Text:
    system = error.strerror or str(error)
    match error.errno:
        case errno.ENOTDIR | errno.EEXIST:
            return say("một phần của đường dẫn là tệp, không phải thư mục", "a part of the path is a file")
        case errno.ENAMETOOLONG:
            return say("đường dẫn quá dài", "the path is too long")
        case errno.ENOENT:
            return say("tệp hoặc thư mục không còn ở đó", "it isn't there any more")
    return say("hệ thống báo “{system}”", "the system says “{system}”", system=system)


def no_right(where: Where) -> StoreError:
    """What is said where the person may not read or write."""
    return StoreError(
        say("không có quyền đọc hoặc ghi ở đây.", "no right to read or write here."),
        where=where,
        do=say(
            "Xin cấp quyền, hoặc chọn thư mục khác bằng --data.",
            "Ask for the right, or choose another folder with --data.",
        ),
    )


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


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    if os.name == "nt":  # Windows can't open a folder to flush it; its rename is durable without.
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def make_folder(path: Path) -> None:
    """Make a folder for its owner alone, and those above it; its name is durable. Raises OSError."""
    if not path.is_dir():
        make_folder(path.parent)
        path.mkdir(mode=0o700, exist_ok=True)
        try:
            sync_folder(path.parent)
        except OSError:
            with suppress(OSError):  # else whoever comes next would take it for one whose name is durable
                path.rmdir()
            raise


def put_in_place(path: Path, data: bytes) -> None:
    """Give a file a content, durably: whoever reads finds the old one or the new. Raises OSError."""
    fresh = path.with_suffix(".new")
    fresh.unlink(missing_ok=True)
    write_new(fresh, data)
    fresh.replace(path)
    sync_folder(path.parent)


def write_new(path: Path, data: bytes) -> None:
    """Write a file that isn't there yet, for its owner alone. Raises OSError."""
    with os.fdopen(os.open(path, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "wb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
