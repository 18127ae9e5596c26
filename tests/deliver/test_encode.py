"""Every format: exact frames, tags that ffprobe reads, and a true peak that holds after decoding."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np
import pytest

from soundwright.audio import Audio
from soundwright.deliver import encode, tags, wav
from soundwright.deliver.encode import FORMATS
from soundwright.dsp import peak
from soundwright.dsp.units import decibels
from soundwright.errors import BadRequest, CannotRun

from .conftest import tones

ABOUT = wav.About(tags.Tags("Ünï", "Someone", "Made by a computer", "Soundwright 1", "2026-11-22", "CC0-1.0", "x"))
LOSSY = [ending for ending, form in FORMATS.items() if form.lossy]


def need(ending: str) -> None:
    if ending == ".m4a":
        pytest.importorskip("av")


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize(("channels", "rate"), [(1, 8000), (2, 48000)])
def test_frames_are_exact_and_the_sound_is_the_same(ending, channels, rate, tmp_path):
    need(ending)
    audio = tones(1.2345, rate, channels)
    done = encode.encode(audio, tmp_path / f"a{ending}", ABOUT)
    back = encode.read(tmp_path / f"a{ending}")
    assert (back.frames, back.rate, back.channels) == (audio.frames, rate, channels)
    scaled = audio.samples * 10 ** (done.gain_db / 20)
    assert np.corrcoef(scaled.ravel(), back.samples.ravel())[0, 1] > 0.95


@pytest.mark.parametrize("ending", LOSSY)
def test_a_lossy_file_keeps_the_ceiling_and_says_at_what_cost(ending, tmp_path):
    need(ending)
    rng = np.random.default_rng(1)
    hot = Audio(np.clip(rng.normal(0, 0.6, (2, 48000)), -0.89, 0.89), 48000)
    done = encode.encode(hot, tmp_path / f"a{ending}", ABOUT, ceiling_dbtp=-1.0)
    back = encode.read(tmp_path / f"a{ending}")
    assert decibels(peak.true_peak(back.samples, 48000)) <= -0.98
    assert done.gain_db < -0.1
    assert done.encodings > 1
    assert done.numbers()["true_peak_dbtp"] <= -0.98
    calm = encode.encode(Audio(hot.samples * 0.25, 48000), tmp_path / f"b{ending}", ABOUT)
    assert (calm.gain_db, calm.encodings) == (0.0, 1)


TITLE = {
    ".wav": "title",
    ".flac": "title",
    ".aiff": "title",
    ".mp3": "title",
    ".ogg": "TITLE",
    ".opus": "TITLE",
    ".m4a": "title",
}


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="needs ffprobe")
@pytest.mark.parametrize("ending", FORMATS)
def test_ffprobe_reads_the_tags(ending, tmp_path):
    need(ending)
    encode.encode(tones(0.5), tmp_path / f"a{ending}", ABOUT)
    entries = "format_tags:stream_tags"
    command = ["ffprobe", "-v", "error", "-show_entries", entries, "-of", "json", str(tmp_path / f"a{ending}")]
    said = json.loads(subprocess.run(command, capture_output=True, text=True, check=True).stdout)
    found = {**said["format"].get("tags", {}), **said["streams"][0].get("tags", {})}
    assert found[TITLE[ending]] == "Ünï"
    text = " ".join(found.values())
    for expected in ("Made by a computer", "Someone"):
        assert expected in text
    assert "CC0-1.0" in text or ending == ".aiff"  # AIFF's own chunks have no licence


def test_sixteen_bits_are_dithered_in_every_lossless_format(tmp_path):
    audio = tones(0.2)
    for ending in (".wav", ".flac", ".aiff"):
        encode.encode(audio, tmp_path / f"a{ending}", ABOUT, bits=16)
    first, *others = [encode.read(tmp_path / f"a{ending}").samples for ending in (".wav", ".flac", ".aiff")]
    assert all(np.array_equal(first, other) for other in others)
    assert not np.array_equal(first, np.rint(audio.samples * 2**15) / 2**15)


@pytest.mark.parametrize(
    ("name", "rate", "channels", "bits", "said"),
    [
        ("a.xyz", 48000, 2, 24, "ending"),
        ("a.flac", 48000, 2, 32, "bits"),
        ("a.mp3", 96000, 2, 24, "Hz"),
        ("a.opus", 44100, 2, 24, "Hz"),
        ("a.mp3", 48000, 6, 24, "channels"),
    ],
)
def test_what_a_format_cannot_hold_is_refused(name, rate, channels, bits, said, tmp_path):
    with pytest.raises(BadRequest, match=said):
        encode.encode(tones(0.1, rate, channels), tmp_path / name, ABOUT, bits=bits)
    assert not any(tmp_path.iterdir())


def test_without_pyav_the_command_is_named(monkeypatch, tmp_path):
    import sys

    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(CannotRun, match="pip install"):
        encode.check_ending(tmp_path / "a.m4a")


def test_id3_is_read_back(tmp_path):
    path = tmp_path / "a.mp3"
    encode.encode(tones(0.3), path, ABOUT)
    size, found = tags.head(path)
    assert size > 100
    assert found["TIT2"] == "Ünï"
    assert found["AI_DISCLOSURE"] == found["COMM"] == "Made by a computer"
    assert found["DIGITAL_SOURCE_TYPE"] == "x"
    assert tags.head(path.with_suffix(".mp3")) == (size, found)


@pytest.mark.parametrize(("rate", "kbps"), [(44_100, 128), (44_100, 320), (22_050, 32)])
def test_a_constant_rate_is_kept(rate, kbps, tmp_path):
    path = tmp_path / "a.mp3"
    encode.encode(tones(10.0, rate), path, ABOUT, kbps=kbps)
    assert (path.stat().st_size - tags.head(path)[0]) * 8 / 10 / 1000 == pytest.approx(kbps, rel=0.02)


@pytest.mark.parametrize(("name", "kbps"), [("a.opus", 128), ("a.wav", 128), ("a.mp3", 400), ("a.mp3", 16)])
def test_a_constant_rate_that_a_format_has_not_is_refused(name, kbps, tmp_path):
    with pytest.raises(BadRequest, match="kb/s"):
        encode.encode(tones(0.1), tmp_path / name, ABOUT, kbps=kbps)
