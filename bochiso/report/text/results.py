"""The results in words: the province's, and those of each level of its units."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bochiso.report import phrases
from bochiso.report.context import GradeLine, GroupResult, LevelResult, Mover, ProvinceStanding
from bochiso.report.report_data import LevelFigures, ProvinceFigures
from bochiso.report.text.document_builder import LEVELS, DocumentBuilder
from bochiso.score.changes import Change, LevelComparison
from bochiso.score.explanation import box_points
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.score.scoring import BoxScore, ScoredUnit
from bochiso.text import Lang
from bochiso.units.names import short_name

MOVERS_NAMED = 5
"""How many of those who rose, and of those who fell, are named."""

NAMED = 3
"""How many of the best and of the last are named; more where they share a rank, up to MOVERS_NAMED."""

FEW = 10
"""A level with fewer units has no list of the last: the annex shows them at a glance."""

CAUSES = 2

PLACES = 2
"""A unit that moved by fewer places is not named for it: a neighbour's step moves it by one."""


def province_result(builder: DocumentBuilder) -> ProvinceStanding:
    """The province among all provinces."""
    name = builder.places["province"]
    aim = builder.settings.target_rank
    found = builder.facts.province
    if found is None:
        return ProvinceStanding(False, name, "", "", "", "", [], [], "", "", "", _aim(name, aim, None))
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
        causes=_causes(builder, change),
        weakest=phrases.listed([_named_box(builder, box) for box in weakest(score, builder)]),
        mean=_against_mean(found),
        target=_against_target(found, aim),
        aim=_aim(name, aim, found.standing.rank if rank else None),
    )


def _aim(name: str, aim: int | None, rank: int | None) -> str:
    """What the province aims at: to come among the first, or to stay there."""
    if aim is None:
        return ""
    first = f"nhóm {phrases.count(aim)} tỉnh, thành phố dẫn đầu cả nước"
    return f"giữ vững vị trí của {name} trong {first}" if rank and rank <= aim else f"đưa {name} vào {first}"


def _province_rank(builder: DocumentBuilder, found: ProvinceFigures) -> str:
    """`xếp hạng 04/34 tỉnh, thành phố`; nothing where the province stands alone in its figures."""
    own = found.standing
    if own.rank is None or own.of < 2:
        return ""
    equals = [row for row in found.peers.rows if row.rank == own.rank and row is not own]
    place = f"{phrases.share(own.rank, own.of)} tỉnh, thành phố"
    if not equals:
        return f"xếp hạng {place}"
    others = phrases.listed(
        [_province_name(row) for row in equals[:NAMED]], max(0, len(equals) - NAMED), "nơi"
    )
    return f"đồng hạng {place} (cùng tổng điểm với {others})"


def _province_name(row: Standing) -> str:
    name = short_name(row.score.unit.name).removeprefix("UBND ")
    return name[:1].lower() + name[1:] if name.lower().startswith(("tỉnh ", "thành phố ")) else name


def _rank_since(change: Change | None, before: str, moved: str) -> str:
    """The change of rank; what it is compared with is said once."""
    places = phrases.places(change.rank if change else None)
    return places if moved else phrases.since(places, before)


def _groups(builder: DocumentBuilder, found: ProvinceFigures) -> Iterator[GroupResult]:
    """The groups of the decision: boxes that are parts of one stand beneath it."""
    rules, score = builder.facts.rules, found.standing.score
    changes = found.change.boxes if found.change else {}
    shown = {box.code: box for box in score.boxes}
    whole = {part: group for group in rules.groups if group.parts for part in group.parts}
    done: set[str] = set()
    for code, box in shown.items():
        group = whole.get(code)
        if group is None or not set(group.parts) <= shown.keys():
            yield _group(builder, box, changes.get(code), [])
        elif group.code not in done:
            done.add(group.code)
            parts = [_line(builder, shown[part], changes.get(part)) for part in group.parts]
            known = [changes.get(part) for part in group.parts]
            change = sum((c for c in known if c is not None), Decimal(0)) if None not in known else None
            total = BoxScore(group.code, group.points, box_points(score, group.code, rules), None)
            yield _group(builder, total, change, parts)


def _group(builder: DocumentBuilder, box: BoxScore, change: Decimal | None, parts: list[str]) -> GroupResult:
    return GroupResult(
        builder.facts.rules.label(box.code).render(Lang.VI),
        phrases.earned(box.points, box.max_points),
        phrases.moved(change),
        _line(builder, box, change),
        parts,
    )


def _line(builder: DocumentBuilder, box: BoxScore, change: Decimal | None) -> str:
    name = builder.facts.rules.label(box.code).render(Lang.VI)
    return f"{name}: {phrases.earned(box.points, box.max_points)}{phrases.aside(phrases.moved(change))}"


