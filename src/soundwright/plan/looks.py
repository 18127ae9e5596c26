"""What pictures show, and how it sounds: the rows of `tables/seen.yaml`, and what a model that looks says with them.

A picture tells what is there, not that it sounds just then; so what it names stands in the plan with how sure it is.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import Any, cast

import numpy as np

from soundwright.plan.styles import table

SURE = 0.35  # of a row; what is less sure is not named


@dataclass(frozen=True)
class Row:
    """A thing in words ("a dog"), its classes of ImageNet-1k, its sound at an instant and while it is there."""

    shows: str
    classes: tuple[int, ...]
    spot: str
    bed: str


@dataclass(frozen=True)
class Look:
    """A sound that pictures name, how sure they are (0 to 1), and the name of who looked."""

    sound: str
    sure: float
    by: str

    @property
    def reason(self) -> str:
        return f"{self.sound}, {self.sure:.0%} sure, says {self.by}"


@dataclass(frozen=True)
class Looks:
    """What was named of a film: for each of its events, and for each of its shots; None where nothing was."""

    events: list[Look | None]
    shots: list[Look | None]


@cache
def rows() -> tuple[Row, ...]:
    """All that can be named."""

    def classes(said: list[int | list[int]]) -> tuple[int, ...]:
        spans = [one if isinstance(one, list) else [one, one] for one in said]
        return tuple(number for first, last in spans for number in range(first, last + 1))

    return tuple(
        Row(row["shows"], classes(row.get("imagenet", [])), row.get("spot", ""), row.get("bed", ""))
        for row in cast("list[dict[str, Any]]", table("seen"))
    )


def named(sure: np.ndarray, kind: str, by: str) -> Look | None:
    """The likeliest sound of a `kind` ("spot", "bed") when rows are as sure as `sure` `[rows]`, if any is enough.

    What is surest of all must have such a sound: behind a dog that is plain to see, the hint of a car is not heard.
    """
    at = int(np.argmax(sure))
    sound = getattr(rows()[at], kind)
    return Look(sound, float(sure[at]), by) if sound and sure[at] >= SURE else None
