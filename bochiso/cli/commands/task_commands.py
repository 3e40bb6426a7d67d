"""`bochiso tasks`: what steering documents ask of units, who has done it, the merged report, obstacles."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from bochiso.cli.options import LANG, data_option, lang_option, t
from bochiso.cli.output import console, tell
from bochiso.cli.terminal_tables import add_numbers, counted, new_table, words
from bochiso.cli.usage import Command, CommandGroup
from bochiso.errors import ComputeError
from bochiso.followup.steering_tasks import OBSTACLE_KINDS, Task, TaskStanding, progress_phrase
from bochiso.office.backend import Backend
from bochiso.office.office_papers import settings_of
from bochiso.office.task_work import RoundStanding, give_task, task_standings, withdraw_task, working_days
from bochiso.office.waiting import WaitingSources, unit_names
from bochiso.periods import parse_day
from bochiso.report.build import write_files
from bochiso.report.forms.unit_reports import GatheredReports, merged_report
from bochiso.rules.verdict import day_of
from bochiso.store.decisions.office_texts import office_text
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import Ledger, open_ledger
from bochiso.store.people.settings import read_settings
from bochiso.store.steering.obstacle_register import known_obstacles
from bochiso.text import day as show_day
from bochiso.text import now, say
from bochiso.units.codes import normalise_code
from bochiso.units.model import Level
from bochiso.units.tree import UnitTree

_DONE = (TaskStanding.DONE, TaskStanding.DONE_LATE, TaskStanding.SENT)


@click.group(
    cls=CommandGroup,
    help=t(
        "Nhiệm vụ theo văn bản chỉ đạo: giao cho ai, hạn nào, ai đã báo cáo; tổng hợp thành báo cáo Word.",
        "Tasks of steering documents: for whom, by when, who has reported; merged into one Word report.",
    ),
)
def command() -> None:
    """Tasks."""


@command.command(
    cls=Command,
    help=t(
        "Giao một nhiệm vụ. Hằng tháng thì --by là hạn của kỳ đầu, các kỳ sau tự mở.",
        "Give a task. With --monthly, --by is the first last day; later rounds open by themselves.",
    ),
)
@click.argument("text", metavar=t("NỘI_DUNG", "TEXT"))
@click.option(
    "--source",
    required=True,
    metavar=t("VĂN_BẢN", "DOCUMENT"),
    help=t("Số, ngày của văn bản giao.", "The document's number and day."),
)
@click.option("--by", "last", required=True, metavar=t("NGÀY", "DAY"), help=t("Thời hạn.", "The last day."))
@click.option(
    "--unit",
    "units",
    multiple=True,
    metavar=t("MÃ", "CODE"),
    help=t("Đơn vị chủ trì; viết nhiều lần được.", "A unit that leads; may be given several times."),
)
@click.option(
    "--level",
    "levels",
    multiple=True,
    type=click.Choice(["department", "district", "commune"]),
    help=t("Mọi đơn vị cấp này chủ trì.", "Every unit of this level leads."),
)
@click.option(
    "--support",
    "supports",
    multiple=True,
    metavar=t("MÃ", "CODE"),
    help=t("Đơn vị phối hợp.", "A unit that supports."),
)
@click.option("--monthly", is_flag=True, help=t("Làm hằng tháng.", "Every month."))
@click.option(
    "--report",
    is_flag=True,
    help=t("Báo cáo hằng tháng của đơn vị, kèm số liệu.", "The unit's monthly report, with figures."),
)
@data_option
@lang_option
def give(text: str, source: str, data: Path, **given: Any) -> None:
    """Give a task."""
    backend = Backend(DataFolder(data))
    with open_ledger(backend.folder) as ledger:
        tree = _tree(backend, ledger)
    leads = [normalise_code(each) for each in given["units"]]
    leads += [
        code for level in given["levels"] for code, unit in tree.units.items() if unit.level is Level(level)
    ]
    helping = tuple(normalise_code(each) for each in given["supports"])
    unknown = sorted({*leads, *helping} - set(tree.units)) if tree.units else []
    if unknown:
        raise ComputeError(
            say("không có đơn vị mã {codes} trong danh sách.", "no unit has the code {codes}.",
                codes=", ".join(unknown[:5]))
        )  # fmt: skip
    report, last = given["report"], parse_day(given["last"])
    asked = Task(0, text, source, tuple(leads), helping, last, given["monthly"] or report, report, now())
    task = give_task(backend, by_command_line(now()), asked)
    told = say(
        "Đã giao nhiệm vụ số {n} cho {units} đơn vị.",
        "Task {n} was given to {units} {units:unit|units}.",
        n=task.number,
        units=len(task.leads),
    )
    tell(told)


@command.command(cls=Command, help=t("Rút một nhiệm vụ, có lý do.", "Take a task back, with why."))
@click.argument("number", metavar=t("SỐ", "NUMBER"), type=int)
@click.option("--because", required=True, metavar=t("LÝ_DO", "WHY"), help=t("Lý do.", "Why."))
@data_option
@lang_option
def withdraw(number: int, because: str, data: Path) -> None:
    """Take a task back."""
    withdraw_task(Backend(DataFolder(data)), by_command_line(now()), number, because)
    tell(say("Đã rút nhiệm vụ số {n}.", "Task {n} was taken back.", n=number))


@command.command("list", cls=Command, help=t("Các nhiệm vụ, ai đã báo cáo.", "The tasks, and who reported."))
@data_option
@lang_option
def list_(data: Path) -> None:
    """List the tasks."""
    backend = Backend(DataFolder(data))
    with open_ledger(backend.folder, look=True) as ledger:
        newest = {each.of.task.number: each for each in _standings(backend, ledger)}
    if not newest:
        tell(say("Chưa có nhiệm vụ nào.", "There are no tasks."))
        return
    table = new_table(t("Nhiệm vụ", "Tasks"))
    add_numbers(table, t("Số", "No."))
    for head in (t("Nội dung", "Task"), t("Văn bản", "Document"), t("Kỳ", "Round"), t("Hạn", "By")):
        table.add_column(head, overflow="fold")
    add_numbers(table, t("Đã báo cáo", "Reported"), t("Quá hạn", "Overdue"))
    for each in newest.values():
        task = each.of.task
        table.add_row(
            counted(task.number), words(task.text), words(task.source), words(each.of.period),
            words(show_day(each.of.last, LANG)), words(f"{each.count(*_DONE)}/{len(each.standings)}"),
            counted(each.count(TaskStanding.OVERDUE)),
        )  # fmt: skip
    console().print(table)


@command.command(
    cls=Command,
    help=t(
        "Tổng hợp báo cáo của các đơn vị về một nhiệm vụ thành một báo cáo Word.",
        "Merge units' reports on a task into one Word report.",
    ),
)
@click.argument("number", metavar=t("SỐ", "NUMBER"), type=int)
@click.option(
    "--period",
    default="",
    metavar=t("THÁNG", "MONTH"),
    help=t("Kỳ, như 2026-10; mặc định kỳ mới nhất.", "The round, as 2026-10; the newest by default."),
)
@click.option(
    "-o",
    "--output",
    default="out",
    metavar=t("THƯ_MỤC", "DIR"),
    type=click.Path(path_type=Path),
    help=t("Nơi ghi tệp.", "Where the file goes."),
)
@data_option
@lang_option
def merge(number: int, period: str, output: Path, data: Path) -> None:
    """Merge reports."""
    backend, moment = Backend(DataFolder(data)), now()
    with open_ledger(backend.folder) as ledger:
        found = [e for e in _standings(backend, ledger, number) if period in ("", e.of.period)]
        if not found:
            raise ComputeError(
                say("không có nhiệm vụ số {n} của kỳ này.", "there is no such round of task {n}.", n=number),
                do=say("Xem bằng `bochiso tasks list`.", "See `bochiso tasks list`."),
            )
        last, tree = found[-1], _tree(backend, ledger)
        province = read_settings(ledger).province or last.province(tree)
        settings = settings_of(backend.folder, province, office_text(ledger, province))
        names = unit_names(backend, tree)
        mine = [each for each in known_obstacles(ledger) if each.unit in last.standings]
    gathered = GatheredReports(last.of, last.standings, last.answers, mine, names, day_of(moment))
    name = f"tong-hop-nhiem-vu-{number}{f'-{last.of.period}' if last.of.period else ''}.docx"
    for path in write_files(output, {name: merged_report(gathered, settings, moment)}):
        console().print(str(path), markup=False, soft_wrap=True)
    tell(progress_phrase(last.standings, names))


@command.command(cls=Command, help=t("Vướng mắc của các đơn vị.", "What stands in units' way."))
@data_option
@lang_option
def obstacles(data: Path) -> None:
    """List obstacles."""
    with open_ledger(DataFolder(data), look=True) as ledger:
        found = known_obstacles(ledger)
    if not found:
        tell(say("Chưa có vướng mắc nào được nêu.", "None has been told."))
        return
    table = new_table(t("Vướng mắc", "Obstacles"))
    add_numbers(table, t("Số", "No."))
    for head in (t("Đơn vị", "Unit"), t("Loại", "Kind"), t("Nội dung", "What"), t("Từ ngày", "Since"),
                 t("Giải quyết", "By whom"), t("Trả lời", "Answer")):  # fmt: skip
        table.add_column(head, overflow="fold")
    for each in found:
        table.add_row(
            counted(each.number), words(each.unit), words(OBSTACLE_KINDS[each.kind].render(LANG)),
            words(each.text), words(show_day(each.since, LANG)), words(each.ministry or each.owner or ""),
            words(each.answer or ""),
        )  # fmt: skip
    console().print(table)


def _standings(backend: Backend, ledger: Ledger, number: int | None = None) -> list[RoundStanding]:
    with WaitingSources.of(backend.folder, ledger, now()).facts() as db:
        return task_standings(ledger, now(), working_days(db), number)


def _tree(backend: Backend, ledger: Ledger) -> UnitTree:
    with WaitingSources.of(backend.folder, ledger, now()).facts() as db:
        return UnitTree({}) if db is None else unit_tree(db, _today())


def _today() -> date:
    return day_of(now())
