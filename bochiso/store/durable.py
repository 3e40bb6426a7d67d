"""Bytes that are on the disk when the call returns."""

import os
from pathlib import Path


def write_new(path: Path, data: bytes) -> None:
    """Write a file that isn't there yet. Raises OSError."""
    with path.open("xb") as file:
        file.write(data)
        file.flush()
        os.fsync(file.fileno())
