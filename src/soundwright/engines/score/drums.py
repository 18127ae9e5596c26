"""Drums and percussion: grooves laid over the form, with variations, fills, crashes, build-ups and an ending.

Chances of a groove are drawn once for each bar of a four-bar cell and section, so that a section has a pattern of its
own; each fourth bar is drawn anew. The last bar of a section ends in a fill that leads into the next one.
"""

from __future__ import annotations

import numpy as np

from soundwright.engines.score import grooves as g
from soundwright.engines.score.events import Event
from soundwright.engines.score.form import Bar, Form, Stretch
from soundwright.seed import stream

FILLS: dict[str, tuple[str, ...]] = {
    "toms": ("S.SSh.hhm.mml.fl", "S.S.SSh.h.m.mlff", "K...K.SSSShhmmff", "....S.hhm.mmf.ff"),
    "electric-toms": ("........hhmmllff", "....h.h.m.m.f.f.", "S.S.hhh.mmm.fff."),
    "snare": ("........S.gSgSSS", "....S..gS.SgS.SS", "........S.S.SSSS"),
    "swing": ("........S.gSg.Sg", "....S.gS..S.gSh.", "..........S.ShfK"),
    "timbales": ("......S.SShh....", "........SSSShhmm", "..S..S..S.SSSS.."),
    "roll": ("S...S...S.S.SSSS", "S.S.S.S.SSSSSSSS", "............S.SS"),
    "light": ("............g.S.", "..........g.g.Sg"),
    "hats": ("H.H.H.HHHHHHHHHH", "........S...HHHH"),
    "taiko": ("F...F...F.F.FFFF", "F.ff..l.F.ffFFFF", "....F.F.f.fFFFFF"),
    "none": (),
}
FILL_KEYS = {
    "S": g.SNARE, "g": g.SNARE, "h": g.HIGH, "m": g.MID, "l": g.LOW, "f": g.FLOOR, "F": g.FLOOR, "K": g.KICK,
    "H": g.HAT,
}  # fmt: skip
PERCUSSION: dict[str, tuple[tuple[int, str], ...]] = {
    "none": (),
    "shaker": ((g.SHAKER, "ogxgogxgogxgogxg"),),
    "tambourine": ((g.TAMB, "..o.X.o...o.X.o."),),
    "claps": ((g.CLAP, "....x.......x..."),),
    "congas": ((g.CONGA_M, "x..o..x.x..o...."), (g.CONGA_O, "......?.......xx"), (g.SHAKER, "o.g.o.g.o.g.o.g.")),
    "taiko": ((g.FLOOR, "X..o..x.X...o.o.|X..o..x.X.x.xoxo"), (g.LOW, "..g...g...g.g...")),
    "timpani": ((g.FLOOR, "X...............|X...........o.o."),),
    "bodhran": ((g.FLOOR, "X.g.o.g.x.g.o.gg|X.g.o.g.x.o.o.g."),),
}


def _hits(
    pattern: str, bar_number: int, steps: int, rng: np.random.Generator, fresh: np.random.Generator | None
) -> list[tuple[float, float]]:
    """(position in quarters, level) of one row in one bar; a pattern of other length is repeated or cut."""
    rows = pattern.split("|")
    row = rows[bar_number % len(rows)]
    out = []
    for step in range(steps):
        letter = row[step % len(row)]
        chance = (fresh if fresh is not None else rng).random()
        if letter == "." or (letter in "?," and chance > 0.5):
            continue
        out.append((step / 4, g.VELOCITY[letter]))
    return out


def _fill(form: Form, bar: Bar, groove: g.Groove, rng: np.random.Generator, long: bool) -> tuple[float, list[Event]]:
    """Where in the bar a fill starts, and its events; it takes the last beat, or half of the bar where `long`."""
    choices = FILLS[groove.fill]
    if not choices:
        return form.metre.bar, []
    row = choices[rng.integers(len(choices))]
    take = (2.0 if long else 1.0) if form.metre.bar >= 3 else 0.5
    first = form.metre.bar - take
    out = []
    for k in range(int(take * 4)):
        letter = row[16 - int(take * 4) + k]
        if letter != ".":
            level = (0.35 if letter in "g" else 0.62 + 0.38 * k / (take * 4)) * (0.7 + 0.3 * bar.level)
            out.append(
                Event(bar.start + first + k / 4, 0.25, FILL_KEYS[letter], level, "ghost" if letter == "g" else "")
            )
    return first, out


def _build(form: Form, bars: tuple[Bar, ...]) -> list[Event]:
    """A snare roll over the given bars: quarters, then eighths, then sixteenths, always louder."""
    out, start, total = [], bars[0].start, len(bars) * form.metre.bar
    at = 0.0
    while at < total - 1e-6:
        x = at / total
        out.append(Event(start + at, 0.2, g.SNARE, 0.25 + 0.7 * x))
        at += 1.0 if x < 0.4 and total > 4 else 0.5 if x < 0.7 else 0.25
    return out


