"""What the pages of a province and of a unit share: words for causes, where figures come from."""

from collections.abc import Iterable
from decimal import Decimal

from bochiso.rules.rule_set import RuleSet
from bochiso.score.explanation import GAP, ROUNDING
from bochiso.score.figures import TOTAL
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.store.snapshots.target_standings import TargetTable
from bochiso.text import Text, say
from bochiso.web.graphics.unit_pictures import GroupTargets

SOURCES = {
    "portal": Text("Cổng Dịch vụ công quốc gia", "the national public service portal"),
    "portal-archive": Text("Cổng Dịch vụ công quốc gia", "the national public service portal"),
    "measured": Text(
        "tự đo từ hồ sơ các hệ thống gửi về", "measured here from the dossiers that systems send"
    ),
}
"""Where figures come from, by the kind of their reading."""

TABLE = Text("bảng số liệu do cán bộ nạp", "tables that an officer brought in")


def sources_of(store: Store, snapshot: Snapshot) -> tuple[Text, ...]:
    """Where the figures of a snapshot come from."""
    found = [SOURCES.get(each.kind, TABLE) for each in store.readings if each.seq in snapshot.seqs]
    return tuple({each.vi: each for each in found}.values())


def group_targets(tables: Iterable[TargetTable], unit: str) -> GroupTargets:
    """The points that a unit is to have in groups, for their chart; the highest where decisions differ."""
    asked = sorted((_asked(each, unit), each.what) for each in tables if each.what in each.rules.group)
    found = {what: value for value, what in asked if value}
    return tuple(found.items())


def _asked(table: TargetTable, unit: str) -> Decimal:
    """The highest value that a table asks of a unit; 0 for none."""
    rows = (row for level in table.levels for row in level.rows if row.unit == unit)
    return max((row.target.value for row in rows), default=Decimal(0))


def cause_name(code: str, rules: RuleSet) -> Text:
    """A part of a change in words: an indicator with its number, a group, the source's rounding."""
    if code == ROUNDING:
        return Text("Do nguồn làm tròn điểm nhóm chỉ số", "The source's rounding of its groups")
    if code == GAP:
        return Text("Tổng điểm công bố lệch với các nhóm", "Published totals that aren't their groups' sums")
    if code == TOTAL:
        return Text("Tổng điểm", "Total")
    if code in rules.indicator:
        number = rules.indicator[code].number
        return say("{number} {name}", "{number} {name}", number=number, name=rules.label(code))
    return rules.label(code)
