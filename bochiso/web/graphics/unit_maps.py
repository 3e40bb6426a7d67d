"""Maps of the units of a level by grade, by a group or by an indicator."""

from decimal import Decimal

from bochiso.errors import ComputeError
from bochiso.rules.rule_set import RuleSet
from bochiso.score.indicator_table import indicator_of
from bochiso.score.ranking import LevelStandings, Standing
from bochiso.score.scoring import box_points_of
from bochiso.text import Lang, Text, hundredths, say
from bochiso.units.boundaries import Boundaries
from bochiso.units.model import Level
from bochiso.units.names import bare_name
from bochiso.units.tile_grids import PROVINCES, placed_on
from bochiso.web.graphics.boundary_map import boundary_picture
from bochiso.web.graphics.map_shades import MapClass, MapUnit
from bochiso.web.graphics.page_chart import PageChart
from bochiso.web.graphics.tile_map import MapSet, tile_picture

GRADES = "xep-loai"
"""What colours a map where nothing else is asked for: the grade of the total."""

KINDS = {Level.PROVINCE: "ban-do-tinh", Level.COMMUNE: "ban-do-xa"}
"""The names of the maps in addresses."""


def map_of(
    level: LevelStandings, rules: RuleSet, what: str, ours: str, lang: Lang, kept: Boundaries | None = None
) -> PageChart | None:
    """The map of a level: with the boundaries that are kept, else on its grid; None where there is neither.

    `what`: GRADES, a group's code or an indicator's number. Raises ComputeError for another.
    """
    if level.level not in KINDS:
        return None
    found = map_set(level, rules, what, ours, lang)
    if kept is not None and level.level is Level.COMMUNE:
        return boundary_picture(found, kept, KINDS[level.level], what, lang)
    grid = PROVINCES if level.level is Level.PROVINCE else level.province or ""
    tiles = placed_on(grid, (row.score.unit for row in level.rows))
    return tile_picture(found, tiles, KINDS[level.level], what, lang) if tiles else None


def map_set(level: LevelStandings, rules: RuleSet, what: str, ours: str, lang: Lang) -> MapSet:
    """The units of a level with their figures and classes. Raises ComputeError for what can't be shown."""
    shown = title_of(rules, what)
    units = tuple(
        MapUnit(
            row.score.unit.code,
            bare_name(row.score.unit.name),
            _class_of(row, rules, what),
            _value(row, rules, what)[0],
        )
        for row in level.rows
    )
    title = say("{what}: {level}", "{what}: {level}", what=shown, level=_units(level))
    figure = Text("Tổng điểm", "Total") if what == GRADES else shown
    return MapSet(title.render(lang), units, classes(rules, what, lang), figure.render(lang), ours)


def _units(level: LevelStandings) -> Text:
    """What a map's title calls the units of a level."""
    if level.level is Level.PROVINCE:
        return Text("các tỉnh, thành phố", "the provinces")
    return Text(f"các {level.title.vi.lower()}", f"the {level.title.en.lower()}")


def title_of(rules: RuleSet, what: str) -> Text:
    """What a map shows. Raises ComputeError for what the rules don't have."""
    if what == GRADES:
        return Text("Xếp loại", "Grades")
    if what in rules.boxes:
        return rules.label(what)
    rule = next((each for each in rules.indicators if each.number == what), None)
    if rule is None:
        raise ComputeError(say("không có bản đồ này.", "there is no such map."))
    return say("Chỉ số {number} {name}", "Indicator {number} {name}", number=rule.number,
               name=rules.label(rule.code))  # fmt: skip


def classes(rules: RuleSet, what: str, lang: Lang) -> tuple[MapClass, ...]:
    """The grades; else the same bounds as shares of the most that can be had."""
    found = []
    above = None
    for grade in rules.grades.bounds:
        name = grade.names.render(lang)
        if what != GRADES:
            low = int(grade.least)
            name = (
                say("từ {low}%", "{low}% and more", low=low)
                if above is None
                else say("{low}% đến dưới {high}%", "{low}% to below {high}%", low=low, high=above)
            ).render(lang)
            above = low
        found.append(MapClass(name, "".join(word[0] for word in grade.names.render(lang).split()).upper()))
    return tuple(found)


def _value(row: Standing, rules: RuleSet, what: str) -> tuple[Decimal | None, Decimal]:
    """A unit's figure, and the most that it can be."""
    score = row.score
    if what == GRADES:
        return score.total, score.most
    if what in rules.boxes:
        most = next((box.max_points for box in score.boxes if box.code == what), rules.group[what].points)
        return box_points_of(score, what), most
    rule = next(each for each in rules.indicators if each.number == what)
    found = indicator_of(score, rule.code)
    if found is None:
        return None, rule.points
    if rule.scored:
        return found.points, rule.points
    return (None if found.rate is None else hundredths(found.rate * 100)), Decimal(100)


def _class_of(row: Standing, rules: RuleSet, what: str) -> int | None:
    bounds = list(rules.grades.bounds)
    if what == GRADES:
        return bounds.index(row.grade) if row.grade else None
    value, most = _value(row, rules, what)
    return None if value is None or not most else bounds.index(rules.grade(value / most * 100))
