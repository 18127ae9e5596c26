"""Time-stretch and pitch-shift: exact length, kept pitch, kept time."""

import shutil

import numpy as np
import pytest

from soundwright.dsp import stretch
from soundwright.errors import BadRequest

pytest.importorskip("python_stretch")
RATE = 48_000
ENGINES = [
    "signalsmith",
    pytest.param(
        "rubberband", marks=pytest.mark.skipif(not shutil.which("rubberband"), reason="no rubberband program")
    ),
]


def tone(hz: float = 440.0, seconds: float = 1.0) -> np.ndarray:
    t = np.arange(round(seconds * RATE)) / RATE
    return np.stack([0.5 * np.sin(2 * np.pi * hz * t)] * 2).astype(np.float32)


def pitch(x: np.ndarray) -> float:
    spectrum = np.abs(np.fft.rfft(x[0] * np.hanning(x.shape[1]), 8 * x.shape[1]))
    return float(spectrum.argmax() / (8 * x.shape[1]) * RATE)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("factor", [0.7, 1.013, 1.6])
def test_length_is_exact_and_pitch_stays(engine, factor):
    y = stretch.stretch(tone(), RATE, factor, engine=engine)
    assert y.shape == (2, round(RATE * factor))
    assert pitch(y) == pytest.approx(440.0, rel=0.003)
    assert y.dtype == np.float32


@pytest.mark.parametrize("engine", ENGINES)
def test_pitch_moves_and_length_stays(engine):
    y = stretch.pitch_shift(tone(), RATE, 5.0, engine=engine)
    assert y.shape == (2, RATE)
    assert pitch(y) == pytest.approx(440.0 * 2 ** (5 / 12), rel=0.003)


@pytest.mark.parametrize("engine", ENGINES)
def test_loud_sound_is_not_clipped_on_the_way(engine):
    assert np.abs(stretch.stretch(tone() * 4, RATE, 1.2, engine=engine)).max() > 1.8


def test_clicks_keep_their_time():
    x = np.zeros((1, 2 * RATE), np.float32)
    x[0, [24_000, 60_000]] = 1.0
    y = np.abs(stretch.stretch(x, RATE, 1.25)[0])
    for place in (30_000, 75_000):
        assert abs(np.argmax(y[place - 5_000 : place + 5_000]) - 5_000) < 0.003 * RATE


@pytest.mark.parametrize("frames", [0, 1, 10, 3_000])
def test_short_sounds_and_asked_frames(frames):
    assert stretch.stretch(tone()[:, :frames], RATE, 1.5).shape == (2, round(frames * 1.5))
    assert stretch.stretch(tone(), RATE, frames=40_001).shape == (2, 40_001)
    assert not stretch.stretch(np.zeros((2, 100), np.float32), RATE, 2.0).any()


def test_wrong_wishes():
    with pytest.raises(BadRequest, match="to 10 times"):
        stretch.stretch(tone(), RATE, 20.0)
    with pytest.raises(BadRequest, match="signalsmith"):
        stretch.stretch(tone(), RATE, 1.5, engine="vocoder")
