"""The kinds of source that figures come from, and who reads each."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from bochiso.intake.figures.detect import read_files
from bochiso.intake.portal.answers import read_answers
from bochiso.intake.portal.before_2026 import read_archives
from bochiso.intake.result import Intake
from bochiso.intake.tables.isolated_reading import apart
from bochiso.intake.tables.zip_guard import is_workbook
from bochiso.rules.rule_set import RuleSet

Files = Sequence[tuple[str, bytes]]

READERS: dict[str, Callable[[Files, RuleSet], Intake]] = {
    "measures": lambda files, rules: read_files("measures", files, rules),
    "rates": lambda files, rules: read_files("rates", files, rules),
    "points": lambda files, rules: read_files("points", files, rules),
    "portal": read_answers,
    "portal-archive": read_archives,
}
"""By the KIND of `bochiso import`."""

_from_outside = ContextVar("from_outside", default=False)

MEASURED = "measured"
"""The kind of a reading that was measured here, from dossiers."""


def read_source(kind: str, files: Files, rules: RuleSet) -> Intake:
    """The figures and refusals that files of one kind hold. Raises SourceError where none can be read."""
    if _from_outside.get():
        return apart(one_name(files), _read, kind, files, rules)
    return _read(kind, files, rules)


def _read(kind: str, files: Files, rules: RuleSet) -> Intake:
    return READERS["measures" if kind == MEASURED else kind](files, rules)


@contextmanager
def from_outside() -> Iterator[None]:
    """What is read meanwhile was sent by somebody: it is read in a process of its own."""
    before = _from_outside.set(True)
    try:
        yield
    finally:
        _from_outside.reset(before)


def one_name(files: Files) -> str | None:
    """The name of the only file; None where there are several."""
    return files[0][0] if len(files) == 1 else None


def has_workbook(files: Files) -> bool:
    """Whether a file is one of those that are read by what isn't Python."""
    return any(is_workbook(data) for _, data in files)
