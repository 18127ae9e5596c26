"""The way of a file made by anything: mastered into another, or only measured."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

from soundwright.audio import Stream
from soundwright.deliver import encode, long
from soundwright.deliver.piece import Piece
from soundwright.progress import Progress

if TYPE_CHECKING:
    from soundwright.finish.meter import Reading


def finish(
    source: Path,
    out: Path,
    *,
    preset: str,
    reference: Path | None = None,
    loudness_lufs: float | None = None,
    ceiling_dbtp: float | None = None,
    bits: int = 24,
    rate: int | None = None,
    picture: bool = False,
    tell: Progress | None = None,
) -> tuple[list[Path], dict[str, Any]]:
    """Master a file made by anything into `out`; returns the paths written and the facts of the manifest.

    Files over `long.LONG_S` stay in bounded memory, and then `out` must be WAV. Raises `BadRequest`, `CannotRun`.
    """
    from soundwright import finish as chains

    tell = tell or Progress()
    tell("finish")
    wanted: dict[str, Any] = {
        "preset": preset,
        "loudness_lufs": loudness_lufs,
        "ceiling_dbtp": ceiling_dbtp,
        "bits": bits,
    }
    if reference is not None:
        wanted["reference"] = encode.read(reference)
    facts: dict[str, Any] = {
        "task": "finish",
        "title": source.stem,
        "request": {"source": source.name, **{k: v for k, v in wanted.items() if k != "reference"}},
    }
    if long.seconds(source) > long.LONG_S and rate is None:
        stream, report = chains.finish_stream(lambda: Stream.read(source), **wanted)
        tell("write")
        facts["measured"] = report.numbers()
        return long.save(stream, out, long.frames(source), facts, bits, picture=picture), facts
    audio = encode.read(source)
    master, report = chains.finish(audio.at(rate or audio.rate), **wanted)
    tell("write", 0.0, master.duration_s)
    facts["measured"] = report.numbers()
    return Piece(master, "", facts=facts).save(out, bits=bits, picture=picture), facts


def meter(path: Path) -> Reading:
    """What the meters read of a sound file, in bounded memory where libsndfile knows the format."""
    from soundwright.finish.meter import meter as read_meters

    return read_meters(Stream.read(path) if long.frames(path) else encode.read(path))
