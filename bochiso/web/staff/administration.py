"""Administration: accounts, systems' keys, settings, and the log of who did what."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from fastapi import APIRouter, Request, Response
from starlette.concurrency import run_in_threadpool

from bochiso.errors import BochisoError, ComputeError
from bochiso.office import people
from bochiso.store.journal.set_aside import KIND_NAMES, WHY_ASIDE, SetAside, read_set_aside
from bochiso.store.people import audit
from bochiso.store.people.accounts import FIRST_PASSWORD_AGE, Account, AccountProfile, accounts
from bochiso.store.people.audit import AuditLine, Deed
from bochiso.store.people.audit_check import CheckedLog
from bochiso.store.people.ledger import ClientKey, Ledger
from bochiso.store.people.permissions import ROLE_NAMES, UNIT_ROLES, Action, Role
from bochiso.store.people.settings import LICENCES, ServerSettings, read_settings
from bochiso.store.people.user_sessions import OpenSession, open_sessions
from bochiso.text import Text, say
from bochiso.units.model import Unit
from bochiso.units.names import short_name
from bochiso.web.auth.browsers import browser_words
from bochiso.web.core.page_services import PageServices
from bochiso.web.core.table_files import as_csv
from bochiso.web.core.template_context import SECURITY
from bochiso.web.core.unit_choices import known_units, meant_unit, offered

LOG_LINES_SHOWN = 200
"""Lines of the log that the page shows; the file has them all."""

DEEDS: dict[Deed, Text] = {
    "access.refused": Text("Không có quyền", "Access refused"),
    "account.add": Text("Thêm tài khoản", "Account added"),
    "snapshot.withdraw": Text("Rút số liệu đã nạp", "Figures taken back"),
    "unit-name.match": Text("Ghép tên vào đơn vị", "Name given to a unit"),
    "unit-name.forget": Text("Bỏ ghép tên", "Name taken from a unit"),
    "account.change": Text("Sửa tài khoản", "Account changed"),
    "account.disable": Text("Khóa tài khoản", "Account disabled"),
    "account.enable": Text("Mở lại tài khoản", "Account enabled again"),
    "account.link": Text("Gắn với đăng nhập một lần của tỉnh", "Linked with the province's sign-on"),
    "account.password": Text("Đổi hoặc cấp lại mật khẩu", "Password changed or given anew"),
    "account.recovery-code": Text("Dùng mã dự phòng", "Recovery code used"),
    "account.totp-on": Text("Bật xác thực hai lớp", "Second factor turned on"),
    "account.totp-reset": Text("Bỏ xác thực hai lớp", "Second factor taken off"),
    "account.unlock": Text("Bỏ thời gian chờ đăng nhập", "Wait after wrong tries ended"),
    "alarm.judge": Text("Xem xét bất thường của số liệu", "Alarm looked at"),
    "audit.prune": Text("Xóa nhật ký quá thời hạn lưu", "Lines beyond their time removed"),
    "backup.make": Text("Sao lưu", "Backup taken"),
    "backup.restore": Text("Khôi phục từ bản sao lưu", "Restored from a backup"),
    "boundaries.keep": Text("Nạp địa giới cho bản đồ", "Boundaries of the map changed"),
    "collect": Text("Thu thập số liệu từ Cổng", "Figures collected from the portal"),
    "handling.keep": Text("Nạp bảng giải quyết hồ sơ", "Table of handling brought in"),
    "contact.change": Text("Đổi địa chỉ nhận tin, việc nhận tin", "Address or wish for messages changed"),
    "document.draft": Text("Lập bản thảo văn bản", "Draft of a document"),
    "document.issue": Text("Lưu văn bản đã phát hành", "Issued document kept"),
    "document.public": Text("Đổi việc công bố văn bản", "Whether a document is public changed"),
    "document.make": Text("Lập văn bản", "Document made"),
    "dossiers.export": Text("Xuất danh sách hồ sơ", "Dossiers exported"),
    "emblem.keep": Text("Đổi biểu trưng", "Emblem changed"),
    "evidence.forget": Text("Xóa tệp đã nạp theo yêu cầu", "Files that were brought in removed"),
    "facts.export": Text("Xuất dữ kiện ra hồ dữ liệu", "Facts exported to a lake"),
    "facts.rebuild": Text("Dựng lại dữ kiện từ chứng cứ", "Facts made again from the evidence"),
    "import": Text("Nạp tệp", "Files brought in"),
    "key.add": Text("Tạo khóa của hệ thống", "System's key made"),
    "key.login": Text("Hệ thống đăng nhập", "System logged in"),
    "key.refused": Text("Đăng nhập của hệ thống bị từ chối", "System's login refused"),
    "key.revoke": Text("Thu hồi khóa của hệ thống", "System's key revoked"),
    "form.keep": Text("Nhận biểu mẫu của đơn vị", "A unit's form kept"),
    "measure": Text("Đo từ hồ sơ", "Measured from dossiers"),
    "message.again": Text("Cho gửi lại tin", "Message to be sent again"),
    "message.fail": Text("Tin không gửi được", "Message not sent"),
    "message.send": Text("Gửi tin", "Message sent"),
    "obstacle.answer": Text("Trả lời vướng mắc", "Obstacle answered"),
    "obstacle.tell": Text("Nêu vướng mắc", "Obstacle told"),
    "office.settings": Text("Đổi thông tin cơ quan của văn bản", "Settings of documents changed"),
    "petitions.export": Text("Xuất danh sách phản ánh, kiến nghị", "Petitions exported"),
    "procedure.map": Text("Ghép mã vào thủ tục", "Code given to a procedure"),
    "procedure.unmap": Text("Bỏ ghép mã thủ tục", "Code of a procedure taken back"),
    "publication.propose": Text("Đề xuất công bố", "Publication proposed"),
    "publication.publish": Text("Công bố số liệu", "Figures published"),
    "publication.reject": Text("Từ chối công bố", "Publication rejected"),
    "rules.days": Text("Nạp lịch nghỉ của tỉnh", "The province's days off brought in"),
    "units.predecessors": Text("Nạp bảng đơn vị trước và sau sắp xếp", "Table of predecessors brought in"),
    "rules.eras": Text("Nạp giai đoạn của thang điểm", "Eras of the scale brought in"),
    "session.begin": Text("Đăng nhập", "Signed in"),
    "session.close": Text("Kết thúc phiên đăng nhập", "Sessions ended"),
    "session.code-refused": Text("Mã xác thực bị từ chối", "Code refused"),
    "session.end": Text("Đăng xuất", "Signed out"),
    "session.refused": Text("Đăng nhập bị từ chối", "Sign-in refused"),
    "setting.change": Text("Đổi thiết lập", "Setting changed"),
    "explanation.ask": Text("Yêu cầu giải trình", "Explanations asked for"),
    "explanation.answer": Text("Gửi giải trình", "Explanation given"),
    "explanation.decide": Text("Xem xét giải trình", "Explanation decided on"),
    "unit.heir": Text("Chọn đơn vị thay đơn vị đã chia tách", "Heir of a unit chosen"),
    "explanation.move": Text("Chuyển yêu cầu giải trình", "Request handed over"),
    "explanation.withdraw": Text("Thu hồi yêu cầu giải trình", "Request withdrawn"),
    "explanation.causes": Text("Sửa danh mục nguyên nhân", "Catalogue of causes kept"),
    "preview.open": Text("Mở xem trước số liệu", "Preview opened"),
    "preview.close": Text("Đóng xem trước số liệu", "Preview closed"),
    "objection.file": Text("Kiến nghị về số liệu", "Objection"),
    "objection.decide": Text("Trả lời kiến nghị", "Objection decided on"),
    "apology.record": Text("Ghi xin lỗi, hẹn lại", "Apology recorded"),
    "apology.withdraw": Text("Hủy xin lỗi đã ghi", "Apology taken back"),
    "target.give": Text("Giao chỉ tiêu", "Targets given"),
    "target.withdraw": Text("Rút chỉ tiêu", "Target taken back"),
    "task.answer": Text("Đơn vị trả lời nhiệm vụ", "Task answered"),
    "task.decide": Text("Chấp nhận, trả lại báo cáo nhiệm vụ", "Answer to a task accepted or returned"),
    "task.give": Text("Giao nhiệm vụ", "Task given"),
    "task.withdraw": Text("Rút nhiệm vụ", "Task taken back"),
    "unit.map": Text("Ghép mã vào đơn vị", "Code given to a unit"),
    "unit.unmap": Text("Bỏ ghép mã đơn vị", "Code of a unit taken back"),
}
"""What the log tells, in words; what another version wrote shows as it is written."""


@dataclass(frozen=True)
class Secret:
    """What is shown once and kept nowhere: a first password, or a key's secret."""

    of: str
    value: str
    what: Text


