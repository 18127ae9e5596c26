"""Sound put into a film: its pictures are copied packet by packet, untouched; sound is encoded beside them.

Sample 0 of a new track is heard with the first picture, wherever the container's clock has it. Nothing is cut short:
the pictures stay whole, and a track is as long as it is.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.audio import Audio
from soundwright.errors import BadRequest, CannotRun
from soundwright.progress import Progress
from soundwright.video import container as files
from soundwright.video.clock import Film

# Ending -> libav's name of the container, the codec of new sound, and the picture codecs that it holds (None: any).
TARGETS: dict[str, tuple[str, str, set[str] | None]] = {
    ".mp4": ("mp4", "aac", {"h264", "hevc", "av1", "mpeg4", "vp9", "mjpeg"}),
    ".m4v": ("mp4", "aac", {"h264", "hevc", "av1", "mpeg4"}),
    ".mov": ("mov", "aac", None),
    ".mkv": ("matroska", "libopus", None),
    ".webm": ("webm", "libopus", {"vp8", "vp9", "av1"}),
    ".ts": ("mpegts", "aac", {"h264", "hevc", "mpeg2video", "mpeg1video", "mpeg4"}),
    ".avi": (
        "avi",
        "pcm_s16le",
        {"mpeg4", "mjpeg", "msmpeg4v2", "msmpeg4v3", "mpeg1video", "mpeg2video", "ffv1", "huffyuv"},
    ),
}
NOT_COPIED = ("gif",)
RATE = 48_000
BIT_RATE = 128_000  # for each channel
BLOCK = 1024
SUBTITLES = {"mp4": {"mov_text"}, "mov": {"mov_text"}, "matroska": None, "webm": {"webvtt"}, "mpegts": {"dvb_subtitle"}}


@dataclass(frozen=True)
class Sound:
    """A new track."""

    audio: Audio
    title: str = ""
    language: str = "und"


def check(film: Film, out: Path) -> None:
    """Raise `BadRequest` when a film's pictures cannot be copied to a file of that ending."""
    target = TARGETS.get(out.suffix.lower())
    if film.codec in NOT_COPIED:
        raise BadRequest(f"{film.codec} pictures cannot be copied beside sound; make an MP4 of {film.path.name} first")
    if target is None:
        raise BadRequest(f"{out.name} ends in no container that is written here; there are {', '.join(TARGETS)}")
    holds = target[2]
    if holds is not None and film.codec not in holds:
        same = film.path.suffix.lower()
        fits = f"{same} or .mkv" if same in TARGETS and same not in (".mkv", out.suffix.lower()) else ".mkv"
        raise BadRequest(f"{out.suffix} cannot hold {film.codec} pictures untouched; write {fits}")
    if not film.timed and target[0] not in ("avi", "matroska"):
        raise BadRequest(f"the pictures of {film.path.name} carry no times; write .avi or .mkv")


def mux(film: Film, out: Path, sounds: list[Sound], tell: Progress, *, keep_audio: bool = False,
        words: dict[str, str] | None = None) -> None:  # fmt: skip
    """Write the film's pictures with new tracks, and with `keep_audio` its own sound after them.

    Chapters, subtitles that the container can hold, words and rotation stay. `out` is a path aside: what is there when
    an error is raised is not whole. Raises `BadRequest`, `CannotRun`.
    """
    check(film, out)
    av = files.library()
    kind, codec, _ = TARGETS[out.suffix.lower()]
    options = {"movflags": "faststart"} if kind in ("mp4", "mov") else {}
    try:
        with files.opened(film.path) as source, av.open(str(out), "w", format=kind, options=options) as made:
            _copy_words(source, made)
            made.metadata.update(words or {})
            pictures = files.main_pictures(source)
            taken = {pictures.index: _template(made, pictures)}
            encoders = [(_encoder(made, sound, codec, kind), sound) for sound in sounds]
            for stream in _kept(source, kind, keep_audio):
                taken[stream.index] = _template(made, stream)
            start_s = film.start_s if film.timed else Fraction(0)
            lines = [_copied(source, taken, film, tell)]
            for stream, sound in encoders:
                rows = _encoded(stream, sound.audio, start_s)
                lines.append(_unprimed(rows, round(start_s * RATE)) if kind == "mpegts" else rows)
            for _, packet in heapq.merge(*lines, key=lambda row: row[0]):
                made.mux(packet)
    except av.FFmpegError as error:
        raise CannotRun(f"writing {out.name} failed: {getattr(error, 'strerror', None) or error}") from error


