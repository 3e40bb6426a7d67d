"""Open data over all days: what each file holds, what programs are told of it, who may read it."""

import csv
import io
import json
import re
from collections.abc import Iterator
from dataclasses import replace
from decimal import Decimal
from typing import Any

import jsonschema
import pytest
from public_pages import PROVINCES, UNITS, Pages, bring_in, keep_table, words

from bochiso.store.decisions.publications import propose
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.settings import change_settings
from bochiso.text import now
from bochiso.web.app import public_site
from bochiso.web.core.page_services import Renderer
from bochiso.web.core.template_context import Addresses
from bochiso.web.site_app import create_pages


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """Every day published, one of them corrected."""
    folder = bring_in(DataFolder(tmp_path_factory.mktemp("open") / "data"), *PROVINCES, *UNITS)
    by = By("lan", now())
    with open_ledger(folder, make=True) as ledger:
        whose = {"province": "H21", "organisation": "Văn phòng UBND tỉnh Gia Lai",
                 "public_url": "https://chiso.example.vn", "contact": "0262 385 0000"}  # fmt: skip
        change_settings(ledger, whose, by)
        with open_store(folder) as store:
            for each in store.snapshots():
                propose(ledger, store, each, by)
        table = "unit,unit_name,level,total\nH21.17,Sở Y tế - tỉnh Gia Lai,department,63.37\n"
        keep_table(folder, "sua.csv", table.encode(), "points", "2026-10-07")
        with open_store(folder) as store:
            propose(ledger, store, store.snapshots()[-1], by, "Nguồn đã sửa")
        site = public_site(folder, ledger)
        served = replace(site, drawing=Renderer(site.drawing.settings))
        yield Pages(Addresses(create_pages(served)))


def rows(pages: Pages, path: str) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(pages.get(path).content.decode("utf-8-sig"))))


def test_one_file_of_a_level_holds_every_day_with_its_version_and_reason(pages: Pages) -> None:
    found = rows(pages, "/open/units-department.csv")
    assert {row["as_of"] for row in found} == {"2026-10-02", "2026-10-07"}
    assert {row["level"] for row in found} == {"department"}
    health = {row["as_of"]: row for row in found if row["unit"] == "H21.17"}
    assert (health["2026-10-07"]["total"], health["2026-10-07"]["version"]) == ("63.37", "2")
    assert health["2026-10-07"]["reason"] == "Nguồn đã sửa"
    assert (health["2026-10-02"]["version"], health["2026-10-02"]["reason"]) == ("1", "")
    one = rows(pages, "/open/2026/2026-10-02/units.csv")
    assert {row["unit"] for row in found if row["as_of"] == "2026-10-02"} == {
        row["unit"] for row in one if row["level"] == "department"
    }
    assert pages.get("/open/units-ministry.csv").status_code == 404
    assert pages.get("/open/units-department.pdf").status_code == 404


def test_every_version_is_listed_with_what_is_in_force(pages: Pages) -> None:
    versions = {(row["as_of"], row["version"]): row for row in rows(pages, "/open/versions.csv")}
    assert versions["2026-10-07", "2"]["in_force"] == "True"
    assert versions["2026-10-07", "1"]["in_force"] == "False"
    assert versions["2026-10-07", "2"]["reason"] == "Nguồn đã sửa"
    listed = pages.get("/api/v1/snapshots/2026/2026-10-07").json()
    assert (listed["version"], listed["reason"]) == (2, "Nguồn đã sửa")
    assert listed["published_at"] == versions["2026-10-07", "2"]["published_at"]
    assert "Nguồn đã sửa" in words(pages.page("/open"))
    assert "Nguồn đã sửa" in words(pages.page("/gioi-thieu"))
    assert "Lý do: Nguồn đã sửa" in words(pages.page("/don-vi/H21.17"))


