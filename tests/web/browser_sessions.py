"""A real Chromium before a real server, and offices' accounts to sign in with."""

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from loopback_server import Served, serving
from playwright.sync_api import Browser, Page, ViewportSize, sync_playwright
from public_pages import PROVINCES, UNITS, bring_in
from waiting import PATIENCE

from bochiso.periods import parse_day
from bochiso.simulate.rhythm import Rhythm
from bochiso.simulate.writing import write_province
from bochiso.store.decisions.publications import propose
from bochiso.store.dossiers.file_import import import_dossiers, import_records
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import AccountProfile, add_account
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings
from bochiso.text import now

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
# Nothing that a browser would tell or fetch by itself.
QUIET = [
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync",
]  # fmt: skip
PASSWORD = "thu-bay-nay-troi-mua-to"
AXE = (Path(__file__).parent / "vendor" / "axe.min.js").read_text()
ACCOUNTS = {
    "lan": AccountProfile("Nguyễn Thị Lan", Role.OFFICE),
    "minh": AccountProfile("Trần Văn Minh", Role.OFFICE),
    "hoa": AccountProfile("Lê Thị Hòa", Role.UNIT, "H21.17"),
    "yen": AccountProfile("Đỗ Hải Yến", Role.UNIT, "H21.05"),
    "my": AccountProfile("Trần Thị Mỹ", Role.UNIT, "H21.212"),
    "sep": AccountProfile("Bùi Đức Sếp", Role.LEADER),
    "quan": AccountProfile("Phạm Anh Quân", Role.ADMINISTRATOR),
}


DESKTOP = ViewportSize(width=1280, height=900)


@dataclass(frozen=True)
class Office:
    """A server with figures of H21 and of the provinces, and a browser before it."""

    served: Served
    browser: Browser
    _pages: dict[str | None, tuple[Page, list[str]]] = field(default_factory=dict)

    @property
    def url(self) -> str:
        return self.served.url

    @contextmanager
    def page(self, name: str | None = None, *, dark: bool = False) -> Iterator[Page]:
        """The page of a visitor, or of someone who signed in, and stays so; errors of scripts fail the test.

        It goes from test to test, since another would need a process of its own. `dark`: as on a device that
        asks for dark pages.
        """
        if name not in self._pages:
            self._pages[name] = self._open(name)
        page, errors = self._pages[name]
        page.set_viewport_size(DESKTOP)
        page.emulate_media(color_scheme="dark" if dark else "light")
        yield page
        assert not errors

    @contextmanager
    def own_page(self, name: str | None = None, **options: object) -> Iterator[Page]:
        """A page that nobody has besides, for who signs in or out or needs another browser."""
        page, errors = self._open(name, **options)
        try:
            yield page
        finally:
            page.context.close()
        assert not errors

    def _open(self, name: str | None, **options: object) -> tuple[Page, list[str]]:
        context = self.browser.new_context(locale="vi-VN", viewport=DESKTOP, **options)  # type: ignore[arg-type]
        page = context.new_page()
        errors: list[str] = []
        page.on("pageerror", lambda error: errors.append(str(error)))
        page.on("console", lambda m: errors.append(m.text) if "Content Security" in m.text else None)
        page.set_default_timeout(1000 * PATIENCE)
        if name is not None:
            sign_in(page, self.url, name)
        return page, errors


def sign_in(page: Page, url: str, name: str) -> None:
    page.goto(f"{url}/dang-nhap")
    page.get_by_label("Tên đăng nhập").fill(name)
    page.get_by_label("Mật khẩu").fill(PASSWORD)
    page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
    page.wait_for_url(lambda found: "/dang-nhap" not in found)


