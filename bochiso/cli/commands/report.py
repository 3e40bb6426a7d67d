"""`bochiso report KIND -o DIR`: the document, its PDF and its workbook; or the templates, to be edited."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import click

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
from bochiso.errors import ComputeError, ReportError
from bochiso.periods import Period
from bochiso.report import build
from bochiso.report.context import DocumentKind
from bochiso.report.docx.pdf import find_office, to_pdf
from bochiso.report.office_settings import OfficeSettings, default_settings, read_settings
from bochiso.report.report_data import ReportData, ReportRequest, dossiers_if_any, gather, provinces_in
from bochiso.report.text.compose import context
from bochiso.rules.file.yaml_tree import not_text
from bochiso.store.figures.snapshot_store import Store, open_store
from bochiso.store.folder import DataFolder
from bochiso.text import Text, now, say
from bochiso.units.codes import normalise_code
from bochiso.units.model import LEVEL_NAMES

TEMPLATES = "templates"
"""In the place of a kind: the templates and the settings themselves."""

KINDS = [*(each.value for each in DocumentKind), TEMPLATES]
_NO_OFFICE = say(
    "Máy này chưa có LibreOffice nên không tạo PDF; mở tệp Word và lưu thành PDF.",
    "LibreOffice isn't on this machine, so there is no PDF; open the Word file and save it as PDF.",
)
_FIRST = say(
    "Chưa có kỳ trước để so sánh nên văn bản không có phần tăng, giảm.",
    "There is nothing before to compare with, so the document says nothing of changes.",
)


@dataclass
class Made:
    """The files of a document, what the reader must know of them, and whether all could be made."""

    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    whole: bool = True


def _path_option(name: str, metavar: str, vi: str, en: str) -> Callable[[F], F]:
    path = click.Path(readable=False, path_type=Path)
    return click.option(name, metavar=metavar, help=t(vi, en), type=path)


@click.command(
    cls=Command,
    help=t(
        "Lập văn bản (Word, PDF) và bảng tính. LOẠI: week (báo cáo tuần), month (công văn tháng), "
        "quarter (công văn quý), notice (thông báo tháng), directive (công văn chỉ đạo); "
        "templates: chép các mẫu và tệp thông tin cơ quan ra để sửa.",
        "Make a document (Word, PDF) and its workbook. KIND: week, month, quarter, notice, directive; "
        "templates: copy the templates and the office's settings, to be edited.",
    ),
)
@click.argument(
    "kind", metavar=t("LOẠI", "KIND"), type=click.Choice([*(each.value for each in DocumentKind), TEMPLATES])
)
@snapshot_options(against=True)
@click.option(
    "--province",
    metavar=t("MÃ", "CODE"),
    help=t("Tỉnh của văn bản, như H21.", "The document's province, as H21."),
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
    templates: Path | None,
    office: Path | None,
    output: Path,
    measured: bool | None,
    data: Path,
) -> int:
    """Write one document and what belongs to it."""
    if kind == TEMPLATES:
        _show(build.copy_templates(output))
        return 0
    with (
        working(t("Đang lập văn bản", "Making the document")),
        open_store(DataFolder(data), measured) as store,
    ):
        settings = _settings(store, office, normalise_code(province) if province else None)
        asked = ReportRequest(settings.province, as_of, period, against)
        made = make(DocumentKind(kind), settings, templates, store, DataFolder(data), asked)
        written = build.write_files(output, made.files)
    _show(written)
    for note in made.notes:
        tell(note)
    return 0 if made.whole else 1


def make(
    kind: DocumentKind,
    settings: OfficeSettings,
    templates: Path | None,
    store: Store,
    folder: DataFolder,
    asked: ReportRequest,
) -> Made:
    """The Word document, its PDF where that can be made, and the workbook, from the same figures."""
    moment = now()
    template = build.find_template(kind, templates)
    with dossiers_if_any(folder) as db:
        facts = gather(store, asked, moment, db)
    found = context(kind, facts, settings, moment, build.drawings(template, facts))
    word = build.document(kind, found, facts, template, moment)
    book = build.workbook(facts, found.office.name, moment)
    stem = build.stem(kind, facts)
    made = Made({f"{stem}.docx": word, f"{stem}.xlsx": book}, list(_notes(facts)))
    if templates and template.name == f"{kind}.docx":
        made.notes.append(
            say(
                "Không có {kind}.docx trong {folder}: dùng mẫu có sẵn.",
                "There is no {kind}.docx in {folder}: ours was used.",
                kind=kind.value,
                folder=str(templates),
            )
        )
    _add_pdf(made)
    return made


def _add_pdf(made: Made) -> None:
    """The PDF of the Word document, where LibreOffice is there and can make it."""
    word = {Path(name).stem: data for name, data in made.files.items() if name.endswith(".docx")}
    program = find_office()
    if program is None:
        made.notes.append(_NO_OFFICE)
        return
    try:
        made.files |= {f"{name}.pdf": data for name, data in to_pdf(word, program).items()}
    except ReportError as error:
        made.notes.append(say("{error}", "{error}", error=error.render(LANG)))
        made.whole = False


def _notes(facts: ReportData) -> Iterator[Text]:
    """What the reader must know before the document is signed."""
    yield from facts.remarks
    if facts.before is None and not (facts.province and facts.province.before):
        yield _FIRST
    if facts.province is None:
        yield say(
            "Không có số liệu xếp hạng tỉnh của kỳ này nên văn bản không nêu kết quả chung của tỉnh.",
            "There is no ranking of provinces of this period, so the document says nothing of the province.",
        )
    for each in facts.levels:
        lacking = len(each.standings.rows) - each.standings.ranked
        if lacking:
            yield say(
                "{level}: {n} đơn vị chưa đủ số liệu, không xếp hạng.",
                "{level}: {n} {n:unit lacks figures and is|units lack figures and are} not ranked.",
                level=LEVEL_NAMES[each.level],
                n=lacking,
            )


def _settings(store: Store, office: Path | None, code: str | None) -> OfficeSettings:
    """The office's settings, of the province asked for, else of their own, else of the only one there is."""
    own = code or _only(provinces_in(store))
    if office is None:
        return default_settings(own or _which(provinces_in(store)))
    ((_, content),) = read_inputs((office,))
    try:
        found = read_settings(content.decode("utf-8-sig"), str(office), own)
    except UnicodeDecodeError:
        raise not_text(str(office)) from None
    return found.model_copy(update={"province": code}) if code else found


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
