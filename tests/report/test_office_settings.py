"""The settings of an office: a default for every province, and errors that a clerk can act on."""

from datetime import date

import pytest

from bochiso.errors import ReportError
from bochiso.report.context import DocumentKind
from bochiso.report.office_settings import (
    NAMES,
    OfficeFileError,
    OfficeSettings,
    default_settings,
    read_settings,
)
from bochiso.text import Lang
from bochiso.units.provinces import provinces_on

DAY = date(2026, 10, 7)
COMMUNES = "UBND các xã, phường"


def refused(text: str) -> str:
    with pytest.raises(OfficeFileError) as error:
        read_settings(text, "co-quan.yaml", "H21")
    return error.value.render(Lang.VI)


def every_text(settings: OfficeSettings) -> list[str]:
    found = [settings.place, settings.parent, settings.agency, settings.name, *settings.signer]
    for kind in settings.kinds.values():
        found += [*kind.to, *kind.recipients, kind.symbol, kind.agency or "", kind.parent or ""]
    return found


@pytest.mark.parametrize("code", [province.code for province in provinces_on(DAY)])
def test_what_comes_along_serves_any_province_by_its_code(code: str) -> None:
    settings = default_settings(code)
    names = settings.names(DAY, COMMUNES)
    texts = [text.format_map(names) for text in every_text(settings)]
    assert all("{" not in text for text in texts)
    assert names["province"] in {f"tỉnh {names['place']}", f"thành phố {names['place']}", names["place"]}
    assert (names["province"] == names["place"]) is (code == "H29")
    assert set(settings.kinds) == set(DocumentKind)


def test_what_comes_along_names_nobody() -> None:
    settings = default_settings("H21")
    assert settings.signer_name == ""
    assert not any(kind.signer_name for kind in settings.kinds.values())
    assert not any("đ/c" in text for text in every_text(settings))


def test_a_city_has_a_committee_of_the_city() -> None:
    names = default_settings("H57").names(DAY, COMMUNES)
    assert names["committee"] == "UBND thành phố"
    assert names["PROVINCE"] == "THÀNH PHỐ HUẾ"


def test_a_name_follows_the_day_since_when_a_province_has_it() -> None:
    settings = default_settings("H05")
    assert settings.names(date(2026, 9, 19), COMMUNES)["kind"] == "tỉnh"
    assert settings.names(date(2026, 9, 20), COMMUNES)["kind"] == "thành phố"


def test_a_file_states_only_what_differs() -> None:
    own = read_settings("signer_name: Nguyễn Văn A\nkinds:\n  week:\n    symbol: BC-VP\n", "cq.yaml", "H21")
    default = default_settings("H21")
    assert own.signer_name == "Nguyễn Văn A"
    assert own.kinds[DocumentKind.WEEK].symbol == "BC-VP"
    assert own.kinds[DocumentKind.WEEK].recipients == default.kinds[DocumentKind.WEEK].recipients
    assert own.kinds[DocumentKind.MONTH] == default.kinds[DocumentKind.MONTH]


def test_a_file_may_name_the_province() -> None:
    assert read_settings("province: H15\n", "cq.yaml", "H21").province == "H15"
    with pytest.raises(OfficeFileError, match=r"cq.yaml.*province"):
        read_settings("place: Huế\n", "cq.yaml")


def test_a_base_is_cited_with_number_day_issuer_and_title() -> None:
    text = default_settings("H21").kinds[DocumentKind.WEEK].bases[0].text
    assert text.startswith(
        "Quyết định số 766/QĐ-TTg ngày 23/6/2022 của Thủ tướng Chính phủ phê duyệt Bộ chỉ số"
    )


def test_a_target_may_be_left_out() -> None:
    assert read_settings("target_rank:\n", "cq.yaml", "H21").target_rank is None
    assert read_settings("target_rank: 5\n", "cq.yaml", "H21").target_rank == 5


def test_every_problem_is_told_with_its_line_and_key() -> None:
    text = "plce: Huế\ntarget_rank: mười\naddress: dichvucong\nkinds:\n  wek:\n    symbol: A\n"
    lines = refused(text).splitlines()
    assert [line.partition(":")[0] for line in lines] == [
        "co-quan.yaml, dòng 1, mục plce",
        "co-quan.yaml, dòng 2, mục target_rank",
        "co-quan.yaml, dòng 3, mục address",
        "co-quan.yaml, dòng 5, mục kinds.wek",
    ]
    assert "place, parent, agency" in lines[0]
    assert "từ 1 đến 63" in lines[1]
    assert "https://" in lines[2]
    assert "week, month, quarter, notice, directive" in lines[3]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("kinds:\n  week:\n    to: Các sở\n", "danh sách"),
        ("kinds:\n  week:\n    recipients:\n      - {communes}\n", "ngoặc kép"),
        ("kinds:\n  week:\n    recipients: []\n", "danh sách"),
        ("kinds:\n  week:\n    bases: []\n", "ít nhất một căn cứ"),
        (
            "kinds:\n  week:\n    bases:\n      - {document: A, day: 31/2/2024, issuer: B, title: C}\n",
            "23/6/2022",
        ),
        ("kinds:\n  week:\n    bases:\n      - {document: A, day: 1/2/2024, issuer: B}\n", "thiếu mục này"),
        ("name: Văn phòng {tinh}\n", "{committee}"),
        ("name: Văn phòng {place!r}\n", "{committee}"),
        ("name: Văn phòng {place:>999999999}\n", "{committee}"),
        ("name: Văn phòng {place.__class__}\n", "{committee}"),
        ("name: Văn phòng {\n", "{committee}"),
        ("name: " + "a" * 501 + "\n", "500 ký tự"),
        ("name:\n", "Ghi bằng chữ"),
        ("signer_name: {a: 1}\n", "Ghi bằng chữ"),
        ('name: "Văn phòng\\nUBND"\n', "một dòng"),
        ("province: Gia Lai\n", "H21"),
        ("explain_within: ngay\n", "từ 1 đến 90"),
        ("named_from: nửa điểm\n", "0,5"),
        ("standing:\n  - to: Sở Y tế\n", "tasks"),
        ("earlier:\n  - document: Công văn\n", "thiếu mục"),
        ("place: Huế\nplace: Huế\n", "ghi hai lần"),
        ("place: &a Huế\n", "ký hiệu & và *"),
        ("- a\n", "cần các mục"),
        ("", "tệp trống"),
        ("a: [", "YAML"),
    ],
)
def test_a_mistake_is_refused_with_what_is_allowed(text: str, said: str) -> None:
    message = refused(text)
    assert message.startswith("co-quan.yaml")
    assert said in message


def test_a_province_that_does_not_exist_is_told_with_the_codes_there_are() -> None:
    with pytest.raises(ReportError) as error:
        default_settings("H99").names(DAY, COMMUNES)
    assert "H21" in error.value.render(Lang.VI)


def test_the_names_in_braces_are_those_that_stand_for_something() -> None:
    assert tuple(default_settings("H21").names(DAY, COMMUNES)) == NAMES
