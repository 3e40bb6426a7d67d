"""What `bochiso score` prints reads back to the same figures."""

import json
from decimal import Decimal

from table_reading import figures, points, read, units

CSV = """rank,of,unit,unit_name,level,total,grade,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH
1,2,H20,UBND tỉnh Đồng Tháp,province,68.26,Trung bình,11.46,17.67,8.88,6.36,14.25,9.64
2,2,H19,UBND Thành phố Đồng Nai,province,66.97,Trung bình,12.31,16.05,9.29,7.34,12.14,9.84
,,H21,UBND tỉnh Gia Lai,province,,,11.79,,,,,
1,1,UBND xã Ea Drăng,UBND xã Ea Drăng,commune,91.5,Xuất sắc,,,,,,
"""


def entry(code, group, top, bottom, earned, published=None, inherited=None):
    return {
        "code": code, "group": group, "numerator": top, "denominator": bottom, "rate": None, "target": 100,
        "points": earned, "max_points": 6, "published": published, "inherited_from": inherited,
    }  # fmt: skip


def printed(unit, level, groups, indicators, total=None, parent=None):
    return {
        "unit": unit, "unit_name": unit, "level": level, "parent": parent, "total": total, "grade": None,
        "rank": None, "of": 1, "basis": "points", "complete": total is not None, "groups": groups,
        "indicators": indicators, "notes": [],
    }  # fmt: skip


def test_a_printed_csv():
    intake = read(CSV)
    assert points(intake, "H20")["TOTAL"] == Decimal("68.26")
    assert points(intake, "H21") == {"CKMB": Decimal("11.79")}
    assert points(intake, "UBND xã Ea Drăng") == {"TOTAL": Decimal("91.5")}
    assert (len(units(intake)), len(intake.figures), intake.refusals, intake.notes) == (4, 16, (), ())


def test_a_csv_made_for_excel():
    rows = [line.replace(",", ";").replace(".", ",") for line in CSV.splitlines()]
    assert figures(read("\r\n".join(rows).encode("utf-8-sig"))) == figures(read(CSV))


def test_printed_points_and_totals_in_json():
    intake = read(json.dumps([printed("H20", "province", {"CKMB": 11.46, "TDGQ": None}, [], 68.26)]))
    assert figures(intake) == {
        ("H20", "CKMB"): (None, None, None, Decimal("11.46")),
        ("H20", "TOTAL"): (None, None, None, Decimal("68.26")),
    }


PAYMENT = [
    entry("PAYMENT_PROCEDURES", "TTTT", 119, 313, 0.95, 0.95),
    entry("PAYMENT_INTEGRATED", "TTTT", 68, 313, 0.54),
    entry("PAYMENT_DOSSIERS", "TTTT", 309542, 358625, 5.18),
]


def test_a_group_computed_from_counts_comes_back_as_counts():
    intake = read(json.dumps([printed("H44", "province", {"TTTT": 6.67, "MDHL": 12.5}, PAYMENT)]))
    assert figures(intake) == {
        ("H44", "PAYMENT_PROCEDURES"): (119, 313, None, Decimal("0.95")),
        ("H44", "PAYMENT_INTEGRATED"): (68, 313, None, None),
        ("H44", "PAYMENT_DOSSIERS"): (309542, 358625, None, None),
        ("H44", "MDHL"): (None, None, None, Decimal("12.5")),
    }


def test_a_group_of_which_only_some_is_counted_keeps_its_published_points():
    intake = read(json.dumps([printed("H44", "province", {"TTTT": 6.67}, PAYMENT[:1])]))
    assert set(figures(intake)) == {("H44", "PAYMENT_PROCEDURES"), ("H44", "TTTT")}


def test_what_a_unit_took_from_its_province_comes_back_with_the_province():
    own = entry("PUBLISH_ON_TIME", "CKMB", 0, 52, 0)
    taken = entry("PUBLISH_ON_TIME", "CKMB", 0, 52, 0, inherited="H44")
    province = printed("H44", "province", {}, [own])
    commune = printed("H44.100", "commune", {}, [taken], parent="H44")
    assert set(figures(read(json.dumps([province, commune])))) == {("H44", "PUBLISH_ON_TIME")}
    assert set(figures(read(json.dumps([commune])))) == {("H44.100", "PUBLISH_ON_TIME")}
    assert [unit[0] for unit in units(read(json.dumps([province, commune])))] == ["H44", "H44.100"]
