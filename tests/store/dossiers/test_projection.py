"""One row a dossier out of all that was said of it, whatever the order in which it came."""

import itertools
import time
from datetime import datetime
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from copied_tables import open_dossiers as open_anew
from dossier_sending import Item, message, rows, settle, settled
from hypothesis import given, settings
from hypothesis import strategies as st
from thoroughness import tries
from waiting import PATIENCE, until

from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_units
from bochiso.store.dossiers.code_mapping import Mapped
from bochiso.store.dossiers.ingest import DossierIngest, open_dossiers, rebuild_dossiers
from bochiso.store.dossiers.projection import DossierFacts, dossiers_path, seen_by
from bochiso.store.dossiers.unit_lookup import unit_of
from bochiso.store.figures.engine import Engine
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import Batches, Position

NUMBER = "H15.50.05.13-261008-0975"


def dossier(**changes: Any) -> Item:
    return {
        "MaHoSo": NUMBER, "NgayTiepNhan": "20261008083000", "NgayHenTra": "20261015170000",
        "TrangThaiHoSo": "4",
    } | changes  # fmt: skip


def step(status: int, day: int, number: str = NUMBER) -> Item:
    return {"MaHoSo": number, "ThoiDiemXuLy": f"202610{day:02d}100000", "TrangThai": str(status)}


def at(day: int, hour: int = 3) -> datetime:
    return datetime.fromisoformat(f"2026-10-{day:02d}T{hour:02d}:00")


def test_an_update_wins_over_a_first_report_whichever_comes_first(tmp_path: Path) -> None:
    insert = message([dossier()])
    update = message([dossier(NgayHenTra="20261020170000")], updating=True)
    one = settled(tmp_path / "a", insert, update)
    other = settled(tmp_path / "b", update, insert)
    assert one["due_at"] == other["due_at"] == at(20, 10)


def test_among_updates_the_later_received_wins_even_in_one_message(tmp_path: Path) -> None:
    late, early = dossier(NgayHenTra="20261020170000"), dossier(NgayHenTra="20261019170000")
    assert settled(tmp_path / "a", message([early, late], updating=True))["due_at"] == at(20, 10)
    updates = [message([late], updating=True), message([early], updating=True)]
    assert settled(tmp_path / "b", *updates)["due_at"] == at(19, 10)


def test_sending_again_changes_nothing(tmp_path: Path) -> None:
    messages = [
        message([dossier()]),
        message([step(9, 12)]),
        message([dossier(KenhThucHien="2")], updating=True),
    ]
    once = settled(tmp_path / "a", *messages)
    twice = settled(tmp_path / "b", *messages, *messages)
    assert {k: v for k, v in once.items() if k != "version"} == {
        k: v for k, v in twice.items() if k != "version"
    }


def test_a_closing_moment_is_the_messages_own_else_the_steps(tmp_path: Path) -> None:
    steps = message([step(9, 12), step(10, 13)])
    from_steps = settled(tmp_path / "a", message([dossier()]), steps)
    assert (from_steps["status"], from_steps["done_at"], from_steps["returned_at"]) == (10, at(12), at(13))
    own = dossier(TrangThaiHoSo="9", NgayKetThucXuLy="20261011100000")
    both = settled(tmp_path / "b", message([own]), steps)
    assert (both["status"], both["done_at"], both["returned_at"]) == (10, at(11), at(13))


@pytest.mark.parametrize(
    ("status", "column"),
    [(3, "refused_at"), (7, "withdrawn_at"), (8, "stopped_at"), (9, "done_at"), (10, "done_at")],
)
def test_the_end_of_processing_is_that_of_the_status_that_ended_it(
    tmp_path: Path, status: int, column: str
) -> None:
    row = settled(tmp_path, message([dossier(TrangThaiHoSo=str(status), NgayKetThucXuLy="20261011100000")]))
    closings = ("done_at", "returned_at", "stopped_at", "refused_at", "withdrawn_at")
    assert {name: row[name] for name in closings if row[name]} == {column: at(11)}


