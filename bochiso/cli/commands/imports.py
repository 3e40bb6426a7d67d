"""`bochiso import KIND FILE… --as-of DAY`: keeps figures in the data folder."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import click

from bochiso.cli.options import (
    LANG,
    TABLES,
    PeriodType,
    choice,
    choice_options,
    data_option,
    lang_option,
    read_inputs,
    rules_option,
    t,
)
from bochiso.cli.output import tell, tell_refusals, working
from bochiso.cli.preview_text import tell_preview
from bochiso.cli.usage import Command
from bochiso.errors import SourceError
from bochiso.intake.figures.published_ranks import parse_rank
from bochiso.intake.figures.said_days import check_moments, disagreement
from bochiso.intake.result import Intake, NothingUsableError
from bochiso.intake.sources import AUTO, READERS
from bochiso.office.backend import Backend
from bochiso.office.figures import import_figures, preview_import
from bochiso.periods import Period, parse_day, parse_period
from bochiso.report.xlsx.refused_rows import refused_workbook
from bochiso.rules.file.parse import parse_rules
from bochiso.rules.loader import rules_text
from bochiso.rules.rule_set import RuleSet
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.identities import Identified, Identity
from bochiso.store.figures.snapshot_store import Added
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.settings import office_province
from bochiso.store.snapshots.preview import personal_question, raw_tables
from bochiso.text import VIETNAM, now, say
from bochiso.units.codes import PROVINCE_CODE, normalise_code

PORTAL_LIST = "portal-list"
FORMS = "forms"
"""Forms 07a of units: their day is the day on which they were sent."""

RECORD_KINDS = ("dossiers", "procedures", "petitions", "ratings", "units", "publications", PORTAL_LIST)
"""What has its own moments, and needs no day."""

NOT_TITLED = ("portal", "portal-archive")
"""What has no titles of its own."""


class ImportCommand(Command):
    """The command `import`, whose KIND may be left out: the file shows it."""

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        """Arguments with a KIND, where the first of them is a file."""
        if args and args[0] not in (*READERS, *RECORD_KINDS, FORMS):
            first = Path(args[0])
            if first.suffix.lower() in TABLES or first.exists():
                args = [AUTO, *args]
        return super().parse_args(ctx, args)


@click.command(
    cls=ImportCommand,
    name="import",
    help=t(
        "Nạp số liệu vào thư mục số liệu. LOẠI (bỏ trống thì tự nhận ra từ tệp): "
        "measures (tử số, mẫu số), rates (tỷ lệ), points (điểm), "
        "portal (tệp JSON của Cổng Dịch vụ công quốc gia), portal-archive (JSON của Cổng trước năm 2026); "
        "dossiers (hồ sơ), procedures (thủ tục), petitions (phản ánh, kiến nghị), "
        "ratings (đánh giá hài lòng về hồ sơ), units (đơn vị), "
        "publications (sổ theo dõi công bố thủ tục), portal-list (danh sách hồ sơ của Cổng Dịch vụ công quốc "
        "gia); forms (biểu 07a do đơn vị gửi, --as-of là ngày gửi).",
        "Keep figures in the data folder. KIND (told by the file where left out): "
        "measures, rates, points, portal (the national portal's "
        "JSON answers), portal-archive (its JSON rows from before 2026); dossiers, procedures, petitions, "
        "ratings (of dossiers), units, publications (the register of publications), portal-list (the "
        "national portal's own list of dossiers); forms (units' forms 07a, --as-of: sent on).",
    ),
)
@click.argument("kind", metavar=t("LOẠI", "KIND"), type=click.Choice([*READERS, *RECORD_KINDS, FORMS]))
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
    "--check",
    is_flag=True,
    help=t(
        "Chỉ xem trước: từng cột được hiểu là gì, kết quả, dòng bị từ chối, thay đổi so với kỳ trước; không "
        "lưu gì.",
        "Look first: what each column is taken for, what comes out, what is refused, what changes; keeps "
        "nothing.",
    ),
)
@click.option(
    "--refused",
    metavar=t("TỆP", "FILE"),
    type=click.Path(readable=False, path_type=Path),
    help=t(
        "Ghi các dòng bị từ chối, kèm lý do, vào bảng tính này để sửa rồi nạp lại.",
        "Write the refused rows with their reasons into this workbook, to mend and bring back.",
    ),
)
@click.option(
    "--rank",
    "ranks",
    multiple=True,
    metavar=t("HẠNG", "RANK"),
    help=t(
        "Thứ hạng do nguồn công bố, như 16/34 (hoặc H15=16/34 khi tệp có nhiều đơn vị); lặp lại được.",
        "The rank that the source published, as 16/34 (or H15=16/34 in a file of several units).",
    ),
)
@click.option(
    "--read-at",
    metavar=t("LÚC", "MOMENT"),
    help=t(
        "Nguồn được đọc lúc nào, như “08/07/2024 11:00” (giờ Việt Nam); mặc định là lúc này.",
        "When the source was read, as “08/07/2024 11:00” (Việt Nam's time); now by default.",
    ),
)
@click.option(
    "--sure",
    is_flag=True,
    help=t(
        "Ngày, kỳ ghi ở đây là đúng dù tiêu đề của bảng ghi khác.",
        "The day and the period given here are right, whatever the table's title says.",
    ),
)
@click.option(
    "--province",
    metavar=t("MÃ_TỈNH", "CODE"),
    help=t(
        "Bảng là của tỉnh nào, như H15: bảng không có mã đơn vị (mặc định là tỉnh đã đặt trong thiết lập, "
        "hoặc nhận ra từ tên các đơn vị); danh sách thủ tục, sổ công bố khi thư mục có nhiều tỉnh.",
        "Whose table it is, as H15: one without units' codes (the province of the settings by default, or "
        "what the names show); a list of procedures or a register where a folder has several provinces.",
    ),
)
@click.option(
    "--unit",
    metavar=t("MÃ", "CODE"),
    help=t("Biểu mẫu của đơn vị nào, khi biểu không ghi.", "Whose form it is, where it doesn't say."),
)
@choice_options
@rules_option("qd766")
@data_option
@lang_option
def command(
    kind: str,
    files: tuple[Path, ...],
    as_of: str | None,
    label: str | None,
    period: Period | None,
    check: bool,
    refused: Path | None,
    ranks: tuple[str, ...],
    read_at: str | None,
    sure: bool,
    province: str | None,
    unit: str | None,
    rules: str,
    data: Path,
) -> int:
    """Keep figures. Raises MissingParameter where no day was given."""
    if kind == PORTAL_LIST:
        from bochiso.cli.portal_list_import import bring_list_in

        today = now().astimezone(VIETNAM).date()
        return bring_list_in(files, data, parse_day(as_of) if as_of else today, read_at, period, province)
    if kind in RECORD_KINDS:
        from bochiso.cli.dossier_imports import bring_in

        return bring_in(kind, files, data, choice(), province)
    if kind == FORMS:
        from bochiso.cli.form_imports import bring_forms

        return bring_forms(files, data, unit, period, parse_day(as_of) if as_of else None)
    if as_of is None:
        context = click.get_current_context()
        option = next(param for param in context.command.params if param.name == "as_of")
        raise click.MissingParameter(ctx=context, param=option)
    day = parse_day(as_of)
    new = NewReading(
        kind,
        read_inputs(files, (".json",) if kind.startswith("portal") else TABLES),
        as_of=day,
        period=period or parse_period(str(day.year)),
        label=(label or "").strip() or None,
        rules_text=rules_text(rules),
        read_at=check_moments(day, read_at, now()),
        choice=replace(choice(), ranks=tuple(map(parse_rank, ranks))),
        province=_province(province, DataFolder(data)),
    )
    parsed = parse_rules(new.rules_text, rules)
    if not sure and kind not in NOT_TITLED:
        asked = disagreement(new.files, day, period, new.province) or personal_question(new, parsed)
        if asked:
            raise asked
    return _bring_figures_in(new, parsed, data, refused, only_look=check)


def _bring_figures_in(
    new: NewReading, rules: RuleSet, data: Path, refused: Path | None, *, only_look: bool
) -> int:
    """Keep a reading, or only show what it would come to; what was refused goes into the file `refused`."""
    backend = Backend(DataFolder(data))

    def keep_refused(intake: Intake | None) -> None:
        if refused and intake and intake.refusals:
            tables = raw_tables(new.kind, new.files, rules, new.choice)
            refused.write_bytes(refused_workbook(tables, intake.refusals))
            tell(say("Các dòng bị từ chối: {file}.", "The refused rows: {file}.", file=str(refused)))

    try:
        with working(t("Đang nạp số liệu", "Bringing figures in")):
            if only_look:
                found = preview_import(backend, new, rules)
                added = found.added
            else:
                found, added = None, import_figures(backend, by_command_line(now()), new)
    except NothingUsableError as error:
        keep_refused(error.intake)
        raise
    if found:
        tell_preview(found)
    code = _report(added, None if only_look else data)
    keep_refused(added.intake)
    return code


def _province(given: str | None, folder: DataFolder) -> str | None:
    """The province whose units a table is about: as given, else the office's own."""
    if given is None:
        return office_province(folder)
    code = normalise_code(given)
    if not PROVINCE_CODE.fullmatch(code):
        raise SourceError(
            say("“{given}” không phải mã tỉnh.", "“{given}” is no province's code.", given=given[:40]),
            do=say("Viết mã tỉnh như H15.", "Write a province's code, as H15."),
        )
    return code


