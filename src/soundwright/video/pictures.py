"""The pictures of a film as arrays on its clock: small, upright, in bounded memory."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from fractions import Fraction
from itertools import chain, pairwise
from math import ceil
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.errors import BadRequest
from soundwright.video import clock as clocks
from soundwright.video import container as files

Picture = tuple[float, np.ndarray]


def frames(
    source: str | Path | clocks.Film,
    *,
    width: int | None = None,
    grey: bool = True,
    clock: float | Fraction | None = None,
    from_s: float = 0.0,
    note: Callable[[str], None] = lambda text: None,
) -> Iterator[Picture]:
    """Pairs of (time in seconds from the first picture on, picture), one picture held at a time.

    Pictures are uint8, `[height, width]` when `grey`, else `[height, width, 3]` (RGB), upright as shown, with square
    pixels when a `width` is given; of interlaced ones the first field is shown. `clock` asks for pictures at
    k / clock seconds, each the nearest in time, over the film's whole duration. What is shown before `from_s` may be
    left out, but not the picture that is shown then. Damaged pictures are left out and told to `note`. Raises
    `BadRequest` as `clock.film` does.
    """
    film = source if isinstance(source, clocks.Film) else clocks.film(source)
    if width is not None and width < 1:
        raise BadRequest(f"a width of {width} pixels shows nothing; ask for at least 1")
    pictures = _begun(film, width, grey, note, from_s) if from_s > 0 else _pictures(film, width, grey, note)
    return pictures if clock is None else resampled(pictures, clock, film.duration_s)


def shown_at(film: clocks.Film, times: Iterable[float], width: int) -> Iterator[Picture]:
    """What is shown at some times, in order, in colour and `width` pixels wide: for each, the first picture from then
    on. Times after the last picture are left out."""
    wanted = iter(times)
    time_s = next(wanted, None)
    for at_s, picture in frames(film, width=width, grey=False):
        while time_s is not None and at_s >= time_s - 1e-6:
            yield at_s, picture
            time_s = next(wanted, None)
        if time_s is None:
            return


def resampled(pictures: Iterator[Picture], clock: float | Fraction, until_s: float | Fraction) -> Iterator[Picture]:
    """The pictures nearest in time to k / clock seconds, for every such time before `until_s`; of two at the same
    distance, the earlier. Raises `BadRequest` for a clock that does not run."""
    if not clock > 0:
        raise BadRequest(f"a clock of {clock} pictures a second does not run; ask for more than 0")
    return _resampled(pictures, Fraction(clock), ceil(Fraction(until_s) * Fraction(clock)))


def _resampled(pictures: Iterator[Picture], clock: Fraction, count: int) -> Iterator[Picture]:
    done, held = 0, None
    for held, (later, _) in pairwise(_ended(pictures)):
        while done < count and float(done / clock) - held[0] <= later - float(done / clock):
            yield float(done / clock), held[1]
            done += 1


def _ended(pictures: Iterator[Picture]) -> Iterator[Picture]:
    """The pictures, and then one that is never near."""
    last = None
    for last in pictures:
        yield last
    if last is not None:
        yield float("inf"), last[1]


def _begun(film: clocks.Film, width: int | None, grey: bool, note: files.Note, from_s: float) -> Iterator[Picture]:
    """The pictures from a key picture before `from_s` on; all of them where the file leads to none."""
    pictures = _pictures(film, width, grey, note, from_s)
    first = next(pictures, None)
    if first is not None and first[0] <= from_s:
        return chain([first], pictures)
    return _pictures(film, width, grey, note)


def _pictures(
    film: clocks.Film, width: int | None, grey: bool, note: files.Note, from_s: float = 0.0
) -> Iterator[Picture]:
    with files.opened(film.path) as container:
        stream = files.main_pictures(container)
        stream.thread_type = "AUTO"
        if sought := from_s > 0 and film.timed:
            container.seek(int((Fraction(from_s) + film.start_s) / stream.time_base), stream=stream)
        shape = _stored_size(film, width)
        shrink = files.library().video.reformatter.VideoReformatter()
        shown = files.decoded(container, stream, note)
        latest = -1.0
        for index, picture in enumerate(_progressive(shown, stream) if film.interlaced else shown):
            if sought and latest < 0 and picture.pts is None:
                return  # without a time of its own, nobody knows where this is
            at = _time(film, picture, index, latest)
            if at <= latest or at < 0:
                continue
            latest = at
            yield at, _upright(_array(shrink, picture, shape, grey), film.matrix)


def _time(film: clocks.Film, picture: Any, index: int, latest: float) -> float:
    if not film.timed:
        return float(index / film.rate)
    if picture.pts is None:
        return latest + float(1 / film.rate)
    return float(picture.pts * picture.time_base - film.start_s)


def _stored_size(film: clocks.Film, width: int | None) -> tuple[int, int] | None:
    """Width and height to scale stored pictures to (they are turned afterwards)."""
    if width is None:
        return None
    height = max(1, round(width * film.height / (film.width * film.pixel_aspect)))
    return (width, height) if film.matrix[0] else (height, width)


def _array(shrink: Any, picture: Any, shape: tuple[int, int] | None, grey: bool) -> np.ndarray:
    wide, high = shape or (picture.width, picture.height)
    kind = "gray" if grey else "rgb24"
    return shrink.reformat(picture, width=wide, height=high, format=kind, interpolation="AREA").to_ndarray()


def _upright(picture: np.ndarray, matrix: tuple[int, int, int, int]) -> np.ndarray:
    a, b, c, d = matrix
    if not a:
        picture, a, d = picture.swapaxes(0, 1), c, b
    return np.ascontiguousarray(picture[:: d or 1, :: a or 1])


def _progressive(pictures: Iterator[Any], stream: Any) -> Iterator[Any]:
    """Each interlaced picture as its first field, the lines between interpolated (libavfilter's yadif)."""
    graph = files.library().filter.Graph()
    source = graph.add_buffer(template=stream)
    woven, sink = graph.add("yadif", "mode=send_frame:deint=interlaced"), graph.add("buffersink")
    source.link_to(woven)
    woven.link_to(sink)
    graph.configure()
    for picture in pictures:
        graph.push(picture)
        yield from _pulled(graph)
    graph.push(None)
    yield from _pulled(graph)


def _pulled(graph: Any) -> Iterator[Any]:
    av = files.library()
    while True:
        try:
            yield graph.pull()
        except (av.BlockingIOError, av.EOFError):
            return
