"""One deliberately broken file a rule, in broken/: the words, the line and the key of its error."""

from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from bochiso.errors import RuleError
from bochiso.rules.file import error_messages
from bochiso.rules.file.problems import RuleFileError
from bochiso.rules.loader import load_rules, parse_rules, rules_text
from bochiso.rules.rule_set import RuleSet
from bochiso.text import Lang

BROKEN = Path(__file__).with_name("broken")

CASES = [
    (
        "points-do-not-add-up",
        5,
        "indicators.PUBLISH_ON_TIME.points",
        "nhóm CKMB có 18 điểm nhưng các thành phần cộng lại được 19.",
    ),
    (
        "parts-do-not-add-up",
        5,
        "groups.ONLINE_SERVICE.points",
        "nhóm ONLINE_SERVICE có 21 điểm nhưng các thành phần cộng lại được 22.",
    ),
    ("part-unknown", 5, "groups.ONLINE_SERVICE.parts[2]", "không có nhóm chỉ số TTTX."),
    ("part-twice", 5, "groups.ONLINE_SERVICE.parts[2]", "CLGQ không dùng được làm phần của nhóm."),
    ("boxes-miss-a-group", 3, "boxes", "còn thiếu nhóm MDSH."),
    ("boxes-count-a-group-twice", 3, "boxes[4]", "nhóm TTTT được tính hai lần."),
    ("boxes-unknown-group", 9, "boxes[6]", "không có nhóm chỉ số MDSX."),
    ("boxes-not-a-hundred", 3, "boxes", "các nhóm cộng lại được 99 điểm, phải là 100."),
    ("code-twice", 6, "indicators.DOSSIER_SYNC.code", "mã DOSSIER_SYNC đã được dùng."),
    ("alias-taken", 5, "groups.TTTT.aliases[1]", "mã ONLINE đã được dùng."),
    ("code-reserved", 5, "groups.TTTT.aliases[1]", "mã TOTAL đã được dùng."),
    ("target-zero", 5, "indicators.DOSSIER_SYNC.target", "0 phải lớn hơn 0."),
    (
        "target-without-percent",
        5,
        "indicators.DOSSIER_SYNC.target",
        "80 phải không quá 1. Cần tỷ lệ lớn hơn 0 và không quá 100%, ví dụ 80%",
    ),
    ("target-not-a-rate", 5, "indicators.DOSSIER_SYNC.target", "“cao” không phải là tỷ lệ."),
    ("target-missing", 5, "indicators.DOSSIER_SYNC.target", "chỉ số có tính điểm nhưng thiếu mục này."),
    (
        "empty-above-points",
        5,
        "indicators.DOSSIER_SYNC.empty",
        "7 điểm khi mẫu số bằng 0 vượt điểm tối đa 6.",
    ),
    ("unknown-key", 5, "indicators.DOSSIER_SYNC.taget", "không có mục nào tên “taget”. Có phải là “target”?"),
    ("unknown-key-at-the-top", 3, "ghi_chu", "không có mục nào tên “ghi_chu”. Các mục dùng được: id, names,"),
    ("missing-key", 4, "indicators.NEW_ONE.names", "thiếu mục này. Cần hai mục con “vi: …” và “en: …”."),
    ("group-unknown", 5, "indicators.AVERAGE_PROCESSING_DAYS.group", "không có nhóm chỉ số TDGX."),
    (
        "group-of-groups",
        5,
        "indicators.AVERAGE_PROCESSING_DAYS.group",
        "ONLINE_SERVICE là nhóm gồm các nhóm khác.",
    ),
    ("level-unknown", 5, "indicators.AVERAGE_PROCESSING_DAYS.levels[2]", "“ward” không dùng được ở đây."),
    (
        "province-inherits",
        5,
        "indicators.DOSSIER_SYNC.inherits[1]",
        "cấp province không lấy được theo số liệu của tỉnh.",
    ),
    ("deadline-of-no-indicator", 5, "deadlines.PETITION_REFUSE.indicator", "không có chỉ số PETITIONS."),
    ("deadline-in-half-days", 5, "deadlines.PETITION_REFUSE.days", "“2.5” không phải là số nguyên."),
    ("grades-not-descending", 6, "grades.bounds.GOOD.least", "mức 80 không thấp hơn mức ngay trên (50)."),
    ("grades-not-from-zero", 6, "grades.bounds.PASS.least", "Mức cuối cùng phải có “least: 0”."),
    (
        "dates-out-of-order",
        3,
        "effective_to",
        "ngày hết hiệu lực 22/06/2022 trước ngày có hiệu lực 23/06/2022.",
    ),
    ("day-that-does-not-exist", 3, "effective_from", "“2026-02-30” không phải là ngày."),
    (
        "decimal-comma",
        5,
        "indicators.DOSSIER_SYNC.points",
        "“2,5” không phải là số. Cần số điểm từ 0 đến 100, phần lẻ sau dấu chấm",
    ),
    ("nothing-written", 5, "indicators.DOSSIER_SYNC.source", "chưa ghi gì. Cần ghi căn cứ"),
    (
        "list-for-a-value",
        5,
        "indicators.DOSSIER_SYNC.points",
        "chỉ ghi một giá trị, không ghi danh sách hay các mục con.",
    ),
    ("value-for-a-list", 3, "boxes", "không phải là danh sách."),
    ("name-in-one-language", 3, "names", "không có các mục con."),
    ("three-decimals", 4, "rounding.decimals", "Điểm làm tròn đến 2 chữ số: ghi 2."),
    ("key-twice", 6, "target", "mục “target” ghi hai lần. Bỏ một trong hai; lần đầu ở dòng 5."),
    ("no-id-of-its-own", 1, "id", "thiếu mã riêng của bộ chỉ số này."),
    ("id-of-a-builtin", 2, "id", "mã qd766 là của bộ có sẵn, nội dung khác."),
    ("extends-nothing", 2, "extends", "chưa ghi bộ chỉ số gốc."),
    ("extends-a-missing-file", 2, "extends", "không có bộ chỉ số hoặc tệp"),
    ("extends-itself", 2, "extends", "các bộ chỉ số kế thừa lẫn nhau thành vòng."),
    ("not-yaml", 5, None, "không đúng cú pháp YAML."),
    (
        "indented-with-a-tab",
        4,
        None,
        "không đúng cú pháp YAML. Xem lại thụt lề (dùng dấu cách, không dùng phím Tab)",
    ),
    ("a-list", 1, None, "nhưng tệp là danh sách hoặc chữ thường."),
    ("plain-words", 1, None, "nhưng tệp là danh sách hoặc chữ thường."),
    ("empty", 1, None, "tệp trống."),
    ("only-a-comment", 1, None, "tệp trống."),
    ("two-documents", 3, None, "tệp có nhiều hơn một tài liệu YAML."),
    ("billion-laughs", 1, None, "không dùng được ký hiệu & và * của YAML."),
    ("tag", 3, None, "không dùng được ký hiệu ! của YAML."),
    ("key-is-a-list", 3, None, "tên mục phải là một từ."),
]


