"""Files of dossiers: every form and packing gives the same dossiers, bad items and broken files are said."""

import csv
import gzip
import io
import itertools
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from sync_message_builders import dossier, step
from table_reading import workbook
from thoroughness import spread

from bochiso.errors import SourceError
from bochiso.intake.dossiers import dossier_files
from bochiso.intake.dossiers.dossier_files import DossierFile
from bochiso.intake.messages.message_schemas import KEPT
from bochiso.text import Lang

FILES = [{"TepDinhKemId": "1", "DuocTaiSuDung": "1"}]
SUPPLEMENTS = [{"NgayBoSung": "20261009080000", "NgayTiepNhanBoSung": "20261010080000"}]
DOSSIERS = [
    dossier(MaHoSo=f"H15.{n % 7}-261008-{n:04d}", TaiLieuNop=FILES, DanhSachHoSoBoSung=SUPPLEMENTS)
    for n in range(40)
]


def read(path: Path) -> tuple[pa.Table, int, list[int]]:
    """The dossiers of a file, how many steps, the numbers of refused items."""
    received = list(DossierFile(path).read())
    table = pa.Table.from_batches([each.dossiers for each in received], KEPT)
    steps = sum(each.steps.num_rows for each in received)
    return table, steps, [refused.item for each in received for refused in each.refused]


def lines(items: list[Any]) -> bytes:
    return b"".join(json.dumps(item, ensure_ascii=False).encode() + b"\n" for item in items)


