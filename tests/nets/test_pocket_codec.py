"""The pocket codec: what goes through it comes back with its levels, pitches, beginnings and width."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.errors import CannotRun
from soundwright.nets import pocket_codec as codec

RATE = codec.RATE
N = 3 * RATE
T = np.arange(N) / RATE


def db(x):
    return 10 * np.log10(np.square(x, dtype=np.float64).mean() + 1e-12)


def through(x, seed=0):
    """A sound described and made again, without the linear transform."""
    return codec.synthesise(codec.analyse(np.asarray(x, np.float32)), np.random.default_rng(seed))[:, : x.shape[1]]


def tone(hz):
    return np.stack([0.3 * np.sin(2 * np.pi * hz * T)] * 2)


def noise(seed=0):
    return 0.1 * np.random.default_rng(seed).standard_normal((2, N))


def strongest_hz(x):
    power = np.abs(np.fft.rfft(x[0] * np.hanning(x.shape[1])))
    return float(np.argmax(power) * RATE / x.shape[1])


@pytest.mark.parametrize("hz", [97.3, 220.0, 447.0, 1000.0, 1234.5])
def test_a_tone_keeps_its_pitch_and_level(hz):
    y = through(tone(hz))
    assert abs(1200 * np.log2(strongest_hz(y) / hz)) < 35
    assert db(y) == pytest.approx(db(tone(hz)), abs=0.5)
    spectrum = np.square(np.abs(np.fft.rfft(y[0] * np.hanning(N))))
    lines = np.abs(np.fft.rfftfreq(N, 1 / RATE) - hz) < 30
    assert spectrum[lines].sum() > 0.9 * spectrum.sum()


def test_noise_keeps_its_level_in_every_octave_and_stays_noise():
    x, y = noise(), through(noise())
    for low in (125, 250, 500, 1000, 2000, 4000, 8000, 16_000):
        lines = slice(low * N // RATE, min(2 * low, 22_000) * N // RATE)
        power = [np.square(np.abs(np.fft.rfft(one, axis=1)))[:, lines].mean() for one in (x, y)]
        assert 10 * np.log10(power[1] / power[0]) == pytest.approx(0, abs=1.0)
    inside = y[0, RATE // 2 : -RATE // 2]
    assert np.mean(inside**4) / np.mean(inside**2) ** 2 == pytest.approx(3.0, abs=0.3)  # kurtosis of Gaussian noise
    assert abs(np.corrcoef(x[0], y[0])[0, 1]) < 0.05


def test_width_place_and_mono_are_kept():
    mono = np.repeat(noise()[:1], 2, axis=0)
    assert np.corrcoef(through(mono))[0, 1] > 0.99
    assert abs(np.corrcoef(through(noise()))[0, 1]) < 0.1
    left = noise() * np.array([[1.0], [0.1]])
    y = through(left)
    assert db(y[0]) - db(y[1]) == pytest.approx(20, abs=1.0)
    opposed = mono * np.array([[1.0], [-1.0]])
    assert np.corrcoef(through(opposed))[0, 1] < -0.9


def test_a_click_is_sharp_and_where_it_was():
    x = np.zeros((2, N))
    x[:, RATE : RATE + 100] = np.random.default_rng(1).standard_normal(100)
    power = np.square(through(x)).sum(axis=0)
    assert abs(int(np.argmax(power)) - RATE) < 0.006 * RATE
    near = power[RATE - RATE // 200 : RATE + RATE // 100].sum()
    assert near > 0.9 * power.sum()


def test_silence_is_silent_and_odd_lengths_fit():
    assert db(through(np.zeros((2, N)))) < -75
    basis = codec.fit(codec.analyse(noise().astype(np.float32)), 20)
    for frames in (1, 1000, codec.PATCH, codec.PATCH * 3 + 7):
        latents = codec.encode(noise()[:, :frames], basis)
        assert latents.shape == (-(-frames // codec.PATCH), 20)
        assert codec.decode(latents, basis, frames).shape == (2, frames)


@pytest.mark.parametrize("span", [1, 2])
def test_all_components_give_the_features_back_and_fewer_lose_what_is_least(span):
    x = np.concatenate([noise(), tone(300.0), through(0.1 * noise(2))], axis=1)
    features = codec.analyse(x)
    whole = codec.fit(features, span * features.shape[1], span)
    back = whole.back(whole.to(features))[: len(features)]
    assert np.abs(back - features).max() < 0.1
    errors = [
        np.abs((basis := whole.first(dims)).back(basis.to(features))[: len(features)] - features).mean()
        for dims in (4, 16, 64)
    ]
    assert errors[0] > errors[1] > errors[2]
    latents = codec.fit(features, 8, span).to(features)
    assert latents.std(axis=0) == pytest.approx(1.0, abs=0.1)


def test_the_same_seed_gives_the_same_samples():
    basis = codec.ours()
    latents = codec.encode(noise(), basis)
    assert np.array_equal(codec.decode(latents, basis, N, 3), codec.decode(latents, basis, N, 3))
    assert not np.array_equal(codec.decode(latents, basis, N, 3), codec.decode(latents, basis, N, 4))


def test_the_basis_that_ships_keeps_sounds_that_it_was_not_fitted_to():
    basis = codec.ours()
    assert basis.axes.shape == (len(codec.layout().weights), 128)
    for x in (noise(5), tone(523.3), 0.2 * tone(200.0) + 0.1 * noise(6)):
        y = codec.decode(codec.encode(x, basis), basis, N)
        assert db(y) == pytest.approx(db(x), abs=1.0)
    assert abs(1200 * np.log2(strongest_hz(codec.decode(codec.encode(tone(523.3), basis), basis, N)) / 523.3)) < 50


def test_a_file_that_is_no_basis_is_told(tmp_path):
    with pytest.raises(CannotRun, match="is missing"):
        codec.read(tmp_path / "none.npz")
    (tmp_path / "bad.npz").write_bytes(b"nothing")
    with pytest.raises(CannotRun, match="does not hold"):
        codec.read(tmp_path / "bad.npz")
