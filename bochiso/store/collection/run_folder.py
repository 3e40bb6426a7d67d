"""A collection under way: every answer on disk as it arrived, so that a stopped run goes on where it was.

collecting/H15-2026-2026-10-07/run.json         what is collected, from where, since when
collecting/H15-2026-2026-10-07/answers.jsonl    one line per answer: its request, time, status, hash
collecting/H15-2026-2026-10-07/0001.json        the answers
collecting/H15-2026-2026-10-07/stop.json        why it stopped last
"""

import os
import shutil
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from bochiso.errors import StoreError, Where
from bochiso.intake.portal.client import BASE_URL, PortalAnswer
from bochiso.intake.portal.requests import PortalPage, PortalPart, is_last, open_page, parts_of
from bochiso.store.figures.collection_record import WHOLE_COUNTRY, CollectionRequest, SavedText
from bochiso.store.folder import DataFolder, disk_errors, make_folder, sync_folder, write_new
from bochiso.text import say


class RunRequest(Struct, frozen=True):
    """What one run collects: a province and its units (None: the list of provinces) for a period.

    `day` is Việt Nam's; `source` is the address that is asked.
    """

    province: str | None
    period: str
    day: date
    source: str
    started_at: datetime

    @property
    def scope(self) -> str:
        """The province, or the whole country."""
        return self.province or WHOLE_COUNTRY

    @property
    def key(self) -> str:
        """The name of its folder; another source never goes on with what this one gave."""
        name = f"{self.scope}-{self.period}-{self.day}"
        return name if self.source == BASE_URL else f"{name}-{sha256(self.source.encode()).hexdigest()[:8]}"


class RunStop(Struct, frozen=True):
    """Why a run stopped, and until when the source asked not to be asked again.

    `reading` is the reading that has all that was collected up to then.
    """

    at: datetime
    why: SavedText
    until: datetime | None = None
    reading: int | None = None


class _Line(Struct, frozen=True):
    part: str
    page: int
    stored: str
    request: CollectionRequest


class _Kept(Struct, frozen=True):
    request: CollectionRequest
    page: PortalPage
    data: bytes


class RunFolder:
    """One run's folder. What a killed run left half written is not counted."""

    def __init__(self, root: Path, request: RunRequest) -> None:
        self.root = root
        self.run_request = request
        self._parts = {part.key: part for part in parts_of(request.province)}
        self._pages: dict[PortalPart, list[_Kept]] = {}
        self._lines = 0
        self._load()

    def _load(self) -> None:
        path = self.root / "answers.jsonl"
        for text in path.read_bytes().split(b"\n") if path.is_file() else ():
            try:
                line = msgspec.json.decode(text, type=_Line)
                data = (self.root / line.stored).read_bytes()
            except (msgspec.DecodeError, FileNotFoundError):
                continue
            self._lines = max(self._lines, int(Path(line.stored).stem))
            part = self._parts.get(line.part)
            if part is not None and sha256(data).hexdigest() == line.request.sha256:
                page = open_page(line.request.file, data, part.service.page_size)
                self._take(part, line.page, _Kept(line.request, page, data))

    def _take(self, part: PortalPart, number: int, kept: _Kept) -> None:
        pages = self._pages.setdefault(part, [])
        del pages[number - 1 :]  # page 1 starts the part anew
        pages.append(kept)

    def next_page(self, part: PortalPart) -> int | None:
        """The number of the page to ask for next; None where the part is whole."""
        kept = self._pages.get(part, [])
        return None if is_last([each.page for each in kept], part.service.page_size) else len(kept) + 1

    def missing(self) -> list[PortalPart]:
        """The parts that lack pages, in the order to ask for them."""
        return [part for part in self._parts.values() if self.next_page(part) is not None]

    def forget(self, parts: Mapping[PortalPart, object]) -> None:
        """Have parts asked for again; their answers stay on disk until new ones are there."""
        for part in parts:
            self._pages.pop(part, None)

    def keep(self, part: PortalPart, page: int, answer: PortalAnswer) -> None:
        """Write an answer down before anything else is asked."""
        digest = sha256(answer.data).hexdigest()
        request = CollectionRequest(
            part.file(page), part.service.path, answer.body, answer.asked_at, answer.received_at,
            answer.status, digest,
        )  # fmt: skip
        if not self.root.is_dir():
            make_folder(self.root)
            write_new(self.root / "run.json", msgspec.json.encode(self.run_request))
        self._lines += 1
        line = _Line(part.key, page, f"{self._lines:04d}.json", request)
        (self.root / line.stored).unlink(missing_ok=True)
        write_new(self.root / line.stored, answer.data)
        with (self.root / "answers.jsonl").open("ab") as file:
            # A line that a crash cut off ends here.
            file.write(b"\n" + msgspec.json.encode(line))
            file.flush()
            os.fsync(file.fileno())
        (self.root / "stop.json").unlink(missing_ok=True)
        sync_folder(self.root)
        self._take(part, page, _Kept(request, answer.page, answer.data))

    def pages(self) -> dict[PortalPart, Sequence[PortalPage]]:
        """The answers of each part; the empty page after the last is none of them."""
        return {
            part: [each.page for each in self._useful(part)]
            for part in self._parts.values()
            if self._pages.get(part)
        }

    def _useful(self, part: PortalPart) -> list[_Kept]:
        return [each for n, each in enumerate(self._pages[part]) if n == 0 or each.page.rows]

    def files(self) -> list[tuple[str, bytes]]:
        """Those answers as received: names and bytes."""
        return [(each.request.file, each.data) for part in self.pages() for each in self._useful(part)]

    def requests(self) -> tuple[CollectionRequest, ...]:
        """The request of each of those answers."""
        return tuple(each.request for part in self.pages() for each in self._useful(part))

    def stop(self, stop: RunStop) -> None:
        """Remember why the run stopped, if there is anything to go on with."""
        if self.root.is_dir():
            path = self.root / "stop.json"
            path.unlink(missing_ok=True)
            write_new(path, msgspec.json.encode(stop))

    def stopped(self) -> RunStop | None:
        """Why the run stopped last, if it said so."""
        try:
            return msgspec.json.decode((self.root / "stop.json").read_bytes(), type=RunStop)
        except (FileNotFoundError, msgspec.DecodeError):
            return None

    def remove(self) -> None:
        """Take the folder away: all it has is in the evidence."""
        shutil.rmtree(self.root, ignore_errors=True)


