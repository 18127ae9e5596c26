"""VGGish (Hershey et al. 2017, arXiv 1609.09430) as Fréchet Audio Distance was defined on it: 128 numbers every 0.96 s,
after the last ReLU and before the PCA of the published embeddings."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from soundwright.audio import Audio
from soundwright.evaluate.embedders import published


class Vggish:
    """`[frames, 128]` of whole windows; a sound below 0.96 s is padded with silence to one."""

    def __init__(self, folder: Path, rate: int, file: str, device: str | None = None) -> None:
        from soundwright.nets import vggish

        self.rate, self.examples = rate, vggish.examples
        self.net = published.filled(vggish.Vggish(), folder / file, device)

    def embed(self, audio: Audio) -> np.ndarray:
        import torch

        with torch.inference_mode():
            some = self.examples(torch.from_numpy(audio.mono().samples[0].copy()))
            parts = [self.net(part.to(next(self.net.parameters()).device)).cpu() for part in some.split(32)]
        return torch.cat(parts).numpy()