def _ending(form: Form, bar: Bar, groove: g.Groove) -> list[Event]:
    """The last stroke: bass drum and crash, or a soft ride where the style has no crashes."""
    level = 0.55 + 0.4 * bar.level
    cymbal = Event(bar.start, form.metre.bar, g.CRASH, level * 0.8)
    if not groove.crash:
        cymbal = Event(bar.start, form.metre.bar, g.RIDE, level * 0.45)
    return [Event(bar.start, 1.0, g.KICK, level), cymbal] if groove.layers else [cymbal]


def _groove_name(stretch: Stretch, part: str) -> str:
    hint = stretch.hint(part)
    words = {"half-time": "ballad", "brushes": "brushes", "four on the floor": "house", "none": "none"}
    for name in sorted(g.GROOVES, key=len, reverse=True):
        if name in hint:
            return name
    return next((groove for word, groove in words.items() if word in hint), stretch.idiom.drums)


def _shift(hint: str) -> float:
    """How words of a play hint move the level that chooses the layers."""
    words = {"sparse": -0.3, "light": -0.25, "soft": -0.2, "minimal": -0.35, "busy": 0.25, "full": 0.25, "driving": 0.2}
    return sum(value for word, value in words.items() if word in hint)


def drums(form: Form, part: str, seed: int) -> list[Event]:
    """The drum part of the whole piece."""
    out: list[Event] = []
    steps = round(form.metre.bar * 4)
    for at, stretch in enumerate(form.stretches):
        if not stretch.plays(part):
            continue
        after = form.stretches[at + 1] if at + 1 < len(form.stretches) else None
        name = _groove_name(stretch, part)
        groove = g.groove_for(name if name != "none" else "brushes", steps, form.metre.compound)
        builds = groove.fill == "roll" and after is not None and after.energy > stretch.energy + 0.15
        roll = 2 if builds and len(stretch.bars) >= 4 else 0
        for bar in stretch.bars:
            if bar.final:
                out.extend(_ending(form, bar, groove))
                continue
            rng = stream(seed, part, "groove", stretch.motif, bar.within % 4)
            fresh = stream(seed, part, "variation", bar.index) if bar.within % 4 == 3 else None
            last = bar.within == len(stretch.bars) - 1
            eighth = bar.within % 8 == 7
            cut, fill = form.metre.bar, []
            if (
                groove.fill != "none"
                and (last or (eighth and len(stretch.bars) > 8))
                and not (form.loop and after is None)
            ):
                big = last and after is not None and after.energy > stretch.energy
                cut, fill = _fill(form, bar, groove, stream(seed, part, "fill", bar.index), big)
            level = min(1.0, max(0.05, bar.level + _shift(stretch.hint(part)) + 0.4 * (form.density - 0.5)))
            rolling = roll and bar.within >= len(stretch.bars) - roll
            lean = stream(seed, part, "lean", bar.index).uniform(0.94, 1.04)
            for key, low, high, pattern in groove.layers:
                playing = low <= level < high or (high == 1 and level >= 1)
                row = _hits(pattern, bar.within, steps, rng, fresh)
                if not playing or (rolling and key in (g.KICK, g.SNARE, g.CLAP)):
                    continue
                for position, strength in row:
                    if position >= cut - 1e-6 and key not in (g.KICK, g.RIDE):
                        continue
                    loud = strength * lean * (0.62 + 0.38 * bar.level)
                    out.append(Event(bar.start + position, 0.25, key, loud, "ghost" if strength < 0.35 else ""))
            out.extend(fill)
            opens = bar.within == 0 and bar.index > 0 and stretch.energy >= 0.45 and groove.crash
            if opens:
                out.append(Event(bar.start, 2.0, g.CRASH, 0.5 + 0.4 * stretch.energy))
        if roll:
            out.extend(_build(form, stretch.bars[-roll:]))
    return out


def percussion(form: Form, part: str, seed: int) -> list[Event]:
    """A second player: shaker, tambourine, congas, taiko ... by the idiom or the play hint."""
    out: list[Event] = []
    steps = round(form.metre.bar * 4)
    for stretch in form.stretches:
        if not stretch.plays(part):
            continue
        hint = stretch.hint(part)
        name = next((known for known in PERCUSSION if known in hint), stretch.idiom.percussion)
        rows = PERCUSSION[name if name != "none" else "shaker"]
        for bar in stretch.bars:
            if bar.final:
                continue
            rng = stream(seed, part, "groove", stretch.motif, bar.within % 4)
            for key, pattern in rows:
                for position, strength in _hits(pattern, bar.within, steps, rng, None):
                    out.append(Event(bar.start + position, 0.25, key, strength * (0.5 + 0.4 * bar.level)))
    return out


def tuned(form: Form, events: list[Event], low: int, high: int) -> list[Event]:
    """The same hits for a player with pitches (timpani, a log drum): low drums take the bass, high ones the fifth."""
    out = []
    for event in events:
        chord = form.chord_at(event.start)
        if chord.is_silence or event.level < 0.33:
            continue
        deep = event.pitch in (g.KICK, g.FLOOR)
        fifth = chord.fifth if chord.fifth is not None else 7
        pitch_class = chord.bass if deep else (chord.root + fifth) % 12
        pitch = low + (pitch_class - low) % 12
        out.append(Event(event.start, 1.0, pitch if pitch <= high else pitch - 12, event.level))
    return out
