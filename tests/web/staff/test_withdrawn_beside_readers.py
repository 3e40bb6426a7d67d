"""A day is withdrawn and published again while the public reads: nobody sees less than what stays public."""

from collections import Counter
from pathlib import Path
from threading import Event, Thread

import httpx
from loopback_server import serving
from officer_clients import officer
from public_pages import keep_table
from waiting import PATIENCE

from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.settings import change_settings
from bochiso.text import now

TABLE = "unit,unit_name,level,total\nH21.17,Sở Y tế - tỉnh Gia Lai,department,{a}\n"
TABLE += "H21.05,Sở Công Thương - tỉnh Gia Lai,department,60.00\n"
OLD, NEW = ("58,11", "58.11", "02/10/2026", "2026-10-02"), ("70,37", "70.37", "07/10/2026", "2026-10-07")
READERS, ROUNDS = 2, 2
PAST = "/so-lieu/2026/2026-10-02/don-vi"
PAGES = ("/", "/don-vi", "/don-vi/H21.17", PAST, "/api/v1/snapshots")


def test_a_withdrawn_day_leaves_the_others_to_every_reader_and_no_fault(tmp_path: Path) -> None:
    folder = DataFolder(tmp_path / "data")
    for day, total in (("2026-10-02", "58.11"), ("2026-10-07", "70.37")):
        keep_table(folder, "a.csv", TABLE.format(a=total).encode(), "points", day)
    with open_ledger(folder, make=True) as ledger:
        change_settings(ledger, {"province": "H21"}, By("#test", now()))
    seen: Counter[tuple[str, str]] = Counter()
    over = Event()
    with serving(folder, unit="H21") as served, officer(served, "lan") as lan:

        def decide(**fields: str) -> None:
            assert lan.post("/cong-bo", fields).status_code == 200

        def read() -> None:
            with httpx.Client(base_url=served.url, timeout=PATIENCE) as public:
                while not over.is_set():
                    for path in PAGES:
                        answer = public.get(path)
                        new, old = (any(each in answer.text for each in words) for words in (NEW, OLD))
                        told = "new" if new and path != PAST else "old" if old else "nothing"
                        seen[path, f"{answer.status_code} {told}"] += 1

        decide(viec="de-xuat", ky="2026/2026-10-02")
        decide(viec="de-xuat", ky="2026/2026-10-07")
        readers = [Thread(target=read) for _ in range(READERS)]
        for each in readers:
            each.start()
        for n in range(ROUNDS):
            decide(viec="go", so=str(2 + 2 * n), **{"ly-do": "Số liệu của nguồn sai"})
            assert NEW[0] not in httpx.get(f"{served.url}/don-vi", timeout=PATIENCE).text
            decide(viec="de-xuat", ky="2026/2026-10-07", **{"ly-do": "Nguồn đã sửa"})
            assert NEW[0] in httpx.get(f"{served.url}/don-vi", timeout=PATIENCE).text
        over.set()
        for each in readers:
            each.join()
    assert {told for _, told in seen} <= {"200 new", "200 old"}, seen
    assert {path for path, _ in seen} == set(PAGES)
