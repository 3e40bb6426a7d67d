"""What an administrator sets, typed, in the ledger; every change is in the audit log."""

import ipaddress
import os
import re
from datetime import datetime
from typing import Any

import msgspec
import sqlalchemy as sa

from bochiso.errors import ComputeError
from bochiso.followup.delivery_settings import (
    AlertSettings,
    MailSettings,
    WebhookSettings,
    alerts_are_wrong,
    mail_is_wrong,
    webhook_is_wrong,
)
from bochiso.store.folder import DataFolder, disk_errors
from bochiso.store.people import audit
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import ADDRESS_VARIABLE, Ledger, open_ledger
from bochiso.store.people.ledger_tables import SETTINGS
from bochiso.store.people.permissions import Role
from bochiso.text import Text, say

SHORTEST_MONTHS, LONGEST_MONTHS = 12, 240
"""How long the audit log may be kept."""


LONGEST_GRACE_DAYS = 90
"""How long somebody may go on without the second factor that their role needs."""


class ServerSettings(msgspec.Struct, frozen=True):
    """The settings as they are; each has a value that is safe to begin with.

    `province`: the code of the province whose office runs this. `approval_required`: whether a
    second officer approves a publication. `second_factor_roles`: who must use a second factor, at
    the latest so many days (`second_factor_grace_days`) after their account was made or the role came to
    need one (`second_factor_since`, which no form sets).
    `retention_months`: how long the audit log is kept; `evidence_months`: files that were brought in, for
    ever where it is None. `public_url`: the address that browsers use, as https://chiso.example.vn; with
    https, cookies go over https alone. `trusted_proxies`: network addresses of servers in front that say
    who calls. `issuer` and `client_id`: the province's sign-on.
    `notice`: what stands above every page, `notice_en` the same for readers of English. `organisation`:
    who runs the site; `responsible`: the person who answers for it; `contact`: how to reach them.
    `allowed_frames`: the sites whose pages may show our charts in a frame, as https://daklak.gov.vn.
    `licence`: what open data may be used for, of LICENCES. `mail`, `webhook`: how messages go out; `alerts`:
    when and of what.
    """

    province: str | None = None
    approval_required: bool = False
    second_factor_roles: frozenset[Role] = frozenset({Role.OFFICE, Role.ADMINISTRATOR})
    second_factor_grace_days: int = 14
    second_factor_since: datetime | None = None
    retention_months: int = 60
    evidence_months: int | None = None
    public_url: str | None = None
    trusted_proxies: tuple[str, ...] = ()
    issuer: str | None = None
    client_id: str | None = None
    notice: str | None = None
    notice_en: str | None = None
    organisation: str | None = None
    responsible: str | None = None
    contact: str | None = None
    allowed_frames: tuple[str, ...] = ()
    licence: str = "CC-BY-4.0"
    mail: MailSettings | None = None
    webhook: WebhookSettings | None = None
    alerts: AlertSettings = AlertSettings()

    @property
    def notice_text(self) -> Text | None:
        """The notice in words, where there is one; in Vietnamese where it was written in that alone."""
        if not self.notice:
            return None
        return say("{vi}", "{en}", vi=self.notice, en=self.notice_en or self.notice)


LICENCES = {
    "CC-BY-4.0": ("Creative Commons Attribution 4.0 (CC BY 4.0)",
                  "https://creativecommons.org/licenses/by/4.0/"),
    "CC0-1.0": ("Creative Commons Zero 1.0 (CC0)", "https://creativecommons.org/publicdomain/zero/1.0/"),
    "ODC-BY-1.0": ("Open Data Commons Attribution 1.0", "https://opendatacommons.org/licenses/by/1-0/"),
    "ODbL-1.0": ("Open Data Commons Open Database 1.0", "https://opendatacommons.org/licenses/odbl/1-0/"),
}  # fmt: skip
"""Licences of open data by their SPDX names: what they are called and where they are read."""

NAMES = ServerSettings.__struct_fields__


