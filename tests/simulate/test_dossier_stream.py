"""A synthetic province in the sync format: deterministic, true to its own counts, like the published ones."""

import csv
import gzip
import json
import re
from collections import Counter, defaultdict
from datetime import date, datetime
from itertools import islice
from pathlib import Path

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from plain_sync_reader import at, count, unit_of
from thoroughness import tries

from bochiso.cli.commands.simulate import command
from bochiso.errors import ComputeError, StoreError
from bochiso.simulate.dossier_stream import PushKind, simulate_dossiers, simulate_events, simulate_everything
from bochiso.simulate.offices import build_province
from bochiso.simulate.people import DIGIT_MARK, MAIL_MARK, NAME_MARK
from bochiso.simulate.rhythm import DAY, Rhythm
from bochiso.simulate.truth import truth
from bochiso.simulate.writing import write_province
from bochiso.units.model import Level

FIRST, LAST = date(2026, 1, 1), date(2026, 9, 30)
END = datetime(2026, 9, 30, 23, 59, 59)  # noqa: DTZ001
N = 12_000


def lines(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


@pytest.fixture(scope="module")
def province():
    return build_province("H15", 1, Rhythm(FIRST, LAST))


@pytest.fixture(scope="module")
def messages():
    return list(simulate_dossiers("H15", N, 1, FIRST, LAST))


@pytest.fixture(scope="module")
def counts():
    return truth("H15", N, 1, FIRST, LAST)


# The province.


def test_the_province_has_its_departments_communes_and_over_500_procedures(province):
    levels = Counter(office.unit.level for office in province.offices)
    assert levels == {Level.DEPARTMENT: 14, Level.COMMUNE: 102}
    codes = [procedure.code for procedure in province.procedures]
    assert len(codes) == len(set(codes)) > 500
    assert all(re.fullmatch(r"[123]\.\d{6}", code) for code in codes)
    names = [(procedure.authority, procedure.name) for procedure in province.procedures]
    assert len(names) == len(set(names))


def test_procedures_differ_in_fee_document_online_level_and_citizens(province):
    for trait in ("document", "citizens", "portal_payment"):
        assert {getattr(each, trait) for each in province.procedures} == {True, False}
    assert {each.online for each in province.procedures} == {"none", "partial", "full"}
    assert 100 < sum(each.fee > 0 for each in province.procedures) < 400


def test_a_province_that_is_not_there_is_refused():
    with pytest.raises(ComputeError, match="H45"):
        next(simulate_dossiers("H45", 1, 1, FIRST, LAST))


def test_days_in_the_wrong_order_are_refused():
    with pytest.raises(ComputeError, match="after"):
        next(simulate_dossiers("H15", 1, 1, LAST, FIRST))


# Messages.


def test_the_same_seed_gives_the_same_messages_and_another_seed_others(messages):
    again = list(islice(simulate_dossiers("H15", N, 1, FIRST, LAST), 500))
    assert again == messages[:500]
    assert list(islice(simulate_dossiers("H15", N, 2, FIRST, LAST), 500)) != again


@settings(max_examples=tries(20, 8), deadline=None)
@given(
    n=st.integers(1, 60),
    first=st.dates(date(2025, 7, 1), date(2030, 6, 1)),
    days=st.integers(1, 400),
    code=st.sampled_from(["H15", "H26", "H57"]),
)
def test_any_number_of_dossiers_over_any_days_comes_whole(n, first, days, code):
    last = date.fromordinal(first.toordinal() + days - 1)
    made = list(simulate_dossiers(code, n, 1, first, last))
    assert len({message["MaHoSo"] for message in made}) == n
    starts = [at(m["NgayTiepNhan"]) or at(m["NgayNopHoSo"]) for m in made]
    assert starts == sorted(starts)
    assert all(first <= start.date() <= last for start in starts)


def test_a_number_names_the_unit_the_day_and_a_running_number(messages, province):
    units = {office.unit.code for office in province.offices}
    for message in messages:
        match = re.fullmatch(r"(H15\.[0-9.]+)-(\d{6})-(\d{4,})", message["MaHoSo"])
        assert match
        assert unit_of(message) in units
        start = at(message["NgayTiepNhan"]) or at(message["NgayNopHoSo"])
        assert match[2] == start.strftime("%y%m%d")
    assert any(message["MaHoSo"].count(".") > 1 for message in messages)
    assert len({message["MaHoSo"] for message in messages}) == N


def test_values_are_text_lists_of_objects_with_text_or_missing(messages):
    def plain(value):
        if isinstance(value, list):
            return all(isinstance(each, dict) and all(map(plain, each.values())) for each in value)
        return value is None or isinstance(value, str)

    assert all(plain(value) for message in messages for value in message.values())


def test_fields_are_missing_null_and_empty_here_and_there(messages):
    for field in ("Email", "DonViXuLy", "TenLinhVuc", "DinhDanhCHS"):
        assert any(field not in message for message in messages)
        assert any(field in message and message[field] is None for message in messages)
    assert any("KenhThucHien" not in message for message in messages)
    for field in ("NgayTiepNhan", "NgayHenTra"):
        assert any(not message[field] and message["TrangThaiHoSo"] == "10" for message in messages)


def test_every_status_but_that_of_passing_moments_is_found_at_the_end(messages):
    found = Counter(message["TrangThaiHoSo"] for message in messages)
    assert {"1", "3", "4", "5", "7", "8", "9", "10"} <= set(found)
    assert found.most_common(1)[0][0] == "10"


def test_moments_of_a_dossier_are_in_order(messages):
    for message in messages:
        names = ("NgayNopHoSo", "NgayTiepNhan", "NgayKetThucXuLy", "NgayTra")
        moments = [at(message[name]) for name in names if message[name]]
        assert moments == sorted(moments)
        assert not moments or moments[-1] <= END


def test_whatever_is_personal_bears_its_mark(messages):
    for message in messages:
        assert NAME_MARK in (message.get("ChuHoSo") or NAME_MARK)
        assert (message.get("Email") or MAIL_MARK).endswith(MAIL_MARK)
        for field in ("MaDoiTuong", "SoDienThoai"):
            assert (message.get(field) or DIGIT_MARK).startswith(DIGIT_MARK)
        for each in message.get("DanhSachHoSoBoSung", ()):
            assert NAME_MARK in each["NguoiYeuCauBoSung"]


# Seasons.


def test_weeks_have_their_rhythm_and_tet_is_quiet():
    rhythm = Rhythm(FIRST, LAST)
    share = dict(rhythm.shares(440_000))
    days = {rhythm.day(index): number for index, number in share.items()}
    assert sum(days.values()) == 440_000
    assert days[date(2026, 3, 9)] > days[date(2026, 3, 13)] > 10 * days[date(2026, 3, 14)]
    assert max(days[date(2026, 2, d)] for d in range(16, 21)) < 50  # Tết
    assert days[date(2026, 2, 23)] > 1.5 * days[date(2026, 2, 13)]  # before and after it
    assert days[date(2026, 9, 2)] < 50


def test_working_days_ahead_skip_weekends_and_holidays():
    rhythm = Rhythm(FIRST, LAST)
    friday = next(i for i, _ in rhythm.shares(1) if rhythm.day(i) == date(2026, 2, 13))
    assert rhythm.day(rhythm.ahead(friday, 0)) == date(2026, 2, 13)
    assert rhythm.day(rhythm.ahead(friday, 1)) == date(2026, 2, 23)
    assert rhythm.day(rhythm.ahead(friday + 1, 0)) == date(2026, 2, 23)
    assert rhythm.text(friday * DAY + 3661) == "20260213010101"


# Truth.


def test_messages_count_what_was_planned(messages, counts, province):
    procedures = {procedure.code: procedure for procedure in province.procedures}
    read = count(messages, procedures, END)
    assert read == {key: counts[key] for key in read}
    planned = {key for key, (_, under) in counts.items() if under and key[1] in {i for _, i in read}}
    assert planned <= set(read)


@pytest.mark.parametrize(
    ("first", "last"),
    [(date(2026, 8, 3), date(2026, 8, 21)), (date(2026, 2, 1), date(2026, 2, 14))],
)
def test_so_they_do_while_most_dossiers_are_still_open(first, last):
    made = build_province("H15", 3, Rhythm(first, last))
    end = datetime(last.year, last.month, last.day, 23, 59, 59)  # noqa: DTZ001
    read = count(
        simulate_dossiers("H15", N, 3, first, last), {each.code: each for each in made.procedures}, end
    )
    planned = truth("H15", N, 3, first, last)
    assert read == {key: planned[key] for key in read}


def test_procedures_count_what_was_planned(messages, counts, province):
    online, paid = defaultdict(set), defaultdict(set)
    for message in messages:
        if message["TrangThaiHoSo"] == "1":
            continue
        if message.get("KenhThucHien") == "2":
            online[unit_of(message)].add(message["MaTTHC"])
        if message["DuocThanhToanTrucTuyen"] in ("1", "2"):
            paid[unit_of(message)].add(message["MaTTHC"])
    for office in province.offices:
        unit = office.unit.code
        assert counts[unit, "ONLINE_WITH_DOSSIERS"][0] == len(online[unit])
        assert counts[unit, "PAYMENT_PROCEDURES"][0] == len(paid[unit])
        assert counts[unit, "ONLINE_PROVISION"] == (
            sum(each.online != "none" for each in office.procedures),
            len(office.procedures),
        )


def test_rates_resemble_the_published_ones(counts):
    over, under = Counter(), Counter()
    for (_, indicator), (numerator, denominator) in counts.items():
        over[indicator] += numerator
        under[indicator] += denominator
    rate = {indicator: over[indicator] / under[indicator] for indicator in under}
    assert 0.94 < rate["ONLINE_FILING"] < 0.97
    assert 0.89 < rate["RESOLVED_ON_TIME"] < 0.97
    assert 0.65 < rate["PAYMENT_DOSSIERS"] < 0.90
    assert 0.70 < rate["ORIGINAL_RESULT_AVAILABLE"] < 0.90
    assert 0.20 < rate["SO_HOA_GIAY_TO_GIAI_QUYET"] < 0.55
    assert 0.15 < rate["REUSED_DIGITIZED_DATA"] < 0.50
    assert 0.005 < rate["SYNCED_WITH_DVCQG_PERSONAL_STORAGE"] < 0.03
    assert 0.35 < rate["CITIZEN_DATA_CONNECTED_DOSSIER"] < 0.65
    assert 0.60 < rate["PETITION_PROCESSING_ON_TIME"] <= 1


def test_a_few_offices_are_late_and_the_inspectorate_receives_nothing(counts):
    pairs = {unit: pair for (unit, indicator), pair in counts.items() if indicator == "RESOLVED_ON_TIME"}
    rates = [over / under for over, under in pairs.values() if under > 50]
    assert 1 <= sum(rate < 0.88 for rate in rates) <= 8
    assert sum(rate >= 0.88 for rate in rates) > 0.9 * len(rates)
    assert pairs["H15.20"] == (0, 0)


# Events.


def test_events_lead_to_the_same_dossiers_and_steps():
    days = ("H15", 1500, 5, date(2026, 6, 1), date(2026, 7, 31))
    state, walked = {}, defaultdict(list)
    before = ""
    for event in simulate_events(*days):
        assert event.at >= before
        before, number = event.at, event.item["MaHoSo"]
        if event.kind is PushKind.STEP:
            walked[number].append(event.item)
            assert number in state
        else:
            assert (number in state) == (event.kind is PushKind.UPDATE)
            state[number] = event.item
    made = build_province("H15", 5, Rhythm(*days[3:]))
    for each in simulate_everything(made, 1500):
        assert state[each.dossier["MaHoSo"]] == each.dossier
        assert walked[each.dossier["MaHoSo"]] == each.steps
    assert len(state) == 1500


def test_the_last_step_reaches_the_status_of_the_dossier(province):
    for each in islice(simulate_everything(province, N), 2000):
        if each.dossier["TrangThaiHoSo"] != "1":
            assert each.steps[-1]["TrangThai"] == each.dossier["TrangThaiHoSo"]


# Files.


def test_the_command_writes_the_province_and_says_so(tmp_path: Path, messages):
    result = CliRunner().invoke(
        command, ["--province", "H15", "--dossiers", str(N), "--seed", "1", "-o", str(tmp_path / "out")]
    )
    assert result.exit_code == 0, result.output
    assert "12.000 hồ sơ" in result.output
    out = tmp_path / "out"
    names = {"dossiers.jsonl", "steps.jsonl", "procedures.csv", "petitions.csv", "units.csv"}
    names |= {"publications.csv", "portal-list.csv"}
    assert {path.name for path in out.iterdir()} == names
    assert [json.loads(line) for line in lines(out / "dossiers.jsonl")] == messages
    units = list(csv.DictReader(lines(out / "units.csv")))
    assert units[0] == {"unit": "H15", "unit_name": "UBND tỉnh Đắk Lắk", "level": "province", "parent": ""}
    assert len(units) == 117
    procedures = {row["procedure"] for row in csv.DictReader(lines(out / "procedures.csv"))}
    assert {message["MaTTHC"] for message in messages} <= procedures


def test_petitions_are_in_time_as_planned(tmp_path: Path, counts):
    write_province(tmp_path, "H15", N, 1, Rhythm(FIRST, LAST))
    rows = list(csv.DictReader(lines(tmp_path / "petitions.csv")))
    planned = [pair for (_, code), pair in counts.items() if code == "PETITION_PROCESSING_ON_TIME"]
    assert len(rows) == sum(under for _, under in planned) > 5
    assert all(row["classification"] in {"rules", "staff", "other"} for row in rows)
    assert all(row["resolved"] for row in rows if row["rating"])


def test_compressed_files_hold_the_same_and_come_out_the_same(tmp_path: Path):
    for name in ("one", "two"):
        write_province(tmp_path / name, "H15", 300, 1, Rhythm(FIRST, LAST), compress=True)
    write_province(tmp_path / "plain", "H15", 300, 1, Rhythm(FIRST, LAST))
    one, two = ((tmp_path / name / "dossiers.jsonl.gz").read_bytes() for name in ("one", "two"))
    assert gzip.decompress(one) == (tmp_path / "plain" / "dossiers.jsonl").read_bytes()
    assert one[10:] == two[10:]


def test_a_folder_that_cannot_be_written_is_said(tmp_path: Path):
    (tmp_path / "taken").write_text("a file")
    with pytest.raises(StoreError, match="can't be written"):
        write_province(tmp_path / "taken", "H15", 10, 1, Rhythm(FIRST, LAST))
