"""`bochiso office`: the settings of a province's documents, and the documents as they were issued."""

from datetime import date
from pathlib import Path

import click

from bochiso.cli.document_past import tell_since
from bochiso.cli.options import (
    LANG,
    TABLES,
    choice,
    choice_options,
    data_option,
    lang_option,
    read_inputs,
    t,
)
from bochiso.cli.output import console, tell
from bochiso.cli.terminal_tables import new_table, words
from bochiso.cli.usage import Command, CommandGroup
from bochiso.errors import ReportError
from bochiso.intake.forms.handling_rows import read_handling
from bochiso.office.backend import Backend
from bochiso.office.document_drafts import Sources, draft_again, kept_drafts, since_then
from bochiso.office.document_files import issue_details, make_document
from bochiso.office.office_papers import import_handling, issue_document, keep_settings, set_public
from bochiso.periods import parse_day
from bochiso.report.build import write_beside
from bochiso.report.context import KIND_NAMES, DocumentKind
from bochiso.rules.file.yaml_tree import not_text
from bochiso.store.decisions.handed_units import HandlingTable
from bochiso.store.decisions.issued_documents import IssuedDocument, document_file, issued_documents
from bochiso.store.decisions.office_texts import office_text_in
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import open_ledger
from bochiso.text import now, say, show
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
    """Keep the settings. Raises SourceError for a file that isn't text in UTF-8."""
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


@command.command(
    "issue",
    cls=Command,
    help=t(
        "Lưu một văn bản đã ký (PDF hoặc Word) với số, ngày, người ký.",
        "Keep a signed document (PDF or Word) with its number, day and signer.",
    ),
)
@click.argument("file", metavar=t("TỆP", "FILE"), type=click.Path(readable=False, path_type=Path))
@click.option("--kind", required=True, type=click.Choice([each.value for each in DocumentKind]),
              metavar=t("LOẠI", "KIND"), help=t("Loại văn bản.", "Its kind."))  # fmt: skip
@click.option("--province", required=True, metavar=t("MÃ", "CODE"), help=t("Của tỉnh nào.", "Whose it is."))
@click.option("--number", required=True, metavar=t("SỐ", "NUMBER"), help=t("Số văn bản.", "Its number."))
@click.option("--date", "day", required=True, metavar=t("NGÀY", "DAY"), help=t("Ngày ký.", "Its day."))
@click.option("--signer", default="", metavar=t("TÊN", "NAME"), help=t("Người ký.", "Who signed it."))
@data_option
@lang_option
def issue(file: Path, kind: str, province: str, number: str, day: str, signer: str, data: Path) -> None:
    """Keep a document."""
    ((name, content),) = read_inputs((file,), (".pdf", ".docx"))
    settled = issue_details(label=None, number=number, day=day, deadline=None)
    document = IssuedDocument(
        normalise_code(province), kind, settled.number or number, parse_day(day), signer, name
    )
    kept = issue_document(Backend(DataFolder(data)), by_command_line(now()), document, content)
    tell(
        say(
            "Đã lưu văn bản số {number} ngày {day} (thứ {n:d}){figures}.",
            "Kept document {number} of {day} ({n:d}){figures}.",
            number=kept.number,
            day=kept.day,
            n=kept.id,
            figures=""
            if kept.figures
            else say("; tệp không mang dấu của số liệu", "; the file carries no mark of its figures"),
        )
    )


_COLUMNS = (
    ("Thứ", "No"),
    ("Số", "Number"),
    ("Ngày", "Day"),
    ("Loại", "Kind"),
    ("Người ký", "Signer"),
    ("Tệp", "File"),
    ("Công bố", "Public"),
)


@command.command(
    "issued", cls=Command, help=t("Các văn bản đã phát hành.", "The documents that were issued.")
)
@data_option
@lang_option
def issued(data: Path) -> None:
    """List them."""
    table = new_table()
    for vi, en in _COLUMNS:
        table.add_column(t(vi, en))
    with open_ledger(DataFolder(data), look=True) as ledger:
        for each in issued_documents(ledger):
            table.add_row(
                str(each.id), each.number, show(each.day, LANG), KIND_NAMES[DocumentKind(each.kind)],
                words(each.signer), words(each.file_name), t("có", "yes") if each.public else t("chưa", "no"),
            )  # fmt: skip
    console().print(table)


