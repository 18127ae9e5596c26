"""Every sound model in the table keeps the promises of the contract, whoever wrote it."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import numpy as np
import pytest

from soundwright import foley
from soundwright.seed import stream

TABLE = foley.table()
RATE = 12_000
SECONDS = 0.6
UCS = set(Path(__file__).with_name("ucs_8_2_1.txt").read_text().split())


def play(name, seconds=SECONDS, **values):
    model = TABLE[name]
    knobs = {k.name: k.default for k in model.knobs} | values
    return np.asarray(model.play(knobs, round(seconds * RATE), RATE, stream(1, name)))


@cache
def takes(name):
    """The model at its defaults, and at both ends of each of its knobs."""
    ends = {k.name: [play(name, **{k.name: v}) for v in (k.low, k.high)] for k in TABLE[name].knobs}
    return play(name), ends


def change(low, high):
    """How different two takes are: 0 for equal, 1 for unrelated or of other length."""
    if low.shape != high.shape:
        return 1.0
    return np.sqrt(np.mean((low - high) ** 2)) / np.sqrt(np.mean(low**2) + np.mean(high**2))


@pytest.mark.parametrize("name", TABLE)
def test_sound_is_right_at_defaults_and_extremes(name):
    plain, ends = takes(name)
    for x in (plain, *(x for pair in ends.values() for x in pair)):
        assert x.dtype == np.float32
        assert x.ndim == 1 or (x.ndim == 2 and x.shape[0] == 2)
        assert np.isfinite(x).all()
        assert 0.01 < np.abs(x).max() <= 1.5
        if TABLE[name].kind == "texture":
            assert x.shape[-1] == round(SECONDS * RATE)
        else:
            assert 0.01 < x.shape[-1] / RATE < 40


@pytest.mark.parametrize("name", TABLE)
def test_every_knob_is_heard(name):
    for knob in TABLE[name].knobs:
        low, high = takes(name)[1][knob.name]
        if change(low, high) < 0.02:  # what it moves may be rare: a horn, a thunderclap
            low, high = (play(name, 6.0, **{knob.name: v}) for v in (knob.low, knob.high))
        assert change(low, high) > 0.02, knob.name


@pytest.mark.parametrize("name", TABLE)
def test_same_seed_same_sound(name):
    assert np.array_equal(takes(name)[0], play(name))


@pytest.mark.parametrize("name", TABLE)
def test_card_is_complete(name):
    model = TABLE[name]
    assert model.ucs in UCS
    assert len(model.about) > 30
    assert model.words
    assert all(word == word.lower() for word in model.words)
    assert len(set(model.words)) == len(model.words)
    assert 0.02 <= model.natural_s <= 30
    for knob in model.knobs:
        assert knob.low <= knob.default <= knob.high
        assert knob.low < knob.high
        assert knob.about
        assert all(knob.low <= value <= knob.high for value in knob.words.values()), knob.name
        assert all(word == word.lower() for word in knob.words)
