"""Single pieces of the kits that need more than a skin or a cymbal: snares, claps, machines, shaken and scraped things.

Electronic pieces follow the published circuits: the 808 kick is a ringing bridged-T filter struck by a pulse (Werner,
Abel and Smith, DAFx 2014), its hats and cowbell are square oscillators that do not agree.
"""

from __future__ import annotations

import numpy as np

from soundwright.dsp import filters, noise
from soundwright.dsp.modal import damped_sines
from soundwright.instruments.drums import Skin, hiss, later, mixed, skin
from soundwright.instruments.struck import ringing
from soundwright.instruments.tone import Tone


def _time(tone: Tone, seconds: float) -> np.ndarray:
    return np.arange(min(tone.n, round(seconds * tone.rate))) / tone.rate


def _falling(t: np.ndarray, rate: int, start_hz: float, end_hz: float, fall_s: float) -> np.ndarray:
    hz = end_hz + (start_hz - end_hz) * np.exp(-t / fall_s)
    return np.sin(2 * np.pi * np.cumsum(hz) / rate).astype(np.float32)


def snare(tone: Tone, hz: float = 188.0, rim: float = 0.25) -> np.ndarray:
    """Head, wires that rattle as long as the head moves, and the rim's crack."""
    v = tone.velocity
    ghost = v < 0.3
    head = skin(tone, Skin(hz=hz, t60_s=0.36, modes=0.7, fall=(0.25, 0.015), beater=(0.5, 1500, 9000, 0.012)))
    wires = hiss(tone, 700.0, 3800.0 + 5000.0 * v, 0.22 if ghost else 0.44, 0.004)
    low = hiss(tone, 300.0, 1800.0, 0.26, 0.0, 1)
    crack = damped_sines([hz * 2.35, hz * 4.1, 1750.0, 2900.0], 0.05, rim * v, round(0.07 * tone.rate), tone.rate)
    return 1.5 * mixed(0.75 * head, (0.24 + 0.12 * v) * wires, 0.22 * low, crack)


def side_stick(tone: Tone) -> np.ndarray:
    """Stick laid across the rim: a woody click."""
    n = min(tone.n, round(0.12 * tone.rate))
    click = damped_sines(
        [480.0, 1120.0, 1780.0, 2650.0], [0.05, 0.045, 0.035, 0.02], [0.5, 0.9, 1.0, 0.5], n, tone.rate
    )
    return 0.5 * mixed(click, 0.8 * hiss(tone, 2000.0, 9000.0, 0.03))


def clap(tone: Tone, natural: bool = False) -> np.ndarray:
    """Several hands, then the room of their palms."""
    gaps = np.sort(tone.rng.uniform(0, 0.022, 5)) if natural else np.array([0.0, 0.0105, 0.021])
    hands = [later(hiss(tone, 800.0, 3800.0, 0.02, order=1), gap, tone.rate) for gap in gaps]
    tail = later(hiss(tone, 800.0, 4200.0, 0.12 if natural else 0.24, order=1), float(gaps[-1]) + 0.008, tone.rate)
    return 0.32 * mixed(*hands, (0.5 if natural else 0.9) * tail)


def brush_tap(tone: Tone) -> np.ndarray:
    """Wire brush dropped on the snare: many small hits within 15 ms."""
    head = skin(tone, Skin(hz=182.0, t60_s=0.16, modes=0.4, fall=(0.1, 0.02), beater=(0.0, 1000, 5000, 0.01)))
    hits = hiss(tone, 900.0, 4500.0 + 4000.0 * tone.velocity, 0.13, 0.006, 1)
    return 1.4 * mixed(0.22 * head, 0.34 * hits)


def brush_sweep(tone: Tone) -> np.ndarray:
    """Wire brush drawn in a circle over the head."""
    t = _time(tone, 0.55)
    wash = filters.bandpass(noise.white(tone.rng, len(t)), 1200.0, 6500.0, tone.rate, 1)
    shape = np.sin(np.pi * np.clip(t / 0.5, 0, 1)) ** 1.5 * (1 + 0.3 * noise.wander(tone.rng, len(t), tone.rate, 30.0))
    return (0.42 * wash * shape).astype(np.float32)