def refusal(source: Path) -> RuleError:
    with pytest.raises(RuleError) as caught:
        load_rules(source)
    return caught.value


@pytest.mark.parametrize(("name", "line", "key", "words"), CASES, ids=[case[0] for case in CASES])
def test_a_broken_file_is_refused_with_its_line_key_and_reason(
    name: str, line: int, key: str | None, words: str
) -> None:
    error = refusal(BROKEN / f"{name}.yaml")
    problems = error.problems if isinstance(error, RuleFileError) else (error,)
    said = [
        p for p in problems if (p.where.row, p.where.column) == (line, key) and words in p.render(Lang.VI)
    ]
    assert said, error.render(Lang.VI)
    where = f"{BROKEN / name}.yaml, dòng {line}" + (f", mục {key}: " if key else ": ")
    assert said[0].render(Lang.VI).startswith(where)
    assert said[0].do is not None
    assert all(p.where.file == str(BROKEN / f"{name}.yaml") for p in problems)


def test_every_broken_file_has_its_case() -> None:
    assert {path.stem for path in BROKEN.glob("*.yaml")} == {case[0] for case in CASES}


def test_all_problems_of_a_file_are_told_together_one_a_line_in_order(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(
        "extends: qd766\nid: own\nsmal_denominator: 5\nindicators:\n"
        "  - code: PUBLISH_ON_TIME\n    points: 7\n    points: 8\n"
        "  - code: DOSSIER_SYNC\n    target: 120%\n"
        "  - code: RESOLVED_ON_TIME\n    points: hai mươi\n",
        "utf-8",
    )
    error = refusal(own)
    assert [line.removeprefix(f"{own}, ") for line in error.render(Lang.EN).splitlines()] == [
        "line 3, key smal_denominator: no key is named “smal_denominator”. Is it “small_denominator”?",
        "line 7, key points: the key “points” is written twice. Remove one of them; the first is on line 6.",
        "line 7, key indicators.PUBLISH_ON_TIME.points: the group CKMB has 18 points but its members add up"
        " to 20. Make the points of the group and of its members agree.",
        "line 9, key indicators.DOSSIER_SYNC.target: 120% must not be above 1. A rate above 0 and not above"
        " 100% is expected, such as 80% or 0.8.",
        "line 11, key indicators.RESOLVED_ON_TIME.points: “hai mươi” is not a number. Points from 0 to 100"
        " are expected, such as 6 or 2.5.",
    ]


def test_two_files_that_extend_each_other_are_refused(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("extends: b.yaml\nid: a\n", "utf-8")
    (tmp_path / "b.yaml").write_text("id: b\nextends: ./a.yaml\n", "utf-8")
    error = refusal(tmp_path / "a.yaml")
    assert (error.where.file, error.where.row) == (str(tmp_path / "b.yaml"), 2)
    assert "thành vòng" in error.render(Lang.VI)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"\x89PNG\r\n\x1a\n\0\0\xff\xfe", "không phải tệp văn bản UTF-8."),
        (b"PK\x03\x04\0\0\0\0", "không phải tệp văn bản UTF-8."),
        ("id: b\u1ed9".encode("utf-16"), "không phải tệp văn bản UTF-8."),
        (b"# " + b"x" * 1_000_000, "tệp lớn hơn 1 MB."),
        (b"k: [" + b"1," * 400_000, "nhiều hơn 1.000 mục trong một danh sách."),
        (b"[" * 900_000, "các mục lồng nhau quá sâu."),
        (b"a: " * 5, "không đúng cú pháp YAML."),
        (b"{a: " * 200_000, "các mục lồng nhau quá sâu."),
    ],
    ids=["picture", "zip", "utf-16", "too-long", "long-list", "deep-lists", "colons", "deep-mappings"],
)
def test_what_is_no_set_of_rules_is_refused_at_once(tmp_path: Path, content: bytes, words: str) -> None:
    own = tmp_path / "own.yaml"
    own.write_bytes(content)
    assert words in refusal(own).render(Lang.VI)


