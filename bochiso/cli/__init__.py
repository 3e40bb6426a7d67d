"""The commands: `bochiso …`. Parsing and printing, no logic.

`bochiso --help` answers from the table below without loading anything else, so that it is instant.
"""

import io
import os
import sys

COMMANDS: dict[str, tuple[str, str]] = {
    "score": (
        "Tính điểm, xếp loại, xếp hạng từ một bảng số liệu (không lưu)",
        "Points, grades and ranks from a table of figures (keeps nothing)",
    ),
    "import": ("Nạp số liệu vào thư mục số liệu", "Keep figures in the data folder"),
    "collect": (
        "Thu thập số liệu từ Cổng Dịch vụ công quốc gia",
        "Collect figures from the national portal",
    ),
    "runs": ("Liệt kê các lần thu thập", "List the collections"),
    "snapshots": ("Liệt kê các kỳ số liệu đang có", "List the snapshots that are kept"),
    "forget": (
        "Xóa hẳn tệp đã nạp có thông tin cá nhân; số liệu vẫn giữ",
        "Remove a file that was brought in, for good; its figures stay",
    ),
    "units": (
        "Danh sách đơn vị và mã; ghép tên không có mã vào đơn vị",
        "The known units and their codes; names without codes given to them",
    ),
    "rank": ("Bảng xếp hạng, so sánh với kỳ khác", "The ranking, and what changed"),
    "explain": ("Vì sao một đơn vị được số điểm ấy", "Why a unit has its points"),
    "goal": (
        "Đường tới mục tiêu: thiếu ở đâu, cách ít việc nhất, dự kiến cuối kỳ",
        "The way to a goal: what lacks, the fewest cases, what is to be expected",
    ),
    "bands": (
        "Khoảng thứ hạng do may rủi, đơn vị cùng quy mô",
        "The places that chance alone allows, peers of like size",
    ),
    "report": (
        "Lập báo cáo, công văn, thông báo (Word, PDF) và bảng tính",
        "Make reports, letters, notices (Word, PDF) and the workbook",
    ),
    "office": (
        "Thông tin cơ quan của văn bản; lưu văn bản đã phát hành",
        "The settings of documents; documents kept as issued",
    ),
    "verify": (
        "Kiểm tra văn bản với số liệu, hoặc cả thư mục số liệu",
        "Check documents against figures, or the whole data folder",
    ),
    "forms": (
        "Biểu mẫu do đơn vị gửi: ai đã gửi, đúng hạn không, khác số tự đếm ở đâu",
        "Forms that units sent: who has, in time or not, where they differ from our count",
    ),
    "reconcile": (
        "Đối chiếu biểu mẫu báo cáo với Bộ chỉ số, từng chênh lệch theo nguyên nhân",
        "Forms of periodic reports against the index, each difference by its causes",
    ),
    "check": ("Đối chiếu điểm tính lại với điểm công bố", "Recomputed points against published ones"),
    "publish": (
        "Công bố một kỳ số liệu; ghi trang công khai và dữ liệu mở",
        "Make a snapshot public; write the public site and open data",
    ),
    "serve": (
        "Chạy máy chủ: trang web, nhận hồ sơ, thu thập hằng ngày",
        "Run the server: pages, dossiers taken in, daily collection",
    ),
    "measure": ("Đo các chỉ số từ hồ sơ của tỉnh", "Measure indicators from the province's dossiers"),
    "facts": (
        "Hồ dữ liệu: xuất dữ kiện ra tệp Parquet để cả nước đo chung",
        "The lake: facts as Parquet files, for the whole country to be measured from",
    ),
    "dossiers": ("Hồ sơ quá hạn, sắp đến hạn", "Dossiers that are overdue or due soon"),
    "work": (
        "Danh sách việc cần làm: hồ sơ, thủ tục làm mất điểm và cách khắc phục",
        "Lists of work: dossiers and procedures that lose points, and what to do",
    ),
    "tasks": (
        "Nhiệm vụ theo văn bản chỉ đạo: ai đã báo cáo, tổng hợp báo cáo",
        "Tasks of steering documents: who has reported, reports merged",
    ),
    "digest": (
        "Bản tin hằng ngày cho lãnh đạo, đơn vị: xem trước, gửi, hàng đợi",
        "The daily digest for leaders and units: shown, sent, the queue",
    ),
    "targets": (
        "Chỉ tiêu được giao: đơn vị nào đạt, còn thiếu bao nhiêu",
        "Targets given to units: which are reached, how far the others are",
    ),
    "explanations": (
        "Yêu cầu giải trình: hỏi đơn vị nào, ai đã trả lời, tổng hợp báo cáo UBND",
        "Explanations: whom is asked, who answered, one report that gathers them",
    ),
    "apologies": (
        "Xin lỗi và hẹn lại ngày trả kết quả: hồ sơ phải xin lỗi, văn bản, sổ theo dõi",
        "Apologies and the one new date: which dossiers, the letter, the register",
    ),
    "objections": (
        "Cho đơn vị xem trước số liệu; kiến nghị của đơn vị và hệ quả đến điểm, hạng",
        "Figures opened to units before publication; what they object to and its effect",
    ),
    "petitions": (
        "Phản ánh, kiến nghị: hạn từng bước, việc chậm, số điểm của từng phản ánh",
        "Petitions: the last day of each step, what was late, what each is worth",
    ),
    "publications": (
        "Sổ theo dõi công bố thủ tục: hạn, việc chậm, việc chưa xong",
        "The register of publications: last days, what was late, what is not done",
    ),
    "account": ("Tài khoản, khóa gửi hồ sơ, nhật ký", "Accounts, keys for sending dossiers, the log"),
    "backup": ("Sao lưu khi máy chủ vẫn chạy", "Take a backup while the server runs"),
    "restore": ("Khôi phục bản sao lưu vào một thư mục mới", "Restore a backup into a new folder"),
    "rebuild": ("Dựng lại dữ kiện từ chứng cứ gốc", "Make the facts again from the evidence"),
    "doctor": ("Máy này có gì chưa ổn, cần làm gì", "What is wrong on this machine, and what to do"),
    "rules": ("Xem và kiểm tra bộ quy tắc tính điểm", "Show and check rule sets"),
    "simulate": (
        "Tạo số liệu mô phỏng của một tỉnh theo đúng dạng đồng bộ",
        "Make a synthetic province in the sync format",
    ),
    "demo": ("Chạy thử trên số liệu thật kèm theo", "A tour on the real figures that come along"),
}
"""Every command with what it does, in Vietnamese and English, in the order of help."""


