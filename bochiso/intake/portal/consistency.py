"""Whether the answers of one reading hold together, and which of them are to be asked for again."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from bochiso.errors import SourceError
from bochiso.intake.portal.answers import read_decoded
from bochiso.intake.portal.requests import RESULTS, PortalPage, PortalPart
from bochiso.intake.result import Intake, RefusalKind
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Text, say

Pages = Mapping[PortalPart, Sequence[PortalPage]]
"""The answers of each part, page by page."""

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
    answers = [(page.name, page.body) for own in pages.values() for page in own]
    if not answers:
        return Judged(None, {}, {}, ())
    try:
        intake = read_decoded(answers, rules)
    except SourceError as error:
        return Judged(None, {}, dict.fromkeys(pages, error.what), ())
    torn, useless = {}, {}
    for part, own in pages.items():
        names = {page.name for page in own}
        if (reason := _useless(names, sum(len(page.rows) for page in own), intake)) is not None:
            useless[part] = reason
        elif (first := next((each for each in intake.refusals if names & {*each.files}), None)) is not None:
            torn[part] = first.reason
    return Judged(intake, torn, useless, tuple(_absent(pages)))


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
            "{refused} of {rows} {rows:row|rows} can't be read; the first reason: {reason}",
            refused=len(refused),
            rows=rows,
            reason=own[0].reason,
        )
    return None


def _absent(pages: Pages) -> Iterator[Text]:
    """The units of the list of totals that another service doesn't have."""
    units = {part: dict(_units(own)) for part, own in pages.items()}
    for part, listed in units.items():
        whole = units.get(PortalPart(RESULTS, part.province), {})
        lacking = sorted(name for key, name in whole.items() if key not in listed)
        if listed and lacking:
            more = len(lacking) - _NAMED
            yield say(
                "{n} đơn vị không có trong dịch vụ {part}: {list}{more}.",
                "{n} {n:unit is|units are} not in {part}: {list}{more}.",
                n=len(lacking),
                part=part.name,
                list="; ".join(lacking[:_NAMED]),
                more=say("; và {n} đơn vị khác", "; and {n} more", n=more) if more > 0 else "",
            )


def _units(pages: Iterable[PortalPage]) -> Iterator[tuple[str, str]]:
    for row in (row for page in pages for row in page.rows):
        if isinstance(row, dict):
            key = row.get("departmentId") or row.get("departmentCode")
            yield str(key), str(row.get("departmentName") or row.get("departmentCode"))
