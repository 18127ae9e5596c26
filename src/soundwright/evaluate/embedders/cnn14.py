"""PANNs CNN14 (Kong et al. 2020, arXiv 1912.10211): 2048 numbers and 527 AudioSet tags of 10 s, every 5 s."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from soundwright.audio import Audio
from soundwright.evaluate.embedders import published
from soundwright.evaluate.embedders.windows import windows

WINDOW_S, HOP_S = 10.0, 5.0


class Cnn14:
    """`[windows, 2048]`, and `[windows, 527]` logits; a sound below 10 s is one window of its own length."""

    def __init__(self, folder: Path, rate: int, file: str, device: str | None = None) -> None:
        from soundwright.nets import cnn14

        self.rate = rate
        self.net = published.filled(cnn14.Cnn14(rate), folder / file, device)

    def embed(self, audio: Audio) -> np.ndarray:
        return self._heard(audio)[0]

    def logits(self, audio: Audio) -> np.ndarray:
        return self._heard(audio)[1]

    def _heard(self, audio: Audio) -> tuple[np.ndarray, np.ndarray]:
        import torch

        x, size = audio.mono().samples[0], round(WINDOW_S * self.rate)
        cuts = windows(x, min(size, max(len(x), self.rate)), round(HOP_S * self.rate))
        with torch.inference_mode():
            device = next(self.net.parameters()).device
            both = [self.net(part.to(device)) for part in torch.from_numpy(np.array(cuts)).split(4)]
        return torch.cat([one[0] for one in both]).cpu().numpy(), torch.cat([one[1] for one in both]).cpu().numpy()
