"""`bochiso rebuild`: the facts again from the evidence."""

from pathlib import Path

import click

from bochiso.cli.options import data_option, lang_option, t
from bochiso.cli.output import tell, working
from bochiso.cli.usage import Command
from bochiso.store.folder import DataFolder
from bochiso.store.store import rebuild
from bochiso.text import say


@click.command(
    cls=Command,
    help=t(
        "Dựng lại toàn bộ dữ kiện từ chứng cứ gốc; kết quả không đổi.",
        "Make all facts again from the evidence; the answers stay the same.",
    ),
)
@data_option
@lang_option
def command(data: Path) -> None:
    """Rebuild the facts."""
    with working(t("Đang dựng lại", "Rebuilding")):
        done = rebuild(DataFolder(data))
    tell(say("Đã dựng lại từ {n} lần đọc.", "Rebuilt from {n} readings.", n=done))
