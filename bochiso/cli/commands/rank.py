"""`bochiso rank`: the ranking of each level, and what changed."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import click
from rich.console import Console

from bochiso.cli.draw import fates, legend, level_title, printable, ranking, summary
from bochiso.cli.options import (
    LANG,
    data_option,
    format_options,
    lang_option,
    measured_option,
    province_option,
    rules_option,
    snapshot_options,
    t,
)
from bochiso.cli.output import chosen_form, console, working, write_csv, write_json
from bochiso.cli.usage import Command
from bochiso.errors import ComputeError
from bochiso.periods import Period
from bochiso.rules.loader import load_rules
from bochiso.rules.model import RuleSet
from bochiso.score.compare import LevelComparison
from bochiso.score.explain import is_small
from bochiso.score.export import Plain, change_object, standing_object, standing_row
from bochiso.score.notes import total_notes
from bochiso.score.standings import LevelStandings, boxes_of
from bochiso.store.folder import DataFolder
from bochiso.store.store import open_store
from bochiso.store.views import Ranked, rankings
from bochiso.text import say
from bochiso.units.codes import normalise_code
from bochiso.units.model import Level


@click.command(
    cls=Command,
    help=t(
        "Bảng xếp hạng từng cấp; với --against, cả thay đổi so với kỳ khác.",
        "The ranking of each level; with --against, what changed since another snapshot.",
    ),
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
@measured_option
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
    measured: bool | None,
    data: Path,
) -> None:
    """Print the ranking."""
    form = chosen_form(form, excel=excel)
    with (
        working(t("Đang tính điểm và xếp hạng", "Scoring and ranking")),
        open_store(DataFolder(data), measured) as store,
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
    elif form == "csv":
        write_csv(_rows(found), excel=excel)
    else:
        out = console()
        for one in found:
            print_ranking(out, one)


def _objects(one: Ranked) -> list[Plain]:
    view = one.after
    moments = {
        "as_of": view.snapshot.as_of.isoformat(),
        "period": view.snapshot.period.code,
        "read_at": view.snapshot.read_at.isoformat(),
        "changed_at": view.changed_at.isoformat(),
    }
    return [
        standing_object(row, view.rules, LANG) | moments | _change(one, row.score.unit.code)
        for row in one.standings.rows
    ]


def _change(one: Ranked, code: str) -> Plain:
    return {} if one.comparison is None else {"change": change_object(one.comparison.find(code))}


def _rows(found: list[Ranked]) -> list[Plain]:
    boxes = list(dict.fromkeys(b for one in found for b in boxes_of(one.standings, one.after.rules)))
    rows = []
    for one in found:
        for row in one.standings.rows:
            plain = standing_row(row, boxes, LANG)
            plain |= {
                "as_of": one.after.snapshot.as_of.isoformat(),
                "period": one.after.snapshot.period.code,
            }
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
    remarks = [remark.render(LANG) for remark in one.remarks]
    if one.comparison:
        remarks += fates(one.comparison)
    print_level(out, one.standings, one.after.rules, one.after.title.render(LANG), one.comparison, remarks)
    out.print(one.after.moments.render(LANG) + "\n", style="dim", markup=False)


_NAMED = 6


def _notes(standings: LevelStandings, rules: RuleSet) -> Iterator[str]:
    """What a reader of the level must know, each remark once with the units that it is about."""
    about: dict[str, list[str]] = {}
    for row in standings.rows:
        for note in total_notes(row.score, rules):
            about.setdefault(note.render(LANG), []).append(printable(row.score.unit.name))
    for note_text, names in about.items():
        rest = len(names) - _NAMED
        more = t(f" và {rest} đơn vị khác", f" and {rest} more") if rest > 0 else ""
        yield f"  {note_text} ({'; '.join(names[:_NAMED])}{more})"
    marked = sum(
        any(each.count.quality or is_small(each, rules) for each in row.score.indicators)
        for row in standings.rows
    )
    if marked:
        yield t(
            f"  {marked} đơn vị có chỉ số tính trên mẫu số rất nhỏ hoặc có ghi chú của nguồn; "
            "xem `bochiso explain`.",
            f"  {marked} {'unit has' if marked == 1 else 'units have'} indicators over very few dossiers or "
            "with a remark of the source; see `bochiso explain`.",
        )


def print_level(
    out: Console,
    standings: LevelStandings,
    rules: RuleSet,
    title: str,
    comparison: LevelComparison | None = None,
    remarks: Sequence[str] = (),
) -> None:
    """A level's table, what it comes to, and what a reader must know of it."""
    boxes = boxes_of(standings, rules)
    table = ranking(out, standings, rules, level_title(standings.level, title), comparison)
    out.print(table)
    out.print(summary(standings, rules, comparison), markup=False)
    for line in remarks:
        out.print(line, markup=False)
    for line in _notes(standings, rules):
        out.print(line, style="dim", markup=False)
    if boxes and len(table.columns) > len(boxes):
        out.print(legend(boxes, rules), style="dim", markup=False)
    elif boxes:
        out.print(
            t(
                "Màn hình hẹp nên không in điểm từng nhóm; hãy mở rộng cửa sổ, hoặc dùng --format csv.",
                "The window is too narrow for the groups; widen it, or use --format csv.",
            ),
            style="dim",
        )
