"""Bowed strings, alone and together, and voices."""

from __future__ import annotations

from functools import partial

from soundwright.instruments import effects
from soundwright.instruments.ensemble import Ensemble, loops
from soundwright.instruments.line import Line, speak
from soundwright.instruments.timbre import Timbre
from soundwright.instruments.vowels import GLOTTIS, VOWELS, sing

SOLO_BOW = Timbre(slope_db=(-6.5, -5.0), knee_hz=(2500.0, 6500.0), fall_db=10.0)
LOW_BOW = Timbre(slope_db=(-7.5, -6.0), knee_hz=(800.0, 2300.0), fall_db=10.0)
SECTION_BOW = Timbre(
    slope_db=(-6.0, -4.5),
    knee_hz=(2000.0, 4300.0),
    fall_db=14.0,
    formants=((280.0, 2.0, 2.0), (500.0, 5.0, 1.5), (1000.0, 3.0, 1.0), (2500.0, 3.0, 1.2)),
)

VIOLIN = Line(
    SOLO_BOW,
    attack_s=(0.16, 0.06),
    release_s=0.18,
    glide_s=0.05,
    blip_cents=-12.0,
    overshoot=0.1,
    decay=0.05,
    vibrato=(5.7, 22.0, 0.03, 0.18),
    breath=(0.07, 1500.0, 9000.0),
    chiff=0.16,
    chiff_s=0.05,
    pulse=0.6,
    phases="sine",
    drift_cents=5.0,
)
CELLO = Line(
    LOW_BOW,
    attack_s=(0.18, 0.08),
    release_s=0.24,
    glide_s=0.06,
    blip_cents=-10.0,
    overshoot=0.1,
    decay=0.05,
    vibrato=(5.1, 18.0, 0.03, 0.22),
    breath=(0.05, 700.0, 5000.0),
    chiff=0.14,
    chiff_s=0.06,
    pulse=0.6,
    phases="sine",
    drift_cents=5.0,
)
SECTION = Ensemble(
    SECTION_BOW, players=9, spread_cents=7.0, vibrato=(5.6, 13.0, 0.25), noise=0.009, noise_hz=(1500.0, 6000.0)
)
SHAKING = Ensemble(
    SECTION_BOW,
    players=9,
    spread_cents=7.0,
    vibrato=(5.6, 6.0, 0.25),
    tremolo=(11.5, 0.85),
    noise=0.02,
    noise_hz=(1500.0, 6000.0),
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
