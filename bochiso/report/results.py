"""The results in words: the province's, and those of each level of its units."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bochiso.report import words
from bochiso.report.context import GradeLine, GroupResult, LevelResult, Mover, Province
from bochiso.report.draft import LEVELS, Draft
from bochiso.report.facts import LevelFigures, ProvinceFigures
from bochiso.score.compare import Change, LevelComparison
from bochiso.score.explain import box_points
from bochiso.score.scoring import BoxScore, UnitScore
from bochiso.score.standings import LevelStandings, Standing
from bochiso.text import Lang
from bochiso.units.names import short_name

MOVERS = 5
"""How many of those who rose, and of those who fell, are named."""

NAMED = 3
"""How many of the best and of the last are named; more where they share a rank, up to MOVERS."""

FEW = 10
"""A level with fewer units has no list of the last: the annex shows them at a glance."""

CAUSES = 2

PLACES = 2
"""A unit that moved by fewer places is not named for it: a neighbour's step moves it by one."""


def province_result(draft: Draft) -> Province:
    """The province among all provinces."""
    name = draft.places["province"]
    aim = draft.settings.target_rank
    found = draft.facts.province
    if found is None:
        return Province(False, name, "", "", "", "", [], [], "", "", "", _aim(name, aim, None))
    before = draft.compared(found.before.snapshot, found.after.snapshot) if found.before else ""
    score, change = found.standing.score, found.change
    total = words.earned(score.total, draft.facts.rules.total_points)
    rank = _province_rank(draft, found)
    moved = words.since(words.moved(change.total if change else None), before)
    ranked = f", {rank}{words.aside(_rank_since(change, before, moved))}" if rank else ""
    return Province(
        known=True,
        name=name,
        day=words.day(found.after.snapshot.as_of),
        total=total,
        rank=rank,
        result=f"{total}{words.aside(moved)}{ranked}",
        groups=list(_groups(draft, found)),
        causes=_causes(draft, change),
        weakest=words.listed([_named_box(draft, box) for box in weakest(score, draft)]),
        mean=_against_mean(found),
        target=_against_target(found, aim),
        aim=_aim(name, aim, found.standing.rank if rank else None),
    )


def _aim(name: str, aim: int | None, rank: int | None) -> str:
    """What the province aims at: to come among the first, or to stay there."""
    if aim is None:
        return ""
    first = f"nhóm {words.count(aim)} tỉnh, thành phố dẫn đầu cả nước"
    return f"giữ vững vị trí của {name} trong {first}" if rank and rank <= aim else f"đưa {name} vào {first}"


def _province_rank(draft: Draft, found: ProvinceFigures) -> str:
    """`xếp hạng 04/34 tỉnh, thành phố`; nothing where the province stands alone in its figures."""
    own = found.standing
    if own.rank is None or own.of < 2:
        return ""
    equals = [row for row in found.peers.rows if row.rank == own.rank and row is not own]
    place = f"{words.share(own.rank, own.of)} tỉnh, thành phố"
    if not equals:
        return f"xếp hạng {place}"
    others = words.listed([_province_name(row) for row in equals[:NAMED]], max(0, len(equals) - NAMED), "nơi")
    return f"đồng hạng {place} (cùng tổng điểm với {others})"


def _province_name(row: Standing) -> str:
    name = short_name(row.score.unit.name).removeprefix("UBND ")
    return name[:1].lower() + name[1:] if name.lower().startswith(("tỉnh ", "thành phố ")) else name


def _rank_since(change: Change | None, before: str, moved: str) -> str:
    """The change of rank; what it is compared with is said once."""
    places = words.places(change.rank if change else None)
    return places if moved else words.since(places, before)


def _groups(draft: Draft, found: ProvinceFigures) -> Iterator[GroupResult]:
    """The groups of the decision: boxes that are parts of one stand beneath it."""
    rules, score = draft.facts.rules, found.standing.score
    changes = found.change.boxes if found.change else {}
    shown = {box.code: box for box in score.boxes}
    whole = {part: group for group in rules.groups if group.parts for part in group.parts}
    done: set[str] = set()
    for code, box in shown.items():
        group = whole.get(code)
        if group is None or not set(group.parts) <= shown.keys():
            yield _group(draft, box, changes.get(code), [])
        elif group.code not in done:
            done.add(group.code)
            parts = [_line(draft, shown[part], changes.get(part)) for part in group.parts]
            known = [changes.get(part) for part in group.parts]
            change = sum((c for c in known if c is not None), Decimal(0)) if None not in known else None
            total = BoxScore(group.code, group.points, box_points(score, group.code, rules), None)
            yield _group(draft, total, change, parts)


