"""The web application: one page for raters, their sounds under opaque names, and their answers.

Everything a rater asks for lies under `/r/TOKEN/`; the page itself is a closed table of files, so that no path leads
anywhere else. Answers are small JSON objects of a fixed shape.
"""

from collections.abc import Awaitable, Callable, MutableMapping
from functools import lru_cache
from pathlib import Path
from typing import Annotated, Any

from fastapi import APIRouter, Depends, FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from fastapi.responses import HTMLResponse, JSONResponse
from pydantic import BaseModel, ConfigDict, Field
from starlette.exceptions import HTTPException

from soundwright import serving
from soundwright.errors import CannotRun
from soundwright.listen.design import Trial
from soundwright.listen.document import ListeningTest
from soundwright.listen.session import CHOICES, Refused, Session
from soundwright.listen.stimuli import Stimuli
from soundwright.listen.store import Locked, Rater, Store

PAGE = Path(__file__).with_name("page")
TYPES = {".html": "text/html", ".js": "text/javascript", ".css": "text/css", ".svg": "image/svg+xml"}
MOST_BYTES = 8192  # of an answer; the largest that a page sends has about 700
HEADERS = {
    "content-security-policy": "default-src 'self'; img-src 'self' data:; object-src 'none'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'none'",
    "permissions-policy": "camera=(), geolocation=(), microphone=()",
    **serving.HEADERS,
}
UNKNOWN = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
    '<title>Listening test</title><link rel="stylesheet" href="/page/style.css"><main class="card message">'
    "<h1>This link opens no test</h1><p>Please take the whole link from your invitation. If it still does not open, "
    "ask whoever invited you for another.</p></main></html>"
)
Opaque = Annotated[str, Field(pattern=r"^[0-9a-f]{32}$")]


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False)


class Answer(_Body):
    """One rating: the sound that is meant ("tie" for no difference) and its value."""

    trial: Opaque
    stimulus: Annotated[str, Field(pattern=r"^([0-9a-f]{32}|tie)$")]
    value: Annotated[int, Field(ge=0, le=100)]


class Done(_Body):
    """A trial that the rater leaves: how long it took, how often each sound was played."""

    trial: Opaque
    elapsed_ms: Annotated[int, Field(ge=0, le=7 * 86_400_000)]
    plays: Annotated[dict[Opaque, Annotated[int, Field(ge=0, le=1_000_000)]], Field(max_length=16)] = {}


class Room:
    """The test that is served, its sounds, its answers, and the sessions that were opened lately."""

    def __init__(self, test: ListeningTest, stimuli: Stimuli, store: Store) -> None:
        self.test, self.stimuli, self.store = test, stimuli, store
        self.session = lru_cache(maxsize=1024)(lambda rater: Session(test, store.secret, rater))
        self.files = {path.name: path.read_bytes() for path in PAGE.iterdir() if path.suffix in TYPES}


def _room(request: Request) -> Room:
    return request.app.state.room


Here = Annotated[Room, Depends(_room)]


def _rater(token: str, room: Here) -> Rater:
    rater = room.store.rater(token)
    if rater is None:
        raise HTTPException(404, "this link opens no test")
    return rater


Known = Annotated[Rater, Depends(_rater)]
routes = APIRouter()


def app(test: ListeningTest, stimuli: Stimuli, store: Store) -> FastAPI:
    """The application for one test, whose sounds are made and whose store is open."""
    site = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    site.state.room = Room(test, stimuli, store)
    site.include_router(routes)
    for kind, answers in ((RequestValidationError, _malformed), (CannotRun, _broken), (HTTPException, _refused)):
        site.add_exception_handler(kind, answers)
    site.add_middleware(_Guard)
    return site


@routes.get("/health")
def health() -> dict[str, str]:
    return {"status": "ok"}


