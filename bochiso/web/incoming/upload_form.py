"""The form that brings figures in: its fields as the use case wants them, or what is wrong with them."""

from collections.abc import Mapping, Sequence
from pathlib import PurePath

from starlette.datastructures import FormData, UploadFile

from bochiso.errors import BochisoError, ComputeError
from bochiso.intake.figures.published_ranks import parse_rank
from bochiso.intake.figures.said_days import check_moments, disagreement
from bochiso.intake.headings.column_choice import Choice, parse_column
from bochiso.intake.sources import READERS, from_outside
from bochiso.periods import parse_day, parse_period
from bochiso.rules.file.parse import canonical
from bochiso.rules.rule_set import RuleSet
from bochiso.store.figures.evidence import NewReading
from bochiso.store.folder import DataFolder
from bochiso.store.people.settings import office_province
from bochiso.store.snapshots.preview import personal_question
from bochiso.text import Lang, Text, now, say
from bochiso.units.codes import PROVINCE_CODE, normalise_code
from bochiso.web.incoming.kept_uploads import Files

KIND_NAMES = {
    "auto": Text("Tự nhận ra từ tệp", "Told by the file"),
    "points": Text("Điểm theo nhóm chỉ số, hoặc tổng điểm", "Points by group, or totals"),
    "rates": Text("Tỷ lệ theo nhóm chỉ số", "Rates by group"),
    "measures": Text("Tử số, mẫu số từng chỉ số", "Numerators and denominators"),
    "portal": Text("Tệp JSON của Cổng Dịch vụ công quốc gia", "JSON answers of the national portal"),
    "portal-archive": Text("Tệp JSON của Cổng trước năm 2026", "JSON rows of the portal before 2026"),
}
"""What a clerk may bring in on the page."""

FIELDS = ("loai", "ngay", "ky", "nhan", "trang", "cot", "hang", "doc-luc", "tinh", "chac")
"""What the form says beside its files."""


def fields_of(form: FormData) -> dict[str, str]:
    """The fields of a form, without the blanks around them."""
    return {name: str(value).strip() for name, value in form.items() if isinstance(value, str)}


async def files_of(form: FormData) -> Files:
    """The files that were chosen."""
    return [(name_of(each), await each.read()) for each in uploads(form)]


def uploads(form: FormData) -> list[UploadFile]:
    """The files of a form."""
    return [each for each in form.getlist("tep") if isinstance(each, UploadFile) and each.filename]


def name_of(upload: UploadFile) -> str:
    """The file's own name, without the folders that some browsers put before it."""
    return PurePath((upload.filename or "").replace("\\", "/")).name[:200]


def new_reading(
    folder: DataFolder, rules: RuleSet, fields: Mapping[str, str], files: Sequence[tuple[str, bytes]]
) -> NewReading:
    """What the form says is to be kept. Raises where it can't be, or has to be asked about."""
    kind = fields.get("loai", "")
    if kind not in KIND_NAMES or kind not in READERS:
        raise ComputeError(say("chưa chọn loại số liệu.", "the kind of figures isn't chosen."))
    if not files:
        raise ComputeError(say("chưa chọn tệp nào.", "no file was chosen."))
    day, at = parse_day(fields.get("ngay", "")), now()
    period = parse_period(fields["ky"]) if fields.get("ky") else None
    province = _province(fields.get("tinh", ""), folder)
    if not fields.get("chac") and not kind.startswith("portal"):
        with from_outside():
            asked = disagreement(files, day, period, province)
        if asked:
            raise asked
    new = NewReading(
        kind,
        files,
        as_of=day,
        period=period or parse_period(str(day.year)),
        label=fields.get("nhan") or None,
        rules_text=canonical(rules),
        read_at=check_moments(day, fields.get("doc-luc") or None, at),
        choice=_choice(fields),
        province=province,
    )
    if not fields.get("chac"):
        with from_outside():
            asked = personal_question(new, rules)
        if asked:
            raise asked
    return new


def column_choices(fault: BochisoError | None) -> tuple[str, list[tuple[str, str]]] | None:
    """What is open where several columns could be one thing: its name, and of each column what to send for it
    and what it is called; None for any other fault.
    """
    values = fault.what.values if fault else {}
    if fault is None or "choices" not in values:
        return None
    label = values["name"]
    word = label.render(Lang.VI) if isinstance(label, Text) else str(label)
    return word, [(f"{word}={call}", shown) for call, shown in values["choices"]]


def _choice(fields: Mapping[str, str]) -> Choice:
    """The sheet, the columns and the published ranks that the person says, a line each."""
    columns = (parse_column(line) for line in fields.get("cot", "").splitlines() if line.strip())
    ranks = (parse_rank(line) for line in fields.get("hang", "").splitlines() if line.strip())
    return Choice(fields.get("trang") or None, tuple(columns), tuple(ranks))


def _province(given: str, folder: DataFolder) -> str | None:
    if not given:
        return office_province(folder)
    code = normalise_code(given)
    if not PROVINCE_CODE.fullmatch(code):
        raise ComputeError(
            say("“{given}” không phải mã tỉnh.", "“{given}” is no province's code.", given=given[:40]),
            do=say("Viết mã tỉnh như H15.", "Write a province's code, as H15."),
        )
    return code
