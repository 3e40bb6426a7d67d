"""What programs are told of the open data: a catalogue (DCAT), a data package, the schema of every table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from bochiso.rules.rule_set import RuleSet
from bochiso.store.people.settings import LICENCES
from bochiso.text import Text
from bochiso.units.model import LEVEL_NAMES, Level
from bochiso.web.public.open_derived import BANDS, GOALS
from bochiso.web.public.open_tables import FIGURES, UNITS, VERSION, VERSIONS

_WHOLE = ("rank", "of", "version", "best", "worst", "cases", "for_hundredth", "way_cases")
_NUMBERS = (
    "numerator", "denominator", "total", "points", "max_points", "top", "needed", "short", "lost",
    "within_reach", "way_points",
)  # fmt: skip
_TRUTHS = ("in_force", "surely", "possibly", "drawn")
_MEDIA = {"csv": "text/csv", "json": "application/json"}
_DCAT = {
    "dcat": "http://www.w3.org/ns/dcat#", "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/", "xsd": "http://www.w3.org/2001/XMLSchema#",
    "skos": "http://www.w3.org/2004/02/skos/core#", "vcard": "http://www.w3.org/2006/vcard/ns#",
}  # fmt: skip
_LANGUAGES = [{"@id": f"http://id.loc.gov/vocabulary/iso639-1/{code}"} for code in ("vi", "en")]
_TYPES = "https://www.iana.org/assignments/media-types/"
_THEME = "http://publications.europa.eu/resource/authority/data-theme/GOVE"
"""Government and the public sector, as portals that gather catalogues call it."""

KEYWORDS = (
    Text("thủ tục hành chính", "administrative procedures"),
    Text("dịch vụ công", "public services"),
    Text("chỉ số phục vụ người dân, doanh nghiệp", "index of public service"),
    Text("xếp hạng", "rankings"),
)


@dataclass(frozen=True)
class OpenSite:
    """Whose data it is: where it stands, who publishes it, under which licence, from when to when, of which
    place; `modified`: when anything was published last."""

    root: str
    title: Text
    publisher: str
    contact: str | None
    licence: str
    levels: tuple[Level, ...]
    days: tuple[date, ...]
    place: Text | None = None
    modified: datetime | None = None

    @property
    def about(self) -> Text:
        """What the data is, in a sentence or two."""
        return Text(
            f"{self.title.vi}: điểm, xếp loại, xếp hạng, tử số và mẫu số từng chỉ số theo Quyết định số "
            "766/QĐ-TTg, qua mọi kỳ đã công bố.",
            f"{self.title.en}: points, grades, ranks, numerators and denominators of each indicator under "
            "the Prime Minister's Decision 766/QĐ-TTg, over all days that were published.",
        )

    @property
    def licence_url(self) -> str:
        """Where the licence is read."""
        return LICENCES[self.licence][1]


@dataclass(frozen=True)
class OpenTable:
    """A table over all days: its name in addresses, what it holds, its columns with their meanings."""

    name: str
    what: Text
    columns: dict[str, Text]


def open_tables(levels: Sequence[Level], rules: RuleSet) -> list[OpenTable]:
    """Every table that is offered over all days."""
    found, boxes = [], _boxes(rules)
    for level in levels:
        name = LEVEL_NAMES[level]
        found += [
            OpenTable(f"units-{level.value}",
                      Text(f"Điểm, xếp loại, xếp hạng: {name.vi}", f"Points, grades, ranks: {name.en}"),
                      {**UNITS, **boxes, **VERSION}),
            OpenTable(f"indicators-{level.value}",
                      Text(f"Tử số, mẫu số từng chỉ số: {name.vi}", f"Counts of each indicator: {name.en}"),
                      {**FIGURES, **VERSION}),
        ]  # fmt: skip
    versions = Text("Các bản công bố, đính chính, gỡ công bố", "Versions: published, corrected, withdrawn")
    return [*found, OpenTable("versions", versions, VERSIONS)]


def day_tables(rules: RuleSet) -> list[OpenTable]:
    """Every table that is offered of a single day."""
    return [
        OpenTable("units", Text("Điểm, xếp loại, xếp hạng trong ngày", "Points, grades, ranks of a day"),
                  {**UNITS, **_boxes(rules)}),
        OpenTable("indicators", Text("Tử số, mẫu số từng chỉ số trong ngày", "Counts of a day"), FIGURES),
        OpenTable("bands", Text("Khoảng thứ hạng trong ngày", "Rank bands of a day"), BANDS),
        OpenTable("goals", Text("Đường tới Top 10 của từng đơn vị", "Each unit's way to the Top 10"), GOALS),
    ]  # fmt: skip


def _boxes(rules: RuleSet) -> dict[str, Text]:
    return {g.code: Text(g.names.vi, g.names.en) for g in rules.groups if g.code in rules.boxes}


def kind_of(column: str, table: str) -> tuple[str, str | None]:
    """The type of a column and its format, as JSON Schema and Table Schema call them."""
    if column in ("as_of", "peers_as_of"):
        return "string", "date"
    if column == "published_at":
        return "string", "date-time"
    if column in _WHOLE:
        return "integer", None
    if column in _TRUTHS:
        return "boolean", None
    group = table.partition("-")[0] == "units" and column not in (*UNITS, *VERSION)
    return ("number" if group or column in _NUMBERS else "string"), None


def json_schema(table: OpenTable, site: OpenSite) -> dict[str, Any]:
    """The JSON Schema of a table's rows (2020-12)."""
    needed = ("period", "as_of", "unit", "level", "indicator", "remedy")
    properties = {}
    for column, meaning in table.columns.items():
        kind, form = kind_of(column, table.name)
        known = column in needed
        properties[column] = {
            "type": kind if known else [kind, "null"], "title": meaning.vi, "description": meaning.en,
        } | ({"format": form} if form else {})  # fmt: skip
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"{site.root}/open/schema/{table.name}.json",
        "title": table.what.vi,
        "type": "array",
        "items": {"type": "object", "properties": properties, "required": list(table.columns),
                  "additionalProperties": True},
    }  # fmt: skip


