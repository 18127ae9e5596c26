"""A cue plan as sound: each cue by the engine that suits it, its own beginning on the instant that was seen.

Every cue is rendered alone from its own seed, so that one can be made again while the others stay, bit for bit.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from itertools import chain, pairwise
from typing import Any

import numpy as np

from soundwright.assemble.join import join
from soundwright.audio import Audio
from soundwright.direct import recorded, unwanted
from soundwright.direct.recent import Recent
from soundwright.dsp import crossfade, envelopes, onsets, units
from soundwright.engines import Take, Task
from soundwright.errors import BadRequest
from soundwright.plan.cues import Cue, CuePlan, Scene
from soundwright.plan.effect import LONGEST_S, EffectEvent, EffectPlan, write_effect
from soundwright.progress import Progress

RATE = 48_000
SPOT_S, LONGEST_SPOT_S = 3.0, 8.0  # of a cue whose sound has no natural length, and of any without an end
LEAD_S = 0.02  # what is kept before a sound's beginning
BEGIN_S = 0.06  # where engines that follow onsets are asked to begin a cue that has one beat
CROSS_S, SOFT_S = 0.5, 1.5  # beds of neighbouring scenes overlap so long, at a cut and at a fade
QUIET_DB = -24.0  # of a cue of intensity 0; one of 1 is at 0 dB
BEAT_S = 0.11  # the beats of one sound are at least so far apart
DEEPEST_S = 1.5  # a beginning later than this in a take is not looked for
CHANGING = ("library",)  # engines whose sounds follow from more than they are asked for
RECENT = Recent()


@dataclass(frozen=True)
class Tracks:
    """The film's own length of effects and ambience, stereo at 48 kHz, and what was used for each cue or window."""

    effects: Audio
    ambience: Audio
    used: dict[str, list[dict[str, Any]]] = field(default_factory=dict)


def render(
    plan: CuePlan, tell: Progress, *, engine: str = "auto", options: dict[str, Any] | None = None,
    find: recorded.Find = recorded.find,
) -> Tracks:  # fmt: skip
    """All cues and beds of a plan in their places; `find` tells where a cue's recording lies.

    Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    frames = round(plan.duration_s * RATE)
    effects, ambience = np.zeros((2, frames), np.float32), np.zeros((2, frames), np.float32)
    RECENT.begin()
    used, heard = [], [cue for cue in plan.cues if not cue.muted]
    for at, cue in enumerate(heard):
        tell("cues", at / len(heard), cue.at_s)
        sound, facts = _cue(cue, plan, engine, options or {}, find)
        _laid(ambience if cue.layer == "bed" else effects, sound, facts["start_frame"])
        used.append({"number": cue.number, **facts})
    for before, after in pairwise(chain([None], _beds(plan, tell, engine, options or {}), [None])):
        _meet(before, after)
        if before:
            _laid(ambience, before.sound, before.start)
    tell("beds", 1.0, plan.duration_s)
    return Tracks(Audio(effects, RATE), Audio(ambience, RATE), {"cues": used})


def _cue(
    cue: Cue, plan: CuePlan, engine: str, options: dict[str, Any], find: recorded.Find = recorded.find
) -> tuple[np.ndarray, dict[str, Any]]:
    """A cue's sound `[2, frames]`, levelled and panned, and where it starts."""
    length_s = _length(cue)
    event = EffectEvent(
        start_s=0.0,
        level_db=0.0,
        sound=cue.sound,
        model=cue.model,
        knobs=cue.knobs,
        duration_s=min(length_s, LONGEST_S),
        distance_m=cue.distance_m,
        take=f"cue {cue.seed}",
        layer="spot",
        onsets_s=[BEGIN_S] if cue.once else [],
    )
    tail_s = 0.0 if plan.space == "dry" else 0.6
    effect = EffectPlan(duration_s=length_s + tail_s, space=plan.space, prompt=cue.sound, events=[event])
    if cue.recording:
        take, name = recorded.render(cue, effect, find, commercial=bool(options.get("commercial"))), "recording"
    else:
        take, name = _rendered(cue.engine or engine, effect, cue.seed, cue.sound, cue.negative, options)
    x = take.audio.stereo().at(RATE).samples
    found = onsets.onsets(take.audio.at(RATE))
    begins_s = 0.0 if cue.layer == "bed" else _beginning(x, [one.time_s for one in found if one.time_s < DEEPEST_S])
    first = max(round((begins_s - LEAD_S) * RATE), 0)
    later = [one.time_s for one in found if one.time_s > begins_s + BEAT_S]
    beat_s = later[0] - begins_s - 0.004 if cue.once and later else None
    x = _trimmed(x[:, first:], cue, beat_s)
    start = round(cue.at_s * RATE) - (round(begins_s * RATE) - first)
    x = x * np.float32(units.gain(QUIET_DB * (1 - cue.intensity) + cue.gain_db))
    facts = {"engine": name, "begins_s": round(begins_s, 4), "start_frame": int(start),
             "frames": int(x.shape[1]), "used": take.used}  # fmt: skip
    return _panned(x, cue, start), facts


