"""`soundwright.Client`: a service on another machine, or in another process, as a few calls.

client = soundwright.Client("http://studio:8765", key="sw-...")
job = client.submit("music", prompt="calm lo-fi piano", duration_s=30)
job.wait(lambda job: print(job.stage, job.percent))
job.download("songs/")
"""

from __future__ import annotations

import json
import mimetypes
import os
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.machine import first_line, need

if TYPE_CHECKING:
    import httpx

HERE = "http://127.0.0.1:8765"
TRIES, PAUSE_S = 8, 0.5  # a service that begins again is away for some seconds; pauses double up to 5 s
UPLOADS = ("video", "source", "melody", "reference", "dialogue")
ENDED = ("done", "failed", "cancelled")


class Client:
    """One service. `key` is also taken from SOUNDWRIGHT_KEY.

    What a service cannot do raises `BadRequest`; a service that is away or too busy raises `CannotRun`, after some
    tries. A request that is sent again is not done twice.
    """

    def __init__(self, base: str = HERE, key: str | None = None, *, timeout_s: float = 60.0) -> None:
        need("web", "httpx")
        import httpx

        key = key or os.environ.get("SOUNDWRIGHT_KEY")
        headers = {"authorization": f"Bearer {key}"} if key else {}
        try:
            self._http = httpx.Client(base_url=base, headers=headers, timeout=timeout_s)
        except (httpx.InvalidURL, ValueError) as error:
            raise BadRequest(f"{base} is no address of a service: {first_line(error)}") from None

    def __enter__(self) -> Client:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._http.close()

    def submit(self, verb: str, **fields: Any) -> RemoteJob:
        """Queue a job: `fields` are those of the request and `deliver`; a `Path` is uploaded (of a plan or of lyrics,
        its text is sent)."""
        asked = {name: self._sent(name, value) for name, value in fields.items()}
        token = {"idempotency-key": secrets.token_hex(16)}
        return RemoteJob(self, self.ask("POST", "/v1/jobs", json={"verb": verb, **asked}, headers=token).json())

    def upload(self, path: str | Path) -> str:
        """Bring a sound or a film; its id."""
        path = Path(path)
        if not path.is_file():
            raise BadRequest(f"there is no file {path}")
        kind = mimetypes.guess_type(path.name)[0] or ""
        kind = kind if kind.startswith(("audio/", "video/")) else "application/octet-stream"
        with path.open("rb") as file:
            told = {"content-type": kind, "content-length": str(path.stat().st_size)}
            answer = self.ask("POST", "/v1/files", tries=1, content=file, headers=told, params={"name": path.name})
        return answer.json()["id"]

    def job(self, id: str) -> RemoteJob:
        return RemoteJob(self, self.ask("GET", f"/v1/jobs/{id}").json())

    def jobs(self, **wanted: Any) -> list[RemoteJob]:
        """Your jobs, the newest first; `state`, `limit` and `before` narrow them."""
        return [RemoteJob(self, told) for told in self.ask("GET", "/v1/jobs", params=wanted).json()["jobs"]]

    def engines(self) -> list[dict[str, Any]]:
        return self.ask("GET", "/v1/engines").json()["engines"]

    def ask(self, method: str, path: str, *, tries: int = TRIES, **what: Any) -> httpx.Response:
        """One request, sent again while the service is away. Raises `BadRequest`, `CannotRun`."""
        import httpx

        for count in range(tries):
            try:
                answer = self._http.request(method, path, **what)
                if answer.status_code != 503 or count == tries - 1:
                    return _checked(answer)
            except httpx.TransportError as error:
                if count == tries - 1:
                    raise CannotRun(f"{self._http.base_url} does not answer: {first_line(error)}") from None
            time.sleep(min(PAUSE_S * 2**count, 5.0))
        raise AssertionError("unreachable")

    @contextmanager
    def stream(self, path: str, headers: dict[str, str] | None = None) -> Iterator[httpx.Response]:
        """An answer as it comes. Raises `BadRequest`, `CannotRun`."""
        import httpx

        try:
            with self._http.stream("GET", path, headers=headers) as answer:
                if answer.is_error:
                    answer.read()
                yield _checked(answer)
        except httpx.TransportError as error:
            raise CannotRun(f"{self._http.base_url} broke off: {first_line(error)}") from None

    def _sent(self, name: str, value: Any) -> Any:
        if not isinstance(value, Path):
            return value
        return self.upload(value) if name in UPLOADS else value.read_text("utf-8")


class RemoteJob:
    """A job of a service, as it was when last heard of."""

    def __init__(self, client: Client, told: dict[str, Any]) -> None:
        self._client, self.told = client, told

    id = property(lambda self: self.told["id"])
    state = property(lambda self: self.told["state"])
    stage = property(lambda self: self.told["stage"])
    percent = property(lambda self: self.told["percent"])
    audio_s = property(lambda self: self.told["audio_s"])
    files = property(lambda self: self.told["files"])

    def refresh(self) -> RemoteJob:
        self.told = self._client.ask("GET", f"/v1/jobs/{self.id}").json()
        return self

    def wait(self, tell: Callable[[RemoteJob], object] | None = None) -> RemoteJob:
        """Until the job is done; `tell` hears of every change. A service that begins again meanwhile is found again.

        Raises `Cancelled`, `BadRequest` or `CannotRun` as the job ends.
        """
        while self.state not in ENDED:
            try:
                for said in self._events():
                    self.told |= said
                    if tell:
                        tell(self)
            except CannotRun:
                time.sleep(PAUSE_S)
            self.refresh()
        if self.state == "cancelled":
            raise Cancelled("cancelled")
        if self.state == "failed":
            error = self.told["error"]
            raise (BadRequest if error["type"] == "bad_request" else CannotRun)(error["message"])
        return self

    def cancel(self) -> RemoteJob:
        self.told = self._client.ask("POST", f"/v1/jobs/{self.id}/cancel").json()
        return self

    def delete(self) -> None:
        """Forget the job and its files; a job that runs is stopped instead."""
        self._client.ask("DELETE", f"/v1/jobs/{self.id}")

    def download(self, place: str | Path, role: str | None = None) -> list[Path]:
        """Write the job's files (or those of one role: audio, manifest, stems ...) into the folder `place`."""
        folder = Path(place)
        folder.mkdir(parents=True, exist_ok=True)
        return [
            self._get(file, folder / Path(file["name"]).name) for file in self.files if role in (None, file["role"])
        ]

    def _get(self, file: dict[str, Any], path: Path) -> Path:
        """One file, written aside and renamed when all of it is there."""
        aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}.part")
        try:
            with self._client.stream(file["url"]) as answer, aside.open("wb") as out:
                for block in answer.iter_bytes():
                    out.write(block)
            if aside.stat().st_size != file["bytes"]:
                raise CannotRun(f"{path.name} did not come whole: try again")
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)
        return path

    def _events(self) -> Iterator[dict[str, Any]]:
        with self._client.stream(f"/v1/jobs/{self.id}/events") as answer:
            for line in answer.iter_lines():
                if line.startswith("data: "):
                    yield json.loads(line.removeprefix("data: "))


def _checked(answer: httpx.Response) -> httpx.Response:
    """The answer, if it is none of the refusals."""
    if answer.is_success:
        return answer
    try:
        said = answer.json()["error"]["message"]
    except (ValueError, KeyError, TypeError):
        said = f"status {answer.status_code}"
    raise (BadRequest if answer.status_code < 500 and answer.status_code != 429 else CannotRun)(said)
