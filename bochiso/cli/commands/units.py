"""`bochiso units`: the known units with their codes, and names without codes given to them."""

import sys
from pathlib import Path

import click

from bochiso.cli.options import (
    LANG,
    data_option,
    format_options,
    lang_option,
    province_option,
    read_inputs,
    t,
)
from bochiso.cli.output import chosen_form, console, tell, write_csv, write_json
from bochiso.cli.terminal_tables import new_table, words
from bochiso.cli.unit_history import heir, history, predecessors
from bochiso.cli.usage import Command, CommandGroup
from bochiso.errors import BochisoError
from bochiso.intake.figures.filled_codes import filled_codes
from bochiso.office.backend import Backend
from bochiso.office.figures import forget_name, match_name
from bochiso.office.unit_boundaries import keep_boundaries
from bochiso.report.xlsx.unit_list import unit_workbook
from bochiso.store.decisions.name_choices import name_choices, question_of
from bochiso.store.figures.name_questions import NameQuestion, name_questions, units_of
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import Ledger, open_ledger
from bochiso.text import moment, now, say
from bochiso.units.codes import normalise_code
from bochiso.units.model import LEVEL_NAMES, Level


@click.group(
    cls=CommandGroup,
    help=t(
        "Danh sách đơn vị và mã; ghép tên không có mã vào đơn vị.",
        "The known units and their codes; giving names without codes to them.",
    ),
)
@lang_option
def command() -> None:
    """Units."""


command.add_command(predecessors)
command.add_command(history)
command.add_command(heir)


_LEVEL = click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    help=t("Chỉ cấp này.", "Of this level."),
)


@command.command(
    "list",
    cls=Command,
    help=t(
        "Các đơn vị đã biết: của danh sách kèm theo (H15, H21) và của số liệu đã nạp, đã thu thập.",
        "The known units: of the lists that come along (H15, H21) and of figures that are kept.",
    ),
)
@_LEVEL
@province_option
@format_options
@data_option
@lang_option
def list_units(level: str | None, province: str | None, form: str, excel: bool, data: Path) -> None:
    """List the known units."""
    form = chosen_form(form, excel=excel)
    found = [
        each for each in units_of(DataFolder(data), _code(province))
        if level in (None, each.level.value)
    ]  # fmt: skip
    rows = [
        {"unit": each.code, "unit_name": each.name, "level": each.level.value, "parent": each.parent or ""}
        for each in found
    ]
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        table = new_table()
        for heading in (t("Mã", "Code"), t("Tên đơn vị", "Unit"), t("Cấp", "Level")):
            table.add_column(heading, overflow="fold")
        for each in found:
            table.add_row(each.code, words(each.name), LEVEL_NAMES[each.level].render(LANG))
        console().print(table)
    tell(say("{n} đơn vị.", "{n} {n:unit|units}.", n=len(found)))


@command.command(
    "export",
    cls=Command,
    help=t(
        "Ghi danh sách đơn vị thành bảng tính, kèm các tên chưa có mã để điền; điền xong nạp lại bằng "
        "`bochiso units match TỆP`.",
        "Write the list of units as a workbook, with the names that have no code yet; fill the codes in and "
        "bring it back with `bochiso units match FILE`.",
    ),
)
@province_option
@click.option(
    "-o",
    "--output",
    default="don-vi.xlsx",
    metavar=t("TỆP", "FILE"),
    type=click.Path(readable=False, path_type=Path),
    help=t("Tệp để ghi (mặc định don-vi.xlsx).", "The file (don-vi.xlsx by default)."),
)
@data_option
@lang_option
def export(province: str | None, output: Path, data: Path) -> None:
    """Write the workbook."""
    folder, code = DataFolder(data), _code(province)
    listed = units_of(folder, code)
    asked = [each for each in name_questions(folder, unlisted=True) if code in (None, each.province)]
    output.write_bytes(unit_workbook(listed, asked))
    tell(
        say(
            "Đã ghi {units} đơn vị và {names} tên chưa có mã vào {file}.",
            "{units} {units:unit|units} and {names} {names:name|names} without a code are in {file}.",
            units=len(listed),
            names=len(asked),
            file=str(output),
        )
    )


