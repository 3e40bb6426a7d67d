"""What all parts of one document share: its kind, its figures, and how it calls units and periods."""

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from bochiso.report import phrases
from bochiso.report.context import DocumentKind, WritingOffice
from bochiso.report.office_settings import OfficeSettings
from bochiso.report.report_data import ReportData
from bochiso.score.explanation import GAP, ROUNDING, Cause
from bochiso.score.figures import TOTAL
from bochiso.store.figures.snapshot_store import Snapshot
from bochiso.text import Lang
from bochiso.units.model import Level, Unit
from bochiso.units.names import short_name


@dataclass(frozen=True)
class LevelWords:
    """How the units of a level are called.

    name: all of them; heading: the part on them; one: one of them in a count of grades; place:
    one of them in a count of changes.
    """

    name: str
    heading: str
    one: str
    place: str


LEVELS: dict[Level, LevelWords] = {
    Level.DEPARTMENT: LevelWords("các sở, ban, ngành", "Các sở, ban, ngành", "cơ quan", "cơ quan"),
    Level.DISTRICT: LevelWords("UBND cấp huyện", "Cấp huyện", "UBND cấp huyện", "địa phương"),
    Level.COMMUNE: LevelWords("UBND cấp xã", "Cấp xã", "UBND cấp xã", "địa phương"),
    Level.SUBUNIT: LevelWords("các đơn vị trực thuộc", "Các đơn vị trực thuộc", "đơn vị", "đơn vị"),
}


@dataclass(frozen=True)
class DocumentBuilder:
    """One document under way. `now`: the moment that it is written."""

    kind: DocumentKind
    facts: ReportData
    settings: OfficeSettings
    now: datetime

    @cached_property
    def places(self) -> dict[str, str]:
        """What stands for the names in braces of the settings."""
        return self.settings.names(self.facts.units.snapshot.as_of, self.communes)

    @cached_property
    def communes(self) -> str:
        """`UBND các xã, phường, đặc khu`, whichever of them the province has."""
        names = [short_name(u.name) for u in self.facts.every_unit if u.level is Level.COMMUNE]
        kinds = ("xã", "phường", "đặc khu")
        found = [kind for kind in kinds if any(name.startswith(f"UBND {kind} ") for name in names)]
        return f"UBND các {', '.join(found or kinds[:2])}"

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
        return self._names.get(unit.code) or short_name(unit.name)

    @cached_property
    def label(self) -> str:
        """What the document is of."""
        snapshot = self.facts.units.snapshot
        return phrases.title(snapshot.label, snapshot.period)

    @cached_property
    def before(self) -> str:
        """What the units' figures are compared with; nothing where there is none."""
        return (
            self.compared(self.facts.before.snapshot, self.facts.units.snapshot) if self.facts.before else ""
        )

    def compared(self, before: Snapshot, after: Snapshot) -> str:
        """How `before` is called in a document of `after`."""
        return phrases.before(before.label, before.period, before.as_of, (after.label, after.period))

    def cause(self, cause: Cause) -> str:
        """`nhóm Số hóa hồ sơ tăng 0,27 điểm`; nothing where it says no more than the total does."""
        rules = self.facts.rules
        if cause.code in (ROUNDING, GAP, TOTAL) or not cause.change:
            return ""
        name = rules.label(cause.code).render(Lang.VI)
        found = rules.indicator.get(cause.code)
        subject = f"chỉ số {found.number} {name}" if found else f"nhóm {name}"
        return f"{subject} {phrases.moved(cause.change)}"
