"""`bochiso snapshots`: what the data folder holds; taking a reading back."""

from pathlib import Path

import click

from bochiso.cli.options import PeriodType, data_option, format_options, lang_option, measured_option, t
from bochiso.cli.output import chosen_form, console, tell, write_csv, write_json
from bochiso.cli.terminal_tables import snapshots
from bochiso.cli.usage import Command, CommandGroup
from bochiso.office.backend import Backend
from bochiso.office.figures import withdraw_readings
from bochiso.periods import Period
from bochiso.score.export import plain
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.snapshots.snapshot_row import snapshot_row
from bochiso.store.snapshots.snapshot_selection import choose, snapshot_title
from bochiso.text import now, say


@click.group(
    cls=CommandGroup,
    invoke_without_command=True,
    help=t(
        "Liệt kê các kỳ số liệu: số liệu của ngày nào, kỳ nào, nguồn đọc lúc nào, thay đổi lần cuối lúc nào.",
        "List the snapshots: of which day and period, when the source was read, when figures last changed.",
    ),
)
@format_options
@measured_option
@data_option
@lang_option
@click.pass_context
def command(context: click.Context, form: str, excel: bool, measured: bool | None, data: Path) -> None:
    """List the snapshots."""
    if context.invoked_subcommand:
        return
    form = chosen_form(form, excel=excel)
    with open_store(DataFolder(data), measured) as store:
        found = [plain(snapshot_row(store, snapshot)) for snapshot in store.snapshots()]
    if form == "json":
        write_json(found)
    elif form == "csv":
        write_csv(found, excel=excel)
    else:
        console().print(snapshots(found))


@command.command(
    cls=Command,
    help=t(
        "Rút số liệu của một ngày khi nạp nhầm: các bảng, báo cáo không dùng nữa; chứng cứ vẫn giữ, ai rút "
        "và vì sao được ghi vào nhật ký.",
        "Take the figures of a day back: nothing counts them any more; the evidence stays, and the log says "
        "who did it and why.",
    ),
)
@click.argument("day", metavar=t("NGÀY", "DAY"))
@click.option("--because", required=True, metavar=t("LÝ_DO", "REASON"), help=t("Vì sao rút.", "Why."))
@click.option("--period", type=PeriodType(), metavar=t("KỲ", "PERIOD"), help=t("Kỳ nào.", "Of which period."))
@click.option(
    "--reading",
    type=int,
    metavar=t("SỐ", "NUMBER"),
    help=t("Chỉ một lần đọc của ngày ấy; mặc định là tất cả.", "One reading of that day; all by default."),
)
@measured_option
@data_option
@lang_option
def withdraw(
    day: str,
    because: str,
    period: Period | None,
    reading: int | None,
    measured: bool | None,
    data: Path,
) -> None:
    """Take readings back. Raises UsageError for a reading that isn't of the day."""
    folder = DataFolder(data)
    with open_store(folder, measured) as store:
        snapshot = choose(store, day, period)
    if reading is not None and reading not in snapshot.seqs:
        raise click.UsageError(
            t(
                f"ngày ấy gồm các lần đọc {', '.join(map(str, snapshot.seqs))}.",
                f"that day has the readings {', '.join(map(str, snapshot.seqs))}.",
            ),
            click.get_current_context(),
        )
    seqs = snapshot.seqs if reading is None else (reading,)
    withdraw_readings(Backend(folder), by_command_line(now()), seqs, because)
    tell(
        say(
            "Đã rút số liệu {title} (lần đọc {seqs}). Chứng cứ vẫn được giữ; bản đã công bố, nếu có, vẫn như "
            "lúc công bố.",
            "The figures of {title} were taken back (readings {seqs}). Their evidence stays; what was "
            "published stays as it was.",
            title=snapshot_title(snapshot),
            seqs=", ".join(map(str, seqs)),
        )
    )
