"""Answers in the sync protocol's own form: {"error_code": 0, "result": …}, other codes with a message.

The protocol knows nothing but error_code, and a sender's HTTP library may throw an answer away whose
HTTP status isn't 200; so the status is always 200, and error_code has the numbers of HTTP.
"""

from enum import IntEnum
from typing import Any

import msgspec
from starlette.responses import Response
from starlette.types import Receive, Scope, Send

from bochiso.errors import BochisoError
from bochiso.text import Lang, Text, say


class Code(IntEnum):
    """error_code of an answer, and of an item in it."""

    DONE = 0
    UNREADABLE = 400
    NO_SESSION = 401
    OTHER_UNIT = 403
    NO_SUCH_CALL = 404
    TOO_SLOW = 408
    TOO_LARGE = 413
    ENCODING = 415
    REFUSED_ITEM = 422
    TOO_OFTEN = 429
    FAULT = 500
    NOT_KEPT = 503


class CallError(BochisoError):
    """A call that is refused as a whole; its message never repeats what was sent."""

    def __init__(self, code: Code, what: Text, do: Text | None = None) -> None:
        super().__init__(what, do=do)
        self.code = code


class SyncResponse(Response):
    """One answer; remembers its code for the log."""

    media_type = "application/json"

    def __init__(self, content: bytes, code: Code = Code.DONE) -> None:
        # A login's answer holds a token.
        super().__init__(content, headers={"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"})
        self.code = code

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Send the answer."""
        scope["error_code"] = int(self.code)
        await super().__call__(scope, receive, send)


def answer(**fields: Any) -> SyncResponse:
    """An answer that says a call was done."""
    return SyncResponse(msgspec.json.encode(fields | {"error_code": int(Code.DONE)}))


def result_answer(result: Any, entries: int, refused: int, note: Text | None = None) -> SyncResponse:
    """An answer with what came of each entry, and in words how many were refused where any was.

    `note`: what is said of all of them.
    """
    if not refused:
        return answer(result=result) if note is None else answer(message=note.render(Lang.VI), result=result)
    text = say(
        "Nhận {taken} mục, từ chối {refused} mục.",
        "{taken} {taken:item|items} taken, {refused} refused.",
        taken=entries - refused,
        refused=refused,
    )
    said = [text.render(Lang.VI), *([] if note is None else [note.render(Lang.VI)])]
    return answer(message=" ".join(said), result=result)


def refusal(error: CallError) -> SyncResponse:
    """An answer that says why a call was not."""
    fields = {"error_code": int(error.code), "message": error.render(Lang.VI)}
    refused = SyncResponse(msgspec.json.encode(fields), error.code)
    if error.code is Code.TOO_SLOW:
        refused.headers["Connection"] = "close"
    return refused


def fault() -> CallError:
    """What is said where the program itself failed: never why, since that may quote what was sent."""
    return CallError(
        Code.FAULT,
        say("lỗi của máy chủ, bản tin chưa được nhận.", "a fault of the server; nothing was taken."),
        say(
            "Gửi lại; nếu vẫn lỗi, báo người quản trị máy chủ.",
            "Send it again; if it fails again, tell who runs the server.",
        ),
    )


def unavailable(error: BochisoError) -> CallError:
    """What is said where the disk can't keep a message."""
    return CallError(
        Code.NOT_KEPT,
        say(
            "chưa ghi được bản tin: {why}",
            "the message could not be written down: {why}",
            why=error.what,
        ),
        say("Gửi lại sau; báo người quản trị máy chủ.", "Send it again later; tell who runs the server."),
    )