@dataclass(frozen=True)
class AdministrationPage:
    """Accounts, keys, settings, and the newest lines of the log with how far it was found whole.

    `signed_in`: the sessions that each account has open, the newest first.
    """

    accounts: tuple[Account, ...]
    keys: tuple[ClientKey, ...]
    settings: ServerSettings
    lines: tuple[AuditLine, ...]
    checked: CheckedLog
    signed_in: dict[str, list[OpenSession]]
    units: tuple[Unit, ...] = ()
    secret: Secret | None = None
    fault: BochisoError | None = None
    done: Text | None = None
    was: Mapping[str, str] = field(default_factory=dict)

    @property
    def names(self) -> dict[str, str]:
        """The units' names by their codes."""
        return {each.code: short_name(each.name) for each in self.units}

    def typed(self, what: str, name: str, kept: object) -> object:
        """A field of a form: as it was typed where the form was refused, else as it is kept."""
        return self.was.get(name, "") if self.was.get("viec") == what else kept

    @property
    def how_far(self) -> Text:
        """Up to where the log was found whole, and when that was begun at its first line."""
        found = self.checked
        rest = say(" Mở lại trang để kiểm tra tiếp.", " Open the page again to go on.")
        return say(
            "Đã kiểm tra đến dòng {seq} (dòng mới nhất: {last}); lần gần nhất kiểm tra từ dòng đầu: "
            "{began_at}.{rest}",
            "Checked up to line {seq} (the newest: {last}); last begun at the first line: {began_at}.{rest}",
            seq=found.seq,
            last=found.last,
            began_at=found.began_at,
            rest=rest if found.seq < found.last else "",
        )


