"""Films drawn, filmed and compressed: any family, rate and container, with its truth."""

from __future__ import annotations

from fractions import Fraction
from pathlib import Path

import numpy as np
from tests.films.backgrounds import BACKGROUNDS, places, shown
from tests.films.cameras import CAMERAS
from tests.films.drawing import paint
from tests.films.families import FAMILIES
from tests.films.truth import Change, Event, Truth

RATES = {
    "23.976": Fraction(24000, 1001), "24": Fraction(24), "25": Fraction(25), "29.97": Fraction(30000, 1001),
    "30": Fraction(30), "50": Fraction(50), "59.94": Fraction(60000, 1001), "60": Fraction(60), "120": Fraction(120),
    "variable": Fraction(30),
}  # fmt: skip
CONTAINERS = {  # ending -> container, codec, tick
    "mp4": ("mp4", "libx264", 90_000),
    "mov": ("mov", "libx264", 90_000),
    "mkv": ("matroska", "libx264", 1000),
    "webm": ("webm", "libvpx-vp9", 1000),
    "ts": ("mpegts", "libx264", 90_000),
    "avi": ("avi", "mpeg4", 0),
}
SHUTTER = 0.5  # share of a picture's time that it is open, around the picture's own time


def make(
    family: str,
    seed: int,
    *,
    path: Path,
    rate: str = "30",
    container: str = "mp4",
    camera: str = "tripod",
    background: str = "texture",
    seconds: float = 6.0,
    size: tuple[int, int] = (320, 180),
    noise: float = 2.0,
    cut_every_s: float = 0.0,
    offset_s: float = 0.0,
    crf: int = 27,
) -> Truth:
    """Write a film into the folder `path`; `cut_every_s` changes background and framing, `offset_s` is where the
    container's clock begins."""
    import av

    rng = np.random.default_rng([seed, sum(map(ord, family))])
    actor = FAMILIES[family](rng, seconds)
    times = _times(rate, seconds, rng)
    cuts = np.arange(cut_every_s, seconds - 0.1, cut_every_s) if cut_every_s else np.zeros(0)
    behinds = [BACKGROUNDS[background](rng, size) for _ in range(len(cuts) + 1)]
    looks = CAMERAS[camera](rng, seconds)
    form, codec, tick = CONTAINERS[container]
    file = path / f"{family}-{seed}-{rate}-{camera}-{background}.{container}"
    with av.open(str(file), "w", format=form) as made:
        stream = made.add_stream(codec, rate=RATES[rate])
        stream.width, stream.height, stream.pix_fmt = *size, "yuv420p"
        stream.options = {
            "libx264": {"crf": str(crf), "preset": "veryfast", "mbtree": "0"},  # with it, no two files are the same
            "mpeg4": {"b": "2000000"},
            "libvpx-vp9": {"crf": "34", "b": "0", "cpu-used": "8", "deadline": "realtime"},
        }[codec]
        base = Fraction(1, tick) if tick else 1 / RATES[rate]
        stream.codec_context.time_base = base
        for index, time_s in enumerate(times):
            t, view = float(time_s), looks(float(time_s))
            picture = shown(behinds[int(np.searchsorted(cuts, t + 1e-9, side="right"))](t), view, size).astype(
                np.float32
            )
            gap = float(1 / RATES[rate]) * SHUTTER
            paint(picture, [actor.shapes(t + part * gap) for part in (-1 / 3, 0, 1 / 3)], view)
            picture = picture * actor.light(t) + rng.normal(0, noise, picture.shape)
            frame = av.VideoFrame.from_ndarray(np.clip(picture, 0, 255).astype(np.uint8), "rgb24")
            frame.pts, frame.time_base = (round((time_s + Fraction(offset_s)) / base) if tick else index), base
            made.mux(stream.encode(frame))
        made.mux(stream.encode(None))
    shows = np.array([float(time_s) for time_s in times])
    events = tuple(_told(event, shows) for event in actor.events)
    changes = tuple(Change(float(shows[np.searchsorted(shows, cut - 1e-9)])) for cut in cuts)
    behind = background if background in ("plain", "texture") or places() else "texture"
    end_s = times[-1] + (times[-1] - times[-2])
    return Truth(file, family, seed, rate, events, changes, tuple(shows), end_s, offset_s, 0.0, behind)


def _times(rate: str, seconds: float, rng: np.random.Generator) -> list[Fraction]:
    """When the pictures show: evenly, or as a telephone makes them."""
    exact = RATES[rate]
    if rate != "variable":
        return [index / exact for index in range(int(seconds * exact))]
    times, t = [], Fraction(0)
    while t < seconds:
        times.append(t)
        t += Fraction(int(rng.choice((2, 3, 3, 3, 4, 5))), 90)
    return times


def _told(event: Event, shows: np.ndarray) -> Event:
    """What is sudden happens, to an eye, with the first picture that shows it."""
    if not event.sudden:
        return event
    at = min(int(np.searchsorted(shows, event.time_s - 1e-9)), len(shows) - 1)
    return Event(float(shows[at]), event.kind, event.x, True)
