"""The commands on the real figures: what they should show."""

from pathlib import Path

import pytest
from command_runner import EXAMPLES, process, run

from bochiso.rules.loader import rules_text

OCTOBER = (EXAMPLES / "provinces-2026-10-06.csv").read_text("utf-8")


def squeezed(text: str) -> str:
    return " ".join(text.split())


def test_every_published_point_of_the_examples_is_found_again(data: Path) -> None:
    done = run("check", "--data", data)
    assert done.code == 0
    assert done.out.count("tất cả khớp; chênh lệch lớn nhất 0,00 điểm") == 7
    assert "Đã đối chiếu 2.394 điểm công bố" in done.out


def test_a_wrong_published_figure_is_found_and_the_exit_code_is_1(tmp_path: Path) -> None:
    wrong = (EXAMPLES / "metrics-2026.csv").read_text("utf-8").replace(",45,52,3.46,4", ",45,52,3.64,4", 1)
    (tmp_path / "sai.csv").write_text(wrong, "utf-8")
    words = ["--data", tmp_path / "data"]
    assert run("import", "measures", tmp_path / "sai.csv", "--as-of", "2026-10-10", *words).code == 0
    done = run("check", *words)
    assert done.code == 1
    assert "1 điểm không khớp; chênh lệch lớn nhất 0,18 điểm" in done.out
    assert "UBND tỉnh Đồng Tháp (H20)" in squeezed(done.out)
    (verdict,) = run("check", *words, "--format", "json").json
    assert verdict["differences"] == [
        {
            "unit": "H20", "unit_name": "UBND tỉnh Đồng Tháp", "code": "PUBLIC_UPDATE_ON_TIME",
            "published": 3.64, "computed": 3.46, "difference": 0.18,
        }
    ]  # fmt: skip
    assert "3.64,3.46,0.18" in run("check", *words, "--format", "csv").out


def test_the_provinces_compared_with_three_weeks_before(data: Path) -> None:
    words = [
        "rank",
        "--level",
        "province",
        "--as-of",
        "2026-10-06",
        "--against",
        "2026-09-17",
        "--data",
        data,
    ]
    shown = squeezed(run(*words).out)
    assert "So với kỳ năm 2026, số liệu ngày 17/09/2026." in shown
    assert "UBND tỉnh Gia Lai 11,79 17,14 9,13 7,09 11,04 9,45 65,64 Trung bình +3,02 ▲8" in shown
    assert "Xếp loại: 0/34 Xuất sắc, 0/34 Tốt, 0/34 Khá, 34/34 Trung bình, 0/34 Yếu." in shown
    assert "H49: UBND tỉnh Quảng Ninh → UBND thành phố Quảng Ninh" in shown
    assert "H05: UBND tỉnh Bắc Ninh → UBND thành phố Bắc Ninh" in shown
    rows = {row["unit"]: row["change"] for row in run(*words, "--format", "json").json}
    assert (rows["H49"]["fate"], rows["H05"]["fate"], rows["H21"]["fate"]) == ("renamed", "renamed", "stayed")
    assert (rows["H21"]["total"], rows["H21"]["rank"]) == (3.02, 8)
    csv = run(*words, "--format", "csv").out.split("\n")
    assert csv[0].endswith(",total_change,rank_change")
    assert next(line for line in csv if ",H21," in line).endswith(",3.02,8")


def test_previous_finds_the_last_ranking_not_the_last_day(data: Path) -> None:
    shown = run("rank", "--level", "province", "--against", "previous", "--data", data).out
    assert "Tỉnh, thành phố – kỳ năm 2026, số liệu ngày 08/10/2026" in shown
    assert "So với kỳ năm 2026, số liệu ngày 06/10/2026" in shown
    assert "Mới xuất hiện" not in shown


