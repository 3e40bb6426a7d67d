"""What is proposed, and to whom: only what the figures call for."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bochiso.report import phrases
from bochiso.report.context import DocumentKind, Proposal, RequestedItem
from bochiso.report.text.annexes import advised_by
from bochiso.report.text.document_builder import DocumentBuilder
from bochiso.report.text.results import NAMED, weakest
from bochiso.score.changes import Change
from bochiso.score.scoring import BoxScore
from bochiso.text import Lang
from bochiso.units.model import Level

UNITS_NAMED = 5
"""How many units a proposal names."""

ADDRESSED = 12
"""How many units that fell are addressed by their names: who is told to act must know that he is meant."""

NOTABLE = Decimal(1)
"""A loss of fewer points calls for no explanation, unless it cost a grade."""

_BOXES = {
    "TDGQ": (
        "Giải quyết, trả kết quả hồ sơ đúng hạn; cập nhật trạng thái xử lý trên Hệ thống thông tin giải "
        "quyết TTHC ngay khi hoàn thành từng bước"
    ),
    "CLGQ": (
        "Hướng dẫn người dân, doanh nghiệp nộp hồ sơ trực tuyến; rà soát các dịch vụ công trực tuyến chưa "
        "phát sinh hồ sơ để có giải pháp phù hợp"
    ),
    "TTTT": (
        "Hướng dẫn người dân, doanh nghiệp nộp phí, lệ phí trực tuyến; rà soát các TTHC có thu phí, lệ phí "
        "nhưng chưa phát sinh giao dịch thanh toán trực tuyến"
    ),
    "ONLINE_SERVICE": (
        "Hướng dẫn người dân, doanh nghiệp nộp hồ sơ và phí, lệ phí trực tuyến; rà soát các dịch vụ công "
        "trực tuyến chưa phát sinh hồ sơ, các TTHC chưa phát sinh thanh toán trực tuyến"
    ),
    "MDHL": (
        "Xử lý, trả lời đúng hạn phản ánh, kiến nghị; chấn chỉnh thái độ, tác phong phục vụ, không để người "
        "dân, doanh nghiệp phản ánh lặp lại"
    ),
    "MDSH": (
        "Số hóa đầy đủ thành phần hồ sơ, cấp kết quả điện tử; khai thác lại dữ liệu đã số hóa, không yêu cầu "
        "người dân, doanh nghiệp nộp lại giấy tờ đã có trong cơ sở dữ liệu"
    ),
}
"""What raises the points of a box that everyone works on."""

_PUBLIC = "CKMB"
_DIGITAL = {
    "MDSH": "số hóa hồ sơ",
    "CLGQ": "nộp hồ sơ trực tuyến",
    "TTTT": "thanh toán trực tuyến",
    "ONLINE_SERVICE": "nộp hồ sơ, thanh toán trực tuyến",
    _PUBLIC: "đồng bộ hồ sơ",
}
"""Boxes that depend on systems and their connections, too, and what is done there."""


def proposals(builder: DocumentBuilder) -> list[Proposal]:
    """Each with its mark: to everyone, those concerned, departments, for digital matters, the office."""
    weak = _weak(builder)
    asked: list[tuple[str, list[str]]] = [
        (_everyone(builder), [*_overdue(builder), *_weak_boxes(builder, weak)]),
        *_low_grades(builder),
        *_fallen(builder),
        ("Các sở, ban, ngành tham mưu công bố TTHC", list(_publication(builder, weak))),
        (builder.office.digital, list(_digital(builder, weak))),
    ]
    kept = [(to, items) for to, items in asked if items]
    if kept and builder.kind is DocumentKind.DIRECTIVE:
        kept.append((builder.fill(builder.settings.name), [_follow_up(builder)]))
    return [
        Proposal(_mark(builder.kind, n), to, list(_items(builder.kind, items)))
        for n, (to, items) in enumerate(kept, start=1)
    ]


def _mark(kind: DocumentKind, place: int) -> str:
    return (
        f"{place}." if kind in (DocumentKind.DIRECTIVE, DocumentKind.NOTICE) else f"{phrases.letter(place)})"
    )


def _items(kind: DocumentKind, texts: Sequence[str]) -> Iterator[RequestedItem]:
    """Lettered where orders are given; one alone needs no letter."""
    for n, text in enumerate(texts, start=1):
        letter = f"{phrases.letter(n)})" if len(texts) > 1 else ""
        yield RequestedItem(letter if kind is DocumentKind.DIRECTIVE else "-", text)


def _everyone(builder: DocumentBuilder) -> str:
    levels = {figures.level for figures in builder.facts.levels}
    communes = builder.communes if Level.COMMUNE in levels or not levels else ""
    departments = "Các sở, ban, ngành" if Level.DEPARTMENT in levels or not levels else ""
    district = "UBND cấp huyện" if Level.DISTRICT in levels else ""
    return "; ".join(filter(None, (departments, district, communes)))


def _overdue(builder: DocumentBuilder) -> Iterator[str]:
    found = builder.facts.overdue
    if found is None or not found.total:
        return
    names = [builder.unit(row.unit) for row in found.units[:UNITS_NAMED]]
    first = phrases.listed(names, max(0, len(found.units) - UNITS_NAMED))
    yield (
        f"Giải quyết dứt điểm {phrases.count(found.total)} hồ sơ quá hạn, trước hết tại: {first}; thực hiện "
        "xin lỗi người dân, doanh nghiệp theo quy định, không để phát sinh hồ sơ quá hạn mới"
    )


def _weak(builder: DocumentBuilder) -> list[BoxScore]:
    """The boxes where the province earns least against the maximum; its units, where it isn't known."""
    if builder.facts.province is not None:
        return weakest(builder.facts.province.standing.score, builder)
    rules, levels = builder.facts.rules, builder.facts.levels
    shares: dict[str, Decimal] = {}
    most = {code: levels[0].standings.within_reach(rules, code) for code in rules.boxes if levels}
    for code in rules.boxes:
        means = [m for each in levels if (m := each.standings.means.get(code)) is not None]
        if means:
            shares[code] = sum(means, Decimal(0)) / len(means) / most[code]
    if len(shares) < len(rules.boxes):
        return []
    middle = sum((share * most[code] for code, share in shares.items()), Decimal(0))
    whole = sum(most.values(), Decimal(0))
    low = sorted((share, code) for code, share in shares.items() if share < middle / whole)
    return [BoxScore(code, most[code], None, None) for _, code in low[:NAMED]]


