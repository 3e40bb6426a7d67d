"""The frame of a document by Decree 30/2020/NĐ-CP: head, number, subject, recipients, signature."""

from datetime import date

from bochiso.report import phrases
from bochiso.report.context import DocumentKind, FiguresMoment, Paper
from bochiso.report.text.document_builder import DocumentBuilder
from bochiso.rules.verdict import day_of
from bochiso.text import Lang

_ROOM = "\u00a0" * 6
"""Room for a number or a day that is filled in when the document is issued."""

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
        "V/v nâng cao kết quả Bộ chỉ số chỉ đạo, điều hành và đánh giá chất lượng phục vụ người dân, "
        "doanh nghiệp"
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
    return Paper(
        parent=fill(parent).upper(),
        agency=fill(own.agency or settings.agency).upper(),
        number=f"Số:{_ROOM}/{fill(own.symbol)}",
        place_day=f"{fill(settings.place)}, {issue_day(day_of(builder.now))}",
        type=_TYPES.get(builder.kind, ""),
        subject=_SUBJECTS[builder.kind].format(province=builder.places["province"], label=_label(builder)),
        to=[fill(each) for each in own.to],
        bases=[fill(each.text) for each in own.bases],
        recipients=[fill(each) for each in own.recipients],
        signer=[fill(each).upper() for each in signer],
        signer_name=fill(name),
    )


def _label(builder: DocumentBuilder) -> str:
    """What the document is of; with the day where the period is not over."""
    snapshot = builder.facts.units.snapshot
    if snapshot.label or snapshot.as_of >= snapshot.period.last:
        return builder.label
    return f"{builder.label} (tính đến ngày {phrases.day(snapshot.as_of)})"


def with_paper(builder: DocumentBuilder) -> str:
    """What says in an annex to which document it belongs."""
    own = builder.settings.kinds[builder.kind]
    kind = phrases.capital(_TYPES.get(builder.kind, "công văn").lower())
    issuer = builder.places["committee"] if builder.kind is DocumentKind.DIRECTIVE else builder.office.name
    number = f"số{_ROOM}/{builder.fill(own.symbol)}"
    return f"(Kèm theo {kind} {number} {issue_day(day_of(builder.now))} của {issuer})"


def issue_day(day: date) -> str:
    """`ngày      tháng 10 năm 2026`: the day itself is filled in when the document is issued."""
    return f"ngày{_ROOM}tháng {phrases.month(day.month)} năm {day.year}"


def moment(builder: DocumentBuilder, stamp: str) -> FiguresMoment:
    """Of when and from where the figures are."""
    snapshot = builder.facts.units.snapshot
    return FiguresMoment(
        label=builder.label,
        period=snapshot.period.show(Lang.VI),
        day=phrases.day(snapshot.as_of),
        year=str(snapshot.as_of.year),
        source=builder.source,
        address="" if builder.facts.provenance.units.measured else builder.settings.address,
        read_at=phrases.moment(snapshot.read_at),
        compared_with=builder.before,
        remarks=[phrases.capital(text.render(Lang.VI)).removesuffix(".") for text in builder.facts.remarks],
        stamp=stamp,
    )
