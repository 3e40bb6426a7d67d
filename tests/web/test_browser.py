"""The pages in a real Chromium: what officers do, what the public sees, and that everyone can use them."""

import json
import re
from collections.abc import Iterator
from datetime import timedelta
from decimal import Decimal
from typing import Literal
from urllib.parse import urlencode

import docx
import pytest
from browser_sessions import (
    DESKTOP,
    NARROW,
    WCAG,
    WORDS_AND_COLOURS,
    Office,
    open_office,
    sideways,
    violations,
)
from loopback_server import send
from mail_servers import Mailbox, mail_server
from playwright.sync_api import Page, expect
from thoroughness import THOROUGH, spread
from waiting import PATIENCE

from bochiso.office.message_rounds import MessageRounds
from bochiso.rules.calendar import builtin_calendar
from bochiso.store.people.audit import By
from bochiso.store.people.settings import change_settings
from bochiso.text import VIETNAM, Lang, now

PUBLIC = ["/", "/don-vi", "/don-vi/H21.17", "/tinh", "/tinh/H21", "/so-sanh", "/quy-tac", "/open", "/api",
          "/chi-so", "/chi-so/2.1", "/chi-so/5.1a", "/tinh/H21/chi-so", "/ban-do", "/ban-do/MDSH",
          "/nhung/phan-bo/H21.17?ma=1",
          "/don-vi/H21/cac-nam", "/gioi-thieu",
          "/so-lieu/2026/2026-10-02/don-vi", "/don-vi?tim=khong-co", "/dang-nhap?chua=1",
          "/khong-co"]  # fmt: skip
OFFICE = ["/truc-tiep", "/viec", "/viec/2.1", "/viec/4.1", "/chi-tieu", "/ho-so",
          "/ho-so?loai=sap-den-han", "/du-lieu", "/du-lieu/1", "/du-lieu/danh-sach",
          "/ho-so?loai=abc", "/doi-chieu", "/cong-bo", "/van-ban",
          "/van-ban?loai=week&ky=2026/2026-10-07", "/van-ban/ban/1/nay-khac",
          "/giai-trinh", "/giai-trinh-moi?danh-sach=4.1", "/giai-trinh-moi?giam=1", "/kien-nghi", "/xin-loi",
          "/ke-thua/H45",
          "/hom-nay", "/nhiem-vu", "/vuong-mac", "/bat-thuong", "/nhan-tin",
          "/dang-nhap/hai-lop"]  # fmt: skip
ADMINISTRATION = ["/quan-tri", "/gui-tin", "/quan-tri/nhieu-tai-khoan?moi-don-vi=1",
                  "/quan-tri/bieu-trung"]  # fmt: skip
WALKS = ((None, PUBLIC), ("lan", OFFICE), ("quan", ADMINISTRATION))
LIKE = {
    "/van-ban?loai=week&ky=2026/2026-10-07": "/van-ban", "/quan-tri": "/chi-tieu", "/gui-tin": "/chi-tieu",
    "/quan-tri/nhieu-tai-khoan?moi-don-vi=1": "/du-lieu",
    "/chi-so/5.1a": "/chi-so/2.1", "/tinh/H21/chi-so": "/chi-so/2.1", "/chi-so": "/quy-tac",
    "/ban-do/MDSH": "/ban-do", "/so-lieu/2026/2026-10-02/don-vi": "/don-vi",
    "/don-vi?tim=khong-co": "/don-vi", "/tinh": "/don-vi", "/tinh/H21": "/don-vi/H21.17", "/open": "/api",
    "/khong-co": "/gioi-thieu", "/viec/4.1": "/viec/2.1", "/viec": "/hom-nay",
    "/ho-so?loai=sap-den-han": "/ho-so", "/ho-so?loai=abc": "/ho-so", "/du-lieu/1": "/du-lieu",
    "/du-lieu/danh-sach": "/du-lieu", "/van-ban/ban/1/nay-khac": "/van-ban",
    "/giai-trinh-moi?giam=1": "/giai-trinh-moi?danh-sach=4.1", "/giai-trinh": "/nhiem-vu",
    "/xin-loi": "/nhiem-vu", "/kien-nghi": "/ho-so", "/ke-thua/H45": "/vuong-mac",
    "/bat-thuong": "/doi-chieu", "/nhan-tin": "/chi-tieu", "/quan-tri/bieu-trung": "/doi-chieu",
    "/dang-nhap/hai-lop": "/dang-nhap?chua=1",
}  # fmt: skip
"""Another state of a page that is in the walk, or one of its make (a list with its filter, a form, words):
looked at where a change lands; elsewhere its like is."""
IN_ENGLISH = {"/don-vi/H21.17", "/ban-do"}
"""What stands for all pages in English, where a device asks for dark ones, but where a change lands."""
PAGES = [
    (who, path, lang)
    for who, paths in WALKS
    for lang in ("", "/en")
    for path in paths
    if THOROUGH or (path in IN_ENGLISH if lang else path not in LIKE)
]
"""Everything in Vietnamese by day; in English, where a device asks for dark pages, what may differ there."""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Office]:
    with open_office(tmp_path_factory.mktemp("office")) as found:
        yield found


