"""Two voices of dry country: the rattlesnake's rattle and the hyena's whoop and giggle."""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.foley import bodies, curves, friction, takes, vocal
from soundwright.foley.model import Knob, sound
from soundwright.foley.models.machines import level
from soundwright.foley.syrinx import row


@sound("rattlesnake", ucs="ANMLRept", kind="texture", natural_s=5.0,
       words="rattlesnake rattle rattling snake viper warning",
       knobs=(Knob("alarm", 0.6, 0, 1, "cool and slow to hot and fast", slow=0.1, fast=0.9, angry=0.95),))  # fmt: skip
def rattlesnake(p, n, rate, rng):
    """Hollow rings of horn shaken 30 to 90 times a second: clicks too quick to count, a dry buzz of 2 to 20 kHz,
    highest near 8 kHz (Fenton and Licht, "Why rattle snake?", 1990).
    """
    gate = np.clip(noise.wander(rng, n, rate, 0.6, -0.1, 3.0), 0, 1)
    hz = (32 + 55 * p["alarm"]) * (0.9 + 0.1 * gate) * (1 + 0.03 * noise.wander(rng, n, rate, 5))
    shakes = friction.slips(2 * hz, rate, rng, 0.1)
    rings = bodies.Body(
        np.array([2600, 4300, 6800, 8300, 10400, 13800]) * rng.uniform(0.97, 1.03, 6),
        np.full(6, 0.005), np.array([0.3, 0.6, 0.9, 1, 0.8, 0.5]),
    )  # fmt: skip
    rattle = friction.drive(shakes, rings, rate, 0.01)[:n]
    dry = filters.smooth(shakes, 0.0015, rate) * filters.highpass(noise.white(rng, n), 3500, rate, 1)
    hiss = filters.bandpass(noise.white(rng, n), 2500, 9500, rate, 1)
    return takes.bed((level(rattle) + 0.9 * level(dry)) * gate + 0.06 * hiss, n, rate)


@sound("hyena", ucs="ANMLWild", kind="event", natural_s=3.6,
       words="hyena hyenas laughing laugh whoop giggle savanna cackle",
       knobs=(Knob("size", 0.5, 0, 1, "cub to matriarch", small=0.1, big=0.9, large=0.9),))  # fmt: skip
def hyena(p, n, rate, rng):
    """A whoop that climbs from a moan to a shriek, then a giggle: a run of short cracked yelps (Theis et al. 2007)."""
    length_m, base = 0.15 + 0.08 * p["size"], 330 * 0.65 ** (p["size"] - 0.5)
    m = round(rng.uniform(1.1, 1.4) * rate)
    hz = base * curves.contour(m, (0, 0.8), (0.55, 0.95), (0.8, 2.4), (1, 1.8))
    whoop = vocal.say(hz, vocal.vowels("u o a o", length_m), rate, rng, breath=0.2, jitter=0.01, tilt_hz=2800)
    parts = [(0.0, 0.8, whoop * curves.swell(m, rate, 0.2, 0.12))]
    at = m / rate + 0.25
    for _ in range(rng.integers(7, 11)):
        k = round(rng.uniform(0.09, 0.17) * rate)
        top = base * rng.uniform(1.7, 2.6)
        yelp = top * curves.contour(k, (0, 0.8), (0.35, 1.15), (1, 0.75))
        x = vocal.say(yelp, vocal.vowels("e a", length_m), rate, rng, breath=0.35, jitter=0.03, doubling=0.4,
                      tilt_hz=4500)  # fmt: skip
        parts.append((at, rng.uniform(0.6, 1.0), x * curves.swell(k, rate, 0.015, 0.05)))
        at += k / rate + rng.uniform(0.03, 0.1)
    return curves.peaked(row(rate, parts), 0.75)
