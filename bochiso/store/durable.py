"""Bytes that are on the disk when the call returns."""

import os
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Write a file that isn't there yet. Raises OSError."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())


def sync_folder(path: Path) -> None:
    """Make the names in a folder durable. Raises OSError."""
    if os.name == "nt":  # Windows can't open a folder to flush it; its rename is durable without.
        return
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
