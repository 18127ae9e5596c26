"""The Perth watermark's two networks, written from the architecture that `resemble-perth` 1.0.1 (MIT) installs.

The mark is a change of the spectrum's magnitudes below 2 kHz that a network hides where the sound masks it, and a
second network hears. Both see the log magnitude of an STFT at 32 kHz (2048 points, hop 320, Hann), scaled so that
-180 dB is 0 and 15 dB is 1, in the 128 lowest bins. The encoder's residual is in dB, so the mark is a *gain* for each
bin and frame: applied alike to all channels it keeps the stereo image, and silence stays silent.

Shapes: x `[frames]` at 32 kHz; log magnitudes `[1, bins, T]`.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as fn

RATE, FFT, HOP = 32_000, 2048, 320
BINS = 128  # round(1025 * 2 kHz / 16 kHz)
HIDDEN, DEPTH, WIDTH = 256, 5, 7
FLOOR_DB, TOP_DB = -180.0, 15.0
RANGE_DB = TOP_DB - FLOOR_DB
AUDIBLE = 0.05  # frames whose summed level is under this share of the loudest one's are left alone
BRANCHES = {"slow": 1.25, "normal": 1.0, "fast": 0.75}  # the detector hears the sound at three tempi


def _stack(outputs: int) -> nn.Sequential:
    """1×1 convolution, five of width 7, 1×1; leaky ReLU between them."""
    widths = [(BINS, HIDDEN, 1), *[(HIDDEN, HIDDEN, WIDTH)] * DEPTH, (HIDDEN, outputs, 1)]
    layers: list[nn.Module] = []
    for inputs, out, width in widths:
        layers += [nn.Conv1d(inputs, out, width, padding=width // 2), nn.LeakyReLU()]
    return nn.Sequential(*layers[:-1])


class Watermark(nn.Module):
    """Encoder and detector in one; load it with `load`."""

    window: Tensor

    def __init__(self) -> None:
        super().__init__()
        self.encoder = _stack(BINS)
        self.detector = nn.ModuleDict({name: _stack(2) for name in BRANCHES})
        self.register_buffer("window", torch.hann_window(FFT), persistent=False)

    def load(self, checkpoint: dict[str, Tensor]) -> Watermark:
        """Take the weights of Perth's checkpoint; raises `KeyError` or `RuntimeError` when they are others."""
        places = {"encoder": ("encoder", "encoder.layers")}
        places |= {f"detector.{name}": (f"detector.{name}", f"decoder.{name}_layers") for name in BRANCHES}
        ours = {}
        for here, there in places.values():
            for number in range(DEPTH + 2):
                for part in ("weight", "bias"):
                    ours[f"{here}.{2 * number}.{part}"] = checkpoint[f"{there}.{number}.conv.{part}"]
        self.load_state_dict(ours)
        return self.eval()

    def spectrum(self, x: Tensor) -> Tensor:
        """Complex STFT `[..., 1025, T]` of x `[..., frames]`."""
        return torch.stft(x, FFT, HOP, window=self.window, center=True, pad_mode="reflect", return_complex=True)

    def gain_db(self, spectrum: Tensor) -> Tensor:
        """What the mark does to the 128 lowest bins of a mono spectrum, in dB `[BINS, T]`."""
        level = _scaled(spectrum)[None]
        return (self.encoder(level[:, :BINS]) * _audible(level))[0] * RANGE_DB

    def difference(self, spectra: Tensor, gain_db: Tensor, frames: int) -> Tensor:
        """The sound that the mark adds to each channel: `[channels, frames]` from spectra `[channels, 1025, T]`."""
        change = torch.zeros_like(spectra)
        change[:, :BINS] = spectra[:, :BINS] * (10 ** (gain_db / 20) - 1)
        return torch.istft(change, FFT, HOP, window=self.window, center=True, length=frames)

    def score(self, spectrum: Tensor) -> float:
        """How surely a mono spectrum is marked: about 1 when it is, about 0 when it is not."""
        level = _scaled(spectrum)[None]
        heard, low = _audible(level), level[:, :BINS]
        marks, weights = [], []
        for name, stretch in BRANCHES.items():
            slower = (
                low
                if stretch == 1
                else fn.interpolate(low, int(low.shape[2] * stretch), mode="linear", align_corners=True)
            )
            out = self.detector[name](slower)  # [1, (attention, mark), T]
            mask = fn.interpolate(heard, out.shape[2], mode="nearest")
            attention, mark = ((out * mask).sum(dim=2) / mask.sum(dim=2))[0]
            weights.append(attention)
            marks.append(mark)
        return float((torch.stack(marks) * torch.softmax(torch.stack(weights), 0)).sum())


def _scaled(spectrum: Tensor) -> Tensor:
    return (20 * torch.log10(spectrum.abs().clamp_min(10 ** (FLOOR_DB / 20))) - FLOOR_DB) / RANGE_DB


def _audible(level: Tensor) -> Tensor:
    """1 where a frame is loud enough to carry the mark, else 0: `[1, 1, T]`."""
    total = level.sum(dim=1, keepdim=True)
    return (total > AUDIBLE * total.max()).float()
