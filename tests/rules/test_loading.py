"""Loading a set: the official one, its variants, a province's own file, and what is kept of it."""

import csv
import os
import subprocess
import sys
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from bochiso.errors import RuleError
from bochiso.rules.loader import builtin_ids, load_rules, parse_rules, rules_text
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Lang

EXAMPLES = Path(__file__).parents[2] / "bochiso" / "examples"


@pytest.fixture(scope="module")
def qd766() -> RuleSet:
    return load_rules("qd766")


OFFICIAL = """
1.1  PUBLISH_ON_TIME                     6  100 0
1.2  PUBLIC_UPDATE_ON_TIME               4  100 0
1.3  PUBLIC_CONTENT_FULL                 2  100 0
1.4  DOSSIER_SYNC                        6  100 0
2.1  RESOLVED_ON_TIME                    20 100 0
2.2  AVERAGE_PROCESSING_DAYS             0  -   -
3.1  ONLINE_PROVISION                    2  80  0
3.2  ONLINE_WITH_DOSSIERS                4  100 0
3.3  ONLINE_FILING                       6  50  0
3.4  PAYMENT_PROCEDURES                  2  80  0
3.5  PAYMENT_INTEGRATED                  2  80  0
3.6  PAYMENT_DOSSIERS                    6  100 0
4.1  ORIGINAL_RESULT_AVAILABLE           6  100 0
4.2  SO_HOA_GIAY_TO_GIAI_QUYET           4  100 0
4.3  REUSED_DIGITIZED_DATA               2  80  0
4.4  SYNCED_WITH_DVCQG_PERSONAL_STORAGE  4  100 0
4.5a CITIZEN_DATA_CONNECTED_DOSSIER      2  100 0
4.5b CITIZEN_DATA_CONNECTED_FORMALITY    2  100 0
4.6  ELECTRONIC_CERTIFIED_COPY           2  100 2
5.1a PETITION_CLASSIFICATION_TTHC        0  -   -
5.1b PETITION_CLASSIFICATION_STAFF       0  -   -
5.2  PETITION_PROCESSING_ON_TIME         6  100 6
5.3  PETITION_HANDLING_SATISFACTION      6  100 6
5.4  DOSSIER_RECEIVING_SATISFACTION      6  90  0
"""


def test_the_official_set_holds_every_indicator_with_its_points_target_and_empty_value(
    qd766: RuleSet,
) -> None:
    def written(value: Decimal | None) -> str:
        return "-" if value is None else f"{value.normalize():f}"

    rows = [
        [i.number, i.code, written(i.points), written(i.target and i.target * 100), written(i.empty)]
        for i in qd766.indicators
    ]
    assert rows == [line.split() for line in OFFICIAL.split("\n") if line]


def test_the_maxima_are_those_that_the_portal_prints_beside_its_figures(qd766: RuleSet) -> None:
    with (EXAMPLES / "metrics-2026.csv").open(encoding="utf-8") as file:
        printed = {(row["indicator"], Decimal(row["max_score"])) for row in csv.DictReader(file)}
    assert len(printed) >= 14
    assert {(code, qd766.indicator[code].points) for code, _ in printed} == printed


def test_the_six_boxes_stand_in_the_portals_order_and_make_a_hundred_points(qd766: RuleSet) -> None:
    points = {code: qd766.group[code].points for code in qd766.boxes}
    assert points == {"CKMB": 18, "TDGQ": 20, "CLGQ": 12, "TTTT": 10, "MDHL": 18, "MDSH": 22}
    assert list(points) == ["CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH"]
    assert qd766.total_points == 100


def test_online_service_is_online_provision_and_payment_together(qd766: RuleSet) -> None:
    assert qd766.leaves["ONLINE_SERVICE"] == ("CLGQ", "TTTT")
    assert [i.number for i in qd766.in_group["ONLINE_SERVICE"]] == ["3.1", "3.2", "3.3", "3.4", "3.5", "3.6"]
    assert qd766.group["CLGQ"].aliases == ("ONLINE",)


def test_departments_and_communes_inherit_the_three_publication_figures_only(qd766: RuleSet) -> None:
    heirs = [i.number for i in qd766.indicators if i.inherits]
    assert heirs == ["1.1", "1.2", "1.3"]
    assert qd766.indicator["PUBLISH_ON_TIME"].inherits == ("department", "district", "commune")


