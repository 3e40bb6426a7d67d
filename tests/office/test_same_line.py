"""One deed, one line of the audit log: by a command or on a page, but for who did it and from where."""

import shutil
import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import Any, get_args

import pytest
from boundary_files import every_commune
from command_runner import EXAMPLES, run
from dossier_sending import message, settle
from form_workbooks import NEW_HEADS, sent_workbook
from ledger_databases import PASSWORD
from loopback_server import serving
from officer_clients import Officer, officer

from bochiso.followup.explanations import CAUSES
from bochiso.intake.dossiers.petitions import read_petitions
from bochiso.intake.dossiers.procedures import read_procedures, read_units
from bochiso.rules.calendar import builtin_calendar
from bochiso.simulate.portal import StandIn
from bochiso.simulate.portal_figures import simulate_portal
from bochiso.store.folder import DataFolder
from bochiso.store.people.accounts import AccountProfile, add_account
from bochiso.store.people.audit import AuditLine, By, Deed, lines
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.store.people.settings import change_settings
from bochiso.text import VIETNAM, now

DAYS = "days: [{day: 2026-10-12, is: off, name: Lễ hội, source: Thông báo số 12/TB-UBND}]"
FORM = Path(tempfile.mkdtemp()) / "07a.xlsx"
FORM.write_bytes(sent_workbook(NEW_HEADS, [("Hộ tịch", 5, 3, 0, 0, 1, 1, 4, 2, 1, 1, 1, 1, 0)]))
FIRST, SECOND = (EXAMPLES / f"units-H21-2026-10-{day}.csv" for day in ("02", "07"))


@dataclass(frozen=True)
class BothDoors:
    """A deed: the command's words, and what the page of an officer's or the administrator's is posted."""

    action: Deed
    words: Sequence[str | Path]
    page: Callable[[Officer, Officer], Any]
    stdin: str = ""


def upload(office: Officer) -> Any:
    fields = {"loai": "points", "ngay": "2026-10-07"}
    sent = {"tep": (SECOND.name, SECOND.read_bytes())}
    return office.post("/du-lieu", fields, files=sent)


def mapped(path: str, **fields: str) -> Callable[[Officer, Officer], Any]:
    return lambda office, _: office.post(f"/du-lieu/{path}", fields, page="/du-lieu")


SETTINGS = "co-quan.yaml"
"""A file of the settings of documents, in the folder where the command runs."""


def settings(office: Officer, _: Officer) -> Any:
    return office.post("/van-ban/thong-tin", {"loai": "week", "signer_name": "A"}, page="/van-ban")


ISSUE = ("office", "issue", "--kind", "week")
SIGNED, PDF = "ky.pdf", b"%PDF-1.7 signed"


def issued(office: Officer, _: Officer) -> Any:
    fields = {"loai": "week", "so": "7", "ngay": "08/10/2026"}
    return office.post("/van-ban/phat-hanh", fields, page="/van-ban", files={"tep": (SIGNED, PDF)})


HANDLED, HANDLING = "giai-quyet.csv", "Đơn vị,Số hồ sơ quá hạn\nSở Y tế,3\n".encode()


def handled(office: Officer, _: Officer) -> Any:
    fields = {"den": "07/10/2026"}
    return office.post("/van-ban/giai-quyet", fields, page="/van-ban", files={"tep": (HANDLED, HANDLING)})


def made_public(office: Officer, _: Officer) -> Any:
    return office.post("/van-ban/phat-hanh/1/cong-bo", {"cong-bo": "co"}, page="/van-ban")


def publish(office: Officer, _: Officer) -> Any:
    return office.post("/cong-bo", {"viec": "de-xuat", "ky": "2026/2026-10-02"})


def document(office: Officer, _: Officer) -> list[Any]:
    page = office.get("/van-ban?loai=week&ky=2026/2026-10-07")
    number = page.text.partition("/tep.docx")[0].rpartition("/")[2]
    return [page, *(office.get(f"/van-ban/ban/{number}/tep.{form}") for form in ("docx", "xlsx"))]


def listed(query: str) -> Callable[[Officer, Officer], Any]:
    return lambda office, _: office.get(f"/ho-so.{query}")


