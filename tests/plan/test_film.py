"""A song that follows a film: on its cuts, with its scenes, as lively as they are, and of the same length."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.plan import author
from soundwright.plan.film import LEAST, NEAR_S, follow, on_cuts

TIMES = np.arange(0, 60, 0.04)


def song(prompt="calm piano, 90 bpm", duration_s=30.0):
    return author.write_song(prompt, duration_s=duration_s, seed=1)


def test_tempo_bends_to_the_cuts():
    plan = song()
    cuts = [60 / 92 * beat for beat in (4, 9, 16, 23, 30)]
    assert abs(on_cuts(plan, cuts).tempo_bpm - 92) < 0.4
    assert on_cuts(plan, []) is plan
    assert abs(on_cuts(plan, [1.0, 3.3, 7.1]).tempo_bpm / plan.tempo_bpm - 1) <= 0.0301


def test_sections_begin_with_scenes_where_a_bar_does():
    plan = song("pop song, 120 bpm", 60.0)
    assert len(plan.sections) > 2
    borders = np.cumsum([section.bars for section in plan.sections])[:-1]
    cuts = [float(bar + 1) * plan.bar_s + 0.03 for bar in borders]
    told = follow(plan, cuts, TIMES, np.zeros(len(TIMES)))
    at = np.cumsum([section.bars for section in told.sections])[:-1] * told.bar_s
    assert all(np.abs(at - cut).min() < NEAR_S for cut in cuts)
    assert told.bars == plan.bars
    assert all(section.bars >= min(LEAST, 2) for section in told.sections)


def test_energy_is_that_of_the_pictures():
    plan = song("orchestral, 120 bpm", 40.0)
    motion = np.where(TIMES < 20, 1.0, 12.0)
    told = follow(plan, [20.0], TIMES, motion)
    ends = np.cumsum([section.bars for section in told.sections]) * told.bar_s
    starts = np.concatenate([[0.0], ends[:-1]])
    calm = [s.energy for s, end in zip(told.sections, ends, strict=True) if end <= 20.2]
    lively = [s.energy for s, start in zip(told.sections, starts, strict=True) if start >= 19.8]
    assert calm
    assert lively
    assert max(calm) < min(lively)
    assert told.bars == plan.bars


@pytest.mark.parametrize("motion", [np.zeros(0), np.zeros(1500), np.full(1500, 7.0)])
def test_a_still_or_even_film_leaves_the_songs_own_form(motion):
    plan = song()
    told = follow(plan, [], TIMES[: len(motion)], motion)
    assert told == plan


def test_every_prompt_still_fills_its_length():
    rng = np.random.default_rng(3)
    for at, prompt in enumerate(("techno", "waltz", "jazz ballad", "heavy metal", "lullaby")):
        plan = song(prompt, 20.0 + 7 * at)
        cuts = sorted(rng.uniform(1, 19 + 7 * at, 9))
        told = follow(plan, cuts, TIMES, rng.uniform(0, 10, len(TIMES)))
        assert told.bars == plan.bars
        assert told.bars * told.bar_s <= told.duration_s + 1e-6
