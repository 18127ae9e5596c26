"""Bodies that ring: materials, shapes and blows.

A solid body's modes follow from its shape, size and material: bending waves run with sqrt(E / density), so stiff and
thick raises, large lowers all of them. How long a mode rings follows from the material's loss factor eta:
t60 = 2.2 / (eta f), so wood and steel of equal pitch differ by a hundred times. A listener tells materials by
just that (Klatzky, Pai and Krotkov, "Perception of material from contact sounds", Presence 2000), and shapes by the
spacing of modes (van den Doel and Pai, "The sounds of physical shapes", Presence 1998). Frequencies of bars,
plates, tubes and rings: Fletcher and Rossing, "The Physics of Musical Instruments", chapters 2 and 3.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.dsp import modal
from soundwright.foley import takes


@dataclass(frozen=True)
class Material:
    """Density kg/m3, Young's modulus Pa, loss factor, and the shortest contact in ms of a hard blow on it."""

    density: float
    young: float
    loss: float
    contact_ms: float

    @property
    def speed(self) -> float:
        """Speed of longitudinal waves in a bar, m/s."""
        return float(np.sqrt(self.young / self.density))


MATERIALS = {
    "wood": Material(600, 10e9, 0.022, 0.6),
    "hardwood": Material(780, 13e9, 0.012, 0.4),
    "steel": Material(7800, 200e9, 0.0009, 0.12),
    "iron": Material(7200, 120e9, 0.0018, 0.15),
    "tin": Material(7300, 190e9, 0.0035, 0.15),
    "brass": Material(8500, 100e9, 0.0006, 0.15),
    "bronze": Material(8700, 110e9, 0.0003, 0.2),
    "aluminium": Material(2700, 70e9, 0.0012, 0.12),
    "glass": Material(2500, 70e9, 0.0018, 0.08),
    "ceramic": Material(2400, 60e9, 0.0035, 0.08),
    "stone": Material(2600, 50e9, 0.012, 0.12),
    "concrete": Material(2300, 28e9, 0.02, 0.25),
    "plastic": Material(1050, 2.4e9, 0.045, 0.5),
    "cardboard": Material(690, 3e9, 0.09, 1.2),
    "rubber": Material(1100, 0.02e9, 0.2, 4.0),
    "ice": Material(917, 9e9, 0.006, 0.15),
}


@dataclass(frozen=True)
class Body:
    """Modes of a body: frequency, time to fall by 60 dB, and how strongly each speaks, arrays `[modes]`."""

    hz: np.ndarray
    t60_s: np.ndarray
    gain: np.ndarray


def _body(hz, material: Material, size_m: float, held: float, rng: np.random.Generator, spread: float = 0.01) -> Body:
    """Modes with the material's damping; `held` adds the loss factor of hands or ground.

    What is small beside the wave it sends cannot speak low: gain (ka)^2 / (1 + (ka)^2).
    """
    hz = np.sort(np.asarray(hz, float) * (1 + spread * rng.standard_normal(len(hz))))
    hz = hz[(hz > 20) & (hz < 22000)]
    ka = 2 * np.pi * hz / 343.0 * size_m / 2
    t60 = np.minimum(2.2 / ((material.loss + held) * hz), 12.0) / (1 + (hz / 14000.0) ** 2)
    return Body(hz, t60, rng.uniform(0.25, 1.0, len(hz)) * ka**2 / (1 + ka**2))


def bar(material: str, long_m: float, thick_m: float, rng: np.random.Generator, held: float = 0.0) -> Body:
    """A free bar: ratios 1, 2.756, 5.404, 8.933 ... = (3.0112, 5, 7, 9 ...)^2 / 3.0112^2."""
    m = MATERIALS[material]
    k = np.concatenate([[3.0112], np.arange(5, 41, 2)])
    hz = np.pi * m.speed * thick_m / np.sqrt(12) / (8 * long_m**2) * k**2
    twist = 0.6 * m.speed / (2 * long_m) * np.arange(1, 5) * min(thick_m / long_m * 6, 1.0)
    return _body(np.concatenate([hz, twist]), m, long_m, held, rng)


def tube(
    material: str, long_m: float, radius_m: float, wall_m: float, rng: np.random.Generator, held: float = 0.0
) -> Body:
    """A pipe: a bar that bends with a large radius of gyration, and a ring that goes oval."""
    m = MATERIALS[material]
    k = np.concatenate([[3.0112], np.arange(5, 25, 2)])
    gyration = 0.5 * np.sqrt(radius_m**2 + (radius_m - wall_m) ** 2)
    bend = np.pi * m.speed * gyration / (8 * long_m**2) * k**2
    return _body(np.concatenate([bend, _ring(m, radius_m, wall_m, 6)]), m, long_m, held, rng)


