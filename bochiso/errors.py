"""The error family. Each says what is wrong, where, and what to do; the edge chooses the language.

BochisoError
├── RuleError     a set of rules can't be used (file, line, key)
├── SourceError   a file of figures can't be used (file, row, column)
├── ComputeError  a figure that was asked for can't be computed
├── StoreError    the data folder can't be read or written
└── ReportError   a document can't be made (template, settings, what it is to say)
"""

import traceback
from dataclasses import dataclass

from bochiso.text import Lang, Text, say


@dataclass(frozen=True)
class Where:
    """A place in what the person gave: a file, and in it a row or line, a column or key."""

    file: str | None = None
    row: int | None = None
    column: str | None = None

    def render(self, lang: Lang) -> str:
        """`bảng.csv, dòng 5, cột total`."""
        parts = [self.file] if self.file else []
        if self.row is not None:
            parts.append(say("dòng {row:d}", "row {row:d}", row=self.row).render(lang))
        if self.column is not None:
            parts.append(say("cột {column}", "column {column}", column=self.column).render(lang))
        return ", ".join(parts)


class BochisoError(Exception):
    """Something that the person can act on. `what` went wrong, `where`, and what to `do`."""

    def __init__(self, what: Text, *, where: Where | None = None, do: Text | None = None) -> None:
        self.what = what
        self.where = where or Where()
        self.do = do
        super().__init__(self.render(Lang.EN))

    def render(self, lang: Lang) -> str:
        """One or two sentences: where, what, what to do."""
        where = self.where.render(lang)
        message = f"{where}: {self.what.render(lang)}" if where else self.what.render(lang)
        return f"{message} {self.do.render(lang)}" if self.do else message


class RuleError(BochisoError):
    """A set of rules can't be used."""


class SourceError(BochisoError):
    """A file of figures can't be used."""


class ComputeError(BochisoError):
    """A figure that was asked for can't be computed."""


class StoreError(BochisoError):
    """The data folder can't be read or written."""


class ReportError(BochisoError):
    """A document can't be made: a template, the office's settings, or what it is to say."""


def frames(error: BaseException) -> str:
    """The kind of an error and where it came from, for a log; its words may quote what was sent.

    >>> frames(ValueError("0912 345 678"))
    'ValueError'
    """
    found = traceback.extract_tb(error.__traceback__)
    return " ".join([type(error).__name__, *(f"{each.filename}:{each.lineno}" for each in found)])
