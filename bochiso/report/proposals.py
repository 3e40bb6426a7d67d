"""What is proposed, and to whom: only what the figures call for."""

from collections.abc import Iterator, Sequence
from decimal import Decimal

from bochiso.report import words
from bochiso.report.annexes import advised_by
from bochiso.report.context import Item, Kind, Proposal
from bochiso.report.draft import Draft
from bochiso.report.results import NAMED, weakest
from bochiso.score.compare import Change
from bochiso.score.scoring import BoxScore
from bochiso.text import Lang
from bochiso.units.model import Level

MOST = 5
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


def proposals(draft: Draft) -> list[Proposal]:
    """Each with its mark: to everyone, those concerned, departments, for digital matters, the office."""
    weak = _weak(draft)
    asked: list[tuple[str, list[str]]] = [
        (_everyone(draft), [*_overdue(draft), *_weak_boxes(draft, weak)]),
        *_low_grades(draft),
        *_fallen(draft),
        ("Các sở, ban, ngành tham mưu công bố TTHC", list(_publication(draft, weak))),
        (draft.office.digital, list(_digital(draft, weak))),
    ]
    kept = [(to, items) for to, items in asked if items]
    if kept and draft.kind is Kind.DIRECTIVE:
        kept.append((draft.fill(draft.settings.name), [_follow_up(draft)]))
    return [
        Proposal(_mark(draft.kind, n), to, list(_items(draft.kind, items)))
        for n, (to, items) in enumerate(kept, start=1)
    ]


def _mark(kind: Kind, place: int) -> str:
    return f"{place}." if kind in (Kind.DIRECTIVE, Kind.NOTICE) else f"{words.letter(place)})"


def _items(kind: Kind, texts: Sequence[str]) -> Iterator[Item]:
    """Lettered where orders are given; one alone needs no letter."""
    for n, text in enumerate(texts, start=1):
        letter = f"{words.letter(n)})" if len(texts) > 1 else ""
        yield Item(letter if kind is Kind.DIRECTIVE else "-", text)


def _everyone(draft: Draft) -> str:
    levels = {figures.level for figures in draft.facts.levels}
    communes = draft.communes if Level.COMMUNE in levels or not levels else ""
    departments = "Các sở, ban, ngành" if Level.DEPARTMENT in levels or not levels else ""
    district = "UBND cấp huyện" if Level.DISTRICT in levels else ""
    return "; ".join(filter(None, (departments, district, communes)))


def _overdue(draft: Draft) -> Iterator[str]:
    found = draft.facts.overdue
    if found is None or not found.total:
        return
    names = [draft.unit(row.unit) for row in found.units[:MOST]]
    first = words.listed(names, max(0, len(found.units) - MOST))
    yield (
        f"Giải quyết dứt điểm {words.count(found.total)} hồ sơ quá hạn, trước hết tại: {first}; thực hiện "
        "xin lỗi người dân, doanh nghiệp theo quy định, không để phát sinh hồ sơ quá hạn mới"
    )


def _weak(draft: Draft) -> list[BoxScore]:
    """The boxes where the province earns least against the maximum; its units, where it isn't known."""
    if draft.facts.province is not None:
        return weakest(draft.facts.province.standing.score, draft)
    rules, levels = draft.facts.rules, draft.facts.levels
    shares: dict[str, Decimal] = {}
    for code in rules.boxes:
        means = [m for each in levels if (m := each.standings.means.get(code)) is not None]
        if means:
            shares[code] = sum(means, Decimal(0)) / len(means) / rules.group[code].points
    if len(shares) < len(rules.boxes):
        return []
    middle = sum((share * rules.group[code].points for code, share in shares.items()), Decimal(0))
    low = sorted((share, code) for code, share in shares.items() if share < middle / rules.total_points)
    return [BoxScore(code, rules.group[code].points, None, None) for _, code in low[:NAMED]]


def _weak_boxes(draft: Draft, weak: Sequence[BoxScore]) -> Iterator[str]:
    for box in weak:
        if box.code == _PUBLIC:
            continue
        name = draft.facts.rules.label(box.code).render(Lang.VI)
        what = _BOXES.get(box.code, f"Rà soát từng chỉ số, có giải pháp nâng điểm nhóm {name}")
        yield f"{what} ({_earned(draft, box)})"


