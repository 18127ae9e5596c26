"""Weights from the Hugging Face hub, or from a plain address, to this machine: resumed where they broke off, and
verified before they count.

Files gather in `NAME.part/` and get their place only when all of them are there and whole. Of a repository only
configurations, tokenizers and safetensors are taken, no code; of pickles those that are named, which are read as
tensors alone.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from soundwright.errors import CannotRun
from soundwright.machine import need
from soundwright.progress import Progress
from soundwright.weights import sha256

HUB = "https://huggingface.co"
TEXTS = (".json", ".txt", ".model", ".jinja")
WANTED = (".safetensors", *TEXTS)
TRIES = 5  # of one file, each going on where the last broke off
BLOCK = 1 << 20


@dataclass(frozen=True)
class Source:
    """What is wanted of a repository, and the folder that it goes to.

    `takes` are files that are no safetensors and wanted all the same, but a network's pickle (`.bin`) is left where
    safetensors lie beside it: they hold the same. `leaves` are folders and files at its top that are not wanted.
    Without `weights`: texts and what it takes alone.
    """

    repository: str
    folder: str = ""
    takes: tuple[str, ...] = ()
    leaves: tuple[str, ...] = ()
    weights: bool = True


@dataclass(frozen=True)
class File:
    """A file at an address that is no repository; `sha256` is as much of its beginning as is known."""

    url: str
    name: str
    sha256: str = ""


@dataclass(frozen=True)
class Remote:
    """A file to fetch: its repository and path there, bytes, SHA-256 where it is known, the folder that it goes to."""

    repository: str
    path: str
    size: int
    sha256: str
    url: str
    folder: str = ""


def pull(
    place: Path,
    sources: list[Source | File],
    tell: Progress,
    *,
    endpoint: str | None = None,
    token: str | None = None,
) -> Path:
    """`place`, the folder of weights from all `sources`, fetched where it is not here yet.

    The hub's address is `endpoint`, else `$HF_ENDPOINT`; the key to gated models is `token`, else `$HF_TOKEN`. Raises
    `CannotRun` when they cannot be had, `Cancelled`; what was fetched until then stays for the next time.
    """
    if place.is_dir():
        return place
    need("torch", "httpx")
    hub = _Hub(endpoint or os.environ.get("HF_ENDPOINT") or HUB, token or os.environ.get("HF_TOKEN"))
    aside = place.with_name(f"{place.name}.part")
    try:
        with hub:
            tell("list")
            files = hub.files(sources)
            total = sum(file.size for file in files)
            aside.mkdir(parents=True, exist_ok=True)
            _room(aside, total)
            done = 0
            for file in files:
                for fetched in hub.fetch(file, aside / file.folder / file.path):
                    tell("pull", (done + fetched) / max(total, 1))
                done += file.size
            aside.rename(place)
    except OSError as error:
        raise CannotRun(f"{aside} cannot be written: {error.strerror or error}") from error
    tell("pull", 1.0)
    return place


def _room(folder: Path, total: int) -> None:
    held = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    free = shutil.disk_usage(folder).free
    if total - held > free:
        raise CannotRun(f"the weights take {total / 2**30:.1f} GiB and {folder} has {free / 2**30:.1f} GiB free; "
                        "set SOUNDWRIGHT_WEIGHTS to a folder with more room")  # fmt: skip


class _Hub:
    """A session with the hub."""

    def __init__(self, endpoint: str, token: str | None) -> None:
        import httpx

        self.endpoint, self.errors = endpoint.rstrip("/"), httpx.HTTPError
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = httpx.Client(follow_redirects=True, timeout=httpx.Timeout(30.0, connect=10.0))

    def __enter__(self) -> _Hub:
        return self

    def __exit__(self, *error: Any) -> None:
        self.client.close()

    def files(self, sources: list[Source | File]) -> list[Remote]:
        """The files that are wanted, small ones first."""
        found: list[Remote] = []
        for number, source in enumerate(sources):
            if isinstance(source, File):
                found.append(self._file(source))
                continue
            part = self._list(source)
            if not number and not any(row.path.endswith((".safetensors", *source.takes)) for row in part):
                raise CannotRun(
                    f"{source.repository} holds no safetensors; other formats are not loaded, since they run code"
                )
            found += part
        return sorted(found, key=lambda file: (file.size, file.folder, file.path))

    def _file(self, source: File) -> Remote:
        try:
            answer = self.client.head(source.url)
        except self.errors as error:
            raise CannotRun(f"{source.url} cannot be reached: {error}") from error
        self._check(answer.status_code, source.url)
        size = int(answer.headers.get("Content-Length", 0))
        return Remote(source.url, source.name, size, source.sha256, source.url)

    def _list(self, source: Source) -> list[Remote]:
        """The files of a repository that its source wants."""
        url = f"{self.endpoint}/api/models/{source.repository}/tree/main?recursive=true"
        rows: list[dict[str, Any]] = []
        while url:
            try:
                answer = self.client.get(url, headers=self.headers)
                self._check(answer.status_code, source.repository)
                rows += answer.json()
            except (self.errors, ValueError, TypeError) as error:
                raise CannotRun(f"{self.endpoint} cannot be reached or gave no list of files: {error}") from error
            url = answer.links.get("next", {}).get("url")
        rows = [row for row in rows if row.get("type") == "file" and _inside(row["path"])]
        rows = [row for row in rows if row["path"].partition("/")[0] not in source.leaves]
        wanted = WANTED if source.weights else TEXTS
        safe = {str(PurePosixPath(row["path"]).parent) for row in rows if row["path"].endswith(".safetensors")}
        return [
            Remote(
                source.repository,
                row["path"],
                int(row.get("size", 0)),
                (row.get("lfs") or {}).get("oid", ""),
                f"{self.endpoint}/{source.repository}/resolve/main/{row['path']}",
                source.folder,
            )
            for row in rows
            if row["path"].endswith(wanted) or _taken(row["path"], source.takes, safe)
        ]

    def fetch(self, file: Remote, place: Path) -> Iterator[int]:
        """Fetch a file to `place`, going on from what is there; yields the bytes that are there so far."""
        place.parent.mkdir(parents=True, exist_ok=True)
        if place.is_file():
            yield file.size
            return
        part = place.with_name(f"{place.name}.part")
        for attempt in range(TRIES):
            try:
                yield from self._stream(file, part)
                break
            except self.errors as error:
                if attempt == TRIES - 1:
                    raise CannotRun(f"{file.path} broke off {TRIES} times ({error}); run it again to go on") from error
        if (size := part.stat().st_size) != file.size or not sha256(part).startswith(file.sha256):
            part.unlink()
            what = f"{size} bytes instead of {file.size}" if size != file.size else "another SHA-256"
            raise CannotRun(f"{file.path} came damaged ({what}) and was deleted; run it again")
        part.rename(place)

    def _stream(self, file: Remote, part: Path) -> Iterator[int]:
        here = part.stat().st_size if part.exists() else 0
        if here > file.size:
            part.unlink()
            here = 0
        if here == file.size and part.exists():
            return
        headers = {"Range": f"bytes={here}-"} if here else {}
        if file.url.startswith(self.endpoint):  # the key goes to the hub alone
            headers |= self.headers
        with self.client.stream("GET", file.url, headers=headers) as answer:
            self._check(answer.status_code, file.repository)
            if answer.status_code != 206:
                here = 0  # the server gives all of it again
            with part.open("ab" if here else "wb") as out:
                for block in answer.iter_bytes(BLOCK):
                    out.write(block)
                    here += len(block)
                    yield here

    def _check(self, status: int, name: str) -> None:
        """Raise `CannotRun` that says what the status of an answer about `name` means here."""
        if "://" in name and status >= 400:
            raise CannotRun(f"{name} answered {status}; try again later, or fetch it by hand (--weights DIR)")
        if status in (401, 403):
            raise CannotRun(f"{name} is gated: accept its terms at {HUB}/{name}, make a token at {HUB}/settings/tokens "
                            "and set HF_TOKEN to it")  # fmt: skip
        if status == 404:
            raise CannotRun(f"there is no repository {name} at {self.endpoint}")
        if status >= 400:
            raise CannotRun(f"{self.endpoint} answered {status}; try again later")


def _taken(path: str, takes: tuple[str, ...], safe: set[str]) -> bool:
    """Whether a file is one of `takes`, and no `.bin` in one of the folders with safetensors, `safe`."""
    double = path.endswith(".bin") and str(PurePosixPath(path).parent) in safe
    return PurePosixPath(path).name in takes and not double


def _inside(path: str) -> bool:
    """Whether a path stays in its folder."""
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts
