"""The outline of a sound as JSON, for players in web pages: the lowest and highest sample of each small stretch.

The layout is audiowaveform's JSON version 2 (github.com/bbc/audiowaveform, doc/DataFormat.md), which peaks.js and
wavesurfer.js read: `data` holds min and max in turns, channel after channel within a stretch, as whole numbers of
`bits`; `length` counts stretches.
"""

from __future__ import annotations

import json

import numpy as np

from soundwright.audio import Audio
from soundwright.errors import BadRequest

STRETCHES = 2000  # about the pixels of a wide screen


def outline(audio: Audio, samples_per_pixel: int | None = None, bits: int = 8) -> dict[str, object]:
    """The outline as a document; `samples_per_pixel` None divides the piece into about 2000 stretches.

    Raises `BadRequest` for bits other than 8 and 16, and for stretches shorter than 2 samples.
    """
    if bits not in (8, 16):
        raise BadRequest(f"peaks have 8 or 16 bits, not {bits}")
    step = max(-(-audio.frames // STRETCHES), 2) if samples_per_pixel is None else samples_per_pixel
    if step < 2:
        raise BadRequest(f"peaks want at least 2 samples per pixel, not {step}")
    starts = np.arange(0, audio.frames, step)
    if len(starts):
        low = np.minimum.reduceat(audio.samples, starts, axis=1)
        high = np.maximum.reduceat(audio.samples, starts, axis=1)
    else:
        low = high = np.zeros((audio.channels, 0), np.float32)
    pairs = np.stack([low, high]).transpose(2, 1, 0)  # [stretches, channels, (min, max)]
    top = 2 ** (bits - 1)
    data = np.clip(np.rint(pairs * top), -top, top - 1).astype(int)
    return {
        "version": 2,
        "channels": audio.channels,
        "sample_rate": audio.rate,
        "samples_per_pixel": step,
        "bits": bits,
        "length": len(starts),
        "data": data.reshape(-1).tolist(),
    }


def dumps(audio: Audio, samples_per_pixel: int | None = None, bits: int = 8) -> str:
    """The outline as JSON text."""
    return json.dumps(outline(audio, samples_per_pixel, bits), separators=(",", ":")) + "\n"
