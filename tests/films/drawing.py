"""Drawing with anti-aliased edges: everything is a capsule (a thick line with round ends; a disc is a short one).

World coordinates: the width of the picture is 1, x to the right, y down, so a picture is 1 x 0.5625.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

Colour = tuple[float, float, float]


@dataclass(frozen=True)
class Shape:
    """A capsule from (x0, y0) to (x1, y1) of half thickness `r`; `glow` above 0 makes it as soft as that."""

    x0: float
    y0: float
    x1: float
    y1: float
    r: float
    colour: Colour
    glow: float = 0.0


def disc(x: float, y: float, r: float, colour: Colour, glow: float = 0.0) -> Shape:
    return Shape(x, y, x, y, r, colour, glow)


@dataclass(frozen=True)
class View:
    """Where the camera looks: a world point (x, y) is shown at ((x - cx) * zoom + cx0 ...), see `place`."""

    dx: float = 0.0
    dy: float = 0.0
    zoom: float = 1.0

    def place(self, x: float, y: float) -> tuple[float, float]:
        """World to screen, both in picture widths; zoom is about the middle of the picture."""
        return (x - self.dx - 0.5) * self.zoom + 0.5, (y - self.dy - 0.28125) * self.zoom + 0.28125


def paint(picture: np.ndarray, instants: Sequence[Sequence[Shape]], view: View) -> None:
    """Draw on float `picture` `[height, width, 3]` in place the mean of some instants (a shutter open for a while)."""
    if len(instants) == 1:
        for shape in instants[0]:
            _capsule(picture, shape, view, 1.0)
        return
    for same in zip(*instants, strict=True):
        if all(shape == same[0] for shape in same):
            _capsule(picture, same[0], view, 1.0)
            continue
        for shape in same:
            _capsule(picture, shape, view, 1 / len(same))


def _capsule(picture: np.ndarray, shape: Shape, view: View, weight: float) -> None:
    high, wide = picture.shape[:2]
    x0, y0, x1, y1 = (
        value * wide for point in ((shape.x0, shape.y0), (shape.x1, shape.y1)) for value in view.place(*point)
    )
    r = shape.r * wide * view.zoom
    reach = r + 1 + 2 * shape.glow * wide
    left, right = max(0, int(min(x0, x1) - reach)), min(wide, int(max(x0, x1) + reach) + 2)
    top, bottom = max(0, int(min(y0, y1) - reach)), min(high, int(max(y0, y1) + reach) + 2)
    if left >= right or top >= bottom or r <= 0:
        return
    ys = np.arange(top, bottom, dtype=np.float32)[:, None] - np.float32(y0)
    xs = np.arange(left, right, dtype=np.float32)[None] - np.float32(x0)
    dx, dy = x1 - x0, y1 - y0
    along = np.clip((xs * dx + ys * dy) / max(dx * dx + dy * dy, 1e-9), 0, 1)
    apart = np.hypot(xs - along * dx, ys - along * dy)
    softness = max(1.0, shape.glow * wide)
    cover = np.clip((r - apart) / softness + 0.5, 0, 1)[..., None] * np.float32(weight)
    shade = (1.0 - 0.35 * np.clip(apart / r, 0, 1))[..., None] * np.asarray(shape.colour, np.float32)
    patch = picture[top:bottom, left:right]
    patch += cover * (shade - patch)
