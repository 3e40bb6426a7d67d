"""The settings of an office: what a YAML file says over what comes along (office.yaml), checked.

A file states only what differs. Every problem is told with its file, line and key.
"""

import re
import string
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pydantic_core import ErrorDetails, PydanticCustomError

from bochiso.errors import BochisoError, ComputeError, ReportError
from bochiso.periods import parse_day
from bochiso.report.context import DocumentKind
from bochiso.report.phrases import day as day_words
from bochiso.rules.file.problems import RuleFileError
from bochiso.rules.file.yaml_tree import Document, Node, Path, find, place, read_document
from bochiso.text import Lang, Text, say
from bochiso.units.provinces import province, provinces_on

DEFAULT = "office.yaml"
NAMES = ("province", "PROVINCE", "place", "kind", "committee", "communes", "local", "digital")
"""What may stand in braces in a text of the settings."""

_LONGEST = 500
_LONGEST_TASK = 1500


def _text(value: Any) -> Any:
    """Text without control signs; what stands in braces is known."""
    if value is None:
        return ""
    if not isinstance(value, str):
        raise PydanticCustomError("not_text", "text")
    if re.search(r"[\x00-\x1f\x7f]", value):
        raise PydanticCustomError("signs", "control signs")
    try:
        marks = list(string.Formatter().parse(value))
    except ValueError:
        raise PydanticCustomError("braces", "braces") from None
    if any(name is not None and (name not in NAMES or form or how) for _, name, form, how in marks):
        raise PydanticCustomError("braces", "braces")
    return value.strip()


def _day(value: Any) -> Any:
    try:
        return parse_day(value) if isinstance(value, str) else value
    except ComputeError:
        raise PydanticCustomError("not_a_day", "no day") from None


def _whole(value: Any) -> Any:
    if isinstance(value, str):
        if not (value.isascii() and value.isdecimal()):
            raise PydanticCustomError("not_whole", "no whole number")
        return int(value)
    return value


def _points(value: Any) -> Any:
    if isinstance(value, str):
        if not re.fullmatch(r"\d{1,2}([.,]\d{1,2})?", value):
            raise PydanticCustomError("not_points", "no points")
        return Decimal(value.replace(",", "."))
    return value


