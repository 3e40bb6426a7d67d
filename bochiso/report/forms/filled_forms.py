"""Forms filled from the facts: which unit's, of which period, and what is to be known of their figures."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

import duckdb

from bochiso.errors import ComputeError
from bochiso.measure.forms.filling import FilledRow, FilledTable, filled, summed, totalled
from bochiso.measure.indicators import Row
from bochiso.periods import Period, require_begun
from bochiso.report.forms.form_layout import FilledForm
from bochiso.report.forms.form_remarks import of_counts, of_period, of_sent
from bochiso.report.forms.gathered_forms import merged_rows
from bochiso.rules.periodic_forms import FormTable, ReportForm, report_forms
from bochiso.store.decisions.forms_received import ReceivedForm
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.worklists import form_counts
from bochiso.text import VIETNAM, Text, say
from bochiso.units.codes import normalise_code
from bochiso.units.model import Level, Unit
from bochiso.units.names import short_name
from bochiso.units.provinces import Province, province
from bochiso.units.tree import UnitTree

OF_PROVINCE = frozenset({"07b", "06b", "03b", "08c"})
"""Forms that a province alone sends."""

_CENTRAL = (True, False)
"""Whether decisions of the tables of 03b stand behind a ministry's."""


@dataclass(frozen=True)
class FormRequest:
    """Which form is wanted. `unit`: None for the only province; `each`: one for every unit below it, too.

    `sent`: forms of the period that stand in the place of our own count of their units.
    """

    code: str
    period: Period
    unit: str | None = None
    each: bool = False
    sent: tuple[ReceivedForm, ...] = ()

    @property
    def form(self) -> ReportForm:
        """The form itself."""
        return report_forms().forms[self.code]


@dataclass(frozen=True)
class Filling:
    """What forms are filled from."""

    db: duckdb.DuckDBPyConnection
    asked: FormRequest
    moment: datetime
    tree: UnitTree

    @classmethod
    def begun(cls, db: duckdb.DuckDBPyConnection, asked: FormRequest, moment: datetime) -> "Filling":
        """All that is needed to fill a form. Raises ComputeError for a period that hasn't begun."""
        require_begun(asked.period, moment.astimezone(VIETNAM).date())
        return cls(
            db, asked, moment, unit_tree(db, min(asked.period.last, moment.astimezone(VIETNAM).date()))
        )

    def within(self, unit: Unit) -> list[str]:
        """The codes of a unit and of all below it."""
        return self.tree.within(unit.code)

    def home(self, unit: Unit) -> Province | None:
        """The province that a unit is in, under its name of that time."""
        found = (province(code, self.asked.period.last) for code in (unit.code, *self.tree.above(unit.code)))
        return next((each for each in found if each is not None), None)

    def communes(self) -> set[str]:
        """The codes of communes and of all below them."""
        units = self.tree.units
        return {
            code
            for code in units
            if any(
                units[each].level is Level.COMMUNE for each in (code, *self.tree.above(code)) if each in units
            )
        }


def fill_forms(db: duckdb.DuckDBPyConnection, asked: FormRequest, moment: datetime) -> list[FilledForm]:
    """The forms asked for, as things stood at the period's end, or stand now while it runs.

    Raises ComputeError where the unit or what the form counts is not known.
    """
    filling = Filling.begun(db, asked, moment)
    top = unit_asked(filling)
    fill = _FILLERS[asked.code[:2] if asked.code in report_forms().sets[0].forms else "07"]
    units = [top]
    if asked.each:
        units += [filling.tree.units[code] for code in filling.within(top) if code != top.code]
    rows, known = fill(filling, top)
    return [_form(filling, unit, rows, known) for unit in units]


Rows = dict[str, list[Row]]
"""Counts by what a form's tables are made from."""


