"""`bochiso publications`: the register of publications, with the last days and what was late."""

from datetime import date
from pathlib import Path

import click
from msgspec import to_builtins

from bochiso.cli.options import LANG, PeriodType, data_option, format_options, lang_option, rules_option, t
from bochiso.cli.output import chosen_form, console, tell, write_csv, write_json
from bochiso.cli.terminal_tables import new_table, words
from bochiso.cli.told_dossiers import told_dossiers
from bochiso.cli.usage import Command
from bochiso.periods import Period, parse_day
from bochiso.rules.loader import load_rules
from bochiso.store.dossiers.province_calendar import calendar_of
from bochiso.store.dossiers.publication_list import STATE_NAMES, Entry, State, publication_list, tally
from bochiso.store.folder import DataFolder
from bochiso.text import VIETNAM, now, say
from bochiso.text import day as show_day


@click.command(
    cls=Command,
    help=t(
        "Sổ theo dõi công bố thủ tục: từng quyết định, thủ tục với hạn công bố, hạn cập nhật và tình trạng. "
        "Nạp bằng `bochiso import publications`.",
        "The register of publications: each decision and procedure with its last days and its state. "
        "Bring it in with `bochiso import publications`.",
    ),
)
@click.option(
    "--state",
    type=click.Choice([state.value for state in State]),
    multiple=True,
    help=t("Chỉ các dòng ở tình trạng này.", "Only rows in this state."),
)
@click.option(
    "--period",
    type=PeriodType(),
    metavar=t("KỲ", "PERIOD"),
    help=t(
        "Chỉ quyết định ký trong kỳ, và việc chưa xong.", "Decisions of the period, and what is not done."
    ),
)
@click.option(
    "--as-of",
    metavar=t("NGÀY", "DAY"),
    help=t("Theo hiện trạng ngày này; mặc định hôm nay.", "As of this day; today by default."),
)
@rules_option("qd766")
@format_options
@data_option
@lang_option
def command(
    state: tuple[str, ...],
    period: Period | None,
    as_of: str | None,
    rules: str,
    form: str,
    excel: bool,
    data: Path,
) -> None:
    """Print the register."""
    form = chosen_form(form, excel=excel)
    today = parse_day(as_of) if as_of else now().astimezone(VIETNAM).date()
    with told_dossiers(DataFolder(data)) as db:
        every = publication_list(db, load_rules(rules), calendar_of(db), today, period)
    shown = [each for each in every if not state or each.state.value in state]
    if form == "json":
        write_json([to_builtins(each) for each in shown])
    elif form == "csv":
        write_csv([to_builtins(each) | {"missing": " ".join(each.missing)} for each in shown], excel=excel)
    else:
        _print(shown)
    counts = "; ".join(f"{STATE_NAMES[one].render(LANG)}: {n}" for one, n in tally(every) if n)
    tell(
        say(
            "Sổ có {n} dòng đến ngày {day}. {counts}",
            "The register has {n} {n:row|rows} by {day}. {counts}",
            n=len(every),
            day=today,
            counts=counts + "." if counts else "",
        )
    )


def _print(entries: list[Entry]) -> None:
    table = new_table()
    table.show_lines = True
    for heading in (
        t("Quyết định công bố", "Decision"), t("Thủ tục", "Procedure"), t("Đơn vị tham mưu", "Department"),
        t("Quyết định của tỉnh", "The province's"), t("Hiệu lực", "In effect"), t("Hạn ký", "Sign by"),
        t("Hạn cập nhật", "Enter by"), t("Tình trạng", "State"),
    ):  # fmt: skip
        table.add_column(heading, overflow="fold")
    for each in entries:
        table.add_row(*(words(cell) for cell in _cells(each)))
    console().print(table)


def _cells(each: Entry) -> list[str]:
    submitted = f"{each.submission} ({_shown(each.submitted_on)})" if each.submission else ""
    own = f"{each.number} ({_shown(each.decided_on)})" if each.number and each.decided_on else "–"
    return [
        each.decision.render(LANG),
        f"{each.name or ''} ({each.procedure})".strip(),
        ", ".join(filter(None, (each.department, submitted))),
        own,
        _shown(each.effective_on),
        _shown(each.publish_by),
        _shown(each.enter_by),
        _state(each),
    ]


def _shown(day: date | None) -> str:
    return "–" if day is None else show_day(day, LANG)


def _state(each: Entry) -> str:
    said = [STATE_NAMES[each.state].render(LANG)]
    for days, what in (
        (each.publish_days, t("công bố chậm", "published late")),
        (each.enter_days, t("cập nhật chậm", "entered late")),
    ):
        if days:
            said.append(f"{what} {days} {t('ngày', 'days')}")
    if each.missing:
        said.append(t(f"thiếu {len(each.missing)} nội dung", f"{len(each.missing)} parts lacking"))
    return "; ".join(said)