def test_each_table_is_as_its_schema_and_the_data_package_say(pages: Pages) -> None:
    package = pages.get("/open/datapackage.json").json()
    assert package["licenses"][0]["name"] == "CC-BY-4.0"
    names = [each["name"] for each in package["resources"]]
    assert {"units-province", "indicators-commune", "versions"} <= set(names)
    for resource in package["resources"]:
        path = resource["path"].removeprefix("https://chiso.example.vn")
        body = pages.get(path).content.decode("utf-8-sig")
        assert body.splitlines()[0].split(",") == [each["name"] for each in resource["schema"]["fields"]]
        schema = pages.get(f"/open/schema/{resource['name']}.json").json()
        jsonschema.Draft202012Validator.check_schema(schema)
        jsonschema.validate(pages.get(path.replace(".csv", ".json")).json(), schema)


@pytest.mark.parametrize("table", ["units", "indicators", "bands", "goals"])
@pytest.mark.parametrize("day", ["2026-10-06", "2026-10-07"])
def test_each_table_of_a_day_is_as_its_schema_says(pages: Pages, table: str, day: str) -> None:
    schema = pages.get(f"/open/schema/{table}.json").json()
    jsonschema.Draft202012Validator.check_schema(schema)
    found = pages.get(f"/open/2026/{day}/{table}.json").json()
    assert found or table == "indicators"  # the provinces gave points of groups alone
    jsonschema.validate(found, schema)
    head = pages.get(f"/open/2026/{day}/{table}.csv").content.decode("utf-8-sig").splitlines()[0]
    assert head.split(",") == list(schema["items"]["properties"])


def test_every_column_of_every_table_has_its_meaning_in_the_dictionary(pages: Pages) -> None:
    known = {(row["table"], row["name"]) for row in rows(pages, "/open/dictionary.csv")}
    for table in ("units", "indicators", "bands", "goals"):
        schema = pages.get(f"/open/schema/{table}.json").json()
        assert {(table, column) for column in schema["items"]["properties"]} <= known


def test_ways_to_the_top_ten_say_what_the_page_says(pages: Pages) -> None:
    day = "2026/2026-10-02"
    known = rows(pages, f"/open/{day}/goals.csv")
    unit = next(row["unit"] for row in known if row["short"] not in ("", "0"))
    found = [row for row in known if row["unit"] == unit]
    short = found[0]["short"].replace(".", ",")
    assert f"còn thiếu {short} điểm" in words(pages.page(f"/so-lieu/{day}/muc-tieu/{unit}"))
    total = next(row["total"] for row in rows(pages, f"/open/{day}/units.csv") if row["unit"] == unit)
    assert sum(Decimal(row["lost"]) for row in found) == 100 - Decimal(total)


def test_the_catalogue_names_publisher_licence_and_files(pages: Pages) -> None:
    found = pages.get("/open/catalog.jsonld").json()
    assert found["@type"] == "dcat:Catalog"
    assert found["dct:publisher"]["foaf:name"] == "Văn phòng UBND tỉnh Gia Lai"
    assert found["dct:license"]["@id"] == "https://creativecommons.org/licenses/by/4.0/"
    for dataset in found["dcat:dataset"]:
        for each in dataset["dcat:distribution"]:
            path = each["dcat:downloadURL"]["@id"].removeprefix("https://chiso.example.vn")
            assert pages.get(path).status_code == 200
    page = pages.page("/open")
    told = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    assert (told["@type"], told["license"]) == ("Dataset", found["dct:license"]["@id"])
    assert told["temporalCoverage"] == "2026-09-17/2026-10-07"
    assert "CC BY 4.0" in words(page)


def needed(node: dict[str, Any], *names: str) -> None:
    missing = [name for name in names if not node.get(name)]
    assert not missing, (node.get("@id"), missing)


