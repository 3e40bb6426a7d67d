"""The tree of folders with what each is for, from the packages' own first lines.

docs/check.py holds it against what stands in a page between the two marks, so that it can't drift.
"""

import ast
import re
from pathlib import Path

PACKAGE = Path(__file__).parents[1] / "bochiso"
MARKS = "<!-- tree -->\n", "<!-- /tree -->\n"
BETWEEN = re.compile(f"(?<={re.escape(MARKS[0])}).*(?={re.escape(MARKS[1])})", re.DOTALL)
"""What is generated on a page."""

SKIPPED = {"migrations", "__pycache__"}


def folder_table() -> str:
    """One row a folder with Python in it, outer before inner, and what it is for."""
    return "\n".join(["| folder | |", "|---|---|", *_rows(PACKAGE)]) + "\n"


def _rows(folder: Path) -> list[str]:
    """The rows of the folders below one."""
    found: list[str] = []
    for inner in sorted(path.parent for path in folder.glob("*/__init__.py")):
        if inner.name in SKIPPED:
            continue
        text = ast.get_docstring(ast.parse((inner / "__init__.py").read_text("utf-8"))) or ""
        name = inner.relative_to(PACKAGE.parent).as_posix()
        found += [f"| `{name}/` | {text.splitlines()[0]} |", *_rows(inner)]
    return found
