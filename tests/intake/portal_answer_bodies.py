"""Answers in the portal's real shapes, built from the published figures in bochiso/examples/."""

import csv
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_OID, uuid5

import msgspec

EXAMPLES = Path(__file__).parents[2] / "bochiso" / "examples"
BOXES = ("CKMB", "TDGQ", "CLGQ", "TTTT", "MDHL", "MDSH")
COUNTRY = {"departmentId": None, "departmentName": "Cả nước", "departmentCode": None}

_encoder = msgspec.json.Encoder(decimal_format="number")

Json = dict[str, Any]


def example(name: str) -> list[dict[str, str]]:
    """The rows of one file of bochiso/examples/."""
    with (EXAMPLES / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def encode(value: Any) -> bytes:
    """JSON, decimals as plain numbers."""
    return _encoder.encode(value)


def envelope(data: Any, *, code: str = "OK", message: str = "OK") -> bytes:
    """The whole body of an answer."""
    return encode({"code": code, "data": data, "message": message})


def identity(code: str, name: str) -> Json:
    """The keys by which every service names a unit."""
    unit_id = str(uuid5(NAMESPACE_OID, code))
    return {"departmentId": unit_id, "departmentName": name, "departmentCode": code}


def below(level: str) -> Json:
    """How the list of totals marks a province's unit."""
    return {"childGroup": {"department": "AGENCY", "commune": "COMMUNE"}[level]}


def tree_level(level: str) -> Json:
    """How the services that answer trees mark a province's unit."""
    return {"level": {"department": "PROVINCE", "commune": "COMMUNE"}[level]}


def province_rows(day: str) -> list[Json]:
    """The rows of service-results for the provinces on one day (2026-09-17 or 2026-10-06)."""
    return [
        {
            **identity(row["code"], row["name"]),
            "totalScore": Decimal(row["total"]),
            "ratio": Decimal(row["total"]),
            "scoreDelta": None,
            "groupScores": {box: Decimal(row[box]) for box in BOXES},
        }
        for row in example(f"provinces-{day}.csv")
    ]


def unit_rows(day: str, *, boxes: bool = False) -> list[Json]:
    """The rows of service-results for the units of H21 on one day (2026-10-02 or 2026-10-07)."""
    return [
        {
            **identity(row["unit"], row["unit_name"]),
            **below(row["level"]),
            "totalScore": Decimal(row["total"]),
            **({"groupScores": {box: Decimal(row[box]) for box in BOXES}} if boxes else {}),
        }
        for row in example(f"units-H21-{day}.csv")
    ]


def service_results(rows: Sequence[Json], overview: Json | None = None) -> bytes:
    """An answer of service-results."""
    radar = [{"code": "ONLINE_SERVICE", "score": Decimal("15.61"), "maxScore": 22}]
    return envelope(
        {
            "overview": COUNTRY | {"totalScore": Decimal("64.02")} if overview is None else overview,
            "growthPercent": 1,
            "radar": radar,
            "donuts": [],
            "evaluation": list(rows),
            "monthlyChart": [],
            "dossierChart": [],
        }
    )


def metric(row: Mapping[str, str], **more: Any) -> Json:
    """One metric from a row of metrics-2026.csv."""
    maximum = Decimal(row["max_score"])
    return {
        "code": row["indicator"],
        "name": "…",
        "numerator": int(row["numerator"]),
        "denominator": int(row["denominator"]),
        "score": Decimal(row["score"]),
        "maxScore": maximum,
        **more,
    }


def measured(unit: str, codes: Iterable[str]) -> list[Json]:
    """The metrics of some indicators of one unit, as measured."""
    wanted = set(codes)
    rows = example("metrics-2026.csv")
    return [metric(row) for row in rows if row["unit"] == unit and row["indicator"] in wanted]


def metric_answer(rows: Sequence[Json], overview: Json | None = None) -> bytes:
    """An answer of transparency, dossier-digitized or handling-satisfaction."""
    return envelope({"overview": overview, "evaluation": list(rows), "monthlyChart": []})


def tree(parent: Json | None, children: Sequence[Json] = ()) -> bytes:
    """An answer of one of the three services that answer trees."""
    return envelope({"parent": parent, "children": list(children)})


def progress(received: int, on_time: int, score: str, *, parent: bool = False) -> Json:
    """The fields of a row of dvc-progress-tree."""
    points: Json = {"score": Decimal(score), "maxScore": 20, "totalOverdue": received - on_time}
    if parent:
        points = {"totalScore": Decimal(score), "totalMaxScore": 20, "totalCompleted": on_time}
    return {"totalReceived": received, "totalOnTime": on_time, "avgProcessingDays": Decimal("2.5"), **points}


def payment(row: Mapping[str, str]) -> Json:
    """A row of formality-online-payment-tree from a row of payment-2026.csv."""
    level = {} if row["level"] == "province" else tree_level(row["level"])
    return {
        **identity(row["unit"], row["unit_name"]),
        **level,
        "totalDossierOnlinePaymentSuccess": int(row["dossiers_paid_online"]),
        "totalDossierFinancialObligation": int(row["dossiers_with_fee"]),
        "totalDossierOnlineFormalityPaymentSuccess": int(row["procedures_paid_online"]),
        "totalFeeDossierFormality": int(row["procedures_integrated"]),
        "totalFeeFormality": int(row["procedures_with_fee"]),
        "totalScore": Decimal(row["score"]),
        "totalMaxScore": int(row["max_score"]),
    }


ONLINE_H44 = {
    **identity("H44", "UBND tỉnh Phú Thọ"),
    "authorityCount": 89,
    "partialCount": 31,
    "fullCount": 21,
    "onlineDossierCount": 516,
    "onlineServiceTotal": 1884,
    "channelOnlineSum": 589496,
    "channelDirectSum": 8398,
    "channelPostalSum": 0,
    "channelTotalSum": 597894,
    "totalScore": Decimal("8.56"),
    "totalMaxScore": 12,
}
"""Phú Thọ's online services, year 2026 to 26 September."""


def archive_row(code: str, name: str, level: int, points: Mapping[str, str], total: str | None) -> Json:
    """A row of the portal as it was before 2026: all values text."""
    return {
        "ROW_STT": "1",
        "ID": "398126",
        "TEN": name,
        "MA_COQUAN": code,
        "CAPDONVIID": str(level),
        **points,
        "TONG_SCORE": total,
    }
