"""Formats, encodings and everything that isn't a table."""

import io
import json
import unicodedata
import zipfile
from contextlib import suppress
from decimal import Decimal

import bombs
import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import steps
from table_reading import RULES, error, figures, notes, points, read, refusals, units, workbook

from bochiso.errors import SourceError
from bochiso.intake.figures.detect import read_tables
from bochiso.intake.tables.table_reader import MAX_BYTES, check_size
from bochiso.text import Lang

TOTALS = "Tên đơn vị;Cấp;Tổng điểm\nUBND xã Ea Drăng;xã;88,72\nUBND xã Krông Pắc;xã;90,1\n"


def windows_1258(text):
    """As Vietnamese Excel saves: letters, then the tone."""
    out = b""
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(mark for mark in parts if mark in "\u0300\u0301\u0303\u0309\u0323")
        base = unicodedata.normalize("NFC", "".join(mark for mark in parts if mark not in tones))
        out += (base + tones).encode("cp1258")
    return out


@pytest.mark.parametrize(
    "data",
    [
        TOTALS.encode(),
        TOTALS.encode("utf-8-sig"),
        TOTALS.encode("utf-16"),
        unicodedata.normalize("NFD", TOTALS).encode(),
        windows_1258(TOTALS),
        TOTALS.replace(";", "\t").encode(),
        TOTALS.replace("\n", "\r\n").encode(),
        TOTALS.replace("\n", "\r").encode(),
        TOTALS.rstrip().encode(),
        b"sep=;\n" + TOTALS.encode(),
    ],
    ids=["utf-8", "bom", "utf-16", "nfd", "windows-1258", "tab", "crlf", "cr", "no last newline", "sep"],
)
def test_the_same_table_however_it_was_saved(data):
    intake = read(data)
    assert units(intake)[0] == ("UBND xã Ea Drăng", "UBND xã Ea Drăng", "commune", None)
    assert points(intake, "UBND xã Krông Pắc") == {"TOTAL": Decimal("90.1")}
    assert not intake.refusals


def test_titles_above_the_heading_and_blank_rows_are_skipped_and_rows_keep_their_numbers():
    intake = read(
        'UBND TỈNH ĐẮK LẮK,,\n"BÁO CÁO\nTuần 02",,\n\nSTT,Tên đơn vị,Tổng điểm\n1,Sở A,90\n,,\n\n2,Sở B,80\n'
    )
    assert intake.rows == 2
    assert intake.figures["row"].to_pylist() == [5, 8]


def test_a_heading_may_hold_line_breaks():
    intake = read('"Tên\ncơ quan, đơn vị","Tổng\nđiểm"\nSở A,90\n')
    assert intake.figures["row"].to_pylist() == [2]


def test_a_ragged_row_is_refused_with_its_number_and_the_others_go_in():
    intake = read("unit_name,level,total\nSở A,sở,90\nSở B,80\nSở C,sở,70,,\nSở D,sở,60,thừa\n")
    assert refusals(intake) == [
        "bảng.csv, dòng 3: dòng có 2 ô, dòng tiêu đề có 3 ô; kiểm tra dấu phân cách và dấu ngoặc kép.",
        "bảng.csv, dòng 5: dòng có 4 ô, dòng tiêu đề có 3 ô; kiểm tra dấu phân cách và dấu ngoặc kép.",
    ]
    assert [unit[0] for unit in units(intake)] == ["Sở A", "Sở C"]
    assert intake.rows == 4


@pytest.mark.parametrize("cell", ["=cmd|' /C calc'!A0", "@SUM(A1)", "+cmd|x", "\t=1+1"])
@pytest.mark.parametrize("place", [0, 2])
def test_a_cell_that_starts_a_formula_is_refused(cell, place):
    row = ["Sở A", "sở", "90"]
    row[place] = cell
    intake = read("unit_name;level;total\n" + ";".join(row) + "\nSở B;sở;80\n")
    [reason] = refusals(intake)
    assert "dòng 2, cột " in reason
    assert "bắt đầu bằng công thức" in reason
    assert [unit[0] for unit in units(intake)] == ["Sở B"]


def test_plus_five_is_a_number_and_a_list_in_an_unused_column_is_no_formula():
    assert points(read("unit_name,total,Ghi chú\nSở A,+5,+ Chậm công khai\n"), "Sở A") == {"TOTAL": 5}


def wide_table(columns: int) -> str:
    heading = ",".join(f"cột {n}" for n in range(columns))
    return f"unit_name,total,{heading}\nSở A,90{',1' * columns}\n"