def _weak_boxes(builder: DocumentBuilder, weak: Sequence[BoxScore]) -> Iterator[str]:
    for box in weak:
        if box.code == _PUBLIC:
            continue
        name = builder.facts.rules.label(box.code).render(Lang.VI)
        what = _BOXES.get(box.code, f"Rà soát từng chỉ số, có giải pháp nâng điểm nhóm {name}")
        yield f"{what} ({_earned(builder, box)})"


def _earned(builder: DocumentBuilder, box: BoxScore) -> str:
    name = builder.facts.rules.label(box.code).render(Lang.VI)
    if box.points is None:
        return f"nhóm {name} đạt thấp so với điểm tối đa"
    return f"nhóm {name} của {builder.places['kind']} mới đạt {phrases.earned(box.points, box.max_points)}"


def _low_grades(builder: DocumentBuilder) -> Iterator[tuple[str, list[str]]]:
    """Those with one of the two last grades of the rules, the last grade first; a few by their names."""
    named: list[str] = []
    grades: list[str] = []
    alone: list[str] = []
    levels: set[Level] = set()
    for grade in reversed(builder.facts.rules.grades.bounds[-2:]):
        rows = [
            row
            for figures in builder.facts.levels
            for row in figures.standings.rows
            if row.grade and row.grade.code == grade.code
        ]
        if rows:
            names = [builder.unit(row.score.unit) for row in rows] if len(rows) <= UNITS_NAMED else []
            counted = f"{phrases.count(len(rows))} {_called({row.score.unit.level for row in rows})}"
            listed = f"{counted}: {phrases.listed(names)}" if names else counted
            named.append(f"xếp loại {grade.names.vi} ({listed})")
            grades.append(grade.names.vi)
            levels |= {row.score.unit.level for row in rows}
            alone += [f"{name} (xếp loại {grade.names.vi})" for name in names or ("", "")]
    if named:
        who = alone[0] if len(alone) == 1 else f"Các {_called(levels)} {', '.join(named)}"
        yield (
            who,
            [
                f"Rà soát từng chỉ số còn thấp, xác định rõ nguyên nhân xếp loại {', '.join(grades)}; phân "
                "công người chịu trách nhiệm, thời hạn khắc phục và báo cáo kết quả ở kỳ đánh giá tiếp theo"
            ],
        )


