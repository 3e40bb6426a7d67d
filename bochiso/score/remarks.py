"""What a reader must know about a score beside its figures."""

from collections.abc import Iterable

from bochiso.rules.rule_set import RuleSet
from bochiso.score.explanation import is_small
from bochiso.score.scoring import OF_DOSSIERS, Basis, ScoredUnit
from bochiso.text import Text, hundredths, say


def total_notes(score: ScoredUnit, rules: RuleSet) -> list[Text]:
    """What a reader of a ranking must know: why a unit isn't ranked, and where its total comes from."""
    return [*_missing(score, rules), *_total(score)]


def notes(score: ScoredUnit, rules: RuleSet) -> list[Text]:
    """Remarks on one unit's score: what lacks, what was inherited, what stands on few dossiers."""
    found = [*total_notes(score, rules), *_differing(score, rules)]
    small = [each for each in score.indicators if is_small(each, rules)]
    if small:
        found.append(
            say(
                "Mẫu số từ {few} trở xuống nên tỷ lệ chỉ để tham khảo: chỉ số {list}.",
                "Denominators of {few} or less, rates to be read with care: indicators {list}.",
                few=rules.small_denominator,
                list=_listed(
                    say(
                        "{number} ({size})",
                        "{number} ({size})",
                        number=i.rule.number,
                        size=i.count.denominator,
                    )
                    for i in small
                ),
            )
        )
    found += [*_unjudged(score), *_undated(score)]
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


def _unjudged(score: ScoredUnit) -> Iterable[Text]:
    """Dossiers that were received and that 2.1 doesn't count, where the counts are our own."""
    counts = {each.rule.code: (each.rule, each.count) for each in score.indicators}
    if not score.own or any(code not in counts for code in OF_DOSSIERS):
        return
    (rule, judged), (_, received) = (counts[code] for code in OF_DOSSIERS)
    if judged.denominator is None or received.denominator is None:
        return
    if judged.denominator < received.denominator:
        yield say(
            "Chỉ số {number} tính trên {judged} trong {received} hồ sơ đã tiếp nhận; {rest} hồ sơ không tính "
            "được vì không có ngày hẹn trả, chưa biết thời hạn giải quyết, hoặc đã rút trước khi tiếp nhận.",
            "Indicator {number} counts {judged} of {received} {received:dossier|dossiers} received; {rest} "
            "can't be judged, without a due date or a known limit, or were withdrawn before they were "
            "received.",
            number=rule.number,
            judged=int(judged.denominator),
            received=int(received.denominator),
            rest=int(received.denominator - judged.denominator),
        )


def _undated(score: ScoredUnit) -> Iterable[Text]:
    """Procedures published in the period that 1.1 can't judge, where the counts are our own."""
    codes = ("PUBLISH_ON_TIME", "PUBLIC_UPDATE_ON_TIME")
    counts = {each.rule.code: each for each in score.indicators if each.inherited_from is None}
    if not score.own or any(code not in counts for code in codes):
        return
    dated, decided = (counts[code].count.denominator for code in codes)
    if dated is not None and decided is not None and dated < decided:
        yield say(
            "Chỉ số {number} tính trên {dated} trong {decided} thủ tục công bố trong kỳ; {rest} thủ tục chưa "
            "rõ ngày có hiệu lực.",
            "Indicator {number} counts {dated} of {decided} {decided:procedure|procedures} published in the "
            "period; of {rest} the day of effect is not known.",
            number=counts[codes[0]].rule.number,
            dated=int(dated),
            decided=int(decided),
            rest=int(decided - dated),
        )


