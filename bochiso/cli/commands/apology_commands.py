"""`bochiso apologies`: dossiers to apologise for, the record with the one new date, letters, the register."""

from pathlib import Path
from typing import Any

import click

from bochiso.cli.commands.work import asked_work
from bochiso.cli.options import LANG, PeriodType, data_option, format_options, lang_option, t
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.terminal_tables import add_numbers, counted, new_table, words
from bochiso.cli.told_dossiers import told_dossiers
from bochiso.cli.usage import Command, CommandGroup
from bochiso.followup.apologies import STAGE_NAMES, apology_sentence
from bochiso.followup.personal_marks import MARK_NAMES, personal_marks
from bochiso.office.backend import Backend
from bochiso.office.followup import apology_deeds
from bochiso.office.office_papers import settings_of
from bochiso.periods import Period, parse_day
from bochiso.store.decisions.office_texts import office_text_in
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.folder import DataFolder
from bochiso.store.followup.apology_cases import apology_case, apology_counts, to_apologise
from bochiso.store.followup.apology_register import apologies, find_apology, standing_apologies
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import open_ledger
from bochiso.text import day as show_day
from bochiso.text import now, say
from bochiso.units.tops import province_of


@click.group(
    cls=CommandGroup,
    help=t(
        "Xin lỗi và hẹn lại ngày trả kết quả (khoản 6 Điều 19 Nghị định số 118/2025/NĐ-CP).",
        "Apologies and the one new date (Article 19.6 of Decree 118/2025).",
    ),
)
def command() -> None:
    """Apologies."""


_UNIT = click.option("--unit", metavar=t("ĐƠN_VỊ", "UNIT"),
                     help=t("Đơn vị; mặc định cả tỉnh.", "The unit; the province else."))  # fmt: skip
_NUMBER = click.argument("number", metavar=t("SỐ", "NUMBER"), type=int)


@command.command(
    cls=Command,
    help=t("Hồ sơ cần xin lỗi: hôm nay, ngày làm việc tới, đã qua ngày, đã quá hẹn.",
           "Dossiers to apologise for: today, the next working day, those whose day is over."),
)  # fmt: skip
@_UNIT
@format_options
@data_option
@lang_option
def due(unit: str | None, form: str, excel: bool, data: Path) -> None:
    """List dossiers to apologise for."""
    form, folder, moment = chosen_form(form, excel=excel), DataFolder(data), now()
    with open_ledger(folder, look=True) as ledger:
        standing = standing_apologies(ledger)
    with working(t("Đang lập danh sách", "Making the list")), told_dossiers(folder) as db:
        asked, _ = asked_work(db, folder, unit, None, None)
        found = to_apologise(db, asked.unit, moment, standing)
    if form != "table":
        rows = [
            {"dossier": each.dossier, "unit": each.unit, "unit_name": each.unit_name, "due": each.due,
             "notify_by": each.notify_by, "stage": each.stage.value, "reappointed": each.again}
            for each in found
        ]  # fmt: skip
        write_json(rows) if form == "json" else write_csv(rows, excel=excel)
        return
    table = new_table()
    for head in (t("Hồ sơ", "Dossier"), t("Đơn vị", "Unit"), t("Hẹn trả", "Due"),
                 t("Xin lỗi chậm nhất", "Apologise by"), t("Tình trạng", "State")):  # fmt: skip
        table.add_column(head, overflow="fold")
    for each in found:
        table.add_row(each.dossier, words(each.unit_name), show_day(each.due, LANG),
                      show_day(each.notify_by, LANG), STAGE_NAMES[each.stage].render(LANG))  # fmt: skip
    console().print(table)
    tell(
        say(
            "{n} hồ sơ cần xin lỗi, hẹn lại nếu chưa kịp trả kết quả.",
            "{n} {n:dossier|dossiers} to apologise for.",
            n=len(found),
        )
    )


@command.command(
    cls=Command, help=t("Ghi xin lỗi, hẹn lại một hồ sơ.", "Record an apology with the new date.")
)
@click.argument("dossier", metavar=t("SỐ_HỒ_SƠ", "DOSSIER"))
@click.option("--because", required=True, metavar=t("LÝ_DO", "REASON"), help=t("Lý do chậm.", "Why."))
@click.option("--until", required=True, metavar=t("NGÀY", "DAY"), help=t("Ngày hẹn lại.", "The new date."))
@data_option
@lang_option
def record(dossier: str, because: str, until: str, data: Path) -> None:
    """Record an apology."""
    folder, by = DataFolder(data), by_command_line(now())
    with told_dossiers(folder) as db:
        case = apology_case(db, dossier.strip(), by.at)
        calendar = calendar_of(db).of(province_of(case.unit))
    for mark in personal_marks(because):
        tell(say("Lưu ý: lý do có thể chứa {what} của người dân.", "Mind: the reason may hold {what}.",
                 what=MARK_NAMES[mark]))  # fmt: skip
    made = apology_deeds.record_apology(Backend(folder), by, case, (because, parse_day(until)), calendar)
    tell(say("Đã ghi xin lỗi số {n}: hẹn lại ngày {day}.", "Apology {n} is recorded: new date {day}.",
             n=made.number, day=made.new_due))  # fmt: skip
    if not made.in_time:
        tell(
            say("Muộn: phải xin lỗi chậm nhất ngày {day}.", "Late: it was due by {day}.", day=made.notify_by)
        )


