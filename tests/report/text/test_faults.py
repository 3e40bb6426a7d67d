"""Fifty made-up provinces, each kind of document of each: the text is searched for every fault known."""

import re
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

import pytest
from prose_text import prose_text
from report_folders import facts_of, keep, rows, texts
from thoroughness import tries

from bochiso.report.context import DocumentKind
from bochiso.report.office_settings import read_settings
from bochiso.report.report_data import ReportRequest
from bochiso.report.text.compose import context
from bochiso.report.text.document_builder import IssueDetails
from bochiso.store.dossiers.file_import import import_dossiers, import_records
from bochiso.store.folder import DataFolder
from bochiso.units.provinces import provinces_on

SITUATIONS = tries(50, 6)
NOW = datetime(2026, 10, 12, 2, tzinfo=UTC)
MOST = (18, 20, 12, 10, 18, 22)
NAMES = (
    "Sở Văn hóa, Thể thao và Du lịch", "Sở Dân tộc và Tôn giáo", "Sở Y tế", "Sở Nội vụ", "Thanh tra tỉnh",
    "Sở Giáo dục và Đào tạo", "Sở Xây dựng", "Ban Quản lý khu kinh tế (Phú Yên)", "Sở Tư pháp",
)  # fmt: skip
PERIODS = (
    ("2026", "2026-10-02", "2026", "2026-10-09"),
    ("2026-Q2", "2026-06-30", "2026-Q3", "2026-09-30"),
    ("2026-08", "2026-08-31", "2026-09", "2026-09-30"),
    ("2026-01-01..2026-08-31", "2026-08-31", "2026-01-01..2026-09-30", "2026-09-30"),
    ("2026-Q2", "2026-06-30", "2026-09", "2026-09-30"),
    ("2026-09@15", "2026-09-14", "2026-10@15", "2026-10-11"),
    ("2026-H1@15", "2026-06-14", "2026-Q3@15", "2026-09-14"),
    ("2026-02", "2026-02-28", "2026-03-01..2026-03-31", "2026-03-31"),
)
SETTINGS = """
target_basis: theo chỉ đạo của đồng chí Bí thư Tỉnh ủy
earlier:
  - document: Công văn số 07406/UBND-PVHCC
    day: 06/11/2025
standing:
  - tasks: [Hỗ trợ, hướng dẫn chuyên môn cho các địa phương]
  - to: Sở Khoa học và Công nghệ
    tasks: [Hoàn thiện kết nối dữ liệu]
"""


def points(random: Random) -> tuple[float | None, ...]:
    share, kind = random.uniform(0.3, 1), random.random()
    if kind < 0.1:  # nothing of dossiers at all
        return (round(MOST[0] * share, 2), 0, 0, 0, 12, 2)
    found: list[float | None] = [round(most * min(1, random.uniform(0.9, 1.1) * share), 2) for most in MOST]
    if kind < 0.2:
        found[random.randrange(6)] = None
    return tuple(found)


def moved(random: Random, before: tuple[float | None, ...]) -> tuple[float | None, ...]:
    """The same points, some of them changed by a little or by a lot."""
    by = random.choice((0, 0.02, 0.4, 3))
    return tuple(
        each
        if each is None or random.random() < 0.5
        else round(min(most, max(0, each + random.uniform(-by, by))), 2)
        for each, most in zip(before, MOST, strict=True)
    )


def province_rows(random: Random, code: str) -> str:
    head = "code,name,total,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH"
    lines = []
    for each in provinces_on(NOW.date()):
        if random.random() < 0.02 and each.code != code:
            continue
        own = [round(most * random.uniform(0.4, 0.9), 2) for most in MOST]
        total = f"{sum(round(p * 100) for p in own) / 100:.2f}"
        lines.append(",".join([each.code, f"UBND {each.kind} {each.name}", total, *map(str, own)]))
    return "\n".join([head, *lines])


def situation(random: Random, root: Path, code: str) -> tuple[DataFolder, ReportRequest, IssueDetails]:
    """Units of two periods, perhaps the provinces, dossiers and publications beside them."""
    folder = DataFolder(root / "data")
    early, first, late, second = random.choice(PERIODS)
    many, names = random.choice((1, 2, 5, 9)), random.sample(NAMES, len(NAMES))
    units = [
        (
            f"{code}.{n:02d}",
            names[n - 1],
            "department",
            points(random),
        )
        for n in range(1, many + 1)
    ]
    units += [
        (
            f"{code}.{n}",
            f"UBND {random.choice(('xã', 'phường', 'đặc khu'))} {random.choice((n, n, 'Tân An', 'An (cũ)'))}",
            "commune",
            points(random),
        )
        for n in range(101, 101 + random.choice((0, 1, 4, 30)))
    ]

    def table(change: bool) -> str:
        made = [(of, name, level, *(moved(random, own) if change else own)) for of, name, level, own in units]
        return rows(*made)

    compared = random.random() < 0.8
    if compared:
        keep(
            folder,
            table(False),
            first,
            period=early,
            label=random.choice((None, "kỳ trước/2026", "kỳ trước (đợt 1)")),
        )
    keep(folder, table(True), second, period=late)
    if random.random() < 0.7:
        for day, period in ((first, early), (second, late)):
            keep(folder, province_rows(random, code), day, period=period)
    if random.random() < 0.6:
        work(random, root, folder, code)
    issue = IssueDetails(label=random.choice((None, "tuần 02 tháng 10/2026")))
    against = early if compared and early != late and ".." not in early else None
    return folder, ReportRequest(code, f"{late}/{second}", against=against), issue


