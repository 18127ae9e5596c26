"""Every preset keeps its promise, measured by another meter and on the samples that a file would hold."""

import numpy as np
import pytest
from scipy import signal

from soundwright.audio import Audio, Stream
from soundwright.dsp import loudness, match, stereo
from soundwright.errors import BadRequest
from soundwright.finish import finish, finish_stream
from soundwright.finish.chain import Chain
from soundwright.finish.presets import PRESETS

RATE = 48_000


def song(seconds: float = 8.0, rate: int = RATE) -> np.ndarray:
    """Kick, hats, a bass and a wide chord with chorus and verse: a rough mix."""
    rng, t = np.random.default_rng(5), np.arange(round(seconds * rate)) / rate
    kick = np.sin(2 * np.pi * 55 * t) * np.exp(-((t * 2) % 1) * 12) * 0.8
    hats = rng.standard_normal((2, len(t))) * np.exp(-((t * 8) % 1) * 20) * 0.1
    bass = np.sign(np.sin(2 * np.pi * 110 * t)) * 0.1
    chord = np.stack([sum(np.sin(2 * np.pi * hz * t + p * hz) for hz in (220, 277, 330, 880, 1760)) for p in (0, 1)])
    return ((kick + hats + bass + 0.06 * chord) * np.where(t < seconds / 2, 0.5, 1.0)).astype(np.float32)


def speech(seconds: float = 8.0, rate: int = RATE) -> np.ndarray:
    """Buzz in syllables with pauses and hiss."""
    t = np.arange(round(seconds * rate)) / rate
    syllables = np.clip(np.sin(2 * np.pi * 3.7 * t), 0, 1) ** 1.5 * (np.sin(2 * np.pi * 0.35 * t) > -0.6)
    voiced = sum(np.sin(2 * np.pi * 130 * k * t) * np.exp(-(((130 * k - 700) / 1200) ** 2)) for k in range(1, 28))
    hiss = np.random.default_rng(2).standard_normal(len(t)) * 0.001
    return np.tile((0.05 * voiced * syllables + hiss).astype(np.float32), (2, 1))


SOUNDS = {"song": song(5.0), "speech": speech(5.0), "clipped": np.clip(song(3.0) * 8, -1, 1) * 0.01}


@pytest.mark.parametrize("sound", SOUNDS)
@pytest.mark.parametrize("name", PRESETS)
def test_every_preset_keeps_its_promise(name, sound):
    preset = PRESETS[name]
    master, report = finish(Audio(SOUNDS[sound], RATE), preset=name, bits=16)
    assert master.frames == SOUNDS[sound].shape[1]
    steps = master.samples.astype(np.float64) * 32768
    assert np.array_equal(steps, np.round(steps))  # as the file will hold it: the promise stands after the dither
    ceiling = 20 * np.log10(np.abs(signal.resample_poly(steps / 32768, 8, 1, axis=1)).max())
    assert ceiling <= preset.ceiling_dbtp + 0.05
    measure = loudness.momentary_max if preset.by == "momentary" else loudness.integrated
    if report.by != "dialogue":
        missed = measure(master.samples, RATE) - preset.loudness_lufs
        assert abs(missed) <= preset.tolerance_lu or (report.held_back and missed < 0)
        assert report.promise_kept == (abs(missed) <= preset.tolerance_lu)
    if sound == "song":
        assert report.promise_kept


def test_film_is_anchored_to_its_dialogue():
    loud_music = song(16.0) * 2
    loud_music[:, : 8 * RATE] = speech(8.0)
    _, report = finish(Audio(loud_music, RATE), preset="film", loudness_lufs=-27.0)
    assert report.by == "dialogue"
    assert report.dialogue_s == pytest.approx(8.0, abs=1.5)
    alone = loudness.integrated(finish(Audio(loud_music, RATE), preset="film")[0].samples[:, : 8 * RATE], RATE)
    assert alone == pytest.approx(-27.0, abs=1.5)
    assert report.integrated_lufs > -25
    assert finish(Audio(song(), RATE), preset="film")[1].by == "integrated"


def test_music_is_corrected_and_widened_without_losing_mono():
    dull = signal.sosfilt(signal.butter(1, 900, output="sos", fs=RATE), song()).astype(np.float32)
    master, report = finish(Audio(dull, RATE), preset="music")
    drawn = Chain.from_yaml(report.chain).blocks[1]
    gains = dict(zip(drawn.hz, drawn.gains_db, strict=True))
    assert gains[4_000.0] > 1.0
    assert max(map(abs, gains.values())) <= 3.0
    bright = finish(Audio(song(), RATE), preset="music")[1].chain
    assert Chain.from_yaml(bright).blocks[1].gains_db[-2] < gains[4_000.0]
    assert stereo.correlation(master.samples) > 0.1
    assert [step["block"] for step in report.steps][:2] == ["high-pass", "curve"]


def test_a_reference_is_matched_in_loudness_and_spectrum():
    reference = signal.sosfilt(signal.butter(1, 1_000, output="sos", fs=RATE), song()).astype(np.float32) * 0.4
    master, report = finish(Audio(song(), RATE), reference=Audio(reference, RATE))
    assert report.integrated_lufs == pytest.approx(loudness.integrated(reference, RATE), abs=0.2)
    gap = match.profile(master.samples, RATE).mid_db - match.profile(reference, RATE).mid_db
    before = match.profile(song(), RATE).mid_db - match.profile(reference, RATE).mid_db
    middle = slice(4, 24)
    assert np.ptp(gap[middle]) < 0.5 * np.ptp(before[middle])


@pytest.mark.parametrize("preset", ["music", "effect", "podcast"])
@pytest.mark.parametrize("cut", [3_001, 70_000])
def test_a_stream_is_finished_like_an_array(preset, cut):
    audio = Audio(song(4.0), RATE)
    opened = []

    def again() -> Stream:
        opened.append(1)
        return Stream.of(audio, cut)

    streamed, from_stream = finish_stream(again, preset=preset)
    whole, from_array = finish(audio, preset=preset)
    collected = streamed.collect()
    assert collected.frames == whole.frames
    # windows of the spectrum lie elsewhere when blocks are cut elsewhere, so the recipes' numbers move a little
    assert from_stream.integrated_lufs == pytest.approx(from_array.integrated_lufs, abs=0.1)
    assert loudness.integrated(collected.samples, RATE) == pytest.approx(from_stream.integrated_lufs, abs=1e-3)
    assert len(opened) <= 6


def test_wrong_wishes():
    with pytest.raises(BadRequest, match="did you mean podcast"):
        finish(Audio(song(1.0), RATE), preset="podcats")
    with pytest.raises(BadRequest, match="reference"):
        finish(Audio(song(1.0), RATE), preset="reference")
    with pytest.raises(BadRequest, match="7 channels"):
        finish(Audio(np.zeros((7, 100)), RATE))


@pytest.mark.slow
def test_two_hours_fit_in_little_memory():
    import subprocess
    import sys

    script = """
import numpy as np, resource
from soundwright.audio import Stream
from soundwright.finish import finish_stream
rng = np.random.default_rng(1)
minute = (rng.standard_normal((2, 48000 * 60)) * 0.2).astype(np.float32)
seconds = [minute[:, at : at + 48000] for at in range(0, 48000 * 60, 48000)]
def again(): return Stream(48000, 2, (second for _ in range(120) for second in seconds))
stream, report = finish_stream(again, preset="broadcast")
frames = sum(block.shape[1] for block in stream.blocks)
assert frames == 120 * 60 * 48000 and report.promise_kept
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss)
"""
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert int(done.stdout) < 1_500_000  # kB
