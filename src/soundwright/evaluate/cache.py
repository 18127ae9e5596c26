"""What was measured of a file, kept on disk so that it is not computed twice, and never taken for what it is not.

A key is the SHA-256 of the file's bytes under a folder that is named by everything the numbers depend on: the embedder,
its version, the hash of its code and of its weights. Anything else there is another folder. A damaged entry is computed
again. It lies in `evaluate` of the project's cache (see `soundwright.cache`).
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np

from soundwright import cache


def home() -> Path:
    return cache.home() / "evaluate"


def facts(kind: str, sha256: str) -> dict[str, Any] | None:
    """The facts of a file, if they are here."""
    try:
        return json.loads(_place(kind, sha256, ".json").read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return None


def keep_facts(kind: str, sha256: str, value: dict[str, Any]) -> None:
    cache.put(_place(kind, sha256, ".json"), json.dumps(value).encode())


def array(kind: str, sha256: str) -> np.ndarray | None:
    """The array of a file, if it is here and whole."""
    return cache.array(_place(kind, sha256, ".npy"))


def keep_array(kind: str, sha256: str, value: np.ndarray) -> None:
    cache.put_array(_place(kind, sha256, ".npy"), value)


def _place(kind: str, sha256: str, ending: str) -> Path:
    return home() / kind / sha256[:2] / f"{sha256}{ending}"