def open_run(folder: DataFolder, request: RunRequest) -> RunFolder:
    """The run that collects this, begun earlier or to be begun."""
    root = folder.collecting / request.key
    try:
        earlier = msgspec.json.decode((root / "run.json").read_bytes(), type=RunRequest)
    except (FileNotFoundError, msgspec.DecodeError):
        # Killed before its first answer was whole.
        shutil.rmtree(root, ignore_errors=True)
        earlier = request
    return RunFolder(root, earlier)


def runs_under_way(folder: DataFolder) -> list[RunFolder]:
    """Every run that has a folder, oldest first."""
    found = []
    for path in sorted(folder.collecting.glob("*/run.json")):
        try:
            found.append(RunFolder(path.parent, msgspec.json.decode(path.read_bytes(), type=RunRequest)))
        except msgspec.DecodeError:
            continue
    return sorted(found, key=lambda run: run.run_request.started_at)


@contextmanager
def collecting_alone(folder: DataFolder) -> Iterator[None]:
    """Let one command at a time collect into a data folder; leaves nothing where nothing was kept.

    Raises StoreError where another command is collecting, or the folder can't be used.
    """
    from filelock import FileLock, Timeout

    with disk_errors(folder.root):
        made = not folder.root.exists()
        with folder.writing():
            make_folder(folder.collecting)
        path = folder.collecting / "lock"
        try:
            with FileLock(path, timeout=0, mode=0o600):
                try:
                    yield
                finally:
                    _clear(folder, path, made=made)
        except Timeout:
            raise StoreError(
                say("một lần thu thập khác đang chạy.", "another collection is running."),
                where=Where(str(folder.root)),
                do=say("Đợi lần đó xong; xem `bochiso runs`.", "Wait until it is done; see `bochiso runs`."),
            ) from None


def _clear(folder: DataFolder, lock: Path, *, made: bool) -> None:
    """Remove `collecting/` where no run is under way, and the whole folder where nothing is in it."""
    if any(path != lock for path in folder.collecting.iterdir()):
        return
    with suppress(OSError, StoreError):  # Windows doesn't remove an open file; another command may write
        lock.unlink()
        folder.collecting.rmdir()
        with folder.writing():
            pass
        if made:
            folder.root.rmdir()
