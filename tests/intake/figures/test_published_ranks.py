"""A rank that a source published is a figure of its own: from a column, or as the person says."""

import pytest

from bochiso.errors import SourceError
from bochiso.intake.figures.detect import read_files
from bochiso.intake.figures.published_ranks import parse_rank
from bochiso.intake.headings.column_choice import Choice
from bochiso.intake.result import Intake, unit_figures
from bochiso.rules.loader import load_rules
from bochiso.score.ranking import rank_units
from bochiso.score.recomputation import check_ranks
from bochiso.score.scoring import score_units

RULES = load_rules("qd766")
HEAD = "Mã đơn vị;Đơn vị;Cấp;Tổng điểm;Thứ hạng\n"
ONE = HEAD + "H15;UBND tỉnh Đắk Lắk;Tỉnh;72,70;42/63\n"


def read(table: str, *ranks: str) -> Intake:
    choice = Choice(ranks=tuple(map(parse_rank, ranks)))
    return read_files("points", [("tỉnh.csv", table.encode())], RULES, choice)


def places(intake: Intake) -> dict[str, tuple[int | None, int]]:
    standings = rank_units(score_units(unit_figures(intake, RULES), RULES), RULES)
    return {row.score.unit.code: (row.rank, row.of) for row in standings.rows}


def test_a_rank_from_a_column_stands_where_the_others_are_not_known() -> None:
    assert places(read(ONE)) == {"H15": (42, 63)}


def test_what_the_person_says_counts_before_the_column() -> None:
    assert places(read(ONE, "41/63")) == {"H15": (41, 63)}
    assert places(read(ONE.replace("42/63", ""), "H15=41/63")) == {"H15": (41, 63)}


def test_a_number_alone_is_no_published_rank() -> None:
    assert places(read(ONE.replace("42/63", "42"))) == {"H15": (1, 1)}


def test_where_all_are_known_ours_stands_and_the_published_one_is_checked() -> None:
    table = HEAD + "H15;Đắk Lắk;Tỉnh;72,70;1/2\nH21;Gia Lai;Tỉnh;75,00;1/2\n"
    standings = rank_units(score_units(unit_figures(read(table), RULES), RULES), RULES)

    assert places(read(table)) == {"H21": (1, 2), "H15": (2, 2)}
    assert [(each.unit.code, each.difference) for each in check_ranks(standings)] == [("H21", 0), ("H15", -1)]


@pytest.mark.parametrize("rank", ["64/63", "hạng nhất", "=3/4", "0/3"])
def test_what_is_no_rank_is_refused(rank: str) -> None:
    with pytest.raises(SourceError):
        parse_rank(rank)


def test_a_rank_must_say_whose_it_is_in_a_file_of_several() -> None:
    table = "Đơn vị;Tổng điểm\nSở Y tế;70\nSở Nội vụ;71\n"
    with pytest.raises(SourceError):
        read(table, "1/14")
    assert places(read(table, "Sở Y tế=3/14"))["Sở Y tế"] == (3, 14)
