"""Bodies obey their physics: pitch by size, decay by material, brightness by contact, bounces, friction, bubbles."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest

from soundwright.foley import bodies, friction, table, takes
from soundwright.seed import stream

RATE = 48000
MODELS = table()


def play(name: str, seed: int = 1, seconds: float | None = None, rate: int = RATE, **values: float) -> np.ndarray:
    model = MODELS[name]
    p = {k.name: float(values.get(k.name, k.default)) for k in model.knobs}
    x = model.play(p, round((seconds or model.natural_s) * rate), rate, stream(seed, name))
    return x if x.ndim == 1 else x.mean(axis=0)


def centroid(x: np.ndarray, rate: int = RATE) -> float:
    power = np.abs(np.fft.rfft(x)) ** 2
    return float(np.sum(np.fft.rfftfreq(len(x), 1 / rate) * power) / np.sum(power))


def falls_by(x: np.ndarray, db: float, rate: int = RATE) -> float:
    """Seconds until all but `db` of the energy is spent."""
    left = np.cumsum(x[::-1].astype(float) ** 2)[::-1]
    return float(np.argmax(left < left[0] * 10 ** (-db / 10))) / rate


def test_bar_modes_have_the_ratios_of_a_free_bar():
    bar = bodies.bar("steel", 0.5, 0.02, stream(0), 0.0)
    lowest = np.pi * bodies.MATERIALS["steel"].speed * 0.02 / np.sqrt(12) / (8 * 0.25) * 3.0112**2
    for ratio in (1, 2.756, 5.404, 8.933):
        assert np.min(np.abs(bar.hz / (lowest * ratio) - 1)) < 0.04


@pytest.mark.parametrize("shape", ["bar", "plate", "shell", "tube"])
def test_modes_fall_with_size(shape):
    def lowest(size):
        rng = stream(3, shape)
        return {
            "bar": lambda: bodies.bar("steel", size, 0.01, rng),
            "plate": lambda: bodies.plate("steel", size, size, 0.003, rng),
            "shell": lambda: bodies.shell("glass", size / 5, 0.002, rng),
            "tube": lambda: bodies.tube("steel", size, 0.01, 0.002, rng),
        }[shape]().hz[0]

    assert lowest(0.2) > 1.5 * lowest(0.4)


def test_t60_is_2_2_over_loss_times_frequency():
    body = bodies.plate("wood", 0.3, 0.4, 0.01, stream(1))
    low = body.hz < 2000
    assert np.allclose(body.t60_s[low] * body.hz[low] * bodies.MATERIALS["wood"].loss, 2.2, rtol=0.05)


def test_materials_are_told_by_decay():
    """At one shape: steel rings longer than glass, glass than wood, wood than plastic, plastic than rubber."""
    times = []
    for material in ("steel", "glass", "wood", "plastic", "cardboard"):
        body = bodies.Body(
            np.array([800.0, 1900.0]), 2.2 / bodies.MATERIALS[material].loss / np.array([800.0, 1900.0]), np.ones(2)
        )
        times.append(falls_by(bodies.hit(body, RATE, stream(2), 0.5, click=0.0), 40))
    assert all(a > 1.3 * b for a, b in pairwise(times))


def test_a_hard_blow_is_brighter():
    plate = bodies.plate("steel", 0.3, 0.4, 0.004, stream(4))
    assert centroid(bodies.hit(plate, RATE, stream(5), 0.1)) > 1.5 * centroid(bodies.hit(plate, RATE, stream(5), 2.0))


def test_flights_shorten_geometrically():
    times, speeds = bodies.bounces(0.6, 0.7, stream(0), jitter=0.0)
    flights = np.diff(times)
    assert np.allclose(flights[1:] / flights[:-1], 0.7)
    assert np.allclose(speeds[1:] / speeds[:-1], 0.7)


def test_stick_slip_keeps_its_rate():
    train = friction.slips(np.full(2 * RATE, 90.0), RATE, stream(0), 0.05)
    assert abs(np.count_nonzero(train) / 2 - 90) < 4


def test_bubble_rings_at_minnaerts_pitch():
    x = friction.bubble(4.0, RATE, 0.0)
    spectrum = np.abs(np.fft.rfft(x, 1 << 16))
    assert abs(np.argmax(spectrum) * RATE / (1 << 16) - 815) < 30


def test_crackle_follows_its_density():
    curve = np.concatenate([np.full(RATE, 20.0), np.full(RATE, 400.0)])
    x = friction.crackle(2 * RATE, RATE, stream(0), curve, (2000, 8000), (1, 4))
    assert np.sum(x[RATE:] ** 2) > 5 * np.sum(x[:RATE] ** 2)


def test_event_and_bed_keep_their_levels():
    spiky = np.zeros(RATE, np.float32)
    spiky[::9000] = 1.0
    assert abs(np.abs(takes.event(spiky, RATE, 0.8)).max() - 0.8) < 1e-3
    bed = takes.bed(spiky, RATE // 2, RATE)
    assert len(bed) == RATE // 2
    assert np.abs(bed).max() <= 0.9
    hiss = takes.bed(stream(0).standard_normal(RATE).astype(np.float32), RATE, RATE)
    assert abs(hiss.std() - 0.1) < 0.002


def test_wood_dies_before_metal():
    assert falls_by(play("wood impact"), 40) < 0.25 * falls_by(play("metal impact"), 40)


@pytest.mark.parametrize(
    "name", ["wood impact", "metal pipe", "glass clink", "plastic impact", "church bell", "ship horn", "pop", "thud"]
)
def test_large_things_sound_lower(name):
    def median(size):
        return np.median([centroid(play(name, seed, seconds=2.0, size=size)[: 2 * RATE]) for seed in range(2)])

    assert median(0.9) < 0.8 * median(0.1)


def test_glass_is_brighter_than_ceramic_and_stone():
    glass, plate, stone = (centroid(play(name, 2)) for name in ("glass shatter", "plate break", "stone impact"))
    assert glass > plate > stone


def test_shatter_is_a_crack_and_then_a_rain_of_shards():
    x = play("glass shatter")
    power = x.astype(float) ** 2
    first = power[: round(0.2 * RATE)].sum() / power.sum()
    assert 0.2 < first < 0.95
    late = np.abs(np.fft.rfft(x[round(0.3 * RATE) :])) ** 2
    hz = np.fft.rfftfreq(len(x) - round(0.3 * RATE), 1 / RATE)
    assert late[hz > 2000].sum() > 0.7 * late.sum()
    thirds = np.array([late[(hz > a) & (hz < 1.26 * a)].sum() for a in 2000 * 1.26 ** np.arange(8)])
    assert np.count_nonzero(thirds > 0.005 * late.sum()) >= 6  # spread, not one tone


def test_gravel_is_grains_and_concrete_is_a_tap():
    """Grains fill the step, a hard floor answers once: the envelope of concrete is far more peaked."""

    def crest(name):
        x = np.abs(play(name, seconds=5.0))
        envelope = np.convolve(x, np.ones(480) / 480, "same")
        return envelope.max() / envelope.mean()

    assert crest("footsteps on concrete") > 1.5 * crest("footsteps on gravel")
    assert centroid(play("footsteps on gravel")) > 3 * centroid(play("footsteps on carpet"))
