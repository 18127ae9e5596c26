"""Gains that follow the sound: the shared ground of compressors, gates and their kin.

A gain that an ear accepts moves slowly, so it is computed per hop (two thirds of a millisecond) and drawn as a
straight line between hops. A hop's gain is known from the hop itself, which is held back until it is whole: so the gain
looks one hop ahead, and whatever lengths the blocks come in, the hops and the result are the same.

Ballistics are the decoupled detector of Giannoulis, Massberg, Reiss, Digital dynamic range compressor design (JAES 60,
2012), section 2.3: the release is a running maximum of exponentials, the attack a one-pole over it; both are vectors.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from scipy import signal

from soundwright.dsp.limiter import decay

HOPS_PER_S = 1500
SILENCE_DB = -120.0


@dataclass(frozen=True, eq=False)
class ControlState:
    """The unfinished hop, the last hop's gains (linear, `[..., 1]`), the block's own memory, and what it has done."""

    rate: int
    held: np.ndarray
    last: np.ndarray
    memory: Any
    most_db: float = 0.0
    sum_db: float = 0.0
    hops: int = 0


class Controlled:
    """Base: `remember(rate, channels)` makes the memory, `work(state, now, hop)` gives (out, last, memory, gains in dB)
    for whole hops `now [channels, hops * hop]`."""

    def hop(self, rate: int) -> int:
        return max(round(rate / HOPS_PER_S), 4)

    def remember(self, rate: int, channels: int) -> Any:
        raise NotImplementedError

    def work(self, state: ControlState, now: np.ndarray, hop: int) -> tuple[np.ndarray, np.ndarray, Any, np.ndarray]:
        raise NotImplementedError

    def start(self, rate: int, channels: int) -> ControlState:
        return ControlState(rate, np.zeros((channels, 0), np.float32), np.ones(1), self.remember(rate, channels))

    def step(self, state: ControlState, block: np.ndarray) -> tuple[ControlState, np.ndarray]:
        hop = self.hop(state.rate)
        held = np.concatenate([state.held, block], axis=1, dtype=np.float32)
        frames = held.shape[1] // hop * hop
        if not frames:
            return replace(state, held=held), held[:, :0]
        out, last, memory, gains_db = self.work(state, held[:, :frames], hop)
        state = replace(
            state,
            held=held[:, frames:].copy(),
            last=last,
            memory=memory,
            most_db=max(state.most_db, float(np.abs(gains_db).max())),
            sum_db=state.sum_db
            + float(np.abs(gains_db).mean(axis=0).sum() if gains_db.ndim > 1 else np.abs(gains_db).sum()),
            hops=state.hops + frames // hop,
        )
        return state, out.astype(np.float32, copy=False)

    def flush(self, state: ControlState) -> np.ndarray:
        channels, rest = state.held.shape
        if not rest:
            return state.held
        fill = np.zeros((channels, self.hop(state.rate) - rest), np.float32)
        return self.step(state, fill)[1][:, :rest]

    def told(self, state: ControlState) -> dict[str, float]:
        """What the block has done: the largest and the mean change of gain."""
        return {"most_change_db": state.most_db, "mean_change_db": state.sum_db / max(state.hops, 1)}


def hop_levels(x: np.ndarray, hop: int, detector: str) -> np.ndarray:
    """Level in dB `[hops]` of x `[channels, hops * hop]`: "rms" over all channels, or the "peak" of any."""
    cut = x.reshape(len(x), -1, hop)
    if detector == "peak":
        level = np.abs(cut).max(axis=(0, 2)).astype(np.float64)
        return 20 * np.log10(np.maximum(level, 10 ** (SILENCE_DB / 20)))
    power = np.einsum("ckh,ckh->k", cut, cut) / (hop * len(x))
    return 10 * np.log10(np.maximum(power, 10 ** (SILENCE_DB / 10)))


def pole(time_ms: float, hop: int, rate: int) -> float:
    """Pole of a one-pole with time constant `time_ms` at the hop rate."""
    return float(np.exp(-1000.0 * hop / (rate * max(time_ms, 1e-3))))


def one_pole(x: np.ndarray, factor: float, before: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """`y[j] = factor y[j-1] + (1 - factor) x[j]`; `before` is the filter's memory `[1]`, 0 for rest."""
    return signal.lfilter([1.0 - factor], [1.0, -factor], x, zi=before)


def ballistics(wanted: np.ndarray, attack: float, release: float, memory: tuple) -> tuple[np.ndarray, tuple]:
    """Decoupled attack and release of a wanted change >= 0 in dB; memory is (release value, attack memory)."""
    held = decay(wanted, release, memory[0])
    smooth, after = one_pole(held, attack, memory[1])
    return smooth, (float(held[-1]), after)


AT_REST = (0.0, np.zeros(1))


def drawn(x: np.ndarray, gains: np.ndarray, last: np.ndarray, hop: int) -> tuple[np.ndarray, np.ndarray]:
    """x `[channels, hops * hop]` times straight lines from hop to hop, and the gain to go on from."""
    at = np.concatenate([last, gains])
    ramp = at[:-1, None] + np.diff(at)[:, None] * (np.arange(1, hop + 1) / hop)
    return x * ramp.reshape(-1).astype(np.float32), gains[-1:]
