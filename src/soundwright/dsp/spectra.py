"""Spectra: framed Fourier transforms and the documented log-mel picture that pictures, ears and search share."""

from __future__ import annotations

import numpy as np
from scipy import fft


def stft(x: np.ndarray, size: int = 2048, hop: int = 512) -> np.ndarray:
    """Hann-windowed spectra `[..., frames, size//2 + 1]`, centred (reflected ends)."""
    padded = np.pad(
        x,
        [(0, 0)] * (x.ndim - 1) + [(size // 2, size // 2)],
        mode="reflect" if x.shape[-1] > size // 2 else "constant",
    )
    windows = np.lib.stride_tricks.sliding_window_view(padded, size, axis=-1)[..., ::hop, :]
    window = (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(size) / size)).astype(np.float32)
    return np.asarray(fft.rfft(windows * window, axis=-1))


def mel(hz):
    """HTK mel scale: 2595 log10(1 + f/700)."""
    return 2595.0 * np.log10(1 + np.asarray(hz, float) / 700.0)


def mel_bank(rate: int, size: int, bands: int, low_hz: float = 40.0, high_hz: float | None = None) -> np.ndarray:
    """Triangular filters of equal area `[bands, size//2 + 1]`, equally spaced in mel."""
    edges = np.linspace(mel(low_hz), mel(min(high_hz or rate / 2, rate / 2)), bands + 2)
    edges = 700.0 * (10 ** (edges / 2595.0) - 1)
    bins = np.fft.rfftfreq(size, 1 / rate)
    up = (bins - edges[:-2, None]) / (edges[1:-1] - edges[:-2])[:, None]
    down = (edges[2:, None] - bins) / (edges[2:] - edges[1:-1])[:, None]
    bank = np.maximum(0.0, np.minimum(up, down))
    return (bank / np.maximum(bank.sum(axis=1, keepdims=True), 1e-9)).astype(np.float32)


def log_mel(
    x: np.ndarray, rate: int, *, bands: int = 96, size: int = 2048, hop: int = 512, high_hz: float = 16000.0
) -> np.ndarray:
    """Log-mel power in dB `[bands, frames]` of mono x `[n]`; 0 dB is a full-scale sine, the floor is −100 dB."""
    power = np.abs(stft(x, size, hop)) ** 2 * (16.0 / size**2)
    return 10 * np.log10(np.maximum(mel_bank(rate, size, bands, high_hz=high_hz) @ power.T, 1e-10))
