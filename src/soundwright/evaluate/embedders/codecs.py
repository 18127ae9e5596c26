"""Codecs' latents before quantisation: EnCodec (Défossez et al. 2022, arXiv 2210.13438), 75 or 150 a second, and the
Descript Audio Codec (Kumar et al. 2023, arXiv 2306.06546), 86 a second.

EnCodec at 48 kHz hears 1 s at a time, each brought to one level, as when it codes. The others hear pieces of 30 s.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from soundwright.audio import Audio
from soundwright.evaluate.embedders import hub_models
from soundwright.evaluate.embedders.windows import pieces

PIECE_S, SHORTEST_S = 30.0, 0.1


class Encodec:
    """`[frames, 128]`."""

    def __init__(self, folder: Path, rate: int, device: str | None = None) -> None:
        self.rate = rate
        self.model = hub_models.loaded("EncodecModel", folder, device)

    def embed(self, audio: Audio) -> np.ndarray:
        import torch

        config = self.model.config
        x = (audio.stereo() if config.audio_channels == 2 else audio.mono()).samples
        size = config.chunk_length or round(PIECE_S * self.rate)
        found = []
        with torch.inference_mode():
            for part in pieces(x, size, round(SHORTEST_S * self.rate)):
                given = torch.from_numpy(np.array(part)).to(self.model.device)[None]
                if config.normalize:
                    given = given / (given.mean(dim=1, keepdim=True).square().mean(dim=2, keepdim=True).sqrt() + 1e-8)
                found.append(hub_models.rows(self.model.encoder(given)[0]).T)
        return np.concatenate(found)


class Dac:
    """`[frames, 1024]`."""

    def __init__(self, folder: Path, rate: int, device: str | None = None) -> None:
        self.rate = rate
        self.model = hub_models.loaded("DacModel", folder, device)

    def embed(self, audio: Audio) -> np.ndarray:
        import torch

        hop, found = self.model.config.hop_length, []
        with torch.inference_mode():
            for part in pieces(audio.mono().samples, round(PIECE_S * self.rate), round(SHORTEST_S * self.rate)):
                whole = np.pad(part, ((0, 0), (0, -part.shape[1] % hop)))
                given = torch.from_numpy(whole).to(self.model.device)[None]
                found.append(hub_models.rows(self.model.encoder(given)[0]).T)
        return np.concatenate(found)
