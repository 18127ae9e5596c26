"""The pocket codec without a trained network: 48 kHz stereo to 25 vectors a second and back, by one linear transform.

Principal components of what is told of each patch of 40 ms (see `pocket_features`), scaled to unit variance, are the
latents. What it cannot: tones over 5.2 kHz, several tones nearer than about 40 Hz, the phases of a waveform.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from pathlib import Path
from zipfile import BadZipFile

import numpy as np

from soundwright.errors import CannotRun
from soundwright.nets.pocket_features import PATCH, RATE, analyse, layout, synthesise

__all__ = ["PATCH", "RATE", "Basis", "analyse", "decode", "encode", "fit", "layout", "ours", "read", "synthesise"]

WEIGHTS_FILE = "pocket_codec.npz"


@dataclass(frozen=True, eq=False)
class Basis:
    """Principal components of patches: `mean` `[width]`, `axes` `[width, dims]`, `scales` `[dims]` (falling).

    `span` patches make one latent frame: 1 for 25 a second, 2 for 12.5.
    """

    mean: np.ndarray
    axes: np.ndarray
    scales: np.ndarray
    span: int = 1

    def first(self, dims: int) -> Basis:
        """With the first components alone."""
        return Basis(self.mean, self.axes[:, :dims], self.scales[:dims], self.span)

    def to(self, features: np.ndarray) -> np.ndarray:
        """Features `[patches, numbers]` as latents `[frames, dims]`; an odd last patch is doubled."""
        short = -len(features) % self.span
        rows = np.pad(features, ((0, short), (0, 0)), mode="edge") * layout().weights
        return ((rows.reshape(-1, len(self.mean)) - self.mean) @ self.axes) / self.scales

    def back(self, latents: np.ndarray) -> np.ndarray:
        rows = (latents * self.scales) @ self.axes.T + self.mean
        return rows.reshape(-1, len(layout().weights)) / layout().weights


def read(path: Path) -> Basis:
    """The basis in a file. Raises `CannotRun` in one line where it is missing or is none."""
    try:
        with np.load(path, allow_pickle=False) as file:
            mean, axes, scales = (file[name].astype(np.float32) for name in ("mean", "axes", "scales"))
            return Basis(mean, axes, scales, int(file["span"]))
    except FileNotFoundError:
        raise CannotRun(f"{path} is missing (`soundwright train pocket-codec` makes it)") from None
    except (OSError, ValueError, KeyError, TypeError, BadZipFile, EOFError):
        raise CannotRun(f"{path} does not hold a basis of the pocket codec: fit it anew") from None


@lru_cache(maxsize=1)
def ours() -> Basis:
    """The basis that ships with the package: 128 components, 25 times a second."""
    with as_file(files("soundwright.nets").joinpath(WEIGHTS_FILE)) as path:
        return read(path)


def fit(features: np.ndarray, dims: int, span: int = 1) -> Basis:
    """The basis of many patches `[patches, numbers]`, of which `span` that follow each other make one row."""
    rows = (features[: len(features) // span * span] * layout().weights).reshape(-1, span * features.shape[1])
    mean = rows.mean(axis=0, dtype=np.float64)
    covariance = np.cov(rows - mean, rowvar=False)
    values, axes = np.linalg.eigh(covariance)
    order = np.argsort(-values)[:dims]
    scales = np.sqrt(np.maximum(values[order], 1e-6))
    mean, axes, scales = (np.asarray(one, np.float32) for one in (mean, axes[:, order], scales))
    return Basis(mean, axes, scales, span)


def encode(x: np.ndarray, basis: Basis) -> np.ndarray:
    """Stereo `[2, n]` at 48 kHz as latents `[frames, dims]`, `RATE / PATCH / span` a second."""
    return basis.to(analyse(x))


def decode(latents: np.ndarray, basis: Basis, frames: int, seed: int = 0) -> np.ndarray:
    """Stereo `[2, frames]` from latents; another seed is another noise."""
    return synthesise(basis.back(latents), np.random.default_rng(seed))[:, :frames]
