"""The meter reads what the single measures read, from arrays and streams alike."""

import numpy as np
import pytest

from soundwright.audio import Audio, Stream
from soundwright.dsp import loudness, measures, peak, stereo
from soundwright.finish.meter import meter

RATE = 48_000


def sound(seconds: float = 25.0) -> Audio:
    t = np.arange(round(seconds * RATE)) / RATE
    noise = np.random.default_rng(1).standard_normal((2, len(t))) * 0.005
    x = np.clip(noise + 0.6 * np.sin(2 * np.pi * 200 * t) * (1 + 0.5 * np.sin(t)), -0.8, 0.8)
    x[0, 12 * RATE] += 0.5
    return Audio(x, RATE)


@pytest.mark.parametrize("cut", [7_001, 65_536, 10**7])
def test_it_reads_what_the_measures_read(cut):
    audio = sound()
    reading = meter(Stream.of(audio, cut))
    numbers = reading.numbers()
    assert numbers["integrated_lufs"] == pytest.approx(loudness.integrated(audio.samples, RATE), abs=1e-3)
    assert numbers["loudness_range_lu"] == pytest.approx(loudness.loudness_range(audio.samples, RATE), abs=1e-3)
    assert 10 ** (numbers["true_peak_dbtp"] / 20) == pytest.approx(peak.true_peak(audio.samples, RATE), rel=1e-4)
    assert numbers["correlation"] == pytest.approx(stereo.correlation(audio.samples), abs=1e-3)
    assert numbers["mono_loss_db"] == pytest.approx(stereo.mono_loss_db(audio.samples), abs=1e-2)
    assert numbers["clipped_frames"] > 100
    assert numbers["duration_s"] == 25.0
    assert numbers["clicks_s"] == pytest.approx([12.0], abs=1e-3)
    assert reading.curves.times_s[-1] == pytest.approx(25.0)
    assert len(reading.curves.short_term_lufs) == 250


@pytest.mark.parametrize("audio", [Audio.silence(0, RATE), Audio.silence(1, RATE, 1), Audio.silence(RATE, RATE, 6)])
def test_silence_and_nothing(audio):
    numbers = meter(audio).numbers()
    assert numbers["integrated_lufs"] is None
    assert numbers["true_peak_dbtp"] is None
    assert numbers["clipped_frames"] == 0
    assert measures.health(audio.samples, RATE).clicks == ()
