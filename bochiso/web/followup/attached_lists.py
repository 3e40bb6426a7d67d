"""Lists of work as they are attached to a letter: names beside codes, whose they are and of when."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from bochiso.rules.dossier_times import STATUS_NAMES
from bochiso.store.worklists.petition_worklist import (
    MARKS,
    PETITION_STATES,
    PETITION_STEPS,
    PetitionRow,
    marks_of,
)
from bochiso.text import VIETNAM, Lang, Text, say, show

HEADS = {
    "n": Text("STT", "No."),
    "dossier": Text("Số hồ sơ", "Dossier"),
    "unit_name": Text("Đơn vị", "Unit"),
    "unit": Text("Mã đơn vị", "Unit's code"),
    "branch": Text("Bộ phận, đơn vị trực thuộc", "Branch"),
    "ministry": Text("Hệ thống của bộ", "Ministry's system"),
    "procedure_name": Text("Thủ tục", "Procedure"),
    "procedure": Text("Mã thủ tục", "Procedure's code"),
    "status": Text("Trạng thái", "Status"),
    "received_at": Text("Ngày tiếp nhận", "Received"),
    "due_at": Text("Ngày hẹn trả", "Due"),
    "late": Text("Số ngày quá hạn", "Days late"),
    "left": Text("Số ngày còn lại", "Days left"),
    "reappointments": Text("Số lần hẹn lại", "Times put off"),
    "notify_by": Text("Hạn xin lỗi, hẹn lại", "Apologise by"),
}


@dataclass(frozen=True)
class AttachedList:
    """A list to be given away: `late` or due soon, by either clock, of a unit (None: all)."""

    late: bool
    by_law: bool
    unit: str | None
    at: datetime
    names: Mapping[str, str]
    lang: Lang

    @property
    def name(self) -> str:
        """The file's name without its ending: what, whose, of which day."""
        kind = "qua-han" if self.late else "sap-den-han"
        whose = f"-{self.unit}" if self.unit else ""
        return f"ho-so-{kind}{whose}-{self.at.astimezone(VIETNAM):%Y-%m-%d}"

    def heading(self, count: int) -> tuple[str, str]:
        """What stands above the list."""
        what = say("Danh sách hồ sơ quá hạn", "Overdue dossiers")
        if not self.late:
            what = say("Danh sách hồ sơ sắp đến hạn", "Dossiers due soon")
        clock = say("theo cách tính của Bộ chỉ số", "by the index's clock")
        if self.by_law:
            clock = say("theo Nghị định 118/2025/NĐ-CP", "by Decree 118/2025/NĐ-CP")
        whose = self.names.get(self.unit or "", self.unit or "")
        told = say("{n} hồ sơ, tính đến {at}, {clock}", "{n} {n:dossier|dossiers} as of {at}, {clock}",
                   n=count, at=self.at, clock=clock)  # fmt: skip
        title = what.render(self.lang)
        return f"{title} – {whose}" if whose else title, told.render(self.lang)

    def rows(self, found: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """The rows under the heads of people; a column that no row fills is left out."""
        told = [self._told(n, row) for n, row in enumerate(found, 1)]
        kept = [key for key in HEADS if any(row.get(key) is not None for row in told)]
        return [{HEADS[key].render(self.lang): row.get(key) for key in kept} for row in told]

    def columns(self) -> list[str]:
        """The heads of a list without rows."""
        return [head.render(self.lang) for key, head in HEADS.items() if key not in ("ministry", "branch")]

    def _told(self, n: int, row: Mapping[str, Any]) -> dict[str, Any]:
        days = None if row["days_late"] is None else abs(Decimal(str(row["days_late"])))
        branch = branch_of(row["dossier"], row["unit"])
        status = STATUS_NAMES.get(int(row["status"])) if row["status"] is not None else None
        plain = {key: _day(value) for key, value in row.items() if key in HEADS}
        return plain | {
            "n": n,
            "unit_name": self.names.get(row["unit"] or ""),
            "branch": self.names.get(branch, branch) if branch else None,
            "procedure_name": self.names.get(row["procedure"] or ""),
            "status": status.render(self.lang) if status else show(row["status"], self.lang) or None,
            "late" if self.late else "left": days,
        }


def branch_of(dossier: str, unit: str | None) -> str | None:
    """The unit below, as a dossier's number names it; None where it is the unit itself.

    >>> branch_of("H15.24.01-261005-0001", "H15.24"), branch_of("H15.24-261005-0001", "H15.24")
    ('H15.24.01', None)
    """
    prefix = dossier.partition("-")[0]
    return prefix if unit and prefix.startswith(f"{unit}.") else None


def _day(value: object) -> object:
    return value.date() if isinstance(value, datetime) else value


PETITION_HEADS = {
    "n": HEADS["n"],
    "petition": Text("Số phản ánh, kiến nghị", "Petition"),
    "unit_name": HEADS["unit_name"],
    "unit": HEADS["unit"],
    "dossier": HEADS["dossier"],
    "state": Text("Tình trạng", "State"),
    "step": Text("Việc phải làm", "To do"),
    "due_on": Text("Hạn", "Due"),
    "days_left": Text("Số ngày còn lại (âm là quá hạn)", "Days left (negative: late)"),
    "sent_at": Text("Ngày gửi", "Sent"),
    "resolved_at": Text("Ngày trả lời", "Answered"),
    "published_at": Text("Ngày công khai", "Published"),
    "marks": Text("Lưu ý", "Remarks"),
    "lost": Text("Điểm bị mất", "Points lost"),
    "at_risk": Text("Điểm sẽ mất nếu trễ", "Points lost if late"),
}


def petition_rows(found: list[PetitionRow], names: Mapping[str, str], lang: Lang) -> list[dict[str, Any]]:
    """Petitions under the heads of people, states and steps in words."""
    rows = []
    for n, each in enumerate(found, 1):
        told = {key: _day(getattr(each, key, None)) for key in PETITION_HEADS} | {
            "n": n,
            "unit_name": names.get(each.unit),
            "state": PETITION_STATES[each.state].render(lang),
            "step": PETITION_STEPS[each.own_step].render(lang) if each.own_step else None,
            "marks": "; ".join(MARKS[mark].render(lang) for mark in marks_of(each)) or None,
        }
        rows.append({head.render(lang): told[key] for key, head in PETITION_HEADS.items()})
    return rows


DIFFERENCE_HEADS = {
    "dossier": HEADS["dossier"],
    "kind": Text("Khác nhau thế nào", "How it differs"),
    "unit_name": HEADS["unit_name"],
    "unit": Text("Mã đơn vị theo Cổng", "Unit's code on the portal"),
    "own_unit": Text("Mã đơn vị tại tỉnh", "Unit's code here"),
    "resend": Text("Hệ thống phải gửi lại", "Who sends it again"),
    "procedure": HEADS["procedure"],
    "received": HEADS["received_at"],
    "differs": Text("Nội dung khác", "What differs"),
    "indicators": Text("Chỉ số bị ảnh hưởng", "Indicators"),
    "lost": Text("Điểm bị mất", "Points lost"),
}


def difference_rows(
    rows: list[dict[str, Any]], names: Mapping[str, str], kinds: Mapping[str, Text], lang: Lang
) -> list[dict[str, Any]]:
    """Differences from the portal's list under the heads of people."""
    told = [
        row | {"unit_name": names.get(row["unit"] or ""),
               "kind": kinds[row["kind"]].render(lang) if row["kind"] in kinds else row["kind"]}
        for row in rows
    ]  # fmt: skip
    return [{head.render(lang): row.get(key) for key, head in DIFFERENCE_HEADS.items()} for row in told]
