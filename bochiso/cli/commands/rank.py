"""`bochiso rank`: the ranking of each level, and what changed."""

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path

import click
from msgspec.structs import replace
from rich.console import Console

from bochiso.cli.options import (
    LANG,
    data_option,
    format_options,
    lang_option,
    measured_option,
    rules_option,
    snapshot_options,
    t,
)
from bochiso.cli.output import chosen_form, console, working, write_csv, write_json
from bochiso.cli.terminal_tables import (
    beside_table,
    counted,
    fates,
    legend,
    level_title,
    printable,
    ranking,
    summary,
)
from bochiso.cli.usage import Command
from bochiso.errors import ComputeError
from bochiso.periods import Period
from bochiso.rules.loader import load_rules
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import LevelComparison
from bochiso.score.explanation import is_small
from bochiso.score.export import Plain, change_object, standing_object, standing_row
from bochiso.score.ranking import LevelStandings, boxes_of
from bochiso.score.remarks import total_notes
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.other_sets import Beside
from bochiso.store.snapshots.other_sets import beside as by_other_sets
from bochiso.store.snapshots.queries import COUNTRYWIDE, Ranked, rankings
from bochiso.text import say
from bochiso.units.codes import normalise_code
from bochiso.units.kinds import names_with_provinces
from bochiso.units.model import Level
from bochiso.units.names import province_title


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
@click.option(
    "--province",
    metavar=t("MÃ", "CODE"),
    help=t(
        "Chỉ các đơn vị của tỉnh này, như H15; all: từng cấp xếp hạng chung cả nước.",
        "Only the units of this province, as H15; all: each level ranked in the whole country.",
    ),
)
@click.option(
    "--kind",
    metavar=t("TÊN", "NAME"),
    help=t(
        "Chỉ các đơn vị cùng tên gọi của mọi tỉnh, như “Sở Tư pháp”, “phường”, xếp hạng với nhau.",
        "Only units of one name or kind, of all provinces, ranked among themselves.",
    ),
)
@rules_option(None)
@click.option(
    "--beside",
    multiple=True,
    metavar=t("BỘ_QUY_TẮC", "SET"),
    help=t(
        "Tính cùng số liệu theo một bộ quy tắc khác để đặt cạnh; dùng được nhiều lần.",
        "Score the same figures by another set, side by side; may be given several times.",
    ),
)
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
    kind: str | None,
    rules: str | None,
    beside: tuple[str, ...],
    form: str,
    excel: bool,
    measured: bool | None,
    data: Path,
) -> None:
    """Print the ranking. Raises ComputeError where there is no unit to rank."""
    form = chosen_form(form, excel=excel)
    within = _within(province, kind)
    sets = [load_rules(each) for each in beside]
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
                within=within,
                kind=kind,
            )
        )
        others = [by_other_sets(store, one, sets) for one in found]
    if not found and kind:
        raise ComputeError(
            say("không có đơn vị nào tên là “{kind}”.", "no unit is called “{kind}”.", kind=kind),
            do=say(
                "Xem tên các đơn vị bằng `bochiso rank --province all`.",
                "See the names of units with `bochiso rank --province all`.",
            ),
        )
    if not found:
        raise ComputeError(
            say("không có đơn vị nào để xếp hạng.", "there is no unit to rank."),
            do=say("Xem `bochiso snapshots`.", "See `bochiso snapshots`."),
        )
    if form == "json":
        write_json([each for one, by in zip(found, others, strict=True) for each in _objects(one, by)])
    elif form == "csv":
        write_csv(_rows(found, others), excel=excel)
    else:
        out = console()
        for one, by in zip(found, others, strict=True):
            print_ranking(out, one, found)
            for other in by:
                print_beside(out, one, other)


def _within(province: str | None, kind: str | None) -> str | None:
    """Whose units are ranked: of a province, of all of them together, or as they come."""
    if kind is None:
        return province if province in (None, COUNTRYWIDE) else normalise_code(province)
    if province not in (None, COUNTRYWIDE):
        raise click.UsageError(
            t(
                "--kind xếp hạng chung cả nước nên không dùng cùng --province của một tỉnh.",
                "--kind ranks the whole country: it isn't used with --province of one.",
            )
        )
    return COUNTRYWIDE


