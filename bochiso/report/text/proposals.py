"""What is asked, of whom, why, by when, and where the answer goes: what figures and settings call for."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal

from bochiso.report import phrases
from bochiso.report.context import DocumentKind, Proposal, RequestedItem
from bochiso.report.text.document_builder import DocumentBuilder, EditedProposal
from bochiso.report.text.late_work import units_called, with_most
from bochiso.report.text.work_annexes import advised_by
from bochiso.report.text.working_points import PUBLIC, digital_work, low_boxes, to_work_on
from bochiso.score.changes import Change
from bochiso.score.idleness import idleness
from bochiso.score.ranking import Standing
from bochiso.units.model import Level

UNITS_NAMED = 5
"""How many units a proposal names."""

ADDRESSED = 12
"""How many units that fell are addressed by their names: who is told to act must know that he is meant."""


@dataclass(frozen=True)
class _Request:
    """What someone is asked; `report`: what is to be sent in, empty where nothing is.

    `given`: whether it is a task given to an office by its name, in a letter that gives orders.
    """

    to: str
    items: tuple[str, ...]
    report: str = ""
    given: bool = False


def proposals(builder: DocumentBuilder) -> list[Proposal]:
    """Each with its mark: to everyone, those concerned, departments, for digital matters, the office."""
    if builder.issue.edited is not None:
        return _edited(builder, builder.issue.edited)
    kept = _together(_called_for(builder))
    alone = len(kept) == 1 and builder.kind not in (DocumentKind.DIRECTIVE, DocumentKind.NOTICE)
    return [
        _proposal(builder, "" if alone else _mark(builder.kind, n), each)
        for n, each in enumerate(kept, start=1)
    ]


def _edited(builder: DocumentBuilder, written: Sequence[EditedProposal]) -> list[Proposal]:
    """Those that a person wrote, marked as ours are; a deadline stands in their words."""
    alone = len(written) == 1 and builder.kind not in (DocumentKind.DIRECTIVE, DocumentKind.NOTICE)
    return [
        Proposal(
            mark="" if alone else _mark(builder.kind, n),
            to=each.to,
            items=list(_items(builder.kind, each.texts)),
            line=_one_line(each.to, each.texts),
            deadline="",
            send_to="",
        )
        for n, each in enumerate(written, start=1)
    ]


_GIVEN = "Giao "
"""Begins a task given to an office by its name."""


def _one_line(to: str, texts: Sequence[str]) -> str:
    """The whole sentence where only one thing is asked; nothing where several are."""
    if len(texts) != 1:
        return ""
    if not to:
        return phrases.capital(texts[0])
    return f"{to} {phrases.small(texts[0])}" if to.startswith(_GIVEN) else f"{to}: {texts[0]}"


def _called_for(builder: DocumentBuilder) -> Iterator[_Request]:
    low = to_work_on(builder)
    everyone = [*_overdue(builder), *low_boxes(builder, low)]
    standing = builder.settings.kinds[builder.kind].standing
    tasks = builder.settings.standing if standing is None else standing
    own = [phrases.capital(builder.fill(text)) for each in tasks if not each.to for text in each.tasks]
    everyone_does = (*everyone, *own, *_earlier(builder))
    yield _Request(_everyone(builder), everyone_does, _RESULT if everyone else "")
    late, explained = list(_late_units(builder)), list(_explained(builder))
    yield from (*late, *explained)
    yield from _publication(builder, low)
    directs = builder.kind is DocumentKind.DIRECTIVE
    digital, lacking = list(digital_work(builder, low)), list(_lacking(builder))
    yield _Request(builder.office.digital, (*digital, *lacking), _RESULT, directs)
    for each in tasks:
        if each.to:
            yield _Request(
                builder.fill(each.to),
                tuple(phrases.capital(builder.fill(text)) for text in each.tasks),
                given=directs,
            )
    if (everyone and (late or explained)) or (late and explained):
        yield _Request("", (_ONE_REPORT,))
    if directs:
        yield _Request(builder.fill(builder.settings.name), (_follow_up(builder),), given=True)


_RESULT = "báo cáo kết quả thực hiện"
"""What is sent in where no cause is to be explained."""

_ONE_REPORT = (
    "Cơ quan, đơn vị, địa phương phải báo cáo từ hai nội dung nêu trên trở lên thì lập chung một báo cáo"
)
"""A unit is asked for one report, however many of the requests it is meant by."""


def _together(asked: Iterator[_Request]) -> list[_Request]:
    """Those with something to do, one for each addressee; the office's own watch only beside others."""
    found: dict[str, _Request] = {}
    for each in asked:
        if each.items:
            known = found.get(each.to)
            merged = (*known.items, *each.items) if known else each.items
            report = known.report or each.report if known else each.report
            found[each.to] = _Request(each.to, merged, report, each.given)
    kept = list(found.values())
    return [] if all(each.given and len(found) == 1 for each in kept) else kept


