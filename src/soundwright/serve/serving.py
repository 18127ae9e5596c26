"""The application on a socket, until it is told to stop; whoever follows a job is let go first."""

from __future__ import annotations

import socket
from collections.abc import Callable

from fastapi import FastAPI

from soundwright.errors import BadRequest, CannotRun

LEAVE_S = 15  # for answers that are on their way


def serve(site: FastAPI, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve `site`; `ready` is told the address as soon as it is taken (port 0: any that is free).

    Raises `CannotRun` when the address is taken, `BadRequest` when it is none.
    """
    import uvicorn

    class Server(uvicorn.Server):
        def handle_exit(self, sig, frame) -> None:
            site.state.house.watch.closing = True
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
