"""Brass, flutes and reeds. Formants after Meyer, "Acoustics and the Performance of Music", chapter 3."""

from __future__ import annotations

from functools import partial

from soundwright.instruments import effects
from soundwright.instruments.ensemble import Ensemble, loops
from soundwright.instruments.line import Line, speak
from soundwright.instruments.timbre import Timbre

TRUMPET = Timbre(
    (-6.5, 0.0), (1300.0, 4200.0), 0.0, 20.0, first=(-2.0,), formants=((1200.0, 5.0, 1.2), (2300.0, 3.0, 1.5))
)
HARMON = Timbre(
    (-3.0, 0.0),
    (2600.0, 4200.0),
    0.0,
    24.0,
    first=(-9.0, -5.0, -2.0),
    formants=((1700.0, 9.0, 2.0), (3200.0, 9.0, 2.0)),
)
TROMBONE = Timbre(
    (-6.0, -0.5), (700.0, 2400.0), 0.0, 20.0, first=(-4.0, -1.0), formants=((520.0, 5.0, 1.2), (1500.0, 2.0, 1.5))
)
HORN = Timbre((-7.5, -3.0), (430.0, 1500.0), 0.0, 18.0, first=(-4.0,), formants=((350.0, 5.0, 1.0), (750.0, 2.0, 1.2)))
BRASS = Timbre(
    (-7.0, -1.2), (800.0, 4000.0), 0.0, 17.0, formants=((600.0, 3.0, 1.0), (1200.0, 4.0, 1.2), (2300.0, 2.0, 1.5))
)
FLUTE = Timbre((-13.0, -8.0), (1800.0, 4000.0), 1.5, 10.0, first=(0.0, 1.0, 0.0, -2.0))
PANPIPE = Timbre((-16.0, -12.0), (3000.0, 4500.0), 1.5, 8.0, even_db=(-14.0, -9.0))
RECORDER = Timbre((-12.0, -8.0), (3500.0, 5000.0), 1.5, 10.0, even_db=(-12.0, -8.0))
WHISTLE = Timbre((-26.0, -19.0), (5000.0, 8000.0), 1.5, 8.0)
CLARINET = Timbre(
    (-5.0, -2.5),
    (1500.0, 3200.0),
    0.0,
    22.0,
    even_db=(-30.0, -18.0),
    even_to_hz=2000.0,
    formants=((1500.0, 3.0, 1.5), (3200.0, 3.0, 2.0)),
)
OBOE = Timbre(
    (-5.0, -3.0), (2800.0, 3800.0), 0.0, 20.0, first=(-6.0,), formants=((1120.0, 12.0, 1.8), (2900.0, 8.0, 2.5))
)
SAX = Timbre(
    (-5.0, -3.0), (1200.0, 3200.0), 0.0, 19.0, formants=((620.0, 5.0, 1.2), (1350.0, 4.0, 1.5), (2600.0, 3.0, 2.0))
)
BASSOON = Timbre(
    (-6.0, -5.0), (700.0, 1400.0), 0.0, 20.0, first=(-11.0, -4.0), formants=((480.0, 13.0, 2.5), (1180.0, 8.0, 2.5))
)
HARMONICA = Timbre(
    (-3.0, -1.0), (2400.0, 4600.0), 0.0, 11.0, even_db=(-3.0, -2.0), formants=((950.0, 5.0, 1.2), (2300.0, 6.0, 1.5))
)
CHANTER = Timbre(
    (-1.0, 0.5), (3200.0, 4200.0), 0.0, 24.0, first=(-8.0, -3.0), formants=((1000.0, 6.0, 1.5), (2200.0, 5.0, 1.5))
)

