"""The tables of facts, and how they are asked."""

from hashlib import sha256

SCHEMA = """
create table readings (
    seq integer primary key, kind varchar not null, as_of date not null, period varchar not null,
    label varchar, read_at timestamp not null, rules varchar not null, rules_sha256 varchar not null,
    row_count integer not null, refused integer not null, state varchar not null, scope varchar,
    province varchar);
create table units (
    seq integer not null, unit varchar not null, name varchar not null, level varchar not null,
    parent varchar);
create table identities (
    seq integer not null, unit varchar not null, code varchar not null, name varchar not null,
    parent varchar, how varchar not null, candidates varchar[] not null);
create table figures (
    seq integer not null, unit varchar not null, code varchar not null,
    numerator decimal(18, 6), denominator decimal(18, 6), rate decimal(18, 6),
    points decimal(18, 6), quality varchar, file varchar not null, row integer,
    since timestamp not null);
create table refusals (
    seq integer not null, place integer not null, file varchar, row integer, col varchar,
    vi varchar not null, en varchar not null, content varchar not null);

-- Units and figures under the units' codes, where their names were matched.
create view known_units as
    select u.seq, coalesce(i.code, u.unit) as unit, coalesce(i.name, u.name) as name, u.level,
           if(i.code is null, u.parent, i.parent) as parent,
           u.unit as written, u.name as own_name, u.parent as own_parent
    from units u left join identities i on i.seq = u.seq and i.unit = u.unit;
create view known_figures as
    select f.* replace (coalesce(i.code, f.unit) as unit), f.unit as written
    from figures f left join identities i on i.seq = f.seq and i.unit = f.unit;

create macro coded(unit) as regexp_full_match(unit, '[A-Z][0-9]{2}([.][0-9]+)*');

create macro said(numerator, denominator, rate, points) as
    concat_ws('|', coalesce(numerator::varchar, ''), coalesce(denominator::varchar, ''),
              coalesce(rate::varchar, ''), coalesce(points::varchar, ''));

-- Of several readings of one snapshot the last in the list says each figure; `written`: under the names
-- and codes that stand in the readings.
create macro latest_figures(seqs, written) as table
    select if(written, f.written, f.unit) as unit, code, numerator, denominator, rate, points, quality, since
    from known_figures f where seq in (select unnest(seqs))
    qualify row_number() over (
        partition by if(written, f.written, f.unit), code order by list_position(seqs, seq) desc) = 1
    order by 1, code;
create macro latest_units(seqs, written) as table
    select if(written, u.written, u.unit) as unit, if(written, own_name, name) as name, level,
           if(written, own_parent, parent) as parent
    from known_units u where seq in (select unnest(seqs))
    qualify row_number() over (
        partition by if(written, u.written, u.unit) order by list_position(seqs, seq) desc) = 1
    order by 1;

-- What was known of each figure of a period on a day, and since when it had been so.
create macro known(of_period, on_day) as table
    select unit, code, said(numerator, denominator, rate, points) as said, since
    from known_figures join readings using (seq)
    where period = of_period and as_of <= on_day
    qualify row_number() over (
        partition by unit, code order by as_of desc, state = 'complete' desc, seq desc) = 1;
"""
SCHEMA_HASH = sha256(SCHEMA.encode()).hexdigest()
"""Tells facts of this schema from older ones, which are made again."""
