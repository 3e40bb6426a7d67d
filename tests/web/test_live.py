"""What changed is told live."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
from serving import Served, codes, dossier, send, serving

from bochiso.store.folder import DataFolder


@contextmanager
def listening(served: Served) -> Iterator[Iterator[dict[str, Any]]]:
    """Events from now on."""
    with httpx.stream("GET", f"{served.url}/live", timeout=5) as response:
        assert response.headers["content-type"].startswith("text/event-stream")
        lines = response.iter_lines()
        assert next(lines) == ": bochiso"
        yield (json.loads(line[6:]) for line in lines if line.startswith("data: "))


def test_units_whose_dossiers_changed_are_told_within_a_second_with_their_province(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        session = served.login()
        send(served, [dossier(1)], session)
        served.settle()
        with listening(served) as events:
            began = time.monotonic()
            assert codes(send(served, [dossier(2)], session)) == [0]
            told = next(events)
            assert time.monotonic() - began < 1
        # No unit is known yet, so the dossier is the sender's.
        assert told["unit"] == "H15"


def test_a_known_unit_is_told_before_its_sender(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        receiver = served.application.sync.receiver
        with receiver.facts.open(write=True) as db:
            db.execute("insert into learned values ('H15.50'), ('H15.51')")
        session = served.login()
        with listening(served) as events:
            send(served, [dossier(1), dossier(2, MaHoSo="H15.51.03-261005-1")], session)
            assert [next(events)["unit"] for _ in range(3)] == ["H15", "H15.50", "H15.51"]


def test_refused_items_change_nothing(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        session = served.login()
        with listening(served) as events:
            assert codes(send(served, [{}, dossier(1, MaHoSo="H21-261005-1")], session)) == [422, 403]
            assert codes(send(served, [dossier(1)], session)) == [0]
            assert next(events)["unit"] == "H15"
