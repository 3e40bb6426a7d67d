"""The workbook: every figure of a report as a number that can be sorted, filtered and recomputed.

Every total, group, grade and rank stands beside an Excel formula that recomputes it from the same file,
written with its value so that viewers that don't calculate show it, too.
"""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import BinaryIO

from msgspec import Struct, field
from xlsxwriter import Workbook

from bochiso.errors import StoreError, Where
from bochiso.report.dossier_figures import LateDecision
from bochiso.report.provenance import Provenance
from bochiso.report.xlsx.comparison_sheets import (
    COMPARISON,
    LATE,
    LATE_COLUMNS,
    LIST_COLUMNS,
    OVERDUE,
    OVERDUE_COLUMNS,
    OVERDUE_LIST,
    Dossier,
    comparison_columns,
    write_comparison,
    write_late,
    write_overdue,
    write_overdue_list,
)
from bochiso.report.xlsx.indicator_sheet import COLUMNS, SHEET, indicator_cells, write_indicators
from bochiso.report.xlsx.level_sheets import IndicatorCells, plan_level, write_level
from bochiso.report.xlsx.overview_sheet import SHEET as OVERVIEW
from bochiso.report.xlsx.overview_sheet import Overview
from bochiso.report.xlsx.rules_sheet import SHEET as RULES
from bochiso.report.xlsx.rules_sheet import RulesSheet
from bochiso.report.xlsx.sheets import (
    FIRST_ROW,
    SheetColumn,
    SheetPage,
    Styles,
    Table,
    column_range,
    sheet_name,
)
from bochiso.report.xlsx.target_sheet import TARGET_COLUMNS, TARGETS, write_targets
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Change, LevelComparison
from bochiso.score.ranking import LevelStandings, Standing, Standings
from bochiso.store.snapshots.target_standings import TargetTable
from bochiso.text import Lang, Text, now, say
from bochiso.units.model import Level


class WorkbookContents(Struct, frozen=True):
    """What a workbook is written from.

    title: of the figures, with their day. sources: where they come from and as of when. remarks:
    what a reader must know first. comparisons: by level, where there is something to compare with.
    province: the standing of the province that it is about, with its change; national: the provinces
    that its rank and the national mean are of. overdue: open dossiers past their day, as
    `store.open_list.open_list` has them. office: whose workbook it is. made_at: when, for
    the file's properties; now where none is given. targets: how units stand to them.
    late: procedures that were published or entered late.
    """

    rules: RuleSet
    standings: Standings
    title: Text
    sources: Sequence[Text] = ()
    remarks: Sequence[Text] = ()
    comparisons: Mapping[Level, LevelComparison] = field(default_factory=dict)
    province: Standing | None = None
    province_change: Change | None = None
    national: LevelStandings | None = None
    overdue: Sequence[Dossier] = ()
    office: str = ""
    provenance: Provenance | None = None
    made_at: datetime | None = None
    targets: Sequence[TargetTable] = ()
    late: Sequence[LateDecision] = ()


def write_workbook(target: Path | BinaryIO, book: WorkbookContents, lang: Lang = Lang.VI) -> None:
    """Write the workbook to a file, or into one that is open for bytes.

    The same figures and moment give the same bytes; a file is replaced whole or not at all. Raises StoreError
    where it can't be written.
    """
    if not isinstance(target, Path):
        _write(target, book, lang)
        return
    part = target.with_name(target.name + ".part")
    try:
        with part.open("wb") as file:
            _write(file, book, lang)
        part.replace(target)
    except OSError as error:
        raise StoreError(
            say("không ghi được tệp: {why}.", "the file can't be written: {why}.", why=error.strerror or ""),
            where=Where(str(target)),
            do=say(
                "Nếu tệp đang mở trong Excel thì đóng lại rồi thử lại.",
                "If it is open in Excel, close it and try again.",
            ),
        ) from error
    finally:
        part.unlink(missing_ok=True)


def _write(file: BinaryIO, book: WorkbookContents, lang: Lang) -> None:
    # Rows go to disk as they are written: memory doesn't grow with the country.
    with TemporaryDirectory() as folder:
        options = {"constant_memory": True, "tmpdir": folder}
        with Workbook(file, options) as out:
            _Writer(out, book, lang).write()


