"""The kinds of source that figures come from, and who reads each."""

import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from contextvars import ContextVar

from bochiso.intake.figures.detect import read_files
from bochiso.intake.formats.isolated_reading import apart
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.portal.answers import read_answers
from bochiso.intake.portal.before_2026 import read_archives
from bochiso.intake.result import Intake
from bochiso.rules.rule_set import RuleSet

Files = Sequence[tuple[str, bytes]]

AUTO = "auto"
"""The kind of a reading whose files show themselves what they are."""

_ANSWER = re.compile(rb'"(?:evaluation|children|overview|parent)"\s*:\s*[\[{]')


def _by_content(files: Files, rules: RuleSet, choice: Choice) -> Intake:
    """Answers of the portal, or tables of any kind."""
    if files and all(data.lstrip()[:1] == b"{" and _ANSWER.search(data) for _, data in files):
        return read_answers(files, rules)
    return read_files(None, files, rules, choice)


READERS: dict[str, Callable[[Files, RuleSet, Choice], Intake]] = {
    "measures": lambda files, rules, choice: read_files("measures", files, rules, choice),
    "rates": lambda files, rules, choice: read_files("rates", files, rules, choice),
    "points": lambda files, rules, choice: read_files("points", files, rules, choice),
    "portal": lambda files, rules, _: read_answers(files, rules),
    "portal-archive": lambda files, rules, _: read_archives(files, rules),
    AUTO: _by_content,
}
"""By the KIND of `bochiso import`."""

_from_outside = ContextVar("from_outside", default=False)

MEASURED = "measured"
"""The kind of a reading that was measured here, from dossiers."""


def read_source(kind: str, files: Files, rules: RuleSet, choice: Choice = NO_CHOICE) -> Intake:
    """The figures and refusals that files of one kind hold. Raises SourceError where none can be read.

    `choice`: which sheet and columns of a table are meant.
    """
    if _from_outside.get():
        return apart(one_name(files), _read, kind, files, rules, choice)
    return _read(kind, files, rules, choice)


def _read(kind: str, files: Files, rules: RuleSet, choice: Choice) -> Intake:
    return READERS["measures" if kind == MEASURED else kind](files, rules, choice)


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
