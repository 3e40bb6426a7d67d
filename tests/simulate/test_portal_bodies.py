"""What the stand-in answers: the portal's shapes, whole pages, and figures that the intake reads back."""

import json
import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from urllib.error import HTTPError

import pytest
from plain_portal_client import SERVICES, YEAR, data, pages, path_of, post, question, rows, whole_province

from bochiso.intake.portal.answers import read_answers
from bochiso.intake.result import Intake
from bochiso.rules.loader import load_rules
from bochiso.score.figures import TOTAL, UnitFigures
from bochiso.score.recomputation import check_scores
from bochiso.score.scoring import score_units
from bochiso.simulate.portal import StandIn
from bochiso.simulate.portal_figures import simulate_portal
from bochiso.simulate.query import FORMALITIES, GROUPS, RESULTS, SATISFACTION, department_id
from bochiso.units.model import Level, Unit

RULES = load_rules("qd766")
FIGURES = simulate_portal("H15", 1, date(2026, 10, 6))
UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
_ONLINE = {each.code for each in RULES.in_group["CLGQ"]}


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    with StandIn(FIGURES) as portal:
        yield portal.url


def gather(intake: Intake) -> dict[str, UnitFigures]:
    """The figures of an intake, unit by unit."""
    found = {
        row["unit"]: UnitFigures(Unit(row["unit"], row["name"], Level(row["level"]), row["parent"]))
        for row in intake.units.to_pylist()
    }
    for row in intake.figures.to_pylist():
        found[row["unit"]].set_figure(
            row["code"],
            row["numerator"],
            row["denominator"],
            row["rate"],
            row["points"],
            row["quality"],
            groups=RULES.group,
        )
    return found


def as_published(figures: UnitFigures) -> UnitFigures:
    """What the seven services print of a unit: of its online services the points, not the counts."""
    if figures.unit.level is Level.PROVINCE:
        return figures
    counts, points = dict(figures.counts), dict(figures.points)
    for code in _ONLINE:
        counts.pop(code)
    if figures.unit.code in FIGURES.absent["TTTT"]:
        points.pop("TTTT")
        for each in RULES.in_group["TTTT"]:
            counts.pop(each.code)
    return UnitFigures(figures.unit, counts, {}, points, figures.total)


def test_the_intake_reads_back_exactly_the_simulated_figures(url: str) -> None:
    intake = read_answers(whole_province(url), RULES)
    assert intake.refusals == ()
    assert gather(intake) == {
        each.unit.code: as_published(each) for each in (FIGURES.province, *FIGURES.units)
    }


def test_recomputed_points_agree_with_the_published_ones(url: str) -> None:
    found = gather(read_answers(whole_province(url), RULES))
    scores = score_units(found.values(), RULES)
    verdict = check_scores(scores)
    assert verdict.differences == []
    assert len(verdict.compared) > 2000
    assert all(score.complete for score in scores)
    lacking = {score.unit.code: score.missing for score in scores if score.missing}
    assert lacking == dict.fromkeys(FIGURES.absent["TTTT"], ("TTTT",))


def test_the_list_of_provinces_is_read_back_too(url: str) -> None:
    intake = read_answers([("a.json", next(pages(url, RESULTS, None)))], RULES)
    assert intake.refusals == ()
    published = {(each.unit.code, TOTAL): each.total for each in FIGURES.provinces} | {
        (each.unit.code, code): points for each in FIGURES.provinces for code, points in each.points.items()
    }
    assert {(row["unit"], row["code"]): row["points"] for row in intake.figures.to_pylist()} == published


@pytest.mark.parametrize("service", SERVICES)
@pytest.mark.parametrize("size", [7, 58, 200])
def test_pages_together_hold_every_unit_once(url: str, service: str, size: int) -> None:
    found = [row for raw in pages(url, service, size=size) for row in rows(json.loads(raw)["data"])]
    codes = [row["departmentCode"] for row in found]
    absent = FIGURES.absent.get(GROUPS.get(service, ""), frozenset())
    assert len(codes) == len(set(codes))
    assert set(codes) == {each.unit.code for each in FIGURES.units} - absent


