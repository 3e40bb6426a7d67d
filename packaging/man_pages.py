"""The manual page, in Vietnamese and English, from what the command line says of itself."""

import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from bochiso.cli import COMMANDS, help_text  # noqa: E402 (the tree that is released)

WORDS = {
    "vi": {
        "name": "TÊN", "synopsis": "CÁCH DÙNG", "commands": "LỆNH", "options": "TÙY CHỌN CHUNG",
        "environment": "BIẾN MÔI TRƯỜNG", "files": "TỆP", "exit": "MÃ KẾT THÚC", "more": "XEM THÊM",
        "what": "Bộ chỉ số phục vụ người dân, doanh nghiệp (Quyết định số 766/QĐ-TTg)",
        "codes": "0: xong. 1: xong, có chỗ bị từ chối hoặc sai khác. 2: không làm được, không gì thay đổi.",
        "see": "bochiso LỆNH --help; hướng dẫn triển khai trong /usr/share/doc/bochiso.",
    },
    "en": {
        "name": "NAME", "synopsis": "SYNOPSIS", "commands": "COMMANDS", "options": "GLOBAL OPTIONS",
        "environment": "ENVIRONMENT", "files": "FILES", "exit": "EXIT STATUS", "more": "SEE ALSO",
        "what": "the index of how well public offices serve citizens and businesses (Decision 766/QĐ-TTg)",
        "codes": "0: done. 1: done, but something was refused or differs. 2: not done; nothing changed.",
        "see": "bochiso COMMAND --help; how to run it for a province: /usr/share/doc/bochiso.",
    },
}  # fmt: skip

VARIABLES = {
    "BOCHISO_DATA": ("thư mục số liệu", "the data folder"),
    "BOCHISO_LANG": ("ngôn ngữ: vi hoặc en", "the language: vi or en"),
    "BOCHISO_LEDGER": ("địa chỉ PostgreSQL của sổ cái", "the PostgreSQL address of the ledger"),
    "BOCHISO_LEDGER_KEY": ("khóa của sổ cái", "the ledger's key"),
    "BOCHISO_AUDIT_HEADS": ("tệp ghi lại đầu nhật ký thao tác", "where the audit log's end is written down"),
    "BOCHISO_OIDC_SECRET": ("mật khẩu ở dịch vụ đăng nhập một lần", "the secret at the sign-on"),
}
FILES = {
    "/etc/bochiso.env": ("biến môi trường của dịch vụ", "the service's environment"),
    "/srv/bochiso": ("thư mục số liệu của dịch vụ", "the service's data folder"),
    "/sao-luu/bochiso": ("các bản sao lưu mỗi đêm", "the backups of each night"),
}


def man_page(lang: str, version: str, date: str) -> str:
    """The page in a language, as troff of the man macros; `date`: of the release, as 2026-11-28."""
    words, place = WORDS[lang], 0 if lang == "vi" else 1
    usage, _, rest = help_text(lang).partition("\n")
    options = re.findall(r"^  (--\S+(?: \S+)?)\s{2,}(.+)$", rest, re.M)
    parts = [
        f'.TH BOCHISO 1 "{date}" "bochiso {version}"',
        *_section(words["name"], [_text(f"bochiso - {words['what']}")]),
        *_section(words["synopsis"], [".B " + _text(usage.partition(": ")[2])]),
        *_section(words["commands"], _terms({name: said[place] for name, said in COMMANDS.items()})),
        *_section(words["options"], _terms(dict(options))),
        *_section(words["environment"], _terms({name: said[place] for name, said in VARIABLES.items()})),
        *_section(words["files"], _terms({name: said[place] for name, said in FILES.items()})),
        *_section(words["exit"], [_text(words["codes"])]),
        *_section(words["more"], [_text(words["see"])]),
    ]
    return "\n".join(parts) + "\n"


def _section(title: str, lines: list[str]) -> list[str]:
    return [f'.SH "{title}"', *lines]


def _terms(found: dict[str, str]) -> list[str]:
    return [line for name, said in found.items() for line in (".TP", f".B {_text(name)}", _text(said))]


def _text(text: str) -> str:
    r"""A line that troff takes as it stands.

    >>> _text("--data D")
    '\\-\\-data D'
    """
    escaped = text.replace("\\", "\\e").replace("-", "\\-")
    return f"\\&{escaped}" if escaped[:1] in (".", "'") else escaped
