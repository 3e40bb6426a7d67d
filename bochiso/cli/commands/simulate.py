"""`bochiso simulate --province H15 --dossiers N --seed S -o DIR`: a synthetic province in the sync format.

With `--push ADDRESS` it acts as the province's system instead, and sends them to a server.
"""

import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import Progress

from bochiso.cli.options import PeriodType, lang_option, t
from bochiso.cli.output import tell
from bochiso.cli.usage import Command
from bochiso.periods import Period
from bochiso.simulate.rhythm import Rhythm
from bochiso.simulate.writing import write_province
from bochiso.text import say


@click.command(
    cls=Command,
    help=t(
        "Tạo số liệu mô phỏng của một tỉnh theo định dạng đồng bộ hồ sơ. Tên đơn vị là thật, mọi hồ sơ và "
        "con người đều không có thật.",
        "Make a synthetic province in the sync format. Names of units are real, dossiers and people aren't.",
    ),
)
@click.option(
    "--province",
    metavar=t("MÃ", "CODE"),
    default="H15",
    help=t("Mã tỉnh, thành phố (mặc định H15).", "The province's code (H15 by default)."),
)
@click.option(
    "--dossiers",
    metavar=t("SỐ_HỒ_SƠ", "N"),
    required=True,
    type=click.IntRange(min=1),
    help=t("Số hồ sơ cần tạo.", "How many dossiers."),
)
@click.option(
    "--seed",
    metavar=t("SỐ", "S"),
    default=1,
    type=int,
    help=t(
        "Số khởi đầu; cùng một số luôn cho cùng số liệu (mặc định 1).",
        "The same seed gives the same files (1 by default).",
    ),
)
@click.option(
    "--period",
    metavar=t("KỲ", "PERIOD"),
    default="2026-01-01..2026-09-30",
    type=PeriodType(),
    help=t(
        "Kỳ tiếp nhận hồ sơ (mặc định 9 tháng đầu năm 2026).",
        "When dossiers are received (the first nine months of 2026 by default).",
    ),
)
@click.option(
    "--gzip",
    "compress",
    is_flag=True,
    help=t("Nén hồ sơ và các bước xử lý (.jsonl.gz).", "Compress dossiers and steps (.jsonl.gz)."),
)
@click.option(
    "-o",
    "--output",
    metavar=t("THƯ_MỤC", "DIR"),
    type=click.Path(path_type=Path),
    help=t("Nơi để các tệp.", "Where the files go."),
)
@click.option(
    "--push",
    "address",
    metavar=t("ĐỊA_CHỈ", "ADDRESS"),
    help=t(
        "Thay vì ghi tệp, đóng vai hệ thống của tỉnh gửi hồ sơ tới máy chủ này, ví dụ "
        "http://127.0.0.1:8766/dong-bo; mật khẩu của khóa hỏi trên màn hình hoặc đọc từ đầu vào chuẩn.",
        "Instead of files: act as the province's system and send to this server, such as "
        "http://127.0.0.1:8766/dong-bo; the key's password is asked for, or read from standard input.",
    ),
)
@click.option(
    "--key",
    metavar=t("TÊN", "NAME"),
    help=t("Khóa để gửi (bochiso account key add).", "The key to send with (bochiso account key add)."),
)
@click.option(
    "--rate",
    metavar=t("SỐ", "N"),
    default=100.0,
    type=click.FloatRange(min=0.1),
    help=t("Gửi nhiều nhất số mục này mỗi giây (mặc định 100).", "At most so many items a second (100)."),
)
@lang_option
def command(output: Path | None, address: str | None, key: str | None, rate: float, **asked: Any) -> int:
    """Write the files, or send their content. Raises UsageError for options that don't go together."""
    if (output is None) == (address is None):
        raise click.UsageError(t("cần một trong hai: -o hoặc --push.", "give one of -o and --push."))
    if output is not None:
        _write(output, **asked)
        return 0
    if not key:
        raise click.UsageError(t("--push cần --key TÊN.", "--push needs --key NAME."))
    return _push(str(address), key, rate, **asked)


def _push(
    address: str, key: str, rate: float, province: str, dossiers: int, seed: int, period: Period, **_: Any
) -> int:
    from bochiso.cli.pushing import push
    from bochiso.simulate.sync_client import SyncClient

    secret = (
        click.prompt(t("Mật khẩu của khóa", "The key's password"), hide_input=True, err=True)
        if sys.stdin.isatty()
        else sys.stdin.readline().strip()
    )
    sending = t("Đang gửi hồ sơ", "Sending dossiers")
    with SyncClient(address, province, key, secret) as client, _bar(sending, None) as progress:
        return push(client, province, dossiers, seed, period, rate, progress)


def _write(output: Path, province: str, dossiers: int, seed: int, period: Period, compress: bool) -> None:
    with _bar(t("Đang tạo hồ sơ", "Making dossiers"), dossiers) as progress:
        written = write_province(
            output,
            province,
            dossiers,
            seed,
            Rhythm(period.first, period.last),
            compress=compress,
            progress=progress,
        )
    tell(
        say(
            "Đã tạo {dossiers} hồ sơ, {steps} bước xử lý, {petitions} phản ánh, kiến nghị, "
            "{procedures} thủ tục hành chính, {publications} dòng sổ công bố thủ tục và {units} đơn vị trong "
            "{folder}.",
            "Made {dossiers} {dossiers:dossier|dossiers}, {steps} {steps:step|steps}, {petitions} "
            "{petitions:petition|petitions}, {procedures} {procedures:procedure|procedures}, "
            "{publications} {publications:row|rows} of the register of publications and "
            "{units} {units:unit|units} in {folder}.",
            folder=str(output),
            **written._asdict(),
        )
    )


@contextmanager
def _bar(what: str, total: int | None) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, from the second second on."""
    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(what, total=total)
    began = time.monotonic()

    def show(done: int) -> None:
        bar.update(task, completed=done)
        if bar.console.is_terminal and time.monotonic() - began > 1:
            bar.start()

    try:
        yield show
    finally:
        if bar.live.is_started:
            bar.stop()
