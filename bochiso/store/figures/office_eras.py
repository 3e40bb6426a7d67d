"""An office's own eras of the published scale, in its data folder, else those that come along."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

from bochiso.rules.eras import Eras, builtin_eras, read_eras
from bochiso.rules.loader import read_rules_file
from bochiso.store.folder import DataFolder, put_in_place


def eras_of(folder: DataFolder) -> Eras:
    """The eras in use; RuleFileError where the office's file was spoilt since."""
    if not folder.eras.exists():
        return builtin_eras()
    return read_eras(read_rules_file(folder.eras, folder.eras.name), folder.eras.name)


def keep_eras(
    folder: DataFolder, file: Path, recorded: Callable[[], AbstractContextManager[object]] = nullcontext
) -> Eras:
    """Use an office's own eras from now on; RuleFileError with every problem of the file.

    `recorded`: a transaction of whoever notes it, around the moment in which they come into use.
    """
    text = read_rules_file(file, file.name)
    found = read_eras(text, file.name)
    with folder.writing(), recorded():
        put_in_place(folder.eras, text.encode())
    return found
