"""The public API: its figures are the standings', its answers are as its schema says, whatever is asked."""

import re

import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from public_pages import PROVINCES, UNITS, Pages, bring_in, site_on

from bochiso.intake.dossiers.publication_rows import PUBLICATION_COLUMNS
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import view
from bochiso.units.codes import find_unit
from bochiso.units.model import Level, Unit
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.template_context import Addresses
from bochiso.web.public.api import create_api
from bochiso.web.public.api_docs import calls
from bochiso.web.site_app import create_pages
from bochiso.web.sync.records_api import KINDS

DAY = "/api/v1/snapshots/2026/2026-10-07"


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> PageServices:
    return site_on(bring_in(DataFolder(tmp_path_factory.mktemp("api") / "data"), *PROVINCES, *UNITS))


@pytest.fixture(scope="module")
def api(site: PageServices) -> Pages:
    return Pages(Addresses(create_pages(site)))


@pytest.fixture(scope="module")
def schema(site: PageServices) -> schemathesis.BaseSchema:
    return schemathesis.openapi.from_asgi("/openapi.json", create_api(site))


CALLS = [
    "/snapshots", "/snapshots/{period}/{day}", "/snapshots/{period}/{day}/units",
    "/snapshots/{period}/{day}/units/{unit}", "/snapshots/{period}/{day}/units/{unit}/goal",
    "/snapshots/{period}/{day}/bands/{province}", "/snapshots/{period}/{day}/indicators", "/rules",
    "/comparison/{level}/{period_a}/{day_a}/{period_b}/{day_b}",
]  # fmt: skip


@pytest.mark.parametrize("path", CALLS)
def test_whatever_is_asked_the_answer_is_as_the_schema_says_and_never_a_fault(
    schema: schemathesis.BaseSchema, path: str
) -> None:
    @settings(max_examples=20, suppress_health_check=list(HealthCheck))
    @given(case=schema[path]["GET"].as_strategy())
    def asked(case: schemathesis.Case) -> None:
        case.call_and_validate()

    asked()


def test_every_call_is_tried(schema: schemathesis.BaseSchema) -> None:
    assert sorted(schema.raw_schema["paths"]) == sorted(CALLS)


def test_every_unit_of_a_ranking_has_the_standings_figures(api: Pages, site: PageServices) -> None:
    found = api.get(f"{DAY}/units?size=1000").json()
    with open_store(site.query_cache.folder) as store:
        rows = view(store, store.snapshots()[-1]).standings.rows
    assert [(r["unit"], r["total"], r["rank"]) for r in found["items"]] == [
        (row.score.unit.code, float(row.score.total or 0), row.rank) for row in rows
    ]
    assert found["total"] == 149


def test_a_list_is_given_in_parts_that_follow_each_other(api: Pages) -> None:
    seen, path = [], f"{DAY}/units?size=40&level=commune"
    while path:
        answer = api.get(path)
        part = answer.json()
        seen += [row["unit"] for row in part["items"]]
        path = part["next"]
        assert (
            (f'<{path}>; rel="next"' == answer.headers.get("link")) if path else "link" not in answer.headers
        )
    assert len(seen) == len(set(seen)) == 135


def test_search_needs_no_accents(api: Pages) -> None:
    found = api.get(f"{DAY}/units?search=duc co").json()["items"]
    assert [row["unit_name"] for row in found] == ["UBND xã Đức Cơ"]


@pytest.mark.parametrize(
    "words", ["duc co", "Xã Đức Cơ", "ubnd xã đức cơ", "H21.17", "phu", "Pleiku", "gia lai", "khong co", " "]
)
def test_a_search_finds_what_commands_and_pages_find(api: Pages, words: str) -> None:
    every = [
        Unit(row["unit"], row["unit_name"], Level(row["level"]))
        for row in api.get(f"{DAY}/units?size=500&parent=H21").json()["items"]
    ]
    meant = {unit.code for unit in (find_unit(words, every) if words.strip() else every)}
    answered = api.get(f"{DAY}/units?size=500&parent=H21&search={words}").json()["items"]
    assert {row["unit"] for row in answered} == meant
    table = api.get(f"/don-vi.csv?tim={words}").content.decode("utf-8-sig")
    assert set(re.findall(r"H21\.[0-9]+", table)) == meant


