"""The studio's page: what `make page` builds, served as a closed table of files. It uses `/v1` like any client."""

from __future__ import annotations

import hashlib
import secrets
from pathlib import Path

from fastapi import APIRouter, Request, Response
from starlette.exceptions import HTTPException

PAGE = Path(__file__).with_name("page")
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml",
         ".txt": "text/plain"}  # fmt: skip
NONCE = "__NONCE__"  # where the index tells scripts which styles of theirs will be taken
CSP = (
    "default-src 'self'; style-src 'self' 'nonce-{nonce}'; img-src 'self' data: blob:; media-src 'self' blob:; "
    "object-src 'none'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
)
QUIET = {"permissions-policy": "camera=(), geolocation=(), microphone=()"}


def page() -> APIRouter:
    """The routes of the page: `/`, and `/page/NAME` for what it is made of."""
    files = {path.name: path.read_bytes() for path in sorted(PAGE.iterdir()) if path.suffix in TYPES}
    index = files.pop("index.html").decode("utf-8")
    tags = {name: f'"{hashlib.sha256(content).hexdigest()[:32]}"' for name, content in files.items()}
    router = APIRouter(include_in_schema=False)

    @router.api_route("/", methods=["GET", "HEAD"])
    def whole() -> Response:
        nonce = secrets.token_urlsafe(16)
        headers = {"content-security-policy": CSP.format(nonce=nonce), "cache-control": "no-store", **QUIET}
        return Response(index.replace(NONCE, nonce), media_type=TYPES[".html"], headers=headers)

    @router.api_route("/page/{name}", methods=["GET", "HEAD"])
    def part(name: str, request: Request) -> Response:
        if name not in files:
            raise HTTPException(404, "the page has no such file")
        headers = {"etag": tags[name], "cache-control": "no-cache"}
        known = {tag.strip() for tag in request.headers.get("if-none-match", "").split(",")}
        if known & {tags[name], "*"}:
            return Response(status_code=304, headers=headers)
        return Response(files[name], media_type=TYPES[Path(name).suffix], headers=headers)

    return router