def test_columns_nobody_knows_give_one_note_however_many_and_quickly():
    table = wide_table(10_000)
    intake = read(table)
    few, many = (steps(lambda text=text: read(text)) for text in (wide_table(1_000), table))
    assert many < 11 * few
    assert notes(intake) == ["bảng.csv: 10.000 cột không dùng (cột 0, cột 1, cột 2, cột 3, cột 4, …)."]
    assert points(intake, "Sở A") == {"TOTAL": 90}


@pytest.mark.parametrize("data", [b"", b"\n\n", b"\xef\xbb\xbf", b"  \r\n"])
def test_an_empty_file_is_refused(data):
    assert error(data) == "bảng.csv: tệp rỗng. Hãy xuất lại bảng từ nguồn."


@pytest.mark.parametrize("data", [b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", b"\xff\xfe\0\xd8"])
def test_a_binary_file_renamed_csv_is_refused(data):
    assert "không phải bảng số liệu dạng văn bản" in error(data)


def test_a_table_without_a_known_heading_says_what_was_expected_and_found():
    message = error("họ tên,tuổi\nA,1\n")
    assert "tìm thấy: họ tên, tuổi" in message
    assert "unit_name" in message


def test_a_heading_without_rows_is_refused():
    assert "không có dòng số liệu nào" in error("unit_name,total\n")


def test_two_columns_of_one_meaning_are_refused():
    assert error("unit,Mã đơn vị,total\nH21,H21,1\n").startswith(
        "bảng.csv: cột “unit” và cột “Mã đơn vị” cùng được hiểu là “Mã đơn vị”."
    )


def test_a_file_of_more_than_50_mb_is_refused_before_it_is_read():
    with pytest.raises(SourceError) as found:
        check_size("số liệu.csv", 200 * 2**20)
    assert found.value.render(Lang.VI) == (
        "số liệu.csv: tệp 200 MB, vượt mức 50 MB. "
        "Hãy tách thành nhiều tệp nhỏ (ví dụ mỗi tỉnh một tệp) rồi nạp cùng lúc."
    )
    check_size("số liệu.csv", MAX_BYTES)


def test_a_quotation_mark_that_never_closes_is_refused():
    assert "dấu ngoặc kép" in error('unit_name,total\nSở A,1\n\n"' + "Sở B,2\n" * 50_000)


@given(st.binary(max_size=300))
def test_any_bytes_are_a_table_or_a_clear_error(data):
    with suppress(SourceError):
        assert all(len(table.rows) == len(table.columns[0]) for table in read_tables("tệp", data, RULES))


# Workbooks.


def test_a_workbook_reads_as_its_csv_does():
    sheet = [["BẢNG TỔNG HỢP"], [], ["STT", "Mã đơn vị", "Tên đơn vị", "CKMB", "Tổng điểm"]]
    intake = read(
        workbook([["Bìa"]], [*sheet, [1, "H21.17", "Sở Y tế", 11.79, None], [2, "H21.9", "Sở B", 12.0, None]])
    )
    assert points(intake, "H21.17") == {"CKMB": Decimal("11.79")}
    assert points(intake, "H21.9") == {"CKMB": 12}
    assert intake.figures["row"].to_pylist() == [4, 5]


def test_the_number_1_209_in_a_workbook_is_never_1209():
    intake = read(workbook([["unit", "indicator", "numerator", "denominator"], ["H21", "3.3", 1.209, 2000]]))
    assert "không phải số nguyên" in refusals(intake)[0]


def test_an_indicator_number_may_be_a_number_cell():
    intake = read(workbook([["unit", "indicator", "numerator", "denominator"], ["H21", 3.3, 1, 2]]))
    assert ("H21", "ONLINE_FILING") in figures(intake)


def test_every_sheet_with_a_table_is_read_and_named_where_it_matters():
    first, second = (
        [["unit_name", "total"], ["Sở A", 90]],
        [["unit_name", "total"], ["Sở B", "?"], ["Sở C", 80]],
    )
    intake = read(workbook(first, [["Bìa"]], second), name="a.xlsx")
    assert [unit[0] for unit in units(intake)] == ["Sở A", "Sở C"]
    assert refusals(intake)[0].startswith("a.xlsx › Sheet3, dòng 2, cột total: không đọc được “?” là số")
    assert notes(intake) == []


def archive(**members):
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w", zipfile.ZIP_DEFLATED) as out:
        for name, text in members.items():
            out.writestr(name.replace("__", "/") + ".xml", text)
    return data.getvalue()


def test_a_zip_bomb_is_refused_by_what_it_really_unpacks_to():
    bomb = archive(xl__worksheets__sheet1=b"0" * (201 * 2**20))
    assert len(bomb) < 2**20
    assert "giải nén ra hơn 200 MB" in error(bomb)


def test_a_tiny_workbook_whose_last_cell_is_a_million_rows_down_is_refused():
    cells = b'<c r="A1"><v>1</v></c>' + b" " * 2**20 + b'<c r="GS1048576"><v>1</v></c>'
    assert "trải đến dòng 1.048.576, cột thứ 201" in error(archive(xl__worksheets__sheet1=cells))


@pytest.mark.parametrize("how", bombs.FAR_CELLS)
def test_the_last_cell_is_seen_however_it_is_written_and_wherever_its_sheet_is(how):
    assert len(bombs.FAR_CELLS[how]) < 2_000
    assert "trải đến dòng 1.048.576, cột thứ 16.384" in error(bombs.FAR_CELLS[how])


def test_an_empty_last_row_that_is_only_formatted_is_no_harm():
    cells = "".join(f'<c r="{column}2" t="inlineStr"><is><t>x</t></is></c>' for column in "ABCDEFGHIJ")
    rows = f'{bombs.HEADING}<row r="2">{cells}</row><row r="1048576" ht="20"/>'
    assert "không nhận ra dòng tiêu đề" in error(bombs.xlsx(rows))


def test_a_binary_workbook_is_refused_unseen():
    assert "không phải XLSX, XLS, ODS" in error(archive(xl__Workbook=b"x").replace(b".xml", b".bin"))


@pytest.mark.parametrize("number", bombs.EXPONENTS)
def test_a_number_with_a_huge_exponent_is_refused_unwritten(number):
    intake = read(bombs.EXPONENTS[number])
    assert intake.figures.num_rows == 0
    (reason,) = refusals(intake)
    assert "không đọc được “" in reason


@pytest.mark.parametrize("where", bombs.HALF_SIGNS)
def test_halves_of_signs_in_json_are_refused(where):
    assert "ký tự hỏng" in error(bombs.HALF_SIGNS[where])


def test_whole_signs_written_as_pairs_are_read():
    text = json.dumps([{"unit": "H21", "unit_name": "Sở 𠀋", "total": 90}])
    assert "\\ud840" in text
    assert points(read(text), "H21") == {"TOTAL": 90}


def test_a_tiny_ods_that_repeats_its_cells_without_end_is_refused():
    row = b'<table:table-row table:number-rows-repeated="%d">'
    cell = b'<table:table-cell table:number-columns-repeated="%d" office:value="1"/></table:table-row>'
    assert "quá rộng để đọc" in error(archive(content=(row + cell) % (100_000, 1000)))


def test_empty_cells_repeated_to_the_end_of_an_ods_sheet_are_no_harm():
    row = b'<table:table-row table:number-rows-repeated="1048000"><table:table-cell '
    empty = row + b'table:number-columns-repeated="16384"/></table:table-row>'
    assert "hỏng" in error(archive(content=empty))


@pytest.mark.parametrize(
    "data", [b"PK\x03\x04 cut short", workbook([["unit", "total"]])[:-200], archive(word="x")]
)
def test_a_broken_archive_is_refused(data):
    assert "sổ tính bị hỏng hoặc không phải XLSX, XLS, ODS" in error(data)


def test_a_workbook_behind_a_password_is_refused():
    data = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(504) + "EncryptedPackage".encode("utf-16-le")
    assert error(data).startswith("bảng.csv: sổ tính đặt mật khẩu. Hãy mở bằng Excel, bỏ mật khẩu")


# JSON.


def test_json_reads_as_csv_does_alone_or_under_rows():
    rows = [{"unit": "H21", "unit_name": "UBND tỉnh Gia Lai", "CKMB": 11.79, "total": None, "khác": [1]}]
    for text in (json.dumps(rows), json.dumps({"rows": rows})):
        assert points(read(text), "H21") == {"CKMB": Decimal("11.79")}


def test_numbers_in_json_are_exact_and_never_thousands():
    row = '{"unit":"H21","indicator":"3.3","numerator":1.209,"denominator":2000}'
    assert "không phải số nguyên" in refusals(read(f"[{row}]"))[0]


@pytest.mark.parametrize("text", ["[1]", "{}", '{"rows": 5}', "[" * 100_000])
def test_json_that_is_no_table_is_refused(text):
    assert "JSON" in error(text)


def test_broken_json_is_refused_with_its_line():
    assert error('[\n{"unit": }]').startswith("bảng.csv, dòng 2: JSON sai cú pháp ở cột")


def test_an_empty_array_is_refused():
    assert "không có dòng số liệu nào" in error("[]")
