"""The annexes on work: dossiers by unit, publications that were late, every indicator of the province."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bochiso.report import phrases
from bochiso.report.annex_parts import (
    Handling,
    HandlingRow,
    Indicators,
    LatePublication,
    ProvinceIndicator,
    Publications,
)
from bochiso.report.dossier_figures import Caseload, DossierFigures, LateDecision
from bochiso.report.province_figures import ProvinceFigures
from bochiso.report.text.annexes import stamp
from bochiso.report.text.document_builder import DocumentBuilder
from bochiso.report.text.late_work import published_line
from bochiso.report.text.province_results import rate_of
from bochiso.rules.verdict import day_of
from bochiso.score.ranking import Standing
from bochiso.score.scoring import BoxScore, IndicatorScore
from bochiso.store.dossiers.publication_list import Entry
from bochiso.text import Lang, change, count
from bochiso.units.codes import order_key

NAMED = 5
"""How many procedures a row names."""

NO_HANDLING = Handling(False, "", "", "", "", [], [], "")
NO_INDICATORS = Indicators(False, "", "", "", [], "")


# Handling.


def handling(builder: DocumentBuilder, number: str, with_paper: str) -> Handling:
    """What each unit received, finished and has open, and all of them together."""
    found = builder.facts.dossiers
    if found is None or not found.complete:
        return NO_HANDLING
    span = f"từ ngày {phrases.day(found.first)} đến ngày {phrases.day(day_of(found.moment))}"
    order = {row.score.unit.code: n for n, row in enumerate(_in_annexes(builder))}
    units = sorted(
        found.units, key=lambda each: (order.get(each.unit.code, len(order)), order_key(each.unit.code))
    )
    rows = [_handled(str(n), builder.unit(each.unit), each.caseload) for n, each in enumerate(units, 1)]
    return Handling(
        known=True,
        line=_handling_line(found, span, builder.places["kind"]),
        number=number,
        title=f"Tình hình giải quyết hồ sơ thủ tục hành chính {span}",
        with_paper=with_paper,
        rows=[*rows, _handled("", "Tổng cộng", found.whole)],
        notes=list(_handling_notes(found)),
        foot=f"Dữ liệu hồ sơ cập nhật đến ngày {phrases.day(found.known_until)}; đơn vị tính: hồ sơ",
    )


def _in_annexes(builder: DocumentBuilder) -> list[Standing]:
    return [row for each in builder.facts.levels for row in each.standings.rows]


def _handled(no: str, unit: str, load: Caseload) -> HandlingRow:
    counts = {
        name: count(getattr(load, name), Lang.VI)
        for name in ("carried", "received", "done", "before", "on_day", "after", "open", "overdue")
    }
    timely = phrases.NONE if load.timely is None else phrases.share_percent(load.timely)
    return HandlingRow(no=no, unit=unit, timely=timely, **counts)


def _handling_line(found: DossierFigures, span: str, place: str) -> str:
    whole, of = found.whole, phrases.count
    taken = f"tiếp nhận trong kỳ {of(whole.received)}" if whole.received else "trong kỳ không tiếp nhận hồ sơ"
    carried = f"kỳ trước chuyển qua {of(whole.carried)}, " if whole.carried else ""
    line = (
        f"{phrases.capital(span)}, toàn {place} có {of(whole.total)} hồ sơ phải giải quyết ({carried}{taken})"
    )
    if whole.done:
        timely = f" (đạt {phrases.share_percent(whole.timely)})" if whole.timely is not None else ""
        late = f", quá hạn {of(whole.after)} hồ sơ" if whole.after else ""
        on_time = whole.before + whole.on_day
        told = (
            f"trước hạn và đúng hạn {of(on_time)} hồ sơ{timely}" if on_time else "không có hồ sơ nào đúng hạn"
        )
        line += f"; đã giải quyết {of(whole.done)} hồ sơ, trong đó {told}{late}"
    else:
        line += "; chưa giải quyết xong hồ sơ nào"
    if not whole.open:
        return f"{line}; không còn hồ sơ đang giải quyết"
    overdue = f"đã quá hạn {of(whole.overdue)} hồ sơ" if whole.overdue else "không có hồ sơ quá hạn"
    return f"{line}; đang giải quyết {of(whole.open)} hồ sơ, trong đó {overdue}"


def _handling_notes(found: DossierFigures) -> Iterator[str]:
    if found.handed:
        yield "Số liệu theo bảng tổng hợp của các đơn vị; tỷ lệ tính trên hồ sơ đã giải quyết"
        return
    yield (
        "Hạn giải quyết tính theo Bộ chỉ số (trừ thời gian chờ bổ sung), khác Biểu số 07 của Thông tư số "
        "09/2026/TT-BTP tính theo Nghị định số 118/2025/NĐ-CP; tỷ lệ tính trên hồ sơ đã giải quyết có hạn"
    )
    if unlimited := found.whole.unlimited:
        yield f"{phrases.count(unlimited)} hồ sơ đã giải quyết không có ngày hẹn trả nên không xét hạn"


# Publications.


def publications(builder: DocumentBuilder, number: str, with_paper: str) -> Publications:
    """Procedures published in the period against their deadlines, in a sentence and a table."""
    found = builder.facts.publications
    if found is None:
        return Publications(False, "", "", "", "", [], "")
    rows = [
        LatePublication(str(n), _decision(each), _adviser(builder, each), _why(each))
        for n, each in enumerate(found.late, start=1)
    ]
    span = phrases.span(builder.facts.units.snapshot.period)
    return Publications(
        known=True,
        line=published_line(builder, found),
        number=number if rows else "",
        title=f"Danh mục quyết định công bố, công khai thủ tục hành chính chậm hạn trong {span}",
        with_paper=with_paper,
        late=rows,
        foot=stamp(builder),
    )


def _decision(each: LateDecision) -> str:
    """The day of the decision, and its procedures: one by its name, several by their codes."""
    if each.entries:
        return _registered(each.entries)
    decided = "Chưa có quyết định công bố"
    if each.decided_on:
        decided = f"Quyết định ngày {phrases.day(each.decided_on)}"
    elif each.effective_on:
        decided = f"{decided}, có hiệu lực từ ngày {phrases.day(each.effective_on)}"
    if len(each.procedures) == 1:
        code, name = each.procedures[0]
        return f"{decided}: {name} ({code})" if name else f"{decided}: TTHC {code}"
    codes = [code for code, _ in each.procedures]
    listed = phrases.first_of(codes, NAMED, "TTHC")
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
        late = f", chậm {phrases.count(each.publish_days)} ngày" if each.publish_days else ""
        done = "" if each.decided_on else ", chưa ký"
        parts.append(f"Công bố chậm: hạn ký {phrases.day(each.publish_by)}{done}{late}")
    if each.enter_by:
        done = f"cập nhật ngày {phrases.day(each.entered_on)}" if each.entered_on else "chưa cập nhật"
        late = f", chậm {phrases.count(each.enter_days)} ngày" if each.enter_days else ""
        parts.append(f"Cập nhật chậm: hạn {phrases.day(each.enter_by)}, {done}{late}")
    if first and first.note:
        parts.append(first.note)
    return "; ".join(parts)


# Indicators of the province.


def indicators(builder: DocumentBuilder, number: str, with_paper: str) -> Indicators:
    """Every group of the province, and beneath it its indicators where they are known."""
    found = builder.facts.province
    if not number or found is None or all(box.points is None for box in found.standing.score.boxes):
        return NO_INDICATORS
    return Indicators(
        known=True,
        number=number,
        title=f"Kết quả từng chỉ số của {builder.places['province']} {builder.titled}",
        with_paper=with_paper,
        rows=list(_indicator_rows(builder, found)),
        foot=stamp(builder),
    )


def _indicator_rows(builder: DocumentBuilder, found: ProvinceFigures) -> Iterator[ProvinceIndicator]:
    score, rules = found.standing.score, builder.facts.rules
    moved = found.change
    for n, box in enumerate(score.boxes, start=1):
        yield _box_row(builder, found, phrases.roman(n), box)
        members = {each.code for each in rules.in_group[box.code]}
        for each in score.indicators:
            if each.rule.code in members and each.rule.scored:
                yield _indicator_row(each, moved.indicators.get(each.rule.code) if moved else None)


def _box_row(builder: DocumentBuilder, found: ProvinceFigures, no: str, box: BoxScore) -> ProvinceIndicator:
    place = found.group_rank(box.code)
    return ProvinceIndicator(
        no=no,
        name=builder.facts.rules.label(box.code).render(Lang.VI),
        most=phrases.plain(box.max_points),
        counted=phrases.NONE,
        rate=rate_of(found, box) or phrases.NONE,
        points=phrases.points(box.points),
        change=change(found.change.boxes.get(box.code) if found.change else None, Lang.VI),
        rank=phrases.share(*place) if place else phrases.NONE,
    )


def _indicator_row(each: IndicatorScore, moved: Decimal | None) -> ProvinceIndicator:
    numerator, denominator = each.count.numerator, each.count.denominator
    counted = phrases.counted(numerator, denominator) if numerator is not None else ""
    rate = each.rate
    return ProvinceIndicator(
        no=each.rule.number,
        name=each.rule.names.vi,
        most=phrases.plain(each.rule.points),
        counted=counted or phrases.NONE,
        rate=phrases.NONE if rate is None else phrases.share_percent(rate),
        points=phrases.points(each.points),
        change=change(moved, Lang.VI),
        rank=phrases.NONE,
    )
