"""A picture of a piece's structure: the self-similarity matrix with the sections along both axes, as PNG.

Bright squares on the diagonal are stretches that stay alike; bright lines beside it are repeats, as far off as they lie
from it; lines at even distances through all of the picture are a loop.
"""

from __future__ import annotations

from io import BytesIO
from typing import TYPE_CHECKING

import numpy as np

from soundwright.deliver.picture import INK, PAPER, colours
from soundwright.evaluate.structure import LOOPS, Structure

if TYPE_CHECKING:
    from PIL.ImageDraw import ImageDraw

SIDE, LEFT, TOP, BAR, RIGHT, BOTTOM = 720, 60, 66, 22, 16, 34
TINTS = ((38, 94, 138), (200, 84, 40), (64, 134, 82), (136, 84, 146), (178, 138, 34), (62, 146, 150), (166, 62, 84))


def draw(heard: Structure, title: str = "") -> bytes:
    """PNG bytes: the matrix, time to the right and down, the bars of the sections, and what was heard in words."""
    from PIL import Image, ImageDraw, ImageFont

    sheet = Image.new("RGB", (LEFT + BAR + SIDE + RIGHT, TOP + BAR + SIDE + BOTTOM), PAPER)
    pen, small = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    pen.text((LEFT + BAR, 8), title, fill=INK, font=ImageFont.load_default(14))
    pen.text((LEFT + BAR, 32), words(heard), fill=INK, font=small)
    matrix = Image.fromarray(colours(np.clip(heard.similarity, 0, 1) ** 0.8))
    covered = len(heard.similarity) * heard.cell_s / heard.duration_s
    side = min(max(round(SIDE * covered), 1), SIDE)
    how = Image.Resampling.BOX if len(heard.similarity) > SIDE else Image.Resampling.NEAREST
    sheet.paste(matrix.resize((side, side), how), (LEFT + BAR, TOP + BAR))
    _sections(pen, heard, small)
    step = next((s for s in (1, 2, 5, 10, 20, 30, 60, 120, 300, 600) if heard.duration_s / s <= 12), 1200)
    for k in range(int(heard.duration_s / step) + 1):
        along = SIDE * k * step / heard.duration_s
        if along < SIDE - 20:
            pen.text((LEFT + BAR + along, TOP + BAR + SIDE + 8), f"{k * step:g} s", fill=INK, font=small)
            pen.text((8, TOP + BAR + along - (7 if k else 0)), f"{k * step:g} s", fill=INK, font=small)
    file = BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()


def words(heard: Structure) -> str:
    """One line: tempo, loop and form."""
    told = [f"{heard.tempo_bpm:.1f} bpm" if heard.tempo_bpm else "no beat", f"loop score {heard.loop_score:.2f}"]
    if heard.loop_score >= LOOPS and heard.loop_period_s:
        told.append(f"repeats {heard.loop_period_s:.2f} s")
    if heard.stationarity >= 0.5:
        told.append("stands still")
    return ", ".join([*told, f"{heard.distinct_sections} distinct of {len(heard.sections)} sections"])


def _sections(pen: ImageDraw, heard: Structure, font) -> None:
    order = list(dict.fromkeys(part.label for part in heard.sections))
    for part in heard.sections:
        tint = TINTS[order.index(part.label) % len(TINTS)]
        start, end = (SIDE * at / heard.duration_s for at in (part.start_s, part.end_s))
        across, down = LEFT + BAR, TOP + BAR
        pen.rectangle((across + start, TOP, across + end - 2, TOP + BAR - 4), fill=tint)
        pen.rectangle((LEFT, down + start, LEFT + BAR - 4, down + end - 2), fill=tint)
        pen.text((across + (start + end) / 2, TOP + BAR / 2 - 2), part.label, fill=PAPER, font=font, anchor="mm")
        pen.text((LEFT + BAR / 2 - 2, down + (start + end) / 2), part.label, fill=PAPER, font=font, anchor="mm")
        if part.start_s > 0:
            pen.line((across + start, down, across + start, down + SIDE), fill=(255, 255, 255), width=1)
            pen.line((across, down + start, across + SIDE, down + start), fill=(255, 255, 255), width=1)