def kick_808(tone: Tone, hz: float, t60_s: float) -> np.ndarray:
    t = _time(tone, t60_s * 1.1)
    boom = _falling(t, tone.rate, hz * 2.6, hz, 0.012) * np.exp(-6.9 * t / t60_s).astype(np.float32)
    boom = np.tanh(1.5 * boom) / np.float32(np.tanh(1.5))
    return mixed(boom, 0.3 * hiss(tone, 800.0, 3500.0 + 2500 * tone.velocity, 0.012))


def kick_909(tone: Tone, hz: float) -> np.ndarray:
    t = _time(tone, 0.5)
    body = _falling(t, tone.rate, hz * 5.0, hz, 0.022) * np.exp(-6.9 * t / 0.42).astype(np.float32)
    body = np.tanh(2.4 * body) / np.float32(np.tanh(2.4))
    return mixed(body, 0.7 * hiss(tone, 1500.0, 6000.0 + 5000 * tone.velocity, 0.03))


def snare_808(tone: Tone) -> np.ndarray:
    tones = damped_sines([182.0, 331.0], [0.26, 0.16], [0.8, 0.5], round(0.3 * tone.rate), tone.rate)
    return 1.3 * mixed(0.7 * tones, 0.42 * hiss(tone, 1500.0, 9000.0, 0.26 + 0.08 * tone.velocity, 0.003, 1))


def snare_909(tone: Tone) -> np.ndarray:
    t = _time(tone, 0.4)
    body = _falling(t, tone.rate, 420.0, 205.0, 0.012) * np.exp(-6.9 * t / 0.28).astype(np.float32)
    wires = hiss(tone, 900.0, 5500.0 + 3500 * tone.velocity, 0.4, 0.003, 1)
    return 1.2 * mixed(0.7 * body, 0.5 * wires)


def rim_808(tone: Tone) -> np.ndarray:
    click = damped_sines([455.0, 1667.0], [0.035, 0.04], [0.6, 1.0], round(0.05 * tone.rate), tone.rate)
    return 0.7 * np.tanh(2 * click)


def tom_808(tone: Tone, hz: float) -> np.ndarray:
    t = _time(tone, 0.7)
    body = _falling(t, tone.rate, hz * 1.5, hz, 0.05) * np.exp(-6.9 * t / 0.6).astype(np.float32)
    return mixed(0.9 * body, 0.08 * hiss(tone, 500.0, 3000.0, 0.1))


SQUARES = (205.3, 304.4, 369.6, 522.7, 540.0, 800.0)  # Hz: the six Schmitt-trigger oscillators of the 808's metal


def _squares(tone: Tone, n: int, chosen=SQUARES, up: float = 1.0) -> np.ndarray:
    """Band-limited squares by their odd harmonics."""
    hz = np.concatenate([base * up * np.arange(1, 90, 2) for base in chosen])
    level = np.concatenate([1.0 / np.arange(1, 90, 2)] * len(chosen))
    return damped_sines(hz, 1e6, level, n, tone.rate, tone.rng.uniform(0, 6.28, len(hz)))


def hat_808(tone: Tone, t60_s: float, low: float = 7000.0) -> np.ndarray:
    n = min(tone.n, round(t60_s * 1.1 * tone.rate))
    ring = filters.highpass(_squares(tone, n), low, tone.rate, 3)
    ring = ring / max(float(ring.std()), 1e-6) + 0.35 * filters.highpass(noise.white(tone.rng, n), low, tone.rate)
    return (0.45 * ring * np.exp(-6.9 * np.arange(n) / (t60_s * tone.rate))).astype(np.float32)


def hat_909(tone: Tone, t60_s: float) -> np.ndarray:
    n = min(tone.n, round(t60_s * 1.1 * tone.rate))
    ring = filters.bandpass(_squares(tone, n, up=2.13), 3500.0, 15000.0, tone.rate, 1)
    grit = filters.highpass(noise.white(tone.rng, n), 6000.0, tone.rate, 1)
    x = 0.5 * ring / max(float(ring.std()), 1e-6) + 0.8 * grit / max(float(grit.std()), 1e-6)
    x = np.round(x * 24) / 24  # six-bit samples
    return (0.42 * x * np.exp(-6.9 * np.arange(n) / (t60_s * tone.rate))).astype(np.float32)


