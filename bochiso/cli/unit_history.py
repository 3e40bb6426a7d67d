"""`bochiso units predecessors` and `history`: which units became which, and figures over the years."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import click

from bochiso.cli.options import LANG, data_option, format_options, lang_option, t
from bochiso.cli.output import chosen_form, console, tell, write_csv, write_json
from bochiso.cli.terminal_tables import add_numbers, counted, new_table, words
from bochiso.cli.usage import Command
from bochiso.errors import ComputeError
from bochiso.office.backend import Backend
from bochiso.office.figures import keep_predecessors
from bochiso.office.followup.heir_deeds import choose_heir
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.rules.verdict import day_of
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.figures.kept_predecessors import predecessors_of
from bochiso.store.figures.name_questions import units_of
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.audit import by_command_line
from bochiso.store.snapshots.history import HistoryLine, SnapshotHistory, history_row, like_for_like
from bochiso.text import day as show_day
from bochiso.text import now, percent, say
from bochiso.units.codes import natural_key, normalise_code
from bochiso.units.predecessors import builtin_predecessors


@click.command(
    "predecessors",
    cls=Command,
    help=t(
        "In bảng đơn vị trước và sau khi sắp xếp (63 tỉnh, thành phố thành 34 đã có sẵn). Có TỆP (Excel, "
        "CSV: mã cũ, mã mới, ngày cuối, tỷ lệ, căn cứ) thì kiểm tra và dùng tệp ấy cho cấp xã, cấp huyện, "
        "sở, ngành.",
        "Print which units became which (63 provinces 34 comes along). With FILE (Excel, CSV: old, new, "
        "last, share, source) check it and use it for communes, districts and departments.",
    ),
)
@click.argument("file", metavar=t("[TỆP]", "[FILE]"), required=False, type=click.Path(path_type=Path))
@format_options
@data_option
@lang_option
def predecessors(file: Path | None, form: str, excel: bool, data: Path) -> None:
    """Print the table, or keep an office's own."""
    form, folder = chosen_form(form, excel=excel), DataFolder(data)
    if file is not None:
        found = keep_predecessors(Backend(folder), by_command_line(now()), file)
        builtin = set(builtin_predecessors())
        mine = [each for each in found.lines if each not in builtin]
        tell(
            say(
                "{file}: đã nạp {n} dòng, {old} đơn vị cũ thành {new} đơn vị mới; việc sáp nhập cấp tỉnh đã "
                "có sẵn.",
                "{file}: {n} {n:line|lines} kept, {old} {old:unit|units} became {new}; the mergers of "
                "provinces come along.",
                file=file.name,
                n=len(mine),
                old=len({each.old for each in mine}),
                new=len({each.new for each in mine}),
            )
        )
        known = {each.code for each in units_of(folder, None)}
        strange = sorted({each.new for each in mine} - known, key=natural_key)
        if strange:
            tell(
                say(
                    "Mã mới chưa có trong danh sách đơn vị và số liệu đang có, xem lại có gõ nhầm không: "
                    "{list}.",
                    "New codes that neither the list of units nor any figures have; see whether they are "
                    "mistyped: {list}.",
                    list=", ".join([*strange[:20], "…"][: len(strange)]),
                )
            )
        return
    lines = sorted(predecessors_of(folder).lines, key=lambda each: (natural_key(each.new), each.old))
    rows = [
        {
            "old": each.old,
            "new": each.new,
            "last": each.last.isoformat(),
            "share": float(each.share),
            "source": each.source,
        }
        for each in lines
    ]
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        table = new_table()
        heads = (t("Mã mới", "New"), t("Mã cũ", "Old"), t("Ngày cuối", "Last day"), t("Tỷ lệ", "Share"))
        for head in (*heads, t("Căn cứ", "Source")):
            table.add_column(head)
        for each in lines:
            cells = (each.new, each.old, show_day(each.last, LANG), percent(Fraction(each.share), LANG))
            table.add_row(*cells, words(each.source))
        console().print(table)


