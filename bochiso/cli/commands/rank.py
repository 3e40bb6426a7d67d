"""`bochiso rank`: the ranking of each level, and what changed."""

from pathlib import Path

import click
from rich.console import Console

from bochiso.cli.draw import boxes_of, fates, legend, level_title, ranking, summary
from bochiso.cli.options import (
    LANG,
    data_option,
    format_options,
    lang_option,
    province_option,
    rules_option,
    snapshot_options,
    t,
)
from bochiso.cli.output import console, working, write_csv, write_json
from bochiso.errors import ComputeError
from bochiso.periods import Period
from bochiso.rules.loader import load_rules
from bochiso.rules.model import RuleSet
from bochiso.score.export import Plain, change_object, standing_object, standing_row
from bochiso.score.notes import notes
from bochiso.score.standings import LevelStandings
from bochiso.store.folder import DataFolder
from bochiso.store.store import open_store
from bochiso.store.views import Ranked, rankings
from bochiso.text import say
from bochiso.units.codes import normalise_code
from bochiso.units.model import Level


@click.command(
    help=t(
        "Bảng xếp hạng từng cấp; với --against, cả thay đổi so với kỳ khác.",
        "The ranking of each level; with --against, what changed since another snapshot.",
    )
)
@click.option(
    "--level",
    type=click.Choice([level.value for level in Level]),
    help=t("Chỉ một cấp.", "One level only."),
)
@snapshot_options(against=True)
@province_option
@rules_option(None)
@format_options
@data_option
@lang_option
def command(
    level: str | None,
    as_of: str | None,
    against: str | None,
    period: Period | None,
    province: str | None,
    rules: str | None,
    form: str,
    excel: bool,
    data: Path,
) -> None:
    """Print the ranking."""
    with (
        working(t("Đang tính điểm và xếp hạng", "Scoring and ranking")),
        open_store(DataFolder(data)) as store,
    ):
        found = list(
            rankings(
                store,
                level=Level(level) if level else None,
                as_of=as_of,
                period=period,
                against=against,
                rules=load_rules(rules) if rules else None,
                within=normalise_code(province) if province else None,
            )
        )
    if not found:
        raise ComputeError(
            say("không có đơn vị nào để xếp hạng.", "there is no unit to rank."),
            do=say("Xem `bochiso snapshots`.", "See `bochiso snapshots`."),
        )
    if form == "json":
        write_json([each for one in found for each in _objects(one)])
    elif form == "csv" or excel:
        write_csv(_rows(found), excel=excel)
    else:
        out = console()
        for one in found:
            print_ranking(out, one)


def _objects(one: Ranked) -> list[Plain]:
    rules = one.after.rules
    return [
        standing_object(row, rules, LANG) | _change(one, row.score.unit.code) for row in one.standings.rows
    ]


def _change(one: Ranked, code: str) -> Plain:
    return {} if one.comparison is None else {"change": change_object(one.comparison.find(code))}


def _rows(found: list[Ranked]) -> list[Plain]:
    boxes = list(dict.fromkeys(b for one in found for b in boxes_of(one.standings, one.after.rules)))
    rows = []
    for one in found:
        for row in one.standings.rows:
            plain = standing_row(row, boxes, LANG)
            if any(each.comparison for each in found):
                change = one.comparison.find(row.score.unit.code) if one.comparison else None
                plain |= {
                    "total_change": change.total if change else None,
                    "rank_change": change.rank if change else None,
                }
            rows.append(plain)
    return rows


def print_ranking(out: Console, one: Ranked) -> None:
    """One level on the terminal."""
    rules, standings = one.after.rules, one.standings
    title = level_title(one.level, one.after.title.render(LANG))
    out.print(ranking(standings, rules, title, one.comparison))
    out.print(summary(standings, rules, one.comparison), markup=False)
    for line in [remark.render(LANG) for remark in one.remarks]:
        out.print(line, markup=False)
    for line in fates(one.comparison) if one.comparison else []:
        out.print(line, markup=False)
    print_notes(out, standings, rules)
    out.print(legend(boxes_of(standings, rules), rules), style="dim", markup=False)
    out.print(one.after.moments.render(LANG) + "\n", style="dim", markup=False)


def print_notes(out: Console, standings: LevelStandings, rules: RuleSet) -> None:
    """What a reader must know about units of a level."""
    for row in standings.rows:
        for note in notes(row.score, rules):
            out.print(f"  {row.score.unit.name}: {note.render(LANG)}", style="dim", markup=False)
