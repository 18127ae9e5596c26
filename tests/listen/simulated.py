"""Raters with a known opinion, whose answers go into a store as the page would send them."""

from __future__ import annotations

import numpy as np

from soundwright.listen.design import Trial
from soundwright.listen.document import ListeningTest
from soundwright.listen.session import CHOICES, Session
from soundwright.listen.store import Store

WORTH = {"reference": 97.0, "good": 75.0, "bad": 40.0, "anchor70": 35.0, "anchor35": 12.0}


def made(kind: str, items: int = 6, systems: tuple[str, ...] = ("good", "bad"), **more) -> ListeningTest:
    rows = [{"name": f"item {n}", "systems": {name: f"{name}.wav" for name in systems}} for n in range(items)]
    if kind in ("mushra", "abx"):
        rows = [row | {"reference": "ref.wav"} for row in rows]
    return ListeningTest.model_validate({"title": f"Of {kind}", "kind": kind, "items": rows, **more})


def answer(trial: Trial, kind: str, rng: np.random.Generator, lean: float, wrong: bool) -> dict[int, int]:
    """Values by place. A rater who is `wrong` rates the reference low and cannot hear what differs."""
    worth = [WORTH[name] + lean + rng.normal(0, 6) for name in trial.conditions]
    if kind == "mushra":
        values = [100 if name == "reference" else value for name, value in zip(trial.conditions, worth, strict=True)]
        values = [rng.uniform(20, 80) for _ in values] if wrong else values
        return {place: int(np.clip(round(value), 0, 100)) for place, value in enumerate(values)}
    if kind == "acr":
        return {0: int(np.clip(round(1 + (worth[0] + rng.normal(0, 12)) / 25), 1, 5))}
    if kind == "pair":
        return {int(np.argmax(worth)): 1}
    knows = not wrong and rng.uniform() < (0.95 if "bad" in trial.conditions else 0.2)
    return {trial.conditions.index(trial.x) if knows else int(rng.integers(2)): 1}


def run(store: Store, test: ListeningTest, raters: int = 16, wrong: int = 0) -> None:
    rng = np.random.default_rng(11)
    for number, token in enumerate(store.invite(raters)):
        rater = store.rater(token)
        own = Session(test, store.secret, rater.name)
        lean = rng.normal(0, 3)
        for trial in own.trials.values():
            for place, value in answer(trial, test.kind, rng, lean, number < wrong).items():
                condition, kept = own.answer(trial, own.sound(trial, str(place)), value)
                store.rate(rater, trial, condition, kept, only=test.kind in CHOICES)
            store.finish(rater, trial, own.place(trial), 1000, {}, own.most(trial))
