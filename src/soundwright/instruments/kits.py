"""Kits: tables from General MIDI percussion keys to how each piece is made.

A kit is its own pieces over those of a kit it builds on. Each piece is a function of a `Tone` (its pitch is the key)
and stands at a place in the stereo picture, as the drummer's kit is seen from the hall.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import partial

import numpy as np

from soundwright.instruments import kit_pieces as make
from soundwright.instruments.drums import Metal, Skin, metal, skin
from soundwright.instruments.tone import Tone

Make = Callable[[Tone], np.ndarray]


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of a kit: how it is made, where it stands (−1..1), how long it may ring, which group it chokes."""

    make: Make
    pan: float = 0.0
    seconds: float = 1.5
    choke: str = ""


def _skin(pan: float = 0.0, seconds: float = 1.2, **build) -> Piece:
    return Piece(partial(skin, build=Skin(**build)), pan, seconds)


def _metal(pan: float = 0.0, choke: str = "", **build) -> Piece:
    build = Metal(**build)
    return Piece(partial(metal, build=build), pan, 1.2 * max(build.t60_s, build.hiss_s), choke)


PERCUSSION: dict[int, Piece] = {
    54: Piece(make.tambourine, 0.35, 0.5),
    56: Piece(make.cowbell, -0.2, 0.5),
    58: Piece(make.vibraslap, 0.3, 1.6),
    60: _skin(0.3, hz=420, t60_s=0.28, modes=0.5, fall=(0.12, 0.02), beater=(0.3, 800, 6000, 0.015)),
    61: _skin(0.2, hz=290, t60_s=0.34, modes=0.5, fall=(0.12, 0.02), beater=(0.3, 600, 5000, 0.015)),
    62: _skin(-0.3, hz=330, t60_s=0.14, modes=0.8, fall=(0.1, 0.02), beater=(0.6, 900, 6000, 0.02)),
    63: _skin(-0.3, hz=215, t60_s=0.5, modes=0.35, fall=(0.15, 0.025), beater=(0.2, 500, 4000, 0.015)),
    64: _skin(-0.4, hz=155, t60_s=0.65, modes=0.3, fall=(0.15, 0.03), beater=(0.18, 400, 3000, 0.015)),
    65: _skin(0.4, hz=330, t60_s=0.6, modes=0.6, fall=(0.1, 0.02), beater=(0.4, 1500, 9000, 0.02)),
    66: _skin(0.45, hz=240, t60_s=0.7, modes=0.6, fall=(0.1, 0.02), beater=(0.4, 1500, 8000, 0.02)),
    67: Piece(partial(make.agogo, hz=915.0), 0.3, 0.8),
    68: Piece(partial(make.agogo, hz=655.0), 0.3, 0.8),
    69: Piece(partial(make.shaken, hz=7500.0, seconds=0.07), -0.35, 0.3),
    70: Piece(partial(make.shaken, hz=6000.0, seconds=0.045), -0.4, 0.25),
    71: Piece(partial(make.whistle, seconds=0.16), 0.2, 0.3),
    72: Piece(partial(make.whistle, seconds=0.5), 0.2, 0.7),
    73: Piece(partial(make.guiro, seconds=0.12), 0.35, 0.3),
    74: Piece(partial(make.guiro, seconds=0.38), 0.35, 0.6),
    75: Piece(partial(make.wood, hz=2450.0, t60_s=0.09), -0.25, 0.3),
    76: Piece(partial(make.wood, hz=920.0, t60_s=0.12), 0.3, 0.3),
    77: Piece(partial(make.wood, hz=690.0, t60_s=0.14), 0.3, 0.3),
    78: Piece(partial(make.cuica, up=0.6), -0.2, 0.4),
    79: Piece(partial(make.cuica, up=-0.5), -0.2, 0.5),
    80: Piece(partial(make.triangle, t60_s=0.22), 0.4, 0.4),
    81: Piece(partial(make.triangle, t60_s=2.6), 0.4, 2.8),
    82: Piece(partial(make.shaken, hz=5200.0, seconds=0.06), -0.3, 0.3),
}

