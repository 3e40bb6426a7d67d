"""What a form says above and below its tables, and how the heads of its columns stand together."""

from collections.abc import Iterator, Sequence
from datetime import date

from msgspec import Struct

from bochiso.measure.forms.filling import FilledTable
from bochiso.periods import Period
from bochiso.rules.periodic_forms import FormColumn, ReportForm
from bochiso.text import Lang, Text

SIGNED_LEFT = ("NGƯỜI LẬP BIỂU", "(Ký, ghi rõ họ tên)")
SIGNED_RIGHT = ("THỦ TRƯỞNG CƠ QUAN, ĐƠN VỊ BÁO CÁO", "(Ký số)")
"""Who signs. The circular's Article 7 has the office sign by its own certificate."""


class FilledForm(Struct, frozen=True):
    """A form with its figures. `reporter`: the unit's name; `place`: before the day of signing.

    `receiver`: whom it is sent to, "" where the form alone says.

    `aside`: what is to be known of the figures, in sentences.
    """

    code: str
    form: ReportForm
    reporter: str
    receiver: str
    unit: str
    place: str
    period: Period
    tables: tuple[FilledTable, ...]
    aside: tuple[Text, ...] = ()

    @property
    def named(self) -> str:
        """The period as the form has it: Kỳ báo cáo: Tháng 11/2026."""
        words = period_name(self.period)
        return f"Kỳ báo cáo: {words[:1].upper()}{words[1:]}"

    @property
    def days(self) -> str:
        """(Từ ngày 15/10/2026 đến ngày 14/11/2026)"""
        return period_days(self.period)

    @property
    def parties(self) -> tuple[str, str]:
        """Who reports, and to whom: by name where the form leaves a kind of office to be filled in."""
        whom = "; ".join(each.rstrip(".") for each in self.form.receivers)
        return f"- Đơn vị báo cáo: {self.reporter}.", f"- Đơn vị nhận báo cáo: {self.receiver or whom}."

    def below(self, lang: Lang) -> Iterator[str]:
        """What stands under the tables: the form's own notes, then what is to be known of the figures."""
        yield from self.form.notes
        yield from (each.render(lang) for each in self.aside)


def period_name(period: Period) -> str:
    """A period without its days: tháng 11/2026."""
    return period.show(Lang.VI).partition(" (")[0]


def period_days(period: Period) -> str:
    """A period's days: (Từ ngày 15/10/2026 đến ngày 14/11/2026)."""
    return f"(Từ ngày {_day(period.first)} đến ngày {_day(period.last)})"


def _day(day: date) -> str:
    # Decree 30/2020/NĐ-CP, Annex I, II.4b: a zero before days 1 to 9 and months 1 and 2.
    return (
        f"{day.day:02d}/{day.month:02d}/{day.year}"
        if day.month < 3
        else f"{day.day:02d}/{day.month}/{day.year}"
    )


class HeadCell(Struct, frozen=True):
    """A cell of a table's head: its first row and column, and how many of each it covers."""

    row: int
    column: int
    rows: int
    columns: int
    text: str


def head_depth(columns: Sequence[FormColumn]) -> int:
    """How many rows the heads take, without that of the columns' numbers."""
    return max(len(each.heads) for each in columns)


def head_cells(columns: Sequence[FormColumn]) -> Iterator[HeadCell]:
    """The cells of a table's head: what columns share stands over all of them, once.

    >>> heads = (("Tổng số",), ("Trong đó", "x"), ("Trong đó", "y"))
    >>> columns = [FormColumn("", each) for each in heads]
    >>> [(each.text, each.rows, each.columns) for each in head_cells(columns)]
    [('Tổng số', 2, 1), ('Trong đó', 1, 2), ('x', 1, 1), ('y', 1, 1)]
    """
    depth = head_depth(columns)
    for level in range(depth):
        at = 0
        while at < len(columns):
            path = columns[at].heads[: level + 1]
            if len(path) <= level:  # what stands above covers this row too
                at += 1
                continue
            last = len(columns[at].heads) == level + 1
            after = at + 1
            while not last and after < len(columns) and columns[after].heads[: level + 1] == path:
                after += 1
            yield HeadCell(level, at, depth - level if last else 1, after - at, path[-1])
            at = after


WIDE = {"label": 5.0, "serial": 1.2}


def widths(columns: Sequence[FormColumn]) -> list[float]:
    """How wide columns are, as shares of the page's width."""
    spare = 25.0 - sum(WIDE.get(each.key, 0) for each in columns)
    narrow = spare / sum(each.key not in WIDE for each in columns)
    # Where few columns share a page, names have the room rather than numbers.
    own = [WIDE.get(each.key, min(narrow, 2.6)) for each in columns]
    left = 25.0 - sum(own)
    own = [share + left if each.key == "label" else share for share, each in zip(own, columns, strict=True)]
    whole = sum(own)
    return [share / whole for share in own]
