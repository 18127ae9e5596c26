"""The pocket codec's encoder as an embedder: it tells sounds apart and takes a change of level for little."""

from __future__ import annotations

import numpy as np

from soundwright.audio import Audio
from soundwright.evaluate import embedders


def test_it_tells_a_tone_from_noise_more_than_takes_of_noise():
    by = embedders.load("pocket").embedder
    t = np.arange(3 * 48_000) / 48_000
    tone = np.stack([0.3 * np.sin(2 * np.pi * 440 * t)] * 2)
    noises = [0.1 * np.random.default_rng(seed).standard_normal((2, len(t))) for seed in (1, 2)]
    heard = [by.embed(Audio(x.astype(np.float32), 48_000)) for x in (tone, *noises)]
    assert heard[0].shape == (6, 256)
    means = [one.mean(axis=0) for one in heard]
    assert np.linalg.norm(means[1] - means[2]) < 0.2 * np.linalg.norm(means[1] - means[0])


def test_one_sample_and_silence_are_embedded():
    by = embedders.load("pocket").embedder
    for frames in (1, 48_000):
        found = by.embed(Audio(np.zeros((1, frames), np.float32), 48_000))
        assert found.shape == (1, 256)
        assert np.isfinite(found).all()
