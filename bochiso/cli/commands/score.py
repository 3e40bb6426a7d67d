"""`bochiso score FILE…`: a table of figures in, points, totals, grades and ranks out; keeps nothing."""

from pathlib import Path

import click

from bochiso.cli.commands.rank import print_level, scoped
from bochiso.cli.options import (
    LANG,
    choice,
    choice_options,
    format_options,
    lang_option,
    read_inputs,
    rules_option,
    t,
)
from bochiso.cli.output import chosen_form, console, tell, tell_refusals, working, write_csv, write_json
from bochiso.cli.usage import Command
from bochiso.intake.figures.detect import read_files
from bochiso.intake.result import nothing_usable, unit_figures
from bochiso.rules.loader import load_rules
from bochiso.score.export import standing_object, standing_row
from bochiso.score.ranking import boxes_of, rank_units
from bochiso.score.scoring import score_units
from bochiso.text import now


@click.command(
    cls=Command,
    help=t(
        "Tính điểm từ bảng số liệu: tử số và mẫu số, tỷ lệ, hoặc điểm (CSV, XLSX, JSON). Không lưu gì.",
        "Points from a table of counts, rates or points (CSV, XLSX, JSON). Keeps nothing.",
    ),
)
@click.argument(
    "files",
    metavar=t("TỆP…", "FILE…"),
    nargs=-1,
    required=True,
    type=click.Path(readable=False, path_type=Path),
)
@choice_options
@rules_option("qd766")
@format_options
@lang_option
def command(files: tuple[Path, ...], rules: str, form: str, excel: bool) -> int:
    """Score tables of figures. Raises SourceError where no figure can be used."""
    form = chosen_form(form, excel=excel)
    chosen = load_rules(rules)
    with working(t("Đang đọc và tính điểm", "Reading and scoring")):
        intake = read_files(None, read_inputs(files), chosen, choice())
        if not intake.figures.num_rows:
            raise nothing_usable(intake)
        standings = rank_units(score_units(unit_figures(intake, chosen), chosen), chosen)
    if form == "json":
        write_json([standing_object(row, chosen, LANG) for row in standings.rows])
    elif form == "csv":
        boxes = list(dict.fromkeys(b for level in standings.tables for b in boxes_of(level, chosen)))
        write_csv([standing_row(row, boxes, LANG) for row in standings.rows], excel=excel)
    else:
        out = console()
        for level in standings.tables:
            title = scoped(standings.tables, level, chosen.names.render(LANG), now().date())
            print_level(out, level, chosen, title)
            out.print()
    for remark in intake.notes:
        tell(remark)
    return tell_refusals(intake)
