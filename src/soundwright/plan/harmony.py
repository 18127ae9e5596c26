"""Chords for sections: progressions by idiom and by what a section does, drawn once for each motif of a piece.

The idioms are rows of `tables/harmony.yaml`, in Roman numerals. A section's name tells its function (verse and theme
are A, chorus and drop B, bridge and breakdown C ...). Sections of one motif share their progression, so a chorus comes
back the same; other motifs get other progressions. Rounds that repeat inside a section may turn in their last two bars,
and the last bars of a piece close it by the idiom's cadence (or, in a loop, lead back).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import numpy as np

from soundwright.plan.roman import chord_in
from soundwright.plan.styles import table
from soundwright.plan.theory import PARENTS, Chord, Key, usual
from soundwright.plan.tonality import clearness
from soundwright.seed import stream

FUNCTIONS = {
    "A": "A", "verse": "A", "theme": "A", "head": "A", "riff": "A", "B": "B", "chorus": "B", "hook": "B", "drop": "B",
    "climax": "B", "refrain": "B", "montuno": "B", "C": "C", "D": "C", "bridge": "C", "breakdown": "C", "dub": "C",
    "trio": "C", "middle": "C", "build": "build", "pre-chorus": "build", "rise": "build", "solo": "solo",
    "intro": "intro", "outro": "outro", "coda": "outro", "ending": "outro",
}  # fmt: skip
"""What a section does, by its name without a number ("verse 2" is a verse). A name not in here does what A does."""

STANDS_FOR = {"build": "C", "solo": "B", "intro": "A", "outro": "A", "C": "B", "B": "A"}
"""Whose progressions a function takes where the idiom has none for it."""

NEAR_MODES = {"harmonic minor": "minor", "melodic minor": "minor", "locrian": "phrygian", "blues": "mixolydian"}
FALLBACK = {"major": "pop", "minor": "cinematic"}
"""Idioms for major and minor where the piece's own has only the other."""

TURN_CHANCE = {"loop": 0.25, "modal": 0.4}
"""Chance that a repeated round turns at its end: idioms that live on the loop rarely do, functional ones often."""

DRAWS = 8
PLAIN = 0.08
"""By how much the chords' own key must fit better than any other (the median over idioms is about 0.1)."""

APPROACH = {"functional": "V7", "plagal": "IV", "modal": "bVII"}
APPROACH_ROOTS = {"functional": {7, 1, 11}, "plagal": {5, 7}, "modal": {10, 7, 5, 1, 2, 8}}
"""The chord before the last one in each kind of close, and roots above the tonic that will do as well."""


@dataclass(frozen=True)
class Span:
    """What the writer of chords needs to know of a section; `key` where it is not the piece's."""

    name: str
    motif: str
    bars: int
    key: Key | None = None


@dataclass(frozen=True)
class _Source:
    """Progressions of one idiom in one mode: functions to choices, the key to read them in, and how pieces end."""

    choices: dict[str, list[list[str]]]
    key: Key
    close: str
    tonic: str
    colour: str = ""


def function_of(name: str) -> str:
    """What a section of that name does: A, B, C, build, solo, intro or outro."""
    bare = name.strip().rstrip("0123456789 ").removeprefix("final ").removeprefix("last ")
    return FUNCTIONS.get(bare) or FUNCTIONS.get(bare.lower()) or "A"


def write_chords(spans: Sequence[Span], *, idiom: str, key: Key, seed: int, loop: bool = False) -> list[list[str]]:
    """Chord symbols for each section, one entry a bar ("F G" shares a bar), as many as the section has bars.

    Of `DRAWS` draws the first that says its key plainly is taken, or else the plainest.
    """
    best, plainest = [], -np.inf
    for draw in range(DRAWS):
        own = seed if draw == 0 else int(stream(seed, "harmony", "draw", draw).integers(2**62))
        chords = _written(spans, idiom, key, own, loop)
        plain = clearness((bar for section in chords for bar in section), key)
        if plain > plainest:
            best, plainest = chords, plain
        if plain >= PLAIN:
            break
    return best


def _written(spans: Sequence[Span], idiom: str, key: Key, seed: int, loop: bool) -> list[list[str]]:
    source = _source(idiom, key)
    drawn: dict[str, list[str]] = {}
    for span in spans:
        _draw(span, spans, source, drawn, seed)
    written = [_fill(drawn[span.motif], span, source, seed) for span in spans]
    sources = [_source(idiom, span.key or key) for span in spans]
    if not loop:
        _close(written, sources[-1])
    return [[_symbols(bar, own) for bar in section] for section, own in zip(written, sources, strict=True)]


@lru_cache(maxsize=1)
def idioms() -> dict[str, dict[str, Any]]:
    """The rows of the table of harmony."""
    return table("harmony")


