"""`bochiso rebuild`: the facts again from the evidence."""

from pathlib import Path

import click

from bochiso.cli.options import data_option, lang_option, t
from bochiso.cli.output import counting, tell
from bochiso.cli.usage import Command
from bochiso.store.dossiers.ingest import rebuild_dossiers
from bochiso.store.figures.snapshot_store import rebuild
from bochiso.store.folder import DataFolder
from bochiso.store.people.name_choices import restore_choices
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
def command(data: Path) -> int:
    """Rebuild the facts."""
    restore_choices(DataFolder(data))
    done = rebuild(DataFolder(data), counting(t("Đang dựng lại", "Rebuilding")))
    tell(say("Đã dựng lại từ {n} lần đọc.", "Rebuilt from {n} readings.", n=done))
    dossiers = rebuild_dossiers(DataFolder(data))
    if dossiers.items:
        tell(
            say(
                "Đã dựng lại từ {n} mục trong nhật ký hồ sơ.",
                "Rebuilt from {n} {n:item|items} of the journal.",
                n=dossiers.items,
            )
        )
    if dossiers.lost:
        tell(
            say(
                "Nhật ký hồ sơ thiếu {n} mục đã nhận; còn bản sao lưu thì khôi phục rồi chạy lại lệnh này.",
                "The journal lacks {n} items that were taken; restore a backup, if any, and run this again.",
                n=dossiers.lost,
            )
        )
    for path in dossiers.aside:
        tell(say("Đã giữ riêng: {path}.", "Put aside: {path}.", path=path))
    return 1 if dossiers.lost or dossiers.aside else 0
