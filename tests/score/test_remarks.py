"""What a reader is told beside the figures, in both languages."""

from decimal import Decimal

from figure_builders import INHERITED, commune, every_count, figures, province

from bochiso.rules.loader import load_rules
from bochiso.score.figures import Count, UnitFigures
from bochiso.score.remarks import notes
from bochiso.score.scoring import score_units
from bochiso.text import Lang

QD766 = load_rules("qd766")
EXACT = load_rules("qd766-exact")
SIX = {"CKMB": "11.4", "TDGQ": "19.3", "CLGQ": "5.8", "TTTT": "2.7", "MDHL": "18.0", "MDSH": "15.5"}


def told(one: UnitFigures, above: UnitFigures | None = None, lang: Lang = Lang.VI) -> list[str]:
    units = [one] if above is None else [one, above]
    return [note.render(lang) for note in notes(score_units(units, QD766)[0], QD766)]


def test_a_complete_unit_needs_no_remark() -> None:
    assert told(figures(province(), every_count(QD766, 30, 40))) == []
    assert told(figures(province(), points=SIX, total="72.7")) == []


def test_a_unit_that_lacks_groups_is_told_which() -> None:
    points = {code: value for code, value in SIX.items() if code not in ("TTTT", "MDHL")}
    assert told(figures(commune(), points=points)) == [
        "Chưa xếp hạng vì chưa có số liệu của nhóm: Thanh toán trực tuyến; Mức độ hài lòng."
    ]
    (english,) = told(figures(commune(), points=points), lang=Lang.EN)
    assert english.startswith("Not ranked, as there are no figures of the group: ")


def test_a_unit_that_lacks_indicators_is_told_which() -> None:
    counts = every_count(QD766, 30, 40) | {"REUSED_DIGITIZED_DATA": Count(None, None)}
    del counts["ONLINE_FILING"], counts["ONLINE_PROVISION"]
    assert told(figures(commune(), counts)) == [
        "Chưa xếp hạng vì thiếu chỉ số: 3.1, 3.3 (Cung cấp dịch vụ trực tuyến); 4.3 (Số hóa hồ sơ)."
    ]


def test_a_published_total_beside_too_few_groups_stands_and_is_told() -> None:
    points = {code: value for code, value in SIX.items() if code != "TTTT"}
    assert told(figures(commune(), points=points, total="72.780000")) == [
        "Tổng điểm 72,78 lấy như nguồn công bố, tuy chưa có số liệu của mọi nhóm.",
        "Chưa có số liệu của nhóm: Thanh toán trực tuyến.",
    ]


def test_a_set_that_recomputes_names_the_published_total_that_it_does_not_take() -> None:
    points = {code: value for code, value in SIX.items() if code != "TTTT"}
    one = score_units([figures(commune(), points=points, total="72.780000")], EXACT)[0]
    assert [note.render(Lang.VI) for note in notes(one, EXACT)] == [
        "Chưa xếp hạng vì chưa có số liệu của nhóm: Thanh toán trực tuyến.",
        "Nguồn công bố tổng điểm 72,78; bộ quy tắc này tính lại nên không lấy khi chưa đủ các nhóm.",
    ]


def test_published_figures_that_are_not_found_again_are_told_from_indicator_to_total() -> None:
    counts = every_count(QD766, 30, 40) | {"RESOLVED_ON_TIME": Count(30, 40, Decimal("15.01"))}
    remarks = told(figures(province(), counts, points={"TDGQ": "15.02"}, total="77"))
    assert remarks == [
        "Nguồn công bố tổng điểm 77,00, các nhóm cộng lại được 78,54, lệch 1,54.",
        "Chỉ số 2.1: nguồn công bố 15,01 điểm, tính lại được 15,00.",
        "Nhóm Tiến độ, kết quả giải quyết: nguồn công bố 15,02 điểm, tính lại được 15,00.",
    ]


def test_a_bare_total_is_told() -> None:
    assert told(figures(commune(), total="91.2")) == [
        "Chỉ có tổng điểm do nguồn công bố, không có điểm từng nhóm."
    ]


def test_the_sources_rounding_is_told_with_both_sums() -> None:
    one = figures(province(), points=SIX, total="72.780000")
    assert told(one) == [
        "Nguồn công bố tổng điểm 72,78; các nhóm ghi số đã làm tròn nên cộng lại được 72,70, "
        "lệch 0,08 do làm tròn."
    ]
    assert told(one, lang=Lang.EN) == [
        "The source published a total of 72.78; its groups are printed rounded and add up "
        "to 72.70, off by 0.08 through rounding."
    ]


def test_rates_over_three_or_fewer_are_told_with_their_denominators() -> None:
    counts = every_count(QD766, 30, 40) | {
        "RESOLVED_ON_TIME": Count(2, 3),
        "PETITION_PROCESSING_ON_TIME": Count(Decimal("0.5"), Decimal("1.5")),
        "ONLINE_FILING": Count(0, 0),
        "DOSSIER_SYNC": Count(4, 4),
    }
    one = figures(commune(), counts)
    assert told(one) == ["Mẫu số từ 3 trở xuống nên tỷ lệ chỉ để tham khảo: chỉ số 2.1 (3), 5.2 (1,5)."]
    assert told(one, lang=Lang.EN) == [
        "Denominators of 3 or less, rates to be read with care: indicators 2.1 (3), 5.2 (1.5)."
    ]


def test_what_is_inherited_is_told_with_the_province() -> None:
    counts = every_count(QD766, 30, 40)
    own = {code: count for code, count in counts.items() if code not in INHERITED}
    assert told(figures(commune(), own), figures(province(), counts)) == [
        "Lấy theo số liệu của tỉnh (H15): chỉ số 1.1, 1.2, 1.3."
    ]


def test_the_sources_own_remark_is_passed_on() -> None:
    counts = every_count(QD766, 30, 40) | {"ONLINE_FILING": Count(30, 40, quality="số liệu {tạm} tính")}
    assert told(figures(commune(), counts)) == ["Chỉ số 3.3: nguồn ghi chú “số liệu {tạm} tính”."]
