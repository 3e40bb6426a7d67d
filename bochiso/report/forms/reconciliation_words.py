"""Form against index in words: what each figure is, and why a dossier counts on one side alone."""

from bochiso.measure.forms.reconciliation import DifferenceCause, ReconciledLine
from bochiso.text import Text, say

FORM_WORDS: dict[ReconciledLine, Text] = {
    ReconciledLine.RECEIVED: say("Biểu 07: hồ sơ tiếp nhận", "Form 07: dossiers received"),
    ReconciledLine.ON_TIME: say(
        "Biểu 07: hồ sơ giải quyết trước hạn, đúng hạn", "Form 07: dossiers handled in time"
    ),
    ReconciledLine.PORTAL: say(
        "Chỉ số 1.4 (mẫu số): hồ sơ tiếp nhận trong kỳ", "1.4 (denominator): dossiers received"
    ),
    ReconciledLine.PETITIONS: say("Biểu 06: PAKN tiếp nhận", "Form 06: petitions received"),
}
"""What the form's figure is."""

INDEX_WORDS: dict[ReconciledLine, Text] = {
    ReconciledLine.RECEIVED: say(
        "Chỉ số 1.4 (mẫu số): hồ sơ tiếp nhận trong kỳ", "1.4 (denominator): dossiers received"
    ),
    ReconciledLine.ON_TIME: say(
        "Chỉ số 2.1 (tử số): hồ sơ giải quyết trước hạn, đúng hạn", "2.1 (numerator): dossiers in time"
    ),
    ReconciledLine.PORTAL: say(
        "Danh sách của Cổng (tử số 1.4): hồ sơ đã đồng bộ", "The portal's list (numerator of 1.4)"
    ),
    ReconciledLine.PETITIONS: say(
        "Chỉ số 5.2 (mẫu số): PAKN gửi trong kỳ", "5.2 (denominator): petitions sent"
    ),
}
"""What the index's figure is."""

INDEX_CODES: dict[ReconciledLine, tuple[str, bool]] = {
    ReconciledLine.RECEIVED: ("DOSSIER_SYNC", False),
    ReconciledLine.ON_TIME: ("RESOLVED_ON_TIME", True),
    ReconciledLine.PORTAL: ("DOSSIER_SYNC", True),
    ReconciledLine.PETITIONS: ("PETITION_PROCESSING_ON_TIME", False),
}
"""The indicator whose figure it is, and whether its numerator."""

CAUSE_WORDS: dict[DifferenceCause, Text] = {
    DifferenceCause.CARRY_OVER: say("Từ kỳ trước chuyển qua", "Carried over from the period before"),
    DifferenceCause.REOPENED: say(
        "Mở lại trong kỳ sau khi đã giải quyết", "Re-opened in the period after it had ended"
    ),
    DifferenceCause.CUT_OFF: say(
        "Ngày chốt khác nhau: biểu mẫu ngày 14, Bộ chỉ số theo lịch",
        "Other days of closing: the form's on the 14th, the index's by the calendar",
    ),
    DifferenceCause.NOT_RECEIVED: say(
        "Bị từ chối hoặc rút trước khi được tiếp nhận", "Refused or taken back before receipt"
    ),
    DifferenceCause.OPEN_IN_TIME: say("Đang giải quyết, còn trong hạn", "Still open and in time"),
    DifferenceCause.ENDED_LATER: say(
        "Kết thúc sau ngày chốt của biểu mẫu", "Ended after the form's last day"
    ),
    DifferenceCause.LATER: say(
        "Diễn biến sau ngày chốt của biểu mẫu (mở lại, kết thúc lại)",
        "Changed after the form's last day (re-opened, ended again)",
    ),
    DifferenceCause.NO_DUE_DATE: say(
        "Không có ngày hẹn trả hoặc chưa rõ thời hạn giải quyết", "No due date, or no known limit"
    ),
    DifferenceCause.SUPPLEMENT: say(
        "Có bổ sung hồ sơ: Bộ chỉ số trừ thời gian chờ, pháp luật tính lại từ đầu",
        "Supplements: the index subtracts the wait, the law counts again",
    ),
    DifferenceCause.REAPPOINTED: say(
        "Có gia hạn: pháp luật chỉ cho gia hạn một lần", "A new date was given: the law knows one alone"
    ),
    DifferenceCause.OTHER_DAY: say(
        "Ngày hẹn trả khác thời hạn đã công bố của thủ tục",
        "The appointed day isn't that of the procedure's published limit",
    ),
    DifferenceCause.DAY_OR_HOUR: say(
        "Bộ chỉ số so đến giờ hẹn trả, pháp luật tính đến hết ngày",
        "The index compares hours, the law counts to the end of the day",
    ),
    DifferenceCause.NOT_SYNCED: say(
        "Chưa đồng bộ: danh sách của Cổng không có", "Not synchronised: the portal's list hasn't it"
    ),
    DifferenceCause.READ_BEFORE: say(
        "Tiếp nhận sau khi lấy danh sách của Cổng", "Received after the portal's list was read"
    ),
    DifferenceCause.REFUSED: say("PAKN bị từ chối tiếp nhận", "Petitions that were not taken up"),
    DifferenceCause.UNCLASSIFIED: say(
        "PAKN chưa phân loại về quy định hay hành vi hành chính", "Petitions of neither kind"
    ),
    DifferenceCause.UNEXPLAINED: say("Chưa rõ nguyên nhân", "Not explained"),
}
"""Why it counts on one side alone."""

NO_PORTAL_LIST = say(
    "Chưa có danh sách của Cổng Dịch vụ công quốc gia nên chưa tách được hồ sơ chưa đồng bộ.",
    "There is no list of the national portal's, so what isn't synchronised can't be told apart.",
)
"""Said where nothing tells which dossiers the portal has."""

NOT_PUBLISHED = say("chưa có số công bố cùng kỳ", "nothing published of this period")
"""In the place of a figure that the portal published."""
