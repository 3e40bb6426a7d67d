"""What exports of the portal's list call its columns, and how their cells are read."""

from collections.abc import Sequence
from typing import Any

from bochiso.intake.dossiers.dossier_table_words import CHANNELS, HEADINGS, STATUSES
from bochiso.intake.dossiers.records import UNREAD, Read, flag, one_of, words
from bochiso.intake.formats.moments import tidy_moment
from bochiso.intake.headings.column_choice import one_line
from bochiso.intake.headings.heading_words import IGNORED
from bochiso.intake.headings.headings import Heading, Parts, simplify
from bochiso.intake.headings.person_words import is_personal
from bochiso.intake.messages.dossier_numbers import dossier_number, procedure_code
from bochiso.intake.messages.message_columns import parse_moment
from bochiso.intake.tables.named_rows import RecordHeadings
from bochiso.units.codes import normalise_code

# Readers of cells.


def _moment(cell: str) -> Any:
    found = parse_moment(tidy_moment(cell))
    return UNREAD if isinstance(found, bool) else found


def _due(cell: str) -> Any:
    found = parse_moment(tidy_moment(cell, ends=True))
    return UNREAD if isinstance(found, bool) else found


def _coded(known: dict[str, str]) -> Read:
    """A code of the protocol, by itself or by the words for it."""
    by_words = one_of({**known, **{code: code for code in known.values()}})

    def read(cell: str) -> Any:
        found = by_words(cell.strip())
        return found if found is UNREAD else int(found)

    return read


_PAID = one_of(
    {
        **dict.fromkeys(
            ("đã thanh toán trực tuyến", "thanh toán trực tuyến", "trực tuyến", "online", "1", "2", "có",
             "qua Cổng Dịch vụ công quốc gia", "qua cổng thanh toán", "x", "true", "yes"), True),
        **dict.fromkeys(
            ("chưa thanh toán", "không", "0", "trực tiếp", "tiền mặt", "thanh toán trực tiếp", "chuyển khoản",
             "không thanh toán trực tuyến", "không phải thanh toán", "false", "no", "tại quầy"), False),
    }
)  # fmt: skip

_NO_RESULT = {simplify(word) for word in ("chưa", "chưa có", "không có", "chưa có kết quả", "chưa có tệp")}


def _has_file(cell: str) -> Any:
    """Whether a cell says that there is a file: yes, or the name or link of one, which isn't kept."""
    if simplify(cell) in _NO_RESULT:
        return False
    found = flag(cell)
    return True if found is UNREAD else found


def _procedure(cell: str) -> Any:
    return procedure_code(cell) or UNREAD


def _unit(cell: str) -> str:
    return normalise_code(words(cell))


COLUMNS: dict[str, tuple[Read, tuple[str, ...]]] = {
    "number": (dossier_number, (*HEADINGS["MaHoSo"], "mã hồ sơ DVCQG", "số hồ sơ trên Cổng")),
    "procedure": (_procedure, (*HEADINGS["MaTTHC"], "mã TTHC quốc gia", "MaTTHC")),
    "unit": (
        _unit,
        ("mã đơn vị", "mã cơ quan", "mã đơn vị xử lý", "mã cơ quan giải quyết", "mã định danh đơn vị",
         "đơn vị xử lý", "đơn vị giải quyết", "cơ quan giải quyết", "cơ quan thực hiện", "đơn vị", "cơ quan",
         "đơn vị tiếp nhận", "DonViXuLy"),
    ),
    "status": (_coded(STATUSES), (*HEADINGS["TrangThaiHoSo"], "TrangThaiHoSo")),
    "filed_at": (_moment, (*HEADINGS["NgayNopHoSo"], "NgayNopHoSo")),
    "received_at": (_moment, (*HEADINGS["NgayTiepNhan"], "NgayTiepNhan")),
    "due_at": (_due, (*HEADINGS["NgayHenTra"], "NgayHenTra")),
    "done_at": (_moment, (*HEADINGS["NgayKetThucXuLy"], "NgayKetThucXuLy")),
    "returned_at": (_moment, (*HEADINGS["NgayTra"], "NgayTra")),
    "channel": (_coded(CHANNELS), (*HEADINGS["KenhThucHien"], "KenhThucHien")),
    "paid_online": (
        _PAID,
        ("thanh toán trực tuyến", "thanh toán", "hình thức thanh toán", "trạng thái thanh toán",
         "DuocThanhToanTrucTuyen", "đã thanh toán trực tuyến"),
    ),
    "result_file": (
        _has_file,
        ("kết quả điện tử", "tệp kết quả", "kết quả giải quyết điện tử", "có kết quả điện tử", "kết quả",
         "file kết quả", "tệp kết quả điện tử", "bản điện tử kết quả"),
    ),
}  # fmt: skip
"""How a cell is read, and the headings of its column beside its own name."""


class PortalHeadings(RecordHeadings):
    """The headings of a list; `persons`: those of persons that it has."""

    def __init__(self) -> None:
        super().__init__({name: known for name, (_, known) in COLUMNS.items()})
        self.persons: dict[str, None] = {}

    def stacked(self, columns: Sequence[Parts]) -> tuple[Heading, ...]:
        """The headings of a table's columns; those of persons are of no use."""
        found, persons = [], []
        for heading in super().stacked(columns):
            if not heading.name and is_personal(heading.text):
                persons.append(one_line(heading.text))
                heading = Heading(heading.text, IGNORED)
            found.append(heading)
        if self.complete(found):  # any row may be asked whether it is the heading
            self.persons |= dict.fromkeys(persons)
        return tuple(found)
