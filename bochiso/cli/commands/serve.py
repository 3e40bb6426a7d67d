"""`bochiso serve --collect 06:00`: collects every day at that hour, in the foreground."""

import signal
from datetime import time
from pathlib import Path
from threading import Event
from typing import Any

import click

from bochiso.cli.collecting import Collection, collecting_options, wanted
from bochiso.cli.commands.collect import headline
from bochiso.cli.options import LANG, data_option, lang_option, t
from bochiso.cli.output import tell
from bochiso.cli.usage import Command
from bochiso.errors import BochisoError, ComputeError
from bochiso.intake.fetch import PortalStopError
from bochiso.store.collected import State
from bochiso.store.daily import Attempt, run_daily
from bochiso.store.folder import DataFolder
from bochiso.store.runs import is_collected
from bochiso.text import VIETNAM, Text, moment, now, say


@click.command(
    cls=Command,
    help=t(
        "Mỗi ngày, vào giờ đã định (giờ Việt Nam), thu thập số liệu như lệnh collect. Bật máy muộn "
        "thì làm bù; chưa đầy đủ hoặc chưa khớp thì thử lại trong ngày. Nhấn Ctrl+C để dừng.",
        "Every day at an hour (Việt Nam's time) collect as `collect` does. Made up for when the machine was "
        "off; tried again the same day until the figures are complete and whole. Ctrl+C stops it.",
    ),
)
@click.option(
    "--collect",
    "hour",
    required=True,
    metavar=t("GIỜ", "HOUR"),
    help=t(
        "Giờ thu thập, như 06:00; Cổng tự cập nhật vào khoảng 02:00.",
        "When to collect, as 06:00; the portal refreshes at about 02:00.",
    ),
)
@collecting_options
@data_option
@lang_option
def command(hour: str, data: Path, **options: Any) -> None:
    """Collect every day."""
    daily, collection, folder, stop = _hour(hour), wanted(options), DataFolder(data), Event()
    collection.portal().close()  # wrong settings are told now, not at six in the morning
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, signal.default_int_handler)
    _log(say("Bắt đầu; thu thập mỗi ngày lúc {hour}.", "Started; collecting daily at {hour}.", hour=hour))
    run_daily(
        daily,
        lambda: attempt(collection, folder, stop),
        lambda: _is_done(collection, folder),
        stop,
        planned=lambda at: _log(say("Lần tới: {at}.", "Next: {at}.", at=at)),
    )
    _log(say("Đã dừng.", "Stopped."))


class _StoppedError(KeyboardInterrupt):
    """The process was told to stop while a run waited."""


def attempt(collection: Collection, folder: DataFolder, stop: Event) -> Attempt:
    """Collect once and log what came of it; never raises what a person can't see."""

    def rest(seconds: float) -> None:
        if stop.wait(seconds):
            raise _StoppedError

    refused: list[PortalStopError] = []
    done = False
    try:
        outcome = collection.run(folder, lambda _: None, rest)
        done = outcome.state is State.COMPLETE
        refused = [error for error in outcome.errors if isinstance(error, PortalStopError)]
        if outcome.seq is not None:
            _log(headline(outcome))
        if outcome.why is not None:
            _log(outcome.why.text)
    except _StoppedError:
        _log(say("Ngắt giữa chừng; phần đã đọc được giữ lại.", "Interrupted; what was read is kept."))
    except BochisoError as error:
        refused = [error] if isinstance(error, PortalStopError) else []
        _log(say("Lỗi: {error}", "Error: {error}", error=error.render(LANG)))
    until = max((error.until for error in refused if error.until is not None), default=None)
    return Attempt(now(), done, bool(refused), until)


def _is_done(collection: Collection, folder: DataFolder) -> bool:
    today = now().astimezone(VIETNAM).date()
    source = collection.base_url.rstrip("/")
    return is_collected(folder, today, collection.period.code, collection.scope, source)


def _hour(text: str) -> time:
    try:
        return time.fromisoformat(text)
    except ValueError:
        raise ComputeError(
            say("không có giờ “{text}”.", "“{text}” is not an hour.", text=text),
            do=say("Viết như 06:00.", "Write it as 06:00."),
        ) from None


def _log(text: Text) -> None:
    tell(f"{moment(now(), LANG)}: {text.render(LANG)}")