STYLES = {
    "trumpet": Line(
        TRUMPET,
        (0.055, 0.022),
        0.11,
        0.025,
        -45.0,
        0.2,
        0.10,
        (5.4, 14.0, 0.04, 0.35),
        (0.012, 1500.0, 7000.0),
        chiff=0.05,
        chiff_s=0.02,
        phases="cosine",
    ),
    "muted trumpet": Line(
        HARMON,
        (0.055, 0.025),
        0.1,
        0.03,
        -40.0,
        0.15,
        0.10,
        (5.4, 16.0, 0.05, 0.3),
        (0.02, 2000.0, 8000.0),
        chiff=0.12,
        chiff_s=0.02,
        phases="cosine",
    ),
    "trombone": Line(
        TROMBONE,
        (0.075, 0.035),
        0.14,
        0.07,
        -50.0,
        0.2,
        0.10,
        (5.1, 12.0, 0.04, 0.4),
        (0.012, 800.0, 5000.0),
        chiff=0.03,
        chiff_s=0.025,
        phases="cosine",
    ),
    "french horn": Line(
        HORN,
        (0.10, 0.05),
        0.19,
        0.04,
        -35.0,
        0.12,
        0.08,
        (4.8, 5.0, 0.02, 0.5),
        (0.010, 500.0, 3000.0),
        chiff=0.02,
        chiff_s=0.03,
        phases="cosine",
    ),
    "flute": Line(
        FLUTE,
        (0.11, 0.055),
        0.14,
        0.03,
        -20.0,
        0.12,
        0.06,
        (5.1, 11.0, 0.16, 0.2),
        (0.028, 900.0, 3500.0),
        chiff=0.06,
        chiff_s=0.045,
        pulse=0.35,
        phases="sine",
    ),
    "pan flute": Line(
        PANPIPE,
        (0.07, 0.035),
        0.18,
        0.04,
        -60.0,
        0.1,
        0.25,
        (4.8, 6.0, 0.16, 0.3),
        (0.055, 1.5, 5.0),
        True,
        chiff=0.22,
        chiff_s=0.05,
        pulse=0.2,
        phases="sine",
    ),
    "recorder": Line(
        RECORDER,
        (0.05, 0.025),
        0.09,
        0.02,
        -15.0,
        0.05,
        0.03,
        (4.6, 3.0, 0.05, 0.4),
        (0.014, 1500.0, 6000.0),
        chiff=0.07,
        chiff_s=0.025,
        pulse=0.3,
        phases="sine",
    ),
    "tin whistle": Line(
        WHISTLE,
        (0.035, 0.015),
        0.09,
        0.018,
        -30.0,
        0.1,
        0.03,
        (5.6, 10.0, 0.10, 0.3),
        (0.016, 2000.0, 6000.0),
        chiff=0.09,
        chiff_s=0.02,
        pulse=0.3,
        phases="sine",
    ),
    "clarinet": Line(
        CLARINET,
        (0.07, 0.035),
        0.11,
        0.02,
        -12.0,
        0.08,
        0.06,
        (4.8, 4.0, 0.02, 0.4),
        (0.012, 1500.0, 6000.0),
        chiff=0.03,
        chiff_s=0.025,
        phases="cosine",
    ),
    "oboe": Line(
        OBOE,
        (0.055, 0.03),
        0.1,
        0.02,
        -15.0,
        0.05,
        0.05,
        (5.5, 12.0, 0.07, 0.25),
        (0.012, 2500.0, 8000.0),
        chiff=0.07,
        chiff_s=0.02,
        phases="cosine",
    ),
    "saxophone": Line(
        SAX,
        (0.06, 0.028),
        0.13,
        0.035,
        -90.0,
        0.15,
        0.10,
        (5.2, 20.0, 0.09, 0.28),
        (0.02, 1500.0, 6000.0),
        chiff=0.08,
        chiff_s=0.035,
        phases="cosine",
    ),
    "bassoon": Line(
        BASSOON,
        (0.06, 0.035),
        0.1,
        0.02,
        -15.0,
        0.06,
        0.06,
        (5.2, 7.0, 0.04, 0.35),
        (0.012, 800.0, 4000.0),
        chiff=0.03,
        chiff_s=0.02,
        phases="cosine",
    ),
    "harmonica": Line(
        HARMONICA,
        (0.06, 0.03),
        0.1,
        0.05,
        -70.0,
        0.1,
        0.05,
        (5.6, 7.0, 0.28, 0.15),
        (0.02, 1500.0, 7000.0),
        chiff=0.06,
        chiff_s=0.02,
        voices=(-3.0, 3.0),
        phases="cosine",
    ),
    "bagpipe": Line(
        CHANTER,
        (0.03, 0.02),
        0.03,
        0.012,
        0.0,
        0.0,
        0.0,
        (5.0, 2.0, 0.02, 0.3),
        (0.006, 2000.0, 7000.0),
        chiff=0.0,
        voices=(-3.0, 4.0),
        phases="cosine",
        dark=-0.3,
    ),
}

SECTION = Ensemble(BRASS, players=5, spread_cents=6.0, vibrato=(5.2, 5.0, 0.3), brightness=(0.05, 1.0), noise=0.008)

VOICES = {name: partial(speak, style=style) for name, style in STYLES.items()}
VOICES["brass section"] = partial(loops, build=SECTION)

FINISH = {"harmonica": partial(effects.cabinet, tone_hz=7000.0, bite_db=2.0)}
