"""What `bochiso doctor` looks at on a machine: each finding says what is so and what to do about it."""

import os
import platform
import shutil
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from pathlib import Path
from typing import Any

import bochiso
from bochiso import __version__
from bochiso.cli.options import LANG
from bochiso.errors import BochisoError
from bochiso.report.docx.pdf import find_office
from bochiso.store.backup.ledger_look import look_at_ledger
from bochiso.store.dossiers.projection import dossiers_path, seen_by
from bochiso.store.dossiers.settling import set_aside_in
from bochiso.store.folder import DataFolder
from bochiso.store.journal.journal import end_of
from bochiso.store.journal.set_aside import KIND_NAMES, WHY_ASIDE, SetAside
from bochiso.store.people.ledger import ADDRESS_VARIABLE, KEY_VARIABLE
from bochiso.text import Text, now, say

LEAST_PYTHON = (3, 11)
LEAST_BYTES, LOW_BYTES = 200_000_000, 2_000_000_000
"""Disk: too little to go on, and so little that somebody should see to it."""

LEAST_FILES = 4096
"""Files and connections that a server of a province may have open at once."""

FONTS = ("Liberation Serif", "Times New Roman", "Tinos")
"""Any of these sets a document as Decree 30/2020/NĐ-CP wants it."""

SHARED = frozenset({"nfs", "nfs4", "cifs", "smb3", "9p", "afs", "ceph", "glusterfs", "ncpfs"})
"""File systems of a network, whose locks can't be relied on."""

NAMED = 5
"""So many items that couldn't be settled are named."""

BACKUP_DAYS = timedelta(days=2)
OTHERS = stat.S_IRWXG | stat.S_IRWXO


LABELS = {
    "python": say("Chương trình", "Program"),
    "disk": say("Ổ đĩa", "Disk"),
    "clock": say("Đồng hồ", "Clock"),
    "open-files": say("Tệp mở", "Open files"),
    "port": say("Cổng", "Port"),
    "libreoffice": say("LibreOffice", "LibreOffice"),
    "fonts": say("Phông chữ", "Fonts"),
    "data": say("Thư mục số liệu", "Data folder"),
    "filesystem": say("Hệ thống tệp", "File system"),
    "rights": say("Quyền của tệp", "Rights of files"),
    "ledger": say("Sổ cái", "Ledger"),
    "log": say("Nhật ký thao tác", "Audit log"),
    "facts": say("Dữ kiện", "Facts"),
    "backup": say("Sao lưu", "Backup"),
    "system": say("Hệ thống", "System"),
}


class Health(StrEnum):
    """How well something is."""

    FINE = "fine"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True)
class CheckFinding:
    """One thing that was looked at: how well it is, what is so, and what to do where it isn't well."""

    name: str
    health: Health
    what: Text
    do: Text | None = None


def check_machine(folder: DataFolder, port: int) -> Iterator[CheckFinding]:
    """Everything, in the order in which it should be mended. What can't be looked at is told as such."""
    checks: tuple[Callable[[], CheckFinding], ...] = (
        _python, lambda: _disk(folder), _clock, _open_files, lambda: _port(port), _office, _fonts,
        lambda: _format(folder), lambda: _file_system(folder), lambda: _modes(folder),
        lambda: _ledger(folder), lambda: _log_clock(folder),
        lambda: _facts(folder, port), lambda: _backup(folder),
    )  # fmt: skip
    for check in checks:
        try:
            yield check()
        except BochisoError as error:
            yield CheckFinding("data", Health.WRONG, error.what, error.do)
            return  # what follows is about the same folder
        except OSError as error:
            what = say("hệ thống báo “{why}”", "the system says “{why}”", why=error.strerror or str(error))
            yield CheckFinding("system", Health.WRONG, what)


def _python() -> CheckFinding:
    said = say("bochiso {ours}, Python {version}", "bochiso {ours}, Python {version}",
               ours=__version__, version=platform.python_version())  # fmt: skip
    if sys.version_info >= LEAST_PYTHON:
        return CheckFinding("python", Health.FINE, said)
    return CheckFinding("python", Health.WRONG, said, say("Cài Python 3.11 trở lên.", "Install Python 3.11."))


