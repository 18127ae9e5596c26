"""Bowed strings, alone and together, and voices."""

from __future__ import annotations

from functools import partial

from soundwright.instruments import effects
from soundwright.instruments.ensemble import Ensemble, loops
from soundwright.instruments.line import Line, speak
from soundwright.instruments.timbre import Timbre
from soundwright.instruments.vowels import GLOTTIS, VOWELS, sing

SOLO_BOW = Timbre(
    slope_db=(-3.7, -2.2),
    knee_hz=(3980.0, 10300.0),
    fall_db=9.5,
    first=(-6.5, -5.2, 4.5, 4.8),
    formants=((1710.0, -6.6, 1.5), (563.0, 7.8, 1.4), (3240.0, -7.1, 2.3)),
    air_hz=4750.0,
)
LOW_BOW = Timbre(
    slope_db=(-5.9, -4.4),
    knee_hz=(1830.0, 5260.0),
    fall_db=6.4,
    first=(-6.5, -4.8, 6.5, 5.5),
    formants=((1900.0, 3.5, 1.5), (731.0, 7.8, 2.5), (2950.0, -7.8, 1.1)),
    air_hz=12600.0,
)
SECTION_BOW = Timbre(
    slope_db=(-7.6, -6.1),
    knee_hz=(1810.0, 3900.0),
    fall_db=13.0,
    first=(-6.5, 1.0, 0.4, 1.7),
    formants=((178.0, 6.3, 1.2), (634.0, 1.1, 1.7), (2540.0, 3.4, 2.5)),
    air_hz=6570.0,
)

VIOLIN = Line(
    timbre=SOLO_BOW,
    attack_s=(0.28, 0.1),
    release_s=0.24,
    glide_s=0.05,
    blip_cents=-12.0,
    overshoot=0.092,
    decay=0.027,
    vibrato=(5.7, 22.0, 0.03, 0.18),
    breath=(0.08, 250.0, 8000.0),
    chiff=0.065,
    chiff_s=0.056,
    pulse=0.6,
    drift_cents=5.0,
    phases="sine",
    bloom=2.2,
)
CELLO = Line(
    timbre=LOW_BOW,
    attack_s=(0.31, 0.14),
    release_s=0.24,
    glide_s=0.06,
    blip_cents=-10.0,
    overshoot=0.096,
    decay=0.033,
    vibrato=(5.1, 18.0, 0.03, 0.22),
    breath=(0.018, 284.0, 10300.0),
    chiff=0.057,
    chiff_s=0.085,
    pulse=0.6,
    drift_cents=5.0,
    phases="sine",
    bloom=2.0,
)
SECTION = Ensemble(timbre=SECTION_BOW, players=9, vibrato=(5.6, 19.0, 0.3), noise=0.005, noise_hz=(700.0, 4500.0))
SHAKING = Ensemble(
    SECTION_BOW,
    players=9,
    spread_cents=7.0,
    vibrato=(5.6, 6.0, 0.25),
    tremolo=(11.5, 0.85),
    noise=0.006,
    noise_hz=(700.0, 4500.0),
)
CHOIR = Ensemble(
    GLOTTIS,
    players=9,
    spread_cents=11.0,
    vibrato=(5.2, 24.0, 0.3),
    noise=0.02,
    noise_hz=(1200.0, 5000.0),
    top_hz=9000.0,
)
VOICE = Line(
    GLOTTIS,
    attack_s=(0.09, 0.05),
    release_s=0.12,
    glide_s=0.07,
    blip_cents=-60.0,
    overshoot=0.0,
    decay=0.05,
    vibrato=(5.4, 32.0, 0.05, 0.3),
    breath=(0.016, 1500.0, 6000.0),
    chiff=0.05,
    chiff_s=0.03,
    pulse=0.5,
    phases="sine",
    drift_cents=9.0,
    vowels=VOWELS,
    top_hz=9000.0,
)

VOICES = {
    "violin": partial(speak, style=VIOLIN),
    "cello": partial(speak, style=CELLO),
    "string ensemble": partial(loops, build=SECTION),
    "tremolo strings": partial(loops, build=SHAKING),
    "choir": partial(sing, build=CHOIR),
    "voice": partial(speak, style=VOICE),
}

FINISH = {
    "violin": partial(effects.resonant_body, kind="violin"),
    "cello": partial(effects.resonant_body, kind="cello"),
}
