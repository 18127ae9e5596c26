"""The contract of everything that processes sound with a memory, and the two ways to run it.

A block is a frozen dataclass of parameters in units that people use; it holds no state. `start` makes the state for a
rate and a number of channels, `step` takes a state and samples and gives the next state and samples, `flush` gives what
a looking-ahead block still holds. What comes out is aligned with what went in: a block that looks ahead gives fewer
frames at first and the rest at the flush, never silence in front. So the whole is as long as it was, and cutting the
input elsewhere changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Protocol

import numpy as np

PIECE = 65_536  # frames held at a time when a whole array is run
NOTHING = np.zeros((1, 0), np.float32)


class Block(Protocol):
    """What a chain is made of. Samples are float32 `[channels, frames]`."""

    def start(self, rate: int, channels: int) -> Any: ...

    def step(self, state: Any, block: np.ndarray) -> tuple[Any, np.ndarray]: ...

    def flush(self, state: Any) -> np.ndarray: ...


class Immediate:
    """Base of blocks that look nowhere ahead: there is nothing to flush."""

    def flush(self, state: Any) -> np.ndarray:
        return NOTHING


def stream(block: Block, pieces: Iterable[np.ndarray], rate: int, channels: int) -> Iterator[np.ndarray]:
    """Run `block` over pieces `[channels, frames]` of any lengths."""
    state = block.start(rate, channels)
    for piece in pieces:
        state, out = block.step(state, piece)
        if out.shape[1]:
            yield out
    rest = block.flush(state)
    if rest.shape[1]:
        yield rest


def run(block: Block, x: np.ndarray, rate: int, piece: int = PIECE) -> np.ndarray:
    """Run `block` over the whole of x `[channels, frames]`; the result has x's shape, in float32."""
    out = np.empty(x.shape, np.float32)
    at = 0
    cuts = (x[:, begin : begin + piece] for begin in range(0, x.shape[1], piece))
    for done in stream(block, cuts, rate, len(x)):
        out[:, at : at + done.shape[1]] = done
        at += done.shape[1]
    assert at == x.shape[1], f"{block} gave {at} frames for {x.shape[1]}"
    return out
