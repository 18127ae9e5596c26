"""Saturation, width, dither, measures, matching and speech: each promise on sound made for it."""

import numpy as np
import pytest

from soundwright.dsp import block as blocks
from soundwright.dsp import dither, eq, filters, match, measures, saturation, speech, stereo

RATE = 48_000


def noise(seed: int = 1, seconds: float = 2.0, channels: int = 2) -> np.ndarray:
    return (0.2 * np.random.default_rng(seed).standard_normal((channels, round(seconds * RATE)))).astype(np.float32)


def spectrum_db(x: np.ndarray) -> np.ndarray:
    return 20 * np.log10(np.abs(np.fft.rfft(x * np.blackman(len(x)))) / len(x) + 1e-12)


def test_saturation_does_not_fold_back():
    x = (0.9 * np.sin(2 * np.pi * 9_000 * np.arange(RATE) / RATE))[None].astype(np.float32)
    level = spectrum_db(blocks.run(saturation.Saturation(12.0), x, RATE)[0])
    plain = spectrum_db(np.tanh(4 * x[0]))
    aliases = [3_000, 21_000]  # the fifth and third overtone, mirrored at half the rate
    assert (level[aliases] - level[9_000] < -65).all()
    assert (plain[aliases] - plain[9_000] > -25).all()


