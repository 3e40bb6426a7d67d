"""`bochiso facts`: facts exported to a lake of Parquet files, and what such a lake has."""

from pathlib import Path

import click

from bochiso.cli.engine_choice import engine_asked, engine_options
from bochiso.cli.options import PeriodType, data_option, format_options, lang_option, t
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.terminal_tables import add_numbers, counted, new_table, words
from bochiso.cli.usage import Command, CommandGroup
from bochiso.office.backend import Backend
from bochiso.office.facts_lake import count_facts, export_facts
from bochiso.periods import Period, end_of_day, parse_day
from bochiso.rules.loader import load_rules
from bochiso.store.folder import DataFolder
from bochiso.store.lake.lake_export import ExportAsked
from bochiso.store.lake.lake_facts import open_lake
from bochiso.store.lake.lake_forms import LakeCount
from bochiso.store.lake.lake_measurement import LakeAsked
from bochiso.store.lake.lake_place import LakePlace
from bochiso.store.people.audit import by_command_line
from bochiso.text import VIETNAM, now, say
from bochiso.units.codes import normalise_code
from bochiso.units.names import with_names


@click.group(
    cls=CommandGroup,
    help=t(
        "Hồ dữ liệu: dữ kiện của nhiều tỉnh ở dạng tệp Parquet, để đo chung mà không phải nạp lại.",
        "The lake: the facts of many provinces as Parquet files, measured together without importing.",
    ),
)
def command() -> None:
    """The lake."""


