"""Make the pictures again from real output: `python docs/pictures.py`.

Needs Chromium, LibreOffice and pdftoppm. Terminal pictures and the document are of the real figures in
bochiso/examples/, pages of the simulated province of `bochiso demo --web`.
"""

import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from playwright.sync_api import Browser, Page, sync_playwright
from rich.console import Console
from rich.terminal_theme import TerminalTheme

from bochiso.cli.commands.demo import bring_examples_in
from bochiso.cli.commands.explain import print_explanation
from bochiso.cli.commands.rank import print_ranking
from bochiso.cli.web_demo import PROVINCE, Trial, prepare
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.permissions import Role
from bochiso.store.snapshots.queries import explained, rankings
from bochiso.units.model import Level

PICTURES = Path(__file__).parent / "pictures"
COLUMNS = 122
PAGE_WIDTH = 1120
MOST_BYTES = 250_000
"""A picture of more is refused: readers load them all."""

QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
"""Nothing that a browser would tell or fetch by itself."""

LIGHT = TerminalTheme(
    (255, 255, 255),
    (36, 41, 47),
    [(36, 41, 47), (207, 34, 46), (17, 99, 41), (125, 78, 0), (9, 105, 218), (130, 80, 223),
     (27, 124, 131), (110, 119, 129)],
)  # fmt: skip

TERMINAL = """<!doctype html><meta charset="utf-8"><style>
body {{ margin: 0; padding: 18px 22px; background: #fff; color: #24292f; width: max-content }}
h1 {{ font: 15px "Noto Sans Mono", monospace; color: #57606a; margin: 0 0 14px }}
pre {{ font: 15px/1.32 "Noto Sans Mono", monospace; margin: 0 }}
</style><h1>$ {command}</h1><pre>{code}</pre>"""


def main() -> None:
    """Make every picture."""
    PICTURES.mkdir(exist_ok=True)
    with TemporaryDirectory() as place, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=_program("chromium"), args=QUIET)
        real = DataFolder(Path(place) / "examples")
        bring_examples_in(real)
        _draw_terminal(browser, real)
        _draw_document(real.root, Path(place))
        web = DataFolder(Path(place) / "web")
        trials = {trial.role: trial for trial in prepare(web)}
        with _serving(web.root) as url:
            _draw_pages(browser, url, trials[Role.OFFICE])
        browser.close()
    large = [path.name for path in PICTURES.glob("*.png") if path.stat().st_size > MOST_BYTES]
    if large:
        sys.exit(f"larger than {MOST_BYTES} bytes: {', '.join(large)}")


def _program(*names: str) -> str:
    found = next((path for name in names if (path := shutil.which(name))), None)
    return found or sys.exit(f"{names[0]} is not on this machine")


def _draw_terminal(browser: Browser, data: DataFolder) -> None:
    with open_store(data) as store:
        (departments,) = rankings(
            store, level=Level.DEPARTMENT, as_of="2026-10-10", period=None, against=None,
            rules=None, within="H15",
        )  # fmt: skip
        unit = explained(store, "H15", as_of="2026-10-10", period=None, against=None, rules=None)
    _draw_printed(
        browser,
        "rank",
        "bochiso rank --level department --province H15",
        lambda console: print_ranking(console, departments),
    )
    _draw_printed(browser, "explain", "bochiso explain H15", lambda console: print_explanation(console, unit))


def _draw_printed(browser: Browser, name: str, command: str, show: Callable[[Console], None]) -> None:
    """Save what `show` prints on a console."""
    console = Console(record=True, width=COLUMNS, file=StringIO(), highlight=False, force_terminal=True)
    show(console)
    code = console.export_html(theme=LIGHT, inline_styles=True, code_format="{code}")
    page = browser.new_page(viewport={"width": COLUMNS * 10, "height": 600})
    page.set_content(TERMINAL.format(command=command, code=code))
    page.locator("body").screenshot(path=PICTURES / f"{name}.png")
    page.close()


@contextmanager
def _serving(data: Path) -> Iterator[str]:
    """A server on loopback, as a person starts it; gives its address."""
    program = Path(sys.executable).parent / "bochiso"
    with subprocess.Popen(
        [program, "serve", "--port", "0", "--data", data, "--lang", "vi"], stderr=subprocess.PIPE, text=True
    ) as server:
        try:
            assert server.stderr is not None
            yield next(found[0] for line in server.stderr if (found := re.search(r"http://[\d.:]+\d", line)))
        finally:
            server.terminate()
            server.communicate()


def _draw_pages(browser: Browser, url: str, officer: Trial) -> None:
    page = browser.new_page(viewport={"width": PAGE_WIDTH, "height": 800}, locale="vi-VN")
    _draw_page(page, "province", f"{url}/", 1000)
    _draw_page(page, "units", f"{url}/don-vi", 800)
    _draw_page(page, "unit", f"{url}/don-vi/{PROVINCE}.05", 800, "Điểm đạt được")
    _draw_page(page, "goal", f"{url}/muc-tieu/{PROVINCE}", 1000)
    _draw_page(page, "indicator", f"{url}/chi-so/2.1", 1000)
    page.goto(f"{url}/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(officer.name)
    page.get_by_label("Mật khẩu").fill(officer.password)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda found: "/dang-nhap" not in found)
    _draw_page(page, "dossiers", f"{url}/ho-so", 800)
    _draw_page(page, "today", f"{url}/hom-nay", 640)
    _draw_page(page, "tasks", f"{url}/nhiem-vu/1", 800)
    _draw_page(page, "alarms", f"{url}/bat-thuong", 640)
    _draw_page(page, "explanations", f"{url}/giai-trinh/1", 800, "Giải trình về")
    _draw_page(page, "objections", f"{url}/kien-nghi/1", 700, "Xem trước số liệu")


def _draw_page(page: Page, name: str, address: str, height: int, heading: str | None = None) -> None:
    """Save the top of a page, or what follows a heading of it."""
    page.set_viewport_size({"width": PAGE_WIDTH, "height": height})
    page.goto(address)
    page.evaluate("document.fonts.ready")
    if heading is not None:
        page.get_by_role("heading", name=heading).evaluate("each => each.scrollIntoView()")
    page.screenshot(path=PICTURES / f"{name}.png")


def _draw_document(data: Path, place: Path) -> None:
    """Save the first page of the weekly report."""
    program = Path(sys.executable).parent / "bochiso"
    week = ["report", "week", "--as-of", "2026-10-07", "--province", "H21", "--data", data]
    subprocess.run([program, *week, "-o", place / "report"], check=True)
    (pdf,) = (place / "report").glob("*.pdf")
    first = ["-png", "-r", "80", "-f", "1", "-l", "1", "-singlefile"]
    subprocess.run([_program("pdftoppm"), *first, pdf, PICTURES / "report"], check=True)


if __name__ == "__main__":
    main()
