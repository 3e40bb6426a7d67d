"""The eras of the published scale: every day belongs to one, and a table that says otherwise is refused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bochiso.rules.eras import builtin_eras, era_of, read_eras
from bochiso.rules.file.problems import RuleFileError
from bochiso.rules.loader import builtin_ids
from bochiso.text import Lang

TWO = """eras:
  - {{code: cu, names: {{vi: thang cũ, en: old}}, last: {last}, source: công văn}}
  - {{code: moi, names: {{vi: thang mới, en: new}}, first: {first}, rules: qd766, source: công văn}}
"""


def refused(text: str) -> str:
    with pytest.raises(RuleFileError) as caught:
        read_eras(text, "eras.yaml")
    return caught.value.render(Lang.VI)


def test_the_published_scale_broke_between_april_and_september_2026() -> None:
    april, october = (era_of(builtin_eras(), day) for day in (date(2026, 4, 20), date(2026, 10, 6)))
    assert april != october
    assert (april.known, october.rules) == (False, "qd766")
    assert era_of(builtin_eras(), date(2024, 8, 5)) == april
    assert all(era.source and era.rules in (None, *builtin_ids()) for era in builtin_eras())


@given(st.dates(date(2022, 1, 1), date(2030, 1, 1)))
def test_every_day_belongs_to_exactly_one_era(day: date) -> None:
    eras = builtin_eras()
    holding = [e for e in eras if (e.first is None or e.first <= day) and (e.last is None or day <= e.last)]
    assert holding == [era_of(eras, day)]


@given(st.dates(date(2024, 1, 1), date(2028, 1, 1)), st.integers(-400, 400))
def test_eras_follow_each_other_without_gap_or_overlap_or_are_refused(last: date, gap: int) -> None:
    text = TWO.format(last=last, first=last + timedelta(days=gap))
    if gap == 1:
        assert [each.code for each in read_eras(text, "eras.yaml")] == ["cu", "moi"]
    else:
        said = refused(text)
        assert said.startswith("eras.yaml, dòng 3, mục eras.moi.first: ")
        assert ("chồng lên giai đoạn cu" in said) == (gap < 1)
        assert ("không thuộc giai đoạn nào" in said) == (gap > 1)


GOOD = TWO.format(last="2026-08-31", first="2026-09-01")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("eras: []", "chưa có giai đoạn nào"),
        ("khac: 1", "chưa có giai đoạn nào"),
        (TWO.format(last="hôm qua", first="2026-09-01"), "“hôm qua” không phải ngày"),
        (GOOD.replace("moi", "cu"), "mã cu đã dùng"),
        (GOOD.replace("rules:", "bo:"), "mục nào tên “bo”"),
        (GOOD.replace(", source: công văn", ""), "chưa ghi mục này"),
        (GOOD.replace("first: 2026-09-01, ", ""), "chỉ giai đoạn đầu"),
    ],
    ids=["none", "another file", "no day", "code twice", "unknown key", "no source", "no first day"],
)  # fmt: skip
def test_a_table_that_cannot_be_used_says_why(text: str, told: str) -> None:
    assert told in refused(text)
