"""The table of timeline formats by ending, and the one function that writes them."""

from __future__ import annotations

from pathlib import Path

from soundwright.deliver import files
from soundwright.deliver.timeline import edl, otio, reaper, sheet, xmeml
from soundwright.deliver.timeline.model import Timeline
from soundwright.errors import BadRequest

WRITERS = {
    ".otio": otio.dumps,
    ".edl": edl.dumps,
    ".xml": xmeml.dumps,
    ".rpp": reaper.dumps,
    ".csv": sheet.dumps,
}


def dumps(timeline: Timeline, ending: str) -> str:
    """The timeline in the format of `ending`. Raises `BadRequest` for an ending that the table lacks."""
    if ending.lower() not in WRITERS:
        raise BadRequest(f"a timeline is written as {', '.join(WRITERS)}, not {ending!r}")
    return WRITERS[ending.lower()](timeline)


def write(timeline: Timeline, path: Path) -> Path:
    """Write the timeline in the format that the ending names, wholly or not at all."""
    text = dumps(timeline, path.suffix)
    with files.staged(path.parent) as stage:
        stage.path(path).write_text(text, encoding="utf-8")
    return path