def plate(
    material: str, wide_m: float, long_m: float, thick_m: float, rng: np.random.Generator, held: float = 0.0,
    count: int = 70,
) -> Body:  # fmt: skip
    """A plate: f = 0.453 c h ((m / x)^2 + (n / y)^2), modes dense and equally spaced on average.

    Of more than `count` modes below 16 kHz the lowest third of `count` is kept, and a sample of the others that stands
    for all of them.
    """
    m = MATERIALS[material]
    i, j = np.meshgrid(np.arange(1, 36), np.arange(1, 36))
    hz = np.sort((0.453 * m.speed * 1.05 * thick_m * ((i / wide_m) ** 2 + (j / long_m) ** 2)).ravel())
    hz = hz[: max(int(np.searchsorted(hz, 16000.0)), 3)]
    if len(hz) <= count:
        return _body(hz, m, 0.5 * (wide_m + long_m), held, rng, 0.02)
    low, high = hz[: count // 3], hz[count // 3 :]
    some = high[rng.choice(len(high), count - len(low), replace=False)]
    body = _body(np.concatenate([low, some]), m, 0.5 * (wide_m + long_m), held, rng, 0.02)
    crowd = np.where(body.hz > low[-1], min(np.sqrt(len(high) / len(some)), 3.0), 1.0)
    return Body(body.hz, body.t60_s, body.gain * crowd)


def shell(material: str, radius_m: float, wall_m: float, rng: np.random.Generator, held: float = 0.0) -> Body:
    """A cup, bowl or can: ring modes n = 2, 3, 4 ... that go as n(n^2-1)/sqrt(n^2+1), each a split pair."""
    hz = _ring(MATERIALS[material], radius_m, wall_m, 9)
    pairs = np.concatenate([hz, hz * (1 + rng.uniform(0.001, 0.006, len(hz))), 1.7 * hz[:4]])
    return _body(pairs, MATERIALS[material], 2 * radius_m, held, rng, 0.004)


def _ring(m: Material, radius_m: float, wall_m: float, count: int) -> np.ndarray:
    n = np.arange(2, 2 + count)
    return m.speed * wall_m / (2 * np.pi * np.sqrt(12) * radius_m**2) * n * (n**2 - 1) / np.sqrt(n**2 + 1)


def box(
    material: str, sides_m: tuple[float, float, float], thick_m: float, rng: np.random.Generator, held: float = 0.0
) -> Body:
    """A hollow box: its three pairs of panels, and the air inside (standing waves, damped by the walls)."""
    x, y, z = sides_m
    panels = [plate(material, a, b, thick_m, rng, held, 24) for a, b in ((x, y), (y, z), (x, z))]
    air = np.array([343.0 / 2 * np.sqrt((i / x) ** 2 + (j / y) ** 2 + (k / z) ** 2)
                    for i in range(3) for j in range(3) for k in range(3) if i + j + k])  # fmt: skip
    return join(*panels, Body(air, np.minimum(18.0 / air, 0.12), np.full(len(air), 0.35)))


def membrane(lowest_hz: float, t60_s: float, rng: np.random.Generator) -> Body:
    """A stretched skin: zeros of the Bessel functions over 2.405; higher modes die sooner."""
    ratios = np.array([1, 1.594, 2.136, 2.296, 2.653, 2.918, 3.156, 3.501, 3.600, 4.060, 4.154])
    return Body(lowest_hz * ratios, t60_s / ratios, rng.uniform(0.4, 1, len(ratios)) / np.sqrt(ratios))


def join(*bodies: Body) -> Body:
    """Several bodies that sound together."""
    return Body(*(np.concatenate([getattr(b, part) for b in bodies]) for part in ("hz", "t60_s", "gain")))


def hit(
    body: Body, rate: int, rng: np.random.Generator, contact_ms: float = 0.5, longest_s: float = 4.0, click: float = 0.1
) -> np.ndarray:
    """A body struck once, float32, until it is silent.

    A blow of T seconds speaks up to about 1/T and 15 dB an octave less above (near a raised-cosine pulse); every blow
    finds another place, so the balance of modes differs. `click` is the noise of the contact itself.
    """
    contact = contact_ms / 1000
    push = (1 + (0.8 * body.hz * contact) ** 2) ** -1.25
    level = body.gain * push * rng.uniform(0.3, 1.0, len(body.hz))
    t60 = body.t60_s
    strong = level > 1e-4 * max(float(level.max(initial=0.0)), 1e-12)
    tail = min(float(t60[strong].max(initial=0.01)), longest_s)
    x = modal.damped_sines(body.hz, t60, level / max(float(level.sum()), 1e-12), round(tail * rate) + 8, rate)
    soft = round(min(contact, 0.004) * rate * 0.5)
    if soft > 1:  # the force does not rise at once
        x[:soft] *= np.sin(0.5 * np.pi * np.arange(soft) / soft).astype(np.float32) ** 2
    x = x / max(float(np.max(np.abs(x))), 1e-9)
    if click:
        top = min(0.7 / contact, 16000.0)
        x = takes.mix(x, click * takes.burst(rng, rate, max(4 * contact, 0.003), 0.15 * top, top))
    return x.astype(np.float32)


def hits(
    body: Body, gaps_ms: np.ndarray, forces: np.ndarray, rate: int, rng: np.random.Generator, contact_ms: float = 0.5,
    longest_s: float = 4.0,
) -> np.ndarray:  # fmt: skip
    """The same body struck again and again: gaps `[k]` in ms before each blow, its force `[k]` (soft is also dull)."""
    parts = [f * hit(body, rate, rng, contact_ms * (1.6 - 0.6 * min(f, 1.0)), longest_s) for f in forces]
    return takes.phrase(np.cumsum(gaps_ms) / 1000, parts, rate)


def bounces(
    first_s: float, restitution: float, rng: np.random.Generator, least_s: float = 0.012, jitter: float = 0.03
) -> tuple[np.ndarray, np.ndarray]:
    """Times `[k]` and speeds `[k]` of what bounces: each flight is `restitution` times the one before it."""
    count = int(np.ceil(np.log(least_s / first_s) / np.log(restitution))) + 1
    flights = first_s * restitution ** np.arange(max(count, 1)) * (1 + jitter * rng.uniform(-1, 1, max(count, 1)))
    return np.concatenate([[0.0], np.cumsum(flights)]), restitution ** np.arange(len(flights) + 1)
