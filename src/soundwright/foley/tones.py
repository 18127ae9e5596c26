"""Tones that devices make: notes with edges, on-and-off patterns, and the small loudspeakers they come out of."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np

from soundwright.dsp import filters, oscillators

WAVES: dict[str, Callable[..., np.ndarray]] = {
    "sine": oscillators.sine,
    "square": oscillators.pulse,
    "saw": oscillators.saw,
    "triangle": oscillators.triangle,
}


def edges(n: int, rate: int, attack_s: float = 0.004, release_s: float = 0.01) -> np.ndarray:
    """A gate `[n]` open all along, with soft ends so that it does not click."""
    t = np.arange(n) / rate
    rise, fall = np.minimum(t / max(attack_s, 1e-5), 1.0), np.minimum((n / rate - t) / max(release_s, 1e-5), 1.0)
    return (np.sin(0.5 * np.pi * np.clip(np.minimum(rise, fall), 0, 1)) ** 2).astype(np.float32)


def tone(
    hz: float | Sequence[float], seconds: float, rate: int, wave: str = "sine", attack_s: float = 0.004,
    release_s: float = 0.01, fall_s: float = 0.0, width: float = 0.5,
) -> np.ndarray:  # fmt: skip
    """A note at `hz` (two numbers: a glide, geometric) for `seconds`; `fall_s` > 0: it dies by 60 dB in that time."""
    n = max(round(seconds * rate), 2)
    ends = (hz, hz) if isinstance(hz, (int, float)) else (hz[0], hz[-1])
    curve = np.geomspace(*ends, n)
    x = oscillators.pulse(curve, rate, width) if wave == "square" else WAVES[wave](curve, rate)
    x = x * edges(n, rate, attack_s, release_s)
    return x * np.exp(-6.91 * np.arange(n) / rate / fall_s).astype(np.float32) if fall_s else x


def gate(
    n: int, rate: int, cycle: Sequence[tuple[float, float]], edge_s: float = 0.004, start_s: float = 0.0
) -> np.ndarray:
    """On and off `[n]` that repeats: `cycle` is (seconds, level) in turn, steps rounded by `edge_s`."""
    lengths, levels = np.array([c[0] for c in cycle]), np.array([c[1] for c in cycle], float)
    ends = np.cumsum(lengths)
    at = (np.arange(n) / rate + start_s) % ends[-1]
    steps = levels[np.searchsorted(ends, at, side="right").clip(0, len(levels) - 1)]
    return filters.smooth(steps.astype(np.float32), edge_s, rate) if n else steps


def speaker(
    x: np.ndarray, rate: int, low_hz: float = 400.0, high_hz: float = 5000.0, drive: float = 1.0,
    peak_hz: float = 0.0, peak_db: float = 6.0,
) -> np.ndarray:  # fmt: skip
    """x through a small loudspeaker or horn: driven into its limit, band-limited, with one resonance at `peak_hz`."""
    x = np.tanh(drive * x).astype(np.float32) if drive > 1.0 else x
    x = filters.bandpass(x, low_hz, high_hz, rate, 2)
    return filters.equalise(x, "peak", peak_hz, rate, gain_db=peak_db, q=1.5) if peak_hz else x


def tune(notes: Sequence[tuple[float, float, float]], rate: int, wave: str = "square", **kw) -> np.ndarray:
    """Notes (start s, Hz, length s) laid in time."""
    from soundwright.foley import takes

    return takes.phrase([s for s, _, _ in notes], [tone(hz, d, rate, wave, **kw) for _, hz, d in notes], rate)
