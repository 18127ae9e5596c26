"""PANNs CNN14: six pairs of 3x3 convolutions over a log-mel picture, pooled over time by mean and maximum, two linear
layers (Kong et al. 2020, arXiv 1912.10211; published as qiuqiangkong/audioset_tagging_cnn)."""

from __future__ import annotations

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as fn

BANDS, CLASSES = 64, 527
SPECTRA = {32_000: (1024, 320, 50.0, 14_000.0), 16_000: (512, 160, 50.0, 8_000.0)}  # window, hop, lowest, highest Hz
WIDTHS = (64, 128, 256, 512, 1024, 2048)
OWN = ("spectrogram_extractor.", "logmel_extractor.")  # of the published tensors: made here instead


class Pair(nn.Module):
    """Two convolutions, each with its norm, then a mean over `pool` x `pool`."""

    def __init__(self, before: int, width: int, pool: int) -> None:
        super().__init__()
        self.conv1 = nn.Conv2d(before, width, 3, padding=1, bias=False)
        self.conv2 = nn.Conv2d(width, width, 3, padding=1, bias=False)
        self.bn1, self.bn2 = nn.BatchNorm2d(width), nn.BatchNorm2d(width)
        self.pool = pool

    def forward(self, x: Tensor) -> Tensor:
        x = fn.relu(self.bn1(self.conv1(x)))
        x = fn.relu(self.bn2(self.conv2(x)))
        return fn.avg_pool2d(x, self.pool)


class Cnn14(nn.Module):
    """Sounds `[n, frames]` at `rate` to vectors `[n, 2048]` and logits `[n, 527]`; `widths` are for tests."""

    window: Tensor
    bank: Tensor

    def __init__(self, rate: int = 32_000, widths: tuple[int, ...] = WIDTHS, classes: int = CLASSES) -> None:
        super().__init__()
        self.size, self.hop, low, high = SPECTRA[rate]
        self.register_buffer("window", torch.hann_window(self.size), persistent=False)
        self.register_buffer("bank", torch.from_numpy(slaney(rate, self.size, BANDS, low, high)), persistent=False)
        self.bn0 = nn.BatchNorm2d(BANDS)
        for number, (before, width) in enumerate(zip((1, *widths), widths, strict=False), 1):
            self.add_module(f"conv_block{number}", Pair(before, width, 1 if number == len(widths) else 2))
        self.blocks = len(widths)
        self.fc1 = nn.Linear(widths[-1], widths[-1])
        self.fc_audioset = nn.Linear(widths[-1], classes)

    def load(self, tensors: dict) -> Cnn14:
        """Take the published tensors. Raises `RuntimeError` when they are others."""
        tensors = tensors.get("model", tensors)
        self.load_state_dict({name: value for name, value in tensors.items() if not name.startswith(OWN)})
        return self.eval()

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.bn0(self.log_mel(x).transpose(1, 2)[..., None]).transpose(1, 3)  # [n, 1, frames, bands]
        for number in range(1, self.blocks + 1):
            x = getattr(self, f"conv_block{number}")(x)
        x = x.mean(dim=3)
        vector = fn.relu(self.fc1(x.amax(dim=2) + x.mean(dim=2)))
        return vector, self.fc_audioset(vector)

    def log_mel(self, x: Tensor) -> Tensor:
        """`[n, frames, 64]` in dB of power, floor -100 dB."""
        spectra = torch.stft(
            x, self.size, self.hop, window=self.window, center=True, pad_mode="reflect", return_complex=True
        )
        power = spectra.real.square() + spectra.imag.square()
        return 10 * torch.log10((power.transpose(1, 2) @ self.bank).clamp_min(1e-10))


def slaney(rate: int, size: int, bands: int, low_hz: float, high_hz: float) -> np.ndarray:
    """Triangles `[size/2 + 1, bands]` of area 1 on Slaney's mel scale: linear to 1 kHz, then 27 steps for 6.4 times.

    Slaney 1998, Auditory Toolbox, Interval technical report 1998-010.
    """
    step, corner, ratio = 200.0 / 3, 1000.0, np.log(6.4) / 27

    def mel(hz: float) -> float:
        return hz / step if hz < corner else corner / step + np.log(hz / corner) / ratio

    marks = np.linspace(mel(low_hz), mel(high_hz), bands + 2)
    edges = np.where(marks < corner / step, marks * step, corner * np.exp(ratio * (marks - corner / step)))
    bins = np.linspace(0, rate / 2, size // 2 + 1)[:, None]
    up = (bins - edges[:-2]) / np.diff(edges)[:-1]
    down = (edges[2:] - bins) / np.diff(edges)[1:]
    return (np.maximum(0.0, np.minimum(up, down)) * (2.0 / (edges[2:] - edges[:-2]))).astype(np.float32)
