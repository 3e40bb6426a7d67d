"""A look before anything is kept: the import is done in a copy of the folder that is thrown away."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec import Struct

from bochiso.errors import SourceError, Where
from bochiso.intake.figures.detect import read_tables
from bochiso.intake.headings.column_choice import NO_CHOICE, Choice, one_line
from bochiso.intake.headings.headings import Headings
from bochiso.intake.headings.person_words import is_personal
from bochiso.intake.tables.table_reader import RawTable
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import Fate
from bochiso.store.figures.evidence import NewReading
from bochiso.store.figures.snapshot_store import Added, Store, add_reading, open_store
from bochiso.store.folder import DataFolder
from bochiso.store.snapshots.queries import compare_views, view
from bochiso.store.snapshots.snapshot_selection import (
    PREVIOUS,
    NothingToCompareError,
    choose_against,
    snapshot_title,
)
from bochiso.text import Lang, Text, number, say
from bochiso.units.model import LEVEL_NAMES, Level

_SHOWN = 3
_PORTAL = ("portal", "portal-archive")


class TakenColumn(Struct, frozen=True):
    """What one column of a table is taken for."""

    file: str
    heading: str
    taken_for: Text | str


class LevelPreview(Struct, frozen=True):
    """What changes on one level of one province; `moved`: the units whose total moved most, and by what."""

    level: Level
    province: str | None
    units: int
    ranked: int
    against: Text | None = None
    appeared: int = 0
    vanished: int = 0
    changed: int = 0
    moved: tuple[tuple[str, Decimal], ...] = ()


class Preview(Struct, frozen=True):
    """What an import would do."""

    columns: tuple[TakenColumn, ...]
    added: Added
    levels: tuple[LevelPreview, ...]


def preview(folder: DataFolder, new: NewReading, rules: RuleSet) -> Preview:
    """What `add_reading` would do with the same reading, and with what it would be compared.

    Raises as `add_reading`; the folder stays as it is.
    """
    columns = tuple(_columns(new, rules))
    with _copy(folder) as other:
        added = add_reading(other, new)
        with open_store(other, measured=False) as store:
            levels = tuple(_levels(store, added)) if added.intake else ()
    return Preview(columns, added, levels)


def raw_tables(
    kind: str, files: Sequence[tuple[str, bytes]], rules: RuleSet, choice: Choice = NO_CHOICE
) -> list[RawTable]:
    """The tables of files as they stand there; none of the portal's answers."""
    found: list[RawTable] = []
    if kind not in _PORTAL:
        for name, data in files:
            with suppress(SourceError):  # answers of the portal whose kind was told by the file
                found += read_tables(name, data, rules, choice)
    return found


def personal_question(new: NewReading, rules: RuleSet) -> SourceError | None:
    """What is asked before a file is kept for good that says of persons what no figure needs.

    Evidence is kept as it came: such columns too, for as long as the file.
    """
    for table in raw_tables(new.kind, new.files, rules, new.choice):
        found = [each for each in table.unused if is_personal(each)]
        if found:
            return SourceError(
                say(
                    "tệp có {n} cột về cá nhân mà không chỉ số nào dùng: {names}.",
                    "the file has {n} {n:column|columns} about persons that no indicator uses: {names}.",
                    n=len(found), names=", ".join(found[:5]),
                ),
                where=Where(table.file),
                do=say(
                    "Xóa các cột ấy rồi nạp lại. Tệp đã nạp được giữ nguyên làm chứng cứ; nếu vẫn phải giữ "
                    "cả các cột này, thêm --sure (trên trang: đánh dấu “Tôi đã kiểm tra ngày và kỳ”).",
                    "Delete them and bring the file in again. It is kept as it is, as evidence; if these "
                    "have to stay, add --sure (on the page: tick “I have checked the day and the period”).",
                ),
            )  # fmt: skip
    return None


