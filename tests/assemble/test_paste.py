"""Edits keep their source: bit for bit outside the spans, matched in gain and without a click at the seams."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.assemble.paste import SEAM_S, lay, paste
from soundwright.audio import Audio

RATE = 16_000


def tone(seconds, hz=220.0, level=0.2, rate=RATE, channels=1):
    t = np.arange(round(seconds * rate)) / rate
    return Audio(np.tile(level * np.sin(2 * np.pi * hz * t), (channels, 1)), rate)


def noise(seconds, level=0.1, seed=0, channels=1):
    return Audio(np.random.default_rng(seed).normal(0, level, (channels, round(seconds * RATE))), RATE)


@pytest.mark.parametrize("channels", [1, 2, 6])
@pytest.mark.parametrize("spans", [[(1.0, 2.0)], [(0.0, 0.5), (2.5, 3.0)], [(1.0, 1.01)]])
def test_outside_the_spans_every_sample_is_the_sources(channels, spans):
    source, made = noise(3, channels=channels), noise(3, seed=1, channels=2)
    result = paste(source, made, spans)
    inside = np.zeros(source.frames, bool)
    for start, end in spans:
        inside[round(start * RATE) : round(end * RATE)] = True
    np.testing.assert_array_equal(result.samples[:, ~inside], source.samples[:, ~inside])
    assert (result.samples[:, inside] != source.samples[:, inside]).any()


@pytest.mark.parametrize("gain_db", [-10, 0, 10])
def test_the_gain_of_the_made_sound_is_matched_to_its_context(gain_db):
    source, made = noise(6, 0.05), noise(6, 0.05 * 10 ** (gain_db / 20), seed=1)
    inner = paste(source, made, [(2.0, 4.0)]).samples[:, round(2.2 * RATE) : round(3.8 * RATE)]
    assert abs(20 * np.log10(inner.std() / 0.05)) < 0.3


@pytest.mark.parametrize("shift", [0.0, 0.25, 0.5])
def test_a_seam_has_no_click(shift):
    """A tone that comes back at another phase: no step is larger than the tone's own, or than two tones' together."""
    source = tone(3)
    t = np.arange(source.frames) / RATE
    made = Audio(0.2 * np.sin(2 * np.pi * (220 * t + shift)), RATE)
    result = paste(source, made, [(1.0, 2.0)]).samples[0]
    assert np.abs(np.diff(result)).max() < 2.0 * np.abs(np.diff(source.samples[0])).max()


def test_an_extension_goes_on_from_both_ends_without_a_click():
    source, made = tone(1.0), tone(3.0)
    result = paste(source, made, [(0.0, 0.5), (1.5, 3.0)], left_s=0.5)
    lead = round(0.5 * RATE)
    np.testing.assert_array_equal(result.samples[:, lead : lead + source.frames], source.samples)
    assert np.abs(np.diff(result.samples[0])).max() < 3.0 * np.abs(np.diff(source.samples[0])).max()
    for cut in (lead, lead + source.frames):
        around = result.samples[0, cut - 400 : cut + 400]
        assert 0.5 * 0.2**2 * 0.4 < np.mean(around**2) < 0.5 * 0.2**2 * 2.5  # neither a hole nor a bump


def test_what_is_made_stays_under_the_ceiling_unless_the_source_is_louder():
    quiet, loud = paste(noise(3, 0.2), noise(3, 0.2, 1), [(1, 2)]), noise(3, 0.01)
    assert np.abs(quiet.samples[:, RATE : 2 * RATE]).max() <= max(0.892, noise(3, 0.2).peak)
    spiky = loud.samples.copy()
    spiky[0, 24_000] = 0.9
    burst = paste(loud, Audio(spiky * 40, RATE), [(1, 2)])
    assert burst.peak < 0.9


def test_a_silent_source_takes_the_made_sound_as_it_is():
    made = noise(3, 0.1, 1)
    result = paste(Audio.silence(3 * RATE, RATE, 1), made, [(1.0, 2.0)])
    seam = round(SEAM_S * RATE)
    np.testing.assert_allclose(
        result.samples[:, RATE + seam : 2 * RATE - seam], made.samples[:, RATE + seam : 2 * RATE - seam]
    )


def test_lay_takes_one_span_at_matching_gain():
    canvas, made = noise(4, 0.05), noise(4, 0.1, 1)
    result = lay(canvas, made, (1.0, 2.0))
    assert abs(result.samples[:, RATE : 2 * RATE].std() / 0.05 - 1) < 0.05
    np.testing.assert_array_equal(result.samples[:, 2 * RATE :], canvas.samples[:, 2 * RATE :])