def _form(filling: Filling, unit: Unit, rows: Rows, known: Sequence[Text]) -> FilledForm:
    asked, codes = filling.asked, set(filling.within(unit))
    own = {name: [row for row in each if row.get("unit", unit.code) in codes] for name, each in rows.items()}
    tables = tuple(_table(filling, at, table, own) for at, table in enumerate(asked.form.tables))
    home = filling.home(unit)
    aside = (*of_period(asked.code, asked.period, filling.moment), *known, *of_counts(own.get("fields", ())))
    of_province = f"UBND {home.kind} {home.name}" if home else ""
    whole = unit.level is Level.PROVINCE
    return FilledForm(
        asked.code, asked.form, of_province if whole and home else short_name(unit.name),
        "" if whole else of_province, unit.code, home.name if home else "", asked.period, tables, aside,
    )  # fmt: skip


def _table(filling: Filling, at: int, table: FormTable, rows: Rows) -> FilledTable:
    if "fields" in rows:
        return filled(table, rows["fields"], filling.communes())
    if "decisions" in rows:
        made = list(_departments(table, [row for row in rows["decisions"] if row["central"] is _CENTRAL[at]]))
        return FilledTable(table, tuple(made), totalled(table, made))
    values: dict[str, int] = summed(rows["standing"]) if at == 0 else {}
    labels = ("",) if at == 0 else ("Cấp tỉnh", "Cấp xã")
    one = [FilledRow(label, table.completed(values), serial=n) for n, label in enumerate(labels, start=1)]
    return FilledTable(table, tuple(one), totalled(table, one))


def _departments(table: FormTable, rows: Sequence[Row]) -> Iterator[FilledRow]:
    ordered = sorted(rows, key=lambda row: (row["department"] is None, row["department"] or ""))
    for n, row in enumerate(ordered, start=1):
        counts = {name: value for name, value in row.items() if isinstance(value, int) and name != "central"}
        yield FilledRow(row["department"] or "Cơ quan chưa xác định", table.completed(counts), serial=n)


def unit_asked(filling: Filling) -> Unit:
    """The unit asked for, else the only province. Raises ComputeError where it isn't clear."""
    units, wanted = filling.tree.units, filling.asked.unit
    provinces = [each for each in units.values() if each.level is Level.PROVINCE]
    if wanted is not None:
        found = units.get(normalise_code(wanted))
        if found is None:
            raise ComputeError(
                say("không có đơn vị “{code}”.", "there is no unit “{code}”.", code=wanted),
                do=say("Xem mã đơn vị bằng `bochiso units`.", "`bochiso units` lists the codes."),
            )
    elif len(provinces) == 1:
        found = provinces[0]
    else:
        raise ComputeError(
            say("chưa rõ biểu của đơn vị nào.", "it isn't clear which unit's form it is."),
            do=say(
                "Chọn đơn vị bằng --unit, như --unit {code}.",
                "Choose one with --unit, as --unit {code}.",
                code=provinces[0].code if provinces else "H15.17",
            ),
        )
    if filling.asked.code in OF_PROVINCE and found.level is not Level.PROVINCE:
        raise ComputeError(
            say(
                "{form} là biểu của UBND cấp tỉnh, {unit} không phải tỉnh.",
                "{form} is a province's form, and {unit} is none.",
                form=filling.asked.form.number,
                unit=short_name(found.name),
            ),
            do=say("Bỏ --unit, hoặc chọn biểu 07a, 06a.", "Leave --unit out, or choose 07a or 06a."),
        )
    return found