def fill(folder: DataFolder, files: Path) -> None:
    """Figures of two days, dossiers of the same province, accounts, one snapshot published."""
    bring_in(folder, *PROVINCES, *UNITS)
    write_province(files, "H21", 600, 1, Rhythm(parse_day("2026-09-01"), parse_day("2026-10-06")))
    for kind in ("units", "procedures"):
        import_records(folder, kind, [(f"{kind}.csv", (files / f"{kind}.csv").read_bytes())])
    import_dossiers(folder, [files / "dossiers.jsonl", files / "steps.jsonl"])
    with open_ledger(folder, make=True) as ledger, open_store(folder) as store:
        by = By("#test", now())
        for name, profile in ACCOUNTS.items():
            add_account(ledger, name, profile, PASSWORD, by, must_change=False)
        change_settings(ledger, {"province": "H21", "notice": "Số liệu để thử."}, by)
        for snapshot in store.snapshots():
            if snapshot.as_of < parse_day("2026-10-07"):
                propose(ledger, store, snapshot, by)


@contextmanager
def open_office(folder: Path) -> Iterator[Office]:
    if CHROMIUM is None:
        pytest.skip("no Chromium on this machine")
    data = DataFolder(folder / "data")
    fill(data, folder / "files")
    with serving(data, unit="H21") as served, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=QUIET, timeout=1000 * PATIENCE)
        yield Office(served, browser)
        browser.close()


WCAG = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice")
WORDS_AND_COLOURS = ("cat.color", "cat.language", "cat.name-role-value", "cat.text-alternatives")
"""What axe looks at, by the tags of its rules: everything; or what can differ where the same page is shown in
another language and other colours."""

# Rows, items and marks of one shape beyond the third are taken out while axe looks: what it says of a shape
# it says of each of them, and a table of a hundred communes costs it seconds. Then they are put back.
_LOOK = """async ([source, tags]) => {
  if (!window.axe) (0, eval)(source)
  const told = new Set(["class", "role", "type", "scope", "fill", "aria-hidden", "aria-current", "tabindex"])
  const shape = each => each.nodeType === 3 ? (each.data.trim() && "t") : each.nodeType !== 1 ? "" :
    `${each.localName}[${[...each.attributes].map(a => told.has(a.name) ? a.name + a.value : a.name)}]` +
    `(${[...each.childNodes].map(shape).join("")})`
  const ids = [...document.querySelectorAll("[id]")].map(each => each.id)
  const twice = ids.filter((id, n) => ids.indexOf(id) !== n).map(id => "twice: " + id)
  const taken = []
  for (const list of document.querySelectorAll("tbody, ul, ol, .rules, select, svg, svg g")) {
    const seen = {}
    for (const each of [...list.children]) {
      const known = shape(each)
      seen[known] = (seen[known] || 0) + 1
      if (seen[known] > 3) { taken.push([each, list, each.nextSibling]); each.remove() }
    }
  }
  const runOnly = {type: "tag", values: tags}
  const rules = {"color-contrast-enhanced": {enabled: false}}  // of level AAA
  const options = {runOnly, rules, resultTypes: ["violations"], preload: false}
  const found = (await axe.run(document, options)).violations
  for (const [each, list, next] of taken.reverse()) list.insertBefore(each, next)
  const told_of = v => v.id + ": " + v.nodes.slice(0, 3).map(n => n.target.join(" ")).join("; ")
  return [...twice, ...found.map(told_of)]
}"""


def violations(page: Page, tags: Sequence[str] = WCAG) -> list[str]:
    """What axe-core finds against WCAG 2.2 AA; and ids that stand on the page twice, be it in any row.

    Style sheets are not fetched again for the one rule that reads them, on the device's orientation:
    tests/web/test_static_files.py holds that ours says nothing of that.
    """
    found: list[str] = page.evaluate(_LOOK, [AXE, list(tags)])
    return found


NARROW = (320, 390, 640)
"""Widths at which nothing may be moved sideways: 1,280 pixels at 400%; a phone; 1,280 at 200%."""


def sideways(page: Page, widths: Sequence[int] = NARROW) -> list[int]:
    """The widths at which the page would have to be moved sideways; it is left as wide as a desktop's."""
    found = []
    for width in widths:
        page.set_viewport_size({"width": width, "height": 800})
        if page.evaluate("document.documentElement.scrollWidth") > width:
            found.append(width)
    page.set_viewport_size(DESKTOP)
    return found
