"""Rain: drops one by one near the listener, on a surface that answers each, over the noise of all drops far away.

Diameters follow Marshall and Palmer (1948), N(D) ~ exp(−4.1 R^−0.21 D) with R in mm/h, the force of a drop grows
about as D^3.5 (mass times terminal speed), and its level falls with its distance in the plane. A surface is its
modes, how fast they die, the noise of the splash, and the spectrum of the far field.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp import filters, modal, noise
from soundwright.foley import bubbles, curves
from soundwright.foley.model import Knob, sound

_OCTAVES = (60, 125, 250, 500, 1000, 2000, 4000, 8000, 16000)


@dataclass(frozen=True)
class Surface:
    """What a drop meets: ranges of modes in Hz and their decay in 1/s, levels in dB, far-field spectrum in dB."""

    modes_hz: tuple[float, float]
    decay: tuple[float, float]
    modes_each: int
    ring_db: float
    splash_db: float
    splash_decay: float
    splash_band: tuple[float, float]
    bed_db: float
    bed: tuple[float, ...]  # dB at 60 Hz and every octave up to 16 kHz


GROUND = Surface((900, 4200), (420, 1200), 1, -7, 0, 800, (1000, 8000), -10, (-28, -21, -15, -9, -3, 0, -1, -5, -12))
LEAVES = Surface((320, 2100), (160, 520), 2, 0, -5, 480, (1500, 9000), -12, (-34, -28, -20, -12, -4, 0, -1, -5, -12))
TIN = Surface((380, 6200), (28, 120), 12, 0, -9, 700, (1500, 11000), -11, (-26, -18, -9, -3, 0, -1, -3, -9, -18))
GLASS = Surface((900, 5200), (170, 620), 4, 0, -9, 800, (2000, 10000), -9, (-22, -15, -8, -3, 0, -3, -8, -15, -24))
WATER = Surface((900, 4200), (200, 500), 1, -16, -9, 800, (1500, 11000), -11, (-36, -30, -22, -13, -5, 0, -1, -5, -11))
CLOTH = Surface((130, 720), (70, 170), 4, 0, -8, 500, (700, 5000), -13, (-18, -9, -2, 0, -2, -6, -10, -16, -24))

_INTENSITY = Knob(
    "intensity",
    0.55,
    0,
    1,
    "how much falls: drizzle to downpour",
    light=0.2,
    soft=0.25,
    gentle=0.25,
    drizzle=0.08,
    steady=0.5,
    heavy=0.85,
    hard=0.85,
    strong=0.85,
    intense=0.9,
    pouring=0.95,
    torrential=1.0,
    downpour=1.0,
)
_DROPS = Knob("drops", 0.4, 0, 1, "fine to fat drops", fine=0.1, misty=0.0, small=0.2, big=0.8, large=0.8, fat=1.0)


def _near(rng, n, rate, per_second, intensity, fat):
    """Instants, diameters in mm and stereo gains of the drops that are heard one by one."""
    at = noise.instants(rng, n, rate, per_second)
    mm_hour = 1.5 * 40.0**intensity
    mean_mm = mm_hour**0.21 / 4.1 * (0.8 + 1.2 * fat)
    mm = np.clip(0.5 + rng.exponential(mean_mm, len(at)), 0.5, 5.5)
    metres = np.sqrt(rng.uniform(0.3, 16.0, len(at)))
    force = (mm / 2.0) ** 2.2 / metres
    loud = force / (1 + force / 1.2)  # the ear, and every microphone's distance, keep the fattest drop in bounds
    return at, mm, curves.pans(rng, len(at), 0.85) * loud.astype(np.float32)


def _fall(s: Surface, p: dict, n: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    wet, fat = p["intensity"], p["drops"]
    at, mm, gains = _near(rng, n, rate, 14.0 * 28.0**wet, wet, fat)
    out = np.zeros((2, n), np.float32)
    low, high = s.modes_hz
    if s.modes_each > 4:
        out = _plate(s, rng, n, rate, at, mm, gains)
    bodies = low * (high / low) ** rng.uniform(size=(len(at), s.modes_each))
    for mode in range(s.modes_each if s.modes_each <= 4 else 0):
        hz = bodies[:, mode] * (2.0 / mm) ** 0.35
        decay = rng.uniform(*s.decay, len(at)) * np.clip((hz / (low * high) ** 0.5) ** 0.4, 0.4, 2.5)
        level = rng.uniform(0.2, 1, len(at)) * 10 ** (s.ring_db / 20) / s.modes_each**0.5
        out += curves.pings(n, rate, at, hz, decay, gains * level.astype(np.float32))
    splash = curves.puffs(rng, n, rate, at, s.splash_decay * (2.0 / mm), gains, 0.0002)
    out += filters.bandpass(splash, *s.splash_band, rate, 1) * 10 ** (s.splash_db / 20)
    far = curves.puffs(rng, n, rate, *_many(rng, n, rate, 250.0 * 4.0**wet, s.splash_decay))
    bed = curves.wide(rng, n) * (0.2 + 0.8 * wet) + far * (1.0 - 0.5 * wet)
    bed = filters.shape(bed, _OCTAVES, s.bed, rate) * curves.turns(rng, n, rate, 0.4, 0.82, 1.18)
    share = 0.3 * 7.0**wet * 10 ** ((s.bed_db + 11.0) / 20)
    return curves.level(out, 0.1, 2.0) + np.float32(share) * curves.level(bed, 0.1, 2.0)


def _plate(s: Surface, rng, n, rate, at, mm, gains, kinds: int = 40) -> np.ndarray:
    """Drops on a plate of many modes: one body with fixed modes, struck at `kinds` places."""
    low, high = s.modes_hz
    hz = np.sort(low * (high / low) ** rng.uniform(size=6 * s.modes_each))
    t60 = 6.9 / rng.uniform(*s.decay, len(hz))
    length = max(round(5.0 / s.decay[0] * rate), 16)
    places = rng.uniform(0, 1, (kinds, len(hz))) ** 2 * 10 ** (s.ring_db / 20) / s.modes_each**0.5
    places *= (hz / low) ** -0.25
    struck = [modal.damped_sines(hz, t60, place, length, rate) for place in places]
    fine = np.argsort(np.argsort(mm)) * kinds // max(len(mm), 1)
    return curves.lay(np.zeros((2, n), np.float32), at, (struck[k] for k in fine), gains)


def _many(rng, n, rate, per_second, decay):
    at = noise.instants(rng, n, rate, per_second)
    gains = curves.pans(rng, len(at), 1.0) * rng.exponential(0.5, len(at)).astype(np.float32)
    return at, rng.uniform(0.8, 2.5, len(at)) * decay, gains


@sound(
    "rain",
    ucs="RAINConc",
    kind="texture",
    words="rain rainfall raining raindrops raindrop drizzle shower downpour rainstorm rainy ground pavement street",
    knobs=(_INTENSITY, _DROPS),
)
def rain(p, n, rate, rng):
    """Rain on open ground: each drop is a short splash of noise with a dull mode, over a broad hiss."""
    return curves.level(_fall(GROUND, p, n, rate, rng))


@sound(
    "rain on leaves",
    ucs="RAINVege",
    kind="texture",
    words="leaves rain raindrops forest foliage trees vegetation leaf garden jungle",
    knobs=(_INTENSITY, _DROPS),
)
def rain_on_leaves(p, n, rate, rng):
    """Rain on foliage: leaves are small damped plates (a soft tap at 0.3 to 2 kHz), and they shiver after it."""
    return curves.level(_fall(LEAVES, p, n, rate, rng))


@sound(
    "rain on a tin roof",
    ucs="RAINMetl",
    kind="texture",
    words="tin roof metal rain corrugated iron sheet shed gutter rooftop raindrops",
    knobs=(_INTENSITY, _DROPS, Knob("ring", 0.4, 0, 1, "damped to ringing sheet", dull=0.1, ringing=0.9)),
)
def rain_on_tin(p, n, rate, rng):
    """Rain on sheet metal: every drop strikes a dozen of the sheet's many modes, which ring 0.05 to 0.2 s."""
    longer = 2.2 ** (0.8 - 2 * p["ring"])
    s = Surface(**{**vars(TIN), "decay": (TIN.decay[0] * longer, TIN.decay[1] * longer)})
    x = _fall(s, p, n, rate, rng)
    hum = filters.shape(x, (120, 260, 420, 640, 980, 1500, 2400, 5000), (0, 5, 0, 6, 0, 4, 0, 0), rate)
    return curves.level(hum)


