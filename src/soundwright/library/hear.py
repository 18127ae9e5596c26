"""Hearing one file: what is in it, as far as an index needs it, whatever its length and health.

A file of up to 40 s is heard whole; of a longer one four stretches of 10 s, evenly spread, are read where they lie, so
that three hours cost no more than 40 s. Its bytes are hashed in blocks. Whatever goes wrong is told in `fault`.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from soundwright.audio import MAX_RATE, MIN_RATE
from soundwright.dsp import loudness
from soundwright.library import embedding, shape

WHOLE_S, PART_S, PARTS = 40.0, 10.0, 4
SILENT = 1e-5  # below -100 dBFS there is nothing to hear
MOST_CHANNELS = 64


@dataclass(frozen=True, eq=False)
class Heard:
    """What was heard of a file; `vector` is None and `fault` says why where nothing could be."""

    sha256: str
    duration_s: float = 0.0
    rate: int = 0
    channels: int = 0
    loudness_lufs: float | None = None
    peak_dbfs: float | None = None
    form: shape.Form | None = None
    vector: np.ndarray | None = None
    fault: str = ""


def digest(path: Path) -> str:
    """SHA-256 of a file's bytes."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def hear(path: Path) -> Heard:
    """Hear a file. Never raises for what is in it."""
    code = ""
    try:
        code = digest(path)
        parts, rate, channels, frames = _parts(path)
        return _described(parts, rate, channels, frames, code)
    except (OSError, RuntimeError, ValueError, MemoryError, ArithmeticError) as error:
        return Heard(code, fault=" ".join(str(error).split())[:200] or type(error).__name__)


def _parts(path: Path) -> tuple[list[np.ndarray], int, int, int]:
    """Stretches `[channels, n]` of a file, its rate, channels and frames."""
    import soundfile

    with soundfile.SoundFile(path) as file:
        rate, channels, frames = file.samplerate, file.channels, file.frames
        if not MIN_RATE <= rate <= MAX_RATE or channels > MOST_CHANNELS:
            raise ValueError(f"{channels} channels at {rate} Hz are outside what is heard")
        if frames <= WHOLE_S * rate:
            starts, size = [0], round(WHOLE_S * rate)
        else:
            size = round(PART_S * rate)
            starts = [round(at) for at in np.linspace(0, frames - size, PARTS)]
        parts = []
        for start in starts:
            try:
                if start:
                    file.seek(start)
                part = file.read(min(size, frames), dtype="float32", always_2d=True).T
            except (RuntimeError, ValueError):
                if not parts:
                    raise
                break  # damaged further on: what was heard so far stands
            if part.shape[1]:
                parts.append(part)
    if not parts:
        raise ValueError("there are no samples in it")
    if not all(np.isfinite(part).all() for part in parts):
        raise ValueError("it holds NaN or Inf samples")
    return parts, rate, channels, max(frames if len(parts) > 1 else min(frames, parts[0].shape[1]), 1)


def _described(parts: list[np.ndarray], rate: int, channels: int, frames: int, code: str) -> Heard:
    import soxr

    x = parts[0] if len(parts) == 1 else np.concatenate(parts, axis=1)
    peak = float(np.abs(x).max(initial=0.0))
    facts = {"sha256": code, "duration_s": frames / rate, "rate": rate, "channels": channels}
    if peak < SILENT:
        return Heard(**facts, fault="it is silent")
    measured = loudness.measure(x if channels in loudness.WEIGHTS else x.mean(axis=0), rate)
    level = measured.integrated_lufs if np.isfinite(measured.integrated_lufs) else measured.momentary_max_lufs
    mono = x.mean(axis=0)
    if np.abs(mono).max() < 0.05 * peak:  # what is out of phase would vanish in the sum
        mono = x[0]
    mono = soxr.resample(mono, rate, embedding.RATE, quality="LQ") if rate != embedding.RATE else mono
    mono = np.pad(mono, (0, max(embedding.SIZE - len(mono), 0)))
    levels = embedding.picture(mono)
    pitch, strength = shape.pitches(mono, embedding.RATE)
    form = shape.form(mono, embedding.RATE, levels, pitch, strength, whole=len(parts) == 1)
    return Heard(
        **facts,
        loudness_lufs=float(level) if np.isfinite(level) else None,
        peak_dbfs=20 * float(np.log10(peak)),
        form=form,
        vector=embedding.embed(levels, pitch, strength),
    )
