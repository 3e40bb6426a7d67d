"""The annexes, and the two tables of late work: every row, from the same standings as the sentences."""

from collections.abc import Iterator, Sequence

from bochiso.report import phrases
from bochiso.report.backlog import LateDecision
from bochiso.report.context import (
    Annex,
    AnnexRow,
    LatePublication,
    Overdue,
    OverdueUnit,
    PointsColumn,
    Publications,
)
from bochiso.report.report_data import LevelFigures
from bochiso.report.text.document_builder import LEVELS, DocumentBuilder
from bochiso.rules.verdict import day_of
from bochiso.score.changes import Fate
from bochiso.score.ranking import Standing
from bochiso.score.remarks import total_notes
from bochiso.store.dossiers.publication_list import Entry
from bochiso.text import Lang, change, count, number
from bochiso.units.model import Level, Unit

NOTES = 20
"""So many remarks stand under an annex, each with its units; the units of those left out are counted."""

NAMED = 5
"""How many units with overdue dossiers a sentence names; how many procedures a row of a table."""


def annex_numbers(many: int) -> list[str]:
    """`Phụ lục I`, `Phụ lục II`; a single one has no number (Decree 30/2020/NĐ-CP, Annex I, III.1a)."""
    return ["Phụ lục"] if many == 1 else [f"Phụ lục {phrases.roman(n + 1)}" for n in range(many)]


def annexes(builder: DocumentBuilder, numbers: Sequence[str], with_paper: str) -> list[Annex]:
    """An annex for each level."""
    return [
        _annex(builder, each, number, with_paper)
        for each, number in zip(builder.facts.levels, numbers, strict=True)
    ]


def _annex(builder: DocumentBuilder, figures: LevelFigures, number: str, with_paper: str) -> Annex:
    rules, rows = builder.facts.rules, figures.standings.rows
    codes = _columns(builder, rows)
    whose = f"{LEVELS[figures.level].name} {builder.places['province']}"
    return Annex(
        number=number,
        title=f"Kết quả đánh giá, xếp loại {whose} {builder.label}",
        with_paper=with_paper,
        columns=[
            PointsColumn(
                rules.label(code).render(Lang.VI), phrases.plain(figures.standings.within_reach(rules, code))
            )
            for code in codes
        ],
        most=phrases.plain(figures.standings.within_reach(rules)),
        rows=[_row(builder, figures, row, codes) for row in rows],
        compared=figures.comparison is not None,
        notes=list(_notes(builder, figures)),
        foot=stamp(builder),
    )


def _columns(builder: DocumentBuilder, rows: Sequence[Standing]) -> list[str]:
    """The groups that any unit has points of, in the order of the rules; none where only totals came."""
    have = {box.code for row in rows for box in row.score.boxes if box.points is not None}
    order = [*builder.facts.rules.boxes, *(group.code for group in builder.facts.rules.groups)]
    return [code for code in dict.fromkeys(order) if code in have]


def _row(builder: DocumentBuilder, figures: LevelFigures, row: Standing, codes: Sequence[str]) -> AnnexRow:
    points = {box.code: box.points for box in row.score.boxes}
    found = figures.comparison.find(row.score.unit.code) if figures.comparison else None
    rank = found.rank if found else None
    return AnnexRow(
        rank=phrases.NONE if row.rank is None else count(row.rank, Lang.VI),
        unit=builder.unit(row.score.unit),
        points=[phrases.points(points.get(code)) for code in codes],
        total=phrases.points(row.score.total),
        grade=row.grade.names.vi if row.grade else "Chưa xếp loại",
        change=change(found.total if found else None, Lang.VI),
        rank_change=phrases.NONE if rank is None else _signed(rank),
    )


def _signed(places: int) -> str:
    """`+5`, `−1.955`, `0`."""
    sign = "+" if places > 0 else "−" if places < 0 else ""
    return f"{sign}{count(abs(places), Lang.VI)}"


