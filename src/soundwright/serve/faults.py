"""Everything that goes wrong, told in one shape: {"error": {"message": "...", "type": "..."}}."""

from __future__ import annotations

import re
import sys
import traceback
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from pydantic import BaseModel
from starlette.exceptions import HTTPException

from soundwright.errors import BadRequest, CannotRun
from soundwright.serve.store import Refused

TYPES = {
    400: "bad_request", 401: "unauthorized", 403: "forbidden", 404: "not_found", 405: "method_not_allowed",
    409: "conflict", 413: "too_large", 415: "unsupported_type", 416: "no_such_range", 422: "invalid",
    429: "too_many", 500: "fault", 503: "unavailable",
}  # fmt: skip
WAIT_S = {429: "10", 503: "5"}


class Error(BaseModel):
    message: str
    type: str


class Fault(BaseModel):
    """What every refusal looks like."""

    error: Error


def told(status: int, message: str, headers: dict[str, str] | None = None, kind: str = "") -> JSONResponse:
    more = {"retry-after": WAIT_S[status]} if status in WAIT_S else {}
    said = {"message": message, "type": kind or TYPES.get(status, "refused")}
    return JSONResponse({"error": said}, status, {**more, **(headers or {})})


def documented(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The refusals of a route, for its description."""
    return {status: {"model": Fault, "description": TYPES[status].replace("_", " ")} for status in statuses}


def handle(site: FastAPI) -> None:
    site.add_exception_handler(RequestValidationError, _invalid)
    site.add_exception_handler(HTTPException, _refused)
    site.add_exception_handler(Refused, _against)
    site.add_exception_handler(BadRequest, _bad)
    site.add_exception_handler(CannotRun, _away)
    site.add_exception_handler(Exception, _fault)


def _invalid(_: Request, error: Any) -> JSONResponse:
    """The first fault, by the name of its field; what the client wrote is not repeated."""
    fault = error.errors()[0]
    if fault["type"] == "json_invalid":
        return told(400, "the body is not JSON")
    place = [str(step) for step in fault["loc"] if step not in ("body", "query", "path", "header")]
    if len(place) > 1 and fault["loc"][0] == "body" and not place[1].isdigit():
        place = place[1:]  # the verb by which the body was chosen
    message = fault["msg"].removeprefix("Value error, ")
    at = ".".join(place)[:200]
    return told(422, f"{at}: {message[:1].lower()}{message[1:]}" if at else message[:1].lower() + message[1:])


def _refused(request: Request, error: Any) -> JSONResponse:
    headers = {name.lower(): value for name, value in (error.headers or {}).items()}
    if error.status_code == 405:  # the router names the methods of one route; a path has several
        headers["allow"] = ", ".join(_methods(request))
    return told(error.status_code, str(error.detail), headers)


def _methods(request: Request) -> list[str]:
    """The methods that a path takes, as the description of the service has them."""
    for path, methods in request.app.openapi()["paths"].items():
        if re.fullmatch(re.sub(r"\{\w+\}", "[^/]+", path), request.url.path):
            return sorted(method.upper() for method in methods)
    return ["GET"]


def _against(_: Request, error: Any) -> JSONResponse:
    return told(error.status, str(error))


def _bad(_: Request, error: Any) -> JSONResponse:
    return told(422, str(error))


def _away(_: Request, error: Any) -> JSONResponse:
    print(f"cannot serve: {error}", file=sys.stderr, flush=True)
    return told(503, "the service cannot do this at the moment")


def _fault(_: Request, error: Any) -> JSONResponse:
    traceback.print_exception(error)
    return told(500, "a fault in Soundwright; its operator finds more in the log")
