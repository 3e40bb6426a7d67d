"""`bochiso report KIND -o DIR`: the document, its PDF and its workbook; or the templates, to be edited."""

from collections.abc import Callable, Iterator
from pathlib import Path

import click

from bochiso.cli.document_past import tell_since
from bochiso.cli.form_files import OUTLINE, write_forms, write_outline
from bochiso.cli.options import (
    LANG,
    F,
    data_option,
    lang_option,
    measured_option,
    read_inputs,
    snapshot_options,
    t,
)
from bochiso.cli.output import console, tell, working
from bochiso.cli.usage import Command
from bochiso.errors import ComputeError
from bochiso.office.backend import Backend
from bochiso.office.document_drafts import Sources, make_draft, since_then
from bochiso.office.document_files import DocumentFiles, DocumentPlan, issue_details, make_document
from bochiso.office.office_papers import another_province, settings_of
from bochiso.periods import Period, parse_moment
from bochiso.report import build
from bochiso.report.context import DocumentKind
from bochiso.report.office_settings import OfficeSettings, read_settings
from bochiso.report.report_data import ReportRequest, provinces_in
from bochiso.report.text.document_builder import IssueDetails
from bochiso.rules.file.yaml_tree import not_text
from bochiso.rules.periodic_forms import report_forms
from bochiso.store.backup.past_folder import KnownUntil, known_until, known_with
from bochiso.store.decisions.office_texts import office_text_in
from bochiso.store.figures.snapshot_store import Store, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.text import Text, now, say
from bochiso.units.codes import normalise_code

TEMPLATES = "templates"
"""In the place of a kind: the templates and the settings themselves."""

FORMS = [*report_forms().forms, OUTLINE]
"""Forms of periodic reports, and their outline report."""

KINDS = [*(each.value for each in DocumentKind), *FORMS, TEMPLATES]


def issue_options(command: F) -> F:
    """`--label`, `--number`, `--date`, `--deadline`: what is settled when a document is issued."""
    options = (
        ("--label", t("NHÃN", "LABEL"), "Tên kỳ ghi trong văn bản, như “tuần 02 tháng 11/2025”.",
         "What the document is of, as “week 02 of 11/2025”."),
        ("--number", t("SỐ", "NUMBER"), "Số văn bản; để trống thì chừa chỗ.", "Its number; else left blank."),
        ("--date", t("NGÀY", "DAY"), "Ngày ký; để trống thì chừa chỗ.", "Its day; else left blank."),
        ("--deadline", t("NGÀY", "DAY"), "Thời hạn báo cáo, giải trình: trước ngày này (mặc định tính theo "
         "số ngày làm việc trong thông tin cơ quan).", "Answers are due before this day."),
    )  # fmt: skip
    for name, metavar, vi, en in reversed(options):
        command = click.option(name, metavar=metavar, help=t(vi, en))(command)
    return command


def past_options(command: F) -> F:
    """`--known-at`, `--reading`: the document by what was known then, as it would have been made."""
    options = (
        ("--known-at", t("LÚC", "WHEN"), "Lập theo số liệu đã biết lúc này, như “12/10/2026 08:00”, kể cả "
         "khi số liệu đã được sửa sau đó; nêu thêm điều nay biết khác.",
         "By what was known at this moment, as “2026-10-12 08:00”, though it was corrected since."),
        ("--reading", t("SỐ", "NO"), "Như trên, theo số liệu đến hết lần đọc này (xem `bochiso snapshots`).",
         "The same, by the figures up to this reading."),
    )  # fmt: skip
    for name, metavar, vi, en in reversed(options):
        kind = int if name == "--reading" else str
        command = click.option(name, metavar=metavar, type=kind, help=t(vi, en))(command)
    return command


def _path_option(name: str, metavar: str, vi: str, en: str) -> Callable[[F], F]:
    path = click.Path(readable=False, path_type=Path)
    return click.option(name, metavar=metavar, help=t(vi, en), type=path)


