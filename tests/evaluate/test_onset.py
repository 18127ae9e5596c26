"""Onset scores against mir_eval's, lags that are lags, and what chance scores."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.dsp.onsets import Onset
from soundwright.errors import BadRequest
from soundwright.evaluate import onset

# mir_eval 0.8.2, onset.f_measure: (F, precision, recall) of 25 and 30 random instants in 3 s, drawn as below. Its own
# ten stored fixtures and 2,000 more random rows gave the same numbers exactly.
MIR_EVAL = [
    (0.3636363636363636, 0.3333333333333333, 0.4),
    (0.509090909090909, 0.4666666666666667, 0.56),
    (0.509090909090909, 0.4666666666666667, 0.56),
    (0.509090909090909, 0.4666666666666667, 0.56),
    (0.5818181818181818, 0.5333333333333333, 0.64),
    (0.4, 0.36666666666666664, 0.44),
]


@pytest.mark.parametrize("seed", range(6))
def test_mir_eval_says_the_same(seed):
    rng = np.random.default_rng(seed)
    reference, generated = np.sort(rng.uniform(0, 3, 25)), np.sort(rng.uniform(0, 3, 30))
    found = onset.f_measure(reference, generated)
    assert (found["f"], found["precision"], found["recall"]) == pytest.approx(MIR_EVAL[seed], abs=1e-15)


def test_the_matching_is_a_largest_one():
    """Against every possible matching, on rows so dense that nearest-first would lose pairs."""
    from itertools import permutations

    for seed in range(60):
        rng = np.random.default_rng(seed)
        a, b = np.sort(rng.uniform(0, 0.3, 5)), np.sort(rng.uniform(0, 0.3, 6))
        fits = np.abs(a[:, None] - b) <= 0.05
        best = max(sum(fits[i, j] for i, j in enumerate(order)) for order in permutations(range(6), 5))
        assert len(onset.matched(a, b)) == best


def test_edges():
    assert onset.f_measure(np.array([]), np.array([]))["f"] == 0
    assert onset.f_measure(np.array([1.0]), np.array([]))["f"] == 0
    assert onset.f_measure(np.array([0.0]), np.array([0.05]))["f"] == 1
    assert onset.f_measure(np.array([1.0]), np.array([1.0501]))["f"] == 0
    for bad in ([np.nan], [-1.0], [[1.0]]):
        with pytest.raises(BadRequest):
            onset.f_measure(np.array(bad), np.array([1.0]))


def rows(times):
    return [Onset(float(at), 24.0) for at in times]


def test_a_lag_is_scored_as_a_lag():
    """200 ms late: nothing is met within 50 ms, all is once the lag is taken away. A window of 300 ms would say 1."""
    times = np.cumsum(np.random.default_rng(4).uniform(0.35, 0.9, 14)) + 0.3
    found = onset.compare(rows(times), rows(times + 0.2), float(times[-1]) + 1)
    assert found["lag_ms"] == pytest.approx(200, abs=1)
    assert found["f"] == 0
    assert found["f_lagless"] == 1
    assert onset.compare(rows(times), rows(times - 0.12), float(times[-1]) + 1)["lag_ms"] == pytest.approx(-120, abs=1)
    assert onset.f_measure(times, times + 0.2, window_s=0.3)["f"] == 1


def test_random_sounds_score_as_chance():
    rng = np.random.default_rng(5)
    times = np.sort(rng.uniform(0, 8, 12))
    scores = [onset.compare(rows(times), rows(np.sort(rng.uniform(0, 8, 12))), 8.0) for _ in range(30)]
    assert np.mean([row["f"] for row in scores]) == pytest.approx(scores[0]["f_chance"], abs=0.04)
    assert sum(row["lag_ms"] is not None for row in scores) <= 3
    wide = onset.by_chance(lambda at: onset.f_measure(times, at, 0.3)["f"], 12, 8.0)
    assert wide > 0.4  # what a window of 300 ms gives to no skill at all


def test_av_align_is_intersection_over_union():
    sounds, motions = np.array([0.5, 1.0, 2.0]), np.array([0.52, 1.2, 2.01, 3.0])
    assert onset.av_align(sounds, motions, 25.0) == pytest.approx(2 / 5)
    assert onset.av_align(np.array([]), np.array([]), 25.0) == 0
    times = np.arange(7) / 10
    assert onset.peaks(times, np.array([0, 1, 0, 0, 3, 2, 5])).tolist() == pytest.approx([0.1, 0.4])
