"""`bochiso verify`: documents against their figures; without a document, the whole data folder.

With --backups the contents of backups too, and the audit log against what they saw of it.
"""

from pathlib import Path

import click

from bochiso.cli.options import LANG, data_option, lang_option, read_inputs, t
from bochiso.cli.output import console, counting, tell
from bochiso.cli.usage import Command
from bochiso.errors import SourceError, Where
from bochiso.report.docx.properties import identity_of
from bochiso.report.printed_check import UNCHECKED, UNREAD, PrintedFault, printed_faults
from bochiso.report.provenance import Provenance, Source
from bochiso.report.verification import Checked, SourceVerdict, verify
from bochiso.store.backup.integrity_check import FolderChecked, check_backups, check_folder
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit_heads import heads_file, read_heads
from bochiso.store.people.ledger import open_ledger
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
        "Không kể tệp nào thì kiểm tra cả thư mục số liệu: chứng cứ, nhật ký hồ sơ, nhật ký thao tác, "
        "số liệu đã công bố; máy chủ vẫn chạy. Mã trả về: 0 không đổi, 1 đã đổi hoặc hỏng, 2 không còn "
        "hoặc không đọc được.",
        "From which figures a docx, xlsx or pdf was made, and whether they changed since. Without files the "
        "whole data folder is checked, also while it is served: evidence, journal, audit log, publications. "
        "Exit: 0 the same, 1 changed or damaged, 2 gone or unreadable.",
    ),
)
@click.argument(
    "files",
    nargs=-1,
    metavar=t("[TỆP…]", "[FILE…]"),
    type=click.Path(readable=False, path_type=Path),
)
@click.option(
    "--heads",
    type=click.Path(readable=False, path_type=Path),
    metavar=t("TỆP", "FILE"),
    help=t(
        "Đối chiếu nhật ký thao tác với tệp này (mặc định: tệp trong BOCHISO_AUDIT_HEADS).",
        "Hold the audit log against this file (by default the one in BOCHISO_AUDIT_HEADS).",
    ),
)
@click.option(
    "--backups",
    type=click.Path(readable=False, path_type=Path),
    metavar=t("THƯ_MỤC", "DIR"),
    help=t("Kiểm tra cả các bản sao lưu ở đây.", "Check the backups in this folder too."),
)
@data_option
@lang_option
def command(files: tuple[Path, ...], heads: Path | None, backups: Path | None, data: Path) -> int:
    """Verify documents, or the whole folder."""
    if not files:
        return verify_folder(DataFolder(data), heads or heads_file(), backups)
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


def verify_folder(folder: DataFolder, heads: Path | None, backups: Path | None) -> int:
    """Check all of a folder and tell; 1 where anything is wrong."""
    folder.check()
    seen, contents, faults = check_backups(backups) if backups else ([], 0, [])
    if heads is not None and heads.exists():
        seen += read_heads(heads)
    with open_ledger(folder, look=True) as ledger:
        found = check_folder(folder, ledger, now(), seen, counting(t("Đang kiểm tra", "Checking")))
    tell_checked(found)
    if backups is not None:
        tell(say("Bản sao lưu: {n} nội dung.", "Backups: {n} {n:content|contents}.", n=contents))
    for each in (*faults, *found.faults):
        tell(say("  Sai: {what}", "  Wrong: {what}", what=each))
    if faults or found.faults:
        tell(
            say(
                "Có {n} chỗ sai. Giữ nguyên hiện trạng, đối chiếu với bản sao lưu (`bochiso restore`).",
                "{n} {n:thing is|things are} wrong. Leave all as it is; compare it with a backup "
                "(`bochiso restore`).",
                n=len(faults) + len(found.faults),
            )
        )
        return 1
    tell(say("Không có gì sai.", "Nothing is wrong."))
    return 0


def tell_checked(found: FolderChecked) -> None:
    """How much was checked."""
    tell(
        say(
            "Đã kiểm tra {readings} lần đọc ({files} tệp), {items} mục trong nhật ký hồ sơ, {publications} "
            "kỳ đã công bố, nhật ký thao tác đến dòng {lines} (mã kiểm tra {hash}; đối chiếu {heads} mốc đã "
            "ghi ở nơi khác).",
            "Checked {readings} {readings:reading|readings} ({files} {files:file|files}), {items} "
            "{items:item|items} of the journal, {publications} {publications:publication|publications}, "
            "the audit log up to line {lines} (hash "
            "{hash}; held against {heads} {heads:mark|marks} kept elsewhere).",
            readings=found.readings, files=found.files, items=found.items, heads=found.heads,
            publications=found.publications, lines=found.audit_lines, hash=found.audit_hash[:16],
        )
    )  # fmt: skip


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
