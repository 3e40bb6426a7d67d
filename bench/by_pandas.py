"""The same measures in pandas, as its own guide does it: merge, flags as columns, groupby.

From the same facts, of which it takes the columns that it needs, and with the same small tables of
working days, ready made. What DuckDB keeps as a list in a dossier's row, its requests for supplements, it
gets as a table of its own, a row a request, as pandas' guide would have them; what they come to it works
out itself, as ours does.
"""

from typing import Any

import duckdb
import pandas as pd

from bochiso.measure.cube import READ
from bochiso.measure.schema import CLOSINGS

NOT_READ = ("complained_at", "dislikes", "earlier", "requests")
DOSSIER = ", ".join(["dossier", *(name for name in READ if name not in NOT_READ)])
FIRST, LAST = pd.Timestamp("2025-12-31 17:00:00"), pd.Timestamp("2026-09-30 16:59:59")
"""The period's first and last second, in UTC."""

SMALL = ("procedures", "publications", "petitions", "unit_list", "limit_days", "due_days")
REQUESTS = """
select dossier, request.asked_at, request.answered_at
from (select dossier, unnest(requests) as request from dossiers)
"""
ONLINE = ("partial", "full")
HOURS_AHEAD = pd.Timedelta(hours=7)

Frames = dict[str, pd.DataFrame]


