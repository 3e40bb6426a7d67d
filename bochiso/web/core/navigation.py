"""Where one goes from anywhere: five ways for everyone, a second row of parts for who signed in."""

import re
from collections.abc import Callable
from dataclasses import dataclass

from bochiso.store.people.permissions import RIGHTS, Action, Role
from bochiso.text import Text

ONE_UNIT = re.compile(
    r"/don-vi/[^/]+|/tinh/[^/]+(/chi-so(/.+)?)?|/muc-tieu/[^/]+|/(chi-so|bieu-do|nhung|ban-do)(/.+)?"
)
"""The path of the page of one unit or province, of one indicator, of a chart or map."""

FILES = (
    ".csv", ".json", ".jsonld", ".xlsx", ".svg", ".png", ".xml", ".txt", ".ico", ".html", ".docx", ".pdf",
)  # fmt: skip
"""What ends the path of a file; every other path is a page's."""


@dataclass(frozen=True)
class Way:
    """One page: its path, its name, what a reader must be allowed to do to see it (None: nothing).

    `below`: other paths that belong to it.
    """

    path: str
    name: Text
    action: Action | None = None
    below: tuple[str, ...] = ()

    def holds(self, path: str) -> bool:
        """Whether a page is this one or belongs to it."""
        mine = (self.path, *self.below)
        return any(path == each or (each != "/" and path.startswith(f"{each}/")) for each in mine)


@dataclass(frozen=True)
class Part:
    """Pages for the same work, the first of them leading the others."""

    name: Text
    places: tuple[Way, ...]


@dataclass(frozen=True)
class Link:
    """A link of the navigation; `here` where the reader is."""

    name: Text
    href: str
    here: bool


PUBLIC: tuple[Way, ...] = (
    Way("/", Text("Kết quả", "Results"), below=("/so-sanh", "/muc-tieu")),
    Way("/don-vi", Text("Đơn vị", "Units"), below=("/khoang-hang",)),
    Way("/chi-so", Text("Chỉ số", "Indicators"), below=("/quy-tac", "/ban-do")),
    Way("/tinh", Text("Cả nước", "Country"), below=("/ca-nuoc",)),
    Way("/gioi-thieu", Text("Giới thiệu", "About"), below=("/open", "/api")),
)
"""The five ways that everyone has."""

STAFF: tuple[Part, ...] = (
    Part(
        Text("Công việc", "Work"),
        (
            Way("/hom-nay", Text("Hôm nay", "Today"), Action.SEE_OWN, below=("/nhan-tin",)),
            Way("/viec", Text("Việc cần làm", "To do"), Action.SEE_DOSSIERS),
            Way("/nhiem-vu", Text("Nhiệm vụ", "Tasks"), Action.SEE_DOSSIERS, below=("/vuong-mac",)),
            Way("/bat-thuong", Text("Bất thường", "Alarms"), Action.SEE_DOSSIERS),
            Way(
                "/giai-trinh", Text("Giải trình", "Explanations"), Action.SEE_DOSSIERS,
                below=("/giai-trinh-moi",),
            ),
            Way("/xin-loi", Text("Xin lỗi, hẹn lại", "Apologies"), Action.SEE_DOSSIERS),
            Way("/kien-nghi", Text("Kiến nghị số liệu", "Objections"), Action.SEE_DOSSIERS),
            Way("/chi-tieu", Text("Chỉ tiêu", "Targets"), Action.SEE_DOSSIERS),
            Way("/truc-tiep", Text("Điểm trực tiếp", "Live scores"), Action.SEE_UNPUBLISHED),
        ),
    ),
    Part(
        Text("Hồ sơ", "Dossiers"),
        (
            Way("/ho-so", Text("Quá hạn, sắp đến hạn", "Overdue, due soon"), Action.SEE_DOSSIERS),
            Way("/phan-anh", Text("Phản ánh, kiến nghị", "Petitions"), Action.SEE_DOSSIERS),
            Way("/cong-bo-thu-tuc", Text("Công bố thủ tục", "Procedures published"), Action.SEE_DOSSIERS),
            Way("/chua-dong-bo", Text("Đồng bộ với Cổng", "Sync with the portal"), Action.SEE_DOSSIERS),
        ),
    ),
    Part(
        Text("Số liệu", "Figures"),
        (
            Way("/du-lieu", Text("Nạp và thu thập", "Import and collect"), Action.SEE_DATA),
            Way("/du-lieu/danh-sach", Text("Hồ sơ, danh sách", "Dossiers, lists"), Action.IMPORT),
            Way("/ten-don-vi", Text("Tên chưa có mã", "Names without codes"), Action.SEE_DATA),
            Way("/doi-chieu", Text("Đối chiếu", "Reconcile"), Action.SEE_DATA),
        ),
    ),
    Part(
        Text("Văn bản", "Documents"),
        (
            Way("/van-ban", Text("Lập văn bản", "Make a document"), Action.DOCUMENTS),
            Way("/bieu-mau", Text("Biểu mẫu báo cáo", "Report forms"), Action.SEE_DOSSIERS,
                  below=("/doi-chieu-bieu-mau",)),
        ),
    ),
    Part(Text("Công bố", "Publish"), (Way("/cong-bo", Text("Công bố", "Publish"), Action.PUBLISH),)),
    Part(
        Text("Quản trị", "Administration"),
        (
            Way("/quan-tri", Text("Tài khoản, thiết lập", "Accounts, settings"), Action.ACCOUNTS),
            Way("/gui-tin", Text("Gửi tin", "Messages"), Action.SETTINGS),
        ),
    ),
)  # fmt: skip
"""What people who sign in work with, each part with its pages."""

