"""What can't be taken back is asked about first: it stands folded, says what it does, and wants a reason."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from html.parser import HTMLParser

import pyotp
import pytest
from loopback_server import Served, serving
from officer_clients import Officer, officer
from public_pages import keep_table

from bochiso.store.decisions.publications import propose
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.folder import DataFolder
from bochiso.store.people import totp
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.people.permissions import Role
from bochiso.text import now

TABLE = b"unit,unit_name,level,total\nH15,\xc4\x90\xe1\xba\xafk L\xe1\xba\xafk,province,63.98\n"


@dataclass
class Posted:
    """A form that posts: `asked`, the words that it is folded behind, None where it lies open; `wanted`: the
    fields that can't be empty."""

    action: str
    asked: str | None
    fields: dict[str, str] = field(default_factory=dict)
    wanted: list[str] = field(default_factory=list)


class Forms(HTMLParser):
    """The forms of a page that post."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[Posted] = []
        self._folded: list[str] = []
        self._form: Posted | None = None
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        known = {name: value or "" for name, value in attrs}
        if tag == "details":
            self._folded.append("")
        elif tag == "form" and known.get("method") == "post":
            self._form = Posted(known["action"], self._folded[-1] if self._folded else None)
            self.found.append(self._form)
        elif tag == "input" and self._form:
            self._form.fields[known.get("name", "")] = known.get("value", "")
            self._form.wanted += [known["name"]] if "required" in known else []

    def handle_endtag(self, tag: str) -> None:
        if tag == "details":
            self._folded.pop()
        elif tag == "form":
            self._form = None

    def handle_data(self, data: str) -> None:
        if self._folded:
            self._folded[-1] += data


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    folder = DataFolder(tmp_path_factory.mktemp("grave") / "data")
    keep_table(folder, "a.csv", TABLE, "points", "2026-10-01")
    with serving(folder) as found:
        with open_ledger(folder) as ledger, open_store(folder) as store:
            propose(ledger, store, store.snapshots()[0], By("#test", now()))
        yield found


@pytest.fixture(scope="module")
def admin(served: Served) -> Iterator[Officer]:
    with officer(served, "nga", Role.ADMINISTRATOR) as found, officer(served, "tam"):
        with open_ledger(served.folder) as ledger:
            secret = totp.begin_enrolment(ledger, "tam").secret.replace(" ", "")
            at = By("#test", now())
            assert totp.confirm_enrolment(ledger, "tam", pyotp.TOTP(secret).at(at.at), at)
            ledger.add_key("he-thong", "H15", at.at, at)
        yield found


@pytest.mark.parametrize(
    ("deed", "said"),
    [
        ("khoa", "Người dùng không đăng nhập được nữa"),
        ("mat-khau", "mật khẩu"),
        ("bo-hai-lop", "mất điện thoại"),
        ("thu-hoi", "khóa"),
    ],
)
def test_an_account_or_a_key_is_ended_only_after_a_question_that_says_what_it_does(
    admin: Officer, deed: str, said: str
) -> None:
    forms = [each for each in Forms(admin.get("/quan-tri").text).found if each.fields.get("viec") == deed]
    assert forms
    for each in forms:
        assert each.asked is not None
        assert said in each.asked
        assert len(each.asked) > 40


def test_what_is_public_is_withdrawn_and_a_reading_taken_back_with_a_reason_alone(served: Served) -> None:
    with officer(served, "lan") as lan:
        for path, action in (("/cong-bo", "/cong-bo"), ("/du-lieu/1", "/du-lieu/1/rut")):
            forms = [each for each in Forms(lan.get(path).text).found if each.action == action]
            grave = [each for each in forms if each.fields.get("viec", "go") == "go"]
            assert grave
            assert all("ly-do" in each.wanted for each in grave)
            refused = lan.post(action, {**grave[0].fields, "ly-do": " "}, page=path)
            assert refused.status_code == 422
        with open_store(served.folder) as store:
            assert len(store.snapshots()) == 1