Form = dict[str, str]

DONE = {
    "sua": say("Đã lưu thông tin tài khoản.", "The account was changed."),
    "khoa": say("Đã khóa tài khoản.", "The account was disabled."),
    "mo": say("Đã mở lại tài khoản.", "The account was enabled."),
    "bo-hai-lop": say("Đã bỏ xác thực hai lớp của tài khoản.", "The second factor was reset."),
    "bo-cho": say("Đã bỏ thời gian chờ.", "The wait was ended."),
    "ket-thuc": say("Đã kết thúc mọi phiên của tài khoản.", "All its sessions were ended."),
    "ket-thuc-phien": say("Đã kết thúc phiên đăng nhập.", "The session was ended."),
    "thu-hoi": say("Đã thu hồi khóa kết nối.", "The key was revoked."),
    "thiet-lap": say("Đã lưu thiết lập.", "The settings were saved."),
    "kiem-tra": say("Đã kiểm tra lại nhật ký.", "The log was checked again."),
}
"""What is said of what was done, by what a form's field `viec` says."""


def routes(services: PageServices) -> APIRouter:
    """The page, what its forms do, and the log as a file."""
    router = APIRouter()

    def shown(
        request: Request,
        secret: Secret | None = None,
        fault: BochisoError | None = None,
        was: Form | None = None,
    ) -> Response:
        ledger = services.ledger
        checked = people.check_log_further(ledger, services.by(request))
        with ledger.read() as db:
            lines = tuple(reversed(audit.lines(db, LOG_LINES_SHOWN)))
        page = AdministrationPage(
            tuple(accounts(ledger)),
            tuple(ledger.keys()),
            read_settings(ledger),
            lines,
            checked,
            _signed_in(ledger, services.by(request).at),
            known_units(services, request),
            secret,
            fault,
            DONE.get(request.query_params.get("xong", "")),
            was or {},
        )
        status = 422 if fault else 200
        return services.page(
            request,
            "administration.html",
            status,
            page=page,
            roles=ROLE_NAMES,
            deeds=DEEDS,
            kind=browser_words,
            licences=LICENCES,
            offered=offered(page.units),
            aside=_set_aside(services),
            kinds=KIND_NAMES,
            whys=WHY_ASIDE,
        )

    @router.get("/quan-tri")
    def page(request: Request) -> Response:
        services.require(request, Action.ACCOUNTS)
        return shown(request)

    @router.post("/quan-tri")
    async def change(request: Request) -> Response:
        await services.enter(request, Action.ACCOUNTS)
        form = await services.form(request)

        def done() -> Response:
            if (asked := services.ask_again(request, form)) is not None:
                return asked
            try:
                secret = _change(services, request, form)
            except ComputeError as error:
                return shown(request, fault=error, was=form)
            if secret is not None:
                return shown(request, secret)
            return services.redirect(request, f"/quan-tri?xong={form.get('viec', '')}")

        return await run_in_threadpool(done)

    @router.get("/quan-tri/nhat-ky.csv")
    def log(request: Request) -> Response:
        services.require(request, Action.AUDIT)
        with services.ledger.read() as db:
            rows = list(audit.shown(audit.lines(db)))
        headers = {"Content-Disposition": 'attachment; filename="nhat-ky.csv"', "Cache-Control": "no-store"}
        return Response(as_csv(rows), headers={**headers, **SECURITY}, media_type="text/csv; charset=utf-8")

    return router


