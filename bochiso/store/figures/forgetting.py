"""Bytes of evidence removed for good; what they gave stays, with their hashes and a note of who and why.

evidence/000001/forgotten.json      who forgot its files, when, why, and the hashes of what stands for them
evidence/000001/forgotten.sha256    the note's own hash
evidence/000001/units.arrow         the units and figures that were read from the files, without refused rows
evidence/000001/figures.arrow
"""

from collections.abc import Callable
from contextlib import AbstractContextManager
from datetime import datetime
from hashlib import sha256
from pathlib import Path

import msgspec
import pyarrow as pa
from msgspec import Struct

from bochiso.errors import ComputeError, Where
from bochiso.intake.result import Intake, Refusal
from bochiso.store.figures.sealed_files import sealed_bytes
from bochiso.store.folder import put_in_place, sync_folder
from bochiso.text import say

_NOTE, _SEAL = "forgotten.json", "forgotten.sha256"
_ROWS = ("units", "figures")

Recorded = Callable[[], AbstractContextManager[object]]


class ForgottenNote(Struct, frozen=True):
    """That the files of a reading were removed; the moment is UTC. `sealed`: hashes of the files instead.

    `refused`: how many rows of them were refused, whose contents are gone too.
    """

    at: datetime
    who: str
    because: str
    rows: int
    refused: int
    partial: bool
    sealed: dict[str, str]


def forgotten(folder: Path) -> ForgottenNote | None:
    """The note of a reading's folder; None where its files are kept. StoreError where it was changed."""
    if not (folder / _SEAL).exists():
        return None
    data = sealed_bytes(folder / _NOTE, (folder / _SEAL).read_text("ascii", "replace").partition(" ")[0])
    return msgspec.json.decode(data, type=ForgottenNote)


def sealed_instead(folder: Path) -> dict[Path, str]:
    """What stands for a reading's files where they were forgotten, with its hashes."""
    note = forgotten(folder)
    if note is None:
        return {}
    found = {folder / name: digest for name, digest in note.sealed.items()}
    for name in (_NOTE, _SEAL):
        found[folder / name] = sha256((folder / name).read_bytes()).hexdigest()
    return found


def kept_rows(folder: Path) -> Intake | None:
    """What forgotten files held, as far as it is of use; None where the files themselves are there."""
    note = forgotten(folder)
    if note is None:
        return None
    units, figures = (
        pa.ipc.open_file(sealed_bytes(folder / f"{name}.arrow", note.sealed[f"{name}.arrow"])).read_all()
        for name in _ROWS
    )
    gone = Refusal(Where(), say("nội dung đã được xóa.", "its content was removed."))
    return Intake(units, figures, note.rows, (gone,) * note.refused, partial=note.partial)


def forget_files(
    folder: Path, stored: tuple[str, ...], intake: Intake, who: str, at: datetime, because: str,
    recorded: Recorded,
) -> int:  # fmt: skip
    """Remove a reading's files, which hold this; how many were there. `recorded` is entered around the moment
    in which they are forgotten; a command that was killed between it and the removal is run again.
    """
    because = " ".join(because.split())
    if not because:
        raise ComputeError(
            say("chưa ghi lý do xóa.", "there is no reason for it."),
            do=say("Ghi lý do sau --because.", "Write the reason after --because."),
        )
    if forgotten(folder) is None:
        sealed = {}
        for name, table in zip(_ROWS, (intake.units, intake.figures), strict=True):
            sink = pa.BufferOutputStream()
            with pa.ipc.new_file(sink, table.schema) as writer:
                writer.write_table(table)
            data = sink.getvalue().to_pybytes()
            put_in_place(folder / f"{name}.arrow", data)
            sealed[f"{name}.arrow"] = sha256(data).hexdigest()
        note = ForgottenNote(at, who, because, intake.rows, len(intake.refusals), intake.partial, sealed)
        content = msgspec.json.format(msgspec.json.encode(note))
        put_in_place(folder / _NOTE, content)
        with recorded():
            put_in_place(folder / _SEAL, f"{sha256(content).hexdigest()}  {_NOTE}\n".encode())
    return remove_forgotten(folder, stored)


def remove_forgotten(folder: Path, stored: tuple[str, ...]) -> int:
    """Remove the files of a reading that was forgotten; how many were still there."""
    there = [folder / name for name in stored if (folder / name).exists()]
    for path in there:
        path.unlink()
    sync_folder(folder)
    return len(there)
