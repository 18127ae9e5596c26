"""Bars, bells, tines and kettledrums. Mode ratios from Fletcher and Rossing, chapters 19 to 21."""

from __future__ import annotations

from functools import partial

from soundwright.instruments import effects
from soundwright.instruments.struck import Bar, bar

#  tuned marimba and xylophone bars; free bar; clamped tine; tubular bell: modes as odd numbers squared
TUBE = tuple((2 * k + 1) ** 2 / 40.5 for k in range(2, 10))

#  a kettledrum's ring of preferred modes (1,1) (2,1) ... above the principal tone, then the crowd of the others
DRUM = (
    1.0,
    1.504,
    1.742,
    2.0,
    2.245,
    2.494,
    2.80,
    2.98,
    3.3,
    3.46,
    3.9,
    4.3,
    4.8,
    5.3,
    5.9,
    6.6,
    7.4,
    8.3,
    9.4,
    10.7,
    12.2,
    0.63,
)
DRUM_LEVELS = (1.0, 0.85, 0.25, 0.55, 0.2, 0.45, 0.25, 0.35, *(0.28 - 0.015 * i for i in range(13)), 0.3)

BARS = {
    "celesta": Bar(
        (1.0, 2.01, 3.02, 5.4),
        (1.0, 0.16, 0.05, 0.16),
        2.4,
        0.5,
        0.6,
        (1800.0, 5000.0),
        0.10,
        1400.0,
        0.006,
        body=(180.0, 320.0, 560.0),
    ),
    "music box": Bar(
        (1.0, 2.003, 6.27, 6.9, 17.5),
        (1.0, 0.10, 0.34, 0.12, 0.10),
        2.4,
        0.4,
        0.3,
        (6000.0, 14000.0),
        0.10,
        5500.0,
        0.003,
        doublet_cents=2.5,
    ),
    "glockenspiel": Bar(
        (1.0, 2.756, 5.404, 8.933),
        (1.0, 0.7, 0.5, 0.35),
        6.0,
        0.45,
        0.5,
        (7000.0, 18000.0),
        0.16,
        7000.0,
        0.0025,
    ),
    "vibraphone": Bar((1.0, 3.98, 10.1), (1.0, 0.22, 0.05), 7.0, 0.55, 1.1, (1500.0, 5000.0), 0.05, 1600.0, 0.005),
    "marimba": Bar(
        (1.0, 3.93, 9.2, 15.9),
        (1.0, 0.34, 0.10, 0.04),
        1.35,
        0.75,
        0.9,
        (900.0, 4200.0),
        0.16,
        750.0,
        0.007,
        body=(160.0, 290.0, 450.0),
    ),
    "xylophone": Bar(
        (1.0, 3.0, 6.1, 9.8, 13.5),
        (1.0, 0.75, 0.40, 0.2, 0.1),
        0.85,
        0.6,
        0.75,
        (4500.0, 12000.0),
        0.36,
        3200.0,
        0.004,
        body=(600.0, 1100.0, 1900.0),
    ),
    "tubular bells": Bar(
        TUBE,
        (0.04, 0.12, 0.75, 1.0, 0.9, 0.6, 0.4, 0.25),
        7.0,
        0.3,
        0.35,
        (3000.0, 9000.0),
        0.12,
        2500.0,
        0.005,
        doublet_cents=1.6,
    ),
    "kalimba": Bar(
        (1.0, 2.0, 5.4, 6.3, 14.5),
        (1.0, 0.10, 0.24, 0.14, 0.05),
        1.7,
        0.5,
        0.9,
        (1500.0, 5000.0),
        0.14,
        2200.0,
        0.004,
        body=(190.0, 340.0, 520.0),
    ),
    "timpani": Bar(
        DRUM,
        tuple(DRUM_LEVELS),
        2.6,
        0.4,
        0.55,
        (500.0, 2200.0),
        0.30,
        400.0,
        0.012,
    ),
}

VOICES = {name: partial(bar, build=build) for name, build in BARS.items()}

FINISH = {"vibraphone": partial(effects.tremolo, hz=5.2, depth=0.6)}
