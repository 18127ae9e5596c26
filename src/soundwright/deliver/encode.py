"""Samples to sound files: the format follows the ending, the tags say who made it, and lossy files are heard again.

An encoder changes the waveform, and a limited master comes back with peaks over its ceiling. So a lossy file is
decoded, its true peak is measured, and it is encoded again a little lower until the ceiling holds.

Lengths, measured: WAV, AIFF and FLAC hold exactly the frames given. MP3 (LAME's Info tag), Ogg and Opus (end granule)
give exactly those frames when libsndfile reads them, M4A states them in its edit list (see `aac`). Other decoders may
add up to one codec frame to files shorter than that, and ffmpeg pads M4A at its end.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.audio import Audio
from soundwright.deliver import aac, pcm, wav
from soundwright.deliver import tags as words
from soundwright.dsp import peak, units
from soundwright.errors import BadRequest, CannotRun

CEILING_DBTP = -1.0
TOLERANCE_DB = 0.01  # a peak so little over the ceiling is at it
TRIES = 8


@dataclass(frozen=True)
class Format:
    """One file format: libsndfile's name for it, its subtypes by bits (0: lossy), the rates it holds.

    `level` is libsndfile's compression level (0 best): MP3 V0 about 250 kb/s, Ogg about 260, Opus about 165 for
    stereo noise at 48 kHz, measured.
    """

    kind: str
    subtypes: dict[int, str]
    rates: tuple[int, ...] = ()
    level: float | None = None
    tags: dict[str, str] = field(default_factory=lambda: words.SNDFILE)
    channels: int = 8

    @property
    def lossy(self) -> bool:
        return 0 in self.subtypes


MP3_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000)
MP3_KBPS = {True: (320, 32), False: (160, 8)}  # most and least, at 32 kHz and over, and under it (MPEG 1, MPEG 2)
FORMATS = {
    ".wav": Format("WAV", {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"}, channels=64),
    ".flac": Format("FLAC", {16: "PCM_16", 24: "PCM_24"}),
    ".aiff": Format("AIFF", {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"}, channels=64),
    ".mp3": Format("MP3", {0: "MPEG_LAYER_III"}, MP3_RATES, 0.0, {}, channels=2),
    ".ogg": Format("OGG", {0: "VORBIS"}, level=0.2),
    ".opus": Format("OGG", {0: "OPUS"}, (8000, 12000, 16000, 24000, 48000), 0.7),
    ".m4a": Format("", {0: "AAC"}, aac.RATES),
}


@dataclass(frozen=True)
class Delivered:
    """How an encoding went: gain it took to keep the ceiling, true peak and frames as decoded, and the samples."""

    gain_db: float
    true_peak_dbtp: float
    encodings: int
    decoded: Audio | None

    def numbers(self) -> dict[str, float | int]:
        frames = {} if self.decoded is None else {"decoded_frames": self.decoded.frames}
        return {
            "gain_db": round(self.gain_db, 3),
            "true_peak_dbtp": round(self.true_peak_dbtp, 2),
            "encodings": self.encodings,
            **frames,
        }


def form(path: Path) -> Format:
    """The format of `path`. Raises `BadRequest` when its ending names none that can be written."""
    if path.suffix.lower() not in FORMATS:
        raise BadRequest(f"{path.name}: the ending must be one of {', '.join(FORMATS)}")
    return FORMATS[path.suffix.lower()]


def check_ending(path: Path) -> None:
    """Raises `BadRequest` before any work is done when `path` names no format that can be written, `CannotRun` when
    the format needs a package that is not installed."""
    if form(path) is FORMATS[".m4a"]:
        aac.library()


def check(path: Path, rate: int, channels: int, bits: int, kbps: int | None = None) -> None:
    """Raises `BadRequest` when the format of `path` cannot hold such audio; `bits` counts where nothing is lost."""
    to, ending = form(path), path.suffix.lower()
    if not to.lossy and bits not in to.subtypes:
        raise BadRequest(f"{ending} cannot hold {bits} bits; it can hold {', '.join(map(str, to.subtypes))}")
    if to.rates and rate not in to.rates:
        raise BadRequest(f"{ending} cannot hold {rate} Hz; choose one of {', '.join(map(str, to.rates))}")
    if channels > to.channels:
        raise BadRequest(f"{ending} cannot hold {channels} channels, {to.channels} at most")
    most, least = MP3_KBPS[rate >= 32_000]
    if kbps is not None and (to is not FORMATS[".mp3"] or not least <= kbps <= most):
        raise BadRequest(f"a constant rate is for .mp3: {least} to {most} kb/s at {rate} Hz, not {kbps} for {ending}")


def encode(
    audio: Audio,
    path: Path,
    about: wav.About,
    *,
    bits: int = 24,
    ceiling_dbtp: float = CEILING_DBTP,
    kbps: int | None = None,
) -> Delivered:
    """Write `audio` to `path`. `bits` counts for formats without loss (16 with dither, 24, or 32 for float), `kbps` is
    a constant rate for MP3, instead of V0.

    A lossy file never has a true peak over `ceiling_dbtp` when decoded; what it took is in the answer. Raises
    `BadRequest` for what the format cannot hold, `CannotRun` when writing fails or the ceiling cannot be kept.
    """
    to = form(path)
    check(path, audio.rate, audio.channels, bits, kbps)
    if not to.lossy:
        write(audio, path, about, bits)
        return Delivered(0.0, _dbtp(audio), 1, None)
    gain_db = 0.0
    for attempt in range(1, TRIES + 1):
        write(Audio(audio.samples * np.float32(units.gain(gain_db)), audio.rate), path, about, bits, kbps)
        decoded = read(path)
        heard = _dbtp(decoded)
        if heard <= ceiling_dbtp + TOLERANCE_DB:
            return Delivered(gain_db, heard, attempt, decoded)
        gain_db -= heard - ceiling_dbtp + 0.02 * attempt
    raise CannotRun(
        f"{path.name} could not be encoded under {ceiling_dbtp:g} dBTP in {TRIES} attempts; write WAV or FLAC"
    )


def write(audio: Audio, path: Path, about: wav.About, bits: int = 24, kbps: int | None = None) -> None:
    """Write the samples as they are, with tags, by the writer that the format has."""
    if kbps is not None:
        _mp3(audio, path, about, bits, kbps)
        return
    writer: Callable[[Audio, Path, wav.About, int], None] = WRITERS.get(path.suffix.lower(), _by_libsndfile)
    writer(audio, path, about, bits)


def read(path: Path) -> Audio:
    """Decode a file of any format in the table (by its content where libsndfile knows it)."""
    return aac.read(path)[0] if path.suffix.lower() in (".m4a", ".mp4", ".mov") else Audio.read(path)


def _dbtp(audio: Audio) -> float:
    return float(units.decibels(peak.true_peak(audio.samples, audio.rate)))


def _wav(audio: Audio, path: Path, about: wav.About, bits: int) -> None:
    blocks = pcm.blocks(audio.samples)
    wav.write(path, blocks, rate=audio.rate, channels=audio.channels, frames=audio.frames, bits=bits, about=about)


def _m4a(audio: Audio, path: Path, about: wav.About, bits: int) -> None:
    aac.write(audio, path, about.tags.named(words.MP4))


def _mp3(audio: Audio, path: Path, about: wav.About, bits: int, kbps: int | None = None) -> None:
    _by_libsndfile(audio, path, about, bits, kbps)
    path.write_bytes(words.id3(about.tags) + path.read_bytes())


def _by_libsndfile(audio: Audio, path: Path, about: wav.About, bits: int, kbps: int | None = None) -> None:
    import soundfile

    to = form(path)
    subtype = to.subtypes[0 if to.lossy else bits]
    level: dict[str, Any] = {} if to.level is None else {"compression_level": to.level}
    if kbps is not None:  # libsndfile asks for a share of the way from most to least, and refuses the very end
        most, least = MP3_KBPS[audio.rate >= 32_000]
        level = {"compression_level": min((most - kbps) / (most - least), 0.999), "bitrate_mode": "CONSTANT"}
    try:
        with soundfile.SoundFile(path, "w", audio.rate, audio.channels, subtype, format=to.kind, **level) as file:
            for name, text in about.tags.named(to.tags).items():
                setattr(file, name, text)
            for block in pcm.blocks(audio.samples):
                if subtype.startswith("PCM"):
                    file.write(pcm.quantise(block, bits).T << (32 - bits))
                else:
                    file.write(block.T)
    except soundfile.LibsndfileError as error:
        raise CannotRun(f"writing {path.name} failed: {error}") from error


WRITERS = {".wav": _wav, ".m4a": _m4a, ".mp3": _mp3}
