"""Changes of counts in words."""

import pytest

from bochiso.followup.change_words import change_sentence
from bochiso.rules.loader import load_rules
from bochiso.score.count_changes import CountChange
from bochiso.score.figures import Count
from bochiso.text import Lang

QD766 = load_rules("qd766")


def told(before: Count, after: Count, code: str = "RESOLVED_ON_TIME", lang: Lang = Lang.VI) -> str | None:
    found = change_sentence(CountChange(QD766.indicator[code], before, after, None, None))
    return found.render(lang) if found else None


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        (Count(2068, 2186), Count(2112, 2238), "thêm 52 hồ sơ, số quá hạn tăng 8 (từ 118 lên 126)"),
        (Count(90, 100), Count(100, 110), "thêm 10 hồ sơ, số quá hạn giữ nguyên 10"),
        (Count(90, 100), Count(101, 110), "thêm 10 hồ sơ, số quá hạn giảm 1 (từ 10 xuống 9)"),
        (Count(100, 100), Count(1110, 1110), "thêm 1.010 hồ sơ, không có trường hợp nào quá hạn"),
        (Count(90, 100), Count(88, 100), "không thêm hồ sơ nào, số quá hạn tăng 2 (từ 10 lên 12)"),
        (Count(90, 100), Count(80, 90), "bớt 10 hồ sơ, số quá hạn giữ nguyên 10"),
    ],
)
def test_the_net_is_told_and_never_which_case_is_which(before: Count, after: Count, said: str) -> None:
    assert told(before, after) == said


def test_each_indicator_has_its_own_words() -> None:
    assert told(Count(1, 2), Count(2, 4), "PETITION_PROCESSING_ON_TIME") == (
        "thêm 2 phản ánh, kiến nghị, số xử lý quá hạn tăng 1 (từ 1 lên 2)"
    )
    assert told(Count(1, 2), Count(2, 4), "ONLINE_PROVISION", Lang.EN) == (
        "2 more procedures; 1 more not online (1 to 2)"
    )


def test_nothing_is_said_where_counts_lack() -> None:
    assert told(Count(None, None), Count(2, 4)) is None
    assert told(Count(5, 10), Count(6, 10), "AVERAGE_PROCESSING_DAYS") is None
