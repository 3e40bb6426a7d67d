"""Kept readings read again from their files, for facts that are made anew."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from functools import lru_cache

from bochiso.errors import SourceError
from bochiso.intake.figures.combine import combine
from bochiso.intake.result import Intake, Refusal
from bochiso.intake.sources import read_source
from bochiso.rules.loader import parse_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.store.figures.evidence import Evidence, Reading
from bochiso.store.figures.forgetting import kept_rows


@lru_cache(maxsize=8)
def rules_of(text: str) -> RuleSet:
    """The rule set of a text, parsed once."""
    return parse_rules(text, "rules.yaml")


def read_evidence(evidence: Evidence, seqs: Iterable[int]) -> Iterator[tuple[Reading, Intake]]:
    """Readings with what their files hold, or held where they were forgotten."""
    for seq in seqs:
        reading = evidence.reading(seq)
        kept, rules = kept_rows(evidence.path(seq)), rules_of(evidence.rules_text(reading))
        yield reading, kept or _read(reading, evidence.files(reading), rules)


def _read(reading: Reading, files: Sequence[tuple[str, bytes]], rules: RuleSet) -> Intake:
    """What the files of a kept reading hold; the reason where this version reads nothing of them.

    A table that an older version guessed the meaning of may be refused by now: the other readings
    stay readable then.
    """
    try:
        return read_source(reading.manifest.kind, files, rules, reading.manifest.choice)
    except SourceError as error:
        return replace(combine([]), refusals=(Refusal(error.where, error.what),))