def administered(what: str, **fields: str) -> Callable[[Officer, Officer], Any]:
    return lambda _, administrator: administrator.post("/quan-tri", {"viec": what, **fields})


def sent_form(office: Officer, _: Officer) -> Any:
    fields = {"don-vi": "H15.50", "ky": "2026-10@15"}
    return office.post("/bieu-mau/da-gui", fields, files={"tep": (FORM.name, FORM.read_bytes())})


OUTLINES = Path(tempfile.mkdtemp()) / "h21.geojson"
OUTLINES.write_bytes(every_commune("H21"))


def outlined(office: Officer, _: Officer) -> Any:
    sent = {"tep": (OUTLINES.name, OUTLINES.read_bytes())}
    return office.post("/ban-do/dia-gioi", {"tinh": "H21"}, page="/ban-do", files=sent)


UNIT = "H15.50"
LAST = (now().astimezone(VIETNAM).date() + timedelta(days=9)).isoformat()
AGAIN = builtin_calendar().add_working_days(now().astimezone(VIETNAM).date(), 9).isoformat()
CAUSE_FILE = FORM.with_name("nguyen-nhan.txt")
CAUSE_FILE.write_text("Mất điện\nBão\n", "utf-8")


def explained(what: str, **fields: str) -> Callable[[Officer, Officer], Any]:
    form = {"viec": what, "don-vi": "H15.60", **fields}
    return lambda office, _: office.post(f"/giai-trinh/1/{UNIT}", form)