@click.command(
    cls=Command,
    help=t(
        "Lập văn bản (Word, PDF) và bảng tính. LOẠI: week (báo cáo tuần), month (công văn tháng), "
        "quarter (công văn quý), notice (thông báo tháng), directive (công văn chỉ đạo); "
        "07a, 07b, 06a, 06b, 03b, 08c, outline: biểu mẫu, đề cương báo cáo theo Thông tư 09/2026/TT-BTP; "
        "06a-vpcp: biểu cũ theo Thông tư 01/2020/TT-VPCP; "
        "templates: chép các mẫu và tệp thông tin cơ quan ra để sửa.",
        "Make a document (Word, PDF) and its workbook. KIND: week, month, quarter, notice, directive; "
        "07a, 07b, 06a, 06b, 03b, 08c, outline: forms and outline of Circular 09/2026/TT-BTP; 06a-vpcp: the "
        "form of Circular 01/2020/TT-VPCP; "
        "templates: copy the templates and the office's settings, to be edited.",
    ),
)
@click.argument("kind", metavar=t("LOẠI", "KIND"), type=click.Choice(KINDS))
@snapshot_options(against=True)
@click.option(
    "--province",
    metavar=t("MÃ", "CODE"),
    help=t("Tỉnh của văn bản, như H21.", "The document's province, as H21."),
)
@click.option(
    "--province-against",
    metavar=t("NGÀY", "DAY"),
    help=t(
        "So kết quả chung của tỉnh với ngày, nhãn hoặc kỳ này, khi khác với các đơn vị.",
        "Compare the province itself with this day, label or period, where it isn't the units' one.",
    ),
)
@issue_options
@past_options
@click.option(
    "--unit",
    metavar=t("MÃ", "CODE"),
    help=t("Đơn vị của biểu mẫu, như H21.17.", "The unit that a form is of, as H21.17."),
)
@click.option(
    "--each",
    is_flag=True,
    help=t("Biểu mẫu: lập thêm cho từng đơn vị trực thuộc.", "Forms: also one for each unit below."),
)
@click.option(
    "--sent",
    is_flag=True,
    help=t(
        "Biểu 07a, 07b: lấy số liệu đơn vị đã gửi (import forms) thay cho số tự đếm của đơn vị ấy.",
        "Forms 07a and 07b: what units sent (import forms) in the place of our own count of them.",
    ),
)
@_path_option(
    "--templates",
    t("THƯ_MỤC", "DIR"),
    "Mẫu Word của cơ quan (week.docx…); loại không có thì dùng mẫu có sẵn.",
    "The office's own Word templates (week.docx…); ours where it has none.",
)
@_path_option("--office", t("TỆP", "FILE"), "Thông tin của cơ quan (YAML).", "The office's settings (YAML).")
@click.option(
    "-o",
    "--output",
    metavar=t("THƯ_MỤC", "DIR"),
    default="out",
    type=click.Path(readable=False, path_type=Path),
    help=t("Nơi để các tệp (mặc định out).", "Where the files go (out by default)."),
)
@measured_option
@data_option
@lang_option
def command(
    kind: str,
    as_of: str | None,
    against: str | None,
    period: Period | None,
    province: str | None,
    unit: str | None,
    each: bool,
    sent: bool,
    templates: Path | None,
    office: Path | None,
    output: Path,
    measured: bool | None,
    data: Path,
    province_against: str | None,
    known_at: str | None,
    reading: int | None,
    **details: str | None,
) -> int:
    """Write one document and what belongs to it."""
    if kind in FORMS:
        own = unit or province
        make_forms = write_outline if kind == OUTLINE else write_forms(kind, each=each, sent=sent)
        return make_forms(data, own, period, output)
    if kind == TEMPLATES:
        _show(build.copy_templates(output))
        return 0
    folder = DataFolder(data)
    sources, known = Sources(Backend(folder), measured), _known(folder, known_at, reading)
    with working(t("Đang lập văn bản", "Making the document")):
        with open_store(folder, measured) as store:
            settings = _settings(store, office, folder, normalise_code(province) if province else None)
        asked = ReportRequest(settings.province, as_of, period, against, None, province_against)
        moment = known.moment if known else now()
        plan = DocumentPlan(DocumentKind(kind), asked, settings, templates, moment, issue=_issue(**details))
        draft = make_draft(sources, by_command_line(now()), plan, known)
        made = make_document(sources.backend, by_command_line(now()), draft.document)
        written, kept = build.write_beside(output, made.files)
        since = since_then(sources, draft, now()) if known else []
    _show(written)
    if kept:
        tell(_kept(kept))
    for note in (*draft.notes, *notes(made)):
        tell(note)
    if known:
        tell_since(since, known.moment)
    return 1 if made.failed else 0


def _known(folder: DataFolder, known_at: str | None, reading: int | None) -> KnownUntil | None:
    """How much is to be known; None for all. Raises ComputeError where nothing was, or both are given."""
    if known_at is not None and reading is not None:
        raise ComputeError(say("chọn --known-at hoặc --reading.", "give either --known-at or --reading."))
    if reading is not None:
        return known_with(folder, reading)
    return None if known_at is None else known_until(folder, parse_moment(known_at, now()))


def _issue(label: str | None, number: str | None, date: str | None, deadline: str | None) -> IssueDetails:
    """What the options settle. Raises ComputeError for what can't be a number or a day."""
    return issue_details(label=label, number=number, day=date, deadline=deadline)


def _kept(paths: list[Path]) -> Text:
    return say(
        "Giữ nguyên văn bản đã có ở đó: {names}. Văn bản mới mang số thứ tự tiếp theo; tệp PDF cũ là của văn "
        "bản cũ.",
        "What was there stays: {names}. The new files have the next number; an old PDF is the old one's.",
        names=", ".join(path.name for path in paths),
    )


def notes(made: DocumentFiles) -> Iterator[Text]:
    """What the reader must know before the document is signed, last why there is no PDF."""
    yield from made.notes
    if made.failed is not None:
        yield say("{error}", "{error}", error=made.failed.render(LANG))


def _settings(store: Store, office: Path | None, folder: DataFolder, code: str | None) -> OfficeSettings:
    """The office's settings, of the province asked for, else of their own, else of the only one there is."""
    own = code or _only(provinces_in(store))
    if office is None:
        asked = own or _which(provinces_in(store))
        return settings_of(folder, asked, office_text_in(folder, asked))
    ((_, content),) = read_inputs((office,))
    try:
        found = read_settings(content.decode("utf-8-sig"), str(office), own)
    except UnicodeDecodeError:
        raise not_text(str(office)) from None
    if own and found.province != own:
        raise another_province(found.province, own, str(office))
    return found


def _only(provinces: tuple[str, ...]) -> str | None:
    return provinces[0] if len(provinces) == 1 else None


def _which(provinces: tuple[str, ...]) -> str:
    raise ComputeError(
        say("chưa rõ văn bản của tỉnh nào.", "it isn't clear which province's document it is."),
        do=say(
            "Chọn một tỉnh: {list}.",
            "Choose a province: {list}.",
            list=", ".join(f"--province {code}" for code in provinces) or "--province H21",
        ),
    )


def _show(paths: list[Path]) -> None:
    for path in paths:
        console().print(str(path), markup=False, soft_wrap=True)
