"""Brass, flutes and reeds.

Formants after Meyer, "Acoustics and the Performance of Music", chapter 3; levels and slopes were then fitted
so that the long-term mel spectra of four pitches agree with multisampled notes within some 3 dB.
"""

from __future__ import annotations

from functools import partial

from soundwright.instruments import effects
from soundwright.instruments.ensemble import Ensemble, loops
from soundwright.instruments.line import Line, speak
from soundwright.instruments.timbre import Timbre

TRUMPET = Timbre(
    slope_db=(-6.8, -0.34),
    knee_hz=(1380.0, 4470.0),
    fall_db=20.1,
    first=(-8.5, -4.7, -1.8),
    formants=((2680.0, 4.6, 1.1), (1790.0, 3.6, 2.5)),
    air_hz=5540.0,
)
HARMON = Timbre(
    slope_db=(-2.9, 0.11),
    knee_hz=(4050.0, 6540.0),
    fall_db=27.7,
    first=(-5.5, -0.7, -4.2, -3.7),
    formants=((1690.0, 1.2, 2.8), (2310.0, 1.2, 3.3), (1740.0, -7.8, 0.96)),
    air_hz=6150.0,
)
TROMBONE = Timbre(
    slope_db=(-3.9, 1.6),
    knee_hz=(712.0, 2440.0),
    fall_db=23.0,
    first=(-3.0, -2.5, -1.6, 6.5),
    formants=((513.0, 12.8, 2.0), (1840.0, 8.1, 0.73), (2010.0, 4.3, 1.5)),
    air_hz=3660.0,
)
HORN = Timbre(
    slope_db=(-7.1, -2.6),
    knee_hz=(542.0, 1890.0),
    fall_db=19.0,
    first=(-10.5, -3.3, -2.6, -2.8),
    formants=((347.0, 10.1, 1.7), (686.0, 5.9, 2.5), (2070.0, 6.9, 1.7)),
    air_hz=7710.0,
)
BRASS = Timbre(
    slope_db=(-7.3, -1.5),
    knee_hz=(756.0, 3780.0),
    fall_db=20.2,
    first=(-6.5, -6.5, -4.8, -4.9),
    formants=((532.0, 8.9, 2.1), (1090.0, 6.9, 0.82)),
    air_hz=4240.0,
)
FLUTE = Timbre(
    slope_db=(-11.1, -6.1),
    knee_hz=(1390.0, 3090.0),
    knee_ratio=1.5,
    fall_db=13.1,
    first=(-0.2, 3.2, 2.0, -1.1),
    formants=((1210.0, 7.8, 2.5), (787.0, -6.4, 2.5), (2160.0, 4.6, 1.0)),
    air_hz=12500.0,
)
PANPIPE = Timbre(
    slope_db=(-13.8, -9.8),
    knee_hz=(5770.0, 8660.0),
    knee_ratio=1.5,
    fall_db=5.6,
    even_db=(-19.2, -14.2),
    first=(2.4, -5.9, -0.3, -5.2),
    formants=((2360.0, -5.4, 0.99), (639.0, 6.5, 1.8), (3950.0, -7.8, 1.1)),
    air_hz=19400.0,
)
RECORDER = Timbre(
    slope_db=(-11.1, -7.1),
    knee_hz=(2120.0, 3030.0),
    knee_ratio=1.5,
    fall_db=15.3,
    even_db=(-6.8, -2.8),
    first=(2.7, 4.5, 0.9, -4.1),
    formants=((1950.0, -3.8, 1.9), (591.0, -5.6, 1.6), (2340.0, -3.6, 1.7)),
    air_hz=3660.0,
)
WHISTLE = Timbre(
    slope_db=(-31.2, -24.2),
    knee_hz=(3050.0, 4880.0),
    knee_ratio=1.5,
    fall_db=8.7,
    first=(6.5, -6.5, -1.3, -0.4),
    formants=((1990.0, -7.8, 1.4), (667.0, 7.8, 1.4), (2540.0, -7.8, 1.1)),
    air_hz=8720.0,
)
CLARINET = Timbre(
    slope_db=(-8.1, -5.6),
    knee_hz=(1880.0, 4010.0),
    fall_db=20.9,
    even_db=(-29.1, -17.1),
    even_to_hz=2000.0,
    first=(6.5, 6.5, 5.3),
    formants=((1840.0, 10.8, 2.0), (3200.0, 10.8, 2.1), (2980.0, 7.8, 1.2)),
    air_hz=5000.0,
)
OBOE = Timbre(
    slope_db=(-5.1, -3.1),
    knee_hz=(2230.0, 3030.0),
    fall_db=31.4,
    first=(-5.8, 4.9, 3.2),
    formants=((1400.0, 14.4, 3.7), (3190.0, 9.9, 5.1), (1890.0, -3.0, 1.5)),
    air_hz=9960.0,
)
SAX = Timbre(
    slope_db=(-3.1, -1.1),
    knee_hz=(1290.0, 3440.0),
    fall_db=23.6,
    first=(-0.5, 6.5, 4.2, -3.0),
    formants=((450.0, 12.8, 1.1), (1730.0, 5.7, 0.73), (2450.0, 10.8, 3.0)),
    air_hz=3660.0,
)
BASSOON = Timbre(
    slope_db=(-3.7, -2.7),
    knee_hz=(665.0, 1330.0),
    fall_db=25.2,
    first=(-11.0, -2.8, -1.4, 5.0),
    formants=((453.0, 20.8, 5.1), (1150.0, 10.6, 4.2), (1920.0, 5.7, 1.8)),
    air_hz=9560.0,
)
HARMONICA = Timbre(
    slope_db=(-5.6, -3.6),
    knee_hz=(1750.0, 3350.0),
    fall_db=9.2,
    even_db=(-4.8, -3.8),
    first=(-6.4, -3.7, 4.4, -4.4),
    formants=((893.0, -2.8, 1.5), (1720.0, 10.2, 3.1), (2580.0, -7.8, 1.0)),
    air_hz=15200.0,
)
CHANTER = Timbre(
    slope_db=(-2.2, -0.73),
    knee_hz=(2970.0, 3890.0),
    fall_db=24.8,
    first=(-14.5, -7.0, 5.3, 6.5),
    formants=((1130.0, 5.2, 2.4), (2250.0, 3.2, 1.0), (1980.0, -1.4, 1.2)),
    air_hz=21300.0,
)

