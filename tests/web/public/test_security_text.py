"""Whom to tell of a weakness of the site, where programs look for it (RFC 9116)."""

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from public_pages import UNITS, bring_in, pages_of, site_on

from bochiso.store.folder import DataFolder
from bochiso.store.people.settings import ServerSettings
from bochiso.text import now
from bochiso.web.core.page_services import PageServices, Renderer
from bochiso.web.public.site_files import SECURITY_PATH, contact_addresses, security_text

AT = datetime(2026, 11, 29, 3, tzinfo=UTC)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    return bring_in(DataFolder(tmp_path_factory.mktemp("told") / "data"), UNITS[0])


def with_settings(site: PageServices, settings: ServerSettings) -> PageServices:
    return replace(site, drawing=Renderer(lambda: settings))


@pytest.mark.parametrize(
    ("contact", "found"),
    [
        ("cchc@daklak.gov.vn", ["mailto:cchc@daklak.gov.vn"]),
        ("Văn phòng UBND tỉnh, 09 Lê Duẩn, ĐT: 0262.3852024", ["tel:+842623852024"]),
        ("(0262) 385 2024 – vp-ubnd@daklak.gov.vn", ["mailto:vp-ubnd@daklak.gov.vn", "tel:+842623852024"]),
        ("+84 905 123 456; 0905 123 456", ["tel:+84905123456"]),
        ("xem https://daklak.gov.vn/lien-he.", ["https://daklak.gov.vn/lien-he"]),
        ("Văn phòng UBND tỉnh, số 09 Lê Duẩn, 2026-10-02", []),
        ("", []),
    ],
)
def test_the_addresses_in_what_an_office_wrote_are_found(contact: str, found: list[str]) -> None:
    assert contact_addresses(contact) == found


@given(st.text(max_size=80))
@example("a@b.vn\r\nContact: mailto:x@y.z")
def test_whatever_was_written_each_line_is_one_field(contact: str) -> None:
    told = security_text(contact, "https://chiso.example.vn", AT)
    if told is None:
        return
    for line in told.splitlines():
        assert re.fullmatch(r"(Contact|Expires|Preferred-Languages|Canonical): [!-~]+(, [!-~]+)?", line)
    assert told.count("Expires: ") == told.count("Canonical: ") == 1


def test_it_is_given_as_text_and_ends_within_a_year(folder: DataFolder) -> None:
    site = site_on(folder)
    said = ServerSettings(contact="cchc@daklak.gov.vn", public_url="https://chiso.example.vn")
    answer = pages_of(with_settings(site, said)).get(SECURITY_PATH)
    assert (answer.status_code, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    assert "Contact: mailto:cchc@daklak.gov.vn\n" in answer.text
    assert f"Canonical: https://chiso.example.vn{SECURITY_PATH}\n" in answer.text
    ends = datetime.fromisoformat(re.findall("Expires: (.*)", answer.text)[0])
    assert timedelta(days=30) < ends - now() < timedelta(days=365)
    assert answer.headers["cache-control"] == "public, max-age=86400"


@pytest.mark.parametrize("contact", [None, "Văn phòng UBND tỉnh"])
def test_without_an_address_there_is_none(folder: DataFolder, contact: str | None) -> None:
    site = with_settings(site_on(folder), ServerSettings(contact=contact))
    assert pages_of(site).get(SECURITY_PATH).status_code == 404
