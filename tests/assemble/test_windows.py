"""Windows over a latent: they cover it, weights sum to one, and what a denoiser does to each frame it does to all."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.assemble import windows
from soundwright.errors import BadRequest


def drawn(seed: int) -> windows.Windows:
    rng = np.random.default_rng(seed)
    size = int(rng.integers(1, 60))
    return windows.plan(int(rng.integers(1, 500)), size, int(rng.integers(0, size)))


@pytest.mark.parametrize("seed", range(60))
def test_windows_cover_the_whole_and_their_weights_sum_to_one(seed):
    planned = drawn(seed)
    total = np.zeros(planned.length)
    for (start, end), weight in zip(planned.spans, planned.weights(), strict=True):
        assert 0 <= start < end <= planned.length
        assert (weight > 0).all()
        total[start:end] += weight
    np.testing.assert_allclose(total, 1.0, atol=1e-12)


@pytest.mark.parametrize(("length", "size", "overlap"), [(100, 40, 10), (101, 40, 10), (500, 64, 63), (41, 40, 39)])
def test_neighbours_overlap_by_what_was_asked_and_windows_are_few(length, size, overlap):
    planned = windows.plan(length, size, overlap)
    apart = np.diff(planned.starts)
    assert planned.starts[0] == 0
    assert planned.starts[-1] + size == length
    assert apart.max() <= size - overlap
    assert (len(apart) - 1) * (size - overlap) < length - size  # one fewer would not do


@pytest.mark.parametrize("kind", ["numpy", "torch"])
@pytest.mark.parametrize("seed", range(10))
def test_a_pointwise_denoiser_gives_what_it_gives_for_the_whole(seed, kind):
    planned = drawn(seed)
    latents = np.random.default_rng(seed).standard_normal((2, 3, planned.length)).astype(np.float32)
    if kind == "torch":
        latents = pytest.importorskip("torch").from_numpy(latents)
    result = windows.average(lambda part, k: part**3 - part, latents, planned)
    assert type(result) is type(latents)
    assert result.dtype == latents.dtype
    np.testing.assert_allclose(np.asarray(result), np.asarray(latents**3 - latents), rtol=1e-6, atol=2e-6)


def test_windows_with_conditions_of_their_own_pass_into_one_another_without_a_jump():
    planned, conditions = windows.plan(400, 100, 40), [0.0, 1.0, -1.0, 2.0, 0.5, 0.0, 1.0]
    result = windows.average(lambda part, k: 0 * part + conditions[k], np.zeros((1, 400)), planned)
    np.testing.assert_allclose(result[0, [0, 50, 399]], [0.0, 0.0, conditions[len(planned.starts) - 1]])
    assert np.abs(np.diff(result)).max() <= 3.0 * np.pi / 2 / 40 * 1.01  # the steepest of a raised cosine


def test_the_latents_given_are_left_as_they_were():
    latents = np.ones((1, 50))
    windows.average(lambda part, k: 2 * part, latents, windows.plan(50, 20, 5))
    assert (latents == 1).all()


@pytest.mark.parametrize("asked", [(0, 10, 2), (10, 0, 0), (100, 10, 10), (100, 10, -1)])
def test_windows_that_cannot_be_are_refused(asked):
    with pytest.raises(BadRequest, match="cannot be covered"):
        windows.plan(*asked)


def test_another_length_is_refused():
    planned = windows.plan(50, 20, 5)
    with pytest.raises(BadRequest, match="50 frames, the latents have 49"):
        windows.average(lambda part, k: part, np.ones((1, 49)), planned)
    with pytest.raises(BadRequest, match="window 1 answered with 19 frames"):
        windows.average(lambda part, k: part[..., 1:], np.ones((1, 50)), planned)
