"""`bochiso objections`: figures opened to units before a publication, what they object to, decisions."""

from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from bochiso.cli.options import LANG, F, data_option, format_options, lang_option, t
from bochiso.cli.output import chosen_form, console, tell, write_csv, write_json
from bochiso.cli.terminal_tables import counted, new_table, words
from bochiso.cli.usage import Command, CommandGroup
from bochiso.errors import ComputeError
from bochiso.followup.objections import (
    OBJECTION_STATES,
    ClaimEffect,
    FigureClaim,
    Objection,
    ObjectionRemedy,
    effect_of,
)
from bochiso.followup.targets import what_is_meant
from bochiso.office.backend import Backend
from bochiso.office.followup import objection_deeds
from bochiso.periods import parse_day
from bochiso.store.figures.snapshot_store import Snapshot, Store, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.followup.objection_register import Filing, find_preview, objections, previews
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import open_ledger
from bochiso.store.snapshots.snapshot_selection import choose
from bochiso.text import change, now, points, say
from bochiso.text import day as show_day
from bochiso.units.codes import normalise_code
from bochiso.units.names import short_name


@click.group(
    cls=CommandGroup,
    help=t(
        "Trước khi công bố: mở số liệu cho đơn vị xem, nhận kiến nghị, tính ngay hệ quả, trả lời.",
        "Before a publication: figures opened to units, objections, their effect, decisions.",
    ),
)
def command() -> None:
    """Objections."""


def _number(command: F) -> F:
    """The number of a preview."""
    return click.argument("number", metavar=t("SỐ", "NUMBER"), type=int)(command)


@command.command("open", cls=Command, help=t("Mở số liệu của một ngày cho các đơn vị xem.", "Open figures."))
@click.option("--as-of", metavar=t("NGÀY", "DAY"),
              help=t("Số liệu ngày này; mặc định mới nhất.", "Of this day; the newest else."))  # fmt: skip
@click.option("--by", "last", required=True, metavar=t("NGÀY", "DAY"),
              help=t("Kiến nghị đến hết ngày này.", "Objections until the end of this day."))  # fmt: skip
@click.option("--note", default="", metavar=t("GHI_CHÚ", "NOTE"), help=t("Ghi chú.", "For the units."))
@data_option
@lang_option
def open_one(as_of: str | None, last: str, note: str, data: Path) -> None:
    """Open figures."""
    folder, by = DataFolder(data), by_command_line(now())
    with open_store(folder) as store:
        snapshot = choose(store, as_of, None)
        made = objection_deeds.open_preview(Backend(folder), by, store, snapshot, parse_day(last), note)
    tell(
        say("Đã mở xem trước số {n}: số liệu ngày {day}, kiến nghị đến hết ngày {last}.",
            "Preview {n} is open: figures of {day}, objections until {last}.",
            n=made.number, day=made.as_of, last=made.last_day)
    )  # fmt: skip


@command.command(cls=Command, help=t("Đóng một lần mở xem trước.", "Close a preview."))
@_number
@data_option
@lang_option
def close(number: int, data: Path) -> None:
    """Close a preview."""
    objection_deeds.close_preview(Backend(DataFolder(data)), by_command_line(now()), number)
    tell(say("Đã đóng xem trước số {n}.", "Preview {n} is closed.", n=number))


@command.command(
    "list", cls=Command, help=t("Các lần mở xem trước và kiến nghị.", "Previews and objections.")
)
@format_options
@data_option
@lang_option
def list_all(form: str, excel: bool, data: Path) -> None:
    """List previews and objections."""
    form = chosen_form(form, excel=excel)
    with open_ledger(DataFolder(data), look=True) as ledger:
        opened, found = previews(ledger), objections(ledger)
    rows = [_row(each) for each in found]
    if form != "table":
        write_json(rows) if form == "json" else write_csv(rows, excel=excel)
        return
    for each in opened:
        mine = [one for one in found if one.preview == each.number]
        of, last = show_day(each.as_of, LANG), show_day(each.last_day, LANG)
        table = new_table(
            f"{each.number}. "
            + t(f"Số liệu ngày {of}, hạn kiến nghị {last}", f"Figures of {of}, until {last}")
        )
        for head in (t("Số", "No."), t("Đơn vị", "Unit"), t("Chỉ số", "Indicator"), t("Đúng là", "Claim"),
                     t("Tình trạng", "State"), t("Lý do", "Reason")):  # fmt: skip
            table.add_column(head, overflow="fold")
        for one in mine:
            table.add_row(str(one.number), one.claim.unit, one.claim.what, _claimed(one.claim),
                          OBJECTION_STATES[one.state].render(LANG), words(one.reason))  # fmt: skip
        console().print(table)


def _claimed(claim: FigureClaim) -> str:
    if claim.points is not None:
        return points(claim.points, LANG)
    return f"{counted(claim.numerator or 0)}/{counted(claim.denominator or 0)}"


def _row(each: Objection) -> dict[str, Any]:
    return {
        "number": each.number, "preview": each.preview, "unit": each.claim.unit, "indicator": each.claim.what,
        "numerator": each.claim.numerator, "denominator": each.claim.denominator, "points": each.claim.points,
        "reason": each.reason, "state": each.state.value, "remedy": each.remedy and each.remedy.value,
        "because": each.because,
    }  # fmt: skip


