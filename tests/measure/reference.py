"""What a province's index counts, by brute force in plain Python.

Written from the decision and the messages alone, to hold `measure` to account: it takes nothing from
the package but the calendar's data, goes dossier by dossier, and is in no hurry. The settling of
messages follows docs/decisions/0009, the points that the law leaves open 0016.
"""

import importlib.util
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta, timezone
from pathlib import Path
from typing import Any

import yaml

VIETNAM = timezone(timedelta(hours=7))
SECOND = timedelta(seconds=1)
Item = dict[str, Any]
Counts = dict[tuple[str, str], tuple[int, int]]


# Days


def _days_off() -> dict[date, bool]:
    package = importlib.util.find_spec("bochiso")
    assert package is not None
    assert package.origin is not None
    (table,) = Path(package.origin).parent.rglob("holidays.yaml")
    found = {}
    for line in yaml.safe_load(table.read_text("utf-8"))["days"]:
        first, _, last = str(line["day"]).partition("..")
        day, end = date.fromisoformat(first), date.fromisoformat(last or first)
        while day <= end:
            found[day] = line["is"] == "work"
            day += timedelta(1)
    return found


DAYS = _days_off()


def working_days(day: date, n: int) -> date:
    """So many working days after a day, or before it."""
    while n:
        day += timedelta(1 if n > 0 else -1)
        if DAYS.get(day, day.weekday() < 5):
            n -= 1 if n > 0 else -1
    return day


def moment(value: Any) -> datetime | None:
    return datetime.strptime(value, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM) if value else None


def day_of(at: datetime) -> date:
    return at.astimezone(VIETNAM).date()


# A dossier out of its messages and steps

CLOSING = {"9": "done", "10": "returned", "8": "stopped", "3": "refused", "7": "withdrawn"}
WORKING = {"2", "4", "5", "6"}


