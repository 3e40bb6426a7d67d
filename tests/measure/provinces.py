"""Provinces made up by dice, with everything in them that real ones have and worse."""

import csv
import io
import random
from datetime import date, datetime, time, timedelta
from typing import Any

from dossier_sending import message
from reference import VIETNAM, Folder, Item

from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.intake.dossiers.ratings import read_ratings
from bochiso.store.journal.journal import Batches

FIRST, LAST = date(2026, 1, 1), date(2026, 6, 30)
EDGES = ("20260331235959", "20260401000000", "20251231235959", "20260101000000", "20260630235959")

TREE: tuple[tuple[str, str, str | None], ...] = (
    ("", "province", None),
    (".01", "department", ""),
    (".24", "department", ""),
    (".24.01", "subunit", ".24"),  # an office below a department
    (".24.01.02", "subunit", ".24.01"),  # and its branch
    (".30", "district", ""),
    (".30.01", "commune", ".30"),
    (".30.02", "commune", ".30"),
    (".51", "commune", ""),
)
"""Units by what follows their province's code, their level and what is above them."""

FRONTS = ("", ".01", ".24", ".24.01", ".24.01.02", ".30", ".30.01", ".30.02.07", ".51", ".51.09.01", ".77")
"""What stands in front of numbers: units, codes below them, and one that is no unit's."""


def made_up(seed: int, provinces: tuple[str, ...], count: int, *, shared: bool) -> Folder:
    """So many dossiers of some provinces; `shared`: whether their procedures have the same codes."""
    return _Maker(seed, provinces, shared).folder(count)


