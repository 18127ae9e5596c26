"""Guitars, lutes, harps and plucked basses."""

from __future__ import annotations

from functools import partial

from soundwright.instruments import effects
from soundwright.instruments.plucked import GUITAR_BODY, Pluck, pluck

NYLON_BODY = ((100.0, 6.0, 6.0), (200.0, 6.0, 5.0), (400.0, 4.0, 3.0), (2500.0, -4.0, 0.8))
STEEL_BODY = ((98.0, 5.0, 6.0), (195.0, 5.0, 5.0), (380.0, 3.0, 3.0), (3200.0, 4.0, 1.0))
VIOLIN_BODY = ((280.0, 6.0, 4.0), (460.0, 6.0, 5.0), (700.0, 3.0, 3.0), (2500.0, 3.0, 1.2))

PLUCKS = {
    "nylon guitar": Pluck(
        place=0.21, t60_s=3.4, shorten=0.5, loss=0.9, loss_power=1.2, plectrum=(2200.0, 6000.0), slope=0.9,
        stiffness=1.5e-5, formants=NYLON_BODY, body=GUITAR_BODY, knock=0.26, pick=0.035, pick_hz=1800.0,
    ),
    "steel guitar": Pluck(
        place=0.16, t60_s=5.5, shorten=0.45, loss=0.6, loss_power=1.2, plectrum=(3000.0, 8500.0), slope=0.75,
        stiffness=6e-5, formants=STEEL_BODY, body=GUITAR_BODY, knock=0.18, pick=0.05, pick_hz=4200.0, sharp_cents=6.0,
    ),
    "clean electric guitar": Pluck(
        place=0.14, t60_s=6.0, shorten=0.4, loss=1.0, loss_power=1.2, plectrum=(2200.0, 6000.0), slope=1.0,
        pickup=0.09, stiffness=5e-5, top_hz=7000.0, pick=0.05, pick_hz=2800.0, sharp_cents=5.0,
    ),
    "distorted guitar": Pluck(
        place=0.12, t60_s=9.0, shorten=0.3, loss=0.7, loss_power=1.2, plectrum=(2500.0, 6000.0), slope=1.0,
        pickup=0.07, stiffness=5e-5, top_hz=7000.0, pick=0.07, pick_hz=2500.0, sharp_cents=8.0, mute_t60_s=0.32,
    ),
    "banjo": Pluck(
        place=0.10, t60_s=0.95, shorten=0.35, loss=1.3, loss_power=0.9, plectrum=(3500.0, 9000.0), slope=0.45,
        stiffness=4e-5, formants=((330.0, 3.0, 2.0), (700.0, 5.0, 1.5), (1500.0, 4.0, 1.2), (150.0, -10.0, 0.8)),
        body=(290.0, 480.0, 740.0, 1020.0), knock=0.16, pick=0.16, pick_hz=4500.0, sharp_cents=10.0,
    ),
    "sitar": Pluck(
        place=0.08, t60_s=5.0, shorten=0.4, loss=0.35, loss_power=1.0, plectrum=(2500.0, 7000.0), slope=0.6,
        stiffness=1e-5, formants=((450.0, 3.0, 1.5), (1800.0, 5.0, 1.0), (180.0, -8.0, 0.8)), body=(180.0, 320.0),
        knock=0.12, pick=0.05, pick_hz=4500.0, sharp_cents=30.0, buzz=0.35, sympathetic=(1.0, 1.125, 1.25, 1.5, 1.6667),
    ),
    "harp": Pluck(
        place=0.38, t60_s=5.0, shorten=0.55, loss=1.6, loss_power=1.2, plectrum=(1200.0, 3800.0), slope=1.35,
        stiffness=1.5e-5, formants=((200.0, 3.0, 1.0), (600.0, 2.0, 1.0)), body=(150.0, 230.0, 340.0), knock=0.2,
        pick=0.02, pick_hz=1500.0, courses_cents=0.3,
    ),
    "koto": Pluck(
        place=0.07, t60_s=2.6, shorten=0.45, loss=1.6, loss_power=1.1, plectrum=(3000.0, 8000.0), slope=0.65,
        stiffness=1e-5, formants=((260.0, 4.0, 3.0), (520.0, 3.0, 2.0), (1900.0, 3.0, 1.0)), body=(140.0, 260.0, 410.0),
        knock=0.10, pick=0.16, pick_hz=3800.0, sharp_cents=28.0,
    ),
    "ukulele": Pluck(
        place=0.28, t60_s=1.15, shorten=0.5, loss=2.4, loss_power=1.1, plectrum=(1600.0, 4500.0), slope=0.95,
        stiffness=1.5e-5, formants=((225.0, 4.0, 5.0), (400.0, 6.0, 4.0), (650.0, 4.0, 3.0), (130.0, -10.0, 0.8)),
        body=(225.0, 400.0, 560.0, 830.0), knock=0.12, pick=0.06, pick_hz=2600.0,
    ),
    "upright bass": Pluck(
        place=0.30, t60_s=1.5, shorten=0.35, loss=9.0, loss_power=1.0, plectrum=(450.0, 1500.0), slope=0.9,
        stiffness=3e-5, top_hz=4500.0, formants=((60.0, 3.0, 4.0), (105.0, 5.0, 4.0), (220.0, 3.0, 3.0), (700.0, 2.0, 1.5)),
        body=(62.0, 105.0, 190.0, 290.0), knock=0.30, pick=0.05, pick_hz=1200.0, sharp_cents=12.0,
    ),
    "electric bass": Pluck(
        place=0.17, t60_s=4.5, shorten=0.3, loss=2.0, loss_power=1.1, plectrum=(550.0, 2200.0), slope=1.2,
        pickup=0.13, stiffness=8e-5, top_hz=5000.0, formants=((90.0, 3.0, 1.5), (800.0, 3.0, 1.2)), pick=0.03,
        pick_hz=1800.0, sharp_cents=6.0,
    ),
    "fretless bass": Pluck(
        place=0.22, t60_s=3.0, shorten=0.3, loss=4.0, loss_power=1.0, plectrum=(500.0, 1600.0), slope=0.9,
        pickup=0.10, stiffness=3e-5, top_hz=4000.0, formants=((350.0, 5.0, 1.5), (750.0, 4.0, 2.0)), pick=0.02,
        pick_hz=900.0, sharp_cents=-18.0, buzz=0.10,
    ),
    "pizzicato strings": Pluck(
        place=0.2, t60_s=0.55, shorten=0.35, loss=3.5, loss_power=0.9, plectrum=(1300.0, 4200.0), slope=0.95,
        stiffness=1.5e-5, formants=VIOLIN_BODY, body=(280.0, 460.0, 550.0), knock=0.22, pick=0.04, pick_hz=1500.0,
        courses_cents=7.0,
    ),
}

VOICES = {name: partial(pluck, build=build) for name, build in PLUCKS.items()}

FINISH = {
    "clean electric guitar": partial(effects.clean_amp, drive=0.5),
    "distorted guitar": partial(effects.double_tracked, drive=9.0, tone_hz=4800.0, bite_db=6.0),
    "electric bass": partial(effects.amp_bass, drive=0.7),
}