def wanted_lang() -> str:
    """The language asked for by --lang or BOCHISO_LANG: "vi" or "en"."""
    words = sys.argv[1:]
    for place, word in enumerate(words):
        if word.startswith("--lang="):
            return "en" if word[7:] == "en" else "vi"
        if word == "--lang":
            return "en" if words[place + 1 : place + 2] == ["en"] else "vi"
    return "en" if os.environ.get("BOCHISO_LANG") == "en" else "vi"


def help_text(lang: str) -> str:
    """What `bochiso --help` prints."""
    vi = lang == "vi"
    rows = "\n".join(f"  {name:<12} {text[0] if vi else text[1]}" for name, text in COMMANDS.items())
    if vi:
        return f"""Cách dùng: bochiso LỆNH [TÙY CHỌN]…

  Bộ chỉ số phục vụ người dân, doanh nghiệp (Quyết định số 766/QĐ-TTg):
  tính điểm, xếp loại, xếp hạng, so sánh, giải thích.

Lệnh:
{rows}

Tùy chọn chung:
  --data THƯ_MỤC   Thư mục số liệu (hoặc BOCHISO_DATA; mặc định ./bochiso-data)
  --lang vi|en     Ngôn ngữ (hoặc BOCHISO_LANG; mặc định vi)
  --version        Phiên bản
  --help           Trợ giúp; `bochiso LỆNH --help` cho từng lệnh
"""
    return f"""Usage: bochiso COMMAND [OPTIONS]...

  The index of how well public offices serve citizens and businesses
  (Decision 766/QĐ-TTg): points, grades, ranks, changes, reasons.

Commands:
{rows}

Global options:
  --data DIR       The data folder (or BOCHISO_DATA; ./bochiso-data by default)
  --lang vi|en     Language (or BOCHISO_LANG; vi by default)
  --version        The version
  --help           Help; `bochiso COMMAND --help` for each command
"""


def main() -> None:
    """Run the command line; ends the process with 0 done, 1 done but something was refused, 2 not done."""
    for stream in (sys.stdout, sys.stderr):
        # What the system's own encoding lacks would end the command in the middle of a table.
        if isinstance(stream, io.TextIOWrapper) and not stream.isatty():
            stream.reconfigure(encoding="utf-8")
    if _wants_help(sys.argv[1:]) and "_BOCHISO_COMPLETE" not in os.environ:
        sys.stdout.write(help_text(wanted_lang()))
        sys.exit(0)
    from bochiso.cli.command_group import run

    sys.exit(run())


def _wants_help(words: list[str]) -> bool:
    """Whether a command line asks for the help of all commands and nothing else."""
    match words:
        case ["--lang", "vi" | "en", *rest] | ["--lang=vi" | "--lang=en", *rest]:
            return _wants_help(rest)
        case ["--help", *rest]:
            return _wants_help(rest)
    return not words
