"""The page of documents: what it says before a document is signed is what the command says."""

from pathlib import Path

from command_runner import EXAMPLES, run
from loopback_server import serving
from officer_clients import officer

from bochiso.store.folder import DataFolder


def test_the_page_says_all_that_the_reader_must_know(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    table = EXAMPLES / "units-H21-2026-10-07.csv"
    asked = ("--as-of", "2026-10-07", "--data", folder.root)
    assert run("import", "points", table, *asked).code == 0
    told = run("report", "week", *asked, "-o", tmp_path / "out").err
    with serving(folder) as served, officer(served) as lan:
        page = lan.get("/van-ban?loai=week&ky=2026/2026-10-07").text
    for note in (
        "Chưa có kỳ trước để so sánh nên văn bản không có phần tăng, giảm.",
        "Không có số liệu xếp hạng tỉnh của kỳ này nên văn bản không nêu kết quả chung của tỉnh.",
    ):
        assert note in told
        assert note in page