def _tell_names(found: Sequence[Identity]) -> int:
    """What names without codes were taken for; 1 where one is asked about."""
    sure = [each for each in found if each.how in (Identified.MATCHED, Identified.CHOSEN)]
    if sure:
        of = sorted({each.parent for each in sure if each.parent})
        tell(
            say(
                "Đã nhận ra mã của {n} đơn vị theo tên{of}.",
                "The codes of {n} {n:unit|units} are known by their names{of}.",
                n=len(sure),
                of=f" ({', '.join(of)})" if of else "",
            )
        )
    asked = [each for each in found if each.how in (Identified.OPEN, Identified.TWICE)]
    if not asked:
        return 0
    shown = ", ".join(f"“{each.name}”" for each in asked[:_SHOWN]) + (", …" if len(asked) > _SHOWN else "")
    tell(
        say(
            "Chưa rõ {n} tên là đơn vị nào: {names}. Số liệu đã giữ theo tên trong bảng; hãy ghép bằng "
            "`bochiso units match`.",
            "{n} {n:name isn't|names aren't} sure: {names}. The figures are kept under the names of the "
            "table; say who they are with `bochiso units match`.",
            n=len(asked),
            names=shown,
        )
    )
    return 1


_SHOWN = 8


def _report(added: Added, data: Path | None) -> int:
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
    if data is not None:
        tell(
            say(
                "Đã nạp {figures} số liệu của {units} đơn vị vào {data} (lần đọc {seq}).",
                "Kept {figures} {figures:figure|figures} of {units} {units:unit|units} in {data} (reading "
                "{seq}).",
                figures=intake.figures.num_rows,
                units=intake.units.num_rows,
                data=str(data),
                seq=added.seq,
            ).render(LANG)
        )
    for remark in intake.notes:
        tell(remark)
    return max(tell_refusals(intake), _tell_names(added.identities))
