"""What trains the learned composer: human tunes and tunes by our own rules, as strains of events with their chords.

A human tune comes as written (`tunes.sheets`), counted from its tonic, so that it stands for all its transpositions;
chords are those it suggests (`harmonise`). Duple tunes are written in several ways (reels in eighths or in sixteenths),
so each is also taken in the others'. Tunes that share a tune go together to one side of the split.
"""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from soundwright.nets.composer_tokens import (
    ANY,
    GRAMMAR,
    HIGHEST,
    LENGTH_TOKEN,
    LENGTHS,
    LOWEST,
    METRES,
    MODES,
    NO_CHORD,
    TICKS,
    Event,
    Frame,
    Track,
    chord_token,
    density_token,
    register_token,
    rows,
)  # fmt: skip
from soundwright.train.harmonise import harmonise
from soundwright.train.tunes import Sheet

LONGEST_STRAIN = 16  # bars; a longer one is cut into eights
FORMULA = 10  # intervals in a row that two tunes rarely share by chance
SAME = 0.2  # share of a tune's formulas in another tune from which on they are the same tune
PER_STYLE = 120  # pieces by the rules, for each of their styles
DROPPED = 0.12  # how often a condition is hidden in training, so that the composer can do without it


@dataclass(frozen=True)
class Strain:
    frame: Frame
    events: tuple[Event, ...]


@dataclass(frozen=True)
class Tune:
    """One tune: where it comes from, and its strains in order, all of one style, metre and mode."""

    title: str
    source: str
    strains: tuple[Strain, ...]

    @property
    def notes(self) -> list[int]:
        return [pitch for strain in self.strains for pitch, _ in strain.events if pitch is not None]


STYLE_WORDS = (
    ("slip ?jig", "slip jig"), ("hornpipe|clog", "hornpipe"), ("strathspey|fling", "strathspey"), ("reel", "reel"),
    ("jig|slide", "jig"), ("march|quick ?step", "march"), ("wal[tz]|minuet|minuit", "waltz"), (r"\bair\b", "air"),
)  # fmt: skip


def style_of(sheet: Sheet) -> str:
    """A tune's style: by what the collection calls it, by its title, else by its metre."""
    for text in (sheet.rhythm, sheet.title.lower()):
        for words, style in STYLE_WORDS:
            if text and re.search(words, text):
                return style
    if sheet.collection == "oneills1850" and not sheet.rhythm and sheet.metre != "6/8":
        return "air"
    return {"6/8": "jig", "9/8": "slip jig", "3/4": "waltz", "3/8": "waltz"}.get(sheet.metre, "dance")


def rests(ticks: int) -> list[Event]:
    """Silence of any length in as few events as can be; raises `KeyError` for one shorter than the shortest."""
    out: list[Event] = []
    while ticks:
        fits = [length for length in LENGTHS if length <= ticks]
        if not fits:
            raise KeyError(ticks)
        out.append((None, fits[-1]))
        ticks -= fits[-1]
    return out


def eventful(notes: Iterable[tuple[float, float, int]], tonic: int, ticks: int) -> tuple[Event, ...]:
    """(onset, length, pitch) in quarters as events that fill `ticks`. Raises `KeyError` for what has no token."""
    out: list[Event] = []
    at = 0
    for onset, length, pitch in notes:
        start, end = round(onset * TICKS), min(round((onset + length) * TICKS), ticks)
        if start < at or end <= start:
            raise KeyError(onset)
        if not LOWEST <= pitch - tonic <= HIGHEST or end - start not in LENGTH_TOKEN:
            raise KeyError(pitch)
        out += [*rests(start - at), (pitch - tonic, end - start)]
        at = end
    return (*out, *rests(ticks - at))


def framed(frame: Frame, events: tuple[Event, ...], strain: int) -> Strain:
    """A strain whose frame tells its density and register."""
    pitches = [pitch for pitch, _ in events if pitch is not None]
    density = density_token(len(pitches), frame.ticks / TICKS)
    return Strain(
        replace(frame, density=density, register=register_token(float(np.mean(pitches))), strain=strain), events
    )