def _disk(folder: DataFolder) -> CheckFinding:
    there = next(path for path in (folder.root.absolute(), *folder.root.absolute().parents) if path.exists())
    free = shutil.disk_usage(there).free
    said = say("còn trống {mb} MB cho {path}", "{mb} MB left for {path}", mb=free // 10**6, path=str(there))
    health = Health.WRONG if free < LEAST_BYTES else Health.WARNING if free < LOW_BYTES else Health.FINE
    do = say("Giải phóng hoặc thêm ổ đĩa; đầy thì máy chủ ngừng nhận hồ sơ.",
             "Free some or add a disk; where it is full the server takes no dossiers.")  # fmt: skip
    return CheckFinding("disk", health, said, None if health is Health.FINE else do)


def _clock() -> CheckFinding:
    installed = datetime.fromtimestamp(Path(bochiso.__file__).stat().st_mtime, UTC)
    if installed - now() > timedelta(days=1):
        what = say("đồng hồ chậm: bây giờ là {now}, còn chương trình đã có từ {then}",
                   "the clock is slow: it is {now} now, the program is of {then}",
                   now=now(), then=installed)  # fmt: skip
        do = say("Đặt lại đồng hồ của máy trước khi làm gì khác.", "Set the clock right first.")
        return CheckFinding("clock", Health.WRONG, what, do)
    synchronised = _said_by("timedatectl", "show", "-p", "NTPSynchronized", "--value")
    if synchronised == "yes":
        return CheckFinding("clock", Health.FINE, say("đồng hồ được đồng bộ", "the clock is synchronised"))
    do = say("Bật đồng bộ giờ: `timedatectl set-ntp true`.", "Turn it on: `timedatectl set-ntp true`.")
    if synchronised == "no":
        what = say("đồng hồ không được đồng bộ", "the clock isn't synchronised")
        return CheckFinding("clock", Health.WARNING, what, do)
    what = say("không biết đồng hồ có được đồng bộ không", "it isn't known whether the clock is synchronised")
    return CheckFinding("clock", Health.WARNING, what, do)


def _open_files() -> CheckFinding:
    import resource

    service = _said_by("systemctl", "show", "bochiso.service", "-p", "LimitNOFILE", "--value")
    if _said_by("systemctl", "show", "bochiso.service", "-p", "LoadState", "--value") == "loaded":
        most = int(service) if service.isdigit() else resource.RLIM_INFINITY
        said = say("dịch vụ mở được {n} tệp và kết nối cùng lúc",
                   "the service may have {n} {n:file or connection|files and connections} open",
                   n=most)  # fmt: skip
    else:
        most = resource.getrlimit(resource.RLIMIT_NOFILE)[0]
        said = say("cửa sổ lệnh này mở được {n} tệp và kết nối cùng lúc",
                   "{n} {n:file or connection|files and connections} may be open from this shell",
                   n=most)  # fmt: skip
    if most >= LEAST_FILES or most == resource.RLIM_INFINITY:
        return CheckFinding("open-files", Health.FINE, said)
    do = say("Đặt LimitNOFILE=65536 trong tệp của dịch vụ.", "Set LimitNOFILE=65536 for the service.")
    return CheckFinding("open-files", Health.WARNING, said, do)


def _said_by(*command: str) -> str:
    """What one of the system's own programs says; nothing where there is none or it fails."""
    try:
        done = subprocess.run(  # noqa: S603 (words of ours alone)
            command, capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return done.stdout.strip() if done.returncode == 0 else ""


def _port(port: int) -> CheckFinding:
    with socket.socket() as tried:
        tried.settimeout(2)
        open_already = tried.connect_ex(("127.0.0.1", port)) == 0
    if not open_already:
        return CheckFinding("port", Health.FINE, say("cổng {n:d} còn trống", "port {n:d} is free", n=port))
    if (found := _health(port)) is None:
        what = say("chương trình khác đang dùng cổng {n:d}", "another program uses port {n:d}", n=port)
        do = say("Dừng nó, hoặc chạy `bochiso serve --port` khác.", "Stop it, or serve on another --port.")
        return CheckFinding("port", Health.WRONG, what, do)
    why = ", ".join(found.get("why", ()))
    if found["ready"]:
        what = say("máy chủ đang chạy ở cổng {n:d}", "the server runs at port {n:d}", n=port)
        return CheckFinding("port", Health.FINE, what)
    what = say("máy chủ ở cổng {n:d} chưa sẵn sàng ({why})", "the server at port {n:d} isn't ready ({why})",
               n=port, why=why)  # fmt: skip
    do = say("Xem `journalctl -u bochiso`.", "See `journalctl -u bochiso`.")
    return CheckFinding("port", Health.WRONG, what, do)


def _health(port: int) -> dict[str, Any] | None:
    """What a server at the port says of itself; None where it is another program."""
    import httpx

    try:
        found = httpx.get(f"http://127.0.0.1:{port}/health", timeout=5, trust_env=False).json()
    except (httpx.HTTPError, ValueError):
        return None
    return found if isinstance(found, dict) and "ready" in found else None


def _office() -> CheckFinding:
    if (found := find_office()) is not None:
        return CheckFinding("libreoffice", Health.FINE, say("LibreOffice: {p}", "LibreOffice: {p}", p=found))
    what = say("không có LibreOffice: văn bản không có bản PDF", "no LibreOffice: documents have no PDF")
    do = say("Cài gói libreoffice-writer-nogui.", "Install libreoffice-writer-nogui.")
    return CheckFinding("libreoffice", Health.WARNING, what, do)


def _fonts() -> CheckFinding:
    do = say("Cài gói fonts-liberation (Debian 12: fonts-liberation2).",
             "Install fonts-liberation (Debian 12: fonts-liberation2).")  # fmt: skip
    listed = _said_by("fc-list", ":", "family")
    if not listed:
        what = say("không liệt kê được phông chữ (thiếu fontconfig)", "fonts can't be listed (no fontconfig)")
        return CheckFinding("fonts", Health.WARNING, what, do)
    if found := next((name for name in FONTS if name in listed), None):
        return CheckFinding("fonts", Health.FINE, say("phông: {name}", "font: {name}", name=found))
    what = say("không có phông thay Times New Roman: bản PDF sai phông", "no font stands for Times New Roman")
    return CheckFinding("fonts", Health.WARNING, what, do)


def _format(folder: DataFolder) -> CheckFinding:
    folder.check()
    form = (folder.root / "FORMAT").read_text("ascii").strip()
    said = say("thư mục số liệu {path}, dạng {form}", "data folder {path}, format {form}",
               path=str(folder.root), form=form)  # fmt: skip
    return CheckFinding("data", Health.FINE, said)


def _modes(folder: DataFolder) -> CheckFinding:
    """Who else may read or write what is secret, and whether we may."""
    if not folder.root.is_dir():
        return CheckFinding("rights", Health.WARNING, say("chưa có thư mục", "there is no folder yet"))
    if not os.access(folder.root, os.R_OK | os.W_OK | os.X_OK):
        what = say("người dùng này không ghi được thư mục số liệu", "this user can't write the data folder")
        do = say("Chạy bằng chủ thư mục: `runuser -u {owner} -- bochiso doctor`.",
                 "Run as its owner: `runuser -u {owner} -- bochiso doctor`.",
                 owner=_owner(folder))  # fmt: skip
        return CheckFinding("rights", Health.WRONG, what, do)
    secret = [folder.root, folder.ledger, folder.root / "ledger.key", Path("/etc/bochiso.env")]
    wide = [str(path) for path in secret if path.exists() and path.stat().st_mode & OTHERS]
    owners = {path.stat().st_uid for path in (folder.root, *folder.root.iterdir())}
    if wide:
        what = say("người khác đọc được {paths}", "others may read {paths}", paths=", ".join(wide))
        do = say("`chmod go= {paths}`", "`chmod go= {paths}`", paths=" ".join(wide))
        return CheckFinding("rights", Health.WRONG, what, do)
    if len(owners) > 1:
        what = say("tệp trong thư mục số liệu thuộc về nhiều người dùng", "files belong to several users")
        do = say("`chown -R bochiso: {path}` khi máy chủ đã dừng.",
                 "`chown -R bochiso: {path}`, the server stopped.", path=str(folder.root))  # fmt: skip
        return CheckFinding("rights", Health.WRONG, what, do)
    if owners != {os.geteuid()}:
        what = say("thư mục số liệu là của người dùng {owner}, lệnh này chạy bằng người dùng khác: tệp do "
                   "lệnh tạo ra, dịch vụ không ghi được", "the folder is {owner}'s, and this runs as another "
                   "user: the service can't write what it makes", owner=_owner(folder))  # fmt: skip
        do = say("Chạy mọi lệnh bằng chủ thư mục: `runuser -u {owner} -- bochiso …`.",
                 "Run every command as its owner: `runuser -u {owner} -- bochiso …`.",
                 owner=_owner(folder))  # fmt: skip
        return CheckFinding("rights", Health.WARNING, what, do)
    return CheckFinding("rights", Health.FINE, say("chỉ chủ thư mục đọc, ghi được", "its owner's alone"))


def _owner(folder: DataFolder) -> str:
    """Whose the folder is, by name where the machine knows one."""
    import pwd

    uid = folder.root.stat().st_uid
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return str(uid)


def _file_system(folder: DataFolder) -> CheckFinding:
    kind = file_system_of(folder.root.resolve(), Path("/proc/self/mountinfo"))
    said = say("hệ thống tệp {kind}", "file system {kind}", kind=kind or "?")
    if kind not in SHARED and not kind.startswith("fuse."):
        return CheckFinding("filesystem", Health.FINE, said)
    what = say("thư mục số liệu ở ổ mạng ({kind}): khóa tệp ở đó không chắc chắn, sổ cái có thể hỏng",
               "the data folder is on a network drive ({kind}): locks aren't sure there",
               kind=kind)  # fmt: skip
    do = say("Chuyển thư mục số liệu về ổ của chính máy này; ổ mạng chỉ để sao lưu.",
             "Move it to a disk of this machine; keep the network drive for backups.")  # fmt: skip
    return CheckFinding("filesystem", Health.WRONG, what, do)


def file_system_of(path: Path, mounts: Path) -> str:
    """The kind of file system that a path is on, by /proc/self/mountinfo; empty where nobody knows."""
    try:
        lines = mounts.read_text("utf-8", "replace").splitlines()
    except OSError:
        return ""
    found = (0, "")
    for line in lines:
        before, _, after = line.partition(" - ")
        point = Path(before.split(" ")[4].replace("\\040", " "))
        if path.is_relative_to(point) and len(point.parts) >= found[0]:
            found = (len(point.parts), after.split(" ")[0])
    return found[1]


def _ledger(folder: DataFolder) -> CheckFinding:
    found = look_at_ledger(folder)
    sealed = found.seals
    where = "PostgreSQL" if os.environ.get(ADDRESS_VARIABLE) else str(folder.ledger)
    said = say("mở được sổ cái ({where})", "the ledger opens ({where})", where=where)
    if sealed and not os.environ.get(KEY_VARIABLE) and not (folder.root / "ledger.key").exists():
        what = say("thiếu ledger.key: xác thực hai lớp không dùng được", "ledger.key is missing")
        do = say("Đặt lại tệp khóa đã cất riêng.", "Put back the key file that was kept apart.")
        return CheckFinding("ledger", Health.WRONG, what, do)
    if found.is_older:
        what = say("sổ cái do bản cũ hơn ghi; lần khởi động tới tự nâng lên, bản cũ không mở lại được nữa",
                   "an older program wrote the ledger; the next start brings it up to date, and the older "
                   "one can't open it then")  # fmt: skip
        do = say("Sao lưu trước khi khởi động bản này.", "Back up before you start this version.")
        return CheckFinding("ledger", Health.WARNING, what, do)
    return CheckFinding("ledger", Health.FINE, said)


def _log_clock(folder: DataFolder) -> CheckFinding:
    newest = look_at_ledger(folder).log_ends
    if newest and newest > now() + timedelta(minutes=5):
        what = say("dòng mới nhất của nhật ký thao tác ở tương lai: {at}", "the audit log is ahead: {at}",
                   at=newest)  # fmt: skip
        do = say("Đặt lại đồng hồ của máy trước khi làm gì khác.", "Set the clock right first.")
        return CheckFinding("log", Health.WRONG, what, do)
    return CheckFinding("log", Health.FINE, say("nhật ký thao tác không ở tương lai", "the log isn't ahead"))


def _facts(folder: DataFolder, port: int) -> CheckFinding:
    path = dossiers_path(folder)
    seen = seen_by(path)
    if seen is None:
        behind = (_health(port) or {}).get("facts_behind")
        if not isinstance(behind, dict):
            what = say("máy chủ đang giữ dữ kiện hồ sơ; xem `/health`",
                       "a server holds the facts; see `/health`")  # fmt: skip
            return CheckFinding("facts", Health.FINE, what)
        late, aside = int(behind["items"]), int(behind["set_aside"])
    else:
        late = max(0, end_of(folder.journal).items - seen.items)
        aside = 0
    if late:
        what = say("dữ kiện hồ sơ chậm {n} mục so với nhật ký", "facts are {n} {n:item|items} behind", n=late)
        do = say(
            "Máy chủ đang chạy thì đợi ít phút rồi xem nhật ký dịch vụ; không thì `bochiso dossiers overdue` "
            "tự cập nhật.",
            "Wait some minutes where a server runs, then see its log; `bochiso dossiers overdue` catches up.",
        )
        return CheckFinding("facts", Health.WARNING, what, do)
    rows = [] if seen is None else set_aside_in(path)
    if rows or aside:
        return _aside(rows, aside)
    return CheckFinding("facts", Health.FINE, say("dữ kiện hồ sơ đủ", "facts have all dossiers"))


def _aside(rows: Sequence[SetAside], items: int) -> CheckFinding:
    """Items that facts couldn't take: each by its code, as far as the file can be read."""
    named = "; ".join(
        f"{KIND_NAMES[each.kind].render(LANG)} {each.code or '?'} ({each.province or '?'}): "
        f"{WHY_ASIDE[each.why].render(LANG)}"
        for each in rows[:NAMED]
    )
    what = say(
        "{n} mục đã nhận nhưng chưa tính được, số liệu chưa gồm: {list}",
        "{n} {n:item|items} couldn't be settled, and figures lack them: {list}",
        n=items or sum(each.items for each in rows),
        list=named or "/quan-tri",
    )
    do = say(
        "Nhật ký vẫn giữ; máy chủ thử lại mỗi ngày và sau mỗi lần cập nhật. Gửi dòng này cho nơi hỗ trợ.",
        "The journal keeps them; they are tried again each day and by each update. Tell whoever supports it.",
    )
    return CheckFinding("facts", Health.WARNING, what, do)


def _backup(folder: DataFolder) -> CheckFinding:
    last = look_at_ledger(folder).backed_up
    do = say("Sao lưu mỗi đêm: `bochiso backup THƯ_MỤC`.", "Back up each night: `bochiso backup DIR`.")
    if last is None:
        what = say("chưa sao lưu lần nào", "there was no backup yet")
        return CheckFinding("backup", Health.WARNING, what, do)
    said = say("sao lưu lần cuối {at}", "last backup {at}", at=last)
    if now() - last > BACKUP_DAYS:
        return CheckFinding("backup", Health.WARNING, said, do)
    return CheckFinding("backup", Health.FINE, said)


def shown(found: CheckFinding) -> str:
    """A finding as a line, with what to do below it."""
    mark = {Health.FINE: "  ", Health.WARNING: "! ", Health.WRONG: "✗ "}[found.health]
    line = f"{mark}{LABELS[found.name].render(LANG):<18} {found.what.render(LANG)}"
    return f"{line}\n{'':21}→ {found.do.render(LANG)}" if found.do else line
