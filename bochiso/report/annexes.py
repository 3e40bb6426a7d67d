"""The annexes, and the two tables of late work: every row, from the same standings as the sentences."""

from collections.abc import Iterator, Sequence

from bochiso.report import words
from bochiso.report.context import (
    Annex,
    AnnexRow,
    Column,
    LatePublication,
    Overdue,
    OverdueUnit,
    Publications,
)
from bochiso.report.draft import LEVELS, Draft
from bochiso.report.facts import LevelFigures
from bochiso.report.work import LateDecision
from bochiso.rules.verdict import day_of
from bochiso.score.compare import Fate
from bochiso.score.notes import total_notes
from bochiso.score.standings import Standing
from bochiso.store.publication_list import Entry
from bochiso.text import Lang, change, count, number
from bochiso.units.model import Level, Unit

NOTES = 20
"""So many remarks stand under an annex, each with its units; the units of those left out are counted."""

NAMED = 5
"""How many units with overdue dossiers a sentence names; how many procedures a row of a table."""


def annex_numbers(many: int) -> list[str]:
    """`Phụ lục I`, `Phụ lục II`; a single one has no number (Decree 30/2020/NĐ-CP, Annex I, III.1a)."""
    return ["Phụ lục"] if many == 1 else [f"Phụ lục {words.roman(n + 1)}" for n in range(many)]


def annexes(draft: Draft, numbers: Sequence[str], with_paper: str) -> list[Annex]:
    """An annex for each level."""
    return [
        _annex(draft, each, number, with_paper)
        for each, number in zip(draft.facts.levels, numbers, strict=True)
    ]


def _annex(draft: Draft, figures: LevelFigures, number: str, with_paper: str) -> Annex:
    rules, rows = draft.facts.rules, figures.standings.rows
    codes = _columns(draft, rows)
    whose = f"{LEVELS[figures.level].name} {draft.places['province']}"
    return Annex(
        number=number,
        title=f"Kết quả đánh giá, xếp loại {whose} {draft.label}",
        with_paper=with_paper,
        columns=[
            Column(rules.label(code).render(Lang.VI), words.plain(rules.group[code].points)) for code in codes
        ],
        most=words.plain(rules.total_points),
        rows=[_row(draft, figures, row, codes) for row in rows],
        compared=figures.comparison is not None,
        notes=list(_notes(draft, figures)),
        foot=stamp(draft),
    )


def _columns(draft: Draft, rows: Sequence[Standing]) -> list[str]:
    """The groups that any unit has points of, in the order of the rules; none where only totals came."""
    have = {box.code for row in rows for box in row.score.boxes if box.points is not None}
    order = [*draft.facts.rules.boxes, *(group.code for group in draft.facts.rules.groups)]
    return [code for code in dict.fromkeys(order) if code in have]


def _row(draft: Draft, figures: LevelFigures, row: Standing, codes: Sequence[str]) -> AnnexRow:
    points = {box.code: box.points for box in row.score.boxes}
    found = figures.comparison.find(row.score.unit.code) if figures.comparison else None
    rank = found.rank if found else None
    return AnnexRow(
        rank=words.NONE if row.rank is None else count(row.rank, Lang.VI),
        unit=draft.unit(row.score.unit),
        points=[words.points(points.get(code)) for code in codes],
        total=words.points(row.score.total),
        grade=row.grade.names.vi if row.grade else "Chưa xếp loại",
        change=change(found.total if found else None, Lang.VI),
        rank_change=words.NONE if rank is None else _signed(rank),
    )


def _signed(places: int) -> str:
    """`+5`, `−1.955`, `0`."""
    sign = "+" if places > 0 else "−" if places < 0 else ""
    return f"{sign}{count(abs(places), Lang.VI)}"


def _notes(draft: Draft, figures: LevelFigures) -> Iterator[str]:
    rules = draft.facts.rules
    if figures.comparison:
        yield f"Thay đổi so với {draft.before}; dấu + là tăng điểm, tăng hạng"
        yield from _came_and_went(draft, figures)
    found: dict[str, list[str]] = {}
    for row in figures.standings.rows:
        if row.rank is None or row.score.gap is not None or row.score.missing:
            for note in total_notes(row.score, rules):
                found.setdefault(_sentence(note.render(Lang.VI)), []).append(draft.unit(row.score.unit))
    for said, units in list(found.items())[:NOTES]:
        yield f"{words.listed(units[:NAMED], max(0, len(units) - NAMED))}: {said}"
    if len(found) > NOTES:
        left = {unit for units in list(found.values())[NOTES:] for unit in units}
        yield f"Còn ghi chú của {words.count(len(left))} đơn vị khác"


def _sentence(text: str) -> str:
    return text.removesuffix(".")


def _came_and_went(draft: Draft, figures: LevelFigures) -> Iterator[str]:
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
            names = [draft.unit(unit) for unit in units[:NAMED]]
            yield f"{said}: {words.listed(names, max(0, len(units) - NAMED))}"


def stamp(draft: Draft) -> str:
    """Which figures and rules a document rests on, short enough for a foot."""
    source = draft.facts.identity.units
    snapshot = draft.facts.units.snapshot
    return (
        f"Số liệu {snapshot.period.show(Lang.VI)}, ngày {words.day(snapshot.as_of)}, "
        f"mã số liệu {source.short}; bộ quy tắc {source.rules}"
    )


