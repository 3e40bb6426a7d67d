"""What the templates of the documents receive: one closed context for each kind of document.

Every value is ready to print: Vietnamese text without a final full stop or semicolon, which the
template puts; an empty text or list where there is nothing to say. A template needs loops and
conditions, no arithmetic. The text beside each field says what it prints; `names_of` lists them all.
"""

from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Annotated, Any, get_args, get_type_hints

from msgspec import Struct


class DocumentKind(StrEnum):
    """The five kinds of documents."""

    WEEK = "week"
    MONTH = "month"
    QUARTER = "quarter"
    NOTICE = "notice"
    DIRECTIVE = "directive"


KIND_NAMES: dict[DocumentKind, str] = {
    DocumentKind.WEEK: "báo cáo tuần",
    DocumentKind.MONTH: "công văn tháng",
    DocumentKind.QUARTER: "công văn quý",
    DocumentKind.NOTICE: "thông báo tháng",
    DocumentKind.DIRECTIVE: "công văn chỉ đạo, đôn đốc",
}


@dataclass(frozen=True)
class WritingOffice:
    """The office that writes, as it is named in sentences."""

    name: Annotated[str, "tên cơ quan soạn thảo trong câu: Văn phòng UBND tỉnh"]
    committee: Annotated[str, "UBND tỉnh hoặc UBND thành phố"]
    chair: Annotated[str, "Chủ tịch UBND tỉnh hoặc Chủ tịch UBND thành phố"]
    province: Annotated[str, "tỉnh Gia Lai, thành phố Huế"]
    kind: Annotated[str, "tỉnh hoặc thành phố"]
    communes: Annotated[str, "UBND các xã, phường; có thêm đặc khu nếu tỉnh có đặc khu"]
    digital: Annotated[str, "cơ quan phụ trách nền tảng số: Sở Khoa học và Công nghệ"]


@dataclass(frozen=True)
class Paper:
    """The frame of the document: head, title, recipients, signature."""

    parent: Annotated[str, "cơ quan chủ quản, chữ in hoa; để trống nếu không có"]
    agency: Annotated[str, "cơ quan ban hành, chữ in hoa"]
    number: Annotated[str, "số, ký hiệu, chừa chỗ ghi số: Số:       /BC-VPUBND"]
    place_day: Annotated[str, "địa danh và ngày, chừa chỗ ghi ngày: Gia Lai, ngày      tháng 10 năm 2026"]
    type: Annotated[str, "tên loại văn bản, chữ in hoa: BÁO CÁO, THÔNG BÁO; trống đối với công văn"]
    subject: Annotated[str, "trích yếu; đối với công văn đã có V/v ở đầu"]
    to: Annotated[list[str], "Kính gửi, mỗi nơi một dòng; trống nếu loại văn bản không có"]
    bases: Annotated[list[str], "các văn bản làm căn cứ: số, ngày, cơ quan, trích yếu"]
    recipients: Annotated[list[str], "Nơi nhận, mỗi nơi một dòng, chưa có dấu - ; ."]
    signer: Annotated[list[str], "quyền hạn, chức vụ người ký, mỗi dòng một mục, chữ in hoa"]
    signer_name: Annotated[str, "họ tên người ký; trống nếu ký số hoặc điền sau"]


@dataclass(frozen=True)
class FiguresMoment:
    """Of when and from where the figures are."""

    label: Annotated[str, "kỳ của văn bản: tuần 02 tháng 11/2025, tháng 9 năm 2026, năm 2026"]
    period: Annotated[str, "kỳ tính số liệu: năm 2026, quý III năm 2026"]
    day: Annotated[str, "ngày của số liệu: 07/10/2026"]
    year: Annotated[str, "năm của số liệu: 2026"]
    source: Annotated[str, "nguồn số liệu: Cổng Dịch vụ công quốc gia, hoặc hệ thống của tỉnh nếu tự đo"]
    address: Annotated[str, "địa chỉ của nguồn: https://dichvucong.gov.vn; trống nếu tự đo"]
    read_at: Annotated[str, "lúc ghi nhận số liệu: 08 giờ 00 phút ngày 07/10/2026"]
    compared_with: Annotated[str, "kỳ so sánh: tuần 01 tháng 11, ngày 02/10/2026; trống nếu là kỳ đầu"]
    remarks: Annotated[list[str], "những điều cần lưu ý về số liệu và so sánh, mỗi ý một câu"]
    stamp: Annotated[str, "dấu nhận biết số liệu, in nhỏ ở cuối phụ lục: ngày, mã, bộ quy tắc"]


