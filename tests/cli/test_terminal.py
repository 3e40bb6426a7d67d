"""What a person sees: tables at the widths of terminals, progress, pipes that close."""

import os
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import loaded_python
import pytest
from command_runner import BOCHISO, EXAMPLES, environment, run, several
from waiting import PATIENCE

if sys.platform == "win32":
    pytest.skip("no pseudo-terminals", allow_module_level=True)

import fcntl
import pty
import struct
import termios

from rich.cells import cell_len

COMMANDS = {
    "rank": ["rank", "--level", "department", "--as-of", "2026-10-07", "--against", "2026-10-02"],
    "explain": ["explain", "H20"],
    "change": ["explain", "H21.212", "--against", "2026-10-02"],
    "snapshots": ["snapshots"],
    "check": ["check"],
    "rules": ["rules", "show"],
}


def terminal(
    width: int, command: list[str], streams: str = "out", env: Mapping[str, str] | None = None
) -> tuple[str, str]:
    """What a command writes to a terminal of this width, and to the stream that is not connected to it."""
    leader, follower = pty.openpty()
    fcntl.ioctl(follower, termios.TIOCSWINSZ, struct.pack("HHHH", 50, width, 0, 0))
    connected = {"stdout" if streams == "out" else "stderr": follower}
    other = {"stderr" if streams == "out" else "stdout": subprocess.PIPE}
    whole = environment({"TERM": "xterm"} | dict(env or {}))
    running = loaded_python.start(command, **connected, **other, env=whole)
    os.close(follower)
    seen = b""
    while True:
        try:
            piece = os.read(leader, 1 << 16)
        except OSError:  # the command ended
            break
        if not piece:
            break
        seen += piece
    os.close(leader)
    out, err = running.communicate(timeout=PATIENCE)
    return seen.decode().replace("\r\n", "\n"), (out or err or b"").decode()


def plain(seen: str) -> str:
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", seen)


def bochiso(*words: str | Path) -> list[str]:
    return [*BOCHISO, *map(str, words)]


@pytest.mark.parametrize(("width", "lang"), [(80, "vi"), (100, "vi"), (140, "vi"), (80, "en"), (100, "en")])
def test_no_line_is_wider_than_the_terminal_and_nothing_is_cut(data: Path, width: int, lang: str) -> None:
    env = {"BOCHISO_LANG": lang, "BOCHISO_DATA": str(data)}
    seen = plain(terminal(width, several(list(COMMANDS.values())), env=env)[0])
    assert seen.count("─" * width) >= 1
    assert [line for line in seen.split("\n") if cell_len(line) > width] == []
    assert "…" not in seen


@pytest.mark.parametrize("width", [80, 100, 140])
def test_names_totals_and_changes_are_whole_at_every_width(data: Path, width: int) -> None:
    seen = plain(terminal(width, bochiso(*COMMANDS["rank"], "--data", data))[0])
    for whole in ("Sở Văn hóa, Thể thao và Du", "79,09", "Trung bình", "+12,26", "▲6"):
        assert whole in seen
    assert ("19,97" in seen) == (width >= 100)
    assert ("Màn hình hẹp nên không in điểm từng nhóm" in seen) == (width < 100)
    assert ("CKMB: Công khai, minh bạch" in seen) == (width >= 100)


def test_what_goes_to_a_pipe_has_no_colours_and_all_columns(data: Path) -> None:
    done = run(*COMMANDS["rank"], "--data", data)
    assert "\x1b" not in done.out
    assert "Sở Văn hóa, Thể thao và Du lịch - tỉnh Gia Lai  11,79  19,97" in done.out


def test_a_terminal_shows_that_work_is_going_on_and_standard_output_stays_clean() -> None:
    units = EXAMPLES / "units-H21-2026-10-07.csv"
    seen, out = terminal(100, bochiso("score", units, "--format", "csv"), "err")
    assert "Đang đọc và tính điểm" in seen
    assert seen.endswith("Đọc 149 dòng: nhận 149, từ chối 0.\n")
    assert out.startswith("rank,of,")
    assert "\x1b" not in out


def test_rebuilding_shows_how_far_it_is(own_data: Path) -> None:
    seen, out = terminal(100, bochiso("rebuild", "--data", own_data), "err")
    assert re.search(r"Đang dựng lại.*100%", seen)
    assert out == ""


def test_no_progress_is_shown_where_nobody_looks() -> None:
    done = run("score", EXAMPLES / "units-H21-2026-10-07.csv", "--format", "csv")
    assert done.err == "Đọc 149 dòng: nhận 149, từ chối 0.\n"


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_a_reader_that_goes_away_ends_a_command_quietly(data: Path, form: str) -> None:
    command = [*BOCHISO, "rank", "--data", str(data), "--format", form]
    with loaded_python.start(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=environment()
    ) as running:
        assert running.stdout is not None
        assert running.stderr is not None
        running.stdout.close()  # as `| head -0` does
        assert running.stderr.read() == b""
        assert running.wait(timeout=PATIENCE) == 141


def test_a_source_s_words_cannot_command_the_terminal(tmp_path: Path) -> None:
    table = tmp_path / "xấu.csv"
    names = {"H21.09": "Sở [red]Y tế[/red] [/]", "H21.10": "Sở\x1b[2J Lạ"}
    rows = "".join(f"{code},{name},department,79.09\n" for code, name in names.items())
    table.write_text("unit,unit_name,level,total\n" + rows, "utf-8")
    done = run("score", table)
    assert "Sở [red]Y tế[/red] [/]" in done.out
    assert "\x1b" not in done.out + done.err


def test_a_label_may_hold_what_rich_takes_for_markup(tmp_path: Path) -> None:
    words = ["import", "points", EXAMPLES / "units-H21-2026-10-07.csv", "--as-of", "2026-10-07"]
    assert run(*words, "--label", "tuần [/] 02", "--data", tmp_path / "d").code == 0
    for command in (["rank"], ["snapshots"], ["explain", "H21.17"], ["check"]):
        done = run(*command, "--data", tmp_path / "d")
        assert done.code == 0
        assert "tuần [/] 02" in done.out.replace("Tuần", "tuần")
