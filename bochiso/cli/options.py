"""What the commands share: language, options, the data folder, files read from disk."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

import click

from bochiso.cli import wanted_lang
from bochiso.errors import SourceError, Where
from bochiso.intake.headings.column_choice import Choice, parse_column
from bochiso.periods import Period, parse_period
from bochiso.text import Lang, say

LANG = Lang(wanted_lang())
"""The language of this run."""

MODULES = {
    "publications": "publication_tables",
    "petitions": "petition_tables",
    "targets": "target_commands",
    "explanations": "explanation_commands",
    "apologies": "apology_commands",
    "objections": "objection_commands",
    "digest": "send_digest",
    "tasks": "task_commands",
    "goal": "goal_tables",
    "bands": "band_tables",
    "import": "imports",
    "office": "office_file",
    "forms": "sent_form_list",
    "facts": "lake_commands",
    "reconcile": "form_differences",
}
"""Commands whose module has another name."""

MAX_FILE_BYTES = 50_000_000

TABLES = (".csv", ".tsv", ".xlsx", ".xls", ".ods", ".json")
"""What tables of figures in a folder are told by."""

F = TypeVar("F", bound=Callable[..., Any])


def t(vi: str, en: str) -> str:
    """The words in the language of this run."""
    return vi if LANG is Lang.VI else en


def data_option(command: F) -> F:
    """`--data` after the command too; before it also works."""
    option = click.option(
        "--data",
        default=lambda: click.get_current_context().obj or "bochiso-data",
        type=click.Path(readable=False, path_type=Path),
        metavar=t("THƯ_MỤC", "DIR"),
        help=t(
            "Thư mục số liệu (hoặc BOCHISO_DATA; mặc định ./bochiso-data).",
            "The data folder (or BOCHISO_DATA; ./bochiso-data by default).",
        ),
    )
    return option(command)


def lang_option(command: F) -> F:
    """`--lang` after the command too; it was read before anything else."""
    return click.option(
        "--lang",
        type=click.Choice(["vi", "en"]),
        expose_value=False,
        help=t("Ngôn ngữ.", "Language."),
    )(command)


def format_options(command: F) -> F:
    """`--format` and `--excel`."""
    command = click.option(
        "--excel",
        is_flag=True,
        help=t(
            "CSV mở đúng trong Excel tiếng Việt (BOM, dấu chấm phẩy, dấu phẩy thập phân).",
            "CSV that a Vietnamese Excel opens right (BOM, semicolons, decimal commas).",
        ),
    )(command)
    return click.option(
        "--format",
        "form",
        type=click.Choice(["table", "csv", "json"]),
        default="table",
        help=t(
            "table: bảng để đọc; csv, json: cho máy đọc.", "table to read; csv and json for other programs."
        ),
    )(command)


def rules_option(default: str | None) -> Callable[[F], F]:
    """`--rules SET`: a set that comes along, or a file."""
    return click.option(
        "--rules",
        default=default,
        metavar=t("BỘ_QUY_TẮC", "SET"),
        help=t(
            "Bộ quy tắc có sẵn (qd766, qd766-exact, qd766-target80, qd766-five-groups) hoặc tệp YAML "
            "của tỉnh.",
            "A set that comes along (qd766, qd766-exact, qd766-target80, qd766-five-groups) or a YAML file.",
        ),
    )


def snapshot_options(*, against: bool) -> Callable[[F], F]:
    """`--as-of`, `--period` and, where two snapshots are compared, `--against`."""

    def decorate(command: F) -> F:
        if against:
            command = click.option(
                "--against",
                metavar=t("NGÀY", "DAY"),
                help=t(
                    "So với số liệu của ngày này, của nhãn này, hoặc `previous`: kỳ liền trước.",
                    "Compare with the snapshot of this day or label, or `previous`.",
                ),
            )(command)
        command = click.option(
            "--period",
            metavar=t("KỲ", "PERIOD"),
            type=PeriodType(),
            help=t("Kỳ: 2026, 2026-Q3, 2026-08…", "The period: 2026, 2026-Q3, 2026-08…"),
        )(command)
        return click.option(
            "--as-of",
            metavar=t("NGÀY", "DAY"),
            help=t(
                "Số liệu của ngày này hoặc của nhãn này; mặc định là mới nhất.",
                "The snapshot of this day or label; the newest by default.",
            ),
        )(command)

    return decorate


def measured_option(command: F) -> F:
    """`--measured`: what `bochiso measure` found, not what was published."""
    return click.option(
        "--measured",
        is_flag=True,
        default=None,
        help=t(
            "Dùng số liệu tự đo từ hồ sơ (`bochiso measure`) thay cho số liệu công bố.",
            "Use what `bochiso measure` found in place of what was published.",
        ),
    )(command)


def province_option(command: F) -> F:
    """`--province`: only the units of that province."""
    return click.option(
        "--province",
        metavar=t("MÃ", "CODE"),
        help=t("Chỉ các đơn vị của tỉnh này, như H15.", "Only the units of this province, as H15."),
    )(command)


def choice_options(command: F) -> F:
    """`--sheet` and `--column`: which sheet and which columns of a table are meant; see `choice`."""
    command = click.option(
        "--column",
        multiple=True,
        expose_value=False,
        callback=_remember,
        metavar=t("NỘI DUNG=CỘT", "WHAT=COLUMN"),
        help=t(
            'Cột nào là gì, khi bảng có nhiều cột giống nhau: --column "Tổng điểm=Tuần 02" (lặp lại được).',
            'Which column is what, where several could be: --column "Total=Week 02" (may be repeated).',
        ),
    )(command)
    return click.option(
        "--sheet",
        expose_value=False,
        callback=_remember,
        metavar=t("TRANG", "SHEET"),
        help=t(
            "Chỉ đọc trang tính này (tên hoặc số thứ tự); mặc định là mọi trang không ẩn có bảng.",
            "Read this sheet alone (its name or number); by default all that are visible and hold a table.",
        ),
    )(command)


def _remember(context: click.Context, param: click.Parameter, value: Any) -> None:
    context.meta[f"bochiso.{param.name}"] = value


def choice() -> Choice:
    """What `--sheet` and `--column` say. Raises SourceError where a column isn't given as WHAT=COLUMN."""
    meta = click.get_current_context().meta
    columns = tuple(parse_column(text) for text in meta.get("bochiso.column") or ())
    return Choice(meta.get("bochiso.sheet"), columns)


