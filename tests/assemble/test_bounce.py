"""Stems to their sum: level, position, time, chains, rates, lengths; block by block as whole."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from soundwright.assemble import bounce
from soundwright.assemble.project import Master, Project, Stem
from soundwright.audio import Audio, Stream
from soundwright.dsp.block import run
from soundwright.errors import BadRequest
from soundwright.finish.chain import Chain

RATE = 48_000
CHAIN = [{"high-pass": {"hz": 200.0}}, {"compressor": {"threshold_db": -30.0, "ratio": 4.0}}, {"limiter": {}}]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    """Three stems: stereo and mono noise of 3 s, and a sine at another rate that is shorter."""
    home, rng = tmp_path_factory.mktemp("stems"), np.random.default_rng(5)
    soundfile.write(home / "wide.wav", rng.normal(0, 0.1, (3 * RATE, 2)), RATE, "FLOAT")
    soundfile.write(home / "mono.wav", rng.normal(0, 0.1, 3 * RATE), RATE, "FLOAT")
    sine = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(2 * 44_100) / 44_100)
    soundfile.write(home / "sine.wav", sine, 44_100, "FLOAT")
    return home


def summed(folder, *stems, frames: int = 3 * RATE, **master) -> np.ndarray:
    project = Project(rate=RATE, duration_s=frames / RATE, master=Master(**master), stems=list(stems))
    total = bounce.bus(project, folder).collect()
    assert (total.rate, total.samples.shape) == (RATE, (2, frames))
    return total.samples


def read(folder, name: str) -> np.ndarray:
    return Audio.read(folder / name).stereo().samples


def test_untouched_stems_are_summed_as_they_are(folder):
    total = summed(folder, Stem(file="wide.wav"), Stem(file="mono.wav"))
    np.testing.assert_array_equal(total, read(folder, "wide.wav") + read(folder, "mono.wav"))


@pytest.mark.parametrize("name", ["wide.wav", "mono.wav"])
@pytest.mark.parametrize("pan", [-1.0, -0.3, 0.0, 0.8, 1.0])
def test_the_power_is_the_same_at_every_position(folder, name, pan):
    left, right = bounce.placed(Stem(file=name, pan=pan, gain_db=-6.0))[:, 0]
    assert left**2 + right**2 == pytest.approx(2 * 10**-0.6, rel=1e-6)
    assert (right - left) * pan >= 0
    total = summed(folder, Stem(file=name, pan=pan, gain_db=-6.0))
    np.testing.assert_allclose(total, read(folder, name) * [[left], [right]], atol=1e-7)
    if abs(pan) == 1:
        assert np.abs(total[int(pan < 0)]).max() < 1e-7


@pytest.mark.parametrize(("delay_ms", "frames"), [(12.5, 600), (-12.5, -600), (2500.0, 120_000), (-4000.0, -192_000)])
def test_a_delay_moves_by_whole_frames_and_keeps_the_length(folder, delay_ms, frames):
    total = summed(folder, Stem(file="wide.wav", delay_ms=delay_ms))
    np.testing.assert_array_equal(total, Audio.read(folder / "wide.wav").earlier(-frames / RATE).samples)


def test_chains_run_over_blocks_as_over_the_whole(folder):
    chain = Chain.of(CHAIN)
    own = run(chain, read(folder, "wide.wav"), RATE)
    np.testing.assert_allclose(summed(folder, Stem(file="wide.wav", chain=CHAIN)), own, atol=1e-6)
    both = summed(folder, Stem(file="wide.wav", chain=CHAIN), Stem(file="mono.wav"), chain=CHAIN)
    np.testing.assert_allclose(both, run(chain, own + read(folder, "mono.wav"), RATE), atol=1e-6)


def test_another_rate_is_resampled_and_a_short_stem_ends_in_silence(folder):
    total = summed(folder, Stem(file="sine.wav"))
    wanted = 0.3 * np.sin(2 * np.pi * 1000 * np.arange(2 * RATE) / RATE)
    inner = slice(2000, 2 * RATE - 2000)
    np.testing.assert_allclose(total[:, inner], np.stack([wanted, wanted])[:, inner], atol=1e-4)
    assert not total[:, 2 * RATE + 10 :].any()


def test_a_long_stem_is_cut_and_a_project_may_be_longer_than_all(folder):
    np.testing.assert_array_equal(
        summed(folder, Stem(file="mono.wav"), frames=1001), read(folder, "mono.wav")[:, :1001]
    )
    assert not summed(folder, Stem(file="mono.wav"), frames=400_000)[:, 3 * RATE :].any()


def test_a_resampled_stream_is_the_resampled_whole(folder):
    whole = Audio.read(folder / "sine.wav").at(RATE)
    streamed = Stream.read(folder / "sine.wav", 1000).at(RATE).collect()
    assert streamed.frames == whole.frames
    np.testing.assert_allclose(streamed.samples, whole.samples, atol=1e-5)


def test_what_cannot_be_bounced_is_told(folder):
    with pytest.raises(BadRequest, match="every stem"):
        summed(folder, Stem(file="wide.wav", mute=True))
    with pytest.raises(BadRequest, match=r"no file .*gone\.wav"):
        summed(folder, Stem(file="gone.wav"))
    soundfile.write(folder / "six.wav", np.zeros((100, 6)), RATE)
    with pytest.raises(BadRequest, match="6 channels"):
        summed(folder, Stem(file="six.wav"))
    soundfile.write(folder / "nan.wav", np.full(100, np.nan), RATE, "FLOAT")
    with pytest.raises(BadRequest, match="NaN"):
        summed(folder, Stem(file="nan.wav"))