@sound(
    "rain on a window",
    ucs="RAINGlas",
    kind="texture",
    words="window glass pane windowpane rain raindrops windshield windscreen indoors inside",
    knobs=(_INTENSITY, _DROPS),
)
def rain_on_window(p, n, rate, rng):
    """Rain heard behind a pane: hard ticks of the glass, its low modes, and the rain outside through the wall."""
    return curves.level(_fall(GLASS, p, n, rate, rng))


@sound(
    "rain on water",
    ucs="RAINWatr",
    kind="texture",
    words="water puddle rain raindrops pond lake pool puddles plinking",
    knobs=(_INTENSITY, _DROPS),
)
def rain_on_water(p, n, rate, rng):
    """Rain on water: a splash, and under many drops a bubble that rings by Minnaert's law (van den Doel 2005)."""
    wet, fat = p["intensity"], p["drops"]
    plink = bubbles.field(rng, n, rate, 25.0 * 12.0**wet, 0.35, 1.4 + 2.2 * fat, slope=1.2, rising=0.08, width=0.9)
    x = _fall(WATER, p, n, rate, rng)
    return curves.level(curves.level(x, 0.07) + curves.level(plink, 0.075))


@sound(
    "rain on an umbrella",
    ucs="RAINClth",
    kind="texture",
    words="umbrella tent canvas tarp awning rain raindrops cloth hood",
    knobs=(_INTENSITY, _DROPS),
)
def rain_on_umbrella(p, n, rate, rng):
    """Rain on stretched cloth: a taut membrane answers each drop with a low drum-like thump at 130 to 700 Hz."""
    return curves.level(_fall(CLOTH, p, n, rate, rng))