def _notes(builder: DocumentBuilder, figures: LevelFigures) -> Iterator[str]:
    rules = builder.facts.rules
    if figures.comparison:
        yield f"Thay đổi so với {builder.before}; dấu + là tăng điểm, tăng hạng"
        yield from _came_and_went(builder, figures)
    found: dict[str, list[str]] = {}
    for row in figures.standings.rows:
        if row.rank is None or row.score.gap is not None or row.score.missing:
            for note in total_notes(row.score, rules):
                found.setdefault(_sentence(note.render(Lang.VI)), []).append(builder.unit(row.score.unit))
    for said, units in list(found.items())[:NOTES]:
        yield f"{phrases.listed(units[:NAMED], max(0, len(units) - NAMED))}: {said}"
    if len(found) > NOTES:
        left = {unit for units in list(found.values())[NOTES:] for unit in units}
        yield f"Còn ghi chú của {phrases.count(len(left))} đơn vị khác"


def _sentence(text: str) -> str:
    return text.removesuffix(".")


def _came_and_went(builder: DocumentBuilder, figures: LevelFigures) -> Iterator[str]:
    """Units that only one of the two days has, and those that have another name now."""
    if figures.comparison is None:
        return
    for fate, said in (
        (Fate.APPEARED, "Chưa có số liệu kỳ trước"),
        (Fate.VANISHED, "Không còn trong số liệu kỳ này"),
        (Fate.MERGED, "Đã sáp nhập"),
    ):
        units = [
            standing.score.unit
            for each in figures.comparison.of(fate)
            if (standing := each.after or each.before)
        ]
        if units:
            names = [builder.unit(unit) for unit in units[:NAMED]]
            yield f"{said}: {phrases.listed(names, max(0, len(units) - NAMED))}"


def stamp(builder: DocumentBuilder) -> str:
    """Which figures and rules a document rests on, short enough for a foot."""
    source = builder.facts.provenance.units
    snapshot = builder.facts.units.snapshot
    return (
        f"Số liệu {snapshot.period.show(Lang.VI)}, ngày {phrases.day(snapshot.as_of)}, "
        f"mã số liệu {source.short}; bộ quy tắc {source.rules}"
    )


# Late work.


def overdue(builder: DocumentBuilder) -> Overdue:
    """Overdue dossiers in a sentence and a table."""
    found = builder.facts.overdue
    if found is None:
        return Overdue(False, "", "", "", "", [])
    ranked = {row.score.unit.code for row in builder.facts.units.standings.rows}
    units = [row.unit for row in found.units]
    line = "không có hồ sơ quá hạn"
    if found.total:
        where = f"{phrases.count(len(units))} {_called(units, ranked)}"
        line = f"có {phrases.count(found.total)} hồ sơ đang giải quyết đã quá hạn tại {where}"
    names = [f"{builder.unit(row.unit)} ({phrases.count(row.count)} hồ sơ)" for row in found.units[:NAMED]]
    rows = [
        OverdueUnit(
            str(n),
            builder.unit(row.unit),
            count(row.count, Lang.VI),
            phrases.NONE if row.longest is None else number(row.longest, Lang.VI),
        )
        for n, row in enumerate(found.units, start=1)
    ]
    return Overdue(
        True,
        count(found.total, Lang.VI),
        f"ngày {phrases.day(day_of(found.moment))}",
        line,
        phrases.listed(names, max(0, len(units) - NAMED)),
        rows,
    )


def _called(units: Sequence[Unit], ranked: set[str]) -> str:
    levels = {unit.level for unit in units if unit.code in ranked}
    if levels == {Level.DEPARTMENT}:
        return "cơ quan"
    return "địa phương" if levels and Level.DEPARTMENT not in levels else "cơ quan, đơn vị, địa phương"


def publications(builder: DocumentBuilder) -> Publications:
    """Procedures published in the period against their deadlines, in a sentence and a table."""
    found = builder.facts.publications
    if found is None:
        return Publications(False, "", [])
    period = builder.facts.units.snapshot.period.show(Lang.VI)
    if not found.decided:
        return Publications(True, f"Trong {period} chưa có TTHC nào được công bố", [])
    line = f"Trong {period}, có {phrases.count(found.decided)} TTHC được công bố; "
    line += _late("công bố chậm", found.published_late, found.judged) + "; "
    line += _late("cập nhật vào Cơ sở dữ liệu quốc gia về TTHC chậm", found.entered_late, found.decided)
    if unknown := found.decided - found.judged:
        line += f"; {phrases.count(unknown)} TTHC chưa có ngày có hiệu lực nên chưa xét hạn công bố"
    rows = [
        LatePublication(
            str(n),
            _decision(each),
            _adviser(builder, each),
            _why(each),
        )
        for n, each in enumerate(found.late, start=1)
    ]
    return Publications(True, line, rows)


