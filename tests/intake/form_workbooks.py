"""Workbooks of form 07a as units fill them in."""

from collections.abc import Sequence
from io import BytesIO

from xlsxwriter import Workbook

NEW_HEADS = (
    "Tổng số", "Trực tuyến toàn trình", "Trực tuyến một phần", "Qua dịch vụ bưu chính", "Trực tiếp",
    "Từ kỳ trước", "Tổng số", "Trước hạn", "Đúng hạn", "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn",
)  # fmt: skip
OLD_HEADS = (
    "Tổng số", "Trực tuyến", "Trực tiếp, dịch vụ bưu chính", "Từ kỳ trước", "Tổng số", "Trước hạn",
    "Đúng hạn", "Quá hạn", "Tổng số", "Trong hạn", "Quá hạn",
)  # fmt: skip


def sent_workbook(
    heads: Sequence[str],
    rows: Sequence[Sequence[str | int]],
    *,
    above: Sequence[str] = (),
    label: str = "Lĩnh vực giải quyết",
    total: Sequence[int] | None = None,
    numbered: bool = True,
    sheets: int = 1,
) -> bytes:
    """A form: what stands above its table, the heads, their numbers, a row each with its name first."""
    target = BytesIO()
    with Workbook(target, {"in_memory": True}) as book:
        lines: list[list[str | int]] = [[each] for each in above]
        lines += [["STT", label, "Số lượng hồ sơ tiếp nhận"], ["", "", *heads]]
        if numbered:
            lines.append([f"({n})" for n in range(1, len(heads) + 3)])
        lines += [[n, *row] for n, row in enumerate(rows, start=1)]
        if total is not None:
            lines.append(["TỔNG CỘNG", "", *total])
        for n in range(sheets):
            sheet = book.add_worksheet("Biểu" if n == 0 else f"Biểu {n + 1}")
            for at, line in enumerate(lines):
                sheet.write_row(at, 0, line)
    return target.getvalue()
