"""The melody that MusicGen's melody checkpoints follow: which of the twelve pitch classes is the strongest, when.

As the model's makers and transformers' feature extractor have it: a power spectrum of half a second every eighth, its
bins gathered into pitch classes, and 1 for the strongest of each frame (Copet et al. 2023, section 2.3). The makers
first take drums and bass away with a source separator; nothing is taken away here, so a melody is best given alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from torch import Tensor

SIZE, HOP = 16_384, 4096  # of the spectrum, at 32 kHz
CLASSES = 12
A0_HZ = 27.5
CENTRE_OCTAVE, SPREAD_OCTAVES = 5.0, 2.0  # of the bell that weighs the octaves, counted from A0


def chroma(samples: Tensor, rate: int) -> Tensor:
    """One-hot pitch classes `[frames, 12]`, C first, of mono samples `[n]`; a frame every 4096 samples.

    Silence counts as C, as it does for the model. How loud it is does not matter: the strongest stays the strongest.
    """
    import torch

    if missing := max(SIZE - samples.shape[-1], 0):
        samples = torch.nn.functional.pad(samples, (missing // 2, missing - missing // 2))
    window = torch.hann_window(SIZE)
    spectrum = torch.stft(samples.float(), SIZE, HOP, window=window, center=True, return_complex=True)
    power = spectrum.abs().square() / window.square().sum()
    strength = torch.from_numpy(classes(rate)).float() @ power
    return torch.nn.functional.one_hot(strength.argmax(dim=0), CLASSES).float()


def classes(rate: int) -> np.ndarray:
    """How much each bin of the spectrum belongs to each pitch class: `[12, SIZE // 2 + 1]`.

    A bell about each class, as wide as a bin where bins are wider than a semitone; all classes of a bin have a root sum
    of squares of 1, times a bell over the octaves about 880 Hz (Ellis 2007, "Chroma feature analysis and synthesis").
    """
    hertz = np.arange(1, SIZE) * rate / SIZE
    semitones = CLASSES * np.log2(hertz / A0_HZ)
    semitones = np.concatenate([[semitones[0] - 1.5 * CLASSES], semitones])  # 0 Hz: as if an octave and a half below
    width = np.concatenate([np.maximum(np.diff(semitones), 1.0), [1.0]])
    half = CLASSES / 2
    away = (semitones - np.arange(CLASSES)[:, None] + half) % CLASSES - half
    belongs = np.exp(-0.5 * (2 * away / width) ** 2)
    belongs /= np.sqrt(np.square(belongs).sum(axis=0))
    belongs *= np.exp(-0.5 * ((semitones / CLASSES - CENTRE_OCTAVE) / SPREAD_OCTAVES) ** 2)
    from_c = np.roll(belongs, -3, axis=0)  # they are counted from A
    return from_c[:, : SIZE // 2 + 1]