def _proposal(builder: DocumentBuilder, mark: str, each: _Request) -> Proposal:
    *first, last = each.items
    due = f"{builder.send_to} {builder.deadline}" if each.report else ""
    if each.report and len(each.items) == 1:
        last = f"{last}; {each.report}, gửi về {due}"
    elif each.report:
        first, last = list(each.items), f"{phrases.capital(each.report)}, gửi về {due}"
    texts = [*first, last]
    to = f"{_GIVEN}{each.to}" if each.given else each.to
    return Proposal(
        mark=mark,
        to=to,
        items=list(_items(builder.kind, texts)),
        line=_one_line(to, texts),
        deadline=builder.deadline if each.report else "",
        send_to=builder.send_to if each.report else "",
    )


def _mark(kind: DocumentKind, place: int) -> str:
    numbered = kind in (DocumentKind.DIRECTIVE, DocumentKind.NOTICE)
    return f"{place}." if numbered else f"{phrases.letter(place)})"


def _items(kind: DocumentKind, texts: Sequence[str]) -> Iterator[RequestedItem]:
    """Lettered where orders are given; one alone needs no letter."""
    for n, text in enumerate(texts, start=1):
        letter = f"{phrases.letter(n)})" if len(texts) > 1 else ""
        yield RequestedItem(letter if kind is DocumentKind.DIRECTIVE else "-", text)


def _everyone(builder: DocumentBuilder) -> str:
    levels = {figures.level for figures in builder.facts.levels}
    departments = "Các sở, ban, ngành" if Level.DEPARTMENT in levels or not levels else ""
    districts = builder.districts if Level.DISTRICT in levels else ""
    local = builder.local if not levels else builder.communes if Level.COMMUNE in levels else ""
    return phrases.together(departments, districts, local) or "Các đơn vị trực thuộc"


def _overdue(builder: DocumentBuilder) -> Iterator[str]:
    found = builder.facts.dossiers
    if found is None or not found.total:
        return
    units = found.overdue
    names = [builder.unit(row.unit) for row in with_most(units, UNITS_NAMED)]
    # A list of all of them would say nothing of where to begin.
    begin = "tại" if len(names) == len(units) else ", trước hết tại"
    first = f" {begin} {phrases.listed(names)}".replace(" ,", ",") if names else ""
    yield (
        f"Giải quyết dứt điểm {phrases.count(found.total)} hồ sơ quá hạn {builder.deadline}{first}; thực "
        "hiện xin lỗi người dân, doanh nghiệp theo quy định, không để phát sinh hồ sơ quá hạn mới"
    )


