"""`bochiso import KIND FILE… --as-of DAY`: keeps figures in the data folder."""

from pathlib import Path

import click

from bochiso.cli.options import (
    LANG,
    TABLES,
    PeriodType,
    data_option,
    lang_option,
    read_inputs,
    rules_option,
    t,
)
from bochiso.cli.output import tell, tell_refusals, working
from bochiso.cli.usage import Command
from bochiso.intake.sources import READERS
from bochiso.periods import Period, parse_day, parse_period
from bochiso.rules.loader import rules_text
from bochiso.store.folder import DataFolder
from bochiso.store.store import Added, add_reading
from bochiso.text import now, say

RECORD_KINDS = ("dossiers", "procedures", "petitions", "units")
"""What has its own moments, and needs no day."""


@click.command(
    cls=Command,
    name="import",
    help=t(
        "Nạp số liệu vào thư mục số liệu. LOẠI: measures (tử số, mẫu số), rates (tỷ lệ), points (điểm), "
        "portal (tệp JSON của Cổng Dịch vụ công quốc gia), portal-archive (JSON của Cổng trước năm 2026); "
        "dossiers (hồ sơ), procedures (thủ tục), petitions (phản ánh, kiến nghị), units (đơn vị).",
        "Keep figures in the data folder. KIND: measures, rates, points, portal (the national portal's "
        "JSON answers), portal-archive (its JSON rows from before 2026); dossiers, procedures, petitions, "
        "units.",
    ),
)
@click.argument("kind", metavar=t("LOẠI", "KIND"), type=click.Choice([*READERS, *RECORD_KINDS]))
@click.argument(
    "files",
    metavar=t("TỆP…", "FILE…"),
    nargs=-1,
    required=True,
    type=click.Path(readable=False, path_type=Path),
)
@click.option(
    "--as-of",
    metavar=t("NGÀY", "DAY"),
    help=t(
        "Ngày của số liệu, như 2025-11-14 hoặc 14/11/2025 (hồ sơ, thủ tục, phản ánh, đơn vị: không cần).",
        "The day that the figures are of (not needed for dossiers, procedures, petitions, units).",
    ),
)
@click.option(
    "--label",
    metavar=t("NHÃN", "LABEL"),
    help=t("Tên kỳ báo cáo, như “tuần 02 tháng 11/2025”.", "The reporting period's name."),
)
@click.option(
    "--period",
    type=PeriodType(),
    metavar=t("KỲ", "PERIOD"),
    help=t("Kỳ của số liệu; mặc định là cả năm của --as-of.", "The period; the year of --as-of by default."),
)
@click.option(
    "--province",
    metavar=t("MÃ_TỈNH", "CODE"),
    help=t(
        "Danh sách thủ tục của tỉnh nào, như H15; chỉ cần khi thư mục có nhiều tỉnh và danh sách không "
        "ghi rõ.",
        "Whose list of procedures it is, as H15; needed only where a folder has several provinces and the "
        "list doesn't say.",
    ),
)
@rules_option("qd766")
@data_option
@lang_option
def command(
    kind: str,
    files: tuple[Path, ...],
    as_of: str | None,
    label: str | None,
    period: Period | None,
    province: str | None,
    rules: str,
    data: Path,
) -> int:
    """Keep figures."""
    if kind in RECORD_KINDS:
        from bochiso.cli.dossier_imports import bring_in

        return bring_in(kind, files, data, province)
    if as_of is None:
        context = click.get_current_context()
        option = next(param for param in context.command.params if param.name == "as_of")
        raise click.MissingParameter(ctx=context, param=option)
    day = parse_day(as_of)
    suffixes = (".json",) if kind.startswith("portal") else TABLES
    with working(t("Đang nạp số liệu", "Bringing figures in")):
        added = add_reading(
            DataFolder(data),
            kind,
            read_inputs(files, suffixes),
            as_of=day,
            period=period or parse_period(str(day.year)),
            label=(label or "").strip() or None,
            rules_text=rules_text(rules),
            read_at=now(),
        )
    return _report(added, data)


def _report(added: Added, data: Path) -> int:
    if added.intake is None:
        tell(
            say(
                "Những tệp này đã được nạp lúc {at}; không có gì thay đổi.",
                "These files were brought in at {at}; nothing changed.",
                at=added.read_at,
            )
        )
        return 0
    intake = added.intake
    tell(
        say(
            "Đã nạp {figures} số liệu của {units} đơn vị vào {data} (lần đọc {seq}).",
            "Kept {figures} figures of {units} units in {data} (reading {seq}).",
            figures=intake.figures.num_rows,
            units=intake.units.num_rows,
            data=str(data),
            seq=added.seq,
        ).render(LANG)
    )
    for remark in intake.notes:
        tell(remark)
    return tell_refusals(intake)
