"""Who listens live is let go once they may no longer, and one of them can't take every place."""

import asyncio
import time
from pathlib import Path

import httpx
import pytest
from loopback_server import Served, serving
from officer_clients import officer
from waiting import PATIENCE

from bochiso.office import people
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.text import now
from bochiso.web.sync import live_events
from bochiso.web.sync.live_events import HearingRight


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(live_events, "BEAT_SECONDS", 0.05)
    monkeypatch.setattr(live_events, "ASK_SECONDS", 0.05)


def test_a_revoked_key_hears_no_more_and_opens_nothing(tmp_path: Path) -> None:
    with serving(DataFolder(tmp_path / "data")) as served:
        headers = {"Authorization": f"Bearer {served.login()}"}
        with httpx.stream("GET", f"{served.url}/live", headers=headers, timeout=PATIENCE) as response:
            lines = response.iter_lines()
            assert next(lines) == ": bochiso"
            people.revoke_key(served.application.sync.ledger, by_command_line(now()), "h15")
            for _ in lines:
                pass
        again = httpx.get(f"{served.url}/live", headers=headers, timeout=PATIENCE)
        assert again.json()["error_code"] != 0


@pytest.mark.parametrize("end", ["logout", "disabled", "closed"])
def test_an_officer_whose_session_is_over_hears_no_more(tmp_path: Path, end: str) -> None:
    with serving(DataFolder(tmp_path / "data")) as served, officer(served) as office:
        cookies = dict(office.client.cookies)
        with httpx.stream("GET", f"{served.url}/live", cookies=cookies, timeout=PATIENCE) as response:
            lines = response.iter_lines()
            assert next(lines) == ": bochiso"
            ended(served, office.client, end)
            for _ in lines:
                pass


def ended(served: Served, client: httpx.Client, how: str) -> None:
    ledger, by = served.application.sync.ledger, by_command_line(now())
    if how == "disabled":
        people.disable_account(ledger, by, "lan")
    elif how == "closed":
        assert people.close_sessions(ledger, by, "lan") == 1
    else:
        from sign_in_app import csrf_in

        client.post("/dang-xuat", data={"csrf": csrf_in(client.get("/mat-khau").text)})


def test_a_right_is_asked_once_for_all_who_listen_by_it_and_who_goes_takes_nobody_along() -> None:
    asked: list[int] = []

    def ask() -> bool:
        asked.append(1)
        time.sleep(0.1)
        return len(asked) == 1

    async def listen() -> list[object]:
        right = HearingRight(ask)
        await asyncio.sleep(0.1)
        several = [asyncio.create_task(right.holds()) for _ in range(20)]
        await asyncio.sleep(0.05)
        several[0].cancel()
        first = await asyncio.gather(*several[1:])
        await asyncio.sleep(0.1)
        return [*first, await right.holds()]

    assert asyncio.run(listen()) == [*[True] * 19, False]
    assert len(asked) == 2


def test_one_key_has_some_places_and_leaves_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from contextlib import ExitStack

    monkeypatch.setattr(live_events, "LISTENERS_OF_ONE", 2)
    with serving(DataFolder(tmp_path / "data")) as served, officer(served) as office, ExitStack() as open_:
        headers = {"Authorization": f"Bearer {served.login()}"}
        heard = []  # a stream whose lines nobody holds any more is closed
        for _ in range(2):
            stream = httpx.stream("GET", f"{served.url}/live", headers=headers, timeout=PATIENCE)
            heard.append(open_.enter_context(stream).iter_lines())
            assert next(heard[-1]) == ": bochiso"
        assert httpx.get(f"{served.url}/live", headers=headers).json()["error_code"] == 429
        cookies = dict(office.client.cookies)
        mine = httpx.stream("GET", f"{served.url}/live", cookies=cookies, timeout=PATIENCE)
        heard.append(open_.enter_context(mine).iter_lines())
        assert next(heard[-1]) == ": bochiso"