STYLES = {
    "trumpet": Line(
        timbre=TRUMPET,
        attack_s=(0.05, 0.026),
        release_s=0.11,
        glide_s=0.025,
        blip_cents=-45.0,
        overshoot=0.13,
        decay=0.079,
        vibrato=(5.4, 14.0, 0.04, 0.35),
        breath=(0.013, 1500.0, 7000.0),
        chiff=0.025,
        chiff_s=0.049,
        bloom=3.0,
    ),
    "muted trumpet": Line(
        timbre=HARMON,
        attack_s=(0.032, 0.014),
        release_s=0.1,
        glide_s=0.03,
        blip_cents=-40.0,
        overshoot=0.061,
        decay=0.041,
        vibrato=(5.4, 16.0, 0.05, 0.3),
        breath=(0.014, 2000.0, 8000.0),
        chiff=0.049,
        chiff_s=0.049,
        bloom=3.7,
    ),
    "trombone": Line(
        timbre=TROMBONE,
        attack_s=(0.13, 0.061),
        release_s=0.14,
        glide_s=0.07,
        blip_cents=-50.0,
        overshoot=0.14,
        decay=0.041,
        vibrato=(5.1, 12.0, 0.04, 0.4),
        breath=(0.01, 800.0, 5000.0),
        chiff=0.012,
        chiff_s=0.012,
        bloom=3.1,
    ),
    "french horn": Line(
        timbre=HORN,
        attack_s=(0.16, 0.079),
        release_s=0.19,
        glide_s=0.04,
        blip_cents=-35.0,
        overshoot=0.068,
        decay=0.049,
        vibrato=(4.8, 5.0, 0.02, 0.5),
        breath=(0.019, 500.0, 3000.0),
        chiff=0.017,
        chiff_s=0.074,
        bloom=3.1,
    ),
    "flute": Line(
        timbre=FLUTE,
        attack_s=(0.19, 0.096),
        release_s=0.14,
        glide_s=0.03,
        blip_cents=-20.0,
        overshoot=0.051,
        decay=0.03,
        vibrato=(5.1, 11.0, 0.16, 0.2),
        breath=(0.021, 900.0, 3500.0),
        chiff=0.024,
        chiff_s=0.05,
        pulse=0.35,
        phases="sine",
        bloom=2.0,
    ),
    "pan flute": Line(
        timbre=PANPIPE,
        attack_s=(0.12, 0.061),
        release_s=0.18,
        glide_s=0.04,
        blip_cents=-60.0,
        overshoot=0.089,
        vibrato=(4.8, 6.0, 0.16, 0.3),
        breath=(0.024, 1.5, 5.0),
        breath_follows=True,
        chiff=0.089,
        chiff_s=0.02,
        pulse=0.2,
        phases="sine",
        bloom=2.5,
    ),
    "recorder": Line(
        timbre=RECORDER,
        attack_s=(0.087, 0.043),
        release_s=0.09,
        glide_s=0.02,
        blip_cents=-15.0,
        overshoot=0.05,
        decay=0.026,
        vibrato=(4.6, 3.0, 0.05, 0.4),
        breath=(0.0056, 1500.0, 6000.0),
        chiff=0.028,
        chiff_s=0.01,
        pulse=0.3,
        phases="sine",
        bloom=1.3,
    ),
    "tin whistle": Line(
        timbre=WHISTLE,
        attack_s=(0.061, 0.026),
        release_s=0.09,
        glide_s=0.018,
        blip_cents=-30.0,
        overshoot=0.092,
        decay=0.018,
        vibrato=(5.6, 10.0, 0.1, 0.3),
        breath=(0.0045, 2000.0, 6000.0),
        chiff=0.037,
        chiff_s=0.0081,
        pulse=0.3,
        phases="sine",
        bloom=2.2,
    ),
    "clarinet": Line(
        timbre=CLARINET,
        attack_s=(0.12, 0.061),
        release_s=0.11,
        glide_s=0.02,
        blip_cents=-12.0,
        overshoot=0.043,
        decay=0.11,
        vibrato=(4.8, 4.0, 0.02, 0.4),
        breath=(0.01, 1500.0, 6000.0),
        chiff=0.017,
        chiff_s=0.048,
        bloom=2.1,
    ),
    "oboe": Line(
        timbre=OBOE,
        attack_s=(0.063, 0.034),
        release_s=0.1,
        glide_s=0.02,
        blip_cents=-15.0,
        overshoot=0.049,
        decay=0.027,
        vibrato=(5.5, 12.0, 0.07, 0.25),
        breath=(0.0052, 2500.0, 8000.0),
        chiff=0.028,
        chiff_s=0.0081,
        bloom=3.7,
    ),
    "saxophone": Line(
        timbre=SAX,
        attack_s=(0.1, 0.049),
        release_s=0.13,
        blip_cents=-90.0,
        overshoot=0.11,
        decay=0.074,
        vibrato=(5.2, 20.0, 0.09, 0.28),
        breath=(0.015, 1500.0, 6000.0),
        chiff=0.033,
        chiff_s=0.051,
        bloom=1.5,
    ),
    "bassoon": Line(
        timbre=BASSOON,
        attack_s=(0.058, 0.034),
        release_s=0.1,
        glide_s=0.02,
        blip_cents=-15.0,
        overshoot=0.056,
        decay=0.042,
        vibrato=(5.2, 7.0, 0.04, 0.35),
        breath=(0.0073, 800.0, 4000.0),
        chiff=0.012,
        chiff_s=0.0081,
        bloom=3.7,
    ),
    "harmonica": Line(
        timbre=HARMONICA,
        attack_s=(0.1, 0.052),
        release_s=0.1,
        glide_s=0.05,
        blip_cents=-70.0,
        overshoot=0.076,
        decay=0.12,
        vibrato=(5.6, 7.0, 0.2, 0.15),
        breath=(0.017, 1500.0, 7000.0),
        chiff=0.024,
        chiff_s=0.049,
        bloom=1.5,
    ),
    "bagpipe": Line(
        timbre=CHANTER,
        attack_s=(0.028, 0.019),
        release_s=0.03,
        glide_s=0.012,
        blip_cents=0.0,
        overshoot=0.0,
        decay=0.0,
        vibrato=(5.0, 2.0, 0.02, 0.3),
        breath=(0.0062, 2000.0, 7000.0),
        chiff=0.0,
        dark=-0.3,
        bloom=3.7,
    ),
}

SECTION = Ensemble(
    timbre=BRASS,
    players=5,
    spread_cents=6.0,
    vibrato=(5.2, 5.0, 0.3),
    noise=0.005,
    noise_hz=(700.0, 4500.0),
    brightness=(0.05, 1.0),
)

VOICES = {name: partial(speak, style=style) for name, style in STYLES.items()}
VOICES["brass section"] = partial(loops, build=SECTION)

FINISH = {name: partial(effects.seat, name=name) for name in STYLES}
#  the horn's bell looks away from the hall: what is heard comes mostly from the wall behind
FINISH["french horn"] = partial(effects.seat, name="french horn", level=0.5, span_s=(0.002, 0.085))
FINISH["harmonica"] = partial(effects.cabinet, tone_hz=7000.0, bite_db=2.0)
