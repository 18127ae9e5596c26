"""CMX3600 edit decision lists: the oldest format, and the one that everything still reads.

An event has one source, one channel and four timecodes: each track of ours is a channel (A, A2, A3 ..., of which the
oldest editors know two), and what the format has no field for (file, track, gain, pan) stands in comments.
"""

from __future__ import annotations

import re

from soundwright.deliver.timeline.model import Timeline
from soundwright.deliver.timeline.timecode import timecode


def dumps(timeline: Timeline) -> str:
    """The list of events, tracks one after the other; at most 999 events fit the format's numbers, more count on."""
    fps = timeline.fps
    offset = fps.frames(timeline.start_s)
    lines = [f"TITLE: {timeline.name}", f"FCM: {'DROP FRAME' if fps.drop else 'NON-DROP FRAME'}", ""]
    number = 0
    for lane, (track, clips) in enumerate(timeline.tracks.items(), 1):
        for clip in clips:
            number += 1
            first, last = timeline.span(clip)
            source = fps.frames(clip.source_s)
            times = (source, source + last - first, offset + first, offset + last)
            codes = " ".join(timecode(frame, fps) for frame in times)
            channel = "A" if lane == 1 else f"A{lane}"
            lines.append(f"{number:03d}  {_reel(clip.file):<8} {channel:<5} C        {codes}")
            lines.append(f"* FROM CLIP NAME: {clip.name}")
            lines.append(f"* SOURCE FILE: {clip.file}")
            lines.append(f"* TRACK: {track} GAIN: {clip.gain_db:+.2f} dB PAN: {clip.pan:+.2f}")
    return "\n".join(lines) + "\n"


def _reel(file: str) -> str:
    """Eight capital letters or digits: all that a reel's name may have."""
    stem = file.replace("\\", "/").rpartition("/")[2].rpartition(".")[0] or file
    return re.sub(r"[^A-Z0-9]", "", stem.upper())[:8] or "AX"