USER = ("account", "user")
DEEDS = (
    BothDoors("import", ("import", "points", SECOND, "--as-of", "2026-10-07"), lambda one, _: upload(one)),
    BothDoors("unit.map", ("dossiers", "map", "H15.99", "H15.50"), mapped("ghep", ma="H15.99", vao="H15.50")),
    BothDoors("unit.unmap", ("dossiers", "unmap", "H15.99"), mapped("bo-ghep", ma="H15.99")),
    BothDoors(
        "procedure.map", ("dossiers", "map", "9.1-X", "1.000001"), mapped("ghep", ma="9.1-X", vao="1.000001")
    ),
    BothDoors("procedure.unmap", ("dossiers", "unmap", "9.1-X"), mapped("bo-ghep", ma="9.1-X")),
    BothDoors(
        "form.keep", ("import", "forms", FORM, "--unit", "H15.50", "--period", "2026-10@15"), sent_form
    ),
    BothDoors("publication.publish", ("publish", "--as-of", "2026-10-02"), publish),
    BothDoors("document.make", ("report", "week", "--province", "H21", "--as-of", "2026-10-07"), document),
    BothDoors("office.settings", ("office", "import", SETTINGS, "--province", "H21"), settings),
    BothDoors(
        "document.issue",
        (
            "office",
            "issue",
            SIGNED,
            "--kind",
            "week",
            "--province",
            "H21",
            "--number",
            "7",
            "--date",
            "08/10/2026",
        ),
        issued,
    ),
    BothDoors("boundaries.keep", ("units", "map", OUTLINES, "--province", "H21"), outlined),
    BothDoors(
        "handling.keep",
        ("office", "handling", HANDLED, "--province", "H21", "--as-of", "07/10/2026"),
        handled,
    ),
    BothDoors("document.public", ("office", "public", "1"), made_public),
    BothDoors("dossiers.export", ("dossiers", "overdue", "--format", "csv"), listed("csv")),
    BothDoors(
        "dossiers.export",
        ("dossiers", "overdue", "--unit", "H15.50", "--clock", "law", "--format", "json"),
        listed("json?don-vi=H15.50&cach=law"),
    ),
    BothDoors(
        "dossiers.export",
        ("work", "list", "4.1", "--unit", "H15.50", "--format", "csv"),
        lambda office, _: office.get("/viec/4.1/tep.csv?don-vi=H15.50"),
    ),
    BothDoors("dossiers.export", ("dossiers", "due-soon", "--format", "csv"), listed("csv?loai=sap-den-han")),
    BothDoors(
        "petitions.export",
        ("petitions", "--only", "late", "--unit", "H15.50", "--format", "csv"),
        lambda office, _: office.get("/phan-anh.csv?loai=late&don-vi=H15.50"),
    ),
    BothDoors(
        "account.add",
        (
            *USER,
            "add",
            "tam",
            "--role",
            "unit",
            "--unit",
            "000.00.50.H15",
            "--name",
            "Tâm",
            "--password-stdin",
        ),
        administered("them", ten="tam", **{"ho-ten": "Tâm", "vai-tro": "unit", "don-vi": "000.00.50.H15"}),
        stdin=PASSWORD,
    ),
    BothDoors(
        "account.change",
        (*USER, "change", "tam", "--role", "office"),
        administered("sua", ten="tam", **{"ho-ten": "Tâm", "vai-tro": "office"}),
    ),
    BothDoors(
        "account.password",
        (*USER, "password", "tam", "--password-stdin"),
        administered("mat-khau", ten="tam"),
        PASSWORD,
    ),
    BothDoors("account.totp-reset", (*USER, "totp-reset", "tam"), administered("bo-hai-lop", ten="tam")),
    BothDoors("account.unlock", (*USER, "unlock", "tam"), administered("bo-cho", ten="tam")),
    BothDoors("account.disable", (*USER, "disable", "tam"), administered("khoa", ten="tam")),
    BothDoors("account.enable", (*USER, "enable", "tam"), administered("mo", ten="tam")),
    BothDoors(
        "key.add",
        ("account", "key", "add", "so-y-te", "--unit", "H15.06"),
        administered("them-khoa", ten="so-y-te", **{"don-vi": "H15.06"}),
    ),
    BothDoors(
        "target.give",
        (
            "targets",
            "give",
            "MDSH",
            "20",
            "--level",
            "commune",
            "--decision",
            "QĐ 127",
            "--from",
            "2026-01-01",
            "--to",
            "2026-12-31",
        ),
        lambda office, _: office.post(
            "/chi-tieu",
            {
                "chi-tieu": "MDSH",
                "muc": "20",
                "cap": "commune",
                "van-ban": "QĐ 127",
                "tu": "2026-01-01",
                "den": "2026-12-31",
            },
        ),
    ),
    BothDoors(
        "target.withdraw",
        ("targets", "withdraw", "1"),
        lambda office, _: office.post("/chi-tieu", {"rut": "1"}),
    ),
    BothDoors(
        "explanation.ask",
        ("explanations", "ask", "2.1", "--by", LAST, "--title", "hồ sơ quá hạn"),
        lambda office, _: office.post(
            "/giai-trinh-moi",
            {"danh-sach": "2.1", "han": LAST, "noi-dung": "hồ sơ quá hạn"},
            page="/giai-trinh-moi?danh-sach=2.1",
        ),
    ),
    BothDoors(
        "unit.heir",
        ("units", "heir", "H15.98", "H15.60"),
        lambda office, _: office.post("/ke-thua/H15.98", {"don-vi": "H15.60"}, page="/giai-trinh"),
    ),
    BothDoors("explanation.move", ("explanations", "move", "1", UNIT, "H15.60"), explained("chuyen")),
    BothDoors(
        "explanation.answer",
        (
            "explanations",
            "answer",
            "1",
            UNIT,
            "--cause",
            "1",
            "--because",
            "A",
            "--remedy",
            "B",
            "--until",
            LAST,
        ),
        explained(
            "tra-loi", **{"nguyen-nhan": CAUSES[0], "giai-trinh": "A", "khac-phuc": "B", "xong-truoc": LAST}
        ),
    ),
    BothDoors("explanation.decide", ("explanations", "accept", "1", UNIT), explained("chap-nhan")),
    BothDoors(
        "document.make",
        ("explanations", "report", "1", "-o", tempfile.mkdtemp()),
        lambda office, _: office.get("/giai-trinh/1/tep.docx"),
    ),
    BothDoors(
        "explanation.withdraw",
        ("explanations", "withdraw", "1", "--because", "sai"),
        lambda office, _: office.post("/giai-trinh/1", {"ly-do": "sai"}),
    ),
    BothDoors(
        "explanation.causes",
        ("explanations", "causes", CAUSE_FILE),
        lambda office, _: office.post("/giai-trinh", {"nguyen-nhan": "Mất điện\nBão"}),
    ),
    BothDoors(
        "preview.open",
        ("objections", "open", "--as-of", "2026-10-02", "--by", LAST),
        lambda office, _: office.post("/kien-nghi", {"ky": "2026/2026-10-02", "han": LAST}),
    ),
    BothDoors(
        "objection.file",
        ("objections", "file", "1", "H21.17", "MDHL", "9,5", "--because", "sai"),
        lambda office, _: office.post(
            "/kien-nghi/1/gui",
            {"don-vi": "H21.17", "chi-so": "MDHL", "diem": "9,5", "ly-do": "sai"},
            page="/kien-nghi",
            files={},
        ),
    ),
    BothDoors(
        "objection.decide",
        ("objections", "decide", "1", "correction", "--because", "đúng"),
        lambda office, _: office.post(
            "/kien-nghi/1", {"viec": "o-day", "so": "1", "ly-do": "đúng"}, page="/kien-nghi"
        ),
    ),
    BothDoors(
        "import",
        ("objections", "correct", "1"),
        lambda office, _: office.post("/kien-nghi/1", {"viec": "dinh-chinh"}, page="/kien-nghi"),
    ),
    BothDoors(
        "preview.close",
        ("objections", "close", "1"),
        lambda office, _: office.post("/kien-nghi/1", {"viec": "dong"}, page="/kien-nghi"),
    ),
    BothDoors(
        "apology.record",
        ("apologies", "record", "H15.50-261001-0002", "--because", "Chờ ý kiến", "--until", AGAIN),
        lambda office, _: office.post(
            "/xin-loi/ho-so/H15.50-261001-0002", {"ly-do": "Chờ ý kiến", "hen-lai": AGAIN}
        ),
    ),
    BothDoors(
        "document.make",
        ("apologies", "letter", "1", "-o", tempfile.mkdtemp()),
        lambda office, _: office.get("/xin-loi/1/thu.docx"),
    ),
    BothDoors(
        "apology.withdraw",
        ("apologies", "withdraw", "1", "--because", "nhầm"),
        lambda office, _: office.post("/xin-loi/1", {"viec": "huy", "ly-do": "nhầm"}, page="/xin-loi"),
    ),
    BothDoors(
        "task.give",
        ("tasks", "give", "Rà soát", "--source", "CV 1", "--by", "2026-12-31", "--unit", "H15.50"),
        lambda office, _: office.post(
            "/nhiem-vu",
            {
                "noi-dung": "Rà soát",
                "van-ban": "CV 1",
                "han": "2026-12-31",
                "chu-tri": "H15.50",
                "loai": "mot-lan",
            },
        ),
    ),
    BothDoors(
        "task.withdraw",
        ("tasks", "withdraw", "1", "--because", "đã có văn bản mới"),
        lambda office, _: office.post("/nhiem-vu/1", {"viec": "rut", "ly-do": "đã có văn bản mới"}),
    ),
    BothDoors("key.revoke", ("account", "key", "revoke", "so-y-te"), administered("thu-hoi", ten="so-y-te")),
)

