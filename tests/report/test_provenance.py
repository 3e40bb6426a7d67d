"""From which figures a document was made, and whether they are still the same."""

import csv
import io
from dataclasses import replace
from datetime import date
from io import BytesIO
from pathlib import Path

import pytest
import xlsxwriter
from docx import Document
from hypothesis import given
from hypothesis import strategies as st
from template_samples import FIGURES, IDENTITY, PROPERTIES, sample, template

from bochiso.errors import StoreError
from bochiso.periods import parse_period
from bochiso.report.docx.properties import identity_of
from bochiso.report.docx.render import render
from bochiso.report.provenance import (
    MAX_PROPERTY_LENGTH,
    Provenance,
    Source,
    from_keywords,
    from_properties,
    from_store,
)
from bochiso.report.verification import SourceVerdict, verify
from bochiso.rules.loader import rules_text
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import add_reading, open_store
from bochiso.store.folder import DataFolder
from bochiso.text import Lang, now

EXAMPLES = Path(__file__).parents[2] / "bochiso" / "examples"
TABLE = (EXAMPLES / "units-H21-2026-10-07.csv").read_text("utf-8")

hashes = st.text("0123456789abcdef", min_size=64, max_size=64)
sources = st.builds(
    Source,
    st.dates(date(2022, 1, 1), date(2099, 12, 31)),
    st.sampled_from(["2026", "2026-Q3", "2026-08", "2026-10-06..2026-10-10"]),
    hashes,
    st.sampled_from(["qd766", "qd766-five-groups", "gia-lai-2026"]),
    hashes,
    st.booleans(),
)
identities = st.builds(Provenance, sources, *[st.none() | sources] * 3)


def keep(folder: DataFolder, table: str, *, rules: str = "qd766", day: str = "2026-10-07") -> None:
    add_reading(
        folder,
        NewReading(
            "points",
            [("bang.csv", table.encode())],
            as_of=date.fromisoformat(day),
            period=parse_period("2026"),
            rules_text=rules_text(rules),
            read_at=now(),
        ),
    )


def provenance(folder: DataFolder) -> Provenance:
    with open_store(folder) as store:
        found = store.snapshots()
        return from_store(store, found[-1], found[-2] if len(found) > 1 else None)


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    found = DataFolder(tmp_path / "data")
    keep(found, TABLE)
    return found


@given(identities)
def test_properties_keep_the_whole_identity(provenance: Provenance) -> None:
    assert from_properties(provenance.properties()) == provenance
    assert all(len(text) <= MAX_PROPERTY_LENGTH for text in provenance.properties().values())


@given(identities)
def test_a_line_of_keywords_keeps_the_beginning_of_each_hash(provenance: Provenance) -> None:
    line = provenance.keywords()
    assert len(line) <= MAX_PROPERTY_LENGTH
    for words in (line, line.replace(" ", ", "), line.replace(" ", ";")):
        found = from_keywords(words)
        assert found is not None
        assert (found.units.as_of, found.units.period) == (provenance.units.as_of, provenance.units.period)
        assert provenance.units.figures.startswith(found.units.figures)
        assert len(found.units.figures) >= 14
        assert found.units.measured == provenance.units.measured


@given(st.text(max_size=80) | st.just("bochiso 0.1.0 units=2026-13-99/2026/aa/bb/no"))
def test_keywords_of_others_are_no_identity(line: str) -> None:
    assert from_keywords(line) is None
    assert from_properties({"bochiso.version": line, "bochiso.units.as_of": 3}) is None


def test_a_document_carries_its_identity_and_its_properties() -> None:
    done = render(template("{{ paper.subject }}"), sample(), PROPERTIES)
    assert identity_of(done) == IDENTITY
    core = Document(BytesIO(done)).core_properties
    assert (core.title, core.subject, core.author) == ("Báo cáo", "Kết quả tuần", "Văn phòng UBND tỉnh")
    assert core.created == PROPERTIES.created
    assert from_keywords(core.keywords) is not None


