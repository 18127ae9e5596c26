"""Motors: combustion engines, rotors and electric motors, all driven by a curve of revolutions.

An engine's sound is a train of exhaust blows, one for each firing (cylinders / 2 in a turn of a four-stroke), uneven
from cylinder to cylinder and from cycle to cycle, heard through a pipe (odd quarter waves), a silencer and a body;
valves and intake add noise in the same rhythm (Farnell, "Designing Sound", Cars; Baldan et al., "Physically informed
car engine sound synthesis", 2015). A rotor is blades that pass; an electric motor is a tone for each of its parts.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy import signal

from soundwright.dsp import envelopes, filters, modal, noise, space
from soundwright.foley import curves


@dataclass(frozen=True)
class Engine:
    """What an engine is: how it fires, what it blows through, and how much of what reaches the ear."""

    cylinders: int = 4
    stroke: int = 4
    uneven: float = 0.12  # spread of the blows, and of their instants at a quarter
    blow_ms: float = 1.6  # length of an exhaust blow
    pipe_m: float = 1.6  # sounding length of exhaust: lowest mode c / 4 l, at 500 °C
    silencer_hz: float = 500.0  # low-pass of the silencer
    hiss: float = 0.15  # turbulence in the blow
    clatter: float = 0.1  # valves, injectors, chains
    clatter_hz: tuple[float, float] = (900.0, 4500.0)
    body_hz: float = 90.0  # lowest mode of the sheet metal or hull around it
    roughness: float = 0.0  # odd firing (V-twins): the second cylinder fires early by this part of a cycle


def firing_hz(rpm, engine: Engine):
    """Exhaust blows a second at `rpm`."""
    return np.asarray(rpm, float) / 60.0 * engine.cylinders / (engine.stroke / 2)


def individual(engine: Engine, rng: np.random.Generator) -> Engine:
    """Another engine of the same make: pipe, silencer, wear and body a little different."""
    return replace(
        engine,
        uneven=curves.about(rng, engine.uneven, 0.4),
        blow_ms=curves.about(rng, engine.blow_ms, 0.2),
        pipe_m=curves.about(rng, engine.pipe_m, 0.25),
        silencer_hz=curves.about(rng, engine.silencer_hz, 0.25),
        hiss=curves.about(rng, engine.hiss, 0.4),
        clatter=curves.about(rng, engine.clatter, 0.5),
        body_hz=curves.about(rng, engine.body_hz, 0.25),
    )


def run(
    engine: Engine, rpm: np.ndarray, rate: int, rng: np.random.Generator, load: float | np.ndarray = 0.4
) -> np.ndarray:
    """An `individual` of the engine at the curve `rpm` `[n]` under `load` 0..1 (a number or a curve), float32 `[n]`."""
    engine = individual(engine, rng)
    n = len(rpm)
    load = np.broadcast_to(np.asarray(load, np.float32), n)
    fires = np.maximum(firing_hz(rpm, engine), 0.5)
    total = np.cumsum(fires) / rate
    count = int(total[-1]) + 2 if n else 1
    cylinder = np.arange(count) % engine.cylinders
    each = 1 + engine.uneven * rng.standard_normal(engine.cylinders)
    force = np.clip(each[cylinder] * (1 + engine.uneven * rng.standard_normal(count)), 0.1, 2.0)
    when = np.arange(count) + 0.25 * engine.uneven * rng.standard_normal(count) - engine.roughness * (cylinder % 2)
    at = np.interp(np.maximum(when, 0.0), total, np.arange(n))
    loud = force * (0.35 + 0.65 * load[at.astype(int)])
    train = _impulses(at, loud, n)
    blow = _blow(engine.blow_ms / 1000, rate)
    pulses = signal.oaconvolve(train, blow)[:n]

    sound_speed = 480.0  # in hot gas
    quarter = sound_speed / (4 * engine.pipe_m) * np.arange(1, 24, 2)
    pipe = modal.ring(pulses, quarter, 9.0 / (quarter + 40.0) + 0.01, 1 / np.sqrt(np.arange(1, 24, 2)), rate, 0.08)[:n]
    pipe /= max(float(np.std(pipe)), 1e-9)
    direct = pulses - np.mean(pulses)
    exhaust = pipe + direct / max(float(np.std(direct)), 1e-9)
    muffled = filters.lowpass(exhaust, engine.silencer_hz, rate, 1)
    exhaust = filters.lowpass(muffled, engine.silencer_hz * 4, rate, 1)
    exhaust *= 0.35 + 0.65 * load

    turbulence = noise.white(rng, n) * np.maximum(pulses, 0) / max(float(np.max(pulses, initial=0)), 1e-9)
    turbulence = filters.bandpass(turbulence, 0.8 * engine.silencer_hz, 6 * engine.silencer_hz + 1500, rate, 1)
    valves = _clatter(engine, at, n, rate, rng)
    shell = engine.body_hz * np.array([1, 1.6, 2.3, 3.1, 4.4, 6.2])
    body = modal.ring(direct, shell, 20.0 / shell + 0.02, 1 / np.arange(1, 7), rate, 0.25)[:n]
    parts = ((exhaust, 1.0), (turbulence, engine.hiss * 2), (valves, engine.clatter), (body, 0.5))
    return np.add.reduce([g * p / max(float(np.std(p)), 1e-9) for p, g in parts]).astype(np.float32)


def _impulses(at: np.ndarray, weights: np.ndarray, n: int) -> np.ndarray:
    """Impulses at fractional positions, each shared by two samples so that the rhythm does not jitter."""
    at, weights = at[at < n - 2], weights[at < n - 2]
    left = at.astype(int)
    part = at - left
    train = np.bincount(left, weights * (1 - part), n) + np.bincount(left + 1, weights * part, n)
    return train[:n].astype(np.float32)


def _blow(length_s: float, rate: int) -> np.ndarray:
    """Pressure at the port: it opens in a twelfth of the blow, empties exponentially, and swings back a little."""
    t = np.arange(max(round(length_s * 5 * rate), 4)) / rate / length_s
    return (np.exp(-2.5 * t) * (1 - np.exp(-12 * t)) - 0.3 * t * np.exp(-2.2 * t)).astype(np.float32)


def _clatter(engine: Engine, at: np.ndarray, n: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    """Valve and injector ticks: a few metal modes struck twice for each firing, and chain noise between."""
    ticks = np.concatenate([at + rng.normal(0, 0.0004 * rate, len(at)), at[:-1] + 0.45 * np.diff(at)])
    ticks = ticks[(ticks >= 0) & (ticks < n)].astype(int)
    force = np.bincount(ticks, rng.exponential(1.0, len(ticks)), n)[:n].astype(np.float32)
    low, high = engine.clatter_hz
    modes = np.geomspace(low, high, 9) * (1 + 0.03 * rng.standard_normal(9))
    rung = modal.ring(force, modes, 0.012, rng.uniform(0.4, 1, 9), rate, 0.02)[:n]
    return rung + 0.15 * float(np.std(rung)) * filters.bandpass(noise.white(rng, n), low, high, rate, 1)


def whirr(
    hz: np.ndarray, rate: int, rng: np.random.Generator, partials: Sequence[tuple[float, float]] = ((1, 1.0), (2, 0.5)),
    brush: float = 0.3, brush_hz: tuple[float, float] = (2000.0, 9000.0), slots: int = 12,
) -> np.ndarray:  # fmt: skip
    """An electric motor turning at `hz` `[n]`: `partials` (order, level) of rotation, and brushes that fizz at slot
    rate.
    """
    n = len(hz)
    top = float(np.max(hz, initial=1.0))
    turn = 2 * np.pi * np.cumsum(hz * (1 + 0.002 * noise.wander(rng, n, rate, 9.0))) / rate
    out = np.zeros(n, np.float32)
    for order, level in partials:
        if order * top < 0.45 * rate:
            out += level * np.sin(order * turn + rng.uniform(0, 6.28)).astype(np.float32)
    if brush:
        fizz = filters.bandpass(noise.white(rng, n), *brush_hz, rate, 1)
        gate = 0.6 + 0.4 * np.sin(slots * turn) if slots * top < 0.25 * rate else 0.6
        out += brush * (fizz * gate / max(float(np.std(fizz)), 1e-9) * (0.8 + 0.2 * np.sin(turn))).astype(np.float32)
    return out


def airflow(n: int, rate: int, rng: np.random.Generator, centre_hz: float, slope_db: float = -4.0) -> np.ndarray:
    """Air moved by a fan: broad noise about `centre_hz` that falls towards the highs, unit RMS."""
    x = noise.coloured(rng, n, rate, slope_db)
    x = filters.highpass(x, 0.35 * centre_hz, rate, 1)
    x = filters.equalise(x, "peak", centre_hz, rate, gain_db=6.0, q=0.8)
    return x / max(float(np.std(x)), 1e-9)


def blades(
    hz: np.ndarray, rate: int, rng: np.random.Generator, sharp: float = 0.12, uneven: float = 0.08
) -> np.ndarray:
    """Pressure of blades that pass `hz` `[n]` times a second: one slender bump each, 0..1, float32 `[n]`."""
    turns = np.cumsum(hz) / rate
    count = int(turns[-1]) + 2 if len(hz) else 2
    each = 1 + uneven * rng.standard_normal(count)
    part = turns % 1.0
    return (each[turns.astype(int)] * np.exp(-(((part - 0.5) / sharp) ** 2))).astype(np.float32)


def pass_by(
    x: np.ndarray, rate: int, speed_ms: float, closest_m: float, at_s: float | None = None, width: float = 0.85
) -> np.ndarray:
    """Mono x `[n]` that drives past a listener: Doppler, 1/distance, air, and from left to right; `[2, n]`.

    It is nearest at `at_s` (the middle where None). Highs are lost with distance by a low-pass that follows it.
    """
    n = len(x)
    t = np.arange(n) / rate
    along = speed_ms * (t - (n / rate / 2 if at_s is None else at_s))
    metres = np.hypot(along, closest_m)
    at = np.arange(n) - (metres - metres[:1]) / space.SPEED_OF_SOUND * rate
    at = at - max(float(at.max(initial=0.0)) - (n - 1), 0.0)  # the sound of a source that was there before we listened
    heard = (np.interp(at, np.arange(n), x) / np.maximum(metres, 1.0)).astype(np.float32)
    corner = 16000.0 / (1 + metres / 30.0) + 300
    dull = filters.lowpass(heard, 1500.0, rate, 1)
    bright = np.clip((corner / 16000.0) ** 0.7, 0, 1).astype(np.float32)
    return space.pan(dull + (heard - dull) * bright, width * np.clip(along / (metres + 2.0), -1, 1))


def ramp(
    n: int, rate: int, times_s: Sequence[float] | np.ndarray, values: Sequence[float] | np.ndarray, lag_s: float = 0.08
) -> np.ndarray:
    """A control curve through points, rounded by the inertia `lag_s`, float64 `[n]`."""
    return filters.smooth(envelopes.points(n, rate, times_s, values).astype(float), lag_s, rate)
