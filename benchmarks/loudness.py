"""Meters side by side in one run: what they read, how far they are apart, and how long they take.

Peers are asked only when they are installed: pyebur128 (libebur128), pyloudnorm, the ffmpeg program. Times are
processor time on one thread, the best of three after one run to warm up; for ffmpeg, that of the program.
Run: `python benchmarks/loudness.py [seconds]`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import suppress

import numpy as np
from scipy import signal

from soundwright.dsp import loudness, peak

RATE = 48_000


def mix(seconds: float, rate: int = RATE) -> np.ndarray:
    """A rough stereo mix `[2, frames]`: kick, hats, chord, and a swell over all."""
    rng, t = np.random.default_rng(7), np.arange(round(seconds * rate)) / rate
    kick = np.sin(2 * np.pi * 55 * t) * np.exp(-((t * 2) % 1) * 12) * 0.8
    hats = rng.standard_normal((2, len(t))) * np.exp(-((t * 8) % 1) * 20) * 0.2
    chord = np.stack([sum(np.sin(2 * np.pi * hz * t + p * hz) for hz in (110, 220, 277, 330, 880)) for p in (0, 1)])
    return ((kick + hats + 0.08 * chord) * (0.6 + 0.4 * np.sin(t / 5))).astype(np.float32)


def best(work: Callable[[], float], children: bool = False) -> tuple[float, float]:
    """(what it gives, seconds)."""

    def clock() -> float:
        now = os.times()
        return now.children_user + now.children_system if children else time.process_time()

    value, least = work(), np.inf
    for _ in range(3):
        since = clock()
        value = work()
        least = min(least, clock() - since)
    return value, least


def row(name: str, result: tuple[float, float], seconds: float, ours_s: float | None = None) -> float:
    value, took = result
    ratio = "" if ours_s is None else f"   ours is {took / ours_s:5.2f} times as fast"
    print(f"  {name:<34}{value:9.3f}{took:9.3f} s{seconds / took:8.0f} x real time{ratio}")
    return took


def libebur128(x: np.ndarray, mode: str, read: str) -> Callable[[], float]:
    import pyebur128

    interleaved = np.ascontiguousarray(x.T).ravel()

    def work() -> float:
        state = pyebur128.R128State(len(x), RATE, getattr(pyebur128.MeasurementMode, mode))
        state.add_frames(interleaved, x.shape[1])
        if read == "true_peak":
            return 20 * np.log10(max(pyebur128.get_true_peak(state, channel) for channel in range(len(x))))
        return getattr(pyebur128, read)(state)

    return work


def main(seconds: float) -> None:
    x = mix(seconds)
    print(f"integrated loudness, {seconds:g} s of {RATE} Hz stereo (LUFS)")
    ours = row("soundwright", best(lambda: loudness.integrated(x, RATE)), seconds)
    try:
        row("pyebur128", best(libebur128(x, "MODE_I", "get_loudness_global")), seconds, ours)
    except ImportError:
        print("  pyebur128 is not installed")
    try:
        import pyloudnorm

        for name in ("K-weighting", "DeMan"):
            meter = pyloudnorm.Meter(RATE, filter_class=name)
            row(f"pyloudnorm, {name}", best(lambda m=meter: m.integrated_loudness(x.T)), seconds, ours)
    except ImportError:
        print("  pyloudnorm is not installed")
    print("loudness range (LU)")
    ours = row("soundwright, with I, M and S", best(lambda: loudness.loudness_range(x, RATE)), seconds)
    with suppress(ImportError):
        row("pyebur128, with I, M and S", best(libebur128(x, "MODE_LRA", "get_loudness_range")), seconds, ours)
    print("true peak (dBTP)")
    ours = row("soundwright, 8x", best(lambda: 20 * np.log10(peak.true_peak(x, RATE))), seconds)
    with suppress(ImportError):
        row("pyebur128, 4x", best(libebur128(x, "MODE_TRUE_PEAK", "true_peak")), seconds, ours)
    row("scipy resample_poly, 8x", best(lambda: resampled(x, 8)), seconds, ours)
    row("scipy resample_poly, 4x", best(lambda: resampled(x, 4)), seconds, ours)
    if shutil.which("ffmpeg"):
        print("all of them by the ffmpeg program (LUFS)")
        row("ffmpeg ebur128=peak=true", best(ffmpeg(x), children=True), seconds)
    agreement(200)


def resampled(x: np.ndarray, times: int) -> float:
    return 20 * np.log10(max(float(np.abs(signal.resample_poly(channel, times, 1)).max()) for channel in x))


def ffmpeg(x: np.ndarray) -> Callable[[], float]:
    import soundfile

    folder = tempfile.mkdtemp()
    soundfile.write(f"{folder}/x.wav", x.T, RATE, subtype="FLOAT")
    command = ["ffmpeg", "-nostats", "-i", f"{folder}/x.wav", "-filter_complex", "ebur128=peak=true", "-f", "null", "-"]

    def work() -> float:
        told = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        return float(told.rsplit("I:", 1)[1].split()[0])

    return work


def agreement(programmes: int) -> None:
    """The largest distance to libebur128 over random programmes of many rates and layouts."""
    try:
        import pyebur128
    except ImportError:
        return
    rng, apart = np.random.default_rng(11), []
    for _ in range(programmes):
        rate = int(rng.choice([8_000, 16_000, 22_050, 44_100, 48_000, 96_000, 192_000]))
        channels, frames = int(rng.choice([1, 2, 5, 6])), int(rate * rng.uniform(3, 8))
        levels = np.repeat(rng.uniform(-60, -6, 12), frames // 12 + 1)[:frames]
        x = rng.standard_normal((channels, frames)) * 10 ** (levels / 20)
        state = pyebur128.R128State(channels, rate, pyebur128.MeasurementMode.MODE_I)
        state.add_frames(np.ascontiguousarray(x.T).ravel(), frames)
        apart.append(abs(loudness.integrated(x, rate) - pyebur128.get_loudness_global(state)))
    print(f"largest distance to libebur128 over {programmes} random programmes: {max(apart):.2e} LU")


if __name__ == "__main__":
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
