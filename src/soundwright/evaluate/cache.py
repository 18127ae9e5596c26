"""What was measured of a file, kept on disk so that it is not computed twice, and never taken for what it is not.

A key is the SHA-256 of the file's bytes under a folder that is named by everything the numbers depend on: the embedder,
its version, the hash of its code and of its weights. Anything else there is another folder. A damaged entry is computed
again. The cache lies in `$SOUNDWRIGHT_CACHE`, else `~/.cache/soundwright`, and may be deleted at any time.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from io import BytesIO
from pathlib import Path
from typing import Any

import numpy as np


def home() -> Path:
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(os.environ.get("SOUNDWRIGHT_CACHE") or Path(base) / "soundwright").expanduser() / "evaluate"


def facts(kind: str, sha256: str) -> dict[str, Any] | None:
    """The facts of a file, if they are here."""
    try:
        return json.loads(_place(kind, sha256, ".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def keep_facts(kind: str, sha256: str, value: dict[str, Any]) -> None:
    _write(_place(kind, sha256, ".json"), json.dumps(value).encode())


def array(kind: str, sha256: str) -> np.ndarray | None:
    """The array of a file, if it is here and whole."""
    try:
        return np.load(_place(kind, sha256, ".npy"), allow_pickle=False)
    except (OSError, ValueError, EOFError):
        return None


def keep_array(kind: str, sha256: str, value: np.ndarray) -> None:
    file = BytesIO()
    np.save(file, value)
    _write(_place(kind, sha256, ".npy"), file.getvalue())


def _place(kind: str, sha256: str, ending: str) -> Path:
    return home() / kind / sha256[:2] / f"{sha256}{ending}"


def _write(place: Path, data: bytes) -> None:
    """Aside, then renamed; a cache that cannot be written is none, and no error."""
    with suppress(OSError):
        place.parent.mkdir(parents=True, exist_ok=True)
        aside = place.with_name(f".{place.name}.{os.getpid()}")
        aside.write_bytes(data)
        os.replace(aside, place)