@command.command(cls=Command, help=t("Hủy một lần xin lỗi ghi nhầm.", "Take back one recorded by mistake."))
@_NUMBER
@click.option("--because", required=True, metavar=t("LÝ_DO", "REASON"), help=t("Lý do.", "Why."))
@data_option
@lang_option
def withdraw(number: int, because: str, data: Path) -> None:
    """Take an apology back."""
    apology_deeds.withdraw_apology(Backend(DataFolder(data)), by_command_line(now()), number, because)
    tell(say("Đã hủy xin lỗi số {n}.", "Apology {n} is taken back.", n=number))


@command.command("list", cls=Command, help=t("Sổ xin lỗi, hẹn lại.", "The register."))
@format_options
@data_option
@lang_option
def list_all(form: str, excel: bool, data: Path) -> None:
    """List the register."""
    form = chosen_form(form, excel=excel)
    with open_ledger(DataFolder(data), look=True) as ledger:
        found = apologies(ledger)
    rows: list[dict[str, Any]] = [
        {"number": each.number, "dossier": each.dossier, "unit": each.unit, "due": each.due,
         "new_due": each.new_due, "recorded_at": each.at, "in_time": each.in_time, "reason": each.reason,
         "withdrawn": each.ended_because}
        for each in found
    ]  # fmt: skip
    if form != "table":
        write_json(rows) if form == "json" else write_csv(rows, excel=excel)
        return
    table = new_table()
    for head in (t("Số", "No."), t("Hồ sơ", "Dossier"), t("Đơn vị", "Unit"), t("Hẹn trả", "Due"),
                 t("Hẹn lại", "New date"), t("Đúng hạn", "In time"), t("Lý do", "Reason")):  # fmt: skip
        table.add_column(head, overflow="fold")
    for each in found:
        timely = t("có", "yes") if each.in_time else t("muộn", "late")
        if each.ended_at:
            timely = t("đã hủy", "taken back")
        table.add_row(str(each.number), each.dossier, words(each.unit_name), show_day(each.due, LANG),
                      show_day(each.new_due, LANG), timely, words(each.reason))  # fmt: skip
    console().print(table)


@command.command(
    cls=Command,
    help=t("Hồ sơ quá hạn trong kỳ đã xin lỗi đúng hạn, muộn, chưa; kèm câu để đưa vào văn bản.",
           "Late dossiers of a period: apologised for in time, late, not; with the sentence for letters."),
)  # fmt: skip
@_UNIT
@click.option("--period", type=PeriodType(), metavar=t("KỲ", "PERIOD"),
              help=t("Kỳ; mặc định là cả năm.", "The period; the year by default."))  # fmt: skip
@format_options
@data_option
@lang_option
def counts(unit: str | None, period: Period | None, form: str, excel: bool, data: Path) -> None:
    """Count late dossiers by their apologies."""
    form, folder = chosen_form(form, excel=excel), DataFolder(data)
    with open_ledger(folder, look=True) as ledger:
        standing = standing_apologies(ledger)
    with working(t("Đang đếm", "Counting")), told_dossiers(folder) as db:
        asked, _ = asked_work(db, folder, unit, period, None)
        found = apology_counts(db, standing, asked.unit, asked.period, asked.as_of)
    rows = [
        {"unit": each.unit, "unit_name": each.name, "late": each.late, "in_time": each.in_time,
         "too_late": each.too_late, "none": each.none}
        for each in found
    ]  # fmt: skip
    if form == "table":
        table = new_table()
        table.add_column(t("Đơn vị", "Unit"), overflow="fold")
        add_numbers(table, t("Quá hạn", "Late"), t("Đúng hạn", "In time"), t("Muộn", "Too late"),
                    t("Chưa ghi nhận", "None recorded"))  # fmt: skip
        for each in found[1:]:
            numbers = (counted(n) for n in (each.late, each.in_time, each.too_late, each.none))
            table.add_row(words(each.name), *numbers)
        console().print(table)
    else:
        write_json(rows) if form == "json" else write_csv(rows, excel=excel)
    tell(apology_sentence(found[0]))


@command.command(
    cls=Command, help=t("Văn bản xin lỗi (Word), để trống phần người nộp.", "The letter (Word).")
)
@_NUMBER
@click.option("-o", "--output", type=click.Path(file_okay=False, path_type=Path), default=".",
              metavar=t("THƯ_MỤC", "DIR"), help=t("Nơi ghi tệp.", "Where to."))  # fmt: skip
@data_option
@lang_option
def letter(number: int, output: Path, data: Path) -> None:
    """Write the letter."""
    folder = DataFolder(data)
    with open_ledger(folder, look=True) as ledger:
        found = find_apology(ledger, number)
    province = province_of(found.unit)
    settings = settings_of(folder, province, office_text_in(folder, province))
    body = apology_deeds.write_letter(Backend(folder), by_command_line(now()), found, settings)
    output.mkdir(parents=True, exist_ok=True)
    path = output / f"xin-loi-{number}.docx"
    path.write_bytes(body)
    tell(say("Đã ghi {file}.", "Wrote {file}.", file=str(path)))
