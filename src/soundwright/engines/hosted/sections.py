"""Plans in words, and a song's sections in time, as far as an API takes them."""

from __future__ import annotations

import math
from dataclasses import dataclass, replace
from itertools import pairwise

from soundwright.plan import caption
from soundwright.plan.effect import EffectPlan
from soundwright.plan.sections import ENERGY
from soundwright.plan.song import Section, SongPlan

LINE_CHARACTERS = 200


@dataclass(frozen=True)
class Span:
    """A stretch of a song: when, and what is heard in it."""

    name: str
    start_ms: int
    length_ms: int
    styles: tuple[str, ...]
    without: tuple[str, ...]
    lines: tuple[str, ...]


def spans(plan: SongPlan, *, shortest_ms: int = 1, longest_ms: int = 10**9) -> list[Span]:
    """The sections end to end, in whole milliseconds; together as long as the plan, or `shortest_ms` if that is longer.

    A section below `shortest_ms` goes to the one before it (the first, to the one behind), one above `longest_ms` is
    divided. The ring of the ending belongs to the last.
    """
    edges = [0.0]
    for section in plan.sections:
        edges.append(edges[-1] + section.bars * plan.bar_s)
    edges[-1] = max(plan.duration_s, shortest_ms / 1000.0)
    marks = [*(round(1000.0 * edge) for edge in edges[:-1]), math.ceil(1000.0 * edges[-1] - 1e-6)]
    rows = [_span(plan, section, *ends) for section, ends in zip(plan.sections, pairwise(marks), strict=True)]
    return [part for row in _joined(rows, shortest_ms) for part in _divided(row, longest_ms)]


def styles(plan: SongPlan, prompt: str) -> list[str]:
    """What the whole song should be like, a few words each."""
    words = (word.strip() for word in caption.caption(plan, prompt).split(","))
    return list(dict.fromkeys(word for word in (*words, f"{plan.metre} time") if word))


def unwanted(plan: SongPlan, negative: str) -> list[str]:
    """What should not be in the song."""
    return [word.strip() for word in caption.unwanted(plan, negative).split(",") if word.strip()]


def instrumental(plan: SongPlan) -> bool:
    """Whether nobody sings."""
    return not caption.lyrics(plan) and all(part.role != "voice" for part in plan.parts.values())


def effect(plan: EffectPlan, prompt: str) -> str:
    """An effect in words: the prompt, or what sounds in the plan."""
    return prompt or plan.prompt or ", ".join(event.sound for event in plan.events)


def _span(plan: SongPlan, section: Section, start_ms: int, end_ms: int) -> Span:
    energy = next(words for limit, words in ENERGY if section.energy < limit)
    wanted = [section.prompt] * bool(section.prompt)
    players = [plan.parts[name].instrument for name in section.play]
    more = [section.dynamics] * (section.dynamics != "steady") + [f"in {section.key}"] * bool(section.key)
    words = tuple(dict.fromkeys([*section.styles, *wanted, energy, *more, *players]))
    lines = tuple(line[at : at + LINE_CHARACTERS] for line in section.lyrics
                  for at in range(0, max(len(line), 1), LINE_CHARACTERS))  # fmt: skip
    return Span(section.name, start_ms, end_ms - start_ms, words, tuple(section.without), lines)


def _joined(rows: list[Span], shortest_ms: int) -> list[Span]:
    """Short spans taken into the one before; the longer of the two names what is heard."""
    done: list[Span] = []
    for row in rows:
        if done and min(row.length_ms, done[-1].length_ms) < shortest_ms:
            last = done.pop()
            longer = max(last, row, key=lambda span: span.length_ms)
            both = (last.length_ms + row.length_ms, last.lines + row.lines)
            row = replace(longer, start_ms=last.start_ms, length_ms=both[0], lines=both[1])
        done.append(row)
    return done


def _divided(row: Span, longest_ms: int) -> list[Span]:
    """A long span in equal parts, its lines shared out in order."""
    count = math.ceil(row.length_ms / longest_ms)
    marks = [round(row.length_ms * part / count) for part in range(count + 1)]
    at = [round(len(row.lines) * part / count) for part in range(count + 1)]
    return [
        replace(row, start_ms=row.start_ms + start, length_ms=end - start, lines=row.lines[first:last])
        for (start, end), (first, last) in zip(pairwise(marks), pairwise(at), strict=True)
    ]
