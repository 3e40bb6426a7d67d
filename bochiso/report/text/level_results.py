"""The results of each level of the province's units in words."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from bochiso.report import phrases
from bochiso.report.context import GradeLine, LevelResult, Mover
from bochiso.report.report_data import LevelFigures
from bochiso.report.text.document_builder import LEVELS, DocumentBuilder
from bochiso.score.changes import Change, LevelComparison
from bochiso.score.idleness import Idleness, idleness
from bochiso.score.ranking import LevelStandings, Standing

MOVERS_NAMED = 5
"""How many of those who rose, and of those who fell, are named."""

NAMED = 3
"""How many of the best and of the last are named, half of the level at most; more where they share a rank,
up to MOVERS_NAMED."""

FEW = 10
"""A level with fewer units has no list of the last: the annex shows them at a glance."""

PROCEDURES = 1
"""How many procedures behind a unit's main cause are named."""

PLACES = 2
"""A unit that moved by fewer places is not named for it: a neighbour's step moves it by one."""


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
    changes = _of_busy(figures.comparison.changes if figures.comparison else ())
    (risen, fallen), equal = named_movers(builder, changes)
    many = known.ranked > 1
    return LevelResult(
        mark=mark,
        name=called.heading,
        unit=called.one,
        count=phrases.count(len(known.rows)),
        grades=list(_grades(builder, figures)),
        summary=_summary(builder, figures),
        incomplete=_incomplete(builder, figures),
        idle=_idle(builder, figures),
        mean=_mean(builder, known, figures.comparison) if many else "",
        best=_some(builder, known, best=True) if many else "",
        last=_some(builder, known, best=False) if known.ranked >= FEW else "",
        risen=risen,
        fallen=fallen,
        risen_names=_names(risen, equal[0]),
        fallen_names=_names(fallen, equal[1]),
        named_from=_named_from(builder),
        rank_risen=_by_rank(builder, changes, up=True),
        rank_fallen=_by_rank(builder, changes, up=False),
        annex=annex,
    )


def _of_busy(changes: Iterable[Change]) -> list[Change]:
    """The changes of units that had work both times: the others' points say nothing of it."""
    return [
        each for each in changes if not any(side and idleness(side) for side in (each.before, each.after))
    ]


def named_movers(
    builder: DocumentBuilder, changes: Sequence[Change]
) -> tuple[tuple[list[Mover], list[Mover]], tuple[int, int]]:
    """Those who rose and those who fell by so many points that they are named, most first.

    Beside them how many more of each moved by as much as the last one named.
    """
    least = builder.settings.named_from
    moved = sorted((c for c in changes if c.total and abs(c.total) >= least), key=lambda c: c.total or 0)
    risen = [c for c in moved[::-1] if (c.total or 0) > 0]
    fallen = [c for c in moved if (c.total or 0) < 0]
    named, equal = [], []
    for all_of in (risen, fallen):
        movers = [_mover(builder, c) for c in all_of[:MOVERS_NAMED]]
        left = _left_equal([c.total for c in all_of])
        if left:
            movers[-1] = replace(movers[-1], line=f"{movers[-1].line}; còn {_others(left)}")
        named.append(movers)
        equal.append(left)
    return (named[0], named[1]), (equal[0], equal[1])


def _left_equal(values: Sequence[object]) -> int:
    """How many of those not named are equal to the last one named."""
    return sum(each == values[MOVERS_NAMED - 1] for each in values[MOVERS_NAMED:])


def _others(left: int) -> str:
    return f"{phrases.count(left)} đơn vị khác cùng mức này"


def _names(movers: Sequence[Mover], equal: int) -> str:
    named = "; ".join(f"{each.unit} ({each.change})" for each in movers)
    return f"{named} và {_others(equal)}" if equal else named


def _named_from(builder: DocumentBuilder) -> str:
    """From how many points on units are named; whatever they are where none are set."""
    least = builder.settings.named_from
    return f"từ {phrases.points(least)} điểm trở lên" if least else "mọi mức thay đổi"


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
        return _incomplete(builder, figures) or _idle(builder, figures)
    return f"Đối với {called.name}, có {', '.join(parts)}"


def _incomplete(builder: DocumentBuilder, figures: LevelFigures) -> str:
    """That some units lack figures to be ranked by, how many don't, and which they are."""
    known, called = figures.standings, LEVELS[figures.level]
    rows = [row for row in known.rows if row.rank is None and idleness(row) is not Idleness.KNOWN]
    if not rows:
        return ""
    if not known.ranked:
        share = phrases.share(len(rows), len(known.rows))
        return f"Chưa xếp loại, xếp hạng {called.name} do {share} {called.one} chưa đủ số liệu"
    names = phrases.first_of([builder.unit(row.score.unit) for row in rows], MOVERS_NAMED)
    return (
        f"Trong {phrases.count(len(known.rows))} {called.one}, {phrases.count(known.ranked)} {called.one} đủ "
        f"số liệu để xếp loại, xếp hạng; {phrases.count(len(rows))} {called.one} chưa đủ số liệu: {names}"
    )


