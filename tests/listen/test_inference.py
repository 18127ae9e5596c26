"""Statistics against published numbers and other people's code."""

from __future__ import annotations

import numpy as np
import pytest
from scipy import stats

from soundwright.evaluate import bootstrap
from soundwright.listen import inference

NAN = np.nan
# K. Krippendorff, Computing Krippendorff's Alpha-Reliability (2011), example C: four observers, twelve units
OBSERVED = np.array(
    [
        [1, 2, 3, 3, 2, 1, 4, 1, 2, NAN, NAN, NAN],
        [1, 2, 3, 3, 2, 2, 4, 1, 2, 5, NAN, 3],
        [NAN, 3, 3, 3, 2, 3, 4, 2, 2, 5, 1, NAN],
        [1, 2, 3, 3, 2, 4, 4, 1, 2, 5, 1, NAN],
    ]
)


@pytest.mark.parametrize(("level", "published"), [("nominal", 0.743), ("interval", 0.849)])
def test_alpha_is_krippendorffs(level, published):
    assert inference.alpha(OBSERVED, level) == pytest.approx(published, abs=0.0005)


def test_alpha_at_its_ends():
    same = np.tile(np.arange(8.0), (3, 1))
    assert inference.alpha(same) == 1.0
    noise = np.random.default_rng(0).standard_normal((6, 4000))
    assert abs(inference.alpha(noise)) < 0.02
    assert np.isnan(inference.alpha(np.ones((3, 4))))
    assert np.isnan(inference.alpha(np.array([[1.0, NAN], [NAN, 2.0]])))


def test_agreement_of_choices_does_not_depend_on_which_is_called_first():
    choices = np.array([[1.0, 1, 0, 1], [1, 1, 0, 0], [1, 1, 0, 1]])
    # Kendall and Babington Smith: 2 * (pairs of raters who agree) / (all of them) - 1 = 2 * 10 / 12 - 1
    assert inference.agreement(choices) == pytest.approx(2 / 3)
    turned = np.where(np.array([True, False, True, False]), 1 - choices, choices)
    assert inference.agreement(turned) == pytest.approx(2 / 3)
    assert inference.agreement(np.ones((5, 3))) == 1.0
    assert inference.agreement(np.full((3, 3), 0.5)) == 0.0
    assert np.isnan(inference.agreement(np.array([[1.0, NAN], [NAN, 1.0]])))


def test_bradley_terry_gives_agrestis_numbers():
    """American League 1987 (A. Agresti, Categorical Data Analysis): log strengths over Baltimore's."""
    wins = np.array(  # Milwaukee, Detroit, Toronto, New York, Boston, Cleveland, Baltimore
        [
            [0, 7, 9, 7, 7, 9, 11],
            [6, 0, 7, 5, 11, 9, 9],
            [4, 6, 0, 7, 7, 8, 12],
            [6, 8, 6, 0, 6, 7, 10],
            [6, 2, 6, 7, 0, 7, 12],
            [4, 4, 5, 6, 6, 0, 6],
            [2, 4, 1, 3, 1, 7, 0],
        ],
        float,
    )
    found = inference.bradley_terry(wins)
    assert found.mean() == pytest.approx(0, abs=1e-9)
    published = [1.5814, 1.4364, 1.2945, 1.2476, 1.1077, 0.6839, 0]
    np.testing.assert_allclose(found - found[-1], published, atol=2e-4)


def test_bradley_terry_where_one_always_wins():
    wins = np.array([[0, 10.0], [0, 0]])
    found = inference.bradley_terry(wins, prior=0.1)
    assert found[0] - found[1] == pytest.approx(np.log(10.1 / 0.1), abs=1e-6)


@pytest.mark.parametrize("raters", [4, 10])
def test_turning_raters_round_is_scipys_test(raters):
    rng = np.random.default_rng(raters)
    apart = rng.normal(0.6, 1, (raters, 5))
    other = stats.permutation_test(
        (apart.mean(axis=1),), lambda x, axis: x.mean(axis=axis), permutation_type="samples", n_resamples=np.inf
    )
    assert inference.signs(apart) == pytest.approx(other.pvalue, abs=1e-12)


def test_turning_raters_round_keeps_its_level():
    """Raters who lean one way each: a test over single answers would find a difference in most tables; this one not."""
    rng = np.random.default_rng(1)
    leaning = rng.normal(0, 1, (200, 20, 1)) + rng.normal(0, 0.2, (200, 20, 8))
    ours = np.mean([inference.signs(table, seed=k) < 0.05 for k, table in enumerate(leaning[:60])])
    naive = np.mean([stats.ttest_1samp(table.ravel(), 0).pvalue < 0.05 for table in leaning])
    assert ours < 0.13  # 60 tables at 5 %: more than 7 happen in 1 of 150 runs
    assert naive > 0.4
    assert inference.signs(np.full((3, 4), NAN)) != inference.signs(np.zeros((3, 4))) == 1.0


def test_missing_answers_count_by_rater():
    table = np.array([[1.0, NAN, 3.0], [2.0, 2.0, 2.0], [NAN, NAN, NAN]])
    assert inference.signs(table) == 0.5  # both raters 2: of four ways two are as far


def test_holm():
    assert inference.holm([0.01, 0.04, 0.03, 0.005]) == pytest.approx([0.03, 0.06, 0.06, 0.02])
    assert inference.holm([]) == []


def test_crossed_intervals_hold_what_they_say():
    """Answers that lean by rater and by item: the 95 % interval covers the truth, one over single answers does not."""
    rng = np.random.default_rng(7)
    hit = naive = 0
    for run in range(120):
        table = 3 + rng.normal(0, 0.5, (20, 1)) + rng.normal(0, 0.5, (1, 12)) + rng.normal(0, 0.5, (20, 12))
        low, high = bootstrap.of_crossed(np.nanmean, table, seed=run, draws=200)
        hit += low < 3 < high
        low, high = bootstrap.of_mean(table.ravel(), seed=run, draws=200)
        naive += low < 3 < high
    assert hit / 120 > 0.87
    assert naive / 120 < 0.6
