"""A document with its files: the Word document, its PDF, the workbook, all of the same figures."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path

from duckdb import DuckDBPyConnection

from bochiso.errors import ComputeError, ReportError
from bochiso.office.backend import Backend
from bochiso.periods import parse_day
from bochiso.report import build
from bochiso.report.charts.process import Draw
from bochiso.report.context import Context, DocumentKind
from bochiso.report.docx.pdf import find_office, to_pdf
from bochiso.report.docx.render import Template
from bochiso.report.office_settings import OfficeSettings
from bochiso.report.report_data import ReportData, ReportRequest, gather
from bochiso.report.text.compose import context
from bochiso.report.text.document_builder import IssueDetails
from bochiso.store.figures.snapshot_store import Store
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.text import Text, say
from bochiso.units.model import LEVEL_NAMES

FORMS = ("docx", "xlsx", "pdf")

_NO_OFFICE = say(
    "Máy này chưa có LibreOffice nên không tạo PDF; mở tệp Word và lưu thành PDF.",
    "LibreOffice isn't on this machine, so there is no PDF; open the Word file and save it as PDF.",
)
_FIRST = say(
    "Chưa có kỳ trước để so sánh nên văn bản không có phần tăng, giảm.",
    "There is nothing before to compare with, so the document says nothing of changes.",
)


_FIRST_OF_UNITS = say(
    "Chưa có kỳ trước cùng loại của các đơn vị nên văn bản không nêu tăng, giảm của đơn vị.",
    "There is nothing of its kind before for the units, so the document says nothing of their changes.",
)


def _of_dossiers(facts: ReportData) -> Iterator[Text]:
    """Why a document says nothing of dossiers, where it doesn't."""
    if facts.dossiers is not None:
        return
    if facts.dossiers_until is None:
        yield say(
            "Chưa nạp hồ sơ nào của tỉnh nên văn bản không nêu tình hình giải quyết hồ sơ.",
            "No dossiers of the province were brought in, so the document says nothing of them.",
        )
        return
    yield say(
        "Dữ liệu hồ sơ dừng ở ngày {day}, trước kỳ của văn bản, nên văn bản không nêu tình hình giải quyết "
        "hồ sơ; cần kiểm tra việc đồng bộ.",
        "Dossiers end on {day}, before the period, so the document says nothing of them; see to the "
        "synchronisation.",
        day=facts.dossiers_until,
    )


@dataclass(frozen=True)
class DocumentPlan:
    """What is to be made. `templates`: the office's own, if any; `moment`: when it is made.

    `drawn`: what draws the charts, where that isn't a process of its own; `issue`: what is settled of it.
    """

    kind: DocumentKind
    asked: ReportRequest
    settings: OfficeSettings
    templates: Path | None
    moment: datetime
    drawn: Draw | None = None
    issue: IssueDetails = field(default_factory=IssueDetails)


