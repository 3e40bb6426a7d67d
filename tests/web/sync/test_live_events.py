"""What changed is told live, with the scores that it comes to."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from decimal import Decimal
from pathlib import Path
from typing import Any

import httpx
from loopback_server import Served, codes, dossier, send, serving
from waiting import PATIENCE

from bochiso.rules.loader import load_rules
from bochiso.store.folder import DataFolder
from bochiso.text import VIETNAM, now


def received(n: int, **more: Any) -> dict[str, Any]:
    """A dossier of this year, received just now."""
    today = now().astimezone(VIETNAM)
    return dossier(n, NgayTiepNhan=today.strftime("%Y%m%d%H%M%S"), **more)


@contextmanager
def listening(served: Served) -> Iterator[Iterator[dict[str, Any]]]:
    """Events from now on, once everything was told as it is."""
    with beginning(served) as (_, events):
        yield events


@contextmanager
def beginning(served: Served) -> Iterator[tuple[list[dict[str, Any]], Iterator[dict[str, Any]]]]:
    """What is told on connecting, and the events from then on."""
    headers = {"Authorization": f"Bearer {served.login()}"}
    with httpx.stream("GET", f"{served.url}/live", headers=headers, timeout=PATIENCE) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.iter_lines()
        assert next(lines) == ": bochiso"
        assert next(line for line in lines if line.startswith("event: ")) == "event: present"
        data = (json.loads(line[6:]) for line in lines if line.startswith("data: "))
        yield next(data), telling(data)


def telling(events: Iterator[dict[str, Any]]) -> Iterator[dict[str, Any]]:
    """Those that say something; fails where none comes for long, however often it beats."""
    last = time.monotonic() + PATIENCE
    for each in events:
        assert time.monotonic() < last, "nothing was told"
        if each:
            yield each
            last = time.monotonic() + PATIENCE


def units(events: Iterator[dict[str, Any]], count: int) -> set[str]:
    return {next(events)["unit"] for _ in range(count)}


def test_who_comes_back_is_told_what_changed_meanwhile(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        learn(served, "H15.50")
        session = served.login()
        send(served, [received(n, KenhThucHien="1") for n in range(1, 4)], session)
        served.settle()
        with listening(served) as staying:
            with beginning(served) as (before, _):
                pass
            send(served, [received(n, KenhThucHien="2") for n in range(5, 60)], session)
            total = next(each["total"] for each in before if each["unit"] == "H15.50")
            changed = told(staying, "H15.50", differing_from=total)
            with beginning(served) as (after, _):
                assert next(each for each in after if each["unit"] == "H15.50")["total"] == changed["total"]
        with beginning(served) as (alone, _):  # nobody was listening, so all is counted again
            assert {each["unit"]: each["total"] for each in alone} == {
                each["unit"]: each["total"] for each in after
            }


def test_units_whose_dossiers_changed_are_told_soon_with_their_province(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        session = served.login()
        send(served, [received(1)], session)
        served.settle()
        with listening(served) as events:
            send(served, [received(2)], session)
            # No unit is known yet, so the dossier is the sender's.
            assert next(events)["unit"] == "H15"
            assert codes(send(served, [received(3)], session)) == [0]
            assert next(events)["unit"] == "H15"


def test_a_known_unit_is_told_beside_its_sender(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        learn(served, "H15.50", "H15.51")
        session = served.login()
        with listening(served) as events:
            send(served, [received(1), received(2, MaHoSo="H15.51.03-261005-1")], session)
            assert units(events, 3) == {"H15", "H15.50", "H15.51"}


def test_refused_items_change_nothing(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        session = served.login()
        with listening(served) as events:
            assert codes(send(served, [{}, received(1, MaHoSo="H21-261005-1")], session)) == [422, 403]
            assert codes(send(served, [received(1)], session)) == [0]
            assert next(events)["unit"] == "H15"


def test_the_event_carries_the_total_that_the_dossier_came_to(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        learn(served, "H15.50", "H15.51")
        session = served.login()
        send(served, [received(n, KenhThucHien="1") for n in range(1, 4)], session)
        served.settle()
        with listening(served) as events:
            send(served, [received(4, KenhThucHien="1")], session)
            before = told(events, "H15.50")
            send(served, [received(n, KenhThucHien="2") for n in range(5, 60)], session)
            after = told(events, "H15.50", differing_from=before["total"])
        assert set(after) == {"unit", "at", "total", "grade", "rank", "of", "boxes"}
        assert after["total"] > before["total"]
        assert sum(map(Decimal, map(str, after["boxes"].values()))) == Decimal(str(after["total"]))
        assert (after["rank"], after["of"]) == (1, 1)


def test_a_provinces_own_rules_score_what_is_told(tmp_path: Path) -> None:
    rules = load_rules("qd766-five-groups")
    with serving(DataFolder(tmp_path / "data"), rules=rules) as served:
        learn(served, "H15.50")
        with listening(served) as events:
            send(served, [received(1)], served.login())
            assert set(told(events, "H15.50")["boxes"]) == set(rules.boxes)


def told(events: Iterator[dict[str, Any]], unit: str, differing_from: float | None = None) -> dict[str, Any]:
    """The next event of a unit whose total isn't that."""
    return next(each for each in events if each["unit"] == unit and each["total"] != differing_from)


def learn(served: Served, *codes: str) -> None:
    with served.application.sync.ingest.facts.open(write=True) as db:
        db.executemany("insert into learned values (?)", [[code] for code in codes])


def test_who_is_not_signed_in_hears_nothing(served: Served) -> None:
    answer = httpx.get(f"{served.url}/live", timeout=PATIENCE).json()
    assert answer["error_code"] == 401


def test_a_system_hears_its_own_units_alone(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data"), unit="H15.50") as served:
        learn(served, "H15.50", "H15.51")
        with beginning(served) as (present, events):
            assert {each["unit"] for each in present} <= {"H15.50"}
            send(served, [received(2)], served.login(), MaDinhDanhDV="H15.50")
            assert next(events)["unit"] == "H15.50"