@pytest.mark.parametrize(("who", "path", "lang"), PAGES)
def test_axe_finds_nothing_and_nothing_scrolls_sideways_on_any_page_in_either_language(
    office: Office, who: str | None, path: str, lang: str
) -> None:
    with office.page(who, dark=bool(lang)) as page:
        page.goto(f"{office.url}{lang}{path}")
        assert page.locator("html").get_attribute("lang") == ("en" if lang else "vi")
        assert sideways(page, NARROW[:1] if lang else NARROW) == []
        assert violations(page, WORDS_AND_COLOURS if lang else WCAG) == []


def test_typing_finds_what_the_button_finds(office: Office) -> None:
    with office.page() as page:
        page.goto(f"{office.url}/don-vi")
        field = page.get_by_label("Tìm đơn vị")
        for typed in spread(("H21.05", "sở  nội vụ", "cu an", "không có đơn vị này", "an"), 3):
            field.fill(typed)
            count = page.locator('[data-found="count"]')
            expect(page).to_have_url(re.compile(re.escape(urlencode({"tim": typed})) + "$"))
            expect(count).to_contain_text("Đang hiện")
            names = page.locator("table.units tbody th").all_inner_texts()
            told = count.inner_text()
            page.get_by_role("button", name="Lọc").click()
            assert page.locator("table.units tbody th").all_inner_texts() == names, typed
            assert page.locator('[data-found="count"]').inner_text() == told
        field.fill("không có")
        expect(page.locator("table.units")).to_have_count(0)
        expect(page.get_by_text("Không có đơn vị nào khớp").first).to_be_visible()


def test_on_a_phone_a_row_of_words_is_a_card_and_the_ways_are_at_the_thumb(office: Office) -> None:
    with office.page("lan") as page:
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(f"{office.url}/ho-so")
        table = page.get_by_role("table").first
        cell = table.get_by_role("cell").first
        assert cell.get_attribute("data-label") == "Đơn vị"
        assert page.evaluate("getComputedStyle(document.querySelector('.cards tr')).display") == "grid"
        rows = table.get_by_role("row").count()
        assert page.evaluate("document.documentElement.scrollHeight") < 900 + rows * 280
        box = page.get_by_role("navigation", name="Chính").bounding_box()
        assert box is not None
        assert box["y"] > 700
        assert violations(page) == []
        page.get_by_role("link", name=re.compile("^H21")).first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Hồ sơ H21")
        assert sideways(page) == []
        assert violations(page) == []


def test_on_paper_there_are_headings_figures_and_the_day_and_nothing_to_press(office: Office) -> None:
    with office.own_page("lan") as page:
        page.emulate_media(media="print")
        for path in ("/don-vi", "/ho-so", "/don-vi/H21.17"):
            page.goto(f"{office.url}{path}")
            assert page.locator("form:visible, nav:visible, button:visible").count() == 0
            assert page.get_by_role("heading", level=1).is_visible()
            # Paper of A4 less its margins, across where the table of units is.
            width = 1020 if path == "/don-vi" else 690
            page.set_viewport_size({"width": width, "height": 900})
            assert page.evaluate("document.documentElement.scrollWidth") <= width, path
        assert page.locator(".mark").is_visible()
        assert violations(page) == []


@pytest.mark.landing
def test_a_report_goes_from_the_office_to_two_units_and_back(office: Office) -> None:
    day = (now().astimezone(VIETNAM) + timedelta(days=3)).strftime("%Y-%m-%d")
    with office.page("lan") as page, office.own_page("hoa") as unit:
        page.goto(f"{office.url}/nhiem-vu")
        page.get_by_label("Nội dung", exact=True).fill("Báo cáo kết quả kiểm soát thủ tục")
        page.get_by_label("Văn bản giao").fill("Công văn số 12/VP")
        page.get_by_label("hoặc mã đơn vị").fill("H21.17, H21.05")
        page.get_by_label("Loại").select_option("bao-cao")
        page.get_by_label("Hạn (hằng tháng").fill(day)
        page.get_by_role("button", name="Giao nhiệm vụ").click()
        expect(page.get_by_role("row", name=re.compile("Báo cáo kết quả kiểm soát"))).to_contain_text("0/2")

        unit.goto(f"{office.url}/hom-nay")
        unit.get_by_role("link", name=re.compile("Báo cáo kết quả kiểm soát")).click()
        expect(unit.get_by_role("main")).to_contain_text("Số liệu của đơn vị được điền sẵn")
        unit.get_by_label("Kết quả thực hiện").fill("Đã rà soát 12 thủ tục.")
        unit.get_by_role("button", name="Gửi báo cáo").click()
        expect(unit.get_by_role("table")).to_contain_text("đã gửi, chờ xem")
        assert violations(unit) == []

        page.goto(f"{office.url}/nhiem-vu/1")
        assert violations(page) == []
        page.get_by_role("button", name=re.compile("Chấp nhận")).click()
        expect(page.get_by_role("table")).to_contain_text("hoàn thành")
        with page.expect_download() as download:
            page.get_by_role("link", name="Tổng hợp thành báo cáo Word").click()
        word = docx.Document(str(download.value.path()))
        text = "\n".join(each.text for each in word.paragraphs)
        assert "01/02 đơn vị đã báo cáo; chưa báo cáo: Sở Công Thương" in text