class _Writer:
    """Plans all sheets first, as formulas name cells of each other, then writes them in order."""

    def __init__(self, out: Workbook, book: WorkbookContents, lang: Lang) -> None:
        self._out, self._book, self._lang = out, book, lang
        self._styles = Styles(out, book.rules, lang)
        short = book.provenance.units.short if book.provenance else ""
        mark = say("bochiso – mã số liệu {short}", "bochiso – figures {short}", short=short)
        title = _sentence_case(book.title.render(lang))
        self._page = SheetPage(title, book.office, mark.render(lang) if short else "bochiso")
        levels = book.standings.levels
        self._plans = [
            plan_level(standings, book.comparisons.get(level), book.rules, lang)
            for level, standings in levels.items()
        ]
        self._scores = [row.score for row in book.standings.rows]
        self._indicators = sum(len(score.indicators) for score in self._scores)

    def write(self) -> None:
        """All sheets, and the properties of the file."""
        self._properties()
        overview = self._add(OVERVIEW)
        for plan in self._plans:
            self._out.add_worksheet(plan.name)
        self._write_overview(overview)
        cells = self._indicator_cells()
        for plan in self._plans:
            table = self._table(plan.name, plan.columns, Text(plan.name, plan.name))
            write_level(table, plan, self._book.rules, cells)
        comparisons = list(self._book.comparisons.values())
        if comparisons:
            columns = comparison_columns(comparisons, self._book.rules)
            write_comparison(self._table(self._add(COMPARISON), columns, COMPARISON), comparisons)
        if self._indicators:
            table = self._table(self._add(SHEET), COLUMNS, SHEET)
            write_indicators(table, self._scores, self._book.rules)
        if self._book.overdue:
            self._write_overdue()
        if self._book.late:
            write_late(self._table(self._add(LATE), LATE_COLUMNS, LATE), self._book.late)
        if self._book.targets:
            write_targets(self._table(self._add(TARGETS), TARGET_COLUMNS, TARGETS), self._book.targets)
        self._write_rules()

    def _properties(self) -> None:
        provenance = self._book.provenance
        self._out.set_properties(
            {
                "title": self._page.title,
                "author": self._book.office,
                "company": self._book.office,
                "created": (self._book.made_at or now()).astimezone(UTC).replace(tzinfo=None),
                "keywords": provenance.keywords() if provenance else "",
            }
        )
        for name, value in (provenance.properties() if provenance else {}).items():
            self._out.set_custom_property(name, value, "text")

    def _write_overview(self, name: str) -> None:
        book = self._book
        overview = Overview(self._out, name, self._styles, self._page)
        overview.remarks(book.remarks)
        if book.province:
            overview.unit(book.province, book.province_change, book.national, book.rules)
        overview.grades(self._plans, book.rules)
        if book.comparisons:
            rows = sum(len(one.changes) for one in book.comparisons.values())
            columns = [column.key for column in comparison_columns(book.comparisons.values(), book.rules)]
            where = columns.index("level"), columns.index("change")
            overview.comparison(self._plans, sheet_name(COMPARISON.render(self._lang)), where, rows)
        overview.checks(self._plans, self._checked())
        overview.finish()

    def _checked(self) -> tuple[str, int] | None:
        """The column of verdicts on indicators, and how many there are."""
        checked = sum(each.points is not None for score in self._scores for each in score.indicators)
        if not checked:
            return None
        name, last = sheet_name(SHEET.render(self._lang)), FIRST_ROW + self._indicators - 1
        return column_range(name, len(COLUMNS) - 1, FIRST_ROW, last), checked

    def _indicator_cells(self) -> IndicatorCells | None:
        if not self._indicators:
            return None
        return indicator_cells(sheet_name(SHEET.render(self._lang)), self._indicators)

    def _write_overdue(self) -> None:
        book = self._book
        names = {score.unit.code: score.unit.name for score in self._scores}
        by_unit, listed = self._add(OVERDUE), self._add(OVERDUE_LIST)
        table = self._table(by_unit, OVERDUE_COLUMNS, OVERDUE)
        write_overdue(table, listed, book.overdue, names)
        table = self._table(listed, LIST_COLUMNS, OVERDUE_LIST)
        write_overdue_list(table, book.overdue, names)

    def _write_rules(self) -> None:
        name = self._add(RULES)
        sheet = RulesSheet(self._out.get_worksheet_by_name(name), self._styles, self._page)
        sheet.sources(self._book.sources, self._book.provenance, self._book.rules)
        sheet.grades(self._out, name, self._book.rules)
        sheet.groups(self._book.rules)
        sheet.indicators(self._book.rules)

    def _add(self, title: Text) -> str:
        name = sheet_name(title.render(self._lang))
        self._out.add_worksheet(name)
        return name

    def _table(self, name: str, columns: Sequence[SheetColumn], heading: Text) -> Table:
        return Table(self._out.get_worksheet_by_name(name), self._styles, columns, self._page, heading)


def _sentence_case(words: str) -> str:
    return words[:1].upper() + words[1:]