def human(sheet: Sheet) -> Tune | None:
    """A tune from its sheet, or None where it has what our tokens cannot say."""
    metre = {"2/2": "4/4"}.get(sheet.metre, sheet.metre)
    mode = {"lydian": "major", "phrygian": "minor", "locrian": "minor"}.get(sheet.mode, sheet.mode)
    if metre not in METRES:
        return None
    beats, unit = (int(part) for part in metre.split("/"))
    bar_ticks = beats * 4 * TICKS // unit
    pitches = [note[2] for _, notes in sheet.strains for note in notes]
    tonic = sheet.tonic + 12 * round((float(np.mean(pitches)) - 4 - sheet.tonic) / 12)
    strains: list[Strain] = []
    for bars, notes in sheet.strains:
        cut = bars if bars <= LONGEST_STRAIN else 8
        for first in range(0, bars - cut + 1, cut):
            start, end = first * bar_ticks / TICKS, (first + cut) * bar_ticks / TICKS
            inside = [(float(t) - start, float(d), p) for t, d, p in notes if start <= t < end]
            try:
                events = eventful(inside, tonic, cut * bar_ticks)
            except KeyError:
                return None
            if not inside:
                return None
            chords = harmonise(events, cut, bar_ticks, metre, mode)
            frame = Frame(cut, bar_ticks, chords, style_of(sheet), metre, mode)
            strains.append(framed(frame, events, len(strains)))
    return Tune(sheet.title, sheet.collection, tuple(strains)) if strains else None


def by_rules(per_style: int = PER_STYLE) -> list[Tune]:
    """Strains A and B of pieces that the rules write, in every style whose tunes the composer may learn from them."""
    from soundwright.engines.score.form import lay_out
    from soundwright.engines.score.idioms import idiom_of
    from soundwright.engines.score.ladder import Ladder
    from soundwright.engines.score.melody import tune
    from soundwright.plan.styles import styles
    from soundwright.train.grammar import plan

    out: list[Tune] = []
    for manner in GRAMMAR:
        names = [name for name in styles() if idiom_of([name]).melody == manner]
        for seed in range(per_style if names else 0):
            form = lay_out(plan(names[seed % len(names)], 100_000 + seed))
            metre = str(form.metre)
            if metre not in METRES:
                continue
            tonic, bar_ticks = Ladder(form.key).tonic, round(form.metre.bar * TICKS)
            mode = form.key.mode if form.key.mode in MODES else "minor" if form.key.is_minor else "major"
            written = tune(form, seed)
            strains: list[Strain] = []
            for k in (0, 2):
                stretch = form.stretches[k]
                chords = tuple(
                    (round((slot.start - stretch.start) * TICKS),
                     chord_token(slot.chord.root - form.key.tonic, slot.chord.intervals))
                    for bar in stretch.bars for slot in bar.slots
                )  # fmt: skip
                notes = [(t.start - stretch.start, t.length, t.pitch) for t in written[k]]
                bars = len(stretch.bars)
                try:
                    events = eventful(_snapped(notes, bars * form.metre.bar), tonic, bars * bar_ticks)
                except KeyError:
                    break
                strains.append(framed(Frame(bars, bar_ticks, chords, manner, metre, mode), events, len(strains)))
            if strains:
                out.append(Tune(f"{manner} {seed}", "rules", tuple(strains)))
    return out


def _snapped(notes: list[tuple[float, float, int]], end: float) -> list[tuple[float, float, int]]:
    """Notes with lengths that have tokens: the longest that ends before the next note and not after its own end."""
    out = []
    for k, (onset, length, pitch) in enumerate(notes):
        room = (notes[k + 1][0] if k + 1 < len(notes) else end) - onset
        ticks = round(min(length, room) * TICKS)
        fits = [one for one in LENGTHS if one <= ticks + 1 and one <= round(room * TICKS)]
        if fits:
            out.append((onset, fits[-1] / TICKS, pitch))
    return out


