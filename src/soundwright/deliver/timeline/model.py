"""The neutral timeline that every format is written from."""

from __future__ import annotations

import math
from dataclasses import dataclass

from soundwright.deliver.timeline.timecode import FrameRate, rate
from soundwright.errors import BadRequest


@dataclass(frozen=True)
class Clip:
    """One sound on a timeline: `duration_s` seconds of `file` from `source_s` on, heard from `start_s`.

    `file` is a path as the reader of the timeline will find it, usually relative to the timeline; `pan` runs −1 to 1.
    """

    name: str
    file: str
    start_s: float
    duration_s: float
    track: str = "audio"
    gain_db: float = 0.0
    pan: float = 0.0
    source_s: float = 0.0
    channels: int = 2


@dataclass(frozen=True)
class Timeline:
    """Clips on named tracks; `rate` is a name of `timecode.RATES`; `start_s` is the time that its first frame shows.

    Raises `BadRequest` for an unknown frame rate and for clips of no length or before the beginning.
    """

    name: str
    clips: tuple[Clip, ...]
    rate: str = "25"
    sample_rate: int = 48_000
    start_s: float = 0.0

    def __post_init__(self) -> None:
        rate(self.rate)
        for clip in self.clips:
            numbers = (clip.start_s, clip.duration_s, clip.source_s, clip.gain_db, clip.pan)
            if not all(math.isfinite(number) for number in numbers) or clip.duration_s <= 0 or clip.start_s < 0:
                raise BadRequest(f"the clip {clip.name!r} wants a start of 0 s or more and a duration above 0")

    @property
    def fps(self) -> FrameRate:
        return rate(self.rate)

    @property
    def tracks(self) -> dict[str, list[Clip]]:
        """Clips by track in order of time, tracks in order of appearance. Clips that overlap on a track are moved to
        further ones ("rain", "rain 2"), since no exchange format holds two clips at once on one track."""
        lanes: dict[str, list[Clip]] = {}
        for clip in sorted(self.clips, key=lambda clip: clip.start_s):
            lane, count = clip.track, 1
            while lane in lanes and self._meet(lanes[lane][-1], clip):
                count += 1
                lane = f"{clip.track} {count}"
            lanes.setdefault(lane, []).append(clip)
        order = list(dict.fromkeys(clip.track for clip in self.clips))
        return dict(sorted(lanes.items(), key=lambda item: order.index(item[1][0].track)))

    def _meet(self, first: Clip, second: Clip) -> bool:
        """Whether two clips overlap, in time or when rounded to frames."""
        over = first.start_s + first.duration_s > second.start_s + 1e-9
        return over or self.span(first)[1] > self.span(second)[0]

    @property
    def duration_s(self) -> float:
        return max((clip.start_s + clip.duration_s for clip in self.clips), default=0.0)

    def span(self, clip: Clip) -> tuple[int, int]:
        """First frame and the frame after the last of a clip, of the picture's rate; at least one frame."""
        first = self.fps.frames(clip.start_s)
        return first, max(self.fps.frames(clip.start_s + clip.duration_s), first + 1)