class Dossier:
    """One dossier: its winning message, its events in order, its requests."""

    def __init__(self, message: Item, steps: Iterable[Item]) -> None:
        self.message = message
        self.number = message["MaHoSo"]
        self.filed, self.received = moment(message.get("NgayNopHoSo")), moment(message.get("NgayTiepNhan"))
        self.due = moment(message.get("NgayHenTra"))
        told = {(moment(step["ThoiDiemXuLy"]), step["TrangThai"]) for step in steps}
        self.steps = sorted(told, key=lambda each: (each[0], int(each[1])))
        self.own = self._own_closings()
        self.requests = self._requests()
        self.status = self._status()
        known = [at for at, _ in self.steps]
        if message.get("DanhSachHoSoBoSung"):
            known += [at for pair in self.requests for at in pair[:2] if at]
        self.last_known = max(known, default=None)
        self.spans = self._spans()

    def _own_closings(self) -> dict[str, datetime]:
        status, found = self.message.get("TrangThaiHoSo"), {}
        ended = moment(self.message.get("NgayKetThucXuLy"))
        found["done"] = None if status in ("3", "7", "8") else ended
        found["returned"] = moment(self.message.get("NgayTra"))
        found["stopped"] = ended if status == "8" else None
        found["refused"] = moment(self.message.get("NgayTuChoi")) or (ended if status == "3" else None)
        found["withdrawn"] = ended if status == "7" else None
        return {name: at for name, at in found.items() if at}

    def _requests(self) -> list[tuple[datetime, datetime | None, datetime | None]]:
        """asked, answered, the due date before the answer moved it."""
        given: dict[Any, list[tuple[datetime, datetime | None, Any, Any]]] = defaultdict(list)
        ids: dict[Any, str] = {}
        for each in self.message.get("DanhSachHoSoBoSung") or []:
            at, name = moment(each.get("NgayBoSung")), each.get("HoSoBoSungId")
            if name:
                ids[at] = min(name, ids.get(at, name))
        for each in self.message.get("DanhSachHoSoBoSung") or []:
            names = ("NgayBoSung", "NgayTiepNhanBoSung", "NgayHenTraTruoc", "NgayHenTraMoi")
            asked, answered, before, after = (moment(each.get(name)) for name in names)
            if asked and not (answered and answered < asked):
                given[ids.get(asked) or asked].append((asked, answered, before, after))
        found = []
        for same in given.values():
            asked = min(each[0] for each in same)
            answered = min((each[1] for each in same if each[1]), default=None)
            before = min((each[2] for each in same if each[2]), default=None)
            moved = answered and any(each[3] for each in same)
            found.append((asked, answered, before if moved else None))
        if given:
            return sorted(found, key=lambda each: each[0])
        previous = None
        for n, (at, status) in enumerate(self.steps):
            if status == "5" and previous != "5":
                resumed = [later for later, what in self.steps[n + 1 :] if what in ("2", "4", "6")]
                found.append((at, min(resumed, default=None), None))
            previous = status
        return found

    def _status(self) -> str | None:
        own = self.message.get("TrangThaiHoSo") or None
        if not self.steps:
            return own
        at, last = self.steps[-1]
        asked = [each[0] for each in self.requests] if self.message.get("DanhSachHoSoBoSung") else []
        own_at = {"1": self.filed, "2": self.received, "5": max(asked, default=None)}.get(own or "")
        own_at = self.own.get(CLOSING.get(own or "", "")) or own_at
        if own is None or (own_at is not None and own_at < at):
            return last
        return own if own_at is not None and own_at > at else max(own, last, key=int)

    def _spans(self) -> list[tuple[datetime | None, dict[str, datetime]]]:
        """Since when, and the closings from then until it was re-opened."""
        events = [(at, status in WORKING, status, False) for at, status in self.steps]
        codes = {name: status for status, name in CLOSING.items()}
        events += [(at, False, codes[name], True) for name, at in self.own.items()]
        events = [each for each in events if each[1] or each[2] in CLOSING]
        events.sort(key=lambda each: (each[0], not each[1]))
        spans: list[tuple[datetime | None, list[Any]]] = [(None, [])]
        for at, works, status, own in events:
            if works and spans[-1][1]:
                spans.append((at, []))
            elif not works:
                spans[-1][1].append((not own, at, CLOSING[status]))
        found = []
        for since, closings in spans:
            first: dict[str, datetime] = {}
            for _, at, name in sorted(closings):
                first.setdefault(name, at)
            found.append((since, first))
        return found

    def closings(self, now: datetime) -> dict[str, datetime]:
        _, found = [span for span in self.spans if span[0] is None or span[0] <= now][-1]
        return {name: at for name, at in found.items() if at <= now}

    def draft(self, now: datetime) -> bool:
        """Newly filed: by its status, or until the first step of one whose message says so."""
        begun = [at for at, status in self.steps if status != "1"]
        own = self.message.get("TrangThaiHoSo") == "1"
        return self.status == "1" or (own and bool(begun) and begun[0] > now)

    def ended_somehow(self, now: datetime) -> bool:
        """Closed by its status, nobody said when."""
        since, closings = self.spans[-1]
        if closings or (since is not None and since > now) or self.status not in CLOSING:
            return False
        return self.last_known is None or self.last_known <= now

    def judged(self, as_of: datetime, end: datetime, limit: Any) -> bool | None:
        """On time by 2.1, None where it doesn't count or can't be said."""
        start = self.received or self.filed
        if start is None or self.status == "1":
            return None
        now = as_of if self.closings(as_of) or self.ended_somehow(as_of) else end
        closings, somehow = self.closings(now), self.ended_somehow(now)
        final = closings.get("done") or closings.get("returned")
        if final is None and (closings.keys() & {"stopped", "refused"}):
            final = min(closings[name] for name in ("stopped", "refused") if name in closings)
        left = final is None and ("withdrawn" in closings or (somehow and self.status == "7"))
        if left and self.received is None:
            return None
        waiting = [each for each in self.requests if each[0] <= now and not (each[1] and each[1] <= now)]
        ended = final or closings.get("withdrawn")
        if ended is None and somehow:
            ended = self.last_known or end
        if ended is None and len(waiting) > 1:
            return False
        if ended is None:
            ended = waiting[0][0] if waiting else end
        seconds: set[tuple[datetime, datetime]] = set()
        for asked, answered, _ in self.requests:
            if answered and answered <= now and max(asked, start) < min(answered, ended):
                seconds.add((max(asked, start), min(answered, ended)))
        waited, reached = timedelta(), None
        for since, until in sorted(seconds):
            since = max(since, reached) if reached else since
            waited += max(until - since, timedelta())
            reached = max(until, reached) if reached else until
        moved = sorted((each[1], each[2]) for each in self.requests if each[2] and each[1] and each[1] > now)
        due = moved[0][1] if moved else self.due
        if due is not None:
            return ended - waited <= due
        if isinstance(limit, datetime):
            return ended - waited <= limit
        return None if limit is None else ended - start - waited <= limit


# A folder