def by_pandas(db: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """The wide rows of `combined`, a row a unit."""
    frames = {name: db.sql(f"from {name}").df() for name in SMALL}
    frames["procedures"]["online"] = frames["procedures"].online_level.isin(ONLINE)
    frames["requests"] = db.sql(REQUESTS).df()
    dossiers = _received(db.sql(f"select {DOSSIER} from dossiers").df(), frames)
    units = frames["unit_list"].set_index("unit")
    own = _counted(dossiers, frames["petitions"]).join(_petitions(frames), how="outer").fillna(0)
    own = own[own.index.isin(units.index)]
    above = own.groupby(units.parent.reindex(own.index)).sum()
    wide = units[["level"]].join(own.add(above, fill_value=0)).join(_offered(frames))
    wide = wide.join(_used(dossiers, frames)).fillna(0)
    wide["connected"] = wide.connected + wide.seen_connected
    whole = wide.drop(columns="level").astype("int64")
    return whole.assign(level=wide.level, **_publications(frames))


def _received(d: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """The dossiers of the period with their procedures."""
    d["began"] = d.received_at.fillna(d.filed_at)
    d = d[d.began.between(FIRST, LAST) & (d.status != 1) & d.unit.notna()]
    d = d.merge(frames["procedures"], on=["province", "procedure"], how="left")
    d = d.merge(_requests(frames["requests"]), on="dossier", how="left")
    d["due"] = _due(d, frames["limit_days"])
    d["filed_online"], d["paid"] = d.channel == 2, d.paid_online == True  # noqa: E712
    d["seen"] = d.population_data == True  # noqa: E712
    return d


def _requests(requests: pd.DataFrame) -> pd.DataFrame:
    """By dossier: how many requests are open, since when the first, and how long the others took."""
    asked = requests[requests.asked_at <= LAST]
    answered = asked.answered_at <= LAST
    seconds = (asked.answered_at - asked.asked_at).dt.total_seconds().where(answered, 0)
    columns = {
        "dossier": asked.dossier, "open_requests": ~answered, "supplement_seconds": seconds,
        "first_open_request_at": asked.asked_at.mask(answered),
    }  # fmt: skip
    how = {"open_requests": "sum", "supplement_seconds": "sum", "first_open_request_at": "min"}
    return pd.DataFrame(columns).groupby("dossier", as_index=False).agg(how)


def _due(d: pd.DataFrame, limits: pd.DataFrame) -> pd.Series:
    """Due dates; where there is none, the last second of the procedure's last working day."""
    undated = d.loc[d.due_at.isna() & d.working_days.notna(), ["began", "working_days"]]
    undated["day"] = (undated.began + HOURS_AHEAD).dt.normalize()
    last = undated.reset_index().merge(
        limits, left_on=["working_days", "day"], right_on=["limit_amount", "limit_day"], how="left"
    )
    return d.due_at.fillna(last.set_index("index").limit_last + pd.Timedelta("16:59:59"))


def _counted(d: pd.DataFrame, petitions: pd.DataFrame) -> pd.DataFrame:
    """What dossiers alone give, by unit."""
    fee, returned = d.fee == True, d.returns_document == True  # noqa: E712
    done, returned_at, stopped, refused, withdrawn = (d[name].where(d[name] <= LAST) for name in CLOSINGS)
    first = stopped.where(~(refused < stopped), refused).fillna(refused)
    finished = done.fillna(returned_at).fillna(first)
    ended = finished.fillna(withdrawn)
    vague = d.status.isin([3, 7, 8, 9, 10]) & d[list(CLOSINGS)].isna().all(axis=1)
    closed = ended.notna() | vague
    gone = finished.isna() & (withdrawn.notna() | vague & (d.status == 7))
    requests = d.open_requests.fillna(0).where(~(d.first_open_request_at > LAST), 0)
    ended = ended.fillna(d.first_open_request_at.where(~closed & (requests == 1))).fillna(LAST)
    waited = pd.to_timedelta(d.supplement_seconds.fillna(0), unit="s")
    took = ended - d.began - waited
    longest = pd.to_timedelta(d.maximum_hours, unit="h")
    too_many = ~closed & (requests > 1)
    judged = (d.due.notna() | longest.notna() | too_many) & ~(d.received_at.isna() & gone)
    timely = (ended <= d.due + waited).where(d.due.notna(), took <= longest)
    on_time = judged & timely & ~too_many
    timed = closed & ~vague & d.received_at.notna() & (took >= pd.Timedelta(0))
    complained = petitions.dossier[petitions.dossier.notna() & (petitions.sent_at <= LAST)]
    owed = fee & (d.fee_free != True)  # noqa: E712
    flags = {
        "received": True, "online": d.filed_online, "judged": judged, "on_time": on_time,
        "content": ~(judged & ~on_time) & ~d.dossier.isin(complained), "closed": timed,
        "seconds": took.dt.total_seconds().where(timed, 0).astype("int64"),
        "fee_owed": owed, "fee_paid": owed & d.paid, "result_due": returned,
        "result_given": returned & d.result_file,
        "digitised": d.component_file & (d.result_file | ~returned),
        "reused": d.data_reused, "stored": d.from_store, "population": d.seen,
    }  # fmt: skip
    return pd.DataFrame(flags, index=d.index).groupby(d.unit).sum()


def _within_authority(pairs: pd.DataFrame) -> pd.Series:
    """Whether the procedure of each pair is the unit's."""
    everywhere = pairs.office.isna() & (pairs.authority == pairs.level)
    return (pairs.office == pairs.unit) | everywhere | (pairs.level == "province")


def _offered(frames: Frames) -> pd.DataFrame:
    """What procedures alone give, by unit."""
    pairs = frames["unit_list"].merge(frames["procedures"], on="province", suffixes=("", "_of"))
    pairs = pairs[_within_authority(pairs)]
    fee, citizens = pairs.fee == True, pairs.open_to_citizens == True  # noqa: E712
    flags = {
        "procedures": True, "offered_online": pairs.online, "with_fee": fee,
        "integrated": fee & (pairs.payment_integrated == True),  # noqa: E712
        "for_citizens": citizens, "connected": citizens & (pairs.population_connected == True),  # noqa: E712
    }  # fmt: skip
    return pd.DataFrame(flags, index=pairs.index).groupby(pairs.unit).sum()


def _used(d: pd.DataFrame, frames: Frames) -> pd.DataFrame:
    """Procedures used, paid for and connected by dossiers, by unit; a province's are of all below it."""
    did = d.groupby(["unit", "procedure"])[["filed_online", "paid", "seen"]].any().reset_index()
    placed = did.merge(frames["unit_list"][["unit", "parent"]], on="unit")
    above = placed.dropna(subset="parent").drop(columns="unit").rename(columns={"parent": "unit"})
    did = pd.concat([did, above]).groupby(["unit", "procedure"])[["filed_online", "paid", "seen"]].any()
    did = did.reset_index().merge(frames["unit_list"][["unit", "level", "province"]], on="unit")
    did = did.merge(frames["procedures"], on=["province", "procedure"])
    did = did[_within_authority(did)]
    unknown = (did.open_to_citizens == True) & (did.population_connected != True)  # noqa: E712
    flags = {
        "services_used": did.filed_online & did.online,
        "procedures_paid": did.paid & (did.fee == True),  # noqa: E712
        "seen_connected": did.seen & unknown,
    }
    return pd.DataFrame(flags, index=did.index).groupby(did.unit).sum()


def _petitions(frames: Frames) -> pd.DataFrame:
    """What petitions give, by unit."""
    p = frames["petitions"]
    p = p[p.sent_at.between(FIRST, LAST) & p.unit.notna()]
    steps = {
        "PETITION_REFUSE": p.refused_at, "PETITION_SUPPLEMENT": p.supplement_asked_at,
        "PETITION_RESOLVE": p.resolved_at, "PETITION_PUBLISH": p.published_at,
    }  # fmt: skip
    steps = {code: at.where(at <= LAST) for code, at in steps.items()}
    late = pd.Series(False, p.index)
    for code, at in steps.items():
        late |= _late(p, code, at, frames["due_days"])
    still_open = steps["PETITION_REFUSE"].isna() & steps["PETITION_RESOLVE"].isna()
    until = pd.Series(LAST, p.index).where(still_open)
    late |= _late(p, "PETITION_RESOLVE", until, frames["due_days"])
    happy = (p.disliked != True) & (p.repeated != True)  # noqa: E712
    flags = {
        "petitions": True, "about_procedures": p.about == "procedure", "about_staff": p.about == "staff",
        "petitions_on_time": ~late, "petitions_satisfied": ~late & happy,
    }  # fmt: skip
    return pd.DataFrame(flags, index=p.index).groupby(p.unit).sum()


def _late(p: pd.DataFrame, code: str, at: pd.Series, due_days: pd.DataFrame) -> pd.Series:
    """Whether a step came after the last day that the latest start before it leaves."""
    starts = [p.sent_at, p.forwarded_at.where(p.forwarded_at <= at)]
    if code == "PETITION_PUBLISH":
        starts.append(p.resolved_at.where(p.resolved_at <= at))
    began = pd.concat(starts, axis=1).max(axis=1)
    last = (began + HOURS_AHEAD).dt.normalize().map(due_days.set_index("day")[code])
    return (at + HOURS_AHEAD).dt.normalize() > last


def _publications(frames: Frames) -> dict[str, Any]:
    """What the province's publications give."""
    every, last = frames["publications"], frames["due_days"].set_index("day")
    p = every[every.decided_on.between(pd.Timestamp("2026-01-01"), pd.Timestamp("2026-09-30"))]
    today = pd.Timestamp("2026-09-30")
    flags = {
        "judged": p.effective_on.notna(),
        "late": p.decided_on > p.effective_on.map(last.PUBLISH_PROVINCE).fillna(p.effective_on),
        "slow": p.entered_on.fillna(today).clip(upper=today) > p.decided_on.map(last.UPDATE_PROVINCE),
    }
    once = pd.DataFrame(flags, index=p.index).groupby([p.province, p.procedure]).any()
    public = frames["procedures"].merge(every[["province", "procedure"]].drop_duplicates())
    return {
        "n_publish": (once.judged & ~once.late).sum(), "d_publish": once.judged.sum(),
        "n_update": (~once.slow).sum(), "d_update": len(once),
        "n_content": (public.content_full == True).sum(), "d_content": len(public),  # noqa: E712
    }  # fmt: skip
