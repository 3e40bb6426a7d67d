"""What a disk may hold when the power is cut: every prefix of a log of writes, and many reorderings.

The model is that of a file system that promises no more than POSIX does: the content of a file is kept
once the file was flushed, a name in a folder once the folder was; before that each write, each name may
be there or not, whatever came after. A write that may be missing may be torn between sectors, or have
made the file longer and left nothing in it. A flush that failed promises nothing, ever, about what
stood before it. `ordered`: names come in their order, as with a journal of metadata.
"""

import os
import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from faulty_files import Call, Kind

SECTOR = 512
ROOT = 0


@dataclass(frozen=True)
class Step:
    """A call in terms of files, not paths: what it changes, and by when that is sure to be kept."""

    call: Call
    file: int
    names: tuple[tuple[int, str, int | None], ...] = ()
    """Folder, name, and what has that name from now on; None: nothing."""


@dataclass
class Disk:
    """Files by number: content, or the names in a folder."""

    contents: dict[int, bytearray] = field(default_factory=dict)
    folders: dict[int, dict[str, int]] = field(default_factory=lambda: {ROOT: {}})

    def lay_out(self, at: Path, folder: int = ROOT) -> None:
        """Write it as a folder that isn't there yet."""
        at.mkdir(mode=0o700)
        for name, number in self.folders[folder].items():
            if number in self.folders:
                self.lay_out(at / name, number)
            else:
                (at / name).write_bytes(self.contents.get(number, b""))

    def write(self, file: int, offset: int, data: bytes) -> None:
        """Put bytes into a file, with nothing before them where it is shorter."""
        held = self.contents.setdefault(file, bytearray())
        if len(held) < offset:
            held.extend(bytes(offset - len(held)))
        held[offset : offset + len(data)] = data

    def cut(self, file: int, length: int) -> None:
        """Give a file a length."""
        held = self.contents.setdefault(file, bytearray())
        del held[length:]
        held.extend(bytes(length - len(held)))

    @property
    def fingerprint(self) -> int:
        """Equal for equal disks."""
        names = tuple(
            sorted((folder, *each) for folder, held in self.folders.items() for each in held.items())
        )
        return hash((names, tuple(sorted((file, bytes(held)) for file, held in self.contents.items()))))


