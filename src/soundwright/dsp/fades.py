"""Fades with a choosable law, for sound whose end is not known beforehand."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.errors import BadRequest

# Each law takes 0..1 to 0..1; "equal-power" keeps the power of a crossfade of unrelated sound.
LAWS = {
    "raised-cosine": lambda t: 0.5 - 0.5 * np.cos(np.pi * t),
    "linear": lambda t: t,
    "equal-power": lambda t: np.sin(0.5 * np.pi * t),
    "exponential": lambda t: np.where(t > 0, np.expm1(6.9 * t) / np.expm1(6.9), 0.0),
    "logarithmic": lambda t: np.log1p(9 * t) / np.log(10),
}


@dataclass(frozen=True, eq=False)
class FadeState:
    rate: int
    seen: int
    held: np.ndarray


@dataclass(frozen=True)
class Fades:
    """Fade in over `in_ms` from the beginning, and out over `out_ms` to the end; holds back `out_ms` of sound."""

    in_ms: float = 3.0
    out_ms: float = 10.0
    law: str = "raised-cosine"

    def __post_init__(self) -> None:
        if self.law not in LAWS:
            raise BadRequest(f"a fade is {', '.join(LAWS)}, not {self.law!r}")

    def start(self, rate: int, channels: int) -> FadeState:
        return FadeState(rate, 0, np.zeros((channels, 0), np.float32))

    def step(self, state: FadeState, block: np.ndarray) -> tuple[FadeState, np.ndarray]:
        rise = round(self.in_ms * state.rate / 1000)
        if state.seen < rise:
            at = np.arange(state.seen, min(state.seen + block.shape[1], rise))
            block = np.array(block, np.float32)
            block[:, : len(at)] *= LAWS[self.law]((at + 0.5) / rise).astype(np.float32)
        held = np.concatenate([state.held, block], axis=1)
        ready = max(held.shape[1] - round(self.out_ms * state.rate / 1000), 0)
        return FadeState(state.rate, state.seen + block.shape[1], held[:, ready:].copy()), held[:, :ready]

    def flush(self, state: FadeState) -> np.ndarray:
        fall = state.held.shape[1]
        if not fall:
            return state.held
        full = round(self.out_ms * state.rate / 1000)
        return state.held * LAWS[self.law]((np.arange(fall, 0, -1) - 0.5) / full).astype(np.float32)
