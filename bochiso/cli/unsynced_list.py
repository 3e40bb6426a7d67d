"""`bochiso dossiers unsynced` and `messages`: what the portal has not as we have it; who has gone silent."""

from pathlib import Path
from typing import Any

import click
from msgspec import to_builtins
from rich.table import Table

from bochiso.cli.options import LANG, PeriodType, data_option, format_options, lang_option, rules_option, t
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.terminal_tables import add_numbers, counted, new_table, words
from bochiso.cli.told_dossiers import told_dossiers
from bochiso.cli.usage import Command
from bochiso.office.backend import Backend
from bochiso.office.dossiers import DossierExport, record_export
from bochiso.periods import Period, end_of_day, parse_day, parse_period
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.store.dossiers.last_messages import LastMessage, last_messages
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.audit import by_command_line
from bochiso.store.snapshots.snapshot_selection import which_unit
from bochiso.store.worklists.sync_differences import DossierDifference, sync_differences
from bochiso.store.worklists.sync_rows import KINDS, difference_row, field_words, numbers_of, price, totals
from bochiso.text import VIETNAM, day, now, number, say
from bochiso.units.codes import find_unit
from bochiso.units.model import Unit
from bochiso.units.tops import province_of

_UNIT = click.option(
    "--unit",
    metavar=t("ĐƠN_VỊ", "UNIT"),
    help=t("Chỉ đơn vị này (mã hoặc tên) và các đơn vị bên dưới.", "This unit and those below it only."),
)


@click.command(
    "unsynced",
    cls=Command,
    help=t(
        "Hồ sơ chưa đồng bộ đúng với danh sách của Cổng: thiếu trên Cổng, thiếu tại tỉnh, khác nội dung gì; "
        "mỗi hồ sơ ảnh hưởng chỉ số nào, làm đơn vị mất bao nhiêu điểm, bên nào phải gửi lại.",
        "Dossiers that the portal's list has not as we have them: missing there, missing here, differing in "
        "what; the indicators that each changes, the points that it costs, who is to send it again.",
    ),
)
@click.option(
    "--period",
    type=PeriodType(),
    metavar=t("KỲ", "PERIOD"),
    help=t("Kỳ tiếp nhận hồ sơ; mặc định là cả năm.", "When dossiers were received; the year by default."),
)
@click.option(
    "--as-of",
    metavar=t("NGÀY", "DAY"),
    help=t(
        "Theo danh sách mới nhất đến ngày này; mặc định là hôm nay.",
        "By the latest list up to this day; today by default.",
    ),
)
@_UNIT
@rules_option("qd766")
@format_options
@data_option
@lang_option
def unsynced(
    period: Period | None,
    as_of: str | None,
    unit: str | None,
    rules: str,
    form: str,
    excel: bool,
    data: Path,
) -> None:
    """List the differences with the portal's list."""
    form, chosen = chosen_form(form, excel=excel), load_rules(rules)
    on = parse_day(as_of) if as_of else now().astimezone(VIETNAM).date()
    moment, span = end_of_day(on, now()), period or parse_period(str(on.year))
    folder = DataFolder(data)
    comparing = working(t("Đang đối chiếu với danh sách của Cổng", "Comparing with the portal's list"))
    with comparing, told_dossiers(folder) as db:
        tree = unit_tree(db, on)
        own = _found(unit, list(tree.units.values())) if unit else None
        above = {each.code: each.parent for each in tree.units.values()}
        province = province_of(own.code, above) if own else None
        found = sync_differences(db, tree, province, span, moment, chosen, calendar_of(db))
    if own is not None:
        found = [each.of(own.code, tree) for each in found]
    rows = [row for each in found for row in each.rows]
    if form == "table":
        console().print(_table(rows, chosen))
    else:
        wanted = DossierExport(
            "unsynced", own.code if own else None, "index", form, as_of=on.isoformat(), period=span.code
        )
        record_export(Backend(folder), by_command_line(now()), wanted, len(rows))
        _write([difference_row(row, chosen, LANG) for row in rows], form, excel)
    days = ", ".join(f"{each.source.province} {day(each.source.day, LANG)}" for each in found)
    tell(
        say(
            "Theo danh sách của Cổng ({days}), kỳ {vi}: {totals}",
            "By the portal's list ({days}), {en}: {totals}",
            days=days,
            vi=span.show(LANG),
            en=span.show(LANG),
            totals=totals(found),
        )
    )
    if uncounted := sum(each.uncounted for each in found):
        tell(
            say(
                "Ngoài ra có {n} hồ sơ khác nhau nhưng chưa tính vào chỉ số nào (chưa tiếp nhận, hoặc chưa "
                "rõ đơn vị).",
                "Besides, {n} {n:dossier differs|dossiers differ} and {n:counts|count} in no indicator (not "
                "yet received, or of no known unit).",
                n=uncounted,
            )
        )


