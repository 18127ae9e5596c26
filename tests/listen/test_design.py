"""Orders and opaque names: each rater has their own, always the same, and no name says what is behind it."""

from __future__ import annotations

import json
from collections import Counter

import pytest

from soundwright.listen.design import item_of, trials
from soundwright.listen.document import KINDS, read
from soundwright.listen.session import Session

SECRET = "5" * 64


@pytest.mark.parametrize(("kind", "count"), [("mushra", 2), ("acr", 6), ("abx", 8), ("pair", 2)])
def test_every_rater_has_every_trial(lab, kind, count):
    test = read(lab / f"{kind}.yaml").test
    keys = set()
    for rater in ("one", "two", "three"):
        own = trials(test, SECRET, rater)
        assert own == trials(test, SECRET, rater)
        phases = [trial.phase for trial in own]
        assert phases == sorted(phases, reverse=True)  # training first
        assert phases.count("test") == count
        assert len({trial.key for trial in own}) == len(own)
        keys.add(frozenset(trial.key for trial in own))
    assert len(keys) == 1


def test_orders_are_drawn_evenly(lab):
    test = read(lab / "mushra.yaml").test
    own = [trials(test, SECRET, f"rater{number}") for number in range(400)]
    first = Counter(trial.conditions[0] for rater in own for trial in rater if trial.phase == "test")
    assert set(first) == {"reference", "<b>ours</b>", "theirs", "anchor35", "anchor70"}
    assert all(120 < count < 200 for count in first.values())  # 160 of 800 expected, sd 11
    assert 160 < sum(rater[1].item == "secret-0" for rater in own) < 240
    abx = [trial for n in range(100) for trial in trials(read(lab / "abx.yaml").test, SECRET, f"rater{n}")]
    assert 0.44 < sum(trial.x == trial.conditions[0] for trial in abx) / len(abx) < 0.56  # 1000 trials, sd 0.016


@pytest.mark.parametrize("kind", KINDS)
def test_the_page_is_told_no_name(lab, kind):
    test = read(lab / f"{kind}.yaml").test
    one, two = Session(test, SECRET, "one"), Session(test, SECRET, "two")
    rated = {(trial.key, trial.conditions[0]): 1.0 for trial in one.trials.values()}
    told = json.dumps(one.told(rated, {next(iter(one.trials.values())).key}))
    for name in ("ours", "theirs", "secret", "anchor", "original", ".wav"):
        assert name not in told
    assert not set(one.sounds) & set(two.sounds)
    assert not set(one.trials) & set(two.trials)
    assert len(one.sounds) == sum(len(trial.sounds) for trial in one.trials.values())


def test_the_name_of_a_trial_survives_odd_names(lab):
    test = read(lab / "abx.yaml").test
    for trial in trials(test, SECRET, "one"):
        assert item_of(trial.key) == (trial.phase, trial.item, sorted(trial.conditions))