@command.command(
    "file",
    cls=Command,
    help=t("Ghi kiến nghị của một đơn vị; in ngay hệ quả.", "Keep an objection; print its effect."),
)
@_number
@click.argument("unit", metavar=t("MÃ_ĐƠN_VỊ", "UNIT"))
@click.argument("indicator", metavar=t("CHỈ_SỐ", "INDICATOR"))
@click.argument("right", metavar=t("ĐÚNG", "RIGHT"))
@click.option("--because", required=True, metavar=t("LÝ_DO", "REASON"), help=t("Lý do.", "Why."))
@click.option("--item", multiple=True, metavar=t("MÃ", "CODE"),
              help=t("Mã hồ sơ, thủ tục; lặp lại được.", "A dossier or procedure; repeatable."))  # fmt: skip
@data_option
@lang_option
def file_one(
    number: int, unit: str, indicator: str, right: str, because: str, item: tuple[str, ...], data: Path
) -> None:
    """Keep an objection: RIGHT is a count as 45/50, or points of a group as 9,5."""
    folder = DataFolder(data)
    with open_ledger(folder, look=True) as ledger:
        _, snapshot = find_preview(ledger, number)
    with open_store(folder) as store:
        claim = _claim(store, snapshot, normalise_code(unit), indicator, right)
        filing = Filing(claim, because, item)
        made = objection_deeds.file_objection(Backend(folder), by_command_line(now()), store, number, filing)
        effect = _effect(store, snapshot, claim)
    tell(
        say(
            "Đã ghi kiến nghị số {n}. Nếu đúng thì:", "Objection {n} is kept. It would change:", n=made.number
        )
    )
    print_effect(effect)


def _claim(store: Store, snapshot: Snapshot, unit: str, indicator: str, right: str) -> FigureClaim:
    """A claim of words. Raises ComputeError for what can't be one."""
    rules = store.rules(snapshot)
    what = what_is_meant(indicator, rules) or indicator
    first, slash, second = right.partition("/")
    try:
        if slash:
            return FigureClaim(unit, what, int(first), int(second))
        return FigureClaim(unit, what, points=Decimal(first.replace(",", ".")))
    except (ValueError, InvalidOperation):
        raise ComputeError(
            say("“{text}” không phải tử số/mẫu số hoặc số điểm.", "“{text}” is neither a count nor points.",
                text=right),
            do=say("Ghi như 45/50, hoặc 9,5 với nhóm chỉ số.", "Write 45/50, or 9.5 for a group."),
        ) from None  # fmt: skip


def _effect(store: Store, snapshot: Snapshot, claim: FigureClaim) -> ClaimEffect:
    rules = store.rules(snapshot)
    return effect_of(store.figures(snapshot, rules), [claim], rules)


def print_effect(effect: ClaimEffect) -> None:
    """Who moves by a claim."""
    table = new_table()
    for head in (t("Đơn vị", "Unit"), t("Trước", "Before"), t("Sau", "After"), t("Thay đổi", "Change"),
                 t("Hạng", "Rank")):  # fmt: skip
        table.add_column(head, overflow="fold")
    for each in effect.moved:
        rank = f"{each.rank_before} → {each.rank_after}/{each.of}" if each.rank_before else "–"
        table.add_row(words(short_name(each.name)), points(each.before, LANG), points(each.after, LANG),
                      change(each.change, LANG), rank)  # fmt: skip
    console().print(table)


_REMEDIES = {"upstream": ObjectionRemedy.UPSTREAM, "correction": ObjectionRemedy.CORRECTION, "reject": None}


@command.command(
    cls=Command,
    help=t("Trả lời một kiến nghị: upstream (chấp nhận, sửa tại nguồn), correction (chấp nhận, đính chính ở "
           "đây), reject (không chấp nhận).",
           "Decide on an objection: upstream, correction or reject."),
)  # fmt: skip
@click.argument("objection", metavar=t("SỐ_KIẾN_NGHỊ", "OBJECTION"), type=int)
@click.argument("decision", type=click.Choice(list(_REMEDIES)))
@click.option("--because", required=True, metavar=t("LÝ_DO", "REASON"), help=t("Lý do.", "Why."))
@data_option
@lang_option
def decide(objection: int, decision: str, because: str, data: Path) -> None:
    """Decide on an objection."""
    made = objection_deeds.decide_objection(
        Backend(DataFolder(data)), by_command_line(now()), objection, _REMEDIES[decision], because
    )
    tell(say("Kiến nghị số {n}: {state}.", "Objection {n}: {state}.", n=objection,
             state=OBJECTION_STATES[made.state]))  # fmt: skip


@command.command(
    cls=Command,
    help=t("Lập số liệu đính chính từ các kiến nghị được chấp nhận; sau đó công bố như mọi số liệu.",
           "Bring in the figures as accepted objections have them; to be published as any."),
)  # fmt: skip
@_number
@data_option
@lang_option
def correct(number: int, data: Path) -> None:
    """Make the corrected figures."""
    folder = DataFolder(data)
    with open_store(folder) as store:
        made = objection_deeds.correct(Backend(folder), by_command_line(now()), store, number)
    tell(say("Đã nạp số liệu đính chính ({n} lần đọc). Công bố bằng `bochiso publish`.",
             "The corrected figures are in ({n} {n:reading|readings}). Publish with `bochiso publish`.",
             n=len(made)))  # fmt: skip
