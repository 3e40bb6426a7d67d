"""Sync messages: what is read of each item, what is refused, and that one bad item harms no other."""

import json
from contextlib import suppress
from datetime import datetime

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st
from steps import steps
from sync_message_builders import NUMBER, dossier, read, reasons, receive, row, step

from bochiso.errors import SourceError
from bochiso.intake.messages.dossier_numbers import dossier_number, procedure_code, sender_code
from bochiso.intake.messages.message_columns import moments, parse_moment
from bochiso.intake.messages.message_schemas import STEPS
from bochiso.intake.messages.refusal_reasons import Odd, oddities
from bochiso.intake.messages.sync_messages import TooManyError, decode_items, open_message, split_list
from bochiso.intake.messages.sync_schema import LONGEST_LIST


def utc(text: str) -> datetime:
    return datetime.fromisoformat(text)


def test_dates_are_vietnams_and_become_utc() -> None:
    taken = row(dossier())
    assert taken["received_at"] == utc("2026-10-08T01:30")
    assert taken["due_at"] == utc("2026-10-15T10:00")
    assert taken["done_at"] is None


def test_a_missing_channel_means_in_person_and_an_unknown_one_is_unknown() -> None:
    assert row(dossier(KenhThucHien=...))["channel"] == 1
    assert row(dossier(KenhThucHien=""))["channel"] == 1
    odd = row(dossier(KenhThucHien="7"))
    assert (odd["channel"], odd["odd"]) == (None, Odd.CHANNEL)


def test_numbers_and_flags_may_be_numbers_text_or_booleans() -> None:
    as_text = row(dossier(KenhThucHien="2", TaiKhoanDuocXacThucVoiVNeID="1", TrangThaiHoSo="9"))
    as_number = row(dossier(KenhThucHien=2, TaiKhoanDuocXacThucVoiVNeID=True, TrangThaiHoSo=9.0))
    assert as_text == as_number
    assert row(dossier(NgayTiepNhan=20261008083000))["received_at"] == utc("2026-10-08T01:30")


def test_a_printed_procedure_code_is_the_national_one() -> None:
    assert row(dossier())["procedure"] == "1.000656"
    assert row(dossier(MaTTHC="x y z"))["odd"] == Odd.PROCEDURE
    assert procedure_code("b-btp-277246-tt") == "B-BTP-277246-TT"


def test_the_sender_is_a_unit_code_or_unknown() -> None:
    assert row(dossier(), madonvi="h15.50")["sender"] == "H15.50"
    assert row(dossier(), madonvi="000.00.50.H15")["sender"] == "H15.50"
    assert row(dossier(), madonvi="Nguyễn Văn A")["sender"] is None
    assert sender_code(None) is None


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("NgayTiepNhan", "2026100808300"),
        ("NgayHenTra", "20260230000000"),
        ("NgayKetThucXuLy", "20261301000000"),
        ("NgayTra", "hôm qua"),
        ("NgayTuChoi", {"ngày": 1}),
        ("NgayNopHoSo", "20261008250000"),
        ("NgayTra", "10261008083000"),
    ],
)
def test_a_moment_that_cannot_be_is_refused_by_its_field(field: str, value: object) -> None:
    received = receive(dossier(**{field: value}), dossier(MaHoSo="H15.2-261008-0001"))
    (reason,) = reasons(received)
    assert field in reason
    assert NUMBER in reason
    assert received.dossiers["dossier"].to_pylist() == ["H15.2-261008-0001"]


@pytest.mark.parametrize("nothing", ["", None, "  ", "00010101000000", "00000000000000"])
def test_what_programs_write_for_no_date_is_no_date(nothing: object) -> None:
    assert row(dossier(NgayTra=nothing))["returned_at"] is None


def test_a_dossier_that_contradicts_itself_is_kept_with_a_remark() -> None:
    received = receive(dossier(NgayHenTra="20261001170000", NgayKetThucXuLy="20261002170000"))
    ((item, number, bits),) = received.remarks()
    assert (item, number) == (1, NUMBER)
    assert bits == Odd.DUE_BEFORE_RECEIVED | Odd.FINISHED_BEFORE_RECEIVED
    assert [text.en for text in oddities(bits)] == [
        "due before it was received.",
        "finished before it was received.",
    ]


@pytest.mark.parametrize("status", ["0", "11", "xong", [9]])
def test_a_status_that_cannot_be_is_refused(status: object) -> None:
    assert "TrangThaiHoSo" in reasons(receive(dossier(TrangThaiHoSo=status)))[0]


def test_a_missing_status_is_unknown() -> None:
    assert row(dossier(TrangThaiHoSo=...))["status"] is None