class WriteLog:
    """A log that begins with an empty folder."""

    def __init__(self, root: Path, calls: Sequence[Call]) -> None:
        self._root = str(root)
        self._folders: dict[str, int] = {self._root: ROOT}
        self._names: dict[tuple[int, str], int] = {}
        self._files: dict[int, int] = {}  # by inode; a number is given anew once its file is gone
        self.steps = [self._step(each, number) for number, each in enumerate(calls, start=1)]
        self._kept = self._kept_by()

    def notes(self, cut: int) -> list[str]:
        """What somebody was told before a cut."""
        return [each.call.data.decode() for each in self.steps[:cut] if each.call.kind is Kind.NOTE]

    @property
    def cuts(self) -> list[int]:
        """Before which steps, and behind the last, the power may be cut: behind every call."""
        return [
            n + 1 for n, each in enumerate(self.steps) if each.call.kind not in (Kind.NOTE, Kind.SYNC_FAILED)
        ] + [len(self.steps)]

    def whole(self, cut: int | None = None) -> Disk:
        """What the running program sees."""
        disk = Disk()
        for step in self.steps[:cut]:
            _apply(disk, step)
        return disk

    def least(self, cut: int) -> Disk:
        """What is sure to be kept, and no more."""
        disk = Disk()
        for number, step in enumerate(self.steps[:cut]):
            if self._kept[number] < cut:
                _apply(disk, step)
        return disk

    def drawn(self, cut: int, dice: random.Random) -> Disk:
        """What may be kept: all that is sure, and some of the rest."""
        disk, ordered = Disk(), dice.random() < 0.5
        sure = [n for n in range(cut) if self._kept[n] < cut]
        last_name = max((n for n in sure if self.steps[n].names), default=0)
        until = dice.randint(last_name, cut)
        chance = dice.choice((0.1, 0.5, 0.9))
        for number, step in enumerate(self.steps[:cut]):
            if self._kept[number] < cut:
                _apply(disk, step)
            elif step.names and ordered:
                if number < until:
                    _apply(disk, step)
            elif dice.random() < chance:
                _apply(disk, _torn(step, dice))
        return disk

    def disks(
        self, dice: random.Random, of_each: int, cuts: Sequence[int] | None = None
    ) -> Iterator[tuple[int, Disk]]:
        """Every prefix, what is sure of each, and so many drawn; none twice."""
        seen = set()
        for cut in self.cuts if cuts is None else cuts:
            found = [self.whole(cut), self.least(cut), *(self.drawn(cut, dice) for _ in range(of_each))]
            for disk in found:
                key = disk.fingerprint, len(self.notes(cut))
                if key not in seen:
                    seen.add(key)
                    yield cut, disk

    def _parent(self, path: str) -> tuple[int, str]:
        folder, _, name = path.rpartition("/")
        return self._folders[folder], name

    def _step(self, call: Call, number: int) -> Step:
        match call.kind:
            case Kind.CREATE | Kind.FOLDER:
                self._files[call.inode] = number
                folder, name = self._parent(call.path)
                self._names[folder, name] = number
                if call.kind is Kind.FOLDER:
                    self._folders[call.path] = number
                return Step(call, number, ((folder, name, number),))
            case Kind.UNLINK:
                folder, name = self._parent(call.path)
                self._names.pop((folder, name), None)
                self._folders.pop(call.path, None)
                return Step(call, 0, ((folder, name, None),))
            case Kind.RENAME:
                (old, was), (new, name) = self._parent(call.path), self._parent(call.other)
                file = self._names.pop((old, was))
                self._names[new, name] = file
                for path in [each for each in self._folders if f"{each}/".startswith(f"{call.path}/")]:
                    self._folders[call.other + path.removeprefix(call.path)] = self._folders.pop(path)
                return Step(call, file, ((old, was, None), (new, name, file)))
            case Kind.NOTE:
                return Step(call, -1)
        if call.path == self._root:
            return Step(call, ROOT)
        return Step(call, self._files[call.inode])

    def _kept_by(self) -> list[int]:
        """For each step the number of the one by which it is sure to be kept; one beyond all: never."""
        never = len(self.steps) + 1
        kept = [never] * len(self.steps)
        flushed: dict[int, int] = {}
        for number in range(len(self.steps) - 1, -1, -1):
            step = self.steps[number]
            if step.call.kind is Kind.SYNC:
                flushed[step.file] = number
            elif step.call.kind is Kind.SYNC_FAILED:
                flushed[step.file] = never
            elif step.names:
                kept[number] = max(flushed.get(folder, never) for folder, _, _ in step.names)
            elif step.call.kind is not Kind.NOTE:
                kept[number] = flushed.get(step.file, never)
        return kept


def _apply(disk: Disk, step: Step) -> None:
    call = step.call
    if call.kind is Kind.WRITE:
        disk.write(step.file, call.offset, call.data)
    elif call.kind is Kind.CUT:
        disk.cut(step.file, call.offset)
    if call.kind is Kind.FOLDER:
        disk.folders.setdefault(step.file, {})
    for folder, name, file in step.names:
        held = disk.folders.setdefault(folder, {})
        if file is None:
            held.pop(name, None)
        else:
            held[name] = file


def _torn(step: Step, dice: random.Random) -> Step:
    """A write as a disk may leave it half done: some of its sectors, or its length alone."""
    call = step.call
    if call.kind is not Kind.WRITE or dice.random() < 0.5:
        return step
    how = dice.randrange(3)
    if how == 0:
        data = bytes(len(call.data))
    elif how == 1:
        data = call.data[: dice.randrange(len(call.data)) + 1]
    else:
        sectors = range(0, len(call.data), SECTOR)
        parts = [call.data[n : n + SECTOR] for n in sectors]
        data = b"".join(each if dice.random() < 0.5 else bytes(len(each)) for each in parts)
    return Step(Call(call.kind, call.path, call.other, call.inode, call.offset, data), step.file)


def flip(root: Path, dice: random.Random, watched: Sequence[str]) -> str:
    """Turn one bit of one of these files below a folder; says which."""
    files = sorted(
        path for each in watched for path in root.glob(each) if path.is_file() and path.stat().st_size
    )
    path = dice.choice(files)
    at, bit = dice.randrange(path.stat().st_size), 1 << dice.randrange(8)
    with path.open("r+b") as file:
        file.seek(at)
        byte = file.read(1)[0]
        file.seek(at)
        file.write(bytes([byte ^ bit]))
        os.fsync(file.fileno())
    return f"bit {bit} of byte {at} of {path.relative_to(root)}"
