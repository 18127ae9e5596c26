"""What a page shows of a film: a strip of thumbnails in one picture, and the curve of its motion."""

from __future__ import annotations

import io
from fractions import Fraction
from typing import Any

import numpy as np

from soundwright.video import pictures
from soundwright.video.events import Seen

MOST, HIGH, WIDEST = 60, 72, 160  # thumbnails, and their pixels
QUALITY = 72
POINTS = 2000
LOUDEST = 0.97  # quantile of motion that is told as 1


def filmstrip(seen: Seen, most: int = MOST) -> tuple[bytes, dict[str, Any]]:
    """A JPEG with thumbnails side by side, and what lies in it: their pixels and the seconds that each shows."""
    from PIL import Image

    film = seen.film
    count = max(min(most, film.pictures), 1)
    width = min(max(round(HIGH * film.width * float(film.pixel_aspect) / film.height), 1), WIDEST)
    clock = Fraction(count) / max(film.duration_s, Fraction(1, 1000))
    shown = list(pictures.frames(film, width=width, grey=False, clock=clock))[:count]
    high = max((picture.shape[0] for _, picture in shown), default=HIGH)
    sheet = Image.new("RGB", (width * max(len(shown), 1), high))
    for at, (_, picture) in enumerate(shown):
        sheet.paste(Image.fromarray(picture), (at * width, 0))
    file = io.BytesIO()
    sheet.save(file, "JPEG", quality=QUALITY, optimize=True)
    return file.getvalue(), {"width": width, "height": high, "times_s": [round(time_s, 4) for time_s, _ in shown]}


def motion(seen: Seen, most: int = POINTS) -> dict[str, list[float]]:
    """The motion of a film from 0 to 1 in at most `most` steps, of each the strongest; `times_s` are their starts.

    The few pictures where all moves at once, as at a change of shot, are at 1 and do not flatten the rest.
    """
    count = len(seen.times_s)
    if not count:
        return {"times_s": [], "values": []}
    starts = np.arange(0, count, -(-count // most))
    strongest = np.maximum.reduceat(np.nan_to_num(seen.motion), starts)
    values = np.clip(strongest / max(float(np.quantile(seen.motion, LOUDEST)), 1e-6), 0, 1)
    return {"times_s": seen.times_s[starts].round(4).tolist(), "values": values.round(3).tolist()}


def facts(seen: Seen) -> dict[str, Any]:
    """The film itself, its shots, and what was seen to happen in it."""
    film = seen.film
    return {
        "film": {
            "duration_s": float(film.duration_s), "pictures": film.pictures, "pictures_per_s": float(film.rate),
            "width": film.width, "height": film.height, "sound": bool(film.tracks), "notes": list(film.notes),
        },
        "shots": [{"start_s": round(s.start_s, 4), "end_s": round(s.end_s, 4), "soft": s.soft} for s in seen.shots],
        "events": [
            {"time_s": round(e.time_s, 4), "kind": e.kind, "x": round(e.x, 3), "y": round(e.y, 3),
             "strength": round(e.strength, 3), "sure": round(e.sure, 3)}
            for e in seen.events
        ],
    }  # fmt: skip