Line = Annotated[str, BeforeValidator(_text), Field(max_length=_LONGEST)]
Word = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=_LONGEST)]
Task = Annotated[str, BeforeValidator(_text), Field(min_length=1, max_length=_LONGEST_TASK)]
Day = Annotated[date, BeforeValidator(_day)]
Rank = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=63)]
Days = Annotated[int, BeforeValidator(_whole), Field(ge=1, le=90)]
Few = Annotated[int, BeforeValidator(_whole), Field(ge=0, le=10)]
Points = Annotated[Decimal, BeforeValidator(_points), Field(ge=0, le=20)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Cited(_Part):
    """A document that is cited: type and number, day, issuer, what it is about."""

    document: Word
    day: Day
    issuer: Word
    title: Word

    @property
    def text(self) -> str:
        """The first citation of a document (Decree 30/2020/NĐ-CP, Annex I, II.6b)."""
        return f"{self.document} ngày {day_words(self.day)} của {self.issuer} {self.title}"


class Letter(_Part):
    """An earlier letter that is to be carried out further: its number and its day."""

    document: Word
    day: Day

    @property
    def text(self) -> str:
        """As it is cited again."""
        return f"{self.document} ngày {day_words(self.day)}"


class StandingTasks(_Part):
    """What is asked whatever the figures are; `to` is empty where everyone is."""

    to: Line = ""
    tasks: tuple[Task, ...] = Field(min_length=1)


class KindSettings(_Part):
    """What one kind of documents has of its own; None where it is the office's."""

    symbol: Word
    to: tuple[Word, ...] = ()
    bases: tuple[Cited, ...] = Field(min_length=1)
    recipients: tuple[Word, ...] = Field(min_length=1)
    parent: Line | None = None
    agency: Word | None = None
    signer: tuple[Word, ...] | None = Field(default=None, min_length=1)
    signer_name: Line | None = None
    standing: tuple[StandingTasks, ...] | None = None


DIGITAL, DIGITAL_BEFORE = "Sở Khoa học và Công nghệ", "Sở Thông tin và Truyền thông"
DIGITAL_SINCE = date(2025, 3, 1)
"""The department of digital platforms, and which one it was before Decree 45/2025/NĐ-CP."""


class OfficeSettings(_Part):
    """The settings of an office.

    `own_source`: where dossiers come from that figures were measured from here. `target_rank`: the
    rank among provinces that it aims at, `target_basis` by whose word. `named_from`: points that a unit
    must have moved to be named for it; `explain_from`: points lost that call for an explanation, due
    `explain_within` working days, sent to `send_to`. `praised`: how many of each level are praised at most.
    `apology_form`, `apology_title`, `apology_symbol`: of letters that apologise for a late result: which form
    they follow, their title, what stands behind their number.
    `earlier`: letters to be carried out further. `standing`: tasks whatever the figures are.
    """

    province: Annotated[str, Field(pattern=r"^H\d{2}$")]
    place: Word
    parent: Line
    agency: Word
    name: Word
    signer: tuple[Word, ...] = Field(min_length=1)
    signer_name: Line = ""
    digital: Word
    source: Word
    own_source: Word
    address: Annotated[str, Field(pattern=r"^https?://\S+$", max_length=_LONGEST)]
    target_rank: Rank | None = None
    target_basis: Line = ""
    named_from: Points = Decimal("0.5")
    explain_from: Points = Decimal(1)
    explain_within: Days = 5
    send_to: Word = "Văn phòng {committee}"
    praised: Few = 3
    apology_form: Line = "Mẫu số 04 ban hành kèm theo Thông tư số 03/2025/TT-VPCP"
    apology_title: Word = "Văn bản xin lỗi và đề nghị gia hạn thời gian giải quyết"
    apology_symbol: Word = "PXL"
    earlier: tuple[Letter, ...] = ()
    standing: tuple[StandingTasks, ...] = ()
    kinds: dict[DocumentKind, KindSettings]

    def names(self, on: date, communes: str, local: str = "") -> dict[str, str]:
        """What stands for the names in braces, on that day. Raises ReportError for no such province."""
        known = province(self.province, on)
        if known is None:
            raise _no_province(self.province, on)
        full = f"{known.kind} {known.name}"
        special = known.kind[0].isupper()  # Decree 30/2020/NĐ-CP, Annex II: Thành phố Hồ Chí Minh, whole
        return {
            "province": full,
            "PROVINCE": full.upper(),
            "place": full if special else known.name,
            "kind": known.kind,
            "committee": f"UBND {known.kind}",
            "communes": communes,
            "local": local or communes,
            "digital": DIGITAL if on >= DIGITAL_SINCE else DIGITAL_BEFORE,
        }


class OfficeFileError(ReportError):
    """All that is wrong with a file of settings, in `problems`."""

    def __init__(self, problems: Iterable[BochisoError]) -> None:
        found = sorted(problems, key=lambda problem: problem.where.row or 0)
        self.problems = tuple(found)
        super().__init__(found[0].what, where=found[0].where, do=found[0].do)

    def render(self, lang: Lang) -> str:
        """One problem a line."""
        return "\n".join(problem.render(lang) for problem in self.problems)


def default_settings(province: str) -> OfficeSettings:
    """The settings that come along, for any province by its code."""
    return _settings(_default(), province)


def read_settings(text: str, name: str, province: str | None = None) -> OfficeSettings:
    """The settings that a file states over those that come along; `name` is the file's in messages.

    `province` stands where the file names none. Raises OfficeFileError with every problem,
    ReportError where the province is not known.
    """
    try:
        own = read_document(text, name)
    except RuleFileError as error:
        raise OfficeFileError(error.problems) from None
    if own.root.get("province") is None and province is None:
        raise OfficeFileError(
            [
                ReportError(
                    say("chưa có mã tỉnh.", "the province's code is missing."),
                    where=place(own.root, ("province",)),
                    do=_FORMS["province"],
                )
            ]
        )
    merged = _over(_default().root, own.root)
    return _settings(Document(merged, own.problems), own.root.text("province") or province)


@cache
def _default() -> Document:
    text = files("bochiso.report").joinpath(DEFAULT).read_text(encoding="utf-8")
    return read_document(text, DEFAULT)


def _over(base: Node, own: Node) -> Node:
    if isinstance(base.value, dict) and isinstance(own.value, dict):
        merged = dict(base.value)
        for name, node in own.value.items():
            merged[name] = _over(merged[name], node) if name in merged else node
        return Node(merged, own.file, own.line)
    return own


def _settings(document: Document, code: str | None) -> OfficeSettings:
    plain = document.root.plain()
    if code is not None:
        plain["province"] = code
    problems: list[BochisoError] = list(document.problems)
    found: OfficeSettings | None = None
    try:
        found = OfficeSettings.model_validate(plain)
    except ValidationError as error:
        problems += [_told(document.root, each) for each in _telling(error.errors(include_url=False))]
    if found is None or problems:
        raise OfficeFileError(problems)
    return found


# Messages.

_POINTS = say("Ghi số điểm từ 0 đến 20, ví dụ 0,5.", "Write points from 0 to 20, such as 0.5.")
_FORMS: Mapping[str, Text] = {
    "province": say("Ghi mã tỉnh, ví dụ H21.", "Write the province's code, such as H21."),
    "target_rank": say("Ghi một số từ 1 đến 63, hoặc bỏ trống.", "Write 1 to 63, or nothing."),
    "named_from": _POINTS,
    "explain_from": _POINTS,
    "explain_within": say("Ghi số ngày làm việc, từ 1 đến 90.", "Write working days, 1 to 90."),
    "praised": say("Ghi một số từ 0 đến 10.", "Write 0 to 10."),
    "earlier": say("Mỗi văn bản ghi document (tên loại và số) và day.", "Each takes document and day."),
    "standing": say(
        "Mỗi mục ghi to (nơi nhận, để trống nếu là mọi cơ quan) và tasks (danh sách nội dung).",
        "Each takes to (empty for everyone) and tasks (a list).",
    ),
    "address": say("Ghi địa chỉ bắt đầu bằng https://.", "Write an address that starts with https://."),
    "day": say("Ghi ngày, ví dụ 23/6/2022.", "Write a day, such as 2022-06-23."),
    "kinds": say(
        "Các loại văn bản: week, month, quarter, notice, directive.",
        "The kinds are week, month, quarter, notice, directive.",
    ),
    "bases": say(
        "Mỗi căn cứ ghi 04 mục: document (tên loại và số), day, issuer, title; cần ít nhất một căn cứ.",
        "Each takes document, day, issuer and title; at least one is needed.",
    ),
}
_LISTS = ("to", "recipients", "signer", "tasks")
_LIST = say(
    "Ghi thành danh sách, mỗi dòng bắt đầu bằng “- ”.",
    "Write a list, each line starting with “- ”.",
)
_WORDS = say(
    "Ghi bằng chữ, trên một dòng, không quá 500 ký tự; dòng bắt đầu bằng ngoặc nhọn thì đặt trong ngoặc kép.",
    "Write text on one line, at most 500 signs; put a line that starts with a brace in quotes.",
)
_BRACES = say(
    "Trong ngoặc nhọn chỉ dùng: {names}.",
    "In braces only these can stand: {names}.",
    names=", ".join(f"{{{name}}}" for name in NAMES),
)


def _telling(errors: list[ErrorDetails]) -> list[ErrorDetails]:
    """The refusals without those that only follow from another."""
    unknown = {each["loc"][1] for each in errors if each["type"] == "enum" and each["loc"][0] == "kinds"}
    found = []
    for each in errors:
        loc = each["loc"]
        follows = each["type"] == "too_short" and any(o["loc"][: len(loc)] == loc != o["loc"] for o in errors)
        below_unknown = each["type"] != "enum" and loc[0] == "kinds" and loc[1:2] and loc[1] in unknown
        if not follows and not below_unknown:
            found.append(each)
    return found


def _told(root: Node, details: ErrorDetails) -> ReportError:
    """One refusal of the model, for the person who wrote the file."""
    path: Path = tuple(step for step in details["loc"] if step != "[key]")
    kind, key = details["type"], str(next((s for s in reversed(path) if isinstance(s, str)), ""))
    where = place(root, path)
    if kind == "extra_forbidden" or (kind == "enum" and "kinds" in path):
        return ReportError(
            say("không có mục này.", "there is no such key."), where=where, do=_allowed(root, path)
        )
    if kind == "missing":
        return ReportError(say("thiếu mục này.", "this key is missing."), where=where, do=_form(key))
    if kind == "braces":
        what = say("không hiểu chữ trong ngoặc nhọn.", "what stands in braces is not known.")
        return ReportError(what, where=where, do=_BRACES)
    node = find(root, path)
    value = node.value if node is not None and isinstance(node.value, str) else None
    what = (
        say("chưa dùng được.", "this can't be used.")
        if value is None
        else say("“{value}” chưa dùng được.", "“{value}” can't be used.", value=value[:60])
    )
    return ReportError(what, where=where, do=_form(key, listed=kind in ("tuple_type", "too_short")))


def _form(key: str, *, listed: bool = False) -> Text:
    if key in _FORMS:
        return _FORMS[key]
    return _LIST if listed and key in _LISTS else _WORDS


def _allowed(root: Node, path: Path) -> Text:
    """The keys that can stand where an unknown one does."""
    if len(path) == 1:
        model: type[BaseModel] = OfficeSettings
    elif path[0] == "kinds" and len(path) == 2:
        return _FORMS["kinds"]
    else:
        model = Cited if "bases" in path else KindSettings
    return say("Các mục có thể ghi: {names}.", "The keys are {names}.", names=", ".join(model.model_fields))


def _no_province(code: str, on: date) -> ReportError:
    return ReportError(
        say("không có tỉnh, thành phố mang mã {code}.", "there is no province {code}.", code=code),
        do=say(
            "Các mã: {codes}.", "The codes are {codes}.", codes=", ".join(p.code for p in provinces_on(on))
        ),
    )
