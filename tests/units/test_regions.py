"""Every province of the country is in one region."""

from collections import Counter
from datetime import date

from bochiso.units.provinces import provinces_on
from bochiso.units.regions import region_of, regions


def test_every_province_is_in_one_region() -> None:
    every = Counter(code for region in regions() for code in region.provinces)
    assert every == Counter(each.code for each in provinces_on(date(2026, 10, 7)))
    assert len(regions()) == 6
    found = region_of("H15")
    assert found is not None
    assert "H21" in found.provinces
    assert region_of("H45") is None