def _missing(score: ScoredUnit, rules: RuleSet) -> Iterable[Text]:
    if score.total is not None and not (score.basis is Basis.TOTAL and len(score.missing) < len(score.boxes)):
        return
    if score.idle:
        yield say(
            "Không phát sinh hồ sơ trong kỳ nên chưa có căn cứ để xếp loại, xếp hạng.",
            "Without dossiers in the period, so there is nothing to grade or rank it by.",
        )
        return
    have = {each.rule.code for each in score.indicators if each.points is not None}
    unknown: list[Text] = []
    partly: list[Text] = []
    for code in score.missing:
        members = [i for i in rules.in_group[code] if i.scored and score.unit.level.scored_as in i.levels]
        lacking = [i.number for i in members if i.code not in have]
        if len(lacking) == len(members):
            unknown.append(rules.label(code))
        else:
            numbers, group = _listed(lacking), rules.label(code)
            partly.append(say("{list} ({group})", "{list} ({group})", list=numbers, group=group))
    ranked = score.total is not None
    if ranked:
        yield say(
            "Tổng điểm {total} lấy như nguồn công bố, tuy chưa có số liệu của mọi nhóm.",
            "The total of {total} stands as published, though not every group has figures.",
            total=score.total,
        )
    if unknown:
        yield say(
            "{lead} số liệu của nhóm: {list}.",
            "{lead} of the group: {list}.",
            lead=_LACKING if ranked else _UNRANKED,
            list=_listed(unknown, "; "),
        )
    if partly:
        yield say(
            "{lead} chỉ số: {list}.",
            "{lead} the indicator: {list}.",
            lead=_WANTING if ranked else _UNRANKED_FOR,
            list=_listed(partly, "; "),
        )
    if not ranked and score.published_total is not None:
        yield say(
            "Nguồn công bố tổng điểm {total}; bộ quy tắc này tính lại nên không lấy khi chưa đủ các nhóm.",
            "The source published a total of {total}; this set recomputes, and the groups are incomplete.",
            total=hundredths(score.published_total),
        )


_LACKING = say("Chưa có", "There are no figures")
_UNRANKED = say("Chưa xếp hạng vì chưa có", "Not ranked, as there are no figures")
_WANTING = say("Thiếu", "It lacks")
_UNRANKED_FOR = say("Chưa xếp hạng vì thiếu", "Not ranked, as it lacks")


def _differing(score: ScoredUnit, rules: RuleSet) -> Iterable[Text]:
    """Where the source's own figures can't be found again: told, and shown as published all the same."""
    for each in score.indicators:
        if each.points is not None and each.computed not in (None, each.points):
            yield say(
                "Chỉ số {number}: nguồn công bố {points} điểm, tính lại được {computed}.",
                "Indicator {number}: {points} points were published, {computed} are computed.",
                number=each.rule.number,
                points=each.points,
                computed=each.computed,
            )
    for box in score.boxes:
        again = score.recomputed.get(box.code)
        if box.points is not None and again not in (None, box.points):
            yield say(
                "Nhóm {name}: nguồn công bố {points} điểm, tính lại được {computed}.",
                "{name}: {points} points were published, {computed} are computed.",
                name=rules.label(box.code),
                points=box.points,
                computed=again,
            )


def _total(score: ScoredUnit) -> Iterable[Text]:
    if score.basis is Basis.TOTAL and len(score.missing) == len(score.boxes):
        yield say(
            "Chỉ có tổng điểm do nguồn công bố, không có điểm từng nhóm.",
            "Only a total was published, no points of groups.",
        )
    if score.gap is not None and score.rounding is None:
        yield say(
            "Nguồn công bố tổng điểm {total}, các nhóm cộng lại được {sum}, lệch {gap}.",
            "The source published a total of {total}; its groups add up to {sum}, off by {gap}.",
            total=score.total,
            sum=score.summed,
            gap=abs(score.gap),
        )
    if score.rounding is not None and score.total is not None:
        yield say(
            "Nguồn công bố tổng điểm {total}; các nhóm ghi số đã làm tròn nên cộng lại được {sum}, "
            "lệch {rounding} do làm tròn.",
            "The source published a total of {total}; its groups are printed rounded and add up "
            "to {sum}, off by {rounding} through rounding.",
            total=score.total,
            sum=score.total - score.rounding,
            rounding=abs(score.rounding),
        )


def _listed(items: Iterable[Text | str], between: str = ", ") -> Text:
    values = {f"item{n}": item for n, item in enumerate(items)}
    form = between.join(f"{{{name}}}" for name in values)
    return say(form, form, **values)
