"""The pages of a PDF as pictures, by poppler's programs where they are on the machine."""

import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

DOTS = 90
"""Dots an inch: a page of A4 is 744 pixels wide, which is read on a screen without a magnifier."""

SECONDS = 60
"""How long one page may take."""

MOST_PAGES = 200
"""What a person looks through; an annex of the whole country stays a file."""


def find_printer() -> tuple[str, str] | None:
    """The paths of pdfinfo and pdftoppm, None where they aren't on the machine."""
    found = [shutil.which(name) for name in ("pdfinfo", "pdftoppm")]
    return (found[0], found[1]) if found[0] and found[1] else None


def page_pictures(pdf: bytes, programs: tuple[str, str]) -> Iterator[tuple[int, bytes]]:
    """How many pages there are, with each page as PNG, as soon as it is made; stops where one can't be."""
    info, printer = programs
    with TemporaryDirectory(prefix="bochiso-pages-") as folder:
        path = Path(folder) / "document.pdf"
        path.write_bytes(pdf)
        told = _run([info, str(path)])
        pages = next((int(line.split()[1]) for line in told.splitlines() if line.startswith("Pages:")), 0)
        for number in range(1, min(pages, MOST_PAGES) + 1):
            one = ["-r", str(DOTS), "-png", "-singlefile", "-f", str(number), "-l", str(number)]
            _run([printer, *one, str(path), str(path.with_suffix(""))])
            picture = path.with_suffix(".png")
            if not picture.exists():
                return
            yield pages, picture.read_bytes()
            picture.unlink()


def _run(words: list[str]) -> str:
    try:
        done = subprocess.run(  # noqa: S603 (the programs that were found, on a file named here)
            words, stdin=subprocess.DEVNULL, capture_output=True, timeout=SECONDS, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.decode(errors="replace")
