"""Answers as tables, and whose count: screening after ITU-R BS.1534-3."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from soundwright.listen.design import item_of
from soundwright.listen.document import MID, REFERENCE
from soundwright.listen.store import Rating

HIGH, SHARE, EASY_SHARE = 90.0, 0.15, 0.25  # BS.1534-3: post-screening


@dataclass(frozen=True, eq=False)
class Table:
    """Values `[raters, items, conditions]`, NaN where there is no answer."""

    raters: list[str]
    items: list[str]
    conditions: list[str]
    values: np.ndarray

    def of(self, condition: str) -> np.ndarray:
        """The answers `[raters, items]` to one condition."""
        return self.values[:, :, self.conditions.index(condition)]

    def keep(self, raters: Sequence[str]) -> Table:
        places = [self.raters.index(rater) for rater in raters]
        return Table(list(raters), self.items, self.conditions, self.values[places])


def counted(ratings: Sequence[Rating]) -> list[Rating]:
    """The answers that count: of the test, not of training, in trials that were finished."""
    return [rating for rating in ratings if rating.done and item_of(rating.trial)[0] == "test"]


def table(ratings: Sequence[Rating]) -> Table:
    """Ratings of single sounds (MUSHRA, ACR) by rater, item and condition, in the order in which they first come."""
    rows = [(rating.rater, item_of(rating.trial)[1], rating.condition, rating.value) for rating in ratings]
    raters = list(dict.fromkeys(row[0] for row in rows))
    items = list(dict.fromkeys(row[1] for row in rows))
    conditions = list(dict.fromkeys(row[2] for row in rows))
    values = np.full((len(raters), len(items), len(conditions)), np.nan)
    for rater, item, condition, value in rows:
        values[raters.index(rater), items.index(item), conditions.index(condition)] = value
    return Table(raters, items, conditions, values)


def screen(answers: Table) -> dict[str, str]:
    """Raters whose MUSHRA answers do not count, each with the reason.

    Out is who rates the hidden reference below 90 in more than 15 % of the items, or the mid-range anchor above 90 in
    more than 15 %; an item whose mid-range anchor more than a quarter of the raters put above 90 is left out of the
    second rule, for there the filter takes little away.
    """
    out: dict[str, str] = {}
    rules = [(REFERENCE, "the hidden reference below 90", lambda values: values < HIGH)]
    rules.append((MID, "the mid-range anchor above 90", lambda values: values > HIGH))
    for condition, words, missed in rules:
        if condition not in answers.conditions:
            continue
        values = answers.of(condition)
        wrong, given = missed(values), np.isfinite(values)
        if condition == MID:
            given = given & (wrong.sum(axis=0) <= EASY_SHARE * given.sum(axis=0))
        for rater, row, has in zip(answers.raters, wrong & given, given, strict=True):
            if row.sum() > SHARE * has.sum():
                out.setdefault(rater, f"rated {words} in {row.sum()} of {has.sum()} items")
    return out