def test_a_page_past_the_last_is_empty(url: str) -> None:
    assert rows(data(url, RESULTS, page=3)) == []
    assert data(url, RESULTS, page=3)["overview"]["departmentCode"] == "H15"


def test_one_service_lacks_three_units(url: str) -> None:
    listed = {service: len(rows(data(url, service, size=200))) for service in SERVICES}
    assert listed.pop("formality-online-payment-tree") == 113
    assert set(listed.values()) == {116}


def test_service_results_name_a_unit_and_its_kind_but_not_its_groups(url: str) -> None:
    found = data(url, RESULTS)
    assert list(found) == [
        "overview",
        "growthPercent",
        "radar",
        "donuts",
        "evaluation",
        "monthlyChart",
        "dossierChart",
    ]
    row = found["evaluation"][0]
    assert set(row) == {
        "departmentId",
        "departmentName",
        "departmentCode",
        "totalScore",
        "ratio",
        "scoreDelta",
        "childGroup",
    }
    assert UUID.fullmatch(row["departmentId"])
    assert found["overview"]["groupScores"].keys() == {"CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH"}
    kinds = [
        row["childGroup"] for raw in pages(url, RESULTS) for row in json.loads(raw)["data"]["evaluation"]
    ]
    assert (kinds.count("AGENCY"), kinds.count("COMMUNE")) == (14, 102)


def test_without_a_root_the_overview_is_the_country(url: str) -> None:
    found = data(url, RESULTS, root=None)
    assert found["overview"]["departmentName"] == "Cả nước"
    assert found["overview"]["departmentCode"] is None
    assert len(found["evaluation"]) == 34
    radar = {each["code"]: each["maxScore"] for each in found["radar"]}
    assert radar == {"CKMB": 18, "TDGQ": 20, "ONLINE_SERVICE": 22, "MDHL": 18, "MDSH": 22}


def test_ministries_are_not_among_the_provinces(url: str) -> None:
    assert rows(data(url, RESULTS, root=None, departmentType="MINISTRY")) == []


def test_a_metric_has_its_counts_its_points_and_the_portals_remark(url: str) -> None:
    found = [metric for row in rows(data(url, "transparency", size=200)) for metric in row["metrics"]]
    plain = next(metric for metric in found if metric["code"] == "DOSSIER_SYNC")
    assert {"code", "name", "numerator", "denominator", "ratio", "score", "maxScore"} <= plain.keys()
    remarks = {metric["dataQualityStatus"] for metric in found if "dataQualityStatus" in metric}
    assert remarks == {"TEMP_NATIONAL_REPORT_DENOMINATOR", "NO_NATIONAL_REPORT_DATA"}


def test_trees_have_a_parent_and_children_with_their_level(url: str) -> None:
    online = data(url, "provide-online-tree")
    parent, child = online["parent"], online["children"][0]
    assert parent["channelOnlineSum"] + parent["channelDirectSum"] == parent["channelTotalSum"]
    assert parent["onlineOnTimeSum"] + parent["onlineOverdueSum"] == parent["channelOnlineSum"]
    assert "authorityCount" not in child
    progress = data(url, "dvc-progress-tree")
    assert {"totalScore", "totalMaxScore", "totalCompleted"} <= progress["parent"].keys()
    assert {"score", "maxScore", "totalOverdue"} <= progress["children"][0].keys()
    assert {row["level"] for row in progress["children"]} == {"PROVINCE", "COMMUNE"}


def test_a_quarter_is_the_same_asked_by_its_name_and_by_its_days(url: str) -> None:
    quarter = {"timeType": "quarter", "year": 2026, "quarter": 3}
    root = {"rootDepartmentId": department_id("H15")}
    _, totals = post(url, RESULTS, quarter | root)
    _, pleased = post(url, SATISFACTION, {"fromDate": "2026-07-01", "toDate": "2026-09-30"} | root)
    by_group = json.loads(totals)["data"]["overview"]["groupScores"]
    assert by_group["MDHL"] == json.loads(pleased)["data"]["overview"]["totalScore"]
    assert by_group != data(url, RESULTS)["overview"]["groupScores"]


