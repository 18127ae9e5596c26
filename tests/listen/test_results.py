"""What comes out of answers of raters whose opinion is known; the page and the table hold it whole."""

from __future__ import annotations

import csv
import io
import json
import re

import numpy as np
import pytest
from tests.listen import simulated

from soundwright.database import Database
from soundwright.listen import answers, report, results
from soundwright.listen.answers import Table
from soundwright.listen.design import trials
from soundwright.listen.document import MID, REFERENCE
from soundwright.listen.store import Store


@pytest.fixture
def outcome(tmp_path):
    def of(kind: str, raters: int = 16, wrong: int = 0, **more):
        test = simulated.made(kind, **more)
        store = Store(Database(f"sqlite:///{tmp_path / kind}.db"), test.title)
        if raters:
            simulated.run(store, test, raters, wrong)
        whole = len(trials(test, store.secret, ""))
        ratings = store.ratings()
        return test, ratings, results.analyse(test, ratings, len(store.raters()), whole, draws=200)

    return of


def test_mushra(outcome):
    _, _, found = outcome("mushra", raters=10, wrong=2)
    assert (found.invited, found.began, found.complete, found.counted) == (10, 10, 10, 8)
    assert len(found.excluded) == 2
    assert all(re.search(r"hidden reference below 90 in \d of 6 items", why) for why in found.excluded.values())
    assert [row["system"] for row in found.systems] == ["reference", "good", "bad", "anchor70", "anchor35"]
    for row in found.systems:
        low, high = row["median_ci95"]
        assert row["quartiles"][0] <= row["median"] <= row["quartiles"][1]
        worth = 100 if row["system"] == "reference" else simulated.WORTH[row["system"]]
        assert low - 3 <= worth <= high + 3
    by_pair = {(pair["first"], pair["second"]): pair for pair in found.pairs}
    assert by_pair["good", "bad"]["p_holm"] < 0.1  # eight raters: 2 of 256 ways, times ten pairs
    assert by_pair["good", "bad"]["difference"] == pytest.approx(35, abs=4)
    assert found.agreement > 0.8
    assert [row["item"] for row in sorted(found.items, key=lambda row: row["item"])] == [f"item {n}" for n in range(6)]
    assert all(row["anchor35"][1] < row["bad"][1] < row["good"][1] for row in found.items)
    json.dumps(found.flat(), allow_nan=False)


def test_acr(outcome):
    _, _, found = outcome("acr", raters=8)
    assert [row["system"] for row in found.systems] == ["good", "bad"]
    good = found.systems[0]
    assert good["mean"] == pytest.approx(4, abs=0.2)
    assert good["mean_ci95"][0] < good["mean"] < good["mean_ci95"][1]
    assert not found.excluded


def test_pair(outcome):
    _, _, found = outcome("pair", raters=8, systems=("good", "bad", "anchor70"))
    assert found.systems[0]["system"] == "good"
    first = {(pair["first"], pair["second"]): pair for pair in found.pairs}["good", "bad"]
    assert first["answers"] == 48
    assert first["chosen"] > 0.95
    assert found.agreement > 0.5
    assert first["binomial_p"] < 1e-9
    assert first["p"] == pytest.approx(2 / 256, abs=0.002)
    assert found.systems[0]["strength_ci95"][0] > found.systems[1]["strength"]


def test_abx_tells_what_is_heard_from_what_is_not(outcome):
    _, _, found = outcome("abx", raters=8, repeats=4, items=3)
    heard = {pair["first"]: pair for pair in found.pairs}
    assert heard["bad"]["right"] > 0.9
    assert heard["bad"]["p_holm"] < 1e-9
    assert heard["good"]["right"] < 0.75
    assert heard["good"]["answers"] == 96


def test_nothing_yet(outcome):
    _, _, found = outcome("pair", raters=0)
    assert found.warnings == ["nobody has finished a trial yet"]
    assert not found.systems


def _table(reference: list[list[float]], mid: list[list[float]]) -> Table:
    values = np.stack([np.array(reference, float), np.array(mid, float)], axis=2)
    return Table([f"r{k}" for k in range(len(values))], list("abcdefghij")[: values.shape[1]], [REFERENCE, MID], values)


def test_screening_is_the_recommendations():
    fine, low = [100] * 10, [50] * 10
    one_of_ten = [89] + [100] * 9
    two_of_ten = [89, 89] + [100] * 8
    at_the_edge = [90] * 10
    out = answers.screen(_table([fine, one_of_ten, two_of_ten, at_the_edge], [low] * 4))
    assert set(out) == {"r2"}
    assert out["r2"] == "rated the hidden reference below 90 in 2 of 10 items"
    high = [91, 91] + [50] * 8
    edge = [90] * 10
    assert set(answers.screen(_table([fine] * 8, [low] * 6 + [high, edge]))) == {"r6"}
    # the anchor of the first two items is hard to hear for three of eight raters: those items do not count
    assert answers.screen(_table([fine] * 8, [low] * 5 + [high] * 3)) == {}


def test_unfinished_trials_and_training_do_not_count(tmp_path):
    test = simulated.made("acr", items=2, training=[{"name": "t", "systems": {"good": "x.wav"}}])
    store = Store(Database(f"sqlite:///{tmp_path / 'a.db'}"), test.title)
    simulated.run(store, test, 2)
    before = len(answers.counted(store.ratings()))
    assert before == 8
    rater = store.rater(store.invite(1)[0])
    for trial in trials(test, store.secret, rater.name):
        store.rate(rater, trial, trial.conditions[0], 5, only=False)
    assert len(answers.counted(store.ratings())) == before
    assert len(store.ratings()) == 15


@pytest.mark.parametrize("kind", ["mushra", "acr", "pair", "abx"])
def test_the_page_is_whole_and_takes_no_name_as_markup(outcome, kind):
    named = "<script>alert(1)</script>"
    test, ratings, found = outcome(kind, raters=3, items=2)
    test = test.model_copy(update={"title": named})
    odd = results.Outcome(**{**vars(found), "title": named, "excluded": {"r": named}, "warnings": [named]})
    text = report.page(test, odd)
    assert "<script>alert" not in text
    assert "&lt;script&gt;alert(1)" in text
    assert not re.search(r'(src|href)="', text)
    told = re.search(r'id="results">(.*)</script></body>', text).group(1)
    assert json.loads(told)["counted"] == found.counted
    rows = list(csv.DictReader(io.StringIO(report.table(ratings))))
    assert len(rows) == len(ratings)
    assert {row["item"] for row in rows} == {"item 0", "item 1"}
    assert all(float(row["value"]) == rating.value for row, rating in zip(rows, ratings, strict=True))


def test_a_spreadsheet_computes_nothing(tmp_path):
    test = simulated.made("acr", items=1, systems=("good",))
    odd = test.model_copy(update={"items": [test.items[0].model_copy(update={"name": '=HYPERLINK("x")'})]})
    store = Store(Database(f"sqlite:///{tmp_path / 'a.db'}"), test.title)
    simulated.run(store, odd, 1)
    [row] = csv.DictReader(io.StringIO(report.table(store.ratings())))
    assert row["item"] == '\'=HYPERLINK("x")'