@command.command(
    "handling",
    cls=Command,
    help=t(
        "Nạp bảng giải quyết hồ sơ theo đơn vị (hoặc chỉ số hồ sơ quá hạn) cho văn bản, khi không nạp hồ sơ.",
        "Bring in the handling of dossiers by unit as a table, for documents, where dossiers aren't here.",
    ),
)
@click.argument("file", metavar=t("TỆP", "FILE"), type=click.Path(readable=False, path_type=Path))
@click.option("--province", required=True, metavar=t("MÃ", "CODE"), help=t("Của tỉnh nào.", "Whose it is."))
@click.option("--as-of", required=True, metavar=t("NGÀY", "DAY"), help=t("Số liệu đến hết ngày.", "Its day."))
@click.option(
    "--since",
    metavar=t("NGÀY", "DAY"),
    help=t("Tính từ ngày (mặc định đầu năm).", "From this day on; else the year's beginning."),
)
@choice_options
@data_option
@lang_option
def handling(file: Path, province: str, as_of: str, since: str | None, data: Path) -> int:
    """Keep the table; 1 where a row of it was refused."""
    ((name, content),) = read_inputs((file,), TABLES)
    day = parse_day(as_of)
    table = HandlingTable(
        normalise_code(province), parse_day(since) if since else date(day.year, 1, 1), day, (), name
    )
    records = read_handling(name, content, choice())
    for refusal in records.refusals:
        tell(t("  Từ chối ", "  Refused ") + refusal.render(LANG))
    if records.refusals:
        return 1
    kept = import_handling(Backend(DataFolder(data)), by_command_line(now()), table, records)
    for note in records.notes:
        tell(note)
    tell(
        say(
            "Đã giữ bảng giải quyết hồ sơ đến ngày {day}: {n} đơn vị.",
            "Kept the handling of dossiers up to {day}: {n} {n:unit|units}.",
            day=day,
            n=len(kept.rows),
        )
    )
    return 0


_DRAFT_COLUMNS = (
    ("Số", "No"),
    ("Lập lúc", "Made at"),
    ("Loại", "Kind"),
    ("Kỳ", "Period"),
    ("Người lập", "By"),
)


@command.command(
    "drafts", cls=Command, help=t("Các bản thảo đã lập, bản mới nhất trước.", "The drafts, the last first.")
)
@click.option("--province", metavar=t("MÃ", "CODE"), help=t("Của tỉnh nào.", "Whose they are."))
@data_option
@lang_option
def drafts(province: str | None, data: Path) -> None:
    """List them."""
    table = new_table()
    for vi, en in _DRAFT_COLUMNS:
        table.add_column(t(vi, en))
    code = normalise_code(province) if province else None
    for kept, recipe in kept_drafts(Backend(DataFolder(data)), code):
        table.add_row(
            str(kept.id), show(kept.at, LANG), KIND_NAMES[recipe.kind],
            recipe.figures.words.render(LANG) if recipe.figures else words(recipe.as_of or ""),
            words(kept.who),
        )  # fmt: skip
    console().print(table)


@command.command(
    "again",
    cls=Command,
    help=t(
        "Lập lại một bản thảo đúng như đã lập, theo số liệu đã biết lúc ấy; nêu điều nay biết khác.",
        "Make a draft again as it was, by what was known then; what is known otherwise now is told.",
    ),
)
@click.argument("number", type=int, metavar=t("SỐ", "NO"))
@click.option(
    "--templates",
    metavar=t("THƯ_MỤC", "DIR"),
    type=click.Path(readable=False, path_type=Path),
    help=t("Mẫu Word của cơ quan, nếu đã dùng.", "The office's own templates, where they were used."),
)
@click.option(
    "-o",
    "--output",
    metavar=t("THƯ_MỤC", "DIR"),
    default="out",
    type=click.Path(readable=False, path_type=Path),
    help=t("Nơi để tệp.", "Where it goes."),
)
@data_option
@lang_option
def again(number: int, templates: Path | None, output: Path, data: Path) -> int:
    """Write the files again; 1 where the Word file isn't what it was."""
    sources, by = Sources(Backend(DataFolder(data))), by_command_line(now())
    draft = draft_again(sources, number, templates)
    made = make_document(sources.backend, by, draft.document)
    written, _ = write_beside(output, made.files)
    for path in written:
        console().print(str(path), markup=False, soft_wrap=True)
    for note in (*draft.notes, *draft.document.notes()):
        tell(note)
    tell(
        say("Tệp Word giống từng byte với lần lập trước.", "The Word file is what it was, byte for byte.")
        if draft.same
        else say("Tệp Word không giống lần lập trước.", "The Word file isn't what it was.")
    )
    tell_since(since_then(sources, draft, now()), draft.recipe.known.moment)
    return 0 if draft.same else 1


@command.command(
    "public", cls=Command, help=t("Ghi rằng một văn bản đã công bố.", "Say that a document was published.")
)
@click.argument("number", type=int, metavar=t("THỨ", "NO"))
@click.option("--not", "taken_back", is_flag=True, help=t("Không còn công bố.", "No more."))
@data_option
@lang_option
def public(number: int, taken_back: bool, data: Path) -> None:
    """Change whether it is public."""
    set_public(Backend(DataFolder(data)), by_command_line(now()), number, not taken_back)


@command.command(
    "file",
    cls=Command,
    help=t("Lấy tệp của một văn bản đã phát hành.", "The file of an issued document."),
)
@click.argument("number", type=int, metavar=t("THỨ", "NO"))
@click.option(
    "-o",
    "--output",
    metavar=t("THƯ_MỤC", "DIR"),
    default="out",
    type=click.Path(readable=False, path_type=Path),
    help=t("Nơi để tệp.", "Where it goes."),
)
@data_option
@lang_option
def get_file(number: int, output: Path, data: Path) -> None:
    """Write the file, beside what is there."""
    with open_ledger(DataFolder(data), look=True) as ledger:
        document, content = document_file(ledger, number)
    written, _ = write_beside(output, {document.file_name: content})
    console().print(str(written[0]), markup=False, soft_wrap=True)
