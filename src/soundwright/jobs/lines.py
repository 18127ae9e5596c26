"""Batches as they are written: JSON lines, one request each, all checked before the first begins."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from soundwright.errors import BadRequest
from soundwright.request import AnyRequest, EditRequest, EffectRequest, MusicRequest, SoundtrackRequest

REQUESTS = {"music": MusicRequest, "effect": EffectRequest, "soundtrack": SoundtrackRequest}
EDITS = ("cover", "repaint", "extend", "stems", "lego", "complete")


@dataclass(frozen=True)
class Job:
    """One line of a batch."""

    verb: str
    request: AnyRequest
    out: Path
    picture: bool = False  # beside it


def read(path: Path, folder: Path | None = None, *, picture: bool = False) -> list[Job]:
    """The jobs of a file of JSON lines, all checked before the first begins; with a `picture` each.

    Results go below `folder` (None: the folder of the file). Raises `BadRequest` that names the line.
    """
    folder = path.parent if folder is None else folder
    jobs, places = [], {}
    for number, fields in lines(path):
        with at_line(path, number):
            if not isinstance(fields.get("out"), str):
                raise BadRequest('a job is an object with "out", the file to write')
            asked = {name: value for name, value in fields.items() if name != "out"}
            new = job(asked, folder / fields["out"], picture)
            if new.out in places:
                raise BadRequest(f"{new.out} is written by line {places[new.out]} already")
        places[new.out] = number
        jobs.append(new)
    if not jobs:
        raise BadRequest(f"{path} holds no jobs")
    return jobs


def lines(path: Path) -> Iterator[tuple[int, dict[str, Any]]]:
    """The objects of a file of JSON lines with their line numbers from 1. Raises `BadRequest` that names the line."""
    try:
        rows = path.read_text(encoding="utf-8-sig").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise BadRequest(f"{path} cannot be read as a text of jobs: {error}") from error
    for number, row in enumerate(rows, 1):
        if not row.strip():
            continue
        with at_line(path, number):
            fields = json.loads(row)
            if not isinstance(fields, dict):
                raise BadRequest("a line is one JSON object, in braces")
        yield number, fields


@contextmanager
def at_line(path: Path, number: int) -> Iterator[None]:
    """Say of what is wrong in which line it is."""
    try:
        yield
    except (json.JSONDecodeError, BadRequest) as error:
        raise BadRequest(f"{path}, line {number}: {error}") from error


def job(fields: dict[str, Any], out: Path, picture: bool = False) -> Job:
    """The job of a line's fields, without "out". Raises `BadRequest`."""
    fields = dict(fields)
    verb = fields.pop("verb", "music")
    if verb in EDITS:
        return Job(verb, EditRequest(verb=verb, **fields), out, picture)
    if verb not in REQUESTS:
        raise BadRequest(f"there is no verb {verb!r}; there are {', '.join((*REQUESTS, *EDITS))}")
    if fields.get("variations", 1) != 1:
        raise BadRequest("a job makes one file: give each variation a line and a seed of its own")
    return Job(verb, REQUESTS[verb](**fields), out, picture)
