"""What the pages of a province and of a unit share: words for causes, where figures come from."""

from bochiso.rules.rule_set import RuleSet
from bochiso.score.explanation import GAP, ROUNDING
from bochiso.score.figures import TOTAL
from bochiso.store.figures.snapshot_store import Snapshot, Store
from bochiso.text import Text, say

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
