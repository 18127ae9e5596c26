"""Pianos, electric pianos, harpsichord, organs, accordion."""

from __future__ import annotations

from functools import partial

from soundwright.instruments import effects, electric_keys
from soundwright.instruments.ensemble import Ensemble, loops
from soundwright.instruments.plucked import Pluck, pluck
from soundwright.instruments.struck import PianoBuild, piano
from soundwright.instruments.timbre import Timbre

GRAND = PianoBuild()
FELT = PianoBuild(
    hammer_hz=(330.0, 1000.0),
    slope=1.3,
    decay=0.7,
    detune_cents=0.7,
    after=0.2,
    knock=0.8,
    formants=((160.0, 3.0, 1.0), (420.0, 2.0, 1.0)),
)
UPRIGHT = PianoBuild(
    hammer_hz=(1100.0, 4200.0),
    slope=0.95,
    strike=0.11,
    decay=0.6,
    detune_cents=3.2,
    after=0.35,
    knock=0.55,
    formants=((240.0, 4.0, 1.2), (900.0, 3.0, 1.0), (3000.0, -3.0, 0.8)),
)

HARPSICHORD = Pluck(
    place=0.13,
    t60_s=3.2,
    shorten=0.45,
    loss=0.45,
    loss_power=1.2,
    plectrum=(5500.0, 7000.0),
    slope=0.55,
    stiffness=2e-5,
    top_hz=14000.0,
    formants=((500.0, -2.0, 0.8), (2200.0, 4.0, 0.8)),
    body=(120.0, 230.0, 410.0),
    knock=0.05,
    pick=0.12,
    pick_hz=4500.0,
    octave=0.45,
    courses_cents=0.8,
)

PIPE = Timbre(slope_db=(-9.0, -7.0), knee_hz=(2000.0, 2700.0), fall_db=8.0)
DRAWBAR = Timbre(slope_db=(-26.0, -24.0), knee_hz=(6000.0, 6000.0))
REED = Timbre(
    slope_db=(-6.5, -4.5),
    knee_hz=(2200.0, 4200.0),
    fall_db=15.0,
    formants=((900.0, 5.0, 1.0), (2600.0, 4.0, 1.2), (350.0, -2.0, 1.0)),
)

CHURCH_ORGAN = Ensemble(
    PIPE,
    exact=(0.0, 1.6),
    vibrato=(5.0, 0.0, 0.0),
    width=0.9,
    two=False,
    brightness=(0.6, 0.6),
    noise=0.012,
    ranks=((0.5, 0.15), (1.0, 0.8), (2.0, 0.8), (3.0, 0.4), (4.0, 0.55), (6.0, 0.32), (8.0, 0.28), (12.0, 0.12)),
    seconds=2.4,
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
    REED,
    exact=(-9.0, 0.0, 10.0),
    vibrato=(5.0, 0.0, 0.0),
    width=0.35,
    ranks=((1.0, 1.0), (0.5, 0.14)),
    noise=0.006,
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