def test_what_did_not_change_is_not_sent_again(api: Pages) -> None:
    first = api.get(f"{DAY}/units")
    again = api.get(f"{DAY}/units", headers={"If-None-Match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize(
    "path",
    [
        "/api/v1/nothing",
        "/api/v1/snapshots/2026/2026-01-01",
        "/api/v1/snapshots/năm/ngày",
        f"{DAY}/units/H99",
    ],
)
def test_what_is_not_there_is_a_problem_with_status_404(api: Pages, path: str) -> None:
    answer = api.get(path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == 404
    assert answer.json()["detail_vi"]


def test_a_wrong_parameter_is_named(api: Pages) -> None:
    answer = api.get(f"{DAY}/units?size=100000")
    assert answer.status_code == 422
    assert answer.json()["errors"][0]["where"] == "size"


def test_a_comparison_has_the_change_of_every_unit(api: Pages) -> None:
    found = api.get("/api/v1/comparison/commune/2026/2026-10-02/2026/2026-10-07?size=1000").json()
    changes = {row["unit"]: row["total"] for row in found["items"]}
    assert len(changes) == 135
    assert changes["H21.212"] == -11.8


def test_the_page_about_the_api_shows_every_call(api: Pages, site: PageServices) -> None:
    page = api.get("/api").text
    assert all(f"GET /api/v1{path}" in page for path in create_api(site).openapi()["paths"])


@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_example_of_that_page_is_answered(api: Pages, prefix: str) -> None:
    links = re.findall(r'href="(/api/v1/[^"]+)"', api.get(f"{prefix}/api").text)
    assert len(links) == 1 + len(CALLS)
    assert {api.get(link).status_code for link in links} == {200}


ANSWERED = {
    "/snapshots": "/snapshots",
    "/snapshots/{period}/{day}": "/snapshots/2026/2026-10-07",
    "/snapshots/{period}/{day}/units": "/snapshots/2026/2026-10-07/units",
    "/snapshots/{period}/{day}/units/{unit}": "/snapshots/2026/2026-10-07/units/H21.17",
    "/snapshots/{period}/{day}/units/{unit}/goal": "/snapshots/2026/2026-10-07/units/H21.212/goal",
    "/snapshots/{period}/{day}/bands/{province}": "/snapshots/2026/2026-10-07/bands/H21",
    "/snapshots/{period}/{day}/indicators": "/snapshots/2026/2026-10-07/indicators",
    "/comparison/{level}/{period_a}/{day_a}/{period_b}/{day_b}":
        "/comparison/commune/2026/2026-10-02/2026/2026-10-07",
    "/rules": "/rules",
}  # fmt: skip


@pytest.mark.parametrize("call", sorted(CALLS))
def test_an_answer_has_the_fields_of_its_schema_in_their_order(
    api: Pages, site: PageServices, call: str
) -> None:
    told = next(each for each in calls(create_api(site).openapi()) if each.path == call)
    answer = api.get(f"/api/v1{ANSWERED[call]}").json()
    assert list(answer) == [name for name, _ in told.fields]


def test_the_schema_says_of_a_call_and_its_parameters_what_the_page_says(site: PageServices) -> None:
    schema = create_api(site).openapi()
    for call in calls(schema):
        told = schema["paths"][call.path]["get"]
        assert told["description"] == call.summary.en
        said = {each["name"]: each.get("description") for each in told.get("parameters", ())}
        assert all(said[each.name] == each.what.en for each in call.parameters if not each.choices)


def test_the_page_and_the_schema_tell_every_list_that_is_pushed(api: Pages) -> None:
    page, schema = api.get("/api").text, api.get("/api/danh-sach.json").json()
    assert all(f"POST /dong-bo/{kind.name}" in page for kind in KINDS)
    assert schema["$defs"].keys() == {kind.name for kind in KINDS}
    register = schema["$defs"]["publications"]["items"]
    assert register["required"] == ["procedure"]
    assert register["properties"]["decided_on"]["format"] == "date"
    assert register["properties"].keys() == PUBLICATION_COLUMNS.keys()
