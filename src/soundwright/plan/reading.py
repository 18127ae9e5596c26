"""A prompt while it is read: its text with a mark on each word that has been understood, and what it said."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache

PLAIN = {"\u2019": "'", "\u2013": "-", "\u2014": " - ", "\u2011": "-", "\u201c": '"', "\u201d": '"'}
"""Typographic quotes and dashes, as they come from word processors, and what is read for them."""


@dataclass
class Text:
    """A prompt in lower case beside its original, with a mark on each character that has been understood."""

    original: str
    lower: str = ""
    used: list[bool] = field(default_factory=list)
    barred: list[tuple[int, int]] = field(default_factory=list)  # stretches that say what is not wanted

    def __post_init__(self) -> None:
        for typographic, plain in PLAIN.items():
            self.original = self.original.replace(typographic, plain)
        self.lower = "".join(c.lower() if len(c.lower()) == 1 else c for c in self.original)
        self.used = [False] * len(self.lower)

    def find(self, pattern: str, *, take: bool = True, fresh: bool = True) -> re.Match[str] | None:
        """The first match in the lower-case text (in words not yet understood, when `fresh`); marks it understood."""
        for match in re.finditer(pattern, self.lower):
            if not (fresh and any(self.used[match.start() : match.end()])):
                if take:
                    self.take(*match.span())
                return match
        return None

    def take(self, start: int, end: int) -> None:
        self.used[start:end] = [True] * (end - start)

    def phrases(self, known: Iterable[str]) -> list[tuple[int, int, str]]:
        """Where which of the `known` phrases stand as whole words, the longest at each place, none overlapping."""
        found = [(*match.span(), match[0]) for match in _any_of(tuple(known)).finditer(self.lower)]
        return [(a, b, phrase) for a, b, phrase in found if all(b <= start or a >= end for start, end in self.barred)]

    def left(self) -> str:
        """What has not been understood yet, the rest blanked."""
        return "".join(" " if used else c for c, used in zip(self.lower, self.used, strict=True))


@lru_cache(maxsize=64)
def _any_of(known: tuple[str, ...]) -> re.Pattern[str]:
    words = "|".join(re.escape(phrase) for phrase in sorted(set(known), key=lambda p: (-len(p), p)))
    return re.compile(rf"(?<![\w#/-])(?:{words})(?![\w]|-(?:free|less)\b)")


@dataclass
class Reading:
    """What a prompt says outright. Empty fields were not said."""

    bpm: float | None = None
    pace: float | None = None
    half_time: bool = False
    tonic: str = ""
    mode: str = ""
    metre: str = ""
    length_s: float | None = None
    sections: list[tuple[str, int, float]] = field(default_factory=list)  # name, bars, energy
    featured: list[str] = field(default_factory=list)  # sections to add: "solo", "drop"
    builds: bool = False
    ending: str = ""
    asked: list[str] = field(default_factory=list)  # words for instruments, in order
    only: bool = False  # nothing but those
    size: int | None = None  # how many play: a trio, a quartet
    soloist: str = ""  # who plays the solo section
    excluded: set[str] = field(default_factory=set)  # instruments to leave out
    without: list[str] = field(default_factory=list)  # the words for it
    unwanted: list[str] = field(default_factory=list)  # other words after "no": styles, moods
    understood: dict[str, str] = field(default_factory=dict)
