"""The clock of a film: what is in the file, and when, exactly.

Time 0 is the presentation time of the first picture that decodes, whatever the container calls it (MPEG-TS starts at
1.4 s or anywhere, edit lists hide pictures, Matroska shifts all by the priming of its sound). The film ends where its
last picture ends: that picture's time plus its duration. Where pictures come at a constant rate, the end is exactly
`pictures / rate`, also in containers that round times to a millisecond.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.errors import BadRequest
from soundwright.video import container as files

NO_TIMES = {"avi", "h264", "hevc", "m4v", "mpegvideo"}  # containers that store an order of pictures but no times
RATES = (
    *(Fraction(n, d) for n in (24, 30, 48, 60, 120) for d in (Fraction(1), Fraction(1001, 1000))),
    *(Fraction(n) for n in (25, 50, 100)),
)
UNKNOWN_RATE = Fraction(25)  # of one picture without a duration
HEAD = 3  # pictures decoded to learn what they are like
HDR_TRANSFERS = {16, 18}  # ITU-T H.273: SMPTE ST 2084 (PQ), ARIB STD-B67 (HLG)
UPRIGHT = (1, 0, 0, 1)


@dataclass(frozen=True)
class Track:
    """One stream of sound: `offset_s` is the time of its first sample to be heard, from the first picture on.

    `index` counts the file's sound streams from 0; `channels` is 0 where the codec is not known here.
    """

    index: int
    codec: str
    rate: int
    channels: int
    layout: str
    offset_s: Fraction
    language: str = ""
    title: str = ""


@dataclass(frozen=True)
class Film:
    """Facts of a video file; all times from its first picture on.

    `width` and `height` are pixels as shown, after rotation; `pixel_aspect` is a pixel's width by its height as shown.
    `rate` is pictures per second (the average when `variable`), `start_s` the first picture's time on the container's
    own clock. `matrix` (a, b, c, d) turns stored into shown pictures: x' = a x + c y, y' = b x + d y.
    """

    path: Path
    container: str
    codec: str
    width: int
    height: int
    duration_s: Fraction
    pictures: int
    rate: Fraction
    variable: bool
    start_s: Fraction
    matrix: tuple[int, int, int, int] = UPRIGHT
    pixel_aspect: Fraction = Fraction(1)
    interlaced: bool = False
    pixel_format: str = "yuv420p"
    bits: int = 8
    hdr: bool = False
    tracks: tuple[Track, ...] = ()
    subtitles: tuple[str, ...] = ()
    chapters: int = 0
    notes: tuple[str, ...] = ()

    @property
    def rotation(self) -> int:
        """Degrees clockwise by which the stored pictures are turned to be shown: 0, 90, 180 or 270."""
        a, b, _, d = self.matrix
        return {(0, 1): 90, (0, -1): 270}.get((a, b), 180 if (a, d) == (-1, -1) else 0)

    @property
    def timed(self) -> bool:
        """Whether the container stores when a picture is shown."""
        return not set(self.container.split(",")) & NO_TIMES

    def frames_at(self, rate: int) -> int:
        """How many samples at `rate` Hz last as long as the film."""
        return round(self.duration_s * rate)


def film(path: str | Path) -> Film:
    """Read the file once, decoding no more than its beginning, and tell what is in it.

    Raises `BadRequest` in one line: no such file, no video, a still picture, no picture that decodes.
    """
    path = Path(path)
    notes: dict[str, None] = {}
    with files.opened(path) as container:
        stream = files.main_pictures(container)
        if stream is None or stream.codec_context is None:
            raise BadRequest(f"{path} holds no moving pictures")
        name = container.format.name
        seen = _scan(container, stream, notes)
        if not seen.head:
            raise BadRequest(f"{path} is damaged: no picture in it can be decoded")
        first = seen.head[0]
        times = seen.times(name, first.pts)
        tick = stream.time_base
        rate, variable, duration_s = timing(times, seen.durations, tick, declared(stream), timed=_timed(name))
        start_s = first.pts * tick if _timed(name) and first.pts is not None else Fraction(0)
        matrix = orientation(first)
        aspect = stream.sample_aspect_ratio or Fraction(1)
        wide, high = (first.width, first.height) if matrix[0] else (first.height, first.width)
        return Film(
            path=path,
            container=name,
            codec=stream.codec_context.codec.canonical_name,
            width=wide,
            height=high,
            duration_s=duration_s,
            pictures=len(times),
            rate=rate,
            variable=variable,
            start_s=start_s,
            matrix=matrix,
            pixel_aspect=Fraction(aspect) if matrix[0] else 1 / Fraction(aspect),
            interlaced=any(picture.interlaced_frame for picture in seen.head),
            pixel_format=first.format.name,
            bits=max(part.bits for part in first.format.components),
            hdr=int(first.color_trc) in HDR_TRANSFERS,
            tracks=tuple(_track(sound, at, seen.sounds, start_s) for at, sound in enumerate(container.streams.audio)),
            subtitles=tuple(_codec(words) for words in container.streams.subtitles),
            chapters=len(container.chapters()),
            notes=tuple(notes),
        )


@dataclass
class _Seen:
    """What one pass over the packets gathers; `pts` and `durations` are ticks of the picture stream."""

    head: list[Any] = field(default_factory=list)
    pts: list[int] = field(default_factory=list)
    durations: dict[int, int] = field(default_factory=dict)
    sounds: dict[int, Fraction] = field(default_factory=dict)

    def times(self, container: str, first: int | None) -> np.ndarray:
        """Presentation times in ticks, sorted, from the first picture that decodes on."""
        if not _timed(container) or first is None:
            return np.arange(max(len(self.pts), len(self.head)))
        times = np.unique(np.array([*self.pts, first], np.int64))
        return times[times >= first]


def _scan(container: Any, stream: Any, notes: dict[str, None]) -> _Seen:
    seen = _Seen()
    waiting = {sound.index for sound in container.streams.audio if sound.codec_context is not None}
    streams = [stream, *(sound for sound in container.streams.audio if sound.index in waiting)]
    last = -1
    for packet in files.packets(container, streams, lambda text: notes.setdefault(text)):
        if packet.stream_index == stream.index:
            if len(seen.head) < HEAD:
                seen.head += files.decode(packet, lambda text: notes.setdefault(text))
            at = packet.dts if packet.pts is None else packet.pts
            if packet.size and not packet.is_discard and at is not None:
                seen.pts.append(at)
                if at > last:  # only the last picture's own duration is ever asked for
                    last, seen.durations = at, {at: packet.duration or 0}
        elif packet.stream_index in waiting:
            heard = files.decode(packet, lambda text: None)
            if heard and heard[0].pts is not None:
                seen.sounds[packet.stream_index] = heard[0].pts * heard[0].time_base
                waiting.discard(packet.stream_index)
    return seen


def timing(
    times: np.ndarray, durations: dict[int, int], tick: Fraction, declared: Iterable[Fraction], *, timed: bool = True
) -> tuple[Fraction, bool, Fraction]:
    """Rate, whether it varies, and duration in seconds, of sorted presentation `times` in ticks of `tick` seconds.

    A rate is constant when no picture is further than one tick from its place in the even row; the declared rates are
    tried first, then the usual ones, then the mean.
    """
    count, declared = len(times), [rate for rate in declared if rate > 0]
    if not timed:
        rate = declared[0] if declared else UNKNOWN_RATE
        return rate, False, count / rate
    own = int(durations.get(int(times[-1]), 0)) * tick
    if count == 1:
        length = own or 1 / (declared[0] if declared else UNKNOWN_RATE)
        return 1 / length, False, length
    span = int(times[-1] - times[0]) * tick
    row = (times - times[0]) * float(tick)
    for rate in (*declared, *RATES, (count - 1) / span):
        if np.abs(row - np.arange(count) / float(rate)).max() <= 1.01 * float(tick):
            return rate, False, count / rate
    length = span + (own or int(times[-1] - times[-2]) * tick)
    return count / length, True, length


def declared(stream: Any) -> list[Fraction]:
    """The rates that the stream claims, most trusted first."""
    claims = (stream.average_rate, stream.guessed_rate, stream.base_rate)
    return [Fraction(claim) for claim in claims if claim]


def orientation(picture: Any) -> tuple[int, int, int, int]:
    """The display matrix of a decoded picture, rounded to quarter turns and mirrors: (a, b, c, d) of `Film.matrix`."""
    data = picture.side_data.get("DISPLAYMATRIX")
    if data is None:
        return UPRIGHT
    a, b, _, c, d, *_ = np.frombuffer(bytes(data), np.int32)
    if abs(int(a)) >= abs(int(b)):
        return (int(np.sign(a)) or 1, 0, 0, int(np.sign(d)) or 1)
    return (0, int(np.sign(b)) or 1, int(np.sign(c)) or 1, 0)


def _timed(container: str) -> bool:
    return not set(container.split(",")) & NO_TIMES


def _codec(stream: Any) -> str:
    return stream.codec_context.codec.canonical_name if stream.codec_context is not None else "unknown"


def _track(stream: Any, index: int, starts: dict[int, Fraction], start_s: Fraction) -> Track:
    known = stream.codec_context is not None
    return Track(
        index=index,
        codec=_codec(stream),
        rate=stream.codec_context.sample_rate if known else 0,
        channels=stream.codec_context.channels if known and stream.index in starts else 0,
        layout=stream.codec_context.layout.name if known else "",
        offset_s=starts.get(stream.index, start_s) - start_s,
        language=stream.metadata.get("language", ""),
        title=stream.metadata.get("title", ""),
    )
