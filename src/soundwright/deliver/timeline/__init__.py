"""Timelines for editors: one neutral description of clips in time, written as OTIO, EDL, FCP7 XML, Reaper or CSV.

from soundwright.deliver.timeline import Clip, Timeline, write
write(Timeline("film", (Clip("door", "door.wav", 1.5, 0.8, track="effects"),), rate="25"), Path("film.otio"))
"""

from __future__ import annotations

from soundwright.deliver.timeline.model import Clip, Timeline
from soundwright.deliver.timeline.timecode import RATES, FrameRate, timecode
from soundwright.deliver.timeline.writers import WRITERS, dumps, write

__all__ = ["RATES", "WRITERS", "Clip", "FrameRate", "Timeline", "dumps", "timecode", "write"]