@click.command(
    "history",
    cls=Command,
    help=t(
        "Số liệu một đơn vị qua các năm trên phạm vi hiện nay: trước khi sắp xếp là tử số, mẫu số các đơn vị "
        "cũ cộng lại; điểm chỉ có trong một giai đoạn thang điểm. Mỗi kỳ lấy số liệu mới nhất của kỳ ấy.",
        "A unit's figures over the years on its ground of today: before it was merged, the numerators and "
        "denominators of its predecessors added up; points only within one era of the scale. Of each period "
        "its newest figures.",
    ),
)
@click.argument("unit", metavar=t("MÃ", "CODE"))
@click.option(
    "--indicator",
    metavar=t("CHỈ_SỐ", "INDICATOR"),
    help=t("Chỉ chỉ số này: số (3.3) hoặc mã.", "This indicator alone: its number (3.3) or code."),
)
@format_options
@data_option
@lang_option
def history(unit: str, indicator: str | None, form: str, excel: bool, data: Path) -> None:
    """A unit's figures over the years. Raises ComputeError where no figures have it."""
    form, folder, rules = chosen_form(form, excel=excel), DataFolder(data), load_rules("qd766")
    code = normalise_code(unit)
    with open_store(folder) as store:
        found = like_for_like(store, code, predecessors_of(folder), rules)
    chosen = {each.code for each in rules.indicators if indicator in (None, each.code, each.number)}
    lines = [(one, line) for one in found for line in one.lines if line.indicator in chosen]
    if not lines:
        raise ComputeError(
            say("chưa có số liệu của {unit} qua các năm.", "there are no figures of {unit}.", unit=code),
            do=say("Xem mã bằng `bochiso units list`.", "See the codes with `bochiso units list`."),
        )
    rows = [history_row(one, line, rules) for one, line in lines]
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        _print(lines, rules)


def _print(lines: Sequence[tuple[SnapshotHistory, HistoryLine]], rules: RuleSet) -> None:
    table = new_table()
    for head in (t("Kỳ", "Period"), t("Ngày", "Day"), t("Chỉ số", "Indicator")):
        table.add_column(head)
    add_numbers(table, t("Tử số", "Numerator"), t("Mẫu số", "Denominator"), t("Tỷ lệ", "Rate"))
    table.add_column(t("Của đơn vị", "Of"))
    for one, line in lines:
        table.add_row(
            one.snapshot.period.code,
            show_day(one.snapshot.as_of, LANG),
            rules.indicator[line.indicator].number,
            counted(line.numerator),
            counted(line.denominator),
            percent(line.rate, LANG),
            words(_of(line)),
        )
    console().print(table)
    marked = {
        mark for _, line in lines for mark in (line.summed, line.split and line.summed and "split") if mark
    }
    if True in marked:
        tell(
            say(
                "+: số liệu các đơn vị trước khi sắp xếp cộng lại, để so trên cùng phạm vi; không có điểm.",
                "+: figures of the units of before, added up to compare the same ground; without points.",
            )
        )
    if "split" in marked:
        tell(
            say(
                "≈: có đơn vị cũ được chia theo tỷ lệ ghi trong bảng, số là ước tính.",
                "≈: an old unit was split by the share in the table, so the figure is an estimate.",
            )
        )


def _of(line: HistoryLine) -> str:
    mark = "≈ " if line.split else ""
    if line.unlisted:
        return t(
            f"chưa cộng: bảng sắp xếp không có dòng {line.unlisted} giữ mã",
            f"not added up: the table has no line of {line.unlisted} keeping its code",
        )
    if line.missing:
        return t(f"thiếu {', '.join(line.missing)}", f"lacks {', '.join(line.missing)}")
    return mark + " + ".join(line.parts)


@click.command(
    "heir",
    cls=Command,
    help=t(
        "Chọn đơn vị làm tiếp việc đang chờ (giải trình, nhiệm vụ, kiến nghị) của một đơn vị đã chia tách.",
        "Choose who does what waits (explanations, tasks, objections) for a unit that was split.",
    ),
)
@click.argument("unit", metavar=t("MÃ_CŨ", "OLD"))
@click.argument("heir", metavar=t("MÃ_ĐƠN_VỊ_THAY", "HEIR"))
@data_option
@lang_option
def heir(unit: str, heir: str, data: Path) -> None:
    """Choose an heir."""
    folder, by = DataFolder(data), by_command_line(now())
    old, new, today = normalise_code(unit), normalise_code(heir), day_of(by.at)
    with open_dossiers(folder) as db:
        listed = unit_tree(db, today).units
    choose_heir(Backend(folder), by, old, new, listed, today)
    tell(say("{heir} làm tiếp việc đang chờ của {unit}.", "{heir} does what waits for {unit}.", heir=new,
             unit=old))  # fmt: skip
