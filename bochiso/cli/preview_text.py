"""What `bochiso import --check` prints: columns, levels, changes; nothing was kept."""

from collections.abc import Iterator

from bochiso.cli.output import tell
from bochiso.store.snapshots.preview import Preview, level_line
from bochiso.text import Text, say


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
        yield level_line(level)
