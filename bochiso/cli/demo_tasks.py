"""Follow-up half-way in the simulated province: tasks given, some reports in, obstacles told."""

from datetime import date, datetime, time, timedelta

from bochiso.followup.steering_tasks import Obstacle, ObstacleKind, Task
from bochiso.office.backend import Backend
from bochiso.office.messages import set_contact
from bochiso.office.task_work import (
    answer_obstacle,
    answer_task,
    decide_answer,
    figures_of_unit,
    give_task,
    task_standings,
    tell_obstacle,
    working_days,
)
from bochiso.store.dossiers.ingest import open_dossiers
from bochiso.store.figures.snapshot_store import open_store
from bochiso.store.measuring.measurement import unit_tree
from bochiso.store.people.audit import By
from bochiso.store.people.ledger import open_ledger
from bochiso.store.steering.unit_readings import newest_standing
from bochiso.text import VIETNAM, now
from bochiso.units.model import Level

LETTER = "Công văn số 3215/UBND-PVHCC ngày 14/4/2026"
TEXTS = (
    "Đã giải quyết đúng hạn hầu hết hồ sơ; hồ sơ quá hạn do chờ ý kiến phối hợp, đã xin lỗi và hẹn lại.",
    "Đã niêm yết, công khai đủ thủ tục thuộc thẩm quyền. Đề nghị tập huấn số hóa cho cán bộ một cửa.",
    "Tỷ lệ nộp trực tuyến tăng so với tháng trước. Chưa phát sinh hồ sơ quá hạn.",
)


def prepare_tasks(backend: Backend, today: date, accounts: dict[str, str | None]) -> None:
    """Give the tasks of a letter, report as three units, tell of two obstacles. `accounts`: their units."""
    at = datetime.combine(today - timedelta(days=12), time(9), VIETNAM)
    office = By("vanphong", at)
    with open_dossiers(backend.folder) as db:
        tree, calendar = unit_tree(db), working_days(db)
    departments = [code for code, unit in tree.units.items() if unit.level is Level.DEPARTMENT]
    communes = [code for code, unit in tree.units.items() if unit.level is Level.COMMUNE]
    last = (today + timedelta(days=3)).replace(day=min((today + timedelta(days=3)).day, 28))
    monthly = Task(
        0, "Định kỳ hằng tháng báo cáo kết quả kiểm soát thủ tục hành chính và các nội dung chỉ đạo", LETTER,
        (*departments, *communes), (), last, True, True, at,
    )  # fmt: skip
    overdue = Task(
        0, "Rà soát, xử lý dứt điểm hồ sơ quá hạn, xin lỗi người dân, doanh nghiệp theo quy định", LETTER,
        (*departments[:6], communes[0]), (departments[-1],), today - timedelta(days=2), False, False, at,
    )  # fmt: skip
    given = [give_task(backend, office, each) for each in (monthly, overdue)]
    with open_ledger(backend.folder) as ledger:
        period = next(e.of.period for e in task_standings(ledger, now(), calendar) if e.of.task.report)
    # The unit to try with has its report still before it, and one that was returned.
    mine = accounts["donvi"] or departments[0]
    others = [code for code in (*departments, communes[0]) if code != mine][:3]
    reported = By("#demo", now() - timedelta(hours=5))
    with open_store(backend.folder) as store:
        for unit, text in zip(others, TEXTS, strict=True):
            figures = figures_of_unit(*newest_standing(store, unit), None)
            answer_task(backend, reported, (given[0].number, period, unit), text, figures, calendar)
    second = (given[1].number, "", mine if mine in given[1].leads else given[1].leads[0])
    answer_task(backend, reported, second, "Đã xử lý xong.", None, calendar)
    with open_ledger(backend.folder) as ledger:
        standings = {each.of.task.number: each for each in task_standings(ledger, now(), calendar)}
    first = standings[given[0].number].answers[others[0]]
    returned = standings[given[1].number].answers[second[2]]
    decide_answer(backend, By("vanphong", now()), first, accept=True)
    why = "Ghi rõ số hồ sơ đã xử lý và số đã xin lỗi."
    decide_answer(backend, By("vanphong", now()), returned, accept=False, reason=why)
    _obstacles(backend, others, today)
    for name in accounts:
        set_contact(backend, By("#demo", now()), name, f"{name}@daklak.example.vn", True)


def _obstacles(backend: Backend, units: list[str], today: date) -> None:
    since, by = today - timedelta(days=20), By("#demo", now() - timedelta(hours=4))
    slow = Obstacle(
        0, units[0], ObstacleKind.CONNECTION, "Hệ thống thông tin giải quyết TTHC tỉnh", since,
        "Trạng thái hồ sơ đồng bộ lên Cổng Dịch vụ công quốc gia chậm từ 2 đến 3 ngày", by.at, units[2],
    )  # fmt: skip
    central = Obstacle(
        0, units[1], ObstacleKind.SOFTWARE, "Phần mềm đăng ký, quản lý hộ tịch điện tử", since,
        "Chưa tra cứu được dữ liệu để tái sử dụng thành phần hồ sơ", by.at, None, "Bộ Tư pháp",
    )  # fmt: skip
    told = [tell_obstacle(backend, by, each) for each in (slow, central)]
    answer = "Đang phối hợp nhà cung cấp kiểm tra trục liên thông, trả lời trước ngày 15 tháng sau"
    answer_obstacle(backend, By("#demo", now()), told[0].number, answer, solved=False)