def _set_aside(services: PageServices) -> list[SetAside]:
    """The items that facts couldn't take."""
    if not services.lag().aside:
        return []
    with services.dossiers() as db:
        return read_set_aside(db)


def _signed_in(ledger: Ledger, at: datetime) -> dict[str, list[OpenSession]]:
    found: dict[str, list[OpenSession]] = {}
    for each in open_sessions(ledger, at):
        found.setdefault(each.account, []).append(each)
    return found


def _change(services: PageServices, request: Request, form: Form) -> Secret | None:
    """Do what a form asks; what has to be shown once, if anything."""
    what = form.get("viec", "")
    if what not in _CHANGES:
        raise ComputeError(say("không rõ việc cần làm.", "it isn't clear what to do."))
    return _CHANGES[what](services, request, form)


def _add_account(services: PageServices, request: Request, form: Form) -> Secret:
    name, password = form.get("ten", "").strip(), secrets.token_urlsafe(12)
    people.add_account(
        services.ledger, services.by(request), name, _profile(services, request, form), password
    )
    return Secret(name, password, _PASSWORD)


def _change_account(services: PageServices, request: Request, form: Form) -> None:
    profile = _profile(services, request, form)
    people.change_account(services.ledger, services.by(request), form.get("ten", ""), profile)


def _profile(services: PageServices, request: Request, form: Form) -> AccountProfile:
    try:
        role = Role(form.get("vai-tro", ""))
    except ValueError:
        raise ComputeError(say("chưa chọn vai trò.", "the role isn't chosen.")) from None
    unit, display = form.get("don-vi", "").strip() or None, form.get("ho-ten", "").strip()
    if not display:
        raise ComputeError(say("thiếu họ và tên.", "the full name is missing."))
    if unit is not None:
        unit = meant_unit(unit, known_units(services, request))
    if role not in UNIT_ROLES:
        return AccountProfile(display, role)
    fields = form.get("linh-vuc", "").split(",") if role is Role.DEPARTMENT else ()
    return AccountProfile(display, role, unit, tuple(fields))


