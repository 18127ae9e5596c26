"""The cue sheet as CSV, for people and spreadsheets: one row a clip, times as timecode and as seconds."""

from __future__ import annotations

import csv
from io import StringIO

from soundwright.deliver.timeline.model import Timeline
from soundwright.deliver.timeline.timecode import timecode

COLUMNS = ("number", "track", "name", "file", "in", "out", "start_s", "duration_s", "gain_db", "pan")


def dumps(timeline: Timeline) -> str:
    """Rows in order of time; `in` and `out` are timecode at the timeline's frame rate, `out` not included."""
    fps = timeline.fps
    offset = fps.frames(timeline.start_s)
    text = StringIO()
    sheet = csv.writer(text, lineterminator="\n")
    sheet.writerow(COLUMNS)
    for number, clip in enumerate(sorted(timeline.clips, key=lambda clip: clip.start_s), 1):
        first, last = (timecode(offset + frame, fps) for frame in timeline.span(clip))
        numbers = (f"{clip.start_s:.6f}", f"{clip.duration_s:.6f}", f"{clip.gain_db:.2f}", f"{clip.pan:.2f}")
        sheet.writerow((number, clip.track, clip.name, clip.file, first, last, *numbers))
    return text.getvalue()
