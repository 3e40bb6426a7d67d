"""Forms that units send, taken in: read, checked by the form's laws, kept with who kept them."""

from collections.abc import Callable, Sequence
from datetime import date

from msgspec import Struct

from bochiso.errors import SourceError, Where
from bochiso.intake.forms.sent_forms import SentForm, read_sent_form
from bochiso.measure.forms.filling import summed
from bochiso.office.backend import Backend
from bochiso.periods import Period
from bochiso.store.decisions.forms_received import (
    ReceivedForm,
    ReceivedRow,
    keep_received,
    received_forms,
)
from bochiso.store.people.audit import By
from bochiso.text import say
from bochiso.units.codes import fold, normalise_code
from bochiso.units.model import Level
from bochiso.units.names import short_name
from bochiso.units.tree import UnitTree


class FormsSent(Struct, frozen=True):
    """Files of forms (name, bytes) and the day on which they were sent.

    `unit`, `period`: whose and when, where the forms don't say so themselves.
    """

    files: Sequence[tuple[str, bytes]]
    sent_on: date
    unit: str | None = None
    period: Period | None = None


class FormsKept(Struct, frozen=True):
    """What became of a file: the units whose forms were kept, or why it was refused."""

    file: str
    units: tuple[str, ...] = ()
    period: Period | None = None
    refused: SourceError | None = None


def import_forms(
    backend: Backend,
    by: By,
    tree: UnitTree,
    given: FormsSent,
    may: Callable[[str], bool] = lambda _: True,
) -> list[FormsKept]:
    """Keep the forms of files, each file as a whole or not at all.

    `may`: whether the one who sends them may send a unit's.
    """
    found = []
    for name, data in given.files:
        try:
            sent = read_sent_form(name, data)
            span = _period(name, sent, given.period)
            forms = _forms(tree, sent, span, given, by)
            _check_senders(tree, sent, forms, may)
            with backend.open_ledger() as ledger:
                _check_carried(sent, forms, received_forms(ledger, [span.before.code]), span)
                keep_received(ledger, forms, data, by)
            found.append(FormsKept(name, tuple(form.unit for form in forms), span))
        except SourceError as error:
            found.append(FormsKept(name, refused=error))
    return found


def _period(name: str, sent: SentForm, given: Period | None) -> Period:
    """The period of a form, as its head says or as it was given. Raises SourceError where they differ."""
    if sent.period is None and given is None:
        raise SourceError(
            say("biểu không ghi kỳ báo cáo.", "the form names no period."),
            where=Where(name),
            do=say(
                "Ghi “(Từ ngày … đến ngày …)” ở đầu biểu, hoặc chọn kỳ bằng --period.",
                "Write “(Từ ngày … đến ngày …)” in its head, or give --period.",
            ),
        )
    if sent.period is not None and given is not None and sent.period != given:
        raise SourceError(
            say(
                "biểu ghi kỳ {said}, không phải {given}.",
                "the form says {said}, not {given}.",
                said=sent.period.words,
                given=given.words,
            ),
            where=Where(name),
            do=say("Kiểm tra lại kỳ, hoặc bỏ --period.", "Check the period, or leave --period out."),
        )
    found = sent.period or given
    assert found is not None  # noqa: S101 (one of them is there)
    if not found.of_report:
        raise SourceError(
            say(
                "biểu tính {period}, không phải kỳ báo cáo: số liệu báo cáo chốt vào ngày 14.",
                "the form is of {period}, no period of a report: those end on the 14th.",
                period=found.words,
            ),
            where=Where(name),
            do=say(
                "Lập lại biểu từ ngày 15 tháng trước đến ngày 14, hoặc ghi kỳ như 2026-11@15.",
                "Make it again from the 15th to the 14th, or write the period like 2026-11@15.",
            ),
        )
    return found


def _forms(tree: UnitTree, sent: SentForm, period: Period, given: FormsSent, by: By) -> list[ReceivedForm]:
    """The forms of the units that a file is of. Raises SourceError where one of them isn't known."""
    by_unit: dict[str, list[ReceivedRow]] = {}
    if sent.by_unit:
        for row in sent.rows:
            where = Where(sent.place, row=row.row)
            code = _named(tree, row.label, where)
            if code in by_unit:
                raise _twice(short_name(tree.units[code].name), where)
            by_unit[code] = [ReceivedRow("", dict(row.values))]
    else:
        code = _whose(tree, sent, given.unit)
        by_unit[code] = [ReceivedRow(row.label, dict(row.values)) for row in sent.rows]
    return [
        ReceivedForm(code, period.code, sent.form, given.sent_on, tuple(rows), sent.file[:200], by.who, by.at)
        for code, rows in by_unit.items()
    ]


