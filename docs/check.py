"""Check that the documents are true: links lead somewhere, commands exist, printed output is what is printed.

A block marked ```console holds commands (`$ bochiso …`) and what they print, standard output and
messages together; the blocks of one page run in order in one empty folder with the example tables
in it, and with the blocks whose first line is their name as a comment, `# name.py`. A line "…" stands
for any lines, "…" inside a line for any text. What stands between the marks of docs/names.py and
docs/tree.py is what they generate. A path that docs/architecture.md or CONTRIBUTING.md names exists.

    python docs/check.py            all pages
    python docs/check.py --update   write what was printed into the pages

A command that ends in an error where the page shows none is never written into it.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

import names
import tree

from bochiso.cli import COMMANDS

ROOT = Path(__file__).parents[1]
PAGES = [
    ROOT / "README.md",
    ROOT / "CONTRIBUTING.md",
    ROOT / "SECURITY.md",
    ROOT / "CHANGELOG.md",
    *sorted((ROOT / "docs").rglob("*.md")),
]
BLOCK = re.compile(r"^```console\n(.*?)^```$", re.M | re.S)
KEPT = re.compile(r"^```\w+\n# ([\w-]+\.\w+)\n(.*?)^```$", re.M | re.S)
"""A block that is a file: its name stands in its first line."""
LINK = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
MOMENT = re.compile(r"\d\d:\d\d ngày \d\d/\d\d/\d{4}")
"""A moment of the run itself, different every time."""
COMMAND = re.compile(r"`bochiso ([a-z]+)")
MAPS = [ROOT / "CONTRIBUTING.md", ROOT / "docs" / "architecture.md"]
"""Pages that say where things are."""
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.*-]*)`")
"""A path inside the repository, or inside the package. What a data folder holds is named without a slash."""
ERRORS = ("Lỗi", "Error", "Traceback")
"""How what is printed begins where a command failed."""

GENERATED = [(names.BETWEEN, names.name_table), (tree.BETWEEN, tree.folder_table)]


def check_page(page: Path, *, update: bool) -> list[str]:
    """What is wrong with one page."""
    text = page.read_text("utf-8")
    name = page.relative_to(ROOT) if page.is_relative_to(ROOT) else Path(page.name)
    wrong = [
        f"{name}: the link {target} leads nowhere"
        for target in LINK.findall(text)
        if not (page.parent / target).exists()
    ]
    wrong += [
        f"{name}: there is no command `bochiso {command}`"
        for command in COMMAND.findall(text)
        if command not in COMMANDS
    ]
    refused: list[str] = []
    with tempfile.TemporaryDirectory() as folder:
        for table in (ROOT / "bochiso" / "examples").iterdir():
            shutil.copy(table, folder)
        for each in KEPT.finditer(text):
            (Path(folder) / each[1]).write_text(each[2], "utf-8")
        new = BLOCK.sub(lambda block: _run_block(block, Path(folder), name, wrong, refused), text)
    if page in MAPS:
        wrong += [f"{name}: there is no `{path}`" for path in PATH.findall(text) if not _exists(path)]
    for between, made in GENERATED:
        if (listed := between.search(new)) and listed[0] != made():
            wrong.append(f"{name}: a table isn't what `python docs/check.py --update` makes")
            new = between.sub(lambda _, made=made: made(), new)  # type: ignore[misc]
    if update and new != text:
        page.write_text(new, "utf-8")
        return refused
    return wrong


def _exists(path: str) -> bool:
    """Whether a path names something of the repository; a star stands for any name."""
    return any(any(root.glob(path.rstrip("/"))) for root in (ROOT, ROOT / "bochiso"))


def _run_block(block: re.Match[str], folder: Path, page: Path, wrong: list[str], refused: list[str]) -> str:
    """The block as it should be; what differs goes into `wrong`, what no page should say into `refused`."""
    parts = re.split(r"^\$ ", block[1], flags=re.M)[1:]
    shown: list[str] = []
    for part in parts:
        command, _, expected = part.partition("\n")
        printed, failed = _run(command, folder)
        if not _matches(expected, printed):
            wrong.append(f"{page}: `{command}` prints\n{printed}\nnot\n{expected}")
            if failed and not _shows_error(expected):
                refused.append(wrong[-1])
            else:
                expected = MOMENT.sub("…", printed)
        shown.append(f"$ {command}\n{expected}")
    return "```console\n" + "".join(shown) + "```"


def _shows_error(text: str) -> bool:
    """Whether a page shows that a command fails."""
    return any(line.startswith(ERRORS) for line in text.splitlines())


def _run(command: str, folder: Path) -> tuple[str, bool]:
    """What a command prints, and whether it ended in an error."""
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    done = subprocess.run(
        command,
        shell=True,
        cwd=folder,
        env={**os.environ, "PATH": path, "COLUMNS": "110"},
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    printed = "\n".join(line.rstrip() for line in done.stdout.splitlines()) + "\n"
    return printed, done.returncode not in (0, 1) or _shows_error(printed)


def _matches(expected: str, printed: str) -> bool:
    pattern = re.escape(expected.rstrip("\n"))
    pattern = re.sub(r"(^|\n)…(\\\n|$)", r"\1(?:.*\n)*?", pattern).replace("…", ".*")
    return re.fullmatch(pattern, printed.rstrip("\n")) is not None or (
        expected.rstrip().endswith("\n…") and printed.startswith(expected.rstrip().removesuffix("…"))
    )


def main() -> int:
    """Check every page; 1 if anything is wrong."""
    update = "--update" in sys.argv
    wrong = [each for page in PAGES for each in check_page(page, update=update)]
    for each in wrong:
        print(each, file=sys.stderr)
    if not wrong:
        print(f"{len(PAGES)} pages are true")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
