"""What `bochiso import --check` prints: columns, levels, changes; nothing was kept."""

from collections.abc import Iterator

from bochiso.cli.options import LANG
from bochiso.cli.output import tell
from bochiso.store.figures.preview import LevelPreview, Preview
from bochiso.text import Text, number, say
from bochiso.units.model import LEVEL_NAMES


def tell_preview(found: Preview) -> None:
    """Say what an import would do."""
    for line in preview_lines(found):
        tell(line)


def preview_lines(found: Preview) -> Iterator[Text]:
    """The lines of a preview: what each column is taken for, what comes out and what changes."""
    yield say("Xem trước, chưa lưu gì.", "A look ahead: nothing is kept.")
    file = None
    for each in found.columns:
        if each.file != file:
            file = each.file
            yield say("{file}:", "{file}:", file=file)
        yield say(
            "  cột “{heading}” → {what}",
            "  column “{heading}” → {what}",
            heading=each.heading,
            what=each.taken_for,
        )
    for level in found.levels:
        yield _level(level)


def _level(one: LevelPreview) -> Text:
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
    moved = "; ".join(f"{name} {'+' if by > 0 else '−'}{number(abs(by), LANG)}" for name, by in one.moved)
    return say(
        "{head}; so với {against}: {appeared} đơn vị mới, {vanished} không còn, {changed} đổi tổng "
        "điểm{moved}.",
        "{head}; against {against}: {appeared} new, {vanished} gone, {changed} with another total{moved}.",
        head=head,
        against=one.against,
        appeared=one.appeared,
        vanished=one.vanished,
        changed=one.changed,
        moved=f" ({moved})" if moved else "",
    )