def test_a_file_of_hundreds_of_problems_tells_the_first_hundred(tmp_path: Path) -> None:
    own = tmp_path / "own.yaml"
    own.write_text("extends: qd766\nid: own\n" + "".join(f"k{n}: 1\n" for n in range(500)), "utf-8")
    lines = refusal(own).render(Lang.VI).splitlines()
    assert (len(lines), lines[-1]) == (101, "… và 400 lỗi khác.")


WHOLE: dict[str, Any] = yaml.safe_load(rules_text("qd766"))
SAMPLE = {**WHOLE, **{key: WHOLE[key][-1:] for key in ("groups", "indicators", "deadlines")}}
WRONG: tuple[Any, ...] = (None, "", "x", "-1", "2.5", "999999", [], {}, ["x"], {"x": "1"})


def variations(value: Any) -> list[Any]:
    """`value` with each thing in it replaced by each wrong thing, or left out."""
    found: list[Any] = list(WRONG)
    if isinstance(value, dict):
        for key in value:
            found += [{**value, key: other} for other in variations(value[key])]
            found.append({k: v for k, v in value.items() if k != key})
        found.append({**value, "unknown": "1"})
    elif isinstance(value, list):
        for at in range(len(value)):
            found += [[*value[:at], other, *value[at + 1 :]] for other in variations(value[at])]
    return found


def test_every_refusal_of_the_model_has_words_of_its_own() -> None:
    kinds = set()
    for variation in variations(SAMPLE):
        try:
            RuleSet.model_validate(variation)
        except ValidationError as error:
            for details in error.errors(include_url=False):
                given = details["input"]
                if given not in (None, "") and not isinstance(given, list | dict):
                    kinds.add(details["type"])
    assert kinds - {"extra_forbidden"} <= set(error_messages.KINDS)


def test_every_key_says_what_it_must_hold() -> None:
    def keys(model: type[BaseModel]) -> set[str]:
        return set(model.model_fields)

    assert set().union(*(keys(model) for model in error_messages._MODELS.values())) == set(
        error_messages.FORMS
    )


@given(st.text(max_size=200) | st.sampled_from(["a: [", "- - - x", "'", "? a", "a: 1\na: 2", "{a: {b: c}}"]))
def test_any_text_is_a_set_or_a_refusal_in_both_languages(text: str) -> None:
    with pytest.raises(RuleError) as caught:
        parse_rules(text, "own")
    assert caught.value.render(Lang.VI)
    assert caught.value.render(Lang.EN)


def test_a_level_that_is_no_word_is_a_problem_of_the_file() -> None:
    text = rules_text("qd766").replace("levels: [province,", "levels: [? province,", 1)
    with pytest.raises(RuleFileError):
        parse_rules(text, "rieng.yaml")
