"""What bodies do: hearts, breath, and the noises of nose and throat."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, modal, noise
from soundwright.foley import curves, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.syrinx import row

AGE = Knob(
    "age",
    0.6,
    0,
    1,
    "child to grown man",
    child=0.05,
    kid=0.1,
    girl=0.15,
    boy=0.15,
    woman=0.4,
    female=0.4,
    lady=0.4,
    man=0.85,
    male=0.85,
    old=0.95,
)


def throat(age: float) -> float:
    """Length in m of a vocal tract: 0.11 (child) to 0.175 (man)."""
    return 0.11 + 0.065 * age


def pitch(age: float) -> float:
    """Speaking pitch in Hz: 300 (child), about 200 (woman), 105 (man)."""
    return 310.0 * 0.36 ** (age**1.2)


def blown(rng, n, rate, length_m, track, *, damping=2.0) -> np.ndarray:
    """Breath noise `[n]` through a vocal tract."""
    scale = 0.17 / length_m
    x = vocal.tract(noise.white(rng, n), np.atleast_2d(np.asarray(track, float)) * scale, rate, damping=damping)
    x = filters.highpass(x, 180, rate, 1)
    return x / max(float(np.abs(x).max(initial=0.0)), 1e-9)


@sound(
    "heartbeat",
    ucs="HMNHart",
    kind="texture",
    natural_s=6.0,
    words="heartbeat heart beating pulse heartbeats thumping lub dub",
    knobs=(
        Knob(
            "bpm",
            70,
            40,
            180,
            "beats per minute",
            slow=50,
            resting=60,
            calm=58,
            fast=130,
            racing=160,
            pounding=110,
            nervous=120,
        ),
        Knob("body", 0.5, 0, 1, "stethoscope (clear) to through the chest (dull)", muffled=0.95, dull=0.9, clear=0.1),
    ),
)
def heartbeat(p, n, rate, rng):
    """Two heart sounds a beat: S1 (valves shut, 30 to 60 Hz, longer) and S2 (higher, shorter) a third of the beat
    later.
    """
    out = np.zeros(n, np.float32)
    period = 60.0 / p["bpm"]
    systole = 0.3 * np.sqrt(period / 0.857)
    systole *= curves.about(rng, 1.0, 0.08)
    first, second, soft = curves.about(rng, 46.0, 0.15), curves.about(rng, 62.0, 0.15), curves.about(rng, 0.62, 0.3)
    at = 0.08
    beat = 0
    while at * rate < n:
        for delay, hz, gain in ((0.0, first, 1.0), (systole, second, soft)):
            low = hz * 1.5 ** (0.5 - p["body"]) * rng.uniform(0.96, 1.04)
            length = round(0.28 * rate)
            t = np.arange(length) / rate
            thump = np.sin(2 * np.pi * low * t * (1 - 0.6 * t)) * np.exp(-t * (19 + hz / 6)) * np.minimum(t / 0.012, 1)
            valve = modal.damped_sines(
                [2.3 * low, 3.6 * low, 5.2 * low], 0.09, [0.5, 0.3, 0.16], length, rate
            ) * np.minimum(t / 0.006, 1)
            sound_ = (thump + 0.9 * (1 - p["body"]) * valve) * gain * rng.uniform(0.92, 1.0)
            start = round((at + delay) * rate)
            if start < n:
                out[start : start + length] += sound_[: n - start]
        beat += 1
        at += period * (1 + 0.02 * np.sin(2 * np.pi * beat * period / 4.5) + rng.normal(0, 0.006))
    return curves.level(out, 0.13, 0.9)


@sound(
    "breathing",
    ucs="HMNBrth",
    kind="texture",
    natural_s=8.0,
    words="breathing breath breaths breathe inhale exhale panting gasping respiration",
    knobs=(
        Knob(
            "breath_rate",
            16,
            6,
            70,
            "breaths per minute",
            slow=9,
            calm=11,
            deep=9,
            fast=34,
            heavy=24,
            panting=60,
            gasping=40,
        ),
        Knob("effort", 0.4, 0, 1, "quiet nose to open mouth", quiet=0.1, heavy=0.85, exhausted=0.95, panting=0.8),
        AGE,
    ),
)
def breathing(p, n, rate, rng):
    """Air in (brighter, shorter) and out (darker, longer, fading) through nose or mouth, with a pause between."""
    length_m, out = throat(p["age"]), np.zeros((2, n), np.float32)
    at = 0.05
    while at * rate < n:
        cycle = 60.0 / p["breath_rate"] * rng.normal(1, 0.05)
        for start, share, track, gain in (
            (0, 0.4, [[420, 1700, 2900, 4000], [500, 1850, 3100, 4200]], 0.75),
            (0.46, 0.47, [[620, 1250, 2500, 3500], [480, 1050, 2300, 3300]], 1.0),
        ):
            m = max(round(share * cycle * rate), 64)
            x = blown(rng, m, rate, length_m, track, damping=2.6 - p["effort"])
            x = filters.shape(x, (300, 900, 3000, 8000), (-10 + 6 * p["effort"], 0, 0, -10 + 6 * p["effort"]), rate)
            peak = 0.45 if start == 0 else 0.25
            x = x * curves.contour(m, (0, 0.0), (peak, 1.0), (0.75, 0.45), (1, 0.0)) * gain
            curves.lay(out, [round((at + start * cycle) * rate)], [x], np.ones((2, 1)))
        at += cycle
    return curves.level(out)


@sound(
    "snoring",
    ucs="HMNSnor",
    kind="texture",
    natural_s=8.0,
    words="snore snoring snores asleep sleeping sleep",
    knobs=(
        Knob("breath_rate", 15, 8, 24, "breaths per minute", slow=10, fast=21),
        Knob("rattle", 0.6, 0, 1, "soft to sawing", soft=0.2, loud=0.9),
        AGE,
    ),
)
def snoring(p, n, rate, rng):
    """The soft palate flaps 30 to 70 times a second on the breath in; the breath out is a puff or a whistle."""
    length_m, out = throat(p["age"]), np.zeros((2, n), np.float32)
    flaps = curves.about(rng, 44 + 25 * (1 - p["age"]), 0.2)
    at = 0.05
    while at * rate < n:
        cycle = 60.0 / p["breath_rate"] * rng.normal(1, 0.06)
        m = max(round(0.45 * cycle * rate), 64)
        hz = flaps * curves.loose(rng, m, (0, 0.8), (0.4, 1.1), (1, 0.9)) * rng.uniform(0.93, 1.08)
        track = np.array([[450, 1150, 2300], [520, 1250, 2400], [430, 1050, 2250]]) * (0.17 / length_m)
        flap = vocal.say(
            hz,
            track,
            rate,
            rng,
            jitter=0.1,
            shimmer=0.35,
            breath=0.5,
            tilt_hz=1500 + 3500 * p["rattle"],
            open_quotient=0.3,
            doubling=0.25,
            damping=1.8,
        )
        air = blown(rng, m, rate, length_m, [[500, 1300, 2600]])
        x = (flap * (0.25 + 0.75 * p["rattle"]) + 0.25 * air) * curves.contour(
            m, (0, 0.0), (0.35, 0.9), (0.8, 1.0), (1, 0.0)
        )
        curves.lay(out, [round(at * rate)], [x], np.ones((2, 1)))
        puff = blown(rng, round(0.35 * cycle * rate), rate, length_m, [[380, 1000, 2300]])
        puff = puff * curves.contour(len(puff), (0, 0.0), (0.2, 0.3), (1, 0.0))
        curves.lay(out, [round((at + 0.55 * cycle) * rate)], [puff], np.ones((2, 1)))
        at += cycle
    return curves.level(out)


@sound(
    "cough",
    ucs="HMNCough",
    kind="event",
    natural_s=1.4,
    words="cough coughing coughs throat clearing sick hacking",
    knobs=(
        AGE,
        Knob("coughs", 3, 1, 6, "how many", once=1, twice=2),
        Knob("wetness", 0.4, 0, 1, "dry to wet", dry=0.05, wet=0.9),
    ),
)
def cough(p, n, rate, rng):
    """A cough: the glottis bursts open (a broad puff), air rushes, then folds catch in a short rough voice."""
    length_m, parts, at = curves.about(rng, throat(p["age"]), 0.06), [], 0.0
    scale, own = 0.17 / length_m, curves.about(rng, 1.5 * pitch(p["age"]), 0.18)
    for k in range(round(p["coughs"])):
        m = round(rng.uniform(0.22, 0.42) * rate)
        air = blown(
            rng,
            m,
            rate,
            length_m,
            [[700, 1300, 2500, 3600], [600, 1350, 2500, 3500], [500, 1400, 2500, 3500]],
            damping=1.8,
        )
        air = air * curves.contour(m, (0, 0.0), (0.02, 1.0), (0.14, 0.5), (0.4, 0.3), (0.7, 0.1), (1, 0.0))
        hz = own * curves.loose(rng, m, (0, 1.1), (0.3, 1.0), (1, 0.6))
        voice = vocal.say(
            hz,
            np.array([[650, 1200, 2500], [520, 1300, 2500]]) * scale,
            rate,
            rng,
            jitter=0.05,
            shimmer=0.3,
            doubling=0.4,
            breath=0.6,
            tilt_hz=5000,
        )
        voice = voice * curves.contour(m, (0, 0.0), (0.1, 0.25), (0.3, 0.5), (0.62, 0.3), (1, 0.0))
        gurgle = 1 - p["wetness"] * np.clip(curves.turns(rng, m, rate, 38, -0.3, 1), 0, 1)
        parts.append((at, 1.0 - 0.12 * k, (air + 0.7 * voice) * gurgle))
        at += m / rate + rng.uniform(0.03, 0.14) + (0.25 if k == 1 else 0)
    return curves.peaked(row(rate, parts), 0.8)


@sound(
    "sneeze",
    ucs="HMNSneez",
    kind="event",
    natural_s=1.5,
    words="sneeze sneezing achoo sneezes",
    knobs=(AGE, Knob("force", 0.6, 0, 1, "stifled to explosive", loud=0.95, big=0.9, quiet=0.1)),
)
def sneeze(p, n, rate, rng):
    """ "Ah" breathed in with a little voice, a held moment, then "tshoo": a blast at 2 to 8 kHz that ends in a
    vowel.
    """
    length_m, f = curves.about(rng, throat(p["age"]), 0.05), curves.about(rng, pitch(p["age"]), 0.15)
    scale = 0.17 / length_m
    m = round(rng.uniform(0.3, 0.75) * rate)
    gasp = blown(rng, m, rate, length_m, vocal.vowels("uh a ae"), damping=1.6) * curves.contour(
        m, (0, 0.0), (0.6, 0.5), (1, 1.0)
    )
    hz = f * curves.contour(m, (0, 1.2), (1, 2.0))
    gasp = 0.3 * gasp + 0.22 * vocal.say(hz, vocal.vowels("uh a", length_m), rate, rng, breath=0.6) * curves.contour(
        m, (0, 0), (0.6, 0.6), (1, 1)
    )
    k = round(rng.uniform(0.35, 0.6) * rate)
    blast = filters.shape(noise.white(rng, k), (400, 1500, 3500 * scale, 7000, 14000), (-26, -8, 0, -4, -14), rate)
    blast = curves.peaked(blast * curves.contour(k, (0, 0.0), (0.02, 1.0), (0.22, 0.7), (0.45, 0.15), (1, 0.0)), 1.0)
    v = round(rng.uniform(0.28, 0.6) * rate)
    shout = vocal.say(
        f * 2.0 * curves.loose(rng, v, (0, 1.0), (0.25, 1.15), (1, 0.62), values=0.12),
        vocal.vowels("i u u uh", length_m),
        rate,
        rng,
        breath=0.5,
        jitter=0.03,
        shimmer=0.2,
        tilt_hz=6000,
    )
    shout = shout * curves.contour(v, (0, 0.0), (0.2, 1.0), (0.5, 0.6), (1, 0.0))
    gap = rng.uniform(0.05, 0.2)
    at = m / rate + gap
    return curves.peaked(
        row(rate, [(0, 0.5, gasp), (at, 0.4 + 0.6 * p["force"], blast), (at + 0.08, 0.35 + 0.5 * p["force"], shout)]),
        0.85,
    )


@sound(
    "sigh",
    ucs="HMNBrth",
    kind="event",
    natural_s=1.8,
    words="sigh sighing relief exhale sighs",
    knobs=(AGE, Knob("voice", 0.3, 0, 1, "breath only to voiced", breathy=0.05, voiced=0.9)),
)
def sigh(p, n, rate, rng):
    """A quick breath in, then a long one out that falls in pitch and brightness."""
    length_m, f = throat(p["age"]), pitch(p["age"])
    m, k = round(0.5 * rate), round(rng.uniform(1.0, 1.4) * rate)
    draw = blown(rng, m, rate, length_m, [[450, 1700, 2900]]) * curves.contour(m, (0, 0.0), (0.6, 1.0), (1, 0.0))
    hull = curves.contour(k, (0, 0.0), (0.12, 1.0), (0.5, 0.45), (1, 0.0))
    out = blown(rng, k, rate, length_m, vocal.vowels("a uh uh u")) * hull
    voice = (
        vocal.say(
            f * curves.contour(k, (0, 1.35), (0.3, 1.15), (1, 0.75)),
            vocal.vowels("a uh uh", length_m),
            rate,
            rng,
            breath=0.5,
            tilt_hz=1500,
            open_quotient=0.8,
        )
        * hull
    )
    return curves.peaked(row(rate, [(0, 0.35, draw), (0.58, 1 - 0.6 * p["voice"], out), (0.6, p["voice"], voice)]), 0.6)
