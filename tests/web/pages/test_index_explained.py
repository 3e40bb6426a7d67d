"""The index explained: every line of the set is on the page, and no other set's."""

from pathlib import Path

import pytest
from public_pages import UNITS, Pages, bring_in, keep_table, pages_of, site_on, words

from bochiso.rules.loader import builtin_ids, load_rules, rules_text
from bochiso.rules.rule_table import deadline_rows, grade_rows, indicator_rows
from bochiso.store.folder import DataFolder
from bochiso.text import Lang


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Pages:
    return pages_of(site_on(bring_in(DataFolder(tmp_path_factory.mktemp("rules") / "data"), *UNITS)))


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize(("prefix", "lang"), [("", Lang.VI), ("/en", Lang.EN)])
@pytest.mark.parametrize("name", builtin_ids())
def test_every_indicator_stands_with_all_that_the_set_says(
    pages: Pages, name: str, prefix: str, lang: Lang
) -> None:
    text = words(pages.page(f"{prefix}/quy-tac/{name}"))
    rules = load_rules(name)
    for row in indicator_rows(rules, lang):
        for part in (
            f"{row.number} {row.name}",
            row.levels,
            row.note,
            row.source,
            *row.counts.split(" / ")[:1],
        ):
            assert plain(part) in text
    for grade in grade_rows(rules, lang):
        assert f"{grade.name} {grade.totals}" in text
    for deadline in deadline_rows(rules, lang):
        assert f"{deadline.name} {deadline.deadline} {plain(deadline.source)}" in text
    assert plain(rules.source) in text
    assert plain(rules.grades.source) in text


def test_groups_and_boxes_are_told_apart(pages: Pages) -> None:
    text = words(pages.page("/quy-tac"))
    assert "Quyết định chia thành 5 nhóm chỉ số" in text
    assert "nên có 6 ô điểm" in text
    five = words(pages.page("/quy-tac/qd766-five-groups"))
    assert "Quyết định chia thành 5 nhóm chỉ số" in five
    assert "ô điểm" not in five


def test_the_example_is_worked_out_by_the_formula(pages: Pages) -> None:
    assert "Ví dụ chỉ số 3.3" in words(pages.page("/quy-tac"))
    assert "300/1.000; mức đạt tối đa 50%; điểm tối đa 6. Được 3,60 điểm." in words(pages.page("/quy-tac"))


def test_the_set_that_scored_the_figures_is_shown(tmp_path: Path) -> None:
    own = rules_text("qd766").replace("id: qd766", "id: tinh-nha").replace(
        "vi: Bộ chỉ số phục vụ", "vi: Bộ chỉ số của tỉnh, phục vụ"
    )  # fmt: skip
    folder = DataFolder(tmp_path / "data")
    table = b"unit,unit_name,level,parent,total\nH21.1,So A,department,H21,70\n"
    keep_table(folder, "a.csv", table, "points", "2026-10-01", own)
    assert "Bộ chỉ số của tỉnh, phục vụ" in words(pages_of(site_on(folder)).page("/quy-tac"))


def test_the_law_is_there_before_any_figures(tmp_path: Path) -> None:
    assert "766" in words(pages_of(site_on(DataFolder(tmp_path / "data"))).page("/quy-tac"))


def test_a_set_that_is_not_there_is_not_found(pages: Pages) -> None:
    assert pages.get("/quy-tac/../../etc/passwd").status_code == 404
    assert pages.get("/quy-tac/none").status_code == 404


def test_an_indicator_is_folded_under_its_name_and_points_and_has_its_address(pages: Pages) -> None:
    html = pages.page("/quy-tac")
    for each in load_rules("qd766").indicators:
        card = html.partition(f'<div id="{each.code}">')[0].rpartition("<details")[2]
        assert f"{each.number} {each.names.vi}" in words(card)
        assert card.startswith(' class="card"><summary>')
