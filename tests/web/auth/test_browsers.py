"""What kind of browser somebody signed in by, as its owner would say it."""

import pytest

from bochiso.text import Lang
from bochiso.web.auth.browsers import browser_words, kind_of

APPLE = "AppleWebKit/605.1.15 (KHTML, like Gecko)"
CHROME = "AppleWebKit/537.36 (KHTML, like Gecko) Chrome/142.0.0.0"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36", "Chrome trên Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0; Win64; x64) {CHROME} Safari/537.36 Edg/142.0", "Edge trên Windows"),
        (f"Mozilla/5.0 (Windows NT 10.0) coc_coc_browser/130 {CHROME} Safari/537.36", "Cốc Cốc trên Windows"),
        (f"Mozilla/5.0 (Linux; Android 15; K) {CHROME} Mobile Safari/537.36", "Chrome trên Android"),
        (f"Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) {APPLE} Version/18.0 Safari/604.1",
         "Safari trên iPhone"),
        (f"Mozilla/5.0 (Macintosh; Intel Mac OS X) {APPLE} Version/18.0 Safari/605.1", "Safari trên macOS"),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox trên Linux"),
        ("Konqueror (X11; Linux)", "trình duyệt khác trên Linux"),
        ("Firefox/145.0", "Firefox"),
        ("curl/8.0", "không rõ trình duyệt"),
        ("", "không rõ trình duyệt"),
        ("<script>alert(1)</script>" * 1000, "không rõ trình duyệt"),
    ],
)  # fmt: skip
def test_a_browser_is_known_by_its_kind_and_system_alone(said: str, words: str) -> None:
    kept = kind_of(said)
    assert len(kept) <= 40
    assert browser_words(kept).render(Lang.VI) == words


def test_what_another_version_kept_is_no_fault() -> None:
    assert browser_words("brave plan9").render(Lang.VI) == "không rõ trình duyệt"
