"""Pianos, electric pianos, harpsichord, organs, accordion."""

from __future__ import annotations

from functools import partial

from soundwright.instruments import effects, electric_keys
from soundwright.instruments.ensemble import Ensemble, loops
from soundwright.instruments.plucked import Pluck, pluck
from soundwright.instruments.struck import PianoBuild, piano
from soundwright.instruments.timbre import Timbre

GRAND = PianoBuild(
    hammer_hz=(1020.0, 4750.0),
    slope=0.89,
    decay=0.57,
    after=0.065,
    knock=0.85,
    loss=0.012,
    loss_power=1.6,
    track=-0.22,
    crowd=0.075,
    crowd_s=0.51,
    formants=((115.0, 5.2, 0.41), (1980.0, 3.4, 1.2), (573.0, -6.2, 0.47)),
)
FELT = PianoBuild(
    hammer_hz=(520.0, 1750.0),
    slope=1.1,
    decay=0.6,
    detune_cents=0.7,
    after=0.1,
    knock=0.9,
    track=-0.1,
    crowd=0.05,
    crowd_s=0.45,
    formants=((140.0, 4.0, 0.6), (600.0, -3.0, 0.6)),
)
UPRIGHT = PianoBuild(
    hammer_hz=(1200.0, 4600.0),
    slope=0.9,
    strike=0.11,
    decay=0.5,
    detune_cents=4.5,
    after=0.3,
    knock=0.7,
    track=0.0,
    crowd=0.09,
    formants=((240.0, 4.0, 1.2), (900.0, 3.0, 1.0), (3000.0, -3.0, 0.8)),
)

HARPSICHORD = Pluck(
    place=0.13,
    t60_s=5.7,
    shorten=0.6,
    loss=0.18,
    loss_power=1.1,
    plectrum=(10900.0, 13800.0),
    slope=0.77,
    stiffness=2e-05,
    top_hz=14000.0,
    formants=((496.0, 5.8, 0.85), (3450.0, 10.4, 1.6)),
    body=(120.0, 230.0, 410.0),
    knock=0.12,
    pick=0.29,
    pick_hz=1830.0,
    courses_cents=0.8,
    octave=0.45,
)

PIPE = Timbre(
    slope_db=(-10.9, -8.9),
    knee_hz=(1470.0, 1990.0),
    fall_db=10.3,
    first=(1.0, 6.5, -0.3, 6.5),
    formants=((1550.0, -3.0, 1.2), (555.0, -7.8, 1.9), (3330.0, 1.1, 1.1)),
    air_hz=4200.0,
)
DRAWBAR = Timbre(slope_db=(-26.0, -24.0), knee_hz=(6000.0, 6000.0))
REED = Timbre(
    slope_db=(-10.8, -8.8),
    knee_hz=(3990.0, 7610.0),
    fall_db=11.2,
    first=(-4.6, -6.5, 0.2, 0.4),
    formants=((1270.0, -2.6, 0.57), (3190.0, -2.1, 1.0), (336.0, -7.7, 1.7)),
    air_hz=22200.0,
)

CHURCH_ORGAN = Ensemble(
    timbre=PIPE,
    exact=(0.0, 1.6),
    vibrato=(5.0, 0.0, 0.0),
    ranks=((0.5, 0.15), (1.0, 0.8), (2.0, 0.8), (3.0, 0.4), (4.0, 0.55), (6.0, 0.32), (8.0, 0.28), (12.0, 0.12)),
    noise=0.012,
    noise_hz=(500.0, 7500.0),
    width=0.9,
    seconds=2.4,
    brightness=(0.6, 0.6),
    two=False,
)
DRAWBAR_ORGAN = Ensemble(
    DRAWBAR,
    exact=(0.0,),
    vibrato=(5.0, 0.0, 0.0),
    width=0.0,
    two=False,
    brightness=(0.5, 0.5),
    seconds=1.5,
    ranks=((0.5, 0.8), (1.5, 0.8), (1.0, 0.9), (2.0, 0.35), (3.0, 0.25), (4.0, 0.3), (8.0, 0.12)),
)
ACCORDION = Ensemble(
    timbre=REED,
    exact=(-9.0, 0.0, 10.0),
    vibrato=(5.0, 0.0, 0.0),
    ranks=((1.0, 1.0), (0.5, 0.14)),
    noise=0.0082,
    width=0.35,
)

VOICES = {
    "grand piano": partial(piano, build=GRAND),
    "felt piano": partial(piano, build=FELT),
    "upright piano": partial(piano, build=UPRIGHT),
    "electric piano": electric_keys.tine,
    "reed electric piano": electric_keys.reed,
    "fm electric piano": electric_keys.fm,
    "harpsichord": partial(pluck, build=HARPSICHORD),
    "church organ": partial(loops, build=CHURCH_ORGAN),
    "drawbar organ": partial(loops, build=DRAWBAR_ORGAN),
    "accordion": partial(loops, build=ACCORDION),
}

FINISH = {
    "electric piano": partial(effects.tremolo, hz=4.6, depth=0.45, across=True),
    "reed electric piano": partial(effects.tremolo, hz=5.6, depth=0.42),
    "fm electric piano": partial(effects.chorus, depth_ms=1.6, hz=0.7, mix=0.45),
    "drawbar organ": partial(effects.rotary, hz=6.4, drive=0.9),
}
