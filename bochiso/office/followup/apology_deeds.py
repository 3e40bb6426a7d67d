"""Apologies: recorded with the one new date, taken back where recorded by mistake, written as a letter."""

from datetime import date

from bochiso.followup.apologies import Apology, ApologyCase
from bochiso.office.backend import Backend
from bochiso.report.letters.apology_letter import apology_letter
from bochiso.report.office_settings import OfficeSettings
from bochiso.rules.calendar import Calendar
from bochiso.store.followup import apology_register
from bochiso.store.people.audit import By


def record_apology(
    backend: Backend, by: By, case: ApologyCase, given: tuple[str, date | None], calendar: Calendar
) -> Apology:
    """Keep an apology for a dossier: its reason and new date. Raises ComputeError for a second one."""
    with backend.open_ledger() as ledger:
        return apology_register.record_apology(ledger, case, given, calendar, by)


def withdraw_apology(backend: Backend, by: By, number: int, because: str) -> Apology:
    """Take an apology back that was recorded by mistake. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return apology_register.withdraw_apology(ledger, number, because, by)


def write_letter(backend: Backend, by: By, apology: Apology, settings: OfficeSettings) -> bytes:
    """The letter of an apology in Word, with its line of the log."""
    body = apology_letter(apology, settings, by.at)
    with backend.open_ledger() as ledger:
        ledger.record(by, "document.make", f"xin-loi-{apology.number}.docx", form="docx", unit=apology.unit)
    return body