def rewritten(tune: Tune, factor: float, join: int, metre: str) -> Tune | None:
    """The tune with lengths times `factor` and `join` bars in one, or None where a length has no token then."""
    strains = []
    for strain in tune.strains:
        frame, events = strain.frame, tuple((pitch, ticks * factor) for pitch, ticks in strain.events)
        if frame.bars % join or any(ticks not in LENGTH_TOKEN for _, ticks in events):
            return None
        bar_ticks = round(frame.bar_ticks * factor * join)
        chords = tuple((round(at * factor), chord) for at, chord in frame.chords)
        other = replace(frame, bars=frame.bars // join, bar_ticks=bar_ticks, chords=chords, metre=metre)
        strains.append(framed(other, tuple((p, round(t)) for p, t in events), frame.strain))
    return replace(tune, strains=tuple(strains))


DUPLE = {"2/4": ((2, 1, "4/4"), (1, 2, "4/4")), "4/4": ((0.5, 2, "4/4"), (0.5, 1, "2/4"))}
"""Other ways to write a duple tune: factor of the lengths, bars in one, metre."""


def variants(tune: Tune) -> list[Tune]:
    """The tune as it is, and in the other ways of writing it."""
    ways = DUPLE.get(tune.strains[0].frame.metre, ()) if tune.source != "rules" else ()
    return [tune, *(other for way in ways if (other := rewritten(tune, *way)))]


def formulas(tune: Tune) -> set[tuple[int, ...]]:
    """Every run of `FORMULA` intervals in a tune."""
    notes = tune.notes
    steps = [b - a for a, b in pairwise(notes)]
    return {tuple(steps[k : k + FORMULA]) for k in range(len(steps) - FORMULA + 1)}


def families(tunes: Sequence[Tune]) -> list[int]:
    """A number for each tune; tunes that share more than `SAME` of their formulas have the same one."""
    parent = list(range(len(tunes)))

    def root(k: int) -> int:
        while parent[k] != k:
            parent[k] = parent[parent[k]]
            k = parent[k]
        return k

    sets = [formulas(tune) for tune in tunes]
    owners: dict[tuple[int, ...], list[int]] = defaultdict(list)
    for k, own in enumerate(sets):
        shared: dict[int, int] = defaultdict(int)
        for formula in own:
            for other in owners[formula]:
                shared[other] += 1
            owners[formula].append(k)
        for other, count in shared.items():
            if count >= SAME * min(len(own), len(sets[other])):
                parent[root(k)] = root(other)
    return [root(k) for k in range(len(tunes))]


def split(tunes: Sequence[Tune], held: float = 0.08, checked: float = 0.04) -> dict[str, list[Tune]]:
    """`train`, `check` (chooses the best epoch) and `held` (for the figures): whole families, drawn by name."""
    sides: dict[str, list[Tune]] = {"train": [], "check": [], "held": []}
    for tune, family in zip(tunes, families(tunes), strict=True):
        name = f"{tunes[family].source}|{tunes[family].title}|{family if tunes[family].title == '' else ''}"
        draw = int.from_bytes(hashlib.sha256(name.encode()).digest()[:4], "big") / 2**32
        sides["held" if draw < held else "check" if draw < held + checked else "train"].append(tune)
    return sides


def encode(tune: Tune, rng: np.random.Generator | None = None, longest: int = 320) -> tuple[np.ndarray, np.ndarray]:
    """Rows `[events, fields]` and tokens `[events, 2]`, int16; with `rng` some conditions are hidden."""
    hide = lambda: rng is not None and rng.random() < DROPPED  # noqa: E731
    no_style, no_mode, no_chords, no_density, no_register = (hide() for _ in range(5))
    lines, told = [], []
    track: Track | None = None
    for strain in tune.strains:
        frame = strain.frame
        frame = replace(
            frame,
            style=ANY if no_style else frame.style,
            mode=ANY if no_mode else frame.mode,
            chords=((0, NO_CHORD),) if no_chords else frame.chords,
            density=0 if no_density else frame.density,
            register=0 if no_register else frame.register,
        )
        track = Track(frame) if track is None else track.then(frame)
        more, after = rows(track, strain.events)
        lines += more
        told += after
    return np.array(lines[:longest], np.int16), np.array(told[:longest], np.int16)
