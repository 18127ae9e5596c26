"""One hearing of a sound, in blocks of any number: everything that the recipes of the presets decide by."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from scipy import signal

from soundwright.dsp import loudness
from soundwright.dsp.limiter import HOPS_PER_S
from soundwright.dsp.match import THIRDS_HZ, Profile, thirds
from soundwright.dsp.peak import hop_peaks
from soundwright.dsp.speech import BAND_HZ, speech_hops
from soundwright.dsp.speech import HOPS_PER_S as VOICE_HOPS_PER_S

ENDS_S = 0.0002  # how much of both ends tells whether the sound begins or ends in silence


@dataclass(frozen=True, eq=False)
class Analysis:
    """What was heard. `hops` are K-weighted energies per 10 ms, `peaks` sample peaks per third of a millisecond."""

    rate: int
    channels: int
    frames: int
    means: tuple[float, ...]
    starts_at: tuple[float, ...]  # the first sample of each channel
    peak: float
    first_peak: float  # the largest sample in the first and the last ENDS_S
    last_peak: float
    hops: np.ndarray
    peaks: np.ndarray
    spectrum: Profile
    correlation: float
    speech: np.ndarray | None = None  # mask of the hops where somebody speaks, when asked for

    @property
    def integrated_lufs(self) -> float:
        heard = loudness.gated(self.hops, self.rate)
        return heard if np.isfinite(heard) else self.momentary_max_lufs

    @property
    def momentary_max_lufs(self) -> float:
        return float(loudness.levels(self.hops, loudness.MOMENTARY, self.rate).max(initial=-np.inf))


def analyse(
    blocks: Iterable[np.ndarray],
    rate: int,
    channels: int,
    *,
    tone: bool = True,
    loud: bool = True,
    speech: bool = False,
) -> Analysis:
    """Hear blocks `[channels, frames]`. Spectrum (`tone`) and loudness can be left out; `speech` looks for dialogue."""
    meter = loudness.Meter(rate, channels)
    state, energies = meter.start(), []
    ends = max(round(ENDS_S * rate), 1)
    sums, frames, peaks, head, tail = np.zeros(channels), 0, _Peaks(max(round(rate / HOPS_PER_S), 4)), None, None
    tones, products, voice = _Spectra(rate), np.zeros((2, 2)), _Voice(rate, channels)
    for block in blocks:
        if not block.shape[1]:
            continue
        for at in range(0, block.shape[1] if loud else 0, 16_384):
            state = meter.step(state, block[:, at : at + 16_384])
            energies.extend(state.energies)
            state = loudness.MeterState(state.memory, state.rest, state.frames)
        sums += block.sum(axis=1, dtype=np.float64)
        frames += block.shape[1]
        peaks.hear(block)
        if head is None or head.shape[1] < ends:
            head = block[:, :ends].copy() if head is None else np.concatenate([head, block[:, :ends]], axis=1)[:, :ends]
        tail = np.concatenate([tail, block], axis=1)[:, -ends:] if tail is not None else block[:, -ends:].copy()
        if speech:
            voice.hear(block)
        if tone:
            tones.hear(block)
            if channels == 2:
                products += block @ block.T
    state = loudness.MeterState(state.memory, state.rest, state.frames, tuple(energies))
    curve, hops = peaks.curve(), meter.hops(state)
    return Analysis(
        rate,
        channels,
        frames,
        tuple(float(total) for total in sums / max(frames, 1)),
        tuple(float(value) for value in head[:, 0]) if head is not None else (0.0,) * channels,
        float(curve.max(initial=0.0)),
        float(np.abs(head).max()) if head is not None else 0.0,
        float(np.abs(tail).max()) if tail is not None else 0.0,
        hops,
        curve,
        tones.profile(),
        float(products[0, 1] / root) if (root := float(np.sqrt(products[0, 0] * products[1, 1]))) > 0 else 1.0,
        voice.mask(len(hops)) if speech else None,
    )


class _Peaks:
    """Largest sample of any channel per hop."""

    def __init__(self, hop: int) -> None:
        self.hop, self.rest, self.parts = hop, np.zeros(0, np.float32), []

    def hear(self, block: np.ndarray) -> None:
        level = np.maximum(block.max(axis=0), -block.min(axis=0))
        level = np.concatenate([self.rest, level])
        whole = len(level) // self.hop * self.hop
        self.parts.append(hop_peaks(level[:whole], self.hop))
        self.rest = level[whole:]

    def curve(self) -> np.ndarray:
        last = [self.rest.max(keepdims=True)] if len(self.rest) else []
        return np.concatenate([np.zeros(0, np.float32), *self.parts, *last])


class _Voice:
    """Mean powers per 10 ms of the voice band and of all, of the centre where there is one, else of the mean."""

    def __init__(self, rate: int, channels: int) -> None:
        self.rate, self.centre, self.rest = rate, 2 if channels >= 5 else None, np.zeros((2, 0))
        low, high = BAND_HZ[0], min(BAND_HZ[1], 0.45 * rate)
        self.sos = signal.butter(2, (low, high), "band", fs=rate, output="sos")
        self.memory, self.parts = np.zeros((2, 2)), []

    def hear(self, block: np.ndarray) -> None:
        mono = (block.mean(axis=0) if self.centre is None else block[self.centre]).astype(np.float64)
        band, self.memory = signal.sosfilt(self.sos, mono, zi=self.memory)
        both, hop = np.concatenate([self.rest, np.stack([band, mono])], axis=1), self.rate // VOICE_HOPS_PER_S
        whole = both.shape[1] // hop * hop
        self.parts.append(np.square(both[:, :whole]).reshape(2, -1, hop).mean(axis=2))
        self.rest = both[:, whole:]

    def mask(self, hops: int) -> np.ndarray:
        band, whole = np.concatenate([np.zeros((2, 0)), *self.parts], axis=1)
        spoken = speech_hops(band, whole)[:hops]
        return np.pad(spoken, (0, hops - len(spoken)))


class _Spectra:
    """Mean power spectra of mid and side, from one window in every two hops' worth of sound."""

    def __init__(self, rate: int) -> None:
        self.rate, self.size = rate, max(256, 1 << round(np.log2(rate * 0.17)))
        self.window = np.hanning(self.size).astype(np.float32)
        self.mid, self.side, self.count = np.zeros(self.size // 2 + 1), np.zeros(self.size // 2 + 1), 0

    def hear(self, block: np.ndarray) -> None:
        if not self.count and block.shape[1] < self.size:
            block = np.pad(block, ((0, 0), (0, self.size - block.shape[1])))
        for at in range(0, block.shape[1] - self.size + 1, self.size):
            piece = block[:, at : at + self.size]
            self.mid += np.square(np.abs(np.fft.rfft(piece.mean(axis=0) * self.window)))
            if len(piece) == 2:
                self.side += np.square(np.abs(np.fft.rfft(0.5 * (piece[0] - piece[1]) * self.window)))
            self.count += 1

    def profile(self) -> Profile:
        hz = np.fft.rfftfreq(self.size, 1 / self.rate)
        scale = 2 / (max(self.count, 1) * self.size * float(np.square(self.window).sum()))
        over = hz > 200
        mid, side = self.mid[over].sum(), self.side[over].sum()
        width = 10 * np.log10(side / mid) if mid > 0 and side > 0 else -np.inf
        levels = thirds(hz, self.mid * scale)
        return Profile(np.where(np.asarray(THIRDS_HZ) < 0.47 * self.rate, levels, -120.0), float(width))