def work(random: Random, root: Path, folder: DataFolder, code: str) -> None:
    lines = []
    for n in range(random.choice((1, 7, 40))):
        due, month = random.randrange(1, 28), random.choice(("08", "09", "10"))
        done = f',"NgayTra":"2026{month}{due:02d}090000"' if random.random() < 0.5 else ""
        status = 10 if done else 4
        lines.append(
            f'{{"MaHoSo":"{code}.{random.choice(("01", "02", "101"))}-260801-{n:04d}","MaTTHC":"1.000656",'
            f'"NgayTiepNhan":"2026080{random.randrange(1, 9)}080000",'
            f'"NgayHenTra":"2026{month}{due:02d}170000",'
            f'"TrangThaiHoSo":"{status}","KenhThucHien":"2"{done}}}\n'
        )
    path = root / "dossiers.jsonl"
    path.write_text("".join(lines), "utf-8")
    procedures = "procedure,procedure_name,authority,office,decided,effective,entered\n" + "".join(
        f"1.00065{n},Thủ tục {n},department,{code}.01,"
        f"2026-09-{n + 1:02d},2026-09-{n + 5:02d},2026-09-{n + 9:02d}\n"
        for n in range(5)
    )
    import_records(folder, "procedures", [("thu-tuc.csv", procedures.encode())], province=code)
    import_dossiers(folder, [path])


FAULTS = {
    "two signs together": r"\.\.|;\.|\.;|,,|;;|:\.|: ;| [.,;:]|\(\)|\( | \)|  ",
    "brackets in brackets": r"\([^()]*\([^()]*\)",
    "a raw code": r"\b20\d\d-[QHW]?\d|(?<!mã )\bH\d\d\.\d|None|TDGQ|CKMB|MDSH|ONLINE",
    "a list of none": r"\b00 (đơn vị|cơ quan|TTHC|hồ sơ) ",
    "a count without its zero": r"(?<![\d,./])[1-9] (cơ quan|đơn vị|địa phương|hồ sơ|TTHC|bậc|điểm trở lên)",
    "parts of a day": r"\d,\d+ ngày",
    "the city in small letters": r"thành phố Hồ Chí Minh",
    "compared with from": r"so với từ |[Tt]rong từ ",
    "two and": r" và [^;.()]{1,40} và [^;.()]{1,40} và ",
    "a sentence in a sentence": r"; Đối với|, Có ",
    "the opposite cause": r"Tổng điểm tăng chủ yếu do [^;.]*\(giảm|Tổng điểm giảm chủ yếu do [^;.]*\(tăng",
    "nothing listed": r": \.",
    "a month with a zero too many": r"\d\d/0[3-9]/\d{4}",
    "and before nothing": r" và *[.,;:)]|[,;] và ",
    "a change of nothing": r"(tăng|giảm) 0,00 |(tăng|giảm) 00 ",
    "a word of the program": r"\b(null|nan|unit|level|commune|department)\b|[{}]",
    "the province for the city": r"Thành phố[^.]*toàn tỉnh",
}


@pytest.mark.parametrize("number", range(SITUATIONS))
def test_no_document_has_a_known_fault(number: int, tmp_path: Path) -> None:
    random = Random(number)
    code = random.choice(("H21", "H29", "H57", "H15"))
    folder, asked, issue = situation(random, tmp_path, code)
    facts = facts_of(folder, asked, NOW)
    settings = read_settings(SETTINGS if number % 2 else "target_rank:\n", "cq.yaml", code)
    for kind in DocumentKind:
        found = context(kind, facts, settings, NOW, issue=issue)
        text = prose_text(kind, found)
        everything = [*text.splitlines(), *(each for each in texts(found) if each)]
        for fault, form in FAULTS.items():
            for line in everything:
                match = re.search(form, line.replace("\u00a0", "_"))
                assert match is None, (
                    f"{kind}, {fault}: …{line[max(0, match.start() - 60) : match.end() + 40]}"
                )
        check(found)


def check(found: Any) -> None:
    """Movers go their own way, far enough; whoever answers knows by when and to whom."""
    for level in found.levels:
        for mover, way in [(m, "tăng") for m in level.risen] + [(m, "giảm") for m in level.fallen]:
            assert mover.change.startswith(way)
            assert not mover.cause or f" {way} " in f" {mover.cause} "
            assert float(mover.change.split()[1].replace(",", ".")) >= 0.5
    for proposal in found.proposals:
        told = " ".join(item.text for item in proposal.items)
        assert bool(proposal.deadline) is bool(proposal.send_to)
        assert proposal.deadline in told
        assert proposal.send_to in told
    assert len({proposal.to for proposal in found.proposals}) == len(found.proposals)
    # Who is named for grade or fall is named once: one request, one deadline, one place to send to.
    judged = [each.to for each in found.proposals if re.search("xếp loại|giảm", each.to)]
    named = [name for to in judged for name in re.findall(r"(?:Sở|Ban|Thanh tra|UBND) [^,;()]+", to)]
    assert len(named) == len(set(named)), named
    if found.handling.known:
        whole = found.handling.rows[-1]
        numbers = {
            name: int(getattr(whole, name).replace(".", ""))
            for name in ("carried", "received", "done", "open", "overdue")
        }
        assert numbers["carried"] + numbers["received"] == numbers["done"] + numbers["open"]
        assert numbers["overdue"] == int(found.overdue.total.replace(".", ""))