class PeriodType(click.ParamType[Period]):
    """A period as people write it."""

    name = "period"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Period:
        """The period; BochisoError says how to write one."""
        return value if isinstance(value, Period) else parse_period(value)


def read_inputs(paths: tuple[Path, ...], suffixes: tuple[str, ...] = TABLES) -> list[tuple[str, bytes]]:
    """Names and bytes of the files, and of the files with `suffixes` in the folders, that were named.

    Raises SourceError for one that isn't there, can't be read or is far too large to hold figures.
    """
    files: list[tuple[str, bytes]] = []
    for path in paths:
        with _reading(path):
            if not path.is_dir():
                files.append((path.name, _read(path)))
                continue
            found = sorted(
                each for each in path.rglob("*") if each.suffix.lower() in suffixes and each.is_file()
            )
        if not found:
            raise SourceError(
                say("thư mục không có tệp nào đọc được.", "the folder has no file that can be read."),
                where=Where(str(path)),
                do=say(
                    "Chỉ tới thư mục khác hoặc tệp ({suffixes}).",
                    "Name another folder or a file ({suffixes}).",
                    suffixes=", ".join(suffixes),
                ),
            )
        for each in found:
            with _reading(each):
                files.append((str(each.relative_to(path.parent)), _read(each)))
    return files


def _read(path: Path) -> bytes:
    with path.open("rb") as file:
        data = file.read(MAX_FILE_BYTES + 1)
    if len(data) > MAX_FILE_BYTES:
        raise SourceError(
            say(
                "tệp lớn hơn {most} MB, quá mức của một bảng số liệu.",
                "the file is larger than the {most} MB that a table of figures can have.",
                most=MAX_FILE_BYTES // 1_000_000,
            ),
            where=Where(str(path)),
            do=say(
                "Kiểm tra lại có đúng tệp không, hoặc chia nhỏ tệp.",
                "See whether it is the right file, or split it.",
            ),
        )
    return data


@contextmanager
def _reading(path: Path) -> Iterator[None]:
    """Turn what the system says of a file into what a person can act on."""
    try:
        yield
        return
    except FileNotFoundError:
        what = say("không có tệp này.", "there is no such file.")
    except PermissionError:
        what = say("không có quyền đọc tệp này.", "no right to read this file.")
    except OSError as error:
        what = say("không đọc được: {reason}.", "can't be read: {reason}.", reason=error.strerror)
    raise SourceError(
        what,
        where=Where(str(path)),
        do=say("Kiểm tra lại đường dẫn và quyền đọc.", "Check the path and the right to read it."),
    )