def _whose(tree: UnitTree, sent: SentForm, given: str | None) -> str:
    if given is not None and (code := normalise_code(given)) in tree.units:
        said = sent.reporter and _matching(tree, sent.reporter)
        if said and code not in said:
            raise SourceError(
                say(
                    "biểu ghi đơn vị báo cáo là “{name}”, không phải {unit}.",
                    "the form is by “{name}”, not by {unit}.",
                    name=sent.reporter,
                    unit=short_name(tree.units[code].name),
                ),
                where=Where(sent.file),
                do=say("Kiểm tra lại đơn vị của biểu.", "Check whose form it is."),
            )
        return code
    if given is not None or sent.reporter is None:
        raise _unknown(given, Where(sent.file))
    return _named(tree, sent.reporter, Where(sent.file))


def _named(tree: UnitTree, name: str, where: Where) -> str:
    """The unit of a name or a code. Raises SourceError where it is none, or may be several."""
    if (code := normalise_code(name)) in tree.units:
        return code
    found = _matching(tree, name)
    if len(found) != 1:
        raise _unknown(name, where)
    return found[0]


def _matching(tree: UnitTree, name: str) -> list[str]:
    wanted = _plain(name)
    return [code for code, unit in tree.units.items() if _plain(unit.name) == wanted]


def _plain(name: str) -> str:
    return fold(short_name(name)).removeprefix("ubnd ")


def _twice(name: str, where: Where) -> SourceError:
    return SourceError(
        say("{name} đã có ở dòng trên của biểu.", "{name} stands in a row above already.", name=name),
        where=where,
        do=say("Bỏ dòng ghi trùng rồi gửi lại cả biểu.", "Leave one out and send the whole form again."),
    )


def _unknown(name: str | None, where: Where) -> SourceError:
    what = (
        say("biểu không ghi đơn vị báo cáo.", "the form doesn't say whose it is.")
        if name is None
        else say("chưa rõ “{name}” là đơn vị nào.", "it isn't clear which unit “{name}” is.", name=name[:60])
    )
    return SourceError(
        what,
        where=where,
        do=say("Chỉ ra mã đơn vị bằng --unit.", "Give the unit's code with --unit."),
    )


def _check_senders(
    tree: UnitTree, sent: SentForm, forms: Sequence[ReceivedForm], may: Callable[[str], bool]
) -> None:
    """Raise SourceError where a unit sends no form 07a, or this one may not send it."""
    for form in forms:
        name = short_name(tree.units[form.unit].name)
        if tree.units[form.unit].level is Level.PROVINCE:
            raise SourceError(
                say(
                    "biểu 07a là của cơ quan chuyên môn và UBND cấp xã, không phải của {unit}.",
                    "form 07a is a department's or a commune's, not {unit}'s.",
                    unit=name,
                ),
                where=Where(sent.file),
                do=say("Chọn đúng đơn vị, hoặc gửi biểu của từng đơn vị.", "Send each unit's own form."),
            )
        if not may(form.unit):
            raise SourceError(
                say(
                    "tài khoản này không gửi được biểu của {unit}.",
                    "this account can't send {unit}'s form.",
                    unit=name,
                ),
                where=Where(sent.file),
                do=say("Chỉ gửi biểu của đơn vị mình.", "Send your own unit's form."),
            )


def _check_carried(
    sent: SentForm, forms: Sequence[ReceivedForm], before: Sequence[ReceivedForm], period: Period
) -> None:
    """Raise SourceError where what a unit carried over isn't what it had left open."""
    known = {form.unit: form for form in before}
    for form in forms:
        earlier = known.get(form.unit)
        if earlier is None:
            continue
        left = summed(row.values for row in earlier.rows).get("open", 0)
        carried = summed(row.values for row in form.rows).get("carried", 0)
        if left != carried:
            raise SourceError(
                say(
                    "{unit}: cột từ kỳ trước chuyển qua ghi {carried} hồ sơ, nhưng biểu kỳ {before} "
                    "đã gửi còn "
                    "{left} hồ sơ đang giải quyết.",
                    "{unit}: {carried} carried over, but the form sent for {before} leaves {left} open.",
                    unit=form.unit,
                    carried=carried,
                    before=period.before.words,
                    left=left,
                ),
                where=Where(sent.file),
                do=say(
                    "Sửa lại biểu này, hoặc gửi lại biểu kỳ trước rồi gửi lại biểu này.",
                    "Mend this form, or send that of the period before again, then this one.",
                ),
            )
