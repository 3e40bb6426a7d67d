"""How commands are called: languages, folders, help, and what is said of wrong words."""

import ast
import gettext
import re
from pathlib import Path

import click
import loaded_python
import pytest
from command_runner import EXAMPLES, environment, in_english, process, run, script, several
from waiting import PATIENCE

from bochiso import cli
from bochiso.cli import COMMANDS

POINTS = EXAMPLES / "provinces-2026-10-06.csv"
CATALOGUE = Path(cli.__file__).parent / "locale/vi/LC_MESSAGES/click.po"
LETTERS = "àáảãạăằắẳẵặâầấẩẫậđèéẻẽẹêềếểễệìíỉĩịòóỏõọôồốổỗộơờớởỡợùúủũụưừứửữựỳýỷỹỵ"
VIETNAMESE = re.compile(rf"\b(?!Việt|QĐ)\w*[{LETTERS}]", re.IGNORECASE)


@pytest.mark.parametrize("words", [(), ("--help",), ("--lang", "vi"), ("--lang=vi", "--help")])
def test_without_a_command_all_are_listed_in_vietnamese(words: tuple[str, ...]) -> None:
    done = process(*words, anew=True)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Cách dùng: bochiso LỆNH")
    assert all(f"\n  {name} " in done.out for name in COMMANDS)


@pytest.mark.parametrize("words", [("--lang", "en"), ("--lang=en", "--help"), ("--help", "--lang", "en")])
def test_all_commands_in_english(words: tuple[str, ...]) -> None:
    done = process(*words, anew=True)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("Usage: bochiso COMMAND")
    assert not VIETNAMESE.search(done.out)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help_in_vietnamese(name: str) -> None:
    done = run(name, "--help")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"Cách dùng: bochiso {name}")
    assert "Tùy chọn:" in done.out
    assert re.search(r"^Tùy chọn:\n  -", done.out, re.MULTILINE)  # what stands above is described in the text
    assert not re.search(r"Usage|Options|Show this|COMMAND|TEXT|PATH|INTEGER|default:|required|x>=", done.out)


def test_every_command_has_help_in_english() -> None:
    command = several([[name, "--help"] for name in COMMANDS])
    env = environment({"BOCHISO_LANG": "en"})
    text = loaded_python.run(command, env=env, timeout=PATIENCE, check=True).stdout.decode()
    assert text.count("Usage: bochiso ") == text.count("This help page.") == len(COMMANDS)
    assert not VIETNAMESE.search(text)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("ranks",), "không có lệnh “ranks”. Các lệnh: score, import,"),
        (("vi",), "không có lệnh “vi”."),
        (("rank", "--levle", "x"), "không có tùy chọn --levle. Có --level."),
        (("rank", "--xyz"), "không có tùy chọn --xyz.\n"),
        (("rank", "--level", "xã"), "tùy chọn --level không nhận giá trị này. Chọn một trong: province, dep"),
        (("rank", "--level"), "tùy chọn --level viết chưa đúng"),
        (
            ("rank", "--format", "xml"),
            "tùy chọn --format không nhận giá trị này. Chọn một trong: table, csv",
        ),
        (("rank", "--lang", "fr"), "tùy chọn --lang không nhận giá trị này. Chọn một trong: vi, en."),
        (("rank", "thừa"), "thừa “thừa”."),
        (("explain",), "thiếu ĐƠN_VỊ."),
        (("score",), "thiếu TỆP….\n"),
        (("import",), "thiếu LOẠI. Chọn một trong: measures, rates, points, portal,"),
        (("import", "điểm"), "LOẠI không nhận giá trị này. Chọn một trong: measures,"),
        (("import", "points"), "thiếu TỆP…."),
        (("import", "points", "x.csv"), "thiếu tùy chọn --as-of."),
        (
            ("import", "points", "x.csv", "--as-of", "31/02/2026"),
            "không có ngày “31/02/2026”. Viết như 2025-11-14",
        ),
        (("rank", "--period", "2026-Q5"), "không hiểu kỳ “2026-Q5”. Viết như 2026,"),
        (("rules", "xem"), "không có lệnh “xem”. Các lệnh: check, days, eras, show."),
        (("score", "x.csv", "--rules", "qd99"), "không có bộ chỉ số hoặc tệp qd99."),
        (("rank", "--measured=3"), "tùy chọn --measured viết chưa đúng"),
        (("serve", "--port", "cổng"), "tùy chọn --port: “cổng” không phải là số hợp lệ.\n"),
        (("serve", "--port", "70000"), "tùy chọn --port: cần số từ 0 đến 65535, đã cho 70000.\n"),
        (("simulate", "--dossiers", "0"), "tùy chọn --dossiers: cần số từ 1 trở lên, đã cho 0.\n"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, tuple) else "",
)
def test_wrong_words_are_explained_in_vietnamese_and_nothing_is_done(
    words: tuple[str, ...], said: str
) -> None:
    done = run(*words)
    assert (done.code, done.out) == (2, "")
    assert done.err.startswith("Lỗi: ")
    assert said in done.err
    assert not re.search(r"\b(No such|Missing|Invalid|Error|option|argument|value)\b", done.err)


def test_wrong_words_are_explained_in_english(tmp_path: Path) -> None:
    nowhere, no_folder = tmp_path / "nowhere.csv", tmp_path / "nowhere"
    wrong = {
        ("ranks",): "No such command 'ranks'",
        ("rank", "--level", "x"): "'x' is not one of 'province', 'department'",
        ("explain",): "Missing argument 'UNIT'",
        ("rank", "--period", "2026-Q5"): "“2026-Q5” is not a period. Write 2026,",
        ("score", nowhere): f"{nowhere}: there is no such file. Check the path",
        ("rank", "--data", no_folder): f"{no_folder}: there is no data folder. Bring figures in with",
    }
    for done, said in zip(in_english(*wrong), wrong.values(), strict=True):
        assert (done.code, done.out) == (2, "")
        assert done.err.startswith("Error: ")
        assert said in done.err
        assert not VIETNAMESE.search(done.err)