def _idle(builder: DocumentBuilder, figures: LevelFigures) -> str:
    """Which units had no dossiers, or seem to have had none: they are not judged by their points."""
    found: dict[Idleness, list[str]] = {}
    for row in figures.standings.rows:
        if which := idleness(row):
            found.setdefault(which, []).append(builder.unit(row.score.unit))
    told = []
    if names := found.get(Idleness.KNOWN):
        share = phrases.share(len(names), len(figures.standings.rows))
        listed = phrases.first_of(names, MOVERS_NAMED)
        told.append(f"Có {share} {LEVELS[figures.level].one} không phát sinh hồ sơ trong kỳ: {listed}")
    if names := found.get(Idleness.LIKELY):
        told.append(
            f"{phrases.count(len(names))} {LEVELS[figures.level].one} không có điểm ở mọi nhóm chỉ số về hồ "
            f"sơ ({phrases.first_of(names, MOVERS_NAMED)}), cần xác định có phát sinh hồ sơ trong kỳ hay "
            "không trước khi đánh giá"
        )
    return phrases.capital("; ".join(told))


def _mean(builder: DocumentBuilder, known: LevelStandings, comparison: LevelComparison | None) -> str:
    change = phrases.since(phrases.moved(comparison.mean if comparison else None), builder.before)
    return f"Điểm trung bình: {phrases.points(known.mean)} điểm{phrases.aside(change)}"


def _some(builder: DocumentBuilder, known: LevelStandings, *, best: bool) -> str:
    """The first or the last units with their totals; those that share the last place named, too."""
    rows = [row for row in known.rows if row.rank is not None and (best or not idleness(row))]
    rows = rows if best else rows[::-1]
    named = min(NAMED, known.ranked // 2)
    if not rows[named:]:
        return ""
    equal = [row for row in rows if row.rank == rows[named - 1].rank]
    ahead = rows.index(equal[0])
    # A place that all the others share is neither the first nor the last.
    shown = rows[: ahead + len(equal) if ahead + len(equal) < len(rows) else ahead]
    if not shown:
        return ""
    left = max(0, len(shown) - MOVERS_NAMED)
    shown = shown[:MOVERS_NAMED]
    names = "; ".join(_with_points(builder, row) for row in shown)
    return f"{names} và {phrases.count(left)} đơn vị khác cùng điểm" if left else names


def _with_points(builder: DocumentBuilder, row: Standing) -> str:
    return f"{builder.unit(row.score.unit)} ({phrases.points(row.score.total)} điểm)"


def _mover(builder: DocumentBuilder, change: Change) -> Mover:
    before, after = change.before, change.after
    if before is None or after is None:
        raise ValueError("only a unit of both days rises or falls")
    unit, moved = builder.unit(after.score.unit), phrases.moved(change.total)
    was, now = phrases.points(before.score.total), phrases.points(after.score.total)
    rank = _rank_words(change)
    rose = (change.total or 0) > 0
    same = (part for part in change.causes(builder.facts.rules) if (part.change > 0) is rose)
    told = ((part, words) for part in same if (words := builder.cause(part, change))[0])
    part, (subject, lost, counted) = next(told, (None, ("", "", "")))
    cause = f"{subject} {lost}{phrases.aside(counted)}" if subject else ""
    missed = builder.missed(change, part.code, PROCEDURES) if part and not rose else ""
    why = f"; chủ yếu do {cause}" if cause else ""
    why += f", không đạt nhiều nhất ở TTHC {missed}" if missed else ""
    against = rank and change.rank and (change.rank > 0) is not rose
    ranked = f", {'nhưng ' if against else ''}{rank}" if rank else ""
    line = f"{unit} {moved} (từ {was} {'lên' if rose else 'xuống'} {now} điểm){ranked}{why}"
    return Mover(unit, f"{was} → {now}", moved, rank, cause, line)


def _rank_words(change: Change) -> str:
    if change.rank is None or change.before is None or change.after is None:
        return ""
    if change.after.of < 2:
        return ""  # alone, a unit has no place among others
    if not change.rank or not change.before.rank or not change.after.rank:
        return phrases.places(change.rank)
    return (
        f"{phrases.places(change.rank)} (từ hạng {phrases.count(change.before.rank)} "
        f"{'lên' if change.rank > 0 else 'xuống'} hạng {phrases.count(change.after.rank)})"
    )


def _by_rank(builder: DocumentBuilder, changes: Sequence[Change], *, up: bool) -> str:
    """Who gained or lost most places with points that moved the same way enough to be named, most first."""
    least = builder.settings.named_from
    moved = [
        c
        for c in changes
        if c.rank
        and abs(c.rank) >= PLACES
        and (c.rank > 0) is up
        and c.after is not None
        and (c.total is None or (c.total if up else -c.total) >= least)
    ]
    moved.sort(key=lambda c: -abs(c.rank or 0))
    names = "; ".join(
        f"{builder.unit(c.after.score.unit)} ({phrases.places(c.rank)})"
        for c in moved[:MOVERS_NAMED]
        if c.after
    )
    left = _left_equal([c.rank for c in moved])
    return f"{names} và {_others(left)}" if left else names
