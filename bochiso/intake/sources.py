"""The kinds of source that figures come from, and who reads each."""

from collections.abc import Callable, Sequence

from bochiso.intake.figures.detect import read_files
from bochiso.intake.portal.answers import read_answers
from bochiso.intake.portal.before_2026 import read_archives
from bochiso.intake.result import Intake
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

MEASURED = "measured"
"""The kind of a reading that was measured here, from dossiers."""


def read_source(kind: str, files: Files, rules: RuleSet) -> Intake:
    """The figures and refusals that files of one kind hold. Raises SourceError where none can be read."""
    return READERS["measures" if kind == MEASURED else kind](files, rules)
