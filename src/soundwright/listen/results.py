"""What a test found, as plain rows: for each system, for each two of them, and whose answers count."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import combinations
from typing import Any

import numpy as np

from soundwright.evaluate import bootstrap
from soundwright.listen import answers, inference
from soundwright.listen.answers import Table
from soundwright.listen.design import item_of
from soundwright.listen.document import ListeningTest
from soundwright.listen.store import Rating

DRAWS = 1000
PRIOR = 0.1  # wins both ways in Bradley-Terry: a system that always wins is 10 times or so further up, not infinitely
FEW = 20  # raters that BS.1534-3 advises


@dataclass(frozen=True)
class Outcome:
    """`systems` from the best to the worst, `pairs` of them, `items` with lower quartile, median and upper quartile of
    each system; `singles` are the values behind each system's row."""

    kind: str
    title: str
    invited: int
    began: int
    complete: int
    counted: int
    answers: int
    excluded: dict[str, str] = field(default_factory=dict)
    agreement: float | None = None
    agreement_measure: str = ""
    systems: list[dict[str, Any]] = field(default_factory=list)
    pairs: list[dict[str, Any]] = field(default_factory=list)
    items: list[dict[str, Any]] = field(default_factory=list)
    singles: dict[str, list[float]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    def flat(self) -> dict[str, Any]:
        """One JSON object."""
        return {name: value for name, value in vars(self).items() if name != "singles"}


def analyse(
    test: ListeningTest, ratings: Sequence[Rating], invited: int, trials: int, *, seed: int = 0, draws: int = DRAWS
) -> Outcome:
    """The outcome of all answers; `trials` is how many a rater has who is through, training among them."""
    rows = answers.counted(ratings)
    done: dict[str, set[str]] = {}
    for rating in ratings:
        if rating.done:
            done.setdefault(rating.rater, set()).add(rating.trial)
    began = len({rating.rater for rating in ratings})
    complete = sum(len(keys) == trials for keys in done.values())
    head = (test.kind, test.title, invited, began, complete)
    if not rows:
        return Outcome(*head, 0, 0, warnings=["nobody has finished a trial yet"])
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # means of nothing, in draws that have none
        found = WAYS[test.kind](rows, seed, draws)
    counted = len({rating.rater for rating in rows} - set(found.get("excluded", {})))
    said = [f"{counted} raters count; about {FEW} are advised"] if counted < FEW else []
    found["warnings"] = [*said, *found.get("warnings", [])]
    return Outcome(*head, counted, len(rows), **found)


def _scales(rows: list[Rating], screened: bool, seed: int, draws: int) -> dict[str, Any]:
    """MUSHRA and ACR: mean, median and quartiles of each system, and the difference of each two."""
    table = answers.table(rows)
    excluded = answers.screen(table) if screened else {}
    kept = [rater for rater in table.raters if rater not in excluded]
    if not kept:
        return {"excluded": excluded}
    table = table.keep(kept)
    systems = [_row(table, name, seed, draws) for name in table.conditions]
    systems.sort(key=lambda row: (row["median"], row["mean"]) if screened else row["mean"], reverse=True)
    names = [row["system"] for row in systems]
    pairs = [_difference(table, first, second, seed, draws) for first, second in combinations(names, 2)]
    flat = table.values.reshape(len(table.raters), -1)
    singles = {name: table.of(name)[np.isfinite(table.of(name))].tolist() for name in names}
    return {
        "excluded": excluded,
        "agreement": _number(inference.alpha(flat)),
        "agreement_measure": "Krippendorff's alpha",
        "systems": systems,
        "pairs": _corrected(pairs),
        "items": [_of_item(table, place, names) for place in range(len(table.items))],
        "singles": singles,
    }


def _row(table: Table, name: str, seed: int, draws: int) -> dict[str, Any]:
    values = table.of(name)
    given = values[np.isfinite(values)]
    middle = bootstrap.of_crossed(
        lambda drawn: np.array([np.nanmean(drawn), np.nanmedian(drawn)]), values, seed=seed, draws=draws
    )
    low, median, high = np.quantile(given, [0.25, 0.5, 0.75])
    return {
        "system": name,
        "answers": len(given),
        "mean": float(given.mean()),
        "mean_ci95": _ends(middle[:, 0]),
        "median": float(median),
        "median_ci95": _ends(middle[:, 1]),
        "quartiles": [float(low), float(high)],
    }


def _of_item(table: Table, place: int, names: list[str]) -> dict[str, Any]:
    """The median and quartiles of each system on one item."""
    row: dict[str, Any] = {"item": table.items[place]}
    for name in names:
        given = table.of(name)[:, place]
        given = given[np.isfinite(given)]
        row[name] = [float(end) for end in np.quantile(given, [0.25, 0.5, 0.75])] if len(given) else None
    return row


def _difference(table: Table, first: str, second: str, seed: int, draws: int) -> dict[str, Any]:
    apart = table.of(first) - table.of(second)
    return {
        "first": first,
        "second": second,
        "difference": _number(np.nanmean(apart)),
        "difference_ci95": _ends(bootstrap.of_crossed(np.nanmean, apart, seed=seed, draws=draws)),
        "p": _number(inference.signs(apart, seed=seed)),
    }


def _chosen(rows: list[Rating], seed: int, draws: int) -> dict[str, Any]:
    """Preferences: how often each was chosen over each, and Bradley-Terry strengths."""
    wins, raters, names = _wins(rows)

    def strengths(drawn: np.ndarray) -> np.ndarray:
        return inference.bradley_terry(np.nansum(drawn, axis=(0, 1)), PRIOR)

    strength = strengths(wins)
    ends = bootstrap.of_crossed(strengths, wins, seed=seed, draws=min(draws, 400))
    total = np.nansum(wins, axis=(0, 1))
    systems: list[dict[str, Any]] = [
        {
            "system": name,
            "answers": round(total[at].sum() + total[:, at].sum()),
            "chosen": float(total[at].sum() / (total[at].sum() + total[:, at].sum())),
            "strength": float(strength[at]),
            "strength_ci95": _ends(ends[:, at]),
        }
        for at, name in enumerate(names)
    ]
    systems.sort(key=lambda row: row["strength"], reverse=True)
    order = [names.index(row["system"]) for row in systems]
    pairs = []
    for i, j in combinations(order, 2):
        games = total[i, j] + total[j, i]
        if not games:
            continue
        net = wins[:, :, i, j] - wins[:, :, j, i]
        share = bootstrap.of_crossed(lambda drawn: np.nanmean(drawn) / 2 + 0.5, net, seed=seed, draws=draws)
        pairs.append(
            {
                "first": names[i],
                "second": names[j],
                "answers": round(games),
                "chosen": float(total[i, j] / games),
                "chosen_ci95": _ends(share),
                "binomial_p": _binomial(_whole(wins[:, :, i, j]), _whole(wins[:, :, j, i]), "two-sided"),
                "p": _number(inference.signs(net, seed=seed)),
            }
        )
    always = [f"{pair['first']} over {pair['second']}" for pair in pairs if pair["chosen"] == 1]
    return {
        "systems": systems,
        "pairs": _corrected(pairs),
        "agreement": _number(inference.agreement(_units(rows, raters))),
        "agreement_measure": "Kendall's u",
        "warnings": [f"always chosen: {', '.join(always)}; strengths are then held finite by a small prior"]
        if always
        else [],
    }


def _wins(rows: list[Rating]) -> tuple[np.ndarray, list[str], list[str]]:
    """`[raters, items, n, n]`: 1 where i was chosen over j, 1/2 both ways without a difference, NaN where not asked."""
    raters = list(dict.fromkeys(row.rater for row in rows))
    items = list(dict.fromkeys(item_of(row.trial)[1] for row in rows))
    names = sorted({name for row in rows for name in item_of(row.trial)[2]})
    wins = np.full((len(raters), len(items), len(names), len(names)), np.nan)
    for row in rows:
        _, item, both = item_of(row.trial)
        i, j = (names.index(name) for name in both)
        at = (raters.index(row.rater), items.index(item))
        first = 0.5 if not row.condition else float(row.condition == both[0])
        wins[(*at, i, j)], wins[(*at, j, i)] = first, 1 - first
    return wins, raters, names


def _units(rows: list[Rating], raters: list[str]) -> np.ndarray:
    """Choices `[raters, trials]` as numbers: 0 the first of the pair, 1 the second, 0.5 neither."""
    trials = list(dict.fromkeys(row.trial for row in rows))
    units = np.full((len(raters), len(trials)), np.nan)
    for row in rows:
        both = item_of(row.trial)[2]
        units[raters.index(row.rater), trials.index(row.trial)] = both.index(row.condition) if row.condition else 0.5
    return units


def _heard(rows: list[Rating], seed: int, draws: int) -> dict[str, Any]:
    """ABX: how often each two were told apart, against guessing."""
    pairs = []
    for both in sorted({tuple(item_of(row.trial)[2]) for row in rows}):
        own = [row for row in rows if tuple(item_of(row.trial)[2]) == both]
        raters = list(dict.fromkeys(row.rater for row in own))
        items = list(dict.fromkeys(item_of(row.trial)[1] for row in own))
        right, asked = np.zeros((2, len(raters), len(items)))
        for row in own:
            at = raters.index(row.rater), items.index(item_of(row.trial)[1])
            right[at] += row.value
            asked[at] += 1
        share = bootstrap.of_crossed(
            lambda drawn: drawn[..., 0].sum() / drawn[..., 1].sum(),
            np.stack([right, asked], axis=2),
            seed=seed,
            draws=draws,
        )
        pairs.append(
            {
                "first": both[0],
                "second": both[1],
                "answers": len(own),
                "right": float(right.sum() / len(own)),
                "right_ci95": _ends(share),
                "p": _binomial(int(right.sum()), int(len(own) - right.sum()), "greater"),
            }
        )
    return {"pairs": _corrected(pairs)}


WAYS: dict[str, Callable[[list[Rating], int, int], dict[str, Any]]] = {
    "mushra": lambda rows, seed, draws: _scales(rows, True, seed, draws),
    "acr": lambda rows, seed, draws: _scales(rows, False, seed, draws),
    "pair": _chosen,
    "abx": _heard,
}


def _binomial(chosen: int, other: int, side: str) -> float:
    from scipy.stats import binomtest

    return float(binomtest(chosen, chosen + other, 0.5, side).pvalue) if chosen + other else 1.0


def _whole(wins: np.ndarray) -> int:
    """Choices without those of no difference."""
    return int(np.sum(wins == 1))


def _corrected(pairs: list[dict[str, Any]]) -> list[dict[str, Any]]:
    asked = [place for place, pair in enumerate(pairs) if pair["p"] is not None]
    for place, value in zip(asked, inference.holm([pairs[at]["p"] for at in asked]), strict=True):
        pairs[place]["p_holm"] = value
    return pairs


def _ends(values: np.ndarray) -> list[float | None]:
    return [_number(value) for value in values]


def _number(value: Any) -> float | None:
    return float(value) if np.isfinite(value) else None
