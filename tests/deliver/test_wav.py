"""WAV: the samples come back, and wavinfo, ffprobe and libsndfile read every chunk as it was meant."""

from __future__ import annotations

import json
import shutil
import subprocess

import numpy as np
import pytest
import soundfile
import wavinfo

from soundwright.audio import Audio
from soundwright.deliver import pcm, riff, tags, wav
from soundwright.errors import BadRequest

from .conftest import MEASURED, tones

TAGS = tags.Tags(
    "Rain & co", "Someone", "Made by a computer", "Soundwright 1", "2026-11-22", "CC0-1.0", "algorithmicMedia"
)
ABOUT = wav.About(
    TAGS,
    MEASURED,
    start_s=3600.5,
    markers=(wav.Marker(0.0, "verse"), wav.Marker(1.25, "chorus")),
    loop=True,
    reference="abc",
    time="12:34:56",
)


def save(audio: Audio, path, bits=24, about: wav.About | None = ABOUT, **options):
    shape = {"rate": audio.rate, "channels": audio.channels, "frames": audio.frames}
    wav.write(path, pcm.blocks(audio.samples), **shape, bits=bits, about=about, **options)
    return path


@pytest.mark.parametrize("bits", [16, 24, 32])
@pytest.mark.parametrize(("channels", "rate"), [(1, 8000), (2, 48000), (6, 96000), (2, 192000)])
def test_samples_come_back(bits, channels, rate, tmp_path):
    audio = tones(0.3, rate, channels)
    path = save(audio, tmp_path / "a.wav", bits)
    info = soundfile.info(path)
    assert (info.frames, info.samplerate, info.channels) == (audio.frames, rate, channels)
    assert info.subtype == {16: "PCM_16", 24: "PCM_24", 32: "FLOAT"}[bits]
    error = np.abs(Audio.read(path).samples - audio.samples).max()
    assert error <= {16: 1.5 * 2**-15, 24: 2**-24, 32: 0.0}[bits]


@pytest.mark.parametrize("bits", [16, 24, 32])
def test_wavinfo_reads_every_chunk(bits, tmp_path):
    audio = tones(3.0)
    read = wavinfo.WavInfoReader(str(save(audio, tmp_path / "a.wav", bits)))
    bext = read.bext
    assert bext.version == 2
    assert bext.time_reference == round(3600.5 * 48000)
    assert (bext.description, bext.originator, bext.originator_ref) == ("Rain & co", "Soundwright 1", "abc")
    assert (bext.originator_date, bext.originator_time) == ("2026-11-22", "12:34:56")
    assert bext.coding_history.strip() == f"A=PCM,F=48000,W={bits},M=stereo,T=Soundwright 1"
    loudness = (bext.loudness_value, bext.loudness_range, bext.max_true_peak)
    assert loudness == (-16.25, 4.5, -1.13)
    assert (bext.max_momentary_loudness, bext.max_shortterm_loudness) == (-14.02, -15.5)
    assert [(cue["frame"], cue["label"]) for cue in read.cues.to_dict().values()] == [(0, "verse"), (60000, "chorus")]
    assert [(loop.loop_type, loop.start, loop.end) for loop in read.smpl.sample_loops] == [(0, 0, audio.frames - 1)]
    assert (read.info.title, read.info.artist, read.info.copyright) == ("Rain & co", "Someone", "CC0-1.0")
    assert read.ixml.project == "Rain & co"
    assert [track.name for track in read.ixml.track_list] == ["left", "right"]
    assert read.ixml.parsed.findtext("./USER/DIGITAL_SOURCE_TYPE") == "algorithmicMedia"
    assert read.ixml.parsed.findtext("./SPEED/TIMESTAMP_SAMPLES_SINCE_MIDNIGHT_LO") == str(round(3600.5 * 48000))


