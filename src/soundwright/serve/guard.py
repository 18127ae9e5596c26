"""What stands before every route: who may call from where, how much they may send, and careful headers on answers.

A page elsewhere on the web can make a browser call a service on this machine. It is kept out three times over: by the
Host header (a name that was pointed at this address after the page was loaded), by Origin and Sec-Fetch-Site, and
because bodies are JSON or raw bytes, which no form can send and for which browsers ask leave that is never given.
"""

from __future__ import annotations

import asyncio
import ipaddress
import re
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import urlsplit

from soundwright import serving
from soundwright.serve.faults import told

MOST_BYTES = 512 * 1024  # of a body of JSON; a plan has at most 100 kB
STALL_S = 30.0  # a body of which nothing comes for so long is given up
HOST = re.compile(r"(\[(?P<v6>[0-9A-Fa-f:.]+)\]|(?P<name>[A-Za-z0-9._-]+))(:\d{1,5})?")
STREAMED = "/v1/files"  # takes its body as it comes, and counts by itself
HEADERS = {"content-security-policy": "default-src 'none'; frame-ancestors 'none'; sandbox", **serving.HEADERS}
Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]


class Guard:
    """ASGI middleware; `names` are the hosts by which the service may be called beside addresses and localhost."""

    def __init__(self, inner: Callable[..., Awaitable[None]], names: tuple[str, ...] = ()) -> None:
        self.inner, self.names = inner, {name.lower() for name in names} | {"localhost"}

    async def __call__(self, scope: Scope, receive: Callable, send: Callable) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        careful = serving.careful(send, HEADERS)
        said = _headers(scope)
        if refused := self._stranger(scope, said) or _unfit(scope, said):
            await told(*refused)(scope, receive, careful)
            return
        if scope["path"] == STREAMED:
            await self.inner(scope, receive, careful)
            return
        body = await _body(receive)
        if not isinstance(body, bytes):
            await told(*body)(scope, receive, careful)
            return
        rest = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def again() -> Message:
            return next(rest, None) or await receive()

        await self.inner(scope, again, careful)

    def _stranger(self, scope: Scope, said: dict[str, str]) -> tuple[int, str] | None:
        """Why a request comes from where none should, if it does."""
        host = said.get("host", "")
        if not self._own(host):
            return 403, "this service is not known by that name: its operator can add it (--name)"
        origin = said.get("origin")
        if origin is not None and urlsplit(origin).netloc.lower() != host.lower():
            return 403, "requests from other sites are not answered"
        if said.get("sec-fetch-site") in ("cross-site", "same-site"):
            return 403, "requests from other sites are not answered"
        return None

    def _own(self, host: str) -> bool:
        found = HOST.fullmatch(host)
        if found is None:
            return False
        name = (found["v6"] or found["name"]).lower()
        if name in self.names:
            return True
        try:
            ipaddress.ip_address(name)
        except ValueError:
            return False
        return True  # an address was not looked up by name, so nobody can have pointed that name here


def _headers(scope: Scope) -> dict[str, str]:
    return {name.decode("latin-1").lower(): value.decode("latin-1") for name, value in scope["headers"]}


def _unfit(scope: Scope, said: dict[str, str]) -> tuple[int, str] | None:
    """Why a body is of no type that is taken, if it is of none."""
    if scope["method"] not in ("POST", "PUT", "PATCH"):
        return None
    kind = said.get("content-type", "").partition(";")[0].strip().lower()
    if scope["path"] == STREAMED:
        ok = kind == "application/octet-stream" or kind.startswith(("audio/", "video/"))
        return None if ok else (415, "send a file as the body itself, as application/octet-stream, audio/* or video/*")
    empty = not kind and said.get("content-length", "0") == "0" and "transfer-encoding" not in said
    return None if kind == "application/json" or empty else (415, "send JSON, as application/json")


async def _body(receive: Callable) -> bytes | tuple[int, str]:
    """The whole body, or why there is none: as soon as there is too much of it, or no more comes."""
    body = bytearray()
    while True:
        try:
            message = await asyncio.wait_for(receive(), STALL_S)
        except TimeoutError:
            return 400, "the body stopped coming"
        if message["type"] == "http.disconnect":
            return 400, "the body broke off"
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return 413, f"a body has at most {MOST_BYTES} bytes"
        if not message.get("more_body"):
            return bytes(body)
