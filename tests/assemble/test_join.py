"""Parts joined: exact lengths, found lags, level seams whatever the correlation, streamed as whole, and clear refusals.

The two hundred random joins are those of `benchmarks/joins.py`.
"""

from __future__ import annotations

import importlib.util
import tracemalloc
from pathlib import Path

import numpy as np
import pytest

from soundwright.assemble.join import Joiner, join, join_stream
from soundwright.assemble.seams import seam_faults
from soundwright.assemble.settle import Settling
from soundwright.audio import Audio
from soundwright.dsp import block
from soundwright.errors import BadRequest

RATE = 24_000
NAME = "joins"
FILE = Path(__file__).parents[2] / "benchmarks" / f"{NAME}.py"


@pytest.fixture(scope="module")
def joins():
    import sys

    spec = importlib.util.spec_from_file_location(NAME, FILE)
    module = importlib.util.module_from_spec(spec)
    sys.modules[NAME] = module  # its dataclasses look themselves up
    spec.loader.exec_module(module)
    yield module
    del sys.modules[NAME]


def noise(seconds: float, seed: int = 0, channels: int = 2, level: float = 0.1, rate: int = RATE) -> Audio:
    return Audio(np.random.default_rng(seed).normal(0, level, (channels, round(seconds * rate))), rate)


def tone(seconds: float, hz: float = 220.0, level: float = 0.2, from_s: float = 0.0) -> Audio:
    return Audio(level * np.sin(2 * np.pi * hz * (np.arange(round(seconds * RATE)) / RATE + from_s)), RATE)


def part(whole: Audio, begin_s: float, end_s: float, gain: float = 1.0) -> Audio:
    return Audio(gain * whole.samples[:, round(begin_s * RATE) : round(end_s * RATE)], RATE)


@pytest.mark.parametrize("tens", range(20))
def test_two_hundred_random_joins(joins, tens):
    for number in range(10 * tens, 10 * tens + 10):
        case = joins.case(number)
        audio, seam, measured = joins.ours(case)
        overlap = round(case.overlap_s * RATE)
        assert audio.frames == case.first.frames + case.second.frames - overlap, number
        assert measured.clicks == 0, number
        assert abs(measured.step_db) < 0.5, number
        assert measured.flux_db <= measured.usual_flux_db, number
        assert not case.told or abs(seam.lag_ms - case.lag_ms) < 3, number


def test_the_plain_crossfade_fails_where_ours_holds(joins):
    steps = [abs(joins.plain(joins.case(number)).step_db) for number in range(20)]
    assert max(steps) > 2
    assert np.mean(np.array(steps) > 0.5) > 0.5


def test_one_piece_cut_into_overlapping_parts_comes_back():
    """Late, early and on time, softer and louder: what is left of a perfect continuation is rounding."""
    whole = noise(30)
    late, early = 240 / RATE, 301 / RATE
    made = join([part(whole, 0, 10), part(whole, 8 - late, 20 - late, 0.6), part(whole, 18 + early, 30, 0.9)], 2.0)
    assert [round(seam.lag_ms * RATE / 1000) for seam in made.seams] == [240, -301]
    assert [seam.correlation for seam in made.seams] == [1.0, 1.0]
    assert [seam.law for seam in made.seams] == ["equal gain"] * 2
    np.testing.assert_allclose([seam.gain_db for seam in made.seams], 20 * np.log10([1 / 0.6, 0.6 / 0.9]), atol=0.01)
    seam = round(9.4 * RATE)
    np.testing.assert_allclose(made.audio.samples[:, :seam], whole.samples[:, :seam], atol=1e-3)
    untouched = slice(round(17.6 * RATE), round(18 * RATE))  # the second part has settled to its own level again
    np.testing.assert_allclose(made.audio.samples[:, untouched], 0.6 * whole.samples[:, untouched], atol=1e-6)


