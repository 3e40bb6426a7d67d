"""`bochiso report 07a …`: forms of periodic reports and their outline, written to a folder."""

from collections.abc import Callable, Iterable
from pathlib import Path

from bochiso.cli.options import t
from bochiso.cli.output import console, tell, working
from bochiso.errors import ComputeError
from bochiso.office.backend import Backend
from bochiso.office.report_forms import form_files, outline_files
from bochiso.periods import Period
from bochiso.report import build
from bochiso.report.docx.pdf import find_office
from bochiso.report.forms.filled_forms import FormRequest, fill_forms
from bochiso.report.forms.outline_facts import outline_facts
from bochiso.store.decisions.forms_received import ReceivedForm, received_forms
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.store.people.ledger import open_ledger
from bochiso.text import Text, now, say

OUTLINE = "outline"
"""In the place of a form: the outline report."""

FormWriter = Callable[[Path, str | None, Period | None, Path], int]
"""Makes the files of a unit and a period in a folder: data, unit, period, output."""

_NO_OFFICE = say(
    "Máy này chưa có LibreOffice nên không tạo PDF; mở tệp Word và lưu thành PDF.",
    "LibreOffice isn't on this machine, so there is no PDF; open the Word file and save it as PDF.",
)


def write_forms(code: str, *, each: bool, sent: bool) -> FormWriter:
    """What makes a form; `each`: also one for every unit below, all in one file; `sent`: what units sent."""

    def write(data: Path, unit: str | None, period: Period | None, output: Path) -> int:
        folder, moment = DataFolder(data), now()
        with working(t("Đang lập biểu mẫu", "Making the form")):
            received = _received(folder, _asked(period)) if sent else ()
            with open_dossiers(folder) as db:
                asked = FormRequest(code, _asked(period), unit, each, received)
                forms = fill_forms(db, asked, moment)
            made = form_files(Backend(folder), by_command_line(moment), forms, _kinds("xlsx", "docx"))
            written = build.write_files(output, made)
        return _told(written, forms[0].aside)

    return write


def write_outline(data: Path, unit: str | None, period: Period | None, output: Path) -> int:
    """Make the outline report."""
    folder, moment = DataFolder(data), now()
    with working(t("Đang lập đề cương báo cáo", "Making the outline report")):
        with open_dossiers(folder) as db:
            facts, notes = outline_facts(db, unit, _asked(period), moment)
        made = outline_files(Backend(folder), by_command_line(moment), facts, _kinds("docx"))
        written = build.write_files(output, made)
    return _told(written, notes)


def _received(folder: DataFolder, period: Period) -> tuple[ReceivedForm, ...]:
    with open_ledger(folder) as ledger:
        return tuple(received_forms(ledger, [period.code]))


def _asked(period: Period | None) -> Period:
    if period is None:
        raise ComputeError(
            say("chưa rõ biểu mẫu của kỳ nào.", "it isn't clear which period's form it is."),
            do=say("Chọn kỳ bằng --period, như --period 2026-11@15.", "Choose one: --period 2026-11@15."),
        )
    return period


def _kinds(*kinds: str) -> list[str]:
    return [*kinds, *(["pdf"] if find_office() else [])]


def _told(written: Iterable[Path], notes: Iterable[Text]) -> int:
    for path in written:
        console().print(str(path), markup=False, soft_wrap=True)
    for note in notes:
        tell(note)
    if find_office() is None:
        tell(_NO_OFFICE)
    return 0
