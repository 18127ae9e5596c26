"""wav2vec 2.0, HuBERT and WavLM (arXiv 2006.11477, 2106.07447, 2110.13900): the last layer's states, 50 a second.

Pieces of 20 s one after another, so that memory does not grow with the sound.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from soundwright.audio import Audio
from soundwright.evaluate.embedders import hub_models
from soundwright.evaluate.embedders.windows import pieces

PIECE_S = 20.0


class Speech:
    """`[frames, 768]`; which of the three it is, the folder's configuration says."""

    def __init__(self, folder: Path, rate: int, device: str | None = None) -> None:
        self.rate = rate
        self.model = hub_models.loaded("AutoModel", folder, device)
        self.features = hub_models.prepared("AutoFeatureExtractor", folder)

    def embed(self, audio: Audio) -> np.ndarray:
        import torch

        found = []
        with torch.inference_mode():
            for part in pieces(audio.mono().samples[0], round(PIECE_S * self.rate), self.rate // 10):
                given = self.features(part, sampling_rate=self.rate, return_tensors="pt")
                state = self.model(given["input_values"].to(self.model.device)).last_hidden_state
                found.append(hub_models.rows(state[0]))
        return np.concatenate(found)