@pytest.mark.parametrize("unit", ["H21.212", "h21.212", "phu my bac", "Phù Mỹ Bắc", "UBND xã Phù Mỹ Bắc"])
def test_a_unit_is_explained_by_its_code_or_its_name(data: Path, unit: str) -> None:
    shown = squeezed(run("explain", unit, "--against", "2026-10-02", "--data", data).out)
    assert shown.startswith("UBND xã Phù Mỹ Bắc (H21.212) – kỳ năm 2026, số liệu ngày 07/10/2026")
    assert "Tổng điểm 60,64/100, Trung bình, xếp hạng 122/135." in shown
    assert "Thay đổi so với kỳ năm 2026, số liệu ngày 02/10/2026: −11,80 điểm" in shown
    assert "Mức độ hài lòng 18,00 6,00 −12,00" in shown


def test_an_ambiguous_name_lists_the_codes_to_choose_from(data: Path) -> None:
    done = run("explain", "Hoài Nhơn", "--as-of", "2026-10-07", "--data", data)
    assert done.code == 0
    done = run("explain", "hoai nhon t", "--data", data)
    assert "UBND phường Hoài Nhơn Tây" in done.out
    done = run("explain", "quy nhon n", "--data", data)
    assert done.code == 0
    done = run("explain", "vinh", "--as-of", "2026-10-07", "--data", data)
    assert (done.code, done.out) == (2, "")
    assert "Chọn một mã: " in done.err
    assert "UBND xã Vĩnh Sơn (H21." in done.err


def test_an_explanation_shows_what_was_lost_where_largest_first(data: Path) -> None:
    lines = run("explain", "H20", "--data", data, "--format", "json").json["lines"]
    lost = [line["lost"] for line in lines if line["lost"] is not None]
    assert lost == sorted(lost, reverse=True)
    assert (lines[0]["code"], lines[0]["lost"], lines[0]["numerator"]) == ("PUBLISH_ON_TIME", 6, 0)
    shown = squeezed(run("explain", "H20", "--data", data).out)
    assert "1.1 Tỷ lệ thủ tục hành chính được công bố đúng hạn 0 52 0,00% 100% 0,00 6,00 6,00" in shown


def test_the_causes_of_a_change_add_up_to_it(data: Path) -> None:
    found = run("explain", "H21.194", "--against", "2026-10-02", "--data", data, "--format", "json").json
    assert round(sum(cause["change"] for cause in found["causes"]), 2) == found["change"]["total"]
    assert (found["as_of"], found["period"]) == ("2026-10-07", "2026")


def test_a_unit_that_was_not_there_before_says_so(data: Path, own_data: Path) -> None:
    table = (EXAMPLES / "units-H21-2026-10-07.csv").read_text("utf-8").replace("H21.212,", "H21.999,")
    (own_data.parent / "mới.csv").write_text(table, "utf-8")
    words = ["--data", own_data]
    assert run("import", "points", own_data.parent / "mới.csv", "--as-of", "2026-10-08", *words).code == 0
    shown = run("explain", "H21.999", "--against", "2026-10-07", *words).out
    assert "Chưa có đơn vị này trong kỳ năm 2026, số liệu ngày 07/10/2026." in squeezed(shown)


def test_importing_the_same_file_again_says_when_it_was_kept(tmp_path: Path) -> None:
    words = ["import", "points", EXAMPLES / "provinces-2026-10-06.csv", "--as-of", "2026-10-06"]
    first = run(*words, "--data", tmp_path / "data")
    assert (first.code, first.out) == (0, "")
    assert "238 số liệu của 34 đơn vị" in first.err
    again = run(*words, "--data", tmp_path / "data")
    assert again.code == 0
    assert again.err.startswith("Những tệp này đã được nạp lúc ")


def test_a_folder_of_tables_is_one_reading(tmp_path: Path) -> None:
    tables = tmp_path / "bảng"
    tables.mkdir()
    for name in ("provinces-2026-10-06.csv", "units-H21-2026-10-07.csv"):
        (tables / name).write_bytes((EXAMPLES / name).read_bytes())
    (tables / "ghi chú.txt").write_text("không phải bảng")
    done = run("import", "points", tables, "--as-of", "2026-10-07", "--data", tmp_path / "data")
    assert done.code == 0
    assert "183 đơn vị" in done.err
    (one,) = run("snapshots", "--data", tmp_path / "data", "--format", "json").json
    assert (one["province"], one["department"], one["commune"]) == (34, 14, 135)


