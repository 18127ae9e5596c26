"""Limiters and whole chains side by side in one run: peaks kept, distortion, loudness, speed.

Peers are asked only when they are installed: pedalboard, matchering, the ffmpeg program (all GPL: compared, never
required). Peaks are read by scipy's interpolator at 8x, which is nobody's own meter here. Times are processor time.
Run: `python benchmarks/finish.py [seconds]`.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable

import numpy as np
import soundfile
from scipy import signal

from loudness import RATE, mix
from soundwright.audio import Audio
from soundwright.dsp import limiter, loudness
from soundwright.finish import finish

Process = Callable[[np.ndarray], np.ndarray]
CEILING = -1.0


def peak_dbtp(x: np.ndarray) -> float:
    return 20 * np.log10(max(float(np.abs(signal.resample_poly(channel, 8, 1)).max()) for channel in x))


def clock() -> float:
    now = os.times()
    return now.user + now.system + now.children_user + now.children_system


def timed(process: Process, x: np.ndarray) -> tuple[np.ndarray, float]:
    process(x[:, : 5 * RATE])
    since = clock()
    done = process(x)
    return done, clock() - since


def distortion_db(process: Process, hz: float) -> float:
    """THD+N of a steady tone that stands 6 dB over the ceiling, after two seconds."""
    t = np.arange(4 * RATE) / RATE
    tone = np.tile(10 ** ((CEILING + 6) / 20) * np.sin(2 * np.pi * hz * t), (2, 1)).astype(np.float32)
    y = process(tone)[0, 2 * RATE : 4 * RATE].astype(np.float64)
    power = np.abs(np.fft.rfft(y * np.blackman(len(y)))) ** 2
    at = round(hz * len(y) / RATE)
    return 10 * np.log10((power.sum() - power[at - 6 : at + 7].sum()) / power[at - 6 : at + 7].sum())


def limiters() -> dict[str, Process]:
    table: dict[str, Process] = {"soundwright": lambda x: limiter.limit(x, RATE, CEILING)}
    try:
        import pedalboard

        for true in (False, True):
            name = "pedalboard Brickwall" + (", true_peak" if true else "")
            table[name] = lambda x, t=true: pedalboard.BrickwallLimiter(CEILING, true_peak=t)(x, RATE)
        table["pedalboard Limiter"] = lambda x: pedalboard.Limiter(threshold_db=CEILING)(x, RATE)
    except (ImportError, AttributeError):
        print("pedalboard is not installed")
    if shutil.which("ffmpeg"):
        gain = 10 ** (CEILING / 20)
        table["ffmpeg alimiter"] = ffmpeg(f"alimiter=limit={gain}:level=disabled")
        table["ffmpeg alimiter at 192 kHz"] = ffmpeg(
            f"aresample=192000,alimiter=limit={gain}:level=disabled,aresample={RATE}"
        )
    return table


def ffmpeg(chain: str) -> Process:
    def process(x: np.ndarray) -> np.ndarray:
        with tempfile.TemporaryDirectory() as folder:
            soundfile.write(f"{folder}/a.wav", x.T, RATE, subtype="FLOAT")
            command = ["ffmpeg", "-v", "error", "-i", f"{folder}/a.wav", "-af", chain, "-c:a", "pcm_f32le"]
            subprocess.run([*command, f"{folder}/b.wav"], check=True)
            return soundfile.read(f"{folder}/b.wav", dtype="float32", always_2d=True)[0].T

    return process


def chains() -> dict[str, Process]:
    table: dict[str, Process] = {
        "soundwright music": lambda x: finish(Audio(x, RATE), preset="music")[0].samples,
        "soundwright streaming": lambda x: finish(Audio(x, RATE), preset="streaming")[0].samples,
    }
    try:
        from pedalboard import (
            BrickwallLimiter,
            Compressor,
            Gain,
            HighpassFilter,
            HighShelfFilter,
            PeakFilter,
            Pedalboard,
        )

        def board(x: np.ndarray) -> np.ndarray:
            """The same chain as far as its parts go: it has no multi-band, no mid/side and no loudness meter, so that
            the loudness is set with ours, once."""
            shaped = Pedalboard(
                [
                    HighpassFilter(28),
                    PeakFilter(250, -1.0),
                    PeakFilter(2000, 1.0),
                    HighShelfFilter(8000, 1.0),
                    Compressor(-18, 1.8, 25, 180),
                ]
            )(x, RATE)
            gain = -14.0 - loudness.integrated(shaped, RATE)
            return Pedalboard([Gain(gain), BrickwallLimiter(CEILING, true_peak=True)])(shaped, RATE)

        table["pedalboard, true_peak"] = board
    except ImportError:
        pass
    try:
        import matchering

        def match(x: np.ndarray) -> np.ndarray:
            with tempfile.TemporaryDirectory() as folder:
                soundfile.write(f"{folder}/x.wav", x.T, RATE, subtype="FLOAT")
                soundfile.write(f"{folder}/ref.wav", 0.5 * mix(30.0).T, RATE, subtype="FLOAT")
                result = matchering.Result(f"{folder}/y.wav", subtype="FLOAT")
                matchering.process(target=f"{folder}/x.wav", reference=f"{folder}/ref.wav", results=[result])
                return soundfile.read(f"{folder}/y.wav", dtype="float32", always_2d=True)[0].T

        table["matchering"] = match
    except ImportError:
        print("matchering is not installed")
    return table


def main(seconds: float) -> None:
    hot = np.clip(4 * mix(seconds), -1, 1) * 1.5
    print(f"limiters at {CEILING:g} dB on a clipped mix that peaks at {peak_dbtp(hot):+.1f} dBTP, {seconds:g} s stereo")
    print(f"  {'':<30}{'dBTP':>8}{'LUFS':>8}{'THD+N 60 Hz':>13}{'1 kHz':>8}{'x real time':>13}")
    for name, process in limiters().items():
        done, took = timed(process, hot)
        dirt = [distortion_db(process, hz) for hz in (60.0, 1000.0)]
        lufs = loudness.integrated(done, RATE)
        print(f"  {name:<30}{peak_dbtp(done):8.2f}{lufs:8.2f}{dirt[0]:13.1f}{dirt[1]:8.1f}{seconds / took:13.0f}")
    print("whole chains to -14 LUFS and -1 dBTP")
    ours = None
    for name, process in chains().items():
        try:
            done, took = timed(process, mix(seconds) * 0.5)
        except Exception as error:  # a peer that fails here is told, and the table goes on
            print(f"  {name:<30} fails: {error}")
            continue
        ours = ours or took
        lufs, ratio = loudness.integrated(done, RATE), took / ours
        print(
            f"  {name:<30}{peak_dbtp(done):8.2f}{lufs:8.2f}{seconds / took:9.0f} x real time  {ratio:5.2f} of our time"
        )


if __name__ == "__main__":
    since = time.perf_counter()
    main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0)
    print(f"({time.perf_counter() - since:.0f} s)")
