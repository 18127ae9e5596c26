"""Delivery of what is too long to hold: a stream goes to a WAV file block by block, with tags and a manifest."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from soundwright.audio import Stream
from soundwright.deliver import files, manifest, origin, wav
from soundwright.errors import BadRequest

LONG_S = 1200.0  # what lasts longer is never held whole: it is mastered in blocks and written as WAV


def frames(path: Path) -> int:
    """Frames of a sound file by its header; 0 for what libsndfile does not know."""
    import soundfile

    try:
        return soundfile.info(path).frames
    except (soundfile.LibsndfileError, RuntimeError):
        return 0


def seconds(path: Path) -> float:
    """Length of a sound file by its header; 0 for what libsndfile does not know."""
    import soundfile

    try:
        return soundfile.info(path).duration
    except (soundfile.LibsndfileError, RuntimeError):
        return 0.0


def save(
    stream: Stream, path: Path, length: int, facts: dict[str, Any], bits: int = 24, *, picture: bool = False
) -> list[Path]:
    """Write a stream of `length` frames as WAV, and its manifest (and its picture) beside it. Raises `BadRequest` for
    another ending."""
    if path.suffix.lower() != ".wav":
        raise BadRequest(f"{path.name}: a file this long is written as .wav; encode it afterwards")
    now = origin.now()
    words = replace(origin.words(facts, path.stem, now), artist="")
    about = wav.About(tags=words, measured=facts.get("measured", {}), time=now.strftime("%H:%M:%S"))
    with files.staged(path.parent) as stage:
        wav.write(
            stage.path(path),
            stream.blocks,
            rate=stream.rate,
            channels=stream.channels,
            frames=length,
            bits=bits,
            about=about,
        )
        if picture:
            from soundwright.deliver import picture as pictures
            from soundwright.deliver import sketch

            drawn = pictures.of_piece(sketch.of_file(stage.pairs[0][0]), facts)
            stage.path(path.with_suffix(".png")).write_bytes(drawn)
        stage.path(path.with_name(f"{path.name}.json")).write_text(
            manifest.dumps(manifest.build(**facts)), encoding="utf-8"
        )
        return [place for _, place in stage.pairs]