def _late_units(builder: DocumentBuilder) -> Iterator[_Request]:
    """Those with overdue dossiers explain each; by name where they are few."""
    found = builder.facts.dossiers
    rows = found.overdue if found else []
    if not rows:
        return
    units = [row.unit for row in rows]
    if len(units) <= UNITS_NAMED or not (found and found.complete):
        to = phrases.first_of([builder.unit(unit) for unit in units], ADDRESSED)
        why = "Rà soát từng hồ sơ quá hạn, xác định rõ nguyên nhân, trách nhiệm"
    else:
        to = f"{phrases.count(len(units))} {units_called(builder, units)} có hồ sơ quá hạn"
        why = (
            "Rà soát từng hồ sơ quá hạn (số lượng tại phụ lục kèm theo), xác định rõ nguyên nhân, trách nhiệm"
        )
    yield _Request(to, (why,), "báo cáo giải trình, giải pháp và thời hạn giải quyết xong")


def _earlier(builder: DocumentBuilder) -> Iterator[str]:
    """Earlier letters that are to be carried out further."""
    if letters := [each.text for each in builder.settings.earlier]:
        yield (
            "Tiếp tục thực hiện nhiệm vụ cải cách, kiểm soát TTHC, nâng cao chất lượng phục vụ người dân, "
            f"doanh nghiệp theo chỉ đạo tại {'; '.join(letters)}, bảo đảm chất lượng, đúng tiến độ"
        )


def _explained(builder: DocumentBuilder) -> Iterator[_Request]:
    """Those with the last two grades and those who fell, each unit once, with all that it is asked for.

    Those with the last grade explain; those with the one above it look into what is low; those who fell by a
    grade or by as many points as call for it say why, who lost most first. Each with the rule by which.
    """
    fallen = {each.after.score.unit.code: each for each in _fallen(builder) if each.after}
    above, last = builder.facts.rules.grades.bounds[-2:]
    for grade in (last, above):
        rows = _graded(builder, grade.code)
        fell = [row for row in rows if row.score.unit.code in fallen]
        fell.sort(key=lambda row: fallen[row.score.unit.code].total or 0)
        asked = _asked_of_last if grade is last else _asked_of_low
        for some, lost in ((fell, True), ([row for row in rows if row not in fell], False)):
            if some:
                who = _who(builder, some, grade.names.vi, fallen=lost, others=bool(fell))
                yield _Request(who, *asked(grade.names.vi, fallen=lost))
        for row in fell:
            del fallen[row.score.unit.code]
    names = [builder.unit(each.after.score.unit) for each in fallen.values() if each.after]
    if names:
        yield _Request(
            f"{phrases.first_of(names, ADDRESSED)} ({_least_lost(builder)})",
            ("Làm rõ nguyên nhân giảm điểm, khắc phục ngay các chỉ số suy giảm",),
            "báo cáo giải trình",
        )


def _asked_of_last(grade: str, *, fallen: bool) -> tuple[tuple[str, ...], str]:
    """What those with the last grade do, and what they send in."""
    why = f"xếp loại {grade} và giảm điểm" if fallen else f"xếp loại {grade}"
    text = (
        f"Rà soát từng chỉ số, xác định rõ nguyên nhân {why}; phân công người chịu trách nhiệm, thời hạn "
        "khắc phục"
    )
    return (text,), "báo cáo giải trình"


def _asked_of_low(_: str, *, fallen: bool) -> tuple[tuple[str, ...], str]:
    """What those with the grade above it do, and what they send in."""
    better = "có giải pháp nâng xếp loại ở kỳ đánh giá tiếp theo"
    if fallen:
        text = f"Làm rõ nguyên nhân giảm điểm, khắc phục ngay các chỉ số suy giảm; {better}"
        return (text,), "báo cáo giải trình, giải pháp"
    return (f"Rà soát từng chỉ số còn thấp, {better}",), "báo cáo giải pháp"


def _graded(builder: DocumentBuilder, grade: str) -> list[Standing]:
    return [
        row
        for figures in builder.facts.levels
        for row in figures.standings.rows
        if row.grade and row.grade.code == grade and not idleness(row)
    ]


