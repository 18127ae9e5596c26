"""One job done: the request as the studio takes it, and what is written in the folder of the attempt."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from soundwright.deliver.files import numbered, slug
from soundwright.errors import BadRequest
from soundwright.progress import Progress
from soundwright.request import (
    AnyRequest,
    CuesRequest,
    EditRequest,
    EffectRequest,
    MusicRequest,
    SoundtrackRequest,
)
from soundwright.serve import asks, films

TYPES = {
    ".wav": "audio/wav", ".flac": "audio/flac", ".aiff": "audio/aiff", ".mp3": "audio/mpeg", ".ogg": "audio/ogg",
    ".opus": "audio/ogg", ".m4a": "audio/mp4", ".mp4": "video/mp4", ".mov": "video/quicktime",
    ".mkv": "video/x-matroska", ".webm": "video/webm", ".json": "application/json", ".mid": "audio/midi",
    ".png": "image/png", ".jpg": "image/jpeg", ".zip": "application/zip", ".yaml": "application/yaml",
    ".lrc": "text/plain",
}  # fmt: skip
ROLES = {
    ".peaks.json": "peaks", ".look.json": "look", ".filmstrip.jpg": "filmstrip", ".plan.yaml": "plan",
    ".stems.zip": "stems", ".json": "manifest", ".mid": "midi", ".png": "picture", ".lrc": "lyrics",
}  # fmt: skip


def perform(asked: dict[str, Any], path_of: Callable[[str], Path | str], folder: Path, tell: Progress) -> list[dict]:
    """Do what is asked and write it into `folder`; what was written, each with its role, type, size and SHA-256.

    Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    request = asks.request_of(asked, path_of)
    how = asked["deliver"]
    if isinstance(request, SoundtrackRequest):
        paths = _film(request, how, folder, tell, films.find(path_of))
    elif isinstance(request, CuesRequest):
        paths = films.look(request, how, folder / (slug(request.prompt) if request.prompt else "film"), tell)
    else:
        paths = _sounds(asked["verb"], request, how, folder, tell)
    return [_said(path, folder) for path in dict.fromkeys(paths)]


def _sounds(verb: str, request: AnyRequest, how: dict[str, Any], folder: Path, tell: Progress) -> list[Path]:
    from soundwright import studio

    if isinstance(request, MusicRequest):
        pieces = [studio.music(request, tell, stems=how["stems"])]
    elif isinstance(request, EffectRequest):
        pieces = studio.effect(request, tell)
    else:
        pieces = [studio.edit(request, tell)]  # type: ignore[arg-type]
    stem = _title(verb, request)
    paths: list[Path] = []
    for index, piece in enumerate(pieces):
        tell("write", index / len(pieces))
        rate = how["rate"]
        if rate and rate != piece.audio.rate:
            piece = replace(piece, audio=piece.audio.at(rate), stems={n: s.at(rate) for n, s in piece.stems.items()})
        place = numbered(folder / f"{stem}.{how['format']}", index, len(pieces))
        parts = "zip" if piece.stems and (how["stems"] or verb in ("stems", "lego")) else False
        paths += piece.save(
            place, bits=how["bits"], kbps=how["kbps"], stems=parts, midi=how["midi"], plan=True, picture=how["picture"],
            peaks=True, watermark=how["watermark"] == "all" or how["watermark"] or False,
        )  # fmt: skip
    return paths


def _title(verb: str, request: AnyRequest) -> str:
    """What the files of a job are called: as the prompt is, or as the song is of which a section was made anew."""
    if isinstance(request, EditRequest) and request.section and request.source.startswith("results"):
        return Path(request.source).stem
    return slug(request.prompt) if request.prompt else verb


def _film(
    request: SoundtrackRequest, how: dict[str, Any], folder: Path, tell: Progress, find: Callable[[str], Path]
) -> list[Path]:
    from soundwright import soundtrack
    from soundwright.deliver import peaks
    from soundwright.video import clock, mux

    place = folder / f"{slug(request.prompt) if request.prompt else 'soundtrack'}.{how['format']}"
    mux.check(clock.film(request.video), place)
    made = soundtrack.soundtrack(request, tell, find)
    sound = how["sound"] and f".{how['sound']}"
    paths = made.save(place, tell, keep_audio=request.keep_audio, stems=how["stems"], sound=sound,
                       picture=how["picture"])  # fmt: skip
    outline = place.with_suffix(".peaks.json")
    outline.write_text(peaks.dumps(made.audio), "utf-8")
    return [*paths, outline]


def _said(path: Path, folder: Path) -> dict[str, Any]:
    """How a file is told of: its name within the folder, with "/" only for a stem of a film."""
    name = path.relative_to(folder).as_posix()
    role = next((role for ending, role in ROLES.items() if name.endswith(ending)), None)
    kind = TYPES.get(path.suffix.lower(), "application/octet-stream")
    if role is None:
        role = "stem" if "/" in name else kind.partition("/")[0]
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return {"name": name.replace("/", "."), "stored": name, "role": role, "type": kind,
            "bytes": path.stat().st_size, "sha256": digest}  # fmt: skip


def check(verb: str, asked: dict[str, Any], longest_s: float, engines: tuple[str, ...]) -> set[str]:
    """Refuse at once what could only fail later; the uploads that a plan names. Raises `BadRequest`, before anything
    loads."""
    from soundwright.deliver import encode
    from soundwright.finish import presets

    request, how = asks.request_of(asked, lambda id: id), asked["deliver"]
    named: set[str] = set()
    if plan := asked.get("plan"):
        asks.check_plan(plan)
        if verb in ("soundtrack", "cues"):
            library = "library" in open_engines(engines)
            named = films.uploads(films.check(plan, lambda name: _check_engine("effect", name, engines), library))
    if isinstance(request, CuesRequest):
        return named
    seconds = (asked.get("duration_s") or 0.0) * (asked.get("variations") or 1)
    seconds = max(seconds, asked.get("left_s", 0.0) + asked.get("right_s", 0.0))
    if seconds > longest_s:
        raise BadRequest(f"{seconds:g} seconds are more than the {longest_s:g} that are made at a time here")
    if verb != "soundtrack":
        encode.check_ending(Path(f"sound.{how['format']}"))
        encode.check(Path(f"sound.{how['format']}"), how["rate"] or 48_000, 2, how["bits"], how["kbps"])
    if preset := asked.get("preset"):
        presets.preset(preset)
    _check_engine("music" if asked.get("section") else verb, request.engine, engines)
    return named


CLOSED = ("hosted", "library")  # they cost the operator money, or play private recordings


def open_engines(named: tuple[str, ...]) -> list[str]:
    """The engines that clients may name: those of `named`, or all but `CLOSED`."""
    from soundwright.engines import ENGINES

    return [name for name in ENGINES if (any(n.partition("/")[0] == name for n in named) if named
                                         else name not in CLOSED)]  # fmt: skip


def _check_engine(verb: str, name: str, named: tuple[str, ...]) -> None:
    from soundwright import engines

    if name == "auto":
        return
    able = open_engines(named)
    engine = name.partition("/")[0]
    if engine not in able or (named and name not in named and engine not in named):
        raise BadRequest(f"there is no engine {name[:60]!r} here; there are {', '.join(able)}")
    card = engines.card(name)
    films = verb == "soundtrack" and "effect" in card.verbs
    if verb not in card.verbs and not films:
        raise BadRequest(f"the engine {name} makes no {verb}")
