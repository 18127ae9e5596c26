"""CLAP: sound and text in one space (Wu et al. 2023, arXiv 2211.06687), LAION's checkpoints in transformers' layout.

Windows of 10 s every 5 s at fixed places: the reference code draws one at random from a longer sound, so that its score
of one file differs from run to run. A shorter sound is repeated until it fills a window, as in training.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from soundwright.audio import Audio
from soundwright.evaluate.embedders import hub_models
from soundwright.evaluate.embedders.windows import repeated, windows

WINDOW_S, HOP_S = 10.0, 5.0
BATCH = 8


class Clap:
    """`[windows, 512]` unit vectors of sounds, `[n, 512]` of texts."""

    def __init__(self, folder: Path, rate: int, device: str | None = None) -> None:
        self.rate = rate
        self.model = hub_models.loaded("ClapModel", folder, device)
        self.features = hub_models.prepared("ClapFeatureExtractor", folder)
        self.words = hub_models.prepared("AutoTokenizer", folder)

    def embed(self, audio: Audio) -> np.ndarray:
        import torch

        size = round(WINDOW_S * self.rate)
        cuts = windows(repeated(audio.mono().samples[0], size), size, round(HOP_S * self.rate))
        found = []
        with torch.inference_mode():
            for at in range(0, len(cuts), BATCH):
                some = list(cuts[at : at + BATCH])
                given = self.features(some, sampling_rate=self.rate, return_tensors="pt", padding="repeatpad")
                longer = torch.zeros((len(some), 1), dtype=torch.bool, device=self.model.device)
                heard = self.model.get_audio_features(given["input_features"].to(self.model.device), is_longer=longer)
                found.append(hub_models.rows(heard.pooler_output))
        return np.concatenate(found)

    def embed_text(self, texts: list[str]) -> np.ndarray:
        import torch

        found = []
        with torch.inference_mode():
            for at in range(0, len(texts), 4 * BATCH):
                some = self.words(texts[at : at + 4 * BATCH], padding=True, truncation=True, return_tensors="pt")
                asked = {name: some[name].to(self.model.device) for name in ("input_ids", "attention_mask")}
                found.append(hub_models.rows(self.model.get_text_features(**asked).pooler_output))
        return np.concatenate(found)
