"""The cue plan of a film: what sounds when, where and how hard, as one YAML document that a person can edit.

    duration_s: 12.0
    film: clip.mp4
    space: room
    scenes:
      - {start_s: 0.0, end_s: 12.0, ambience: quiet room}
    cues:
      - {number: 1, sound: ball bouncing on wood, at_s: 0.524, intensity: 0.8, pan: -0.2, seed: 17}
      - {number: 2, sound: glass breaks, at_s: 7.31, ucs: GLASBrk, locked: true}
      - {number: 3, sound: door, at_s: 9.02, recording: door.wav, gain_db: -6}

`at_s` is the instant that the sound's own beginning must meet: a contact, a flash. `what`, `when`, `how` and `where`
are the author's reasons. A `locked` cue is left as it is when the plan is written anew, a `muted` one is not heard. A
`recording` plays a cue instead of an engine: a sound file, or `library:SHA256`; of several events in it `seed` chooses.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Annotated, Any, Literal

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

from soundwright.foley import table
from soundwright.plan.document import flow, parse, slip, source
from soundwright.plan.effect import Curve, EffectEvent, write_effect
from soundwright.plan.looks import Look, Looks
from soundwright.video.events import Event, Seen

LONGEST_S = 4 * 3600.0
LARGEST_SEED = 2**63 - 1
UNNAMED = {"contact": "soft wooden knock", "flash": "electric spark", "appear": "soft pop"}
STEPS = ("FEET",)  # UCS categories that go on by themselves, and in a film happen when they are seen to
APART_S = 0.06  # nothing new is planned so near to a cue that stands
WIDE = 0.8  # how far to the sides the edges of the picture are heard
FAR_M = 6.0  # distance of what is as small as a hundredth of the picture's width squared; larger is nearer


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True, allow_inf_nan=False)


class Cue(_Document):
    """One sound at one instant."""

    number: int = Field(ge=1)
    sound: str = Field(min_length=1)  # what is heard, in words: the prompt of whoever plays it
    at_s: float = Field(ge=0, le=LONGEST_S)
    end_s: Annotated[float, Field(gt=0, le=LONGEST_S)] | None = None  # None: it rings as long as it naturally does
    once: bool = False  # only its first beat: those that follow in the film have cues of their own
    layer: Literal["spot", "bed"] = "spot"
    ucs: str = ""
    material: str = ""
    intensity: float = Field(0.7, ge=0, le=1)
    gain_db: float = Field(0.0, ge=-60, le=24)  # a person's, over what `intensity` gives
    pan: float = Field(0.0, ge=-1, le=1)
    pan_curve: Curve = Field(default_factory=list)  # (time s of the film, -1 left to 1 right); replaces `pan`
    distance_m: float = Field(2.0, gt=0, le=5000)
    negative: str = ""
    engine: str = ""  # "": the one that the soundtrack is asked for
    recording: str = ""
    model: str = ""  # of foley; "": looked up from `sound`
    knobs: dict[str, float] = Field(default_factory=dict)
    seed: int = Field(0, ge=0, le=LARGEST_SEED)
    locked: bool = False
    muted: bool = False
    what: str = ""
    when: str = ""
    how: str = ""
    where: str = ""


class Scene(_Document):
    """A stretch of the film with one ambience; `soft` begins with a fade."""

    start_s: float = Field(ge=0, le=LONGEST_S)
    end_s: float = Field(gt=0, le=LONGEST_S)
    ambience: str = ""
    level_db: float = Field(-14.0, ge=-60, le=12)
    soft: bool = False
    seed: int = Field(0, ge=0, le=LARGEST_SEED)
    muted: bool = False


class CuePlan(_Document):
    """A whole film's sound but its music: scenes in order, cues in order of time, and the space around them."""

    duration_s: Annotated[float, Field(gt=0, le=LONGEST_S)]
    film: str = ""
    space: str = "dry"
    prompt: str = ""
    ignored: list[str] = Field(default_factory=list)
    scenes: list[Scene] = Field(default_factory=list)
    cues: list[Cue] = Field(default_factory=list)

    @field_validator("space")
    @classmethod
    def _known(cls, space: str) -> str:
        from soundwright.dsp.space import SPACES

        if space not in SPACES:
            raise ValueError(f"there is no space {space!r}; there are {', '.join(SPACES)}")
        return space

    @model_validator(mode="after")
    def _inside(self) -> CuePlan:
        for cue in self.cues:
            if cue.at_s >= self.duration_s:
                raise ValueError(f"cue {cue.number} is at {cue.at_s:g} s, after the end ({self.duration_s:g} s)")
        for scene in self.scenes:
            if not scene.start_s < min(scene.end_s, self.duration_s):
                raise ValueError(f"no scene lasts from {scene.start_s:g} to {scene.end_s:g} s of {self.duration_s:g}")
        counts = Counter(cue.number for cue in self.cues)
        if twice := next((number for number, count in counts.items() if count > 1), 0):
            raise ValueError(f"two cues have the number {twice}")
        return self