DRAWN = """() => {
  const light = each => {
    const linear = n => n <= 0.04 ? n / 12.92 : ((n + 0.055) / 1.055) ** 2.4
    const [r, g, b] = each.match(/[\\d.]+/g).map(n => linear(n / 255))
    return 0.2126 * r + 0.7152 * g + 0.0722 * b + 0.05
  }
  const canvas = light(getComputedStyle(document.documentElement).backgroundColor)
  const faint = each => Math.max(light(each) / canvas, canvas / light(each)) < 3
  const own = each => getComputedStyle(each)
  const seen = each => each.getClientRects().length && own(each).visibility === "visible"
  const unseen = []
  for (const mark of document.querySelectorAll("main svg :is(path, rect, circle)")) {
    if (!seen(mark)) continue
    const paints = [own(mark).fill, own(mark).stroke].filter(each => each !== "none")
    const framed = mark.closest(".bar") && mark.matches(".whole")
    if (!framed && paints.every(faint)) unseen.push(mark.outerHTML.slice(0, 90))
  }
  for (const bar of document.querySelectorAll("main .bar")) {
    const [whole, part] = [".whole", ".part"].map(each => own(bar.querySelector(each)).fill)
    if (whole === part) unseen.push("bar")
  }
  return unseen
}"""
"""Marks of drawings of which neither line nor surface stands out by 3:1 against what they lie on."""


@pytest.mark.parametrize("scheme", ["light", pytest.param("dark", marks=pytest.mark.landing)])
def test_drawings_are_seen_in_the_colours_that_a_reader_sets(
    office: Office, scheme: Literal["light", "dark"]
) -> None:
    with office.own_page() as page:
        page.emulate_media(forced_colors="active", color_scheme=scheme)
        paths = ("/", "/don-vi", "/don-vi/H21.17", "/chi-so/2.1", "/ban-do", "/quy-tac", "/khoang-hang")
        for path in spread(paths, 3):
            page.goto(f"{office.url}{path}")
            assert page.evaluate(DRAWN) == [], path
        page.goto(f"{office.url}/ban-do")
        here = page.locator(".tabs [aria-current]").first
        assert here.evaluate("each => getComputedStyle(each).outlineStyle") == "solid"


def test_rules_are_folded_on_a_phone_open_at_their_address_and_whole_on_paper(office: Office) -> None:
    with office.own_page(java_script_enabled=False) as page:
        page.set_viewport_size({"width": 390, "height": 800})
        page.goto(f"{office.url}/quy-tac")
        assert page.evaluate("document.documentElement.scrollHeight") < 9000
        inside = page.locator("#RESOLVED_ON_TIME")
        expect(inside).not_to_be_visible()
        page.goto(f"{office.url}/quy-tac#RESOLVED_ON_TIME")
        expect(inside).to_be_visible()
        page.emulate_media(media="print")
        expect(page.locator("#FEEDBACK_ON_TIME, .rules details > div").first).to_be_visible()


def test_pages_work_without_script(office: Office) -> None:
    with office.own_page(java_script_enabled=False) as page:
        page.goto(f"{office.url}/don-vi?tim=ia+nan")
        expect(page.get_by_role("row", name=re.compile("Ia Nan"))).to_be_visible()
        expect(page.get_by_role("row", name=re.compile("Đức Cơ"))).to_have_count(0)


def test_the_keyboard_reaches_the_content_and_shows_where_it_is(office: Office) -> None:
    with office.page() as page:
        page.goto(office.url)
        page.keyboard.press("Tab")
        skip = page.get_by_role("link", name="Đến nội dung chính")
        expect(skip).to_be_focused()
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
        page.keyboard.press("Enter")
        page.keyboard.press("Tab")
        assert page.evaluate("document.querySelector('main').contains(document.activeElement)")


