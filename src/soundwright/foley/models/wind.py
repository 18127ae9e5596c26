"""Wind: turbulence driven by gusts, and the tones of what stands in it.

After Farnell, "Designing Sound" (2010), practical 18: one gust curve drives everything. Air noise brightens and
grows with speed; a wire, a gap or a chimney sings at the Aeolian pitch f = 0.2 U/d (Strouhal); leaves rattle only
above a speed of their own, and settle later than the gust.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import curves
from soundwright.foley.model import Knob, sound

_STRENGTH = Knob(
    "strength",
    0.5,
    0,
    1,
    "breeze to gale",
    light=0.2,
    soft=0.2,
    gentle=0.15,
    breeze=0.15,
    breezy=0.2,
    steady=0.45,
    strong=0.8,
    heavy=0.85,
    fierce=0.95,
    violent=1.0,
    howling=0.85,
    raging=1.0,
)
_GUSTS = Knob("gusts", 0.5, 0, 1, "even to gusty", steady=0.1, constant=0.05, gusty=0.9, blustery=0.95)


def gusts(rng, n: int, rate: int, strength: float, gusty: float) -> np.ndarray:
    """Wind speed `[n]` relative to 1, drawn over four octaves of turns with the −5/3 slope of turbulence."""
    x = sum(a * curves.turns(rng, n, rate, hz, -1, 1) for hz, a in ((0.09, 1.0), (0.23, 0.8), (0.7, 0.45), (2.1, 0.2)))
    return np.clip((0.35 + 0.65 * strength) * (1 + (0.12 + 0.6 * gusty) * x), 0.05, 2.2).astype(np.float32)


def air(rng, n: int, rate: int, speed: np.ndarray, low_hz=160.0, high_hz=900.0, q=0.9) -> np.ndarray:
    """Turbulent air `[2, n]`: a band that climbs from `low_hz` to `high_hz` as `speed` goes to 1, over a rumble."""
    centre = low_hz * (high_hz / low_hz) ** np.clip(speed, 0, 1.3)
    x = curves.wide(rng, n, 0.3)
    band = np.stack([filters.sweep(c, "band", centre, rate, q=q, block=512) for c in x])
    rumble = filters.lowpass(curves.wide(rng, n, 0.5), 110.0, rate, 1) * curves.turns(rng, n, rate, 5.0, 0.3, 1.0)
    return band * speed**1.6 + 1.3 * rumble * speed**2


def aeolian(rng, n: int, rate: int, hz: np.ndarray, speed: np.ndarray, spread_hz: float) -> np.ndarray:
    """A vortex tone `[n]` that follows `hz`, as a narrow band of noise `spread_hz` wide; louder with speed³."""
    few = max(int(n * 400 / rate), 8)
    slow = filters.lowpass(noise.white(rng, (2, few + 50)), spread_hz, 400, 2)[:, 50:]
    at = np.arange(n) * (few / n)
    i, q = (np.interp(at, np.arange(few), s) for s in slow)
    turn = 2 * np.pi * np.cumsum(hz) / rate
    x = i * np.cos(turn) + q * np.sin(turn)
    return (x / max(float(np.sqrt(np.mean(x**2))), 1e-9) * np.minimum(speed, 1.5) ** 3).astype(np.float32)


def _howl(rng, n, rate, speed, base_hz, count=3):
    out = np.zeros((2, n), np.float32)
    for k in range(count):
        own = np.clip(speed * curves.turns(rng, n, rate, 0.5, 0.8, 1.2), 0.05, 2)
        hz = base_hz * (1.0, 1.52, 2.3, 0.63)[k] * (0.62 + 0.5 * own)
        tone = aeolian(rng, n, rate, hz, own, 5.0) + 0.25 * aeolian(rng, n, rate, 2 * hz, own, 9.0)
        out += curves.pans(rng, 1, 0.7) * tone * (1.0, 0.6, 0.3, 0.7)[k]
    return out


@sound(
    "wind",
    ucs="WIND",
    kind="texture",
    words="wind breeze gale windy blowing air outdoors draft",
    knobs=(_STRENGTH, _GUSTS),
)
def wind(p, n, rate, rng):
    """Steady wind past the ears: turbulence noise whose band climbs and swells with the speed of the air."""
    speed = gusts(rng, n, rate, p["strength"], p["gusts"])
    hiss = filters.shape(curves.wide(rng, n), (200, 800, 3000, 9000), (-40, -24, -34, -52), rate)
    body = filters.lowpass(air(rng, n, rate, speed, 130.0, 620.0, 0.8), 500.0 + 900.0 * p["strength"], rate, 1)
    return curves.level(body + hiss * speed**2)


@sound(
    "howling wind",
    ucs="WINDTonl",
    kind="texture",
    words="howling howl wind whistling moaning gaps chimney wailing draughty eerie",
    knobs=(
        _STRENGTH,
        _GUSTS,
        Knob(
            "pitch",
            0.45,
            0,
            1,
            "wide gap (low moan) to thin gap (whistle)",
            low_=0.15,
            deep=0.1,
            moaning=0.2,
            high_=0.8,
            whistling=0.9,
        ),
    ),
)
def howling_wind(p, n, rate, rng):
    """Wind through gaps and round wires: Aeolian tones f = 0.2 U/d that rise and fall with the gusts, over air."""
    speed = gusts(rng, n, rate, p["strength"], p["gusts"])
    base = 190.0 * 6.0 ** p["pitch"]
    howl = _howl(rng, n, rate, speed, base, 4)
    return curves.level(curves.level(howl, 0.085, 2.0) + curves.level(air(rng, n, rate, speed), 0.06, 2.0))


@sound(
    "storm wind",
    ucs="WINDGust",
    kind="texture",
    words="gust gusts storm stormy gale wind hurricane gusty blizzard tempest tornado squall typhoon snowstorm",
    knobs=(Knob("strength", 0.8, 0, 1, "squall to hurricane", strong=0.8, fierce=0.95, violent=1.0), _GUSTS),
)
def storm_wind(p, n, rate, rng):
    """A storm: heavy gusts with a roar from all around, deep buffeting, and a howl at the peaks."""
    speed = gusts(rng, n, rate, p["strength"], 0.35 + 0.65 * p["gusts"])
    body = air(rng, n, rate, speed, 130.0, 700.0, 0.6)
    roar = filters.shape(curves.wide(rng, n, 0.2), (60, 200, 600, 2000, 8000), (-8, 0, -5, -16, -34), rate) * speed**2
    howl = _howl(rng, n, rate, speed, 420.0, 2)
    buffet = 1 + 0.35 * curves.turns(rng, n, rate, 9.0, -1, 1) * speed  # the gusts shake whatever they meet
    return curves.level((body + 0.7 * roar) * buffet + 0.045 * howl)


@sound(
    "wind in trees",
    ucs="WINDVege",
    kind="texture",
    words="trees leaves rustling wind rustle foliage branches forest breeze leaf aspen canopy",
    knobs=(_STRENGTH, _GUSTS, Knob("dryness", 0.4, 0, 1, "green leaves to dry ones", green=0.1, dry=0.95, autumn=0.9)),
)
def wind_in_trees(p, n, rate, rng):
    """Leaves in wind: a hiss of 1 to 8 kHz made by countless contacts, following each gust and settling late."""
    speed = gusts(rng, n, rate, p["strength"], p["gusts"])
    stir = filters.smooth(np.maximum(speed - 0.1, 0), 0.25, rate)
    near = curves.turns(rng, n, rate, 7.0, 0.6, 1.3)
    points = (150, 500, 1200, 3000, 6000, 12000)
    hiss = filters.shape(curves.wide(rng, n, 0.15), points, (-22, -10, -2, 0, -3 + 2 * p["dryness"], -12), rate)
    at = noise.instants(rng, n, rate, np.clip(260.0 * stir, 1, 600))
    loud = rng.pareto(2.0, len(at)).clip(0, 6).astype(np.float32)
    ticks = curves.puffs(
        rng, n, rate, at, rng.uniform(150, 900, len(at)), curves.pans(rng, len(at), 0.95) * loud, 0.001
    )
    ticks = filters.bandpass(ticks, 1300 + 1500 * p["dryness"], 9000, rate, 1)
    x = hiss * (stir * near) ** 1.3 + ticks * (0.15 + 0.35 * p["dryness"]) + 0.12 * air(rng, n, rate, speed, 150, 500)
    return curves.level(x)


@sound(
    "desert wind",
    ucs="AMBDsrt",
    kind="texture",
    words="desert wind sand dunes dry lonely wasteland barren arid",
    knobs=(_STRENGTH, _GUSTS),
)
def desert_wind(p, n, rate, rng):
    """Wind over open sand: slow low moans, and the fine hiss of grains that creep when it is strong enough."""
    speed = gusts(rng, n, rate, p["strength"], p["gusts"])
    sand = filters.shape(curves.wide(rng, n), (1000, 4000, 8000, 14000), (-30, -4, 0, -6), rate)
    moan = _howl(rng, n, rate, speed, 210.0, 2)
    return curves.level(
        air(rng, n, rate, speed, 140, 600) + 0.22 * sand * np.maximum(speed - 0.25, 0) ** 2 + 0.055 * moan
    )
