"""`bochiso backup DIR`: a backup of the data folder, taken while the server runs."""

from pathlib import Path

import click

from bochiso.cli.options import data_option, lang_option, t
from bochiso.cli.output import tell
from bochiso.cli.usage import Command
from bochiso.office.backend import Backend
from bochiso.office.backups import take_backup
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.text import now, say


@click.command(
    cls=Command,
    help=t(
        "Sao lưu thư mục số liệu và sổ cái, máy chủ vẫn chạy; mỗi lần chỉ chép phần mới và đọc lại tất cả để "
        "kiểm tra. Không gồm ledger.key (cất riêng) và dữ kiện (dựng lại được). "
        "Mã trả về: 0 xong, 1 xong nhưng có tệp không còn nguyên vẹn.",
        "Back up the data folder and the ledger while the server runs; only what is new is copied, and all "
        "of it is read back. Without ledger.key (kept apart) and facts (made again). "
        "Exit: 0 done, 1 done but files weren't whole.",
    ),
)
@click.argument("to", metavar=t("NƠI_LƯU", "DIR"), type=click.Path(readable=False, path_type=Path))
@click.option(
    "--keep",
    type=click.IntRange(1),
    metavar=t("SỐ", "N"),
    help=t("Chỉ giữ chừng này bản mới nhất; mặc định giữ tất cả.", "Keep the newest N; all by default."),
)
@data_option
@lang_option
def command(to: Path, keep: int | None, data: Path) -> int:
    """Take a backup."""
    folder = DataFolder(data)
    folder.check()
    done = take_backup(Backend(folder), by_command_line(now()), to, keep)
    found = done.manifest
    tell(
        say(
            "Đã sao lưu {name}: {files} tệp, {readings} lần đọc, {items} mục của nhật ký hồ sơ; "
            "chép mới {added} ({kb} KB), đã đọc lại tất cả.",
            "Backed up {name}: {files} {files:file|files}, {readings} {readings:reading|readings}, {items} "
            "{items:item|items} of the journal; {added} new ({kb} KB), all of it read back.",
            name=found.name, files=len(found.files), readings=len(found.readings),
            items=found.journal.items, added=done.added, kb=-(-done.added_bytes // 1000),
        )
    )  # fmt: skip
    if done.dropped:
        tell(say("Đã bỏ {n} bản cũ.", "Dropped {n} old {n:backup|backups}.", n=done.dropped))
    for each in found.faults:
        tell(say("  Không còn nguyên vẹn: {path}", "  Not whole: {path}", path=each))
    if found.faults:
        tell(
            say(
                "Có {n} tệp không còn như khi nhận; không bản cũ nào bị bỏ. Chạy `bochiso verify` để xem.",
                "{n} {n:file isn't|files aren't} as received; no older backup was dropped. "
                "See `bochiso verify`.",
                n=len(found.faults),
            )
        )
    return 1 if found.faults else 0
