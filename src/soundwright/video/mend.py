"""Sound brought to where its pictures are: moved as a whole, its speed corrected, and then single beginnings.

Only what is wrong is touched. A drift is corrected by resampling, as what made it was a wrong rate. A beginning that is
out of place moves with its attack as it is; the sound between it and its neighbours is stretched to fit.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np

from soundwright.audio import Audio
from soundwright.dsp.stretch import stretch
from soundwright.video.sync import Pair, Sync

DRIFT_S = 0.020  # over the whole film; less is not told from the errors of single events
CALMER = 0.6  # what a drift leaves unexplained must have so much less spread
MOST_DRIFT = 0.005
STRAY_S = 0.035  # a beginning so far out of place is moved; the picture's own instants are good to about 10 ms
ATTACK_S, HOLD_S = 0.012, 0.10  # before and after a beginning, moved as it is
CROSS_S = 0.006
LEAST, MOST = 0.6, 1.7  # what lies between may be stretched so


@dataclass(frozen=True)
class Mended:
    """What was done: the whole moved, the rate's error in parts of a million, and how many beginnings moved."""

    audio: Audio
    shift_s: float = 0.0
    drift_ppm: float = 0.0
    moved: int = 0

    @property
    def said(self) -> str:
        parts = [f"moved by {-1000 * self.shift_s:+.0f} ms"] if self.shift_s else []
        parts += [f"speed corrected by {self.drift_ppm:+.0f} ppm"] if self.drift_ppm else []
        parts += [f"{self.moved} beginning{'s' if self.moved > 1 else ''} placed"] if self.moved else []
        return ", ".join(parts)


def mend(audio: Audio, found: Sync, *, near_s: tuple[float, float] = (-0.005, 0.015)) -> Mended:
    """A sound whose lag was told, mended in its own length; a lag within `near_s` is left."""
    if found.lag_s is None:
        return Mended(audio)
    pairs = found.pairs
    drift, at_start_s = _drift(pairs)
    if drift:
        audio = _resampled(audio, drift, at_start_s)
        pairs = [Pair(pair.seen_s, (pair.heard_s - at_start_s) / (1 + drift)) for pair in pairs]
        shift_s = at_start_s
    else:
        shift_s = 0.0 if near_s[0] <= found.lag_s <= near_s[1] else found.lag_s
        audio = audio.earlier(shift_s)
        pairs = [Pair(pair.seen_s, pair.heard_s - shift_s) for pair in pairs]
    audio, moved = _placed(audio, pairs)
    return Mended(audio, shift_s, 1e6 * drift, moved)


def _drift(pairs: list[Pair]) -> tuple[float, float]:
    """The speed by which a sound falls behind (seconds a second) and its lag at 0, or zeros where it keeps step."""
    seen, late = np.array([pair.seen_s for pair in pairs]), np.array([pair.apart_s for pair in pairs])
    first, second = np.triu_indices(len(pairs), 1)
    apart = seen[second] - seen[first]
    far = apart > 0.25 * (seen.max() - seen.min())
    slope = float(np.median((late[second] - late[first])[far] / apart[far])) if far.any() else 0.0
    start = float(np.median(late - slope * seen))
    before, after = (np.median(np.abs(x - np.median(x))) for x in (late, late - slope * seen))
    drifts = abs(slope) * (seen.max() - seen.min()) > DRIFT_S and after < CALMER * before and abs(slope) <= MOST_DRIFT
    return (slope, start) if drifts and len(pairs) >= 6 else (0.0, 0.0)


def _resampled(audio: Audio, drift: float, at_start_s: float) -> Audio:
    """The sound that is `at_start_s + drift * t` late at t, on time."""
    import soxr

    x = audio.earlier(at_start_s).samples
    x = soxr.resample(x.T, audio.rate * (1 + drift), audio.rate, quality="VHQ").T
    return Audio(x, audio.rate).fitted(audio.frames)


def _placed(audio: Audio, pairs: list[Pair]) -> tuple[Audio, int]:
    """Beginnings that are out of place moved to their events, and how many were."""
    anchors = [(0.0, 0.0, False)]
    for pair in pairs:
        stray = abs(pair.apart_s) > STRAY_S
        anchors.append((pair.heard_s, pair.seen_s if stray else pair.heard_s, stray))
    anchors.append((audio.duration_s, audio.duration_s, False))
    if not any(stray for _, _, stray in anchors):
        return audio, 0
    rigid = _rigid(anchors, audio)
    if rigid is None:
        return audio, 0
    return Audio(_warped(audio, rigid), audio.rate), sum(stray for _, _, stray in anchors)


def _rigid(anchors: list[tuple[float, float, bool]], audio: Audio) -> list[tuple[int, int, int]] | None:
    """Stretches that move as they are: first frame, end frame, by how many frames. None where they would collide."""
    spans = []
    for at, (from_s, to_s, _) in enumerate(anchors[1:-1], 1):
        room_s = min(anchors[at + 1][0] - from_s, anchors[at + 1][1] - to_s) / 2
        first, end = max(from_s - ATTACK_S, 0.0), min(from_s + min(HOLD_S, max(room_s, 0.0)), audio.duration_s)
        spans.append(tuple(round(s * audio.rate) for s in (first, end, to_s - from_s)))
    edges = [(0, 0, 0), *spans, (audio.frames, audio.frames, 0)]
    for (_, end, by), (first, _, then) in pairwise(edges):
        gap, wanted = first - end, first + then - end - by
        if gap != wanted and (gap <= 0 or not LEAST <= wanted / gap <= MOST):
            return None
    return edges


def _warped(audio: Audio, edges: list[tuple[int, int, int]]) -> np.ndarray:
    """Rigid stretches laid where they belong, what lies between stretched to fit, all joined by short crossfades."""
    x, rate = audio.samples, audio.rate
    whole = np.zeros_like(x)
    cross = round(CROSS_S * rate)
    rise = np.sin(np.linspace(0, np.pi / 2, cross, dtype=np.float32)) ** 2

    def lay(piece: np.ndarray, at: int, before: int) -> None:
        """`piece` begins `before` frames ahead of `at`, where it is faded in over what is there."""
        start = at - before
        piece = piece[:, : whole.shape[1] - start]
        n = min(before, piece.shape[1])
        fade = rise[-n:] if n else rise[:0]
        whole[:, start : start + n] = whole[:, start : start + n] * (1 - fade) + piece[:, :n] * fade
        whole[:, start + n : start + piece.shape[1]] = piece[:, n:]

    for (_, end, by), (first, stop, then) in pairwise(edges):
        before = min(cross, end, end + by)
        gap = x[:, end - before : first]
        wanted = first + then - end - by + before
        lay(gap if wanted == gap.shape[1] else stretch(gap, rate, frames=wanted), end + by, before)
        before = min(cross, first, first + then)
        lay(x[:, first - before : stop], first + then, before)
    return whole