def print_beside(out: Console, one: Ranked, other: Beside) -> None:
    """What another rule set makes of the same figures, where it makes something else."""
    differing = other.differing(one.standings)
    out.print(
        t(
            f"Theo bộ {other.rules.id}: {len(differing)}/{len(one.standings.rows)} đơn vị khác điểm hoặc "
            f"khác hạng so với bộ {one.after.rules.id}.",
            f"By {other.rules.id}: {len(differing)} of {len(one.standings.rows)} units have other points or "
            f"another rank than by {one.after.rules.id}.",
        ),
        style="bold",
        markup=False,
    )
    if differing:
        out.print(beside_table(one.after.rules, other.rules, differing))


def _objects(one: Ranked, others: Sequence[Beside]) -> list[Plain]:
    view = one.after
    moments = {
        "as_of": view.snapshot.as_of.isoformat(),
        "period": view.snapshot.period.code,
        "read_at": view.snapshot.read_at.isoformat(),
        "changed_at": view.changed_at.isoformat(),
    }
    return [
        standing_object(row, view.rules, LANG)
        | moments
        | _change(one, row.score.unit.code)
        | _by_others(others, row.score.unit.code)
        for row in one.standings.rows
    ]


def _change(one: Ranked, code: str) -> Plain:
    return {} if one.comparison is None else {"change": change_object(one.comparison.find(code))}


def _by_others(others: Sequence[Beside], code: str) -> Plain:
    if not others:
        return {}
    by = {each.rules.id: each.find(code) for each in others}
    return {
        "beside": {
            name: None if row is None else {"total": row.score.total, "rank": row.rank, "of": row.of}
            for name, row in by.items()
        }
    }


def _rows(found: list[Ranked], others: list[list[Beside]]) -> list[Plain]:
    boxes = list(dict.fromkeys(b for one in found for b in boxes_of(one.standings, one.after.rules)))
    rows = []
    for one, beside in zip(found, others, strict=True):
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
            for other in beside:
                by = other.find(row.score.unit.code)
                plain |= {
                    f"total_{other.rules.id}": by.score.total if by else None,
                    f"rank_{other.rules.id}": by.rank if by else None,
                }
            rows.append(plain)
    return rows


def print_ranking(out: Console, one: Ranked, among: Sequence[Ranked] = ()) -> None:
    """One level on the terminal; its province is named where `among` them another has the level too."""
    remarks = [remark.render(LANG) for remark in one.remarks]
    if one.comparison:
        remarks += fates(one.comparison)
    view, title = one.after, one.after.title.render(LANG)
    title = scoped([each.standings for each in among], one.standings, title, view.snapshot.as_of)
    shown = _with_provinces(one.standings, view.snapshot.as_of)
    print_level(out, shown, view.rules, title, one.comparison, remarks)
    out.print(one.after.moments.render(LANG) + "\n", style="dim", markup=False)


def _with_provinces(standings: LevelStandings, on: date) -> LevelStandings:
    """The same, each unit with its province behind it where there are several provinces in one table."""
    units = [row.score.unit for row in standings.rows]
    names = names_with_provinces(units, on) if standings.province is None else {}
    if not names:
        return standings
    return replace(
        standings,
        rows=tuple(
            replace(row, score=replace(row.score, unit=replace(unit, name=names[unit.code])))
            for row, unit in zip(standings.rows, units, strict=True)
        ),
    )


def scoped(tables: Sequence[LevelStandings], one: LevelStandings, title: str, on: date) -> str:
    """A title with the province before it, where tables of several provinces are printed."""
    several = sum(each.level is one.level for each in tables) > 1
    if not several or one.province is None:
        return title
    return f"{province_title(one.province, on).render(LANG)}, {title}"


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
            f"  {counted(marked)} đơn vị có chỉ số tính trên mẫu số rất nhỏ hoặc có ghi chú của nguồn; "
            "xem `bochiso explain`.",
            f"  {counted(marked)} {'unit has' if marked == 1 else 'units have'} indicators over very few "
            "dossiers or with a remark of the source; see `bochiso explain`.",
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
