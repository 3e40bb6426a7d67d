"""A folder with figures of before the mergers and after them: Đắk Lắk and Phú Yên, and communes of theirs."""

from pathlib import Path

from command_runner import run

from bochiso.store.folder import DataFolder


def table(**counts: tuple[int, int]) -> str:
    """Counts of indicator 3.3 by unit; H15_1 stands for the commune H15.1."""
    rows = ["unit,unit_name,level,parent,indicator,numerator,denominator"]
    for code, (top, bottom) in counts.items():
        unit, below = code.replace("_", "."), "_" in code
        level, parent = ("commune", code[:3]) if below else ("province", "")
        rows.append(f"{unit},Đơn vị {unit},{level},{parent},ONLINE_FILING,{top},{bottom}")
    return "\n".join(rows)


def bring_in(folder: DataFolder, where: Path, day: str, text: str) -> None:
    """Import a table of the year that ends with a day, or runs on it."""
    (where / f"{day}.csv").write_text(text, "utf-8")
    asked = ("--as-of", day, "--period", day[:4], "--data", folder.root)
    done = run("import", "measures", where / f"{day}.csv", *asked)
    assert done.code == 0, done.err


def merged_folder(where: Path) -> DataFolder:
    """2024: Đắk Lắk and Phú Yên, with two communes; 2026: both in one, on two days, and one commune."""
    made = DataFolder(where / "data")
    bring_in(made, where, "2024-12-31", table(H15=(70, 100), H45=(20, 50), H15_1=(3, 4), H15_2=(10, 30)))
    bring_in(made, where, "2026-09-30", table(H15=(120, 180), H15_50=(20, 30)))
    bring_in(made, where, "2026-10-07", table(H15=(150, 200), H15_50=(30, 33)))
    (where / "sap-xep.csv").write_text(
        "old,new,last,share,source\nH15.1,H15.50,2025-06-30,1,NQ 1660\nH15.2,H15.50,2025-06-30,0.5,NQ 1660\n"
        "H15.2,H15.51,2025-06-30,0.5,NQ 1660\n"
    )
    assert run("units", "predecessors", where / "sap-xep.csv", "--data", made.root).code == 0
    return made
