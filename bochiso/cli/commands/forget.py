"""`bochiso forget`: files that were brought in removed for good; what they gave stays."""

from pathlib import Path

import click

from bochiso.cli.options import data_option, lang_option, t
from bochiso.cli.output import tell
from bochiso.cli.usage import Command
from bochiso.errors import ComputeError
from bochiso.office.backend import Backend
from bochiso.office.figures import OVER, due_readings, forget_readings
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.text import Lang, now, say


@click.command(
    cls=Command,
    help=t(
        "Xóa hẳn nội dung các tệp của một lần đọc, cùng nội dung các dòng đã từ chối, khi tệp có thông tin "
        "cá nhân phải xóa. Vẫn giữ số liệu đã đọc, mã băm của tệp, ai xóa và vì sao; dữ kiện dựng lại được.",
        "Remove what the files of a reading hold, and the rows that were refused, where they have personal "
        "data that must go. The figures that were read, the files' hashes, who did it and why stay.",
    ),
)
@click.argument("reading", type=int, required=False, metavar=t("LẦN_ĐỌC", "READING"))
@click.option("--because", metavar=t("LÝ_DO", "REASON"), help=t("Vì sao xóa.", "Why."))
@click.option(
    "--due",
    is_flag=True,
    help=t(
        "Mọi lần đọc quá thời hạn lưu tệp đã thiết lập trên trang Quản trị.",
        "All readings beyond the time for which files are kept, as administrators set it.",
    ),
)
@click.option("--sure", is_flag=True, help=t("Đã biết là không lấy lại được.", "It can't be undone: I know."))
@data_option
@lang_option
def command(reading: int | None, because: str | None, due: bool, sure: bool, data: Path) -> None:
    """Remove readings' files. Raises ComputeError where it isn't sure, or there is no such reading."""
    backend, by = Backend(DataFolder(data)), by_command_line(now())
    if due:
        seqs, because = due_readings(backend, by.at), because or OVER.render(Lang.VI)
    elif reading is None:
        raise click.UsageError(t("thiếu số của lần đọc.", "which reading?"), click.get_current_context())
    else:
        seqs = (reading,)
    if not seqs:
        tell(say("Chưa có tệp nào quá thời hạn lưu.", "No file is beyond its time."))
        return
    if not sure:
        raise ComputeError(
            say(
                "xóa rồi thì không lấy lại được tệp của lần đọc {list}.",
                "the files of the readings {list} can't be had back then.",
                list=", ".join(map(str, seqs)),
            ),
            do=say("Chắc chắn thì thêm --sure.", "Add --sure if you are sure."),
        )
    removed = forget_readings(backend, by, seqs, because or "")
    tell(
        say(
            "Đã xóa {n} tệp (lần đọc {seqs}); số liệu vẫn như trước. Các bản sao lưu trước đây còn giữ tệp "
            "cho đến khi bị bỏ dần (`bochiso backup --keep`).",
            "{n} {n:file was|files were} removed (readings {seqs}); the figures are as they were. Backups "
            "from before have them until they are dropped (`bochiso backup --keep`).",
            n=removed,
            seqs=", ".join(map(str, seqs)),
        )
    )
