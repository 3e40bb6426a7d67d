"""The province's own results in words: where it stands, what moved it, what stays low."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bochiso.report import phrases
from bochiso.report.context import GroupResult, ProvinceStanding
from bochiso.report.province_figures import ProvinceFigures
from bochiso.report.text.document_builder import DocumentBuilder
from bochiso.score.changes import Change
from bochiso.score.explanation import Cause, box_points
from bochiso.score.ranking import Standing
from bochiso.score.scoring import BoxScore, ScoredUnit
from bochiso.text import Lang
from bochiso.units.names import short_name

NAMED = 3
"""How many weak groups, and provinces with the same total, are named."""

CAUSES = 2
"""How many causes a sentence gives on the side of the total's change."""

PROCEDURES = 2
"""How many procedures behind a cause are named."""

ALMOST = Decimal("0.9")
"""What earns such a share of its points isn't low, whatever the others earn."""

LOW = Decimal("0.65")
"""A group that never earned this share of its points is said to stay low."""

OFTEN = 3
"""So many times at least, to say so."""


def province_result(builder: DocumentBuilder) -> ProvinceStanding:
    """The province among all provinces."""
    name = builder.places["province"]
    aim = builder.settings.target_rank
    found = builder.facts.province
    if found is None:
        nothing = dict.fromkeys(
            ("day", "total", "rank", "result", "cause", "trend", "weakest", "mean", "target"), ""
        )
        return ProvinceStanding(
            known=False, name=name, groups=[], earlier=[], aim=_aim(builder, name, aim, None), **nothing
        )
    before = builder.compared(found.before.snapshot, found.after.snapshot) if found.before else ""
    score, change = found.standing.score, found.change
    total = phrases.earned(score.total, score.most)
    rank = _province_rank(builder, found)
    moved = phrases.since(phrases.moved(change.total if change else None), before)
    ranked = f", {rank}{phrases.aside(_rank_since(change, before, moved))}" if rank else ""
    return ProvinceStanding(
        known=True,
        name=name,
        day=phrases.day(found.after.snapshot.as_of),
        total=total,
        rank=rank,
        result=f"{total}{phrases.aside(moved)}{ranked}",
        groups=list(_groups(builder, found)),
        cause=_cause(builder, change),
        earlier=list(_earlier(found)),
        trend=_trend(builder, found),
        weakest="; ".join(_named_box(builder, box) for box in weakest(score, builder)),
        mean=_against_mean(found),
        target=_against_target(found, aim),
        aim=_aim(builder, name, aim, found.standing.rank if rank else None),
    )


def _aim(builder: DocumentBuilder, name: str, aim: int | None, rank: int | None) -> str:
    """What the province aims at: to come among the first, or to stay there; by whose word, if that is set."""
    if aim is None:
        return ""
    year = builder.facts.units.snapshot.as_of.year
    first = f"nhóm {phrases.count(aim)} tỉnh, thành phố dẫn đầu cả nước trong năm {year}"
    basis = builder.fill(builder.settings.target_basis)
    kept = f"giữ vững vị trí của {name} trong {first}"
    words = kept if rank and rank <= aim else f"phấn đấu đưa {name} vào {first}"
    return f"{words} {basis}" if basis else words


def _province_rank(builder: DocumentBuilder, found: ProvinceFigures) -> str:
    """`xếp hạng 04/34 tỉnh, thành phố`; nothing where the province stands alone in its figures."""
    own = found.standing
    if own.rank is None or own.of < 2:
        return ""
    equals = [row for row in found.peers.rows if row.rank == own.rank and row is not own]
    place = f"{phrases.share(own.rank, own.of)} tỉnh, thành phố"
    if not equals:
        return f"xếp hạng {place}"
    others = phrases.first_of([_province_name(row) for row in equals], NAMED, "nơi")
    return f"đồng hạng {place} (cùng tổng điểm với {others})"


def _province_name(row: Standing) -> str:
    name = short_name(row.score.unit.name).removeprefix("UBND ")
    return name[:1].lower() + name[1:] if name.lower().startswith(("tỉnh ", "thành phố ")) else name


def _rank_since(change: Change | None, before: str, moved: str) -> str:
    """The change of rank; what it is compared with is said once."""
    places = phrases.places(change.rank if change else None)
    return places if moved else phrases.since(places, before)


