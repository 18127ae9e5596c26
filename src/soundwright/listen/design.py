"""Who hears what, in which order: a rater's trials, drawn from the test's secret, and the names they are known by.

A rater is told nothing but opaque names: each is an HMAC of the rater, the trial and the place in it, so that nobody
can tell from a name what is behind it, or that two raters hear the same. The order is drawn anew for each rater, of the
trials and within each; the same rater always gets the same one.
"""

from __future__ import annotations

import hashlib
import hmac
import json
from dataclasses import dataclass
from itertools import combinations

import numpy as np

from soundwright import seed as seeds
from soundwright.listen.document import REFERENCE, Item, ListeningTest


@dataclass(frozen=True)
class Trial:
    """One page: `conditions` in this rater's order; `open` is the reference shown as such, `x` what X is in ABX."""

    phase: str
    item: str
    conditions: tuple[str, ...]
    open: str = ""
    x: str = ""
    number: int = 0

    @property
    def key(self) -> str:
        """The trial's name in the database: the same in every order."""
        return json.dumps([self.phase, self.item, sorted(self.conditions), self.number], ensure_ascii=False)

    @property
    def sounds(self) -> dict[str, str]:
        """What is played, by its place: "0", "1", ... in order, "reference" and "x" where there are such."""
        more = ({"reference": self.open} if self.open else {}) | ({"x": self.x} if self.x else {})
        return {str(place): name for place, name in enumerate(self.conditions)} | more


def item_of(key: str) -> tuple[str, str, list[str]]:
    """Phase, item and conditions of a trial's name in the database."""
    phase, item, conditions, _ = json.loads(key)
    return phase, item, conditions


def opaque(secret: str, *path: str) -> str:
    """A name of 32 hexadecimal digits that only the secret can connect with `path`."""
    return hmac.new(secret.encode(), json.dumps(path).encode(), hashlib.sha256).hexdigest()[:32]


def trials(test: ListeningTest, secret: str, rater: str) -> tuple[Trial, ...]:
    """All trials of a rater, training first, each part in an order of its own."""
    seed = int(opaque(secret, "order", rater), 16)
    parts = []
    for phase, items in test.phases():
        made = [trial for item in items for trial in _of_item(test, phase, item, seed)]
        order = seeds.stream(seed, phase, "trials").permutation(len(made))
        parts += [made[at] for at in order]
    return tuple(parts)


def _of_item(test: ListeningTest, phase: str, item: Item, seed: int) -> list[Trial]:
    rng = seeds.stream(seed, phase, item.name)
    conditions = test.conditions(item)
    if test.kind == "mushra":
        return [Trial(phase, item.name, _mixed(conditions, rng), open=REFERENCE)]
    if test.kind == "acr":
        return [Trial(phase, item.name, (name,)) for name in conditions]
    if test.kind == "pair":
        shown = REFERENCE if item.reference else ""
        return [Trial(phase, item.name, _mixed(pair, rng), open=shown) for pair in combinations(item.systems, 2)]
    pairs = [(REFERENCE, name) for name in item.systems] if item.reference else combinations(item.systems, 2)
    made = []
    for pair in pairs:
        for number in range(test.repeats if phase == "test" else 1):
            shown = _mixed(pair, rng)
            made.append(Trial(phase, item.name, shown, x=shown[rng.integers(2)], number=number))
    return made


def _mixed(names: list[str] | tuple[str, ...], rng: np.random.Generator) -> tuple[str, ...]:
    return tuple(names[at] for at in rng.permutation(len(names)))