# Late work.


def overdue(draft: Draft) -> Overdue:
    """Overdue dossiers in a sentence and a table."""
    found = draft.facts.overdue
    if found is None:
        return Overdue(False, "", "", "", "", [])
    ranked = {row.score.unit.code for row in draft.facts.units.standings.rows}
    units = [row.unit for row in found.units]
    line = "không có hồ sơ quá hạn"
    if found.total:
        where = f"{words.count(len(units))} {_called(units, ranked)}"
        line = f"có {words.count(found.total)} hồ sơ đang giải quyết đã quá hạn tại {where}"
    names = [f"{draft.unit(row.unit)} ({words.count(row.count)} hồ sơ)" for row in found.units[:NAMED]]
    rows = [
        OverdueUnit(
            str(n),
            draft.unit(row.unit),
            count(row.count, Lang.VI),
            words.NONE if row.longest is None else number(row.longest, Lang.VI),
        )
        for n, row in enumerate(found.units, start=1)
    ]
    return Overdue(
        True,
        count(found.total, Lang.VI),
        f"ngày {words.day(day_of(found.moment))}",
        line,
        words.listed(names, max(0, len(units) - NAMED)),
        rows,
    )


def _called(units: Sequence[Unit], ranked: set[str]) -> str:
    levels = {unit.level for unit in units if unit.code in ranked}
    if levels == {Level.DEPARTMENT}:
        return "cơ quan"
    return "địa phương" if levels and Level.DEPARTMENT not in levels else "cơ quan, đơn vị, địa phương"


def publications(draft: Draft) -> Publications:
    """Procedures published in the period against their deadlines, in a sentence and a table."""
    found = draft.facts.publications
    if found is None:
        return Publications(False, "", [])
    period = draft.facts.units.snapshot.period.show(Lang.VI)
    if not found.decided:
        return Publications(True, f"Trong {period} chưa có TTHC nào được công bố", [])
    line = f"Trong {period}, có {words.count(found.decided)} TTHC được công bố; "
    line += _late("công bố chậm", found.published_late, found.judged) + "; "
    line += _late("cập nhật vào Cơ sở dữ liệu quốc gia về TTHC chậm", found.entered_late, found.decided)
    if unknown := found.decided - found.judged:
        line += f"; {words.count(unknown)} TTHC chưa có ngày có hiệu lực nên chưa xét hạn công bố"
    rows = [
        LatePublication(
            str(n),
            _decision(each),
            _adviser(draft, each),
            _why(each),
        )
        for n, each in enumerate(found.late, start=1)
    ]
    return Publications(True, line, rows)


def _late(what: str, late: int, of: int) -> str:
    return f"có {words.share(late, of)} TTHC {what}" if late else f"không có TTHC {what}"


def _decision(each: LateDecision) -> str:
    """The day of the decision, and its procedures: one by its name, several by their codes."""
    if each.entries:
        return _registered(each.entries)
    assert each.decided_on is not None  # noqa: S101 (only the register knows what is not decided)
    decided = f"Quyết định ngày {words.day(each.decided_on)}"
    if len(each.procedures) == 1:
        code, name = each.procedures[0]
        return f"{decided}: {name} ({code})" if name else f"{decided}: TTHC {code}"
    codes = [code for code, _ in each.procedures[:NAMED]]
    listed = words.listed(codes, max(0, len(each.procedures) - NAMED), "TTHC")
    return f"{decided}: {words.count(len(each.procedures))} TTHC ({listed})"


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
    what = words.listed(kinds) or "thủ tục hành chính"
    fields = [field for field in dict.fromkeys(each.field for each in entries) if field]
    about = f" lĩnh vực {words.listed(fields)}" if fields else ""
    day = f" ngày {words.day(on)}" if on else ""
    count = f" ({words.count(len(entries))} TTHC)"
    return f"Quyết định số {number}{day} của {by} về công bố {what}{about}{count}"


def advised_by(draft: Draft, each: LateDecision) -> str:
    """The department or unit that advises the decision; nothing where it isn't known."""
    if each.entries:
        return each.entries[0].department or ""
    return draft.unit(each.unit) if each.unit else ""


def _adviser(draft: Draft, each: LateDecision) -> str:
    """Who advised the decision, with the submission."""
    if not each.entries:
        return draft.unit(each.unit) if each.unit else words.NONE
    first = each.entries[0]
    submission = f"Tờ trình số {first.submission}" if first.submission else "chưa trình"
    if first.submission and first.submitted_on:
        submission += f" ngày {words.day(first.submitted_on)}"
    return f"{first.department or words.NONE} ({submission})"


def _why(each: LateDecision) -> str:
    parts, first = [], each.entries[0] if each.entries else None
    if each.publish_by:
        late = f", chậm {words.count(first.publish_days)} ngày" if first else ""
        done = "" if each.decided_on else ", chưa ký"
        parts.append(f"Công bố chậm: hạn ký {words.day(each.publish_by)}{done}{late}")
    if each.enter_by:
        done = f"cập nhật ngày {words.day(each.entered_on)}" if each.entered_on else "chưa cập nhật"
        late = f", chậm {words.count(first.enter_days)} ngày" if first else ""
        parts.append(f"Cập nhật chậm: hạn {words.day(each.enter_by)}, {done}{late}")
    if first and first.note:
        parts.append(first.note)
    return "; ".join(parts)
