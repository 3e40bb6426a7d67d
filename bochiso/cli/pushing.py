"""`bochiso simulate --push`: a provincial system that sends simulated dossiers as they would change."""

import time
from collections.abc import Callable, Iterator

from msgspec import Struct

from bochiso.cli.output import tell
from bochiso.errors import SourceError, Where
from bochiso.periods import Period
from bochiso.simulate.dossier_stream import simulate_events
from bochiso.simulate.sync_client import Pushed, SyncClient
from bochiso.text import say

SESSION_ENDED = 401


class _Sent(Struct):
    """What was sent so far, in items, and the longest time that an answer took."""

    taken: int = 0
    refused: int = 0
    slowest: float = 0.0


def push(
    client: SyncClient,
    province: str,
    dossiers: int,
    seed: int,
    period: Period,
    rate: float,
    progress: Callable[[int], object],
) -> int:
    """Send a simulated province's dossiers and steps, `rate` items a second; returns the exit code.

    `progress` is told how many items were sent. Raises SourceError where the server refuses the
    password or stops answering.
    """
    client.login()
    began, sent = time.monotonic(), _Sent()
    for pushed in _pushed(client, province, dossiers, seed, period, rate):
        refused = _refused(pushed)
        sent.refused += refused
        sent.taken += len(pushed.items) - refused
        sent.slowest = max(sent.slowest, pushed.seconds)
        progress(sent.taken + sent.refused)
    seconds = time.monotonic() - began
    count = sent.taken + sent.refused
    tell(
        say(
            "Đã gửi {count} mục trong {seconds} giây ({rate} mục/giây): nhận {taken}, từ chối {refused}; "
            "lần trả lời chậm nhất {slowest} ms.",
            "Sent {count} {count:item|items} in {seconds} s ({rate} a second): {taken} taken, {refused} "
            "refused; the "
            "slowest answer took {slowest} ms.",
            count=count,
            seconds=round(seconds),
            rate=round(count / max(seconds, 0.001)),
            taken=sent.taken,
            refused=sent.refused,
            slowest=round(sent.slowest * 1000),
        )
    )
    return 1 if sent.refused else 0


def _pushed(
    client: SyncClient, province: str, dossiers: int, seed: int, period: Period, rate: float
) -> Iterator[Pushed]:
    """Each batch with its answer; one whose session had ended is sent again with a new one."""
    events = simulate_events(province, dossiers, seed, period.first, period.last)
    for pushed in client.push(events, rate=rate, batch=max(1, min(200, round(rate)))):
        if pushed.code == SESSION_ENDED:
            client.login()
            pushed = client.send(pushed.kind, pushed.items)
        if pushed.code is None:
            raise SourceError(
                say("máy chủ không trả lời: {reason}.", "the server doesn't answer: {reason}.",
                    reason=str(pushed.result)),
                where=Where(client.address),
                do=say("Kiểm tra máy chủ rồi chạy lại; gửi lặp không làm trùng hồ sơ.",
                       "Check the server and run this again; nothing is doubled by that."),
            )  # fmt: skip
        yield pushed


def _refused(pushed: Pushed) -> int:
    """How many items of a batch were refused: all where the message was."""
    if pushed.code != 0 or not isinstance(pushed.result, list):
        return len(pushed.items) if pushed.code else 0
    return sum(each.get("error_code") not in (0, "0", "00") for each in pushed.result)