ONE_DOOR: dict[str, set[Deed]] = {
    "commands": {
        "account.link", "backup.make", "backup.restore", "collect", "evidence.forget", "facts.export",
        "facts.rebuild", "measure", "rules.days", "rules.eras", "snapshot.withdraw", "units.predecessors",
        "message.fail", "message.send",
    },
    "pages": {
        "alarm.judge", "obstacle.answer", "obstacle.tell", "task.answer", "task.decide",
        "access.refused", "account.recovery-code", "account.totp-on", "audit.prune", "key.login",
        "key.refused",
        "publication.propose",
        "publication.reject",
        "emblem.keep",
        "session.begin", "session.close", "session.code-refused", "session.end", "session.refused",
        "setting.change",
    },
}  # fmt: skip
"""What a command or a page alone can do: signing in, deciding on another's proposal, setting up a machine."""


WITH_ANOTHER: set[Deed] = {"document.draft"}
"""Deeds on the way to another: a document is drafted before its files are made."""

OF_NAMES: set[Deed] = {"unit-name.match", "unit-name.forget", "message.again", "contact.change"}
"""Deeds for which a name, a message or an account has to be there first: tests of their pages hold them to
their lines."""


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> DataFolder:
    """Figures of one week, dossiers of which some are late, and two who sign in; only to be copied."""
    made = DataFolder(tmp_path_factory.mktemp("same") / "data")
    assert run("import", "points", FIRST, "--as-of", "2026-10-02", "--data", made.root).code == 0
    units = "mã,tên,cấp\nH15,Đắk Lắk,tỉnh\nH15.50,Xã Ea Drăng,xã\nH15.60,Xã Ea Hiao,xã\n".encode()
    item = {"MaTTHC": "1.000001", "TrangThaiHoSo": "4", "NgayTiepNhan": stamp(-60)}
    items = [
        item | {"MaHoSo": "H15.50-261001-0001", "NgayHenTra": stamp(-30)},
        item | {"MaHoSo": "H15.50-261001-0002", "NgayHenTra": stamp(2)},
        item | {"MaHoSo": "H15.99-261001-0003", "NgayHenTra": stamp(-5), "MaTTHC": "9.1-X"},
    ]
    known = [
        ("units", read_units("a.csv", units).batch),
        ("procedures", read_procedures("a.csv", b"procedure,fee\n1.000001,1\n").batch),
        ("petitions", read_petitions("a.csv", b"petition,unit,sent\nP-1,H15.50,2026-01-05\n").batch),
    ]
    settle(made, [known, message(items)])
    return made


