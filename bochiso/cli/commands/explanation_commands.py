"""`bochiso explanations`: who is asked to explain what by when, who answered, what the office said to it."""

from datetime import date
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

import click

from bochiso.cli.commands.work import asked_work
from bochiso.cli.options import (
    LANG,
    F,
    PeriodType,
    data_option,
    format_options,
    lang_option,
    province_option,
    rules_option,
    t,
)
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.terminal_tables import add_numbers, counted, new_table, words
from bochiso.cli.told_dossiers import told_dossiers
from bochiso.cli.usage import Command, CommandGroup
from bochiso.errors import ComputeError
from bochiso.followup.explanations import (
    ASKED_STATES,
    AnswerGiven,
    ExplanationRequest,
    outcome_of,
    outcome_sentence,
)
from bochiso.followup.personal_marks import MARK_NAMES, personal_marks
from bochiso.followup.work_kinds import KIND_BY_SLUG
from bochiso.office.backend import Backend
from bochiso.office.followup import explanation_deeds
from bochiso.office.office_papers import settings_of
from bochiso.periods import Period, parse_day
from bochiso.report.report_data import provinces_in
from bochiso.rules.loader import load_rules
from bochiso.rules.verdict import day_of
from bochiso.store.decisions.office_texts import office_text_in
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.followup.asked_lists import Concerned, chosen_units, fall_draft, list_draft
from bochiso.store.followup.explanation_register import (
    RequestDraft,
    find_request,
    known_causes,
    requests,
)
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import open_ledger
from bochiso.text import day as show_day
from bochiso.text import now, say
from bochiso.units.codes import normalise_code


@click.group(
    cls=CommandGroup,
    help=t(
        "Báo cáo giải trình: yêu cầu đơn vị nào, về danh sách nào, hạn nào; ai đã trả lời; báo cáo UBND.",
        "Explanations: asked of which units about which list by when; who answered; gathered for UBND.",
    ),
)
def command() -> None:
    """Explanations."""


def _number(command: F) -> F:
    """The number of a request."""
    return click.argument("number", metavar=t("SỐ", "NUMBER"), type=int)(command)


_UNIT = click.argument("unit", metavar=t("MÃ_ĐƠN_VỊ", "UNIT"))


@command.command(
    cls=Command,
    help=t(
        "Yêu cầu giải trình về một danh sách việc (2.1, 5.2, 1.1…) hoặc về mức giảm điểm (--fell 1).",
        "Ask for explanations of a list of work (2.1, 5.2, 1.1…) or of a fall of points (--fell 1).",
    ),
)
@click.argument("name", metavar=t("DANH_SÁCH", "LIST"), required=False, type=click.Choice(list(KIND_BY_SLUG)))
@click.option("--fell", metavar=t("ĐIỂM", "POINTS"),
              help=t("Đơn vị giảm từ ngần này điểm.", "Units that fell by so much."))  # fmt: skip
@click.option("--by", "last", metavar=t("NGÀY", "DAY"),
              help=t("Hạn báo cáo; mặc định theo thông tin cơ quan (05 ngày làm việc).",
                     "The last day; by the office's settings else."))  # fmt: skip
@click.option("--unit", "only", multiple=True, metavar=t("MÃ", "CODE"),
              help=t("Chỉ hỏi đơn vị này; lặp lại được.", "Ask this unit alone; repeatable."))  # fmt: skip
@click.option("--title", metavar=t("NỘI_DUNG", "TEXT"), help=t("Giải trình về việc gì.", "About what."))
@click.option("--document", default="", metavar=t("VĂN_BẢN", "LETTER"),
              help=t("Số, ngày văn bản yêu cầu.", "Number and day of the letter."))  # fmt: skip
@click.option("--period", type=PeriodType(), metavar=t("KỲ", "PERIOD"),
              help=t("Kỳ của danh sách; mặc định là cả năm.", "The list's period."))  # fmt: skip
