"""Filters as blocks: high-pass and low-pass (Butterworth, Linkwitz-Riley), and the parametric equaliser.

Each block only says which second-order sections it is made of; running them is the same for all. Frequencies in Hz are
held under 0.49 of the rate, gains are in dB.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from soundwright.dsp.block import Immediate
from soundwright.dsp.filters import biquad
from soundwright.errors import BadRequest


@dataclass(frozen=True, eq=False)
class SosState:
    sos: np.ndarray  # [sections, 6]
    memory: np.ndarray  # [sections, channels, 2]


class Sections(Immediate):
    """Base: `sections(rate)` gives the filter as `[n, 6]`; computed in float64."""

    def sections(self, rate: int) -> np.ndarray:
        raise NotImplementedError

    def start(self, rate: int, channels: int) -> SosState:
        sos = self.sections(rate)
        return SosState(sos, np.zeros((len(sos), channels, 2)))

    def step(self, state: SosState, block: np.ndarray) -> tuple[SosState, np.ndarray]:
        out, memory = signal.sosfilt(state.sos, block, zi=state.memory.astype(np.result_type(block, np.float64)))
        return SosState(state.sos, memory), out.astype(np.float32)


def pass_sections(kind: str, hz: float, rate: int, order: int, shape: str) -> np.ndarray:
    """Butterworth of `order`, or Linkwitz-Riley: a Butterworth of half the order, twice (-6 dB at `hz`)."""
    hz = float(np.clip(hz, 0.5, 0.49 * rate))
    if shape == "butterworth":
        return np.asarray(signal.butter(order, hz, kind, fs=rate, output="sos"))
    if shape == "linkwitz-riley" and order % 2 == 0:
        return np.tile(np.asarray(signal.butter(order // 2, hz, kind, fs=rate, output="sos")), (2, 1))
    raise BadRequest(f"a filter is butterworth, or linkwitz-riley of even order, not {shape} of order {order}")


@dataclass(frozen=True)
class HighPass(Sections):
    """High-pass at `hz`. `offset` are constant offsets per channel which are taken to have been there for ever, so that
    removing them leaves no thump at the beginning."""

    hz: float = 20.0
    order: int = 2
    shape: str = "butterworth"
    offset: tuple[float, ...] = ()

    def sections(self, rate: int) -> np.ndarray:
        return pass_sections("high", self.hz, rate, self.order, self.shape)

    def start(self, rate: int, channels: int) -> SosState:
        state = super().start(rate, channels)
        if not self.offset:
            return state
        offset = np.broadcast_to(self.offset, channels)
        return SosState(state.sos, signal.sosfilt_zi(state.sos)[:, None, :] * offset[None, :, None])


@dataclass(frozen=True)
class LowPass(Sections):
    """Low-pass at `hz`."""

    hz: float = 18_000.0
    order: int = 2
    shape: str = "butterworth"

    def sections(self, rate: int) -> np.ndarray:
        return pass_sections("low", self.hz, rate, self.order, self.shape)


@dataclass(frozen=True)
class Band:
    """One band of an equaliser: kind is "bell", "low-shelf", "high-shelf" or "notch"."""

    kind: str
    hz: float
    gain_db: float = 0.0
    q: float = 0.7071


KINDS = {"bell": "peak", "low-shelf": "low-shelf", "high-shelf": "high-shelf", "notch": "notch"}


@dataclass(frozen=True)
class Equaliser(Sections):
    """Parametric equaliser of any number of bands (RBJ sections). Raises `BadRequest` for an unknown kind of band."""

    bands: tuple[Band, ...] = ()

    def __post_init__(self) -> None:
        for band in self.bands:
            if band.kind not in KINDS:
                raise BadRequest(f"an equaliser has bands of {', '.join(KINDS)}, not {band.kind!r}")

    def sections(self, rate: int) -> np.ndarray:
        bands = [band for band in self.bands if band.hz < 0.45 * rate or band.kind == "low-shelf"]
        rows = [biquad(KINDS[band.kind], band.hz, rate, gain_db=band.gain_db, q=band.q) for band in bands]
        return np.concatenate([*rows, [[1.0, 0, 0, 1.0, 0, 0]]])


@dataclass(frozen=True)
class Gain(Immediate):
    """A static gain."""

    gain_db: float = 0.0

    def start(self, rate: int, channels: int) -> None:
        return None

    def step(self, state: None, block: np.ndarray) -> tuple[None, np.ndarray]:
        return None, block * np.float32(10 ** (self.gain_db / 20))
