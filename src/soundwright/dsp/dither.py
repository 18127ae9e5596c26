"""Dither: rounding to a word length so that the error is noise and not distortion.

TPDF noise (two uniform ones of one step each) makes mean and power of the error independent of the sound (Lipshitz,
Wannamaker, Vanderkooy, Quantization and dither, JAES 40, 1992). Shaped, the error goes where ears are dull: by five
coefficients of Lipshitz, Vanderkooy and Wannamaker, Minimally audible noise shaping (JAES 39, 1991), at 44.1 and
48 kHz; at higher rates out of the audible band by (1 - 1/z) squared.

Error feedback is a loop over samples. It runs in lanes instead: every 1024 samples the error memory is emptied, at the
same places however the sound is cut, and all lanes step together.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright import seed
from soundwright.dsp.block import NOTHING

LANE = 1024
MINIMALLY_AUDIBLE = (2.033, -2.165, 1.959, -1.590, 0.6149)
SHAPES = ((40_000, 50_000, MINIMALLY_AUDIBLE), (50_001, 400_000, (2.0, -1.0)))


@dataclass(frozen=True, eq=False)
class DitherState:
    rate: int
    lane: int
    held: np.ndarray


@dataclass(frozen=True)
class Dither:
    """Round to `bits` with TPDF dither from `noise_seed`, `shaped` or white. Digital silence stays digital silence."""

    bits: int = 16
    shaped: bool = True
    noise_seed: int = 0

    def start(self, rate: int, channels: int) -> DitherState:
        return DitherState(rate, 0, np.zeros((channels, 0), np.float32))

    def step(self, state: DitherState, block: np.ndarray) -> tuple[DitherState, np.ndarray]:
        held = np.concatenate([state.held, block], axis=1, dtype=np.float32)
        lanes = held.shape[1] // LANE
        if not lanes:
            return DitherState(state.rate, state.lane, held), held[:, :0]
        whole = held[:, : lanes * LANE].reshape(len(held), lanes, LANE)
        done = self._round(whole, state.lane, state.rate).reshape(len(held), -1)
        return DitherState(state.rate, state.lane + lanes, held[:, lanes * LANE :].copy()), done

    def flush(self, state: DitherState) -> np.ndarray:
        channels, rest = state.held.shape
        if not rest:
            return NOTHING
        return self.step(state, np.zeros((channels, LANE - rest), np.float32))[1][:, :rest]

    def _round(self, x: np.ndarray, first: int, rate: int) -> np.ndarray:
        """x `[channels, lanes, LANE]` on the grid of the word length."""
        steps = 2.0 ** (self.bits - 1)
        noise = np.stack(
            [
                np.diff(seed.stream(self.noise_seed, "dither", first + lane).random((2, len(x), LANE)), axis=0)[0]
                for lane in range(x.shape[1])
            ],
            axis=1,
        )
        noise[x == 0] = 0.0
        shape = next((c for low, high, c in SHAPES if self.shaped and low <= rate <= high), ())
        wanted = np.moveaxis(x.astype(np.float64) * steps, 2, 0).copy()
        noise = np.moveaxis(noise, 2, 0).copy()
        if not shape:
            rounded = np.rint(wanted + noise)
        else:
            rounded, errors = np.empty_like(wanted), np.zeros((len(shape), *wanted.shape[1:]))
            coefficients = np.asarray(shape)
            for at in range(LANE):
                fed = wanted[at] - np.tensordot(coefficients, errors, 1)
                now = np.rint(fed + noise[at])
                now = np.where(wanted[at] == 0, 0.0, now)
                errors = np.concatenate([np.where(wanted[at] == 0, 0.0, now - fed)[None], errors[:-1]])
                rounded[at] = now
        limits = np.clip(rounded, -steps, steps - 1) / steps
        return np.moveaxis(limits, 0, 2).astype(np.float32)