def _earned(draft: Draft, box: BoxScore) -> str:
    name = draft.facts.rules.label(box.code).render(Lang.VI)
    if box.points is None:
        return f"nhóm {name} đạt thấp so với điểm tối đa"
    return f"nhóm {name} của {draft.places['kind']} mới đạt {words.earned(box.points, box.max_points)}"


def _low_grades(draft: Draft) -> Iterator[tuple[str, list[str]]]:
    """Those with one of the two last grades of the rules, the last grade first; a few by their names."""
    named: list[str] = []
    grades: list[str] = []
    alone: list[str] = []
    levels: set[Level] = set()
    for grade in reversed(draft.facts.rules.grades.bounds[-2:]):
        rows = [
            row
            for figures in draft.facts.levels
            for row in figures.standings.rows
            if row.grade and row.grade.code == grade.code
        ]
        if rows:
            names = [draft.unit(row.score.unit) for row in rows] if len(rows) <= MOST else []
            counted = f"{words.count(len(rows))} {_called({row.score.unit.level for row in rows})}"
            listed = f"{counted}: {words.listed(names)}" if names else counted
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


def _fallen(draft: Draft) -> Iterator[tuple[str, list[str]]]:
    """Those who fell by a grade or by NOTABLE points, who lost most first."""
    changes = [
        change
        for figures in draft.facts.levels
        if figures.comparison
        for change in figures.comparison.changes
        if _fell(change)
    ]
    changes.sort(key=lambda change: change.total or 0)
    names = [draft.unit(each.after.score.unit) for each in changes[:ADDRESSED] if each.after]
    if names:
        more = max(0, len(changes) - ADDRESSED)
        which = f" giảm từ {words.count(int(NOTABLE))} điểm trở lên hoặc giảm xếp loại" if more else ""
        yield (
            words.listed(names, more) + which,
            [f"Làm rõ nguyên nhân giảm điểm so với {draft.before}, khắc phục ngay các chỉ số suy giảm"],
        )


def _fell(change: Change) -> bool:
    if change.total is None or change.before is None or change.after is None or change.total >= 0:
        return False
    return change.total <= -NOTABLE or change.before.grade != change.after.grade


def _publication(draft: Draft, weak: Sequence[BoxScore]) -> Iterator[str]:
    found = draft.facts.publications
    late = found is not None and (found.published_late or found.entered_late)
    box = next((box for box in weak if box.code == _PUBLIC), None)
    if not late and box is None:
        return
    why = f" ({_earned(draft, box)})" if box else ""
    yield (
        "Theo dõi các quyết định công bố của bộ, cơ quan ngang bộ; kịp thời trình "
        f"{draft.office.chair} công bố danh mục TTHC, cập nhật đầy đủ nội dung vào Cơ sở dữ liệu quốc gia về "
        f"TTHC đúng thời hạn{why}"
    )
    if late and found is not None:
        count = sum(len(each.procedures) for each in found.late)
        names = list(dict.fromkeys(name for each in found.late if (name := advised_by(draft, each))))
        whose = f": {words.listed(names[:MOST], max(0, len(names) - MOST))}" if names else ""
        yield (
            f"Làm rõ trách nhiệm, báo cáo nguyên nhân đối với {words.count(count)} TTHC công bố, cập nhật "
            f"chậm trong kỳ{whose}"
        )


def _digital(draft: Draft, weak: Sequence[BoxScore]) -> Iterator[str]:
    work = [_DIGITAL[box.code] for box in weak if box.code in _DIGITAL]
    if work:
        yield (
            "Chủ trì, phối hợp với các cơ quan liên quan rà soát, hoàn thiện kết nối, chia sẻ dữ liệu giữa "
            f"Hệ thống thông tin giải quyết TTHC của {draft.places['kind']} với "
            f"{draft.fill(draft.settings.source)}; kịp thời tháo gỡ vướng mắc kỹ thuật trong "
            f"{words.listed(work)}"
        )
    lacking = [
        draft.unit(row.score.unit)
        for figures in draft.facts.levels
        for row in figures.standings.rows
        if row.rank is None
    ]
    if lacking:
        names = words.listed(lacking[:MOST], max(0, len(lacking) - MOST))
        yield f"Kiểm tra nguyên nhân chưa có đủ số liệu của {words.count(len(lacking))} đơn vị: {names}"


def _follow_up(draft: Draft) -> str:
    return (
        "Theo dõi, đôn đốc, kiểm tra việc thực hiện; định kỳ công khai kết quả của từng cơ quan, địa phương, "
        f"báo cáo {draft.office.committee}"
    )