def data_package(site: OpenSite, tables: Sequence[OpenTable]) -> dict[str, Any]:
    """The tables as a Data Package (frictionlessdata.io, version 1)."""

    def fields(table: OpenTable) -> list[dict[str, str]]:
        return [_field(column, meaning, table.name) for column, meaning in table.columns.items()]

    beside = f"{site.root}/open/" if site.root else ""  # a path of a package never begins at a root
    return {
        "profile": "tabular-data-package",
        "name": "chi-so-phuc-vu",
        "title": site.title.vi,
        **({"homepage": f"{site.root}/open"} if site.root else {}),
        "licenses": [{"name": site.licence, "path": site.licence_url, "title": LICENCES[site.licence][0]}],
        "contributors": [{"title": site.publisher, "role": "publisher"}],
        "resources": [
            {
                "name": table.name, "title": table.what.vi, "path": f"{beside}{table.name}.csv",
                "profile": "tabular-data-resource", "format": "csv", "mediatype": "text/csv",
                "encoding": "utf-8",
                "schema": {"fields": fields(table), "missingValues": [""]},
            }
            for table in tables
        ],
    }  # fmt: skip


def _field(column: str, meaning: Text, table: str) -> dict[str, str]:
    kind, form = kind_of(column, table)
    named = {"date": "date", "date-time": "datetime"}.get(form or "", kind)
    return {"name": column, "type": named, "title": meaning.vi, "description": meaning.en}


