"""The beat: a tempo from the autocorrelation of attacks, beats by dynamic programming (Ellis 2007, "Beat tracking by
dynamic programming"), and how many of them make a bar. A tempo may be heard an octave off, as people hear it."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.evaluate.structure_features import HOP, HOP_S, RATE, STEPS
from soundwright.evaluate.structure_lags import profile

FRAME_S = HOP / STEPS / RATE
SLOWEST_BPM, USUAL_BPM, FASTEST_BPM, OCTAVES = 40.0, 110.0, 220.0, 0.6
SHORTEST_S = 6.0
OFF_THREE = 0.06  # a bar of three must be so much clearer than one of four
SOFT = (0.25, 0.5, 0.25)
TIGHTNESS = 100.0
CLEAR = 0.12  # autocorrelation of attacks under which there is no beat: ambience and drones stood at 0.02 to 0.1


@dataclass(frozen=True, eq=False)
class Beats:
    """Beats in seconds, their tempo, how clear it is (0 to 1), and the beats in a bar (3 or 4)."""

    times_s: np.ndarray
    tempo_bpm: float
    clarity: float
    beats_per_bar: int

    @property
    def bar_s(self) -> float:
        return self.beats_per_bar * 60 / self.tempo_bpm


def beats(onsets: np.ndarray, gram: np.ndarray) -> Beats | None:
    """The beats of an onset strength with `FRAME_S` between its values; None where no beat is clear."""
    attacks = sharpened(onsets)
    if len(attacks) * FRAME_S < SHORTEST_S:
        return None
    tempo, clarity, metre = _tempo(_again(attacks), profile(gram))
    if clarity < CLEAR:
        return None
    times = _tracked(attacks, 60 / tempo / FRAME_S)
    if len(times) < 8:
        return None
    beat_s = 60 / tempo
    slope = np.polyfit(np.arange(len(times)), times, 1)[0] * FRAME_S
    beat_s = slope if abs(slope / beat_s - 1) < 0.04 else beat_s  # finer than a frame where the tempo is steady
    return Beats(times * FRAME_S, 60 / float(beat_s), clarity, metre)


def sharpened(onsets: np.ndarray) -> np.ndarray:
    """Attacks over their surroundings of a second, to unit spread."""
    width = round(1 / FRAME_S)
    if len(onsets) < 2 * width:
        return np.zeros(0)
    around = np.convolve(np.pad(onsets, width // 2, mode="edge"), np.ones(width) / width, "valid")[: len(onsets)]
    sharp = np.maximum(onsets - around, 0.0)
    return sharp / max(float(sharp.std()), 1e-9)


def _again(attacks: np.ndarray) -> np.ndarray:
    """Autocorrelation of the attacks, 1 at lag 0, softened by a frame."""
    from scipy import fft

    size = fft.next_fast_len(2 * len(attacks))
    power = np.square(np.abs(np.asarray(fft.rfft(attacks - attacks.mean(), size))))
    again = np.asarray(fft.irfft(power, size))[: len(attacks)]
    return np.convolve(again / max(float(again[0]), 1e-9), SOFT, "same")


def _tempo(again: np.ndarray, alike: np.ndarray) -> tuple[float, float, int]:
    """(bpm, clarity, beats in a bar): the tempo at which attacks come again after one beat and two, and attacks, notes
    and timbre after one bar and two. Without the bars, dotted rhythms draw the beat to 3/4 and 4/3 of what it is."""
    bpm = np.exp(np.arange(np.log(SLOWEST_BPM), np.log(FASTEST_BPM), 0.004))
    beat_s = 60 / bpm

    def at(count: float) -> np.ndarray:
        lags = count * beat_s / FRAME_S * np.array([0.992, 1.0, 1.008])[:, None]
        return np.interp(lags, np.arange(len(again)), again).max(axis=0)

    def bars(count: int) -> np.ndarray:
        return at(count) + 0.5 * np.interp(count * beat_s / HOP_S, np.arange(len(alike)), alike)

    four, three = bars(4) + 0.5 * bars(8), bars(3) + 0.5 * bars(6) - OFF_THREE
    usual = np.exp(-0.5 * (np.log2(bpm / USUAL_BPM) / OCTAVES) ** 2)
    best = int(((at(1) + 0.5 * at(2) + np.maximum(four, three)) * usual).argmax())
    clarity = float(max(at(1)[best], at(2)[best]))
    return float(bpm[best]), clarity, 4 if four[best] >= three[best] else 3


def near(onsets: np.ndarray, bpm: float) -> float:
    """The tempo within 15 % of `bpm` at which the attacks of a stretch come again after one, two and four beats."""
    again = _again(sharpened(onsets)) if len(onsets) * FRAME_S >= SHORTEST_S else np.zeros(1)
    tried = bpm * np.exp(np.arange(-0.15, 0.15, 0.002))
    lags = 60 / tried / FRAME_S * np.array([1, 2, 4])[:, None]
    return float(tried[np.interp(lags, np.arange(len(again)), again, right=0.0).sum(axis=0).argmax()])


def _tracked(attacks: np.ndarray, period: float) -> np.ndarray:
    """Frames of the beats: the chain that meets the most attacks at steps near the period (Ellis 2007, eq. 5)."""
    spread = np.arange(-round(period), round(period) + 1)
    local = np.convolve(attacks, np.exp(-0.5 * (spread * 32 / period) ** 2), "same")
    steps = np.arange(-round(2 * period), -round(period / 2))
    cost = -TIGHTNESS * np.square(np.log(-steps / period))
    score, came = local.copy(), np.full(len(local), -1)
    for at in range(-int(steps[0]), len(local)):
        choices = score[at + steps] + cost
        best = int(choices.argmax())
        score[at], came[at] = local[at] + choices[best], at + steps[best]
    at = len(score) - round(period) + int(score[-round(period) :].argmax())
    chain = [at]
    while came[at] >= 0:
        at = int(came[at])
        chain.append(at)
    return np.array(chain[::-1])
