"""Passwords of other systems: of the machine's environment, or of a file that it names; kept nowhere else."""

import os
from pathlib import Path

from bochiso.errors import StoreError, Where
from bochiso.text import say

MAIL_PASSWORD, WEBHOOK_SECRET = "BOCHISO_SMTP_PASSWORD", "BOCHISO_WEBHOOK_SECRET"


def secret_of(variable: str) -> str | None:
    """What a variable holds, or the file that the variable named with _FILE names; None for neither.

    Read anew each time: a token that another program renews there is used at once. Raises StoreError where
    the file can't be read.
    """
    if found := os.environ.get(variable):
        return found
    name = os.environ.get(f"{variable}_FILE")
    if not name:
        return None
    try:
        return Path(name).read_text("utf-8").strip()
    except (OSError, UnicodeDecodeError) as error:
        raise StoreError(
            say("không đọc được mật khẩu trong tệp: {why}.", "the password's file can't be read: {why}.",
                why=getattr(error, "strerror", None) or type(error).__name__),
            where=Where(f"{variable}_FILE"),
            do=say("Kiểm tra đường dẫn và quyền đọc tệp.", "Check the path and who may read it."),
        ) from None  # fmt: skip