def test_folder_and_language_before_or_after_the_command_or_from_the_environment(
    data: Path,
) -> None:
    folder = str(data)
    same = {
        process("--data", folder, "--lang", "en", "snapshots").out,
        process("snapshots", "--data", folder, "--lang", "en").out,
        process("--lang=en", "snapshots", f"--data={folder}").out,
        process("snapshots", env={"BOCHISO_DATA": folder, "BOCHISO_LANG": "en"}).out,
    }
    assert len(same) == 1
    assert "Last changed" in same.pop()


def test_an_option_beats_the_environment(data: Path, tmp_path: Path) -> None:
    env = {"BOCHISO_DATA": str(tmp_path / "nowhere"), "BOCHISO_LANG": "en"}
    done = process("snapshots", "--data", data, "--lang", "vi", env=env)
    assert done.code == 0
    assert "Thay đổi lần cuối" in done.out


def test_without_any_of_them_the_folder_is_bochiso_data_here(tmp_path: Path) -> None:
    assert process("import", "points", POINTS, "--as-of", "06/10/2026", cwd=tmp_path).code == 0
    assert [path.name for path in tmp_path.iterdir()] == ["bochiso-data"]
    assert process("check", cwd=tmp_path).code == 0


def test_english_output_has_no_vietnamese_but_names_and_sources(data: Path) -> None:
    asked = (
        ("rank", "--against", "previous"), ("explain", "H20"), ("check",), ("snapshots",),
        ("explain", "H21.212", "--against", "previous"),
    )  # fmt: skip
    ours = (
        "Xếp loại|Hạng|Tổng|Tử số|Mẫu số|Kỳ|kỳ|Nguồn|Nhóm|Căn cứ|Thay đổi|số liệu|điểm công bố|"
        r"Trung bình|Khá\b|Đã đối chiếu|Chưa"
    )
    for done in in_english(("rules", "show"), *((*words, "--data", data) for words in asked)):
        assert (done.code, done.err) == (0, "")
        assert len(done.out) > 100
        assert not re.search(ours, done.out)


def test_click_still_says_all_that_the_catalogue_translates() -> None:
    said = {"required"}  # looked up by the value of a field
    for path in Path(click.__file__).parent.glob("*.py"):
        calls = (node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Call))
        for call in calls:
            if isinstance(call.func, ast.Name) and call.func.id in ("_", "ngettext"):
                said |= {each.value for each in call.args[:1] if isinstance(each, ast.Constant)}
    assert set(catalogue()) - said == set()


def test_the_compiled_catalogue_is_the_written_one() -> None:
    with CATALOGUE.with_suffix(".mo").open("rb") as file:
        compiled = gettext.GNUTranslations(file)
    assert {english: compiled.gettext(english) for english in catalogue()} == catalogue()
    many = compiled.ngettext("{value!r} is not {choice}.", "{value!r} is not one of {choices}.", 3)
    assert many == catalogue()["{value!r} is not {choice}."]


def catalogue() -> dict[str, str]:
    """English and Vietnamese of each message, without the header."""
    entry = re.compile(r'^msgid "(.+)"\n(?:msgid_plural .+\n)?msgstr(?:\[0\])? "(.+)"$', re.MULTILINE)
    return dict(entry.findall(CATALOGUE.read_text("utf-8")))


def test_the_version_is_told() -> None:
    from bochiso import __version__

    assert process("--version", anew=True).out == f"bochiso {__version__}\n"


def test_an_output_that_has_no_vietnamese_letters_does_not_stop_a_command(data: Path) -> None:
    done = process("rank", "--data", data, env={"PYTHONIOENCODING": "ascii"}, anew=True)
    assert done.code == 0
    assert "Tỉnh, thành phố" in done.out


def test_a_fault_of_the_program_is_not_taken_for_refused_input() -> None:

    broken = (
        "import bochiso.cli.commands.score as s\ndef fail(*_): raise ZeroDivisionError\ns.load_rules = fail"
    )
    done = script(broken, "score", POINTS)
    assert done.code == 2
    assert "ZeroDivisionError" in done.err
    assert "Lỗi của chương trình" in done.err


def test_completion_scripts_are_printed() -> None:
    for shell in ("bash", "zsh", "fish"):
        done = process(env={"_BOCHISO_COMPLETE": f"{shell}_source"})
        assert "_BOCHISO_COMPLETE" in done.out


@pytest.mark.parametrize(
    ("words", "found"),
    [
        ("bochiso ra", ["rank"]),
        ("bochiso rebu", ["rebuild"]),
        ("bochiso rules ", ["check", "days", "eras", "show"]),
        ("bochiso rank --aga", ["--against"]),
        ("bochiso rank --level de", ["department"]),
        ("bochiso import po", ["points", "portal", "portal-archive", "portal-list"]),
    ],
)
def test_commands_options_and_choices_are_completed(
    monkeypatch: pytest.MonkeyPatch, words: str, found: list[str]
) -> None:
    env = {"_BOCHISO_COMPLETE": "bash_complete", "COMP_WORDS": words, "COMP_CWORD": str(words.count(" "))}
    for name, value in env.items():
        monkeypatch.setenv(name, value)
    completed = [line.split(",")[1] for line in run().out.splitlines()]
    assert completed == found
