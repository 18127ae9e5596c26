"""What networks saw or read, kept on disk, so that another take of the same does not look again.

In `features` of the project's cache (see `soundwright.cache`). An entry's name is the hash of all that its content
follows from (a film's bytes, a stretch of it, the encoder's weights, how it computes): what has changed has another.
"""

from __future__ import annotations

import hashlib
import json
import os
import zipfile
from collections.abc import Callable
from contextlib import suppress
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np

from soundwright import cache
from soundwright.engines import weights

KEPT = 500  # entries; of half a minute of pictures one takes 3 MB


def place() -> Path:
    """The folder in which features are kept."""
    return cache.home() / "features"


def kept(follows_from: dict[str, Any], make: Callable[[], np.ndarray]) -> tuple[np.ndarray, bool]:
    """The array that follows from what is told as JSON, and whether it was here; what is damaged is made again.

    A folder that cannot be written keeps nothing.
    """
    name = hashlib.sha256(json.dumps(follows_from, sort_keys=True).encode()).hexdigest()
    path = place() / f"{name}.npy"
    if (array := cache.array(path)) is not None:
        with suppress(OSError):
            os.utime(path)
        return array, True
    array = make()
    cache.put_array(path, array)
    with suppress(OSError):
        _forget(path.parent)
    return array, False


def _forget(folder: Path) -> None:
    """Leave those that were used last."""
    for path in sorted(folder.glob("*.npy"), key=lambda one: one.stat().st_mtime)[:-KEPT]:
        path.unlink(missing_ok=True)


def fingerprint(path: Path) -> str:
    """The SHA-256 of a file, which a process reads once as long as its size and time stay."""
    stat = path.stat()
    return _fingerprint(path, stat.st_size, stat.st_mtime_ns)


@lru_cache(maxsize=64)
def _fingerprint(path: Path, size: int, changed_ns: int) -> str:
    return weights.sha256(path)


def shapes(path: Path) -> dict[str, tuple[int, ...]]:
    """The shapes of a NumPy archive's arrays, from their headers."""
    found = {}
    with zipfile.ZipFile(path) as archive:
        for name in archive.namelist():
            with archive.open(name) as file:
                read = {1: np.lib.format.read_array_header_1_0, 2: np.lib.format.read_array_header_2_0}
                major, _ = np.lib.format.read_magic(file)
                found[name.removesuffix(".npy")] = read[major](file)[0]
    return found
