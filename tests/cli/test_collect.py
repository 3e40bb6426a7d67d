"""`bochiso collect`, `runs` and `serve` as a person runs them, against a stand-in on loopback."""

import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import loaded_python
import pytest
from command_runner import BOCHISO, Done, environment, run
from waiting import PATIENCE

from bochiso.simulate.fault_injection import FaultKind, InjectedFault
from bochiso.simulate.portal import StandIn
from bochiso.simulate.portal_figures import simulate_portal
from bochiso.text import VIETNAM, now

TODAY = now().astimezone(VIETNAM).date()


@pytest.fixture(scope="module")
def portal() -> Iterator[StandIn]:
    with StandIn(simulate_portal("H15", 1, TODAY)) as portal:
        yield portal


def bochiso(*words: str, data: Path) -> Done:
    return run(*words, "--data", data)


def test_a_snapshot_is_collected_summed_up_and_listed(portal: StandIn, tmp_path: Path) -> None:
    done = bochiso("collect", "--province", "h15", "--base-url", portal.url, data=tmp_path / "d")
    assert (done.code, done.out) == (0, "")
    lines = done.err.splitlines()
    assert lines[0] == (
        f"Đã thu thập đầy đủ: 3.498 số liệu của 150 đơn vị, kỳ năm {TODAY.year}, "
        f"ngày {TODAY:%d/%m/%Y} (lần đọc 1)."
    )
    assert "tất cả khớp" in done.err
    assert "Cổng ghi chú ở" in done.err
    again = bochiso("collect", "--province", "H15", "--base-url", portal.url, data=tmp_path / "d")
    assert "Số liệu không đổi so với lần đọc lúc" in again.err
    runs = bochiso("runs", "--format", "json", data=tmp_path / "d").json
    assert [(each["state"], each["scope"], each["answers"], each["reading"]) for each in runs] == [
        ("complete", "H15", 11, 1),
        ("complete", "H15", 11, 2),
    ]
    assert "đầy đủ" in bochiso("runs", data=tmp_path / "d").out
    ranked = bochiso("rank", "--level", "commune", "--format", "json", data=tmp_path / "d")
    assert len(ranked.json) == 102


def test_changes_since_a_day_before_show_in_the_ranking(tmp_path: Path) -> None:
    yesterday = TODAY - timedelta(days=1)
    with StandIn(simulate_portal("H15", 1, yesterday)) as portal:
        bochiso("collect", "--province", "H15", "--base-url", portal.url, data=tmp_path / "d")
        portal.day = TODAY
        done = bochiso("collect", "--province", "H15", "--base-url", portal.url, data=tmp_path / "d")
    assert "đơn vị thay đổi." in done.err


def test_what_is_torn_partial_or_refused_exits_1_and_says_what_to_do(tmp_path: Path) -> None:
    with StandIn(simulate_portal("H15", 1, TODAY)) as portal:
        portal.fail(InjectedFault(FaultKind.HTML, service="dossier-digitized", times=1))
        done = bochiso("collect", "--province", "H15", "--base-url", portal.url, data=tmp_path / "d")
        assert done.code == 1
        assert done.err.startswith("Đã thu thập chưa đầy đủ:")
        assert "Cổng trả về một trang web thay cho số liệu" in done.err
        assert "Lần chạy sau trong ngày chỉ đọc lại phần này" in done.err
        ranked = bochiso("rank", "--level", "province", data=tmp_path / "d")
        assert "thu thập chưa đầy đủ, chỉ để tham khảo" in ranked.out
        told = bochiso("explain", "H15", data=tmp_path / "d")
        assert "thu thập chưa đầy đủ, chỉ để tham khảo" in told.out
        portal.fail(InjectedFault(FaultKind.SCORE_AS_TEXT, service="dossier-digitized"))
        done = bochiso("collect", "--province", "H15", "--base-url", portal.url, data=tmp_path / "d")
        assert done.code == 1
        assert "Đã thu thập đầy đủ" in done.err
        assert "đổi kiểu dữ liệu" in done.err


def test_where_nothing_could_be_read_it_exits_2(tmp_path: Path) -> None:
    with StandIn(simulate_portal("H15", 1, TODAY), faults=[InjectedFault(FaultKind.FORBIDDEN)]) as portal:
        done = bochiso("collect", "--base-url", portal.url, data=tmp_path / "d")
    assert done.code == 2
    assert done.err.startswith(
        "Lỗi: service-results.provinces.1.json: Cổng từ chối trả lời (mã 403). Đã dừng"
    )
    assert not (tmp_path / "d").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--province", "Đắk Lắk"], "không phải mã tỉnh, thành phố. Viết như H15."),
        (["--quarter", "1", "--month", "2"], "--quarter và --month không dùng cùng nhau."),
        (["--base-url", "dichvucong"], "không dùng được giá trị “dichvucong” của --base-url."),
        (["--ca-file", "khong-co.pem"], "không dùng được giá trị “khong-co.pem” của --ca-file."),
    ],
)
def test_wrong_words_exit_2_before_anything_is_asked(tmp_path: Path, words: list[str], message: str) -> None:
    done = bochiso("collect", *words, data=tmp_path / "d")
    assert done.code == 2
    assert message in done.err
    assert not (tmp_path / "d").exists()


@pytest.mark.skipif(sys.platform == "win32", reason="SIGTERM")
def test_serve_makes_up_for_today_and_stops_at_a_signal(portal: StandIn, tmp_path: Path) -> None:
    command = [*BOCHISO, "serve", "--collect", "00:00", "--port", "0"]
    command += ["--base-url", portal.url, "--data", str(tmp_path / "d")]
    serving = loaded_python.start(command, stderr=subprocess.PIPE, text=True, env=environment())
    guard = threading.Timer(10 * PATIENCE, serving.kill)
    guard.start()
    try:
        assert serving.stderr is not None
        lines = [serving.stderr.readline() for _ in range(5)]
        serving.send_signal(signal.SIGTERM)
        rest = serving.communicate(timeout=PATIENCE)[1]
    finally:
        serving.kill()
        guard.cancel()
    assert serving.returncode == 0
    said = [line.split(" ", 2)[2].split(": ", 1)[1] for line in lines]
    assert said[0] == "Bắt đầu; thu thập mỗi ngày lúc 00:00.\n"
    # The server and the daily collection run side by side.
    collected = [each for each in said if each.startswith(("Đã thu thập", "Lần tới"))]
    assert collected[0].startswith("Đã thu thập đầy đủ: 238 số liệu của 34 đơn vị")
    assert collected[1].startswith("Lần tới: 00:00 ngày ")
    assert any(each.startswith("Đang nghe tại http://127.0.0.1:") for each in said)
    assert "Chưa có khóa nào; tạo bằng `bochiso account key add`.\n" in said
    assert rest.endswith(": Đã dừng.\n")


def test_serve_refuses_an_hour_that_is_none(tmp_path: Path) -> None:
    done = bochiso("serve", "--collect", "sáng", data=tmp_path / "d")
    assert done.code == 2
    assert done.err == "Lỗi: không có giờ “sáng”. Viết như 06:00.\n"
