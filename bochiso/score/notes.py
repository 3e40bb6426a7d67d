"""What a reader must know about a score beside its figures."""

from collections.abc import Iterable

from bochiso.rules.model import RuleSet
from bochiso.score.explain import is_small
from bochiso.score.scoring import Basis, UnitScore
from bochiso.text import Text, say


def notes(score: UnitScore, rules: RuleSet) -> list[Text]:
    """Remarks on one unit's score: what lacks, what was inherited, what stands on few dossiers."""
    found = [*_missing(score, rules), *_total(score)]
    small = [each for each in score.indicators if is_small(each, rules)]
    if small:
        found.append(
            say(
                "Tỷ lệ tính trên {few} hồ sơ trở xuống, chỉ để tham khảo: {list}.",
                "Rates over {few} dossiers or fewer, to be read with care: {list}.",
                few=rules.small_denominator,
                list=_listed(f"{each.rule.number} ({each.count.denominator:f})" for each in small),
            )
        )
    inherited = [each for each in score.indicators if each.inherited_from]
    if inherited:
        found.append(
            say(
                "Lấy theo số liệu của tỉnh ({province}): chỉ số {list}.",
                "Inherited from the province ({province}): indicators {list}.",
                province=inherited[0].inherited_from,
                list=_listed(each.rule.number for each in inherited),
            )
        )
    found += [
        say(
            "Chỉ số {number}: nguồn ghi chú “{quality}”.",
            "Indicator {number}: the source remarks “{quality}”.",
            number=each.rule.number,
            quality=each.count.quality,
        )
        for each in score.indicators
        if each.count.quality
    ]
    return found


def _missing(score: UnitScore, rules: RuleSet) -> Iterable[Text]:
    if score.total is not None:
        return
    level = score.unit.level.value
    have = {each.rule.code for each in score.indicators if each.points is not None}
    for box in score.boxes:
        if box.points is not None:
            continue
        members = [i for i in rules.in_group[box.code] if i.scored and level in i.levels]
        lacking = [i.number for i in members if i.code not in have]
        if len(lacking) == len(members):
            yield say(
                "Chưa xếp hạng: chưa có số liệu nhóm {group}.",
                "Not ranked: no figures for the group {group}.",
                group=rules.label(box.code),
            )
        else:
            yield say(
                "Chưa xếp hạng: nhóm {group} thiếu chỉ số {list}.",
                "Not ranked: the group {group} lacks indicators {list}.",
                group=rules.label(box.code),
                list=_listed(lacking),
            )
    if score.published_total is not None:
        yield say(
            "Nguồn công bố tổng điểm {total}; không dùng để xếp hạng khi chưa đủ các nhóm.",
            "The source published a total of {total}; it does not rank a unit whose groups are incomplete.",
            total=score.published_total,
        )


def _total(score: UnitScore) -> Iterable[Text]:
    if score.basis is Basis.TOTAL:
        yield say(
            "Chỉ có tổng điểm do nguồn công bố, không có điểm từng nhóm.",
            "Only a total was published, no points of groups.",
        )
    if score.rounding is not None and score.total is not None:
        yield say(
            "Nguồn công bố tổng điểm {total}; các nhóm in một chữ số thập phân nên cộng lại được {sum}, "
            "lệch {rounding} do làm tròn.",
            "The source published a total of {total}; its groups are printed with one decimal and add up "
            "to {sum}, off by {rounding} through rounding.",
            total=score.total,
            sum=score.total - score.rounding,
            rounding=abs(score.rounding),
        )


def _listed(items: Iterable[str]) -> str:
    return ", ".join(items)
