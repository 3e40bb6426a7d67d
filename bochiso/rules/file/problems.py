"""What is wrong with a file of rules: each problem with its file, line and key, all of them together."""

from collections.abc import Iterable
from dataclasses import dataclass

from bochiso.errors import RuleError, Where
from bochiso.text import Lang, Text, say

MAX_PROBLEMS = 100
"""So many problems of one file are told; a file with more is another kind of file."""


@dataclass(frozen=True)
class Place(Where):
    """A place in a file of rules: its line, and its key written `indicators.DOSSIER_SYNC.points`."""

    def render(self, lang: Lang) -> str:
        """`my.yaml, dòng 5, mục small_denominator`."""
        parts = [self.file] if self.file else []
        if self.row is not None:
            parts.append(say("dòng {row:d}", "line {row:d}", row=self.row).render(lang))
        if self.column:
            parts.append(say("mục {key}", "key {key}", key=self.column).render(lang))
        return ", ".join(parts)


class RuleFileError(RuleError):
    """All that is wrong with a set of rules, in the order of the file, in `problems`."""

    def __init__(self, problems: Iterable[RuleError]) -> None:
        found = sorted(problems, key=lambda problem: (problem.where.file or "", problem.where.row or 0))
        self.problems = tuple(found[:MAX_PROBLEMS])
        self.left_out = len(found) - len(self.problems)
        first = found[0]
        super().__init__(first.what, where=first.where, do=first.do)

    def render(self, lang: Lang) -> str:
        """One problem a line."""
        lines = [problem.render(lang) for problem in self.problems]
        if self.left_out:
            more = say("… và {n} lỗi khác.", "… and {n} more problems.", n=self.left_out)
            lines.append(more.render(lang))
        return "\n".join(lines)


def refuse(file: str, line: int | None, what: Text, do: Text) -> RuleFileError:
    """The error of a file that can't be read any further."""
    return RuleFileError([RuleError(what, where=Place(file, line), do=do)])
