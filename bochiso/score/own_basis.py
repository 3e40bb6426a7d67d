"""What figures that were measured here stand on: where 1.4 is known from, how far the dossiers reach."""

from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from enum import StrEnum

from msgspec import Struct

from bochiso.rules.rule_set import Indicator, RuleSet
from bochiso.score.figures import UnitFigures
from bochiso.score.scoring import FROM_OUTSIDE
from bochiso.text import Lang, Text, say
from bochiso.units.provinces import every_province


class SyncKnown(StrEnum):
    """Where indicator 1.4 of a province is known from."""

    LIST = "list"
    """The portal's own list of dossiers."""
    PUBLISHED = "published"
    """What the portal published."""
    NOTHING = "nothing"
    """Nowhere: it is not measured."""


class SyncBasis(Struct, frozen=True):
    """Where indicator 1.4 of one province is known from, and of which day that is.

    `later`: dossiers received after the list was read, which nobody compared. `uncovered`: the day of
    a list that does not hold the whole period.
    """

    province: str
    known: SyncKnown
    day: date | None = None
    later: int = 0
    uncovered: date | None = None

    def sentence(self, rule: Indicator, total: Decimal) -> Text:
        """What a reader must know of it. `rule`: the indicator's; `total`: the most points of all."""
        if self.known is SyncKnown.LIST:
            rest = say(
                " {n} hồ sơ tiếp nhận sau đó chưa đối chiếu.",
                " {n} {n:dossier|dossiers} received since {n:isn't|aren't} compared.",
                n=self.later,
            )
            return say(
                "Chỉ số {number} đo theo danh sách hồ sơ của Cổng Dịch vụ công quốc gia ngày {day}.{rest}",
                "Indicator {number} is measured from the national portal's list of {day}.{rest}",
                number=rule.number,
                day=self.day,
                rest=rest if self.later else "",
            )
        if self.known is SyncKnown.PUBLISHED:
            return say(
                "Chỉ số {number} lấy theo số Cổng Dịch vụ công quốc gia công bố ngày {day}, không phải số "
                "tự đo.",
                "Indicator {number} is as the national portal published it on {day}, not measured here.",
                number=rule.number,
                day=self.day,
            )
        why = _NO_LIST
        if self.uncovered is not None:
            why = say(
                "danh sách hồ sơ của Cổng ngày {day} không gồm đủ hồ sơ của kỳ này",
                "the portal's list of {day} does not hold all of this period",
                day=self.uncovered,
            )
        return say(
            "Chỉ số {number} (hồ sơ đồng bộ lên Cổng Dịch vụ công quốc gia, {points:d} điểm) chưa đo được vì "
            "{why}: xếp hạng theo các chỉ số còn lại, trên {most:d} điểm; chỉ xếp loại khi {points:d} điểm "
            "ấy không làm đổi loại.",
            "Indicator {number} (dossiers synchronised to the national portal, {points:d} points) is not "
            "measured, as {why}: ranked by the others, out of {most:d} points; graded only where those "
            "{points:d} can't change the grade.",
            number=rule.number,
            points=int(rule.points),
            most=int(total - rule.points),
            why=why,
        )


_NO_LIST = say(
    "chưa có danh sách hồ sơ của Cổng và Cổng chưa công bố số này cho cùng kỳ",
    "the portal's list of dossiers was not brought in and the portal has not published it for the period",
)


