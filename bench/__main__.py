"""Promises of speed and memory, measured; exit 1 where one is broken.

python -m bench             figures in, points and ranks out: `make bench`
python -m bench dossiers    measuring a million dossiers
python -m bench work        a list of work of a province's dossiers
python -m bench country-dossiers   measuring twenty million, which takes some minutes
python -m bench lake        measuring a country's lake of twenty million, which takes some minutes
python -m bench spark       Spark on two million dossiers beside SQL by hand (requirements-spark.txt)
python -m bench push        taking dossiers in over HTTP
python -m bench journal     the journal against SQLite
python -m bench import      a million dossiers from a file
python -m bench portal-list   a list of the portal matched with the dossiers
python -m bench digest      the day's digest of a province's units
python -m bench letters     ten thousand messages sent to a mail server
python -m bench report      documents and the workbook
python -m bench preview     a document previewed on its page
python -m bench pages       pages drawn, and read by many beside those who push
python -m bench live        scores that change, told to a thousand who listen
"""

import sys
from collections.abc import Sequence

from bench import (
    country_dossiers,
    digest_day,
    dossier_import,
    dossiers,
    heart,
    journal,
    lake,
    letters,
    live,
    pages,
    portal_match,
    preview,
    push,
    report,
    spark_counts,
    work,
)
from bench.timing import Line

PARTS = {
    "heart": heart.lines,
    "dossiers": dossiers.lines,
    "work": work.lines,
    "country-dossiers": country_dossiers.lines,
    "lake": lake.lines,
    "spark": spark_counts.lines,
    "push": push.lines,
    "journal": journal.lines,
    "import": dossier_import.lines,
    "portal-list": portal_match.lines,
    "digest": digest_day.lines,
    "letters": letters.lines,
    "report": report.lines,
    "preview": preview.lines,
    "pages": pages.lines,
    "live": live.lines,
}

HEADINGS = ("what | peer", "ours", "peer", "ratio", "promised", "verdict")


def main() -> int:
    """Print the table; 1 where a promise is broken."""
    lines = [line for part in sys.argv[1:] or ["heart"] for line in PARTS[part]()]
    print(table([HEADINGS, *(cells(line) for line in lines)]))
    return 0 if all(line.kept for line in lines) else 1


def cells(line: Line) -> tuple[str, ...]:
    """One line of the table as text."""
    peer = f"{line.peer:.1f} {line.unit}" if line.peer is not None else "–"
    ratio = f"{line.ratio:.2f}" if line.peer is not None else "–"
    promised = f"≤ {line.promised:g}" if line.peer is not None else f"≤ {line.promised:g} {line.unit}"
    return (
        line.what,
        f"{line.ours:.1f} {line.unit}",
        peer,
        ratio,
        promised,
        "kept" if line.kept else "BROKEN",
    )


def table(rows: Sequence[Sequence[str]]) -> str:
    """Rows with their columns aligned: words to the left, figures to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    return "\n".join(
        "  ".join(
            cell.rjust(width) if 0 < at < len(row) - 1 else cell.ljust(width)
            for at, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    )


if __name__ == "__main__":
    sys.exit(main())