@dataclass(frozen=True)
class RuleGroup:
    """A group of indicators and its greatest points."""

    name: Annotated[str, "tên nhóm chỉ số"]
    most: Annotated[str, "điểm tối đa: 18"]


@dataclass(frozen=True)
class Method:
    """How points and grades come about, from the set of rules."""

    total: Annotated[str, "tổng điểm tối đa: 100"]
    count: Annotated[str, "số nhóm chỉ số: 05"]
    groups: Annotated[list[RuleGroup], "các nhóm chỉ số và điểm tối đa"]
    ways: Annotated[list[str], "cách tính điểm của từng cấp, theo dạng số liệu đã có, mỗi ý một câu"]
    grades: Annotated[list[str], "các mức xếp loại: Từ 80 đến dưới 90 điểm: Tốt"]


@dataclass(frozen=True)
class GroupResult:
    """The points of one group; `parts` where the group is shown in parts."""

    name: Annotated[str, "tên nhóm chỉ số"]
    points: Annotated[str, "điểm trên điểm tối đa: 14,53/18 điểm"]
    change: Annotated[str, "thay đổi so với kỳ so sánh: tăng 0,27 điểm, giữ nguyên; trống nếu không so sánh"]
    line: Annotated[str, "cả dòng: Công khai, minh bạch: 14,53/18 điểm (tăng 0,27 điểm)"]
    parts: Annotated[list[str], "các phần của nhóm, mỗi phần cả dòng; trống nếu nhóm không chia"]


@dataclass(frozen=True)
class ProvinceStanding:
    """The province among all provinces; texts are empty where its figures are not known."""

    known: Annotated[bool, "có số liệu của tỉnh hay không, dùng trong if"]
    name: Annotated[str, "tỉnh Gia Lai"]
    day: Annotated[str, "ngày của số liệu tỉnh, có thể khác ngày của số liệu các đơn vị: 06/10/2026"]
    total: Annotated[str, "tổng điểm: 65,64/100 điểm"]
    rank: Annotated[str, "thứ hạng: xếp hạng 04/34 tỉnh, thành phố; có nơi bằng điểm thì đồng hạng"]
    result: Annotated[
        str, "cả câu: 65,64/100 điểm (giảm 0,02 điểm so với …), xếp hạng 04/34 tỉnh, thành phố (…)"
    ]
    groups: Annotated[list[GroupResult], "điểm từng nhóm chỉ số"]
    causes: Annotated[list[str], "nguyên nhân chính của thay đổi: Số hóa hồ sơ tăng 0,27 điểm"]
    weakest: Annotated[str, "các nhóm đạt thấp nhất so với điểm tối đa, nối bằng dấu phẩy"]
    mean: Annotated[str, "so với trung bình cả nước: cao hơn trung bình cả nước (61,66 điểm) 3,98 điểm"]
    target: Annotated[str, "so với hạng mục tiêu: đã nằm trong nhóm 10 …, hoặc còn thấp hơn … điểm"]
    aim: Annotated[str, "mục tiêu: đưa tỉnh … vào nhóm 10 tỉnh, thành phố dẫn đầu; trống nếu không đặt"]


@dataclass(frozen=True)
class GradeLine:
    """How many units of a level have one grade."""

    name: Annotated[str, "xếp loại: Xuất sắc"]
    count: Annotated[str, "số đơn vị trên tổng số được xếp loại: 10/14"]
    line: Annotated[str, "cả câu: Có 10/14 cơ quan xếp loại Xuất sắc (giảm 02 cơ quan so với …)"]


