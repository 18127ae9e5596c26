"""`Audio` and `Stream`: what they promise about shape, immutability and bad samples."""

from __future__ import annotations

import numpy as np
import pytest
import soundfile

from soundwright.audio import Audio, Stream
from soundwright.errors import BadRequest


def test_mono_array_becomes_one_channel_of_float32():
    audio = Audio(np.arange(4.0), 8000)
    assert audio.samples.shape == (1, 4)
    assert audio.samples.dtype == np.float32
    assert audio.duration_s == 4 / 8000


def test_samples_cannot_be_changed_and_do_not_follow_their_source():
    source = np.zeros((2, 8), np.float32)
    audio = Audio(source, 48000)
    source[:] = 1
    assert audio.peak == 0
    with pytest.raises(ValueError, match="read-only"):
        audio.samples[0, 0] = 1


@pytest.mark.parametrize(
    "samples", [np.full((2, 3), np.nan), np.full(3, np.inf), np.zeros((0, 3)), np.zeros((1, 2, 3))]
)
def test_bad_samples_are_refused(samples):
    with pytest.raises(BadRequest):
        Audio(samples, 48000)


@pytest.mark.parametrize("rate", [0, -1, 100, 1_000_000])
def test_bad_rates_are_refused(rate):
    with pytest.raises(BadRequest, match="rate"):
        Audio(np.zeros(4), rate)


@pytest.mark.parametrize("channels", [1, 2, 3, 6])
def test_stereo_always_has_two_channels_and_keeps_the_mean(channels):
    rng = np.random.default_rng(0)
    audio = Audio(rng.uniform(-0.5, 0.5, (channels, 100)), 48000)
    assert audio.stereo().channels == 2
    if channels in (1, 2, 6):
        np.testing.assert_allclose(audio.stereo().mono().samples, audio.mono().samples, atol=1e-6)


def test_resampling_keeps_pitch_and_length():
    tone = Audio(np.sin(2 * np.pi * 440 * np.arange(44100) / 44100), 44100).at(48000)
    assert tone.frames == 48000
    spectrum = np.abs(np.fft.rfft(tone.samples[0]))
    assert spectrum.argmax() == 440


@pytest.mark.parametrize("frames", [0, 1, 50, 100, 150])
def test_fitted_is_exact(frames):
    assert Audio(np.ones((2, 100)), 8000).fitted(frames).frames == frames


def test_stream_collects_to_the_same_samples():
    audio = Audio(np.random.default_rng(1).uniform(-1, 1, (2, 1000)), 48000)
    np.testing.assert_array_equal(Stream.of(audio, 77).collect().samples, audio.samples)
    assert Stream.of(Audio.silence(0, 48000)).collect().samples.shape == (2, 0)


def test_read_what_was_written(tmp_path):
    x = np.random.default_rng(2).uniform(-1, 1, (3, 500)).astype(np.float32)
    soundfile.write(tmp_path / "x.wav", x.T, 22050, subtype="FLOAT")
    read = Audio.read(tmp_path / "x.wav")
    assert read.rate == 22050
    np.testing.assert_array_equal(read.samples, x)


def test_reading_what_is_no_sound_says_so(tmp_path):
    (tmp_path / "text.wav").write_text("these are words")
    (tmp_path / "empty.wav").touch()
    soundfile.write(tmp_path / "nan.wav", np.full(9, np.nan), 8000, subtype="FLOAT")
    for name in ("text.wav", "empty.wav", "missing.wav", "nan.wav"):
        with pytest.raises(BadRequest, match=name):
            Audio.read(tmp_path / name)


def test_an_mp3_of_a_low_rate_has_no_seams(tmp_path):
    x = 0.2 * np.random.default_rng(1).standard_normal((400_000, 2))
    soundfile.write(tmp_path / "x.mp3", x, 48_000, compression_level=0.95, bitrate_mode="CONSTANT")
    whole, _ = soundfile.read(tmp_path / "x.mp3", dtype="float32")
    assert (Audio.read(tmp_path / "x.mp3").samples == whole.T).all()


def test_what_is_closed_to_writing_is_not_copied():
    samples = np.zeros((2, 10), np.float32)
    assert Audio(samples, 48_000).samples is not samples
    view = samples[:, :5]
    view.flags.writeable = False
    assert Audio(view, 48_000).samples is not view  # another may still write to it
    samples.flags.writeable = False
    assert Audio(samples, 48_000).samples is samples
