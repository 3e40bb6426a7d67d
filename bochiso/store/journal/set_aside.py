"""Items that facts can't take, set aside by name so that everyone else's are settled.

They stay in the journal as everything does. What stands here goes with the facts: who makes those again
tries each item again. docs/decisions/0067-items-set-aside.md.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

import duckdb
import pyarrow as pa
from msgspec import Struct

from bochiso import __version__
from bochiso.errors import BochisoError
from bochiso.store.journal.journal import JournalEntry, Position
from bochiso.store.journal.journal_cuts import Span, within
from bochiso.text import now, say
from bochiso.units.tops import province_of

SET_ASIDE = """
create table set_aside (first bigint, items bigint, kind varchar, code varchar, province varchar, why varchar,
                        version varchar, since timestamp, tried_at timestamp,
                        segment integer, "offset" bigint, before bigint, seal varchar);
"""
"""A row an item, or so many that follow each other where more were bad than could be told apart at once.
`first`: its place; `since`, `tried_at`: UTC; then a place in the journal from which it is found again."""


class WhyAside(StrEnum):
    """What facts failed of."""

    RANGE = "range"
    FORM = "form"
    CLASH = "clash"
    ENGINE = "engine"
    PROGRAM = "program"


WHY_ASIDE = {
    WhyAside.RANGE: say("giá trị lớn quá mức tính được", "a value is beyond what can be counted with"),
    WhyAside.FORM: say("giá trị sai dạng", "a value has not the form that it should have"),
    WhyAside.CLASH: say("trái với dữ kiện đã có", "it contradicts what is there"),
    WhyAside.ENGINE: say("cơ sở dữ liệu báo lỗi bên trong", "the database failed inside"),
    WhyAside.PROGRAM: say("chương trình chưa xử lý được", "the program can't handle it"),
}

KIND_NAMES = {
    "dossiers": say("hồ sơ", "dossier"),
    "dossiers-file": say("hồ sơ (nạp từ tệp)", "dossier (from a file)"),
    "steps": say("bước xử lý", "step"),
    "refusals": say("mục bị từ chối", "refused item"),
    "fields": say("thống kê trường", "counts of fields"),
    "procedures": say("thủ tục", "procedure"),
    "publications": say("quyết định công bố", "publication"),
    "petitions": say("phản ánh, kiến nghị", "petition"),
    "ratings": say("đánh giá", "rating"),
    "units": say("đơn vị", "unit"),
    "unit_map": say("mã đơn vị", "code of a unit"),
    "procedure_map": say("mã thủ tục", "code of a procedure"),
    "portal-dossiers": say("hồ sơ trên Cổng", "dossier of the portal"),
    "portal-lists": say("danh sách của Cổng", "list of the portal"),
    "days": say("bảng ngày nghỉ", "table of days off"),
}

AGAIN, REFINE = timedelta(days=1), timedelta(minutes=5)
"""When an item is tried again, and when several that weren't told apart are."""

_CODES = ("dossier", "petition", "entry", "procedure", "unit", "code")
_FRONTS = ("unit", "dossier", "office")
"""Columns that name an item, and those that begin with the code of a unit."""


class SetAside(Struct, frozen=True):
    """Items that facts can't take: `items` of them from the place `first` on, nearly always one.

    `code`: the number of the dossier or petition, or the code of the procedure or unit, of the first; None
    where it has none. `since`, `tried_at`: UTC. `start`: from where in the journal it is found again.
    """

    first: int
    items: int
    kind: str
    code: str | None
    province: str | None
    why: WhyAside
    version: str
    since: datetime
    tried_at: datetime
    start: Position

    @property
    def span(self) -> Span:
        """The places of its items."""
        return self.first, self.first + self.items

    @property
    def due_at(self) -> datetime:
        """When it is tried again; at once where another version set it aside."""
        if self.version != __version__:
            return self.since
        return self.tried_at + (AGAIN if self.items == 1 else REFINE)


def set_aside(entries: Sequence[JournalEntry], span: Span, why: WhyAside, start: Position) -> SetAside:
    """The items of a span as they are set aside now."""
    entry, *_ = within(entries, span)
    said = {name: text for name in (*_CODES, *_FRONTS, "province") if (text := _text(entry.batch, name))}
    code = next((said[name] for name in _CODES if name in said), None)
    front = next((said[name].partition("-")[0] for name in _FRONTS if name in said), None)
    province = said.get("province") or (front and province_of(front))
    moment = now()
    return SetAside(
        span[0], span[1] - span[0], entry.kind, code, province, why, __version__, moment, moment, start
    )


def _text(batch: pa.RecordBatch, name: str) -> str | None:
    """A text of the first row; None where there is none. Nothing else of a bad item can be relied on."""
    if name not in batch.schema.names or not pa.types.is_string(batch.schema.field(name).type):
        return None
    found: str | None = batch.column(name)[0].as_py()
    return found


def why_of(error: BaseException) -> WhyAside | None:
    """Why items can't be settled, by what settling failed of; None where it isn't theirs.

    A full disk, too little memory or a lock is nobody's item, and may pass.
    """
    if isinstance(error, BochisoError) and error.__cause__ is not None:
        error = error.__cause__
    if isinstance(error, duckdb.OutOfRangeException):
        return WhyAside.RANGE
    if isinstance(error, duckdb.IntegrityError):
        return WhyAside.CLASH
    if isinstance(error, duckdb.DataError | pa.ArrowInvalid):
        return WhyAside.FORM
    if isinstance(error, duckdb.InvalidInputException):  # also said of a question that something else ended
        return None if "pending query" in str(error) else WhyAside.FORM
    if isinstance(error, duckdb.InternalError | duckdb.NotSupportedError):
        return WhyAside.ENGINE
    if isinstance(error, OverflowError):
        return WhyAside.RANGE
    if isinstance(error, ValueError | TypeError | LookupError | AttributeError | ArithmeticError):
        return WhyAside.PROGRAM
    return None


def read_set_aside(db: duckdb.DuckDBPyConnection) -> list[SetAside]:
    """What facts lack, in the order of the journal."""
    found = db.execute("from set_aside order by first").fetchall()
    return [
        SetAside(
            first, items, kind, code, province, WhyAside(why), version,
            since.replace(tzinfo=UTC), tried.replace(tzinfo=UTC), Position(*start),
        )
        for first, items, kind, code, province, why, version, since, tried, *start in found
    ]  # fmt: skip


def items_aside(db: duckdb.DuckDBPyConnection) -> int:
    """How many items facts lack."""
    (found,) = db.execute("select coalesce(sum(items), 0)::bigint from set_aside").fetchone() or (0,)
    return int(found)


def write_set_aside(db: duckdb.DuckDBPyConnection, rows: Iterable[SetAside]) -> None:
    """Set items aside."""
    for each in rows:
        start, moments = each.start, (_plain(each.since), _plain(each.tried_at))
        db.execute(
            "insert into set_aside values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            [
                each.first, each.items, each.kind, each.code, each.province, each.why.value, each.version,
                *moments, start.segment, start.offset, start.items, start.seal,
            ],
        )  # fmt: skip


def remove_set_aside(db: duckdb.DuckDBPyConnection, row: SetAside) -> None:
    """What was set aside is no longer, or is set aside anew."""
    db.execute("delete from set_aside where first = ?", [row.first])


def _plain(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(tzinfo=None)