def cowbell_808(tone: Tone) -> np.ndarray:
    n = min(tone.n, round(0.4 * tone.rate))
    t = np.arange(n) / tone.rate
    x = filters.bandpass(_squares(tone, n, (540.0, 800.0)), 450.0, 3500.0, tone.rate, 1)
    return (0.35 * x * (0.6 * np.exp(-t / 0.012) + 0.4 * np.exp(-6.9 * t / 0.35))).astype(np.float32)


def cowbell(tone: Tone) -> np.ndarray:
    n = min(tone.n, round(0.45 * tone.rate))
    ring = ringing(
        [562.0, 845.0, 1480.0, 2260.0, 3120.0], [0.4, 0.35, 0.2, 0.15, 0.1], [0.9, 1.0, 0.4, 0.35, 0.2], n, tone.rate
    )
    return 0.35 * mixed(ring, 0.4 * hiss(tone, 1500.0, 8000.0, 0.015))


def agogo(tone: Tone, hz: float) -> np.ndarray:
    n = min(tone.n, round(0.7 * tone.rate))
    ring = ringing(hz * np.array([1.0, 2.02, 2.83, 4.3]), [0.65, 0.4, 0.25, 0.15], [1.0, 0.5, 0.5, 0.2], n, tone.rate)
    return 0.35 * mixed(ring, 0.3 * hiss(tone, 2500.0, 9000.0, 0.01))


def triangle(tone: Tone, t60_s: float) -> np.ndarray:
    n = min(tone.n, round(t60_s * 1.1 * tone.rate))
    hz = np.array([1620.0, 2710.0, 3830.0, 4790.0, 6120.0, 7480.0, 8950.0, 10400.0, 12200.0])
    ring = ringing(
        hz * tone.rng.uniform(0.998, 1.002, 9),
        t60_s * (1620.0 / hz) ** 0.3,
        [0.2, 0.5, 0.6, 1.0, 0.9, 0.8, 0.7, 0.5, 0.4],
        n,
        tone.rate,
    )
    return 0.16 * mixed(ring, 0.6 * hiss(tone, 6000.0, 15000.0, 0.01))


def tambourine(tone: Tone) -> np.ndarray:
    """Pairs of small plates that clash a few times after the blow."""
    plates = []
    for at in np.concatenate([[0.0], np.sort(tone.rng.exponential(0.028, 9))]):
        hz = tone.rng.uniform(4200.0, 11000.0, 7)
        ring = damped_sines(hz, 0.13, tone.rng.uniform(0.3, 1.0, 7), round(0.15 * tone.rate), tone.rate)
        plates.append(later(ring * np.float32(np.exp(-at / 0.05)), float(at), tone.rate))
    return 0.13 * mixed(*plates, 2.0 * hiss(tone, 6000.0, 14000.0, 0.14))


def shaken(tone: Tone, hz: float, seconds: float) -> np.ndarray:
    """Beads in a vessel: a grain of collisions that rises and falls with the arm (Cook, PhISEM, 1997)."""
    t = _time(tone, seconds * 2.6)
    grains = (tone.rng.uniform(size=len(t)) < 0.06).astype(np.float32) * noise.white(tone.rng, len(t))
    sound = filters.bandpass(grains, hz * 0.6, hz * 1.5, tone.rate, 1)
    shape = (t / seconds) * np.exp(1 - t / seconds)
    return (1.1 * sound * shape**1.6 / max(float(np.sqrt(np.mean(sound**2))), 1e-6) * 0.2).astype(np.float32)


def guiro(tone: Tone, seconds: float) -> np.ndarray:
    count = int(seconds * 75)
    at = np.cumsum(np.linspace(1.3, 0.7, count)) / count * seconds
    tick = mixed(
        damped_sines([2400.0, 3900.0], 0.012, 0.5, round(0.02 * tone.rate), tone.rate),
        0.3 * hiss(tone, 2500.0, 8000.0, 0.008),
    )
    return 0.28 * mixed(*(later(tick * np.float32(tone.rng.uniform(0.5, 1.0)), float(s), tone.rate) for s in at))


