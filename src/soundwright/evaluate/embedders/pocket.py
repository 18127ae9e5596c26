"""The encoder of the pocket codec as an embedder: what a second of sound is like in 256 numbers, every half second.

Means and deviations over time of the codec's 128 components, each as large as it is in decibels (over 10), so that what
a listener hears most weighs most. It hears levels, tonality and width at 48 kHz stereo, and no meaning.
"""

from __future__ import annotations

import numpy as np

from soundwright.audio import Audio
from soundwright.evaluate.embedders.windows import windows
from soundwright.nets import pocket_codec as codec

WINDOW, STEP = 25, 12  # latent frames: 1 s, about half
UNIT_DB = 10.0


class PocketEmbedder:
    """Statistics of the pocket codec's latents."""

    rate = codec.RATE

    def embed(self, audio: Audio) -> np.ndarray:
        """`[frames, 256]` of a sound at 48 kHz, one row each 0.48 s."""
        x = audio.stereo().fitted(max(audio.frames, self.rate)).samples
        latents = codec.encode(x, codec.ours()) * (codec.ours().scales / UNIT_DB)
        parts = windows(latents.T, WINDOW, STEP)
        return np.stack([np.concatenate([part.mean(axis=1), part.std(axis=1)]) for part in parts]).astype(np.float32)
