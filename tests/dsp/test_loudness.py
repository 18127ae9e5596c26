"""Loudness against EBU Tech 3341 and 3342, made as signals, and against libebur128."""

import numpy as np
import pytest

from soundwright.dsp import loudness
from soundwright.errors import BadRequest

RATE = 48_000


def tone(*parts: tuple[float, float], hz: float = 1000.0, channels: int = 2, rate: int = RATE) -> np.ndarray:
    """A sine in phase on all channels through (level in dBFS, seconds) parts."""
    levels = np.concatenate([np.full(round(s * rate), 10 ** (db / 20)) for db, s in parts])
    return np.tile(levels * np.sin(2 * np.pi * hz * np.arange(len(levels)) / rate), (channels, 1))


INTEGRATED = {
    "1": (tone((-23, 20)), -23.0),
    "2": (tone((-33, 20)), -33.0),
    "3": (tone((-36, 10), (-23, 60), (-36, 10)), -23.0),
    "4": (tone((-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)), -23.0),
    "5": (tone((-26, 20), (-20, 20.1), (-26, 20)), -23.0),
    "6": (tone((0, 20), channels=5) * 10 ** (np.array([-28, -28, -24, -30, -30])[:, None] / 20), -23.0),
}


@pytest.mark.parametrize("case", INTEGRATED)
def test_tech_3341_integrated(case):
    x, wanted = INTEGRATED[case]
    assert loudness.integrated(x, RATE) == pytest.approx(wanted, abs=0.1)


@pytest.mark.parametrize("case", ["1", "2"])
def test_tech_3341_steady_tones_read_alike_on_all_three_meters(case):
    x, wanted = INTEGRATED[case]
    read = loudness.measure(x, RATE)
    assert [read.momentary_max_lufs, read.short_term_max_lufs] == pytest.approx([wanted] * 2, abs=0.1)


def windows(x: np.ndarray, window: int, after_s: float) -> np.ndarray:
    hops = loudness.hop_energies(x, RATE)
    return loudness.levels(hops, window, RATE, np.arange(round(after_s * 100), len(hops) + 1))


def test_tech_3341_case_9_short_term_is_constant():
    short = windows(tone(*[(-20, 1.34), (-30, 1.66)] * 5), loudness.SHORT_TERM, 3.0)
    assert np.abs(short + 23.0).max() <= 0.1


def test_tech_3341_case_12_momentary_is_constant():
    momentary = windows(tone(*[(-20, 0.18), (-30, 0.22)] * 25), loudness.MOMENTARY, 1.0)
    assert np.abs(momentary + 23.0).max() <= 0.1


@pytest.mark.parametrize(
    ("window", "length_s", "shift_s"), [("short_term_max", 3.0, 0.15), ("momentary_max", 0.4, 0.02)]
)
def test_tech_3341_cases_10_and_13_maxima_of_shifted_tones(window, length_s, shift_s):
    for i in range(20):
        x = tone((-200, i * shift_s), (-23, length_s), (-200, 1.0))
        assert getattr(loudness, window)(x, RATE) == pytest.approx(-23.0, abs=0.1), i


@pytest.mark.parametrize(("window", "length_s", "shift_s"), [(300, 3.0, 0.15), (40, 0.4, 0.02)])
def test_tech_3341_cases_11_and_14_each_segment_of_a_chain(window, length_s, shift_s):
    segments = [((-200, i * shift_s), (-38 + i, length_s), (-200, length_s - i * shift_s)) for i in range(20)]
    hops = loudness.hop_energies(tone(*[part for segment in segments for part in segment]), RATE)
    each = round(2 * length_s * 100)
    for i in range(20):
        ends = np.arange(each * i + 1, each * (i + 1) + 1)
        assert loudness.levels(hops, window, RATE, ends).max() == pytest.approx(-38 + i, abs=0.1), i


@pytest.mark.parametrize(
    ("levels", "wanted"), [((-20, -30), 10), ((-20, -15), 5), ((-40, -20), 20), ((-50, -35, -20, -35, -50), 15)]
)
def test_tech_3342_loudness_range(levels, wanted):
    assert loudness.loudness_range(tone(*[(db, 20) for db in levels]), RATE) == pytest.approx(wanted, abs=1.0)


def test_the_filters_are_those_printed_in_the_standard():
    shelf, high = loudness.k_weighting(RATE)
    assert shelf == pytest.approx(
        [1.53512485958697, -2.69169618940638, 1.19839281085285, 1.0, -1.69065929318241, 0.73248077421585], abs=1e-11
    )
    assert high == pytest.approx([1.0, -2.0, 1.0, 1.0, -1.99004745483398, 0.99007225036621], abs=1e-11)


