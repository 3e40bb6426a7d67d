"""A simulated country: the facts of 34 provinces, their communes, departments and offices, and of ministries.

By the engine itself, so that millions of dossiers take seconds; from a seed, the same each time. In it is
what real ones have: nulls, ties, re-openings, supplements, bad ratings, offices below departments, provinces
that differ.
"""

from datetime import date

import duckdb
import pyarrow as pa

from bench.country import COMMUNES
from bochiso.store.dossiers.projection_sql import SCHEMA
from bochiso.store.journal.reference_lists import PLACE_COMPLAINTS
from bochiso.units.model import Level
from bochiso.units.provinces import provinces_on

PROCEDURES = 400
MINISTRIES = ("G01", "G04", "G09", "G12", "G15")
_DAY = date(2026, 10, 1)
_DEPARTMENTS = (
    "Sở Nội vụ", "Sở Tư pháp", "Sở Tài chính", "Sở Công Thương", "Sở Nông nghiệp và Môi trường",
    "Sở Xây dựng", "Sở Khoa học và Công nghệ", "Sở Văn hóa, Thể thao và Du lịch", "Sở Giáo dục và Đào tạo",
    "Sở Y tế", "Sở Dân tộc và Tôn giáo", "Sở Ngoại vụ", "Ban Quản lý khu kinh tế", "Văn phòng UBND",
)  # fmt: skip
_KINDS = ("xã", "xã", "xã", "xã", "phường")