@command.command(
    "map",
    cls=Command,
    help=t(
        "Giữ địa giới các xã, phường của một tỉnh từ tệp GeoJSON (WGS84) để vẽ bản đồ trên trang.",
        "Keep the boundaries of a province's communes from a GeoJSON file (WGS84) for the map of the pages.",
    ),
)
@click.argument("file", metavar=t("TỆP", "FILE"), type=click.Path(readable=False, path_type=Path))
@click.option("--province", metavar=t("MÃ", "CODE"), required=True, help=t("Như H15.", "As H15."))
@data_option
@lang_option
def keep_map(file: Path, province: str, data: Path) -> None:
    """Keep the boundaries."""
    ((name, content),) = read_inputs((file,), (".geojson", ".json"))
    code = normalise_code(province)
    found = keep_boundaries(Backend(DataFolder(data)), by_command_line(now()), code, name, content)
    tell(
        say(
            "Đã giữ địa giới của {n} đơn vị ({points} điểm).",
            "Kept the boundaries of {n} {n:unit|units} ({points} points).",
            n=len(found.outlines),
            points=found.points,
        )
    )
    for words_, names in (
        (say("Chưa có địa giới", "Without boundaries"), found.missing),
        (say("Không nhận ra trong tệp", "Not known in the file"), found.strangers),
    ):
        if names:
            tell(say("{what}: {names}.", "{what}: {names}.", what=words_, names=", ".join(names)))


@command.command(
    cls=Command,
    help=t(
        "Ghép tên không có mã vào đơn vị. Không ghi gì thêm: hỏi lần lượt từng tên chưa rõ (hoặc liệt kê, "
        "khi không chạy ở cửa sổ lệnh). Ghi TÊN và MÃ: ghép một tên. Ghi tệp của `bochiso units export` đã "
        "điền mã: ghép mọi tên trong tệp. Điều đã chọn được nhớ cho các lần sau.",
        "Give names without codes to units. Alone: asks of each open name (or lists them, where nobody can "
        "answer). With NAME and CODE: one name. With the filled-in workbook of `bochiso units export`: all "
        "names in it. What was chosen is remembered.",
    ),
)
@click.argument("name", required=False, metavar=t("TÊN|TỆP", "NAME|FILE"))
@click.argument("code", required=False, metavar=t("MÃ", "CODE"))
@click.option(
    "--own",
    is_flag=True,
    help=t("Tên này là một đơn vị riêng, không có trong danh sách.", "The name is a unit by itself."),
)
@_LEVEL
@province_option
@data_option
@lang_option
def match(
    name: str | None, code: str | None, own: bool, level: str | None, province: str | None, data: Path
) -> int:
    """Give names to units. Raises UsageError for a name without its code."""
    folder = DataFolder(data)
    folder.check()
    if name is None:
        return _ask_all(folder)
    with open_ledger(folder) as ledger:
        if code is None and not own:
            path = Path(name)
            if path.suffix.lower() == ".xlsx" and path.is_file():
                return _from_workbook(ledger, folder, path)
            raise click.UsageError(
                t("ghi thêm MÃ của đơn vị, hoặc --own.", "add the unit's CODE, or --own."),
                click.get_current_context(),
            )
        asked = question_of(folder, name, Level(level) if level else None, _code(province))
        _give(ledger, folder, asked, code)
    return 0


@command.command(
    cls=Command,
    help=t("Bỏ điều đã chọn về một tên; tên ấy được hỏi lại.", "Take back what was said of a name."),
)
@click.argument("name", metavar=t("TÊN", "NAME"))
@data_option
@lang_option
def unmatch(name: str, data: Path) -> None:
    """Take a choice back."""
    forget_name(Backend(DataFolder(data)), by_command_line(now()), name)
    tell(say("Đã bỏ ghép tên “{name}”.", "“{name}” was taken back.", name=name))