@dataclass(frozen=True)
class DocumentDraft:
    """A document whose figures are gathered; each of its files is made once it is asked for."""

    plan: DocumentPlan
    template: Template
    facts: ReportData

    @property
    def stem(self) -> str:
        """What its files are called, without the end."""
        return build.stem(self.plan.kind, self.facts)

    @property
    def overdue(self) -> int:
        """How many overdue dossiers the workbook lists."""
        return len(self.facts.dossiers.dossiers) if self.facts.dossiers else 0

    @cached_property
    def _context(self) -> Context:
        plan, facts, drawn = self.plan, self.facts, self.plan.drawn
        charts = build.drawings(self.template, facts, *([drawn] if drawn else []))
        return context(plan.kind, facts, plan.settings, plan.moment, charts, plan.issue)

    @cached_property
    def word(self) -> bytes:
        """The Word document. Raises ReportError where its template can't be used."""
        return build.document(self.plan.kind, self._context, self.facts, self.template, self.plan.moment)

    @property
    def proposals(self) -> list[tuple[str, list[str]]]:
        """Of whom what is asked, as a person edits it."""
        return [(each.to, [item.text for item in each.items]) for each in self._context.proposals]

    @cached_property
    def pdf(self) -> bytes:
        """The Word document as PDF, made once. Raises ReportError where that can't be."""
        program = find_office()
        if program is None:
            raise ReportError(say("máy chủ chưa có LibreOffice.", "LibreOffice isn't on this machine."))
        return to_pdf({self.stem: self.word}, program)[self.stem]

    def file(self, form: str) -> bytes:
        """The document in one of its forms. Raises ReportError where it can't be made."""
        if form == "xlsx":
            plan = self.plan
            own = context(plan.kind, self.facts, plan.settings, plan.moment, (), plan.issue).office
            named = own.name.removesuffix(own.kind)
            whole = f"{named}{own.province}" if named != own.name else own.name
            return build.workbook(self.facts, whole, plan.moment)
        return self.word if form == "docx" else self.pdf

    def notes(self) -> Iterator[Text]:
        """What the reader must know before the document is signed."""
        facts, plan = self.facts, self.plan
        yield from facts.remarks
        if facts.before is None and facts.levels and facts.province and facts.province.before:
            yield _FIRST_OF_UNITS
        elif facts.before is None and not (facts.province and facts.province.before):
            yield _FIRST
        yield from _of_dossiers(facts)
        if facts.province is None:
            yield say(
                "Không có số liệu xếp hạng tỉnh của kỳ này nên văn bản không nêu kết quả chung của tỉnh.",
                "There is no ranking of provinces of this period, so the document says nothing of the "
                "province.",
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
        if plan.templates and self.template.name == f"{plan.kind}.docx":
            yield say(
                "Không có {kind}.docx trong {folder}: dùng mẫu có sẵn.",
                "There is no {kind}.docx in {folder}: ours was used.",
                kind=plan.kind.value,
                folder=str(plan.templates),
            )


_NUMBER = re.compile(r"[0-9]{1,6}[a-z]?", re.IGNORECASE)


def issue_details(
    *, label: str | None, number: str | None, day: str | None, deadline: str | None
) -> IssueDetails:
    """What a person writes of the issue of a document; empty text is nothing.

    A number below ten gets its zero (Decree 30/2020/NĐ-CP, Annex I, II.3). Raises ComputeError for what
    can't be a number or a day, and for a deadline that isn't after the day.
    """
    if number and not _NUMBER.fullmatch(number):
        raise ComputeError(
            say("“{text}” không phải là số văn bản.", "“{text}” is no number of a document.", text=number),
            do=say("Chỉ ghi số, ví dụ 125; ký hiệu đã có trong thông tin cơ quan.", "Write 125 alone."),
        )
    issued, due = (parse_day(text) if text else None for text in (day, deadline))
    if issued and due and due <= issued:
        raise ComputeError(
            say("thời hạn phải sau ngày văn bản.", "the deadline must come after the document's day."),
            do=say("Chọn một ngày sau {day}.", "Choose a day after {day}.", day=issued),
        )
    padded = f"0{number}" if number and len(number) == 1 else number
    return IssueDetails(label or None, padded or None, issued, due)


def draft_document(plan: DocumentPlan, store: Store, db: DuckDBPyConnection | None) -> DocumentDraft:
    """Gather what a document says. Raises ComputeError where its figures aren't there, ReportError."""
    template = build.find_template(plan.kind, plan.templates)
    return DocumentDraft(plan, template, gather(store, plan.asked, plan.moment, db))


@dataclass
class DocumentFiles:
    """The files of a document, what the reader must know of them, and why there is no PDF, if it failed."""

    files: dict[str, bytes] = field(default_factory=dict)
    notes: list[Text] = field(default_factory=list)
    failed: ReportError | None = None


def make_document(backend: Backend, by: By, draft: DocumentDraft) -> DocumentFiles:
    """The Word document, the workbook and, where that can be made, the PDF; each a line, or none of them."""
    made = DocumentFiles(notes=list(draft.notes()))
    forms = [*FORMS]
    if find_office() is None:
        made.notes.append(_NO_OFFICE)
        forms.remove("pdf")
    for form in forms:
        try:
            made.files[f"{draft.stem}.{form}"] = draft.file(form)
        except ReportError as error:
            if form != "pdf":
                raise
            made.failed = error
    _record(backend, by, draft, [Path(name).suffix[1:] for name in made.files])
    return made


def make_file(backend: Backend, by: By, draft: DocumentDraft, form: str) -> bytes:
    """One file of a document. Raises ReportError where it can't be made, and then there is no line."""
    made = draft.file(form)
    _record(backend, by, draft, [form])
    return made


def _record(backend: Backend, by: By, draft: DocumentDraft, forms: Sequence[str]) -> None:
    with backend.open_ledger() as ledger, ledger.write() as db:
        for form in forms:
            name = f"{draft.stem}.{form}"
            audit.append(db, by, "document.make", name, overdue=draft.overdue, form=form)