def _who(
    builder: DocumentBuilder, rows: Sequence[Standing], grade: str, *, fallen: bool, others: bool
) -> str:
    """`03 cơ quan xếp loại Yếu (Sở A, Sở B và Sở C)`; one alone by its name, many by their annex.

    `fallen`: whether they fell, too; each is named then. `others`: whether some of the grade did.
    """
    names = [builder.unit(row.score.unit) for row in rows]
    why = f"xếp loại {grade}" + (f", đồng thời {_least_lost(builder)}" if fallen else "")
    if len(rows) == 1:
        return f"{names[0]} ({why})"
    called = _called({row.score.unit.level for row in rows}) + ("" if fallen or not others else " khác")
    named = len(rows) <= (ADDRESSED if fallen else UNITS_NAMED)
    listed = phrases.listed(names) if named else "tại phụ lục kèm theo"
    return f"{phrases.count(len(rows))} {called} {why} ({listed})"


def _called(levels: set[Level]) -> str:
    if levels == {Level.DEPARTMENT}:
        return "cơ quan"
    return "cơ quan, địa phương" if Level.DEPARTMENT in levels else "địa phương"


def _fallen(builder: DocumentBuilder) -> list[Change]:
    """Those who fell by a grade or by as many points as call for it, who lost most first."""
    least = builder.settings.explain_from
    changes = [
        change
        for figures in builder.facts.levels
        if figures.comparison
        for change in figures.comparison.changes
        if _fell(change, least)
    ]
    return sorted(changes, key=lambda change: change.total or 0)


def _least_lost(builder: DocumentBuilder) -> str:
    """By which rule those who fell are asked."""
    least = builder.settings.explain_from
    lost = f"giảm từ {_least(least)} điểm trở lên" if least else "giảm điểm"
    return f"{lost} hoặc giảm xếp loại so với {builder.before}"


def _least(points: Decimal) -> str:
    return phrases.points(points) if points % 1 else phrases.count(int(points))


def _fell(change: Change, least: Decimal) -> bool:
    before, after = change.before, change.after
    if change.total is None or before is None or after is None or change.total >= 0:
        return False
    if idleness(before) or idleness(after):
        return False
    return change.total <= -least or before.grade != after.grade


def _publication(builder: DocumentBuilder, low: dict[str, str]) -> Iterator[_Request]:
    found = builder.facts.publications
    late = found.late if found else ()
    why = low.get(PUBLIC, "")
    if not late and not why:
        return
    items = [
        "Theo dõi các quyết định công bố của bộ, cơ quan ngang bộ; kịp thời trình "
        f"{builder.office.chair} công bố danh mục TTHC, cập nhật đầy đủ nội dung vào Cơ sở dữ liệu quốc gia "
        f"về TTHC đúng thời hạn{phrases.aside(why)}"
    ]
    if late:
        count = len({code for each in late for code, _ in each.procedures})
        names = list(dict.fromkeys(name for each in late if (name := advised_by(builder, each))))
        whose = f": {phrases.first_of(names, UNITS_NAMED)}" if names else ""
        items.append(
            f"Làm rõ trách nhiệm đối với {phrases.count(count)} TTHC công bố, cập nhật chậm trong kỳ{whose}"
        )
    report = "báo cáo nguyên nhân công bố, cập nhật chậm" if late else ""
    yield _Request("Các sở, ban, ngành có TTHC thuộc phạm vi quản lý", tuple(items), report)


def _lacking(builder: DocumentBuilder) -> Iterator[str]:
    """Units whose figures came in part; those without dossiers lack nothing."""
    lacking = [
        builder.unit(row.score.unit)
        for figures in builder.facts.levels
        for row in figures.standings.rows
        if row.rank is None and not idleness(row)
    ]
    if lacking:
        names = phrases.first_of(lacking, UNITS_NAMED)
        yield f"Kiểm tra nguyên nhân chưa có đủ số liệu của {phrases.count(len(lacking))} đơn vị: {names}"


def _follow_up(builder: DocumentBuilder) -> str:
    return (
        "Theo dõi, đôn đốc, kiểm tra việc thực hiện; định kỳ công khai kết quả của từng cơ quan, địa phương; "
        f"tổng hợp báo cáo giải trình, báo cáo {builder.office.committee}"
    )
