"""Bass lines: patterns of chord degrees per style, and a walking line with approach notes.

A pattern is a row of (position, length, degree, level) in quarters of a 4/4 bar. Degrees: R root, 3, 5, 7 chord tones,
8 octave, 6 sixth, a approach to the next root by half step or scale step, d the dominant below. Positions beyond the
bar are left out; in triple metres the rows named "<pattern>/3" are used where they exist.
"""

from __future__ import annotations

import numpy as np

from soundwright.engines.score.events import Event
from soundwright.engines.score.form import Form, Slot, Stretch
from soundwright.engines.score.rows import Row, even, row, squeezed
from soundwright.plan.theory import Chord, Key
from soundwright.seed import stream

PATTERNS: dict[str, tuple[Row, ...]] = {
    "root-fifth": (row("0:1.8 R!, 2:1.6 5-"), row("0:1.8 R!, 2:1.4 5-, 3.5:0.5 a-")),
    "root-fifth/3": (row("0:1.6 R!, 2:0.9 5-"), row("0:1.6 R!, 2:0.9 a-")),
    "half": (row("0:2 R!, 2:2 5-"), row("0:2.9 R!, 3:1 a-")),
    "half/3": (row("0:2.9 R!"), row("0:2 R!, 2:1 5-")),
    "one": (row("0:1.8 R!"), row("0:1.6 5-")),
    "long": (row("0:4 R"),),
    "pedal": (row("0:4 P"),),
    "eighths": (even(0.5, 0.46, "R"), even(0.5, 0.46, "R R R R R R R a")),
    "gallop": (row("0:0.45 R!, 0.5:0.22 R, 0.75:0.22 R, 1:0.45 R!, 1.5:0.22 R, 1.75:0.22 R, 2:0.45 R!, 2.5:0.22 R, "
        "2.75:0.22 R, 3:0.45 R!, 3.5:0.22 R, 3.75:0.22 5"),),
    "lofi": (row("0:1.4 R!, 1.75:0.6 R-, 2.5:1.2 5"), row("0:1.4 R!, 2.5:0.7 R, 3.5:0.45 a-")),
    "shuffle": (row("0:0.9 R!, 1:0.9 R, 2:0.9 3, 3:0.45 3, 3.5:0.4 5"), row("0:0.9 R!, 1:0.9 3, 2:0.9 5, 3:0.9 6")),
    "funk": (
        row("0:0.4 R!, 0.75:0.2 R-, 1.5:0.4 8, 2.5:0.4 7, 2.75:0.2 8, 3.5:0.4 5"),
        row("0:0.4 R!, 0.5:0.2 R-, 1.25:0.2 8, 1.75:0.4 7, 2.5:0.4 5, 3.25:0.2 R, 3.5:0.4 a"),
    ),
    "octaves": (even(0.5, 0.42, "R 8"), even(0.5, 0.42, "R 8 R 8 R 8 5 8")),
    "offbeat": (row("0.5:0.42 R!, 1.5:0.42 R!, 2.5:0.42 R!, 3.5:0.42 R!"),
        row("0.5:0.42 R!, 1.5:0.42 R!, 2.5:0.42 R!, 3.25:0.2 8, 3.5:0.42 R!")),
    "rumble": (row("0.25:0.2 R-, 0.5:0.22 R, 0.75:0.2 R, 1.25:0.2 R-, 1.5:0.22 R, 1.75:0.2 R, 2.25:0.2 R-, 2.5:0.22 R, "
        "2.75:0.2 R, 3.25:0.2 R-, 3.5:0.22 R, 3.75:0.2 8"),),
    "reese": (row("0:2.4 R!, 2.5:1.4 R"), row("0:2.4 R!, 2.5:0.7 5, 3.25:0.7 a")),
    "wobble": (row("0:1 R!, 1:0.5 R, 1.5:0.5 R, 2:2 R!"), row("0:1.5 R!, 1.5:0.5 8, 2:1 R!, 3:0.33 R, 3.33:0.33 R, "
        "3.67:0.33 R")),
    "sixteenth-pump": (even(0.5, 0.42, "R R R R R R 8 R"), even(0.5, 0.42, "R R 8 R R R 5 8")),
    "808": (row("0:2.4 R!, 2.5:1.4 R"), row("0:1.4 R!, 1.5:1.7 R, 3.25:0.7 8")),
    "reggae": (row("0:0.9 R!, 1.5:0.4 R, 2:0.9 3, 3:0.7 5"), row("0.5:0.45 R, 1:0.9 R!, 2.5:0.4 5, 3:0.7 3")),
    "bossa": (row("0:1.4 R!, 1.5:0.5 5, 2:1.4 5!, 3.5:0.5 R-"), row("0:1.4 R!, 1.5:0.5 5, 2:1.4 5!, 3.5:0.5 a-")),
    "tumbao": (row("0:0.5 R, 1.5:1.4 5!, 3:0.9 8!"), row("1.5:1.4 5!, 3:0.9 8!")),
    "tango": (row("0:0.8 R!, 1.5:0.4 R, 2:0.8 5, 3:0.8 5"),),
    "continuo": (even(1.0, 0.92, "R R 3 5"), even(1.0, 0.92, "R 3 5 a")),
    "continuo/3": (even(1.0, 0.92, "R 3 5", 3.0), even(1.0, 0.92, "R 5 a", 3.0)),
    "dembow": (row("0:0.7 R!, 0.75:0.7 R, 1.5:0.4 R, 2:0.7 5!, 2.75:0.7 R, 3.5:0.4 8"),),
}  # fmt: skip
WALKING = "walking"


def _near(pitch_class: int, to: float, low: int, high: int) -> int:
    """The pitch of that class nearest to `to` inside low..high."""
    options = [p for p in range(low, high + 1) if p % 12 == pitch_class % 12]
    return min(options, key=lambda p: abs(p - to)) if options else low + (pitch_class - low) % 12


