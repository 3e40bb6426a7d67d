"""`bochiso serve`: the server that takes dossiers in and, with --collect, collects every day."""

import logging
import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import time
from pathlib import Path
from threading import Event, Thread
from typing import Any

import click

from bochiso.cli.collect_options import Collection, collecting_options, wanted
from bochiso.cli.commands.collect import headline
from bochiso.cli.options import LANG, data_option, lang_option, t
from bochiso.cli.output import tell
from bochiso.cli.usage import Command
from bochiso.errors import BochisoError, ComputeError
from bochiso.intake.portal.client import PortalStopError
from bochiso.office.message_rounds import MessageRounds
from bochiso.office.people import note_audit_head
from bochiso.rules.loader import load_rules
from bochiso.store.collection.run_log import is_collected
from bochiso.store.collection.scheduler import Attempt, run_daily
from bochiso.store.figures.collection_record import ReadingState
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import Ledger
from bochiso.text import VIETNAM, Text, moment, now, say
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.request_log import REQUEST_ID, JsonLines


@click.command(
    cls=Command,
    help=t(
        "Chạy máy chủ nhận hồ sơ do các hệ thống đồng bộ sang; với --collect, mỗi ngày vào giờ đã định "
        "(giờ Việt Nam) còn thu thập số liệu như lệnh collect: bật máy muộn thì làm bù, chưa đầy đủ "
        "hoặc chưa khớp thì thử lại trong ngày. Nhấn Ctrl+C để dừng.",
        "Run the server that takes in the dossiers that systems push. With --collect also collect every "
        "day at an hour (Việt Nam's time), as `collect` does: made up for when the machine was off, tried "
        "again the same day until the figures are complete and whole. Ctrl+C stops it.",
    ),
)
@click.option(
    "--host",
    default="127.0.0.1",
    metavar=t("ĐỊA_CHỈ", "ADDRESS"),
    help=t(
        "Địa chỉ để nghe; mặc định 127.0.0.1, chỉ máy này. Ra mạng thì đặt sau máy chủ HTTPS.",
        "Where to listen; 127.0.0.1, this machine alone, by default. Put HTTPS in front of it.",
    ),
)
@click.option(
    "--port",
    type=click.IntRange(0, 65535),
    default=8766,
    metavar=t("CỔNG", "PORT"),
    help=t("Cổng để nghe; mặc định 8766.", "The port; 8766 by default."),
)
@click.option(
    "--collect",
    "hour",
    metavar=t("GIỜ", "HOUR"),
    help=t(
        "Giờ thu thập, như 06:00; Cổng tự cập nhật vào khoảng 02:00.",
        "When to collect, as 06:00; the portal refreshes at about 02:00.",
    ),
)
@click.option(
    "--log",
    "log_form",
    type=click.Choice(["text", "json"]),
    default="text",
    help=t(
        "Dạng nhật ký: text để đọc, json cho máy đọc.", "The log's form: text to read, json for programs."
    ),
)
@collecting_options
@data_option
@lang_option
def command(host: str, port: int, hour: str | None, log_form: str, data: Path, **options: Any) -> None:
    """Run the server."""
    os.umask(0o077)  # what it writes is for its own user alone
    from bochiso.web.app import open_application
    from bochiso.web.bounded_socket import BoundedSocket, most_connections
    from bochiso.web.server import Server, address, listen

    folder, rules = DataFolder(data), load_rules(options["rules"])
    daily = None if hour is None else (_hour(hour), wanted(options))
    if daily is not None:
        daily[1].portal().close()  # wrong settings are told now, not at six in the morning
    logging.basicConfig(format="%(message)s", handlers=[_Lines(json=log_form == "json")])
    logging.getLogger("bochiso.web").setLevel(logging.INFO)
    with (
        BoundedSocket(listen(host, port), most_connections()) as listening,
        open_application(folder, rules=rules, portal=wanted(dict(options)).portal) as served,
        _collecting(daily, folder),
        _sending(served.services),
        _noting_heads(served.sync.ledger),
    ):
        where = address(host, listening.getsockname()[1])
        if not served.sync.ledger.keys():
            _log(say("Chưa có khóa nào; tạo bằng `bochiso account key add`.",
                     "There are no keys yet; make one with `bochiso account key add`."))  # fmt: skip

        def ready() -> None:
            _log(say("Đang nghe tại {where}.", "Listening at {where}.", where=where))

        Server(served.app, served.live, ready).run_until_signal(listening)
    _log(say("Đã dừng.", "Stopped."))


