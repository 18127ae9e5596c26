"""An effect plan for recordings: the plan of the prompt, with each event as long as the recording that will play it.

What a prompt says of order, place, number and distance is read as for every effect. Where a sound is asked for that no
sound model knows, a library may have it all the same: then the prompt is taken word by word, one event a step.
"""

from __future__ import annotations

import re

import numpy as np

from soundwright.errors import BadRequest
from soundwright.library.choose import choose
from soundwright.library.search import Library
from soundwright.plan.effect import LONGEST_S, EffectEvent, EffectPlan, write_effect
from soundwright.plan.effect_layout import COUNTED
from soundwright.seed import stream

STEP = re.compile(r"\s*(?:,\s*)?(?:\band then\b|\bthen\b|\bfollowed by\b|;)\s*")
TEXTURE_S, GAP_S, END_S = 10.0, 0.15, 0.3
SPACIOUS_S = {"dry": 0.0, "outdoors": 0.3}  # what a space rings on; others:
RING_S = 0.8


def write(
    library: Library, prompt: str, *, duration_s: float | None, seed: int, loop: bool, negative: str, commercial: bool
) -> EffectPlan:
    """The plan of a prompt for the `library` engine. Raises `BadRequest` when the library is empty."""
    library.refresh()
    if not len(library.ids):
        raise BadRequest("the library is empty: soundwright library add FOLDER")
    try:
        plan = write_effect(prompt, duration_s=duration_s, seed=seed, loop=loop, negative=negative)
    except BadRequest:
        return _plain(library, prompt, duration_s, loop, commercial)
    lengths = {
        event.sound: _natural_s(library, event.sound, commercial) for event in plan.events if event.layer == "spot"
    }
    rng = stream(seed, "library plan")
    events = [one for event in plan.events for one in _own(event, lengths, rng)]
    events = [event for event in events if event.start_s < (duration_s or LONGEST_S)]
    spots = [event for event in events if event.layer == "spot"]
    update: dict = {"events": events}
    if duration_s is None and len(spots) == len(events):
        ring = SPACIOUS_S.get(plan.space, RING_S)
        end = max(event.start_s + lengths[event.sound] for event in spots) + ring
        update["duration_s"] = round(min(max(end, max(event.start_s for event in spots) + END_S), LONGEST_S), 4)
    return plan.model_copy(update=update)


def _own(event: EffectEvent, lengths: dict[str, float], rng: np.random.Generator) -> list[EffectEvent]:
    """An event without what only sound models know; one that was to sound three times becomes three."""
    update: dict = {"model": "", "knobs": {}}
    if event.layer == "bed":
        return [event.model_copy(update=update)]
    count = round(next((event.knobs[name] for name in COUNTED if name in event.knobs), 1))
    step = lengths[event.sound] + GAP_S
    at = event.start_s + np.concatenate([[0.0], np.cumsum(step * rng.uniform(0.9, 1.25, max(count - 1, 0)))])
    update["duration_s"] = None
    return [
        event.model_copy(update=update | {"start_s": round(float(start), 4), "take": f"{event.take} {number + 1}"})
        for number, start in enumerate(at)
        if start < LONGEST_S
    ]


def _natural_s(library: Library, phrase: str, commercial: bool) -> float:
    """How long the recording of a spot sounds: all of a one-shot, an even share of several events."""
    entry = choose(library, phrase, "spot", commercial=commercial).found[0].entry
    heard = max(entry.end_s - entry.onset_s, 0.05)
    return min(heard / max(entry.onsets, 1) * (1.5 if entry.onsets > 1 else 1.0), heard) + 0.05


def _plain(library: Library, prompt: str, duration_s: float | None, loop: bool, commercial: bool) -> EffectPlan:
    at, events = 0.0, []
    steps = [step for step in STEP.split(prompt) if step.strip()]
    for step in steps:
        entry = choose(library, step, "spot", commercial=commercial).found[0].entry
        if entry.shape in ("texture", "loop"):
            length = (duration_s or TEXTURE_S) if len(steps) == 1 else TEXTURE_S / 2
            events.append(
                EffectEvent(
                    sound=step, start_s=round(at, 4), duration_s=length, layer="bed", level_db=0.0, distance_m=1.0
                )
            )
        else:
            length = _natural_s(library, step, commercial)
            events.append(EffectEvent(sound=step, start_s=round(at, 4), level_db=0.0, distance_m=1.0))
        at += length + GAP_S
    total = duration_s or min(at - GAP_S + END_S, LONGEST_S)
    inside = [event for event in events if event.start_s < total]
    return EffectPlan(duration_s=round(total, 4), loop=loop, prompt=prompt, events=inside)