def csv_of(items: list[dict[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(items[0]))
    writer.writeheader()
    for item in items:
        writer.writerow({k: json.dumps(v) if isinstance(v, list) else v for k, v in item.items()})
    return text.getvalue().encode("utf-8-sig")


def xlsx_of(items: list[dict[str, Any]]) -> bytes:
    cells = [[json.dumps(v) if isinstance(v, list) else v for v in item.values()] for item in items]
    return workbook([["Danh sách hồ sơ"], list(items[0]), *cells])


def parquet_of(items: list[dict[str, Any]]) -> bytes:
    filled = [{k: v for k, v in item.items() if v != []} for item in items]
    sink = io.BytesIO()
    pq.write_table(pa.Table.from_pylist(filled), sink)
    return sink.getvalue()


FORMS: dict[str, Callable[[list[Any]], bytes]] = {
    "a.jsonl": lines,
    "a.json": lambda items: json.dumps(items).encode(),
    "indented.json": lambda items: json.dumps(items, indent=2, ensure_ascii=False).encode("utf-8-sig"),
    "message.json": lambda items: json.dumps(
        {"session": "s", "data": items, "after": [1, {"a": 2}]}
    ).encode(),
    "messages.jsonl": lambda items: lines([{"data": items[:7]}, {"data": items[7:]}]),
    "a.csv": csv_of,
    "a.xlsx": xlsx_of,
    "a.parquet": parquet_of,
}


@pytest.mark.parametrize(
    ("form", "packing", "piece"), spread(itertools.product(FORMS, ("", ".gz", ".zst"), (600, 2**20)), 16)
)
def test_every_form_and_packing_gives_the_same_dossiers(
    form: str, packing: str, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier_files, "PIECE", piece)
    plain = FORMS[form](DOSSIERS)
    path = tmp_path / (form + packing)
    pack = {"": bytes, ".gz": gzip.compress, ".zst": lambda data: pa.compress(data, "zstd", asbytes=True)}
    path.write_bytes(pack[packing](plain))
    expected = tmp_path / "expected.jsonl"
    expected.write_bytes(lines(DOSSIERS))
    assert read(path)[0].to_pylist() == read(expected)[0].to_pylist()
    assert len(read(path)[0]) == 40


def test_an_envelope_in_a_file_says_who_sent_it_and_how(tmp_path: Path) -> None:
    path = tmp_path / "a.json"
    path.write_text(json.dumps({"madonvi": "H15", "isUpdating": "True", "data": [dossier()]}))
    (row,) = read(path)[0].to_pylist()
    assert (row["sender"], row["updating"]) == ("H15", True)


def test_dossiers_and_steps_may_stand_in_one_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(lines([dossier(), step(), step("10")]))
    assert read(path)[0].num_rows == 1
    assert read(path)[1] == 2


@pytest.mark.parametrize("form", ["a.jsonl", "a.json", "messages.jsonl"])
@pytest.mark.parametrize("piece", [300, 2**20])
def test_a_bad_item_is_refused_by_its_number(
    form: str, piece: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier_files, "PIECE", piece)
    items = [dossier(), None, dossier(NgayHenTra="x"), 5, dossier(), dossier(), {}, dossier()]
    path = tmp_path / form
    path.write_bytes(FORMS[form](items))
    table, _, refused = read(path)
    assert (table.num_rows, refused) == (4, [2, 3, 4, 7])


def test_vietnamese_headings_and_dates_as_people_write_them(tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_text(
        "DANH SÁCH HỒ SƠ\nSTT;Mã hồ sơ;Chủ hồ sơ;Ngày tiếp nhận;Ngày hẹn trả;Trạng thái\n"
        "1;H15.1-261008-0001;Nguyễn Văn A;08/10/2026 08:30;2026-10-15 17:00:00;4\n"
        "2;H15.1-261008-0002;Trần Thị B;8/10/2026;31/02/2026;4\n",
        "utf-8",
    )
    table, _, refused = read(path)
    (row,) = table.to_pylist()
    assert row["received_at"].isoformat() == "2026-10-08T01:30:00"
    assert row["due_at"].isoformat() == "2026-10-15T10:00:00"
    assert refused == [4]


@pytest.mark.parametrize("form", ["a.csv", "a.xlsx"])
def test_a_bad_row_of_a_table_is_refused_by_the_number_that_a_person_sees_beside_it(
    form: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dossier_files, "BATCH", 2)
    cells = [[], ["Danh sách"], ["MaHoSo", "TrangThaiHoSo"], ["H15.1-261008-0001", "4"], [],
             ["H15.1-261008-0002", "x"], ["H15.1-261008-0003", "4"], ["0912345678", "4"]]  # fmt: skip
    path = tmp_path / form
    text = "\n".join(",".join(row) for row in cells).encode()
    path.write_bytes(workbook(cells) if form == "a.xlsx" else text)
    refused = [each for received in DossierFile(path).read() for each in received.refused]
    assert [each.render(Lang.VI, form)[: len(form) + 8] for each in refused] == [
        f"{form}, dòng 6", f"{form}, dòng 8",
    ]  # fmt: skip


def test_a_workbooks_dates_are_read(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    heading = ["MaHoSo", "TrangThaiHoSo", "NgayTiepNhan"]
    path.write_bytes(workbook([heading, ["H15.1-261008-0001", 2, 20261008083000]]))
    assert read(path)[0].to_pylist()[0]["received_at"].isoformat() == "2026-10-08T01:30:00"


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.json", b"hello"),
        ("a.json", b""),
        ("a.csv", b"a,b\n1,2\n"),
        ("a.csv", "Mã hồ sơ\n".encode("utf-16")),
        ("a.xlsx", b"PK\x03\x04"),
        ("a.parquet", b"PAR1"),
        ("a.jsonl.gz", gzip.compress(lines(DOSSIERS))[:-20]),
        ("a.jsonl.gz", b"\x1f\x8b" + bytes(30)),
    ],
)
def test_a_file_that_cannot_be_read_is_said(name: str, data: bytes, tmp_path: Path) -> None:
    path = tmp_path / name
    path.write_bytes(data)
    with pytest.raises(SourceError) as error:
        read(path)
    assert name in str(error.value)


def test_an_item_beyond_all_measure_ends_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dossier_files, "PIECE", 1000)
    monkeypatch.setattr(dossier_files, "MAX_ITEM", 5000)
    path = tmp_path / "a.jsonl.gz"
    path.write_bytes(gzip.compress(lines([dossier()]) + b'{"GhiChu":"' + bytes(100_000)))
    with pytest.raises(SourceError, match="more than"):
        read(path)
