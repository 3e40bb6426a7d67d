"""`bochiso import forms`: forms 07a that units sent."""

from collections.abc import Sequence
from datetime import date
from pathlib import Path

from bochiso.cli.options import LANG, read_inputs, t
from bochiso.cli.output import tell, working
from bochiso.errors import SourceError
from bochiso.intake.forms.sent_forms import FaultyFormError
from bochiso.office.backend import Backend
from bochiso.office.form_gathering import FormsSent, import_forms
from bochiso.periods import Period
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.audit import by_command_line
from bochiso.text import VIETNAM, now, say

_SHOWN = 20


def bring_forms(
    files: Sequence[Path], data: Path, unit: str | None, period: Period | None, sent_on: date | None
) -> int:
    """Keep what units sent; 1 where a file was refused. Raises SourceError where every one was."""
    folder, moment = DataFolder(data), now()
    inputs = read_inputs(tuple(files), (".xlsx", ".xls", ".ods", ".html"))
    day = sent_on or moment.astimezone(VIETNAM).date()
    with working(t("Đang nạp biểu mẫu", "Bringing forms in")):
        with open_dossiers(folder) as db:
            tree = unit_tree(db, day)
        found = import_forms(
            Backend(folder), by_command_line(moment), tree, FormsSent(inputs, day, unit, period)
        )
    refused: list[SourceError] = [each.refused for each in found if each.refused]
    if len(refused) == len(found) == 1 and not isinstance(refused[0], FaultyFormError):
        raise refused[0]
    for each in found:
        if each.refused is None:
            tell(
                say(
                    "{file}: đã nhận biểu kỳ {period} của {units}.",
                    "{file}: kept the form of {period} by {units}.",
                    file=each.file,
                    period=each.period.show(LANG) if each.period else "",
                    units=", ".join(each.units[:_SHOWN]) + (", …" if len(each.units) > _SHOWN else ""),
                )
            )
        elif isinstance(each.refused, FaultyFormError):
            tell(
                say(
                    "{file}: từ chối, có {n} lỗi.",
                    "{file}: refused for {n} {n:fault|faults}.",
                    file=each.file,
                    n=len(each.refused.faults),
                )
            )
            for fault in each.refused.faults[:_SHOWN]:
                tell(
                    say(
                        "  {where}: {what} {do}",
                        "  {where}: {what} {do}",
                        where=fault.where.render(LANG),
                        what=fault.what,
                        do=fault.do,
                    )
                )
        else:
            tell(say("{error}", "{error}", error=each.refused.render(LANG)))
    return (2 if len(refused) == len(found) else 1) if refused else 0
