"""Filters, crossovers and drawn curves: their responses are those they promise."""

import numpy as np
import pytest

from soundwright.dsp import block as blocks
from soundwright.dsp import crossover, curve, eq, fades

RATES = (8_000, 44_100, 48_000, 192_000)


def response_db(block, rate: int, hz) -> np.ndarray:
    """Gain in dB at the frequencies `hz`, from the impulse response over a second."""
    impulse = np.zeros((1, rate), np.float32)
    impulse[0, 10] = 1.0
    spectrum = np.abs(np.fft.rfft(blocks.run(block, impulse, rate)[0].astype(np.float64)))
    return 20 * np.log10(np.maximum(spectrum[np.round(hz).astype(int)], 1e-9))


@pytest.mark.parametrize("rate", RATES)
@pytest.mark.parametrize("hz", [(500.0,), (120.0, 800.0, 3000.0), (60.0, 250.0, 1000.0, 2500.0)])
def test_the_bands_of_a_crossover_sum_flat(rate, hz):
    impulse = np.zeros((1, rate), np.float32)
    impulse[0, 10] = 1.0
    bands = crossover.split(impulse, hz, rate)
    assert bands.shape == (len(hz) + 1, 1, rate)
    level = 20 * np.log10(np.abs(np.fft.rfft(bands.sum(axis=0)[0])))
    assert np.abs(level[5:]).max() < 0.05


def test_a_crossover_separates():
    bands = crossover.split(np.eye(1, 48_000, 10), (300.0, 3000.0), 48_000)
    levels = 20 * np.log10(np.abs(np.fft.rfft(bands[:, 0])) + 1e-12)
    assert levels[:, 300] == pytest.approx([-6.0, -6.0, levels[2, 300]], abs=0.2)
    assert levels[0, 3000] < -75
    assert levels[2, 300] < -75
    assert abs(levels[1, 950]) < 0.3


@pytest.mark.parametrize("rate", RATES)
def test_passes(rate):
    high, low = eq.HighPass(100.0, 4), eq.LowPass(1000.0, 4, "linkwitz-riley")
    assert response_db(high, rate, [25, 50, 100, 1000]) == pytest.approx([-48.2, -24.1, -3.0, 0.0], abs=0.4)
    assert response_db(low, rate, [50, 1000]) == pytest.approx([0.0, -6.0], abs=0.1)


def test_an_offset_goes_without_a_thump():
    x = np.full((2, 24_000), 0.25, np.float32)
    x[1] = -0.5
    assert np.abs(blocks.run(eq.HighPass(20.0, 2, offset=(0.25, -0.5)), x, 48_000)).max() < 1e-6
    assert np.abs(blocks.run(eq.HighPass(20.0, 2), x, 48_000)).max() > 0.2


def test_bells_and_shelves():
    bands = (eq.Band("low-shelf", 100.0, 4.0), eq.Band("bell", 1000.0, -6.0, 1.4), eq.Band("high-shelf", 8000.0, 3.0))
    assert response_db(eq.Equaliser(bands), 48_000, [10, 1000, 22000]) == pytest.approx([4.0, -5.9, 3.0], abs=0.25)


@pytest.mark.parametrize("rate", RATES)
def test_a_drawn_curve_is_met_and_does_not_ring_before(rate):
    drawn = curve.Curve((100.0, 400.0, 2000.0), (6.0, -3.0, 2.0))
    assert response_db(drawn, rate, [50, 100, 200, 400, 2000, 3500]) == pytest.approx([6, 6, 1.5, -3, 2, 2], abs=0.25)
    impulse = np.zeros((1, rate), np.float32)
    impulse[0, rate // 2] = 1.0
    assert np.abs(blocks.run(drawn, impulse, rate)[0, : rate // 2]).max() < 1e-6


@pytest.mark.parametrize("law", fades.LAWS)
def test_fades_run_from_nothing_to_all(law):
    y = blocks.run(fades.Fades(10.0, 20.0, law), np.ones((1, 9_600), np.float32), 48_000)[0]
    assert y[0] < 0.03
    assert y[-1] < 0.03
    assert np.array_equal(y[480:-960], np.ones(9_600 - 1_440, np.float32))
    assert (np.diff(y[:480]) > 0).all()
    assert (np.diff(y[-960:]) < 0).all()


def test_equal_power_fades_keep_the_power_of_a_join():
    t = np.linspace(0, 1, 101)
    assert fades.LAWS["equal-power"](t) ** 2 + fades.LAWS["equal-power"](1 - t) ** 2 == pytest.approx(1.0)
    assert fades.LAWS["raised-cosine"](t) + fades.LAWS["raised-cosine"](1 - t) == pytest.approx(1.0)
