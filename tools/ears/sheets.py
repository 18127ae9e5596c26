"""Spectrogram sheets: takes of ours in the upper row, recordings of the same thing in the lower one."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image, ImageDraw
from tools.ears.recordings import RATE

from soundwright.dsp import spectra

WIDTH, HEIGHT, SECONDS = 240, 128, 3.0


def sheet(path: Path, rows: list[tuple[str, list[np.ndarray]]]) -> None:
    """Write rows of (label, mono sounds `[n]`) as one picture: log-mel to 16 kHz, 80 dB, three seconds wide."""
    columns = max((len(sounds) for _, sounds in rows), default=0)
    if not columns:
        return
    page = Image.new("L", (columns * (WIDTH + 4), len(rows) * (HEIGHT + 18)), 255)
    draw = ImageDraw.Draw(page)
    for row, (label, sounds) in enumerate(rows):
        draw.text((2, row * (HEIGHT + 18) + 2), label, fill=0)
        for column, x in enumerate(sounds):
            page.paste(_picture(x), (column * (WIDTH + 4), row * (HEIGHT + 18) + 16))
    path.parent.mkdir(parents=True, exist_ok=True)
    page.save(path)


def _picture(x: np.ndarray) -> Image.Image:
    frames = round(SECONDS * RATE)
    x = np.pad(x[:frames], (0, max(frames - len(x), 0)))
    levels = spectra.log_mel(x, RATE, bands=HEIGHT, hop=frames // WIDTH)[:, :WIDTH]
    grey = np.clip((levels - levels.max() + 80) / 80, 0, 1)
    return Image.fromarray((255 * (1 - grey[::-1])).astype(np.uint8))
