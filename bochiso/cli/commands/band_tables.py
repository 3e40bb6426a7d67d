"""`bochiso bands`: beside the official rank, the places that chance alone allows; peers of like size."""

from pathlib import Path

import click
from rich.console import Console
from rich.table import Table

from bochiso.cli.options import (
    LANG,
    data_option,
    format_options,
    lang_option,
    measured_option,
    province_option,
    snapshot_options,
    t,
)
from bochiso.cli.output import chosen_form, console, working, write_csv, write_json
from bochiso.cli.terminal_tables import add_numbers, level_title, new_table, words
from bochiso.cli.usage import Command
from bochiso.errors import ComputeError
from bochiso.periods import Period
from bochiso.score.bands.rank_bands import RankBand
from bochiso.score.bands.size_peers import dossiers_of, size_peers
from bochiso.score.export import plain
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.band_view import BandView, band_rows, band_views
from bochiso.text import count, points, say
from bochiso.units.codes import normalise_code
from bochiso.units.model import Level
from bochiso.units.names import short_name


@click.command(
    cls=Command,
    help=t(
        "Khoảng thứ hạng: hạng chính thức đứng trước, rồi khoảng hạng mà chỉ riêng may rủi có thể gây ra, ai "
        "chắc trong nhóm dẫn đầu, ai có thể; thứ tự trong các đơn vị cùng loại, cùng quy mô hồ sơ.",
        "Rank bands: the official rank first, then the places that chance alone allows, who is surely among "
        "the best, who possibly; the place among units of like kind and size.",
    ),
)
@click.option("--level", type=click.Choice([level.value for level in Level]),
              help=t("Chỉ một cấp.", "One level only."))  # fmt: skip
@click.option("--top", "place", type=click.IntRange(1, 5000), default=10, show_default=True, metavar="N",
              help=t("Nhóm dẫn đầu gồm bao nhiêu đơn vị.", "How many are the best."))  # fmt: skip
@snapshot_options(against=False)
@province_option
@format_options
@measured_option
@data_option
@lang_option
def command(
    level: str | None,
    place: int,
    as_of: str | None,
    period: Period | None,
    province: str | None,
    form: str,
    excel: bool,
    measured: bool | None,
    data: Path,
) -> None:
    """Print the bands. Raises ComputeError where no units are ranked."""
    form = chosen_form(form, excel=excel)
    within = normalise_code(province) if province else None
    with working(t("Đang tính", "Drawing")), open_store(DataFolder(data), measured) as store:
        found = band_views(store, Level(level) if level else None, as_of, period, within, place)
    if not found:
        raise ComputeError(say("không có đơn vị nào để xếp hạng.", "there is no unit to rank."),
                           do=say("Xem `bochiso snapshots`.", "See `bochiso snapshots`."))  # fmt: skip
    rows = [
        {"as_of": one.view.snapshot.as_of, "top_n": place, **plain(row)}
        for one in found
        for row in band_rows(one)
    ]
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        out = console()
        for one in found:
            print_bands(out, one)


def print_bands(out: Console, found: BandView) -> None:
    """The bands of one level on the terminal."""
    title = level_title(found.level.level, found.view.title.render(LANG))
    if found.bands.drawn:
        out.print(band_table(found, title))
        n, sure, may = found.bands.place, len(found.bands.surely), len(found.bands.possibly)
        told = say("Chắc trong Top {n}: {sure} đơn vị; có thể: {may} đơn vị.",
                   "Surely in the Top {n}: {sure}; possibly: {may}.", n=n, sure=sure, may=may)  # fmt: skip
        out.print(told.render(LANG), markup=False)
    else:
        out.print(title, style="bold", markup=False)
    for remark in found.remarks:
        out.print(remark.render(LANG), style="dim", markup=False)


def band_table(found: BandView, title: str) -> Table:
    """A row a unit, in the order of the official ranking."""
    table = new_table(title)
    add_numbers(table, t("Hạng", "Rank"))
    table.add_column(t("Đơn vị", "Unit"), overflow="fold")
    top = t(f"Trong Top {found.bands.place}", f"In the Top {found.bands.place}")
    add_numbers(table, t("Điểm", "Points"), t("Khoảng hạng", "Band"), top, t("Hồ sơ", "Dossiers"),
                t("Cùng quy mô", "Like size"))  # fmt: skip
    for band in found.bands.rows:
        standing = next(row for row in found.level.rows if row.score.unit.code == band.code)
        like, own = size_peers(found.level, band.code), dossiers_of(standing)
        table.add_row(
            str(band.rank), words(short_name(standing.score.unit.name)), points(standing.score.total, LANG),
            places(band), share(band.top),
            "–" if own is None else count(own, LANG), f"{like.place}/{len(like.rows)}" if like else "–",
        )  # fmt: skip
    return table


def share(top: float) -> str:
    """A share of draws in whole percent: they are too few to say more, or that a thing is sure."""
    return ">99%" if top > 0.99 else "<1%" if top < 0.01 else f"{top:.0%}"


def places(band: RankBand) -> str:
    """A band in figures."""
    return "–" if band.fixed else f"{band.best}–{band.worst}"
