"""The application on a socket, until it is told to stop."""

from __future__ import annotations

import socket
from collections.abc import Callable

from soundwright.errors import BadRequest, CannotRun


def serve(site, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Serve `site`; `ready` is told the address as soon as it is taken (port 0: any that is free).

    Raises `CannotRun` when the address is taken, `BadRequest` when it is none.
    """
    import uvicorn

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
        config = uvicorn.Config(site, log_level="warning", lifespan="off", access_log=False, server_header=False)
        uvicorn.Server(config).run(sockets=[taken])