def _columns(new: NewReading, rules: RuleSet) -> Iterator[TakenColumn]:
    words = Headings(rules)
    for table in raw_tables(new.kind, new.files, rules, new.choice):
        for heading in table.headings:
            if heading.text:
                yield TakenColumn(table.file, one_line(heading.text), words.label(heading.name))


def _levels(store: Store, added: Added) -> Iterator[LevelPreview]:
    snapshot = next(each for each in store.snapshots() if added.seq in each.seqs)
    after = view(store, snapshot)
    units = {row["unit"] for row in added.intake.units.to_pylist()} if added.intake else set()
    units = {each.code for each in added.identities} | units
    for table in after.standings.tables:
        if not any(row.score.unit.code in units for row in table.rows):
            continue
        plain = LevelPreview(table.level, table.province, len(table.rows), table.ranked)
        try:
            found = choose_against(store, PREVIOUS, snapshot, table.level)
        except NothingToCompareError:
            yield plain
            continue
        compared = compare_views(view(store, found), after, table.level, table.province)
        moved = [
            (change.after.score.unit.name, change.total)
            for change in compared.changes
            if change.after and change.total
        ]
        moved.sort(key=lambda each: -abs(each[1]))
        yield LevelPreview(
            *(table.level, table.province, len(table.rows), table.ranked),
            against=snapshot_title(found),
            appeared=len(compared.of(Fate.APPEARED)),
            vanished=len(compared.of(Fate.VANISHED)),
            changed=len(moved),
            moved=tuple(moved[:_SHOWN]),
        )


@contextmanager
def _copy(folder: DataFolder) -> Iterator[DataFolder]:
    """A folder that says what another does, to be written to: its evidence is that of the other."""
    with TemporaryDirectory(prefix="bochiso-") as place:
        other = DataFolder(Path(place) / "data")
        if folder.root.exists():
            folder.check()
            other.root.mkdir()
            for path in folder.root.iterdir():
                if path.is_file() and path.suffix in ("", ".json", ".yaml") and path.name != "lock":
                    shutil.copyfile(path, other.root / path.name)
            if folder.facts.exists():
                shutil.copyfile(folder.facts, other.root / folder.facts.name)
            other.evidence.mkdir()
            for path in folder.evidence.iterdir() if folder.evidence.is_dir() else ():
                if path.name.isdecimal():
                    _same(path, other.evidence / path.name)
        yield other


def _same(path: Path, place: Path) -> None:
    try:
        place.symlink_to(path.resolve(), target_is_directory=True)
    except OSError:  # Windows gives that right to few
        shutil.copytree(path, place)


def level_line(one: LevelPreview) -> Text:
    """A level of a preview in one sentence."""
    head = say(
        "{level}{of}: {units} đơn vị, {ranked} được xếp hạng",
        "{level}{of}: {units} {units:unit|units}, {ranked} ranked",
        level=LEVEL_NAMES[one.level],
        of=f" ({one.province})" if one.province else "",
        units=one.units,
        ranked=one.ranked,
    )
    if one.against is None:
        return say(
            "{head}; chưa có kỳ trước để so sánh.",
            "{head}; there is nothing before to compare with.",
            head=head,
        )
    vi, en = ("; ".join(_moved(each, lang) for each in one.moved) for lang in (Lang.VI, Lang.EN))
    return say(
        "{head}; so với {against}: {appeared} đơn vị mới, {vanished} không còn, {changed} đổi tổng "
        "điểm{moved}.",
        "{head}; against {against}: {appeared} new, {vanished} gone, {changed} with another total{moved}.",
        head=head,
        against=one.against,
        appeared=one.appeared,
        vanished=one.vanished,
        changed=one.changed,
        moved=say(" ({it})", " ({it})", it=say("{vi}", "{en}", vi=vi, en=en)) if one.moved else "",
    )


def _moved(each: tuple[str, Decimal], lang: Lang) -> str:
    name, by = each
    return f"{name} {'+' if by > 0 else '−'}{number(abs(by), lang)}"
