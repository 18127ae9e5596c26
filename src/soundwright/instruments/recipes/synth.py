"""Synthesisers: basses, leads, plucks, pads, and the two voices of an 8-bit console."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from soundwright.instruments import effects
from soundwright.instruments.ensemble import Ensemble, loops
from soundwright.instruments.synths import Patch, stepped_triangle, synth
from soundwright.instruments.timbre import Timbre

WARM = Timbre((-8.0, -6.0), (420.0, 1100.0), 0.0, 14.0)
DARK = Timbre((-9.0, -8.0), (260.0, 650.0), 0.0, 14.0)
SAW = Timbre((-6.0, -6.0), (2400.0, 6500.0), 0.0, 10.0, air_hz=11000.0)
GLASS = Timbre((-10.0, -8.0), (4500.0, 8000.0), 0.0, 8.0, even_db=(-8.0, -6.0), air_hz=11000.0)
HUM = Timbre((-7.0, -5.0), (350.0, 1300.0), 0.0, 12.0, formants=((400.0, 4.0, 2.0), (1100.0, 4.0, 3.0)))

SUPER = (-19.0, -12.0, -6.0, 0.0, 6.5, 12.5, 19.5)  # cents

PADS = {
    "warm pad": Ensemble(WARM, exact=(-8.0, -3.0, 3.0, 8.0), vibrato=(0.7, 4.0, 0.4), ranks=((1.0, 1.0), (0.5, 0.3))),
    "dark pad": Ensemble(
        DARK,
        exact=(-9.0, -3.0, 4.0, 9.0),
        vibrato=(0.5, 6.0, 0.5),
        ranks=((1.0, 1.0), (0.5, 0.6)),
        noise=0.02,
        noise_hz=(150.0, 500.0),
        seconds=4.0,
    ),
    "saw pad": Ensemble(SAW, exact=SUPER, vibrato=(0.6, 2.0, 0.4), width=1.0, brightness=(0.3, 1.0)),
    "glass pad": Ensemble(
        GLASS,
        exact=(-5.0, -1.5, 2.0, 5.5),
        vibrato=(4.5, 3.0, 0.4),
        tremolo=(3.2, 0.5),
        seconds=4.0,
        ranks=((1.0, 1.0), (2.0, 0.5), (3.0, 0.22), (4.0, 0.28), (6.0, 0.12)),
        width=1.0,
    ),
    "drone": Ensemble(
        HUM,
        exact=(-6.0, -2.0, 3.0, 7.0),
        vibrato=(0.35, 5.0, 0.6),
        tremolo=(0.4, 0.6),
        seconds=7.0,
        width=1.0,
        ranks=((1.0, 1.0), (1.5, 0.45), (2.0, 0.5), (0.5, 0.6), (3.0, 0.2)),
        noise=0.03,
        noise_hz=(200.0, 1500.0),
    ),
}

PATCHES = {
    "synth bass": Patch("saw", (-4.0, 4.0), (420.0, 2600.0), 0.4, 1.5, 0.5, sub=0.35, click=0.03),
    "sub bass": Patch("sine", (0.0,), (8000.0, 8000.0), 1.0, 0.7, 0.0, attack_s=0.008),
    "acid bass": Patch("saw", (0.0,), (230.0, 3600.0), 0.22, 9.0, 0.3),
    "reese bass": Patch(
        "saw", (-14.0, 13.0, -3.0), (420.0, 1500.0), 0.9, 1.0, 0.3, sub=0.3, wobble=(0.4, 0.5), attack_s=0.01
    ),
    "pluck": Patch("saw", (-8.0, 0.0, 8.0), (500.0, 9500.0), 0.22, 1.1, 0.6, level_s=1.3, width=0.5, click=0.02),
    "saw lead": Patch("saw", (-9.0, 0.0, 9.0), (1800.0, 8000.0), 0.5, 1.1, 0.5, attack_s=0.006, width=0.3),
    "square lead": Patch("square", (-4.0, 4.0), (1400.0, 5000.0), 0.5, 1.0, 0.5, attack_s=0.006),
    "chip lead": Patch("pulse", (0.0,), (16000.0, 16000.0), 1.0, 0.7, 0.0, attack_s=0.002),
}

VOICES: dict[str, Callable] = {name: partial(loops, build=build) for name, build in PADS.items()}
VOICES |= {name: partial(synth, patch=patch) for name, patch in PATCHES.items()}
VOICES["chip triangle"] = stepped_triangle

FINISH = {
    "sub bass": partial(effects.overdrive, drive=1.5),  # its third harmonic is what small speakers play
    "acid bass": partial(effects.overdrive, drive=1.8),
    "saw lead": partial(effects.chorus, depth_ms=1.5, hz=0.5, mix=0.3),
}