def _group(draft: Draft, box: BoxScore, change: Decimal | None, parts: list[str]) -> GroupResult:
    return GroupResult(
        draft.facts.rules.label(box.code).render(Lang.VI),
        words.earned(box.points, box.max_points),
        words.moved(change),
        _line(draft, box, change),
        parts,
    )


def _line(draft: Draft, box: BoxScore, change: Decimal | None) -> str:
    name = draft.facts.rules.label(box.code).render(Lang.VI)
    return f"{name}: {words.earned(box.points, box.max_points)}{words.aside(words.moved(change))}"


def _named_box(draft: Draft, box: BoxScore) -> str:
    name = draft.facts.rules.label(box.code).render(Lang.VI)
    return f"{name} ({words.earned(box.points, box.max_points)})"


def weakest(score: UnitScore, draft: Draft) -> list[BoxScore]:
    """The boxes below the unit's own share of all points, furthest below first, at most three."""
    known = [box for box in score.boxes if box.points is not None]
    if score.total is None or len(known) < len(score.boxes):
        return []
    own = score.total / draft.facts.rules.total_points
    low = [(box.points / box.max_points, box) for box in known if box.points is not None]
    return [box for share, box in sorted(low, key=lambda each: each[0]) if share < own][:NAMED]


def _causes(draft: Draft, change: Change | None) -> list[str]:
    if change is None or change.before is None or change.after is None or not change.total:
        return []
    parts = change.causes(draft.facts.rules)
    return [text for part in parts if (text := draft.cause(part))][:CAUSES]


def _against_mean(found: ProvinceFigures) -> str:
    total, mean = found.standing.score.total, found.peers.mean
    if total is None or mean is None or found.standing.of < 2:
        return ""
    middle = f"trung bình cả nước ({words.points(mean)} điểm)"
    if total == mean:
        return f"bằng {middle}"
    return f"{'cao' if total > mean else 'thấp'} hơn {middle} {words.points(abs(total - mean))} điểm"


def _against_target(found: ProvinceFigures, aim: int | None) -> str:
    own = found.standing
    if aim is None or own.rank is None or own.score.total is None or own.of <= aim:
        return ""
    if own.rank <= aim:
        return f"đang trong nhóm {words.count(aim)} tỉnh, thành phố dẫn đầu"
    last = [row for row in found.peers.rows if row.rank is not None and row.rank <= aim][-1]
    assert last.score.total is not None  # noqa: S101 (it is ranked)
    short = words.points(last.score.total - own.score.total)
    return f"còn thiếu {short} điểm để bằng địa phương xếp hạng {words.share(last.rank or aim, own.of)}"


# Levels.


def level_results(draft: Draft, marks: Sequence[str], annexes: Sequence[str]) -> list[LevelResult]:
    """The results of each level, each with its mark and its annex."""
    return [
        _level(draft, figures, mark, annex)
        for figures, mark, annex in zip(draft.facts.levels, marks, annexes, strict=True)
    ]


def _level(draft: Draft, figures: LevelFigures, mark: str, annex: str) -> LevelResult:
    known, called = figures.standings, LEVELS[figures.level]
    changes = figures.comparison.changes if figures.comparison else ()
    moved = sorted((c for c in changes if c.total), key=lambda c: c.total or 0)
    many = known.ranked > 1
    risen = [_mover(draft, c) for c in moved[::-1][:MOVERS] if (c.total or 0) > 0]
    fallen = [_mover(draft, c) for c in moved[:MOVERS] if (c.total or 0) < 0]
    return LevelResult(
        mark=mark,
        name=called.heading,
        unit=called.one,
        count=words.count(len(known.rows)),
        grades=list(_grades(draft, figures)),
        summary=_summary(draft, figures),
        incomplete=_incomplete(draft, figures),
        mean=_mean(draft, known, figures.comparison) if many else "",
        best=_some(draft, known, best=True) if many else "",
        last=_some(draft, known, best=False) if known.ranked >= FEW else "",
        risen=risen,
        fallen=fallen,
        risen_names="; ".join(f"{each.unit} ({each.change})" for each in risen),
        fallen_names="; ".join(f"{each.unit} ({each.change})" for each in fallen),
        rank_risen=_by_rank(draft, changes, up=True),
        rank_fallen=_by_rank(draft, changes, up=False),
        annex=annex,
    )


