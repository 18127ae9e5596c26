"""VGGish (Hershey et al. 2017, arXiv 1609.09430) as Fréchet Audio Distance was defined on it: 128 numbers every 0.96 s,
after the last ReLU and before the PCA of the published embeddings."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from soundwright import machine
from soundwright.audio import Audio
from soundwright.errors import CannotRun


class Vggish:
    """`[frames, 128]` of whole windows; a sound below 0.96 s is padded with silence to one."""

    def __init__(self, folder: Path, rate: int, file: str, device: str | None = None) -> None:
        import torch

        from soundwright.nets import vggish

        self.rate, self.nets = rate, vggish
        try:
            tensors = torch.load(folder / file, map_location="cpu", weights_only=True)
            self.net = vggish.Vggish().load(tensors).to(machine.device(device))
        except (OSError, RuntimeError, KeyError, ValueError) as error:
            raise CannotRun(f"{folder / file} cannot be loaded: {machine.first_line(error)}") from error

    def embed(self, audio: Audio) -> np.ndarray:
        import torch

        with torch.inference_mode():
            some = self.nets.examples(torch.from_numpy(audio.mono().samples[0].copy()))
            parts = [self.net(part.to(next(self.net.parameters()).device)).cpu() for part in some.split(32)]
        return torch.cat(parts).numpy()
