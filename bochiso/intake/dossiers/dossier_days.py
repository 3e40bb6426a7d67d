"""Days of reception that contradict the dossiers' own numbers, as if day and month were changed about."""

import re
from collections.abc import Sequence

from bochiso.intake.messages.sync_schema import SyncItem
from bochiso.text import Text, say

_NUMBERS_DAY = re.compile(r"-(\d{2})(\d{2})(\d{2})-")
_PLAIN_LENGTH = 14


class SwappedDays:
    """Dossiers whose day of reception is that of their number with day and month changed about."""

    def __init__(self) -> None:
        self.count = 0
        self.first = ""

    def look(self, items: Sequence[SyncItem | None]) -> None:
        """Count those of some items."""
        for item in items:
            received = item.NgayTiepNhan if item is not None else None
            if item is None or not isinstance(received, str) or len(received) != _PLAIN_LENGTH:
                continue
            day = _NUMBERS_DAY.search(str(item.MaHoSo or ""))
            if day is None:
                continue
            year, month, date = day.groups()
            if month != date and received[2:8] == f"{year}{date}{month}":
                self.count += 1
                self.first = self.first or str(item.MaHoSo)

    def notes(self) -> list[Text]:
        """What is said of them."""
        if not self.count:
            return []
        return [
            say(
                "{n} hồ sơ có ngày tiếp nhận trái với ngày ghi trong mã hồ sơ, như bị đảo ngày và tháng "
                "(đầu tiên: {first}). Đã đọc theo ngày/tháng/năm; hãy kiểm tra lại tệp.",
                "{n} {n:dossier was|dossiers were} received on another day than the number says, "
                "as if day and month were "
                "changed about (the first: {first}). They are read as day/month/year; look at the file.",
                n=self.count,
                first=self.first,
            )
        ]