@click.option(
    "--dry-run", is_flag=True, help=t("Chỉ xem đơn vị nào liên quan.", "Only show whom it concerns.")
)
@province_option
@rules_option("qd766")
@data_option
@lang_option
def ask(
    name: str | None, fell: str | None, rules: str, data: Path, province: str | None, dry_run: bool,
    **said: Any,
) -> None:  # fmt: skip
    """Ask for explanations."""
    folder = DataFolder(data)
    if (name is None) == (fell is None):
        raise ComputeError(
            say("chưa rõ giải trình về việc gì.", "it isn't said what to explain."),
            do=say("Ghi một danh sách, ví dụ 2.1, hoặc --fell 1.", "Name a list, as 2.1, or --fell 1."),
        )
    with working(t("Đang lập danh sách", "Making the lists")):
        found, draft, own = _draft(folder, name, fell, province, said["period"], rules)
    if dry_run or not found.units:
        _show_concerned(found)
        return
    only = [normalise_code(each) for each in said["only"]] or None
    last = parse_day(said["last"]) if said["last"] else _last_day(folder, own)
    made = explanation_deeds.ask(
        Backend(folder), by_command_line(now()),
        RequestDraft(said["title"] or draft.title, draft.origin, draft.slug, draft.period, draft.as_of, last,
                     chosen_units(found, only), said["document"]),
    )  # fmt: skip
    tell(
        say(
            "Đã gửi yêu cầu giải trình số {n} đến {units} đơn vị, {items} mục; hạn báo cáo {last}.",
            "Request {n} to {units} {units:unit|units}, {items} {items:item|items}; last day {last}.",
            n=made.number, units=len(made.units), items=made.items, last=made.last_day,
        )
    )  # fmt: skip


def _draft(
    folder: DataFolder, name: str | None, fell: str | None, province: str | None, period: Period | None,
    rules: str,
) -> tuple[Concerned, RequestDraft, str]:  # fmt: skip
    """Whom it concerns, the request, and the province. Raises ComputeError."""
    if name is not None:
        with told_dossiers(folder) as db:
            asked, unit = asked_work(db, folder, province, period, None)
            found, draft = list_draft(db, asked, KIND_BY_SLUG[name], load_rules(rules))
        return found, draft, unit.code
    try:
        least = Decimal((fell or "").replace(",", "."))
    except InvalidOperation:
        least = Decimal(0)
    if least <= 0:
        raise ComputeError(say("số điểm giảm phải lớn hơn 0.", "a fall is above 0 points."))
    with open_store(folder) as store:
        known = provinces_in(store)
        own = normalise_code(province) if province else (known[0] if len(known) == 1 else None)
        if own is None:
            raise ComputeError(
                say("chưa rõ của tỉnh nào.", "it isn't said of which province."),
                do=say("Chọn tỉnh bằng --province.", "Choose one with --province."),
            )
        return *fall_draft(store, least, own), own


def _last_day(folder: DataFolder, province: str) -> date:
    within = settings_of(folder, province, office_text_in(folder, province)).explain_within
    with told_dossiers(folder) as db:
        return calendar_of(db).of(province).add_working_days(day_of(now()), within)


def _show_concerned(found: Concerned) -> None:
    table = new_table()
    table.add_column(t("Đơn vị", "Unit"))
    table.add_column(t("Tên", "Name"), overflow="fold")
    add_numbers(table, t("Số mục", "Items"))
    for each in found.units:
        table.add_row(each.unit, words(each.name), counted(len(each.rows)))
    console().print(table)
    tell(say("{n} đơn vị liên quan; {lost} mục chưa rõ thuộc đơn vị nào.",
             "{n} {n:unit|units} concerned; {lost} {lost:item is|items are} of no known unit.",
             n=len(found.units), lost=found.unplaced))  # fmt: skip


@command.command("list", cls=Command, help=t("Các yêu cầu giải trình và kết quả.", "The requests."))
@format_options
@data_option
@lang_option
def list_requests(form: str, excel: bool, data: Path) -> None:
    """List the requests."""
    form = chosen_form(form, excel=excel)
    with open_ledger(DataFolder(data), look=True) as ledger:
        found = requests(ledger)
    rows = [_row(each) for each in found]
    if form != "table":
        write_json(rows) if form == "json" else write_csv(rows, excel=excel)
        return
    table = new_table()
    table.add_column(t("Số", "No."))
    table.add_column(t("Giải trình về", "About"), overflow="fold")
    table.add_column(t("Hạn", "Last day"))
    add_numbers(table, t("Đơn vị", "Units"), t("Đã báo cáo", "Answered"), t("Báo cáo muộn", "Late"))
    table.add_column(t("Tình trạng", "State"))
    for row in rows:
        state = t("đã thu hồi", "withdrawn") if row["withdrawn"] else ""
        numbers = (counted(row[name]) for name in ("units", "answered", "late"))
        last = show_day(row["last_day"], LANG)
        table.add_row(str(row["number"]), words(row["title"]), last, *numbers, state)
    console().print(table)


