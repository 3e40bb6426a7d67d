"""Make the README's pictures again from real output: `python docs/pictures.py` (needs Chromium)."""

import subprocess
import tempfile
from collections.abc import Callable
from io import StringIO
from pathlib import Path

from rich.console import Console
from rich.terminal_theme import TerminalTheme

from bochiso.cli.commands.demo import bring_examples_in
from bochiso.cli.commands.explain import print_explanation
from bochiso.cli.commands.rank import print_ranking
from bochiso.store.folder import DataFolder
from bochiso.store.store import open_store
from bochiso.store.views import explained, rankings
from bochiso.units.model import Level

PICTURES = Path(__file__).parent / "pictures"
WIDTH = 122

LIGHT = TerminalTheme(
    (255, 255, 255),
    (36, 41, 47),
    [(36, 41, 47), (207, 34, 46), (17, 99, 41), (125, 78, 0), (9, 105, 218), (130, 80, 223),
     (27, 124, 131), (110, 119, 129)],
)  # fmt: skip

PAGE = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 18px 22px; background: #fff; color: #24292f }}
h1 {{ font: 15px "Noto Sans Mono", monospace; color: #57606a; margin: 0 0 14px }}
pre {{ font: 15px/1.32 "Noto Sans Mono", monospace; margin: 0 }}
</style><h1>$ {command}</h1><pre>{code}</pre>"""


def draw(name: str, command: str, show: Callable[[Console], None]) -> None:
    """Save what `show` prints on a console as docs/pictures/NAME.png."""
    console = Console(record=True, width=WIDTH, file=StringIO(), highlight=False, force_terminal=True)
    show(console)
    code = console.export_html(theme=LIGHT, inline_styles=True, code_format="{code}")
    lines = code.count("\n")
    with tempfile.TemporaryDirectory() as folder:
        page = Path(folder) / "page.html"
        page.write_text(PAGE.format(command=command, code=code), "utf-8")
        subprocess.run(
            ["chromium", "--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars",
             "--disable-background-networking", f"--user-data-dir={folder}/profile",
             f"--window-size={WIDTH * 9 + 60},{lines * 20 + 90}",
             f"--screenshot={PICTURES / name}.png", page.as_uri()],
            check=True,
            capture_output=True,
        )  # fmt: skip


def main() -> None:
    """Make every picture."""
    PICTURES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        data = DataFolder(Path(folder) / "data")
        bring_examples_in(data)
        with open_store(data) as store:
            (departments,) = rankings(
                store, level=Level.DEPARTMENT, as_of="2026-10-07", period=None, against="2026-10-02",
                rules=None, within=None,
            )  # fmt: skip
            draw(
                "rank",
                "bochiso rank --level department --against 2026-10-02",
                lambda console: print_ranking(console, departments),
            )
            unit = explained(store, "H20", as_of="2026-10-10", period=None, against=None, rules=None)
            draw("explain", "bochiso explain H20", lambda console: print_explanation(console, unit))


if __name__ == "__main__":
    main()
