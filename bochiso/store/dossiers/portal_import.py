"""The portal's own list of dossiers, out of its files into the journal and the facts."""

import calendar
from collections.abc import Iterator, Sequence
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
from msgspec import Struct

from bochiso.errors import SourceError, Where
from bochiso.intake.dossiers.portal_list import PortalList, read_portal_list
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.result import Refusal
from bochiso.periods import Period, require_begun
from bochiso.store.dossiers.ingest import DossierIngest, Recorded
from bochiso.store.dossiers.unit_lookup import which_province
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal_kinds import LIST_KIND, ROWS_KIND
from bochiso.text import VIETNAM, Text, say


class PortalListAsked(Struct, frozen=True):
    """Whose list it is, as given (None: the folder's), and of which day; `until`: what came after that
    moment can't be in it. `period`: the dossiers that it holds by their receipt, None where nobody said.
    Raises ComputeError for one that hadn't begun on the day.
    """

    province: str | None
    day: date
    until: datetime
    period: Period | None = None

    def __post_init__(self) -> None:
        if self.period is not None:
            require_begun(self.period, self.day)


class KeptPortalList(Struct, frozen=True):
    """What was kept. `replaced`: how many rows an earlier list of the province and day had, None: none."""

    province: str
    day: date
    first_day: date
    last_day: date
    rows: int
    counted: int
    refusals: tuple[Refusal, ...]
    notes: tuple[Text, ...]
    replaced: int | None


def import_portal_list(
    folder: DataFolder,
    paths: Sequence[Path],
    asked: PortalListAsked,
    choice: Choice = NO_CHOICE,
    recorded: Recorded = nullcontext,
) -> KeptPortalList:
    """Keep the list that files make up together: all of it or nothing.

    Raises SourceError where a file isn't there, is no such list, is torn or another province's;
    StoreError where it can't be kept, or nothing says whose list it is.
    """
    with DossierIngest(folder) as ingest:
        with ingest.facts.open(write=True) as db:
            province = which_province(db, asked.province)
            if province is None:
                raise _whose(paths)
            before = db.execute(
                "select rows from portal_lists where province = ? and list_day = ?", [province, asked.day]
            ).fetchone()
        found = read_portal_list(_contents(paths), province, choice)
        if not len(found.rows):
            raise _nothing(paths, found)
        first, last, notes = _held(found, asked)
        head = pa.record_batch(
            {
                "province": [province],
                "list_day": [asked.day],
                "read_until": pa.array(
                    [asked.until.astimezone(UTC).replace(tzinfo=None)], pa.timestamp("us")
                ),
                "first_day": [first],
                "last_day": [last],
                "rows": pa.array([len(found.rows)], pa.int32()),
            }
        )
        batches = found.rows.combine_chunks().to_batches()
        ingest.keep([*((ROWS_KIND, batch) for batch in batches), (LIST_KIND, head)], recorded)
    return KeptPortalList(
        province, asked.day, first, last, len(found.rows), found.counted, tuple(found.refusals),
        (*found.notes, *notes), before[0] if before else None,
    )  # fmt: skip


def _contents(paths: Sequence[Path]) -> Iterator[tuple[str, bytes]]:
    """The files, one after the other. Raises SourceError where one can't be read."""
    for path in paths:
        try:
            yield path.name, path.read_bytes()
        except OSError as error:
            raise SourceError(
                say("không đọc được tệp.", "the file can't be read."),
                where=Where(str(path)),
                do=say("Kiểm tra lại tên tệp và quyền đọc.", "Check its name and the right to read it."),
            ) from error


def _held(found: PortalList, asked: PortalListAsked) -> tuple[date, date, list[Text]]:
    """The days of receipt that a list holds: as given, as its title says, else whole months."""
    if asked.period is not None:
        return asked.period.first, min(asked.period.last, asked.day), []
    if found.first_day is not None and found.last_day is not None:
        return found.first_day, min(found.last_day, asked.day), []
    began = pc.coalesce(found.rows["received_at"], found.rows["filed_at"])
    ends = pc.min_max(began).as_py()
    if ends["min"] is None:
        raise SourceError(
            say(
                "danh sách không có ngày nộp, ngày tiếp nhận nên chưa rõ gồm hồ sơ của kỳ nào.",
                "the list has no days of filing or receipt, so nothing says of which period it is.",
            ),
            do=say("Ghi thêm --period, như --period 2026.", "Add --period, such as --period 2026."),
        )
    first, last = (each.replace(tzinfo=UTC).astimezone(VIETNAM).date() for each in ends.values())
    first = first.replace(day=1)
    last = min(last.replace(day=calendar.monthrange(last.year, last.month)[1]), asked.day)
    note = say(
        "Danh sách không ghi kỳ: coi là gồm hồ sơ tiếp nhận từ {first} đến {last} (trọn các tháng có hồ sơ). "
        "Nếu khác, nạp lại với --period.",
        "The list names no period: it is taken for the dossiers received from {first} to {last} (the whole "
        "months that it has dossiers of). If that is wrong bring it in again with --period.",
        first=first,
        last=last,
    )
    return first, last, [note]


def _whose(paths: Sequence[Path]) -> SourceError:
    return SourceError(
        say("chưa rõ danh sách này của tỉnh nào.", "nothing says which province's list this is."),
        where=Where(paths[0].name),
        do=say(
            "Ghi thêm --province và mã tỉnh, như --province H15.",
            "Add --province with its code, such as --province H15.",
        ),
    )


def _nothing(paths: Sequence[Path], found: PortalList) -> SourceError:
    first = found.refusals[0] if found.refusals else None
    return SourceError(
        say("không có dòng nào dùng được.", "no row can be used."),
        where=first.where if first else Where(paths[0].name),
        do=first.reason if first else None,
    )
