"""Lags that are known: told within 10 ms from -500 to 500 ms, and not told where there is nothing to tell."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.dsp.onsets import Onset
from soundwright.video import sync
from soundwright.video.events import Event


def scene(lag_s, *, count=12, seed=0, missing=0.2, strays=0.2, jitter_s=0.004):
    """Events at irregular times and their sounds, some missing, some strange, each a little off."""
    rng = np.random.default_rng(seed)
    times = np.cumsum(rng.uniform(0.25, 0.8, count)) + 1.0
    events = [Event(float(t), "contact", 0.5, 0.5, float(rng.uniform(0.5, 1)), 0.9) for t in times]
    heard = [t + lag_s + rng.normal(0, jitter_s) for t in times if rng.random() > missing]
    heard += list(rng.uniform(0.5, times[-1], round(strays * count)))
    return events, [Onset(float(t), float(rng.uniform(12, 40))) for t in sorted(heard) if t > 0]


@pytest.mark.parametrize("lag_ms", [-500, -300, -120, -40, -10, 0, 15, 60, 150, 300, 500])
def test_a_known_lag_is_told(lag_ms):
    errors = []
    for seed in range(8):
        found = sync.measure(*scene(lag_ms / 1000, seed=seed))
        assert found.lag_s is not None
        errors.append(abs(found.lag_s - lag_ms / 1000))
    assert np.median(errors) < 0.003
    assert max(errors) < 0.010


def test_chance_is_not_told():
    told = 0
    for seed in range(30):
        events, _ = scene(0.0, seed=seed)
        rng = np.random.default_rng(100 + seed)
        random = [Onset(float(t), 20.0) for t in np.sort(rng.uniform(0, 8, 12))]
        told += sync.measure(events, random).lag_s is not None
    assert told <= 3


@pytest.mark.parametrize(("events", "onsets"), [(0, 10), (2, 10), (10, 0), (10, 2)])
def test_too_little_is_said(events, onsets):
    seen, heard = scene(0.0, missing=0.0)
    found = sync.measure(seen[:events], heard[:onsets])
    assert found.lag_s is None
    assert "cannot tell" in found.said


def test_a_machine_that_ticks_evenly_has_no_one_answer():
    """Every lag of a whole beat fits an even row as well: that is not told as one lag."""
    events = [Event(0.5 * at + 1, "contact", 0.5, 0.5, 1.0, 1.0) for at in range(20)]
    heard = [Onset(0.5 * at + 1.1, 20.0) for at in range(20)]
    found = sync.measure(events, heard)
    assert found.lag_s is None or abs(found.lag_s - 0.1) < 0.01


@pytest.mark.parametrize(("lag_ms", "word"), [(3, "production"), (60, "few"), (300, "most"), (-3, "production")])
def test_grades(lag_ms, word):
    assert word in sync.measure(*scene(lag_ms / 1000, jitter_s=0.0)).grade