def _late(what: str, late: int, of: int) -> str:
    return f"có {phrases.share(late, of)} TTHC {what}" if late else f"không có TTHC {what}"


def _decision(each: LateDecision) -> str:
    """The day of the decision, and its procedures: one by its name, several by their codes."""
    if each.entries:
        return _registered(each.entries)
    assert each.decided_on is not None  # noqa: S101 (only the register knows what is not decided)
    decided = f"Quyết định ngày {phrases.day(each.decided_on)}"
    if len(each.procedures) == 1:
        code, name = each.procedures[0]
        return f"{decided}: {name} ({code})" if name else f"{decided}: TTHC {code}"
    codes = [code for code, _ in each.procedures[:NAMED]]
    listed = phrases.listed(codes, max(0, len(each.procedures) - NAMED), "TTHC")
    return f"{decided}: {phrases.count(len(each.procedures))} TTHC ({listed})"


_KINDS = {
    "new": "thủ tục hành chính mới ban hành",
    "changed": "thủ tục hành chính được sửa đổi, bổ sung",
    "abolished": "thủ tục hành chính bị bãi bỏ",
}


def _registered(entries: Sequence[Entry]) -> str:
    """`Quyết định số 503/QĐ-BTTTT ngày 09/4/2024 của … về công bố thủ tục … lĩnh vực …`."""
    first = entries[0]
    number, on, by = first.number, first.decided_on, "UBND tỉnh"
    if first.ministry_number:
        number, on, by = first.ministry_number, first.ministry_on, first.issuer or ""
    kinds = [_KINDS[kind] for kind in dict.fromkeys(each.kind for each in entries) if kind in _KINDS]
    what = phrases.listed(kinds) or "thủ tục hành chính"
    fields = [field for field in dict.fromkeys(each.field for each in entries) if field]
    about = f" lĩnh vực {phrases.listed(fields)}" if fields else ""
    day = f" ngày {phrases.day(on)}" if on else ""
    count = f" ({phrases.count(len(entries))} TTHC)"
    return f"Quyết định số {number}{day} của {by} về công bố {what}{about}{count}"


def advised_by(builder: DocumentBuilder, each: LateDecision) -> str:
    """The department or unit that advises the decision; nothing where it isn't known."""
    if each.entries:
        return each.entries[0].department or ""
    return builder.unit(each.unit) if each.unit else ""


def _adviser(builder: DocumentBuilder, each: LateDecision) -> str:
    """Who advised the decision, with the submission."""
    if not each.entries:
        return builder.unit(each.unit) if each.unit else phrases.NONE
    first = each.entries[0]
    submission = f"Tờ trình số {first.submission}" if first.submission else "chưa trình"
    if first.submission and first.submitted_on:
        submission += f" ngày {phrases.day(first.submitted_on)}"
    return f"{first.department or phrases.NONE} ({submission})"


def _why(each: LateDecision) -> str:
    parts, first = [], each.entries[0] if each.entries else None
    if each.publish_by:
        late = f", chậm {phrases.count(first.publish_days)} ngày" if first else ""
        done = "" if each.decided_on else ", chưa ký"
        parts.append(f"Công bố chậm: hạn ký {phrases.day(each.publish_by)}{done}{late}")
    if each.enter_by:
        done = f"cập nhật ngày {phrases.day(each.entered_on)}" if each.entered_on else "chưa cập nhật"
        late = f", chậm {phrases.count(first.enter_days)} ngày" if first else ""
        parts.append(f"Cập nhật chậm: hạn {phrases.day(each.enter_by)}, {done}{late}")
    if first and first.note:
        parts.append(first.note)
    return "; ".join(parts)
