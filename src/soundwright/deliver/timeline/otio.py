"""OpenTimelineIO as JSON (opentimelineio.readthedocs.io, serialized schema): Resolve, Nuke and others read it."""

from __future__ import annotations

import json
from typing import Any

from soundwright.deliver.timeline.model import Clip, Timeline


def dumps(timeline: Timeline) -> str:
    """The timeline with one audio track for each of its tracks; times are samples, so nothing is rounded to frames."""
    tracks = [_track(timeline, name, clips) for name, clips in timeline.tracks.items()]
    document = {
        "OTIO_SCHEMA": "Timeline.1",
        "metadata": {"soundwright": {"frame_rate": timeline.rate}},
        "name": timeline.name,
        # The start is what editors show as timecode: on the picture's frames.
        "global_start_time": _time(timeline.fps.frames(timeline.start_s), float(timeline.fps.exact)),
        "tracks": {**_item("Stack.1", "tracks"), "children": tracks},
    }
    return json.dumps(document, indent=2, ensure_ascii=False) + "\n"


def _item(schema: str, name: str) -> dict[str, Any]:
    shared = {"source_range": None, "effects": [], "markers": [], "enabled": True, "metadata": {}}
    return {"OTIO_SCHEMA": schema, "name": name, **shared}


def _track(timeline: Timeline, name: str, clips: list[Clip]) -> dict[str, Any]:
    children, at, rate = [], 0, timeline.sample_rate
    for clip in clips:
        start, frames = round(clip.start_s * rate), round(clip.duration_s * rate)
        if start > at:
            children.append({**_item("Gap.1", ""), "source_range": _range(0, start - at, rate)})
        children.append(_clip(clip, max(start, at), frames, rate))
        at = max(start, at) + frames
    return {**_item("Track.1", name), "kind": "Audio", "children": children}


def _clip(clip: Clip, start: int, frames: int, rate: int) -> dict[str, Any]:
    source = round(clip.source_s * rate)
    media = {
        "OTIO_SCHEMA": "ExternalReference.1",
        "name": clip.name,
        "target_url": clip.file,
        "available_range": _range(0, source + frames, rate),
        "metadata": {},
    }
    said = {"gain_db": clip.gain_db, "pan": clip.pan, "start_s": clip.start_s}
    return {
        **_item("Clip.2", clip.name),
        "source_range": _range(source, frames, rate),
        "media_references": {"DEFAULT_MEDIA": media},
        "active_media_reference_key": "DEFAULT_MEDIA",
        "metadata": {"soundwright": said},
    }


def _range(start: int, frames: int, rate: float) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "TimeRange.1", "start_time": _time(start, rate), "duration": _time(frames, rate)}


def _time(value: float, rate: float) -> dict[str, Any]:
    return {"OTIO_SCHEMA": "RationalTime.1", "value": float(value), "rate": float(rate)}
