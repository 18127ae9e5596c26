"""Form: the sections of a style, or of a prompt, brought to a number of bars.

A form is shortened by leaving out what repeats or leads aside, never its goal; it is lengthened by going round again
with changes (a breakdown, a solo, a new middle), so that long pieces return and contrast and are not copied. Bars are
dealt out in whole phrases; what does not make a phrase goes to the beginning and the end.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from soundwright.plan.harmony import function_of
from soundwright.plan.styles import Slot

LEAVE_OUT = ("solo", "C", "intro", "outro", "build", "A", "B")
"""Functions in the order in which they are left out of a form that is too long."""


@dataclass(frozen=True)
class Stretch:
    """A section with its place fixed: name, motif it shares, bars, energy, and which time round it is (0, 1, ...)."""

    name: str
    motif: str
    bars: int
    energy: float
    turn: int = 0


def arrange(forms: Sequence[Sequence[Slot]], bars: int, phrase: int = 4, *, keep: bool = False) -> list[Stretch]:
    """The best of `forms` brought to exactly `bars` bars. `keep`: leave nothing out while each can have a bar."""
    form = min(forms, key=lambda slots: abs(math.log(sum(slot.bars for slot in slots) / bars)))
    slots = _shorten(list(form), bars, keep)
    slots = _lengthen(slots, 0.5 * bars if keep else bars)
    counts = _deal(slots, bars, phrase)
    kept = [(slot, count) for slot, count in zip(slots, counts, strict=True) if count]
    turns: dict[str, int] = {}
    stretches = []
    for slot, count in kept:
        name, _, motif = slot.name.partition("@")
        motif = motif or name
        turns[motif] = turns.get(motif, -1) + 1
        stretches.append(Stretch(name, motif, count, slot.energy, turns[motif]))
    return stretches


def _shorten(slots: list[Slot], bars: int, keep: bool) -> list[Slot]:
    """Leave out sections while the form is much too long even with its sections halved."""

    def least(form: list[Slot]) -> float:
        return sum(max(2, 0.5 * slot.bars) if bars >= 4 * len(form) else slot.bars for slot in form)

    while len(slots) > 1 and (bars < len(slots) or (not keep and (least(slots) > bars or bars < 2 * len(slots)))):
        names = [slot.name for slot in slots]
        peak = max(range(len(slots)), key=lambda k: slots[k].energy)
        first = next((k for k, slot in enumerate(slots) if function_of(slot.name) == "A"), 0)
        free = [k for k in range(len(slots)) if k not in {peak, first}] or [k for k in range(len(slots)) if k != peak]

        def rank(k: int, names: list[str] = names, form: list[Slot] = slots) -> tuple[int, int]:
            again = names.count(names[k]) > 1
            function = function_of(form[k].name)
            return (LEAVE_OUT.index(function) if not (again and function in {"A", "B"}) else -1, -k)

        del slots[min(free, key=rank)]
    return slots


def _lengthen(slots: list[Slot], bars: float) -> list[Slot]:
    """Go round again while the form is much too short, each round changed."""
    intro = [slot for slot in slots[:1] if function_of(slot.name) == "intro"]
    outro = [slot for slot in slots[-1:] if function_of(slot.name) == "outro" and len(slots) > 1]
    body = slots[len(intro) : len(slots) - len(outro)]
    if not body:
        return slots
    rounds, edges = [list(body)], sum(slot.bars for slot in [*intro, *outro])
    while (total := edges + sum(slot.bars for part in rounds for slot in part)) < 0.8 * bars:
        part = _changed(body, len(rounds) + 1)
        while len(part) > 1 and total + sum(slot.bars for slot in part) > 1.25 * bars:
            part = part[1:]  # only the end of a round goes in
        rounds.append(part)
    *earlier, last = rounds
    eased = [[replace(slot, energy=round(0.92 * slot.energy, 3)) for slot in part] for part in earlier]
    return [*intro, *(slot for part in eased for slot in part), *last, *outro]


def _changed(body: list[Slot], number: int) -> list[Slot]:
    """A round of the form that is not the one before: a way aside first, then sections that bring new music in turn."""
    size = max(4, min(slot.bars for slot in body if slot.bars >= 4) if any(s.bars >= 4 for s in body) else 4)
    low = min(slot.energy for slot in body)
    aside = Slot(f"breakdown@aside {number}", size, max(0.15, round(low - 0.15, 3)))
    part = []
    for slot in body:
        function = function_of(slot.name)
        if function in {"C", "solo"} or (function == "A" and number % 3 == 0 and "verse" not in slot.name):
            part.append(replace(slot, name=f"{slot.name}@{slot.name} {number}"))
        else:
            part.append(slot)
    if number % 2:
        return [*part[: len(part) // 2], aside, *part[len(part) // 2 :]]
    return [aside, *part]


def _deal(slots: list[Slot], bars: int, phrase: int) -> list[int]:
    """Bars for each section: whole units near its own share, what is left over at the edges."""
    total = sum(slot.bars for slot in slots)
    unit = next((u for u in (phrase, 4, 2, 1) if u <= phrase and bars // u >= len(slots)), 1)
    edges = [k for k, slot in enumerate(slots) if function_of(slot.name) in {"intro", "outro"}]
    shares = [slot.bars * bars / total for slot in slots]
    counts = [max(unit, round(share / unit) * unit) for share in shares]
    for k in edges:  # an intro may be shorter than a phrase
        small = min(unit, 4 if bars >= 4 * len(slots) else 2)
        counts[k] = max(small, round(shares[k] / small) * small)
    while sum(counts) > bars:
        able = [k for k in range(len(slots)) if counts[k] > 1]
        most = max(able, key=lambda k: (counts[k] > unit, counts[k] - shares[k], counts[k]))
        counts[most] -= unit if counts[most] > unit else 1
    while bars - sum(counts) >= unit:
        body = [k for k in range(len(slots)) if k not in edges] or list(range(len(slots)))
        counts[max(body, key=lambda k: shares[k] - counts[k])] += unit
    left = bars - sum(counts)
    if left:
        counts[edges[-1] if edges else len(slots) - 1] += left
    return counts
