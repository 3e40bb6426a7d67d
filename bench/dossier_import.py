"""The promises of importing: a million sync messages into evidence and facts, against decoding them alone.

And what they take on disk, against what they took when only what indicators read was kept.
"""

import gc
import json
from collections.abc import Iterator
from datetime import date
from itertools import count
from pathlib import Path
from tempfile import TemporaryDirectory

import msgspec

from bench.timing import Line, peak, race
from bochiso.intake.messages.sync_schema import STRICT_ITEM
from bochiso.simulate.dossier_stream import simulate_dossiers
from bochiso.store.dossiers.file_import import import_dossiers
from bochiso.store.folder import DataFolder

DOSSIERS = 1_000_000
MEMORY_MB = 1_000
DISK_MB = 166
"""A million dossiers on disk: 1.5 times the 111 MB that they took before every field was kept."""


def lines(dossiers: int = DOSSIERS) -> Iterator[Line]:
    """Time against msgspec, memory, and bytes on disk."""
    with TemporaryDirectory(prefix="bochiso-import-") as name:
        folder = Path(name)
        messages = folder / "messages.jsonl"
        write(messages, dossiers)
        memory = peak("bench.dossier_import", "bring_in", str(messages), str(folder / "peak"))
        numbers = count()
        ours, peer = race(
            lambda: bring_in(str(messages), str(folder / f"data-{next(numbers)}")),
            lambda: decode(messages, dossiers),
            2,
        )
        yield Line(f"import {dossiers:,} dossiers | decoding them with msgspec", ours, peer, 4)
        yield Line(f"memory of importing {dossiers:,} dossiers", memory, None, MEMORY_MB, "MB")
        yield Line(
            "a million dossiers on disk, journal and facts", on_disk(folder / "data-0") / dossiers, None,
            DISK_MB, "MB",
        )  # fmt: skip


def write(path: Path, dossiers: int) -> None:
    """Messages at full width, a line each."""
    with path.open("wb") as file:
        for each in simulate_dossiers("H15", dossiers, 1, date(2026, 1, 1), date(2026, 9, 30)):
            file.write(json.dumps(each, ensure_ascii=False).encode() + b"\n")


def bring_in(messages: str, data: str) -> None:
    """Import them: ready to measure when it returns."""
    import_dossiers(DataFolder(Path(data)), [Path(messages)])


def on_disk(data: Path) -> int:
    """Bytes of a data folder."""
    return sum(path.stat().st_size for path in data.rglob("*") if path.is_file())


def decode(messages: Path, dossiers: int) -> None:
    """Decode them to the same structs, and nothing else; without the collector, as the import does."""
    decoder = msgspec.json.Decoder(STRICT_ITEM)
    gc.disable()
    try:
        with messages.open("rb") as file:
            assert sum(decoder.decode(line) is not None for line in file) == dossiers
    finally:
        gc.enable()