def _called(levels: set[Level]) -> str:
    if levels == {Level.DEPARTMENT}:
        return "cơ quan"
    return "cơ quan, địa phương" if Level.DEPARTMENT in levels else "địa phương"


def _fallen(builder: DocumentBuilder) -> Iterator[tuple[str, list[str]]]:
    """Those who fell by a grade or by NOTABLE points, who lost most first."""
    changes = [
        change
        for figures in builder.facts.levels
        if figures.comparison
        for change in figures.comparison.changes
        if _fell(change)
    ]
    changes.sort(key=lambda change: change.total or 0)
    names = [builder.unit(each.after.score.unit) for each in changes[:ADDRESSED] if each.after]
    if names:
        more = max(0, len(changes) - ADDRESSED)
        which = f" giảm từ {phrases.count(int(NOTABLE))} điểm trở lên hoặc giảm xếp loại" if more else ""
        yield (
            phrases.listed(names, more) + which,
            [f"Làm rõ nguyên nhân giảm điểm so với {builder.before}, khắc phục ngay các chỉ số suy giảm"],
        )


def _fell(change: Change) -> bool:
    if change.total is None or change.before is None or change.after is None or change.total >= 0:
        return False
    return change.total <= -NOTABLE or change.before.grade != change.after.grade


def _publication(builder: DocumentBuilder, weak: Sequence[BoxScore]) -> Iterator[str]:
    found = builder.facts.publications
    late = found is not None and (found.published_late or found.entered_late)
    box = next((box for box in weak if box.code == _PUBLIC), None)
    if not late and box is None:
        return
    why = f" ({_earned(builder, box)})" if box else ""
    yield (
        "Theo dõi các quyết định công bố của bộ, cơ quan ngang bộ; kịp thời trình "
        f"{builder.office.chair} công bố danh mục TTHC, cập nhật đầy đủ nội dung vào Cơ sở dữ liệu quốc gia "
        f"về TTHC đúng thời hạn{why}"
    )
    if late and found is not None:
        count = sum(len(each.procedures) for each in found.late)
        names = list(dict.fromkeys(name for each in found.late if (name := advised_by(builder, each))))
        whose = f": {phrases.listed(names[:UNITS_NAMED], max(0, len(names) - UNITS_NAMED))}" if names else ""
        yield (
            f"Làm rõ trách nhiệm, báo cáo nguyên nhân đối với {phrases.count(count)} TTHC công bố, cập nhật "
            f"chậm trong kỳ{whose}"
        )


def _digital(builder: DocumentBuilder, weak: Sequence[BoxScore]) -> Iterator[str]:
    work = [_DIGITAL[box.code] for box in weak if box.code in _DIGITAL]
    if work:
        yield (
            "Chủ trì, phối hợp với các cơ quan liên quan rà soát, hoàn thiện kết nối, chia sẻ dữ liệu giữa "
            f"Hệ thống thông tin giải quyết TTHC của {builder.places['kind']} với "
            f"{builder.fill(builder.settings.source)}; kịp thời tháo gỡ vướng mắc kỹ thuật trong "
            f"{phrases.listed(work)}"
        )
    lacking = [
        builder.unit(row.score.unit)
        for figures in builder.facts.levels
        for row in figures.standings.rows
        if row.rank is None
    ]
    if lacking:
        names = phrases.listed(lacking[:UNITS_NAMED], max(0, len(lacking) - UNITS_NAMED))
        yield f"Kiểm tra nguyên nhân chưa có đủ số liệu của {phrases.count(len(lacking))} đơn vị: {names}"


def _follow_up(builder: DocumentBuilder) -> str:
    return (
        "Theo dõi, đôn đốc, kiểm tra việc thực hiện; định kỳ công khai kết quả của từng cơ quan, địa phương, "
        f"báo cáo {builder.office.committee}"
    )
