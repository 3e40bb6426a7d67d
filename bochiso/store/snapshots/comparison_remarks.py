"""What is said of two snapshots whose points or rules are not the same, and of whom a ranking lacks."""

from bochiso.rules.eras import Era
from bochiso.rules.rule_set import RuleSet
from bochiso.score.changes import LevelComparison
from bochiso.score.ranking import LevelStandings
from bochiso.store.figures.snapshot_store import Snapshot
from bochiso.text import Text, say
from bochiso.units.model import Level
from bochiso.units.provinces import provinces_on


def across_eras(before: Snapshot, was: Era, after: Snapshot, now: Era) -> Text:
    """Why points of two snapshots are not compared."""
    return say(
        "Không so sánh điểm giữa ngày {a} và ngày {b} vì cách tính điểm của nguồn đã thay đổi ({was}; "
        "{now}); chỉ so sánh thứ hạng.",
        "Points of {a} and {b} are not compared, as the source has changed how it scores ({was}; {now}); "
        "only ranks are.",
        a=before.as_of,
        b=after.as_of,
        was=was.name,
        now=now.name,
    )


def other_most(before: Snapshot, after: Snapshot, comparison: LevelComparison) -> Text:
    """Why points are not compared where one of two days could not be measured whole."""
    return say(
        "Không so sánh điểm giữa ngày {a} (trên {was:d} điểm) và ngày {b} (trên {now:d} điểm) vì chỉ một kỳ "
        "có số liệu đồng bộ với Cổng; chỉ so sánh thứ hạng.",
        "Points of {a} (out of {was:d}) and {b} (out of {now:d}) are not compared, as only one of them knows "
        "what the portal received; only ranks are.",
        a=before.as_of,
        b=after.as_of,
        was=int(comparison.before.most or 0),
        now=int(comparison.after.most or 0),
    )


def different_rules(before: RuleSet, after: RuleSet) -> Text:
    """What two sets of rules mean for a comparison."""
    if before.id == after.id:
        return say(
            "Bộ quy tắc {id} đã được sửa giữa hai kỳ: chênh lệch không chỉ do kết quả trong kỳ.",
            "The rule set {id} was edited between the two snapshots: not all of a change is performance.",
            id=after.id,
        )
    return say(
        "Hai kỳ tính theo hai bộ quy tắc khác nhau ({a}, {b}).",
        "The two snapshots were scored by different rule sets ({a}, {b}).",
        a=before.id,
        b=after.id,
    )


SEVERAL = 5
"""Of so many provinces a ranking says which others lack; fewer are a province and some to compare it with."""


def silent(snapshot: Snapshot, table: LevelStandings) -> list[Text]:
    """The provinces that a ranking of several lacks: there are no figures of them, which isn't 0."""
    if table.level is not Level.PROVINCE or len(table.rows) < SEVERAL:
        return []
    every = provinces_on(snapshot.as_of)
    known = {row.score.unit.code for row in table.rows}
    lacking = [each.name for each in every if each.code not in known]
    if not lacking:
        return []
    return [
        say(
            "{n}/{of} tỉnh, thành phố chưa có số liệu nên không được chấm điểm, xếp hạng: {list}.",
            "{n} of {of} {of:province|provinces} without figures, neither scored nor ranked: {list}.",
            n=len(lacking),
            of=len(every),
            list=", ".join(lacking),
        )
    ]
