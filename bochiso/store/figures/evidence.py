"""Evidence: what was received, byte for byte, one folder a reading, never changed afterwards.

evidence/000001/manifest.json     what it is, for which day and period, when it was read
evidence/000001/manifest.sha256   the manifest's own hash; it has those of all the others
evidence/000001/rules.yaml        the rule set in force for it, whole
evidence/000001/001.csv           the files, in the order given
"""

import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, suppress
from datetime import date, datetime
from hashlib import sha256
from pathlib import Path

import msgspec
from msgspec import Struct

from bochiso.intake.headings.column_choice import NO_CHOICE, Choice
from bochiso.periods import Period, require_begun
from bochiso.score.own_basis import MeasuredBasis
from bochiso.store.figures.collection_record import CollectionRecord, ReadingState
from bochiso.store.figures.forgetting import forgotten, sealed_instead
from bochiso.store.figures.sealed_files import contents, sealed_bytes
from bochiso.store.figures.sealed_files import damaged as damaged
from bochiso.store.folder import sync_folder, write_new

_MANIFEST = "manifest.json"
_MANIFEST_HASH = "manifest.sha256"
_RULES = "rules.yaml"
_STAGING = ".new"


class EvidenceFile(Struct, frozen=True):
    """One file as received: its own name, the name it is stored under, its size and hash."""

    name: str
    stored: str
    bytes: int
    sha256: str


class Manifest(Struct, frozen=True):
    """What a reading is. `read_at` is UTC; `as_of` and `period` are what its figures are valid for.

    `collected` is None for files that a person gave; those are what they are: complete. `sheet` and
    `columns` are what the person chose where a table left open which one is meant; `province` is whose
    units a table without codes is about; `basis` what measured figures stand on. `kept_at`: when it was
    written down (UTC); None in those of before that was noted.
    """

    kind: str
    as_of: date
    period: str
    label: str | None
    read_at: datetime
    rules: str
    rules_sha256: str
    files: tuple[EvidenceFile, ...]
    state: ReadingState = ReadingState.COMPLETE
    collected: CollectionRecord | None = None
    sheet: str | None = None
    columns: tuple[tuple[str, str], ...] = ()
    province: str | None = None
    ranks: tuple[tuple[str, str], ...] = ()
    basis: MeasuredBasis | None = None
    kept_at: datetime | None = None

    @property
    def known_since(self) -> datetime:
        """From when on its figures were known here."""
        return self.kept_at or self.read_at

    @property
    def choice(self) -> Choice:
        """What the person said of the tables' sheets and columns."""
        return Choice(self.sheet, self.columns, self.ranks)

    def same_content(self, other: "Manifest") -> bool:
        """Whether both say the same, whenever they were read."""
        return msgspec.structs.replace(self, read_at=other.read_at, kept_at=other.kept_at) == other


class NewReading(Struct, frozen=True):
    """What is to be kept: files of a kind, read at a moment, of a day and period, scored by these rules.

    `read_at`: when the source was read. `collected`: how, where it was asked of the portal; such a reading
    is always one of its own. `choice`: the sheet and columns that a person chose. `province`: whose units
    names without codes are. Raises ComputeError for figures of a period that hadn't begun on their day.
    """

    kind: str
    files: Sequence[tuple[str, bytes]]
    as_of: date
    period: Period
    rules_text: str
    read_at: datetime
    label: str | None = None
    state: ReadingState = ReadingState.COMPLETE
    collected: CollectionRecord | None = None
    choice: Choice = NO_CHOICE
    province: str | None = None
    basis: MeasuredBasis | None = None

    def __post_init__(self) -> None:
        require_begun(self.period, self.as_of)


class Reading(Struct, frozen=True):
    """A manifest with its place in the order of readings."""

    seq: int
    manifest: Manifest


RecordedReading = Callable[[Reading], AbstractContextManager[object]]
"""A transaction of whoever notes that a reading is made, around the moment in which it becomes one."""


