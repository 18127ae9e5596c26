"""Strains: eight bars or so of tune, made of cells that are repeated, sequenced and answered.

A cell is two bars of rhythm and a contour in scale steps. A form such as "abac" says which cell each two-bar unit
sounds: the same letter on the same chords is the same music, on other chords it bends to them. Phrases of four bars
end open (on a tone of the fifth's chord) and closed (on the tonic) in turn: antecedent and consequent.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from soundwright.engines.score.form import Form
from soundwright.engines.score.grid import Metre
from soundwright.engines.score.ladder import Ladder
from soundwright.engines.score.rhythm import Rhythm, bar_rhythm
from soundwright.engines.score.tunes import Tune

LEAPS = ((2, 0.66), (3, 0.2), (4, 0.1), (5, 0.03), (7, 0.01))  # sizes in steps of moves that are no step
WIDEST = 8  # a contour stays within so many steps of its first note


@dataclass(frozen=True, slots=True)
class Tone:
    """A note of the tune: place and length in quarters, step on the ladder, and the pitch it has there."""

    start: float
    length: float
    step: int
    pitch: int
    strong: bool
    closing: bool = False


@dataclass(frozen=True)
class Cell:
    """A rhythm over `bars` bars and a contour: steps relative to the first note."""

    rhythm: Rhythm
    contour: tuple[int, ...]
    bars: int
    sequence: bool = False  # the second bar is the first one on another step


def contour(rng: np.random.Generator, count: int, tune: Tune) -> tuple[int, ...]:
    """A line of `count` steps: mostly stepwise, leaps turned back, direction kept for a while."""
    line, direction, last = [0], 1 if rng.random() < 0.6 else -1, 0
    sizes, chances = zip(*LEAPS, strict=True)
    for _ in range(count - 1):
        if abs(last) >= 3:
            direction = -int(np.sign(last))
        elif rng.random() < 0.32:
            direction = -direction
        draw = rng.random()
        if draw < tune.repeats:
            move = 0
        elif draw < tune.repeats + tune.skips and abs(last) < 4:
            move = direction * int(rng.choice(sizes, p=chances))
        else:
            move = direction
        if abs(line[-1] + move) > WIDEST or line[-1] + move < -5:
            move, direction = -move, -direction
        line.append(line[-1] + move)
        last = move
    return tuple(line)


def invent(
    rng: np.random.Generator, tune: Tune, metre: Metre, bars: int, density: float, like: Cell | None = None
) -> Cell:
    """A new cell; with `like`, one that keeps that cell's first bar of rhythm (a variant of the same idea)."""
    rows: list[Rhythm] = []
    sequence = rng.random() < tune.sequence
    for k in range(bars):
        if k == 0 and like is not None and rng.random() < 0.6:
            rows.append(tuple(item for item in like.rhythm if item[0] < metre.bar))
        elif k % 2 == 1 and (sequence or rng.random() < 0.2):
            rows.append(rows[k - 1])
        else:
            rows.append(bar_rhythm(rng, metre, tune.rhythm, tune.dotted, density))
    if not rows[0]:
        rows[0] = ((0.0, min(1.0, metre.bar)),)
    rhythm = tuple((at + k * metre.bar, length) for k, items in enumerate(rows) for at, length in items)
    if like is not None and rng.random() < 0.3 and len(like.contour) >= 2:  # the same idea turned upside down
        line = tuple(-x for x in like.contour[: len(rhythm)])
        line += tuple(line[-1] + x for x in contour(rng, len(rhythm) - len(line) + 1, tune)[1:])
        return Cell(rhythm, line, bars)
    line = contour(rng, len(rhythm), tune)
    if sequence and bars == 2:  # the second bar is the first one, carried elsewhere
        count, shift = len(rows[0]), int(rng.choice([-2, -1, 0, 0, 0, 1, 2]))
        line = line[:count] + tuple(x + shift for x in line[:count])
    return Cell(rhythm, line, bars, sequence)


def realise(
    cell: Cell,
    start: float,
    anchor: int,
    form: Form,
    ladder: Ladder,
    bars: int,
    recalled: bool = False,
    floor: int = -9,
) -> list[Tone]:
    """The cell's notes from `start` on the chords there: strong notes are bent to the nearest chord tone.

    A `recalled` cell is known already and bends on downbeats only, so that it is heard as the same.
    What falls under `floor` is turned back up.
    """
    metre = form.metre
    first, last = ladder.nearest(anchor, form.chord_at(start)), 0
    out: list[Tone] = []
    for (at, length), offset in zip(cell.rhythm, cell.contour, strict=True):
        if at >= bars * metre.bar - 1e-6:
            break
        chord = form.chord_at(start + at)
        step = first + offset
        step = step if step >= floor else 2 * floor - step
        strong = metre.weight(at) >= 0.62 or length >= 1.0
        if cell.sequence and at >= metre.bar and out:
            if at < metre.bar + 0.01 and not ladder.fits(step, chord):
                moved = ladder.nearest(step, chord, offset - last) - step
                first, step = first + moved, step + moved
        elif metre.weight(at) >= (1.0 if recalled else 0.8) or length >= 1.5:
            before = out[-1].step if out else None
            step = ladder.nearest(step, chord, offset - last)
            if step == before and offset != last:  # bending must not stop the motion
                step = ladder.nearest(step + (1 if offset > last else -1), chord, offset - last)
            out = _led(out, step, step - first - offset, ladder, form)
        last = offset
        out.append(Tone(start + at, length, step, ladder.pitch(step, chord if strong else None), strong))
    return out


