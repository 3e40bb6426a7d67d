"""A deed and its line come about together: neither is there where the other fails."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from command_runner import EXAMPLES, run, tree

from bochiso.errors import StoreError
from bochiso.office.backend import Backend
from bochiso.periods import parse_day, parse_period
from bochiso.rules.loader import rules_text
from bochiso.store.dossiers.file_import import import_records
from bochiso.store.figures.evidence import Evidence, NewReading
from bochiso.store.figures.snapshot_store import Added, add_reading, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import end_of
from bochiso.store.people.audit import By, lines
from bochiso.store.people.ledger import open_ledger
from bochiso.text import now

TABLE = EXAMPLES / "units-H21-2026-10-07.csv"
DOSSIERS = """\
Số hồ sơ,Mã TTHC,Trạng thái,Ngày tiếp nhận,Ngày hẹn trả
H21.10-260901-0001,1.000001,4,01/09/2026,09/09/2026
"""
PROCEDURES = [("thu-tuc.csv", b"procedure,fee\n1.000001,1\n")]


class FullError(Exception):
    """The ledger's disk is full."""


@contextmanager
def failing(*_: object) -> Iterator[None]:
    """A transaction that can't be committed."""
    yield
    raise FullError


def keep(folder: DataFolder, recorded: object = None) -> Added:
    more = {} if recorded is None else {"recorded": recorded}
    return add_reading(
        folder,
        NewReading(
            "points",
            [(TABLE.name, TABLE.read_bytes())],
            as_of=parse_day("2026-10-07"),
            period=parse_period("2026"),
            rules_text=rules_text("qd766"),
            read_at=now(),
        ),
        **more,
    )


def actions(folder: DataFolder) -> list[str]:
    with open_ledger(folder) as ledger, ledger.read() as db:
        return [each.action for each in lines(db)]


def test_a_reading_whose_line_can_not_be_kept_is_taken_back(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with pytest.raises(FullError):
        keep(folder, failing)
    assert not folder.root.exists()
    assert keep(folder).seq == 1
    with open_store(folder) as store:
        before = store.snapshots()
    other = EXAMPLES / "units-H21-2026-10-02.csv"
    with pytest.raises(FullError):
        add_reading(
            folder,
            NewReading(
                "points",
                [(other.name, other.read_bytes())],
                as_of=parse_day("2026-10-02"),
                period=parse_period("2026"),
                rules_text=rules_text("qd766"),
                read_at=now(),
            ),
            recorded=failing,
        )
    assert Evidence(folder.evidence).seqs() == [1]
    with open_store(folder) as store:
        assert store.snapshots() == before


def test_a_deed_that_fails_leaves_no_line(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep(folder)
    with pytest.raises(FullError), Backend(folder).recording(By("#test", now()), "import", "2"):
        raise FullError
    assert actions(folder) == []


def test_a_command_whose_ledger_is_damaged_changes_nothing(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep(folder)
    table = tmp_path / "ho-so.csv"
    table.write_text(DOSSIERS, encoding="utf-8")
    assert run("import", "dossiers", table, "--data", folder.root).code == 0
    folder.ledger.write_bytes(b"this is no database" * 100)
    before, end = tree(folder.evidence), end_of(folder.journal)
    other = EXAMPLES / "units-H21-2026-10-02.csv"
    for words in (
        ("import", "points", other, "--as-of", "2026-10-02"),
        ("report", "week", "--as-of", "2026-10-07", "-o", tmp_path / "out"),
        ("dossiers", "overdue", "--format", "csv"),
    ):
        done = run(*words, "--data", folder.root)
        assert (done.code, done.out) == (2, "")
        assert "sổ cái không dùng được" in done.err
    assert (tree(folder.evidence), end_of(folder.journal)) == (before, end)
    assert not (tmp_path / "out").exists()


def test_what_is_in_the_journal_is_noted_where_it_is(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    keep(folder)
    seen = []

    @contextmanager
    def watching() -> Iterator[None]:
        seen.append(end_of(folder.journal).items)
        yield
        seen.append(end_of(folder.journal).items)

    import_records(folder, "procedures", PROCEDURES, recorded=watching)
    assert seen == [0, 1]


def test_who_changes_something_makes_a_ledger_and_who_reads_makes_none(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    wrong = tmp_path / "sai.csv"
    wrong.write_text("a,b\n1,2\n", "utf-8")
    assert run("import", "points", wrong, "--as-of", "2026-10-07", "--data", folder.root).code == 2
    assert not folder.root.exists()
    keep(folder)
    for words in (
        ("rank",), ("snapshots",), ("explain", "H21.212"), ("check",), ("account", "key", "list"),
        ("account", "user", "list"), ("account", "audit"), ("publish", "-o", tmp_path / "trang"),
    ):  # fmt: skip
        run(*words, "--data", folder.root)
        assert not folder.ledger.exists(), words
    assert run("import", "units", _units(tmp_path), "--data", folder.root).code == 0
    assert actions(folder) == ["import"]


def _units(folder: Path) -> Path:
    path = folder / "don-vi.csv"
    path.write_text("mã,tên,cấp\nH15,Đắk Lắk,tỉnh\n", "utf-8")
    return path


def test_the_same_files_again_are_no_deed(tmp_path: Path) -> None:
    data = tmp_path / "data"
    for _ in range(2):
        assert run("import", "points", TABLE, "--as-of", "2026-10-07", "--data", data).code == 0
    assert actions(DataFolder(data)) == ["import"]


def test_a_ledger_that_is_only_looked_at_takes_nothing(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    with pytest.raises(StoreError), open_ledger(folder, look=True):
        pass
    keep(folder)
    with open_ledger(folder, look=True) as ledger:
        assert ledger.keys() == []
    assert not folder.ledger.exists()