@pytest.mark.parametrize(
    "number", [None, "", "0912345678", "Nguyễn Văn A", "a@b.vn", 5, {"a": 1}, "H15" * 40 + "-1"]
)
def test_without_a_number_a_dossier_is_refused_and_nothing_is_repeated(number: object) -> None:
    received = receive(dossier(MaHoSo=number))
    (refused,) = received.refused
    assert refused.dossier is None
    assert "Nguyễn" not in reasons(received)[0]
    assert "0912" not in reasons(received)[0]


@pytest.mark.parametrize(
    "number",
    [
        "H15.05-0912345678-NGUYENVANA", "H15.05-036090001234", "H15.05-261008-NGUYENVANA", "H15-0912345678-1",
        "H15.NGUYENVAN-261008-0001", "NGUYENVANA.H15-261008-0001", "H15.05-261008-0912345678",
        "0912345678", "H15-091256-5678", "H15.05-09-12345678", "H15.05-0912345-678", "H15-849123-45678",
        "H15.0912.345678-261008-0001", "H15-036090-001234", "036.090.001.234.H15-261008-0001",
        "H15-0912-345-678", "h15-091215-5678 ",
    ],
)  # fmt: skip
def test_a_number_has_no_room_for_names_telephones_and_identity_cards(number: str) -> None:
    (refused,) = receive(dossier(MaHoSo=number)).refused
    assert refused.dossier is None
    assert dossier_number(number) is None


@pytest.mark.parametrize(
    "number",
    [
        "H15-261008-0975", "H15.50.05.13-261008-0975", "000.00.05.H15-261008-0001", "G01.899-261001-00001",
        "G22.99.05-261008-0012345", "H15.05-20261008-12", "H15.005.001-261008-AB0001",
        "H15.05-05102026-12", "H15.05.012.003.01-261008-0001", "H15.24133-261008-0912", "H15.05-080126-0001",
    ],
)  # fmt: skip
def test_numbers_of_every_form_are_taken(number: str) -> None:
    assert dossier_number(number) == number


def test_a_number_is_tidied() -> None:
    assert row(dossier(MaHoSo=f" {NUMBER.lower()} "))["dossier"] == NUMBER
    assert dossier_number("000.00.12.H15-251105-0001") == "000.00.12.H15-251105-0001"


def test_every_broken_item_is_refused_on_its_own() -> None:
    received = receive(dossier(MaHoSo="H15.1-261008-0001"), None, 7, "x", [], {}, dossier())
    assert received.dossiers["dossier"].to_pylist() == ["H15.1-261008-0001", NUMBER]
    assert [refused.item for refused in received.refused] == [2, 3, 4, 5, 6]
    assert received.places.to_pylist() == [1, 7]


def test_an_item_with_broken_letters_takes_no_other_along() -> None:
    good, odd = (json.dumps(dossier(), ensure_ascii=False).encode() for _ in range(2))
    odd = odd[:-1] + b', "La\xff": 1, "TrangThaiHoSo": [5]}'
    received = read(b'{"madonvi":"H15","data":[' + good + b"," + odd + b"]}")
    assert len(received.dossiers) == 1
    assert [refused.item for refused in received.refused] == [2]


def test_a_torn_or_deeply_nested_item_takes_no_other_along() -> None:
    good = json.dumps(dossier())
    deep = '{"MaHoSo":' + "[" * 5000 + "]" * 5000 + "}"
    body = f'{{"madonvi":"H15","isUpdating":"True","data":[{good},{{"MaHoSo": oops}},{deep},{good}]}}'
    received = read(body.encode())
    assert [refused.item for refused in received.refused] == [2, 3]
    assert received.dossiers["updating"].to_pylist() == [True, True]


def test_a_message_cut_off_keeps_its_whole_items() -> None:
    body = json.dumps({"data": [dossier(), dossier(MaHoSo="H15.1-261008-0001")]}).encode()[:-40]
    received = read(body)
    assert received.dossiers["dossier"].to_pylist() == [NUMBER]
    assert [refused.item for refused in received.refused] == [2]


def test_a_text_with_brackets_and_quotation_marks_is_not_taken_for_structure() -> None:
    odd = json.dumps(dossier(GhiChu='}],"{["\\'))
    assert [part.strip().decode() for part in split_list(f"[{odd}, {odd}]".encode())] == [odd, odd]


HUGE = 4_000_000
START = b'[{"MaHoSo":"H15.1-261008-0001"},'


