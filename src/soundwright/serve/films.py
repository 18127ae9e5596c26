"""Films over HTTP: what a client may say in a cue plan, what a look at a film gives, and whose recordings play."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from soundwright.errors import BadRequest
from soundwright.progress import Progress
from soundwright.request import CuesRequest

if TYPE_CHECKING:
    from soundwright.plan.cues import CuePlan
    from soundwright.video.clock import Film

MOST_CUES, MOST_SCENES = 1000, 200
UPLOAD, RECORDING = re.compile("[0-9a-f]{32}"), re.compile("library:[0-9a-f]{64}")
CONTAINERS = (  # where in a film, which bytes, and as what a browser is given it
    (4, b"ftyp", "video/mp4"), (0, b"\x1aE\xdf\xa3", "video/webm"), (0, b"RIFF", "video/x-msvideo"),
    (0, b"\x47", "video/mp2t"), (0, b"\x00\x00\x01\xba", "video/mpeg"),
)  # fmt: skip


def check(text: str, may_play: Callable[[str], None], library: bool) -> CuePlan:
    """The cue plan that a client sent. `may_play` refuses an engine; `library` tells whether that is open.

    Raises `BadRequest` for what is no plan, for too much of one, and for a recording that is not the client's to name.
    """
    from soundwright.plan import cues

    plan = cues.read(text + "\n")
    for name, parts, most in (("cues", plan.cues, MOST_CUES), ("scenes", plan.scenes, MOST_SCENES)):
        if len(parts) > most:
            raise BadRequest(f"plan: {len(parts)} {name} are more than the {most} that are taken here")
    for engine in {cue.engine for cue in plan.cues} - {""}:
        may_play(engine)
    for cue in plan.cues:
        open_one = RECORDING.fullmatch(cue.recording) and library
        if cue.recording and not open_one and not UPLOAD.fullmatch(cue.recording):
            raise BadRequest(f"plan: the recording of cue {cue.number} is neither the id of an upload nor open here")
    return plan


def uploads(plan: CuePlan) -> set[str]:
    """The uploads that play cues of a plan."""
    return {cue.recording for cue in plan.cues if UPLOAD.fullmatch(cue.recording)}


def find(path_of: Callable[[str], Path | str]) -> Callable[[str], Path]:
    """Where the recordings of a job lie: never where a text says, always where an upload or the library is."""
    from soundwright.direct import recorded

    def found(recording: str) -> Path:
        if RECORDING.fullmatch(recording):
            return recorded.find(recording)
        if UPLOAD.fullmatch(recording):
            return Path(path_of(recording))
        raise BadRequest("a recording is named by the id of an upload")

    return found


def look(request: CuesRequest, how: dict[str, Any], place: Path, tell: Progress) -> list[Path]:
    """Look at a film and write `place`.plan.yaml, .look.json (film, shots, events, motion, thumbnails, the plan as
    JSON) and .filmstrip.jpg."""
    from soundwright import soundtrack
    from soundwright.plan import cues
    from soundwright.video import strip

    plan, seen = soundtrack.look(request, tell)
    tell("write")
    picture, lying = strip.filmstrip(seen, how["thumbnails"])
    said = strip.facts(seen) | {
        "format": _format(seen.film),
        "motion": strip.motion(seen), "thumbnails": lying, "plan": plan.model_dump(mode="json"),
    }  # fmt: skip
    paths = [place.with_name(f"{place.name}{end}") for end in (".plan.yaml", ".look.json", ".filmstrip.jpg")]
    paths[0].write_text(cues.write(plan), "utf-8")
    paths[1].write_text(json.dumps(said, separators=(",", ":"), allow_nan=False), "utf-8")
    paths[2].write_bytes(picture)
    return paths


def _format(film: Film) -> str:
    """The first ending of `DeliverFilm.format` that can hold a film's pictures untouched; Matroska holds the most."""
    from soundwright.video import mux

    for name in ("mp4", "webm", "mov"):
        try:
            mux.check(film, Path(f"film.{name}"))
        except BadRequest:
            continue
        return name
    return "mkv"


def kind(path: Path) -> str:
    """As what an upload's own bytes are given to a browser, by how they begin."""
    with path.open("rb") as file:
        head = file.read(64)
    found = next((kind for at, magic, kind in CONTAINERS if head[at : at + len(magic)] == magic), "")
    if found == "video/webm" and b"webm" not in head:
        return "video/x-matroska"
    return "audio/wav" if head[8:12] == b"WAVE" else found or "application/octet-stream"
