"""The room all instruments share: one algorithmic reverberation, fed by the sum of the parts' sends.

A space's made impulse response (`dsp.space`) after a short pre-delay; what goes in is freed of rumble and a little of
its brilliance, because real walls take both, and a muddy or hissing tail is what betrays an artificial room.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from scipy import signal

from soundwright.dsp import filters, space
from soundwright.errors import BadRequest
from soundwright.instruments.effects import in_blocks

PIECE = 1 << 23  # frames that are convolved at once


@dataclass(frozen=True, slots=True)
class Room:
    """A mix room: which space it is, its pre-delay in s, and the band that is sent in, in Hz."""

    space: space.Space
    predelay_s: float
    band_hz: tuple[float, float]


ROOMS = {
    "studio": Room(space.Space((0.55, 0.5, 0.32), 7.0, -11.0, -14.0), 0.006, (140.0, 9000.0)),
    "chamber": Room(space.SPACES["chamber"], 0.012, (160.0, 8500.0)),
    "hall": Room(space.SPACES["hall"], 0.024, (170.0, 7500.0)),
    "plate": Room(space.SPACES["plate"], 0.010, (220.0, 11000.0)),
    "church": Room(space.SPACES["church"], 0.032, (150.0, 6500.0)),
}


def room(send: np.ndarray, rate: int, kind: str = "studio") -> np.ndarray:
    """What the room answers to `send` `[2, n]`: reverberation alone, in the array that came in, its tail cut at n.

    `kind` is studio, chamber, hall, plate or church. A steady send comes back about as loud as it went in, so a part's
    `room_db` is the level of its reverberation. Raises `BadRequest` for another kind.
    """
    if kind not in ROOMS:
        raise BadRequest(f"there is no room {kind!r}: there are {', '.join(ROOMS)}")
    build = ROOMS[kind]
    n = send.shape[1]
    if n == 0 or not send.any():
        return np.zeros((2, n), np.float32)
    response = space.impulse_response(build.space, rate)
    response = response / np.sqrt((response**2).sum() / 2)  # unit energy: incoherent sound keeps its power
    late = round(build.predelay_s * rate)
    low, high = build.band_hz
    for side in range(2):
        sent = in_blocks(
            send[side : side + 1], rate, lambda x: filters.lowpass(filters.highpass(x, low, rate, 2), high, rate, 1)
        )[0]
        send[side] = 0.0
        for at in range(0, n - late, PIECE):
            wet = signal.oaconvolve(sent[at : at + PIECE], response[side].astype(np.float32))
            end = min(at + late + len(wet), n)
            send[side, at + late : end] += wet[: end - at - late]
    return send