def handling_of(filling: Filling, top: Unit) -> tuple[Rows, list[Text]]:
    db, period = filling.db, filling.asked.period
    known = form_counts.known_days(db)
    if known.first is None or known.last is None:
        raise _nothing_of(say("hồ sơ", "dossiers"), "dossiers")
    rows = form_counts.handling_rows(db, filling.within(top), period, filling.moment, calendar_of(db))
    told: list[Text] = []
    if sent := [each for each in filling.asked.sent if each.period == period.code]:
        rows = merged_rows(sent, rows, filling.tree)
        told += of_sent(sent)
    until = min(period.last, filling.moment.astimezone(VIETNAM).date())
    if known.last < until:
        told.append(
            say(
                "Dữ liệu hồ sơ mới có đến ngày {day}, trước ngày chốt số liệu; số liệu của kỳ có thể "
                "chưa đủ.",
                "Dossiers are known until {day}, before the period's end; figures may be incomplete.",
                day=known.last,
            )
        )
    if known.first >= period.first:
        told.append(
            say(
                "Dữ liệu hồ sơ bắt đầu từ ngày {day}; hồ sơ tồn từ trước ngày này chưa có trong số "
                "liệu nên cột Từ "
                "kỳ trước có thể thiếu.",
                "Dossiers are known from {day}; what was open before is not in the figures.",
                day=known.first,
            )
        )
    if known.unmapped and top.level is Level.PROVINCE:
        told.append(
            say(
                "{n} hồ sơ chưa ghép được vào đơn vị nào nên chưa có trong biểu.",
                "{n} {n:dossier is|dossiers are} of no known unit and not in the form.",
                n=known.unmapped,
            )
        )
    return {"fields": rows}, told


def petitions_of(filling: Filling, top: Unit) -> tuple[Rows, list[Text]]:
    if not form_counts.petitions_known(filling.db):
        raise _nothing_of(say("phản ánh, kiến nghị", "petitions"), "petitions")
    db, period = filling.db, filling.asked.period
    rows = form_counts.petition_rows(db, filling.within(top), period, filling.moment, calendar_of(db))
    return {"fields": rows}, []


def _publications(filling: Filling, top: Unit) -> tuple[Rows, list[Text]]:
    db, period = filling.db, filling.asked.period
    if not form_counts.register_known(db):
        raise _nothing_of(say("sổ công bố thủ tục", "register of publications"), "publications")
    rows = form_counts.publication_rows(db, top.code, period, filling.moment)
    standing = sum(
        row["procedures"] for row in form_counts.standing_rows(db, top.code, period, filling.moment)
    )
    told = [
        say(
            "Danh mục thủ tục chưa ghi cơ quan ban hành nên cột tổng số TTHC để trống để đơn vị "
            "điền; toàn tỉnh có "
            "{n} TTHC đang có hiệu lực.",
            "The list of procedures doesn't say who enacted them, so their number is left blank; the "
            "province has {n}.",
            n=standing,
        )
    ]
    return {"decisions": rows}, told


def _one_stop(filling: Filling, top: Unit) -> tuple[Rows, list[Text]]:
    rows = form_counts.standing_rows(filling.db, top.code, filling.asked.period, filling.moment)
    if not rows:
        raise _nothing_of(say("danh mục thủ tục", "list of procedures"), "procedures")
    counts = {"standing_province": 0, "standing_commune": 0}
    unknown = 0
    for row in rows:
        if row["authority"] is None:
            unknown += row["procedures"]
        else:
            counts["standing_commune" if row["authority"] == "commune" else "standing_province"] += row[
                "procedures"
            ]
    told = [
        say(
            "Số liệu để trống không có trong dữ liệu hồ sơ; đơn vị điền trước khi gửi.",
            "What is blank is in no data; the office fills it in.",
        )
    ]
    if unknown:
        told.append(
            say(
                "{n} TTHC chưa ghi cấp giải quyết nên chưa có trong biểu.",
                "{n} {n:procedure names|procedures name} no level and {n:is|are} not in the form.",
                n=unknown,
            )
        )
    return {"standing": [counts]}, told


_FILLERS: Mapping[str, Callable[[Filling, Unit], tuple[Rows, list[Text]]]] = {
    "07": handling_of,
    "06": petitions_of,
    "03": _publications,
    "08": _one_stop,
}


def _nothing_of(what: Text, kind: str) -> ComputeError:
    return ComputeError(
        say("chưa nạp {what} nào nên không lập được biểu.", "no {what} was brought in.", what=what),
        do=say(
            "Nạp bằng `bochiso import {kind} TỆP`.", "Bring it in: `bochiso import {kind} FILE`.", kind=kind
        ),
    )
