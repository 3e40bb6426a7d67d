"""What all parts of one document share: its kind, its figures, and how it calls units and periods."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from bochiso.followup.work_value import MissedProcedure
from bochiso.report import phrases
from bochiso.report.context import DocumentKind, WritingOffice
from bochiso.report.office_settings import OfficeSettings
from bochiso.report.report_data import ReportData
from bochiso.rules.verdict import day_of
from bochiso.score.changes import Change
from bochiso.score.explanation import GAP, ROUNDING, Cause
from bochiso.score.figures import TOTAL
from bochiso.score.ranking import Standing
from bochiso.store.figures.snapshot_store import Snapshot
from bochiso.text import Lang
from bochiso.units.model import Level, Unit
from bochiso.units.names import name_in_sentence, short_name


@dataclass(frozen=True)
class LevelWords:
    """How the units of a level are called.

    name: all of them; heading: the part on them; one: one of them in a count of grades; place:
    one of them in a count of changes; column: the heading over their names.
    """

    name: str
    heading: str
    one: str
    place: str
    column: str


LEVELS: dict[Level, LevelWords] = {
    Level.DEPARTMENT: LevelWords(
        "các sở, ban, ngành", "Các sở, ban, ngành", "cơ quan", "cơ quan", "Cơ quan, đơn vị"
    ),
    Level.DISTRICT: LevelWords("UBND cấp huyện", "Cấp huyện", "UBND cấp huyện", "địa phương", "Địa phương"),
    Level.COMMUNE: LevelWords("UBND cấp xã", "Cấp xã", "UBND cấp xã", "địa phương", "Địa phương"),
    Level.SUBUNIT: LevelWords("các đơn vị trực thuộc", "Các đơn vị trực thuộc", "đơn vị", "đơn vị", "Đơn vị"),
}


DISTRICTS_END = date(2025, 7, 1)
"""From this day on communes are right below provinces (Law 72/2025/QH15)."""


@dataclass(frozen=True)
class EditedProposal:
    """A proposal as a person wrote it: of whom it is asked, and its paragraphs."""

    to: str
    texts: tuple[str, ...]


@dataclass(frozen=True)
class IssueDetails:
    """What is settled of one document: None where it is left to the figures, or blank for the pen.

    label: what it is of. number, day: as it is issued. deadline: the day before which causes are explained.
    edited: its proposals in place of those that the figures call for.
    """

    label: str | None = None
    number: str | None = None
    day: date | None = None
    deadline: date | None = None
    edited: tuple[EditedProposal, ...] | None = None


@dataclass(frozen=True)
class DocumentBuilder:
    """One document under way. `now`: the moment that it is written."""

    kind: DocumentKind
    facts: ReportData
    settings: OfficeSettings
    now: datetime
    issue: IssueDetails = field(default_factory=IssueDetails)

    @cached_property
    def places(self) -> dict[str, str]:
        """What stands for the names in braces of the settings."""
        return self.settings.names(self.facts.units.snapshot.as_of, self.communes, self.local)

    @cached_property
    def communes(self) -> str:
        """`UBND các xã, phường, đặc khu`, whichever of them the province has."""
        kinds = ("xã", "phường", "thị trấn", "đặc khu")
        usual = ("xã", "phường") if self._since_districts else ("xã", "phường", "thị trấn")
        return self._offices(Level.COMMUNE, kinds, usual)

    @cached_property
    def districts(self) -> str:
        """`UBND các huyện, thị xã, thành phố`, whichever of them the province has."""
        kinds = ("huyện", "quận", "thị xã", "thành phố")
        return self._offices(Level.DISTRICT, kinds, ("huyện", "thị xã", "thành phố"))

    @cached_property
    def local(self) -> str:
        """The offices right below the province's: those of districts where there still were any."""
        return self.communes if self._since_districts else self.districts

    @property
    def _since_districts(self) -> bool:
        return self.facts.units.snapshot.as_of >= DISTRICTS_END

    def _offices(self, level: Level, kinds: Sequence[str], usual: Sequence[str]) -> str:
        names = [short_name(u.name) for u in self.facts.every_unit if u.level is level]
        found = [kind for kind in kinds if any(name.startswith(f"UBND {kind} ") for name in names)]
        return f"UBND các {', '.join(found or usual)}"

    def fill(self, text: str) -> str:
        """A text of the settings, the names in braces replaced."""
        return text.format_map(self.places)

    @cached_property
    def office(self) -> WritingOffice:
        """How offices are called in sentences."""
        return WritingOffice(
            name=self.fill(self.settings.name),
            committee=self.places["committee"],
            chair=f"Chủ tịch {self.places['committee']}",
            province=self.places["province"],
            kind=self.places["kind"],
            communes=self.communes,
            local=self.local,
            digital=self.fill(self.settings.digital),
        )

    @cached_property
    def source(self) -> str:
        """Where the units' figures come from: what was published, or dossiers measured here."""
        measured = self.facts.provenance.units.measured
        return self.fill(self.settings.own_source if measured else self.settings.source)

    @cached_property
    def _names(self) -> dict[str, str]:
        return phrases.short_names(self.facts.every_unit)

    def unit(self, unit: Unit) -> str:
        """A unit's name, as it is printed everywhere in the document."""
        if unit.name == unit.code:  # neither figures nor lists name it
            return f"đơn vị chưa rõ tên, mã {unit.code}"
        return self._names.get(unit.code) or name_in_sentence(short_name(unit.name))

    @cached_property
    def label(self) -> str:
        """What the document is of."""
        snapshot = self.facts.units.snapshot
        return phrases.title(self.issue.label or snapshot.label, snapshot.period)

    @property
    def under_way(self) -> bool:
        """Whether a document that is named by its period alone is of one that isn't over."""
        snapshot = self.facts.units.snapshot
        return not (self.issue.label or snapshot.label) and snapshot.as_of < snapshot.period.last

    @cached_property
    def titled(self) -> str:
        """What the document is of, with the day where its name alone would say too much."""
        day = phrases.day(self.facts.units.snapshot.as_of)
        if not self.under_way:
            return self.label
        until = f"tính đến ngày {day}"
        return f"{self.label[:-1]}, {until})" if self.label.endswith(")") else f"{self.label} ({until})"

    @cached_property
    def issued_on(self) -> date:
        """The day that deadlines are counted from: that of the issue, else that of the writing."""
        return self.issue.day or day_of(self.now)

    @cached_property
    def deadline(self) -> str:
        """`trước ngày 05/12/2026`: when causes are to be explained."""
        due = self.issue.deadline or self.facts.calendar.add_working_days(
            self.issued_on, self.settings.explain_within
        )
        return f"trước ngày {phrases.day(due)}"

    @cached_property
    def send_to(self) -> str:
        """Where explanations go to."""
        return self.fill(self.settings.send_to)

    @cached_property
    def before(self) -> str:
        """What the units' figures are compared with; nothing where there is none."""
        return (
            self.compared(self.facts.before.snapshot, self.facts.units.snapshot) if self.facts.before else ""
        )

    def compared(self, before: Snapshot, after: Snapshot) -> str:
        """How `before` is called in a document of `after`."""
        label = self.issue.label if after == self.facts.units.snapshot else None
        return phrases.before(before.label, before.period, before.as_of, (label or after.label, after.period))

    def cause(self, cause: Cause, change: Change | None = None) -> tuple[str, str, str]:
        """`nhóm Số hóa hồ sơ`, `tăng 0,27 điểm`, nothing; nothing at all where the total says as much.

        With `change` an indicator has its counts behind it: `kỳ trước 58/60, kỳ này 45/60`.
        """
        rules = self.facts.rules
        if cause.code in (ROUNDING, GAP, TOTAL) or not cause.change:
            return "", "", ""
        name = rules.label(cause.code).render(Lang.VI)
        found = rules.indicator.get(cause.code)
        if found is None:
            return f"nhóm {name}", phrases.moved(cause.change), ""
        counted = _counted(change, cause.code) if change else ""
        return f"chỉ số {found.number} {name}", phrases.moved(cause.change), counted

    def missed(self, change: Change, code: str, most: int) -> str:
        """`Đăng ký khai sinh (12/30 hồ sơ)`: the procedures of the dossiers that an indicator missed.

        Nothing where they don't add up to what it missed: of dossiers that came since it would be told then.
        """
        score = change.after.score if change.after else None
        own = next((s for s in score.indicators if s.rule.code == code), None) if score else None
        if score is None or own is None:
            return ""
        found = self.facts.missed.get((score.unit.code, code), ())
        numerator, denominator = own.count.numerator, own.count.denominator
        total = sum(each.items for each in found)
        if numerator is None or not denominator or total != denominator - numerator:
            return ""
        named = found[:most]
        while named and len(named) < len(found) and named[-1].items == found[len(named)].items:
            named = named[:-1]  # others have as many: none of them is "most"
        return "; ".join(f"{_procedure(each)} ({phrases.share(each.items, total)} hồ sơ)" for each in named)


def _procedure(each: MissedProcedure) -> str:
    return phrases.capital((each.name or each.procedure).removeprefix("Thủ tục "))


def _counted(change: Change, code: str) -> str:
    """`kỳ trước 58/60, kỳ này 45/60`, where both are known as counts."""
    was, now = _count(change.before, code), _count(change.after, code)
    return f"kỳ trước {was}, kỳ này {now}" if was and now and was != now else ""


def _count(standing: Standing | None, code: str) -> str:
    found = next((s for s in standing.score.indicators if s.rule.code == code), None) if standing else None
    if found is None or found.rule.kind == "mean" or found.count.numerator is None:
        return ""
    return phrases.counted(found.count.numerator, found.count.denominator)