def table_of(rows: list[Item]) -> bytes:
    """Rows as a table that is brought in."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(dict.fromkeys(name for row in rows for name in row)))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def units_of(folder: Folder) -> list[Item]:
    """The list of units, as a clerk has it: what is below a department is called one too."""
    return [
        {
            "unit": code,
            "name": code,
            "level": "department" if level == "subunit" else level,
            "parent": above or "",
        }
        for code, (level, above) in folder.units.items()
    ]


def batches(made: Folder) -> list[Batches]:
    """All of it as the journal keeps it, steps before the dossiers that they are of."""
    units, procedures = table_of(units_of(made)), table_of(made.procedures)
    return [
        message(made.steps),
        message(made.messages, sender=None),
        [("ratings", read_ratings("ratings.csv", table_of(made.ratings)).batch)],
        [("petitions", read_petitions("petitions.csv", table_of(made.petitions)).batch)],
        [("procedures", read_procedures("procedures.csv", procedures).batch)],
        [("units", read_units("units.csv", units).batch)],
    ]


def moment(day: str) -> datetime:
    return datetime.combine(date.fromisoformat(day), time(23, 59, 59), VIETNAM)


class _Maker:
    def __init__(self, seed: int, provinces: tuple[str, ...], shared: bool) -> None:
        self.dice, self.provinces, self.shared = random.Random(seed), provinces, shared

    def folder(self, count: int) -> Folder:
        units = {
            top + code: (level, None if above is None else top + above)
            for top in self.provinces
            for code, level, above in TREE
        }
        procedures = [each for n, top in enumerate(self.provinces) for each in self._procedures(n, top)]
        messages, steps = [], []
        for n in range(count):
            top = self.dice.choice(self.provinces)
            number = f"{top}{self.dice.choice(FRONTS)}-260301-{n:04d}"
            own = [each["procedure"] for each in procedures if each["province"] == top]
            messages.append(self._dossier(number, self.dice.choice([*own, "9.999999", None])))
            steps += self._steps(number)
            if self.dice.random() < 0.05:
                messages.append(self._dossier(number, self.dice.choice(own)))  # corrected later
        petitions = [self._petition(n, list(units), messages) for n in range(count // 4)]
        ratings = [self._rating(messages) for _ in range(count // 2)]
        self.dice.shuffle(steps)
        return Folder(units, procedures, petitions, messages, steps, ratings)

    def _rating(self, messages: list[Item]) -> Item:
        """Of one dossier in ten more than one, of one rating in ten of a dossier that nobody sent."""
        some = messages[: max(1, len(messages) // 4)]
        number = self.dice.choice(self.dice.choice((messages, some)))["MaHoSo"]
        if self.dice.random() < 0.1:
            number = f"{number[:-4]}9999"
        words = ("satisfied", "neutral", "dissatisfied", "dissatisfied")
        return {"dossier": number, "rated_at": self._moment() or EDGES[0], "rating": self.dice.choice(words)}

    def _flag(self, chance: float = 0.5) -> str:
        return "1" if self.dice.random() < chance else "0"

    def _moment(self, chance: float = 1.0) -> str | None:
        if self.dice.random() > chance:
            return self.dice.choice((None, ""))
        if self.dice.random() < 0.1:
            return self.dice.choice(EDGES)
        return self._after("20251201000000", 24 * 240)

    def _after(self, moment: str, most: int) -> str:
        start = datetime.strptime(moment, "%Y%m%d%H%M%S").replace(tzinfo=VIETNAM)
        return (start + timedelta(hours=self.dice.randrange(most))).strftime("%Y%m%d%H%M%S")

    def _dossier(self, number: str, procedure: str | None) -> Item:
        received = self._moment(0.85) or None
        due = self._after(received, 24 * 40) if received and self.dice.random() < 0.8 else self._moment(0.3)
        done = self._after(received, 24 * 60) if received and self.dice.random() < 0.8 else self._moment()
        item: dict[str, Any] = {
            "MaHoSo": number,
            "MaTTHC": procedure,
            "KenhThucHien": self.dice.choice(("1", "2", "2", "3", None, "")),
            "TrangThaiHoSo": self.dice.choice((*map(str, range(1, 11)), "9", None, "")),
            "NgayNopHoSo": self._moment(0.8),
            "NgayTiepNhan": received,
            "NgayHenTra": due,
            "NgayKetThucXuLy": done if self.dice.random() < 0.5 else None,
            "NgayTra": self._moment(0.15),
            "NgayTuChoi": self._moment(0.05),
            "DuocThanhToanTrucTuyen": self.dice.choice(("0", "1", "2", "3", None)),
            "HoSoCoThanhPhanSoHoa": self._flag(0.3),
            "TaiKhoanDuocXacThucVoiVNeID": self._flag(),
            "TaiLieuNop": [
                {"TepDinhKemId": "1", "IsDeleted": self._flag(0.2), "DuocTaiSuDung": self._flag(0.3),
                 "DuocLayTuKhoDMQG": self._flag(0.3)}
                for _ in range(self.dice.randrange(3))
            ],
            "DanhSachLePhi": [{"Gia": each} for each in self.dice.choice(((), ("0",), ("0", "50000")))],
            "DanhSachGiayToKetQua": [{"DuongDanTepTinKetQua": "/1"}] * self.dice.randrange(2),
            "DanhSachHoSoBoSung": self._requests(received or EDGES[0]),
        }  # fmt: skip
        return {name: value for name, value in item.items() if value is not None or self.dice.random() < 0.5}

    def _requests(self, received: str) -> list[Item]:
        found = []
        for _ in range(self.dice.choice((0, 0, 0, 1, 1, 2, 3))):
            asked = self._after(received, 24 * 50) if self.dice.random() < 0.8 else self._moment() or received
            one: Item = {"NgayBoSung": asked}
            if self.dice.random() < 0.7:
                one["NgayTiepNhanBoSung"] = self._after(asked, 24 * 30)
                if self.dice.random() < 0.3:
                    one |= {"NgayHenTraTruoc": self._moment(), "NgayHenTraMoi": self._moment()}
            if self.dice.random() < 0.4:
                one["HoSoBoSungId"] = str(self.dice.randrange(3))
            found.append(one)
            if self.dice.random() < 0.1:
                found.append(dict(one))  # sent twice
        return found

    def _steps(self, number: str) -> list[Item]:
        at, found = self._moment() or EDGES[0], []
        for _ in range(self.dice.choice((0, 0, 1, 2, 3, 5))):
            status = self.dice.choice(("2", "4", "4", "5", "6", "9", "9", "10", "8", "3", "7"))
            found.append({"MaHoSo": number, "TrangThai": status, "ThoiDiemXuLy": at})
            at = self._after(at, self.dice.choice((1, 24 * 5, 24 * 20)))
        return found + [dict(each) for each in found if self.dice.random() < 0.1]

    def _procedures(self, n: int, top: str) -> list[Item]:
        return [self._procedure(f"{1 if self.shared else n + 1}.{k:06d}", top) for k in range(1, 25)]

    def _procedure(self, code: str, top: str) -> Item:
        authority = self.dice.choice(("province", "department", "district", "commune"))
        office = self.dice.choice([top + each for each, level, _ in TREE if level != "commune"])
        decided = FIRST + timedelta(self.dice.randrange(-30, 200)) if self.dice.random() < 0.9 else None
        effective = decided and decided + timedelta(self.dice.randrange(-10, 30))
        entered = decided and decided + timedelta(self.dice.randrange(0, 15))
        days, hours = self.dice.choice((("", ""), ("", ""), (str(self.dice.randrange(20)), ""), ("", "240")))
        return {
            "procedure": code,
            "province": top,
            "authority": authority,
            "office": office if self.dice.random() < 0.5 else "",
            "fee": self._flag(),
            "payment_integrated": self._flag(),
            "returns_document": self._flag(),
            "online_level": self.dice.choice(("none", "partial", "full")),
            "open_to_citizens": self._flag(),
            "population_connected": self._flag(),
            "content_full": self._flag(),
            "working_days": days,
            "maximum_hours": hours,
            "decided_on": decided or "",
            "effective_on": (effective if self.dice.random() < 0.9 else None) or "",
            "entered_on": (entered if self.dice.random() < 0.8 else None) or "",
        }

    def _petition(self, n: int, units: list[str], messages: list[Item]) -> Item:
        sent = self._moment() or EDGES[0]
        about = self.dice.choice(messages)["MaHoSo"] if self.dice.random() < 0.5 else ""
        later = {
            name: self._after(sent, 24 * days) if self.dice.random() < chance else ""
            for name, days, chance in (
                ("forwarded_at", 10, 0.4), ("refused_at", 6, 0.2), ("supplement_asked_at", 12, 0.3),
                ("resolved_at", 30, 0.6), ("published_at", 34, 0.4),
            )
        }  # fmt: skip
        ended = later["resolved_at"] or later["refused_at"]
        if not ended or later["published_at"] < ended:
            later["published_at"] = ""  # no table of petitions is taken with it
        return {
            "petition": f"P{n}",
            "unit": self.dice.choice(units),
            "dossier": about,
            "about": self.dice.choice(("procedure", "staff", "")),
            "sent_at": sent,
            **later,
            "disliked": self._flag(0.2),
            "repeated": self._flag(0.2),
        }