def write_cues(
    seen: Seen, prompt: str = "", *, seed: int = 0, kept: CuePlan | None = None, looks: Looks | None = None
) -> CuePlan:
    """A plan for what was seen in a film, named by a description ("a ball bounces on wood, then glass breaks").

    The sounds that happen are given to the events in order; those that go on become the scenes' ambience. Where the
    description names none, `looks` may. Cues of `kept` that are locked stay, and nothing is planned within 60 ms of
    them. Raises `BadRequest` when the description names no known sound.
    """
    duration_s = float(seen.film.duration_s)
    spots, beds, space, ignored = _described(prompt, seed)
    looks = looks or Looks([None] * len(seen.events), [None] * len(seen.shots))
    told = {id(event): look for event, look in zip(seen.events, looks.events, strict=True)}
    events = [event for event in seen.events if event.time_s < duration_s]
    if prompt.strip() and not spots and events:
        ignored = [*ignored, f"{len(events)} events are seen, and the description names no sound that happens"]
        events = []
    locked = [cue for cue in (kept.cues if kept else []) if cue.locked]
    events = [event for event in events if all(abs(event.time_s - cue.at_s) > APART_S for cue in locked)]
    owners = _shared_out(events, len(spots)) if spots else [-1] * len(events)
    cues = [
        at_event(event, spots[owner] if spots else None, once=owners.count(owner) > 1, look=told[id(event)])
        for event, owner in zip(events, owners, strict=True)
    ]
    cues = sorted([*cues, *locked], key=lambda cue: cue.at_s)
    ambience = " and ".join(bed.sound for bed in beds)
    heard = [ambience or (look.sound if look else "") for look in looks.shots]
    scenes = [
        Scene.model_validate(
            {"start_s": shot.start_s, "end_s": shot.end_s, "soft": shot.soft, "ambience": sound, "seed": seed}
        )
        for shot, sound in zip(seen.shots, heard, strict=True)
        if any(heard) and shot.end_s > shot.start_s
    ]
    return CuePlan(
        duration_s=duration_s, film=seen.film.path.name, space=space, prompt=prompt, ignored=ignored,
        scenes=joined(scenes), cues=numbered(cues, seed),
    )  # fmt: skip


def _described(prompt: str, seed: int) -> tuple[list[EffectEvent], list[EffectEvent], str, list[str]]:
    """Sounds that happen and sounds that go on, each once, in the order of the description; the space; what was not
    understood."""
    if not prompt.strip():
        return [], [], "dry", []
    plan = write_effect(prompt, seed=seed)
    firsts = list({event.sound: event for event in reversed(plan.events)}.values())[::-1]
    models = table()
    goes_on = {
        event.sound: event.layer == "bed"
        and models[event.model].kind == "texture"
        and not models[event.model].ucs.startswith(STEPS)
        for event in firsts
    }
    spots, beds = ([event for event in firsts if goes_on[event.sound] == bed] for bed in (False, True))
    return spots, beds, plan.space, plan.ignored


def _shared_out(events: list[Event], count: int) -> list[int]:
    """Which of `count` sounds each event gets: in order, cut where neighbours are least alike.

    Events are alike in place, size, and the time between them; the cuts with the least spread within the parts win.
    """
    if count >= len(events):
        return list(range(len(events)))
    times = np.array([event.time_s for event in events])
    rows = np.array([(event.x, event.y, 0.3 * np.log(event.area + 1e-4), event.kind == "contact") for event in events])
    gaps = np.diff(times, prepend=times[0] - np.median(np.diff(times)))
    table = np.column_stack([rows, 0.3 * np.log(np.maximum(gaps, 0.02))])
    sums, squares = (np.vstack([np.zeros(table.shape[1]), np.cumsum(part, axis=0)]) for part in (table, table**2))

    def spread(a: int, b: int) -> float:
        return float((squares[b] - squares[a] - (sums[b] - sums[a]) ** 2 / (b - a)).sum())

    best = [[np.inf] * (len(events) + 1) for _ in range(count + 1)]
    back = [[0] * (len(events) + 1) for _ in range(count + 1)]
    best[0][0] = 0.0
    for part in range(1, count + 1):
        for end in range(part, len(events) + 1):
            for start in range(part - 1, end):
                if (cost := best[part - 1][start] + spread(start, end)) < best[part][end]:
                    best[part][end], back[part][end] = cost, start
    owners, end = [0] * len(events), len(events)
    for part in range(count, 0, -1):
        owners[back[part][end] : end] = [part - 1] * (end - back[part][end])
        end = back[part][end]
    return owners