def test_snapshots_show_three_moments(data: Path) -> None:
    shown = run("snapshots", "--data", data).out
    for heading in ("Ngày", "Kỳ", "Nguồn đọc lúc", "Thay đổi lần cuối"):
        assert heading in shown
    assert "Nguồn đọc lúc" in run("rank", "--level", "province", "--data", data).out
    assert "số liệu thay đổi lần cuối lúc" in run("explain", "H20", "--data", data).out


def test_a_province_s_own_rules_stay_with_its_figures_when_their_file_is_gone(tmp_path: Path) -> None:
    mine = tmp_path / "gia-lai.yaml"
    mine.write_text("id: gia-lai\nextends: qd766\nnames: {vi: Bộ Gia Lai, en: Gia Lai}\n", "utf-8")
    words = ["import", "points", EXAMPLES / "units-H21-2026-10-02.csv", "--as-of", "2026-10-02"]
    assert run(*words, "--rules", mine, "--data", tmp_path / "data").code == 0
    mine.unlink()
    (one,) = run("snapshots", "--data", tmp_path / "data", "--format", "json").json
    assert one["rules"] == "gia-lai"
    assert run("rank", "--data", tmp_path / "data").code == 0
    words = ["import", "points", EXAMPLES / "units-H21-2026-10-07.csv", "--as-of", "2026-10-07"]
    run(*words, "--data", tmp_path / "data")
    shown = run("rank", "--against", "previous", "--data", tmp_path / "data").out
    assert "Hai kỳ tính theo hai bộ quy tắc khác nhau (gia-lai, qd766)." in shown


def test_only_one_province(data: Path) -> None:
    rows = run("rank", "--province", "h21", "--data", data, "--format", "json").json
    assert {row["parent"] for row in rows} == {"H21"}
    assert len(rows) == 149
    done = run("rank", "--province", "H99", "--data", data)
    assert (done.code, done.out) == (2, "")
    assert "không có đơn vị nào để xếp hạng" in done.err


def test_rules_are_shown_in_either_language() -> None:
    vi, en = run("rules", "show"), process("rules", "show", "--lang", "en")
    assert (vi.code, en.code) == (0, 0)
    assert "Chỉ số thành phần" in vi.out
    assert "PUBLISH_ON_TIME" in vi.out
    assert "Deadlines" in en.out


def test_a_rule_file_that_can_be_used_is_told(tmp_path: Path) -> None:
    mine = tmp_path / "gia-lai.yaml"
    mine.write_text("id: gia-lai\nextends: qd766\n", "utf-8")
    done = run("rules", "check", mine)
    assert (done.code, done.out) == (0, "")
    assert "dùng được. gia-lai: 6 nhóm," in done.err
    assert "tổng 100 điểm." in done.err


def test_every_problem_of_a_rule_file_is_told_with_its_line(tmp_path: Path) -> None:
    broken = tmp_path / "hỏng.yaml"
    broken.write_text(rules_text("qd766").replace("points: 18", "points: 19", 1) + "lạ: 1\n", "utf-8")
    done = run("rules", "check", broken)
    assert (done.code, done.out) == (2, "")
    assert "hỏng.yaml, dòng " in done.err
    assert "lạ" in done.err


@pytest.mark.landing
def test_the_demo_shows_all_of_it_and_can_be_run_again(tmp_path: Path) -> None:
    first, again = (run("demo", "-o", tmp_path / "out") for _ in range(2))
    assert (first.code, again.code) == (0, 0)
    for part in (
        "Tỉnh, thành phố – kỳ năm 2026",
        "Sở, ban, ngành –",
        "Xã, phường, đặc khu –",
        "Thay đổi so với",
    ):
        assert part in first.out
    assert first.out.count("tất cả khớp") == 7 + 2
    assert str(tmp_path / "out" / "data") in first.out
    real, collected = first.out.split("Thu thập thử hai ngày")
    assert collected.count("Đã thu thập đầy đủ") == 2
    assert again.out.split("Thu thập thử hai ngày")[0] == real
    assert again.out.count("Số liệu không đổi") == 2


