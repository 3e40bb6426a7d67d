"""`bochiso measure`: the province's own dossiers to numerators and denominators, kept as a snapshot."""

from collections.abc import Iterator
from pathlib import Path

import click

from bochiso.cli.engine_choice import engine_asked, engine_options
from bochiso.cli.options import (
    LANG,
    PeriodType,
    data_option,
    format_options,
    lang_option,
    rules_option,
    t,
)
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.terminal_dossiers import measured
from bochiso.cli.usage import Command
from bochiso.office.backend import Backend
from bochiso.office.facts_lake import measure_facts, measure_folder
from bochiso.office.measuring import keep_measured
from bochiso.periods import Period, end_of_day, parse_day, parse_period
from bochiso.rules.loader import load_rules, rules_text
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.folder import DataFolder
from bochiso.store.lake.lake_measurement import LakeAsked, LakeMeasured
from bochiso.store.measuring.deadline_table import furthest_limit
from bochiso.store.measuring.measured_basis import basis_of
from bochiso.store.measuring.measurement import Measurement, measure, unit_tree
from bochiso.store.measuring.sync_source import find_sync, published_sync
from bochiso.store.people.audit import by_command_line
from bochiso.text import VIETNAM, Text, now, say
from bochiso.units.names import with_names

_LEFT_OUT = {
    "RESOLVED_ON_TIME": (
        "Chỉ số 2.1 không tính {n} hồ sơ, vì hồ sơ không có ngày hẹn trả và chưa biết thời hạn giải quyết "
        "của thủ tục.",
        "Indicator 2.1 leaves out {n} {n:dossier|dossiers} without a due date, whose procedure's limit is "
        "not known.",
    ),
    "PUBLISH_ON_TIME": (
        "Chỉ số 1.1 không tính {n} thủ tục công bố trong kỳ, vì chưa rõ ngày có hiệu lực; bổ sung ngày đó "
        "vào sổ công bố.",
        "Indicator 1.1 leaves out {n} {n:procedure|procedures} published in the period without a day of "
        "effect; add it to the register.",
    ),
    "PUBLIC_CONTENT_FULL": (
        "{n} thủ tục đã bị bãi bỏ, không còn trong mẫu số của các chỉ số 1.3, 3.1, 3.2, 3.4, 3.5, 4.5b.",
        "{n} {n:procedure was|procedures were} abolished and {n:is|are} no longer in the denominators of "
        "1.3, 3.1, 3.2, 3.4, 3.5 and 4.5b.",
    ),
}
"""What is said of what an indicator doesn't count."""


@click.command(
    cls=Command,
    help=t(
        "Đo từ hồ sơ của tỉnh: tử số, mẫu số từng chỉ số của từng đơn vị; kết quả được lưu để xem bằng rank, "
        "explain --measured.",
        "Measure the province's own dossiers: numerators and denominators of every unit, kept for rank and "
        "explain --measured.",
    ),
)
@click.option(
    "--as-of",
    metavar=t("NGÀY", "DAY"),
    help=t(
        "Đo theo hiện trạng cuối ngày này, hôm nay thì đến lúc này; mặc định là lúc này.",
        "As dossiers stood at the end of this day, today at this moment; now by default.",
    ),
)
@click.option(
    "--period",
    type=PeriodType(),
    metavar=t("KỲ", "PERIOD"),
    help=t("Kỳ tiếp nhận hồ sơ; mặc định là cả năm.", "When dossiers were received; the year by default."),
)
@engine_options
@click.option(
    "--facts",
    metavar=t("NƠI_LƯU", "DIR_OR_URL"),
    help=t(
        "Đo thẳng từ hồ dữ liệu (bochiso facts export) ở thư mục hoặc địa chỉ này, không nạp vào máy.",
        "Measure straight from the lake (bochiso facts export) at this folder or address, importing nothing.",
    ),
)
@click.option(
    "--fresh",
    is_flag=True,
    help=t(
        "Với --facts: đọc lại tất cả, không dùng và không ghi kết quả của các phần đã đếm lần trước.",
        "With --facts: read everything again; neither use nor keep what parts came to before.",
    ),
)
@rules_option("qd766")
@format_options
@data_option
@lang_option
def command(
    as_of: str | None,
    period: Period | None,
    engine: str,
    facts: str | None,
    master: str,
    settings: tuple[str, ...],
    fresh: bool,
    rules: str,
    form: str,
    excel: bool,
    data: Path,
) -> None:
    """Measure dossiers."""
    form = chosen_form(form, excel=excel)
    chosen, folder = load_rules(rules), DataFolder(data)
    day = parse_day(as_of) if as_of else now().astimezone(VIETNAM).date()
    span = period or parse_period(str(day.year))
    asked = engine_asked(engine, master, settings)
    with working(t("Đang đo từ hồ sơ", "Measuring dossiers")):
        moment = end_of_day(day, now())
        wanted = LakeAsked(span, moment, chosen, published_sync(folder, span, day), not fresh)
        if facts is not None:
            found = measure_facts(facts, asked, wanted)
        elif engine == "spark":
            found = measure_folder(Backend(folder), asked, wanted)
        else:
            found = _of_folder(folder, wanted)
        result = Measurement(found.units, found.rows, day, span, rules_text(rules), found.basis)
        keep_measured(Backend(folder), by_command_line(now()), result)
    rows, units = found.rows, found.units
    objects = [
        {
            "unit": row.unit,
            "level": row.level.value,
            "indicator": row.indicator,
            "numerator": row.numerator,
            "denominator": row.denominator,
        }
        for row in rows
    ]
    if form == "json":
        write_json(objects)
    elif form == "csv":
        write_csv(objects, excel=excel)
    else:
        console().print(measured(rows, units, chosen))
    tell(
        say(
            "Đã đo {units} đơn vị, kỳ {vi}, theo hiện trạng {moment}. Xem tiếp: bochiso rank --measured.",
            "Measured {units} {units:unit|units}, {en}, as of {moment}. Next: bochiso rank --measured.",
            units=len(units),
            vi=span.show(LANG),
            en=span.show(LANG),
            moment=moment,
        )
    )
    if facts is not None:
        tell(_read_from(found))
    for remark in (*found.basis.sentences(chosen), *found.tree.remarks, *_remarks(result, found)):
        tell(remark)