def test_only_certified_copies_read_null_as_an_empty_denominator(qd766: RuleSet) -> None:
    assert [i.number for i in qd766.indicators if i.null == "empty"] == ["4.6"]


def test_only_the_content_of_procedures_has_no_period(qd766: RuleSet) -> None:
    assert [i.number for i in qd766.indicators if i.period == "today"] == ["1.3"]


@pytest.mark.parametrize(
    ("total", "grade"),
    [
        ("100", "Xuất sắc"),
        ("90", "Xuất sắc"),
        ("89.99", "Tốt"),
        ("88.72", "Tốt"),
        ("80", "Tốt"),
        ("72.78", "Khá"),
        ("70", "Khá"),
        ("69.99", "Trung bình"),
        ("50", "Trung bình"),
        ("49.99", "Yếu"),
        ("0", "Yếu"),
    ],
)
def test_a_grades_bound_belongs_to_the_grade(qd766: RuleSet, total: str, grade: str) -> None:
    assert qd766.grade(Decimal(total)).names.vi == grade


def test_deadlines_are_working_days_with_their_sources(qd766: RuleSet) -> None:
    days = {code: (d.days, d.side, d.event) for code, d in qd766.deadline.items()}
    assert days == {
        "PUBLISH_MINISTRY": (20, "before", "effective"),
        "PUBLISH_PROVINCE": (5, "before", "effective"),
        "UPDATE_MINISTRY": (10, "after", "decision"),
        "UPDATE_PROVINCE": (5, "after", "decision"),
        "PETITION_REFUSE": (2, "after", "sent_or_forwarded"),
        "PETITION_SUPPLEMENT": (5, "after", "sent_or_forwarded"),
        "PETITION_RESOLVE": (15, "after", "sent_or_forwarded"),
        "PETITION_PUBLISH": (2, "after", "resolved"),
    }
    assert all("766/QĐ-TTg" in deadline.source for deadline in qd766.deadlines)


def test_the_set_is_in_force_since_the_decision_was_signed(qd766: RuleSet) -> None:
    assert (qd766.effective_from, qd766.effective_to) == (date(2022, 6, 23), None)
    assert qd766.small_denominator == 3


def test_the_written_target_changes_nothing_but_indicator_4_2(qd766: RuleSet) -> None:
    variant = load_rules("qd766-target80")
    changed = [i.number for i in variant.indicators if i != qd766.indicator[i.code]]
    assert changed == ["4.2"]
    assert variant.indicator["SO_HOA_GIAY_TO_GIAI_QUYET"].target == Decimal("0.8")
    assert (variant.groups, variant.boxes, variant.grades) == (qd766.groups, qd766.boxes, qd766.grades)


def test_the_five_group_form_shows_online_services_as_one_group_of_22(qd766: RuleSet) -> None:
    variant = load_rules("qd766-five-groups")
    assert [(code, int(variant.group[code].points)) for code in variant.boxes] == [
        ("CKMB", 18),
        ("TDGQ", 20),
        ("MDSH", 22),
        ("ONLINE_SERVICE", 22),
        ("MDHL", 18),
    ]
    assert variant.label("ONLINE_SERVICE").render(Lang.VI) == "Cung cấp dịch vụ trực tuyến"
    assert variant.indicators == qd766.indicators


def test_all_builtin_sets_load_under_their_own_names() -> None:
    assert builtin_ids() == ("qd766", "qd766-exact", "qd766-five-groups", "qd766-target80")
    assert [load_rules(source).id for source in builtin_ids()] == list(builtin_ids())


@pytest.mark.parametrize("source", builtin_ids())
def test_a_kept_set_reads_back_the_same_and_writes_the_same_text(source: str) -> None:
    text = rules_text(source)
    kept = parse_rules(text, "kept")
    assert kept == load_rules(source)
    assert "extends" not in text
    assert yaml.safe_load(text)["id"] == source


def test_a_kept_set_outlives_a_change_of_its_file(tmp_path: Path) -> None:
    mine = tmp_path / "mine.yaml"
    mine.write_text("extends: qd766\nid: mine\nsmall_denominator: 5\n", "utf-8")
    kept = rules_text(mine)
    mine.unlink()
    assert parse_rules(kept, "mine").small_denominator == 5


