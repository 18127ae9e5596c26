"""Named places in a piece, read from its plan: the sections of a song, the sounds of an effect."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

import yaml
from pydantic import ValidationError

from soundwright.deliver.wav_chunks import Marker
from soundwright.plan.effect import EffectPlan
from soundwright.plan.song import SongPlan

MOST = 200  # more points than this are a texture, not places to jump to


def of_plan(text: str) -> tuple[Marker, ...]:
    """The markers of a plan's YAML text in order of time; none for a text that is neither kind of plan."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError:
        return ()
    if not isinstance(document, dict):
        return ()
    try:
        if "sections" in document:
            found = _sections(SongPlan.model_validate(document))
        elif "events" in document:
            plan = EffectPlan.model_validate(document)
            found = (
                Marker(event.start_s, event.sound) for event in sorted(plan.events, key=lambda event: event.start_s)
            )
        else:
            return ()
        return tuple(islice(found, MOST))
    except ValidationError:
        return ()


def loops(text: str) -> bool:
    """Whether a plan's YAML text says that the end meets the beginning."""
    try:
        document = yaml.safe_load(text)
    except yaml.YAMLError:
        return False
    return isinstance(document, dict) and (document.get("loop") is True or document.get("ending") == "loop")


def _sections(plan: SongPlan) -> Iterator[Marker]:
    bars = 0
    for section in plan.sections:
        if bars * plan.bar_s < plan.duration_s:
            yield Marker(round(bars * plan.bar_s, 6), section.name)
        bars += section.bars