def _of_folder(folder: DataFolder, asked: LakeAsked) -> LakeMeasured:
    """What the folder's own facts come to."""
    with open_dossiers(folder) as db:
        tree = unit_tree(db, asked.day)
        units = list(tree.units.values())
        calendar = calendar_of(db)
        sync = find_sync(db, units, asked.period, asked.as_of, asked.published)
        rows = measure(db, units, asked.period, asked.as_of, asked.rules, calendar, sync)
        basis = basis_of(db, (units, rows), sync, asked.period, asked.as_of, calendar)
        reached = furthest_limit(db, asked.period, asked.as_of, calendar)
    return LakeMeasured(tree, units, rows, calendar, basis, reached)


def _read_from(found: LakeMeasured) -> Text:
    """What was read of a lake."""
    return say(
        "Hồ dữ liệu: đọc {read} phần ({rows} dòng), lấy lại kết quả của {kept} phần không đổi.",
        "The lake: {read} {read:part|parts} read ({rows} {rows:row|rows}), {kept} taken as counted before.",
        read=found.parts.read,
        rows=found.parts.rows,
        kept=found.parts.kept,
    )


def _remarks(result: Measurement, found: LakeMeasured) -> Iterator[Text]:
    """What to know of the figures before they are used."""
    tree, calendar, reached = found.tree, found.calendar, found.reached
    if found.silent:
        yield say(
            "{n} tỉnh, thành phố chưa gửi số liệu nào nên không được chấm điểm, xếp hạng: {list}.",
            "{n} {n:province has|provinces have} sent nothing and {n:is|are} neither scored nor ranked: "
            "{list}.",
            n=len(found.silent),
            list=with_names(found.silent, result.day),
        )
    if found.idle:
        yield say(
            "{n} tỉnh, bộ không có hồ sơ nào của kỳ này nên không được chấm điểm, xếp hạng: {list}.",
            "{n} {n:has|have} no dossier of this period and {n:is|are} neither scored nor ranked: {list}.",
            n=len(found.idle),
            list=with_names(found.idle, result.day),
        )
    for indicator, (vi, en) in _LEFT_OUT.items():
        rows = (row for row in result.rows if row.indicator == indicator and not tree.above(row.unit))
        if n := sum(row.left_out for row in rows):
            yield Text(vi, en, {"n": n})
    own = [calendar.of(province) for province in calendar.own] or [calendar]
    first, last = result.period.first, min(result.period.last, max(result.period.first, result.day))
    last = max(reached, last)
    if not all(each.settled(first, last) for each in own):
        yield say(
            "Lưu ý: lịch nghỉ đến ngày {last} chưa có đủ thông báo chính thức nên các thời hạn tính theo "
            "ngày làm việc còn có thể thay đổi. Xem bochiso rules days.",
            "Note: the days off until {last} are not all announced, so limits in working days may "
            "still change. See bochiso rules days.",
            last=last,
        )
