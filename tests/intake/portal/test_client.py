"""Asking the portal: slowly, truthfully, a bounded number of times, and not at all once it refuses."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import httpx
import pytest
from waiting import PATIENCE

from bochiso.errors import SourceError
from bochiso.intake.portal.client import (
    LONGEST_WAIT,
    USER_AGENT,
    Pace,
    Portal,
    PortalAnswer,
    PortalStopError,
    pace_for,
    retry_after,
)
from bochiso.intake.portal.requests import PROVINCES, body_of
from bochiso.periods import parse_period
from bochiso.simulate.fault_injection import FaultKind, InjectedFault
from bochiso.simulate.portal import StandIn
from bochiso.simulate.portal_figures import PortalFigures, simulate_portal
from bochiso.text import Lang, now

AT = datetime(2026, 10, 7, 1, 0, tzinfo=UTC)
BODY = body_of(PROVINCES, parse_period("2026"), 1, None)
QUICK = Pace(seconds=0, jitter=0, retries=2, backoff=0)


@pytest.fixture(scope="module")
def figures() -> PortalFigures:
    return simulate_portal("H15", 1, date(2026, 10, 6))


@pytest.fixture
def stand_in(figures: PortalFigures) -> Iterator[StandIn]:
    with StandIn(figures) as portal:
        yield portal


def ask(stand_in: StandIn, pace: Pace = QUICK, timeout: float = PATIENCE) -> PortalAnswer:
    with Portal(stand_in.url, pace=pace, timeout=httpx.Timeout(timeout)) as portal:
        return portal.ask(PROVINCES, BODY, "service-results.provinces.1.json")


def message(error: SourceError) -> str:
    return error.render(Lang.VI)


def test_an_answer_is_kept_as_received_with_its_request(stand_in: StandIn) -> None:
    answer = ask(stand_in)
    assert answer.status == 201
    assert answer.body == BODY == stand_in.requests[0].body
    assert answer.data.startswith(b'{"code":"OK"')
    assert answer.asked_at <= answer.received_at


def test_the_portal_is_told_truthfully_who_asks(stand_in: StandIn) -> None:
    ask(stand_in)
    assert stand_in.requests[0].user_agent == USER_AGENT
    assert USER_AGENT.startswith("bochiso/")
    assert "Mozilla" not in USER_AGENT


def test_requests_are_at_least_a_second_apart(stand_in: StandIn) -> None:
    waited: list[float] = []
    with Portal(stand_in.url, pace=Pace(rest=waited.append)) as portal:
        for _ in range(3):
            portal.ask(PROVINCES, BODY, "a.json")
    assert len(waited) == 2
    assert all(0.5 < each <= 1.5 for each in waited)
    assert Pace().before_next(0) >= 1
    assert Pace().before_next(5) == 0


def test_only_a_stand_in_on_this_machine_is_not_spared() -> None:
    assert pace_for("https://dichvucong.gov.vn") == Pace()
    assert pace_for("http://127.0.0.1:8799").seconds == 0


def test_each_retry_waits_twice_as_long_a_minute_at_most() -> None:
    assert [Pace().before_retry(n) for n in (1, 2, 3, 4, 9)] == [2, 4, 8, 16, 60]


@pytest.mark.parametrize(
    ("kind", "reason"),
    [
        (FaultKind.ERROR, "máy chủ của Cổng lỗi (mã 502)."),
        (FaultKind.DROPPED, "không kết nối được hoặc đứt kết nối."),
        (FaultKind.TRUNCATED, "câu trả lời hỏng: tệp JSON bị cắt cụt, phần cuối không còn."),
    ],
)
def test_what_may_pass_is_tried_again_a_few_times(stand_in: StandIn, kind: FaultKind, reason: str) -> None:
    stand_in.fail(InjectedFault(kind, times=2, status=502))
    assert ask(stand_in).status == 201
    assert len(stand_in.requests) == 3
    stand_in.fail(InjectedFault(kind, status=502))
    with pytest.raises(SourceError) as error:
        ask(stand_in)
    assert len(stand_in.requests) == 6
    assert message(error.value) == (
        f"service-results.provinces.1.json: đã gửi yêu cầu 3 lần mà không đọc được: {reason} "
        "Phần đã đọc được giữ lại; kiểm tra kết nối mạng rồi chạy lại sau."
    )


def test_a_portal_that_is_too_slow_is_given_up(stand_in: StandIn) -> None:
    stand_in.fail(InjectedFault(FaultKind.SLOW, seconds=1000))
    with pytest.raises(SourceError, match="timed out"):
        ask(stand_in, timeout=0.1)


def test_a_portal_that_is_merely_slow_is_waited_for(stand_in: StandIn) -> None:
    stand_in.fail(InjectedFault(FaultKind.SLOW, seconds=0.2))
    assert ask(stand_in).status == 201


def test_no_server_at_all_is_said_plainly() -> None:
    with Portal("http://127.0.0.1:9", pace=QUICK) as portal, pytest.raises(SourceError) as error:
        portal.ask(PROVINCES, BODY, "a.json")
    assert "không kết nối được" in message(error.value)


@pytest.mark.parametrize(
    ("fault", "reason"),
    [
        (InjectedFault(FaultKind.FORBIDDEN), "Cổng từ chối trả lời (mã 403)."),
        (InjectedFault(FaultKind.TOO_MANY), "Cổng từ chối trả lời (mã 429)."),
        (
            InjectedFault(FaultKind.HTML),
            "Cổng trả về một trang web thay cho số liệu (thường là tường lửa chặn yêu cầu).",
        ),
    ],
    ids=lambda value: value.kind.value if isinstance(value, InjectedFault) else None,
)
def test_a_refusal_ends_the_asking_at_once(stand_in: StandIn, fault: InjectedFault, reason: str) -> None:
    stand_in.fail(fault)
    with pytest.raises(PortalStopError) as error:
        ask(stand_in)
    assert len(stand_in.requests) == 1
    assert message(error.value) == (
        f"service-results.provinces.1.json: {reason} "
        "Đã dừng, không gửi thêm yêu cầu; phần đã đọc được giữ lại. Hãy chạy lại sau ít nhất một giờ."
    )


def test_retry_after_is_honoured(stand_in: StandIn) -> None:
    waited: list[float] = []
    stand_in.fail(InjectedFault(FaultKind.TOO_MANY, times=1, retry_after=90))
    ask(stand_in, Pace(seconds=0, jitter=0, rest=waited.append))
    assert waited == [90]


def test_a_long_retry_after_ends_the_run_until_then(stand_in: StandIn) -> None:
    stand_in.fail(InjectedFault(FaultKind.TOO_MANY, retry_after=3600))
    with pytest.raises(PortalStopError) as error:
        ask(stand_in)
    assert len(stand_in.requests) == 1
    assert error.value.until is not None
    assert timedelta(minutes=59) < error.value.until - now() <= timedelta(hours=1)
    assert "Cổng yêu cầu chờ đến" in message(error.value)


@pytest.mark.parametrize(
    ("header", "wait"),
    [
        ("120", timedelta(minutes=2)),
        (" 0 ", timedelta(0)),
        ("Wed, 07 Oct 2026 01:10:00 GMT", LONGEST_WAIT),
        ("Wed, 07 Oct 2026 00:10:00 GMT", timedelta(0)),
        ("soon", None),
        ("-5", None),
        ("", None),
        (None, None),
    ],
)
def test_retry_after_is_seconds_or_a_date(header: str | None, wait: timedelta | None) -> None:
    assert retry_after(header, AT) == wait


def test_an_address_without_the_services_is_said_to_be_wrong(stand_in: StandIn) -> None:
    with Portal(f"{stand_in.url}/khac", pace=QUICK) as portal, pytest.raises(SourceError) as error:
        portal.ask(PROVINCES, BODY, "a.json")
    assert len(stand_in.requests) == 1
    assert "Cổng không nhận yêu cầu (mã 404)" in message(error.value)


def test_wrong_settings_are_told_before_anything_is_asked(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="--base-url"):
        Portal("dichvucong.gov.vn")
    with pytest.raises(SourceError, match="--ca-file"):
        Portal(ca_file=tmp_path / "khong-co.pem")
    with pytest.raises(SourceError, match="--proxy"):
        Portal(proxy="gopher://proxy")