def test_the_status_is_the_latest_and_at_one_moment_the_higher(tmp_path: Path) -> None:
    done = dossier(TrangThaiHoSo="9", NgayKetThucXuLy="20261012100000")
    for n, (item, steps, status) in enumerate(
        [
            (done, [step(4, 11)], 9),  # the message speaks of a later moment
            (done, [step(5, 13)], 5),  # a step came after it
            (done, [step(10, 12)], 10),  # both at one moment
            (dossier(TrangThaiHoSo="7"), [step(4, 12)], 7),  # no moment of its own: as late as any step
            (dossier(TrangThaiHoSo="4"), [step(9, 12)], 9),
            (dossier(TrangThaiHoSo=None), [step(4, 12)], 4),
            (dossier(TrangThaiHoSo="6"), [], 6),
        ]
    ):
        batches = [message([item]), *([message(steps)] if steps else [])]
        assert settled(tmp_path / str(n), *batches)["status"] == status


def test_a_step_waits_for_its_dossier(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    settle(folder, [message([step(9, 12)])])
    assert rows(folder) == []
    settle(folder, [message([dossier()])])
    (row,) = rows(folder)
    assert (row["status"], row["done_at"]) == (9, at(12))


def test_supplements_are_kept_as_intervals(tmp_path: Path) -> None:
    requests = [
        {"NgayBoSung": "20261009100000", "NgayTiepNhanBoSung": "20261011100000"},
        {"NgayBoSung": "20261010100000", "NgayTiepNhanBoSung": "20261012100000"},
        {"NgayBoSung": "20261014100000"},
        {"NgayBoSung": "20261013100000"},
    ]
    row = settled(tmp_path, message([dossier(TrangThaiHoSo="5", DanhSachHoSoBoSung=requests)]))
    assert intervals(row) == [(at(9), at(11)), (at(10), at(12)), (at(13), None), (at(14), None)]


def intervals(row: dict[str, Any]) -> list[tuple[datetime, datetime | None]]:
    """The requests for supplements of a dossier."""
    return [(each["asked_at"], each["answered_at"]) for each in row["requests"] or ()]


def test_a_request_that_was_sent_twice_is_one(tmp_path: Path) -> None:
    twice = dossier(DanhSachHoSoBoSung=requests((9, None, None, None), (9, None, None, None)))
    assert intervals(settled(tmp_path / "a", message([twice]))) == [(at(9), None)]
    answered = dossier(DanhSachHoSoBoSung=requests((9, None, None, None), (9, 12, None, None)))
    assert intervals(settled(tmp_path / "b", message([answered]))) == [(at(9), at(12))]
    named = [{**each, "HoSoBoSungId": "7"} for each in requests((9, None, None, None), (10, 12, None, None))]
    told = message([dossier(DanhSachHoSoBoSung=named)])
    assert intervals(settled(tmp_path / "c", told)) == [(at(9), at(12))]


def test_where_a_message_has_no_request_a_step_5_is_one_until_work_goes_on(tmp_path: Path) -> None:
    steps = message([step(4, 9), step(5, 10), step(5, 11), step(4, 13), step(5, 14)])
    asked = [(at(10), at(13)), (at(14), None)]
    assert intervals(settled(tmp_path / "a", message([dossier()]), steps)) == asked
    assert intervals(settled(tmp_path / "b", steps, message([dossier()]))) == asked
    told = dossier(DanhSachHoSoBoSung=requests((9, None, None, None)))
    assert intervals(settled(tmp_path / "c", message([told]), steps)) == [(at(9), None)]


def test_a_step_after_the_one_that_closed_it_reopens_a_dossier(tmp_path: Path) -> None:
    reopened = settled(tmp_path / "a", message([step(9, 10), step(4, 11)]), message([dossier()]))
    assert (reopened["status"], reopened["done_at"], reopened["reopened_at"]) == (4, None, at(11))
    assert [(each["done_at"], each["reopened_at"]) for each in reopened["earlier"]] == [(at(10), at(11))]
    done = dossier(TrangThaiHoSo="9", NgayKetThucXuLy="20261010100000")
    steps = [step(9, 10), step(4, 11), step(9, 15), step(9, 14), step(10, 16)]
    again = settled(tmp_path / "b", message([done]), message(steps))
    assert (again["done_at"], again["returned_at"], again["reopened_at"]) == (at(14), at(16), at(11))
    never = settled(tmp_path / "c", message([done]), message([step(4, 10), step(4, 9)]))
    assert (never["done_at"], never["reopened_at"], never["earlier"]) == (at(10), None, None)


def test_the_latest_step_or_request_is_the_latest_moment_known_of_it(tmp_path: Path) -> None:
    told = dossier(TrangThaiHoSo="10", DanhSachHoSoBoSung=requests((9, 12, None, None)))
    assert settled(tmp_path / "a", message([told]))["last_known_at"] == at(12)
    assert settled(tmp_path / "b", message([told]), message([step(4, 14)]))["last_known_at"] == at(14)
    assert settled(tmp_path / "c", message([dossier()]))["last_known_at"] is None


def requests(*given: tuple[int, int | None, int | None, int | None]) -> list[Item]:
    """Supplements by days: asked, answered, due before, due after."""
    names = ("NgayBoSung", "NgayTiepNhanBoSung", "NgayHenTraTruoc", "NgayHenTraMoi")
    return [
        {name: f"202610{day:02d}100000" for name, day in zip(names, each, strict=True) if day}
        for each in given
    ]


def due(day: int, **more: Any) -> Item:
    return dossier(NgayHenTra=f"202610{day:02d}100000", **more)


def course(row: dict[str, Any]) -> tuple[datetime | None, ...]:
    """Appointed where it is not the due date, the first new date, how many there were."""
    return row["appointed_at"], row["reappointed_at"], row["reappointments"]


def completed(row: dict[str, Any]) -> datetime | None:
    """The latest supplement."""
    return max((answered for _, answered in intervals(row) if answered is not None), default=None)


def updates(*items: Item) -> list[Batches]:
    return [message([item], updating=True) for item in items]


def test_a_due_date_that_was_put_off_keeps_the_first_one_and_the_first_new_one(tmp_path: Path) -> None:
    assert course(settled(tmp_path / "a", *updates(due(15)))) == (None, None, 0)
    assert course(settled(tmp_path / "b", *updates(due(15), due(20)))) == (at(15), at(20), 1)
    assert course(settled(tmp_path / "c", *updates(due(15), due(20), due(25)))) == (at(15), at(20), 2)
    again = settled(tmp_path / "d", *updates(due(15), due(20), due(20), due(20)))
    assert course(again) == (at(15), at(20), 1)


def test_a_date_put_off_hundreds_of_times_is_counted_and_keeps_no_other_dossier_waiting(
    tmp_path: Path,
) -> None:
    moved = [dossier(NgayHenTra=f"2026{n // 28 + 2:02d}{n % 28 + 1:02d}100000",
                     NgayTiepNhan="20260105080000") for n in range(280)]  # fmt: skip
    other = NUMBER.replace("0975", "0976")
    folder, other = DataFolder(tmp_path / "data"), NUMBER.replace("0975", "0976")
    settle(folder, [message(moved, updating=True), message([dossier(MaHoSo=other)])])
    assert {row["dossier"]: row["reappointments"] for row in rows(folder)} == {NUMBER: 279, other: 0}


def test_a_due_date_that_was_taken_back_is_no_new_date(tmp_path: Path) -> None:
    assert course(settled(tmp_path / "a", *updates(due(25), due(15)))) == (at(15), None, 0)
    back = settled(tmp_path / "b", *updates(due(15), due(28), due(20)))
    assert (*course(back), back["due_at"]) == (at(15), at(20), 1, at(20))


def test_the_date_that_a_supplement_leaves_is_an_appointment_not_a_new_date(tmp_path: Path) -> None:
    moved = due(20, DanhSachHoSoBoSung=requests((9, 12, 15, 20)))
    row = settled(tmp_path / "a", *updates(due(15), moved))
    assert (*course(row), completed(row)) == (at(20), None, 0, at(12))
    alone = settled(tmp_path / "b", message([due(24, DanhSachHoSoBoSung=requests((9, 12, 15, 20)))]))
    assert course(alone) == (at(20), at(24), 1)
    twice = due(28, DanhSachHoSoBoSung=requests((9, 10, 15, 18), (12, 14, 18, 25)))
    row = settled(tmp_path / "c", message([twice]))
    assert (*course(row), completed(row)) == (at(25), at(28), 1, at(14))
    open_one = due(20, DanhSachHoSoBoSung=requests((16, None, 15, None)))
    assert course(settled(tmp_path / "d", message([open_one]))) == (at(15), at(20), 1)


@settings(max_examples=tries(6, 2), deadline=None)
@given(st.lists(st.sampled_from([None, 15, 18, 20, 25]), min_size=1, max_size=5), st.booleans())
def test_due_dates_settle_the_same_one_by_one_at_once_and_again(days: list[int | None], named: bool) -> None:
    def told(day: int | None) -> Item:
        item = dossier(NgayHenTra=None) if day is None else due(day)
        return item | ({"DanhSachHoSoBoSung": requests((9, None, 15, None))} if named and day == 20 else {})

    names = ("due_at", "appointed_at", "reappointed_at", "reappointments")
    with TemporaryDirectory() as folder:
        root = Path(folder)
        one_by_one = DataFolder(root / "a")
        with DossierIngest(one_by_one) as ingest:
            for item in days:
                ingest.wait(ingest.submit(message([told(item)], updating=True)).result())
        (row,) = rows(one_by_one)
        at_once = settled(root / "b", message([told(item) for item in days], updating=True))
        assert [row[name] for name in names] == [at_once[name] for name in names]
        rebuild_dossiers(one_by_one)
        assert rows(one_by_one) == [row]


_REQUEST = st.tuples(st.integers(1, 15), st.none() | st.integers(0, 9))


@settings(max_examples=tries(6, 3))
@given(st.lists(st.lists(_REQUEST, max_size=6), min_size=1, max_size=40))
def test_requests_are_kept_once_each_and_in_order(
    dossiers: list[list[tuple[int, int | None]]],
) -> None:
    items = [
        dossier(
            MaHoSo=f"{NUMBER}-{n}",
            DanhSachHoSoBoSung=requests(
                *((asked, None if took is None else asked + took, None, None) for asked, took in pairs)
            ),
        )
        for n, pairs in enumerate(dossiers)
    ]
    with TemporaryDirectory() as path:
        folder = DataFolder(Path(path))
        settle(folder, [message(items)])
        found = {row["dossier"]: row for row in rows(folder)}
    for n, pairs in enumerate(dossiers):
        row = found[f"{NUMBER}-{n}"]
        once: dict[int, int | None] = {}
        for asked, took in pairs:
            ends = [end for end in (once.get(asked), took) if end is not None]
            once[asked] = min(ends, default=None)
        told = [
            (at(asked), None if took is None else at(asked + took)) for asked, took in sorted(once.items())
        ]
        assert intervals(row) == told


def test_a_dossier_belongs_to_the_longest_known_unit_in_front_of_its_number(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    other = "H16.02-261008-0001"
    settle(folder, [message([dossier(), dossier(MaHoSo=other)], sender=None)])
    assert [row["unit"] for row in rows(folder)] == [None, None]
    settle(folder, [message([dossier(MaHoSo="H15.50-261008-0001")], sender="H15")])
    assert {row["dossier"]: row["unit"] for row in rows(folder)}["H15.50-261008-0001"] == "H15"
    units = read_units("đơn vị.csv", "mã,tên,cấp\nH15,Đắk Lắk,tỉnh\nH15.50,Xã Ea Drăng,xã\n".encode())
    settle(folder, [[("units", units.batch)]])
    found = {row["dossier"]: row["unit"] for row in rows(folder)}
    assert found == {NUMBER: "H15.50", "H15.50-261008-0001": "H15.50", other: None}


def units(*lines: str) -> Batches:
    """A list of units as the journal keeps it."""
    return [("units", read_units("đơn vị.csv", "\n".join(["mã,tên,cấp", *lines]).encode()).batch)]


def test_a_renamed_unit_keeps_its_dossiers_and_a_split_one_gives_some_away(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    settle(folder, [units("H15,Đắk Lắk,tỉnh", "H15.50,Xã Ea Drăng,xã"), message([dossier()])])
    settle(folder, [units("H15.50,Phường Buôn Hồ,phường")])
    assert [row["unit"] for row in rows(folder)] == ["H15.50"]
    assert {row["unit"]: row["name"] for row in rows(folder, "unit_list")}["H15.50"] == "Phường Buôn Hồ"
    settle(folder, [units("H15.50.05,Xã Ea Hiao,xã")])
    assert [row["unit"] for row in rows(folder)] == ["H15.50.05"]


def test_a_changed_due_date_is_the_latest_updates_in_either_direction(tmp_path: Path) -> None:
    first = message([dossier()])
    later, earlier = (message([dossier(NgayHenTra=f"202610{day}170000")], updating=True) for day in (20, 12))
    assert settled(tmp_path / "a", first, later, earlier)["due_at"] == at(12, 10)
    assert settled(tmp_path / "b", later, first, earlier)["due_at"] == at(12, 10)
    assert settled(tmp_path / "c", earlier, later, first)["due_at"] == at(20, 10)


def test_old_long_codes_are_units_too() -> None:
    assert unit_of("H15.50.05", {"H15.50", "H15"}) == "H15.50"
    assert unit_of("H15.501", {"H15.50"}) is None


_NUMBERS = [f"H15.{n}-261008-000{n}" for n in range(1, 4)]


@st.composite
def _messages(draw: st.DrawFn) -> list[Batches]:
    """Messages about three dossiers: first reports and updates, steps, codes given to others and back."""
    found = []
    for _ in range(draw(st.integers(1, 6))):
        kind = draw(st.sampled_from(["steps", "dossiers", "given"]))
        if kind == "given":
            code, targets = draw(st.sampled_from([("9.1-X", ("1.1", "1.2")), ("H15.2", ("H15.1", "H15.3"))]))
            given = Mapped(
                "unit" if code[0] == "H" else "procedure", code, draw(st.sampled_from([*targets, None]))
            )
            found.append(given.batches)
        elif kind == "steps":
            items = [
                step(draw(st.integers(1, 10)), draw(st.integers(9, 20)), draw(st.sampled_from(_NUMBERS)))
                for _ in range(draw(st.integers(1, 3)))
            ]
            found.append(message(items))
        else:
            items = [
                dossier(
                    MaHoSo=draw(st.sampled_from(_NUMBERS)),
                    MaTTHC=draw(st.sampled_from(["1.1", "9.1-X"])),
                    TrangThaiHoSo=str(draw(st.integers(1, 10))),
                    NgayKetThucXuLy=draw(st.sampled_from(["", "20261012100000", "20261015100000"])),
                    NgayHenTra=f"202610{draw(st.integers(10, 28))}170000",
                )
                for _ in range(draw(st.integers(1, 3)))
            ]
            found.append(message(items, updating=draw(st.booleans())))
    return found


def _outcome(path: Path, *turns: list[Batches]) -> list[dict[str, Any]]:
    folder = DataFolder(path)
    for turn in turns:
        settle(folder, turn)
    return [{k: v for k, v in row.items() if k != "version"} for row in rows(folder)]


@settings(max_examples=tries(8, 2), deadline=None)
@given(_messages(), st.data())
def test_settling_bit_by_bit_and_all_at_once_and_again_from_the_journal_agree(
    messages: list[Batches], data: st.DataObject
) -> None:
    cut = data.draw(st.integers(0, len(messages)))
    with TemporaryDirectory() as path:
        turns = [turn for turn in (messages[:cut], messages[cut:]) if turn]
        bit_by_bit = _outcome(Path(path) / "a", *turns)
        assert _outcome(Path(path) / "b", messages) == bit_by_bit
        again = DataFolder(Path(path) / "a")
        rebuild_dossiers(again)
        assert [{k: v for k, v in row.items() if k != "version"} for row in rows(again)] == bit_by_bit


_ORDERED = [
    message([dossier(MaHoSo=_NUMBERS[0], MaTTHC="9.1-X")]),
    message([dossier(MaHoSo=_NUMBERS[0], MaTTHC="9.1-X", NgayHenTra="20261020170000")], updating=True),
    message([step(9, 12, _NUMBERS[0]), step(4, 9, _NUMBERS[1])]),
    message([step(10, 13, _NUMBERS[0])]),
    message([dossier(MaHoSo=_NUMBERS[1], TrangThaiHoSo="2")]),
    units("H15,Đắk Lắk,tỉnh", "H15.1,Xã Ea Drăng,xã"),
    Mapped("procedure", "9.1-X", "1.1").batches,
    Mapped("unit", "H15.2", "H15.1").batches,
]


@pytest.fixture(scope="module")
def ordered(tmp_path_factory: pytest.TempPathFactory) -> list[dict[str, Any]]:
    return _outcome(tmp_path_factory.mktemp("ordered"), _ORDERED)


@settings(max_examples=tries(12, 5), deadline=None)
@given(order=st.permutations(range(len(_ORDERED))))
def test_the_order_is_of_no_account_where_nothing_says_otherwise(
    ordered: list[dict[str, Any]], order: list[int]
) -> None:
    with TemporaryDirectory() as path:
        assert _outcome(Path(path), [_ORDERED[n] for n in order]) == ordered


def test_facts_that_a_killed_process_left_behind_catch_up(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    settle(folder, [message([dossier()])])
    behind = dossiers_path(folder).read_bytes()
    settle(folder, [message([step(9, 12)])])
    expected = rows(folder)
    dossiers_path(folder).write_bytes(behind)
    assert rows(folder) == expected
    dossiers_path(folder).unlink()
    assert rows(folder) == expected


def test_facts_whose_making_was_cut_off_in_its_first_moment_are_made_again(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    settle(folder, [message([dossier()]), message([step(9, 12)])])
    expected, path = rows(folder), dossiers_path(folder)
    path.write_bytes(b"")
    path.with_suffix(".duckdb.wal").write_bytes(b"of what isn't there any more")
    assert seen_by(path) == Position()
    assert DossierFacts(path).position(write=False) == Position()
    with DossierIngest(folder) as ingest:
        assert ingest.wait(ingest.journal.end, PATIENCE)
    assert rows(folder) == expected
    path.write_bytes(b"")
    assert rows(folder) == expected


def test_a_file_that_is_being_made_stands_in_no_ones_place_until_it_can_be_opened(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    facts = DossierFacts(tmp_path / "dossiers.duckdb")
    begun: list[Path] = []

    def killed(self: Engine, path: Path, *, write: bool = False) -> None:
        path.write_bytes(b"the first half of its headers")
        begun.append(path)
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(Engine, "attach", killed)
        with pytest.raises(KeyboardInterrupt):
            open_anew(facts, write=True, wait=0)
    assert (begun != [facts.path], facts.path.exists()) == (True, False)
    facts._let_go(open_anew(facts, write=True, wait=0))
    assert [each.name for each in tmp_path.iterdir()] == ["dossiers.duckdb"]
    assert facts.path.stat().st_mode & 0o777 == 0o600


def test_large_steps_wait_for_more_items_or_for_somebody_who_waits(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    with DossierIngest(folder, step=3) as ingest:
        one = ingest.submit(message([dossier(MaHoSo=_NUMBERS[0])])).result()
        time.sleep(0.3)
        assert ingest.settled.items == 0
        assert ingest.wait(one, PATIENCE)
        last = [ingest.submit(message([dossier(MaHoSo=number)])) for number in _NUMBERS][-1].result()
        until(lambda: ingest.settled >= last)
        ingest.submit(message([step(9, 12, _NUMBERS[0])]))
    assert [row["status"] for row in rows(folder)] == [9, 4, 4]


def test_facts_can_be_read_while_dossiers_come_in(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path)
    settle(folder, [message([dossier(MaHoSo=number)]) for number in _NUMBERS])
    for _ in itertools.repeat(None, 3):
        with open_dossiers(folder) as db:
            assert db.execute("select count(*) from dossiers").fetchone() == (3,)


def petition(number: str, day: int, about: str = NUMBER) -> Batches:
    table = f"petition,unit,dossier,sent_at\n{number},H15.50,{about},2026-10-{day:02d} 10:00\n"
    return [("petitions", read_petitions("p.csv", table.encode()).batch)]


def test_a_dossier_knows_of_the_first_petition_about_it_whichever_came_first(tmp_path: Path) -> None:
    other = NUMBER[:-1] + "6"
    before = settled(tmp_path / "a", petition("K1", 9), message([dossier()]))
    after = settled(tmp_path / "b", message([dossier()]), petition("K1", 9))
    assert before["complained_at"] == after["complained_at"] == at(9)
    two = settled(tmp_path / "c", message([dossier()]), petition("K1", 9), petition("K2", 8))
    assert two["complained_at"] == at(8)
    # Sent again, about another dossier: this one has no petition any more.
    taken_back = settled(tmp_path / "d", message([dossier()]), petition("K1", 9), petition("K1", 9, other))
    assert taken_back["complained_at"] is None
    updated = settled(
        tmp_path / "e", message([dossier()]), petition("K1", 9), message([dossier()], updating=True)
    )
    assert updated["complained_at"] == at(9)