@command.command(
    "export",
    cls=Command,
    help=t(
        "Xuất hồ sơ, bước xử lý, phản ánh, công bố, thủ tục, đơn vị theo tỉnh và tháng; chạy lại chỉ ghi "
        "phần đã đổi. Không có dữ liệu cá nhân.",
        "Export dossiers, steps, petitions, publications, procedures and units by province and month; again, "
        "only what changed. Nothing personal is in it.",
    ),
)
@click.option(
    "--to",
    required=True,
    metavar=t("NƠI_LƯU", "DIR_OR_URL"),
    help=t("Thư mục hoặc địa chỉ: s3://…, hdfs://…, gs://…", "A folder or address: s3://…, hdfs://…, gs://…"),
)
@click.option(
    "--province",
    "provinces",
    multiple=True,
    metavar=t("MÃ", "CODE"),
    help=t("Chỉ tỉnh này; dùng được nhiều lần.", "Only this province; may be given several times."),
)
@click.option(
    "--replace",
    is_flag=True,
    help=t(
        "Thay cả phần của tỉnh do thư mục số liệu khác đã xuất.",
        "Also replace what another data folder exported of a province.",
    ),
)
@data_option
@lang_option
def export(to: str, provinces: tuple[str, ...], replace: bool, data: Path) -> None:
    """Bring a lake up to the facts."""
    chosen = frozenset(map(normalise_code, provinces)) or None
    with working(t("Đang xuất dữ kiện", "Exporting facts")):
        done = export_facts(
            Backend(DataFolder(data)), by_command_line(now()), to, ExportAsked(chosen, replace)
        )
    tell(
        say(
            "Đã xuất {list}: ghi {written} phần ({rows} dòng, {kb} KB), {kept} phần không đổi. "
            "Xem tiếp: bochiso measure --facts {to}.",
            "Exported {list}: {written} {written:part|parts} written ({rows} {rows:row|rows}, {kb} KB), "
            "{kept} unchanged. Next: bochiso measure --facts {to}.",
            list=", ".join(done.provinces),
            written=done.written,
            rows=done.rows,
            kb=-(-done.size // 1000),
            kept=done.kept,
            to=to,
        )
    )


@command.command(
    "list",
    cls=Command,
    help=t(
        "Hồ dữ liệu đang có gì: từng tỉnh, số hồ sơ, ngày gần nhất, lúc xuất.",
        "What a lake has: each province, its dossiers, their latest day, when it was exported.",
    ),
)
@click.argument("facts", metavar=t("NƠI_LƯU", "DIR_OR_URL"))
@format_options
@lang_option
def list_command(facts: str, form: str, excel: bool) -> None:
    """What a lake has."""
    form = chosen_form(form, excel=excel)
    lake = open_lake(LakePlace(facts))
    rows = [
        {
            "province": manifest.province,
            "dossiers": sum(part.rows for part in manifest.of("dossiers")),
            "petitions": sum(part.rows for part in manifest.of("petitions")),
            "procedures": sum(part.rows for part in manifest.of("procedures")),
            "last_day": max((each.day.isoformat() for each in manifest.days), default=None),
            "written_at": manifest.written_at.astimezone(VIETNAM).isoformat(),
            "version": manifest.version,
        }
        for manifest in lake.manifests.values()
    ]
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        table = new_table()
        table.add_column(t("Tỉnh, bộ", "Province"))
        add_numbers(
            table, t("Hồ sơ", "Dossiers"), t("Phản ánh, kiến nghị", "Petitions"), t("Thủ tục", "Procedures")
        )
        table.add_column(t("Ngày gần nhất", "Latest day"))
        table.add_column(t("Xuất lúc", "Exported"))
        for row in rows:
            numbers = (counted(row[name]) for name in ("dossiers", "petitions", "procedures"))  # type: ignore[arg-type]
            table.add_row(
                words(str(row["province"])),
                *numbers,
                str(row["last_day"] or "–"),
                str(row["written_at"])[:16],
            )
        console().print(table)
    today = now().astimezone(VIETNAM).date()
    silent = lake.silent(today)
    if silent:
        tell(
            say(
                "{n} tỉnh, thành phố chưa gửi số liệu nào: {list}.",
                "{n} {n:province has|provinces have} sent nothing: {list}.",
                n=len(silent),
                list=with_names(silent, today),
            )
        )


_COUNTS = {"form-07": LakeCount.HANDLING, "form-06": LakeCount.PETITIONS, "work": LakeCount.WORK}


@command.command(
    "count",
    cls=Command,
    help=t(
        "Đếm theo đơn vị từ hồ dữ liệu, không lưu: form-07, form-06 là số của biểu 07, 06 (Thông tư số "
        "09/2026/TT-BTP) theo lĩnh vực; work là số hồ sơ từng chỉ số còn thiếu.",
        "Count by unit in a lake, keeping nothing: form-07 and form-06 what forms 07 and 06 of Circular "
        "09/2026/TT-BTP count, by field; work how many dossiers each indicator missed.",
    ),
)
@click.argument("what", type=click.Choice(list(_COUNTS)))
@click.argument("facts", metavar=t("NƠI_LƯU", "DIR_OR_URL"))
@click.option(
    "--period",
    type=PeriodType(),
    required=True,
    metavar=t("KỲ", "PERIOD"),
    help=t("Kỳ, như 2026-11@15 hoặc 2026.", "The period, as 2026-11@15 or 2026."),
)
@click.option(
    "--as-of",
    metavar=t("NGÀY", "DAY"),
    help=t(
        "Theo hiện trạng cuối ngày này; mặc định là lúc này.", "As of the end of this day; now by default."
    ),
)
@engine_options
@format_options
@lang_option
def count(
    what: str,
    facts: str,
    period: Period,
    as_of: str | None,
    engine: str,
    master: str,
    settings: tuple[str, ...],
    form: str,
    excel: bool,
) -> None:
    """Count in a lake."""
    form = chosen_form(form, excel=excel)
    day = parse_day(as_of) if as_of else now().astimezone(VIETNAM).date()
    asked = LakeAsked(period, end_of_day(day, now()), load_rules("qd766"))
    with working(t("Đang đếm", "Counting")):
        rows = count_facts(facts, engine_asked(engine, master, settings), asked, _COUNTS[what])
    if form == "json":
        write_json(rows)
    else:
        write_csv(rows, excel=excel)
