"""Fréchet distances against closed forms, a longdouble reckoning, and the formula that other toolkits use."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.errors import BadRequest
from soundwright.evaluate import frechet
from soundwright.evaluate.frechet import Moments


def draws(n, d, seed=0, shift=0.0):
    rng = np.random.default_rng(seed)
    return rng.standard_normal((n, d)) @ rng.standard_normal((d, d)) / np.sqrt(d) + shift


def gaussian(mean, covariance, n=100):
    return Moments.of_covariance(np.asarray(mean, float), np.asarray(covariance, float), n)


def test_diagonal_covariances_have_a_closed_form():
    rng = np.random.default_rng(1)
    a, b, gap = rng.uniform(0.1, 5, 40), rng.uniform(0.1, 5, 40), rng.standard_normal(40)
    exact = gap @ gap + ((np.sqrt(a) - np.sqrt(b)) ** 2).sum()
    found = frechet.distance(gaussian(np.zeros(40), np.diag(a)), gaussian(gap, np.diag(b)))
    assert found == pytest.approx(exact, rel=1e-12)


def test_commuting_covariances_have_one_too():
    rng = np.random.default_rng(2)
    axes = np.linalg.qr(rng.standard_normal((12, 12)))[0]
    a, b = rng.uniform(0.1, 5, 12), rng.uniform(0.1, 5, 12)
    found = frechet.distance(gaussian(np.zeros(12), axes * a @ axes.T), gaussian(np.zeros(12), axes * b @ axes.T))
    assert found == pytest.approx(((np.sqrt(a) - np.sqrt(b)) ** 2).sum(), rel=1e-10)


def test_two_dimensions_have_one_as_well():
    """tr (S1 S2)^½ of 2 x 2 matrices is sqrt(tr S1 S2 + 2 sqrt(det S1 S2))."""
    x, y = draws(50, 2, 3), draws(60, 2, 4, shift=0.5)
    s, t = np.cov(x.T), np.cov(y.T)
    gap = x.mean(0) - y.mean(0)
    root = np.sqrt(np.trace(s @ t) + 2 * np.sqrt(np.linalg.det(s @ t)))
    assert frechet.fad(x, y) == pytest.approx(gap @ gap + np.trace(s) + np.trace(t) - 2 * root, rel=1e-12)


@pytest.mark.parametrize(("n", "m", "d"), [(300, 200, 16), (20, 30, 64), (200, 40, 64)])
def test_what_any_distance_of_this_kind_keeps(n, m, d):
    x, y = draws(n, d, 5), draws(m, d, 6, shift=0.3)
    turn = np.linalg.qr(np.random.default_rng(7).standard_normal((d, d)))[0]
    value = frechet.fad(x, y)
    assert frechet.fad(x, x) == pytest.approx(0, abs=1e-11 * np.square(x).mean() * d)
    assert frechet.fad(y, x) == pytest.approx(value, rel=1e-12)
    assert frechet.fad(3 * x, 3 * y) == pytest.approx(9 * value, rel=1e-12)
    assert frechet.fad(x @ turn + 5, y @ turn + 5) == pytest.approx(value, rel=1e-10)


def test_fewer_frames_than_dimensions_against_longdouble():
    """tr (S1 S2)^½ from the eigenvalues of the small matrix (A Bᵀ)(A Bᵀ)ᵀ, found by Jacobi turns in longdouble."""
    x, y = draws(8, 20, 8), draws(9, 20, 9, shift=0.2)
    a, b = (np.asarray(one, np.longdouble) for one in (x, y))
    a, b = (a - a.mean(0)) / np.sqrt(np.longdouble(7)), (b - b.mean(0)) / np.sqrt(np.longdouble(8))
    gap = np.asarray(x, np.longdouble).mean(0) - np.asarray(y, np.longdouble).mean(0)
    cross = a @ b.T
    roots = np.sqrt(np.maximum(jacobi(cross @ cross.T), 0)).sum()
    exact = gap @ gap + (a**2).sum() + (b**2).sum() - 2 * roots
    assert frechet.fad(x, y) == pytest.approx(float(exact), rel=1e-10)


def jacobi(matrix):
    matrix = matrix.copy()
    for _ in range(30):
        for p in range(len(matrix)):
            for q in range(p + 1, len(matrix)):
                if abs(matrix[p, q]) < np.longdouble(1e-25):
                    continue
                angle = np.arctan2(2 * matrix[p, q], matrix[q, q] - matrix[p, p]) / 2
                turn = np.eye(len(matrix), dtype=np.longdouble)
                turn[p, p] = turn[q, q] = np.cos(angle)
                turn[p, q], turn[q, p] = np.sin(angle), -np.sin(angle)
                matrix = turn.T @ matrix @ turn
    return np.diag(matrix)


def test_the_formula_of_other_toolkits_gives_the_same_where_it_is_sound():
    """fadtk: eigenvalues of the product of the covariances, complex square roots, real part of their sum."""
    x, y = draws(2000, 24, 10), draws(1500, 24, 11, shift=0.1)
    s, t = np.cov(x, rowvar=False), np.cov(y, rowvar=False)
    gap = x.mean(0) - y.mean(0)
    theirs = gap @ gap + np.trace(s) + np.trace(t) - 2 * np.sqrt(np.linalg.eigvals(s @ t) + 0j).sum().real
    assert frechet.fad(x, y) == pytest.approx(theirs, rel=1e-9)
    stored = frechet.distance(gaussian(x.mean(0), s, 2000), gaussian(y.mean(0), t, 1500))
    assert stored == pytest.approx(theirs, rel=1e-9)


def test_streamed_equals_whole():
    x = draws(5000, 30, 12, shift=100.0)
    whole, streamed = Moments.of(x), Moments.stream(x[at : at + 333] for at in range(0, 5000, 333))
    assert streamed.n == 5000
    assert np.allclose(streamed.mean, whole.mean, rtol=1e-13)
    assert np.allclose(streamed.factor.T @ streamed.factor, whole.factor.T @ whole.factor, rtol=1e-9, atol=1e-9)
    assert streamed.factor.shape == (30, 30)
    assert frechet.distance(whole, streamed) < 1e-9
    few = Moments.stream([x[:3], x[3:4], x[4:9]])
    assert frechet.distance(few, Moments.of(x[:9])) < 1e-9


def test_one_frame_is_a_point():
    x = np.array([[1.0, 2.0]])
    assert frechet.fad(x, x + 3) == pytest.approx(18)


def test_infinity_takes_the_bias_away():
    """At 1000 frames of 128 dimensions and a true distance of 0 and of 1.28: under 5 % of the plain one's bias."""
    for true, seeds in ((0.0, range(4)), (1.28, range(4, 8))):
        plain, far = [], []
        for seed in seeds:
            rng = np.random.default_rng(seed)
            x = rng.standard_normal((1000, 1, 128))
            y = rng.standard_normal((1000, 1, 128)) + np.sqrt(true / 128)
            found = frechet.infinity(list(x), list(y), seed=seed)
            plain.append(found.plain - true)
            far.append(found.fad_inf - true)
            assert found.r2 > 0.99
        assert np.mean(plain) == pytest.approx(8.5, abs=0.3)  # both sets are finite, so twice that of one
        assert abs(np.mean(far)) < 0.05 * np.mean(plain)


