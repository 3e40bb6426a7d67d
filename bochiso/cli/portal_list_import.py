"""What `bochiso import portal-list` does and prints."""

from datetime import date, datetime
from pathlib import Path

from bochiso.cli.dossier_imports import REFUSALS_PRINTED
from bochiso.cli.options import LANG, choice, t
from bochiso.cli.output import tell, working
from bochiso.intake.figures.said_days import check_moments
from bochiso.office.backend import Backend
from bochiso.office.dossiers import import_portal_list
from bochiso.periods import Period, end_of_day
from bochiso.store.dossiers.portal_import import KeptPortalList, PortalListAsked
from bochiso.store.folder import DataFolder
from bochiso.store.people.audit import by_command_line
from bochiso.text import now, say


def bring_list_in(
    files: tuple[Path, ...],
    data: Path,
    day: date,
    read_at: str | None,
    period: Period | None,
    province: str | None,
) -> int:
    """Keep a list of the portal's dossiers, of the day it was read; returns the exit code."""
    asked = PortalListAsked(province, day, _until(day, read_at), period)
    with working(t("Đang nạp danh sách của Cổng", "Bringing the portal's list in")):
        kept = import_portal_list(Backend(DataFolder(data)), by_command_line(now()), files, asked, choice())
    return _report(kept)


def _until(day: date, read_at: str | None) -> datetime:
    """What came later can't be in the list: the moment it was read, else the end of its day."""
    at = check_moments(day, read_at, now())
    end = end_of_day(day, now())
    return min(at, end)


def _report(kept: KeptPortalList) -> int:
    for refusal in kept.refusals[:REFUSALS_PRINTED]:
        tell(t("  Từ chối ", "  Refused ") + refusal.render(LANG))
    if (rest := len(kept.refusals) - REFUSALS_PRINTED) > 0:
        tell(say("  … và {n} dòng khác.", "  … and {n} more.", n=rest))
    for note in kept.notes:
        tell(note)
    if kept.replaced is not None:
        tell(
            say(
                "Thay cho danh sách ngày {day} đã nạp trước đó ({n} hồ sơ).",
                "In the place of the list of {day} brought in before ({n} {n:dossier|dossiers}).",
                day=kept.day,
                n=kept.replaced,
            )
        )
    tell(
        say(
            "Đã giữ danh sách của Cổng về {province} ngày {day}: {rows} hồ sơ tiếp nhận từ {first} đến "
            "{last}; đọc {counted} dòng, từ chối {refused}. Xem tiếp: bochiso dossiers unsynced.",
            "Kept the portal's list of {province} of {day}: {rows} {rows:dossier|dossiers} received from "
            "{first} to {last}; {counted} {counted:row|rows} read, {refused} refused. Next: bochiso dossiers "
            "unsynced.",
            province=kept.province,
            day=kept.day,
            rows=kept.rows,
            first=kept.first_day,
            last=kept.last_day,
            counted=kept.counted,
            refused=len(kept.refusals),
        )
    )
    return 1 if kept.refusals else 0