def test_the_correction_leaves_without_a_step():
    made = join([noise(6), noise(20, 1, level=0.1 * 10 ** (5 / 20))], 2.0, settling=Settling(8.0, 6.0, 3.0))
    level = 20 * np.log10(made.audio.samples[:, : 23 * RATE].reshape(2, -1, RATE // 2).std(axis=(0, 2)) / 0.1)
    assert np.abs(level[:14]).max() < 0.5  # 7 s: through the seam and some way on
    np.testing.assert_allclose(level[-8:], 5.0, atol=0.2)  # its own loudness from 13 s on
    assert np.abs(np.diff(level)).max() < 0.7  # 5 dB along a raised cosine of 8 s are 0.5 dB in half a second


def test_a_correction_has_bounds_and_can_be_switched_off():
    loud = noise(6, 1, level=0.4)
    assert join([noise(6), loud], 2.0).seams[0].gain_db == -6.0
    seam = join([noise(6), loud], 2.0, settling=Settling(8.0, 0.0, 0.0)).seams[0]
    assert (seam.gain_db, seam.tilt_db) == (0.0, 0.0)


def test_a_dull_part_begins_as_bright_as_what_it_follows(joins):
    dull = Audio(joins.tilted(noise(8, 1).samples.astype(float), -4.0), RATE)
    made = join([noise(8), dull], 2.0)
    assert made.seams[0].tilt_db > 1.5
    assert abs(join([noise(8), noise(8, 1)], 2.0).seams[0].tilt_db) < 0.7


def test_opposed_tones_are_moved_until_they_agree():
    made = join([tone(4), tone(4, level=-0.2)], 1.0)
    seam = made.seams[0]
    assert seam.correlation > 0.99
    assert seam_faults(made.audio, [seam.span_s]) == ()
    held = join([tone(4), tone(4, level=-0.2)], 1.0, most_lag_s=0.0).seams[0]
    assert (held.lag_ms, held.law) == (0.0, "by correlation")
    assert held.correlation < -0.9


def test_fades_end_on_a_beat():
    made = join([noise(8), noise(8, 1)], 4.0, beat_s=0.7, phase_s=0.1, most_lag_s=0.0)
    begin, end = made.seams[0].span_s
    beats = (end - 0.1) / 0.7
    assert beats == pytest.approx(round(beats), abs=1e-3)
    assert 4 <= begin < end <= 8


@pytest.mark.parametrize("overlap_s", [0.0, 0.001, 0.5])
def test_parts_that_only_touch_meet_without_a_click(overlap_s):
    made = join([tone(4), tone(4, 330.0, from_s=0.37), tone(4, 196.0, from_s=0.21)], overlap_s)
    assert made.audio.frames == 12 * RATE - 2 * round(overlap_s * RATE)
    faults = seam_faults(made.audio, [seam.span_s for seam in made.seams])
    assert not any("click" in line or "step" in line for line in faults)


def test_every_sample_outside_the_seams_is_a_parts_own_where_nothing_is_matched():
    a, b = noise(5), noise(5, 1)
    made = join([a, b], 2.0, most_lag_s=0.0, settling=Settling(8.0, 0.0, 0.0))
    begin, end = (round(at * RATE) for at in made.seams[0].span_s)
    np.testing.assert_array_equal(made.audio.samples[:, :begin], a.samples[:, :begin])
    np.testing.assert_array_equal(made.audio.samples[:, end:], b.samples[:, end - 3 * RATE :])


def test_streamed_is_whole_and_leaves_as_it_comes():
    parts = [noise(4, seed, level=0.1 + 0.02 * seed) for seed in range(5)]
    overlaps = (1.0, 0.5, 0.0, 1.5)
    whole = join(parts, overlaps, beat_s=0.5)
    joiner = Joiner(overlaps, beat_s=0.5)
    pieces = list(block.stream(joiner, [one.samples for one in parts], RATE, 2))
    np.testing.assert_array_equal(np.concatenate(pieces, axis=1), whole.audio.samples)
    assert whole.audio.frames == 17 * RATE
    asked, seams = [], []

    def coming():
        for number, one in enumerate(parts):
            asked.append(number)
            yield one

    for number, done in enumerate(join_stream(joiner, coming(), RATE, 2, seams.append).blocks):
        assert asked == list(range(number + 1))  # each part's sound has left before the next is made
        assert len(seams) == number
        np.testing.assert_array_equal(done, pieces[number])
    assert tuple(seams) == whole.seams


def test_a_state_can_be_gone_on_from_twice():
    joiner = Joiner((1.0,))
    state, _ = joiner.step(joiner.start(RATE, 2), noise(4).samples)
    (_, once), (_, twice) = (joiner.step(state, noise(4, 1).samples) for _ in range(2))
    np.testing.assert_array_equal(once, twice)
    assert joiner.flush(state).shape == (2, RATE)  # what waits is not lost when no part comes


def test_ten_minutes_are_joined_in_the_memory_of_a_few_parts():
    rate, count = 8_000, 25
    parts = (noise(25, seed, rate=rate) for seed in range(count))
    tracemalloc.start()
    frames = sum(done.shape[1] for done in join_stream(Joiner((1.0,) * (count - 1)), parts, rate, 2).blocks)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert frames == (25 * count - (count - 1)) * rate
    assert peak < 0.4 * frames * 2 * 4


def test_rates_and_channels_become_those_of_the_piece():
    made = join([noise(3), noise(3, 1, 1, rate=48_000), noise(3, 2, 1)], 0.5)
    assert (made.audio.rate, made.audio.channels, made.audio.frames) == (RATE, 2, 8 * RATE)
    assert join([noise(3, channels=1), noise(3, 1)], 0.5).audio.channels == 2


@pytest.mark.parametrize("frames", [1, 2, 50])
def test_the_shortest_parts(frames):
    made = join([Audio(np.full((2, frames), 0.1), RATE), noise(1), Audio(np.full((2, frames), 0.1), RATE)], 0.0)
    assert made.audio.frames == RATE + 2 * frames
    assert np.isfinite(made.audio.samples).all()
    assert join([Audio(np.zeros((1, 0)), RATE), Audio(np.zeros((1, 0)), RATE)], 0.0).audio.frames == 0


@pytest.mark.parametrize("silent", [(0,), (1,), (0, 1)])
def test_silence_is_joined_as_it_is(silent):
    parts = [Audio.silence(4 * RATE, RATE) if k in silent else noise(4, k) for k in (0, 1)]
    made = join(parts, 1.0, beat_s=0.5)
    assert (made.seams[0].gain_db, made.seams[0].lag_ms, made.seams[0].correlation) == (0.0, 0.0, 0.0)
    heard = np.abs(made.audio.samples)
    assert (heard[:, : 3 * RATE].max() == 0) == (0 in silent)
    assert (heard[:, 4 * RATE :].max() == 0) == (1 in silent)


def test_a_single_part_is_itself():
    np.testing.assert_array_equal(join([noise(1)], 3.0).audio.samples, noise(1).samples)


@pytest.mark.parametrize(
    ("parts", "overlaps", "message"),
    [
        ([], 1.0, "there are no parts"),
        ([noise(1)] * 3, [1.0], "3 parts have 2 overlaps, not 1"),
        ([noise(3), noise(1), noise(3)], 0.7, r"part 2 lasts 1 s, less than the 1.4 s"),
        ([noise(3), noise(3)], -1.0, "overlaps of -1 s"),
        ([noise(3), noise(3)], float("nan"), "overlaps of nan s"),
        ([noise(3, channels=6), noise(3)], 1.0, "wanted are 6 channels"),
    ],
)
def test_what_cannot_be_joined_is_told_in_a_line(parts, overlaps, message):
    with pytest.raises(BadRequest, match=message) as told:
        join(parts, overlaps)
    assert "\n" not in str(told.value)


def test_a_stream_refuses_what_is_no_sound_and_parts_too_many():
    joiner = Joiner(())
    bad = np.full((2, 100), np.nan, np.float32)
    with pytest.raises(BadRequest, match="part 1 holds NaN"):
        joiner.step(joiner.start(RATE, 2), bad)
    state, _ = joiner.step(joiner.start(RATE, 2), noise(1).samples)
    with pytest.raises(BadRequest, match="2 parts or more have 1 overlaps"):
        joiner.step(state, noise(1).samples)