def _length(cue: Cue) -> float:
    if cue.end_s is not None:
        if cue.end_s <= cue.at_s:
            raise BadRequest(f"cue {cue.number} ends at {cue.end_s:g} s, before it is heard at {cue.at_s:g} s")
        return min(cue.end_s - cue.at_s + DEEPEST_S / 4, LONGEST_S)
    if cue.recording:
        return LONGEST_SPOT_S
    try:
        plan = write_effect(cue.sound, seed=cue.seed)
        natural = max(event.duration_s or SPOT_S for event in plan.events)
    except BadRequest:  # other engines than foley understand more
        natural = SPOT_S
    return float(np.clip(natural, 0.3, LONGEST_SPOT_S))


def _rendered(
    engine: str, effect: EffectPlan, seed: int, prompt: str, negative: str, options: dict[str, Any]
) -> tuple[Take, str]:
    from soundwright import direct

    player = direct.cast(engine, "effect", effect.duration_s, commercial=bool(options.get("commercial")))
    key = (
        type(player),
        player.card.name,
        effect.model_dump_json(),
        seed,
        prompt,
        negative,
        repr(sorted(options.items())),
    )
    if known := RECENT.get(key):
        return known, player.card.name
    asked = dict(options) | ({"negative": negative} if negative and player.card.checkpoints else {})
    if not player.card.checkpoints:
        asked = {}

    def render(seed: int) -> Take:
        return player.render(Task("effect", effect, effect.duration_s, seed, prompt, options=asked), Progress())

    hears = unwanted.ear(options.get("device")) if player.card.checkpoints else None  # ours do as they are told
    take, heard = unwanted.cleanest(render, seed, prompt, hears)
    take = replace(take, stems={}, used=take.used | ({"heard": heard} if heard else {}))
    if player.card.name not in CHANGING:
        RECENT.put(key, take)
    return take, player.card.name


def _beginning(x: np.ndarray, found: list[float]) -> float:
    """Where a sound is heard to begin: the first of its beginnings that is not much weaker than the strongest."""
    level = onsets.levels(Audio(x, RATE))
    if not len(level) or level.max() < -100:
        return 0.0
    loud = [t for t in found if level[int(t * 1000) : int(t * 1000) + 30].max(initial=-200) > level.max() - 20]
    if loud:
        return loud[0]
    return float(np.argmax(level > level.max() - 15)) / 1000


def _trimmed(x: np.ndarray, cue: Cue, beat_s: float | None) -> np.ndarray:
    """Faded at its ends: a few milliseconds in, and out where the cue ends, or its first beat does."""
    lengths = [s for s in (beat_s, cue.end_s and cue.end_s - cue.at_s) if s is not None]
    if lengths:
        x = x[:, : round((min(lengths) + LEAD_S) * RATE)]
    return envelopes.fade(x, RATE, 0.002, 0.03 if lengths else min(0.08, x.shape[1] / RATE / 4))


