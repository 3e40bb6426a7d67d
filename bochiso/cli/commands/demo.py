"""`bochiso demo -o DIR`: the whole way on the real figures that come along."""

import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from importlib.resources import files
from pathlib import Path

import click

from bochiso.cli.commands.check import print_verdict
from bochiso.cli.commands.collect import summary
from bochiso.cli.commands.explain import print_explanation
from bochiso.cli.commands.rank import print_ranking
from bochiso.cli.commands.report import notes
from bochiso.cli.options import LANG, lang_option, t
from bochiso.cli.output import console, tell, working
from bochiso.cli.usage import Command
from bochiso.errors import SourceError
from bochiso.intake.portal.client import Portal, pace_for
from bochiso.office.backend import Backend
from bochiso.office.collection import collect
from bochiso.office.document_files import DocumentPlan, draft_document, make_document
from bochiso.office.figures import import_figures
from bochiso.periods import parse_day, parse_period
from bochiso.report.build import write_files
from bochiso.report.context import DocumentKind
from bochiso.report.office_settings import default_settings
from bochiso.report.report_data import ReportRequest, dossiers_if_any
from bochiso.rules.loader import rules_text
from bochiso.simulate.portal import StandIn
from bochiso.simulate.portal_figures import simulate_portal
from bochiso.store.collection.collector import CollectionTarget
from bochiso.store.collection.run_summary import findings
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import Store, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.permissions import ROLE_NAMES
from bochiso.store.snapshots.queries import checked, explained, rankings
from bochiso.text import VIETNAM, now, say
from bochiso.units.model import Level

EXAMPLES = files("bochiso") / "examples"
"""Published figures, part of what is installed."""

PROVINCE = "H15"
"""Đắk Lắk, of which every published count comes along."""


@dataclass(frozen=True)
class ExampleTable:
    """One real table that comes along."""

    kind: str
    file: str
    as_of: str


