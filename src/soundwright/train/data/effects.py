"""Scenes of sound models with random parameters, each with the caption that asks for it.

The words come first: what they say of a model's knobs is read from them as from a prompt, the rest is drawn.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from soundwright import foley
from soundwright.engines.contract import Task
from soundwright.engines.foley import FoleyEngine
from soundwright.foley.match import knobs_of
from soundwright.foley.model import SoundModel
from soundwright.plan.effect import EffectEvent, EffectPlan
from soundwright.progress import Progress
from soundwright.train.data import phrases as say
from soundwright.train.data.phrases import pick
from soundwright.train.data.shards import CHUNK_S, RATE, Chunk, describe

SPREAD = 0.35  # share of a knob's range to either side of its default, where no word moves it
LEAST_GAP_S = 0.35  # between turns of one event
WAVER = 0.1  # share by which such turns are early or late
FAR, PLACED = 0.12, 0.2  # odds that a distance and a space are said
UNSAID = ("dry", "dry", "room", "studio", "outdoors")  # spaces that a caption may leave out


def scene(rng: np.random.Generator) -> list[Chunk]:
    """One chunk of one to three sounds in a space."""
    layout = say.drawn(rng, ODDS)
    events, caption = LAYOUTS[layout](rng)
    space, caption = _placed(events, caption, rng)
    plan = EffectPlan(duration_s=CHUNK_S, space=space, prompt=caption, events=events)
    samples = played(plan, int(rng.integers(2**31)))
    samples *= np.float32(10 ** (rng.uniform(-6, 0) / 20))
    sources = tuple(dict.fromkeys(f"foley:{event.model}" for event in events))
    return [describe(samples, caption, "foley", sources)]


def played(plan: EffectPlan, seed: int) -> np.ndarray:
    """A plan as samples `[2, frames]` at the rate of the chunks."""
    task = Task("effect", plan, plan.duration_s, seed, plan.prompt, options={"rate": RATE})
    return np.array(FoleyEngine().render(task, Progress()).audio.samples)


def texture(rng: np.random.Generator, level_db: float = 0.0) -> tuple[EffectEvent, str]:
    """A bed for the whole chunk, and its phrase."""
    return _event(pick(rng, _models("texture")), rng, layer="bed", duration_s=CHUNK_S, level_db=level_db)


def _event(model: SoundModel, rng: np.random.Generator, **at) -> tuple[EffectEvent, str]:
    """An event of a model whose knobs its phrase and chance decide."""
    phrase = say.named(model, rng)
    knobs, _ = knobs_of(model, phrase)
    for knob in model.knobs:
        counts = float(knob.default).is_integer() and knob.high - knob.low > 2
        drawn = knob.default + rng.uniform(-SPREAD, SPREAD) * (knob.high - knob.low)
        if knob.name not in knobs:
            knobs[knob.name] = float(np.clip(round(drawn) if counts else drawn, knob.low, knob.high))
    take = f"{phrase} {int(rng.integers(10**6))}"
    return EffectEvent(sound=phrase, model=model.name, knobs=knobs, take=take, **at), phrase


def _once(rng: np.random.Generator, first_s: float = 0.0, last_s: float = 1.0) -> tuple[EffectEvent, str]:
    """An event somewhere between two times, no longer than what is left of the chunk."""
    model = pick(rng, _models("event"))
    start_s = round(float(rng.uniform(first_s, last_s)), 3)
    return _event(model, rng, start_s=start_s, duration_s=min(model.natural_s, CHUNK_S - start_s))


def _lone_texture(rng):
    event, phrase = texture(rng)
    return [event], say.alone(phrase, "texture", rng)


def _lone_event(rng):
    event, phrase = _once(rng)
    return [event], say.alone(phrase, "event", rng)


def _several(rng):
    """An event two to five times, as often as the chunk has room."""
    event, phrase = _once(rng, 0.0, 0.3)
    gap_s = max(LEAST_GAP_S, (event.duration_s or 1.0) * rng.uniform(0.8, 1.3))
    room = int((CHUNK_S - event.start_s - 0.3) / (gap_s * (1 + WAVER))) + 1
    if room < 2:
        return [event], say.alone(phrase, "event", rng)
    count = int(rng.integers(2, min(room, 5) + 1))
    starts = [event.start_s + turn * gap_s * (1 + (rng.uniform(-WAVER, WAVER) if turn else 0)) for turn in range(count)]
    events = [
        event.model_copy(update={"start_s": round(float(at), 3), "take": f"{event.take} {turn}"})
        for turn, at in enumerate(starts)
    ]
    return events, f"{phrase}, {pick(rng, say.TIMES[count])}"


def _over(rng):
    bed, behind = texture(rng, -float(rng.uniform(6, 14)))
    spot, phrase = _once(rng, 0.3, 3.0)
    return [bed, spot], pick(rng, say.OVER).format(phrase, behind)


def _both(rng):
    (first, one), (second, other) = _once(rng), _once(rng)
    return [first, second], pick(rng, say.BOTH).format(one, other)


def _then(rng):
    first, one = _once(rng, 0.0, 0.3)
    after = min(first.start_s + (first.duration_s or 1.0), CHUNK_S - 2.0) + 0.1
    second, other = _once(rng, after, after + 0.5)
    return [first, second], pick(rng, say.THEN).format(one, other)


def _two_textures(rng):
    (first, one), (second, other) = texture(rng), texture(rng, -float(rng.uniform(0, 6)))
    return [first, second], pick(rng, say.BOTH).format(one, other)


LAYOUTS = {
    "texture": _lone_texture,
    "event": _lone_event,
    "several": _several,
    "over": _over,
    "both": _both,
    "then": _then,
    "textures": _two_textures,
}
ODDS = {"texture": 0.25, "event": 0.35, "several": 0.1, "over": 0.08, "both": 0.08, "then": 0.08, "textures": 0.06}


def _placed(events: list[EffectEvent], caption: str, rng: np.random.Generator) -> tuple[str, str]:
    """The space around the events and the caption with what is said of it; spots get a distance and a pan."""
    space = pick(rng, UNSAID)
    if rng.random() < FAR:
        metres = pick(rng, tuple(say.DISTANCES))
        for event in events:
            event.distance_m = metres
        caption = f"{caption}, {pick(rng, say.DISTANCES[metres])}"
    if rng.random() < PLACED:
        space = pick(rng, tuple(say.SPACES))
        caption = f"{caption} {pick(rng, say.SPACES[space])}"
    for event in events:
        if event.layer == "spot" and rng.random() < 0.5:
            event.pan_curve = [(0.0, round(float(rng.uniform(-0.7, 0.7)), 2))]
    return space, caption


@lru_cache(maxsize=2)
def _models(kind: str) -> tuple[SoundModel, ...]:
    return tuple(model for model in foley.table().values() if model.kind == kind)
