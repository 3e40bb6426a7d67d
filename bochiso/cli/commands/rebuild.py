"""`bochiso rebuild`: the facts again from the evidence."""

from pathlib import Path

import click

from bochiso.cli.options import data_option, lang_option, t
from bochiso.cli.output import counting, tell
from bochiso.cli.usage import Command
from bochiso.store.dossiers import rebuild_dossiers
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
    done = rebuild(DataFolder(data), counting(t("Đang dựng lại", "Rebuilding")))
    tell(say("Đã dựng lại từ {n} lần đọc.", "Rebuilt from {n} readings.", n=done))
    if items := rebuild_dossiers(DataFolder(data)):
        tell(
            say(
                "Đã dựng lại từ {n} mục trong nhật ký hồ sơ.",
                "Rebuilt from {n} {n:item|items} of the journal.",
                n=items,
            )
        )
