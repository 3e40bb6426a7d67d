"""The frame of a document by Decree 30/2020/NĐ-CP: head, number, subject, recipients, signature."""

from bochiso.report import phrases
from bochiso.report.context import DocumentKind, FiguresMoment, Paper
from bochiso.report.text.document_builder import DocumentBuilder
from bochiso.text import Lang

_ROOM = "\u00a0" * 6
"""Room for a number or a day that is filled in when the document is issued."""

LONG_PLACE = 14
"""Letters of a place that leave all the room for its day."""

_TYPES = {DocumentKind.WEEK: "BÁO CÁO", DocumentKind.NOTICE: "THÔNG BÁO"}
"""Named types; the other kinds are letters, which have none."""

_SUBJECTS = {
    DocumentKind.WEEK: (
        "Kết quả đánh giá chất lượng phục vụ người dân, doanh nghiệp trong thực hiện thủ tục hành chính, "
        "dịch vụ công theo thời gian thực trên môi trường điện tử {province} {label}"
    ),
    DocumentKind.MONTH: "V/v báo cáo, công khai kết quả Bộ chỉ số phục vụ người dân, doanh nghiệp {label}",
    DocumentKind.QUARTER: "V/v công khai kết quả Bộ chỉ số phục vụ người dân, doanh nghiệp {label}",
    DocumentKind.NOTICE: (
        "Kết quả thực hiện Bộ chỉ số chỉ đạo, điều hành và đánh giá chất lượng phục vụ người dân, "
        "doanh nghiệp {label}"
    ),
    DocumentKind.DIRECTIVE: (
        "V/v nâng cao kết quả thực hiện Bộ chỉ số chỉ đạo, điều hành và đánh giá chất lượng phục vụ "
        "người dân, doanh nghiệp"
    ),
}


def paper(builder: DocumentBuilder) -> Paper:
    """The frame, texts of the settings filled in."""
    settings = builder.settings
    own = settings.kinds[builder.kind]
    fill = builder.fill
    parent = settings.parent if own.parent is None else own.parent
    signer = settings.signer if own.signer is None else own.signer
    name = settings.signer_name if own.signer_name is None else own.signer_name
    place = fill(settings.place)
    return Paper(
        parent=fill(parent).upper(),
        agency=fill(own.agency or settings.agency).upper(),
        number=f"Số: {builder.issue.number}/{fill(own.symbol)}" if builder.issue.number else _blank(builder),
        # A long place leaves less room for the day: the line is not broken.
        place_day=f"{place}, {issue_day(builder, 6 if len(place) <= LONG_PLACE else 3)}",
        type=_TYPES.get(builder.kind, ""),
        subject=_SUBJECTS[builder.kind].format(province=builder.places["province"], label=builder.titled),
        to=[fill(each) for each in own.to],
        bases=[fill(each.text) for each in own.bases],
        recipients=[fill(each) for each in own.recipients],
        signer=[fill(each).upper() for each in signer],
        signer_name=fill(name),
    )


def _blank(builder: DocumentBuilder) -> str:
    """Room for the number, which is written in when the document is issued."""
    return f"Số:{_ROOM}/{builder.fill(builder.settings.kinds[builder.kind].symbol)}"


def with_paper(builder: DocumentBuilder) -> str:
    """What says in an annex to which document it belongs."""
    own = builder.settings.kinds[builder.kind]
    kind = phrases.capital(_TYPES.get(builder.kind, "công văn").lower())
    issuer = builder.places["committee"] if builder.kind is DocumentKind.DIRECTIVE else builder.office.name
    given = f" {builder.issue.number}" if builder.issue.number else _ROOM
    number = f"số{given}/{builder.fill(own.symbol)}"
    return f"(Kèm theo {kind} {number} {issue_day(builder)} của {issuer})"


def issue_day(builder: DocumentBuilder, room: int = len(_ROOM)) -> str:
    """`ngày      tháng 10 năm 2026`: the day is filled in when the document is issued, where not said."""
    day, given = builder.issued_on, builder.issue.day
    first = f"ngày {day.day:02d} " if given else f"ngày{_ROOM[:room]}"
    return f"{first}tháng {phrases.month(day.month)} năm {day.year}"


def moment(builder: DocumentBuilder, stamp: str) -> FiguresMoment:
    """Of when and from where the figures are."""
    snapshot = builder.facts.units.snapshot
    span = phrases.so_far(snapshot.period, snapshot.as_of)
    return FiguresMoment(
        label=builder.label,
        period=phrases.span(snapshot.period),
        day=phrases.day(snapshot.as_of),
        span=span,
        span_note="" if span == builder.label else phrases.aside(f"số liệu {span}"),
        year=str(snapshot.as_of.year),
        source=builder.source,
        address="" if builder.facts.provenance.units.measured else builder.settings.address,
        read_at=phrases.moment(snapshot.read_at),
        compared_with=_compared_with(builder),
        units_before=builder.before,
        remarks=[
            phrases.decreed(phrases.capital(text.render(Lang.VI)).removesuffix("."))
            for text in builder.facts.remarks
        ],
        stamp=stamp,
    )


def _compared_with(builder: DocumentBuilder) -> str:
    """What the units are compared with, and the province, where that is another day."""
    own = builder.facts.province
    if own is None or own.before is None:
        return builder.before
    if builder.facts.before and own.before.snapshot == builder.facts.before.snapshot:
        return builder.before
    since = builder.compared(own.before.snapshot, own.after.snapshot)
    if not builder.before:
        return f"{since} (kết quả chung của {builder.places['kind']})"
    return f"{builder.before} (kết quả chung của {builder.places['kind']} so với {since})"