def _source(idiom: str, key: Key) -> _Source:
    row = idioms()[idiom]
    mode = key.mode if key.mode in row else PARENTS.get(key.mode, key.mode)
    near = NEAR_MODES.get(mode, mode)
    base = "minor" if key.is_minor else "major"
    colour = ""
    for candidate in (mode, near):
        if candidate in row:
            found, mode = row[candidate], candidate
            break
    else:
        if mode in idioms()["modes"] or near in idioms()["modes"]:
            mode = mode if mode in idioms()["modes"] else near
            found, colour = idioms()["modes"][mode], row.get("colour", "")
        else:
            mode = base
            found = row.get(base) or idioms()[FALLBACK[base]][base]
            colour = "" if base in row else row.get("colour", "")
    choices = {function: [_bars(text) for text in texts.split(";")] for function, texts in found.items()}
    reading = Key(key.tonic, mode, key.spelling) if mode != "blues" else Key(key.tonic, "major", key.spelling)
    return _Source(choices, reading, row["close"], row["tonic"][key.is_minor], colour)


def _bars(text: str) -> list[str]:
    bars: list[str] = []
    for word in text.replace("|", " ").split():
        bars.append(bars[-1] if word == "%" else word)
    return bars


def _draw(span: Span, spans: Sequence[Span], source: _Source, drawn: dict[str, list[str]], seed: int) -> None:
    """Draw the progression of a motif that has none yet, other than those of the motifs before it."""
    if span.motif in drawn:
        return
    function = function_of(span.name)
    if function not in source.choices and function in {"intro", "outro", "solo"}:
        wanted = STANDS_FOR[function]
        same = next((other for other in spans if function_of(other.name) == wanted), None)
        if same is not None:
            _draw(same, spans, source, drawn, seed)
            drawn[span.motif] = drawn[same.motif]
            return
    while function not in source.choices:
        function = STANDS_FOR[function]
    options = source.choices[function]
    if "short" in source.choices and span.bars < min(len(option) for option in options):
        options = source.choices["short"]
    fitting = [o for o in options if span.bars % len(o) == 0] or [o for o in options if len(o) <= span.bars] or options
    fresh = [option for option in fitting if option not in drawn.values()] or fitting
    drawn[span.motif] = fresh[int(stream(seed, "harmony", span.motif).integers(len(fresh)))]


def _fill(progression: list[str], span: Span, source: _Source, seed: int) -> list[str]:
    """A progression brought to the section's number of bars."""
    cycle, bars = len(progression), span.bars
    if bars <= cycle:
        return [*progression[: bars - 2], *progression[-2:]] if 4 <= bars < cycle else progression[:bars]
    rounds, rest = divmod(bars, cycle)
    filled = progression * rounds
    rng = stream(seed, "turn", span.motif)
    turns = [turn for turn in source.choices.get("turn", []) if len(turn) == 2]
    if turns and rounds > 1 and cycle <= 8 and rng.random() < TURN_CHANCE.get(source.close, 0.7):
        filled[-2:] = turns[int(rng.integers(len(turns)))]
    return filled + (progression[-rest:] if rest else [])


def _close(written: list[list[str]], source: _Source) -> None:
    """End the piece: the last bar on the tonic, the one before on a chord that leads there."""
    bars = [(section, k) for section in written for k in range(len(section))]
    section, k = bars[-1]
    section[k] = source.tonic
    if len(bars) < 3 or source.close == "loop":
        return
    section, k = bars[-2]
    before = Chord.parse(_symbols(section[k], source).split()[-1])
    if (before.root - source.key.tonic) % 12 not in APPROACH_ROOTS[source.close]:
        approach = "bII" if "phrygian" in source.key.mode else APPROACH[source.close]
        section[k] = approach + ("5" if source.tonic.endswith("5") else "")


def _symbols(bar: str, source: _Source) -> str:
    return " ".join(_coloured(chord_in(numeral, source.key), source) for numeral in bar.split(","))


def _coloured(symbol: str, source: _Source) -> str:
    chord = Chord.parse(symbol)
    if not source.colour or chord.quality not in {"", "m"}:
        return symbol
    root, _, bass = symbol.partition("/")
    name = root.removesuffix("m")
    slash = f"/{bass}" if bass else ""
    if source.colour == "power":
        return name + "5"
    scale = {(source.key.tonic + step) % 12 for step in source.key.degrees}
    seventh = "maj7" if not chord.is_minor and (chord.root + 11) % 12 in scale else "7"
    return root + seventh + slash


def plain_tonic(key: Key) -> str:
    """The triad on the tonic, for what must sound without any progression."""
    return usual(key.tonic, key.mode).spelling + ("m" if key.is_minor else "")
