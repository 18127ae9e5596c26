"""Compressors, gates and shapers do to levels what their parameters say, in the time that they say."""

import numpy as np
import pytest

from soundwright.dsp import block as blocks
from soundwright.dsp import dynamics, multiband
from soundwright.errors import BadRequest

RATE = 48_000
RATES = (8_000, 48_000, 192_000)


def tone(*parts: tuple[float, float], hz: float = 1000.0, rate: int = RATE) -> np.ndarray:
    """A sine through (RMS level in dB, seconds) parts."""
    levels = np.concatenate([np.full(round(s * rate), np.sqrt(2) * 10 ** (db / 20)) for db, s in parts])
    return (levels * np.sin(2 * np.pi * hz * np.arange(len(levels)) / rate))[None].astype(np.float32)


def rms_db(x: np.ndarray) -> float:
    return float(10 * np.log10(np.mean(np.square(x, dtype=np.float64)) + 1e-20))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize(("level", "wanted"), [(-40, -40), (-20, -20), (-12, -18), (-4, -16)])
def test_a_compressor_follows_its_curve(level, wanted, rate):
    hard = dynamics.Compressor(-20.0, 4.0, 0.0, 5.0, 100.0)
    y = blocks.run(hard, tone((level, 1.0), rate=rate), rate)
    assert rms_db(y[:, rate // 2 :]) == pytest.approx(wanted, abs=0.2)


def test_a_soft_knee_bends_before_the_threshold():
    levels = np.linspace(-40, 0, 81)
    soft, hard = dynamics.over(levels, -20.0, 12.0), dynamics.over(levels, -20.0, 0.0)
    assert soft[40] == pytest.approx(1.5)
    assert (soft >= hard).all()
    assert soft[[0, 80]] == pytest.approx(hard[[0, 80]])
    assert (np.diff(soft, 2) > -1e-9).all()


def test_attack_and_release_take_their_time():
    compressor = dynamics.Compressor(-30.0, 10.0, 0.0, 20.0, 200.0, detector="peak")
    x = tone((-50, 0.5), (-10, 1.0), (-50, 1.5))
    change = 20 * np.log10(np.maximum(np.abs(blocks.run(compressor, x, RATE)), 1e-9) / np.maximum(np.abs(x), 1e-9))[0]
    change = np.where(np.abs(x[0]) > 0.3 * np.abs(x[0]).max() * np.where(np.abs(x[0]) < 0.01, 0.01, 1), change, np.nan)

    def at(seconds: float) -> float:
        return float(np.nanmedian(change[round(seconds * RATE) - 100 : round(seconds * RATE) + 100]))

    settled = at(1.4)
    assert settled == pytest.approx(-(23 * 0.9), abs=0.6)
    assert at(0.52) / settled == pytest.approx(1 - np.exp(-1), abs=0.12)  # one attack time
    assert at(1.5 + 0.22) / settled == pytest.approx(np.exp(-1), abs=0.12)  # one release time


def test_makeup_and_mix():
    x = tone((-10, 0.5))
    assert rms_db(blocks.run(dynamics.Compressor(0.0, 2.0, makeup_db=3.0), x, RATE)[:, 2_000:]) == pytest.approx(
        -7, abs=0.1
    )
    dry = blocks.run(dynamics.Compressor(-40.0, 8.0, mix=0.0), x, RATE)
    assert np.abs(dry - x).max() < 1e-6


def test_channels_share_one_gain():
    x = np.concatenate([tone((-6, 0.5)), tone((-40, 0.5))])
    y = blocks.run(dynamics.Compressor(-30.0, 4.0), x, RATE)
    assert rms_db(y[0, 9_600:]) - rms_db(y[1, 9_600:]) == pytest.approx(34.0, abs=0.01)


def test_a_gate_closes_by_its_range_and_opens_again():
    gate = dynamics.Expander(-40.0, 10.0, 30.0, 1.0, 50.0)
    y = blocks.run(gate, tone((-20, 0.5), (-55, 1.0), (-20, 0.5)), RATE)
    assert rms_db(y[:, 5_000:20_000]) == pytest.approx(-20, abs=0.05)
    assert rms_db(y[:, 48_000:70_000]) == pytest.approx(-85, abs=0.5)
    assert rms_db(y[:, 74_000:]) == pytest.approx(-20, abs=0.1)


def hits() -> np.ndarray:
    t = np.arange(2 * RATE) / RATE
    body = np.random.default_rng(1).standard_normal(len(t))
    return (0.1 * body * np.exp(-((t * 2) % 1) * 6))[None].astype(np.float32)


def test_a_transient_shaper_moves_attack_and_sustain_apart():
    x = hits()
    start = slice(24_000, 24_000 + 480)
    later = slice(24_000 + 9_600, 24_000 + 20_000)

    def change(attack: float, sustain: float) -> tuple[float, float]:
        y = blocks.run(dynamics.TransientShaper(attack, sustain), x, RATE)
        return rms_db(y[:, start]) - rms_db(x[:, start]), rms_db(y[:, later]) - rms_db(x[:, later])

    attack, rest = change(6.0, 0.0)
    assert attack > 3
    assert abs(rest) < 0.7
    attack, rest = change(0.0, -6.0)
    assert abs(attack) < 0.7
    assert rest < -2.5
    quiet = blocks.run(dynamics.TransientShaper(6.0, 0.0), x * np.float32(0.1), RATE)
    assert quiet[:, 9_600:] * 10 == pytest.approx(
        blocks.run(dynamics.TransientShaper(6.0, 0.0), x, RATE)[:, 9_600:], abs=2e-3
    )


def test_bands_are_compressed_apart_and_at_rest_sum_flat():
    x = tone((-10, 1.0), hz=60) + tone((-40, 1.0), hz=2_000)
    bands = (dynamics.Compressor(-30.0, 4.0), *(dynamics.Compressor(0.0, 4.0),) * 3)
    y = blocks.run(multiband.MultibandCompressor((400.0, 800.0, 5000.0), bands), x, RATE)[0, RATE // 2 :]
    level = 20 * np.log10(np.abs(np.fft.rfft(y)) / len(y) * np.sqrt(2) + 1e-12)
    assert level[30] == pytest.approx(-25, abs=0.5)
    assert level[1_000] == pytest.approx(-40, abs=0.1)
    with pytest.raises(BadRequest):
        multiband.MultibandCompressor((100.0,), (dynamics.Compressor(),))


def test_a_dynamic_band_acts_only_where_and_when_it_is_loud():
    band = multiband.DynamicBand(1000.0, 2.0, -20.0, 4.0, 12.0)
    loud = tone((-8, 1.0), hz=1000) + tone((-30, 1.0), hz=100)
    y = blocks.run(band, loud, RATE)[0, RATE // 2 :]
    level = 20 * np.log10(np.abs(np.fft.rfft(y)) / len(y) * np.sqrt(2) + 1e-12)
    assert level[500] == pytest.approx(-17, abs=0.7)
    assert level[50] == pytest.approx(-30, abs=0.3)
    soft = loud * 0.05
    assert np.abs(blocks.run(band, soft, RATE) - soft).max() < 1e-6


def test_a_de_esser_takes_sibilants_and_leaves_vowels_at_any_level():
    rng = np.random.default_rng(2)
    vowel = sum(tone((-30 - 2 * k, 0.4), hz=150.0 * k) for k in range(1, 9))
    hiss = rng.standard_normal((1, RATE * 2 // 5))
    spectrum = np.fft.rfft(hiss)
    hz = np.fft.rfftfreq(hiss.shape[1], 1 / RATE)
    hiss = np.fft.irfft(spectrum * ((hz > 5_000) & (hz < 10_000))) * 0.2
    x = np.concatenate([vowel, hiss, vowel], axis=1).astype(np.float32)
    for scale in (1.0, 0.1):
        y = blocks.run(multiband.de_esser(), x * scale, RATE)
        part = slice(24_000, 36_000)
        assert rms_db(y[:, part]) - rms_db(x[:, part] * scale) < -2.5
        assert abs(rms_db(y[:, :19_000]) - rms_db(x[:, :19_000] * scale)) < 0.1
