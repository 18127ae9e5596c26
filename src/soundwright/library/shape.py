"""The shape of a sound in time: where it begins and ends, how often it begins anew, its pitch and its tempo.

one-shot   one onset, then it dies away                  a door, a gunshot
several    onsets apart from one another                 knocks, barks
texture    goes on, without onsets that stand out        rain, an engine
loop       goes on from end to beginning, in whole beats
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.library.embedding import HOP, RATE

STEP_S = 0.005
AUDIBLE_DB = -45.0  # under its peak: where a sound begins and ends
RISE_DB, AFTER_S, BEFORE_S = 8.0, 0.025, 0.04  # what is an onset
APART_S, PROMINENT_DB = 0.09, -22.0
SUSTAINED = 0.75  # share of its length that a texture is within 14 dB of its loudest
SURE_PITCH = 0.8


@dataclass(frozen=True)
class Form:
    """Times in s from the beginning of what was heard; `sharpness` 0 to 1; pitch and tempo None where there is none."""

    shape: str
    onset_s: float
    end_s: float
    onsets: int
    sharpness: float
    pitch_hz: float | None
    tempo_bpm: float | None


def envelope_db(x: np.ndarray, rate: int, step_s: float = STEP_S) -> np.ndarray:
    """Level in dB of each `step_s` of mono x, by the root mean square."""
    step = max(round(step_s * rate), 1)
    cut = np.pad(x, (0, -len(x) % step)).reshape(-1, step)
    return 10 * np.log10(np.einsum("ks,ks->k", cut, cut) / step + 1e-12)


def onsets(level: np.ndarray, step_s: float = STEP_S) -> np.ndarray:
    """Steps at which a sound begins: 25 ms after are 8 dB above 40 ms before, within 22 dB of the loudest."""
    after, before = max(round(AFTER_S / step_s), 1), max(round(BEFORE_S / step_s), 1)
    total = np.concatenate([[0.0], np.cumsum(10 ** (level / 10))])
    at = np.arange(len(level))
    ends, starts = np.minimum(at + after, len(level)), np.maximum(at - before, 0)
    ahead = 10 * np.log10((total[ends] - total[at]) / after + 1e-12)
    behind = 10 * np.log10((total[at] - total[starts]) / before + 1e-12)
    rise = np.where(ahead > level.max(initial=-120.0) + PROMINENT_DB, ahead - behind, 0.0)
    found: list[int] = []
    apart = round(APART_S / step_s)
    for one in np.flatnonzero(rise >= RISE_DB):
        if not found or one - found[-1] > apart:
            found.append(int(one))
        elif rise[one] > rise[found[-1]]:
            found[-1] = int(one)
    return np.array(found, int)


def form(x: np.ndarray, rate: int, levels: np.ndarray, pitch: np.ndarray, strength: np.ndarray, *, whole: bool) -> Form:
    """The form of mono x at `rate` with its log-mel picture and its pitches; `whole` False: parts of a long one."""
    level = envelope_db(x, rate)
    top = float(level.max())
    heard = np.flatnonzero(level > top + AUDIBLE_DB)
    start, end = int(heard[0]), int(heard[-1]) + 1
    inside = level[start:end]
    begins = onsets(level)
    smooth = np.convolve(10 ** (inside / 10), np.full(20, 0.05), mode="same")
    held = float(np.mean(10 * np.log10(smooth + 1e-12) > 10 * np.log10(smooth.max() + 1e-12) - 14))
    length_s = (end - start) * STEP_S
    tempo = _tempo(levels, len(begins), length_s)
    full = start * STEP_S < 0.03 and len(level) - end <= 4 and inside[-8:].max(initial=-120) > top - 28
    ongoing = length_s > 1.5 and held > SUSTAINED and (len(begins) <= 1 + 0.7 * length_s or held > 0.95)
    if whole and full and tempo and _whole_beats(len(level) * STEP_S, tempo):
        kind = "loop"
    elif ongoing or not whole:
        kind = "texture"
    else:
        kind = "several" if len(begins) > 1 else "one-shot"
    first = int(begins[0]) if len(begins) else start
    near = level[max(first - 4, 0) : first + 40]  # from 20 ms before the first onset to 200 ms after it
    rise_s = max(int((near > near.max() - 4).argmax()) - int((near > near.max() - 24).argmax()), 0) * STEP_S
    known = pitch[strength > SURE_PITCH]
    return Form(
        shape=kind,
        onset_s=start * STEP_S,
        end_s=end * STEP_S,
        onsets=max(len(begins), 1),
        sharpness=float(np.exp(-rise_s / 0.03)),
        pitch_hz=float(np.median(known)) if len(known) >= max(0.5 * len(strength), 2) else None,
        tempo_bpm=tempo,
    )


def _whole_beats(length_s: float, tempo_bpm: float) -> bool:
    beats = length_s * tempo_bpm / 60
    return beats > 1.5 and abs(beats - round(beats)) < 0.04 * max(1.0, beats / 8)


def _tempo(levels: np.ndarray, begins: int, length_s: float) -> float | None:
    """Beats a minute where the onsets of at least 1.8 s recur evenly, between 60 and 200, else None."""
    if length_s < 1.8 or begins < 4:
        return None
    flux = np.maximum(np.diff(np.maximum(levels, levels.max() - 60), axis=1), 0).mean(axis=0)
    flux = flux - flux.mean()
    size = 1 << (2 * len(flux) - 1).bit_length()
    auto = np.fft.irfft(np.abs(np.fft.rfft(flux, size)) ** 2, size)[: len(flux)]
    auto = auto / max(auto[0], 1e-12)
    hop_s = HOP / RATE
    lags = np.arange(round(0.3 / hop_s), min(round(1.0 / hop_s), len(auto) * 2 // 3))
    if not len(lags):
        return None
    likely = np.exp(-0.5 * (np.log2(lags * hop_s / 0.5) / 0.6) ** 2)  # 120 beats a minute are likeliest
    best = int(lags[(auto[lags] * likely).argmax()])
    if auto[best] < 0.25 or not 0 < best < len(auto) - 1:
        return None
    low, middle, high = auto[best - 1 : best + 2]
    shift = 0.5 * (low - high) / min(low - 2 * middle + high, -1e-9)
    return 60.0 / ((best + float(np.clip(shift, -0.5, 0.5))) * hop_s)


def pitches(x: np.ndarray, rate: int) -> tuple[np.ndarray, np.ndarray]:
    """Autocorrelation pitch in Hz and its strength 0 to 1, every 50 ms of what is loud in mono x (60 to 1500 Hz)."""
    step = max(rate // 16_000, 1)
    x, rate = x[: len(x) // step * step].reshape(-1, step).mean(axis=1), rate // step
    size = 2 * round(0.05 * rate)
    x = np.pad(x, (0, max(size - len(x), 0)))
    hop = max(size // 2, (len(x) - size) // 100)  # a hundred frames are enough
    frames = np.lib.stride_tricks.sliding_window_view(x, size)[::hop]
    frames = frames - frames.mean(axis=1, keepdims=True)
    energy = np.square(frames).mean(axis=1)
    frames = frames[energy > 0.01 * energy.max()]
    if not len(frames) or not energy.max() > 0:
        return np.zeros(1), np.zeros(1)
    room = 1 << (2 * size - 1).bit_length()
    auto = np.fft.irfft(np.abs(np.fft.rfft(frames, room, axis=1)) ** 2, room, axis=1)[:, :size]
    auto = auto / np.maximum(auto[:, :1], 1e-12) * (size / (size - np.arange(size)))
    low, high = rate // 1500, rate // 60
    falling = (auto < 0.4).argmax(axis=1)  # what is before belongs to the crest at 0, whatever the pitch
    falling = np.where((auto < 0.4).any(axis=1), np.maximum(falling, low), high)
    span = np.where(np.arange(low, high) >= falling[:, None], auto[:, low:high], 0.0)
    top = span.max(axis=1, keepdims=True)
    lag = low + (span >= 0.93 * top).argmax(axis=1)  # the first of equal peaks: no octave too low
    lag = np.array([_crest(row, at, high) for row, at in zip(auto, lag, strict=True)])
    return rate / lag, np.where(top[:, 0] > 0, auto[np.arange(len(auto)), lag], 0.0).clip(0, 1)


def _crest(auto: np.ndarray, at: int, most: int) -> int:
    """Uphill from `at` to the crest it belongs to."""
    while at + 1 < most and auto[at + 1] > auto[at]:
        at += 1
    return at