@dataclass(frozen=True)
class Mover:
    """A unit that rose or fell."""

    unit: Annotated[str, "tên đơn vị"]
    points: Annotated[str, "điểm trước và sau: 77,25 → 78,40"]
    change: Annotated[str, "tăng 1,15 điểm"]
    rank: Annotated[str, "thay đổi thứ hạng: tăng 05 bậc, từ 12 lên 07; trống nếu không so sánh được"]
    cause: Annotated[str, "nguyên nhân chính: Số hóa hồ sơ tăng 0,90 điểm"]
    line: Annotated[str, "cả câu: Sở Y tế tăng 1,15 điểm, tăng 05 bậc (chủ yếu do …)"]


@dataclass(frozen=True)
class LevelResult:
    """The units of one level: grades, the best and the last, who rose and who fell."""

    mark: Annotated[str, "chữ hoặc số thứ tự của phần này: b)"]
    name: Annotated[str, "tên cấp: Các sở, ban, ngành"]
    unit: Annotated[str, "cách gọi một đơn vị: cơ quan, UBND cấp xã"]
    count: Annotated[str, "số đơn vị: 14"]
    grades: Annotated[list[GradeLine], "số đơn vị theo từng xếp loại"]
    summary: Annotated[str, "các xếp loại gộp trong một câu: Các sở, ban, ngành: 10/14 cơ quan Xuất sắc, …"]
    incomplete: Annotated[str, "cả câu về đơn vị chưa đủ số liệu; trống nếu đều đủ"]
    mean: Annotated[str, "điểm trung bình, kèm thay đổi: Điểm trung bình đạt 66,90 điểm (tăng …)"]
    best: Annotated[str, "các đơn vị dẫn đầu, kèm điểm"]
    last: Annotated[str, "các đơn vị điểm thấp nhất, kèm điểm; trống nếu cấp có ít đơn vị"]
    risen: Annotated[list[Mover], "các đơn vị tăng điểm nhiều nhất"]
    fallen: Annotated[list[Mover], "các đơn vị giảm điểm nhiều nhất"]
    risen_names: Annotated[str, "các đơn vị tăng điểm nhiều nhất, trong một cụm: Sở A (tăng 1,15 điểm)"]
    fallen_names: Annotated[str, "các đơn vị giảm điểm nhiều nhất, trong một cụm"]
    rank_risen: Annotated[str, "các đơn vị tăng hạng nhiều nhất, trong một cụm: Sở A (tăng 05 bậc)"]
    rank_fallen: Annotated[str, "các đơn vị giảm hạng nhiều nhất, trong một cụm"]
    annex: Annotated[str, "tên phụ lục của cấp này: Phụ lục I"]


@dataclass(frozen=True)
class OverdueUnit:
    """A unit with open dossiers past their date."""

    no: Annotated[str, "số thứ tự"]
    unit: Annotated[str, "tên đơn vị"]
    count: Annotated[str, "số hồ sơ quá hạn"]
    longest: Annotated[str, "số ngày quá hạn lâu nhất: 12,5"]


@dataclass(frozen=True)
class Overdue:
    """Open dossiers past their date; from the dossiers that the data folder holds."""

    known: Annotated[bool, "có số liệu hồ sơ hay không, dùng trong if"]
    total: Annotated[str, "số hồ sơ quá hạn: 1.234"]
    moment: Annotated[str, "thời điểm: ngày 07/10/2026"]
    line: Annotated[str, "cả câu: có 25 hồ sơ quá hạn tại 03 cơ quan, đơn vị, địa phương"]
    names: Annotated[str, "các đơn vị nhiều nhất, kèm số hồ sơ, nối bằng dấu phẩy"]
    units: Annotated[list[OverdueUnit], "các dòng của bảng hồ sơ quá hạn"]


