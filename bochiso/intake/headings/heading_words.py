"""The words of headings: what bochiso, the portal and clerks call each column of a table of figures."""

import re
from decimal import Decimal

from bochiso.text import Text

IGNORED = "ignored"
"""The name of columns that are known and not needed."""

ORDINAL = "ordinal"
"""The name of the column that numbers the rows; sections and sums may stand in it."""

SUM, RATE = "sum", "rate"
"""A sum of who knows what (dossiers, points); a share that its place gives a meaning."""

PLACE = "place"
"""A published rank, where it says among how many: 16/34."""

PAYMENT_GROUP = "TTTT"
PAYMENT_COUNTS = {
    "PAYMENT_DOSSIERS": ("dossiers_paid_online", "dossiers_with_fee"),
    "PAYMENT_PROCEDURES": ("procedures_paid_online", "procedures_with_fee"),
    "PAYMENT_INTEGRATED": ("procedures_integrated", "procedures_with_fee"),
}
"""The payment table's columns of numerators and denominators, by indicator."""

WORDS: dict[str, tuple[str, ...]] = {
    "unit": (
        "unit", "code", "unit code", "mã", "mã đơn vị", "mã cơ quan", "mã định danh", "mã định danh đơn vị",
        "mã định danh điện tử", "mã cơ quan, đơn vị", "mã địa phương",
    ),
    "unit_name": (
        "unit name", "name", "tên", "tên đơn vị", "tên cơ quan", "tên cơ quan, đơn vị", "tên địa phương",
        "tên cơ quan, đơn vị, địa phương", "cơ quan", "đơn vị", "địa phương", "cơ quan, đơn vị",
        "cơ quan, đơn vị, địa phương", "đơn vị, địa phương", "tỉnh, thành phố", "tên tỉnh", "sở, ban, ngành",
        "tên tỉnh, thành phố", "tên sở, ban, ngành", "xã, phường", "xã, phường, đặc khu", "UBND cấp xã",
        "tên xã, phường", "tên xã, phường, đặc khu",
    ),
    "level": ("level", "cấp", "cấp đơn vị", "cấp hành chính", "loại đơn vị", "loại cơ quan", "nhóm đơn vị"),
    "parent": (
        "parent", "parent code", "đơn vị cấp trên", "cơ quan cấp trên", "mã đơn vị cấp trên", "cấp trên",
        "mã cấp trên", "mã tỉnh", "cơ quan chủ quản", "đơn vị chủ quản",
    ),
    "indicator": (
        "indicator", "indicator code", "mã chỉ số", "mã chỉ tiêu", "mã tiêu chí", "mã chỉ số thành phần",
    ),
    "indicator_name": (
        "indicator name", "chỉ số", "chỉ tiêu", "tiêu chí", "tên chỉ số", "tên chỉ tiêu", "chỉ số thành phần",
        "tên tiêu chí",
    ),
    "numerator": ("numerator", "tử số", "tử"),
    "denominator": ("denominator", "mẫu số", "mẫu"),
    "score": (
        "score", "published", "points", "điểm", "điểm số", "điểm công bố", "điểm đạt", "điểm đạt được",
        "số điểm", "số điểm đạt được", "điểm trên Cổng", "điểm đánh giá", "kết quả điểm", "điểm 766",
        "điểm chung", "điểm bộ chỉ số", "published by the source", "nguồn công bố",
    ),
    "max_score": ("max score", "max points", "maximum", "điểm tối đa", "điểm chuẩn", "mức điểm tối đa",
        "thang điểm", "tối đa"),
    "total": (
        "total", "tổng điểm", "tổng số điểm", "điểm tổng", "điểm tổng hợp", "tổng điểm đạt",
        "tổng điểm đạt được", "tổng số điểm đạt", "tổng số điểm đạt được", "tổng điểm đánh giá",
        "tổng điểm đánh giá đạt được", "tổng cộng điểm", "cộng điểm", "tổng hợp điểm", "điểm tổng cộng",
        "tổng điểm chung", "tổng điểm các nhóm", "tổng điểm 6 nhóm", "tổng điểm 5 nhóm", "tổng điểm 766",
        "tổng điểm bộ chỉ số", "total score", "total points",
    ),
    SUM: ("tổng", "tổng cộng", "tổng số", "cộng"),
    "dossiers_paid_online": (
        "dossiers paid online", "hồ sơ thanh toán trực tuyến", "hồ sơ đã thanh toán trực tuyến",
        "số hồ sơ thanh toán trực tuyến", "số hồ sơ đã thanh toán trực tuyến",
    ),
    "dossiers_with_fee": (
        "dossiers with fee", "hồ sơ có phí", "hồ sơ có phí, lệ phí", "hồ sơ phải nộp phí, lệ phí",
        "hồ sơ có nghĩa vụ tài chính", "hồ sơ phải thanh toán", "hồ sơ phát sinh phí, lệ phí",
    ),
    "procedures_paid_online": (
        "procedures paid online", "thủ tục có giao dịch thanh toán trực tuyến",
        "thủ tục hành chính có giao dịch thanh toán trực tuyến", "TTHC có giao dịch thanh toán trực tuyến",
        "thủ tục thanh toán trực tuyến",
    ),
    "procedures_integrated": (
        "procedures integrated", "thủ tục tích hợp thanh toán", "thủ tục tích hợp thanh toán trực tuyến",
        "thủ tục hành chính tích hợp thanh toán trực tuyến", "TTHC tích hợp thanh toán trực tuyến",
        "thủ tục đã tích hợp thanh toán trực tuyến",
    ),
    "procedures_with_fee": (
        "procedures with fee", "thủ tục có phí", "thủ tục có phí, lệ phí", "thủ tục có thu phí, lệ phí",
        "thủ tục hành chính có phí, lệ phí", "TTHC có phí, lệ phí", "TTHC có phí",
        "thủ tục hành chính có yêu cầu nghĩa vụ tài chính",
    ),
    RATE: ("rate", "share", "tỷ lệ", "tỉ lệ", "tỷ lệ đạt", "tỷ lệ đạt được", "tỷ lệ %", "phần trăm"),
    ORDINAL: ("stt", "tt", "số tt", "số thứ tự", "no", "#"),
    PLACE: ("xếp hạng", "thứ hạng", "hạng", "xếp thứ", "thứ hạng cả nước", "xếp hạng toàn quốc"),
    IGNORED: (
        "date", "ngày", "ngày lấy số liệu", "rank", "of", "grade",
        "basis", "complete", "notes", "note", "target", "group", "xếp loại",
        "ghi chú", "mục tiêu", "thay đổi", "tăng giảm", "tăng, giảm", "change",
        "chênh lệch", "so sánh", "so với kỳ trước", "so với tuần trước", "diễn biến", "đánh giá", "kết quả",
        "tăng giảm điểm", "tăng giảm hạng", "xếp hạng kỳ trước", "hạng kỳ trước", "hạng kỳ này", "nhóm",
        "tổng điểm kỳ trước", "làm tròn của nguồn", "so với công bố", "rounding of the source", "places",
        "total before", "rank before", "rank now", "against the published", "what happened",
        "lý do từ chối", "dòng trong tệp",
    ),
}  # fmt: skip

