"""Every province of the country is in one region."""

from collections import Counter
from datetime import date

from bochiso.units.provinces import provinces_on
from bochiso.units.regions import regions


def test_every_province_is_in_one_region() -> None:
    every = Counter(code for region in regions() for code in region.provinces)
    assert every == Counter(each.code for each in provinces_on(date(2026, 10, 7)))
    assert len(regions()) == 6
    (found,) = (each.provinces for each in regions() if "H15" in each.provinces)
    assert "H21" in found
    assert "H45" not in every
