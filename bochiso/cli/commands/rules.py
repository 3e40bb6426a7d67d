"""`bochiso rules`: the rule sets, and the days on which offices work."""

from dataclasses import asdict
from pathlib import Path

import click
from msgspec import to_builtins

from bochiso.cli.options import LANG, data_option, format_options, lang_option, read_inputs, rules_option, t
from bochiso.cli.output import chosen_form, console, tell, write_csv, write_json
from bochiso.cli.terminal_tables import new_table, words
from bochiso.cli.usage import Command, CommandGroup
from bochiso.office.backend import Backend
from bochiso.office.dossiers import keep_days
from bochiso.office.figures import keep_eras
from bochiso.rules.calendar import DAY_KINDS, WEEKDAYS, DayRow, builtin_calendar, day_rows
from bochiso.rules.eras import Era
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_table import deadline_rows, grade_rows, group_rows, indicator_rows
from bochiso.store.dossiers.province_calendar import province_days
from bochiso.store.figures.office_eras import eras_of
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.text import day as show_day
from bochiso.text import now, say


@click.group(
    cls=CommandGroup,
    help=t(
        "Xem và kiểm tra bộ quy tắc tính điểm, lịch nghỉ và làm bù.",
        "Show and check rule sets, days off and Saturdays worked.",
    ),
)
@lang_option
def command() -> None:
    """Rule sets."""


@command.command(
    cls=Command,
    help=t("In bộ quy tắc cùng căn cứ pháp lý từng dòng.", "Print a rule set with the source of each line."),
)
@rules_option("qd766")
@lang_option
def show(rules: str) -> None:
    """Print a rule set."""
    chosen = load_rules(rules)
    out = console()
    out.print(chosen.names.render(LANG), style="bold", markup=False)
    out.print(chosen.source, style="dim", markup=False)
    _print(
        t("Nhóm chỉ số", "Groups"),
        [
            t("Mã", "Code"),
            t("Nhóm", "Group"),
            t("Điểm", "Points"),
            t("Gồm", "Made of"),
            t("Căn cứ", "Source"),
        ],
        [(r.code, r.name, r.points, r.made_of, r.source) for r in group_rows(chosen, LANG)],
    )
    _print(
        t("Chỉ số thành phần", "Indicators"),
        [t("Số", "No."), t("Chỉ số", "Indicator"), t("Cách tính", "Counts"), t("Điểm", "Points"),
         t("Mức đạt", "Target"), t("Mẫu số 0", "Empty"), t("Áp dụng", "Levels"), t("Căn cứ", "Source")],
        [(r.number, f"{r.name}\n{r.code}", r.counts, r.points, r.target, r.empty,
          f"{r.levels}\n{r.note}".strip(), r.source) for r in indicator_rows(chosen, LANG)],
    )  # fmt: skip
    _print(
        t("Thời hạn", "Deadlines"),
        [t("Số", "No."), t("Việc", "What"), t("Thời hạn", "Deadline"), t("Căn cứ", "Source")],
        [(r.number, r.name, r.deadline, r.source) for r in deadline_rows(chosen, LANG)],
    )
    _print(
        t("Xếp loại", "Grades"),
        [t("Xếp loại", "Grade"), t("Tổng điểm", "Total")],
        [(r.name, r.totals) for r in grade_rows(chosen, LANG)],
    )
    out.print(chosen.grades.source, style="dim", markup=False)


def _print(title: str, headings: list[str], rows: list[tuple[str, ...]]) -> None:
    out = console()
    out.print()
    table = new_table(title)
    table.show_lines = True
    for heading in headings:
        table.add_column(heading, overflow="fold")
    for row in rows:
        table.add_row(*(words(cell) for cell in row))
    out.print(table)


@command.command(
    cls=Command,
    help=t(
        "Kiểm tra một tệp quy tắc: điểm cộng đủ, mã không trùng, không có mục lạ.",
        "Check a rule file: points add up, codes are unique, no unknown key.",
    ),
)
@click.argument("file", metavar=t("TỆP", "FILE"))
@lang_option
def check(file: str) -> None:
    """Check a rule file."""
    rules = load_rules(file)
    tell(
        say(
            "{file}: dùng được. {id}: {groups} nhóm, {indicators} chỉ số, tổng {total} điểm.",
            "{file}: can be used. {id}: {groups} {groups:group|groups}, {indicators} "
            "{indicators:indicator|indicators}, {total} points in all.",
            file=file,
            id=rules.id,
            groups=len(rules.boxes),
            indicators=len(rules.indicators),
            total=rules.total_points,
        )
    )


