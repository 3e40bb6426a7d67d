"""JSON as the National Public Service Portal answers it: decoded exactly, or refused with a reason."""

import unicodedata
from collections.abc import Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import msgspec

from bochiso.errors import SourceError, Where
from bochiso.intake.tables.table_reader import check_size
from bochiso.text import Text, hundredths, say

Row = Mapping[str, Any]
"""A JSON object as decoded: numbers are int or Decimal, exactly as written."""

_LIMIT = 10**12  # whole part of decimal128(18, 6)
_MILLIONTH = Decimal("0.000001")
_BINARY = 15  # a decimal number that passed through binary arithmetic shows 15 to 17 digits
_NOISE = Decimal("1e-9")
_SHOWN = 200

_decoder = msgspec.json.Decoder(float_hook=Decimal)
_encoder = msgspec.json.Encoder(decimal_format="number")


class FieldError(Exception):
    """One field of one row can't be used: `column` names it, `reason` says why."""

    def __init__(self, column: str, reason: Text) -> None:
        self.column = column
        self.reason = reason
        super().__init__(column)


def decode(name: str, data: bytes) -> Any:
    """What the JSON file `name` holds. Raises SourceError for anything that is not whole JSON."""
    where = Where(file=name)
    check_size(name, len(data))
    text = data.removeprefix(b"\xef\xbb\xbf").strip()
    if not text:
        raise SourceError(say("tệp rỗng.", "the file is empty."), where=where, do=_READ_AGAIN)
    if text.startswith(b"<"):
        raise _web_page(where, text)
    try:
        return _decoder.decode(text)
    except RecursionError:
        raise SourceError(
            say(
                "dữ liệu JSON lồng nhau quá nhiều tầng, không phải câu trả lời của Cổng.",
                "the JSON is nested too deeply to be an answer of the portal.",
            ),
            where=where,
            do=say("Kiểm tra lại tệp đã chọn.", "Check which file was chosen."),
        ) from None
    except (ValueError, ArithmeticError) as error:
        raise _not_json(where, error) from None


_READ_AGAIN = say("Hãy tải lại số liệu từ Cổng.", "Fetch the figures from the portal again.")


def _web_page(where: Where, text: bytes) -> SourceError:
    if b"Request Rejected" in text:
        what = say(
            "đây là trang “Request Rejected”, không phải số liệu: tường lửa của Cổng đã từ chối yêu cầu.",
            "this is a “Request Rejected” page, not figures: the portal's firewall refused the request.",
        )
    else:
        what = say(
            "đây là một trang web (HTML), không phải số liệu của Cổng.",
            "this is a web page (HTML), not figures of the portal.",
        )
    wait = say(
        "Hãy chờ một thời gian rồi tải lại, mỗi lần chỉ gửi một yêu cầu.",
        "Wait a while, then fetch again, one request at a time.",
    )
    return SourceError(what, where=where, do=wait)


def _not_json(where: Where, error: Exception) -> SourceError:
    if "truncated" in str(error):
        what = say("tệp JSON bị cắt cụt, phần cuối không còn.", "the JSON is cut off: its end is missing.")
    else:
        what = say("tệp không phải là JSON hợp lệ.", "the file is not valid JSON.")
    return SourceError(what, where=where, do=_READ_AGAIN)


def unwrap(name: str, document: Any) -> Row:
    """The data inside the portal's envelope {"code", "data", "message"}, or the bare data.

    Raises SourceError where the portal reports an error, or answered with nothing.
    """
    where = Where(file=name)
    if not isinstance(document, dict):
        raise not_an_answer(name)
    if "data" not in document and not {"code", "message"} <= document.keys():
        if not document:
            raise _no_data(where)
        return document
    code = document.get("code", "OK")
    if code != "OK":
        raise SourceError(
            say(
                "Cổng Dịch vụ công báo lỗi “{code}”: {message}.",
                "the portal answered with the error “{code}”: {message}.",
                code=excerpt(code),
                message=excerpt(document.get("message")).rstrip("."),
            ),
            where=where,
            do=_READ_AGAIN,
        )
    data = document.get("data")
    if not data:
        raise _no_data(where)
    if not isinstance(data, dict):
        raise not_an_answer(name)
    return data