CYMBALS: dict[int, Piece] = {
    42: _metal(0.3, "hat", low_hz=300, high_hz=15000, t60_s=0.19, hiss_s=0.19, hiss=0.9, hiss_hz=5000, tilt=0.3,
               level=0.40, damping=0.04, crowding=1.5),
    44: _metal(0.3, "hat", low_hz=300, high_hz=12000, t60_s=0.25, hiss_s=0.23, hiss=0.7, hiss_hz=4500, tilt=0.2,
               level=0.30, damping=0.06, crowding=1.6),
    46: _metal(0.3, "hat", low_hz=330, high_hz=15000, t60_s=3.4, hiss_s=2.0, hiss=0.7, hiss_hz=5000, tilt=0.2,
               level=0.20, damping=0.12),
    49: _metal(-0.45, low_hz=300, high_hz=14000, t60_s=6.5, hiss_s=2.6, hiss=0.8, hiss_hz=4000, bloom_s=0.012,
               tilt=0.15, level=0.36),
    57: _metal(0.5, low_hz=260, high_hz=13000, t60_s=7.0, hiss_s=2.9, hiss=0.7, hiss_hz=3600, bloom_s=0.012,
               tilt=0.15, level=0.36),
    51: _metal(0.5, low_hz=280, high_hz=14000, t60_s=6.0, hiss_s=1.6, hiss=0.25, hiss_hz=5500, ping=1.6,
               ping_hz=(2150, 2550, 3380, 4050, 4720, 6100, 6900), ping_s=0.9, level=0.18, tilt=0.3, damping=0.25,
               crowding=1.3),
    59: _metal(0.4, low_hz=260, high_hz=13000, t60_s=6.0, hiss_s=1.7, hiss=0.28, hiss_hz=5000, ping=1.4,
               ping_hz=(1950, 2350, 3120, 3700, 4300, 5600, 6200), ping_s=0.9, level=0.18, tilt=0.3, damping=0.25,
               crowding=1.3),
    53: _metal(0.5, low_hz=500, high_hz=9000, t60_s=2.8, hiss_s=0.4, hiss=0.1, ping=2.4,
               ping_hz=(905, 1480, 2310, 3200, 4450), ping_s=1.8, level=0.18),
    52: _metal(-0.5, low_hz=450, high_hz=12000, t60_s=3.0, hiss_s=1.2, hiss=1.2, hiss_hz=3200, tilt=0.0, level=0.36),
    55: _metal(-0.3, low_hz=700, high_hz=15000, t60_s=1.9, hiss_s=0.9, hiss=1.1, hiss_hz=5500, level=0.36),
}  # fmt: skip

_KICK = {"modes": 0.55, "fall": (0.9, 0.014), "drive": 1.6}
_TOM = {"beater": (0.30, 500, 5000, 0.07), "modes": 0.4}

ACOUSTIC: dict[int, Piece] = {
    35: _skin(hz=54, t60_s=0.44, beater=(0.34, 700, 5000, 0.06), **_KICK),
    36: _skin(hz=60, t60_s=0.38, beater=(0.42, 900, 6500, 0.055), **_KICK),
    37: Piece(make.side_stick, -0.1, 0.3),
    38: Piece(make.snare, -0.05, 0.6),
    39: Piece(make.clap, 0.1, 0.6),
    40: Piece(partial(make.snare, hz=225.0, rim=0.8), -0.05, 0.6),
    41: _skin(0.5, 1.8, hz=78, t60_s=1.4, fall=(0.35, 0.05), **_TOM),
    43: _skin(0.4, 1.6, hz=92, t60_s=1.3, fall=(0.35, 0.045), **_TOM),
    45: _skin(0.15, 1.5, hz=112, t60_s=1.15, fall=(0.35, 0.04), **_TOM),
    47: _skin(0.0, 1.3, hz=135, t60_s=1.0, fall=(0.35, 0.035), **_TOM),
    48: _skin(-0.2, 1.2, hz=160, t60_s=0.9, fall=(0.35, 0.03), **_TOM),
    50: _skin(-0.35, 1.1, hz=192, t60_s=0.8, fall=(0.35, 0.03), **_TOM),
    **CYMBALS,
    **PERCUSSION,
}

BRUSH: dict[int, Piece] = {
    **ACOUSTIC,
    35: _skin(hz=56, t60_s=0.5, modes=0.3, fall=(0.4, 0.02), beater=(0.08, 400, 2000, 0.02)),
    36: _skin(hz=62, t60_s=0.45, modes=0.3, fall=(0.4, 0.02), beater=(0.10, 400, 2500, 0.02)),
    38: Piece(make.brush_tap, -0.05, 0.5),
    39: Piece(make.brush_sweep, -0.05, 0.9),
    40: Piece(make.brush_sweep, -0.05, 0.9),
    42: _metal(0.3, "hat", low_hz=400, high_hz=13000, t60_s=0.18, hiss_s=0.16, hiss=0.7, hiss_hz=5500, tilt=0.3,
               level=0.28, damping=0.05, crowding=1.5),
}  # fmt: skip

