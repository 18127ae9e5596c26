"""Where what can be made again is kept, and may be deleted: `$SOUNDWRIGHT_CACHE`, else `~/.cache/soundwright`.

Names are hashes of all that a content follows from, so that nothing stale is taken; that is for those who keep.
"""

from __future__ import annotations

import os
import secrets
from contextlib import suppress
from io import BytesIO
from pathlib import Path

import numpy as np


def home() -> Path:
    """The folder of all that is kept; every room has one of its own in it."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("SOUNDWRIGHT_CACHE") or Path(base) / "soundwright").expanduser()


def put(path: Path, data: bytes) -> None:
    """Write aside, then rename; where that cannot be done, as on a full disk, nothing is kept and nobody is told."""
    aside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        try:
            aside.write_bytes(data)
            aside.replace(path)
        finally:
            aside.unlink(missing_ok=True)


def put_array(path: Path, array: np.ndarray) -> None:
    file = BytesIO()
    np.save(file, array, allow_pickle=False)
    put(path, file.getvalue())


def array(path: Path) -> np.ndarray | None:
    """The array that is kept there, if it is there and whole."""
    try:
        return np.load(path, allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None
