"""What commands say of documents of an earlier day: what is known otherwise now."""

from collections.abc import Sequence
from datetime import datetime

from bochiso.cli.options import LANG, t
from bochiso.cli.output import console, tell
from bochiso.cli.terminal_tables import new_table, words
from bochiso.report.since_then import KnownOtherwise
from bochiso.text import say


def tell_since(found: Sequence[KnownOtherwise], then: datetime) -> None:
    """What a document of then would say otherwise now, or that it would say the same."""
    if not found:
        tell(
            say(
                "Số liệu lúc {then} đến nay không đổi.",
                "What was known at {then} is what is known now.",
                then=then,
            )
        )
        return
    tell(
        say(
            "Văn bản theo số liệu đã biết lúc {then}. Nay biết khác ở {n} chỗ:",
            "The document is by what was known at {then}. {n} {n:thing is|things are} known otherwise now:",
            then=then,
            n=len(found),
        )
    )
    table = new_table()
    for vi, en in (("Nội dung", "What"), ("Lúc ấy", "Then"), ("Nay", "Now")):
        table.add_column(t(vi, en), overflow="fold")
    for each in found:
        table.add_row(
            *(words(text.render(LANG)) if text else "" for text in (each.what, each.then, each.now))
        )
    console().print(table)
