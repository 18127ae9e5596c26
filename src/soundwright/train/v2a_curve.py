"""How a mapper learned, as a picture."""

from __future__ import annotations

import io
from typing import Any

WIDE, HIGH, MARGIN = 960, 420, 56
INK, PAPER, GRID = (30, 30, 34), (250, 249, 246), (222, 220, 214)
CURVES = {
    "held_out_cosine": ("held-out films", (20, 90, 160)),
    "mean_cosine": ("the same answer for all", (190, 60, 50)),
    "others_cosine": ("its answers for other films", (150, 150, 140)),
}


def draw(log: list[dict[str, Any]]) -> bytes:
    """A PNG of cosines over steps, the loss of the last step in its title."""
    from PIL import Image, ImageDraw

    sheet = Image.new("RGB", (WIDE, HIGH), PAPER)
    pen = ImageDraw.Draw(sheet)
    values = [row[name] for row in log for name in CURVES] or [0.0, 1.0]
    low, high = min(0.0, *values), max(1.0, *values)
    last = max((row["step"] for row in log), default=1)

    def at(step: float, value: float) -> tuple[float, float]:
        across = MARGIN + step / last * (WIDE - 2 * MARGIN)
        return across, HIGH - MARGIN - (value - low) / (high - low) * (HIGH - 2 * MARGIN)

    for tenth in range(int(10 * low), int(10 * high) + 1, 2):
        pen.line((*at(0, tenth / 10), *at(last, tenth / 10)), GRID)
        pen.text((12, at(0, tenth / 10)[1] - 6), f"{tenth / 10:.1f}", INK)
    for place, (name, (label, colour)) in enumerate(CURVES.items()):
        points = [at(row["step"], row[name]) for row in log]
        pen.line(points if len(points) > 1 else [*points, *points], colour, 2)
        pen.text((MARGIN + 260 * place, HIGH - 24), label, colour)
    told = f"cosine with what is heard; step {last}, loss {log[-1]['loss']:.4f}" if log else "nothing yet"
    pen.text((MARGIN, 16), told, INK)
    file = io.BytesIO()
    sheet.save(file, "PNG")
    return file.getvalue()
