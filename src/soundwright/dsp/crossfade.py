"""Crossfades whose law follows how alike the two sounds are, so that the power stays level through the fade.

Two sounds of equal power and correlation r, faded with g1 and g2, have the power g1² + g2² + 2 r g1 g2. Divided by the
root of that, any pair of fades keeps it at 1: like sounds (r = 1) cross at equal gain, unlike ones (r = 0) at equal
power. Raised cosines are what is divided here, for they begin and end without a bend.
"""

from __future__ import annotations

import numpy as np

# Towards r = -1 the sounds cancel and the law would raise them without end. At -0.5 it raises one of them by 1.25 dB
# at the most; what is more opposed than that dips.
LEAST = -0.5


def correlation(a: np.ndarray, b: np.ndarray) -> float:
    """Correlation of two sounds of one shape `[channels, frames]`, -1 to 1, all channels together; 0 for silence."""
    a, b = np.asarray(a, np.float64).ravel(), np.asarray(b, np.float64).ravel()
    power = np.sqrt((a @ a) * (b @ b))
    return float(np.clip(a @ b / power, -1.0, 1.0)) if power > 1e-12 else 0.0


def gains(frames: int, correlation: float) -> tuple[np.ndarray, np.ndarray]:
    """The falling and the rising gain `[frames]` of a crossfade between sounds of that correlation."""
    rise = np.sin(0.5 * np.pi * (np.arange(frames) + 0.5) / max(frames, 1)) ** 2
    fall = 1 - rise
    power = np.sqrt(fall**2 + rise**2 + 2 * max(correlation, LEAST) * fall * rise)
    return (fall / power).astype(np.float32), (rise / power).astype(np.float32)


def cross(old: np.ndarray, new: np.ndarray, likeness: float | None = None) -> np.ndarray:
    """`old` giving way to `new`, of the same shape, over their whole length; by their own correlation unless given."""
    fall, rise = gains(old.shape[-1], correlation(old, new) if likeness is None else likeness)
    return old * fall + new * rise


def continued(x: np.ndarray, frames: int) -> np.ndarray:
    """What could follow x `[channels, n]` to be faded out: x mirrored about its last frame, `[channels, frames]` or,
    where x is too short for it, fewer. Value and slope go on without a break."""
    most = min(frames, x.shape[1] - 1)
    return 2 * x[:, -1:] - x[:, -2 : -2 - most : -1] if most > 0 else x[:, :0]
