"""How the camera moves: what it looks at as a function of time."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from tests.films.drawing import View

Camera = Callable[[float], View]


def tripod(rng: np.random.Generator, seconds: float) -> Camera:
    return lambda t: View()


def pan(rng: np.random.Generator, seconds: float) -> Camera:
    """Even movement across at most an eighth of the picture."""
    speed = rng.choice((-1, 1)) * min(0.05, 0.12 / seconds)
    return lambda t: View(speed * (t - seconds / 2), 0.0)


def handheld(rng: np.random.Generator, seconds: float) -> Camera:
    """A breathing, trembling hand: 0.2 to 6 Hz, slow movements the largest, some pixels at 320 across."""
    hertz = np.geomspace(0.2, 6.0, 7)
    size = 0.008 * hertz**-0.7
    phases = rng.uniform(0, 2 * np.pi, (2, 7))
    scale = rng.uniform(0.7, 1.3, (2, 7)) * size

    def at(t: float) -> View:
        dx, dy = (scale * np.sin(2 * np.pi * hertz * t + phases)).sum(axis=1)
        return View(float(dx), float(dy))

    return at


def zoom(rng: np.random.Generator, seconds: float) -> Camera:
    """Even zoom, in or out, by a fifth."""
    first, last = rng.permutation((1.0, 1.2))
    return lambda t: View(zoom=float(first + (last - first) * t / seconds))


CAMERAS = {"tripod": tripod, "pan": pan, "handheld": handheld, "zoom": zoom}
