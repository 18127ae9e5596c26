"""Audio Spectrogram Transformer, trained to tag AudioSet (Gong, Chung and Glass 2021, arXiv 2104.01778).

Windows of 10 s, as in training, every 5 s at fixed places; what is shorter is padded with silence.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from soundwright.audio import Audio
from soundwright.evaluate.embedders import hub_models
from soundwright.evaluate.embedders.windows import windows

WINDOW_S, HOP_S = 10.0, 5.0
BATCH = 4


class Ast:
    """`[windows, 768]` pooled states, and `[windows, 527]` logits."""

    def __init__(self, folder: Path, rate: int, device: str | None = None) -> None:
        self.rate = rate
        self.model = hub_models.loaded("ASTForAudioClassification", folder, device)
        self.features = hub_models.prepared("ASTFeatureExtractor", folder)
        self.labels: list[str] = [self.model.config.id2label[at] for at in range(self.model.config.num_labels)]

    def embed(self, audio: Audio) -> np.ndarray:
        return self._heard(audio)[0]

    def logits(self, audio: Audio) -> np.ndarray:
        return self._heard(audio)[1]

    def _heard(self, audio: Audio) -> tuple[np.ndarray, np.ndarray]:
        import torch

        cuts = windows(audio.mono().samples[0], round(WINDOW_S * self.rate), round(HOP_S * self.rate))
        states, tags = [], []
        with torch.inference_mode():
            for at in range(0, len(cuts), BATCH):
                given = self.features(list(cuts[at : at + BATCH]), sampling_rate=self.rate, return_tensors="pt")
                state = self.model.audio_spectrogram_transformer(given["input_values"].to(self.model.device))
                states.append(hub_models.rows(state.pooler_output))
                tags.append(hub_models.rows(self.model.classifier(state.pooler_output)))
        return np.concatenate(states), np.concatenate(tags)