@pytest.mark.parametrize(
    ("service", "body"),
    [
        (RESULTS, {"timeType": "year"}),
        (RESULTS, {"timeType": "week", "year": 2026}),
        (RESULTS, {"timeType": "year", "year": "2026"}),
        (RESULTS, {"timeType": "year", "year": 2026, "month": 8}),
        (RESULTS, {"timeType": "quarter", "year": 2026}),
        (RESULTS, {"timeType": "quarter", "year": 2026, "quarter": 5}),
        (RESULTS, {"timeType": "month", "year": 2026, "month": 13}),
        (RESULTS, YEAR | {"currentPage": 0}),
        (RESULTS, YEAR | {"pageSize": "100"}),
        (RESULTS, YEAR | {"rootDepartmentId": "H15"}),
        (RESULTS, YEAR | {"rootDepartmentId": 15}),
        ("dossier-digitized", YEAR | {"formalityID": "x"}),
        (SATISFACTION, YEAR),
        (SATISFACTION, {"fromDate": "2026-07-01"}),
        (SATISFACTION, {"fromDate": "2026-09-30", "toDate": "2026-07-01"}),
        (FORMALITIES, {"q": 2}),
        (FORMALITIES, None),
        (RESULTS, []),
    ],
)
def test_a_wrong_question_is_answered_with_400(url: str, service: str, body: Any) -> None:
    with pytest.raises(HTTPError) as caught:
        post(url, service, body)
    with caught.value as error:
        assert error.code == 400
        assert json.loads(error.read())["code"] == "BAD_REQUEST"


def test_the_catalogue_finds_a_procedure_by_code_and_by_name(url: str) -> None:
    def found(**body: Any) -> Any:
        return json.loads(post(url, FORMALITIES, body)[1])["data"]

    (item,) = found(q="2.000815", currentPage=1, pageSize=10)["items"]
    assert set(item) == {
        "id",
        "code",
        "name",
        "state",
        "departmentId",
        "publishingDepartmentIds",
        "appliedDepartmentIds",
    }
    assert item["code"] == "2.000815"
    assert [each["code"] for each in found(q="Khai sinh")["items"]] == ["1.001193"]
    pagination = found(currentPage=2, pageSize=5)["pagination"]
    assert pagination == {"currentPage": 2, "pageSize": 5, "totalItems": 12, "totalPages": 3}


def test_numbers_are_written_with_the_digits_they_need(url: str) -> None:
    raw = b"".join(pages(url, "dvc-progress-tree"))
    assert not re.search(rb"\d\.\d*0[,}]|\dE", raw)


def test_both_kinds_of_success_occur(url: str) -> None:
    assert post(url, RESULTS, question(RESULTS))[0] == 201
    assert post(url, FORMALITIES, {})[0] == 200


def test_paths_are_the_portals() -> None:
    assert path_of(RESULTS) == "/api/v1/reporting/evaluation/service-results"
    assert path_of(FORMALITIES) == "/api/v1/reporting/formalities"


def test_recorded_provinces_come_with_their_points_only() -> None:
    total = Decimal("65.64")
    recorded = UnitFigures(
        Unit("H21", "UBND tỉnh Gia Lai", Level.PROVINCE), points={"TTTT": total}, total=total
    )
    with StandIn(simulate_portal("H15", 1, FIGURES.day, recorded=[recorded])) as portal:
        (results,) = [
            row for row in rows(data(portal.url, RESULTS, root=None)) if row["departmentCode"] == "H21"
        ]
        payment = rows(data(portal.url, "formality-online-payment-tree", root=None))
        (row,) = [row for row in payment if row["departmentCode"] == "H21"]
    assert (results["totalScore"], results["groupScores"]) == (65.64, {"TTTT": 65.64})
    assert "totalFeeFormality" not in row