@pytest.mark.skipif(not shutil.which("ffprobe"), reason="needs ffprobe")
def test_ffprobe_reads_it_without_a_warning(tmp_path):
    path = save(tones(1.0), tmp_path / "a.wav")
    command = ["ffprobe", "-v", "warning", "-show_format", "-show_streams", "-of", "json", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stderr == ""
    said = json.loads(done.stdout)
    assert said["streams"][0]["duration_ts"] == 48000
    assert said["format"]["tags"]["time_reference"] == str(round(3600.5 * 48000))
    assert said["format"]["tags"]["title"] == "Rain & co"


def test_our_own_reader_agrees(tmp_path):
    found = wav.read_about(save(tones(3.0), tmp_path / "a.wav"))
    assert found["bext"]["integrated_lufs"] == -16.25
    assert found["cues"] == [(0, "verse"), (60000, "chorus")]
    assert found["loops"] == [(0, 143999)]
    assert found["info"]["licence"] == "CC0-1.0"
    assert "<BWFXML>" in found["ixml"]


def test_loudness_that_is_not_known_is_marked_unset(tmp_path):
    about = wav.About(TAGS, {"integrated_lufs": None, "true_peak_dbtp": -np.inf, "momentary_max_lufs": -14.0})
    bext = wav.read_about(save(tones(0.2), tmp_path / "a.wav", about=about))["bext"]
    assert bext["integrated_lufs"] is None
    assert bext["true_peak_dbtp"] is None
    assert bext["momentary_max_lufs"] == -14.0


@pytest.mark.parametrize("bits", [16, 24, 32])
def test_long_files_become_rf64(bits, tmp_path):
    audio = tones(0.5, channels=1)
    path = save(audio, tmp_path / "a.wav", bits, rf64_above=1000)
    assert path.read_bytes()[:4] == b"RF64"
    assert np.abs(soundfile.read(path, dtype="float32")[0] - audio.samples[0]).max() <= 1.5 * 2**-15
    assert soundfile.info(path).frames == audio.frames
    read = wavinfo.WavInfoReader(str(path))
    assert read.data.frame_count == audio.frames
    assert read.bext.time_reference == round(3600.5 * 48000)
    assert wav.read_about(path)["cues"][1][1] == "chorus"


def test_dither_keeps_what_rounding_loses_and_repeats_itself():
    t = np.arange(48000) / 48000
    quiet = Audio(0.4 * 2**-15 * np.sin(2 * np.pi * 1000 * t), 48000)
    coded = pcm.quantise(quiet.samples, 16)
    assert np.array_equal(coded, pcm.quantise(quiet.samples, 16))
    level = 2 * np.abs(np.mean(coded[0] * np.exp(-2j * np.pi * 1000 * t)))
    assert abs(level - 0.4) < 0.02
    # Triangular dither makes the error's power independent of the signal: a twelfth of rounding, two of the noise.
    assert abs(np.var(coded[0] - quiet.samples[0] * 2**15) - 0.25) < 0.01
    assert not pcm.quantise(np.zeros((2, 100), np.float32), 16).any()
    dithered = (coded / 2**15).astype(np.float32)
    np.testing.assert_array_equal(pcm.quantise(dithered, 16), coded)


def test_full_scale_is_clipped_not_wrapped():
    assert pcm.quantise(np.array([[1.5, 1.0, -1.0, -1.5]]), 24).tolist() == [[2**23 - 1, 2**23 - 1, -(2**23), -(2**23)]]


@pytest.mark.parametrize("frames", [0, 1, 3])
def test_very_short_files(frames, tmp_path):
    audio = Audio(np.full((1, frames), 0.5, np.float32), 8000)
    path = save(audio, tmp_path / "a.wav", 24)
    assert soundfile.info(path).frames == frames
    assert {chunk.name: chunk.size for chunk in riff.chunks(path)}[b"data"] == 3 * frames


def test_what_is_no_wav_or_cut_off_is_refused(tmp_path):
    path = tmp_path / "a.wav"
    path.write_bytes(b"RIFF1234JUNKabcdefgh")
    with pytest.raises(BadRequest, match="not a WAV"):
        wav.read_about(path)
    whole = save(tones(0.1), tmp_path / "b.wav").read_bytes()
    path.write_bytes(whole[:-100])
    with pytest.raises(BadRequest, match="cut off"):
        wav.read_about(path)
