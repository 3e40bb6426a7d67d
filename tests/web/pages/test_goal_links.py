"""One press leads from the start page, and from a unit's, to what brings the goal; a site of files, too."""

from pathlib import Path

import pytest
from public_pages import PROVINCES, UNITS, Pages, bring_in, pages_of, site_on

from bochiso.store.folder import DataFolder


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return bring_in(DataFolder(Path(tmp_path_factory.mktemp("links")) / "data"), *PROVINCES, *UNITS)


def pages(folder: DataFolder, *, static: bool = False) -> Pages:
    return pages_of(site_on(folder, home="H21", static=static))


@pytest.mark.parametrize(
    ("path", "link"),
    [("/", "/muc-tieu/H21"), ("/tinh/H20", "/muc-tieu/H20"), ("/don-vi/H21.212", "/muc-tieu/H21.212"),
     ("/don-vi", "/khoang-hang"), ("/en/", "/en/muc-tieu/H21")],
)  # fmt: skip
def test_one_press_leads_to_it(folder: DataFolder, path: str, link: str) -> None:
    site = pages(folder)
    assert f'href="{link}"' in site.page(path)
    assert site.get(link).status_code == 200


def test_a_site_of_files_has_the_way_of_its_own_province_alone(folder: DataFolder) -> None:
    site = pages(folder, static=True)
    assert "muc-tieu/H21/index.html" in site.page("/")
    assert "muc-tieu" not in site.page("/tinh/H20")
    assert "muc-tieu" not in site.page("/don-vi/H21.212")
