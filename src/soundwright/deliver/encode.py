"""Samples to sound files: the format follows the ending, the tags say who made it."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from soundwright.audio import Audio
from soundwright.errors import BadRequest, CannotRun

# ending -> (libsndfile format, subtypes by bit depth; 0 is the format's own)
FORMATS = {
    ".wav": ("WAV", {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"}),
    ".flac": ("FLAC", {16: "PCM_16", 24: "PCM_24"}),
    ".aiff": ("AIFF", {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"}),
    ".ogg": ("OGG", {0: "VORBIS"}),
    ".opus": ("OGG", {0: "OPUS"}),
    ".mp3": ("MP3", {0: "MPEG_LAYER_III"}),
}
RATES = {
    ".mp3": (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000),
    ".opus": (8000, 12000, 16000, 24000, 48000),
}


def check_ending(path: Path) -> None:
    """Raises `BadRequest` before any work is done when `path` names no format that can be written."""
    if path.suffix.lower() not in FORMATS:
        raise BadRequest(f"{path.name}: the ending must be one of {', '.join(FORMATS)}")


def encode(
    audio: Audio, path: Path, *, ending: str | None = None, bits: int = 24, tags: Mapping[str, str] | None = None
) -> None:
    """Write `audio` to `path`. `bits` counts for formats without loss (16, 24, or 32 for float).

    `tags` are title, comment, software, artist, date, copyright. Raises `BadRequest` for a rate or depth that the
    format cannot hold, `CannotRun` when the disk is full.
    """
    import soundfile

    ending = (ending or path.suffix).lower()
    kind, subtypes = FORMATS[ending]
    subtype = subtypes.get(0) or subtypes.get(bits)
    if subtype is None:
        raise BadRequest(f"{ending} cannot hold {bits} bits; it can hold {', '.join(map(str, subtypes))}")
    if audio.rate not in RATES.get(ending, (audio.rate,)):
        raise BadRequest(f"{ending} cannot hold {audio.rate} Hz; choose one of {', '.join(map(str, RATES[ending]))}")
    try:
        with soundfile.SoundFile(path, "w", audio.rate, audio.channels, subtype, format=kind) as file:
            for tag, value in (tags or {}).items():
                setattr(file, tag, value)
            for at in range(0, audio.frames, 1 << 16):
                file.write(audio.samples[:, at : at + (1 << 16)].T)
    except soundfile.LibsndfileError as error:
        raise CannotRun(f"writing {path.name} failed: {error}") from error