TABLES = (
    ExampleTable("points", "provinces-2026-09-17.csv", "2026-09-17"),
    ExampleTable("measures", "payment-2026.csv", "2026-09-26"),
    ExampleTable("points", "units-H21-2026-10-02.csv", "2026-10-02"),
    ExampleTable("points", "provinces-2026-10-06.csv", "2026-10-06"),
    ExampleTable("points", "units-H21-2026-10-07.csv", "2026-10-07"),
    ExampleTable("points", "provinces-2026-10-08.csv", "2026-10-08"),
    ExampleTable("measures", "metrics-2026.csv", "2026-10-10"),
    ExampleTable("points", "daklak-points-2026-10-10.csv", "2026-10-10"),
    ExampleTable("measures", "daklak-measures-2026-10-10.csv", "2026-10-10"),
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
@click.option(
    "--web",
    is_flag=True,
    help=t(
        "Chuẩn bị một tỉnh mô phỏng để xem trên trình duyệt bằng `bochiso serve`, thay cho việc in kết quả.",
        "Make a simulated province ready for the browser (`bochiso serve`) instead of printing results.",
    ),
)
@lang_option
def command(output: Path, web: bool) -> None:
    """Show the whole way."""
    if web:
        _prepare_web(DataFolder(output / "web"))
        return
    folder = DataFolder(output / "data")
    with working(t("Đang nạp số liệu mẫu", "Bringing the examples in")):
        bring_examples_in(folder)
    with open_store(folder) as store:
        _show(store)
        _write_report(store, folder, output)
    _collect(DataFolder(output / "portal"))
    program, data = Path(sys.argv[0]).absolute(), folder.root
    here = Path.cwd()
    program = program.relative_to(here) if program.is_relative_to(here) else Path(program.name)
    program = Path("bochiso") if program.name == "__main__.py" else program
    console().print(
        t(
            f"\nSố liệu thật nằm ở {data}. Xem tiếp: {program} explain H15.157 --data {data}",
            f"\nThe real figures are in {data}. Next: {program} explain H15.157 --data {data}",
        ),
        soft_wrap=True,
        markup=False,
    )


def _write_report(store: Store, folder: DataFolder, output: Path) -> None:
    """The weekly report of a province that comes along with two days, and its workbook."""
    asked = ReportRequest("H21", "2026-10-07", None, "2026-10-02")
    plan = DocumentPlan(DocumentKind.WEEK, asked, default_settings("H21"), None, now())
    with dossiers_if_any(folder) as db:
        draft = draft_document(plan, store, db)
    made = make_document(Backend(folder), by_command_line(plan.moment), draft)
    out = console()
    out.print(t("\nBáo cáo tuần và bảng tính kèm theo:", "\nThe weekly report and its workbook:"))
    for path in write_files(output, made.files):
        out.print(f"  {path}", markup=False, soft_wrap=True)
    for note in notes(made):
        out.print(note.render(LANG), markup=False, soft_wrap=True)


def _prepare_web(folder: DataFolder) -> None:
    """Once; the accounts' passwords are new and shown this once."""
    from bochiso.cli.web_demo import prepare

    if folder.root.exists():
        tell(say("Tỉnh mô phỏng đã có ở {folder}.", "The simulated province is in {folder} already.",
                 folder=str(folder.root)))  # fmt: skip
        return
    with working(t("Đang tạo tỉnh mô phỏng", "Making a simulated province")):
        trials = prepare(folder)
    tell(say("Tài khoản để thử (mật khẩu chỉ hiện một lần):", "Accounts to try (passwords are shown once):"))
    for each in trials:
        tell(f"  {each.name:<9} {each.password}   {ROLE_NAMES[each.role].render(LANG)}")


def bring_examples_in(folder: DataFolder) -> None:
    """Import every example table as a clerk would."""
    text = rules_text("qd766")
    for table in TABLES:
        day = parse_day(table.as_of)
        by = by_command_line(now())
        files = [(table.file, (EXAMPLES / table.file).read_bytes())]
        period = parse_period(str(day.year))
        import_figures(Backend(folder), by, NewReading(table.kind, files, day, period, text, by.at))


def _collect(folder: DataFolder) -> None:
    """Collect a simulated province on two days from a stand-in portal on this machine."""
    out = console()
    out.print(
        t(
            "\nThu thập thử hai ngày từ một Cổng mô phỏng trên máy này (số liệu mô phỏng, không cần mạng):",
            "\nCollecting two days from a stand-in portal on this machine (simulated figures, no network):",
        )
    )
    first = datetime(2026, 10, 7, 6, tzinfo=VIETNAM)
    target = CollectionTarget(PROVINCE, parse_period(str(first.year)), rules_text("qd766"))
    with StandIn(simulate_portal(PROVINCE, 766, first.date())) as stand_in:
        for moment in (first, first + timedelta(days=1)):
            stand_in.day = moment.astimezone(VIETNAM).date()
            with Portal(stand_in.url, pace=pace_for(stand_in.url)) as portal:
                outcome = collect(
                    Backend(folder),
                    by_command_line(now()),
                    portal,
                    target,
                    clock=lambda moment=moment: moment,  # type: ignore[misc]
                )
            if outcome.seq is None:
                raise SourceError(say("không thu thập được số liệu nào.", "nothing could be collected."))
            with open_store(folder) as store:
                for line in summary(outcome, findings(store, outcome.seq)):
                    out.print(line.render(LANG), markup=False)


def _show(store: Store) -> None:
    out = console()
    for level, as_of, against, within in (
        (Level.DEPARTMENT, "2026-10-10", None, PROVINCE),
        (Level.COMMUNE, "2026-10-10", None, PROVINCE),
        (Level.PROVINCE, "2026-10-08", "2026-09-17", None),
    ):
        for one in rankings(
            store, level=level, as_of=as_of, period=None, against=against, rules=None, within=within
        ):
            print_ranking(out, one)
    for unit, as_of, against in ((PROVINCE, "2026-10-10", None), ("H21.212", "2026-10-07", "2026-10-02")):
        print_explanation(out, explained(store, unit, as_of=as_of, period=None, against=against, rules=None))
    out.print()
    for found, verdict in checked(store, as_of=None, period=None, rules=None):
        print_verdict(out, found, verdict)
