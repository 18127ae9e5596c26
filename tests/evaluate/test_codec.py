"""Codec artefacts: real encoders at falling bitrates, clean sounds, and each fault made alone."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from scipy import signal, stats

from soundwright.audio import Audio, Stream
from soundwright.errors import BadRequest
from soundwright.evaluate import codec

RATE = 48_000
MP3 = {bitrate: (320 - bitrate) / 288 for bitrate in (48, 64, 96, 128, 192, 256, 320)}  # libsndfile's levels
LEVELS = (0.99, 0.9, 0.8, 0.6, 0.4, 0.2)  # of Opus and Vorbis: low bitrates to high


def band(seconds: float = 7.0, seed: int = 5) -> Audio:
    """Cymbals, saw chords and a bass in stereo, from 40 Hz to 24 kHz."""
    rng, n = np.random.default_rng(seed), round(seconds * RATE)
    t = np.arange(n) / RATE
    out = 0.002 * rng.standard_normal((2, n))
    for at in np.arange(0.0, seconds - 0.3, 0.25):
        hit = signal.lfilter([1, -0.9], [1], rng.standard_normal((2, round(0.25 * RATE))))
        out[:, round(at * RATE) : round(at * RATE) + hit.shape[1]] += 0.1 * hit * np.exp(-t[: hit.shape[1]] / 0.06)
    for k, root in enumerate((220.0, 174.6, 261.6, 196.0)):
        gate = ((t * 2).astype(int) % 4 == k) * 0.04
        for interval, pan in ((1.0, 0.5), (1.26, 0.2), (1.5, 0.8)):
            wave = gate * signal.sawtooth(2 * np.pi * root * interval * t)
            out += np.array([[1 - pan], [pan]]) * wave
    return Audio(0.7 * out / np.abs(out).max(), RATE)


@pytest.fixture(scope="module")
def heard(tmp_path_factory):
    """The same band by codec, from the lowest bitrate to the highest."""
    folder, sound = tmp_path_factory.mktemp("codecs"), band()

    def through(name: str, **options) -> codec.Codec:
        soundfile.write(folder / name, sound.samples.T, RATE, **options)
        return codec.measure(Stream.read(folder / name))

    return {
        "mp3": [
            through(f"{rate}.mp3", compression_level=level, bitrate_mode="CONSTANT") for rate, level in MP3.items()
        ],
        "opus": [through(f"{k}.opus", format="OGG", subtype="OPUS", compression_level=k) for k in LEVELS],
        "vorbis": [through(f"{k}.ogg", format="OGG", subtype="VORBIS", compression_level=k) for k in LEVELS],
    }


@pytest.mark.parametrize(
    ("name", "measure", "sign", "least"),
    [
        ("mp3", "bandwidth_hz", 1, 0.95),
        ("mp3", "holes", -1, 0.9),
        ("mp3", "ringing_db", -1, 0.9),
        ("opus", "ringing_db", -1, 0.8),
        ("vorbis", "ringing_db", -1, 0.8),
        ("vorbis", "holes", -1, 0.8),
    ],
)
def test_measures_order_the_bitrates(heard, name, measure, sign, least):
    values = [sign * getattr(one, measure) for one in heard[name]]
    assert stats.spearmanr(range(len(values)), values).statistic >= least, values


def test_low_bitrates_warn_and_high_ones_do_not(heard):
    for name in heard:
        assert codec.warnings(heard[name][0]), name
        assert codec.warnings(heard[name][-1]) == [], name


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_clean_sounds_do_not_warn(seed):
    clean = codec.measure(band(5.0, seed))
    assert codec.warnings(clean) == []
    assert clean.lowpass_hz is None
    assert clean.bandwidth_hz > 23_000


@pytest.mark.parametrize("words", ["rain", "footsteps on gravel", "sea waves", "applause"])
def test_our_effects_do_not_warn(words):
    from soundwright import studio
    from soundwright.request import EffectRequest

    made = studio.effect(EffectRequest(prompt=words, duration_s=4.0, seed=3))[0].audio
    assert codec.warnings(codec.measure(made)) == []


@pytest.mark.parametrize("cut_hz", [8000, 11_000, 16_000])
def test_a_steep_low_pass_is_found_where_it_is(cut_hz):
    sos = signal.ellip(10, 0.1, 80, cut_hz, fs=RATE, output="sos")
    one = codec.measure(Audio(signal.sosfilt(sos, band().samples), RATE))
    assert one.lowpass_hz == pytest.approx(cut_hz, abs=400)
    assert "steep cut" in codec.warnings(one)[0]


def test_a_gentle_slope_is_no_low_pass():
    sos = signal.butter(2, 3000, fs=RATE, output="sos")
    assert codec.measure(Audio(signal.sosfilt(sos, band().samples), RATE)).lowpass_hz is None


def test_highs_made_mono_are_told():
    x = band().samples.astype(float)
    sos = signal.butter(8, 4500, "high", fs=RATE, output="sos")
    mono = signal.sosfiltfilt(sos, 0.5 * (x[0] - x[1]))
    found = codec.warnings(codec.measure(Audio(np.stack([x[0] - mono, x[1] + mono]), RATE)))
    assert [words for words in found if "nearly mono" in words]
    assert not [words for words in codec.warnings(codec.measure(Audio(x[:1], RATE))) if "mono" in words]


def test_whole_equals_streamed():
    sound = band()
    assert codec.measure(sound) == codec.measure(Stream.of(sound, 5003))


def test_what_cannot_be_measured():
    with pytest.raises(BadRequest, match="at least 1 s"):
        codec.measure(Audio(band().samples[:, :9000], RATE))
    with pytest.raises(BadRequest, match="silent"):
        codec.measure(Audio.silence(RATE * 3, RATE))


def test_the_command_prints_a_table_or_json(tmp_path):
    soundfile.write(tmp_path / "x.mp3", band(4.0).samples.T, RATE, compression_level=0.9, bitrate_mode="CONSTANT")
    command = [sys.executable, "-m", "soundwright.cli", "evaluate", "codec", "x.mp3"]
    told = json.loads(subprocess.run([*command, "--json"], cwd=tmp_path, capture_output=True, text=True).stdout)
    assert told["lowpass_hz"] < 12_000
    assert told["warnings"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "bandwidth" in done.stdout
    assert "warning: a steep cut" in done.stdout