def vibraslap(tone: Tone) -> np.ndarray:
    at = np.cumsum(np.geomspace(0.019, 0.03, 44))
    tick = damped_sines([1900.0, 2750.0, 3600.0], 0.02, 0.5, round(0.025 * tone.rate), tone.rate)
    return 0.3 * mixed(*(later(tick * np.float32(np.exp(-s / 0.35)), float(s), tone.rate) for s in at))


def wood(tone: Tone, hz: float, t60_s: float) -> np.ndarray:
    n = min(tone.n, round(0.25 * tone.rate))
    ring = damped_sines(
        hz * np.array([1.0, 2.57, 4.1]), t60_s / np.array([1.0, 2.0, 3.0]), [1.0, 0.35, 0.15], n, tone.rate
    )
    return 0.6 * mixed(ring, 0.2 * hiss(tone, 1500.0, 7000.0, 0.006))


def whistle(tone: Tone, seconds: float) -> np.ndarray:
    t = _time(tone, seconds)
    trill = 2150.0 + 120.0 * np.sign(np.sin(2 * np.pi * 28.0 * t))
    sound = np.sin(2 * np.pi * np.cumsum(filters.smooth(trill, 0.003, tone.rate)) / tone.rate)
    shape = np.minimum(np.minimum(t / 0.015, 1.0), (t[-1] - t) / 0.03).clip(0, 1)
    return (0.25 * sound * shape).astype(np.float32)


def cuica(tone: Tone, up: float) -> np.ndarray:
    t = _time(tone, 0.3)
    hz = 380.0 * 2 ** (up * np.sin(np.pi * t / 0.3))
    angle = 2 * np.pi * np.cumsum(hz) / tone.rate
    return (0.4 * (np.sin(angle) + 0.5 * np.sin(2 * angle)) * np.sin(np.pi * t / 0.3) ** 0.7).astype(np.float32)


def cajon_bass(tone: Tone) -> np.ndarray:
    return skin(tone, Skin(hz=78.0, t60_s=0.26, modes=0.45, fall=(0.3, 0.02), beater=(0.14, 300, 2200, 0.02)))


def cajon_slap(tone: Tone) -> np.ndarray:
    board = damped_sines(
        [210.0, 480.0, 830.0, 1350.0],
        [0.09, 0.06, 0.05, 0.03],
        [0.7, 0.6, 0.6, 0.4],
        round(0.12 * tone.rate),
        tone.rate,
    )
    return mixed(0.45 * board, 0.35 * hiss(tone, 900.0, 4000.0 + 4000.0 * tone.velocity, 0.09, 0.0, 1))


def chip_noise(tone: Tone, hz: float, seconds: float) -> np.ndarray:
    """Noise of a shift register: a random sign held for a few samples, falling in fifteen steps."""
    t = _time(tone, seconds * 1.1)
    hold = max(round(tone.rate / (2 * hz)), 1)
    bits = tone.rng.integers(0, 2, len(t) // hold + 1) * 2.0 - 1.0
    level = np.ceil(15 * np.exp(-4.0 * t / seconds)) / 15
    level[t > seconds] *= 0.0
    return (0.4 * np.repeat(bits, hold)[: len(t)] * level).astype(np.float32)


def chip_kick(tone: Tone) -> np.ndarray:
    t = _time(tone, 0.16)
    wave = _falling(t, tone.rate, 260.0, 46.0, 0.03)
    return (0.9 * np.round(wave * 7.5) / 7.5 * np.clip(1 - t / 0.15, 0, 1)).astype(np.float32)


def chip_tom(tone: Tone, hz: float) -> np.ndarray:
    t = _time(tone, 0.22)
    wave = _falling(t, tone.rate, hz * 2.5, hz, 0.06)
    return (0.8 * np.round(wave * 7.5) / 7.5 * np.clip(1 - t / 0.2, 0, 1)).astype(np.float32)