def _led(tones: list[Tone], goal: int, bend: int, ladder: Ladder, form: Form) -> list[Tone]:
    """A weak note before a bent strong one bends with it, if it then lies a step away and repeats nothing."""
    if not bend or len(tones) < 2 or tones[-1].strong:
        return tones
    step = tones[-1].step + bend
    if abs(step - goal) != 1 or step == tones[-2].step or abs(step - tones[-2].step) > 3:
        return tones
    return [*tones[:-1], replace(tones[-1], step=step, pitch=ladder.pitch(step))]


def smoothed(tones: list[Tone], ladder: Ladder) -> list[Tone]:
    """The line made singable: a weak note before a tritone or a leap wider than a sixth moves towards its goal."""
    out = list(tones)
    for k in range(len(out) - 1):
        here, after = out[k], out[k + 1]
        wide = abs(after.pitch - here.pitch)
        if here.closing or not (wide == 6 or wide > 9):
            continue
        towards = 1 if after.pitch > here.pitch else -1
        if not here.strong:
            step = here.step + towards if wide == 6 else after.step - towards * (1 if k % 2 else 2)
            out[k] = replace(here, step=step, pitch=ladder.pitch(step))
        elif not after.strong:
            step = after.step - towards if wide == 6 else here.step + towards * 2
            out[k + 1] = replace(after, step=step, pitch=ladder.pitch(step))
        elif wide > 12:
            size = len(ladder.intervals)
            out[k + 1] = replace(after, step=after.step - towards * size, pitch=after.pitch - towards * 12)
    return out


def close(
    tones: list[Tone], start: float, rng: np.random.Generator, form: Form, ladder: Ladder, tune: Tune, full: bool
) -> list[Tone]:
    """End a phrase in the bar at `start`: a long note on the tonic (`full`) or on an open tone, reached by step."""
    metre = form.metre
    middle = [position for position in metre.strong if position > 0] or [0.0]
    dense = sum(1 for tone in tones if tone.start >= start - metre.bar) / (2 * metre.bar) > 0.7
    at = start + (middle[-1] if (dense or rng.random() < 0.4) and middle[-1] <= metre.bar * 0.67 else 0.0)
    chord = form.chord_at(at)
    kept = [tone for tone in tones if tone.start < at - 0.2]
    last = kept[-1].step if kept else 0
    size = len(ladder.intervals)
    if full:
        wanted = {ladder.key.tonic % 12}
    else:
        wanted = {(ladder.key.tonic + interval) % 12 for interval in (2, 7, 11, 10, 4)}
    inside = [s for s in range(last - size, last + size + 1) if ladder.fits(s, chord)]
    liked = [s for s in inside if ladder.pitch(s, chord) % 12 in wanted] or inside or [last]
    near = min(liked, key=lambda s: (abs(s - last) if s != last else 1.5, s))
    if full and rng.random() < 0.12 and inside:
        near = min(inside, key=lambda s: (abs(s - last), s))
    if kept and kept[-1].start >= at - 1.6 and not kept[-1].strong:
        lean = 1 if last >= near else -1
        before = kept[-1]
        step = near + lean
        kept[-1] = replace(before, step=step, pitch=ladder.pitch(step))
        if len(kept) > 1 and abs(kept[-2].step - step) > 5:
            kept[-1] = replace(before, step=near - lean, pitch=ladder.pitch(near - lean))
    room = start + metre.bar - at
    length = max(room * (1 - tune.breath), min(room, 0.5))
    if kept and kept[-1].start + kept[-1].length > at:
        kept[-1] = replace(kept[-1], length=at - kept[-1].start)
    return [*kept, Tone(at, length, near, ladder.pitch(near, chord), True, True)]


def vary(tones: list[Tone], rng: np.random.Generator, form: Form, ladder: Ladder, amount: float) -> list[Tone]:
    """The same tune sung again: now and then a weak note takes its neighbour, or a longer one is divided."""
    out: list[Tone] = []
    for k, tone in enumerate(tones):
        chance, kind = rng.random(), rng.random()
        if tone.closing or tone.strong or chance > amount or k == 0:
            if tone.strong and not tone.closing and chance < amount * 0.6 and tone.length >= 1.0:
                half = tone.length / 2
                step = tone.step + (1 if kind < 0.5 else -1)
                out.append(replace(tone, length=half))
                out.append(Tone(tone.start + half, half, step, ladder.pitch(step), False))
            else:
                out.append(tone)
        else:
            step = tone.step + (1 if kind < 0.5 else -1)
            out.append(replace(tone, step=step, pitch=ladder.pitch(step)))
    return out
