"""`bochiso digest`: the day's digest and alerts, shown or sent; the queue of messages."""

from datetime import datetime, time
from pathlib import Path
from typing import Any

import click

from bochiso.cli.options import LANG, data_option, lang_option, t
from bochiso.cli.output import console, tell
from bochiso.cli.terminal_tables import new_table, words
from bochiso.cli.usage import Command
from bochiso.errors import ComputeError
from bochiso.office.backend import Backend
from bochiso.office.digests import MadeDigest, make_digest
from bochiso.office.messages import SentRound, nothing_set, send_again, send_queue, ways_out
from bochiso.periods import parse_day
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.settings import read_settings
from bochiso.store.steering.outbox import MESSAGE_STATES, MessageState, WayOut, newest_messages
from bochiso.text import VIETNAM, moment, now, say

_EVENING = time(23, 59)
_UNFINISHED = (MessageState.REFUSED, MessageState.UNSURE, MessageState.EXPIRED, MessageState.WAITING)


@click.command(
    cls=Command,
    help=t(
        "Lập bản tin của ngày cho lãnh đạo và từng đơn vị, rồi gửi qua thư điện tử và webhook đã thiết lập. "
        "Mỗi tin chỉ lập và gửi một lần; tin chưa gửi được nằm trong hàng đợi và được thử lại. Không gửi gì "
        "từ số liệu cũ, chưa đầy đủ hoặc chưa khớp.",
        "Make the day's digest for leaders and each unit, then send it by mail and the webhook that are set. "
        "Each message is made and sent once; what can't be sent stays in the queue. Nothing is sent from "
        "stale, incomplete or torn figures.",
    ),
)
@click.option(
    "--dry-run",
    is_flag=True,
    help=t("Chỉ in các tin, không giữ và không gửi gì.", "Print the messages; keep and send nothing."),
)
@click.option(
    "--mailbox",
    metavar=t("THƯ_MỤC", "DIR"),
    type=click.Path(path_type=Path),
    help=t(
        "Gửi thư vào hộp thư trên máy này (dạng Maildir) thay cho máy chủ thư.",
        "Deliver into a mailbox on this machine (a Maildir) in place of the mail server.",
    ),
)
@click.option(
    "--on",
    "day",
    metavar=t("NGÀY", "DAY"),
    help=t("Với --dry-run: các tin của ngày này.", "With --dry-run: the messages of this day."),
)
@click.option("--queue", is_flag=True, help=t("Liệt kê các tin trong hàng đợi.", "List the messages."))
@click.option("--again", type=int, metavar=t("SỐ", "NUMBER"),
              help=t("Cho gửi lại tin số này.", "Have this message sent once more."))  # fmt: skip
@data_option
@lang_option
@click.pass_context
def command(
    context: click.Context,
    /,
    dry_run: bool,
    mailbox: Path | None,
    queue: bool,
    again: int | None,
    **more: Any,
) -> None:
    """Show or send the digest."""
    backend, day = Backend(DataFolder(more["data"])), more["day"]
    if day is not None and not dry_run:
        raise ComputeError(
            say("--on chỉ dùng với --dry-run.", "--on goes with --dry-run alone."),
            do=say("Tin gửi đi là tin của hôm nay.", "What is sent is today's."),
        )
    if queue:
        _list(backend)
        return
    if again is not None:
        send_again(backend, by_command_line(now()), again)
        tell(say("Tin số {n} sẽ được gửi lại.", "Message {n} will be sent once more.", n=again))
        return
    moment_asked = now() if day is None else datetime.combine(parse_day(day), _EVENING, VIETNAM)
    made = make_digest(backend, moment_asked, dry_run=dry_run)
    _told(made)
    if dry_run:
        _print(made)
        return
    with open_ledger(backend.folder) as ledger:
        settings = read_settings(ledger)
    if mailbox is None and (lacks := nothing_set(settings)) is not None:
        raise ComputeError(
            lacks,
            do=say(
                "Quản trị viên thiết lập ở trang Quản trị, mục Gửi tin; hoặc thử bằng --mailbox, --dry-run.",
                "An administrator sets one on the page of administration; or try --mailbox, --dry-run.",
            ),
        )
    with ways_out(settings, mailbox) as channels:
        done = send_queue(backend, by_command_line(now()).who, channels)
    context.exit(_report(done))


def _told(made: MadeDigest) -> None:
    if made.withheld is not None:
        tell(say("Chưa gửi số liệu vì {why}.", "No figures are sent: {why}.", why=made.withheld))
    if not made.readers:
        tell(
            say(
                "Chưa có ai khai địa chỉ thư; thêm bằng `bochiso account user contact`.",
                "Nobody has given a mail address; add one with `bochiso account user contact`.",
            )
        )
    if made.new is not None:
        words_made = say(
            "Lập {n} tin, {old} tin đã lập từ trước.",
            "{n} {n:message|messages} made, {old} made before.",
            n=made.new,
            old=len(made.messages) - made.new,
        )
        tell(words_made)


def _print(made: MadeDigest) -> None:
    out = console()
    for each in made.messages:
        reader = made.readers.get(each.account or "")
        to = f"{each.account} <{reader.mail}>" if reader else t("webhook", "webhook")
        out.print(f"{t('Đến', 'To')}: {to}", markup=False, highlight=False, soft_wrap=True)
        out.print(f"{t('Tiêu đề', 'Subject')}: {each.subject}", markup=False, highlight=False, soft_wrap=True)
        out.print(f"{each.body}\n", markup=False, highlight=False, soft_wrap=True)


def _report(done: SentRound) -> int:
    """Say what became of the messages; the command's exit code."""
    if done.busy:
        tell(say("Một tiến trình khác đang gửi tin; để nó gửi.", "Another process is sending; it goes on."))
        return 0
    for state, n in done.counts.items():
        tell(say("{n} tin {state}.", "{n} {n:message|messages} {state}.", n=n, state=MESSAGE_STATES[state]))
    for way, error in done.down.items():
        named = say("thư", "mail") if way is WayOut.MAIL else say("webhook", "webhook")
        tell(say("{way}: {error}", "{way}: {error}", way=named, error=error.render(LANG)))
    if done.left:
        tell(
            say(
                "Còn {n} tin chờ gửi lại.",
                "{n} {n:message waits|messages wait} to be sent again.",
                n=done.left,
            )
        )
    return int(bool(done.down) or any(done.counts.get(each) for each in _UNFINISHED))


def _list(backend: Backend) -> None:
    with open_ledger(backend.folder, look=True) as ledger:
        found = newest_messages(ledger)
    if not found:
        tell(say("Chưa có tin nào.", "There are no messages."))
        return
    table = new_table(t("Các tin", "Messages"))
    heads = (t("Số", "No."), t("Người nhận", "To"), t("Tiêu đề", "Subject"), t("Tình trạng", "State"),
             t("Lần thử", "Tries"), t("Lúc", "At"), t("Lý do", "Why"))  # fmt: skip
    for head in heads:
        table.add_column(head, overflow="fold")
    for each in found:
        table.add_row(
            words(str(each.number)), words(each.account or "webhook"), words(each.subject),
            words(MESSAGE_STATES[each.state].render(LANG)), words(str(each.tries)),
            words(moment(each.changed_at, LANG)), words(each.why.render(LANG) if each.why else ""),
        )  # fmt: skip
    console().print(table)
