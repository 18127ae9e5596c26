"""A picture of loudness over time: momentary, short-term and integrated curves with the target, as PNG."""

from __future__ import annotations

from io import BytesIO

import numpy as np

from soundwright.deliver.picture import INK, PAPER
from soundwright.dsp.loudness import Curves

WIDTH, HEIGHT, LEFT, TOP, BOTTOM = 1200, 420, 64, 44, 34
LOWEST, HIGHEST = -60.0, 0.0  # LUFS
CURVES = (
    ("momentary", "momentary_lufs", (190, 204, 216), 1),
    ("short-term", "short_term_lufs", (38, 94, 138), 2),
    ("integrated", "integrated_lufs", (200, 84, 40), 2),
)


def draw(curves: Curves, title: str = "", target_lufs: float | None = None) -> bytes:
    """PNG bytes; silence lies on the lower edge. `target_lufs` is drawn as a line."""
    from PIL import Image, ImageDraw, ImageFont

    sheet = Image.new("RGB", (WIDTH, HEIGHT), PAPER)
    pen, small = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    width, height = WIDTH - LEFT - 12, HEIGHT - TOP - BOTTOM
    pen.rectangle((LEFT, TOP, LEFT + width, TOP + height), fill=(255, 255, 255))

    def y(lufs):
        level = np.clip(np.nan_to_num(lufs, neginf=LOWEST), LOWEST, HIGHEST)
        return TOP + height * (HIGHEST - level) / (HIGHEST - LOWEST)

    for lufs in range(int(LOWEST), int(HIGHEST) + 1, 10):
        pen.line((LEFT, y(lufs), LEFT + width, y(lufs)), fill=(228, 228, 224))
        pen.text((8, y(lufs) - 7), f"{lufs} LUFS", fill=INK, font=small)
    end = float(curves.times_s[-1]) if len(curves.times_s) else 1.0
    x = LEFT + width * curves.times_s / end
    for name, field, colour, thick in CURVES:
        points = list(zip(x.tolist(), y(getattr(curves, field)).tolist(), strict=True))
        if len(points) > 1:
            pen.line(points, fill=colour, width=thick)
        at = LEFT + 110 * [row[0] for row in CURVES].index(name)
        pen.line((at, 34, at + 22, 34), fill=colour, width=3)
        pen.text((at + 28, 27), name, fill=INK, font=small)
    if target_lufs is not None:
        pen.line((LEFT, y(target_lufs), LEFT + width, y(target_lufs)), fill=(40, 140, 70), width=1)
        pen.text(
            (LEFT + width - 120, y(target_lufs) - 16), f"target {target_lufs:g} LUFS", fill=(40, 140, 70), font=small
        )
    for share in np.linspace(0, 1, 9):
        pen.text((LEFT + width * share - 10, TOP + height + 10), f"{end * share:.4g} s", fill=INK, font=small)
    pen.text((LEFT, 6), title, fill=INK, font=ImageFont.load_default(14))
    file = BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()
