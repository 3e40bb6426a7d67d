"""What raises the points of each group of indicators, as documents ask it; which groups call for it."""

from collections.abc import Iterator
from decimal import Decimal

from bochiso.report import phrases
from bochiso.report.text.document_builder import DocumentBuilder
from bochiso.report.text.province_results import NAMED, weakest
from bochiso.score.scoring import BoxScore
from bochiso.text import Lang

FELL = Decimal("0.2")
"""A group of the province that lost so many points is worked on, however much it still earns."""

PUBLIC = "CKMB"
"""The group on publication, which departments work on, not everyone."""

WORK = {
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
"""Groups that everyone works on."""

DIGITAL = {
    "MDSH": ("số hóa hồ sơ",),
    "CLGQ": ("nộp hồ sơ trực tuyến",),
    "TTTT": ("thanh toán trực tuyến",),
    "ONLINE_SERVICE": ("nộp hồ sơ trực tuyến", "thanh toán trực tuyến"),
    PUBLIC: ("đồng bộ hồ sơ",),
}
"""Groups that depend on systems and their connections, too, and what is done there."""


def to_work_on(builder: DocumentBuilder) -> dict[str, str]:
    """The boxes to be worked on, each with why: they earn least against the maximum, or they fell."""
    found = {box.code: _earned(builder, box) for box in _weak(builder)}
    own = builder.facts.province
    changes = own.change.boxes if own and own.change else {}
    for code, change in sorted(changes.items(), key=lambda each: each[1]):
        if change <= -FELL:
            fell = f"nhóm {_name(builder, code)} giảm {phrases.points(-change)} điểm"
            found[code] = f"{found[code]}, {phrases.moved(change)}" if code in found else fell
    return found


def _weak(builder: DocumentBuilder) -> list[BoxScore]:
    """The boxes where the province earns least against the maximum; its units, where it isn't known."""
    if builder.facts.province is not None and any(
        box.points is not None for box in builder.facts.province.standing.score.boxes
    ):
        return weakest(builder.facts.province.standing.score, builder)
    rules, levels = builder.facts.rules, builder.facts.levels
    shares, reach = {}, {}
    for code in _boxes(builder):
        means = [m for each in levels if (m := each.standings.means.get(code)) is not None]
        if means:
            reach[code] = levels[0].standings.within_reach(rules, code)
            shares[code] = sum(means, Decimal(0)) / len(means) / reach[code]
    most = sum(reach.values(), Decimal(0))
    if not reach or most < levels[0].standings.within_reach(rules):
        return []
    middle = sum((share * reach[code] for code, share in shares.items()), Decimal(0))
    low = sorted((share, code) for code, share in shares.items() if share < middle / most)
    return [BoxScore(code, reach[code], None, None) for _, code in low[:NAMED]]


def _boxes(builder: DocumentBuilder) -> list[str]:
    """The boxes that the units' figures came in: five where online services stand as one."""
    rows = [row for each in builder.facts.levels for row in each.standings.rows]
    have = dict.fromkeys(box.code for row in rows for box in row.score.boxes if box.points is not None)
    parts = {part for code in have for part in builder.facts.rules.group[code].parts}
    return [code for code in have if code not in parts]


def low_boxes(builder: DocumentBuilder, low: dict[str, str]) -> Iterator[str]:
    """What everyone does for the groups that are to be worked on, each with why."""
    for code, why in low.items():
        if code == PUBLIC:
            continue
        name = _name(builder, code)
        yield f"{WORK.get(code, f'Rà soát từng chỉ số, có giải pháp nâng điểm nhóm {name}')} ({why})"


def digital_work(builder: DocumentBuilder, low: dict[str, str]) -> Iterator[str]:
    """What whoever runs the systems does for them."""
    work = [each for code in low for each in DIGITAL.get(code, ())]
    if work:
        yield (
            "Chủ trì, phối hợp với các cơ quan liên quan rà soát, hoàn thiện kết nối, chia sẻ dữ liệu giữa "
            f"Hệ thống thông tin giải quyết TTHC của {builder.places['kind']} với "
            f"{builder.fill(builder.settings.source)}; kịp thời tháo gỡ vướng mắc kỹ thuật trong việc "
            f"{phrases.together(*work)}"
        )


def _name(builder: DocumentBuilder, code: str) -> str:
    return builder.facts.rules.label(code).render(Lang.VI)


def _earned(builder: DocumentBuilder, box: BoxScore) -> str:
    name = _name(builder, box.code)
    if box.points is None:
        return f"nhóm {name} đạt thấp so với điểm tối đa"
    return f"nhóm {name} của {builder.places['kind']} mới đạt {phrases.earned(box.points, box.max_points)}"
