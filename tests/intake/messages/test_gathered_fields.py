"""Fields of messages on their way to columns: what few words say is read once, and remembered only so far."""

from collections import Counter

import pyarrow as pa

from bochiso.intake.messages.gathered_fields import Alike, Fields, Word
from bochiso.intake.messages.sync_schema import DatabaseItem, OtherItem


class CountingReader:
    """Reads a word as it is, and counts how often it was asked."""

    def __init__(self) -> None:
        self.asked: Counter[str] = Counter()

    def __call__(self, word: str) -> str | None:
        self.asked[word[:10]] += 1
        return None if word == "?" else word


def read(alike: Alike, *codes: object) -> list[object]:
    fields = Fields((), [alike], Counter())
    fields.add([DatabaseItem(code) for code in codes])  # type: ignore[arg-type]
    found: list[object] = fields.words("code").to_pylist()
    return found


def test_a_word_is_read_once_however_often_it_comes() -> None:
    reader = CountingReader()
    alike = Alike({"code": Word("MaCSDL", reader, pa.string())})
    assert read(alike, "1", "2", "1", None, " ", 1) == ["1", "2", "1", None, None, "1"]
    assert read(alike, "2", "1") == ["2", "1"]
    assert reader.asked == {"1": 2, "2": 1}  # the number 1 is another value than the text


def test_long_texts_and_ever_new_ones_fill_no_memory() -> None:
    reader = CountingReader()
    alike = Alike({"code": Word("MaCSDL", reader, pa.string())})
    long = "x" * 1_000
    assert read(alike, long) == read(alike, long) == [long]
    assert reader.asked["x" * 10] == 2
    assert read(alike, "first") == ["first"]
    assert len(read(alike, *map(str, range(15_000)))) == 15_000
    assert read(alike, "first") == ["first"]
    assert reader.asked["first"] == 2


def test_texts_that_cannot_be_read_are_counted_each_time_under_the_list_s_name() -> None:
    kinds = {
        "kind": Word("LoaiGiayTo", CountingReader(), pa.string()),
        "count": Word("SoLuong", int, pa.int16()),
    }
    alike = Alike(kinds)
    for _ in range(2):
        unread: Counter[str] = Counter()
        fields = Fields((), [alike], unread, "DanhSachTepDinhKemKhac.")
        fields.add([OtherItem("?", "1"), OtherItem("GT", "2"), OtherItem("?", "1"), OtherItem("?", "3")])
        assert fields.words("kind").to_pylist() == [None, "GT", None, None]
        assert fields.words("count").to_pylist() == [1, 2, 1, 3]
        assert unread == {"DanhSachTepDinhKemKhac.LoaiGiayTo": 3}
