"""Explanations: asked for, answered, accepted or sent back, moved to an heir, withdrawn, gathered."""

from collections.abc import Container, Sequence

from bochiso.errors import ComputeError
from bochiso.followup.explanations import AnswerGiven, ExplanationRequest
from bochiso.office.backend import Backend
from bochiso.report.letters.gathered_explanations import gathered_explanations
from bochiso.report.office_settings import OfficeSettings
from bochiso.store.followup import explanation_register
from bochiso.store.followup.explanation_register import RequestDraft
from bochiso.store.people.audit import By
from bochiso.text import say


def ask(backend: Backend, by: By, draft: RequestDraft) -> ExplanationRequest:
    """Ask units to explain, their lists frozen as they are. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return explanation_register.open_request(ledger, draft, by)


def answer(backend: Backend, by: By, number: int, unit: str, given: AnswerGiven) -> ExplanationRequest:
    """Keep a unit's answer, late or in time. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return explanation_register.answer_request(ledger, number, unit, given, by)


def accept(backend: Backend, by: By, number: int, unit: str) -> ExplanationRequest:
    """Accept the answer of a unit that waits. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return explanation_register.decide_answer(ledger, number, unit, by)


def send_back(backend: Backend, by: By, number: int, unit: str, because: str) -> ExplanationRequest:
    """Send the answer of a unit back, with the reason. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return explanation_register.decide_answer(ledger, number, unit, by, because)


def move(
    backend: Backend, by: By, number: int, unit: str, heir: str, listed: Container[str]
) -> ExplanationRequest:
    """Have the unit that another was merged into answer for it. `listed`: the units that lists have.

    Raises ComputeError.
    """
    if heir not in listed:
        raise ComputeError(
            say("danh sách đơn vị không có mã {code}.", "no list of units has {code}.", code=heir),
            do=say("Ghi đúng mã đơn vị kế thừa, hoặc nạp danh sách đơn vị mới trước.",
                   "Write the heir's code, or bring the new list of units in first."),
        )  # fmt: skip
    with backend.open_ledger() as ledger:
        return explanation_register.move_request(ledger, number, unit, heir, by)


def withdraw(backend: Backend, by: By, number: int, because: str) -> ExplanationRequest:
    """Withdraw a request, with the reason. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return explanation_register.withdraw_request(ledger, number, because, by)


def keep_causes(backend: Backend, by: By, causes: Sequence[str]) -> list[str]:
    """Keep the office's own catalogue of causes. Raises ComputeError."""
    with backend.open_ledger() as ledger:
        return explanation_register.keep_causes(ledger, causes, by)


def gather(backend: Backend, by: By, request: ExplanationRequest, settings: OfficeSettings) -> bytes:
    """The report that gathers the answers to a request, with its line of the log."""
    body = gathered_explanations(request, settings, by.at)
    with backend.open_ledger() as ledger:
        ledger.record(by, "document.make", f"giai-trinh-{request.number}.docx", form="docx",
                      answered=sum(bool(each.answers) for each in request.units))  # fmt: skip
    return body