@routes.get("/page/{name}")
def page(name: str, room: Here) -> Response:
    if name not in room.files or name == "index.html":
        raise HTTPException(404, "there is no such file")
    return Response(room.files[name], media_type=TYPES[Path(name).suffix], headers={"cache-control": "no-cache"})


@routes.get("/r/{token}")
def index(rater: Known, room: Here) -> Response:
    return HTMLResponse(room.files["index.html"])


@routes.get("/r/{token}/session")
def session(rater: Known, room: Here) -> dict[str, Any]:
    return room.session(rater.name).told(*room.store.answers(rater))


@routes.get("/r/{token}/sound/{name}.wav")
def sound(rater: Known, name: str, room: Here) -> Response:
    found = room.session(rater.name).sounds.get(name)
    if found is None:
        raise HTTPException(404, "there is no such sound")
    trial, place = found
    data = room.stimuli.bytes_of(trial.phase, trial.item, trial.sounds[place])
    return Response(data, media_type="audio/wav", headers={"cache-control": "private, max-age=86400"})


@routes.post("/r/{token}/answer")
def answer(rater: Known, body: Answer, room: Here) -> dict[str, bool]:
    own = room.session(rater.name)
    trial = _trial(own, body.trial)
    try:
        condition, value = own.answer(trial, body.stimulus, body.value)
        room.store.rate(rater, trial, condition, value, only=room.test.kind in CHOICES)
    except Refused as error:
        raise HTTPException(422, str(error)) from None
    except Locked:
        raise HTTPException(409, "this trial is done; its answers stand") from None
    return {"saved": True}


@routes.post("/r/{token}/done")
def done(rater: Known, body: Done, room: Here) -> dict[str, bool]:
    own = room.session(rater.name)
    trial = _trial(own, body.trial)
    plays = {own.heard(name): count for name, count in body.plays.items() if name in own.sounds}
    lacking = room.store.finish(rater, trial, own.place(trial), body.elapsed_ms, plays, own.most(trial))
    if lacking:
        raise HTTPException(409, f"{lacking} answers are lacking")
    return {"saved": True}


def _trial(own: Session, name: str) -> Trial:
    if name not in own.trials:
        raise HTTPException(404, "there is no such trial")
    return own.trials[name]


def _malformed(_: Request, error: Any) -> Response:
    at = ".".join(str(step) for step in error.errors()[0]["loc"][1:2])
    return JSONResponse({"detail": f"this is no answer: {at or 'body'} is not as it should be"}, 422)


def _broken(_: Request, error: Any) -> Response:
    return JSONResponse({"detail": "the answer could not be kept; please try again"}, 503)


def _refused(request: Request, error: Any) -> Response:
    """In JSON, but for a person who opens a wrong link."""
    if error.status_code == 404 and "text/html" in request.headers.get("accept", ""):
        return HTMLResponse(UNKNOWN, 404)
    return JSONResponse({"detail": error.detail}, error.status_code)


Scope = MutableMapping[str, Any]
Message = MutableMapping[str, Any]


class _Guard:
    """Refuses bodies that are too large before they are read, and gives every response the same careful headers."""

    def __init__(self, inner: Callable[..., Awaitable[None]]) -> None:
        self.inner = inner

    async def __call__(self, scope: Scope, receive: Callable, send: Callable) -> None:
        if scope["type"] != "http":
            await self.inner(scope, receive, send)
            return
        body, careful = await _body(receive), serving.careful(send, HEADERS)
        if body is None:
            await JSONResponse({"detail": "an answer is smaller than that"}, 413)(scope, receive, careful)
            return
        rest = iter([{"type": "http.request", "body": body, "more_body": False}])

        async def again() -> Message:
            return next(rest, None) or await receive()

        await self.inner(scope, again, careful)


async def _body(receive: Callable) -> bytes | None:
    """The whole body, or None as soon as there is too much of it."""
    body = b""
    while True:
        message = await receive()
        body += message.get("body", b"")
        if len(body) > MOST_BYTES:
            return None
        if not message.get("more_body"):
            return body