def test_infinity_repeats_by_its_seed():
    clips = [draws(5, 4, seed) for seed in range(30)]
    others = [draws(5, 4, seed, shift=0.2) for seed in range(30, 60)]
    first, again, other = (frechet.infinity(clips, others, seed=seed) for seed in (1, 1, 2))
    assert first == again
    assert first.fad_inf != other.fad_inf
    assert first.points[-1] == (1.0, first.plain)
    with pytest.raises(BadRequest, match="at least 10 clips"):
        frechet.infinity(clips[:9], others)


def test_a_reference_may_be_its_moments_alone():
    x, y = draws(4000, 8, 1), [draws(20, 8, 1, shift=0.1)[:, :] for _ in range(20)]
    found = frechet.infinity(Moments.of(x), y, seed=0)
    assert found.plain == pytest.approx(frechet.fad(x, np.concatenate(y)), rel=1e-12)


def test_clips_are_ranked_and_not_rated():
    base = Moments.of(draws(3000, 6, 1))
    clips = [draws(40, 6, 1, shift=shift) for shift in (0.0, 3.0, 1.0)]
    assert frechet.ranks(base, clips) == [3, 1, 2]


@pytest.mark.parametrize("bad", [np.zeros((0, 4)), np.zeros(4), np.full((3, 4), np.nan), np.full((3, 4), np.inf)])
def test_what_is_no_embedding_is_refused(bad):
    with pytest.raises(BadRequest):
        frechet.fad(np.ones((3, 4)), bad)


def test_other_dimensions_are_refused():
    with pytest.raises(BadRequest, match="4 and of 5 dimensions"):
        frechet.fad(np.ones((3, 4)), np.ones((3, 5)))
