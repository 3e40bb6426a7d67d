"""`bochiso verify FILE…`: from which figures a document was made, and whether they are still the same."""

from pathlib import Path

import click

from bochiso.cli.options import LANG, data_option, lang_option, read_inputs, t
from bochiso.cli.output import console, tell
from bochiso.cli.usage import Command
from bochiso.errors import SourceError, Where
from bochiso.report.docx.properties import identity_of
from bochiso.report.printed_check import UNCHECKED, UNREAD, PrintedFault, printed_faults
from bochiso.report.provenance import Provenance, Source
from bochiso.report.verification import Checked, SourceVerdict, verify
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.text import Text, now, say

SHOWN = 20
"""How many numbers that aren't the figures' are listed."""

ROLES = {
    "units": say("số liệu", "figures"),
    "against": say("so sánh với số liệu", "compared with figures"),
    "province": say("hạng của tỉnh theo số liệu", "the province by figures"),
    "province_against": say("hạng của tỉnh so với số liệu", "the province compared with figures"),
}
VERDICTS = {
    SourceVerdict.SAME: say("đúng như đang lưu", "the same as kept now"),
    SourceVerdict.CHANGED: say("đã thay đổi", "changed"),
    SourceVerdict.GONE: say("không còn trong thư mục số liệu", "no longer in the data folder"),
}


@click.command(
    cls=Command,
    help=t(
        "Văn bản, phụ lục, bảng tính (docx, xlsx, pdf) lập từ số liệu nào, số liệu ấy nay có thay đổi không. "
        "Mã trả về: 0 không đổi, 1 đã đổi, 2 không còn hoặc không đọc được.",
        "From which figures a docx, xlsx or pdf was made, and whether they changed since. "
        "Exit: 0 the same, 1 changed, 2 gone or unreadable.",
    ),
)
@click.argument(
    "files",
    nargs=-1,
    required=True,
    metavar=t("TỆP…", "FILE…"),
    type=click.Path(readable=False, path_type=Path),
)
@data_option
@lang_option
def command(files: tuple[Path, ...], data: Path) -> int:
    """Verify documents."""
    worst = 0
    for name, content in read_inputs(files, (".docx", ".xlsx", ".pdf")):
        found = verify(_identity(name, content), DataFolder(data))
        _print(name, found)
        verdicts = {each.verdict for each in found}
        if name.lower().endswith(".docx") and SourceVerdict.GONE not in {each.verdict for each in found}:
            worst = max(worst, _printed(name, content, DataFolder(data)))
        else:
            tell(UNREAD)
        worst = max(
            worst, 2 if SourceVerdict.GONE in verdicts else 1 if SourceVerdict.CHANGED in verdicts else 0
        )
    return worst


def _printed(name: str, content: bytes, folder: DataFolder) -> int:
    """Tell what a Word document prints that isn't one of its figures: 1 where anything is."""
    provenance = _identity(name, content)
    with open_store(folder, provenance.units.measured) as store:
        faults = printed_faults(name, content, provenance, store, now())
    for each in faults[:SHOWN]:
        tell(_fault(each))
    if len(faults) > SHOWN:
        tell(say("Còn {n} số khác.", "And {n} more.", n=len(faults) - SHOWN))
    if not faults:
        tell(
            say(
                "Mọi điểm số in trong văn bản đều có trong số liệu; phụ lục xếp loại khớp từng dòng.",
                "Every number of points is one of the figures; annexes on grades agree row by row.",
            )
        )
    tell(UNCHECKED)
    return 1 if faults else 0


def _fault(each: PrintedFault) -> Text:
    if each.row:
        return say("Dòng không khớp với số liệu: {row}", "A row isn't the figures': {row}", row=each.beside)
    return say(
        "Số {number} in trong văn bản không có trong số liệu: “…{beside}…”",
        "{number} is printed and isn't one of the figures: “…{beside}…”",
        number=each.number,
        beside=each.beside,
    )


def _identity(name: str, content: bytes) -> Provenance:
    found = identity_of(content)
    if found is None:
        raise SourceError(
            say(
                "tệp không mang dấu nhận biết số liệu của bochiso.",
                "the file carries no mark of bochiso's figures.",
            ),
            where=Where(name),
            do=say(
                "Chỉ tới tệp docx, xlsx hoặc pdf do `bochiso report` lập.",
                "Name a docx, xlsx or pdf file that `bochiso report` made.",
            ),
        )
    return found


def _print(name: str, found: list[Checked]) -> None:
    out = console()
    out.print(name, style="bold", markup=False, soft_wrap=True)
    for each in found:
        line = say(
            "  {role} {source}: {verdict}",
            "  {role} {source}: {verdict}",
            role=ROLES[each.role],
            source=_source(each.source),
            verdict=VERDICTS[each.verdict],
        ).render(LANG)
        what = "; ".join(text.render(LANG) for text in each.what)
        out.print(f"{line}: {what}" if what else line, markup=False, soft_wrap=True)


def _source(source: Source) -> str:
    return say(
        "ngày {day}, kỳ {period} (mã {short})",
        "of {day}, {period} ({short})",
        day=source.as_of,
        period=source.period,
        short=source.short,
    ).render(LANG)