def _found(words_for: str, units: list[Unit]) -> Unit:
    found = find_unit(words_for, units)
    if len(found) != 1:
        raise which_unit(words_for, found, say("các hồ sơ đã nhận", "the dossiers received"))
    return found[0]


def _write(rows: list[dict[str, Any]], form: str, excel: bool) -> None:
    if form == "json":
        write_json(rows)
    else:
        write_csv(rows, excel=excel)


def _table(rows: list[DossierDifference], rules: RuleSet) -> Table:
    table = new_table()
    table.add_column(t("Hồ sơ", "Dossier"), overflow="fold")
    table.add_column(t("Đơn vị", "Unit"))
    table.add_column(t("Tại tỉnh → trên Cổng", "Here → on the portal"), overflow="fold")
    table.add_column(t("Chỉ số", "Indicators"), overflow="fold")
    add_numbers(table, t("Mất điểm", "Lost"))
    table.add_column(t("Gửi lại", "Send again"))
    for row in rows:
        what = "; ".join(field_words(each, LANG) for each in row.fields) or KINDS[row.kind].render(LANG)
        table.add_row(
            words(row.dossier), row.unit or "–", words(what), numbers_of(row, rules),
            number(price(row.lost), LANG), row.sender or "–",
        )  # fmt: skip
    return table


@click.command(
    "messages",
    cls=Command,
    help=t(
        "Bản tin gần nhất của từng bên gửi, từng đơn vị đã bao lâu; bên im lặng lâu nhất đứng trước.",
        "How old the last message of each sender and unit is; the longest silent first.",
    ),
)
@_UNIT
@format_options
@data_option
@lang_option
def messages(unit: str | None, form: str, excel: bool, data: Path) -> None:
    """List how old the last messages are."""
    form = chosen_form(form, excel=excel)
    with told_dossiers(DataFolder(data)) as db:
        own = _found(unit, list(unit_tree(db).units.values())).code if unit else None
        found = last_messages(db, now(), own)
    if form == "table":
        console().print(_messages_table(found))
    else:
        _write([to_builtins(each, builtin_types=()) for each in found], form, excel)
    silent = sum(each.last_at is None for each in found)
    tell(
        say(
            "{n} bên gửi, đơn vị; {silent} đơn vị chưa từng có bản tin.",
            "{n} {n:sender or unit|senders and units}; {silent} {silent:unit|units} without any message.",
            n=len(found) - silent,
            silent=silent,
        )
    )


def _messages_table(found: list[LastMessage]) -> Table:
    table = new_table()
    table.add_column(t("Bên gửi", "Sender"))
    table.add_column(t("Đơn vị", "Unit"), overflow="fold", min_width=20)
    table.add_column(t("Bản tin gần nhất", "Last message"))
    add_numbers(
        table,
        t("Số ngày", "Days"),
        t("Hồ sơ", "Dossiers"),
        t("Bước xử lý", "Steps"),
        t("Từ tệp", "From files"),
    )
    for each in found:
        last = (
            t("chưa có", "none")
            if each.last_at is None
            else f"{day(each.last_at.date(), LANG)} {each.last_at:%H:%M}"
        )
        name = f"{each.name} ({each.unit})" if each.name else each.unit or "–"
        table.add_row(
            each.sender or "–", words(name), last, counted(each.age_days),
            counted(each.dossiers), counted(each.steps), counted(each.file),
        )  # fmt: skip
    return table
