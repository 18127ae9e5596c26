"""A recording cut to what an event needs: from its onset, on the sample, to the end of its natural tail.

The first sample of a cut is where the sound first passes a twentieth of the peak that follows it within 20 ms, so that
a cut that is placed at a time is heard at that time. The end is where the tail has fallen by 60 dB, or into the
recording's own noise. A recording of several events gives each of them.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from soundwright.audio import Audio, Stream
from soundwright.library import shape

MOST_S = 120.0  # as much of a long recording as is read
TAIL_DB, NOISE_DB = -60.0, 6.0
EDGE_S, END_S = 0.0005, 0.02  # fades at the beginning and at the end of a cut
ATTACK_S = 0.02
SHORTEST_S = 0.03
FAINT_DB = -14.0  # under the loudest of a recording: softer events of it are no takes


def load(path: Path, rate: int, most_s: float = MOST_S) -> np.ndarray:
    """The beginning of a recording as `[2, frames]` at `rate`. Raises `BadRequest` when it cannot be read."""
    stream = Stream.read(path)
    blocks, frames = [], 0
    for block in stream.blocks:
        blocks.append(block)
        frames += block.shape[1]
        if frames >= most_s * stream.rate:
            break
    x = np.concatenate(blocks, axis=1)[:, : round(most_s * stream.rate)] if blocks else np.zeros((stream.channels, 1))
    return Audio(x, stream.rate).stereo().at(rate).samples


def onset(x: np.ndarray, rate: int, near: int) -> int:
    """The sample at which the sound that rises about `near` begins in mono x."""
    attack = round(ATTACK_S * rate)
    first, last = max(near - attack // 2, 0), min(near + attack, len(x))
    part = np.abs(x[first:last])
    if not len(part) or not part.max() > 0:
        return near
    before = float(np.sqrt(np.mean(np.square(x[max(first - attack, 0) : first]), dtype=np.float64))) if first else 0.0
    floor = max(
        0.05 * float(part.max()), min(3 * before, 0.5 * float(part.max()))
    )  # above what still rings from before
    return first + int((part >= floor).argmax())


def events(x: np.ndarray, rate: int) -> list[np.ndarray]:
    """The events of a recording `[2, frames]`, each from its onset to its tail; the loud ones, in their order."""
    mono = x.mean(axis=0)
    if np.abs(mono).max(initial=0) < 0.05 * np.abs(x).max(initial=0):
        mono = x[0]
    if not np.abs(mono).max(initial=0) > 0:
        return [x]
    level = shape.envelope_db(mono, rate)
    step = len(mono) / len(level)
    begins = [int(at) for at in shape.onsets(level)] or [int((level > level.max() - 26).argmax())]
    starts = sorted({onset(mono, rate, round(at * step)) for at in begins})
    cuts = []
    for start, following in zip(starts, [*starts[1:], len(mono)], strict=True):
        piece = x[:, start:following]
        if piece.shape[1] >= SHORTEST_S * rate:
            cuts.append(_ended(piece, rate, following < len(mono)))
    if not cuts:
        return [_ended(x[:, starts[0] :], rate, False)]
    loudest = [float(np.abs(cut).max()) for cut in cuts]
    return [cut for cut, peak in zip(cuts, loudest, strict=True) if peak > max(loudest) * 10 ** (FAINT_DB / 20)]


def whole(x: np.ndarray, rate: int) -> np.ndarray:
    """A recording from its first onset to its end, with all its events."""
    mono = x.mean(axis=0)
    level = shape.envelope_db(mono, rate)
    first = int((level > level.max() + shape.AUDIBLE_DB).argmax())
    return _ended(x[:, onset(mono, rate, round(first * len(mono) / len(level))) :], rate, False)


def _ended(piece: np.ndarray, rate: int, interrupted: bool) -> np.ndarray:
    """A piece to the end of its tail, with short fades; one that another event interrupts fades out longer."""
    level = shape.envelope_db(piece.mean(axis=0), rate, 0.01)
    noise = float(np.median(level[-20:])) + NOISE_DB if len(level) > 60 and not interrupted else -120.0
    noise = noise if noise < level.max() - 30 else -120.0  # a tail that is still loud is no noise
    heard = np.flatnonzero(level > max(level.max() + TAIL_DB, noise))
    frames = min(round((int(heard[-1]) + 2) * 0.01 * rate), piece.shape[1]) if len(heard) else piece.shape[1]
    piece = piece[:, :frames].copy()
    edge, end = max(round(EDGE_S * rate), 1), round((3 if interrupted else 1) * END_S * rate)
    edge, end = min(edge, frames), min(end, frames // 2)
    piece[:, :edge] *= np.sin(0.5 * np.pi * (np.arange(edge) + 1) / edge).astype(np.float32)
    if end:
        piece[:, -end:] *= (0.5 + 0.5 * np.cos(np.pi * (np.arange(end) + 1) / end)).astype(np.float32)
    return piece
