"""Files as offices and collectors have them, each with its right answer or the exact message.

`files/expected.json` says for each what comes out: totals of units and what the person is told. A file
that is read better than before changes there, beside the code that does it.
"""

import json
from pathlib import Path
from typing import Any

import pytest
from table_reading import RULES

from bochiso.errors import BochisoError
from bochiso.intake.dossiers.dossier_files import DossierFile
from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.intake.formats import isolated_reading
from bochiso.intake.result import unit_figures
from bochiso.intake.sources import read_source
from bochiso.score.scoring import score_units
from bochiso.text import Lang

FILES = Path(__file__).parent / "files"
EXPECTED: dict[str, Any] = json.loads((FILES / "expected.json").read_text("utf-8"))
RECORDS = {"pet": read_petitions, "proc": read_procedures, "thu-tuc": read_procedures, "units": read_units}


def dossiers_of(path: Path) -> dict[str, Any]:
    """Moments (UTC) and status of each dossier, and what is said."""
    file = DossierFile(path)
    pieces = list(file.read())
    fields = ("status", "received_at", "due_at", "done_at")
    return {
        "dossiers": {
            row["dossier"]: [str(row[field]) for field in fields]
            for received in pieces
            for row in received.dossiers.to_pylist()
        },
        "told": [
            *(
                f"{each.item}: {each.reason.render(Lang.VI)}"
                for received in pieces
                for each in received.refused
            ),
            *(note.render(Lang.VI) for note in file.notes),
        ],
    }


def what_comes_of(path: Path) -> dict[str, Any]:
    """Totals, or counts of records, and what is said."""
    if path.parent.name == "dossiers":
        return dossiers_of(path)
    of_records = path.parent.name == "records"
    reader = next(
        (read for start, read in RECORDS.items() if of_records and path.name.startswith(start)), None
    )
    try:
        if reader is not None:
            found = reader(path.name, path.read_bytes())
            return {
                "records": found.batch.num_rows,
                "told": [each.render(Lang.VI) for each in (*found.refusals, *found.notes)],
            }
        intake = read_source("auto", [(path.name, path.read_bytes())], RULES)
    except BochisoError as error:
        return {"refused": error.render(Lang.VI)}
    scored = score_units(unit_figures(intake, RULES), RULES)
    return {
        "totals": {one.unit.code: None if one.total is None else str(one.total) for one in scored},
        "told": [each.render(Lang.VI) for each in (*intake.refusals, *intake.notes)],
    }


def every_file() -> list[str]:
    return sorted(
        str(path.relative_to(FILES)) for path in FILES.rglob("*") if path.is_file() and path.parent != FILES
    )


def test_every_file_has_its_answer() -> None:
    assert every_file() == sorted(EXPECTED)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_a_file_gives_its_right_answer(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(isolated_reading, "_inside", True)  # in this process, for speed
    assert what_comes_of(FILES / name) == EXPECTED[name]
