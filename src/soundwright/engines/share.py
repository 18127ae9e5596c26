"""What one worker with an engine takes of a machine, by the memory plan of its checkpoint's card."""

from __future__ import annotations

import math

from soundwright import engines
from soundwright.cluster import Share
from soundwright.engines import memory
from soundwright.engines.memory import GB, Need

EMBEDDED_BYTES = 3 * GB // 4  # a song of three minutes was measured at 473 MB (benchmarks/cold.py)
BESIDE_BYTES = 2.2 * GB  # on an accelerator, of what its tensors do not count: see `engines.memory`
ON_THE_WAY_BYTES = 2 * GB  # of main memory, beside an accelerator: weights are read through it
LENGTH_S = 60.0  # where nobody knows how long the pieces will be


def share(address: str, duration_s: float, card_bytes: float | None, cores: float, gpus: float | None = None) -> Share:
    """The share of a worker for a checkpoint, "" for embedded engines, with pieces of up to `duration_s`.

    `card_bytes` is the memory of an accelerator, 0.0 where nobody knows how much and None where there is none; `cores`
    are those of a machine. What no plan knows of takes a whole accelerator, or a machine; `gpus` takes the place of
    the plan's part of an accelerator.
    """
    if not address:
        return Share(1.0, 0.0, EMBEDDED_BYTES)
    if gpus is not None:
        return Share(1.0, gpus, int(ON_THE_WAY_BYTES))
    if card_bytes is None:
        need = planned(address, duration_s, "cpu", math.inf)
        return Share(max(cores, 1.0), 0.0, int(need.peak) if need else 0)
    need = planned(address, duration_s, "cuda", card_bytes - BESIDE_BYTES) if card_bytes else None
    part = (need.peak + BESIDE_BYTES) / card_bytes if need and card_bytes else 1.0
    # above a half there is no room for a second, and less than a whole would only promise it
    part = 1.0 if part > 0.5 else math.ceil(part * 100) / 100
    return Share(1.0, part, int(ON_THE_WAY_BYTES))


def planned(address: str, duration_s: float, device: str, room: float) -> Need | None:
    """The strategy that a worker will take where it has `room` bytes; None where the card has no plan or none fits."""
    if not any(address.startswith(name) for name in memory.SHAPES):
        return None
    one = engines.card(address).checkpoint
    seconds = min(max(duration_s, 1.0), one.longest_s)
    batch = 2 if one.guidance > 1 else 1
    needs = memory.needs(one.parts_m, memory.shape_of(address), seconds, device, batch)
    return next((need for need in needs if need.peak <= room), None)
