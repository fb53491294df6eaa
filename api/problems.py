"""Errors over HTTP: application/problem+json with a Chinese sentence that says what would be right.

In:  whatever was raised while a request was served.
Out: a problem (RFC 9457): type, title, status, detail, and the field where one is wrong. Never a
     stack trace, never the request's own text beyond a short quote (tests/api/test_problems.py).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from api.schemas import RIGHT
from assistant.inputs import InvalidError, NotFoundError, NotReadyError, ServiceError

_TITLES = {
    400: "请求读不懂",
    404: "没有这一项",
    405: "方法不对",
    413: "请求太大",
    415: "格式不对",
    422: "内容不对",
    500: "服务出错",
    503: "暂时不能服务",
}
_STATUS: Mapping[type[ServiceError], int] = {
    NotFoundError: 404,
    InvalidError: 422,
    NotReadyError: 503,
}
_OPENAI = "/v1/"
_OURS = "服务出了错，已经记下。请稍后再试一次。"
_OBJECT = "请求体应为 JSON 对象（Content-Type: application/json），例如 {}。"


class ProblemResponse(JSONResponse):
    media_type = "application/problem+json"


def problem(status: int, detail: str, field: str | None = None) -> dict[str, Any]:
    """A problem's JSON."""
    values = {
        "type": "about:blank",
        "title": _TITLES.get(status, "请求没有被接受"),
        "status": status,
        "detail": detail,
    }
    return values if field is None else values | {"field": field}


def problem_of(error: Exception) -> dict[str, Any]:
    """The problem for an error of the service; for any other, that it is our fault."""
    for kind, status in _STATUS.items():
        if isinstance(error, kind):
            return problem(status, str(error), error.field)
    return problem(500, _OURS)


def with_error(body: Mapping[str, Any]) -> dict[str, Any]:
    """The problem with an `error` beside it, where clients of the OpenAI form look for one."""
    kind = "server_error" if body["status"] >= 500 else "invalid_request_error"
    error = {"message": body["detail"], "type": kind, "param": body.get("field"), "code": None}
    return {**body, "error": error}


def _reply(
    request: Request, body: dict[str, Any], headers: Mapping[str, str] | None = None
) -> ProblemResponse:
    if request.url.path.startswith(_OPENAI):
        body = with_error(body)
    return ProblemResponse(body, body["status"], headers=headers)


def install(app: FastAPI) -> None:
    """Let the app answer every foreseen error with a problem; `api.middleware` sees to the rest."""

    @app.exception_handler(ServiceError)
    def service_error(request: Request, error: ServiceError) -> ProblemResponse:
        body = problem_of(error)
        return _reply(request, body, {"Retry-After": "5"} if body["status"] == 503 else None)

    @app.exception_handler(RequestValidationError)
    def invalid(request: Request, error: RequestValidationError) -> ProblemResponse:
        return _reply(request, _validation_problem(error.errors()[0]))

    @app.exception_handler(HTTPException)
    def http_error(request: Request, error: HTTPException) -> ProblemResponse:
        body = problem(error.status_code, _http_detail(request, error))
        return _reply(request, body, error.headers)


def _validation_problem(error: Mapping[str, Any]) -> dict[str, Any]:
    place: Sequence[Any] = error["loc"]
    if error["type"] == "json_invalid":
        return problem(400, f"请求体不是合法的 JSON（第 {place[-1] + 1} 个字符处）。")
    names = [str(part) for part in place[1:]]
    if not names:
        return problem(422, _OBJECT.format('{"question": "…"}'))
    field = ".".join(names)
    right = RIGHT.get(names[0], "请对照接口说明")
    if error["type"] == "missing":
        return problem(422, f"缺少 {field}：{right}。", field)
    return problem(422, f"{field} 不对：{right}。", field)


def _http_detail(request: Request, error: HTTPException) -> str:
    path = request.url.path[:80]
    match error.status_code:
        case 404:
            return f"没有 {path} 这个地址，可用的地址见 /api/openapi.json。"
        case 405:
            allowed = (error.headers or {}).get("Allow", "")
            return f"{path} 不能用 {request.method}，" + (
                f"可以用 {allowed}。" if allowed else "可用的方法见 /api/openapi.json。"
            )
        case 413:
            return "请求体太大，请缩短后再发。"
        case 400:
            return "请求体读不出，应为 UTF-8 编码的 JSON。"
        case _:
            return "请求没有被接受，可用的地址和写法见 /api/openapi.json。"