def _copy_words(source: Any, made: Any) -> None:
    made.metadata.update({key: value for key, value in source.metadata.items() if key not in ("encoder", "duration")})
    if chapters := source.chapters():
        made.set_chapters(chapters)


def _template(made: Any, stream: Any) -> Any:
    copy = made.add_stream_from_template(stream)
    copy.metadata.update(stream.metadata)
    return copy


def _kept(source: Any, kind: str, keep_audio: bool) -> Iterator[Any]:
    if keep_audio:
        yield from (stream for stream in source.streams.audio if stream.codec_context is not None)
    can = SUBTITLES.get(kind, set())
    for stream in source.streams.subtitles:
        if stream.codec_context is not None and (can is None or stream.codec_context.codec.canonical_name in can):
            yield stream


def _encoder(made: Any, sound: Sound, codec: str, kind: str) -> Any:
    audio = sound.audio
    if audio.rate != RATE:
        raise BadRequest(f"a film's sound has {RATE} Hz here, not {audio.rate}")
    stream = made.add_stream(codec, rate=RATE, layout=_layout(audio))
    if codec != "pcm_s16le":
        stream.bit_rate = BIT_RATE * audio.channels
    if kind != "avi":
        stream.time_base = Fraction(1, RATE)
    stream.metadata.update(
        {name: said for name, said in (("title", sound.title), ("language", sound.language)) if said}
    )
    return stream


def _layout(audio: Audio) -> str:
    layouts = {1: "mono", 2: "stereo", 6: "5.1"}
    if audio.channels not in layouts:
        raise BadRequest(f"a film's track has 1, 2 or 6 channels here, not {audio.channels}")
    return layouts[audio.channels]


Row = tuple[float, Any]


def _copied(source: Any, taken: dict[int, Any], film: Film, tell: Progress) -> Iterator[Row]:
    """The packets of the streams that stay, as they are, with the second at which each is due."""
    wanted = [stream for stream in source.streams if stream.index in taken]
    length, due = max(float(film.duration_s), 1e-3), 0.0
    notes: list[str] = []
    for packet in _ordered(files.packets(source, wanted, notes.append)):
        at = float(packet.dts * packet.time_base)
        due = max(due, at)  # heapq.merge wants each line in order
        if packet.stream_index == wanted[0].index:
            tell("mux", min(max((due - float(film.start_s)) / length, 0.0), 1.0), due)
        packet.stream = taken[packet.stream_index]
        yield due, packet
    tell("mux", 1.0, length)


def _ordered(packets: Iterator[Any]) -> Iterator[Any]:
    """Packets that hold something, each with a time of decoding: some containers know none for the first few pictures,
    which then get those before the first that is known."""
    early: dict[int, list[Any]] = {}
    for packet in packets:
        if not packet.size:
            continue
        held = early.setdefault(packet.stream_index, [])
        if packet.dts is None:
            held.append(packet)
            continue
        for back, one in enumerate(reversed(held), 1):
            one.dts = packet.dts - back * max(packet.duration or 1, 1)
        yield from held
        held.clear()
        yield packet
    yield from (packet for held in early.values() for packet in held if packet.pts is not None)


def _encoded(stream: Any, audio: Audio, start_s: Fraction) -> Iterator[Row]:
    av = files.library()
    layout = _layout(audio)
    base = round(start_s * RATE)
    whole = stream.codec_context.codec.name == "pcm_s16le"
    due = float(start_s)
    for at in range(0, audio.frames, BLOCK):
        block = audio.samples[:, at : at + BLOCK]
        if whole:
            ints = np.clip(np.round(block * 32767), -32768, 32767).astype(np.int16)
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(ints.T).reshape(1, -1), format="s16", layout=layout)
        else:
            frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block), format="fltp", layout=layout)
        frame.sample_rate, frame.pts, frame.time_base = RATE, base + at, Fraction(1, RATE)
        due = (base + at) / RATE
        for packet in stream.encode(frame):
            yield due, packet
    for packet in stream.encode(None):
        yield due, packet


def _unprimed(rows: Iterator[Row], first: int) -> Iterator[Row]:
    """Without what lies before the first sample: MPEG-TS cannot say that it is not to be heard."""
    return (row for row in rows if row[1].pts is None or row[1].pts * row[1].time_base >= Fraction(first - 1, RATE))