def _row(each: ExplanationRequest) -> dict[str, Any]:
    outcome = outcome_of(each)
    return {
        "number": each.number, "title": each.title, "asked_on": each.asked_on, "last_day": each.last_day,
        "units": len(each.units), "answered": len(outcome.answered), "late": len(outcome.late),
        "withdrawn": each.ended_at is not None, "sha256": each.sha256,
    }  # fmt: skip


@command.command(
    cls=Command, help=t("Một yêu cầu: từng đơn vị đã trả lời thế nào.", "One request, unit by unit.")
)
@_number
@format_options
@data_option
@lang_option
def show(number: int, form: str, excel: bool, data: Path) -> None:
    """Show a request."""
    form, today = chosen_form(form, excel=excel), day_of(now())
    with open_ledger(DataFolder(data), look=True) as ledger:
        found = find_request(ledger, number)
    rows: list[dict[str, Any]] = [
        {
            "unit": each.unit, "unit_name": each.name, "items": each.items,
            "state": each.state(found.last_day, today).value,
            "answered_on": day_of(each.answers[0].at) if each.answers else None,
            "days_late": each.days_late(found.last_day), "cause": each.last.cause if each.last else None,
            "until": each.last.until if each.last else None,
        }
        for each in found.units
    ]  # fmt: skip
    if form == "table":
        table = new_table(f"{number}. {found.title}")
        table.add_column(t("Đơn vị", "Unit"), overflow="fold")
        add_numbers(table, t("Số mục", "Items"))
        table.add_column(t("Tình trạng", "State"))
        table.add_column(t("Ngày báo cáo", "Answered on"))
        table.add_column(t("Nguyên nhân", "Cause"), overflow="fold")
        for each, row in zip(found.units, rows, strict=True):
            answered = show_day(row["answered_on"], LANG) if row["answered_on"] else "–"
            state = ASKED_STATES[each.state(found.last_day, today)].render(LANG)
            table.add_row(words(each.name), counted(each.items), state, answered, words(row["cause"] or "–"))
        console().print(table)
    else:
        write_json(rows) if form == "json" else write_csv(rows, excel=excel)
    tell(outcome_sentence(outcome_of(found)))


@command.command(
    cls=Command,
    help=t("Ghi giải trình của một đơn vị (khi đơn vị gửi bằng văn bản).", "Write a unit's answer down."),
)
@_number
@_UNIT
@click.option("--cause", required=True, metavar=t("NGUYÊN_NHÂN", "CAUSE"),
              help=t("Một nguyên nhân của danh mục, hoặc số thứ tự của nó.",
                     "One of the catalogue, or its number."))  # fmt: skip
@click.option(
    "--because", required=True, metavar=t("NỘI_DUNG", "TEXT"), help=t("Giải trình.", "Explanation.")
)
@click.option("--remedy", required=True, metavar=t("BIỆN_PHÁP", "TEXT"), help=t("Khắc phục.", "Remedy."))
@click.option("--until", required=True, metavar=t("NGÀY", "DAY"), help=t("Xong trước ngày.", "Done by."))
@data_option
@lang_option
def answer(number: int, unit: str, cause: str, because: str, remedy: str, until: str, data: Path) -> None:
    """Write an answer down."""
    folder = DataFolder(data)
    with open_ledger(folder, look=True) as ledger:
        causes = known_causes(ledger)
    if cause.isdecimal() and 1 <= int(cause) <= len(causes):
        cause = causes[int(cause) - 1]
    for mark in personal_marks(f"{because}\n{remedy}"):
        tell(say("Lưu ý: nội dung có thể chứa {what} của người dân.", "Mind: the text may hold {what}.",
                 what=MARK_NAMES[mark]))  # fmt: skip
    given = AnswerGiven(cause, because, remedy, parse_day(until))
    code = normalise_code(unit)
    found = explanation_deeds.answer(Backend(folder), by_command_line(now()), number, code, given)
    asked = found.unit(code)
    late = asked.days_late(found.last_day) if asked else 0
    tell(say("Đã ghi giải trình của {unit}.", "The answer of {unit} is kept.", unit=code))
    if late:
        tell(say("Báo cáo muộn {late} ngày.", "It is {late} {late:day|days} late.", late=late))


