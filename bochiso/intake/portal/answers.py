"""Answers of the National Public Service Portal (since 2026): one of them, or all those of one reading.

All seven public services (portal_shapes). A field that is new is ignored; one whose type has
changed refuses the row, or the metric, that it stands in. The mean processing time (2.2), which
is only shown, is a numerator in days without a denominator.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import partial

from bochiso.errors import Where
from bochiso.intake.portal.decode import (
    FieldError,
    Row,
    changed_type,
    decode,
    excerpt,
    label,
    text_of,
    unwrap,
)
from bochiso.intake.portal.rows import Figure, PortalRows, open_each
from bochiso.intake.portal.services import DecodedAnswer, figures_of, recognise
from bochiso.intake.result import Intake, Refusal, RefusalKind
from bochiso.rules.rule_set import RuleSet
from bochiso.text import say
from bochiso.units.codes import fold, guess_level, normalise_code, parent_code
from bochiso.units.model import Level, Unit

# The portal calls the departments of a province AGENCY in one service, PROVINCE in others.
_LEVEL_FIELDS = ("childGroup", "departmentLevel", "level")
_LEVELS = {"AGENCY": Level.DEPARTMENT, "PROVINCE": Level.DEPARTMENT, "COMMUNE": Level.COMMUNE}

_DESCRIPTION = ("departmentCode", "departmentName", *_LEVEL_FIELDS)
_WHOLE_COUNTRY = "ca nuoc"

_Known = Mapping[str, Mapping[str, str]]


def read_answers(files: Sequence[tuple[str, bytes]], rules: RuleSet) -> Intake:
    """The figures of all answers (name, bytes) of one reading, each figure once.

    Figures that two answers give differently, and totals that are not the sum of the unit's
    groups, are refused as torn. A file that is no answer is refused, the others go in; raises
    SourceError where none is.
    """
    reading = PortalRows(rules)
    answers = open_each(files, lambda name, data: _open(name, data, rules), reading)
    return _read(answers, reading)


def read_decoded(bodies: Sequence[tuple[str, Row]], rules: RuleSet) -> Intake:
    """The same of answers that are decoded: the name of each and what is inside its envelope."""
    reading = PortalRows(rules)
    answers = open_each(bodies, lambda name, body: recognise(name, body, rules), reading)
    return _read(answers, reading)


def _open(name: str, data: bytes, rules: RuleSet) -> DecodedAnswer:
    return recognise(name, unwrap(name, decode(name, data)), rules)


def _read(answers: Sequence[DecodedAnswer], reading: PortalRows) -> Intake:
    known = _known_units(answers)
    for answer in answers:
        home = _home(answer, known)
        for number, row in answer.rows:
            if isinstance(row, dict) and _is_country(row, number):
                continue
            reading.rows += 1
            try:
                _read_row(answer, row, Where(answer.name, number), known, reading, home)
            except FieldError as error:
                content = label(row, "departmentCode", "departmentName")
                reading.refuse(Where(answer.name, number, error.column), error.reason, content)
    found = reading.intake()
    unwhole = tuple(_unwhole(answers))
    refusals = (*found.refusals, *unwhole)
    partial = any(each.kind is RefusalKind.INCOMPLETE for each in refusals)
    return replace(found, refusals=refusals, partial=partial)


def _unwhole(answers: Sequence[DecodedAnswer]) -> Iterator[Refusal]:
    """Lists of which the portal counts more units than the files hold: pages are missing."""
    series: dict[tuple[object, ...], tuple[str, set[str]]] = {}
    for answer in answers:
        if answer.stated is None:
            continue
        head = next((row for number, row in answer.rows if number is None and isinstance(row, dict)), {})
        whose = head.get("departmentId") or head.get("departmentCode")
        _, units = series.setdefault((repr(answer.shape), str(whose), answer.stated), (answer.name, set()))
        units |= {
            str(row.get("departmentId") or row.get("departmentCode"))
            for number, row in answer.rows
            if number is not None and isinstance(row, dict)
        }
    for (_, _, stated), (name, units) in series.items():
        if isinstance(stated, int) and len(units) < stated:
            yield Refusal(
                Where(name),
                say(
                    "chưa đầy đủ: Cổng đếm {stated} đơn vị, các tệp đã nạp chỉ có {found}; "
                    "hãy nạp cùng lúc đủ các trang.",
                    "incomplete: the portal counts {stated} {stated:unit|units}, the files hold {found}; "
                    "import all the pages together.",
                    stated=stated,
                    found=len(units),
                ),
                kind=RefusalKind.INCOMPLETE,
            )


def _home(answer: DecodedAnswer, known: _Known) -> str | None:
    """The code of the province whose units an answer lists; None where it doesn't say one."""
    head = next((row for number, row in answer.rows if number is None and isinstance(row, dict)), None)
    try:
        said = {} if head is None else _described(head)
        key = None if head is None else text_of(head, "departmentId")
    except FieldError:  # told when the row itself is read
        return None
    code = said.get("departmentCode") or known.get(key or "", {}).get("departmentCode")
    return code if code and parent_code(code) is None else None