def test_saturation_leaves_quiet_sound_and_a_bias_makes_even_overtones():
    quiet = filters.lowpass(noise()[:, : RATE // 2] * np.float32(1e-3), 12_000.0, RATE, 4)
    assert np.abs(blocks.run(saturation.Saturation(6.0), quiet, RATE) - quiet)[:, 100:-100].max() < 3e-6
    x = (0.5 * np.sin(2 * np.pi * 1_000 * np.arange(RATE) / RATE))[None].astype(np.float32)
    odd, even = (spectrum_db(blocks.run(saturation.Saturation(6.0, bias), x, RATE)[0]) for bias in (0.0, 0.5))
    assert odd[3_000] - odd[1_000] > -50
    assert odd[2_000] - odd[1_000] < -90
    assert even[2_000] - even[1_000] > -40


def test_width_leaves_the_mono_sum_and_takes_the_side_out_of_the_bass():
    x = noise()
    y = blocks.run(stereo.Widener(1.5, 150.0, -1.0), x, RATE)
    assert np.abs(y.sum(axis=0) - x.sum(axis=0)).max() < 1e-5
    before, after = (np.abs(np.fft.rfft(each[0] - each[1])) for each in (x, y))
    hz = np.fft.rfftfreq(x.shape[1], 1 / RATE)
    assert 20 * np.log10(after[(hz > 20) & (hz < 40)].mean() / before[(hz > 20) & (hz < 40)].mean()) < -15
    assert 20 * np.log10(after[hz > 1_000].mean() / before[hz > 1_000].mean()) == pytest.approx(
        20 * np.log10(1.5), abs=0.05
    )


def test_the_guard_keeps_mono_compatibility():
    base = noise()
    x = np.stack([base[0] + 0.8 * base[1], base[0] - 0.8 * base[1]])
    free, guarded = (blocks.run(stereo.Widener(3.0, 0.0, least), x, RATE) for least in (-1.0, 0.2))
    assert stereo.correlation(free) < -0.2
    assert stereo.correlation(guarded) == pytest.approx(min(0.2, stereo.correlation(x)), abs=0.06)
    assert stereo.mono_loss_db(guarded) < stereo.mono_loss_db(free)


def test_correlation_and_mono_loss():
    x = noise()
    assert stereo.correlation(np.stack([x[0], x[0]])) == pytest.approx(1.0)
    assert stereo.correlation(np.stack([x[0], -x[0]])) == pytest.approx(-1.0)
    assert stereo.mono_loss_db(np.stack([x[0], x[0]])) == pytest.approx(0.0, abs=1e-6)
    assert stereo.mono_loss_db(x) == pytest.approx(3.0, abs=0.1)
    assert stereo.mono_loss_db(np.stack([x[0], -x[0]])) == np.inf
    assert stereo.correlation(np.zeros((2, 10))) == 1.0


@pytest.mark.parametrize("bits", [8, 16])
def test_dither_makes_noise_of_what_would_be_distortion(bits):
    step = 2.0 ** (1 - bits)
    x = (1.7 * step * np.sin(2 * np.pi * 1_000 * np.arange(2 * RATE) / RATE))[None].astype(np.float32)
    y = blocks.run(dither.Dither(bits, shaped=False), x, RATE)
    assert np.allclose(y / step, np.round(y / step))
    error = (y - x)[0]
    assert error.std() / step == pytest.approx(0.5, abs=0.02)  # TPDF and rounding: sqrt(1/6 + 1/12) of a step
    level, plain = spectrum_db(y[0]), spectrum_db(np.round(x[0] / step) * step)
    overtones = [6_000, 10_000, 14_000]  # 3, 5 and 7 kHz
    assert plain[overtones].max() - plain[2_000] > -30
    assert level[overtones].max() - level[2_000] < -40
    assert not blocks.run(dither.Dither(bits), np.zeros((2, 5_000), np.float32), RATE).any()


@pytest.mark.parametrize("rate", [44_100, 48_000, 96_000])
def test_shaped_noise_lies_where_ears_are_dull(rate):
    x = (0.1 * np.sin(np.arange(2 * rate) * 0.03))[None].astype(np.float32)
    levels = []
    for shaped in (False, True):
        error = (blocks.run(dither.Dither(16, shaped), x, rate) - x)[0]
        power = np.abs(np.fft.rfft(error)) ** 2
        levels.append(10 * np.log10(power[2 * 2_000 : 2 * 5_000].mean()))
    assert levels[1] < levels[0] - 9


def test_another_seed_is_other_noise():
    x = noise(seconds=0.1)
    first, again, other = (blocks.run(dither.Dither(16, noise_seed=s), x, RATE) for s in (1, 1, 2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, other)


def test_health_finds_what_is_wrong():
    t = np.arange(RATE) / RATE
    x = np.stack([0.5 * np.sin(2 * np.pi * 200 * t)] * 2).astype(np.float32)
    well = measures.health(x, RATE)
    assert (well.clipped_frames, well.clicks) == (0, ())
    assert well.crest_db == pytest.approx(3.01, abs=0.01)
    sick = np.clip(x * 1.5, -0.5, 0.5) + 0.1
    sick[0, 30_000] += 0.4
    found = measures.health(sick.astype(np.float32), RATE)
    assert found.clipped_frames > 1_000
    assert found.dc == pytest.approx(0.1, abs=0.01)
    assert len(found.clicks) == 1
    assert abs(found.clicks[0] - 30_000) <= 2
    assert measures.health(np.zeros((2, 0)), RATE).crest_db == 0.0


def test_a_hit_is_no_click():
    t = np.arange(RATE) / RATE
    hit = np.random.default_rng(3).standard_normal(RATE) * np.exp(-t * 12) * (t > 0.3)
    assert measures.clicks(hit[None], RATE) == []


def test_matching_brings_spectrum_and_width_over():
    source = noise(4, 6.0)
    colour = eq.Equaliser((eq.Band("low-shelf", 200.0, 5.0), eq.Band("bell", 2000.0, -5.0, 0.8)))
    reference = blocks.run(colour, noise(5, 6.0), RATE)
    mid, side = 0.5 * (reference[0] + reference[1]), 0.3 * (reference[0] - reference[1])
    reference = np.stack([mid + side, mid - side]) * np.float32(0.3)
    wanted = match.profile(reference, RATE)
    x = source
    for block in match.towards(match.profile(source, RATE), wanted):
        x = blocks.run(block, x, RATE)
    done = match.profile(x, RATE)
    gap = done.mid_db - wanted.mid_db
    gap = (gap - gap.mean())[3:-2]
    before = match.profile(source, RATE).mid_db - wanted.mid_db
    assert np.abs(gap).max() < 1.5
    assert np.ptp(before) > 8
    assert done.width_db == pytest.approx(wanted.width_db, abs=0.5)


def test_speech_is_told_from_a_steady_sound():
    n, hop = 12 * RATE, RATE // 100
    t = np.arange(n) / RATE
    syllables = np.clip(np.sin(2 * np.pi * 3.7 * t), 0, 1) ** 1.5
    spoken = sum(np.sin(2 * np.pi * 140 * k * t) for k in range(3, 12)) * syllables * 0.05
    steady = 0.1 * np.random.default_rng(6).standard_normal(n)

    def hops(x: np.ndarray) -> np.ndarray:
        return np.square(x).reshape(-1, hop).mean(axis=1)

    assert speech.speech_hops(hops(spoken), hops(spoken)).mean() > 0.9
    assert speech.speech_hops(hops(steady), hops(steady)).mean() < 0.05
    assert not speech.speech_hops(np.zeros(1000), np.zeros(1000)).any()
