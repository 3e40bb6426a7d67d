"""`bochiso collect`: one snapshot from the national portal."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from bochiso.cli.collect_options import collecting_options, wanted
from bochiso.cli.commands.check import verdict_sentence
from bochiso.cli.options import LANG, data_option, lang_option, t
from bochiso.cli.output import tell, tell_refusals
from bochiso.cli.usage import Command
from bochiso.score.figures import TOTAL
from bochiso.store.collection.collector import FetchStep, RunOutcome
from bochiso.store.collection.run_summary import Changes, Findings, findings
from bochiso.store.figures.collection_record import STATE_NAMES, ReadingState
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.text import Text, points, say
from bochiso.units.model import Unit

_SHOWN = 10


@click.command(
    cls=Command,
    help=t(
        "Thu thập số liệu công khai từ Cổng Dịch vụ công quốc gia: danh sách các tỉnh và, với --province, "
        "sáu nhóm chỉ số của tỉnh và từng đơn vị. Mỗi lần chỉ gửi một yêu cầu, cách nhau ít nhất một giây; "
        "bị ngắt giữa chừng thì lần chạy sau trong ngày chỉ đọc phần còn thiếu.",
        "Collect the public figures of the national portal: the provinces and, with --province, the six "
        "groups of a province and each of its units. One request at a time, a second apart at least; "
        "what was interrupted goes on with the next run of the day.",
    ),
)
@collecting_options
@data_option
@lang_option
def command(data: Path, **options: Any) -> int:
    """Collect one snapshot. Raises what the run failed of."""
    collection = wanted(options)
    folder = DataFolder(data)
    with _progress() as show:
        outcome = collection.run(folder, show)
    if outcome.seq is None:
        if outcome.errors:
            raise outcome.errors[0]
        tell(_nothing(outcome))
        return 2
    with open_store(folder) as store:
        found = findings(store, outcome.seq)
    for line in summary(outcome, found):
        tell(line)
    refused = tell_refusals(outcome.judged.intake) if outcome.judged.intake else 0
    whole = outcome.state is ReadingState.COMPLETE and not found.verdict.differences
    return refused if whole else 1


@contextmanager
def _progress() -> Iterator[Callable[[FetchStep], None]]:
    """A bar on a terminal: what is being fetched, and how much of it all that is."""
    screen = Console(stderr=True)
    if not screen.is_terminal:
        yield lambda _: None
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=screen, transient=True) as bar:
        task = bar.add_task(t("Đang nối với Cổng", "Reaching the portal"), total=None)
        yield lambda step: bar.update(
            task, description=step.name.render(LANG), completed=max(step.number - 1, 0), total=step.of
        )


def _nothing(outcome: RunOutcome) -> Text:
    return say(
        "Lỗi: không đọc được số liệu nào. {why}",
        "Error: no figure could be read. {why}",
        why=outcome.why.text if outcome.why else "",
    )


def summary(outcome: RunOutcome, found: Findings) -> Iterator[Text]:
    """What a run came to, line by line."""
    yield headline(outcome)
    if outcome.why is not None:
        yield outcome.why.text
        yield say(
            "Lần chạy sau trong ngày chỉ đọc lại phần này; số liệu đầy đủ đã có vẫn được giữ nguyên.",
            "The next run of this day reads only this; complete figures that are there stay as they are.",
        )
    yield from outcome.judged.notes
    if found.changes is not None:
        yield from _changes(found.changes)
    yield verdict_sentence(found.verdict)
    for each in found.verdict.differences[:_SHOWN]:
        name = say("tổng điểm", "total") if each.code == TOTAL else found.rules.label(each.code)
        yield say(
            "  {unit}: {name} công bố {published}, tính lại {computed}.",
            "  {unit}: {name} published as {published}, computed {computed}.",
            unit=f"{each.unit.name} ({each.unit.code})",
            name=name,
            published=points(each.published, LANG),
            computed=points(each.computed, LANG),
        )
    for remark, times in found.quality:
        yield say(
            "Cổng ghi chú ở {n} số liệu: {remark}.",
            "The portal remarks on {n} {n:figure|figures}: {remark}.",
            n=times,
            remark=remark.rstrip("."),
        )
    yield from found.watched
    for each_break in found.breaks:
        yield each_break.sentence(found.rules)


def headline(outcome: RunOutcome) -> Text:
    """What was kept, in one sentence."""
    intake = outcome.judged.intake
    return say(
        "Đã thu thập {state}: {figures} số liệu của {units} đơn vị, kỳ {vi}, ngày {day} (lần đọc {seq}).",
        "Collected ({state}): {figures} {figures:figure|figures} of {units} {units:unit|units}, {en}, of "
        "{day} (reading {seq}).",
        state=STATE_NAMES[outcome.state or ReadingState.PARTIAL],
        figures=intake.figures.num_rows if intake else 0,
        units=intake.units.num_rows if intake else 0,
        vi=outcome.period.show(LANG),
        en=outcome.period.show(LANG),
        day=outcome.request.day,
        seq=outcome.seq,
    )


def _changes(changes: Changes) -> Iterator[Text]:
    if changes.none:
        yield say(
            "Số liệu không đổi so với lần đọc lúc {since}.",
            "The figures are those that were read at {since}.",
            since=changes.since,
        )
        return
    yield say(
        "So với lần đọc lúc {since}: {figures} số liệu của {units} đơn vị thay đổi.",
        "Since the reading at {since}: {figures} {figures:figure|figures} of {units} {units:unit|units} "
        "changed.",
        since=changes.since,
        figures=changes.figures,
        units=changes.units,
    )
    for old, new in changes.renamed:
        yield say(
            "  {code} đổi tên: {a} → {b}.",
            "  {code} renamed: {a} → {b}.",
            code=new.code,
            a=old.name,
            b=new.name,
        )
    for words, units in (
        (say("  Mới xuất hiện", "  Appeared"), changes.appeared),
        (say("  Không còn", "  Vanished"), changes.vanished),
    ):
        if units:
            yield say("{words}: {list}.", "{words}: {list}.", words=words, list=_listed(units))


def _listed(units: tuple[Unit, ...]) -> str:
    more = f" … (+{len(units) - _SHOWN})" if len(units) > _SHOWN else ""
    return "; ".join(f"{unit.name} ({unit.code})" for unit in units[:_SHOWN]) + more