LAYOUTS = (1, 2, 5, 6)
RATES = (8_000, 16_000, 22_050, 32_000, 44_100, 48_000, 88_200, 96_000, 192_000)


def programme(rng: np.random.Generator, rate: int, channels: int) -> np.ndarray:
    """Noise coloured and levelled at random, with pauses: like a programme, 3 to 6 seconds."""
    frames = int(rate * rng.uniform(3, 6))
    x = rng.standard_normal((channels, frames))
    x += np.cumsum(rng.standard_normal((channels, frames)), axis=1) * rng.uniform(0, 0.02)
    x -= x.mean(axis=1, keepdims=True)
    levels = np.repeat(rng.uniform(-60, -6, 12), frames // 12 + 1)[:frames] * rng.choice([1.0, 2.0])
    return x / np.abs(x).max() * 10 ** (levels / 20)


def against_libebur128(seeds) -> None:
    ebur = pytest.importorskip("pyebur128")
    for seed in seeds:
        rng = np.random.default_rng(seed)
        rate, channels = int(rng.choice(RATES)), int(rng.choice(LAYOUTS))
        x = programme(rng, rate, channels)
        mode = ebur.MeasurementMode
        state = ebur.R128State(channels, rate, mode.MODE_I | mode.MODE_S | mode.MODE_M)
        state.add_frames(np.ascontiguousarray(x.T).ravel(), x.shape[1])
        case = (seed, rate, channels)
        assert loudness.integrated(x, rate) == pytest.approx(ebur.get_loudness_global(state), abs=0.01), case
        hops = loudness.hop_energies(x[:, : x.shape[1] // (rate // 10) * (rate // 10)], rate)
        state = ebur.R128State(channels, rate, mode.MODE_S | mode.MODE_M)
        whole = np.ascontiguousarray(x[:, : x.shape[1] // (rate // 10) * (rate // 10)].T)
        state.add_frames(whole.ravel(), len(whole))
        ends = np.array([len(hops)])
        for window, read in ((40, ebur.get_loudness_momentary), (300, ebur.get_loudness_shortterm)):
            mine = max(loudness.levels(hops, window, rate, ends)[0], -100.0)
            assert mine == pytest.approx(max(read(state), -100.0), abs=0.01), case


def test_agrees_with_libebur128():
    against_libebur128(range(20))


@pytest.mark.slow
def test_agrees_with_libebur128_on_240_programmes():
    against_libebur128(range(240))


@pytest.mark.parametrize("cut", [1, 479, 4_801, 100_000])
@pytest.mark.parametrize("rate", [11_025, 48_000])
def test_streamed_equals_whole(rate, cut):
    x = programme(np.random.default_rng(3), rate, 2)[:, : rate if cut == 1 else None][:, : 3000 if cut == 1 else None]
    meter = loudness.Meter(rate, 2)
    state = meter.start()
    for at in range(0, x.shape[1], cut):
        state = meter.step(state, x[:, at : at + cut])
    assert meter.hops(state) == pytest.approx(loudness.hop_energies(x, rate), rel=1e-9, abs=1e-18)


def test_odd_inputs():
    assert loudness.measure(np.zeros((2, RATE)), RATE) == loudness.Loudness(-np.inf, -np.inf, -np.inf, 0.0)
    assert loudness.integrated(np.zeros((2, 0)), RATE) == -np.inf
    assert loudness.integrated(np.ones((1, 1)), RATE) == -np.inf
    assert np.isfinite(loudness.momentary_max(np.ones(1), RATE))
    assert loudness.integrated(np.full((2, RATE), 1e-310), RATE) == -np.inf
    with pytest.raises(BadRequest, match="7 channels"):
        loudness.integrated(np.zeros((7, RATE)), RATE)
    with pytest.raises(BadRequest, match="NaN"):
        loudness.integrated(np.full((1, RATE), np.nan), RATE)


def test_a_short_sound_reads_as_if_in_silence():
    x = tone((-23, 0.2))
    assert loudness.momentary_max(x, RATE) == pytest.approx(-26.0, abs=0.1)
    padded = np.pad(x, ((0, 0), (RATE, RATE)))
    assert loudness.momentary_max(padded, RATE) == pytest.approx(loudness.momentary_max(x, RATE), abs=0.05)


def test_curves_end_where_the_meters_end():
    x = tone((-23, 10), (-33, 10))
    drawn = loudness.curves(x, RATE)
    assert drawn.times_s[-1] == pytest.approx(20.0)
    assert drawn.momentary_lufs[-1] == pytest.approx(-33.0, abs=0.1)
    assert drawn.integrated_lufs[-1] == pytest.approx(loudness.integrated(x, RATE), abs=0.2)
    assert len(drawn.times_s) == len(drawn.momentary_lufs) == len(drawn.short_term_lufs) == len(drawn.integrated_lufs)