def _named_box(builder: DocumentBuilder, box: BoxScore) -> str:
    name = builder.facts.rules.label(box.code).render(Lang.VI)
    return f"{name} ({phrases.earned(box.points, box.max_points)})"


def weakest(score: ScoredUnit, builder: DocumentBuilder) -> list[BoxScore]:
    """The boxes below the unit's own share of all points, furthest below first, at most three."""
    known = [box for box in score.boxes if box.points is not None]
    if score.total is None or len(known) < len(score.boxes):
        return []
    own = score.total / score.most
    low = [(box.points / box.max_points, box) for box in known if box.points is not None]
    return [box for share, box in sorted(low, key=lambda each: each[0]) if share < own][:NAMED]


def _causes(builder: DocumentBuilder, change: Change | None) -> list[str]:
    if change is None or change.before is None or change.after is None or not change.total:
        return []
    parts = change.causes(builder.facts.rules)
    return [text for part in parts if (text := builder.cause(part))][:CAUSES]


def _against_mean(found: ProvinceFigures) -> str:
    total, mean = found.standing.score.total, found.peers.mean
    if total is None or mean is None or not _all_known(found):
        return ""
    middle = f"trung bình cả nước ({phrases.points(mean)} điểm)"
    if total == mean:
        return f"bằng {middle}"
    return f"{'cao' if total > mean else 'thấp'} hơn {middle} {phrases.points(abs(total - mean))} điểm"


def _all_known(found: ProvinceFigures) -> bool:
    """Whether all among whom the province is ranked are known, not its published rank alone."""
    return 1 < found.standing.of == found.peers.ranked


def _against_target(found: ProvinceFigures, aim: int | None) -> str:
    own = found.standing
    if aim is None or own.rank is None or own.score.total is None or own.of <= aim:
        return ""
    if own.rank <= aim:
        return f"đang trong nhóm {phrases.count(aim)} tỉnh, thành phố dẫn đầu"
    if not _all_known(found):
        return ""
    last = [row for row in found.peers.rows if row.rank is not None and row.rank <= aim][-1]
    assert last.score.total is not None  # noqa: S101 (it is ranked)
    short = phrases.points(last.score.total - own.score.total)
    return f"còn thiếu {short} điểm để bằng địa phương xếp hạng {phrases.share(last.rank or aim, own.of)}"


# Levels.


def level_results(
    builder: DocumentBuilder, marks: Sequence[str], annexes: Sequence[str]
) -> list[LevelResult]:
    """The results of each level, each with its mark and its annex."""
    return [
        _level(builder, figures, mark, annex)
        for figures, mark, annex in zip(builder.facts.levels, marks, annexes, strict=True)
    ]


def _level(builder: DocumentBuilder, figures: LevelFigures, mark: str, annex: str) -> LevelResult:
    known, called = figures.standings, LEVELS[figures.level]
    changes = figures.comparison.changes if figures.comparison else ()
    moved = sorted((c for c in changes if c.total), key=lambda c: c.total or 0)
    many = known.ranked > 1
    risen = [_mover(builder, c) for c in moved[::-1][:MOVERS_NAMED] if (c.total or 0) > 0]
    fallen = [_mover(builder, c) for c in moved[:MOVERS_NAMED] if (c.total or 0) < 0]
    return LevelResult(
        mark=mark,
        name=called.heading,
        unit=called.one,
        count=phrases.count(len(known.rows)),
        grades=list(_grades(builder, figures)),
        summary=_summary(builder, figures),
        incomplete=_incomplete(builder, figures),
        mean=_mean(builder, known, figures.comparison) if many else "",
        best=_some(builder, known, best=True) if many else "",
        last=_some(builder, known, best=False) if known.ranked >= FEW else "",
        risen=risen,
        fallen=fallen,
        risen_names="; ".join(f"{each.unit} ({each.change})" for each in risen),
        fallen_names="; ".join(f"{each.unit} ({each.change})" for each in fallen),
        rank_risen=_by_rank(builder, changes, up=True),
        rank_fallen=_by_rank(builder, changes, up=False),
        annex=annex,
    )


def _grades(builder: DocumentBuilder, figures: LevelFigures) -> Iterator[GradeLine]:
    known, called = figures.standings, LEVELS[figures.level]
    if not known.ranked:
        return
    changes = figures.comparison.grade_counts if figures.comparison else {}
    for grade in builder.facts.rules.grades.bounds:
        have = known.grade_counts[grade.code]
        change = phrases.since(phrases.units_more(changes.get(grade.code, 0), called.place), builder.before)
        name = grade.names.vi
        yield GradeLine(
            name,
            phrases.share(have, known.ranked),
            phrases.grade_line(have, known.ranked, called.one, name, change),
        )


