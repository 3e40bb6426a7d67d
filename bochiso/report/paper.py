"""The frame of a document by Decree 30/2020/NĐ-CP: head, number, subject, recipients, signature."""

from datetime import date

from bochiso.report import words
from bochiso.report.context import Kind, Moment, Paper
from bochiso.report.draft import Draft
from bochiso.rules.verdict import day_of
from bochiso.text import Lang

_ROOM = "\u00a0" * 6
"""Room for a number or a day that is filled in when the document is issued."""

_TYPES = {Kind.WEEK: "BÁO CÁO", Kind.NOTICE: "THÔNG BÁO"}
"""Named types; the other kinds are letters, which have none."""

_SUBJECTS = {
    Kind.WEEK: (
        "Kết quả đánh giá chất lượng phục vụ người dân, doanh nghiệp trong thực hiện thủ tục hành chính, "
        "dịch vụ công theo thời gian thực trên môi trường điện tử {province} {label}"
    ),
    Kind.MONTH: "V/v báo cáo, công khai kết quả Bộ chỉ số phục vụ người dân, doanh nghiệp {label}",
    Kind.QUARTER: "V/v công khai kết quả Bộ chỉ số phục vụ người dân, doanh nghiệp {label}",
    Kind.NOTICE: (
        "Kết quả thực hiện Bộ chỉ số chỉ đạo, điều hành và đánh giá chất lượng phục vụ người dân, "
        "doanh nghiệp {label}"
    ),
    Kind.DIRECTIVE: (
        "V/v nâng cao kết quả Bộ chỉ số chỉ đạo, điều hành và đánh giá chất lượng phục vụ người dân, "
        "doanh nghiệp"
    ),
}


def paper(draft: Draft) -> Paper:
    """The frame, texts of the settings filled in."""
    settings = draft.settings
    own = settings.kinds[draft.kind]
    fill = draft.fill
    parent = settings.parent if own.parent is None else own.parent
    signer = settings.signer if own.signer is None else own.signer
    name = settings.signer_name if own.signer_name is None else own.signer_name
    return Paper(
        parent=fill(parent).upper(),
        agency=fill(own.agency or settings.agency).upper(),
        number=f"Số:{_ROOM}/{fill(own.symbol)}",
        place_day=f"{fill(settings.place)}, {issue_day(day_of(draft.now))}",
        type=_TYPES.get(draft.kind, ""),
        subject=_SUBJECTS[draft.kind].format(province=draft.places["province"], label=_label(draft)),
        to=[fill(each) for each in own.to],
        bases=[fill(each.text) for each in own.bases],
        recipients=[fill(each) for each in own.recipients],
        signer=[fill(each).upper() for each in signer],
        signer_name=fill(name),
    )


def _label(draft: Draft) -> str:
    """What the document is of; with the day where the period is not over."""
    snapshot = draft.facts.units.snapshot
    if snapshot.label or snapshot.as_of >= snapshot.period.last:
        return draft.label
    return f"{draft.label} (tính đến ngày {words.day(snapshot.as_of)})"


def with_paper(draft: Draft) -> str:
    """What says in an annex to which document it belongs."""
    own = draft.settings.kinds[draft.kind]
    kind = words.capital(_TYPES.get(draft.kind, "công văn").lower())
    issuer = draft.places["committee"] if draft.kind is Kind.DIRECTIVE else draft.office.name
    number = f"số{_ROOM}/{draft.fill(own.symbol)}"
    return f"(Kèm theo {kind} {number} {issue_day(day_of(draft.now))} của {issuer})"


def issue_day(day: date) -> str:
    """`ngày      tháng 10 năm 2026`: the day itself is filled in when the document is issued."""
    return f"ngày{_ROOM}tháng {words.month(day.month)} năm {day.year}"


def moment(draft: Draft, stamp: str) -> Moment:
    """Of when and from where the figures are."""
    snapshot = draft.facts.units.snapshot
    return Moment(
        label=draft.label,
        period=snapshot.period.show(Lang.VI),
        day=words.day(snapshot.as_of),
        year=str(snapshot.as_of.year),
        source=draft.source,
        address="" if draft.facts.identity.units.measured else draft.settings.address,
        read_at=words.moment(snapshot.read_at),
        compared_with=draft.before,
        remarks=[words.capital(text.render(Lang.VI)).removesuffix(".") for text in draft.facts.remarks],
        stamp=stamp,
    )
