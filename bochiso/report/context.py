"""What the templates of the documents receive: one closed context for each kind of document.

Every value is ready to print: Vietnamese text without a final full stop or semicolon, which the
template puts; an empty text or list where there is nothing to say. A template needs loops and
conditions, no arithmetic. The text beside each field says what it prints; `names_of` lists them all.
"""

from dataclasses import dataclass, fields, is_dataclass
from enum import StrEnum
from typing import Annotated, Any, get_args, get_type_hints

from bochiso.report.annex_parts import Annex, Charts, Handling, Indicators, Overdue, Publications


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
    local: Annotated[
        str, "UBND các xã, phường; số liệu trước 01/7/2025 thì là UBND các huyện, thị xã, thành phố"
    ]
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
    span: Annotated[str, "số liệu gì: lũy kế từ đầu năm 2026 đến ngày 07/10/2026; quý III năm 2026"]
    span_note: Annotated[str, "như trên, trong ngoặc, có dấu cách ở đầu; trống nếu tên kỳ đã nói đủ"]
    year: Annotated[str, "năm của số liệu: 2026"]
    source: Annotated[str, "nguồn số liệu: Cổng Dịch vụ công quốc gia, hoặc hệ thống của tỉnh nếu tự đo"]
    address: Annotated[str, "địa chỉ của nguồn: https://dichvucong.gov.vn; trống nếu tự đo"]
    read_at: Annotated[str, "lúc ghi nhận số liệu: 08 giờ 00 phút ngày 07/10/2026"]
    compared_with: Annotated[str, "kỳ so sánh: tuần 01 tháng 11, ngày 02/10/2026; trống nếu là kỳ đầu"]
    units_before: Annotated[str, "kỳ so sánh của các đơn vị; trống nếu là kỳ đầu"]
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
    change: Annotated[str, "thay đổi so với kỳ so sánh: tăng 0,27 điểm; trống nếu không so sánh"]
    rate: Annotated[str, "tỷ lệ đạt được: 71,3%; trống nếu chưa có số liệu"]
    rank: Annotated[str, "thứ hạng theo nhóm này: hạng 03/63; trống nếu chưa biết mọi tỉnh"]
    line: Annotated[str, "cả dòng: Công khai, minh bạch: 14,53/18 điểm (tăng 0,27 điểm), hạng 12/34"]
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
    cause: Annotated[str, "cả câu: Tổng điểm tăng chủ yếu do nhóm A (tăng 1,38 điểm); riêng nhóm B giảm …"]
    earlier: Annotated[
        list[str], "so với một tháng trước và cùng kỳ năm trước, mỗi kỳ một câu; trống nếu chưa có"
    ]
    trend: Annotated[str, "cả câu về nhóm thấp kéo dài qua các lần ghi nhận; trống nếu không có"]
    weakest: Annotated[str, "các nhóm đạt thấp nhất so với điểm tối đa, nối bằng dấu phẩy"]
    mean: Annotated[str, "cao hơn 3,98 điểm so với mức trung bình cả nước (61,66 điểm)"]
    target: Annotated[str, "so với hạng mục tiêu: thuộc nhóm 10 …, hoặc còn thiếu … điểm"]
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
    line: Annotated[str, "cả câu: Sở Y tế tăng 1,15 điểm (từ … lên …), tăng 05 bậc; chủ yếu do …"]


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
    named_from: Annotated[str, "mức để nêu tên, in kèm danh sách: tăng, giảm từ 0,50 điểm trở lên"]
    idle: Annotated[str, "cả câu về đơn vị không phát sinh hồ sơ; trống nếu không có"]
    rank_risen: Annotated[str, "các đơn vị tăng hạng nhiều nhất, trong một cụm: Sở A (tăng 05 bậc)"]
    rank_fallen: Annotated[str, "các đơn vị giảm hạng nhiều nhất, trong một cụm"]
    annex: Annotated[str, "tên phụ lục của cấp này: Phụ lục I"]


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
    line: Annotated[str, "cả câu khi chỉ có một nội dung: Sở Nội vụ: …; trống khi có nhiều nội dung"]
    deadline: Annotated[str, "thời hạn: trước ngày 05/12/2026; trống nếu không phải báo cáo"]
    send_to: Annotated[str, "nơi nhận báo cáo: Văn phòng UBND tỉnh; trống nếu không phải báo cáo"]


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
    summary: Annotated[str, "tóm tắt trong một đoạn: kết quả, nguyên nhân, việc cần xử lý ngay"]
    province: Annotated[ProvinceStanding, "kết quả của tỉnh"]
    levels: Annotated[list[LevelResult], "kết quả từng cấp: sở, ban, ngành; cấp xã"]
    praise: Annotated[list[str], "biểu dương, phê bình, mỗi ý một câu kèm tiêu chí; trống nếu không có"]
    targets: Annotated[
        list[str], "kết quả thực hiện từng chỉ tiêu được giao, cả câu: 12/14 …; trống nếu không có"
    ]
    outcomes: Annotated[
        list[str], "kết quả thực hiện yêu cầu của lần trước, mỗi yêu cầu một câu; trống nếu không có"
    ]
    overdue: Annotated[Overdue, "hồ sơ quá hạn"]
    handling: Annotated[Handling, "tình hình giải quyết hồ sơ theo đơn vị, là một phụ lục"]
    indicators: Annotated[Indicators, "mọi chỉ số của tỉnh, là một phụ lục"]
    proposals: Annotated[list[Proposal], "kiến nghị, đề xuất, theo nơi nhận"]
    annexes: Annotated[list[Annex], "các phụ lục xếp loại, mỗi cấp một phụ lục"]
    annex_names: Annotated[
        str, "các phụ lục về kết quả trong câu: Phụ lục I và Phụ lục II; trống nếu không có"
    ]
    annex_line: Annotated[str, "cả câu giới thiệu các phụ lục về kết quả và biểu đồ; trống nếu không có"]
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
