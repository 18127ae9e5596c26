"""The contact sheet of a film: thumbnails along time, the curve of its motion, shots, and cues at their places."""

from __future__ import annotations

import io
from fractions import Fraction

import numpy as np

from soundwright.video import pictures
from soundwright.video.events import Seen

WIDE, ACROSS, ROWS = 1600, 10, 3
CURVE, MARGIN = 220, 10
INK, PAPER, SHOT, CUE, MOTION = (30, 30, 34), (250, 249, 246), (190, 60, 50), (20, 90, 160), (120, 140, 120)


def draw(seen: Seen, cues: list[tuple[float, int, float]]) -> bytes:
    """A PNG; `cues` are (time in seconds, number, pan -1 to 1)."""
    from PIL import Image, ImageDraw

    count = ACROSS * ROWS
    length = max(float(seen.film.duration_s), 1e-3)
    thumb = (WIDE - MARGIN * (ACROSS + 1)) // ACROSS
    shown = _thumbnails(seen, count, thumb)
    high = max((picture.shape[0] for _, picture in shown), default=thumb * 9 // 16)
    sheet = Image.new("RGB", (WIDE, ROWS * (high + 26) + CURVE + 3 * MARGIN), PAPER)
    pen = ImageDraw.Draw(sheet)
    for at, (time_s, picture) in enumerate(shown):
        x, y = MARGIN + (at % ACROSS) * (thumb + MARGIN), MARGIN + (at // ACROSS) * (high + 26)
        sheet.paste(Image.fromarray(picture), (x, y))
        pen.text((x, y + high + 4), f"{time_s:.2f} s", INK)
    top, bottom = ROWS * (high + 26) + 2 * MARGIN, ROWS * (high + 26) + CURVE + MARGIN
    _curve(pen, seen, top, bottom, length)
    for shot in seen.shots[1:]:
        x = _place(shot.start_s, length)
        pen.line((x, top, x, bottom), SHOT, 2)
    for time_s, number, pan in cues:
        x, y = _place(time_s, length), top + 30 + (pan + 1) / 2 * (bottom - top - 50)
        pen.line((x, top + 16, x, bottom), CUE, 1)
        pen.ellipse((x - 4, y - 4, x + 4, y + 4), CUE)
        pen.text((x + 3, top), str(number), CUE)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()


def _place(time_s: float, length_s: float) -> float:
    return MARGIN + time_s / length_s * (WIDE - 2 * MARGIN)


def _curve(pen, seen: Seen, top: int, bottom: int, length_s: float) -> None:
    if len(seen.times_s) < 2:
        return
    high = max(float(np.quantile(seen.motion, 0.995)), 1e-6)
    points = [
        (_place(float(t), length_s), bottom - min(float(m) / high, 1.0) * (bottom - top - 20))
        for t, m in zip(seen.times_s, seen.motion, strict=True)
    ]
    pen.line(points, MOTION, 2)
    pen.line((MARGIN, bottom, WIDE - MARGIN, bottom), INK, 1)


def _thumbnails(seen: Seen, count: int, width: int) -> list[tuple[float, np.ndarray]]:
    film = seen.film
    clock = Fraction(count) / max(film.duration_s, Fraction(1, 1000))
    return list(pictures.frames(film, width=width, grey=False, clock=clock))[:count]