def _new_password(services: PageServices, request: Request, form: Form) -> Secret:
    name, password = form.get("ten", ""), secrets.token_urlsafe(12)
    people.give_password(services.ledger, services.by(request), name, password)
    return Secret(name, password, _PASSWORD)


def _add_key(services: PageServices, request: Request, form: Form) -> Secret:
    unit = form.get("don-vi", "").strip()
    if not unit:
        raise ComputeError(say("thiếu mã đơn vị.", "the unit's code is missing."))
    name = form.get("ten", "").strip()
    secret = people.add_key(services.ledger, services.by(request), name, unit)
    return Secret(name, secret, say("Khóa kết nối của hệ thống gửi hồ sơ", "The key of the system"))


def _change_settings(services: PageServices, request: Request, form: Form) -> None:
    months = form.get("luu-nhat-ky", "").strip()
    kept = form.get("luu-tep", "").strip()
    days = form.get("thoi-gian-hai-lop", "14").strip()
    proxies = (each.strip() for each in form.get("may-chu-trung-gian", "").split(","))
    changes = {
        "trusted_proxies": [each for each in proxies if each],
        "evidence_months": (int(kept) if kept.isascii() and kept.isdigit() else kept) or None,
        "retention_months": int(months) if months.isascii() and months.isdigit() else months,
        "province": form.get("tinh", "").strip().upper() or None,
        "approval_required": "hai-nguoi" in form,
        "second_factor_grace_days": int(days) if days.isascii() and days.isdigit() else days,
        "second_factor_roles": [role.value for role in Role if f"hai-lop-{role.value}" in form],
        "public_url": form.get("dia-chi", "").strip() or None,
        "issuer": form.get("dang-nhap-mot-lan", "").strip() or None,
        "notice": form.get("thong-bao", "").strip()[:300] or None,
        "notice_en": form.get("thong-bao-anh", "").strip()[:300] or None,
        "organisation": form.get("co-quan", "").strip()[:200] or None,
        "responsible": form.get("nguoi-chiu-trach-nhiem", "").strip()[:200] or None,
        "contact": form.get("lien-he", "").strip()[:300] or None,
        "licence": form.get("giay-phep", "") or ServerSettings().licence,
        "client_id": form.get("ma-ung-dung", "").strip() or None,
        "allowed_frames": [
            each.rstrip("/") for each in form.get("nhung", "").lower().replace(",", " ").split()
        ],
    }
    people.change_settings(services.ledger, services.by(request), changes)


def _simple(do: Callable[..., object]) -> Callable[[PageServices, Request, Form], None]:
    def done(services: PageServices, request: Request, form: Form) -> None:
        do(services.ledger, services.by(request), form.get("ten", ""))

    return done


def _close_session(services: PageServices, request: Request, form: Form) -> None:
    only = form.get("phien", "")
    people.close_session(services.ledger, services.by(request), form.get("ten", ""), only)


_PASSWORD = say(
    "Mật khẩu dùng lần đầu, trong {n} ngày; người dùng phải đổi ngay khi đăng nhập",
    "First password, good for {n} {n:day|days}; to be changed at the first sign-in",
    n=FIRST_PASSWORD_AGE.days,
)


def _check_log(services: PageServices, request: Request, form: Form) -> None:
    people.check_log(services.ledger, services.by(request))


_CHANGES: dict[str, Callable[[PageServices, Request, Form], Secret | None]] = {
    "them": _add_account,
    "sua": _change_account,
    "mat-khau": _new_password,
    "khoa": _simple(people.disable_account),
    "mo": _simple(people.enable_account),
    "bo-hai-lop": _simple(people.reset_second_factor),
    "bo-cho": _simple(people.unlock_account),
    "ket-thuc": _simple(people.close_sessions),
    "ket-thuc-phien": _close_session,
    "them-khoa": _add_key,
    "thu-hoi": _simple(people.revoke_key),
    "thiet-lap": _change_settings,
    "kiem-tra": _check_log,
}
"""By what a form's field `viec` says."""
