"""The parts of a context that are tables and annexes: ready to print, as in context.py."""

from dataclasses import dataclass
from typing import Annotated

from msgspec import Struct


@dataclass(frozen=True)
class OverdueUnit:
    """A unit with open dossiers past their date."""

    no: Annotated[str, "số thứ tự"]
    unit: Annotated[str, "tên đơn vị"]
    count: Annotated[str, "số hồ sơ quá hạn"]
    open: Annotated[str, "số hồ sơ đang giải quyết"]
    share: Annotated[str, "tỷ lệ quá hạn trên hồ sơ đang giải quyết: 12,50%"]
    longest: Annotated[str, "số ngày quá hạn lâu nhất, ngày tròn: 12"]


@dataclass(frozen=True)
class Overdue:
    """Open dossiers past their date; from the dossiers that the data folder holds."""

    known: Annotated[bool, "có số liệu hồ sơ hay không, dùng trong if"]
    total: Annotated[str, "số hồ sơ quá hạn: 1.234"]
    moment: Annotated[str, "thời điểm: ngày 07/10/2026"]
    known_until: Annotated[str, "ngày cuối cùng có dữ liệu hồ sơ: 06/10/2026"]
    line: Annotated[str, "cả câu: có 25 hồ sơ quá hạn tại 03 cơ quan, đơn vị, địa phương"]
    names: Annotated[str, "các đơn vị nhiều hồ sơ quá hạn nhất, kèm số hồ sơ"]
    shares: Annotated[str, "các đơn vị có tỷ lệ quá hạn cao nhất, kèm số hồ sơ; trống nếu ít hồ sơ"]
    units: Annotated[list[OverdueUnit], "các dòng của bảng hồ sơ quá hạn"]


@dataclass(frozen=True)
class HandlingRow:
    """A unit in the annex on the handling of dossiers, or all of them together."""

    no: Annotated[str, "số thứ tự; trống ở dòng tổng cộng"]
    unit: Annotated[str, "tên đơn vị, hoặc Tổng cộng"]
    carried: Annotated[str, "hồ sơ kỳ trước chuyển qua"]
    received: Annotated[str, "hồ sơ tiếp nhận trong kỳ"]
    done: Annotated[str, "hồ sơ đã giải quyết"]
    before: Annotated[str, "trong đó trước hạn"]
    on_day: Annotated[str, "trong đó đúng hạn"]
    after: Annotated[str, "trong đó quá hạn"]
    open: Annotated[str, "hồ sơ đang giải quyết"]
    overdue: Annotated[str, "trong đó đã quá hạn"]
    timely: Annotated[str, "tỷ lệ giải quyết trước hạn, đúng hạn: 97,35%"]


@dataclass(frozen=True)
class Handling:
    """The handling of dossiers by unit, and the annex that it is."""

    known: Annotated[bool, "có số liệu hồ sơ hay không, dùng trong if"]
    line: Annotated[str, "cả câu về tiếp nhận, giải quyết trong kỳ của tỉnh"]
    number: Annotated[str, "tên phụ lục: Phụ lục III"]
    title: Annotated[str, "tên của phụ lục"]
    with_paper: Annotated[str, "dòng kèm theo: (Kèm theo Báo cáo số …)"]
    rows: Annotated[list[HandlingRow], "các đơn vị, rồi dòng tổng cộng"]
    notes: Annotated[list[str], "các chú thích dưới bảng"]
    foot: Annotated[str, "dấu nhận biết số liệu, in nhỏ cuối phụ lục"]


@dataclass(frozen=True)
class ProvinceIndicator:
    """An indicator of the province, or a group of which no indicator is known."""

    no: Annotated[str, "số của chỉ số: 2.1; số La Mã nếu là nhóm"]
    name: Annotated[str, "tên chỉ số"]
    most: Annotated[str, "điểm tối đa"]
    counted: Annotated[str, "tử số trên mẫu số: 45/60; – nếu không có"]
    rate: Annotated[str, "tỷ lệ: 75,00%; – nếu không có"]
    points: Annotated[str, "điểm đạt được; – nếu chưa có số liệu"]
    change: Annotated[str, "thay đổi điểm: +0,27; – nếu không so sánh được"]
    rank: Annotated[str, "thứ hạng theo nhóm: 03/63; – nếu không có"]


@dataclass(frozen=True)
class Indicators:
    """Every indicator of the province, and the annex that they are."""

    known: Annotated[bool, "có số liệu của tỉnh hay không, dùng trong if"]
    number: Annotated[str, "tên phụ lục: Phụ lục III"]
    title: Annotated[str, "tên của phụ lục"]
    with_paper: Annotated[str, "dòng kèm theo: (Kèm theo Báo cáo số …)"]
    rows: Annotated[list[ProvinceIndicator], "các nhóm và chỉ số, theo thứ tự của bộ quy tắc"]
    foot: Annotated[str, "dấu nhận biết số liệu, in nhỏ cuối phụ lục"]


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
    line: Annotated[
        str, "cả câu: có 52 TTHC được công bố, trong đó 03 TTHC công bố chậm, 02 TTHC cập nhật chậm"
    ]
    number: Annotated[str, "tên phụ lục: Phụ lục IV; trống nếu không có gì chậm"]
    title: Annotated[str, "tên của phụ lục"]
    with_paper: Annotated[str, "dòng kèm theo: (Kèm theo Thông báo số …)"]
    late: Annotated[list[LatePublication], "các dòng của bảng chậm công bố, công khai; trống nếu không chậm"]
    foot: Annotated[str, "dấu nhận biết số liệu, in nhỏ cuối phụ lục"]


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
    heading: Annotated[str, "tên cột đơn vị: Cơ quan, đơn vị; Địa phương"]
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