def read_settings(ledger: Ledger) -> ServerSettings:
    """The settings as they are now."""
    with ledger.read() as db:
        return settings_in(db)


def office_province(folder: DataFolder) -> str | None:
    """The province whose office the folder is of; None where nobody has said or there is no ledger yet."""
    with disk_errors(folder.root):
        there = folder.ledger.exists()
    if not (os.environ.get(ADDRESS_VARIABLE) or there):
        return None
    with open_ledger(folder) as ledger:
        return read_settings(ledger).province


def settings_in(db: sa.Connection) -> ServerSettings:
    """The settings, in a transaction that is under way."""
    rows = db.execute(sa.select(SETTINGS.c.name, SETTINGS.c.value))
    return msgspec.convert({name: msgspec.json.decode(value) for name, value in rows}, ServerSettings)


def change_settings(ledger: Ledger, changes: dict[str, Any], by: By) -> ServerSettings:
    """Change some settings; what isn't named stays. Raises ComputeError for a value that can't be."""
    with ledger.write() as db:
        before = settings_in(db)
        after = _converted(msgspec.to_builtins(before) | changes)
        if after.second_factor_roles - before.second_factor_roles:
            after = msgspec.structs.replace(after, second_factor_since=by.at)
        for name in NAMES:
            old, new = (plain_setting(each, name) for each in (before, after))
            if old == new:
                continue
            db.execute(sa.delete(SETTINGS).where(SETTINGS.c.name == name))
            value = msgspec.json.encode(new).decode()
            db.execute(sa.insert(SETTINGS), {"name": name, "value": value})
            if name != "second_factor_since":  # the line of the roles says so
                audit.append(db, by, "setting.change", name, before=old, after=new)
    return after


def plain_setting(settings: ServerSettings, name: str) -> Any:
    """A setting as JSON has it; roles in one order, whatever order they were named in."""
    return msgspec.to_builtins(getattr(settings, name), order="sorted")


_ANOTHER_KIND = say("giá trị không đúng kiểu", "the value is of another kind")
_WHOLE = say("viết một số nguyên", "write a whole number")
_WRITTEN = {
    "retention_months": _WHOLE, "evidence_months": _WHOLE, "second_factor_grace_days": _WHOLE,
    "approval_required": say("viết có hoặc không", "write yes or no"),
}  # fmt: skip
"""How values are written of which not every text is one."""


def _converted(values: dict[str, Any]) -> ServerSettings:
    if unknown := set(values) - set(NAMES):
        raise _wrong(min(unknown), say("không có thiết lập này", "there is no such setting"))
    for name, value in values.items():
        try:
            msgspec.convert({name: value}, ServerSettings)
        except msgspec.ValidationError:
            raise _wrong(name, _WRITTEN.get(name, _ANOTHER_KIND)) from None
    found = msgspec.convert(values, ServerSettings)
    _check(found)
    return found


