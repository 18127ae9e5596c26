"""A contact sheet: what a search found, as waveforms with their names, in one picture."""

from __future__ import annotations

from io import BytesIO
from pathlib import Path

import numpy as np

from soundwright.audio import Stream
from soundwright.deliver.picture import INK, PAPER, colours
from soundwright.errors import BadRequest

CELL, WAVE, COLUMNS, GAP = 380, 96, 3, 14
LONGEST_S = 60.0  # as much of a file as a cell shows


def draw(cells: list[tuple[Path, str, str]]) -> bytes:
    """PNG bytes of cells (file, title, subtitle); a file that cannot be read any more leaves its cell empty."""
    from PIL import Image, ImageDraw, ImageFont

    rows = -(-len(cells) // COLUMNS)
    high = WAVE + 44
    columns = min(COLUMNS, max(len(cells), 1))
    page = Image.new("RGB", (columns * (CELL + GAP) + GAP, max(rows, 1) * (high + GAP) + GAP), PAPER)
    pen, large, small = ImageDraw.Draw(page), ImageFont.load_default(13), ImageFont.load_default(11)
    for number, (path, title, below) in enumerate(cells):
        left, top = GAP + number % columns * (CELL + GAP), GAP + number // columns * (high + GAP)
        pen.text((left, top), _cut(title, 52), fill=INK, font=large)
        pen.text((left, top + 18), _cut(below, 66), fill=(120, 126, 138), font=small)
        try:
            page.paste(Image.fromarray(_wave(path)), (left, top + 38))
        except BadRequest:
            pen.rectangle((left, top + 38, left + CELL, top + 38 + WAVE), outline=(210, 210, 205))
    file = BytesIO()
    page.save(file, "PNG", optimize=True)
    return file.getvalue()


def _cut(text: str, most: int) -> str:
    return text if len(text) <= most else text[: most - 1] + "…"


def _wave(path: Path) -> np.ndarray:
    """The outline of a file as pixels `[96, 380, 3]`, coloured by how bright it sounds (zero crossings)."""
    stream = Stream.read(path)
    blocks, frames = [], 0
    for block in stream.blocks:
        blocks.append(block.mean(axis=0))
        frames += block.shape[1]
        if frames > LONGEST_S * stream.rate:
            break
    x = np.concatenate(blocks) if blocks else np.zeros(1, np.float32)
    x = x / max(float(np.abs(x).max()), 1e-9)
    edges = np.linspace(0, len(x), CELL + 1).astype(int)[:-1]
    high, low = np.maximum.reduceat(x, edges), np.minimum.reduceat(x, edges)
    turns = np.add.reduceat(np.abs(np.diff(np.signbit(x), append=False)).astype(float), edges) * CELL / len(x)
    bright = np.clip(np.log2(np.maximum(turns * stream.rate / 2, 50) / 100) / 7, 0.1, 0.85)
    at = np.linspace(1, -1, WAVE)[:, None]
    picture = np.full((WAVE, CELL, 3), 255, np.uint8)
    inside = (at <= high + 0.012) & (at >= low - 0.012)
    picture[inside] = np.broadcast_to(colours(bright), picture.shape)[inside]
    return picture
