"""Every dossier, petition and procedure counts where it belongs, once, and is told of where it doesn't."""

from pathlib import Path

from offices import UNITS, bring, dossier, measured
from running import run


def ranked(data: Path) -> set[str]:
    return {row["unit"] for row in run("rank", "--measured", "--format", "json", "--data", data).json}


def test_a_later_measurement_of_a_day_replaces_the_earlier_one_whole(tmp_path: Path) -> None:
    data = tmp_path / "data"
    bring(data, "dossiers", [dossier(), dossier("H15.02.07-260301-0001")])
    measured(data)
    assert "H15.02.07" in ranked(data)
    bring(data, "units", UNITS)
    figures = measured(data)
    assert ranked(data) == {unit for unit, _ in figures} == {row["unit"] for row in UNITS}
    taken = run("rank", "--level", "department", "--measured", "--format", "json", "--data", data).json
    assert {row["of"] for row in taken} == {2}