class Evidence:
    """The folder of readings; only a holder of the data folder's lock may add to it."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def seqs(self) -> list[int]:
        """Numbers of all readings, in order."""
        if not self.root.is_dir():
            return []
        return sorted(int(path.name) for path in self.root.iterdir() if path.name.isdecimal())

    def reading(self, seq: int) -> Reading:
        """One reading. Raises StoreError if its manifest isn't as it was written."""
        folder = self.path(seq)
        seal = contents(folder / _MANIFEST_HASH).decode("ascii", "replace")
        data = sealed_bytes(folder / _MANIFEST, seal.partition(" ")[0])
        try:
            return Reading(seq, msgspec.json.decode(data, type=Manifest))
        except msgspec.DecodeError:
            raise damaged(folder / _MANIFEST) from None

    def readings(self) -> Iterator[Reading]:
        """All readings, in order."""
        return (self.reading(seq) for seq in self.seqs())

    def rules_text(self, reading: Reading) -> str:
        """The rule set that was in force for a reading. Raises StoreError if it isn't as it was."""
        return sealed_bytes(self.path(reading.seq) / _RULES, reading.manifest.rules_sha256).decode()

    def files(self, reading: Reading) -> list[tuple[str, bytes]]:
        """The files of a reading; none where they were forgotten.

        Raises StoreError if one is not what was received.
        """
        folder = self.path(reading.seq)
        if forgotten(folder):
            return []
        return [
            (each.name, sealed_bytes(folder / each.stored, each.sha256)) for each in reading.manifest.files
        ]

    def sealed_files(self, reading: Reading) -> dict[Path, str]:
        """Where a reading's files stand, with the hash that each must have; the manifest's own seal besides.

        Raises StoreError where that is missing.
        """
        folder, manifest = self.path(reading.seq), reading.manifest
        instead = sealed_instead(folder)
        seal = contents(folder / _MANIFEST_HASH)
        return {
            folder / _MANIFEST_HASH: sha256(seal).hexdigest(),
            folder / _MANIFEST: seal.decode("ascii", "replace").partition(" ")[0],
            folder / _RULES: manifest.rules_sha256,
            **(instead or {folder / each.stored: each.sha256 for each in manifest.files}),
        }

    def stage(self, manifest: Manifest, files: Sequence[tuple[str, bytes]], rules_text: str) -> None:
        """Write a reading down, durably, without it being one yet."""
        folder = self._staging()
        folder.mkdir(mode=0o700)
        write_new(folder / _RULES, rules_text.encode())
        for each, (_, data) in zip(manifest.files, files, strict=True):
            write_new(folder / each.stored, data)
        content = msgspec.json.format(msgspec.json.encode(manifest))
        write_new(folder / _MANIFEST, content)
        # As `sha256sum --check` reads it.
        write_new(folder / _MANIFEST_HASH, f"{sha256(content).hexdigest()}  {_MANIFEST}\n".encode())
        sync_folder(folder)

    @property
    def next_seq(self) -> int:
        """The number that the next reading gets."""
        return max(self.seqs(), default=0) + 1

    def commit(self) -> None:
        """Make the staged reading one; in one step, so that a crash leaves it in or out."""
        self._staging().rename(self.path(self.next_seq))
        sync_folder(self.root)

    def take_back(self, seq: int) -> None:
        """Make a reading that became one this moment a staged one again: it couldn't be noted."""
        with suppress(FileNotFoundError):
            self.path(seq).rename(self._staging())

    def discard(self) -> None:
        """Drop what was staged, now or by a command that was killed."""
        shutil.rmtree(self._staging(), ignore_errors=True)

    def path(self, seq: int) -> Path:
        """The folder of a reading."""
        return self.root / f"{seq:06d}"

    def _staging(self) -> Path:
        return self.root / _STAGING


def describe_files(files: Sequence[tuple[str, bytes]]) -> tuple[EvidenceFile, ...]:
    """What a manifest says of files given as names and bytes."""
    return tuple(
        EvidenceFile(name, f"{n:03d}{_suffix(name)}", len(data), sha256(data).hexdigest())
        for n, (name, data) in enumerate(files, start=1)
    )


def _suffix(name: str) -> str:
    suffix = Path(name).suffix.lower()
    return suffix if suffix[1:].isalnum() and suffix.isascii() and len(suffix) <= 8 else ".bin"