@contextmanager
def _collecting(daily: tuple[time, Collection] | None, folder: DataFolder) -> Iterator[None]:
    """Collect every day in a thread beside; an attempt under way is told to stop at the end."""
    if daily is None:
        yield
        return
    (hour, collection), stop = daily, Event()
    said = hour.isoformat("minutes")
    _log(say("Bắt đầu; thu thập mỗi ngày lúc {hour}.", "Started; collecting daily at {hour}.", hour=said))
    beside = Thread(
        target=run_daily,
        args=(
            hour,
            lambda: attempt(collection, folder, stop),
            lambda: _is_done(collection, folder),
            stop,
        ),
        kwargs={"planned": lambda at: _log(say("Lần tới: {at}.", "Next: {at}.", at=at))},
        name="daily",
    )
    beside.start()
    try:
        yield
    finally:
        stop.set()
        beside.join()


@contextmanager
def _sending(services: PageServices) -> Iterator[None]:
    """Make each day's messages when their hour has come, and send those that wait, in a thread beside."""
    stop, log = Event(), logging.getLogger("bochiso.messages")
    rounds = MessageRounds(services.backend, by_command_line(now()).who, services.dossiers, stop.is_set)

    def go_on() -> None:
        while not stop.wait(ROUND_SECONDS):
            try:
                for each in rounds.once():
                    log.warning(each.render(LANG))
            except BochisoError as error:
                log.error("messages: %s", error.render(LANG))
            except Exception:  # a fault of one round is not the end of all later ones
                log.exception("messages: a round failed")

    beside = Thread(target=go_on, name="messages")
    beside.start()
    try:
        yield
    finally:
        stop.set()
        beside.join()


@contextmanager
def _noting_heads(ledger: Ledger) -> Iterator[None]:
    """Write down where the audit log ends, in the log and elsewhere: at the start, each day, at the end."""
    stop = Event()

    def note() -> None:
        try:
            if (head := note_audit_head(ledger, now())).seq:
                logging.getLogger("bochiso.audit").warning("audit: head %s", head)
        except BochisoError as error:
            logging.getLogger("bochiso.audit").error("audit: the head can't be noted: %s", error)

    def daily() -> None:
        while not stop.wait(DAY_SECONDS):
            note()

    note()
    beside = Thread(target=daily, name="audit-heads", daemon=True)
    beside.start()
    try:
        yield
    finally:
        stop.set()
        beside.join()
        note()


class _Lines(logging.Handler):
    """What the server logs, as lines beside the other messages, or each as JSON."""

    def __init__(self, *, json: bool) -> None:
        super().__init__()
        self._json = json
        if json:
            self.setFormatter(JsonLines())

    def emit(self, record: logging.LogRecord) -> None:
        """Print a record."""
        if self._json:
            tell(self.format(record))
            return
        number = REQUEST_ID.get()
        tell(f"{moment(now(), LANG)}: {self.format(record)}{f' [{number}]' if number else ''}")

    def setFormatter(self, fmt: logging.Formatter | None) -> None:  # noqa: N802 (logging's own name)
        """As JSON it stays what it is, whatever the configuration says."""
        if not self._json or isinstance(fmt, JsonLines):
            super().setFormatter(fmt)


DAY_SECONDS = 86_400

ROUND_SECONDS = 60.0
"""How often it is looked whether messages wait."""


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
        done = outcome.state is ReadingState.COMPLETE
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
    words = text.render(LANG)
    if any(isinstance(each, _Lines) for each in logging.getLogger().handlers):
        logging.getLogger("bochiso.serve").warning(words)
    else:
        tell(f"{moment(now(), LANG)}: {words}")