class Folder:
    """What was sent: units with what is above them, procedures of each province, petitions, dossiers.

    And ratings, of which at one moment the later sent holds.
    """

    def __init__(
        self,
        units: dict[str, tuple[str, str | None]],
        procedures: list[Item],
        petitions: list[Item],
        messages: list[Item],
        steps: list[Item],
        ratings: Iterable[Item] = (),
    ) -> None:
        self.units, self.procedures, self.petitions = units, procedures, petitions
        self.messages, self.steps, self.ratings = messages, steps, list(ratings)
        by_number = defaultdict(list)
        for step in steps:
            by_number[step["MaHoSo"]].append(step)
        last = {message["MaHoSo"]: message for message in messages}
        self.dossiers = [Dossier(each, by_number[number]) for number, each in last.items()]

    def above(self, unit: str) -> list[str]:
        found = [unit]
        while (top := self.units[found[-1]][1]) is not None:
            found.append(top)
        return found

    def unit_of(self, number: str) -> str | None:
        code = number.partition("-")[0]
        while code and code not in self.units:
            code = code.rpartition(".")[0]
        return code or None

    def count(self, first: date, last: date, as_of: datetime) -> Counts:
        """Numerator and denominator of every unit and indicator that follow from what was sent."""
        return _Count(self, first, last, as_of).counts()

    def late(self, first: date, last: date, as_of: datetime) -> dict[str, set[str]]:
        """The late dossiers of each unit and of those below it."""
        return _Count(self, first, last, as_of).late


def _yes(value: Any) -> bool:
    return value == "1"


