"""Feelings without words: laughter, crying, screams, and the talk of one voice that says nothing."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import curves, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.people import blown, pitch, throat
from soundwright.foley.syrinx import row

_AGE = Knob(
    "age",
    0.55,
    0,
    1,
    "child to grown man",
    child=0.05,
    kid=0.1,
    girl=0.15,
    boy=0.15,
    baby=0.0,
    woman=0.4,
    female=0.4,
    lady=0.4,
    man=0.85,
    male=0.85,
    old=0.95,
)


def laughter(rng, rate: int, age: float, joy: float) -> np.ndarray:
    """A bout of laughter `[n]`: "ha" 4.5 to 5.5 times a second, each a puff of breath and a falling vowel."""
    length_m = curves.about(rng, throat(age), 0.06)
    base = curves.about(rng, 1.57 * pitch(age), 0.2) * (0.9 + 0.35 * joy)
    parts, at = [], 0.0
    gap, slowing = rng.uniform(0.155, 0.25), rng.uniform(1.0, 1.035)
    vowel = rng.choice(["a", "ae", "uh", "e"])
    count = rng.integers(4, 9) + round(4 * joy)
    start, top, end = rng.uniform(0.8, 1.2), rng.uniform(1.05, 1.35), rng.uniform(0.65, 0.95)
    breath, peak, voiced = rng.uniform(0.15, 0.6), rng.uniform(0.1, 0.5), rng.uniform(0.5, 0.75)
    for k in range(count):
        m = round(gap * voiced * rng.uniform(0.85, 1.15) * rate)
        climb = np.interp(k / count, (0, peak, 1), (start, top, end)) * rng.uniform(0.96, 1.04)
        hz = base * climb * curves.loose(rng, m, (0, 0.95), (0.3, 1.1), (1, 0.8))
        ha = vocal.say(
            hz,
            vocal.vowels(f"uh {vowel} {vowel}", length_m),
            rate,
            rng,
            jitter=0.015,
            shimmer=0.1,
            breath=breath,
            tilt_hz=5000,
        )
        ha = ha * curves.contour(m, (0, 0.0), (0.2, 1.0), (0.6, 0.6), (1, 0.0))
        h = round(0.075 * rate)
        puff = blown(rng, h, rate, length_m, vocal.vowels(vowel)) * curves.swell(h, rate, 0.02, 0.04)
        fading = np.interp(k / count, (0, 0.15, 1), (0.8, 1, 0.35)) * rng.uniform(0.8, 1.0)
        parts += [(at, 0.2 + 0.3 * breath, puff), (at + 0.05, fading, ha)]
        at += gap * rng.uniform(0.88, 1.12)
        gap *= slowing
    if rng.uniform() < 0.7:  # the breath in after it, where there is one
        m = round(rng.uniform(0.25, 0.5) * rate)
        drawn = blown(rng, m, rate, length_m, [[500, 1700, 2900]]) * curves.swell(m, rate, 0.15, 0.12)
        parts.append((at + rng.uniform(0.05, 0.2), rng.uniform(0.12, 0.3), drawn))
    return row(rate, parts)


@sound(
    "laugh",
    ucs="VOXLaff",
    kind="event",
    natural_s=2.4,
    words="laugh laughing laughter giggle chuckle laughs haha giggling",
    knobs=(_AGE, Knob("joy", 0.5, 0, 1, "chuckle to roaring", chuckling=0.1, hysterical=1.0, loud=0.85)),
)
def laugh(p, n, rate, rng):
    """One person laughs: vowel bursts about five a second, higher at first and running out of breath."""
    return curves.peaked(laughter(rng, rate, p["age"], p["joy"]), 0.8)


@sound(
    "baby cry",
    ucs="VOXBaby",
    kind="event",
    natural_s=4.5,
    words="baby cry crying infant newborn wail wailing babies toddler",
    knobs=(
        Knob("distress", 0.6, 0, 1, "fussing to screaming", fussing=0.1, screaming=1.0, hungry=0.6),
        Knob("cries", 3, 1, 6, "how many", once=1),
    ),
)
def baby_cry(p, n, rate, rng):
    """A newborn: cries of a second at 400 to 550 Hz that arch, break and turn rough, with a gasp between them."""
    parts, at = [], 0.0
    own, breath_s = curves.about(rng, 440, 0.13) * (1 + 0.25 * p["distress"]), curves.about(rng, 1.0, 0.25)
    for _ in range(round(p["cries"])):
        m = round(breath_s * rng.uniform(0.65, 1.35) * (0.8 + 0.5 * p["distress"]) * rate)
        base = own * rng.uniform(0.93, 1.08)
        hz = base * curves.loose(rng, m, (0, 0.75), (0.12, 1.05), (0.4, 1.1), (0.7, 1.0), (1, 0.65))
        hz = hz * (1 + 0.015 * curves.turns(rng, m, rate, 7, -1, 1))
        mouth = np.array(
            [[900, 2300, 4700], [1250, 2700, 5000], [1300, 2800, 5000], [1150, 2600, 4900], [900, 2300, 4700]]
        )
        rough = np.clip(curves.turns(rng, m, rate, 2.5, -0.7, 0.6 + 0.6 * p["distress"]), 0, 0.8)
        x = vocal.say(
            hz,
            mouth,
            rate,
            rng,
            jitter=0.01,
            shimmer=0.08,
            doubling=rough,
            breath=0.12 + 0.2 * p["distress"],
            tilt_hz=7000,
            open_quotient=0.5,
        )
        parts.append((at, rng.uniform(0.85, 1), x * curves.swell(m, rate, 0.1, 0.18)))
        at += m / rate + 0.06
        k = round(0.22 * rate)
        gasp = blown(rng, k, rate, 0.085, [[700, 1900, 3000]]) * curves.swell(k, rate, 0.05, 0.08)
        parts.append((at, 0.16, gasp))
        at += 0.3
    return curves.peaked(row(rate, parts), 0.8)


@sound(
    "scream",
    ucs="VOXScrm",
    kind="event",
    natural_s=1.6,
    words="scream screaming shriek screams yell terror horror shrieking",
    knobs=(
        _AGE,
        Knob("length", 0.5, 0, 1, "short to long", short=0.1, long=0.95),
        Knob("terror", 0.6, 0, 1, "startled to terrified", terrified=1.0, bloodcurdling=1.0),
    ),
)
def scream(p, n, rate, rng):
    """A scream: pitch far above speech (0.8 to 1.6 kHz), wide open mouth, and 30 to 150 Hz roughness (Arnal 2015)."""
    m = round((0.6 + 1.4 * p["length"]) * curves.about(rng, 1.0, 0.25) * rate)
    base = min(curves.about(rng, pitch(p["age"]) * 5.2, 0.14), 1400) * (0.85 + 0.3 * p["terror"])
    end = rng.uniform(0.55, 0.9)
    hz = (
        base
        * curves.loose(rng, m, (0, 0.65), (0.1, 1.0), (0.35, 1.08), (0.75, 1.0), (1, end))
        * (1 + 0.012 * curves.turns(rng, m, rate, 11, -1, 1))
    )
    length_m = throat(p["age"]) * 0.95
    x = vocal.say(
        hz,
        np.array([[900, 1500, 2800], [1150, 1800, 3000], [1050, 1700, 2900]]) * (0.165 / length_m),
        rate,
        rng,
        jitter=0.012,
        shimmer=0.1,
        doubling=p["terror"] * curves.turns(rng, m, rate, 2.0, -0.3, 0.8).clip(0, 0.7),
        breath=rng.uniform(0.15, 0.5),
        tilt_hz=10000,
        open_quotient=0.5,
    )
    rough = 1 + 0.5 * p["terror"] * np.sin(
        2 * np.pi * np.cumsum(rng.uniform(45, 110) * (1 + 0.3 * curves.turns(rng, m, rate, 8, -1, 1))) / rate
    )
    return curves.peaked(x * rough * curves.contour(m, (0, 0.0), (0.06, 0.9), (0.4, 1.0), (0.8, 0.8), (1, 0.0)), 0.85)


@sound(
    "sobbing",
    ucs="VOXCry",
    kind="event",
    natural_s=3.5,
    words="sob sobbing weeping crying weep tears sad whimper",
    knobs=(_AGE, Knob("grief", 0.5, 0, 1, "sniffles to wailing", quiet=0.1, wailing=1.0)),
)
def sobbing(p, n, rate, rng):
    """Weeping: a trembling falling moan, then three or four quick voiced gasps inward, and a sniff."""
    length_m, base, parts, at = throat(p["age"]), curves.about(rng, pitch(p["age"]) * 1.5, 0.15), [], 0.0
    for _ in range(2):
        m = round(rng.uniform(0.45, 1.1) * (0.7 + 0.6 * p["grief"]) * rate)
        shake = np.sin(2 * np.pi * np.cumsum(6.5 * curves.turns(rng, m, rate, 4, 0.8, 1.2)) / rate)
        hz = (
            base * (1 + 0.35 * p["grief"]) * curves.loose(rng, m, (0, 1.0), (0.2, 1.15), (1, 0.72)) * (1 + 0.03 * shake)
        )
        x = vocal.say(
            hz,
            vocal.vowels("uh a uh u", length_m),
            rate,
            rng,
            jitter=0.02,
            shimmer=0.12,
            breath=0.45,
            doubling=0.15,
            tilt_hz=4000,
        )
        parts.append((at, 1.0, x * curves.swell(m, rate, 0.1, 0.25) * (1 - 0.35 * (0.5 + 0.5 * shake))))
        at += m / rate + 0.1
        for _ in range(rng.integers(3, 5)):
            k = round(rng.uniform(0.09, 0.13) * rate)
            gasp = blown(rng, k, rate, length_m, [[550, 1600, 2800]]) * curves.swell(k, rate, 0.03, 0.03)
            cry = vocal.say(base * 1.5 * np.linspace(1, 1.2, k), vocal.vowels("uh", length_m), rate, rng, breath=1.0)
            parts.append((at, 0.35, gasp + 0.5 * cry * curves.swell(k, rate, 0.03, 0.04)))
            at += k / rate + rng.uniform(0.06, 0.12)
        at += 0.15
    k = round(0.35 * rate)
    sniff = (
        filters.bandpass(noise.white(rng, k), 1500, 6500, rate, 1)
        * curves.turns(rng, k, rate, 40, 0.3, 1)
        * curves.swell(k, rate, 0.1, 0.08)
    )
    parts.append((at, 0.3, curves.peaked(sniff)))
    return curves.peaked(row(rate, parts), 0.7)
