"""Weights from the Hugging Face hub to this machine: resumed where they broke off, and verified before they count.

A checkpoint's files gather in `NAME.part/` and get their place only when all of them are there and whole. Of a
repository only configurations, tokenizers and safetensors are taken, no code; of pickles those that its card names,
which are read as tensors alone. Parts that a repository lacks come from the ones that its card names.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any

from soundwright.engines import weights
from soundwright.engines.contract import Card
from soundwright.errors import BadRequest, CannotRun
from soundwright.progress import Progress

HUB = "https://huggingface.co"
TEXTS = (".json", ".txt", ".model", ".jinja")
WANTED = (".safetensors", *TEXTS)
TRIES = 5  # of one file, each going on where the last broke off
BLOCK = 1 << 20


@dataclass(frozen=True)
class Remote:
    """A file of a repository: its path, bytes, SHA-256 where the hub knows it, and the folder that it goes to."""

    repository: str
    path: str
    size: int
    sha256: str
    folder: str = ""


def pull(card: Card, tell: Progress, *, endpoint: str | None = None, token: str | None = None) -> Path:
    """The folder of a checkpoint's weights, fetched where it is not here yet.

    The hub's address is `endpoint`, else `$HF_ENDPOINT`; the key to gated models is `token`, else `$HF_TOKEN`. Raises
    `BadRequest` for an engine without weights, `CannotRun` when they cannot be had, `Cancelled`; what was fetched until
    then stays for the next time.
    """
    check(card)
    place = weights.place(card)
    if place.is_dir():
        return place
    from soundwright.engines import machine

    machine.need("torch", "httpx")
    hub = _Hub(card, endpoint or os.environ.get("HF_ENDPOINT") or HUB, token or os.environ.get("HF_TOKEN"))
    aside = place.with_name(f"{place.name}.part")
    try:
        with hub:
            tell("list")
            files = hub.files()
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


def check(card: Card) -> None:
    """Raise `BadRequest` for an engine that has no weights to pull."""
    if card.keys:
        raise BadRequest(f"{card.name} runs at {card.weights}: there is nothing to pull; set {' and '.join(card.keys)}")
    if not card.checkpoints or "/" not in card.weights or "://" in card.weights:
        raise BadRequest(f"the engine {card.name} has no weights to pull")


def _taken(path: str, takes: tuple[str, ...], safe: set[str]) -> bool:
    """Whether a file is one of `takes`, and no `.bin` in one of the folders with safetensors, `safe`."""
    double = path.endswith(".bin") and str(PurePosixPath(path).parent) in safe
    return PurePosixPath(path).name in takes and not double


def _room(folder: Path, total: int) -> None:
    held = sum(path.stat().st_size for path in folder.rglob("*") if path.is_file())
    free = shutil.disk_usage(folder).free
    if total - held > free:
        raise CannotRun(f"the weights take {total / 2**30:.1f} GiB and {folder} has {free / 2**30:.1f} GiB free; "
                        "set SOUNDWRIGHT_WEIGHTS to a folder with more room")  # fmt: skip


class _Hub:
    """A session with the hub for one repository."""

    def __init__(self, card: Card, endpoint: str, token: str | None) -> None:
        import httpx

        self.card, self.endpoint, self.errors = card, endpoint.rstrip("/"), httpx.HTTPError
        headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.client = httpx.Client(headers=headers, follow_redirects=True, timeout=httpx.Timeout(30.0, connect=10.0))

    def __enter__(self) -> _Hub:
        return self

    def __exit__(self, *error: Any) -> None:
        self.client.close()

    def files(self) -> list[Remote]:
        """The files that are wanted, small ones first."""
        one = next(iter(self.card.checkpoints.values()))
        found = self._list(self.card.weights, one.takes, one.leaves)
        if not any(file.path.endswith((".safetensors", *one.takes)) for file in found):
            raise CannotRun(
                f"{self.card.weights} holds no safetensors; other formats are not loaded, since they run code"
            )
        for folder, part in one.brings.items():
            takes = part.takes or (one.takes if part.weights else ())
            found += self._list(part.repository, takes, folder=folder, wanted=WANTED if part.weights else TEXTS)
        return sorted(found, key=lambda file: (file.size, file.folder, file.path))

    def _list(
        self,
        repository: str,
        takes: tuple[str, ...] = (),
        leaves: tuple[str, ...] = (),
        folder: str = "",
        wanted: tuple[str, ...] = WANTED,
    ) -> list[Remote]:
        """The files of a repository whose names end as is `wanted`, and those it `takes`, not those it `leaves`.

        A network's pickle (`.bin`) is left where safetensors lie beside it: they hold the same.
        """
        url = f"{self.endpoint}/api/models/{repository}/tree/main?recursive=true"
        rows: list[dict[str, Any]] = []
        while url:
            try:
                answer = self.client.get(url)
                self._check(answer.status_code, repository)
                rows += answer.json()
            except (self.errors, ValueError, TypeError) as error:
                raise CannotRun(f"{self.endpoint} cannot be reached or gave no list of files: {error}") from error
            url = answer.links.get("next", {}).get("url")
        safe = {str(PurePosixPath(row["path"]).parent) for row in rows if row["path"].endswith(".safetensors")}
        return [
            Remote(repository, row["path"], int(row.get("size", 0)), (row.get("lfs") or {}).get("oid", ""), folder)
            for row in rows
            if row.get("type") == "file"
            and (row["path"].endswith(wanted) or _taken(row["path"], takes, safe))
            and _inside(row["path"])
            and row["path"].partition("/")[0] not in leaves
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
        if (size := part.stat().st_size) != file.size or (file.sha256 and weights.sha256(part) != file.sha256):
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
        url = f"{self.endpoint}/{file.repository}/resolve/main/{file.path}"
        headers = {"Range": f"bytes={here}-"} if here else {}
        with self.client.stream("GET", url, headers=headers) as answer:
            self._check(answer.status_code, file.repository)
            if answer.status_code != 206:
                here = 0  # the server gives all of it again
            with part.open("ab" if here else "wb") as out:
                for block in answer.iter_bytes(BLOCK):
                    out.write(block)
                    here += len(block)
                    yield here

    def _check(self, status: int, name: str) -> None:
        """Raise `CannotRun` that says what the status of an answer about repository `name` means here."""
        if status in (401, 403):
            raise CannotRun(f"{name} is gated: accept its terms at {HUB}/{name}, make a token at {HUB}/settings/tokens "
                            "and set HF_TOKEN to it")  # fmt: skip
        if status == 404:
            raise CannotRun(f"there is no repository {name} at {self.endpoint}")
        if status >= 400:
            raise CannotRun(f"{self.endpoint} answered {status}; try again later")


def _inside(path: str) -> bool:
    """Whether a path stays in its folder."""
    pure = PurePosixPath(path)
    return not pure.is_absolute() and ".." not in pure.parts