def test_a_workbook_carries_it_the_same_way() -> None:
    output = BytesIO()
    with xlsxwriter.Workbook(output) as book:
        book.add_worksheet()
        for name, text in IDENTITY.properties().items():
            book.set_custom_property(name, text, "text")
    assert identity_of(output.getvalue()) == IDENTITY


def test_a_document_made_of_a_document_carries_only_the_new_identity() -> None:
    source = template("{{ paper.subject }}")
    once = render(source, sample(), PROPERTIES)
    other = Provenance(replace(FIGURES, figures="d4" * 32))
    again = render(replace(source, data=once), sample(), replace(PROPERTIES, provenance=other))
    assert identity_of(again) == other


@pytest.mark.parametrize(
    "data", [b"", b"PK\x03\x04", b"%PDF-1.7 /Keywords (a b c)", b"%PDF-1.7 /Keywords <FEFF0>", b"x"]
)
def test_other_files_have_no_identity(data: bytes) -> None:
    assert identity_of(data) is None


def test_figures_that_are_kept_as_they_were_are_the_same(folder: DataFolder) -> None:
    (found,) = verify(provenance(folder), folder)
    assert (found.role, found.verdict, found.what) == ("units", SourceVerdict.SAME, ())
    keep(folder, TABLE)
    assert verify(provenance(folder), folder)[0].verdict is SourceVerdict.SAME


def test_figures_that_changed_are_told_with_whose_they_are(folder: DataFolder) -> None:
    before = provenance(folder)
    rows = list(csv.DictReader(io.StringIO(TABLE)))
    changed = [row | {"MDSH": "14.20", "total": "79.19"} for row in rows if row["unit"] == "H21.17"]
    output = io.StringIO()
    writer = csv.DictWriter(output, list(rows[0]))
    writer.writeheader()
    writer.writerows(changed)
    keep(folder, output.getvalue())
    (found,) = verify(before, folder)
    assert found.verdict is SourceVerdict.CHANGED
    assert [text.render(Lang.VI) for text in found.what] == [
        "số liệu của 1 đơn vị đã thay đổi (Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai)"
    ]
    shortened = from_keywords(before.keywords())
    assert shortened is not None
    assert verify(shortened, folder)[0].what == found.what


def test_rules_that_changed_are_told(folder: DataFolder) -> None:
    before = provenance(folder)
    keep(folder, TABLE, rules="qd766-target80")
    (found,) = verify(before, folder)
    assert found.verdict is SourceVerdict.CHANGED
    assert [text.render(Lang.VI) for text in found.what] == ["bộ quy tắc qd766 đã thay bằng qd766-target80"]


def test_figures_of_another_folder_are_changed_without_details(folder: DataFolder, tmp_path: Path) -> None:
    other = DataFolder(tmp_path / "other")
    keep(other, (EXAMPLES / "units-H21-2026-10-02.csv").read_text("utf-8"))
    (found,) = verify(provenance(folder), other)
    assert [text.render(Lang.VI) for text in found.what] == ["số liệu không còn như khi lập văn bản"]


def test_figures_that_are_not_there_are_gone(folder: DataFolder, tmp_path: Path) -> None:
    other = DataFolder(tmp_path / "other")
    keep(other, TABLE, day="2026-10-08")
    assert verify(provenance(folder), other)[0].verdict is SourceVerdict.GONE
    measured = Provenance(replace(provenance(folder).units, measured=True))
    assert verify(measured, folder)[0].verdict is SourceVerdict.GONE


def test_what_is_compared_with_is_verified_too(folder: DataFolder) -> None:
    keep(folder, (EXAMPLES / "units-H21-2026-10-02.csv").read_text("utf-8"), day="2026-10-02")
    roles = [(each.role, each.verdict) for each in verify(provenance(folder), folder)]
    assert roles == [("units", SourceVerdict.SAME), ("against", SourceVerdict.SAME)]


def test_without_a_data_folder_nothing_can_be_told(folder: DataFolder, tmp_path: Path) -> None:
    with pytest.raises(StoreError):
        verify(provenance(folder), DataFolder(tmp_path / "absent"))