def _approach(target: int, key: Key, before: int, rng: np.random.Generator) -> int:
    """A note that leads to `target`: the scale step on the side the line comes from, or a half step."""
    side = -1 if before <= target else 1
    step = next(n for n in (1, 2, 3) if (target + side * n) % 12 in key.pitch_classes or n == 3)
    return target + side * (1 if rng.random() < 0.25 else step)


def _degree(chord: Chord, degree: str, root: int, high: int) -> int:
    steps = {"R": 0, "P": 0, "8": 12, "6": 9, "3": chord.third or 7, "5": chord.fifth or 7, "7": chord.seventh or 12}
    pitch = root + steps[degree]
    return pitch - 12 if pitch > high else pitch


def _walk(slot: Slot, root: int, after: int, key: Key, low: int, high: int, rng: np.random.Generator) -> list[Event]:
    """Quarters from this root to the next: chord tones on the way, an approach note last."""
    count = max(1, round(slot.length))
    chord, line = slot.chord, [root]
    rising = after >= root if abs(after - root) > 2 else bool(rng.random() < 0.5)
    tones = [p for p in range(low, high + 1) if (p - chord.root) % 12 in {s % 12 for s in chord.intervals}]
    for _ in range(count - 2):
        onward = [p for p in tones if (p > line[-1] if rising else p < line[-1])][:: 1 if rising else -1]
        onward = [p for p in onward if abs(p - line[-1]) <= 7]
        if not onward:
            rising = not rising
            onward = [p for p in tones if (p > line[-1] if rising else p < line[-1])][:: 1 if rising else -1]
        line.append(onward[0] if onward and rng.random() < 0.8 else onward[min(1, len(onward) - 1)] if onward else root)
    if count > 1:
        line.append(_approach(after, key, line[-1], rng))
    return [
        Event(slot.start + k, 0.94, min(max(p, low - 2), high + 2), 0.9 if k % 2 == 0 else 0.8)
        for k, p in enumerate(line)
    ]


def _rows(name: str, form: Form) -> tuple[Row, ...]:
    triple = form.metre.bar == 3.0 and f"{name}/3" in PATTERNS
    return PATTERNS[f"{name}/3" if triple else name]


def _pattern_name(stretch: Stretch, part: str) -> str:
    hint = stretch.hint(part)
    if any(word in hint for word in ("long", "sustain", "hold", "sparse", "drone")):
        return "pedal" if "drone" in hint or "pedal" in hint else "long"
    known = sorted([*PATTERNS, WALKING], key=len, reverse=True)
    return next((name for name in known if name in hint), stretch.idiom.bass)


def bass(form: Form, part: str, seed: int, low: int, high: int) -> list[Event]:
    """The bass line of the whole piece inside low..high (MIDI pitches of the instrument's lower range)."""
    out: list[Event] = []
    middle = low + 0.45 * (high - low)
    roots: dict[int, int] = {}
    before = middle
    for slot in form.slots:
        if not slot.chord.is_silence:
            before = _near(slot.chord.bass, 0.6 * before + 0.4 * middle, low, high)
            roots[round(slot.start * 96)] = before
    places = sorted(roots)
    following = {at: roots[places[min(i + 1, len(places) - 1)]] for i, at in enumerate(places)}
    for stretch in form.stretches:
        if not stretch.plays(part):
            continue
        name = _pattern_name(stretch, part)
        tonic = _near(stretch.key.tonic, middle, low, high)
        for bar in stretch.bars:
            rng = stream(seed, part, stretch.motif, stretch.turn if bar.within % 4 == 3 else 0, bar.within)
            if bar.final:
                out.append(Event(bar.start, form.metre.bar, tonic, 0.85))
                continue
            if name == WALKING:
                for slot in bar.slots:
                    at = round(slot.start * 96)
                    if at in roots:
                        out.extend(_walk(slot, roots[at], following[at], stretch.key, low, high, rng))
                continue
            rows = _rows(name, form)
            turn_round = bar.within % 4 == 3 or (bar.within % 2 == 1 and rng.random() < 0.35)
            items = squeezed(rows[-1] if turn_round else rows[0], form.metre)
            out.extend(_play(stretch.key, bar.start, bar.slots, items, name, roots, following, tonic, high, rng))
    return out


def _play(key: Key, start, slots, items, name, roots, following, tonic, high, rng) -> list[Event]:
    """A row over the chords of one bar: each chord change is struck with its root, whatever the row has there."""
    out: list[Event] = []
    for slot in slots:
        at = round(slot.start * 96)
        if at not in roots:
            continue
        root, offset = roots[at], slot.start - start
        mine = [item for item in items if offset - 1e-6 <= item[0] < offset + slot.length - 1e-6]
        if (
            offset > 0
            and (not mine or mine[0][0] > offset + 1e-6)
            and name not in ("offbeat", "rumble", "tumbao", "pedal")
        ):
            mine.insert(0, (offset, min(1.0, slot.length), "R", 0.85))
        for k, (position, length, degree, level) in enumerate(mine):
            if offset > 0 and k == 0 and degree != "P":
                degree = "R"
            room = slot.end - start - position
            length = min(length if len(slots) > 1 or length < 3.9 else room, room)
            if name == "long" or name == "pedal":
                length = room
            if degree == "a":
                pitch = _approach(following[at], key, root, rng)
            elif degree == "P":
                pitch = tonic
            else:
                pitch = _degree(slot.chord, degree, root, high)
            slide = "slide" if name == "808" and position > 0 and rng.random() < 0.3 else ""
            out.append(Event(start + position, length, pitch, level, slide))
    return out
