"""A picture of a sound: its waveform over its log-mel spectrogram, with axes, as PNG."""

from __future__ import annotations

from io import BytesIO
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from soundwright.audio import Audio
from soundwright.dsp import spectra

if TYPE_CHECKING:
    from PIL.Image import Image

WIDTH, WAVE, SPECTRUM, LEFT, GAP = 1200, 160, 320, 56, 28
INK, PAPER, WAVE_INK = (60, 66, 78), (250, 250, 248), (38, 94, 138)
# Dark to light, about even steps of lightness: quiet recedes, loud comes forward.
RAMP = np.array(
    [(12, 10, 36), (58, 18, 96), (134, 30, 104), (206, 62, 74), (246, 134, 48), (252, 206, 98), (255, 250, 214)]
)


def colours(level: np.ndarray) -> np.ndarray:
    """uint8 `[..., 3]` for levels 0 to 1."""
    at = np.clip(level, 0, 1) * (len(RAMP) - 1)
    stops = np.arange(len(RAMP))
    return np.stack([np.interp(at, stops, RAMP[:, channel]) for channel in range(3)], axis=-1).astype(np.uint8)


def draw(audio: Audio, title: str = "") -> bytes:
    """PNG bytes of `audio`: peaks and RMS of the mono sum, and 128 mel bands from −90 to 0 dB."""
    from PIL import Image, ImageDraw, ImageFont

    x = audio.mono().samples[0]
    inner = WIDTH - LEFT - 12
    sheet = Image.new("RGB", (WIDTH, 34 + WAVE + GAP + SPECTRUM + 34), PAPER)
    pen, small = ImageDraw.Draw(sheet), ImageFont.load_default(12)
    pen.text((LEFT, 9), title, fill=INK, font=ImageFont.load_default(14))
    sheet.paste(_wave(x, inner), (LEFT, 34))
    below = 34 + WAVE + GAP
    sheet.paste(_spectrum(x, audio.rate, inner), (LEFT, below))
    high = min(16000.0, audio.rate / 2)
    for hz in (100, 300, 1000, 3000, 10000):
        if hz < high:
            share = (spectra.mel(hz) - spectra.mel(40)) / (spectra.mel(high) - spectra.mel(40))
            y = below + SPECTRUM * (1 - float(share))
            pen.text((8, y - 7), f"{hz / 1000:g} kHz" if hz >= 1000 else f"{hz} Hz", fill=INK, font=small)
    duration = max(audio.duration_s, 1e-9)
    step = next((s for s in (0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 600) if duration / s <= 12), 1800)
    for k in range(int(duration / step) + 1):
        at = LEFT + inner * k * step / duration
        pen.text((at, below + SPECTRUM + 8), f"{k * step:g} s", fill=INK, font=small)
    file = BytesIO()
    sheet.save(file, "PNG", optimize=True)
    return file.getvalue()


def _wave(x: np.ndarray, width: int) -> Image:
    from PIL import Image, ImageDraw

    panel = Image.new("RGB", (width, WAVE), (255, 255, 255))
    pen, middle = ImageDraw.Draw(panel), WAVE / 2
    edges = np.linspace(0, len(x), width + 1).astype(int)
    for column, (start, stop) in enumerate(pairwise(edges)):
        part = x[start : max(stop, start + 1)]
        if len(part):
            top, bottom, rms = part.max(), part.min(), float(np.sqrt(np.mean(part**2)))
            pen.line((column, middle - top * middle, column, middle - bottom * middle), fill=(150, 186, 212))
            pen.line((column, middle - rms * middle, column, middle + rms * middle), fill=WAVE_INK)
    return panel


def _spectrum(x: np.ndarray, rate: int, width: int) -> Image:
    from PIL import Image

    hop = max(len(x) // (width * 2), 64)
    levels = spectra.log_mel(x, rate, bands=128, hop=hop) if len(x) > 1 else np.full((128, 1), -100.0)
    picture = colours((levels[::-1] + 90.0) / 80.0)
    return Image.fromarray(picture).resize((width, SPECTRUM), Image.Resampling.BILINEAR)
