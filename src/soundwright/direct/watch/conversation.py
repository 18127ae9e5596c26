"""A cue plan in conversation with a model that is shown the film, wherever it runs.

The model is shown pictures and the list of events that were measured; it says what they are and what they sound like.
When something happens it is not asked to tell: its cues name events, and a time of its own is moved to the event next
to it. What it answers is checked field by field; a faulty answer is sent back once with the fault.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from soundwright.dsp.space import SPACES
from soundwright.errors import CannotRun
from soundwright.plan import cues as documents
from soundwright.plan.cues import Cue, CuePlan, Scene
from soundwright.progress import Progress
from soundwright.request import first_fault
from soundwright.video import pictures
from soundwright.video.events import Event, Seen

PICTURES, WIDTH = 16, 512  # at the most, and how wide in pixels
SNAP_S = 0.25  # a time that the model tells is moved to an event no further away
SURE = 0.3  # of a time that is no event's: a cue is laid there, and says so
TRIES = 2
SCHEMA: dict[str, Any] = {
    "type": "object",
    "properties": {
        "space": {"type": "string", "enum": list(SPACES)},
        "scenes": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {"shot": {"type": "integer"}, "ambience": {"type": "string"}},
                "required": ["shot", "ambience"],
            },
        },
        "cues": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "event": {"type": ["integer", "null"]},
                    "at_s": {"type": ["number", "null"]},
                    "sound": {"type": "string"},
                    "material": {"type": "string"},
                    "intensity": {"type": "number"},
                    "how": {"type": "string"},
                },
                "required": ["sound"],
            },
        },
    },
    "required": ["space", "scenes", "cues"],
}
ASK = """These are {count} pictures of a film of {length:.2f} seconds, at {times} seconds. Say what would be heard.
{said}Measured in the pictures were these events (number: time in seconds, kind, place across the picture 0 to 1):
{events}
Its shots (number: start to end in seconds): {shots}

Answer with one JSON object and nothing else:
{{"space": one of {spaces},
 "scenes": [{{"shot": number, "ambience": what goes on in that place, a few words, "" for silence}}],
 "cues": [{{"event": number of a measured event, or null with "at_s" in seconds for one that is missing,
   "sound": what is heard in a few words, like "ball bounces on wood", "material": "wood", "intensity": 0 to 1,
   "how": how it should sound}}]}}
