"""True peak against EBU Tech 3341 cases 15 to 23, and against brute force."""

import numpy as np
import pytest
from scipy import signal

from soundwright.dsp import peak

RATE = 48_000


def burst(divisor: int, degrees: float, level: float, rate: int = RATE) -> np.ndarray:
    """A sine at rate/divisor whose ends are tapered over 10 ms: an untapered one has higher peaks at its ends."""
    n = np.arange(rate)
    taper = np.minimum(1.0, np.minimum(n, n[::-1]) / (0.01 * rate))
    return level * taper * np.sin(2 * np.pi * n / divisor + np.radians(degrees))


@pytest.mark.parametrize(
    ("divisor", "degrees", "level", "wanted"),
    [(4, 0, 0.5, -6), (4, 45, 0.5, -6), (6, 60, 0.5, -6), (8, 67.5, 0.5, -6), (4, 45, 1.41, 3)],
)
def test_tech_3341_cases_15_to_19(divisor, degrees, level, wanted):
    read = 20 * np.log10(peak.true_peak(burst(divisor, degrees, level), RATE))
    assert wanted - 0.4 <= read <= wanted + 0.2


@pytest.mark.parametrize("offset", range(4))
def test_tech_3341_cases_20_to_23(offset):
    # made at four times the rate: fs/6 at half scale, one period of fs/4 at full scale in it, band-limited, decimated
    n = np.arange(4 * RATE)
    x = 0.5 * np.sin(2 * np.pi * n / 24)
    middle = 2 * RATE // 24 * 24
    x[middle : middle + 16] = np.sin(2 * np.pi * np.arange(16) / 16)
    x *= np.minimum(1.0, np.minimum(n, n[::-1]) / (0.04 * RATE))
    x = signal.sosfiltfilt(signal.cheby2(12, 60, 0.24, output="sos"), x)
    x *= 1.0 / np.abs(x).max()
    assert -0.4 <= 20 * np.log10(peak.true_peak(x[offset::4], RATE)) <= 0.2


@pytest.mark.parametrize("seed", range(8))
def test_what_is_left_out_is_proven_to_be_under_the_ceiling(seed):
    rng = np.random.default_rng(seed)
    x = (rng.standard_normal(5_000) * np.repeat(rng.uniform(0.01, 1, 50), 100)).astype(np.float32)
    x = signal.lfilter([1.0], [1.0, -rng.uniform(0, 0.99)], x).astype(np.float32)
    ceiling = float(np.abs(x).max()) * rng.uniform(0.3, 1.2)
    all_of_it, some = peak.between(x), peak.between(x, ceiling)
    assert (np.isclose(some, all_of_it, rtol=1e-5) | (all_of_it <= ceiling)).all()
    assert (some == 0).any()


@pytest.mark.parametrize("cut", [1, 13, 31, 32, 1_000])
def test_streamed_equals_whole(cut):
    x = np.random.default_rng(1).standard_normal((2, 4_000)).astype(np.float32)
    x[:, [0, -1]] = 9.0
    meter = peak.PeakMeter(2)
    state = meter.start()
    for at in range(0, x.shape[1], cut):
        state = meter.step(state, x[:, at : at + cut])
    assert meter.read(state) == pytest.approx(peak.true_peak(x, RATE), rel=1e-6)
    assert meter.read(state) == pytest.approx(max(peak.envelope(x)), rel=1e-6)


@pytest.mark.parametrize("hz", [100, 1_000, 5_000, 12_000, 20_000])
def test_a_tone_of_any_phase_reads_its_amplitude(hz):
    n = np.arange(9_600)
    for phase in np.linspace(0, np.pi, 7):
        x = np.sin(2 * np.pi * hz * n / RATE + phase) * np.hanning(len(n))
        assert 20 * np.log10(peak.true_peak(x, RATE)) == pytest.approx(0.0, abs=0.06)


def test_odd_inputs():
    assert peak.true_peak(np.zeros((2, 0)), RATE) == 0.0
    assert peak.true_peak(np.zeros(100), RATE) == 0.0
    assert peak.true_peak(np.full((1, 1), -0.5), RATE) == pytest.approx(0.5, rel=0.01)
