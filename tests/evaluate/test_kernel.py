"""KAD against its closed form for Gaussians, and against sums written out."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.errors import BadRequest
from soundwright.evaluate import kernel


def closed_form(d, var_x, var_y, gap2, s2):
    """E k(x, y) of Gaussians with variances v in all = (s² / (s² + v))^(d/2) exp(-|gap|² / 2 (s² + v))."""

    def mean(v, far):
        return (s2 / (s2 + v)) ** (d / 2) * np.exp(-far / (2 * (s2 + v)))

    return 100 * (mean(2 * var_x, 0) + mean(2 * var_y, 0) - 2 * mean(var_x + var_y, gap2))


def test_the_closed_form_of_the_literature():
    assert closed_form(16, 1.0, 1.69, 16 * 0.04, 5.5273**2) == pytest.approx(2.5611, abs=6e-5)


def test_samples_come_to_the_closed_form_without_bias():
    """The mean of 60 small estimates lies within three of its own standard errors."""
    exact = closed_form(16, 1.0, 1.69, 16 * 0.04, 5.5273**2)
    found = []
    for seed in range(60):
        rng = np.random.default_rng(seed)
        x, y = rng.standard_normal((60, 16)), 1.3 * rng.standard_normal((90, 16)) + 0.2
        found.append(kernel.kad(x, y, bandwidth=5.5273))
    assert abs(np.mean(found) - exact) < 3 * np.std(found) / np.sqrt(60)


def test_sums_written_out():
    rng = np.random.default_rng(0)
    x, y, s = rng.standard_normal((7, 3)) + 50, rng.standard_normal((5, 3)) + 50, 1.7

    def k(a, b):
        return np.exp(-((a - b) ** 2).sum() / (2 * s * s))

    within = [np.mean([k(a, b) for i, a in enumerate(z) for j, b in enumerate(z) if i != j]) for z in (x, y)]
    across = np.mean([k(a, b) for a in x for b in y])
    assert kernel.kad(x, y, bandwidth=s) == pytest.approx(100 * (sum(within) - 2 * across), abs=1e-10)


def test_the_bandwidth_is_the_references():
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((60, 4)), 5 * rng.standard_normal((50, 4))
    s = kernel.median_distance(x)
    pairs = [np.linalg.norm(x[i] - x[j]) for i in range(60) for j in range(i)]
    assert s == pytest.approx(np.median(pairs), rel=1e-12)
    assert kernel.kad(x, y) == kernel.kad(x, y, bandwidth=s)
    assert kernel.kad(x, y) != pytest.approx(kernel.kad(y, x), rel=0.01)


def test_blocks_do_not_matter(monkeypatch):
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((50, 4)), rng.standard_normal((70, 4)) + 0.5
    whole = kernel.kad(x, y)
    monkeypatch.setattr(kernel, "BLOCK", 16)
    assert kernel.kad(x, y) == pytest.approx(whole, abs=1e-10)


def test_of_many_rows_some_give_the_median(monkeypatch):
    x = np.random.default_rng(3).standard_normal((2000, 8))
    whole = kernel.median_distance(x)
    monkeypatch.setattr(kernel, "ROWS", 700)
    assert kernel.median_distance(x) == kernel.median_distance(x)
    assert kernel.median_distance(x) == pytest.approx(whole, rel=0.02)


def test_what_cannot_be_measured_is_refused():
    with pytest.raises(BadRequest, match="two frames"):
        kernel.kad(np.ones((1, 3)), np.ones((5, 3)))
    with pytest.raises(BadRequest, match="all alike"):
        kernel.kad(np.ones((4, 3)), np.ones((5, 3)))
    with pytest.raises(BadRequest, match="3 and of 4"):
        kernel.kad(np.ones((4, 3)), np.ones((5, 4)))


def test_parts_give_the_kad_of_any_draw_of_them():
    rng = np.random.default_rng(5)
    reference, parts = rng.standard_normal((40, 4)), [rng.standard_normal((n, 4)) + 0.3 for n in (3, 1, 6, 5)]
    sums = kernel.Parts.of(reference, parts, 2.0)
    for drawn in ([0, 1, 2, 3], [2, 3], [0, 0, 2]):
        whole = kernel.kad(reference, np.concatenate([parts[at] for at in drawn]), bandwidth=2.0)
        assert sums.kad(drawn) == pytest.approx(whole, rel=1e-10)
