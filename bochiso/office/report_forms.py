"""Forms of periodic reports with their files: a workbook, a Word document, its PDF."""

from collections.abc import Callable, Sequence

from bochiso.errors import ReportError
from bochiso.office.backend import Backend
from bochiso.report.docx.pdf import find_office, to_pdf
from bochiso.report.forms.form_document import form_document
from bochiso.report.forms.form_layout import FilledForm
from bochiso.report.forms.form_sheet import form_workbook
from bochiso.report.forms.outline import OutlineFacts, outline_document
from bochiso.report.forms.reconciled_data import ReconciledUnit
from bochiso.report.forms.reconciliation_files import reconciliation_annex, reconciliation_workbook
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.worklists.form_reconciliation import DifferingItem
from bochiso.text import say

FORM_FILES = ("xlsx", "docx", "pdf")


def stem(forms: Sequence[FilledForm]) -> str:
    """What the files of forms are called, without the end."""
    first = forms[0]
    several = "-tung-don-vi" if len(forms) > 1 else ""
    return f"bieu-{first.code}-{first.unit}-{first.period.code}{several}"


def form_file(backend: Backend, by: By, forms: Sequence[FilledForm], form: str) -> bytes:
    """One file of forms, with its line of the log. Raises ReportError where it can't be made."""
    return form_files(backend, by, forms, [form])[f"{stem(forms)}.{form}"]


def form_files(
    backend: Backend, by: By, forms: Sequence[FilledForm], kinds: Sequence[str]
) -> dict[str, bytes]:
    """Files of forms by name, each with a line of the log, or none of them. Raises ReportError."""
    makers: dict[str, Callable[[], bytes]] = {
        "xlsx": lambda: form_workbook(forms, by.at),
        "docx": lambda: form_document(forms, by.at),
        "pdf": lambda: _pdf(form_document(forms, by.at), stem(forms)),
    }
    made = {f"{stem(forms)}.{kind}": makers[kind]() for kind in kinds}
    with backend.open_ledger() as ledger, ledger.write() as db:
        for kind, name in zip(kinds, made, strict=True):
            audit.append(db, by, "document.make", name, form=kind, period=forms[0].period.code)
    return made


def outline_files(backend: Backend, by: By, facts: OutlineFacts, kinds: Sequence[str]) -> dict[str, bytes]:
    """The outline report in Word and PDF, each with a line of the log, or none. Raises ReportError."""
    name, document = f"de-cuong-{facts.unit}-{facts.period.code}", outline_document(facts, by.at)
    makers: dict[str, Callable[[], bytes]] = {"docx": lambda: document, "pdf": lambda: _pdf(document, name)}
    made = {f"{name}.{kind}": makers[kind]() for kind in kinds}
    with backend.open_ledger() as ledger, ledger.write() as db:
        for kind, each in zip(kinds, made, strict=True):
            audit.append(db, by, "document.make", each, form=kind, period=facts.period.code)
    return made


def reconciliation_files(
    backend: Backend, by: By, found: ReconciledUnit, items: Sequence[DifferingItem]
) -> dict[str, bytes]:
    """Form against index as workbook and annex, each with a line of the log, or none."""
    name = f"doi-chieu-{found.unit}-{found.found.form_period.code}"
    made = {
        f"{name}.xlsx": reconciliation_workbook(found, items, by.at),
        f"{name}.docx": reconciliation_annex(found, by.at),
    }
    with backend.open_ledger() as ledger, ledger.write() as db:
        for each in made:
            form = each.rpartition(".")[2]
            listed = len(items) if form == "xlsx" else 0
            audit.append(db, by, "document.make", each, form=form, dossiers=listed)
    return made


def _pdf(document: bytes, name: str) -> bytes:
    program = find_office()
    if program is None:
        raise ReportError(say("máy này chưa có LibreOffice.", "LibreOffice isn't on this machine."))
    return to_pdf({name: document}, program)[name]
