"""`bochiso office import FILE`, `bochiso office export`: the settings of documents, kept for a province."""

from pathlib import Path

import click

from bochiso.cli.options import data_option, lang_option, read_inputs, t
from bochiso.cli.output import console, tell
from bochiso.cli.usage import Command, CommandGroup
from bochiso.errors import ReportError
from bochiso.office.backend import Backend
from bochiso.office.office_papers import keep_settings
from bochiso.rules.file.yaml_tree import not_text
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.office_texts import office_text_in
from bochiso.text import now, say
from bochiso.units.codes import normalise_code


@click.group(
    cls=CommandGroup,
    help=t(
        "Thông tin cơ quan dùng cho văn bản của từng tỉnh, giữ trong sổ cái.",
        "The settings of a province's documents, kept in the ledger.",
    ),
)
@lang_option
def command() -> None:
    """Settings of documents."""


@command.command(
    "import",
    cls=Command,
    help=t(
        "Giữ một tệp thông tin cơ quan (office.yaml); report và trang Văn bản dùng từ nay.",
        "Keep a file of settings (office.yaml); report and the page use it from now on.",
    ),
)
@click.argument("file", metavar=t("TỆP", "FILE"), type=click.Path(readable=False, path_type=Path))
@click.option(
    "--province", metavar=t("MÃ", "CODE"), help=t("Của tỉnh nào, như H15.", "Whose they are, as H15.")
)
@data_option
@lang_option
def bring_in(file: Path, province: str | None, data: Path) -> None:
    """Keep the settings."""
    ((_, content),) = read_inputs((file,))
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise not_text(str(file)) from None
    code = normalise_code(province) if province else None
    found = keep_settings(Backend(DataFolder(data)), by_command_line(now()), text, str(file), code)
    tell(
        say(
            "Đã giữ thông tin cơ quan của tỉnh {province}.",
            "Kept the office's settings of {province}.",
            province=found.province,
        )
    )


@command.command(
    "export",
    cls=Command,
    help=t("In thông tin cơ quan đang giữ của một tỉnh.", "Print what is kept for a province."),
)
@click.option("--province", metavar=t("MÃ", "CODE"), required=True, help=t("Như H15.", "As H15."))
@data_option
@lang_option
def give_out(province: str, data: Path) -> None:
    """Print the settings. Raises ReportError where none are kept."""
    kept = office_text_in(DataFolder(data), code := normalise_code(province))
    if kept is None:
        raise ReportError(
            say("chưa giữ thông tin cơ quan của tỉnh {code}.", "nothing is kept for {code}.", code=code),
            do=say("Nạp bằng `bochiso office import`.", "Bring it in with `bochiso office import`."),
        )
    console().print(kept.text, markup=False, soft_wrap=True, end="")