@dataclass(frozen=True)
class LatePublication:
    """Procedures that were published or entered late."""

    no: Annotated[str, "số thứ tự"]
    decision: Annotated[str, "quyết định công bố: ngày ký và các thủ tục"]
    unit: Annotated[str, "đơn vị tham mưu"]
    note: Annotated[str, "chậm ở bước nào, hạn nào, bao nhiêu ngày"]


@dataclass(frozen=True)
class Publications:
    """Publication of procedures against the deadlines of the set of rules."""

    known: Annotated[bool, "có số liệu thủ tục hành chính hay không, dùng trong if"]
    line: Annotated[str, "cả câu: có 03/52 thủ tục công bố chậm, 02/52 thủ tục cập nhật chậm"]
    late: Annotated[list[LatePublication], "các dòng của bảng chậm công bố, công khai; trống nếu không chậm"]


@dataclass(frozen=True)
class RequestedItem:
    """One thing that is asked."""

    mark: Annotated[str, "dấu hoặc chữ thứ tự của nội dung: -, a)"]
    text: Annotated[str, "nội dung, một câu chưa có dấu chấm cuối"]


@dataclass(frozen=True)
class Proposal:
    """What is asked of someone, and why."""

    mark: Annotated[str, "thứ tự trong mục kiến nghị: a) hoặc 1."]
    to: Annotated[str, "nơi được đề nghị: Các sở, ban, ngành"]
    items: Annotated[list[RequestedItem], "các nội dung đề nghị"]


@dataclass(frozen=True)
class PointsColumn:
    """A column of points of an annex."""

    name: Annotated[str, "tên nhóm chỉ số"]
    most: Annotated[str, "điểm tối đa: 18"]


@dataclass(frozen=True)
class AnnexRow:
    """A unit in an annex."""

    rank: Annotated[str, "thứ hạng; – nếu chưa xếp hạng"]
    unit: Annotated[str, "tên đơn vị"]
    points: Annotated[list[str], "điểm từng nhóm, theo thứ tự của columns; – nếu chưa có"]
    total: Annotated[str, "tổng điểm"]
    grade: Annotated[str, "xếp loại"]
    change: Annotated[str, "thay đổi điểm: +0,27; – nếu không so sánh được"]
    rank_change: Annotated[str, "thay đổi thứ hạng: +5; – nếu không so sánh được"]


@dataclass(frozen=True)
class Annex:
    """Every unit of one level."""

    number: Annotated[str, "Phụ lục I; chỉ có một phụ lục thì là Phụ lục"]
    title: Annotated[str, "tên phụ lục"]
    with_paper: Annotated[str, "dòng kèm theo, chừa chỗ ghi số và ngày: (Kèm theo Báo cáo số …)"]
    columns: Annotated[list[PointsColumn], "các cột điểm nhóm chỉ số; trống nếu nguồn chỉ có tổng điểm"]
    most: Annotated[str, "tổng điểm tối đa: 100"]
    rows: Annotated[list[AnnexRow], "các dòng, theo thứ hạng"]
    compared: Annotated[bool, "có cột thay đổi hay không, dùng trong if"]
    notes: Annotated[list[str], "các chú thích dưới bảng"]
    foot: Annotated[str, "dấu nhận biết số liệu, in nhỏ cuối phụ lục"]


class Picture(Struct, frozen=True):
    """A picture to be placed: PNG, what it says in words, width and height in pixels of 96 to the inch."""

    png: bytes
    words: str
    width: float
    height: float


@dataclass(frozen=True)
class ShownChart:
    """A chart."""

    name: Annotated[str, "tên gọi để chọn hình: nhom, thay-doi, xep-loai, dien-bien"]
    title: Annotated[str, "tên hình: Điểm các nhóm chỉ số của tỉnh Gia Lai, số liệu ngày 06/10/2026"]
    words: Annotated[str, "nội dung hình bằng lời, cũng là lời thay thế của hình"]
    picture: Annotated[Picture, "hình, đặt trong một đoạn của phần thân, rộng nhất 16,5 cm"]


