"""A take of an engine with weights is heard before it is kept: one that only repeats itself, or falls silent, is played
anew from another seed.

Such models do so now and then, on some seeds and not on others. Seeds are derived from the task's own, so the same
request is the same file still.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import count
from typing import Any

from soundwright import seed
from soundwright.audio import Audio
from soundwright.engines import Card, Engine, Take, Task
from soundwright.evaluate import structure
from soundwright.evaluate.structure import Fault
from soundwright.plan.edit import EditPlan
from soundwright.progress import Progress

REROLLS = 2
LOOP_S = 20.0  # a shorter stretch may well be a few bars over and over


def render(engine: Engine, task: Task, tell: Progress, rerolls: int = REROLLS) -> Take:
    """A task's take, or the best of as many as `rerolls` more; `used` tells of all where there is more than one.

    The best has the fewest seconds at fault, the first of equals. Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    if not heard(engine.card) or not rerolls:
        return engine.render(task, tell)
    turns = count()

    def judge(take: Take) -> tuple[dict[str, Any], float]:
        tell("listen", next(turns) / (rerolls + 1), task.duration_s)
        found = faults(task, take.audio)
        return {"faults": [fault.words for fault in found]}, sum(fault.end_s - fault.start_s for fault in found)

    take, kept, told = best(lambda own: engine.render(replace(task, seed=own), tell), task.seed, rerolls + 1, judge)
    return take if len(told) == 1 else replace(take, used=take.used | {"takes": told, "seed": kept["seed"]})


def best(
    make: Callable[[int], Take], first: int, tries: int, judge: Callable[[Take], tuple[dict[str, Any], float]]
) -> tuple[Take, dict[str, Any], list[dict[str, Any]]]:
    """Of takes from a `first` seed and those that follow from it the one that nothing is wrong with, else the least
    wrong of `tries`, the first of equals; its row, and the rows of all: their seeds and what `judge` told.

    `judge` tells of a take, and how wrong it is: 0 for nothing.
    """
    takes: list[tuple[float, Take, dict[str, Any]]] = []
    for number in range(tries):
        own = again(first, number)
        take = make(own)
        told, wrong = judge(take)
        takes.append((wrong, take, {"seed": own, **told}))
        if not wrong:
            break
    _, take, kept = min(takes, key=lambda one: one[0])
    return take, kept, [row for _, _, row in takes]


def heard(card: Card) -> bool:
    """Whether an engine's takes are heard: those of weights that are here. Embedded engines play what is written, and
    another take of an API costs money."""
    return bool(card.checkpoints) and card.extra != "hosted"


def again(first: int, number: int) -> int:
    """The seed of a task's next takes; that of the first is its own."""
    return int(seed.stream(first, "take", number).integers(2**31)) if number else first


def faults(task: Task, sound: Audio) -> list[Fault]:
    """What a task's sound should be played anew for: loops where none was asked for, and silences before the ring of
    its ending. Of a sound that is edited, what is new is heard."""
    spans = task.plan.new if isinstance(task.plan, EditPlan) else []
    start, end = (round(edge * sound.rate) for edge in spans[-1]) if spans else (0, sound.frames)
    new = Audio(sound.samples[:, start:end], sound.rate)
    if new.duration_s < structure.SHORTEST_S:
        return []
    rings_from_s = new.duration_s - getattr(task.plan, "ring_s", 0.0)
    found = structure.faults(new, plan_loop=task.loop or new.duration_s < LOOP_S)
    return [fault for fault in found if fault.kind != "drifts" and fault.start_s < rings_from_s]


def note(used: dict[str, Any], what: str) -> list[str]:
    """What a person is told of a take that was played anew: nothing of one that was not."""
    takes = used.get("takes", [])
    if not takes:
        return []
    kept = next(row for row in takes if row["seed"] == used["seed"])
    still = f", and the best of {len(takes)} still {_and(kept['faults'])}" if kept["faults"] else ""
    return [f"{what} was played anew, for it {_and(takes[0]['faults'])}{still}"]


def _and(words: list[str]) -> str:
    return " and ".join(words)