Leave out events that would make no sound. Do not name music or speech."""


class _Told(BaseModel):
    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True, allow_inf_nan=False)


class _ToldScene(_Told):
    shot: int
    ambience: str = Field("", max_length=200)


class _ToldCue(_Told):
    event: int | None = None
    at_s: float | None = None
    sound: str = Field(min_length=1, max_length=200)
    material: str = Field("", max_length=60)
    intensity: float | None = Field(None, ge=0, le=1)
    how: str = Field("", max_length=400)


class _Answer(_Told):
    space: str = "dry"
    scenes: list[_ToldScene] = Field(default_factory=list)
    cues: list[_ToldCue]


@dataclass(frozen=True)
class Message:
    """One turn: whose ("user", "assistant"), its text, and the pictures before it (RGB, uint8)."""

    role: str
    text: str
    pictures: list[np.ndarray] = field(default_factory=list)


@dataclass(frozen=True)
class Speaker:
    """A model that is shown pictures: what it is called, and how it answers to the turns until now."""

    name: str
    speak: Callable[[list[Message]], str]


def write_cues(
    seen: Seen, prompt: str, speaker: Speaker, tell: Progress, *, seed: int = 0, kept: CuePlan | None = None
) -> CuePlan:
    """The plan of a film by a `speaker`; locked cues of `kept` stay.

    Raises `CannotRun` when what it answers is no plan, `Cancelled`.
    """
    shown = _shown(seen)
    messages = [Message("user", _question(seen, prompt, shown), [picture for _, picture in shown])]
    fault = ""
    for _ in range(TRIES):
        tell("watch")
        text = speaker.speak(messages)
        try:
            answer = _Answer.model_validate(_parsed(text))
        except (ValueError, ValidationError) as error:
            fault = first_fault(error) if isinstance(error, ValidationError) else str(error)
            messages.append(Message("assistant", text[:4000]))
            messages.append(Message("user", f"That does not fit: {fault}. Answer with the JSON object alone."))
            continue
        return _plan(seen, prompt, answer, seed, kept)
    raise CannotRun(f"{speaker.name} gave no cue plan ({fault}); without --author it is planned from what is seen")


def _shown(seen: Seen) -> list[tuple[float, np.ndarray]]:
    """Pictures for the model: one of each shot's middle and one just after each event, the surest first, in order."""
    wanted = [(shot.start_s + shot.end_s) / 2 for shot in seen.shots][: PICTURES // 2]
    surest = sorted(seen.events, key=lambda event: (-event.sure, event.time_s))
    wanted += [event.time_s + 0.5 / float(seen.film.rate) for event in surest[: PICTURES - len(wanted)]]
    return list(pictures.shown_at(seen.film, sorted(wanted), WIDTH))


def _question(seen: Seen, prompt: str, shown: list[tuple[float, np.ndarray]]) -> str:
    events = "\n".join(f"{at}: {one.time_s:.3f}, {one.kind}, {one.x:.2f}" for at, one in enumerate(seen.events, 1))
    shots = ", ".join(f"{at}: {shot.start_s:.2f} to {shot.end_s:.2f}" for at, shot in enumerate(seen.shots, 1))
    return ASK.format(
        count=len(shown),
        length=float(seen.film.duration_s),
        times=", ".join(f"{time_s:.2f}" for time_s, _ in shown),
        said=f"Who made it says of it: {prompt}\n" if prompt else "",
        events=events or "none",
        shots=shots,
        spaces=", ".join(SPACES),
    )


def _parsed(text: str) -> Any:
    """The JSON object in a text, which may stand in a fence or between words. Raises `ValueError`."""
    first, last = text.find("{"), text.rfind("}")
    if first < 0 or last <= first:
        raise ValueError("there is no JSON object in it")
    try:
        return json.loads(text[first : last + 1])
    except json.JSONDecodeError as error:
        raise ValueError(f"its JSON is broken: {error}") from error


def _plan(seen: Seen, prompt: str, answer: _Answer, seed: int, kept: CuePlan | None) -> CuePlan:
    duration_s = float(seen.film.duration_s)
    ignored: list[str] = []
    locked = [cue for cue in (kept.cues if kept else []) if cue.locked]
    made: list[Cue] = []
    names = [told.sound.lower() for told in answer.cues]
    for told in answer.cues:
        event, note = _event(seen.events, told, duration_s)
        if event is None:
            ignored.append(f"{told.sound}: {note}")
            continue
        if any(abs(cue.at_s - event.time_s) <= documents.APART_S for cue in (*made, *locked)):
            continue
        made.append(_cue(event, told, note, once=names.count(told.sound.lower()) > 1))
    cues = sorted([*made, *locked], key=lambda cue: cue.at_s)
    said = {one.shot: one.ambience for one in answer.scenes}
    scenes = [
        Scene.model_validate({"start_s": shot.start_s, "end_s": shot.end_s, "soft": shot.soft,
                              "ambience": said.get(at, ""), "seed": seed})
        for at, shot in enumerate(seen.shots, 1)
        if shot.end_s > shot.start_s
    ]  # fmt: skip
    return CuePlan(
        duration_s=duration_s,
        film=seen.film.path.name,
        space=answer.space if answer.space in SPACES else "dry",
        prompt=prompt,
        ignored=ignored,
        scenes=documents.joined(scenes) if any(scene.ambience for scene in scenes) else [],
        cues=documents.numbered(cues, seed),
    )


def _event(events: list[Event], told: _ToldCue, duration_s: float) -> tuple[Event | None, str]:
    """The event that a cue is meant for, and a word about it; one of the model's own where none is near."""
    if told.event is not None and 1 <= told.event <= len(events):
        return events[told.event - 1], ""
    at_s = told.at_s
    if at_s is None or not 0 <= at_s < duration_s:
        return None, "it names no event and no time in the film"
    near = min(events, key=lambda event: abs(event.time_s - at_s), default=None)
    if near is not None and abs(near.time_s - at_s) <= SNAP_S:
        return near, f"moved from {at_s:g} s to what was measured"
    return Event(at_s, "contact", 0.5, 0.5, 0.6, SURE), "told by the author, not measured"


def _cue(event: Event, told: _ToldCue, note: str, *, once: bool) -> Cue:
    cue = documents.at_event(event, once=once)
    found: dict[str, Any] = {"sound": told.sound, "material": told.material, "what": f"{told.sound}, says the author"}
    if told.intensity is not None:
        found["intensity"] = round(told.intensity, 3)
    if note:
        found["when"] = note
    if told.how:
        found["how"] = told.how
    return cue.model_copy(update=found)
