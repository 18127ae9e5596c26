"""What a plan says happens when, as lanes of spans: sections of a song, sounds of an effect, cues of a film."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import yaml
from pydantic import ValidationError

from soundwright.plan.cues import CuePlan
from soundwright.plan.edit import EditPlan
from soundwright.plan.effect import EffectPlan
from soundwright.plan.sections import spans
from soundwright.plan.song import SongPlan

MOST = 200  # more spans in a lane than these are a texture, which nobody reads


@dataclass(frozen=True)
class Span:
    """A stretch with its words; `end_s` is `start_s` where it is only known when it begins. Spans of one `kind` ("": of
    one label) are drawn alike."""

    start_s: float
    end_s: float
    label: str
    kind: str = ""


@dataclass(frozen=True)
class Lane:
    """Spans of one kind. `borders`: where one begins is worth a line through the whole picture."""

    name: str
    spans: tuple[Span, ...]
    borders: bool = False


def of_facts(facts: dict[str, Any]) -> tuple[Lane, ...]:
    """The lanes of a manifest's facts: of its plan, and of the music under a film."""
    lanes = of_plan(facts.get("plan") or "", facts.get("used", {}))
    return lanes + of_plan(facts.get("music_plan") or "", {}, "music")


def of_plan(text: str, used: dict[str, Any] | None = None, name: str = "") -> tuple[Lane, ...]:
    """The lanes of a plan's YAML text, empty ones left out; none for a text that is no plan. `used` is what an engine
    told, which knows how long cues ring."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError:
        return ()
    if not isinstance(document, dict):
        return ()
    for mark, read in READERS.items():
        if mark in document:
            try:
                lanes = list(read(document, used or {}))
            except ValidationError:
                return ()
            return tuple(Lane(name or one.name, one.spans[:MOST], one.borders) for one in lanes if one.spans)
    return ()


def _song(document: dict[str, Any], used: dict[str, Any]) -> Iterable[Lane]:
    plan = SongPlan.model_validate(document)
    heard = [(start, end, part) for (start, end), part in zip(spans(plan), plan.sections, strict=True) if start < end]
    yield Lane("sections", tuple(Span(start, end, part.name) for start, end, part in heard), borders=True)
    if told := used.get("replaced"):
        yield Lane("made anew", (Span(told["start_s"], told["end_s"], told["section"]),), borders=True)


def _effect(document: dict[str, Any], used: dict[str, Any]) -> Iterable[Lane]:
    plan = EffectPlan.model_validate(document)
    for layer, name in (("bed", "beds"), ("spot", "sounds")):
        events = sorted((one for one in plan.events if one.layer == layer), key=lambda one: one.start_s)
        yield Lane(name, tuple(
            Span(one.start_s, min(one.start_s + (one.duration_s or 0.0), plan.duration_s), one.sound)
            for one in events))  # fmt: skip


def _film(document: dict[str, Any], used: dict[str, Any]) -> Iterable[Lane]:
    plan = CuePlan.model_validate(document)
    rings = {row["number"]: row["frames"] / 48_000 for row in used.get("cues", ()) if "frames" in row}
    yield Lane("scenes", tuple(Span(one.start_s, one.end_s, one.ambience or "quiet") for one in plan.scenes), True)
    yield Lane("cues", tuple(
        Span(cue.at_s, cue.end_s or min(cue.at_s + rings.get(cue.number, 0.0), plan.duration_s),
             f"{cue.number} {cue.sound}", cue.sound) for cue in plan.cues))  # fmt: skip


def _edit(document: dict[str, Any], used: dict[str, Any]) -> Iterable[Lane]:
    plan = EditPlan.model_validate(document)
    anew = list(plan.regions)
    if plan.verb == "extend":
        ends = [(0.0, plan.left_s), (plan.duration_s - plan.right_s, plan.duration_s)]
        anew = [(start, end) for start, end in ends if end > start]
    yield Lane("made anew", tuple(Span(start, end, plan.verb) for start, end in anew), borders=True)


READERS = {"sections": _song, "cues": _film, "scenes": _film, "events": _effect, "verb": _edit}