GROUP_WORDS = {
    "CKMB": ("công khai",),
    "TDGQ": ("tiến độ", "tiến độ giải quyết", "tiến độ và kết quả giải quyết", "kết quả giải quyết"),
    "CLGQ": (
        "dịch vụ công trực tuyến",
        "dịch vụ trực tuyến",
        "cung cấp dịch vụ công trực tuyến",
        "dvc trực tuyến",
    ),
    "MDHL": ("hài lòng", "mức độ hài lòng của người dân, doanh nghiệp"),
    "MDSH": ("số hóa", "mức độ số hóa", "mức độ số hóa hồ sơ"),
}
"""What clerks call groups beside the names in the rules."""

LABELS: dict[str, Text] = {
    "unit": Text("Mã đơn vị", "Unit code"),
    "unit_name": Text("Tên đơn vị", "Unit"),
    "level": Text("Cấp", "Level"),
    "parent": Text("Đơn vị cấp trên", "Parent"),
    "indicator": Text("Mã chỉ số", "Indicator code"),
    "indicator_name": Text("Chỉ số", "Indicator"),
    "numerator": Text("Tử số", "Numerator"),
    "denominator": Text("Mẫu số", "Denominator"),
    "score": Text("Điểm", "Score"),
    "total": Text("Tổng điểm", "Total"),
    "max_score": Text("Điểm tối đa", "Maximum"),
    PLACE: Text("Thứ hạng", "Rank"),
}
"""What a column is called to the person, as a choice among columns names it."""

_PLACES = (
    r"co quan|don vi|dia phuong|tinh|thanh pho|tp|so|ban|nganh|xa|phuong|thi tran|dac khu|huyen|quan|thi xa|"
    r"ubnd|uy ban nhan dan|hanh chinh|truc thuoc|cap xa|cap huyen|cap tinh|cap so|phong ban|doan the"
)
UNIT_NAME = re.compile(rf"(?:(?:ten|cac|danh sach|danh muc) )*(?:(?:{_PLACES})(?: (?:va|hoac|cac) | |$))+")
"""A heading that is nothing but words for units: "Tên cơ quan/đơn vị", "Xã/phường", "Các sở, ban, ngành"."""

NUMBERED = re.compile(r"(?:(?:[0-9]{1,2}|[ivx]{1,4})(?:[.)]|(?= [-–]))[ -]*)+(?=[a-z])")
MAXIMUM = re.compile(
    r" ?(?:/ ?)?(?:(?:toi da|max|of|diem chuan|thang diem) ?)?([0-9]+(?:[.,][0-9]+)?)"
    r"(?: ?/ ?100)? ?(?:diem|d|points)?$"
)
PERCENT = re.compile(r"^(?:ty le|ti le|rate|phan tram) | ?%$| (?:ty le|ti le|phan tram)$")
POINTS = re.compile(r"^(?:so diem|diem so|diem) | (?:diem|points|score)$")
PREFIX = re.compile(r"^(?:nhom chi so|nhom|chi so|tieu chi|chi tieu|muc|so|ket qua)(?: ve)? ")
WHEN = re.compile(
    r" (?:cua )?((?:tuan|thang|quy|nam|ky|dot)(?: (?:nay|truoc|[0-9ivx]{1,4}|hien tai|bao cao|lien truoc))+"
    r"(?:[ /][0-9]{4})?|hien tai|truoc do|den ngay .*|ngay [0-9].*)$"
)
"""The period that a heading names behind its words: "Tổng điểm tuần này", "Tổng điểm kỳ trước"."""

BEFORE = re.compile(r"\b(?:tuan|thang|quy|nam|ky|dot) (?:bao cao )?(?:lien )?truoc\b|\btruoc do\b|\bbefore\b")
"""What says that a column is of the period before."""

MOST_POINTS = Decimal(100)
