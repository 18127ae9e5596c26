"""VGGish: four blocks of 3x3 convolutions over a log-mel picture of 0.96 s, and three linear layers (Hershey et al.
2017, arXiv 1609.09430; published in tensorflow/models, research/audioset, for torch as harritaylor/torchvggish)."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import torch
from torch import Tensor, nn

RATE, WINDOW, HOP, FFT = 16_000, 400, 160, 512
BANDS, LOW_HZ, HIGH_HZ, OFFSET = 64, 125.0, 7500.0, 0.01
FRAMES = 96  # of one example
BLOCKS = ((64,), (128,), (256, 256), (512, 512))


class Vggish(nn.Module):
    """Examples `[n, 1, 96, 64]` to vectors `[n, 128]`; `widths` is for tests."""

    def __init__(self, blocks: tuple[tuple[int, ...], ...] = BLOCKS, hidden: int = 4096, dim: int = 128) -> None:
        super().__init__()
        layers, before = [], 1
        for block in blocks:
            for width in block:
                layers += [nn.Conv2d(before, width, 3, padding=1), nn.ReLU()]
                before = width
            layers.append(nn.MaxPool2d(2))
        self.features = nn.Sequential(*layers)
        flat = before * (FRAMES >> len(blocks)) * (BANDS >> len(blocks))
        sizes = (flat, hidden, hidden, dim)
        linear = [[nn.Linear(a, b), nn.ReLU()] for a, b in pairwise(sizes)]
        self.embeddings = nn.Sequential(*(layer for pair in linear for layer in pair))

    def load(self, tensors: dict[str, Tensor]) -> Vggish:
        """Take the published tensors: their names are this network's. Raises `RuntimeError` when they are others."""
        self.load_state_dict(tensors)
        return self.eval()

    def forward(self, x: Tensor) -> Tensor:
        """The published weights flatten in the order of TensorFlow: frames, bands, channels."""
        return self.embeddings(self.features(x).permute(0, 2, 3, 1).flatten(1))


def examples(x: Tensor) -> Tensor:
    """Whole examples `[n, 1, 96, 64]` of mono x `[frames]` at 16 kHz, one after another."""
    fewest = WINDOW + (FRAMES - 1) * HOP
    if len(x) < fewest:
        x = nn.functional.pad(x, (0, fewest - len(x)))
    window = torch.hann_window(WINDOW, dtype=torch.float64)
    spectra = torch.fft.rfft(x.double().unfold(0, WINDOW, HOP) * window, FFT).abs()
    level = torch.log(spectra @ torch.from_numpy(_bank()) + OFFSET).float()
    return level[: len(level) // FRAMES * FRAMES].reshape(-1, 1, FRAMES, BANDS)


def _bank() -> np.ndarray:
    """Triangles `[257, 64]` whose sides are straight over mel (HTK), not over hertz; the bin at 0 Hz is left out."""

    def mel(hz):
        return 1127.0 * np.log(1 + np.asarray(hz) / 700.0)

    edges = np.linspace(mel(LOW_HZ), mel(HIGH_HZ), BANDS + 2)
    bins = mel(np.linspace(0, RATE / 2, FFT // 2 + 1))[:, None]
    up = (bins - edges[:-2]) / (edges[1:-1] - edges[:-2])
    down = (edges[2:] - bins) / (edges[2:] - edges[1:-1])
    bank = np.maximum(0.0, np.minimum(up, down))
    bank[0] = 0.0
    return bank