@pytest.mark.landing
def test_an_office_brings_figures_in_reads_refusals_publishes_and_withdraws_with_a_reason(
    office: Office, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("upload")
    rows = ["unit,unit_name,level,CKMB,TDGQ,CLGQ,TTTT,MDHL,MDSH,total"]
    rows += ["H21.17,Sở Y tế - tỉnh Gia Lai,department,11.79,18.5,9,7,18,10,74.29"]
    rows += ["H21.05,Sở Công Thương - tỉnh Gia Lai,department,11.79,18.5,9,7,18,10,99.99"]
    table = folder / "điểm.csv"
    table.write_text("\n".join(rows), "utf-8")
    with office.page("lan") as page, office.page() as public:
        page.goto(f"{office.url}/du-lieu")
        page.get_by_label("Loại số liệu").select_option("points")
        page.get_by_label("Số liệu ngày").fill("2026-10-14")
        page.get_by_label("Tệp").set_input_files(table)
        page.get_by_role("button", name="Nạp").click()
        expect(page.get_by_role("status")).to_contain_text("Đọc 2 dòng: nhận 1, từ chối 1")
        expect(page.get_by_role("table")).to_contain_text("99,99")
        assert violations(page) == []

        public.goto(f"{office.url}/so-lieu/2026/2026-10-14/don-vi/H21.17")
        expect(public.get_by_role("heading", level=1)).to_have_text("Không có trang này")

        page.goto(f"{office.url}/du-lieu")
        brought = page.get_by_role("row").filter(has_text="14/10/2026")
        expect(brought.get_by_role("cell").last).to_have_text("1")

        page.goto(f"{office.url}/cong-bo")
        page.get_by_role("button", name="Công bố 14/10/2026").click()
        expect(page.get_by_role("status")).to_have_text("Đã công bố.")
        public.reload()
        expect(public.get_by_role("main")).to_contain_text("74,29")

        row = page.get_by_role("row").filter(has_text="14/10/2026").first
        row.locator("summary").click()
        row.get_by_label("Lý do gỡ").fill("Số liệu của nguồn sai")
        row.get_by_role("button", name="Gỡ công bố").click()
        expect(page.get_by_role("status")).to_have_text("Đã gỡ công bố.")
        public.reload()
        expect(public.get_by_role("heading", level=1)).to_have_text("Không có trang này")


@pytest.mark.landing
def test_the_office_asks_two_units_answer_and_one_report_gathers_it(office: Office) -> None:
    last = (now().astimezone(VIETNAM).date() + timedelta(days=10)).isoformat()
    with office.page("lan") as page:
        page.goto(f"{office.url}/viec/4.1")
        page.get_by_role("link", name="Yêu cầu giải trình").click()
        page.get_by_label("Hạn báo cáo").fill(last)
        page.get_by_role("button", name="Gửi yêu cầu đến").click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Giải trình về hồ sơ chưa có kết quả")
        asked = page.url
        assert violations(page) == []
    for name, unit in (("hoa", "H21.17"), ("yen", "H21.05")):
        with office.page(name) as page:
            page.goto(asked)
            page.get_by_role("main").get_by_role("table").get_by_role("link").click()
            assert page.url.endswith(unit)
            assert violations(page) == []
            page.get_by_label("Nguyên nhân chính").select_option(index=2)
            page.get_by_label(re.compile("^Giải trình")).fill("Ông Lê Văn Tám chưa nộp bản gốc")
            page.get_by_label("Biện pháp khắc phục").fill("Đính kèm tệp kết quả trong tuần")
            page.get_by_label("Hoàn thành khắc phục").fill(last)
            page.get_by_role("button", name="Gửi giải trình").click()
            expect(page.get_by_role("alert")).to_contain_text("họ tên sau ông, bà")
            page.get_by_label(re.compile("^Giải trình")).fill("Chưa đính kèm tệp kết quả")
            page.get_by_label("Hoàn thành khắc phục").fill(last)
            page.get_by_role("button", name="Gửi giải trình").click()
            expect(page.get_by_role("main")).to_contain_text("chờ Văn phòng xem")
    with office.page("lan") as page:
        page.goto(f"{asked}/H21.17")
        page.get_by_role("button", name="Chấp nhận").click()
        page.goto(f"{asked}/H21.05")
        page.get_by_label("Nội dung phải bổ sung").fill("Nêu rõ số hồ sơ")
        page.get_by_role("button", name="Trả lại").click()
        page.goto(asked)
        row = page.get_by_role("row").filter(has=page.locator("a[href$='/H21.17']"))
        expect(row).to_contain_text("đã chấp nhận")
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải báo cáo tổng hợp").click()
        text = "\n".join(each.text for each in docx.Document(str(download.value.path())).paragraphs)
        assert "02/" in text
        assert "phải báo cáo lại: 01 đơn vị" in text


@pytest.mark.landing
def test_units_look_at_figures_and_object_before_they_are_published(office: Office) -> None:
    last = (now().astimezone(VIETNAM).date() + timedelta(days=3)).isoformat()
    with office.page("lan") as page:
        page.goto(f"{office.url}/kien-nghi")
        page.get_by_label("Số liệu", exact=True).select_option("2026/2026-10-07")
        page.get_by_label("Hạn kiến nghị").fill(last)
        page.get_by_role("button", name="Mở xem trước").click()
        page.wait_for_url("**/kien-nghi/1")
    with office.page("hoa") as page:
        page.goto(f"{office.url}/kien-nghi/1")
        assert violations(page) == []
        page.get_by_label("Chỉ số, nhóm chỉ số").select_option("MDHL")
        page.get_by_label("Điểm đúng").fill("17,5")
        page.get_by_label(re.compile("^Lý do")).fill("Phản ánh đã trả lời đúng hạn")
        page.get_by_role("button", name="Gửi kiến nghị").click()
        expect(page.get_by_role("main")).to_contain_text("chờ Văn phòng trả lời")
        expect(page.get_by_role("main")).to_contain_text(re.compile("Nếu đúng thì.*→"))
    with office.page("yen") as page:
        page.goto(f"{office.url}/kien-nghi/1")
        expect(page.get_by_role("main")).not_to_contain_text("Phản ánh đã trả lời")
    with office.page("lan") as page:
        page.goto(f"{office.url}/kien-nghi/1")
        assert violations(page) == []
        page.get_by_label("Lý do").fill("Cổng đã xác nhận")
        page.get_by_role("button", name="Trả lời").click()
        expect(page.get_by_role("main")).to_contain_text(
            "chấp nhận (đề nghị sửa tại nguồn): Cổng đã xác nhận"
        )


@pytest.mark.landing
def test_a_unit_apologises_once_and_takes_the_letter(office: Office) -> None:
    again = builtin_calendar().add_working_days(now().astimezone(VIETNAM).date(), 5).isoformat()
    with office.page("hoa") as page:
        page.goto(f"{office.url}/xin-loi")
        page.get_by_role("region", name="Hồ sơ cần xin lỗi").get_by_role("link").first.click()
        assert violations(page) == []
        page.get_by_label(re.compile("^Lý do chậm")).fill("Phải lấy ý kiến của cơ quan liên quan")
        page.get_by_label(re.compile("^Ngày hẹn lại")).fill(again)
        page.get_by_role("button", name="Ghi và lập văn bản").click()
        expect(page.get_by_role("status")).to_contain_text("Đã ghi xin lỗi")
        assert violations(page) == []
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải văn bản xin lỗi").click()
        assert download.value.suggested_filename == "xin-loi-1.docx"
    with office.page("lan") as page:
        page.goto(f"{office.url}/xin-loi")
        assert violations(page) == []
        expect(page.get_by_role("region", name="Sổ xin lỗi")).to_contain_text("Phải lấy ý kiến")


@pytest.mark.landing
def test_wrong_roles_get_403_and_see_nothing(office: Office) -> None:
    cases = {"hoa": ["/du-lieu", "/cong-bo", "/van-ban", "/van-ban/ban/1", "/quan-tri",
                     "/ho-so?don-vi=H21.05"],
             "quan": ["/ho-so", "/du-lieu", "/cong-bo", "/van-ban"], "lan": ["/quan-tri"]}  # fmt: skip
    for name, paths in cases.items():
        with office.page(name) as page:
            for path in paths:
                answer = page.goto(f"{office.url}{path}")
                assert answer is not None
                assert answer.status == 403, (name, path)
                assert page.get_by_role("main").get_by_role("table").count() == 0
            assert violations(page) == []


def test_the_public_is_sent_to_sign_in_and_back(office: Office) -> None:
    with office.own_page() as page:
        page.goto(f"{office.url}/ho-so")
        assert "/dang-nhap" in page.url
        page.get_by_label("Tên đăng nhập").fill("hoa")
        page.get_by_label("Mật khẩu").fill("không phải mật khẩu này")
        page.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
        expect(page.get_by_role("alert")).to_be_visible()


@pytest.mark.landing
def test_an_office_makes_a_document_in_three_clicks_from_what_the_page_shows(office: Office) -> None:
    with office.page("lan") as page:
        page.goto(office.url)
        page.get_by_role("navigation", name="Công việc của cán bộ").get_by_role(
            "link", name="Văn bản"
        ).click()
        page.locator("#loai").select_option("month")
        page.get_by_label("Kỳ số liệu").select_option("2026/2026-10-07")
        page.get_by_role("button", name="Xem trước").click()
        shown = page.get_by_role("region", name="Nội dung văn bản")
        expect(shown).to_contain_text("65,64/100 điểm")
        expect(shown).to_contain_text("Hình 1. Điểm các nhóm chỉ số của tỉnh Gia Lai")
        expect(shown).to_contain_text("Số hóa hồ sơ 9,45/22 (TB 9,47)")
        with page.expect_download() as download:
            page.get_by_role("link", name="Tải Word").click()
        assert download.value.suggested_filename == "cong-van-thang-2026-10-07.docx"
        word = docx.Document(str(download.value.path()))
        assert "65,64/100 điểm" in "\n".join(each.text for each in word.paragraphs)
        assert word.inline_shapes


@pytest.mark.landing
def test_the_overdue_dossiers_of_ones_unit_are_a_file_in_two_clicks(office: Office) -> None:
    with office.page("hoa") as page:
        page.goto(office.url)
        page.get_by_role("navigation", name="Công việc của cán bộ").get_by_role("link", name="Hồ sơ").click()
        expect(page.get_by_role("heading", level=1)).to_have_text("Hồ sơ cần xử lý")
        with page.expect_download() as download:
            page.get_by_role("link", name="Excel").click()
        assert re.match(r"ho-so-qua-han-H21\.17-.*\.xlsx", download.value.suggested_filename)


def push_late(office: Office, first: int) -> None:
    """Forty dossiers of one department, two days late."""
    today = now().astimezone(VIETNAM)
    moment = today.strftime("%Y%m%d%H%M%S")
    late = (today - timedelta(days=2)).strftime("%Y%m%d%H%M%S")
    number = f"H21.17-{today:%y%m%d}"
    items = [
        {"MaHoSo": f"{number}-{n:04d}", "MaTTHC": "1.000001", "TrangThaiHoSo": "4",
         "NgayTiepNhan": late, "NgayHenTra": late, "NgayNopHoSo": moment}
        for n in range(first, first + 40)
    ]  # fmt: skip
    send(office.served, items, office.served.login(), MaDinhDanhDV="H21")


def ranks(page: Page) -> list[int]:
    """The ranks of the largest table, from top to bottom."""
    tables = page.locator("table.live").all()
    found = [each.locator('[data-part="rank"]').all_inner_texts() for each in tables]
    return [int(each) for each in max(found, key=len) if each.isdigit()]


def test_a_pushed_dossier_changes_a_page_that_is_open(office: Office) -> None:
    total = '[data-unit="H21.17"][data-part="total"]'
    with office.page("lan") as page:
        page.goto(f"{office.url}/truc-tiep")
        expect(page.locator("[data-state=open]")).to_be_visible(timeout=1000 * PATIENCE)
        before = page.locator(total).inner_text()
        push_late(office, 100)
        expect(page.locator(total)).not_to_have_text(before, timeout=1000 * PATIENCE)
        assert ranks(page) == sorted(ranks(page))


@pytest.mark.landing
def test_a_pushed_dossier_changes_every_open_page_over_one_connection(office: Office) -> None:
    with office.page("lan") as page, office.own_page("minh") as cut:
        total = '[data-unit="H21.17"][data-part="total"]'
        cut.route("**/live", lambda route: route.abort())
        page.goto(f"{office.url}/truc-tiep")
        unit = page.context.new_page()
        unit.goto(f"{office.url}/don-vi/H21.17")
        cut.goto(f"{office.url}/truc-tiep")
        expect(page.locator("[data-state=open]")).to_be_visible(timeout=1000 * PATIENCE)
        expect(cut.locator("[data-state=lost]")).to_contain_text("có thể đã cũ")
        assert office.served.application.live.listeners == 1
        before = page.locator(total).inner_text()
        push_late(office, 0)
        expect(page.locator(total)).not_to_have_text(before, timeout=1000 * PATIENCE)
        points = Decimal(page.locator(total).inner_text().replace(",", "."))
        grade = page.locator('[data-unit="H21.17"][data-part="grade"]')
        expect(grade).to_have_text(office.served.application.services.rules.grade(points).names.vi)
        expect(page.locator("[data-changed]")).to_contain_text("Thay đổi gần nhất lúc")
        assert ranks(page) == sorted(ranks(page))
        late = re.compile(r"^Quá hạn: [4-9]\d$")
        expect(unit.get_by_role("heading", name=late)).to_be_visible(timeout=1000 * PATIENCE)
        unit.close()

        assert cut.locator(total).inner_text() == before
        cut.unroute("**/live")
        expect(cut.locator("[data-state=open]")).to_be_visible(timeout=1000 * PATIENCE)
        assert cut.locator(total).inner_text() == page.locator(total).inner_text()


@pytest.mark.landing
def test_who_signs_out_is_out(office: Office) -> None:
    with office.own_page("hoa") as page:
        page.goto(f"{office.url}/ho-so")
        expect(page.get_by_role("heading", level=1)).to_have_text("Hồ sơ cần xử lý")
        page.get_by_role("button", name="Đăng xuất").click()
        page.goto(f"{office.url}/ho-so")
        assert "/dang-nhap" in page.url


@pytest.mark.landing
def test_an_administrator_makes_an_account_whose_password_must_be_changed(office: Office) -> None:
    with office.page("quan") as page, office.own_page() as fresh:
        page.goto(f"{office.url}/quan-tri")
        form = page.locator("form").filter(has=page.get_by_label("Tên đăng nhập"))
        form.get_by_label("Tên đăng nhập").fill("moi")
        form.get_by_label("Họ và tên").fill("Người mới")
        form.get_by_label("Vai trò").select_option("office")
        form.get_by_role("button").click()
        password = page.get_by_role("status").locator("code").inner_text()
        fresh.goto(f"{office.url}/dang-nhap")
        fresh.get_by_label("Tên đăng nhập").fill("moi")
        fresh.get_by_label("Mật khẩu").fill(password)
        fresh.get_by_role("main").get_by_role("button", name="Đăng nhập").click()
        fresh.wait_for_url(re.compile("/mat-khau"))
        page.goto(f"{office.url}/quan-tri")
        assert password not in page.content()
        expect(page.get_by_role("region", name="Nhật ký")).to_contain_text("account.add")


def test_the_first_page_is_under_100_kilobytes_besides_fonts(office: Office) -> None:
    with office.own_page() as page:
        sizes: dict[str, int] = {}
        page.on("response", lambda r: sizes.update({r.url: len(r.body())}))
        page.goto(office.url, wait_until="networkidle")
        assert sum(size for url, size in sizes.items() if "/fonts/" not in url) < 100_000
        assert all(url.startswith(office.url) for url in sizes)


def test_why_a_unit_fell_is_one_click_from_the_start_and_needs_no_scrolling(office: Office) -> None:
    with office.page("lan") as page:
        page.goto(office.url)
        fallen = page.locator(".card").filter(has=page.get_by_role("heading", name="Giảm nhiều nhất"))
        fallen.get_by_role("link").first.click()
        why = page.get_by_role("heading", name="Vì sao tổng điểm thay đổi")
        expect(why).to_be_visible()
        reason = page.locator("section").filter(has=why).get_by_role("row").nth(1)
        box = reason.bounding_box()
        assert box is not None
        assert box["y"] + box["height"] <= DESKTOP["height"]
        expect(reason).to_contain_text("▼")


def test_the_way_to_the_leading_ten_is_one_click_from_the_start(office: Office) -> None:
    with office.page() as page:
        page.goto(f"{office.url}/tinh/H57")
        way = page.get_by_role("link", name="điểm nữa vào nhóm 10 tỉnh, thành phố dẫn đầu")
        assert (way.bounding_box() or {"y": 9_999})["y"] < DESKTOP["height"]
        way.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("Đường tới mục tiêu")


def test_the_indicator_that_lost_most_and_its_lowest_units_are_two_clicks_away(office: Office) -> None:
    with office.page() as page:
        page.goto(f"{office.url}/tinh/H21")
        page.locator(".sentence").get_by_role("link", name="Số hóa hồ sơ").click()
        page.wait_for_url(re.compile("/chi-so#MDSH"))
        page.locator("#MDSH").get_by_role("link").first.click()
        expect(page.get_by_role("heading", level=1)).to_contain_text("4.1")


def test_a_chart_shows_the_size_that_has_room(office: Office) -> None:
    with office.page() as page:
        page.goto(f"{office.url}/don-vi/H21.17")
        for width, shown, hidden in ((1280, "desk", "phone"), (390, "phone", "desk")):
            page.set_viewport_size({"width": width, "height": 900})
            expect(page.locator(f".chart > .{shown}").first).to_be_visible()
            expect(page.locator(f".chart > .{hidden}").first).to_be_hidden()


def rows_listed(page: Page) -> tuple[int, Decimal]:
    """How many items a list of work has, and the points that its indicator lost."""
    moment = page.locator(".moment").inner_text()
    items, lost = re.search(r": ([0-9.]+) mục", moment), re.search(r"Chỉ số mất ([0-9,]+) điểm", moment)
    assert items is not None
    assert lost is not None
    return int(items[1].replace(".", "")), Decimal(lost[1].replace(",", "."))


@pytest.mark.landing
def test_two_units_work_their_lists_off_and_what_is_mended_and_pushed_leaves_them(office: Office) -> None:
    files = office.served.folder.root.parent / "files" / "dossiers.jsonl"
    sent = {each["MaHoSo"]: each for each in map(json.loads, files.read_text("utf-8").splitlines())}
    result = {"DanhSachGiayToKetQua": [{"DuongDanTepTinKetQua": "/1"}]}
    session = office.served.login()
    for name, unit in (("hoa", "H21.17"), ("yen", "H21.05")):
        with office.page(name) as page:
            page.goto(f"{office.url}/viec?don-vi={unit}")
            page.get_by_role("link", name=re.compile("[Hh]ồ sơ chưa có kết quả")).first.click()
            items, lost = rows_listed(page)
            here = page.url
            number = page.get_by_role("rowheader").get_by_role("link").first.inner_text()
            page.get_by_role("link", name=number).click()
            assert violations(page) == []
            expect(page.get_by_role("region", name="Làm mất điểm")).to_contain_text("4.1")
            send(office.served, [sent[number] | result], session, MaDinhDanhDV="H21", isUpdating="True")
            office.served.settle()
            page.goto(here)
            assert rows_listed(page)[0] == items - 1
            assert rows_listed(page)[1] < lost
            expect(page.get_by_role("link", name=number)).to_have_count(0)
    with office.page("lan") as page:
        page.goto(f"{office.url}/viec/4.1?don-vi=H21.17")
        with page.expect_download() as download:
            page.get_by_role("link", name="Excel").click()
        assert download.value.suggested_filename.endswith(".xlsx")


@pytest.mark.landing
def test_the_office_gives_a_target_and_units_see_how_far_they_are(office: Office) -> None:
    def give(page: Page, value: str) -> None:
        page.get_by_label(re.compile(r"^Chỉ tiêu \(số")).fill("tổng điểm")
        page.get_by_label(re.compile("^Mức giao")).fill(value)
        page.get_by_label("Từ ngày").fill("2026-01-01")
        page.get_by_label("Đến ngày").fill("2026-12-31")
        page.get_by_label("Văn bản giao").fill("Quyết định số 127/QĐ-UBND")
        page.get_by_role("button", name="Giao chỉ tiêu").click()

    with office.page("lan") as page:
        page.goto(f"{office.url}/chi-tieu")
        give(page, "70")
        expect(page.get_by_role("main")).to_contain_text(
            "04/14 sở, ban, ngành đạt chỉ tiêu tổng điểm 70 điểm"
        )
        assert violations(page) == []
        give(page, "80")
        expect(page.get_by_role("alert")).to_contain_text("trái với chỉ tiêu số 1")
    for name, unit in (("hoa", "H21.17"), ("yen", "H21.05")):
        with office.page(name) as page:
            page.goto(f"{office.url}/don-vi/{unit}")
            expect(page.get_by_role("main")).to_contain_text("Chỉ tiêu được giao")
            page.goto(f"{office.url}/chi-tieu")
            expect(page.get_by_role("button", name="Giao chỉ tiêu")).to_have_count(0)
    with office.page("lan") as page:
        page.goto(f"{office.url}/chi-tieu")
        page.get_by_role("button", name="Rút số 1").click()
        expect(page.get_by_role("main")).to_contain_text("Chưa có chỉ tiêu nào")


@pytest.mark.landing
def test_an_obstacle_goes_from_a_unit_to_the_one_that_solves_it_and_the_answer_back(office: Office) -> None:
    with office.page("hoa") as page:
        page.goto(f"{office.url}/vuong-mac")
        page.get_by_label("Hệ thống liên quan").fill("iGate")
        page.get_by_label(re.compile("^Nội dung")).fill("Trạng thái hồ sơ đồng bộ chậm")
        page.get_by_label("Phát sinh từ ngày").fill("2026-10-01")
        page.get_by_label(re.compile("^Đơn vị của tỉnh")).fill("H21.05")
        page.get_by_role("button", name="Gửi").click()
        expect(page.get_by_role("table")).to_contain_text("chưa trả lời")
        assert violations(page) == []
    with office.page("yen") as page:
        page.goto(f"{office.url}/hom-nay")
        page.get_by_role("link", name=re.compile("rả lời vướng mắc")).first.click()
        page.get_by_text(re.compile("^Trả lời số")).first.click()
        assert violations(page) == []
        page.get_by_label("Nội dung trả lời").fill("Đã nâng cấp trục kết nối")
        page.get_by_label("đã giải quyết xong").check()
        page.get_by_role("button", name="Gửi").first.click()
        expect(page.get_by_role("table")).to_contain_text("đã giải quyết xong")
    with office.page("hoa") as page:
        page.goto(f"{office.url}/vuong-mac")
        expect(page.get_by_role("table")).to_contain_text("Đã nâng cấp trục kết nối")
    with office.page("lan") as page:
        page.goto(f"{office.url}/vuong-mac")
        expect(page.get_by_role("table")).to_contain_text("Đã nâng cấp trục kết nối")


@pytest.mark.landing
def test_the_office_looks_at_each_alarm_and_a_leader_and_the_units_read_what_it_found(office: Office) -> None:
    fallen = re.compile("UBND xã Phù Mỹ Bắc giảm 11,80 điểm")
    with office.page("lan") as page:
        page.goto(f"{office.url}/hom-nay")
        page.get_by_role("link", name=re.compile("bất thường của số liệu chờ xem xét")).click()
        waiting = page.get_by_role("region", name="Chờ xem xét")
        before = waiting.get_by_role("row").count()
        for finding, note in (("real", ""), ("real", "01 phản ánh trả lời quá hạn")):
            row = waiting.get_by_role("row", name=fallen).first
            row.get_by_label("Kết luận").select_option(finding)
            row.get_by_label(re.compile("^Nguyên nhân")).fill(note)
            row.get_by_role("button", name="Ghi").click()
            if not note:
                expect(page.get_by_role("alert")).to_contain_text("iếu nguyên nhân")
        judged = page.get_by_role("region", name="Đã xem xét")
        expect(judged).to_contain_text("Đúng thực tế: 01 phản ánh trả lời quá hạn")
        assert waiting.get_by_role("row").count() == before - 1
        assert violations(page) == []
    for name, sees in (("my", True), ("yen", False), ("sep", True)):
        with office.page(name) as page:
            page.goto(f"{office.url}/bat-thuong")
            told = page.get_by_role("main").get_by_text("01 phản ánh trả lời quá hạn")
            expect(told).to_have_count(int(sees))
            expect(page.get_by_role("button", name="Ghi")).to_have_count(0)


@pytest.mark.landing
def test_the_digest_reaches_two_units_and_the_office_and_a_letter_ends_it_for_one(office: Office) -> None:
    services = office.served.application.services
    rounds = MessageRounds(services.backend, "#test", services.dossiers)
    with mail_server(Mailbox(die="END")) as box:
        with office.page("quan") as page:
            page.goto(f"{office.url}/gui-tin")
            for label, value in (("Tên máy chủ", "127.0.0.1"), ("Cổng", str(box.port)),
                                 ("Địa chỉ gửi", "chiso@example.vn"), ("Từ lúc", "00:00"),
                                 ("Không gửi số liệu cũ hơn", "30")):  # fmt: skip
                page.get_by_label(re.compile(f"^{label}")).fill(value)
            page.get_by_label("Mã hóa").select_option("none")
            page.get_by_label("Tự gửi mỗi ngày").check()
            page.get_by_role("button", name="Lưu thiết lập").click()
            page.wait_for_load_state()
            change_settings(services.ledger, {"public_url": office.url}, By("#test", now()))
        for name in ("lan", "hoa", "yen"):
            with office.page(name) as page:
                page.goto(f"{office.url}/nhan-tin")
                page.get_by_label(re.compile("^Địa chỉ thư")).fill(f"{name}@example.vn")
                page.get_by_role("button", name="Lưu").click()
                expect(page.get_by_role("status")).to_have_text("Đã lưu.")
        told = [each.render(Lang.VI) for each in rounds.once()]
        assert any("các tin còn lại chờ lần gửi sau" in each for each in told), told
        with office.page("quan") as page:
            page.goto(f"{office.url}/gui-tin")
            expect(page.get_by_role("region", name="Các tin")).to_contain_text("không rõ đã đến hay chưa")
            assert violations(page) == []
            box.die = ""
            page.get_by_role("button", name=re.compile("^Gửi lại tin số")).first.click()
            page.wait_for_load_state()
        rounds.once()
        assert sorted(set(box.people)) == ["hoa@example.vn", "lan@example.vn", "yen@example.vn"]
        letters = {each["To"]: each.get_content() for each in box.letters}
        assert "hồ sơ đang quá hạn" in letters["hoa@example.vn"]
        with office.own_page() as page:
            page.goto(re.findall(r"http\S+/thoi-nhan-tin/\S+", letters["hoa@example.vn"])[-1])
            assert violations(page) == []
            page.get_by_role("button", name="Thôi nhận tin").click()
            expect(page.get_by_role("status")).to_contain_text("không nhận bản tin")
        with office.page("hoa") as page:
            page.goto(f"{office.url}/nhan-tin")
            expect(page.get_by_label("Nhận bản tin và cảnh báo")).not_to_be_checked()
