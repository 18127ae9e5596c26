"""The sound of a film on the clock of its pictures: sample 0 is heard with the first picture."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.audio import Audio, Stream
from soundwright.errors import BadRequest
from soundwright.video import clock as clocks
from soundwright.video import container as files

# Times in Matroska are rounded to 1 ms, and ms jitter is no gap; what jumps further is placed anew.
GAP_S = 0.01
BLOCK = 65_536


def sound(source: str | Path | clocks.Film, track: int = 0) -> Audio:
    """The sound of one track, exactly as long as the pictures: `round(duration * rate)` frames, held whole.

    What is heard before the first picture or after the last is cut, gaps are silent; the priming of codecs and edit
    lists are respected. Raises `BadRequest` when there is no such track.
    """
    return stream(source, track).collect()


def stream(source: str | Path | clocks.Film, track: int = 0, note: files.Note = lambda text: None) -> Stream:
    """The same, in blocks, for films too long to hold."""
    film = source if isinstance(source, clocks.Film) else clocks.film(source)
    if not 0 <= track < len(film.tracks):
        raise BadRequest(f"{film.path} has {len(film.tracks)} tracks of sound; there is no track {track}")
    of = film.tracks[track]
    if not of.channels:
        raise BadRequest(f"track {track} of {film.path} cannot be decoded ({of.codec})")
    return Stream(of.rate, of.channels, _placed(_parts(film, of, note), film.frames_at(of.rate), of))


def _parts(film: clocks.Film, track: clocks.Track, note: files.Note) -> Iterator[tuple[int, np.ndarray]]:
    """Pairs of (place in samples from the first picture on, samples `[channels, frames]`)."""
    with files.opened(film.path) as container:
        expected = None
        for frame in _converted(files.decoded(container, container.streams.audio[track.index], note), track):
            samples = np.nan_to_num(frame.to_ndarray(), posinf=0.0, neginf=0.0)
            told = None if frame.pts is None else frame.pts * frame.time_base - film.start_s
            at = _place(told, expected, track.rate)
            yield at, samples
            expected = at + samples.shape[1]


def _place(told_s: Fraction | None, expected: int | None, rate: int) -> int:
    """Where samples go: right after those before them, unless the container's time leaps."""
    if told_s is None:
        return expected or 0
    told = round(told_s * rate)
    return told if expected is None or abs(told - expected) > GAP_S * rate else expected


def _converted(frames: Iterator[Any], track: clocks.Track) -> Iterator[Any]:
    """The frames as planar float at the track's rate and layout, also when those change within the stream."""
    convert, kind = None, None
    for frame in frames:
        if convert is None or kind != (frame.format.name, frame.layout.name, frame.sample_rate):
            kind = (frame.format.name, frame.layout.name, frame.sample_rate)
            convert = files.library().AudioResampler(format="fltp", layout=track.layout, rate=track.rate)
        yield from convert.resample(frame)


def _placed(parts: Iterator[tuple[int, np.ndarray]], total: int, track: clocks.Track) -> Iterator[np.ndarray]:
    """The parts in their places from 0 to `total`, in one row without overlap."""
    done = 0
    for at, samples in parts:
        if done >= total:
            return
        for rest in range(done, min(at, total), BLOCK):
            silent = np.zeros((track.channels, min(at, total, rest + BLOCK) - rest), np.float32)
            yield silent
            done += silent.shape[1]
        new = samples[:, max(done - at, 0) : total - at] if at < total else samples[:, :0]
        if new.shape[1]:
            yield np.ascontiguousarray(new, np.float32)
            done += new.shape[1]
    for rest in range(done, total, BLOCK):
        yield np.zeros((track.channels, min(total, rest + BLOCK) - rest), np.float32)