def _check(found: ServerSettings) -> None:
    if found.province is not None and not re.fullmatch(r"H[0-9]{2}", found.province):
        raise _wrong("province", say("viết mã tỉnh như H15", "write a province's code, as H15"))
    if not SHORTEST_MONTHS <= found.retention_months <= LONGEST_MONTHS:
        words = say("từ {a} đến {b} tháng", "from {a} to {b} months", a=SHORTEST_MONTHS, b=LONGEST_MONTHS)
        raise _wrong("retention_months", words)
    if found.evidence_months is not None and not SHORTEST_MONTHS <= found.evidence_months <= LONGEST_MONTHS:
        words = say("từ {a} đến {b} tháng", "from {a} to {b} months", a=SHORTEST_MONTHS, b=LONGEST_MONTHS)
        raise _wrong("evidence_months", words)
    if not 0 <= found.second_factor_grace_days <= LONGEST_GRACE_DAYS:
        words = say("nhiều nhất {n} ngày", "{n} {n:day|days} at most", n=LONGEST_GRACE_DAYS)
        raise _wrong("second_factor_grace_days", words)
    if found.public_url is not None and not re.fullmatch(r"https?://[^/\s?#@]+", found.public_url):
        words = say("viết như https://chiso.example.vn", "write it as https://chiso.example.vn")
        raise _wrong("public_url", words)
    if found.issuer is not None and not is_safe_address(found.issuer):
        words = say("viết như https://dangnhap.example.vn", "write it as https://login.example.vn")
        raise _wrong("issuer", words)
    for each in found.allowed_frames:
        if not re.fullmatch(r"https?://(\*\.)?[a-z0-9-]+(\.[a-z0-9-]+)*(:\d{1,5})?", each):
            words = say(
                "viết mỗi trang như https://daklak.gov.vn, không có gì sau tên miền",
                "write each site as https://daklak.gov.vn, with nothing behind the domain",
            )
            raise _wrong("allowed_frames", words)
    if found.licence not in LICENCES:
        raise _wrong("licence", say("chọn một giấy phép trong danh sách", "choose one of the list"))
    for each in found.trusted_proxies:
        try:
            ipaddress.ip_network(each)
        except ValueError:
            words = say("viết địa chỉ mạng như 10.0.0.5", "write network addresses, as 10.0.0.5")
            raise _wrong("trusted_proxies", words) from None
    _check_delivery(found)


def _check_delivery(found: ServerSettings) -> None:
    for name, wrong in (
        ("mail", found.mail and mail_is_wrong(found.mail)),
        ("webhook", found.webhook and webhook_is_wrong(found.webhook)),
        ("alerts", alerts_are_wrong(found.alerts)),
    ):
        if wrong:
            raise _wrong(name, wrong)


def is_safe_address(url: str) -> bool:
    """Whether nobody on the way can pose as the sign-on: its address is https, or this machine's own."""
    here = r"http://(127\.0\.0\.1|\[::1\]|localhost)(:\d+)?(/[^\s?#@]*)?"
    return bool(re.fullmatch(rf"https://[^\s?#@]+|{here}", url))


LABELS = {
    "province": say("Mã tỉnh của trang đầu", "Province of the start page"),
    "organisation": say("Cơ quan quản lý trang", "Who runs the site"),
    "responsible": say("Người chịu trách nhiệm chính", "Who answers for it"),
    "contact": say("Liên hệ", "Contact"),
    "licence": say("Giấy phép của dữ liệu mở", "Licence of open data"),
    "public_url": say("Địa chỉ công khai", "Public address"),
    "trusted_proxies": say("Máy chủ trung gian", "Servers in front"),
    "retention_months": say("Lưu nhật ký", "Keep the log"),
    "evidence_months": say("Lưu tệp đã nạp", "Keep files that were brought in"),
    "allowed_frames": say("Trang được nhúng biểu đồ", "Sites that may frame charts"),
    "notice": say("Thông báo trên đầu mọi trang", "Notice above every page"),
    "notice_en": say("Thông báo bằng tiếng Anh", "The notice in English"),
    "approval_required": say(
        "Công bố phải có cán bộ thứ hai duyệt", "A second officer approves publications"
    ),
    "second_factor_roles": say("Bắt buộc xác thực hai lớp", "Second factor required"),
    "second_factor_grace_days": say("Thời gian để bật xác thực hai lớp", "Days to turn it on"),
    "issuer": say("Địa chỉ đăng nhập một lần của tỉnh", "The province's sign-on"),
    "client_id": say("Mã ứng dụng đã đăng ký", "Client id"),
    "mail": say("Máy chủ thư", "Mail server"),
    "webhook": say("Webhook", "Webhook"),
    "alerts": say("Bản tin và cảnh báo", "Digest and alerts"),
}
"""The settings as the form of administrators calls them."""


def _wrong(name: str, why: Text) -> ComputeError:
    return ComputeError(
        say("thiết lập “{name}” chưa dùng được: {why}.", "the setting “{name}” can't be used: {why}.",
            name=LABELS.get(name, name), why=why)
    )  # fmt: skip