TR808: dict[int, Piece] = {
    **ACOUSTIC,
    35: Piece(partial(make.kick_808, hz=46.0, t60_s=1.6), 0.0, 1.9),
    36: Piece(partial(make.kick_808, hz=52.0, t60_s=0.9), 0.0, 1.2),
    37: Piece(make.rim_808, 0.0, 0.2),
    38: Piece(make.snare_808, 0.0, 0.5),
    39: Piece(make.clap, 0.0, 0.6),
    40: Piece(make.snare_808, 0.0, 0.5),
    41: Piece(partial(make.tom_808, hz=80.0), 0.3, 0.9),
    43: Piece(partial(make.tom_808, hz=96.0), 0.2, 0.9),
    45: Piece(partial(make.tom_808, hz=122.0), 0.1, 0.8),
    47: Piece(partial(make.tom_808, hz=146.0), 0.0, 0.8),
    48: Piece(partial(make.tom_808, hz=170.0), -0.2, 0.7),
    50: Piece(partial(make.tom_808, hz=200.0), -0.3, 0.7),
    42: Piece(partial(make.hat_808, t60_s=0.11), 0.15, 0.2, "hat"),
    44: Piece(partial(make.hat_808, t60_s=0.16), 0.15, 0.2, "hat"),
    46: Piece(partial(make.hat_808, t60_s=1.5, low=4500.0), 0.15, 1.5, "hat"),
    49: Piece(partial(make.hat_808, t60_s=2.8, low=1200.0), -0.2, 2.9),
    56: Piece(make.cowbell_808, 0.1, 0.5),
    70: Piece(partial(make.shaken, hz=8000.0, seconds=0.03), -0.2, 0.2),
    75: Piece(partial(make.wood, hz=2500.0, t60_s=0.05), 0.1, 0.2),
}

TR909: dict[int, Piece] = {
    **ACOUSTIC,
    35: Piece(partial(make.kick_909, hz=47.0), 0.0, 0.7),
    36: Piece(partial(make.kick_909, hz=51.0), 0.0, 0.7),
    37: Piece(make.rim_808, 0.0, 0.2),
    38: Piece(make.snare_909, 0.0, 0.5),
    40: Piece(make.snare_909, 0.0, 0.5),
    39: Piece(make.clap, 0.05, 0.6),
    42: Piece(partial(make.hat_909, t60_s=0.13), 0.12, 0.25, "hat"),
    44: Piece(partial(make.hat_909, t60_s=0.19), 0.12, 0.25, "hat"),
    46: Piece(partial(make.hat_909, t60_s=1.5), 0.12, 1.5, "hat"),
}

HAND: dict[int, Piece] = {
    **ACOUSTIC,
    35: Piece(make.cajon_bass, 0.0, 0.6),
    36: Piece(make.cajon_bass, 0.0, 0.6),
    37: Piece(partial(make.wood, hz=920.0, t60_s=0.12), 0.1, 0.3),
    38: Piece(make.cajon_slap, 0.05, 0.4),
    39: Piece(partial(make.clap, natural=True), 0.1, 0.4),
    40: Piece(make.cajon_slap, 0.05, 0.4),
    42: Piece(partial(make.shaken, hz=6500.0, seconds=0.05), 0.3, 0.3),
    44: Piece(partial(make.shaken, hz=5500.0, seconds=0.08), 0.3, 0.3),
    46: Piece(make.tambourine, 0.35, 0.5),
    51: Piece(partial(make.shaken, hz=7500.0, seconds=0.06), 0.35, 0.3),
}

CHIP: dict[int, Piece] = {
    **{key: Piece(partial(make.chip_noise, hz=9000.0, seconds=0.05), 0.0, 0.2) for key in ACOUSTIC},
    35: Piece(partial(make.chip_kick), 0.0, 0.3),
    36: Piece(partial(make.chip_kick), 0.0, 0.3),
    **{key: Piece(partial(make.chip_noise, hz=5200.0, seconds=0.14), 0.0, 0.3) for key in (37, 38, 39, 40)},
    **{
        key: Piece(partial(make.chip_tom, hz=90.0 + 22.0 * i), 0.0, 0.3)
        for i, key in enumerate((41, 43, 45, 47, 48, 50))
    },
    42: Piece(partial(make.chip_noise, hz=14000.0, seconds=0.035), 0.0, 0.2, "hat"),
    46: Piece(partial(make.chip_noise, hz=14000.0, seconds=0.16), 0.0, 0.3, "hat"),
    49: Piece(partial(make.chip_noise, hz=8000.0, seconds=0.7), 0.0, 1.0),
    51: Piece(partial(make.chip_noise, hz=11000.0, seconds=0.08), 0.0, 0.2),
}

KITS: Mapping[str, dict[int, Piece]] = {
    "acoustic": ACOUSTIC,
    "brush": BRUSH,
    "808": TR808,
    "909": TR909,
    "hand": HAND,
    "chip": CHIP,
}