def catalogue(site: OpenSite, tables: Sequence[OpenTable]) -> dict[str, Any]:
    """The tables as a DCAT catalogue (W3C, version 3) in JSON-LD, with what DCAT-AP 3 asks for."""
    common = {
        "dct:publisher": {"@id": f"{site.root}/#publisher", "@type": "foaf:Agent",
                          "foaf:name": site.publisher},
        "dct:license": {"@id": site.licence_url},
        "dct:language": _LANGUAGES,
        **_where(site), **_when(site), **_changed(site),
    }  # fmt: skip
    return {
        "@context": _DCAT,
        "@id": f"{site.root}/open",
        "@type": "dcat:Catalog",
        "dct:title": _both(site.title),
        "dct:description": _both(site.about),
        "foaf:homepage": {"@id": f"{site.root}/open"},
        **common,
        "dcat:dataset": [
            {
                "@id": f"{site.root}/open#{table.name}",
                "@type": "dcat:Dataset",
                "dct:title": _both(table.what),
                "dct:description": _both(_described(table, site)),
                "dct:identifier": table.name,
                "dcat:keyword": [each for word in KEYWORDS for each in _both(word)],
                "dcat:theme": {"@id": _THEME},
                "dcat:landingPage": {"@id": f"{site.root}/open"},
                **_contact(site),
                **common,
                "dcat:distribution": [
                    {
                        "@id": f"{site.root}/open/{table.name}.{form}#file",
                        "@type": "dcat:Distribution",
                        "dct:title": _both(Text(f"{table.what.vi} ({form.upper()})",
                                                f"{table.what.en} ({form.upper()})")),
                        "dcat:accessURL": {"@id": f"{site.root}/open"},
                        "dcat:downloadURL": {"@id": f"{site.root}/open/{table.name}.{form}"},
                        "dcat:mediaType": {"@id": f"{_TYPES}{media}"},
                        "dct:conformsTo": {"@id": f"{site.root}/open/schema/{table.name}.json"},
                        "dct:license": {"@id": site.licence_url},
                    }
                    for form, media in _MEDIA.items()
                ],
            }
            for table in tables
        ],
    }  # fmt: skip


def _described(table: OpenTable, site: OpenSite) -> Text:
    """What a table holds, of whom, and what its columns are."""
    columns = ", ".join(table.columns)
    return Text(f"{table.what.vi}. {site.title.vi}. Các cột: {columns}.",
                f"{table.what.en}. {site.title.en}. Columns: {columns}.")  # fmt: skip


def _where(site: OpenSite) -> dict[str, Any]:
    if site.place is None:
        return {}
    return {"dct:spatial": {"@type": "dct:Location", "skos:prefLabel": _both(site.place)}}


def _changed(site: OpenSite) -> dict[str, Any]:
    if site.modified is None:
        return {}
    return {"dct:modified": {"@type": "xsd:dateTime", "@value": site.modified.isoformat()}}


def _contact(site: OpenSite) -> dict[str, Any]:
    if not site.contact:
        return {}
    told = {"@type": "vcard:Organization", "vcard:fn": site.publisher, "vcard:note": site.contact}
    return {"dcat:contactPoint": told}


def _both(what: Text) -> list[dict[str, str]]:
    return [{"@language": "vi", "@value": what.vi}, {"@language": "en", "@value": what.en}]


def _when(site: OpenSite) -> dict[str, Any]:
    if not site.days:
        return {}
    days = {"dcat:startDate": min(site.days), "dcat:endDate": max(site.days)}
    told = {key: {"@type": "xsd:date", "@value": day.isoformat()} for key, day in days.items()}
    return {"dct:temporal": {"@type": "dct:PeriodOfTime", **told}}


def schema_org(site: OpenSite, tables: Sequence[OpenTable]) -> dict[str, Any]:
    """What search engines read on the page of open data (schema.org Dataset)."""
    return {
        "@context": "https://schema.org",
        "@type": "Dataset",
        "name": site.title.vi,
        "alternateName": site.title.en,
        "description": site.about.vi,
        "keywords": [word.vi for word in KEYWORDS],
        "url": f"{site.root}/open",
        "license": site.licence_url,
        "isAccessibleForFree": True,
        "inLanguage": ["vi", "en"],
        "creator": {"@type": "GovernmentOrganization", "name": site.publisher},
        **({"spatialCoverage": {"@type": "Place", "name": site.place.vi}} if site.place else {}),
        **({"dateModified": site.modified.isoformat()} if site.modified else {}),
        "variableMeasured": [table.what.vi for table in tables],
        **({"temporalCoverage": f"{min(site.days)}/{max(site.days)}"} if site.days else {}),
        "distribution": [
            {"@type": "DataDownload", "encodingFormat": media,
             "contentUrl": f"{site.root}/open/{table.name}.{form}", "name": table.what.vi}
            for table in tables for form, media in _MEDIA.items()
        ],
    }  # fmt: skip
