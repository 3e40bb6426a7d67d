"""Who a name was said to be is remembered with who said it, and holds for what comes later."""

from datetime import UTC, datetime
from pathlib import Path

import pytest
from reading_samples import keep

from bochiso.errors import ComputeError
from bochiso.intake.figures.filled_codes import filled_codes
from bochiso.report.xlsx.unit_list import unit_workbook
from bochiso.store.decisions.name_choices import (
    forget_name,
    match_name,
    name_choices,
    question_of,
    restore_choices,
)
from bochiso.store.decisions.publications import check_frozen, propose
from bochiso.store.figures.name_questions import name_questions, units_of
from bochiso.store.figures.snapshot_store import open_store, rebuild
from bochiso.store.folder import DataFolder
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger

BY = By("lan", datetime(2026, 10, 8, 1, tzinfo=UTC))
TABLE = "Đơn vị;Tổng điểm\nUBND xã Hòa Phú;71\nUBND xã Ea Súp;60\nUBND xã Tân Lập;{}\n"


@pytest.fixture
def folder(tmp_path: Path) -> DataFolder:
    folder = DataFolder(tmp_path / "data")
    keep(folder, TABLE.format(50), day="2026-10-02")
    return folder


def codes(folder: DataFolder) -> list[list[str]]:
    with open_store(folder) as store:
        return [sorted(unit.code for unit in store.units(each)) for each in store.snapshots()]


def give(folder: DataFolder, name: str, code: str | None) -> None:
    with open_ledger(folder) as ledger:
        match_name(ledger, folder, question_of(folder, name, None, None), code, BY)


def test_a_name_is_asked_once_and_its_answer_holds_before_and_after(folder: DataFolder) -> None:
    give(folder, "xã Tân Lập", "H15.102")
    keep(folder, TABLE.format(51).replace("Tân Lập", "Tân  LẬP (*)"), day="2026-10-07", hour=1)

    assert name_questions(folder) == []
    assert all("H15.102" in each for each in codes(folder))


def test_the_choice_is_in_the_ledger_and_in_its_log(folder: DataFolder) -> None:
    give(folder, "xã Tân Lập", "H15.102")

    with open_ledger(folder) as ledger:
        (kept,) = name_choices(ledger)
        with ledger.read() as db:
            line = audit.lines(db)[-1]
    assert (kept.choice.code, kept.who, kept.at) == ("H15.102", "lan", BY.at)
    assert (line.action, line.who, line.details["unit"]) == ("unit-name.match", "lan", "H15.102")


def test_a_unit_by_itself_is_not_asked_again(folder: DataFolder) -> None:
    give(folder, "xã Tân Lập", None)

    assert name_questions(folder) == []
    assert "UBND xã Tân Lập" in codes(folder)[0]


def test_what_was_said_can_be_taken_back(folder: DataFolder) -> None:
    give(folder, "xã Tân Lập", "H15.102")
    with open_ledger(folder) as ledger:
        forget_name(ledger, folder, "Xã Tân Lập", BY)
        with pytest.raises(ComputeError, match="was given to nothing"):
            forget_name(ledger, folder, "Xã Tân Lập", BY)

    assert [each.name for each in name_questions(folder)] == ["UBND xã Tân Lập"]


@pytest.mark.parametrize("code", ["H21.100", "H15.17", "H15.999"])
def test_a_unit_of_another_province_or_level_or_none_is_refused(folder: DataFolder, code: str) -> None:
    with pytest.raises(ComputeError, match="is no known unit"):
        give(folder, "xã Tân Lập", code)


def test_choices_outlive_the_file_beside_the_facts_and_a_rebuild(folder: DataFolder) -> None:
    give(folder, "xã Tân Lập", "H15.102")
    before = codes(folder)
    folder.choices.unlink()
    restore_choices(folder)
    rebuild(folder)

    assert codes(folder) == before


def test_the_workbook_of_names_is_filled_in_and_read_back(folder: DataFolder) -> None:
    data = unit_workbook(units_of(folder, "H15"), name_questions(folder))
    assert list(filled_codes("don-vi.xlsx", data)) == []
    asked = name_questions(folder)
    filled = f"Mã đơn vị;Tên đơn vị;Cấp;Mã tỉnh\nH15.102;{asked[0].name};Xã, phường, đặc khu;H15\n".encode()

    ((row, name, level, province, code),) = filled_codes("don-vi.csv", filled)

    assert (row, name, level, province, code) == (2, asked[0].name, asked[0].level, "H15", "H15.102")


def test_a_publication_stands_when_its_names_get_codes(folder: DataFolder) -> None:
    with open_ledger(folder) as ledger:
        with open_store(folder) as store:
            published = propose(ledger, store, store.snapshots()[0], BY)
        give(folder, "xã Tân Lập", "H15.102")
        with open_store(folder) as store:
            check_frozen(store, published)

    assert "H15.102" in codes(folder)[0]