def fill_country(db: duckdb.DuckDBPyConnection, dossiers: int) -> None:
    """The tables of facts, with so many dossiers received from January to September 2026."""
    db.execute(SCHEMA)
    rows = _units()
    names = ("unit", "name", "level", "parent")
    columns = {name: pa.array([row[n] for row in rows], pa.string()) for n, name in enumerate(names)}
    db.register("units_", pa.table(columns))
    db.execute("insert into unit_list by name from units_")
    db.unregister("units_")
    db.execute("update home set several = true")
    db.execute("select setseed(0.766)")
    for statement in (_PLACES, _PROCEDURE_ROWS, _PUBLICATION_ROWS):
        db.execute(statement, [PROCEDURES] if "?" in statement else None)
    db.execute(_DOSSIER_ROWS, [PROCEDURES, dossiers])
    db.execute(_PETITION_ROWS, [dossiers // 400])
    db.execute(PLACE_COMPLAINTS)


def _units() -> list[tuple[str, str, str, str | None]]:
    """Each unit: code, name, level, what is above it. Every commune of the country is one of them."""
    provinces = provinces_on(_DAY)
    rows: list[tuple[str, str, str, str | None]] = []
    for number, each in enumerate(provinces):
        top = each.code
        rows.append((top, f"UBND {each.kind} {each.name}", Level.PROVINCE, None))
        for n, name in enumerate(_DEPARTMENTS, 1):
            rows.append((f"{top}.{n:02d}", f"{name} {each.kind} {each.name}", Level.DEPARTMENT, top))
        rows.append((f"{top}.06.01", "Chi cục Giám định xây dựng", Level.DEPARTMENT, f"{top}.06"))
        communes = len(range(number, COMMUNES, len(provinces)))
        rows += [
            (f"{top}.{100 + n}", f"UBND {_KINDS[n % 5]} số {n + 1}", Level.COMMUNE, top)
            for n in range(communes)
        ]
    rows += [(code, f"Bộ {code}", Level.MINISTRY, None) for code in MINISTRIES]
    return rows


_PLACES = """
create temp table places as
    with busy as (select unit, level from unit_list where level <> 'province')
    select row_number() over (order by unit) - 1 as k, unit, unit[1:3] as province, level,
        (hash(unit[1:3]) % 100) / 100 as good, (hash(unit) % 100) / 100 as own
    from busy
"""
_PROCEDURE_ROWS = """
insert into procedures by name
    select province, '1.' || lpad(i::varchar, 6, '0') as procedure, 'Thủ tục ' || i as name,
        'Lĩnh vực ' || (i % 40) as field_name,
        case when province[1] = 'G' then 'ministry' when i % 4 = 0 then 'department' else 'commune' end
            as authority,
        i % 2 = 0 as fee, hash(province, i, 1) % 3 = 0 as payment_integrated, i % 9 <> 0 as returns_document,
        case hash(province, i, 2) % 5 when 0 then 'none' when 1 then 'partial' else 'full' end
            as online_level,
        i % 4 <> 0 as open_to_citizens, i % 11 = 0 as population_connected,
        hash(province, i, 3) % 7 <> 0 as content_full, 240 as maximum_hours,
        if(i % 20 = 0, 7, null) as working_days
    from range(?) t(i), (select distinct province from places)
"""
_PUBLICATION_ROWS = """
insert into publications by name
    select province, false as registered, procedure, date '2026-01-05' + (hash(procedure) % 250)::int as
            decided_on,
        decided_on + if(province[1] = 'G', 24, 0) + (hash(province, procedure) % 13)::int as effective_on,
        decided_on + (hash(province, procedure, 1) % 9)::int as entered_on
    from procedures where hash(province, procedure, 2) % 5 = 0
"""
_DOSSIER_ROWS = """
insert into dossiers by name
    select unit || '-26' || strftime(began, '%m%d') || '-' || i as dossier, unit, province, unit as sender,
        '1.' || lpad((floor(p * p * ?))::bigint::varchar, 6, '0') as procedure,
        case when r < 0.80 + 0.19 * good then 2 when r > 0.995 then null when r > 0.99 then 3 else 1 end
            as channel,
        case when o < 0.90 then 9 when o < 0.91 then 7 when o < 0.92 then 3 else 4 end as status,
        began - interval 2 hours as filed_at, if(s > 0.995, null, began) as received_at,
        if(p * 1000 % 50 < 1, null, began + to_days(5)) as due_at,
        case when o >= 0.90 then null when s < 0.01 then began + to_days(5)
            else began + to_seconds((s * (400000 + 70000 * (1 - good) + 40000 * own))::bigint) end as done_at,
        if(o >= 0.90 and o < 0.91, began + to_days(3), null) as withdrawn_at,
        if(o >= 0.91 and o < 0.92, began + to_days(4), null) as refused_at,
        if(o > 0.05 and o < 0.052, began + to_seconds((s * 100000)::bigint), null) as reopened_at,
        if(o > 0.05 and o < 0.052, [{'done_at': began + to_seconds((s * 90000)::bigint),
            'returned_at': null, 'stopped_at': null, 'refused_at': null, 'withdrawn_at': null,
            'reopened_at': began + to_seconds((s * 100000)::bigint)}], null) as earlier,
        began + to_days(1) as last_known_at,
        nullif(list_concat(
            if(s > 0.95, [{'asked_at': began, 'answered_at': began + to_days(1), 'due_before': null}], []),
            if(o > 0.99, [{'asked_at': began + to_days(1), 'answered_at': null, 'due_before': null}], [])),
            []) as requests,
        if(o > 0.3 and o < 0.302, [{'since': began + to_days(9), 'until': null}], null) as dislikes,
        r < 0.3 + 0.5 * good as paid_online, p * 1000 % 7 < 1 as fee_free,
        s < 0.6 + 0.3 * good as result_file,
        o < 0.3 + 0.4 * own as component_file, r < 0.2 + 0.2 * good as data_reused, s < 0.02 as from_store,
        o < 0.4 + 0.3 * good as population_data, i as version
    from (
        select i, floor(random() * (select count(*) from places))::bigint as k, random() as p, random() as r,
            random() as s, random() as o,
            timestamp '2025-12-31 17:00:00' + to_seconds((random() * 23500000)::bigint) as began
        from range(?) t(i)) join places using (k)
"""
_PETITION_ROWS = """
insert into petitions by name
    select province, 'K' || i as petition, unit, null as dossier,
        case i % 3 when 0 then 'procedure' when 1 then 'staff' end as about,
        timestamp '2026-01-03' + to_seconds((hash(i) % 22000000)::bigint) as sent_at,
        if(i % 6 = 0, sent_at + to_days(4), null) as forwarded_at,
        if(i % 9 = 0, sent_at + to_days((i % 7)::int), null) as refused_at,
        if(i % 9 = 0, null, sent_at + to_days((i % 31)::int)) as resolved_at,
        if(i % 9 = 0, null, resolved_at + to_days((i % 4)::int)) as published_at,
        i % 40 = 0 as disliked, i % 50 = 0 as repeated
    from range(?) t(i) join places on k = i % (select count(*) from places)
"""
