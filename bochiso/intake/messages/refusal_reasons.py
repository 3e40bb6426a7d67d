"""Why an item of a sync message is refused, and what is remarked on one that is kept.

Refused is what would put a wrong figure into the index: no number to know the dossier by, a status
or a moment that is given and can't be read. Kept with a remark is what contradicts itself but is
what the source says (the portal counts with it too): due or finished before it was received. A
reason never repeats what the field held, since anything may stand there.
"""

from dataclasses import dataclass
from enum import IntFlag, StrEnum

from bochiso.errors import Where
from bochiso.text import Lang, Text, say


class RefusalReason(StrEnum):
    """Why an item is refused."""

    NOT_AN_OBJECT = "not-an-object"
    NO_NUMBER = "no-number"
    ODD_NUMBER = "odd-number"
    STATUS = "status"
    NO_STATUS = "no-status"
    MOMENT = "moment"
    NO_MOMENT = "no-moment"
    OTHER_UNIT = "other-unit"


class Odd(IntFlag):
    """What is odd about a dossier that is kept."""

    DUE_BEFORE_RECEIVED = 1
    FINISHED_BEFORE_RECEIVED = 2
    CHANNEL = 4
    PROCEDURE = 8
    SUPPLEMENT = 16
    LIST = 32
    NEW_DUE = 64


_WHY: dict[RefusalReason, Text] = {
    RefusalReason.NOT_AN_OBJECT: say(
        "không phải một đối tượng JSON đúng cú pháp.", "it is no well-formed JSON object."
    ),
    RefusalReason.NO_NUMBER: say("thiếu mã hồ sơ (MaHoSo).", "the dossier's number (MaHoSo) is missing."),
    RefusalReason.ODD_NUMBER: say(
        "mã hồ sơ (MaHoSo) không đúng dạng <mã định danh>-<ngày>-<số thứ tự>.",
        "the dossier's number (MaHoSo) hasn't the form <unit code>-<day>-<running number>.",
    ),
    RefusalReason.STATUS: say(
        "trạng thái ở trường {field} không phải số từ 1 đến 10.",
        "the status in {field} is no number from 1 to 10.",
    ),
    RefusalReason.NO_STATUS: say(
        "bước xử lý thiếu trạng thái (TrangThai).", "the step has no status (TrangThai)."
    ),
    RefusalReason.MOMENT: say(
        "trường {field} không phải một thời điểm có thật viết theo dạng yyyyMMddHHmmss (14 chữ số).",
        "{field} is no real moment written as yyyyMMddHHmmss (14 digits).",
    ),
    RefusalReason.NO_MOMENT: say(
        "bước xử lý thiếu thời điểm (ThoiDiemXuLy).", "the step has no moment (ThoiDiemXuLy)."
    ),
    RefusalReason.OTHER_UNIT: say(
        "mã hồ sơ thuộc đơn vị mà khóa này không được gửi.",
        "its number is of a unit that this key may not send for.",
    ),
}  # fmt: skip

_WHY_IN_TABLE: dict[RefusalReason, Text] = {
    RefusalReason.STATUS: say(
        "trạng thái ở trường {field} không phải số từ 1 đến 10, cũng không phải một trong các trạng thái: "
        "mới đăng ký, được tiếp nhận, không được tiếp nhận, đang xử lý, yêu cầu bổ sung giấy tờ, "
        "yêu cầu thực hiện nghĩa vụ tài chính, công dân yêu cầu rút hồ sơ, dừng xử lý, "
        "đã xử lý xong, đã trả kết quả.",
        "the status in {field} is no number from 1 to 10 and none of the protocol's statuses in words.",
    ),
    RefusalReason.MOMENT: say(
        "trường {field} không phải một thời điểm có thật; hãy ghi như 06/10/2026 08:30 (ngày/tháng/năm) "
        "hoặc 20261006083000.",
        "{field} is no real moment; write it like 06/10/2026 08:30 (day/month/year) or 20261006083000.",
    ),
}
"""What is said instead of a row of a table."""

_ODD: dict[Odd, Text] = {
    Odd.DUE_BEFORE_RECEIVED: say(
        "hẹn trả kết quả trước lúc tiếp nhận.", "due before it was received."
    ),
    Odd.FINISHED_BEFORE_RECEIVED: say(
        "kết thúc xử lý trước lúc tiếp nhận.", "finished before it was received."
    ),
    Odd.CHANNEL: say(
        "kênh thực hiện (KenhThucHien) không phải 1, 2 hoặc 3; coi như chưa biết.",
        "the channel (KenhThucHien) isn't 1, 2 or 3; taken as unknown.",
    ),
    Odd.PROCEDURE: say(
        "mã thủ tục (MaTTHC) không đúng dạng; coi như chưa biết.",
        "the procedure's code (MaTTHC) has no known form; taken as unknown.",
    ),
    Odd.SUPPLEMENT: say(
        "một lần yêu cầu bổ sung có thời điểm thiếu, sai dạng hoặc trả lời trước khi yêu cầu; bỏ qua lần đó.",
        "a request for supplements lacks its moment, has an impossible one or was answered before it was "
        "made; that request is left out.",
    ),
    Odd.LIST: say(
        "một danh sách trong hồ sơ sai kiểu dữ liệu; coi như không có.",
        "a list in the dossier is of another type; taken as missing.",
    ),
    Odd.NEW_DUE: say(
        "một lần bổ sung có ngày hẹn trả (NgayHenTraTruoc, NgayHenTraMoi) sai dạng; coi như không có.",
        "a supplement has a due date (NgayHenTraTruoc, NgayHenTraMoi) that can't be read; taken as missing.",
    ),
}  # fmt: skip


@dataclass(frozen=True)
class RefusedItem:
    """An item that can't be used: its number in what was sent (from 1), its dossier where that is known.

    in_table: whether the number is that of a table's row.
    """

    item: int
    dossier: str | None
    why: RefusalReason
    field: str | None = None
    in_table: bool = False

    @property
    def reason(self) -> Text:
        """The reason, in both languages, without anything that the item held."""
        text = (_WHY_IN_TABLE.get(self.why) if self.in_table else None) or _WHY[self.why]
        return Text(text.vi, text.en, {"field": self.field})

    def render(self, lang: Lang, file: str | None = None) -> str:
        """One line for the person who sent it."""
        words = ("dòng {item}", "row {item}") if self.in_table else ("mục {item}", "item {item}")
        place = say(*words, item=self.item).render(lang)
        name = f" ({self.dossier})" if self.dossier else ""
        where = Where(file).render(lang)
        return f"{f'{where}, ' if where else ''}{place}{name}: {self.reason.render(lang)}"


def oddities(bits: int) -> list[Text]:
    """What is odd about a kept dossier, in words."""
    return [text for odd, text in _ODD.items() if bits & odd]
