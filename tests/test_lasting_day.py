"""The day that tests take for today lasts as long as they do."""

from datetime import UTC, datetime, timedelta

import lasting_day
import pytest


def at(monkeypatch: pytest.MonkeyPatch, moment: datetime) -> list[float]:
    """Let it be that moment; the seconds that are waited are told, not waited."""
    waited: list[float] = []
    monkeypatch.setattr(lasting_day, "now", lambda: moment)
    monkeypatch.setattr(lasting_day.time, "sleep", waited.append)
    return waited


def test_a_midnight_in_viet_nam_that_is_near_is_waited_out(monkeypatch: pytest.MonkeyPatch) -> None:
    waited = at(monkeypatch, datetime(2026, 11, 29, 16, 58, 30, tzinfo=UTC))
    assert (lasting_day.today().day, lasting_day.until_midnight()) == (29, timedelta(seconds=90))
    lasting_day.wait_out_midnight()
    assert waited == [91]


@pytest.mark.parametrize(("hour", "minute"), [(17, 0), (16, 57), (0, 0)])
def test_any_other_time_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, hour: int, minute: int) -> None:
    waited = at(monkeypatch, datetime(2026, 11, 29, hour, minute, tzinfo=UTC))
    lasting_day.wait_out_midnight()
    assert waited == []
