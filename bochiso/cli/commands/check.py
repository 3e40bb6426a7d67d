"""`bochiso check`: recomputed points against those that the source published."""

from pathlib import Path

import click
from rich.console import Console

from bochiso.cli.options import (
    LANG,
    data_option,
    format_options,
    lang_option,
    rules_option,
    snapshot_options,
    t,
)
from bochiso.cli.output import chosen_form, console, tell, working, write_csv, write_json
from bochiso.cli.terminal_tables import differences, discrepancies
from bochiso.cli.usage import Command
from bochiso.periods import Period
from bochiso.rules.loader import load_rules
from bochiso.score.export import comparison_object, discrepancy_object, verdict_object
from bochiso.score.recomputation import CheckResult
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import View, checked, reconciled
from bochiso.text import Text, hundredths, say


@click.command(
    cls=Command,
    help=t(
        "Tính lại từng điểm mà nguồn đã công bố và nêu mọi chênh lệch, từ 0,01 điểm. "
        "Không có --as-of thì đối chiếu mọi kỳ số liệu.",
        "Recompute every point that the source published and list each difference, from 0.01 on. "
        "Without --as-of, every snapshot.",
    ),
)
@snapshot_options(against=False)
@click.option(
    "--measured",
    is_flag=True,
    help=t(
        "Đối chiếu tử số, mẫu số tự đo từ hồ sơ với số công bố cùng kỳ.",
        "Compare counts measured from dossiers with those published for the same period.",
    ),
)
@rules_option(None)
@format_options
@data_option
@lang_option
def command(
    as_of: str | None,
    period: Period | None,
    measured: bool,
    rules: str | None,
    form: str,
    excel: bool,
    data: Path,
) -> int:
    """Check published points, or our own counts against them."""
    form = chosen_form(form, excel=excel)
    if measured:
        return _reconcile(as_of, period, form, excel, data)
    with working(t("Đang đối chiếu", "Checking")), open_store(DataFolder(data)) as store:
        override = load_rules(rules) if rules else None
        found = checked(store, as_of=as_of, period=period, rules=override)
    if form == "json":
        write_json(
            [
                {"as_of": str(v.snapshot.as_of), "period": v.snapshot.period.code} | verdict_object(verdict)
                for v, verdict in found
            ]
        )
    elif form == "csv":
        write_csv(
            [
                {"as_of": str(v.snapshot.as_of)} | comparison_object(each)
                for v, verdict in found
                for each in verdict.differences
            ],
            excel=excel,
        )
    else:
        for one, verdict in found:
            print_verdict(console(), one, verdict)
    return 1 if any(verdict.differences for _, verdict in found) else 0


def _reconcile(as_of: str | None, period: Period | None, form: str, excel: bool, data: Path) -> int:
    folder = DataFolder(data)
    with open_store(folder, True) as own, open_store(folder, False) as published:
        result = reconciled(own, published, as_of, period)
    found = result.found
    rows = [discrepancy_object(each) for each in found.differing]
    if form == "json":
        write_json(rows)
    elif form == "csv":
        write_csv(rows, excel=excel)
    else:
        console().print(discrepancies(found.differing, result.rules))
    tell(
        say(
            "Đối chiếu số tự đo ngày {own} với số công bố ngày {published}, kỳ {period}: {n} cặp số, "
            "{bad} cặp khác nhau; {more} đơn vị chỉ có ở số tự đo, {less} đơn vị chỉ có ở số công bố.",
            "Measured on {own} against published on {published}, {period}: {n} {n:count|counts} compared, "
            "{bad} {bad:differs|differ}; {more} {more:unit|units} only measured, {less} only published.",
            own=result.own.as_of,
            published=result.published.as_of,
            period=result.own.period.code,
            n=found.compared,
            bad=len(found.differing),
            more=len(found.only_own),
            less=len(found.only_published),
        )
    )
    return 1 if found.differing else 0


def print_verdict(out: Console, one: View, verdict: CheckResult) -> None:
    """The verdict on one snapshot."""
    out.print(_sentence(one.title.render(LANG)), style="bold", markup=False)
    out.print(verdict_sentence(verdict).render(LANG), markup=False)
    if one.era and not one.era.known and verdict.compared:
        out.print(
            t(
                f"Chưa rõ cách tính của giai đoạn này ({one.era.name.render(LANG)}): chênh lệch không có "
                "nghĩa là số công bố sai.",
                f"How this era was scored is not known ({one.era.name.render(LANG)}): a difference doesn't "
                "mean that what was published is wrong.",
            ),
            markup=False,
        )
    if verdict.differences:
        out.print(differences(verdict.differences, one.rules))


def _sentence(words: str) -> str:
    return words[:1].upper() + words[1:]


def verdict_sentence(verdict: CheckResult) -> Text:
    """The verdict in one sentence."""
    if verdict.largest is None:
        return say("Không có điểm công bố nào để đối chiếu.", "There are no published points to compare.")
    values = {
        "n": len(verdict.compared),
        "bad": len(verdict.differences),
        "largest": hundredths(abs(verdict.largest.difference)),
    }
    if not verdict.differences:
        return say(
            "Đã đối chiếu {n} điểm công bố: tất cả khớp; chênh lệch lớn nhất {largest} điểm.",
            "{n} published {n:point|points} compared: all agree; the largest difference is {largest}.",
            **values,
        )
    return say(
        "Đã đối chiếu {n} điểm công bố: {bad} điểm không khớp; chênh lệch lớn nhất {largest} điểm.",
        "{n} published {n:point|points} compared: {bad} {bad:disagrees|disagree}; the largest difference "
        "is {largest}.",
        **values,
    )
