"""Two hundred random joins: what is heard at the seam, ours beside a plain equal-power crossfade of the same parts.

A case is two takes of one kind of music at one tempo: melodies of soft notes, noise of a random colour, drum loops, or
drums with a melody over a bed of noise. The second part plays the first one's take to a share (the correlation drawn,
0 to 1, even) and another take for the rest; then it is made late or early by a lag, louder or softer by up to 4 dB, and
brighter or duller by up to 2 dB. Lags are up to 0.4 of a beat where there are drums, else up to 40 ms.

Columns: clicks; the level after less that before in whole bars, at the worst and on average; how many seams have more
spectral flux than 95 % of the piece's frames; and how far the lag that was found is from the one that was made, where
there is something to find: drums at any correlation, other kinds from 0.9 on.
Run: `python benchmarks/joins.py [joins]`; memory of a long piece: `python benchmarks/joins.py long [minutes]`.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from soundwright.assemble.join import Joiner, Seam, join, join_stream
from soundwright.assemble.seams import SeamMeasure, seam_measures
from soundwright.audio import Audio
from soundwright.dsp import filters
from soundwright.dsp.crossfade import cross
from soundwright.seed import stream

RATE = 24_000
KINDS = ("notes", "noise", "drums", "mixture")
BARS = 5  # of each part
WIDTHS = (6, 8, 9, 7, 11, 9, 7, 5)


@dataclass(frozen=True, eq=False)
class Case:
    kind: str
    correlation: float
    first: Audio
    second: Audio
    overlap_s: float
    beat_s: float
    lag_ms: float
    gain_db: float
    tilt_db: float

    @property
    def told(self) -> bool:
        """Whether the two parts hold what a lag can be told by."""
        return self.kind in ("drums", "mixture") or self.correlation >= 0.9


def case(number: int) -> Case:
    """The case of that number: the same wherever it is asked for."""
    rng, kind = stream(number, "join"), KINDS[number % len(KINDS)]
    beat_s, share = float(rng.uniform(0.4, 0.75)), float(rng.uniform())
    overlap_s = float(rng.choice([2, 3, 4])) * beat_s
    bar = 4 * beat_s
    shared, other = (take(kind, 2 * BARS * bar, beat_s, stream(number, "take", k), number) for k in (0, 1))
    span = (round((BARS * bar - overlap_s) * RATE), round((2 * BARS * bar - overlap_s) * RATE))
    most_s = 0.4 * beat_s if kind in ("drums", "mixture") else 0.04
    lag, gain_db, tilt_db = (float(rng.uniform(-most, most)) for most in (most_s, 4.0, 2.0))
    late = round(lag * RATE)
    second = (share * shared + np.sqrt(1 - share**2) * other)[:, span[0] - late : span[1] - late]
    second = tilted(second, tilt_db) * 10 ** (gain_db / 20)
    first = shared[:, : round(BARS * bar * RATE)]
    return Case(kind, share, Audio(first, RATE), Audio(second, RATE), overlap_s, beat_s, late * 1000 / RATE, gain_db,
                tilt_db)  # fmt: skip


def take(kind: str, seconds: float, beat_s: float, rng: np.random.Generator, song: int) -> np.ndarray:
    """One take `[2, frames]` of a song at 24 kHz; takes of one song share their pattern, not their sounds."""
    n = round(seconds * RATE)
    pattern = stream(song, "pattern")
    if kind == "notes":
        return notes(n, beat_s, rng)
    if kind == "noise":
        return noise(n, float(pattern.uniform(-6, 6)), rng)
    if kind == "drums":
        return drums(n, beat_s, rng, pattern)
    return drums(n, beat_s, rng, pattern) + 0.5 * notes(n, beat_s, rng) + 0.15 * noise(n, -3.0, rng)


def tilted(x: np.ndarray, db: float) -> np.ndarray:
    """x with its highs `db` higher against its lows than they were, about 800 Hz."""
    low = filters.lowpass(x, 800, RATE, 1)
    return low * 10 ** (-db / 40) + (x - low) * 10 ** (db / 40)


def noise(n: int, colour_db: float, rng: np.random.Generator) -> np.ndarray:
    return 0.1 * tilted(rng.standard_normal((2, n)), colour_db)


def notes(n: int, beat_s: float, rng: np.random.Generator) -> np.ndarray:
    """A bar of eight soft notes of five partials, in an order of its own, over and over."""
    out = np.zeros((2, n + RATE))
    length = round(0.55 * beat_s * RATE)
    t = np.arange(length) / RATE
    shape = np.minimum(t / 0.012, 1) * np.minimum((length / RATE - t) / 0.04, 1) * np.exp(-2.0 * t)
    riff, phases = rng.permutation([0, 2, 4, 7, 9, 12, 14, 16]), rng.uniform(0, 2 * np.pi, (8, 5))
    for number, at in enumerate(np.arange(0, n / RATE, beat_s / 2)):
        hz, phase = 220 * 2 ** (riff[number % 8] / 12), phases[number % 8]
        tone = sum(np.sin(2 * np.pi * k * hz * t + phase[k - 1]) / k**2 for k in range(1, 6))
        first = round(at * RATE)
        out[:, first : first + length] += 0.15 * shape * tone
    return out[:, :n]


def drums(n: int, beat_s: float, rng: np.random.Generator, pattern: np.random.Generator) -> np.ndarray:
    """A bar of kick, snare and hats over and over; the noise of every hit is new."""
    out = np.zeros((2, n + RATE))
    extra = pattern.choice([1.5, 2.5, 3.5])
    for bar_s in np.arange(0, n / RATE, 4 * beat_s):
        for beat in (0, 2, extra):
            lay(out, bar_s + beat * beat_s, lambda t: 0.6 * np.sin(2 * np.pi * (50 * t - 4 * np.exp(-t / 0.02))), 0.09)
        for beat in (1, 3):
            lay(out, bar_s + beat * beat_s, lambda t: 0.35 * rng.standard_normal((2, len(t))), 0.06)
        for beat in np.arange(0, 4, 0.5):
            lay(out, bar_s + beat * beat_s, lambda t: 0.12 * np.diff(rng.standard_normal((2, len(t) + 1))), 0.02)
    return out[:, :n]


def lay(out: np.ndarray, at_s: float, sound, fall_s: float) -> None:
    t = np.arange(round(6 * fall_s * RATE)) / RATE
    first = round(at_s * RATE)
    hit = np.broadcast_to(sound(t) * np.exp(-t / fall_s), (2, len(t)))[:, : max(out.shape[1] - first, 0)]
    out[:, first : first + hit.shape[1]] += hit


def ours(one: Case) -> tuple[Audio, Seam, SeamMeasure]:
    made = join([one.first, one.second], one.overlap_s, beat_s=one.beat_s)
    seam = made.seams[0]
    return made.audio, seam, seam_measures(made.audio, [seam.span_s], 4 * one.beat_s)[0]


def plain(one: Case) -> SeamMeasure:
    """Equal power over as long a fade, nothing moved and nothing matched."""
    overlap = round(one.overlap_s * RATE)
    a, b = one.first.samples, one.second.samples
    fade = min(overlap, RATE)
    lead = (overlap - fade) // 2
    start = a.shape[1] - overlap + lead
    middle = cross(a[:, start : start + fade], b[:, lead : lead + fade], 0.0)
    audio = Audio(np.concatenate([a[:, :start], middle, b[:, lead + fade :]], axis=1), RATE)
    return seam_measures(audio, [(start / RATE, (start + fade) / RATE)], 4 * one.beat_s)[0]


def table(joins: int) -> None:
    print(f"{joins} joins of {BARS} and {BARS} bars, stereo, {RATE} Hz")
    heads = ("joins", "clicks", "step dB", "mean", "flux over", "lag ms", "mean", "of")
    print(f"  {'':<22}" + "".join(f"{head:>{width}}" for head, width in zip(heads, WIDTHS, strict=True)))
    cases = [case(number) for number in range(joins)]
    since = time.process_time()
    made = [ours(one) for one in cases]
    took = time.process_time() - since
    beside = [plain(one) for one in cases]
    for kind in (*KINDS, "all"):
        chosen = [k for k, one in enumerate(cases) if kind in (one.kind, "all")]
        told = [k for k in chosen if cases[k].told]
        row(f"{kind}, ours", [made[k][2] for k in chosen], [made[k][1].lag_ms - cases[k].lag_ms for k in told])
        row(f"{kind}, equal power", [beside[k] for k in chosen], [cases[k].lag_ms for k in told])
    print(f"  processor time of a join and its measure: {took / joins:.2f} s")


def row(name: str, seams: list[SeamMeasure], lags: list[float]) -> None:
    steps, off = np.abs([one.step_db for one in seams]), np.abs(lags or [0.0])
    over = sum(one.flux_db > one.usual_flux_db for one in seams)
    figures = (len(seams), sum(one.clicks for one in seams), f"{steps.max():.2f}", f"{steps.mean():.2f}", over,
               f"{off.max():.2f}", f"{off.mean():.2f}", len(lags))  # fmt: skip
    print(f"  {name:<22}" + "".join(f"{figure:>{width}}" for figure, width in zip(figures, WIDTHS, strict=True)))


def stretches(minutes: float) -> Iterator[Audio]:
    """Parts of 30 s that overlap by 2 s, made as they are asked for."""
    for k in range(round(minutes * 60 / 28)):
        yield Audio(stream(k, "long").standard_normal((2, 30 * 48_000)) * 0.1, 48_000)


def memory(minutes: float) -> None:
    count = round(minutes * 60 / 28)
    tracemalloc.start()
    frames = sum(x.shape[1] for x in join_stream(Joiner((2.0,) * (count - 1)), stretches(minutes), 48_000, 2).blocks)
    peak = tracemalloc.get_traced_memory()[1] / 2**20
    whole = frames * 8 / 2**20
    print(f"{frames / 48_000:.1f} s in {count} parts: {peak:.0f} MiB at the most; the piece itself is {whole:.0f} MiB")


if __name__ == "__main__":
    if sys.argv[1:2] == ["long"]:
        memory(float(sys.argv[2]) if len(sys.argv) > 2 else 10.0)
    else:
        table(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
