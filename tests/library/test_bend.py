"""Bending: cuts begin on the sample, textures have no period, blends keep what their mode says."""

from __future__ import annotations

import numpy as np
import pytest
from tests.library.conftest import knock, rain

from soundwright.errors import BadRequest
from soundwright.library import cut, texture
from soundwright.library.blend import MODES, blend, measure
from soundwright.seed import stream

RATE = 44_100
AMOUNTS = (0.0, 0.25, 0.5, 0.75, 1.0)


def stereo(x: np.ndarray) -> np.ndarray:
    return np.stack([x, x])


def test_events_begin_on_the_sample_and_keep_their_tail():
    at = [4_000, 30_000, 61_234]
    x = np.zeros(100_000, np.float32)
    for k, start in enumerate(at):
        x[start : start + 26_460] += knock(k)
    found = cut.events(stereo(x), RATE)
    assert len(found) == 3
    for start, piece in zip(at, found, strict=True):
        near = x[start - 300 : start + 3400]
        where = start - 300 + np.correlate(near, piece[0][30:2000], mode="valid").argmax() - 30
        assert abs(where - start) <= 24  # half a millisecond
        assert np.abs(piece[:, -1]).max() < 1e-3
    assert found[0].shape[1] > 0.25 * RATE


def test_a_texture_is_continued_without_a_period_or_a_jump_of_level():
    source = rain(3, 3.0).T * (1.0 + 0.5 * np.sin(np.linspace(0, 9, 3 * RATE)))
    y = texture.extend(source.astype(np.float32), 90 * RATE, RATE, stream(1, "t"))
    assert y.shape == (2, 90 * RATE)
    level = 10 * np.log10(np.square(y[0]).reshape(-1, RATE // 10).mean(axis=1))
    assert np.ptp(np.convolve(level, np.ones(10) / 10, mode="valid")) < 5.0

    def period(one):
        one = one - one.mean()
        auto = np.correlate(one, one, mode="full")[len(one) - 1 :] / (one @ one)
        return float(auto[25 : len(one) // 2].max())

    chance = [period(level[np.random.default_rng(k).permutation(900)]) for k in range(30)]
    loop = np.tile(level[:30], 30)
    assert period(level) < max(np.quantile(chance, 0.99) + 0.08, 0.25)
    assert period(loop) > 0.5


def test_a_long_texture_is_only_cut():
    source = rain(4, 3.0).T
    y = texture.extend(source, RATE, RATE, stream(2, "t"))
    assert y.shape == (2, RATE)
    assert np.abs(np.correlate(source[0], y[0][:4000], mode="valid")).max() > 0.8 * float(y[0][:4000] @ y[0][:4000])


@pytest.mark.parametrize("mode", list(MODES))
def test_a_mode_keeps_its_promise(mode):
    a = stereo(np.concatenate([np.zeros(2205, np.float32), knock(1, 250.0, 0.15)]))
    b = stereo(knock(2, 1700.0, 0.05, 0.5)) * np.float32(0.3)
    made = [blend(a, b, RATE, amount, mode) for amount in AMOUNTS]
    assert np.array_equal(made[0], a)
    apart = [measure.distances(a, b, y, RATE, mode)[1] for y in made]
    assert (np.diff(apart) < 0.05).all(), apart
    assert apart[-1] < 0.8 * apart[0]
    assert apart[2] == pytest.approx((apart[0] + apart[-1]) / 2, abs=0.2 * apart[0])
    for y in made:
        assert measure.onset_shift_ms(a, y, RATE) <= 5
        assert np.isfinite(y).all()
        assert np.abs(y).max() <= max(np.abs(a).max(), 0.981)
        assert measure.clicks(y, RATE) <= measure.clicks(a, RATE) + measure.clicks(b, RATE)


def test_blends_are_repeatable_and_faults_are_told():
    a, b = stereo(knock(1)), stereo(knock(2))
    assert np.array_equal(blend(a, b, RATE, 0.6, "granular", seed=4), blend(a, b, RATE, 0.6, "granular", seed=4))
    for call, says in (
        (lambda: blend(a, b, RATE, 0.5, "envelop"), "did you mean envelope"),
        (lambda: blend(a, b, RATE, 1.5), "0 to 1"),
        (lambda: blend(a, 0 * b, RATE, 0.5), "second sound is silent"),
    ):
        with pytest.raises(BadRequest, match=says):
            call()


@pytest.mark.parametrize("mode", ["body", "latent", "style", "exchange"])
def test_a_single_sample_is_bent_towards_a_sound_and_back(mode):
    one, other = stereo(np.full(1, 0.3, np.float32)), stereo(knock(2, 1700.0, 0.05, 0.5))
    for a, b in ((one, other), (other, one)):
        y = blend(a, b, 8000, 0.5, mode)
        assert y.shape[1] >= a.shape[1]
        assert np.isfinite(y).all()
