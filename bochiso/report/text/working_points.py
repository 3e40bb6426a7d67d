"""What raises the points of each group of indicators, as it is asked in documents."""

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
