"""Watermarks: what stays in the sound when tags and signatures are gone.

Two kinds, of different strengths:

- "patchwork" is our own (see `patchwork`), needs no package, and its answer has a known rate of false alarms.
- "perth" is what the checkpoint of resemble-perth 1.0.1 adds (see `nets.watermark`). Measured, that network gives every
  sound nearly the same fixed equaliser of ±1.8 dB under 2 kHz, and its detector calls a good share of *unmarked* music
  marked (2 or 3 pieces of 10; a 440 Hz tone in faint noise scores 1.0): its answer is a hint, no proof.

A mark changes gains alike in all channels, so the image stays; what it adds lies under 6 kHz and is added at the
piece's own rate, so that nothing above is lost. Loudness is set back to what it was, and the true peak held.
"""

from __future__ import annotations

from functools import lru_cache
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from soundwright.audio import Audio
from soundwright.deliver import patchwork
from soundwright.dsp import limiter, loudness, peak
from soundwright.dsp.units import decibels, gain
from soundwright.errors import BadRequest, CannotRun

if TYPE_CHECKING:
    from soundwright.nets.watermark import Watermark

KINDS = ("patchwork", "perth")
CHECKPOINT = "perth/perth_net/pretrained/implicit/perth_net_250000.pth.tar"
PERTH_SURE = 0.5
SEGMENT_S, LAP_S = 60.0, 0.25
LEAD_S = 1.0  # of its own end and beginning that a loop is marked with


def kinds(wanted: bool | str) -> tuple[str, ...]:
    """The marks that an argument asks for: True all of them, a name that one. Raises `BadRequest` for another name,
    `CannotRun` when a network is needed and not installed."""
    if wanted is False:
        return ()
    if wanted is not True and wanted not in KINDS:
        raise BadRequest(f"there is no watermark {wanted!r}; there are {' and '.join(KINDS)}")
    chosen = KINDS if wanted is True else tuple(kind for kind in KINDS if kind == wanted)
    if "perth" in chosen:
        network()
    return chosen


def apply(audio: Audio, marks: tuple[str, ...], *, ceiling_dbtp: float = -1.0, loop: bool = False) -> Audio:
    """`audio` with the marks in it, of the same frames and loudness, its true peak at the ceiling or where it was."""
    if not marks or not audio.samples.any():
        return audio
    lead = min(round(LEAD_S * audio.rate), audio.frames) if loop else 0
    x = np.pad(audio.samples, ((0, 0), (lead, lead)), mode="wrap") if lead else audio.samples
    y = x
    for mark in marks:
        y = y + MARKERS[mark](y, audio.rate)
    y = y * np.float32(gain(_level(x, audio.rate) - _level(y, audio.rate)))
    highest = max(ceiling_dbtp, float(decibels(peak.true_peak(x, audio.rate))))
    y = limiter.limit(y, audio.rate, highest)
    return Audio(y[:, lead : lead + audio.frames], audio.rate)


def detect(audio: Audio) -> dict[str, dict[str, float | bool]]:
    """What each detector that can run here hears, by kind: its number and whether it says marked."""
    heard = patchwork.detect(audio.samples, audio.rate)
    found: dict[str, dict[str, float | bool]] = {
        "patchwork": {"marked": heard.marked, "z": round(heard.z, 2), "sure_z": patchwork.SURE, "speed": heard.speed}
    }
    if available():
        score = _score(audio)
        found["perth"] = {"marked": score >= PERTH_SURE, "score": round(score, 3), "sure_score": PERTH_SURE}
    return found


def available() -> bool:
    """Whether the network's checkpoint and torch are installed; loads neither."""
    from importlib.util import find_spec

    return checkpoint() is not None and find_spec("torch") is not None


def checkpoint() -> Path | None:
    """Where the checkpoint of resemble-perth lies, None when it is not installed; the package is not imported."""
    try:
        path = Path(str(metadata.distribution("resemble-perth").locate_file(CHECKPOINT)))
    except metadata.PackageNotFoundError:
        return None
    return path if path.is_file() else None


@lru_cache(maxsize=1)
def network() -> Watermark:
    """The network with its weights. Raises `CannotRun` when torch or the checkpoint is missing or another one."""
    path = checkpoint()
    try:
        import torch
    except ImportError:
        path = None
    if path is None:
        raise CannotRun("the watermark 'perth' needs torch and a checkpoint: pip install 'soundwright[mark]'")
    from soundwright.nets.watermark import Watermark

    try:
        return Watermark().load(torch.load(path, map_location="cpu", weights_only=True)["model"])
    except (KeyError, RuntimeError) as error:
        raise CannotRun(f"{path} is not the checkpoint of resemble-perth 1.0.1: {error}") from error


def _level(x: np.ndarray, rate: int) -> float:
    """Integrated loudness, or the loudest moment of what is too short for it, or the power of odd layouts."""
    try:
        heard = loudness.measure(x, rate)
    except BadRequest:
        return float(decibels(np.sqrt(np.mean(x.astype(np.float64) ** 2))))
    for number in (heard.integrated_lufs, heard.momentary_max_lufs):
        if np.isfinite(number):
            return number
    return float(decibels(np.sqrt(np.mean(x.astype(np.float64) ** 2))))


def _perth(x: np.ndarray, rate: int) -> np.ndarray:
    """What the network adds, at the sound's own rate: the mark is made at 32 kHz, and only the difference resampled.

    Long sound is marked in segments of a minute that overlap and cross over.
    """
    import soxr
    import torch

    from soundwright.nets.watermark import FFT, RATE

    net = network()
    low = np.ascontiguousarray(soxr.resample(x.T, rate, RATE, quality="HQ").T.reshape(len(x), -1), np.float32)
    added = np.zeros_like(low)
    step, lap = round(SEGMENT_S * RATE), round(LAP_S * RATE)
    for begin in range(0, low.shape[1], step):
        part = low[:, max(begin - lap, 0) : begin + step + lap]
        frames = part.shape[1]
        part = np.pad(part, ((0, 0), (0, max(FFT - frames, 0))))
        with torch.inference_mode():
            spectra = net.spectrum(torch.from_numpy(part))
            change = net.difference(spectra, net.gain_db(spectra.mean(dim=0)), part.shape[1]).numpy()[:, :frames]
        start = max(begin - lap, 0)
        ramp = np.ones(frames, np.float32)
        if begin:
            ramp[: 2 * lap] = np.linspace(0, 1, 2 * lap, dtype=np.float32)[:frames]
        if start + frames < low.shape[1]:
            ramp[-2 * lap :] = np.linspace(1, 0, 2 * lap, dtype=np.float32)
        added[:, start : start + frames] += change * ramp
    high = soxr.resample(added.T, RATE, rate, quality="HQ").T.reshape(len(x), -1)[:, : x.shape[1]]
    return np.pad(high, ((0, 0), (0, x.shape[1] - high.shape[1]))).astype(np.float32)


def _score(audio: Audio) -> float:
    """The network's mean answer over segments of a minute, weighed by their length."""
    import torch

    from soundwright.nets.watermark import FFT, RATE

    net, mono = network(), audio.mono().at(RATE).samples[0]
    if not mono.any():
        return 0.0
    step, total = round(SEGMENT_S * RATE), 0.0
    for begin in range(0, len(mono), step):
        part = mono[begin : begin + step]
        with torch.inference_mode():
            total += len(part) * net.score(net.spectrum(torch.tensor(np.pad(part, (0, max(FFT - len(part), 0))))))
    return float(np.clip(total / len(mono), 0, 1))


MARKERS = {"patchwork": patchwork.difference, "perth": _perth}