def test_a_table_of_bare_totals_has_no_legend_of_groups(tmp_path: Path) -> None:
    table = tmp_path / "xa.csv"
    table.write_text("Đơn vị,Tổng điểm\nUBND xã Ea Drăng,91.35\n", "utf-8")
    lines = run("score", table).out.splitlines()
    assert any("91,35" in line for line in lines)
    assert "." not in [line.strip() for line in lines]


def test_several_sets_score_one_snapshot_side_by_side(data: Path) -> None:
    words = ["rank", "--level", "commune", "--as-of", "2026-10-10", "--province", "H15", "--data", data]
    words += ["--beside", "qd766-exact", "--beside", "qd766-target80"]
    shown = squeezed(run(*words).out)
    assert "Theo bộ qd766-exact: 6/102 đơn vị khác điểm hoặc khác hạng so với bộ qd766." in shown
    assert "UBND xã Xuân Cảnh 73,23 4/102 73,23 3/102" in shown
    rows = {row["unit"]: row for row in run(*words, "--format", "json").json}
    assert (rows["H15.157"]["total"], rows["H15.157"]["rank"]) == (73.24, 3)
    assert rows["H15.157"]["beside"]["qd766-exact"] == {"total": 73.23, "rank": 3, "of": 102}
    assert rows["H15.157"]["beside"]["qd766-target80"]["total"] > 73.24
    head = run(*words, "--format", "csv").out.split("\n", 1)[0]
    assert head.endswith("total_qd766-exact,rank_qd766-exact,total_qd766-target80,rank_qd766-target80")


def test_across_eras_the_terminal_shows_ranks_and_says_why_no_points(tmp_path: Path) -> None:
    words = ["--data", tmp_path / "data"]
    others = (line.split(",")[0] for line in OCTOBER.splitlines()[1:])
    april = [f"{code},UBND {code},{97 - n}" for n, code in enumerate(others)]
    (tmp_path / "thang-4.csv").write_text("\n".join(["code,name,total", *april]), "utf-8")
    assert run("import", "points", tmp_path / "thang-4.csv", "--as-of", "20/04/2026", *words).code == 0
    october = EXAMPLES / "provinces-2026-10-06.csv"
    assert run("import", "points", october, "--as-of", "06/10/2026", *words).code == 0
    why = "Không so sánh điểm giữa ngày 20/04/2026 và ngày 06/10/2026 vì cách tính điểm của nguồn đã thay đổi"
    for command in (["rank"], ["explain", "H15"]):
        done = run(*command, "--as-of", "2026-10-06", "--against", "2026-04-20", *words)
        assert why in squeezed(done.out)
        assert "−" not in done.out
    assert "Thứ hạng 7/34 → 7/34: giữ nguyên." in done.out
    rows = run("rank", "--against", "2026-04-20", *words, "--format", "json").json
    assert {row["change"]["total"] for row in rows} == {None}
    assert {row["change"]["rank"] for row in rows} == {0}


def test_the_eras_are_listed_and_an_own_table_is_checked_before_it_is_used(tmp_path: Path) -> None:
    words = ["--data", tmp_path / "data"]
    listed = run("rules", "eras", *words, "--format", "json").json
    assert [each["rules"] for each in listed] == [None, None, "qd766"]
    own = tmp_path / "cua-tinh.yaml"
    own.write_text("eras: [{code: a, names: {vi: a, en: a}, source: b, den: 1}]", "utf-8")
    done = run("rules", "eras", own, *words)
    assert done.code == 2
    assert "cua-tinh.yaml, dòng 1" in done.err
    own.write_text("eras: [{code: a, names: {vi: a, en: a}, source: b}]", "utf-8")
    assert "đã nạp 1 giai đoạn" in run("rules", "eras", own, *words).err
    assert [each["code"] for each in run("rules", "eras", *words, "--format", "json").json] == ["a"]
