"""What tables of dossiers call the protocol's fields, and the words that they have for its codes."""

from bochiso.intake.headings.headings import simplify
from bochiso.intake.messages.sync_schema import LISTS, SyncItem
from bochiso.intake.tables.named_rows import Must, RecordHeadings

HEADINGS: dict[str, tuple[str, ...]] = {
    "MaHoSo": ("mã hồ sơ", "số hồ sơ", "mã số hồ sơ", "dossier", "mã số", "số biên nhận", "mã biên nhận"),
    "MaTTHC": ("mã thủ tục", "mã TTHC", "mã thủ tục hành chính", "procedure"),
    "KenhThucHien": ("kênh thực hiện", "kênh nộp", "channel", "hình thức nộp", "hình thức tiếp nhận"),
    "TrangThaiHoSo": (
        "trạng thái hồ sơ",
        "trạng thái",
        "status",
        "trạng thái xử lý",
        "tình trạng",
        "tình trạng hồ sơ",
        "tình trạng xử lý",
        "trạng thái giải quyết",
        "tình trạng giải quyết",
        "trạng thái xử lý hồ sơ",
    ),
    "NgayNopHoSo": ("ngày nộp", "ngày nộp hồ sơ", "filed_at", "thời điểm nộp", "ngày gửi hồ sơ"),
    "NgayTiepNhan": (
        "ngày tiếp nhận",
        "received_at",
        "thời điểm tiếp nhận",
        "ngày tiếp nhận hồ sơ",
        "ngày nhận",
        "ngày nhận hồ sơ",
    ),
    "NgayHenTra": (
        "ngày hẹn trả",
        "ngày hẹn trả kết quả",
        "hạn trả",
        "due_at",
        "hạn trả kết quả",
        "ngày hẹn",
        "hạn xử lý",
        "hạn giải quyết",
        "thời hạn trả kết quả",
        "thời điểm hẹn trả",
        "ngày đến hạn",
        "hạn xử lý hồ sơ",
    ),
    "NgayKetThucXuLy": (
        "ngày kết thúc xử lý",
        "ngày hoàn thành",
        "done_at",
        "ngày có kết quả",
        "ngày kết thúc",
        "ngày xử lý xong",
        "thời điểm có kết quả",
        "ngày hoàn thành xử lý",
        "ngày giải quyết xong",
        "thời điểm kết thúc xử lý",
        "ngày có kết quả xử lý",
        "ngày hoàn thành hồ sơ",
    ),
    "NgayTra": (
        "ngày trả",
        "ngày trả kết quả",
        "returned_at",
        "ngày trả kết quả thực tế",
        "ngày trả thực tế",
        "thời điểm trả kết quả",
        "thời điểm trả",
        "ngày đã trả kết quả",
    ),
    "NgayTuChoi": ("ngày từ chối", "refused_at"),
    "ThoiDiemXuLy": ("thời điểm xử lý",),
}
"""Headings of tables beside the protocol's own names of fields."""

MUST = (Must(("TrangThaiHoSo", "TrangThai", "NgayKetThucXuLy", "NgayTra", "NgayTuChoi")),)
"""Without a status or an end nobody knows what became of a dossier."""

ENDS = {"NgayHenTra", "NgayHenTraTruoc", "NgayHenTraMoi"}
"""Due on a day without a time: by its end."""

STATUSES = {
    "mới đăng ký": "1", "mới nộp": "1", "chờ tiếp nhận": "1", "chưa tiếp nhận": "1",
    "được tiếp nhận": "2", "đã tiếp nhận": "2", "mới tiếp nhận": "2", "tiếp nhận": "2",
    "không được tiếp nhận": "3", "không tiếp nhận": "3", "từ chối tiếp nhận": "3", "từ chối": "3",
    "đang xử lý": "4", "đang giải quyết": "4", "chờ xử lý": "4", "đang thụ lý": "4",
    "yêu cầu bổ sung giấy tờ": "5", "yêu cầu bổ sung": "5", "chờ bổ sung": "5", "bổ sung hồ sơ": "5",
    "đang chờ bổ sung": "5", "yêu cầu bổ sung hồ sơ": "5",
    "yêu cầu thực hiện nghĩa vụ tài chính": "6", "chờ thực hiện nghĩa vụ tài chính": "6",
    "chờ thanh toán": "6",
    "công dân yêu cầu rút hồ sơ": "7", "rút hồ sơ": "7", "đã rút hồ sơ": "7", "công dân rút hồ sơ": "7",
    "dừng xử lý": "8", "tạm dừng xử lý": "8", "đã dừng xử lý": "8",
    "đã xử lý xong": "9", "đã có kết quả": "9", "hoàn thành": "9", "đã xử lý": "9", "chờ trả kết quả": "9",
    "đã hoàn thành": "9", "đã giải quyết": "9", "đã giải quyết xong": "9", "xử lý xong": "9",
    "đã trả kết quả": "10", "đã trả": "10", "trả kết quả": "10", "đã trả kết quả cho công dân": "10",
}  # fmt: skip
"""What tables write for the protocol's statuses."""

CHANNELS = {
    "trực tiếp": "1", "tại bộ phận một cửa": "1", "nộp trực tiếp": "1",
    "trực tuyến": "2", "qua mạng": "2", "nộp trực tuyến": "2", "online": "2", "dvctt": "2",
    "bưu chính": "3", "bưu chính công ích": "3", "qua bưu chính": "3", "bcci": "3",
    "qua bưu chính công ích": "3", "qua dịch vụ bưu chính công ích": "3",
}  # fmt: skip
WORDED = {
    field: {simplify(word): code for word, code in words.items()}
    for field, words in {
        "TrangThaiHoSo": STATUSES,
        "TrangThai": STATUSES,
        "KenhThucHien": CHANNELS,
    }.items()
}

MOMENTS = {name for name in HEADINGS if name.startswith("Ngay")} | {"ThoiDiemXuLy"}
VOCABULARY = RecordHeadings(
    HEADINGS, (*(name for name in SyncItem.__struct_fields__ if name != "wrong"), *LISTS), MUST
)
