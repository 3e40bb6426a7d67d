"""Units that ended: what came after one, and the choice of who does what it has left to do."""

from collections.abc import Collection
from datetime import date

from bochiso.errors import ComputeError
from bochiso.office.backend import Backend
from bochiso.store.figures.kept_predecessors import predecessors_of
from bochiso.store.followup import heir_choices
from bochiso.store.people.audit import By
from bochiso.text import say


def came_after(backend: Backend, unit: str, day: date) -> tuple[str, ...]:
    """What stands where a unit stood, by the table of predecessors; the unit itself where that knows nothing.

    Raises SourceError where the office's table was spoilt since.
    """
    return predecessors_of(backend.folder).heirs(unit, day)


def choose_heir(backend: Backend, by: By, unit: str, heir: str, listed: Collection[str], day: date) -> None:
    """Have a unit do what another that ended has left to do. `listed`: the units that lists have.

    Raises ComputeError for a unit that stands, and for an heir that isn't known; SourceError.
    """
    after = came_after(backend, unit, day)
    if after == (unit,) and (not listed or unit in listed):
        raise ComputeError(
            say("đơn vị {unit} vẫn đang hoạt động.", "{unit} still stands.", unit=unit),
            do=say("Chỉ chọn đơn vị thay cho đơn vị đã sáp nhập, chia tách.",
                   "Choose an heir for a unit that was merged or split alone."),
        )  # fmt: skip
    if heir == unit or heir not in {*listed, *(each for each in after if each != unit)}:
        raise ComputeError(
            say("danh sách đơn vị không có mã {code}.", "no list of units has {code}.", code=heir or "–"),
            do=say("Ghi đúng mã đơn vị thay, hoặc nạp danh sách đơn vị mới trước.",
                   "Write the heir's code, or bring the new list of units in first."),
        )  # fmt: skip
    with backend.open_ledger() as ledger:
        heir_choices.choose_heir(ledger, unit, heir, by)