@dataclass(frozen=True)
class Charts:
    """The charts, and the annex that they are."""

    known: Annotated[bool, "có hình nào không, dùng trong if"]
    number: Annotated[str, "tên phụ lục biểu đồ: Phụ lục III; trống nếu không có hình"]
    title: Annotated[str, "tên của phụ lục biểu đồ"]
    with_paper: Annotated[str, "dòng kèm theo, chừa chỗ ghi số và ngày: (Kèm theo Báo cáo số …)"]
    shown: Annotated[list[ShownChart], "các hình có số liệu để vẽ; thiếu số liệu thì không có hình"]
    foot: Annotated[str, "dấu nhận biết số liệu, in nhỏ cuối phụ lục"]


@dataclass(frozen=True)
class Marks:
    """The numbers of parts that are there only when there is something to say."""

    province: Annotated[str, "thứ tự của phần kết quả của tỉnh"]
    work: Annotated[str, "thứ tự của phần hồ sơ và công bố trong thông báo; trống nếu không có số liệu"]
    overdue: Annotated[str, "thứ tự của phần hồ sơ quá hạn"]
    publications: Annotated[str, "thứ tự của phần công bố, công khai thủ tục"]
    proposals: Annotated[str, "thứ tự của phần kiến nghị, đề xuất"]


@dataclass(frozen=True)
class _Document:
    """What every kind has."""

    paper: Annotated[Paper, "thể thức: tiêu đề, số, nơi nhận, người ký"]
    office: Annotated[WritingOffice, "cách gọi các cơ quan trong câu"]
    moment: Annotated[FiguresMoment, "kỳ, ngày, nguồn của số liệu"]
    province: Annotated[ProvinceStanding, "kết quả của tỉnh"]
    levels: Annotated[list[LevelResult], "kết quả từng cấp: sở, ban, ngành; cấp xã"]
    overdue: Annotated[Overdue, "hồ sơ quá hạn"]
    proposals: Annotated[list[Proposal], "kiến nghị, đề xuất, theo nơi nhận"]
    annexes: Annotated[list[Annex], "các phụ lục, mỗi cấp một phụ lục"]
    annex_names: Annotated[str, "các phụ lục trong câu: Phụ lục I, Phụ lục II; trống nếu không có"]
    charts: Annotated[Charts, "biểu đồ, là phụ lục sau cùng"]
    marks: Annotated[Marks, "số thứ tự của các phần có thể vắng"]


@dataclass(frozen=True)
class Week(_Document):
    """Báo cáo tuần."""

    method: Annotated[Method, "cách tính điểm, xếp loại"]


@dataclass(frozen=True)
class Month(_Document):
    """Công văn tháng."""

    publications: Annotated[Publications, "công bố, công khai thủ tục hành chính"]


@dataclass(frozen=True)
class Quarter(_Document):
    """Công văn quý."""

    method: Annotated[Method, "cách tính điểm, xếp loại"]


@dataclass(frozen=True)
class Notice(_Document):
    """Thông báo tháng."""

    publications: Annotated[Publications, "công bố, công khai thủ tục hành chính"]


@dataclass(frozen=True)
class Directive(_Document):
    """Công văn chỉ đạo, đôn đốc."""


Context = Week | Month | Quarter | Notice | Directive

CONTEXTS: dict[DocumentKind, type[Context]] = {
    DocumentKind.WEEK: Week,
    DocumentKind.MONTH: Month,
    DocumentKind.QUARTER: Quarter,
    DocumentKind.NOTICE: Notice,
    DocumentKind.DIRECTIVE: Directive,
}


def names_of(context: type[Any], prefix: str = "") -> dict[str, str]:
    """Every name of a context with its help: `province.total`; `levels[].name` for what a list holds."""
    found: dict[str, str] = {}
    hints = get_type_hints(context, include_extras=True)
    for each in fields(context):
        held, text = get_args(hints[each.name])
        found[f"{prefix}{each.name}"] = text
        inner, mark = (get_args(held)[0], "[]") if get_args(held) else (held, "")
        if isinstance(inner, type) and is_dataclass(inner):
            found |= names_of(inner, f"{prefix}{each.name}{mark}.")
    return found