OWN = "/tu-do"
"""What stands before the path of what was measured here, where other figures were published, too."""

OF_A_SOURCE = (
    "/don-vi", "/tinh", "/ca-nuoc", "/chi-so", "/ban-do", "/muc-tieu", "/khoang-hang", "/nhung", "/so-sanh",
    "/bieu-do", "/anh", "/open", "/api", "/so-lieu", "/cong-bo",
)  # fmt: skip
"""Pages and files of figures, besides the start page, and all below them: what was published or measured."""


def of_a_source(path: str) -> bool:
    """Whether a path is of figures, and so of one source of them.

    >>> [of_a_source(each) for each in ("/", "/don-vi.csv", "/don-vi/H15.05", "/quy-tac", "/hom-nay")]
    [True, True, True, False, False]
    """
    bare = path.partition("#")[0].partition("?")[0]
    return bare == "/" or any(
        bare == each or bare.startswith((f"{each}/", f"{each}.")) for each in OF_A_SOURCE
    )


DATED = ("/", "/don-vi", "/tinh", "/ca-nuoc", "/chi-so", "/ban-do", "/muc-tieu", "/khoang-hang", "/nhung")
"""Pages of figures of one day, and all below them: they have the choice of days and say what isn't public."""


def is_dated(path: str) -> bool:
    """Whether a page shows figures of a day.

    >>> is_dated("/"), is_dated("/don-vi/H15.05"), is_dated("/quy-tac")
    (True, True, False)
    """
    return any(path == each or (each != "/" and path.startswith(f"{each}/")) for each in DATED)


def public_links(path: str, to: Callable[[str], str]) -> list[Link]:
    """The ways of everyone."""
    return [Link(each.name, to(each.path), each.holds(path)) for each in PUBLIC]


def staff_links(path: str, role: Role | None, to: Callable[[str], str]) -> list[Link]:
    """The parts that someone of a role works with, each led by the first page that they may see."""
    return [
        Link(part.name, to(mine[0].path), any(each.holds(path) for each in mine))
        for part in STAFF
        if (mine := _allowed(part, role))
    ]


def neighbours(path: str, role: Role | None, to: Callable[[str], str]) -> list[Link]:
    """The pages of the part that the reader is in; none where it has a single one."""
    for part in STAFF:
        mine = _allowed(part, role)
        if any(each.holds(path) for each in mine):
            return [Link(each.name, to(each.path), each.holds(path)) for each in mine] if mine[1:] else []
    return []


def _allowed(part: Part, role: Role | None) -> list[Way]:
    return [each for each in part.places if each.action is None or each.action in RIGHTS[role]]
