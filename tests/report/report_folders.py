"""Data folders with real figures, and the contexts of documents made of them."""

from collections.abc import Iterable
from dataclasses import fields, is_dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from bochiso.periods import parse_period
from bochiso.report.context import Context, DocumentKind
from bochiso.report.office_settings import OfficeSettings, default_settings
from bochiso.report.report_data import ReportData, ReportRequest, dossiers_if_any, gather
from bochiso.report.text.compose import context
from bochiso.rules.loader import rules_text
from bochiso.store.dossiers.file_import import import_dossiers, import_records
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import add_reading, open_store
from bochiso.store.folder import DataFolder

EXAMPLES = Path(__file__).parents[2] / "bochiso" / "examples"
NOW = datetime(2026, 10, 8, 2, 0, tzinfo=UTC)
"""09:00 of 8 October in Việt Nam."""

COMMUNE = "commune"
GOOD = (17, 19, 11, 9, 17, 20)
POOR = (9, 10, 6, 5, 9, 11)
"""Points of six boxes: 93 and 50 of 100."""

HEAD = "unit,unit_name,level,parent,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH,total"


def keep(
    folder: DataFolder,
    table: str,
    day: str,
    *,
    period: str | None = None,
    label: str | None = None,
    kind: str = "points",
    rules: str = "qd766",
) -> DataFolder:
    """Import one table, of the year of its day unless said, read in the morning after."""
    as_of = date.fromisoformat(day)
    add_reading(
        folder,
        NewReading(
            kind,
            [("bảng.csv", table.encode())],
            as_of=as_of,
            period=parse_period(period or str(as_of.year)),
            label=label,
            rules_text=rules_text(rules),
            read_at=datetime(as_of.year, as_of.month, as_of.day, 1, tzinfo=UTC) + timedelta(days=1),
        ),
    )
    return folder


@cache
def real() -> DataFolder:
    """Gia Lai's units on two days, and all provinces on two others."""
    folder = DataFolder(Path(mkdtemp(prefix="bochiso-report-")) / "data")
    for name, day in (
        ("provinces", "2026-09-17"),
        ("units-H21", "2026-10-02"),
        ("provinces", "2026-10-06"),
        ("units-H21", "2026-10-07"),
    ):
        keep(folder, (EXAMPLES / f"{name}-{day}.csv").read_text("utf-8"), day)
    return folder


def rows(*units: tuple[Any, ...]) -> str:
    """A table of units: code, name, level and the points of six boxes, None where there is no figure."""
    return "\n".join([HEAD, *(_row(*unit) for unit in units)])


def department(number: int, points: tuple[float | None, ...], name: str = "") -> tuple[Any, ...]:
    """A department of Gia Lai, for `rows`."""
    return (f"H21.{number:02d}", name or f"Sở {number:02d}", "department", *points)


def _row(code: str, name: str, level: str, *points: float | None) -> str:
    quoted = '"' + name.replace('"', '""') + '"'
    known = [each for each in points if each is not None]
    total = f"{sum(map(_hundredths, known)) / 100:.2f}" if len(known) == len(points) else ""
    cells = ["" if each is None else f"{each}" for each in points]
    return ",".join([code, quoted, level, code.split(".")[0], *cells, total])


def _hundredths(value: float) -> int:
    return round(value * 100)


_OPEN = (
    '{{"MaHoSo":"{0}","MaTTHC":"1.000656","NgayTiepNhan":"20260901080000",'
    '"NgayHenTra":"{1}170000","TrangThaiHoSo":"4","KenhThucHien":"2"}}\n'
)
_PROCEDURES = """procedure,procedure_name,authority,office,decided,effective,entered
1.000656,Đăng ký khai sinh,department,H21.01,2026-09-01,2026-09-15,2026-09-03
1.000657,Đăng ký kết hôn,department,H21.02,2026-09-10,2026-09-14,2026-09-28
1.000658,Đăng ký khai tử,department,H21.02,2026-09-10,2026-09-14,2026-09-28
1.000659,Đăng ký giám hộ,department,H21.02,2026-09-21,2026-10-05,
"""


def at_work(root: Path) -> DataFolder:
    """Two departments: two overdue dossiers of the first, three late procedures of the second."""
    folder = keep(DataFolder(root / "data"), rows(department(1, GOOD), department(2, GOOD)), "2026-10-07")
    dossiers = [
        ("H21.01-260901-0001", "20260920"),
        ("H21.01.05-260901-0002", "20261001"),
        ("H21.02-260901-0003", "20261020"),
    ]
    path = root / "dossiers.jsonl"
    path.write_text("".join(_OPEN.format(*each) for each in dossiers), "utf-8")
    import_records(folder, "procedures", [("thu-tuc.csv", _PROCEDURES.encode())])
    import_dossiers(folder, [path])
    return folder


def facts_of(folder: DataFolder, asked: ReportRequest, now: datetime = NOW) -> ReportData:
    """The figures of a document; those of `real`, which nobody changes, are gathered once."""
    return _facts_of_real(asked, now) if folder is real() else _gathered(folder, asked, now)


@cache
def _facts_of_real(asked: ReportRequest, now: datetime) -> ReportData:
    return _gathered(real(), asked, now)


def _gathered(folder: DataFolder, asked: ReportRequest, now: datetime) -> ReportData:
    with open_store(folder) as store, dossiers_if_any(folder) as dossiers:
        return gather(store, asked, now, dossiers)


def written(
    folder: DataFolder,
    kind: DocumentKind = DocumentKind.WEEK,
    asked: ReportRequest | None = None,
    settings: OfficeSettings | None = None,
    now: datetime = NOW,
) -> Any:
    """The context of a document of Gia Lai."""
    asked = asked or ReportRequest("H21")
    found: Context = context(
        kind, facts_of(folder, asked, now), settings or default_settings(asked.province), now
    )
    return found


def texts(value: object) -> Iterable[str]:
    """Every text of a context."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, list):
        for each in value:
            yield from texts(each)
    elif is_dataclass(value):
        for each in fields(value):
            yield from texts(getattr(value, each.name))
