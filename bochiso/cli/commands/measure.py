"""`bochiso measure`: the province's own dossiers to numerators and denominators, kept as a snapshot."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import click

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
from bochiso.office.measuring import keep_measured
from bochiso.periods import Period, end_of_day, parse_day, parse_period
from bochiso.rules.calendar import Calendar
from bochiso.rules.loader import load_rules, rules_text
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.deadline_table import furthest_limit
from bochiso.store.measuring.measured_basis import basis_of
from bochiso.store.measuring.measurement import Measurement, measure, unit_tree
from bochiso.store.measuring.spark_measurement import measure_on_spark
from bochiso.store.measuring.sync_source import find_sync, published_sync
from bochiso.store.people.audit import by_command_line
from bochiso.text import VIETNAM, Text, now, say
from bochiso.units.tree import UnitTree

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
@click.option(
    "--engine",
    type=click.Choice(("duckdb", "spark")),
    default="duckdb",
    help=t(
        "Công cụ tính: duckdb (mặc định), hoặc spark cho hồ sơ của cả nước.",
        "What counts: duckdb (the default), or spark for the dossiers of a whole country.",
    ),
)
@rules_option("qd766")
@format_options
@data_option
@lang_option
def command(
    as_of: str | None, period: Period | None, engine: str, rules: str, form: str, excel: bool, data: Path
) -> None:
    """Measure dossiers."""
    form = chosen_form(form, excel=excel)
    chosen, folder = load_rules(rules), DataFolder(data)
    day = parse_day(as_of) if as_of else now().astimezone(VIETNAM).date()
    moment = end_of_day(day, now())
    span = period or parse_period(str(day.year))
    with working(t("Đang đo từ hồ sơ", "Measuring dossiers")):
        with open_dossiers(folder) as db:
            tree = unit_tree(db, day)
            units = list(tree.units.values())
            count = measure_on_spark if engine == "spark" else measure
            calendar = calendar_of(db)
            sync = find_sync(db, units, span, moment, published_sync(folder, span, day))
            rows = count(db, units, span, moment, chosen, calendar, sync)
            basis = basis_of(db, (units, rows), sync, span, moment, calendar)
            reached = furthest_limit(db, span, moment, calendar)
        result = Measurement(units, rows, day, span, rules_text(rules), basis)
        keep_measured(Backend(folder), by_command_line(now()), result)
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
    for remark in (*basis.sentences(chosen), *tree.remarks, *_remarks(result, tree, calendar, reached)):
        tell(remark)


def _remarks(result: Measurement, tree: UnitTree, calendar: Calendar, reached: date) -> Iterator[Text]:
    """What to know of the figures before they are used. `reached`: the furthest last day they look at."""
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