def at_event(event: Event, sound: EffectEvent | None = None, *, once: bool = False, look: Look | None = None) -> Cue:
    """A cue at an event, as hard, as far and on the side that it was seen; of a sound, else as it looks, else of the
    event's kind."""
    at_s, x = round(event.time_s, 4), event.x
    unnamed = look.reason if look else f"a {event.kind} that nobody named"
    reasons: dict[str, Any] = {
        "what": f"named by the description: {sound.sound}" if sound else unnamed,
        "when": f"{event.kind}, {event.sure:.0%} sure",
        "how": f"strength {event.strength:.2f} of the film's strongest",
        "where": f"{x:.0%} from the left, {event.area * 1e4:.1f} of 10,000 parts of the squared width",
    }
    distance_m = sound.distance_m if sound and sound.distance_m != 1.0 else _distance(event)
    return Cue(
        number=1,
        sound=sound.sound if sound else look.sound if look else UNNAMED[event.kind],
        model=sound.model if sound else "",
        knobs=sound.knobs if sound else {},
        at_s=at_s,
        once=once,
        intensity=round(float(np.clip(0.35 + 0.65 * event.strength, 0, 1)), 3),
        pan=round(float(np.clip((2 * x - 1) * WIDE, -1, 1)), 3),
        distance_m=round(distance_m, 2),
        **reasons,
    )


def _distance(event: Event) -> float:
    return float(np.clip(FAR_M * np.sqrt(1e-3 / max(event.area, 1e-5)) / 2, 1.0, 12.0)) if event.area else 3.0


def joined(scenes: list[Scene]) -> list[Scene]:
    """Neighbours with one ambience as one scene: a cut within a place is not heard."""
    kept: list[Scene] = []
    for scene in scenes:
        if kept and kept[-1].ambience == scene.ambience:
            kept[-1] = kept[-1].model_copy(update={"end_s": scene.end_s})
        else:
            kept.append(scene)
    return kept


def numbered(cues: list[Cue], seed: int) -> list[Cue]:
    """Cues numbered in their order; those without a seed of their own get one."""
    return [
        cue.model_copy(update={"number": at, "seed": cue.seed or seed * 1000 + at}) for at, cue in enumerate(cues, 1)
    ]


def between(plan: CuePlan, start_s: float, end_s: float) -> CuePlan:
    """What of a plan lies in a stretch of its film, on that stretch's own clock."""

    def late(curve: Curve) -> Curve:
        return [(time_s - start_s, value) for time_s, value in curve]

    cues = [
        cue.model_copy(
            update={
                "at_s": cue.at_s - start_s,
                "end_s": None if cue.end_s is None else cue.end_s - start_s,
                "pan_curve": late(cue.pan_curve),
            }
        )
        for cue in plan.cues
        if start_s <= cue.at_s < end_s
    ]
    scenes = [
        scene.model_copy(
            update={"start_s": max(scene.start_s - start_s, 0.0), "end_s": min(scene.end_s, end_s) - start_s}
        )
        for scene in plan.scenes
        if scene.start_s < end_s and scene.end_s > start_s
    ]
    return plan.model_copy(update={"duration_s": end_s - start_s, "cues": cues, "scenes": scenes})


def as_events(plan: CuePlan) -> list[Event]:
    """The instants of the cues that can be heard to begin, as if they had been seen: what sound is measured against."""
    return [
        Event(cue.at_s, "contact", 0.5, 0.5, cue.intensity, 1.0)
        for cue in plan.cues
        if cue.layer == "spot" and cue.intensity > 0 and not cue.muted
    ]


def write(plan: CuePlan) -> str:
    """The plan as YAML; what is as by default is left out."""
    data = plan.model_dump(mode="json")
    lines = [f"{name}: {flow(value)}" for name, value in data.items() if name not in ("scenes", "cues")]
    for name, parts in (("scenes", plan.scenes), ("cues", plan.cues)):
        lines.append(f"{name}:" if parts else f"{name}: []")
        lines += [f"  - {flow(part.model_dump(mode='json', exclude_defaults=True))}" for part in parts]
    return "\n".join(lines) + "\n"


def read(path_or_text: str | Path) -> CuePlan:
    """The plan in a file, or in a text of several lines. Raises `BadRequest` naming file, line and field."""
    where, text = source(path_or_text)
    data, lines = parse(text, where)
    try:
        return CuePlan.model_validate(data)
    except ValidationError as error:
        kinds = {"cues": Cue, "scenes": Scene}
        raise slip(error, lines, where, lambda path: kinds.get(str(path[0]), CuePlan)) from None