def huge(part: bytes, before: bytes = b"", after: bytes = b"]") -> bytes:
    """A message of 4 MB: a good item, then the same over and over."""
    return START + before + part * (HUGE // len(part)) + after


@pytest.mark.parametrize(
    "body",
    [
        huge(b"["),
        huge(b"[", after=b"]" * HUGE + b"]"),
        huge(b'{"a":'),
        huge(b'[{"a":'),
        huge(b"[],", b'{"x":[', b"[]]},5]"),
        huge(b"1,", b'{"x":[', b"1]},5]"),
        huge(b"1,", b'{"MaHoSo":"H15.1-261008-0002","TaiLieuNop":[', b"1]}]"),
        huge(b"{},", b'{"MaHoSo":"H15.1-261008-0002","TaiLieuNop":[', b"{}]}]"),
        huge(b"1,", after=b"1]"),
        huge(b"{},", after=b"{}]"),
        huge(b","),
        huge(b'""'),
        huge(b"1", b'{"MaHoSo":', b"}]"),
        huge(b'\\"', b'5,"', b""),
        huge(b"a", b'5,"', b""),
        b'{"session":"s","data":' + huge(b"["),
        b"{" + b'"madonvi" ' * (HUGE // 10) + b',"data":[5,}',
    ],
    ids=lambda body: body[len(START) : len(START) + 24].decode(),
)
def test_what_is_made_to_take_long_is_refused_in_fewer_steps_than_it_has_bytes(body: bytes) -> None:
    items: list[object] = []

    def read() -> None:
        with suppress(TooManyError):
            items.extend(decode_items(open_message(body).data, 100_000))

    assert steps(read) < len(body)
    assert len(items) <= 4


def test_more_items_than_a_message_may_have_are_refused_whether_sound_or_not() -> None:
    sound = [dossier(TaiLieuNop=[{}] * 9)] * 100
    assert len(decode_items(json.dumps(sound).encode(), 100)) == 100
    for items in (sound, [*sound[1:], 5]):
        with pytest.raises(TooManyError):
            decode_items(json.dumps(items).encode(), 99)


def test_a_list_longer_than_any_office_makes_is_taken_as_missing() -> None:
    files = [{"TepDinhKemId": "1"}] * LONGEST_LIST
    assert row(dossier(TaiLieuNop=files))["odd"] == 0
    assert row(dossier(TaiLieuNop=[*files, {}]))["odd"] == Odd.LIST


def test_a_huge_item_of_other_types_is_refused_and_its_neighbours_are_taken() -> None:
    files = [{"TepDinhKemId": "1", "TenTepDinhKem": "x" * 2000}] * (LONGEST_LIST + 1)
    received = receive(dossier(), dossier(TaiLieuNop=files), dossier())
    assert [refused.item for refused in received.refused] == [2]
    assert received.taken == 2


@pytest.mark.parametrize(
    "body", [b"", b"null", b"5", b'"x"', b"{", b'{"data": 5}', b'{"data": "x"}', b"\x1f\x8b"]
)
def test_what_is_no_message_is_refused_whole(body: bytes) -> None:
    with pytest.raises(SourceError):
        read(body)


def test_both_forms_of_the_envelope() -> None:
    items = json.dumps([dossier()]).encode()
    assert read(items).dossiers.to_pylist()[0]["sender"] is None
    whole = open_message(
        b'{"session":"s1","madonvi":"H15","service":"DongBoHoSoMC","isUpdating":"True","data":[]}'
    )
    assert (whole.session, whole.sender, whole.updating, whole.steps) == ("s1", "H15", True, False)
    assert read(json.dumps(dossier()).encode()).taken == 1


def test_files_fees_results_and_databases_become_flags() -> None:
    full = row(
        dossier(
            TaiLieuNop=[
                {"TepDinhKemId": "1", "DuocTaiSuDung": "0", "DuocLayTuKhoDMQG": "1"},
                {"TenTepDinhKem": "", "DuocTaiSuDung": "1"},
            ],
            DanhSachLePhi=[{"Gia": "0"}, {"Gia": 0}],
            DanhSachGiayToKetQua=[{"DuongDanTepTinKetQua": "https://x/y"}],
            DSKetNoiCSDL=[{"MaCSDL": "1"}],
            DuocThanhToanTrucTuyen="2",
        )
    )
    flags = (
        "paid_online",
        "fee_free",
        "result_file",
        "component_file",
        "data_reused",
        "from_store",
        "population_data",
    )
    assert [full[name] for name in flags] == [True] * 7
    bare = row(dossier(DuocThanhToanTrucTuyen=...))
    assert [bare[name] for name in flags] == [None] * 7


def test_a_deleted_file_is_none() -> None:
    taken = row(dossier(TaiLieuNop=[{"TepDinhKemId": "1", "IsDeleted": "1", "DuocTaiSuDung": "1"}]))
    assert (taken["component_file"], taken["data_reused"]) == (False, False)


@pytest.mark.parametrize(
    ("fees", "free"),
    [
        (["0", "50.000"], False),
        (["0", ""], None),
        (["0,00"], True),
        (["miễn phí"], None),
        ([], None),
        ([5000], False),
    ],
)
def test_a_dossier_is_free_when_every_fee_is_zero(fees: list[object], free: bool | None) -> None:
    assert row(dossier(DanhSachLePhi=[{"Gia": fee} for fee in fees]))["fee_free"] is free


def test_the_due_dates_around_a_supplement_are_kept_and_an_odd_one_is_remarked() -> None:
    asked, before, after = "20261009080000", "20261015170000", "20261020170000"
    request = {"NgayBoSung": asked, "NgayHenTraTruoc": before, "NgayHenTraMoi": after}
    taken = row(dossier(DanhSachHoSoBoSung=[request, request | {"NgayHenTraMoi": "2026-10-20"}]))
    assert [each["due_after"] for each in taken["supplements"]] == [utc("2026-10-20T10:00"), None]
    assert [each["due_before"] for each in taken["supplements"]] == [utc("2026-10-15T10:00")] * 2
    assert taken["odd"] == Odd.NEW_DUE


def test_supplements_that_make_no_sense_are_left_out_with_a_remark() -> None:
    asked, answered = "20261009080000", "20261010080000"
    taken = row(
        dossier(
            DanhSachHoSoBoSung=[
                {"NgayBoSung": asked, "NgayTiepNhanBoSung": answered},
                {"NgayBoSung": answered, "NgayTiepNhanBoSung": asked},
                {"NgayTiepNhanBoSung": answered},
                {"NgayBoSung": "2026"},
                {"NgayBoSung": answered},
            ]
        )
    )
    first, second = utc("2026-10-09T01:00"), utc("2026-10-10T01:00")
    found = [(each["asked"], each["answered"]) for each in taken["supplements"]]
    assert found == [(first, second), (second, None)]
    assert taken["odd"] == Odd.SUPPLEMENT


def test_a_list_of_another_type_is_missing_and_one_alone_is_a_list() -> None:
    assert row(dossier(TaiLieuNop="x"))["odd"] == Odd.LIST
    assert row(dossier(TaiLieuNop=""))["odd"] == 0
    assert row(dossier(TaiLieuNop={"TepDinhKemId": "1"}))["component_file"] is True
    assert row(dossier(TaiLieuNop=[None, 5, {"TepDinhKemId": ["1"]}]))["component_file"] is True


def test_steps_need_a_moment_and_a_status() -> None:
    received = receive(
        step(),
        step(moment=""),
        step(status=None),
        step(status="12"),
        step(MaHoSo=""),
        service="CapNhatTienDoHoSoMC",
    )
    taken = received.steps.select(STEPS.names).to_pylist()
    assert taken == [{"dossier": NUMBER, "moment": utc("2026-10-12T03:00"), "status": 9}]
    assert [refused.item for refused in received.refused] == [2, 3, 4, 5]


def test_steps_and_dossiers_are_told_apart_where_no_service_is_named() -> None:
    received = read(json.dumps([step(), dossier()]).encode())
    assert (received.steps.num_rows, received.dossiers.num_rows) == (1, 1)


_ANY = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=6,
)


@given(st.dictionaries(st.sampled_from([*dossier(), *step(), "DanhSachHoSoBoSung", "DSKetNoiCSDL"]), _ANY))
def test_whatever_stands_in_the_fields_its_neighbours_are_taken(item: dict[str, object]) -> None:
    received = receive(dossier(), item, dossier())
    assert received.dossiers["dossier"].to_pylist()[0] == NUMBER
    assert received.taken + len(received.refused) == 3


@given(st.lists(st.from_regex(r"[0-9]{12,16}", fullmatch=True) | st.text(max_size=16) | st.none()))
def test_many_moments_at_once_are_read_as_one_by_one(texts: list[str | None]) -> None:
    values, bad = moments(pa.array(texts, pa.string()))
    alone = [None if text is None else parse_moment(text) for text in texts]
    assert values.to_pylist() == [one if isinstance(one, datetime) else None for one in alone]
    assert bad.to_pylist() == [one is False for one in alone]


@given(st.datetimes(utc("2000-01-01T00:00"), utc("2099-12-31T00:00")))
def test_every_real_moment_is_read(moment: datetime) -> None:
    text = moment.strftime("%Y%m%d%H%M%S")
    values, _ = moments(pa.array([text]))
    assert values[0].as_py() == parse_moment(text)