@command.command(
    cls=Command,
    help=t(
        "In lịch nghỉ, làm bù đang dùng kèm căn cứ từng ngày; có TỆP thì nạp lịch riêng của tỉnh, được ưu "
        "tiên ở những ngày ghi trong đó.",
        "Print the days off and Saturdays worked in use, each with its source; with FILE, bring in the "
        "province's own table, which wins for the days it names.",
    ),
)
@click.argument("file", metavar=t("[TỆP]", "[FILE]"), required=False, type=click.Path(path_type=Path))
@click.option(
    "--province",
    metavar=t("MÃ_TỈNH", "CODE"),
    help=t(
        "Lịch trong TỆP của tỉnh nào, như H15; chỉ cần khi thư mục có nhiều tỉnh.",
        "Whose table FILE is, as H15; needed only where the folder has several provinces.",
    ),
)
@format_options
@data_option
@lang_option
def days(file: Path | None, province: str | None, form: str, excel: bool, data: Path) -> None:
    """Print the days off, or keep a province's own."""
    form, folder = chosen_form(form, excel=excel), DataFolder(data)
    if file is not None:
        ((name, content), *_) = read_inputs((file,), ())
        table = keep_days(Backend(folder), by_command_line(now()), name, content, province).table
        tell(
            say(
                "{file}: đã nạp {n} ngày. Lịch mới áp dụng từ lần đo và danh sách tiếp theo.",
                "{file}: {n} {n:day kept. It holds|days kept. They hold} from the next measuring and the "
                "next list on.",
                file=name,
                n=len(table.days),
            )
        )
        return
    own = province_days(folder)
    calendar = builtin_calendar()
    rows = day_rows(calendar, [(each.province, each.table) for each in own])
    if form == "json":
        write_json([asdict(row) | {"day": str(row.day)} for row in rows])
    elif form == "csv":
        write_csv([asdict(row) | {"day": str(row.day)} for row in rows], excel=excel)
    else:
        _print(
            t("Ngày nghỉ, ngày làm bù", "Days off and Saturdays worked"),
            [t("Ngày", "Day"), t("Thứ", "Weekday"), "", t("Lý do", "Reason"), t("Căn cứ", "Source"),
             t("Lịch", "Table")],
            [_day_cells(row) for row in rows],
        )  # fmt: skip
    if unused := sum(not each.used for each in own):
        tell(
            say(
                "{n} bảng ngày nghỉ chưa rõ của tỉnh nào nên không áp dụng; nạp lại với --province.",
                "{n} tables may be any province's and are not used; bring them in again with --province.",
                n=unused,
            )
        )
    years = sorted(calendar.table.confirmed.union(*(each.table.confirmed for each in own)))
    tell(
        say(
            "Đã có đủ thông báo cho các năm: {years}. Ngày của năm khác chỉ là dự kiến.",
            "Every notice is out for: {years}. Days of other years are a forecast.",
            years=", ".join(map(str, years)),
        )
    )


@command.command(
    cls=Command,
    help=t(
        "In các giai đoạn của thang điểm công bố: điểm của hai giai đoạn không so sánh được với nhau. Có TỆP "
        "thì kiểm tra và dùng tệp ấy thay cho bảng có sẵn.",
        "Print the eras of the published scale: points of two eras are not compared. With FILE, check it and "
        "use it in place of the table that comes along.",
    ),
)
@click.argument("file", metavar=t("[TỆP]", "[FILE]"), required=False, type=click.Path(path_type=Path))
@format_options
@data_option
@lang_option
def eras(file: Path | None, form: str, excel: bool, data: Path) -> None:
    """Print the eras, or keep an office's own."""
    form, folder = chosen_form(form, excel=excel), DataFolder(data)
    if file is not None:
        found = keep_eras(Backend(folder), by_command_line(now()), file)
        tell(say("{file}: đã nạp {n} giai đoạn.", "{file}: {n} eras kept.", file=file.name, n=len(found)))
        return
    rows = [to_builtins(each) for each in eras_of(folder)]
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        _print(
            t("Giai đoạn của thang điểm công bố", "Eras of the published scale"),
            [t("Mã", "Code"), t("Giai đoạn", "Era"), t("Từ ngày", "From"), t("Đến ngày", "To"),
             t("Cách tính", "Formula"), t("Nguồn", "Source")],
            [_era_cells(each) for each in eras_of(folder)],
        )  # fmt: skip


def _era_cells(era: Era) -> tuple[str, ...]:
    return (
        era.code,
        era.name.render(LANG),
        show_day(era.first, LANG) if era.first else "",
        show_day(era.last, LANG) if era.last else "",
        era.rules or t("chưa rõ", "not known"),
        era.source,
    )


def _day_cells(row: DayRow) -> tuple[str, ...]:
    return (
        show_day(row.day, LANG),
        WEEKDAYS[row.day.weekday()].render(LANG),
        DAY_KINDS[row.kind].render(LANG),
        row.name,
        row.source,
        t("chung", "common") if not row.own else " ".join(filter(None, (t("của tỉnh", "own"), row.province))),
    )
