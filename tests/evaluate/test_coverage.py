"""Density, coverage, the Vendi score and the MAUVE-like area at their closed forms."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.errors import BadRequest
from soundwright.evaluate import coverage, mauve


def test_counts_written_out():
    rng = np.random.default_rng(0)
    x, y, k = rng.standard_normal((30, 3)), rng.standard_normal((20, 3)) + 0.7, 5
    reach = [sorted(np.linalg.norm(x - one, axis=1))[k] for one in x]
    inside = np.array([[np.linalg.norm(a - b) <= r for b in y] for a, r in zip(x, reach, strict=True)])
    found = coverage.density_and_coverage(x, y)
    assert found["density"] == pytest.approx(inside.sum() / (k * 20))
    assert found["coverage"] == pytest.approx(inside.any(axis=1).mean())


def test_two_sets_of_one_kind_and_two_of_different_ones():
    rng = np.random.default_rng(1)
    x, y = rng.standard_normal((2, 1500, 8))
    alike = coverage.density_and_coverage(x, y)
    assert alike["density"] == pytest.approx(1, abs=0.07)
    assert alike["coverage"] == pytest.approx(1 - 2.0**-5, abs=0.03)  # Naeem et al. 2020, section 4.2
    assert coverage.density_and_coverage(x, y + 50) == {"density": 0.0, "coverage": 0.0}
    one_mode = coverage.density_and_coverage(x, np.tile(x[:1], (1500, 1)))
    assert one_mode["coverage"] < 0.05
    with pytest.raises(BadRequest, match="more than 5"):
        coverage.density_and_coverage(x[:5], y)


def test_vendi_counts_different_things():
    assert coverage.vendi(np.tile([1.0, 2.0, 3.0], (9, 1))) == pytest.approx(1)
    assert coverage.vendi(np.eye(12)) == pytest.approx(12)
    assert coverage.vendi(np.repeat(np.eye(4), 5, axis=0) * 3) == pytest.approx(4)


def test_the_area_at_its_ends():
    p = np.array([0.2, 0.3, 0.5, 0.0])
    assert mauve.area(p, p) == pytest.approx(1)
    # without a common cell the curve is ((1 - t)^5, t^5), whose area is 5 B(6, 5) = 1/252
    assert mauve.area(np.array([1.0, 0.0]), np.array([0.0, 1.0])) == pytest.approx(1 / 252, rel=1e-4)
    q = np.array([0.1, 0.3, 0.4, 0.2])
    assert 1 / 252 < mauve.area(p, q) < 1
    assert mauve.area(p, q) == pytest.approx(mauve.area(q, p), rel=1e-3)


def test_the_area_falls_as_sets_part():
    rng = np.random.default_rng(2)
    x, y = rng.standard_normal((2, 1200, 10))
    areas = [mauve.mauve(x, y + shift) for shift in (0.0, 0.5, 1.0, 5.0)]
    assert areas == sorted(areas, reverse=True)
    assert areas[0] > 0.9
    assert areas[3] < 0.02
    assert mauve.mauve(x, y) == areas[0]
    wide = rng.standard_normal((2, 40, 300))  # fewer frames than dimensions
    assert 0 < mauve.mauve(*wide) <= 1
    with pytest.raises(BadRequest, match="at least 20"):
        mauve.mauve(x[:19], y)