def _summary(builder: DocumentBuilder, figures: LevelFigures) -> str:
    known, called = figures.standings, LEVELS[figures.level]
    parts = [
        f"{phrases.share(have, known.ranked)} {called.one} xếp loại {grade.names.vi}"
        for grade in builder.facts.rules.grades.bounds
        if (have := known.grade_counts[grade.code])
    ]
    if ungraded := sum(row.grade is None and row.rank is not None for row in known.rows):
        parts.append(f"{phrases.share(ungraded, known.ranked)} {called.one} chưa xếp loại")
    if not parts:
        return _incomplete(builder, figures)
    return f"Đối với {called.name}, có {', '.join(parts)}"


def _incomplete(builder: DocumentBuilder, figures: LevelFigures) -> str:
    """That some units can't be ranked, and which."""
    known, called = figures.standings, LEVELS[figures.level]
    lacking = [builder.unit(row.score.unit) for row in known.rows if row.rank is None]
    if not lacking:
        return ""
    why = "chưa đủ số liệu nên chưa xếp loại, xếp hạng"
    if not known.ranked:
        share = phrases.share(len(lacking), len(known.rows))
        return f"Chưa xếp loại, xếp hạng {called.name} do {share} {called.one} chưa đủ số liệu"
    names = phrases.listed(lacking[:MOVERS_NAMED], max(0, len(lacking) - MOVERS_NAMED))
    return f"Có {phrases.share(len(lacking), len(known.rows))} {called.one} {why}: {names}"


def _mean(builder: DocumentBuilder, known: LevelStandings, comparison: LevelComparison | None) -> str:
    change = phrases.since(phrases.moved(comparison.mean if comparison else None), builder.before)
    return f"Điểm trung bình: {phrases.points(known.mean)} điểm{phrases.aside(change)}"


def _some(builder: DocumentBuilder, known: LevelStandings, *, best: bool) -> str:
    """The first or the last units with their totals; those that share the last place named, too."""
    rows = [row for row in known.rows if row.rank is not None]
    rows = rows if best else rows[::-1]
    edge = rows[: NAMED + 1][-1] if len(rows) <= NAMED else rows[NAMED - 1]
    equal = [row for row in rows if row.rank == edge.rank]
    shown = rows[: rows.index(equal[0]) + len(equal)] if len(rows) > NAMED else rows
    left = max(0, len(shown) - MOVERS_NAMED)
    if left:
        shown = shown[:MOVERS_NAMED]
    names = [f"{builder.unit(row.score.unit)} ({phrases.points(row.score.total)} điểm)" for row in shown]
    more = f"; và {phrases.count(left)} đơn vị cùng điểm" if left else ""
    return "; ".join(names) + more


def _mover(builder: DocumentBuilder, change: Change) -> Mover:
    before, after = change.before, change.after
    if before is None or after is None:
        raise ValueError("only a unit of both days rises or falls")
    unit, moved = builder.unit(after.score.unit), phrases.moved(change.total)
    was, now = phrases.points(before.score.total), phrases.points(after.score.total)
    rank = _rank_words(change)
    parts = change.causes(builder.facts.rules)
    same = (part for part in parts if (part.change > 0) == ((change.total or 0) > 0))
    cause = next((text for part in same if (text := builder.cause(part))), "")
    why = f"; chủ yếu do {cause}" if cause else ""
    ranked = f", {rank}" if rank else ""
    line = (
        f"{unit} {moved} (từ {was} {'lên' if (change.total or 0) > 0 else 'xuống'} {now} điểm){ranked}{why}"
    )
    return Mover(unit, f"{was} → {now}", moved, rank, cause, line)


def _rank_words(change: Change) -> str:
    if change.rank is None or change.before is None or change.after is None:
        return ""
    if not change.rank or not change.before.rank or not change.after.rank:
        return phrases.places(change.rank)
    return (
        f"{phrases.places(change.rank)} (từ hạng {phrases.count(change.before.rank)} "
        f"{'lên' if change.rank > 0 else 'xuống'} hạng {phrases.count(change.after.rank)})"
    )


def _by_rank(builder: DocumentBuilder, changes: Sequence[Change], *, up: bool) -> str:
    """Who gained or lost most places, most first."""
    moved = [
        c for c in changes if c.rank and abs(c.rank) >= PLACES and (c.rank > 0) is up and c.after is not None
    ]
    moved.sort(key=lambda c: -abs(c.rank or 0))
    return "; ".join(
        f"{builder.unit(c.after.score.unit)} ({phrases.places(c.rank)})"
        for c in moved[:MOVERS_NAMED]
        if c.after
    )
