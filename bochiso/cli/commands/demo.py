"""`bochiso demo -o DIR`: the whole way on the real figures that come along."""

from dataclasses import dataclass
from pathlib import Path

import click

from bochiso.cli.commands.check import print_verdict
from bochiso.cli.commands.explain import print_explanation
from bochiso.cli.commands.rank import print_ranking
from bochiso.cli.options import lang_option, read_inputs, t
from bochiso.cli.output import console, tell, working
from bochiso.cli.usage import Command
from bochiso.errors import SourceError, Where
from bochiso.periods import parse_day, parse_period
from bochiso.rules.loader import rules_text
from bochiso.store.folder import DataFolder
from bochiso.store.store import Store, add_reading, open_store
from bochiso.store.views import checked, explained, rankings
from bochiso.text import now, say
from bochiso.units.model import Level

EXAMPLES = Path(__file__).parents[3] / "examples"


@dataclass(frozen=True)
class Example:
    """One real table that comes along."""

    kind: str
    file: str
    as_of: str


TABLES = (
    Example("points", "provinces-2026-09-17.csv", "2026-09-17"),
    Example("measures", "payment-2026.csv", "2026-09-26"),
    Example("points", "units-H21-2026-10-02.csv", "2026-10-02"),
    Example("points", "provinces-2026-10-06.csv", "2026-10-06"),
    Example("points", "units-H21-2026-10-07.csv", "2026-10-07"),
    Example("measures", "metrics-2026.csv", "2026-10-10"),
)


@click.command(
    cls=Command,
    help=t(
        "Nạp số liệu thật kèm theo, in bảng xếp hạng có so sánh, một bản giải thích, kết quả đối chiếu.",
        "Bring in the real figures that come along; print rankings with changes, an explanation, a check.",
    ),
)
@click.option(
    "-o",
    "--output",
    metavar=t("THƯ_MỤC", "DIR"),
    default="out",
    type=click.Path(readable=False, path_type=Path),
    help=t(
        "Nơi để thư mục số liệu và kết quả (mặc định out).", "Where data and results go (out by default)."
    ),
)
@lang_option
def command(output: Path) -> None:
    """Show the whole way."""
    if not EXAMPLES.is_dir():
        raise SourceError(
            say("không thấy thư mục số liệu mẫu.", "the folder of examples is missing."),
            where=Where(str(EXAMPLES)),
            do=say("Chạy lệnh này trong bản tải về đầy đủ.", "Run this in a full checkout."),
        )
    folder = DataFolder(output / "data")
    with working(t("Đang nạp số liệu mẫu", "Bringing the examples in")):
        bring_examples_in(folder)
    with open_store(folder) as store:
        _show(store)
    tell(
        t(
            f"\nThư mục số liệu: {folder.root}. Tiếp theo: bochiso --data {folder.root} explain H21.17",
            f"\nThe data folder: {folder.root}. Next: bochiso --data {folder.root} explain H21.17",
        )
    )


def bring_examples_in(folder: DataFolder) -> None:
    """Import every example table as a clerk would."""
    text = rules_text("qd766")
    for table in TABLES:
        day = parse_day(table.as_of)
        add_reading(
            folder,
            table.kind,
            read_inputs((EXAMPLES / table.file,)),
            as_of=day,
            period=parse_period(str(day.year)),
            label=None,
            rules_text=text,
            read_at=now(),
        )


def _show(store: Store) -> None:
    out = console()
    for level, as_of, against in (
        (Level.PROVINCE, "2026-10-06", "2026-09-17"),
        (Level.DEPARTMENT, "2026-10-07", "2026-10-02"),
        (Level.COMMUNE, "2026-10-07", "2026-10-02"),
    ):
        for one in rankings(
            store, level=level, as_of=as_of, period=None, against=against, rules=None, within=None
        ):
            print_ranking(out, one)
    print_explanation(out, explained(store, "H20", as_of="2026-10-10", period=None, against=None, rules=None))
    print_explanation(
        out, explained(store, "H21.212", as_of="2026-10-07", period=None, against="2026-10-02", rules=None)
    )
    out.print()
    for found, verdict in checked(store, as_of=None, period=None, rules=None):
        print_verdict(out, found, verdict)