class _Count:
    def __init__(self, folder: Folder, first: date, last: date, as_of: datetime) -> None:
        self.folder, self.first, self.last, self.as_of = folder, first, last, as_of
        self.begin = datetime.combine(first, time(), VIETNAM)
        self.after = datetime.combine(last + timedelta(1), time(), VIETNAM)
        self.end = min(self.after - SECOND, as_of)
        self.found: dict[tuple[str, str], list[int]] = defaultdict(lambda: [0, 0])
        self.used: dict[tuple[str, str], set[str]] = defaultdict(set)
        self.late: dict[str, set[str]] = defaultdict(set)
        self._dossiers()
        self._petitions()
        for unit in folder.units:
            self._procedures(unit)

    def counts(self) -> Counts:
        return {key: (n, of) for key, (n, of) in self.found.items()}

    def _add(self, unit: str, indicator: str, met: bool, counts: bool = True) -> None:
        for each in self.folder.above(unit):
            pair = self.found[each, indicator]
            pair[0] += met and counts
            pair[1] += counts

    def _in_period(self, at: datetime | None) -> bool:
        return at is not None and self.begin <= at < self.after and at <= self.as_of

    def _limit(self, procedure: Item, start: datetime) -> Any:
        if procedure.get("working_days"):
            last = working_days(day_of(start), int(procedure["working_days"]))
            return datetime.combine(last, time(23, 59, 59), VIETNAM)
        hours = procedure.get("maximum_hours")
        return timedelta(hours=int(hours)) if hours else None

    def _dossiers(self) -> None:
        listed = {(p["province"], p["procedure"]): p for p in self.folder.procedures}
        complained: dict[str, datetime] = {}
        for petition in self.folder.petitions:
            sent, about = moment(petition["sent_at"]), petition.get("dossier")
            if about and sent:
                complained[about] = min(sent, complained.get(about, sent))
        rated: dict[str, tuple[datetime, bool]] = {}
        for rating in self.folder.ratings:
            at = moment(rating["rated_at"])
            if at and at <= self.as_of and at >= rated.get(rating["dossier"], (at,))[0]:
                rated[rating["dossier"]] = at, rating["rating"] == "dissatisfied"
        for each in self.folder.dossiers:
            start, unit = each.received or each.filed, self.folder.unit_of(each.number)
            if unit is None or start is None or not self._in_period(start) or each.draft(self.as_of):
                continue
            code = each.message.get("MaTTHC") or None
            procedure = listed.get((self.folder.above(unit)[-1], code), {})
            on_time = each.judged(self.as_of, self.end, self._limit(procedure, start))
            sent = complained.get(each.number)
            spoken = sent is not None and sent <= self.as_of
            unhappy = spoken or rated.get(each.number, (None, False))[1]
            self._one(unit, code, each, procedure, on_time, unhappy)

    def _one(
        self, unit: str, code: Any, each: Dossier, procedure: Item, on_time: bool | None, unhappy: bool
    ) -> None:
        message = each.message
        online = message.get("KenhThucHien") == "2"
        paid = message.get("DuocThanhToanTrucTuyen") in ("1", "2")
        fees = [fee["Gia"] for fee in message.get("DanhSachLePhi") or []]
        owes = _yes(procedure.get("fee")) and not (fees and all(fee == "0" for fee in fees))
        files = [f for f in message.get("TaiLieuNop") or [] if f.get("IsDeleted") != "1"]
        due, result = _yes(procedure.get("returns_document")), bool(message.get("DanhSachGiayToKetQua"))
        stored = any(_yes(f.get("DuocLayTuKhoDMQG")) for f in files)
        reused = _yes(message.get("HoSoCoThanhPhanSoHoa")) or any(_yes(f.get("DuocTaiSuDung")) for f in files)
        people = stored or _yes(message.get("TaiKhoanDuocXacThucVoiVNeID"))
        self._add(unit, "RESOLVED_ON_TIME", bool(on_time), on_time is not None)
        self._add(unit, "DOSSIER_RECEIVING_SATISFACTION", on_time is not False and not unhappy)
        self._add(unit, "ONLINE_FILING", online)
        self._add(unit, "PAYMENT_DOSSIERS", paid, owes)
        self._add(unit, "ORIGINAL_RESULT_AVAILABLE", result, due)
        self._add(unit, "SO_HOA_GIAY_TO_GIAI_QUYET", bool(files) and (result or not due))
        self._add(unit, "REUSED_DIGITIZED_DATA", reused)
        self._add(unit, "SYNCED_WITH_DVCQG_PERSONAL_STORAGE", stored)
        self._add(unit, "CITIZEN_DATA_CONNECTED_DOSSIER", people)
        for top in self.folder.above(unit):
            if on_time is False:
                self.late[top].add(each.number)
            for name, used in (("online", online), ("paid", paid), ("people", people)):
                if used and code:
                    self.used[top, name].add(code)

    def _petitions(self) -> None:
        for petition in self.folder.petitions:
            names = (
                "sent_at",
                "forwarded_at",
                "refused_at",
                "supplement_asked_at",
                "resolved_at",
                "published_at",
            )
            sent, forwarded, *steps = (moment(petition.get(name)) for name in names)
            if sent is None or not self._in_period(sent):
                continue
            refused, asked, resolved, published = (at if at and at <= self.as_of else None for at in steps)
            late = False
            checks = [(refused, 2, ()), (asked, 5, ()), (resolved, 15, ()), (published, 2, (steps[2],))]
            if not refused and not resolved:
                checks.append((self.end, 15, ()))
            for at, days, more in checks:
                if at:
                    starts = [each for each in (forwarded, *more) if each and sent <= each <= at]
                    late |= day_of(at) > working_days(day_of(max([sent, *starts])), days)
            unhappy = _yes(petition.get("disliked")) or _yes(petition.get("repeated"))
            unit = petition["unit"]
            self._add(unit, "PETITION_PROCESSING_ON_TIME", not late)
            self._add(unit, "PETITION_HANDLING_SATISFACTION", not late and not unhappy)
            self._add(unit, "PETITION_CLASSIFICATION_TTHC", petition.get("about") == "procedure")
            self._add(unit, "PETITION_CLASSIFICATION_STAFF", petition.get("about") == "staff")

    def _procedures(self, unit: str) -> None:
        units = self.folder.units
        inside = [each for each in units if unit in self.folder.above(each)]
        levels = {units[each][0] for each in inside}
        top = self.folder.above(unit)[-1]
        own = [p for p in self.folder.procedures if p["province"] == top]
        if unit != top:
            own = [p for p in own if p["office"] in inside or (not p["office"] and p["authority"] in levels)]
        every = {p["procedure"] for p in own}
        online = {p["procedure"] for p in own if p["online_level"] != "none"}
        fee = {p["procedure"] for p in own if _yes(p["fee"])}
        people = {p["procedure"] for p in own if _yes(p["open_to_citizens"])}
        joined = {p["procedure"] for p in own if _yes(p["population_connected"])} | self.used[unit, "people"]
        paying = {p["procedure"] for p in own if _yes(p["payment_integrated"])}
        for indicator, some, of in (
            ("ONLINE_PROVISION", online, every),
            ("ONLINE_WITH_DOSSIERS", self.used[unit, "online"], online),
            ("PAYMENT_PROCEDURES", self.used[unit, "paid"], fee),
            ("PAYMENT_INTEGRATED", paying, fee),
            ("CITIZEN_DATA_CONNECTED_FORMALITY", joined, people),
        ):
            self.found[unit, indicator] = [len(some & of), len(of)]
        if unit == top:
            self._publications(unit, own)

    def _publications(self, province: str, own: list[Item]) -> None:
        today = min(self.last, day_of(self.as_of))
        for procedure in own:
            decided, effective, entered = (
                procedure[name] or None for name in ("decided_on", "effective_on", "entered_on")
            )
            if decided is None:
                continue
            self._add(province, "PUBLIC_CONTENT_FULL", _yes(procedure["content_full"]))
            if not (self.first <= decided <= self.last and decided <= today):
                continue
            if effective is not None:
                self._add(province, "PUBLISH_ON_TIME", decided <= working_days(effective, -5))
            done = min(entered or today, today)
            self._add(province, "PUBLIC_UPDATE_ON_TIME", done <= working_days(decided, 5))
