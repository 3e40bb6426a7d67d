"""Whether the answers of one reading hold together, and which of them are to be asked for again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bochiso.errors import SourceError
from bochiso.intake.portal.answers import read_answers
from bochiso.intake.portal.decode import decode, unwrap
from bochiso.intake.portal.requests import RESULTS, PortalPart, rows_of
from bochiso.intake.result import Intake, RefusalKind
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Text, say

Pages = Mapping[PortalPart, Sequence[tuple[str, bytes]]]
"""The answers (name, bytes) of each part, page by page."""

_NAMED = 5


@dataclass(frozen=True)
class Judged:
    """What a reading is worth: its figures, the parts that are torn or of no use, and remarks."""

    intake: Intake | None
    torn: Mapping[PortalPart, Text]
    useless: Mapping[PortalPart, Text]
    notes: tuple[Text, ...]


def judge(pages: Pages, rules: RuleSet) -> Judged:
    """The figures of all answers, and which parts don't hold together with the others.

    A part is torn where a total isn't the sum of its groups or two answers differ, useless where
    its answer lists no unit, can't be read, or has more refused rows than good ones. A unit
    that some services list and others don't is a remark.
    """
    files = [file for part in pages for file in pages[part]]
    if not files:
        return Judged(None, {}, {}, ())
    try:
        intake = read_answers(files, rules)
    except SourceError as error:
        return Judged(None, {}, dict.fromkeys(pages, error.what), ())
    rows = {name: rows_of(unwrap(name, decode(name, data))) for name, data in files}
    torn, useless = {}, {}
    for part, own in pages.items():
        names = {name for name, _ in own}
        if (reason := _useless(names, sum(len(rows[name]) for name in names), intake)) is not None:
            useless[part] = reason
        elif (first := next((each for each in intake.refusals if names & {*each.files}), None)) is not None:
            torn[part] = first.reason
    return Judged(intake, torn, useless, tuple(_absent(pages, rows)))


def _useless(names: set[str], rows: int, intake: Intake) -> Text | None:
    if not rows:
        return say("Cổng không trả về đơn vị nào.", "the portal listed no unit.")
    own = [each for each in intake.refusals if each.where.file in names and not each.is_torn]
    if any(each.kind is RefusalKind.UNREADABLE for each in own):
        return say(
            "câu trả lời không còn dạng như trước; có thể Cổng đã đổi dịch vụ này.",
            "the answer has another form than before; the portal may have changed this service.",
        )
    refused = {(each.where.file, each.where.row) for each in own if each.where.row is not None}
    if 2 * len(refused) > rows:
        return say(
            "{refused}/{rows} dòng không đọc được; lý do đầu tiên: {reason}",
            "{refused} of {rows} rows can't be read; the first reason: {reason}",
            refused=len(refused),
            rows=rows,
            reason=own[0].reason,
        )
    return None


def _absent(pages: Pages, rows: Mapping[str, Sequence[object]]) -> Iterator[Text]:
    """The units of the list of totals that another service doesn't have."""
    units = {part: dict(_units(rows[name] for name, _ in own)) for part, own in pages.items()}
    for part, listed in units.items():
        whole = units.get(PortalPart(RESULTS, part.province), {})
        lacking = sorted(name for key, name in whole.items() if key not in listed)
        if listed and lacking:
            more = len(lacking) - _NAMED
            yield say(
                "{n} đơn vị không có trong dịch vụ {part}: {list}{more}.",
                "{n} units are not in {part}: {list}{more}.",
                n=len(lacking),
                part=part.name,
                list="; ".join(lacking[:_NAMED]),
                more=say("; và {n} đơn vị khác", "; and {n} more", n=more) if more > 0 else "",
            )


def _units(lists: Iterable[Sequence[object]]) -> Iterator[tuple[str, str]]:
    for row in (row for rows in lists for row in rows):
        if isinstance(row, dict):
            key = row.get("departmentId") or row.get("departmentCode")
            yield str(key), str(row.get("departmentName") or row.get("departmentCode"))
