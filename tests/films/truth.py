"""What a test film shows, and when."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path


@dataclass(frozen=True)
class Event:
    """Something that would sound: `time_s` from the first picture on, `x` its place on the screen, 0 left to 1 right.

    Of continuous motion the time is that of contact, between pictures as it may be; of what is `sudden` it is the
    presentation time of the first picture that shows it.
    """

    time_s: float
    kind: str
    x: float
    sudden: bool = False


@dataclass(frozen=True)
class Change:
    """A change of shot: a cut (`duration_s` 0, at the first picture of the new shot) or a cross-fade from `time_s`."""

    time_s: float
    duration_s: float = 0.0


@dataclass(frozen=True)
class Truth:
    """`times_s` are the pictures' presentation times, `offset_s` is where the container's clock has the first one, and
    `background` names what was behind: footage only where a package that ships some is installed."""

    path: Path
    family: str
    seed: int
    rate: str
    events: tuple[Event, ...]
    changes: tuple[Change, ...]
    times_s: tuple[float, ...]
    duration_s: Fraction
    offset_s: float
    lag_s: float
    background: str