def test_the_catalogue_has_what_dcat_ap_asks_for_and_names_things_by_their_addresses(pages: Pages) -> None:
    """DCAT-AP 3: what is mandatory of each class, and what is recommended that is known here."""
    found = pages.get("/open/catalog.jsonld").json()
    prefixes = set(found["@context"])
    needed(found, "dct:title", "dct:description", "dct:publisher", "dcat:dataset", "dct:language",
           "foaf:homepage", "dct:license", "dct:spatial", "dct:modified")  # fmt: skip
    needed(found["dct:publisher"], "@id", "foaf:name")
    ids = [found["@id"]]
    for dataset in found["dcat:dataset"]:
        needed(dataset, "dct:title", "dct:description", "dcat:keyword", "dcat:theme", "dct:publisher",
               "dct:temporal", "dct:identifier", "dcat:contactPoint", "dcat:distribution")  # fmt: skip
        ids.append(dataset["@id"])
        for each in dataset["dcat:distribution"]:
            needed(each, "dcat:accessURL", "dcat:downloadURL", "dcat:mediaType", "dct:license")
            ids.append(each["@id"])
    assert len(set(ids)) == len(ids)
    # What stands for a thing and not for words is a node with an address.
    things = {"dct:license", "dct:language", "dcat:theme", "dcat:mediaType", "dcat:accessURL",
              "dcat:downloadURL", "dct:conformsTo", "foaf:homepage", "dcat:landingPage"}  # fmt: skip
    for name, value in properties(found):
        assert name.startswith("@") or name.partition(":")[0] in prefixes, name
        for one in value if isinstance(value, list) else [value]:
            assert name not in things or one["@id"].startswith("http"), name


def properties(node: Any) -> Iterator[tuple[str, Any]]:
    if isinstance(node, list):
        for each in node:
            yield from properties(each)
    elif isinstance(node, dict):
        for name, value in node.items():
            if name != "@context":
                yield name, value
                yield from properties(value)


def test_search_engines_are_told_what_they_ask_of_a_dataset(pages: Pages) -> None:
    page = pages.page("/open")
    told = json.loads(page.partition('<script type="application/ld+json">')[2].partition("</script>")[0])
    needed(told, "@context", "name", "description", "license", "url", "creator", "keywords",
           "temporalCoverage", "spatialCoverage", "isAccessibleForFree", "distribution",
           "variableMeasured", "dateModified")  # fmt: skip
    assert 50 <= len(told["description"]) <= 5000
    for each in told["distribution"]:
        needed(each, "contentUrl", "encodingFormat")


def test_the_data_package_is_as_its_specification_says(pages: Pages) -> None:
    """Data Package 1 and Table Schema 1: names, paths and types that they allow."""
    found = pages.get("/open/datapackage.json").json()
    needed(found, "name", "title", "licenses", "resources")
    types = {"string", "number", "integer", "boolean", "date", "datetime"}
    for each in found["resources"]:
        assert re.fullmatch(r"[-a-z0-9._/]+", each["name"])
        assert each["path"].startswith("https://") or not each["path"].startswith(("/", "."))
        names = [field["name"] for field in each["schema"]["fields"]]
        assert len(set(names)) == len(names)
        assert {field["type"] for field in each["schema"]["fields"]} <= types
    assert len({each["name"] for each in found["resources"]}) == len(found["resources"])


@pytest.mark.parametrize(
    "path", ["/open/units-department.csv", "/open/catalog.jsonld", "/open/2026/2026-10-07/units.json",
             "/api/v1/snapshots"]
)  # fmt: skip
def test_pages_of_any_other_site_may_read_it(pages: Pages, path: str) -> None:
    assert pages.get(path).headers["access-control-allow-origin"] == "*"
    assert "access-control-allow-origin" not in pages.get("/don-vi").headers


def test_programs_find_what_they_look_for(pages: Pages) -> None:
    assert pages.get("/favicon.ico").content[:4] == b"\0\0\1\0"
    assert "https://chiso.example.vn/sitemap.xml" in pages.page("/robots.txt")
    assert "https://chiso.example.vn/en/don-vi/H21.17" in pages.page("/sitemap.xml")


def test_a_link_to_a_page_has_a_title_a_description_and_a_picture_of_its_figures(pages: Pages) -> None:
    for path, code in (("/", "H21"), ("/don-vi/H21.17", "H21.17"), ("/en/don-vi/H21.17", "H21.17")):
        page = pages.page(path)
        lang = "/en" if path.startswith("/en") else ""
        assert f'<meta property="og:image" content="https://chiso.example.vn{lang}/anh/{code}.png">' in page
        assert '<meta name="description" content="' in page
        assert '<meta property="og:title" content="' in page
    assert pages.get("/anh/H21.17.png").content[:8] == b"\x89PNG\r\n\x1a\n"
    assert pages.get("/anh/H21.99.png").status_code == 404
    assert pages.get("/anh/H2.png").status_code == 404