def _groups(builder: DocumentBuilder, found: ProvinceFigures) -> Iterator[GroupResult]:
    """The groups of the decision: boxes that are parts of one stand beneath it; none of a bare total."""
    rules, score = builder.facts.rules, found.standing.score
    changes = found.change.boxes if found.change else {}
    shown = {box.code: box for box in score.boxes}
    if all(box.points is None for box in score.boxes):
        return
    whole = {part: group for group in rules.groups if group.parts for part in group.parts}
    done: set[str] = set()
    for code, box in shown.items():
        group = whole.get(code)
        if group is None or not set(group.parts) <= shown.keys():
            yield _group(builder, found, box, changes.get(code), [])
        elif group.code not in done:
            done.add(group.code)
            parts = [_line(builder, found, shown[part], changes.get(part)) for part in group.parts]
            known = [changes.get(part) for part in group.parts]
            change = sum((c for c in known if c is not None), Decimal(0)) if None not in known else None
            total = BoxScore(group.code, group.points, box_points(score, group.code, rules), None)
            yield _group(builder, found, total, change, parts)


def _group(
    builder: DocumentBuilder,
    found: ProvinceFigures,
    box: BoxScore,
    change: Decimal | None,
    parts: list[str],
) -> GroupResult:
    return GroupResult(
        name=builder.facts.rules.label(box.code).render(Lang.VI),
        points=phrases.earned(box.points, box.max_points),
        change=phrases.moved(change),
        rate=rate_of(found, box),
        rank=_group_rank(found, box.code),
        line=_line(builder, found, box, change),
        parts=parts,
    )


def rate_of(found: ProvinceFigures, box: BoxScore) -> str:
    """What was reached of a group in percent: the source's own rate, else its points of the most."""
    rate = found.rates.get(box.code)
    if rate is None and box.points is not None:
        rate = box.points * 100 / box.max_points
    return "" if rate is None else phrases.percent(rate)


def _group_rank(found: ProvinceFigures, code: str) -> str:
    place = found.group_rank(code)
    return f"hạng {phrases.share(*place)}" if place else ""


def _line(builder: DocumentBuilder, found: ProvinceFigures, box: BoxScore, change: Decimal | None) -> str:
    """`Công khai, minh bạch: 12,83/18 điểm (tăng 0,27 điểm), đạt 71,3%, hạng 03/63`."""
    name = builder.facts.rules.label(box.code).render(Lang.VI)
    rate = f"đạt {rate_of(found, box)}" if box.code in found.rates else ""
    told = "".join(f", {each}" for each in (rate, _group_rank(found, box.code)) if each)
    return f"{name}: {phrases.earned(box.points, box.max_points)}{phrases.aside(phrases.moved(change))}{told}"


def _named_box(builder: DocumentBuilder, box: BoxScore) -> str:
    name = builder.facts.rules.label(box.code).render(Lang.VI)
    return f"{name} ({phrases.earned(box.points, box.max_points)})"


def weakest(score: ScoredUnit, builder: DocumentBuilder) -> list[BoxScore]:
    """The boxes below the unit's own share of all points, furthest below first, at most three.

    None of those that earn almost all: they are low beside the others alone.
    """
    known = [box for box in score.boxes if box.points is not None]
    if score.total is None or len(known) < len(score.boxes):
        return []
    own = score.total / score.most
    low = [(box.points / box.max_points, box) for box in known if box.points is not None]
    return [box for share, box in sorted(low, key=lambda each: each[0]) if share < min(own, ALMOST)][:NAMED]


def main_causes(builder: DocumentBuilder, change: Change | None) -> str:
    """`nhóm A và nhóm B`: what moved the total its way most."""
    rose = bool(change and change.total and change.total > 0)
    parts = change.causes(builder.facts.rules) if change and change.total else []
    same = _told(builder, None, [part for part in parts if part.change and (part.change > 0) is rose])
    return " và ".join(subject for subject, _, _ in same[:CAUSES])


