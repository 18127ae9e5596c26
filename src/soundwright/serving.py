"""An application on a socket, until it is told to stop, and the careful headers of all that is served."""

from __future__ import annotations

import socket
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any

from soundwright.errors import BadRequest, CannotRun

LEAVE_S = 15  # for those answers
HEADERS = {
    "x-content-type-options": "nosniff",
    "referrer-policy": "no-referrer",
    "x-frame-options": "DENY",
    "cross-origin-resource-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cache-control": "no-store",
}


def serve(
    site: Any, host: str, port: int, ready: Callable[[str], None], leaving: Callable[[], None] = lambda: None
) -> None:
    """Serve the ASGI application `site`; `ready` is told the address as soon as it is taken (port 0: any that is free),
    and `leaving` is called when it is told to stop, before it waits for answers that are on their way.

    Raises `CannotRun` when the address is taken, `BadRequest` when it is none.
    """
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig, frame) -> None:
            leaving()
            super().handle_exit(sig, frame)

    try:
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        taken = socket.create_server((host, port), family=family, backlog=512)
    except OSError as error:
        raise CannotRun(f"{host}:{port} cannot be served: {error.strerror or error}") from None
    except OverflowError:
        raise BadRequest(f"there is no port {port}; ports are 0 to 65535") from None
    shown = f"[{host}]" if ":" in host else host
    with taken:
        ready(f"http://{shown}:{taken.getsockname()[1]}")
        config = uvicorn.Config(
            site, log_level="warning", access_log=False, server_header=False, timeout_graceful_shutdown=LEAVE_S
        )
        Server(config).run(sockets=[taken])


def careful(send: Callable[..., Awaitable[None]], headers: dict[str, str]) -> Callable[..., Awaitable[None]]:
    """An ASGI `send` that gives every response those of the headers that it does not bring itself."""

    async def sent(message: MutableMapping[str, Any]) -> None:
        if message["type"] == "http.response.start":
            given = {name.lower() for name, _ in message["headers"]}
            more = [(k.encode(), v.encode()) for k, v in headers.items() if k.encode() not in given]
            message["headers"] = [*message["headers"], *more]
        await send(message)

    return sent
