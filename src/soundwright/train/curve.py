"""Curves of a training run as a PNG: one line for each series, over epochs or steps."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from io import BytesIO

INK, PAPER = (60, 66, 78), (250, 250, 248)
LINES = ((38, 94, 138), (206, 62, 74), (86, 140, 60), (150, 96, 160))
WIDTH, HEIGHT, LEFT, TOP, BELOW, RIGHT = 900, 480, 64, 40, 44, 110


def draw_curve(series: Mapping[str, Sequence[float]], title: str, steps: Sequence[int] | None = None) -> bytes:
    """PNG bytes of the series, each named at its end; their values stand at `steps`, else at 1, 2, 3 and so on."""
    from PIL import Image, ImageDraw, ImageFont

    values = [value for line in series.values() for value in line]
    low, high = min(values), max(values)
    low, high = (low, high) if high > low else (low - 0.5, high + 0.5)
    steps = steps or range(1, max(len(line) for line in series.values()) + 1)
    first, last = steps[0], max(steps[-1], steps[0] + 1)
    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen, small = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    pen.text((LEFT, 12), title, fill=INK, font=ImageFont.load_default(14))

    def place(step: float, value: float) -> tuple[float, float]:
        x = LEFT + (step - first) / (last - first) * (WIDTH - LEFT - RIGHT)
        return x, TOP + (high - value) / (high - low) * (HEIGHT - TOP - BELOW)

    for k in range(5):
        value = low + (high - low) * k / 4
        y = place(first, value)[1]
        pen.line((LEFT, y, WIDTH - RIGHT, y), fill=(226, 226, 222))
        pen.text((8, y - 7), f"{value:.3g}", fill=INK, font=small)
    for step in range(first, last + 1, max(1, (last - first + 1) // 10)):
        pen.text((place(step, low)[0] - 4, HEIGHT - BELOW + 10), str(step), fill=INK, font=small)
    for (name, line), colour in zip(series.items(), LINES, strict=False):
        points = [place(step, value) for step, value in zip(steps, line, strict=False)]
        if len(points) > 1:
            pen.line(points, fill=colour, width=2)
        if points:
            pen.text((points[-1][0] + 6, points[-1][1] - 7), f"{name} {line[-1]:.3g}", fill=colour, font=small)
    file = BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()