@command.command(cls=Command, help=t("Chấp nhận giải trình của một đơn vị.", "Accept a unit's answer."))
@_number
@_UNIT
@data_option
@lang_option
def accept(number: int, unit: str, data: Path) -> None:
    """Accept an answer."""
    code = normalise_code(unit)
    explanation_deeds.accept(Backend(DataFolder(data)), by_command_line(now()), number, code)
    tell(say("Đã chấp nhận giải trình của {unit}.", "The answer of {unit} is accepted.", unit=code))


@command.command("return", cls=Command, help=t("Trả lại giải trình để bổ sung.", "Send an answer back."))
@_number
@_UNIT
@click.option("--because", required=True, metavar=t("LÝ_DO", "REASON"), help=t("Lý do.", "Why."))
@data_option
@lang_option
def send_back(number: int, unit: str, because: str, data: Path) -> None:
    """Send an answer back."""
    code = normalise_code(unit)
    explanation_deeds.send_back(Backend(DataFolder(data)), by_command_line(now()), number, code, because)
    tell(say("Đã trả lại giải trình của {unit}.", "The answer of {unit} is sent back.", unit=code))


@command.command(
    cls=Command,
    help=t("Đơn vị đã sáp nhập: để đơn vị kế thừa trả lời.", "Have the heir of a merged unit answer."),
)
@_number
@_UNIT
@click.argument("heir", metavar=t("MÃ_KẾ_THỪA", "HEIR"))
@data_option
@lang_option
def move(number: int, unit: str, heir: str, data: Path) -> None:
    """Hand a request over."""
    code, to = normalise_code(unit), normalise_code(heir)
    folder = DataFolder(data)
    with told_dossiers(folder) as db:
        listed = unit_tree(db).units
    explanation_deeds.move(Backend(folder), by_command_line(now()), number, code, to, listed)
    tell(say("{heir} trả lời thay {unit}.", "{heir} answers for {unit}.", heir=to, unit=code))


@command.command(cls=Command, help=t("Thu hồi một yêu cầu giải trình.", "Withdraw a request."))
@_number
@click.option("--because", required=True, metavar=t("LÝ_DO", "REASON"), help=t("Lý do.", "Why."))
@data_option
@lang_option
def withdraw(number: int, because: str, data: Path) -> None:
    """Withdraw a request."""
    explanation_deeds.withdraw(Backend(DataFolder(data)), by_command_line(now()), number, because)
    tell(say("Đã thu hồi yêu cầu giải trình số {n}.", "Request {n} is withdrawn.", n=number))


@command.command(
    cls=Command,
    help=t("Danh mục nguyên nhân; kèm tệp văn bản (mỗi dòng một nguyên nhân) thì thay danh mục.",
           "The catalogue of causes; with a text file (one a line), keep that instead."),
)  # fmt: skip
@click.argument("file", required=False, metavar=t("TỆP", "FILE"),
                type=click.Path(dir_okay=False, path_type=Path, exists=True))  # fmt: skip
@data_option
@lang_option
def causes(file: Path | None, data: Path) -> None:
    """Show or keep the catalogue."""
    folder = DataFolder(data)
    if file is None:
        with open_ledger(folder, look=True) as ledger:
            found = known_causes(ledger)
    else:
        try:
            lines = file.read_text("utf-8-sig").splitlines()
        except UnicodeDecodeError:
            raise ComputeError(say("tệp không phải văn bản UTF-8.", "the file is no UTF-8 text.")) from None
        found = explanation_deeds.keep_causes(Backend(folder), by_command_line(now()), lines)
    for place, each in enumerate(found, start=1):
        console().print(f"{place:>2}. {words(each)}")


@command.command(
    cls=Command,
    help=t("Báo cáo tổng hợp giải trình gửi UBND (Word).", "The report that gathers the answers (Word)."),
)
@_number
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), default=".",
              metavar=t("THƯ_MỤC", "DIR"), help=t("Nơi ghi tệp.", "Where to."))  # fmt: skip
@data_option
@lang_option
def report(number: int, output: Path, data: Path) -> None:
    """Write the gathered report."""
    folder = DataFolder(data)
    with open_ledger(folder, look=True) as ledger:
        found = find_request(ledger, number)
    settings = settings_of(folder, found.province, office_text_in(folder, found.province))
    body = explanation_deeds.gather(Backend(folder), by_command_line(now()), found, settings)
    output.mkdir(parents=True, exist_ok=True)
    path = output / f"bao-cao-giai-trinh-{number}.docx"
    path.write_bytes(body)
    tell(say("Đã ghi {file}.", "Wrote {file}.", file=str(path)))
