"""`bochiso simulate --province H15 --dossiers N --seed S -o DIR`: a synthetic province in the sync format."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import click
from rich.console import Console
from rich.progress import Progress

from bochiso.cli.options import PeriodType, lang_option, t
from bochiso.cli.output import tell
from bochiso.cli.usage import Command
from bochiso.periods import Period
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
    required=True,
    type=click.Path(path_type=Path),
    help=t("Nơi để các tệp.", "Where the files go."),
)
@lang_option
def command(province: str, dossiers: int, seed: int, period: Period, compress: bool, output: Path) -> None:
    """Write the files."""
    with _bar(dossiers) as progress:
        written = write_province(
            output, province, dossiers, seed, period.first, period.last, compress=compress, progress=progress
        )
    tell(
        say(
            "Đã tạo {dossiers} hồ sơ, {steps} bước xử lý, {petitions} phản ánh, kiến nghị, "
            "{procedures} thủ tục hành chính và {units} đơn vị trong {folder}.",
            "Made {dossiers} dossiers, {steps} steps, {petitions} petitions, {procedures} procedures and "
            "{units} units in {folder}.",
            folder=str(output),
            **written._asdict(),
        )
    )


@contextmanager
def _bar(total: int) -> Iterator[Callable[[int], None]]:
    """A progress bar on a terminal, from the second second on."""
    bar = Progress(console=Console(stderr=True), transient=True)
    task = bar.add_task(t("Đang tạo hồ sơ", "Making dossiers"), total=total)
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
