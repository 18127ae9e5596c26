"""The application: guard, faults and routes around one house. A page is a router more."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import APIRouter, FastAPI
from starlette.concurrency import run_in_threadpool

from soundwright.deliver.manifest import VERSION
from soundwright.serve import faults
from soundwright.serve.doors import doors
from soundwright.serve.guard import Guard
from soundwright.serve.house import House
from soundwright.serve.routes import open_routes, routes
from soundwright.serve.settings import Settings

ABOUT = """Music, sound effects and soundtracks from words, as jobs.

`POST /v1/jobs` queues one, `/v1/jobs/{id}/events` tells how far it is, `/v1/jobs/{id}/files/{name}` gives what it made.
Files come by `POST /v1/files` and are named by their ids. Every refusal is `{"error": {"message", "type"}}`."""


def app(settings: Settings, page: APIRouter | None = None) -> FastAPI:
    """The application of a service, its database open. Raises `BadRequest`, `CannotRun`.

    `page` brings routes of its own (they set their own content security policy) and uses `/v1` like any client.
    """
    house = House(settings)

    @asynccontextmanager
    async def stands(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(house.open)
        try:
            yield
        finally:
            await run_in_threadpool(house.close)

    site = FastAPI(
        title="Soundwright", version=VERSION, description=ABOUT, lifespan=stands, docs_url=None, redoc_url=None,
        separate_input_output_schemas=False,
    )  # fmt: skip
    site.state.house = house
    for router in (page, open_routes, routes, doors):
        if router is not None:
            site.include_router(router)
    faults.handle(site)
    site.add_middleware(Guard, names=settings.names)
    return site
