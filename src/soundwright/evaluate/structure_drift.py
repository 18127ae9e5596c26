"""What changes between the beginning of a piece and its end, and where it falls silent."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp import loudness
from soundwright.evaluate import structure_beats
from soundwright.evaluate.structure_beats import FRAME_S, Beats
from soundwright.evaluate.structure_features import HOP_S, Features
from soundwright.plan.theory import Key, usual
from soundwright.plan.tonality import MAJOR, MINOR

FALLEN_LU = 40.0  # below the piece's loud parts counts as silence
SILENCE_S = 1.5  # a shorter one is a rest
COLLAPSE_S = 4.0  # a silence to the end that is longer than any ring or fade leaves
KEY_CLEAR = 0.6  # correlation under which no key is told
EVEN = 0.1  # of a beat, rms: beats that stray more were not found, and tell no tempo
AGREED = 0.02
FAR_FIFTHS = 3
LEAST_S = 24.0  # of sound to tell a beginning from an end


@dataclass(frozen=True)
class Silence:
    """A stretch 40 LU and more under the loud parts of the piece."""

    start_s: float
    end_s: float


@dataclass(frozen=True)
class Drift:
    """The last third of the sound against its first; None where a third is too short, has no beat or no key."""

    key_start: str | None
    key_end: str | None
    key_fifths: int | None  # steps apart on the circle of fifths, 0 for relative keys
    tempo_start_bpm: float | None
    tempo_end_bpm: float | None
    tempo_percent: float | None
    loudness_lu: float | None

    @property
    def elsewhere(self) -> bool:
        """Whether it ends in a key three fifths off or more (a change of mode on the same tonic is none)."""
        return (self.key_fifths or 0) >= FAR_FIFTHS and not _same_tonic(self.key_start, self.key_end)


def _same_tonic(one: str | None, other: str | None) -> bool:
    return bool(one and other) and Key.parse(str(one)).tonic == Key.parse(str(other)).tonic


def silences(of: Features) -> tuple[Silence, ...]:
    """Silences of 1.5 s and more, in order."""
    level = _momentary(of)
    quiet = level < max(_loud(level) - FALLEN_LU, loudness.ABSOLUTE_GATE)
    edges = np.flatnonzero(np.diff(np.concatenate([[False], quiet, [False]]).astype(int)))
    step = loudness.GATE_STEP / loudness.HOPS_PER_S
    spans = [(float(start * step), min(float(end * step), of.duration_s)) for start, end in edges.reshape(-1, 2)]
    return tuple(Silence(start, end) for start, end in spans if end - start >= SILENCE_S)


def collapse(silent: tuple[Silence, ...], duration_s: float) -> Silence | None:
    """The silence that a piece never comes out of, where it is longer than an ending leaves."""
    last = silent[-1] if silent else None
    return last if last and last.end_s > duration_s - 0.5 and last.end_s - last.start_s >= COLLAPSE_S else None


def drift(of: Features, beats: Beats | None, silent: tuple[Silence, ...]) -> Drift:
    """Key, tempo and loudness of the first and the last third of what is not silent at either end."""
    start = silent[0].end_s if silent and silent[0].start_s < 0.5 else 0.0
    end = silent[-1].start_s if silent and silent[-1].end_s > of.duration_s - 0.5 else of.duration_s
    if end - start < LEAST_S:
        return Drift(None, None, None, None, None, None, None)
    third = (end - start) / 3
    first, last = (start, start + third), (end - third, end)
    keys = [key_of(of.chroma[round(a / HOP_S) : round(b / HOP_S)]) for a, b in (first, last)]
    tempi = [_tempo(of.onsets, beats, a, b) for a, b in (first, last)]
    levels = [loudness.gated(of.energies[round(a * 100) : round(b * 100)], of.rate) for a, b in (first, last)]
    return Drift(
        key_start=str(usual(*keys[0])) if keys[0] else None,
        key_end=str(usual(*keys[1])) if keys[1] else None,
        key_fifths=_fifths(keys[0], keys[1]) if keys[0] and keys[1] else None,
        tempo_start_bpm=tempi[0],
        tempo_end_bpm=tempi[1],
        tempo_percent=100 * (tempi[1] / tempi[0] - 1) if tempi[0] and tempi[1] else None,
        loudness_lu=float(levels[1] - levels[0]) if np.isfinite(levels).all() else None,
    )


def _momentary(of: Features) -> np.ndarray:
    """LUFS of the 400 ms about every 100 ms."""
    ends = np.arange(0, len(of.energies), loudness.GATE_STEP) + loudness.MOMENTARY // 2
    hops = np.concatenate([of.energies, np.zeros(loudness.MOMENTARY // 2)])
    return loudness.levels(hops, loudness.MOMENTARY, of.rate, ends)


def _loud(level: np.ndarray) -> float:
    heard = level[level > loudness.ABSOLUTE_GATE]
    return float(np.percentile(heard, 90)) if len(heard) else loudness.ABSOLUTE_GATE


def key_of(chroma: np.ndarray) -> tuple[int, str] | None:
    """(tonic, mode) whose probe-tone profile correlates best with the pitch classes; None where none does well."""
    heard = chroma.sum(axis=0) if len(chroma) else np.zeros(12)
    if heard.std() <= 0:
        return None
    fits = {
        (tonic, mode): float(np.corrcoef(np.roll(profile, tonic), heard)[0, 1])
        for mode, profile in (("major", MAJOR), ("minor", MINOR))
        for tonic in range(12)
    }
    best = max(fits, key=fits.__getitem__)
    return best if fits[best] > KEY_CLEAR else None


def _fifths(one: tuple[int, str], other: tuple[int, str]) -> int:
    places = [(tonic + (3 if mode == "minor" else 0)) * 7 % 12 for tonic, mode in (one, other)]
    steps = abs(places[0] - places[1])
    return min(steps, 12 - steps)


def _tempo(onsets: np.ndarray, beats: Beats | None, start_s: float, end_s: float) -> float | None:
    """The tempo of a stretch by its beats, where they are even and its attacks alone say the same."""
    if beats is None:
        return None
    inside = beats.times_s[(beats.times_s >= start_s) & (beats.times_s < end_s)]
    if len(inside) < 8:
        return None
    count = np.arange(len(inside)) - (len(inside) - 1) / 2
    bend, beat_s, middle = np.polyfit(count, inside, 2)
    uneven = float(np.sqrt(np.mean(np.square(inside - middle - beat_s * count - bend * count**2)))) / beat_s
    alone = structure_beats.near(onsets[round(start_s / FRAME_S) : round(end_s / FRAME_S)], beats.tempo_bpm)
    return float(60 / beat_s) if uneven < EVEN and abs(alone * beat_s / 60 - 1) < AGREED else None