def _read_row(
    answer: DecodedAnswer,
    row: object,
    where: Where,
    known: _Known,
    reading: PortalRows,
    home: str | None,
) -> None:
    if not isinstance(row, dict):
        raise changed_type("evaluation", row)
    unit = _unit_of(_described(row), text_of(row, "departmentId"), known)
    if home is not None and where.row is not None and unit.parent != home:
        raise FieldError(
            "departmentCode",
            say(
                "{code} không thuộc {home}, mà câu trả lời là của {home}.",
                "{code} isn't of {home}, and the answer is about {home}.",
                code=unit.code,
                home=home,
            ),
        )
    new = partial(Figure, unit.code, file=answer.name, row=where.row)
    figures = figures_of(answer, row, new, where, reading)
    reading.keep(unit, figures, f"{unit.code} {unit.name}")


def _described(row: Row) -> dict[str, str]:
    """What a row says of its unit: code, name and level, each where it is given."""
    said = {field: value for field in _DESCRIPTION if (value := text_of(row, field)) is not None}
    if "departmentCode" in said:
        said["departmentCode"] = normalise_code(said["departmentCode"])
    return said


def _known_units(answers: Iterable[DecodedAnswer]) -> _Known:
    """What all answers together say of each unit, by its id and by its code.

    A service may name a unit by its id alone, or leave out its level. The list of totals, which
    alone has childGroup, comes before the others.
    """
    found: dict[str, dict[str, str]] = {}
    rows = [row for answer in answers for _, row in answer.rows if isinstance(row, dict)]
    for row in sorted(rows, key=lambda row: "childGroup" not in row):
        try:
            said, key = _described(row), text_of(row, "departmentId")
        except FieldError:  # told when the row itself is read
            continue
        keys = [each for each in (key, said.get("departmentCode")) if each is not None]
        unit = next((found[each] for each in keys if each in found), {})
        for field, value in said.items():
            unit.setdefault(field, value)
        found.update(dict.fromkeys(keys, unit))
    return found


def _is_country(row: Row, number: int | None) -> bool:
    """Whether a row sums up the whole country ("Cả nước", no code), which isn't a unit."""
    if row.get("departmentCode") is not None:
        return False
    name = row.get("departmentName")
    if name is None:
        return number is None and row.get("departmentId") is None
    return isinstance(name, str) and fold(name) == _WHOLE_COUNTRY


def _unit_of(said: Mapping[str, str], key: str | None, known: _Known) -> Unit:
    said = {**said, **known.get(said.get("departmentCode", key or ""), {})}
    code, name = said.get("departmentCode"), said.get("departmentName")
    if code is None:
        raise FieldError(
            "departmentCode",
            say(
                "đơn vị không có mã; hãy nạp cùng câu trả lời service-results của tỉnh, ở đó có mã.",
                "the unit has no code; import it with the province's service-results, which has it.",
            ),
        )
    return Unit(code, name or code, _level_of(said, code, name or ""), parent_code(code))


def _level_of(said: Mapping[str, str], code: str, name: str) -> Level:
    """A unit's level: a province's by its code, another's as the portal says, else by its name."""
    if parent_code(code) is None and guess_level(code, "") is not Level.PROVINCE:
        raise FieldError(
            "departmentCode",
            say(
                "{code} không phải mã của tỉnh, thành phố hay của đơn vị thuộc tỉnh, thành phố.",
                "{code} is not the code of a province, nor of a unit of a province.",
                code=excerpt(code),
            ),
        )
    words = [said[field].upper() for field in _LEVEL_FIELDS if field in said]
    told = [_LEVELS[word] for word in words if word in _LEVELS] if parent_code(code) else []
    level = told[0] if told else guess_level(code, name)
    if level is None:
        raise FieldError(
            _LEVEL_FIELDS[0],
            say("không rõ đơn vị thuộc cấp nào.", "the unit's level can't be told."),
        )
    return level