@sound(
    "hail",
    ucs="HAIL",
    kind="texture",
    words="hail hailstones hailstorm sleet ice pellets",
    knobs=(
        Knob("intensity", 0.6, 0, 1, "a few stones to a hailstorm", light=0.2, heavy=0.9, hard=0.9),
        Knob("size", 0.4, 0, 1, "pea to golf ball", small=0.1, big=0.8, large=0.9),
    ),
)
def hail(p, n, rate, rng):
    """Hail: hard balls that hit roofs, wood and ground and bounce once or twice with shorter, weaker hops."""
    at = noise.instants(rng, n, rate, 18.0 * 14.0 ** p["intensity"])
    loud = rng.pareto(2.2, len(at)).clip(0.05, 5) / 5 + 0.05
    kind = rng.integers(0, 3, len(at))
    low = np.array([2600.0, 900.0, 420.0])[kind] * 1.7 ** (1 - 2 * p["size"])
    out = np.zeros((2, n), np.float32)
    pan = curves.pans(rng, len(at), 0.9)
    hop = rng.uniform(0.07, 0.16, len(at))
    for bounce, share in enumerate((1.0, 0.45, 0.2)):
        when = (at + hop * rate * (0, 1, 1.6)[bounce]).astype(int)
        keep = (when < n) & (rng.uniform(size=len(at)) < (1.0, 0.6, 0.35)[bounce])
        gains = pan[:, keep] * (loud[keep] * share).astype(np.float32)
        for ratio in (1.0, 1.73, 2.9):
            hz = low[keep] * ratio * rng.uniform(0.8, 1.25, keep.sum())
            out += curves.pings(n, rate, when[keep], hz, rng.uniform(180, 600, keep.sum()), gains / ratio)
        out += curves.puffs(rng, n, rate, when[keep], 1400.0, gains * 0.7)
    bed = filters.shape(curves.wide(rng, n), _OCTAVES, (-30, -22, -14, -8, -3, 0, 0, -3, -8), rate)
    return curves.level(curves.level(out, 0.09, 2.0) + bed * 0.03 * (0.3 + p["intensity"]))