def _no_data(where: Where) -> SourceError:
    return SourceError(
        say("câu trả lời của Cổng không có số liệu.", "the portal's answer holds no figures."),
        where=where,
        do=say(
            "Kiểm tra kỳ và đơn vị đã chọn rồi tải lại.",
            "Check the period and the unit that were asked for, then fetch again.",
        ),
    )


def not_an_answer(name: str) -> SourceError:
    """The error for JSON that none of the portal's seven services answers with."""
    return SourceError(
        say(
            "tệp JSON này không phải câu trả lời của dịch vụ nào trong bảy dịch vụ của Cổng.",
            "this JSON is the answer of none of the portal's seven services.",
        ),
        where=Where(file=name),
        do=say(
            "Kiểm tra lại tệp; số liệu của Cổng trước năm 2026 thì nạp theo loại portal-archive.",
            "Check the file; figures of the portal before 2026 are imported as portal-archive.",
        ),
    )


def excerpt(value: Any) -> str:
    """The beginning of a value, for a person to recognise it by."""
    try:
        shown = value if isinstance(value, str) else _encoder.encode(value).decode()
    except RecursionError:
        return "…"
    return shown if len(shown) <= _SHOWN else shown[: _SHOWN - 1] + "…"


def label(row: Any, *keys: str) -> str:
    """A row by its code and name, or its beginning, for a person to recognise it by."""
    values = [row.get(key) for key in keys] if isinstance(row, dict) else []
    named = " ".join(value for value in values if isinstance(value, str))
    return excerpt(named or row)


def text_of(row: Row, key: str) -> str | None:
    """A field that is text, composed (NFC) and trimmed; None where absent, null or blank.

    Raises FieldError where it is no text.
    """
    value = row.get(key)
    if value is None:
        return None
    if not isinstance(value, str):
        raise changed_type(key, value)
    return " ".join(unicodedata.normalize("NFC", value).split()) or None


def number_of(row: Row, key: str) -> Decimal | None:
    """A field that is a number, exactly; None where absent or null, never 0."""
    value = _number(row, key)
    return None if value is None else exact(key, value)


def mean_of(row: Row, key: str) -> Decimal | None:
    """A field that is a mean, to six decimals (half up); None where absent or null."""
    value = _number(row, key)
    return None if value is None else bounded(key, value).quantize(_MILLIONTH, ROUND_HALF_UP)


def _number(row: Row, key: str) -> int | Decimal | None:
    value = row.get(key)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | Decimal):
        raise changed_type(key, value)
    return value


def bounded(column: str, value: int | Decimal) -> Decimal:
    """A number below 10^12, as the columns of figures hold. Raises FieldError otherwise."""
    if not -_LIMIT < value < _LIMIT:
        raise FieldError(column, say("số lớn đến mức vô lý.", "the number is absurdly large."))
    return Decimal(value)


def exact(column: str, value: int | Decimal) -> Decimal:
    """A number with six decimals at most. Raises FieldError otherwise.

    A hundredth that passed through binary arithmetic (63.980000000000004) is that hundredth.
    """
    number = bounded(column, value)
    near = hundredths(number)
    if number != near and len(number.as_tuple().digits) >= _BINARY and abs(number - near) < _NOISE:
        return near
    if number.quantize(_MILLIONTH) != number:
        raise FieldError(
            column,
            say("số có hơn sáu chữ số thập phân.", "the number has more than six decimals."),
        )
    return number


def changed_type(key: str, value: Any) -> FieldError:
    """The error for a known field whose value is of another type than it used to be."""
    return FieldError(
        key,
        say(
            "trường {key} đổi kiểu dữ liệu, giá trị nay là {value}; có thể Cổng đã đổi cách trả lời.",
            "{key} has changed its type, its value is {value} now; the portal may have changed its answers.",
            key=key,
            value=f"“{excerpt(value)}”" if isinstance(value, str) else excerpt(value),
        ),
    )