def _cause(builder: DocumentBuilder, change: Change | None) -> str:
    """What moved the total its way, and what moved most against it; nothing where no part agrees with it."""
    if change is None or not change.total:
        return ""
    rose = change.total > 0
    parts = change.causes(builder.facts.rules)
    same = _told(builder, change, [part for part in parts if part.change and (part.change > 0) is rose])
    against = _told(builder, None, [part for part in parts if part.change and (part.change > 0) is not rose])
    if not same:
        return ""
    # Groups of the decision have an "và" in their names: a list of two reads with it all the same.
    named = " và ".join(
        f"{subject} ({'; '.join(filter(None, (moved, counted)))})"
        for subject, moved, counted in same[:CAUSES]
    )
    line = f"Tổng điểm {'tăng' if rose else 'giảm'} chủ yếu do {named}"
    line += "".join(f"; riêng {subject} {moved}" for subject, moved, _ in against[:1])
    return line if rose else line + "".join(_procedures(builder, change, parts))


def _procedures(builder: DocumentBuilder, change: Change, parts: Sequence[Cause]) -> Iterator[str]:
    """The procedures behind the indicators that cost most, a sentence each."""
    rules = builder.facts.rules
    lost = [part for part in parts if part.change < 0 and part.code in rules.indicator]
    for part in lost[:CAUSES]:
        if missed := builder.missed(change, part.code, PROCEDURES):
            number = rules.indicator[part.code].number
            yield f". Hồ sơ không đạt chỉ số {number} nhiều nhất ở các TTHC: {missed}"


def _told(
    builder: DocumentBuilder, change: Change | None, parts: Sequence[Cause]
) -> list[tuple[str, str, str]]:
    return [told for part in parts if (told := builder.cause(part, change))[0]]


def _earlier(found: ProvinceFigures) -> Iterator[str]:
    """`So với ngày 08/9/2026: tăng 1,20 điểm, tăng 02 bậc`."""
    for view, change in found.earlier:
        told = [phrases.moved(change.total), phrases.places(change.rank)]
        if any(told):
            days = (found.after.snapshot.as_of - view.snapshot.as_of).days
            when = "cùng kỳ năm trước" if days > 300 else "khoảng một tháng trước"
            day = phrases.day(view.snapshot.as_of)
            yield f"So với {when} (ngày {day}): {', '.join(filter(None, told))}"


def _trend(builder: DocumentBuilder, found: ProvinceFigures) -> str:
    """The weakest group where it stayed low all along the period, of one scale."""
    low = weakest(found.standing.score, builder)
    era = found.past[-1][2] if found.past else ""
    past = [(day, row) for day, row, of in found.past if of == era]
    if not low or len(past) < OFTEN:
        return ""
    box = low[0]
    points = [p for _, row in past if (p := box_points(row.score, box.code, builder.facts.rules)) is not None]
    if len(points) < len(past) or any(each >= LOW * box.max_points for each in points):
        return ""
    name = builder.facts.rules.label(box.code).render(Lang.VI)
    first, last = (phrases.day(each) for each in (past[0][0], past[-1][0]))
    least, most = (phrases.points(each) for each in (min(points), max(points)))
    span = f"đạt {least}" if least == most else f"chỉ đạt từ {least} đến {most}"
    return (
        f"Nhóm {name} ở mức thấp kéo dài: {phrases.count(len(past))} lần ghi nhận từ ngày {first} đến ngày "
        f"{last} {span}/{phrases.plain(box.max_points)} điểm"
    )


def _against_mean(found: ProvinceFigures) -> str:
    total, mean = found.standing.score.total, found.peers.mean
    if total is None or mean is None or not found.all_known:
        return ""
    middle = f"mức trung bình cả nước ({phrases.points(mean)} điểm)"
    if total == mean:
        return f"bằng {middle}"
    way = "cao" if total > mean else "thấp"
    return f"{way} hơn {phrases.points(abs(total - mean))} điểm so với {middle}"


def _against_target(found: ProvinceFigures, aim: int | None) -> str:
    own = found.standing
    if aim is None or own.rank is None or own.score.total is None or own.of <= aim:
        return ""
    if own.rank <= aim:
        return f"thuộc nhóm {phrases.count(aim)} tỉnh, thành phố dẫn đầu"
    if not found.all_known:
        return ""
    last = [row for row in found.peers.rows if row.rank is not None and row.rank <= aim][-1]
    assert last.score.total is not None  # noqa: S101 (it is ranked)
    short = phrases.points(last.score.total - own.score.total)
    return f"còn thiếu {short} điểm để bằng địa phương xếp hạng {phrases.share(last.rank or aim, own.of)}"