def _grades(draft: Draft, figures: LevelFigures) -> Iterator[GradeLine]:
    known, called = figures.standings, LEVELS[figures.level]
    if not known.ranked:
        return
    changes = figures.comparison.grade_counts if figures.comparison else {}
    for grade in draft.facts.rules.grades.bounds:
        have = known.grade_counts[grade.code]
        change = words.since(words.units_more(changes.get(grade.code, 0), called.place), draft.before)
        name = grade.names.vi
        yield GradeLine(
            name,
            words.share(have, known.ranked),
            words.grade_line(have, known.ranked, called.one, name, change),
        )


def _summary(draft: Draft, figures: LevelFigures) -> str:
    known, called = figures.standings, LEVELS[figures.level]
    parts = [
        f"{words.share(have, known.ranked)} {called.one} xếp loại {grade.names.vi}"
        for grade in draft.facts.rules.grades.bounds
        if (have := known.grade_counts[grade.code])
    ]
    if not parts:
        return _incomplete(draft, figures)
    return f"Đối với {called.name}, có {', '.join(parts)}"


def _incomplete(draft: Draft, figures: LevelFigures) -> str:
    """That some units can't be ranked, and which."""
    known, called = figures.standings, LEVELS[figures.level]
    lacking = [draft.unit(row.score.unit) for row in known.rows if row.rank is None]
    if not lacking:
        return ""
    why = "chưa đủ số liệu nên chưa xếp loại, xếp hạng"
    if not known.ranked:
        share = words.share(len(lacking), len(known.rows))
        return f"Chưa xếp loại, xếp hạng {called.name} do {share} {called.one} chưa đủ số liệu"
    names = words.listed(lacking[:MOVERS], max(0, len(lacking) - MOVERS))
    return f"Có {words.share(len(lacking), len(known.rows))} {called.one} {why}: {names}"


def _mean(draft: Draft, known: LevelStandings, comparison: LevelComparison | None) -> str:
    change = words.since(words.moved(comparison.mean if comparison else None), draft.before)
    return f"Điểm trung bình: {words.points(known.mean)} điểm{words.aside(change)}"


def _some(draft: Draft, known: LevelStandings, *, best: bool) -> str:
    """The first or the last units with their totals; those that share the last place named, too."""
    rows = [row for row in known.rows if row.rank is not None]
    rows = rows if best else rows[::-1]
    edge = rows[: NAMED + 1][-1] if len(rows) <= NAMED else rows[NAMED - 1]
    equal = [row for row in rows if row.rank == edge.rank]
    shown = rows[: rows.index(equal[0]) + len(equal)] if len(rows) > NAMED else rows
    left = max(0, len(shown) - MOVERS)
    if left:
        shown = shown[:MOVERS]
    names = [f"{draft.unit(row.score.unit)} ({words.points(row.score.total)} điểm)" for row in shown]
    more = f"; và {words.count(left)} đơn vị cùng điểm" if left else ""
    return "; ".join(names) + more


def _mover(draft: Draft, change: Change) -> Mover:
    before, after = change.before, change.after
    if before is None or after is None:
        raise ValueError("only a unit of both days rises or falls")
    unit, moved = draft.unit(after.score.unit), words.moved(change.total)
    was, now = words.points(before.score.total), words.points(after.score.total)
    rank = _rank_words(change)
    parts = change.causes(draft.facts.rules)
    same = (part for part in parts if (part.change > 0) == ((change.total or 0) > 0))
    cause = next((text for part in same if (text := draft.cause(part))), "")
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
        return words.places(change.rank)
    return (
        f"{words.places(change.rank)} (từ hạng {words.count(change.before.rank)} "
        f"{'lên' if change.rank > 0 else 'xuống'} hạng {words.count(change.after.rank)})"
    )


def _by_rank(draft: Draft, changes: Sequence[Change], *, up: bool) -> str:
    """Who gained or lost most places, most first."""
    moved = [
        c for c in changes if c.rank and abs(c.rank) >= PLACES and (c.rank > 0) is up and c.after is not None
    ]
    moved.sort(key=lambda c: -abs(c.rank or 0))
    return "; ".join(
        f"{draft.unit(c.after.score.unit)} ({words.places(c.rank)})" for c in moved[:MOVERS] if c.after
    )
