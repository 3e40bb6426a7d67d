"""`bochiso restore DIR --data NEW`: a backup into a folder of its own, and what it lacks."""

from pathlib import Path

import click

from bochiso.cli.commands.verify import tell_checked
from bochiso.cli.options import data_option, lang_option, t
from bochiso.cli.output import tell
from bochiso.cli.usage import Command
from bochiso.office.backups import Restored, WhoEnded, restore_backup
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.text import Text, now, say


@click.command(
    cls=Command,
    help=t(
        "Khôi phục một bản sao lưu vào thư mục trống (--data), dựng lại dữ kiện rồi kiểm tra tất cả; kể "
        "những gì còn thiếu. Không ai còn đăng nhập; khóa đã thu hồi, tài khoản đã khóa vẫn bị chặn. "
        "Mã trả về: 0 đủ, 1 còn thiếu hoặc có chỗ sai.",
        "Restore a backup into an empty folder (--data), make the facts again, check everything, and tell "
        "what is lacking. Nobody stays signed in; revoked keys and disabled accounts stay out. "
        "Exit: 0 complete, 1 something is lacking or wrong.",
    ),
)
@click.argument("backups", metavar=t("NƠI_LƯU", "DIR"), type=click.Path(readable=False, path_type=Path))
@click.option(
    "--at",
    metavar=t("BẢN", "NAME"),
    help=t("Bản nào, như 20261128; mặc định bản mới nhất.", "Which one, as 20261128; the newest by default."),
)
@click.option(
    "--old",
    type=click.Path(readable=False, path_type=Path),
    metavar=t("THƯ_MỤC", "DIR"),
    help=t(
        "Thư mục cũ, nếu còn đọc được: quyền lấy theo sổ cái ở đó, phần chưa kịp sao lưu được kể ra.",
        "The old folder, where it can be read: rights are as its ledger says, what it had beyond is told.",
    ),
)
@click.option(
    "--ended",
    multiple=True,
    metavar=t("TÊN", "NAME"),
    help=t(
        "Khóa hoặc tài khoản đã thu hồi, đã khóa sau bản sao lưu (lặp lại được).",
        "A key or account that was revoked or disabled since the backup (may be repeated).",
    ),
)
@click.option(
    "--none-ended",
    is_flag=True,
    help=t(
        "Chắc chắn không có khóa, tài khoản nào bị thu hồi sau bản sao lưu.",
        "No key or account was ended since the backup.",
    ),
)
@data_option
@lang_option
def command(
    backups: Path, at: str | None, old: Path | None, ended: tuple[str, ...], none_ended: bool, data: Path
) -> int:
    """Restore a backup."""
    who = WhoEnded(DataFolder(old) if old else None, ended, known=bool(ended) or none_ended)
    done = restore_backup(backups, at, DataFolder(data), by_command_line(now()), who)
    tell(
        say(
            "Đã khôi phục bản {name} ({at}) vào {data}.",
            "Restored {name} ({at}) into {data}.",
            name=done.manifest.name,
            at=done.manifest.taken_at,
            data=str(data),
        )
    )
    if done.ledger_kept:
        tell(say("Sổ cái ở PostgreSQL còn nguyên nên được giữ.", "The ledger was there already and stays."))
    tell_checked(done.checked)
    lacking = _lacking(done)
    for each in lacking:
        tell(say("  Thiếu: {what}", "  Lacking: {what}", what=each))
    if done.lacks.items is None:
        tell(
            say(
                "  Chưa biết: những gì nhận sau {at}, nếu có; đề nghị hệ thống của tỉnh gửi lại từ lúc ấy.",
                "  Not known: what came in after {at}, if anything; have systems send again from then.",
                at=done.manifest.taken_at,
            )
        )
    for each in done.checked.faults:
        tell(say("  Sai: {what}", "  Wrong: {what}", what=each))
    if not done.ledger_kept:
        tell(
            say(
                "Mọi phiên đăng nhập đã kết thúc: người dùng đăng nhập lại, hệ thống tự đăng nhập lại.",
                "All sessions have ended: people sign in again, systems do so by themselves.",
            )
        )
    return 1 if lacking or done.checked.faults else 0


def _lacking(done: Restored) -> list[Text]:
    lacks = done.lacks
    found = [say("{path} (bản sao lưu không còn)", "{path} (lost by the backup)", path=each)
             for each in lacks.files]  # fmt: skip
    found += [say("{path} (đã hỏng từ khi sao lưu)", "{path} (not whole when backed up)", path=each)
              for each in lacks.faults]  # fmt: skip
    if lacks.items:
        found.append(say("{n} mục hồ sơ nhận sau bản sao lưu; đề nghị hệ thống của tỉnh gửi lại từ {at}",
                         "{n} {n:item|items} taken in after the backup; have systems send again from {at}",
                         n=lacks.items, at=done.manifest.taken_at))  # fmt: skip
    if lacks.readings:
        found.append(say("{n} lần nạp sau bản sao lưu (số {seqs}); nạp lại",
                         "{n} {n:reading|readings} after the backup ({seqs}); bring them in again",
                         n=len(lacks.readings), seqs=", ".join(map(str, lacks.readings))))  # fmt: skip
    if lacks.second_factors:
        found.append(say("ledger.key, để {names} dùng lại xác thực hai lớp; chép vào thư mục này, hoặc đặt "
                         "lại bằng `bochiso account user totp-reset`",
                         "ledger.key, for the second factor of {names}; copy it into this folder, or reset "
                         "with `bochiso account user totp-reset`",
                         names=", ".join(lacks.second_factors)))  # fmt: skip
    return found