class MessageFlow(Struct, frozen=True):
    """Whether a province's dossiers reach the day that figures are of.

    `last`: the latest day with a dossier received or a step taken, None without any; `quiet`: working
    days since. `recent` dossiers were received in the last working days, where `usual` is what so
    many days brought before.
    """

    province: str
    last: date | None
    quiet: int = 0
    received: int = 0
    recent: int = 0
    usual: int = 0

    def sentence(self) -> Text | None:
        """The warning; None where all is as usual."""
        if self.last is None or not self.received:
            rest = say(
                " Hồ sơ, bước xử lý gần nhất: ngày {last}.",
                " The latest message is of {last}.",
                last=self.last,
            )
            return say(
                "CẢNH BÁO: kỳ này không có hồ sơ nào được gửi về, nên số đo không phản ánh kết quả giải "
                "quyết.{rest} Kiểm tra đồng bộ trước khi dùng số liệu.",
                "WARNING: no dossier of this period was sent, so the figures say nothing of the work.{rest} "
                "Look at the synchronisation before using them.",
                rest=rest if self.last else "",
            )
        if self.quiet >= QUIET_DAYS:
            return say(
                "CẢNH BÁO: từ sau ngày {last} không có hồ sơ hay bước xử lý nào được gửi về ({n} ngày làm "
                "việc), số đo có thể sai lệch. Kiểm tra đồng bộ trước khi dùng số liệu.",
                "WARNING: no dossier or step was sent since {last} ({n} working {n:day|days}); the figures "
                "may be wrong. Look at the synchronisation before using them.",
                last=self.last,
                n=self.quiet,
            )
        if self.usual >= FEW_FROM and self.recent * 2 < self.usual:
            return say(
                "CẢNH BÁO: {days} ngày làm việc gần nhất chỉ có {n} hồ sơ được gửi về, trước đó thường có "
                "{usual}; số đo có thể thiếu hồ sơ. Kiểm tra đồng bộ trước khi dùng số liệu.",
                "WARNING: the last {days} working days brought {n} {n:dossier|dossiers} where {usual} are "
                "usual; some may be missing. Look at the synchronisation before using the figures.",
                days=RECENT_DAYS,
                n=self.recent,
                usual=self.usual,
            )
        return None


QUIET_DAYS = 3
"""So many working days without any message are a warning."""

RECENT_DAYS = 5
"""The last working days, whose dossiers are held against the mean of the BEFORE_DAYS before them:"""

BEFORE_DAYS = 20

FEW_FROM = 10
"""less than half is a warning, where so many were usual."""


class MeasuredBasis(Struct, frozen=True):
    """What a measured snapshot stands on, province by province.

    `aside`: items that came in and that facts couldn't take: nothing of them is counted.
    """

    sync: tuple[SyncBasis, ...] = ()
    flow: tuple[MessageFlow, ...] = ()
    aside: int = 0

    def warnings(self) -> list[Text]:
        """What makes the figures doubtful."""
        aside = [lacking(self.aside)] if self.aside else []
        return [*aside, *_once((each.province, each.sentence()) for each in self.flow)]

    def remarks(self, rules: RuleSet) -> list[Text]:
        """Where 1.4 is known from."""
        rule = rules.indicator.get(FROM_OUTSIDE[0])
        if rule is None:
            return []
        return _once((each.province, each.sentence(rule, rules.total_points)) for each in self.sync)

    def sentences(self, rules: RuleSet) -> list[Text]:
        """All that a reader must know, the doubtful first."""
        return [*self.warnings(), *self.remarks(rules)]


def _once(told: Iterable[tuple[str, Text | None]]) -> list[Text]:
    """Each sentence once, with the provinces that it is about where it isn't about all."""
    told = list(told)
    about: dict[str, tuple[Text, list[str]]] = {}
    for province, sentence in told:
        if sentence is not None:
            about.setdefault(sentence.render(Lang.VI), (sentence, []))[1].append(province)
    names = {each.code: each.name for each in every_province()}  # the last of a code is today's
    return [
        sentence
        if len(provinces) == len(told)
        else say(
            "{who}: {what}",
            "{who}: {what}",
            who=", ".join(names.get(each, each) for each in provinces),
            what=sentence,
        )
        for sentence, provinces in about.values()
    ]


def lacking(items: int) -> Text:
    """What is said wherever figures lack items that facts couldn't take."""
    return say(
        "CẢNH BÁO: còn {n} mục đã nhận (hồ sơ, bước xử lý hoặc danh mục) chương trình chưa tính được nên số "
        "liệu chưa gồm các mục này. Người quản trị xem từng mục ở trang Quản trị hoặc bằng bochiso doctor.",
        "WARNING: {n} {n:item|items} that came in (dossiers, steps or lists) couldn't be settled; figures "
        "lack them. Administrators see each on their page, or by bochiso doctor.",
        n=items,
    )


def forget_outside(figures: list[UnitFigures]) -> list[UnitFigures]:
    """Figures without the indicators that dossiers alone don't tell.

    Versions that kept no basis took every dossier received here for one that the portal has.
    """
    for unit in figures:
        for code in FROM_OUTSIDE:
            unit.counts.pop(code, None)
    return figures
