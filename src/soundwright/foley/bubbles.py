"""The sound of liquids: a bubble closed under water rings as a sphere of gas in a heavy medium.

Minnaert (1933): a bubble of radius r rings at about 3 m/s over r. Van den Doel, "Physically based models for
liquid sounds" (ACM TAP 2005): p(t) = a sin(2π ∫f dt) e^(−d t) with d = 0.13/r + 0.0072 r^(−3/2), and near the
surface the pitch rises, f(t) = f0 (1 + ξ d t). A liquid in motion is a population of them: rates fall with a
power of r, loudness grows with r^1.5 and with how deep a bubble was formed.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import noise
from soundwright.foley import curves

MINNAERT = 3.0  # m/s: 1/2π √(3γp/ρ) at one atmosphere in water


def pitch(radius_m):
    """Minnaert frequency in Hz."""
    return MINNAERT / np.asarray(radius_m, float)


def damping(radius_m):
    """Decay rate in 1/s: radiation, and heat and viscosity (van den Doel 2005, equation 4)."""
    r = np.asarray(radius_m, float)
    return 0.13 / r + 0.0072 * r**-1.5


def radii(rng: np.random.Generator, count: int, low_mm: float, high_mm: float, slope: float) -> np.ndarray:
    """Radii in metres with density r^−`slope` between two sizes (inverse of the distribution function)."""
    u = rng.uniform(size=count)
    e = 1.0 - slope
    if abs(e) < 1e-6:
        return low_mm * (high_mm / low_mm) ** u / 1000
    return (low_mm**e + u * (high_mm**e - low_mm**e)) ** (1 / e) / 1000


def field(
    rng: np.random.Generator,
    n: int,
    rate: int,
    per_second,
    low_mm: float,
    high_mm: float,
    *,
    slope: float = 1.5,
    rising: float = 0.1,
    risers: float = 0.5,
    width: float = 0.7,
) -> np.ndarray:
    """A population of bubbles, float32 `[2, n]`.

    `per_second` is a number or a curve `[n]`. `rising` is ξ, which the share `risers` has: those close to the
    surface. Loudness of one is depth · r^1.5, relative to a bubble of the largest size.
    """
    at = noise.instants(rng, n, rate, per_second)
    r = radii(rng, len(at), low_mm, high_mm, slope)
    depth = rng.uniform(0.05, 1.0, len(at)) ** 2
    loud = depth * (r / (high_mm / 1000)) ** 1.5
    d = damping(r)
    rise = np.where(rng.uniform(size=len(at)) < risers, rising * d, 0.0)
    return curves.pings(n, rate, at, pitch(r), d, curves.pans(rng, len(at), width) * loud, rise)