def test_a_province_extends_a_file_beside_its_own(tmp_path: Path) -> None:
    (tmp_path / "base").mkdir()
    (tmp_path / "base" / "tinh.yaml").write_text("extends: qd766\nid: tinh\nsmall_denominator: 4\n", "utf-8")
    own = tmp_path / "xa.yaml"
    own.write_text(
        "extends: base/tinh.yaml\nid: xa\nindicators:\n  - {code: REUSED_DIGITIZED_DATA, target: 75%}\n",
        "utf-8",
    )
    rules = load_rules(own)
    assert (rules.id, rules.small_denominator) == ("xa", 4)
    assert rules.indicator["REUSED_DIGITIZED_DATA"].target == Decimal("0.75")


def test_a_province_may_add_an_indicator_that_is_only_shown(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "extends: qd766\nid: own\nindicators:\n  - code: VISITS\n    number: 5.5\n"
        "    names: {vi: Lượt đến trụ sở, en: Visits}\n"
        "    counts: {vi: Lượt / hồ sơ, en: Visits / dossiers}\n"
        "    group: MDHL\n    points: 0\n    levels: [commune]\n    source: Quyết định của tỉnh\n",
        "utf-8",
    )
    visits = load_rules(own).indicator["VISITS"]
    assert (visits.number, visits.scored, visits.target) == ("5.5", False, None)


def test_a_whole_file_needs_no_base(tmp_path: Path) -> None:
    own = tmp_path / "whole.yaml"
    own.write_text(rules_text("qd766").replace("id: qd766", "id: whole"), "utf-8-sig")
    assert load_rules(own).id == "whole"


def test_a_target_is_the_same_in_percent_and_as_a_share(tmp_path: Path) -> None:
    kept = []
    for target in ("80%", "0.8", "0.80", "80.0 %"):
        own = tmp_path / "own.yaml"
        own.write_text(
            f"extends: qd766\nid: own\nindicators:\n  - {{code: DOSSIER_SYNC, target: {target}}}\n", "utf-8"
        )
        kept.append(rules_text(own))
    assert len(set(kept)) == 1


def test_decomposed_letters_of_macos_are_read_as_composed_ones(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("extends: qd766\nid: own\nnames: {vi: To\u0302\u0309ng, en: Total}\n", "utf-8")
    assert load_rules(own).names.vi == "Tổng"


def test_a_name_with_braces_is_shown_as_it_is(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text('extends: qd766\nid: own\ngroups:\n  - {code: CKMB, names: {vi: "Nhóm {1}"}}\n', "utf-8")
    assert load_rules(own).label("CKMB").render(Lang.VI) == "Nhóm {1}"


@given(points=st.decimals(min_value="0.01", max_value="19.99", places=2))
def test_points_with_decimals_stay_exact(points: Decimal) -> None:
    text = rules_text("qd766").replace("id: qd766", "id: own")
    rest = Decimal(20) - points
    text = text.replace("points: 20\n  target", f"points: {points}\n  target").replace(
        "number: '2.2'", f"number: '2.2'\n  target: 1\n  empty: {rest}"
    )
    head, tail = text.split("number: '2.2'")
    rules = parse_rules(f"{head}number: '2.2'{tail.replace('points: 0', f'points: {rest}', 1)}", "own")
    assert sum(i.points for i in rules.in_group["TDGQ"]) == 20
    assert rules.indicator["RESOLVED_ON_TIME"].points == points


def test_an_unknown_set_is_refused_with_the_ids_that_exist() -> None:
    with pytest.raises(RuleError) as caught:
        load_rules("qd767")
    assert caught.value.render(Lang.VI) == (
        "không có bộ chỉ số hoặc tệp qd767. Ghi mã bộ có sẵn (qd766, qd766-exact, qd766-five-groups, "
        "qd766-target80) hoặc đường dẫn tới tệp .yaml."
    )


@pytest.mark.parametrize("source", [".", "x" * 5000 + ".yaml", "a\0b.yaml"])
def test_what_is_no_file_is_refused(source: str) -> None:
    with pytest.raises(RuleError, match="can't be read"):
        load_rules(source)


def test_a_file_without_rights_is_refused(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("extends: qd766\n", "utf-8")
    own.chmod(0)
    # The superuser may read everything, but for the powers that setpriv takes from a process.
    ordinary = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    command = [*ordinary, sys.executable, "-m", "bochiso.cli", "rules", "check", str(own)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "không đọc được" in done.stderr