def _panned(x: np.ndarray, cue: Cue, start: int) -> np.ndarray:
    """At its place between left and right, by equal power; what is in stereo keeps its width."""
    if cue.pan_curve:
        times, places = zip(*cue.pan_curve, strict=True)
        pan = np.interp((start + np.arange(x.shape[1])) / RATE, times, places)
    else:
        pan = np.full(1, cue.pan)
    angle = (pan + 1) * np.pi / 4
    middle = x.mean(axis=0)
    side = (x[0] - x[1]) / 2 * (1 - np.abs(pan))
    left, right = np.sqrt(2) * np.cos(angle) * middle + side, np.sqrt(2) * np.sin(angle) * middle - side
    return np.stack([left, right]).astype(np.float32)


@dataclass(frozen=True, eq=False)
class _Bed:
    """A scene's ambience `[2, frames]` at its level, its first frame, and how long it takes to begin."""

    start: int
    sound: np.ndarray
    rise_s: float = CROSS_S


def _beds(plan: CuePlan, tell: Progress, engine: str, options: dict[str, Any]) -> Iterator[_Bed | None]:
    """Scene by scene, None for those without ambience."""
    for at, scene in enumerate(plan.scenes):
        tell("beds", at / len(plan.scenes), scene.start_s)
        yield _bed(scene, at, plan, engine, options) if scene.ambience and not scene.muted else None


def _bed(scene: Scene, at: int, plan: CuePlan, engine: str, options: dict[str, Any]) -> _Bed:
    """A scene's ambience, which begins and ends half a crossing outside of the scene where it has neighbours."""
    after = plan.scenes[at + 1 : at + 2]
    first_s = max(scene.start_s - (_crossing(scene) / 2 if at else 0.0), 0.0)
    last_s = min(scene.end_s + (_crossing(after[0]) / 2 if after else 0.0), plan.duration_s)
    left, pieces = round((last_s - first_s) * RATE), []
    while not pieces or left > round(CROSS_S * RATE):  # in stretches that engines can make, crossing as beds do
        frames = min(left, round(LONGEST_S * RATE))
        seed = scene.seed + len(pieces)
        effect = write_effect(scene.ambience, duration_s=max(frames / RATE, 0.1), seed=seed)
        take, _ = _rendered(engine, effect, seed, scene.ambience, "", options)
        pieces.append(take.audio.stereo().at(RATE).fitted(frames))
        left -= frames - round(CROSS_S * RATE)
    sound = pieces[0] if len(pieces) == 1 else join(pieces, CROSS_S).audio
    return _Bed(round(first_s * RATE), sound.samples * np.float32(units.gain(scene.level_db)), _crossing(scene))


def _crossing(scene: Scene) -> float:
    """How long a scene's ambience crosses with that before it."""
    return SOFT_S if scene.soft else CROSS_S


def _meet(before: _Bed | None, after: _Bed | None) -> None:
    """Fade the end of one bed and the beginning of the next, by how alike they are where they cross.

    A bed that meets none is faded as if it crossed with silence.
    """
    rise_s = after.rise_s if after else CROSS_S
    n = min([round(rise_s * RATE), *(bed.sound.shape[1] // 2 for bed in (before, after) if bed)])
    alike = 0.0
    if before and after:
        shared = before.start + before.sound.shape[1] - after.start
        if 0 < shared <= n:
            n = shared
            alike = crossfade.correlation(before.sound[:, -n:], after.sound[:, :n])
    fall, rise = crossfade.gains(n, alike)
    if before:
        before.sound[:, before.sound.shape[1] - n :] *= fall
    if after:
        after.sound[:, :n] *= rise


def _laid(whole: np.ndarray, x: np.ndarray, start: int) -> None:
    """Add a sound at a frame; what lies outside is cut."""
    skip = max(-start, 0)
    x = x[:, skip : skip + max(whole.shape[1] - max(start, 0), 0)]
    whole[:, max(start, 0) : max(start, 0) + x.shape[1]] += x