def stamp(days: int) -> str:
    return (now().astimezone(VIETNAM) + timedelta(days=days)).strftime("%Y%m%d170000")


def copied(folder: DataFolder, to: Path) -> DataFolder:
    return DataFolder(Path(shutil.copytree(folder.root, to / "data")))


def logged(folder: DataFolder, after: int = 0) -> list[AuditLine]:
    with open_ledger(folder) as ledger, ledger.read() as db:
        return [each for each in lines(db) if each.seq > after and not each.action.startswith("session.")]


@pytest.fixture(scope="module")
def by_both(
    folder: DataFolder, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[list[tuple[BothDoors, list[AuditLine], list[AuditLine]]]]:
    """Each deed with the lines that the command and the page left."""
    by_command, by_page = (copied(folder, tmp_path_factory.mktemp(door)) for door in ("command", "page"))
    out = tmp_path_factory.mktemp("out")
    (out / SETTINGS).write_text("signer_name: A\n", "utf-8")
    (out / SIGNED).write_bytes(PDF)
    (out / HANDLED).write_bytes(HANDLING)
    with (
        pytest.MonkeyPatch.context() as patch,
        serving(by_page) as served,
        officer(served) as office,
        officer(served, "quan", Role.ADMINISTRATOR) as administrator,
    ):
        patch.setenv("PATH", "")  # LibreOffice would take seconds
        found = []
        for deed in DEEDS:
            before = [logged(each)[-1].seq for each in (by_command, by_page)]
            words = (*deed.words, "-o", out) if deed.words[0] == "report" else deed.words
            words = [out / each if each in (SETTINGS, SIGNED, HANDLED) else each for each in words]
            done = run(*words, "--data", by_command.root, stdin=deed.stdin)
            assert done.code == 0, done.err
            answers = deed.page(office, administrator)
            for answer in answers if isinstance(answers, list) else [answers]:
                assert answer.status_code == 200, answer.text
            left = [logged(each, seq) for each, seq in zip((by_command, by_page), before, strict=True)]
            found.append((deed, *left))
        yield found


def named(deed: BothDoors) -> str:
    """A deed by its first words; a file by its name, since its folder differs from process to process."""
    return " ".join(each.name if isinstance(each, Path) else each for each in deed.words[:3])


@pytest.mark.parametrize("n", range(len(DEEDS)), ids=map(named, DEEDS))
def test_a_command_and_a_page_leave_the_same_line(
    by_both: list[tuple[BothDoors, list[AuditLine], list[AuditLine]]], n: int
) -> None:
    deed, by_command, by_page = by_both[n]
    said = [[(each.action, each.subject, each.details) for each in door] for door in (by_command, by_page)]
    assert said[0] == said[1]
    assert {action for action, _, _ in said[0]} - WITH_ANOTHER == {deed.action}
    assert all(each.who.startswith("#") and not each.address for each in by_command)
    assert {each.who for each in by_page} <= {"lan", "quan"}
    assert {each.address for each in by_page} == {"127.0.0.1"}


def test_every_deed_is_tried_by_both_doors_or_has_one() -> None:
    both = {each.action for each in DEEDS}
    one = ONE_DOOR["commands"] | ONE_DOOR["pages"]
    assert both | one | OF_NAMES | WITH_ANOTHER == set(get_args(Deed))
    assert not both & (ONE_DOOR["commands"] | ONE_DOOR["pages"])


def test_a_proposal_by_a_command_is_the_one_of_the_page(folder: DataFolder, tmp_path: Path) -> None:
    said = []
    for door in ("command", "page"):
        own = copied(folder, tmp_path / door)
        with open_ledger(own) as ledger:
            change_settings(ledger, {"approval_required": True}, By("#test", now()))
        if door == "command":
            assert run("publish", "--as-of", "2026-10-02", "--data", own.root).code == 0
        else:
            with serving(own) as served, officer(served) as office:
                assert publish(office, office).status_code == 200
        (line,) = [each for each in logged(own) if each.action == "publication.propose"]
        said.append((line.subject, line.details))
    assert said[0] == said[1]


@pytest.mark.parametrize(
    ("words", "action", "subject"),
    [
        (("import", "units", "don-vi.csv"), "import", ""),
        (("measure", "--as-of", "2026-10-07"), "measure", "2"),
        (("rebuild",), "facts.rebuild", "figures"),
        (("facts", "export", "--to", "ho.lake"), "facts.export", ""),
        (("rules", "days", "ngay.yaml"), "rules.days", "ngay.yaml"),
        (("rules", "eras", "eras.yaml"), "rules.eras", "eras.yaml"),
        (("units", "predecessors", "sap-xep.csv"), "units.predecessors", "sap-xep.csv"),
        (("account", "user", "link", "lan", "01-lan"), "account.link", "lan"),
    ],
)
def test_what_a_command_alone_does_leaves_a_line_too(
    folder: DataFolder, tmp_path: Path, words: tuple[str, ...], action: str, subject: str
) -> None:
    own = copied(folder, tmp_path)
    (tmp_path / "don-vi.csv").write_text("mã,tên,cấp\nH15.51,Xã Krông Búk,xã\n", "utf-8")
    (tmp_path / "ngay.yaml").write_text(DAYS, "utf-8")
    (tmp_path / "sap-xep.csv").write_text("old,new,last,source\nH15.1,H15.50,2025-06-30,NQ 1660\n", "utf-8")
    (tmp_path / "eras.yaml").write_bytes((files("bochiso.rules") / "data" / "eras.yaml").read_bytes())
    with open_ledger(own) as ledger:
        change_settings(ledger, {"issuer": "https://dangnhap.example.vn"}, By("#test", now()))
        add_account(ledger, "lan", AccountProfile("Lan", Role.OFFICE), PASSWORD, By("#test", now()))
    given = [tmp_path / each if Path(each).suffix else each for each in words]
    before = logged(own)[-1].seq
    done = run(*given, "--data", own.root)
    assert done.code == 0, done.err
    found = [(each.action, each.subject) for each in logged(own, before)]
    assert found[0] == (action, subject)


def test_every_reading_that_is_collected_leaves_a_line(tmp_path: Path) -> None:
    own = DataFolder(tmp_path / "data")
    with StandIn(simulate_portal("H15", 766, date(2026, 10, 7))) as portal:
        words = ("collect", "--year", "2026", "--base-url", portal.url, "--data", own.root)
        assert run(*words).code == 0
    (line,) = logged(own)
    day = now().astimezone(VIETNAM).date().isoformat()
    assert (line.action, line.subject) == ("collect", "1")
    assert line.details == {"scope": "VN", "period": "2026", "day": day, "state": "complete"}
