"""What `bochiso import dossiers|procedures|petitions|ratings|units|publications` prints."""

from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, Progress, TextColumn, TimeRemainingColumn

from bochiso.cli.options import LANG, TABLES, read_inputs, t
from bochiso.cli.output import tell, working
from bochiso.intake.dossiers.dossier_files import is_dossier_file
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.intake.messages.refusal_reasons import oddities
from bochiso.office.backend import Backend
from bochiso.office.dossiers import RECORD_KINDS, Imported, import_dossiers, import_records
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.folder import DataFolder
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.audit import by_command_line
from bochiso.text import Text, now, say

REFUSALS_PRINTED = 20
"""Refusals that are printed."""


def bring_in(
    kind: str,
    files: tuple[Path, ...],
    data: Path,
    choice: Choice = NO_CHOICE,
    province: str | None = None,
) -> int:
    """Import dossiers or records and say what came of it; returns the exit code."""
    if kind in RECORD_KINDS:
        return _records(kind, files, data, choice, province)
    paths = _paths(files)
    with Progress(
        TextColumn("{task.description}"), BarColumn(), TextColumn("{task.percentage:>3.0f}%"),
        TimeRemainingColumn(), console=Console(stderr=True), transient=True, disable=not _on_screen(),
    ) as progress:  # fmt: skip
        task = progress.add_task(t("Đang nạp hồ sơ", "Bringing dossiers in"), total=None)
        done = import_dossiers(
            Backend(DataFolder(data)),
            by_command_line(now()),
            paths,
            lambda read, of: progress.update(task, completed=read, total=of),
            choice,
        )
    return _report(done, data)


def _on_screen() -> bool:
    return Console(stderr=True).is_terminal


def _paths(files: tuple[Path, ...]) -> list[Path]:
    """The files, and those in folders, in order."""
    found: list[Path] = []
    for path in files:
        inside = (each for each in path.rglob("*") if each.is_file() and is_dossier_file(each))
        found += sorted(inside) if path.is_dir() else [path]
    return found


def _report(done: Imported, data: Path) -> int:
    for name, refused in done.refused[:REFUSALS_PRINTED]:
        tell(t("  Từ chối ", "  Refused ") + refused.render(LANG, name))
    if done.refused_count > REFUSALS_PRINTED:
        tell(say("  … và {n} mục khác.", "  … and {n} more.", n=done.refused_count - REFUSALS_PRINTED))
    for odd, count in sorted(done.odd.items()):
        for text in oddities(odd):
            tell(
                say(
                    "  Lưu ý: {n} hồ sơ {text}",
                    "  Note: {n} {n:dossier|dossiers}: {text}",
                    n=count,
                    text=text,
                )
            )
    for note in done.notes:
        tell(note)
    for names, vi, en in (
        (done.unknown, "trường lạ, chỉ đếm tên", "unknown fields, whose names alone are counted"),
        (done.unread, "giá trị không đúng dạng nên không giữ", "values of another form, not kept"),
    ):
        if names:
            shown = ", ".join(name for name, _ in names.most_common(REFUSALS_PRINTED))
            tell(
                say(
                    "  Lưu ý: " + vi + ": {names}; xem `bochiso dossiers fields`.",
                    "  Note: " + en + ": {names}; see `bochiso dossiers fields`.",
                    names=shown,
                )
            )
    if done.unmapped:
        tell(
            say(
                "  {n} hồ sơ chưa rõ thuộc đơn vị nào; xem `bochiso dossiers unmapped`.",
                "  {n} {n:dossier belongs|dossiers belong} to no known unit; see `bochiso dossiers "
                "unmapped`.",
                n=done.unmapped,
            )
        )
    for error in done.broken:
        tell(t("  Lỗi ", "  Error ") + error.render(LANG))
    tell(
        say(
            "Đã nạp vào {data}: đọc {items} mục, nhận {dossiers} hồ sơ và {steps} bước xử lý, "
            "từ chối {refused}.",
            "Kept in {data}: {items} {items:item|items} read, {dossiers} {dossiers:dossier|dossiers} and "
            "{steps} {steps:step|steps} taken, "
            "{refused} refused.",
            data=str(data),
            items=done.items,
            dossiers=done.dossiers,
            steps=done.steps,
            refused=done.refused_count,
        )
    )
    return 1 if done.refused_count or done.broken else 0


_HOMELESS = {
    "petitions": (
        "  {n} phản ánh, kiến nghị chưa rõ thuộc đơn vị nào; xem `bochiso dossiers unmapped`.",
        "  {n} {n:petition belongs|petitions belong} to no known unit; see `bochiso dossiers unmapped`.",
    ),
    "procedures": (
        "  {n} thủ tục có cơ quan giải quyết chưa có trong danh sách đơn vị, hoặc chưa rõ của tỉnh nào; xem "
        "`bochiso dossiers unmapped`.",
        "  {n} {n:procedure has|procedures have} an office that no list has, or {n:is|are} of no known "
        "province; see `bochiso dossiers unmapped`.",
    ),
    "ratings": (
        "  {n} hồ sơ được đánh giá mà chưa có hồ sơ; đánh giá đã được giữ, có hồ sơ thì được tính.",
        "  {n} {n:dossier was|dossiers were} rated that nobody sent yet; the ratings are kept, and count "
        "once {n:it is|they are} there.",
    ),
    "publications": (
        "  {n} dòng của sổ chưa rõ thuộc tỉnh nào nên chưa được tính; nạp danh sách đơn vị hoặc ghi thêm "
        "--province.",
        "  {n} {n:row|rows} of the register {n:is|are} of no known province and not counted yet; bring a "
        "list of units in, or add --province.",
    ),
}


def _records(kind: str, files: tuple[Path, ...], data: Path, choice: Choice, province: str | None) -> int:
    with working(t("Đang nạp", "Bringing them in")):
        inputs, by = read_inputs(files, (*TABLES, ".json")), by_command_line(now())
        found, homeless = import_records(Backend(DataFolder(data)), by, kind, inputs, choice, province)
    refusals = [refusal for records in found for refusal in records.refusals]
    if homeless:
        tell(Text(*_HOMELESS[kind], {"n": homeless}))
    for refusal in refusals[:REFUSALS_PRINTED]:
        tell(t("  Từ chối ", "  Refused ") + refusal.render(LANG))
    for records in found:
        for note in records.notes:
            tell(note)
    rows = sum(records.rows for records in found)
    tell(
        say(
            "Đọc {rows} dòng: nhận {taken}, từ chối {refused}.",
            "{rows} {rows:row|rows} read: {taken} taken, {refused} refused.",
            rows=rows,
            taken=rows - len(refusals),
            refused=len(refusals),
        )
    )
    for remark in _placed(kind, data):
        tell(remark)
    return 1 if refusals else 0


def _placed(kind: str, data: Path) -> tuple[Text, ...]:
    """What a list of units says of superiors and levels that can't be so."""
    if kind != "units":
        return ()
    with open_dossiers(DataFolder(data)) as db:
        return unit_tree(db).remarks