@command.command(
    cls=Command, help=t("Các tên đã ghép: vào đơn vị nào, ai ghép, lúc nào.", "The names that were given.")
)
@format_options
@data_option
@lang_option
def matched(form: str, excel: bool, data: Path) -> None:
    """List the choices."""
    form = chosen_form(form, excel=excel)
    with open_ledger(DataFolder(data)) as ledger:
        found = name_choices(ledger)
    rows = [
        {
            "name": each.choice.name, "level": each.choice.level.value, "province": each.choice.province,
            "unit": each.choice.code, "who": each.who, "at": each.at.isoformat(),
        }
        for each in found
    ]  # fmt: skip
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        table = new_table()
        for heading in (t("Tên", "Name"), t("Đơn vị", "Unit"), t("Ai ghép", "By"), t("Lúc", "At")):
            table.add_column(heading, overflow="fold")
        for each in found:
            unit = each.choice.code or t("đơn vị riêng", "a unit by itself")
            table.add_row(words(each.choice.name), unit, words(each.who), moment(each.at, LANG))
        console().print(table)


def _code(province: str | None) -> str | None:
    return normalise_code(province) if province else None


def _give(ledger: Ledger, folder: DataFolder, asked: NameQuestion, code: str | None) -> None:
    unit = match_name(Backend(folder, ledger), by_command_line(now()), asked, code)
    if unit is None:
        tell(
            say("Đã ghi nhớ: “{name}” là một đơn vị riêng.", "“{name}” is a unit by itself.", name=asked.name)
        )
        return
    tell(
        say(
            "Đã ghi nhớ: “{name}” là {unit} ({code}).",
            "“{name}” is {unit} ({code}).",
            name=asked.name,
            unit=unit.name,
            code=unit.code,
        )
    )


def _ask_all(folder: DataFolder) -> int:
    asked = name_questions(folder)
    if not asked:
        tell(say("Không có tên nào cần ghép.", "No name is open."))
        return 0
    if not (sys.stdin.isatty() and sys.stderr.isatty()):
        for each in asked:
            tell(question_line(each))
        tell(
            say(
                "Ghép từng tên bằng `bochiso units match TÊN MÃ`; đơn vị không có trong danh sách: "
                "`bochiso units match TÊN --own`.",
                "Give each with `bochiso units match NAME CODE`, or `--own` for a unit that no list has.",
            )
        )
        return 1
    with open_ledger(folder) as ledger:
        for each in asked:
            tell(question_line(each))
            answer = click.prompt(
                t("Mã hoặc tên đơn vị (- đơn vị riêng; Enter: để sau)", "Code (- by itself; Enter: later)"),
                default="",
                show_default=False,
                err=True,
            ).strip()
            if not answer:
                continue
            try:
                _give(ledger, folder, each, None if answer == "-" else answer)
            except BochisoError as error:
                tell(error.render(LANG))
    return 1 if name_questions(folder) else 0


def question_line(asked: NameQuestion) -> str:
    """An open name with what it may be, on one line."""
    some = ", ".join(f"{unit.code} {unit.name}" for unit in asked.candidates)
    line = say(
        "  “{name}” ({level}{of}): {what}",
        "  “{name}” ({level}{of}): {what}",
        name=asked.name,
        level=LEVEL_NAMES[asked.level],
        of=f", {asked.province}" if asked.province else "",
        what=say("cùng bảng đã có {some}", "its table has {some} already", some=some)
        if asked.twice
        else say("có phải {some}?", "is it {some}?", some=some)
        if some
        else say("không có trong danh sách đơn vị đã biết", "no known unit has this name"),
    )
    return line.render(LANG)


def _from_workbook(ledger: Ledger, folder: DataFolder, path: Path) -> int:
    done = bad = 0
    for row, name, level, province, code in filled_codes(path.name, path.read_bytes()):
        try:
            asked = question_of(folder, name, level, province)
            match_name(Backend(folder, ledger), by_command_line(now()), asked, code)
            done += 1
        except BochisoError as error:
            bad += 1
            tell(say("  {file}, dòng {row:d}: {why}", "  {file}, row {row:d}: {why}",
                     file=path.name, row=row, why=error.render(LANG)))  # fmt: skip
    tell(say("Đã ghép {n} tên.", "{n} {n:name was|names were} given.", n=done))
    return 1 if bad else 0
