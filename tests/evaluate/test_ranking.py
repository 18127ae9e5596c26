"""Places and differences: sure where they are, noise where it is, on shared prompts alone."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright.evaluate.ranking import FEWEST, mean_of, rank


def table(rng, gap, prompts=20, noise=0.3):
    """Two systems on prompts of very different difficulty, `b` above `a` by `gap` but for noise."""
    hard = rng.normal(0, 10, prompts)
    a = hard + rng.normal(0, noise, prompts)
    b = hard + gap + rng.normal(0, noise, prompts)
    return {name: {str(at): value for at, value in enumerate(row)} for name, row in (("a", a), ("b", b))}


def ranked(values, better="high", **more):
    return rank(mean_of(values), {name: list(own) for name, own in values.items()}, better, **more)


def test_pairing_finds_what_the_prompts_difficulty_would_hide():
    values = table(np.random.default_rng(0), 0.5)
    found = ranked(values)
    (row,) = found.differences
    assert row.better == "b"
    assert row.interval[0] < row.value < row.interval[1] < 0
    assert [(one.system, one.place) for one in found.standings] == [("b", 1), ("a", 2)]
    own = [one.interval for one in found.standings]
    assert own[0][0] < own[1][1]  # alone, each is too uncertain to tell
    assert ranked(values, "low").differences[0].better == "a"


def test_noise_is_called_noise_nearly_always():
    said = [ranked(table(np.random.default_rng(seed), 0.0), draws=200).differences[0].better for seed in range(120)]
    assert sum(one is not None for one in said) <= 14  # 5 % of 120 is 6; twenty prompts make it a little more
    equal = table(np.random.default_rng(0), 0.0, noise=0.0)
    same = ranked(equal)
    assert same.differences[0].interval == (0.0, 0.0)
    assert [row.place for row in same.standings] == [1, 1]


def test_few_prompts_settle_nothing():
    for count in (1, 2, FEWEST - 1, FEWEST):
        values = {"a": {str(at): 0.0 for at in range(count)}, "b": {str(at): 1.0 for at in range(count)}}
        found = ranked(values)
        assert (found.differences[0].better == "b") == (count >= FEWEST)
        assert (found.differences[0].interval is None) == (count == 1)


def test_only_shared_prompts_are_compared():
    values = table(np.random.default_rng(1), 1.0)
    values["a"] |= {f"easy {at}": 1000.0 for at in range(10)}  # where b was not asked
    found = ranked(values)
    assert found.differences[0].prompts == 20
    assert found.differences[0].better == "b"
    values["c"] = {"another": 1.0}
    found = ranked(values)
    assert len(found.differences) == 1
    assert next(row for row in found.standings if row.system == "c").place is None


def test_what_has_no_better_is_only_described():
    found = ranked(table(np.random.default_rng(2), 1.0), None)
    assert found.differences == ()
    assert [row.place for row in found.standings] == [None, None]


def test_the_seed_decides():
    values = table(np.random.default_rng(3), 0.2)
    assert ranked(values, seed=1) == ranked(values, seed=1)
    assert ranked(values, seed=1).differences != ranked(values, seed=2).differences


def test_intervals_of_differences_hold_what_they_promise():
    """The true difference lies inside in about 95 of 100 experiments."""
    held = 0
    for seed in range(150):
        row = ranked(table(np.random.default_rng(1000 + seed), 0.4, prompts=30), draws=300).differences[0]
        held += row.interval[0] <= -0.4 <= row.interval[1]
    assert held / 150 == pytest.approx(0.94, abs=0.05)
