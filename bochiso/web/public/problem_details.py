"""Errors of the API, as RFC 9457 writes them (application/problem+json)."""

from typing import Any

import msgspec
from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from bochiso.errors import BochisoError, ComputeError
from bochiso.text import Lang, Text
from bochiso.web.core.template_context import SECURITY

NOT_FOUND = Text("không có dữ liệu này.", "there is no such thing here.")
NOT_POSSIBLE = Text("máy chủ tạm thời chưa trả lời được.", "the server can't answer for the moment.")
WRONG_PARAMETER = Text("tham số không hợp lệ.", "a parameter is not valid.")
TITLES = {400: "Bad Request", 404: "Not Found", 405: "Method Not Allowed", 422: "Unprocessable Content",
          500: "Internal Server Error", 503: "Service Unavailable"}  # fmt: skip


class Problem(BaseModel):
    """What went wrong, in both languages."""

    type: str
    title: str
    status: int
    detail: str
    detail_vi: str
    errors: list[dict[str, Any]] = []


def problem(status: int, detail: Text, errors: list[dict[str, Any]] | None = None) -> Response:
    """An error as an answer."""
    found = Problem(
        type="about:blank",
        title=TITLES.get(status, "Error"),
        status=status,
        detail=detail.render(Lang.EN),
        detail_vi=detail.render(Lang.VI),
        errors=errors or [],
    )
    body = msgspec.json.encode(found.model_dump())
    headers = {"Cache-Control": "no-store", **SECURITY}
    return Response(body, status, headers, media_type="application/problem+json")


def answer_problems(app: FastAPI) -> None:
    """Every error of this application is answered as a problem."""

    @app.exception_handler(RequestValidationError)
    async def wrong(_: Request, error: RequestValidationError) -> Response:
        found = [{"where": ".".join(map(str, e["loc"][1:])), "what": e["msg"]} for e in error.errors()]
        return problem(422, WRONG_PARAMETER, found)

    @app.exception_handler(ComputeError)
    async def missing(_: Request, error: BochisoError) -> Response:
        return problem(404, error.what)

    @app.exception_handler(BochisoError)
    async def unable(_: Request, error: BochisoError) -> Response:
        return problem(503, NOT_POSSIBLE)

    @app.exception_handler(HTTPException)
    async def plain(_: Request, error: HTTPException) -> Response:
        found = problem(error.status_code, NOT_FOUND)
        found.headers.update(error.headers or {})
        return found
