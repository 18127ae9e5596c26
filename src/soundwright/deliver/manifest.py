"""The manifest: beside every sound file a JSON file that says what made it, and from which it can be made again."""

from __future__ import annotations

import hashlib
import json
import platform
from importlib.metadata import version
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.audio import Audio
from soundwright.errors import BadRequest

SCHEMA = 1
VERSION = version("soundwright")


def fingerprint(audio: Audio) -> str:
    """SHA-256 over rate, channels and the float32 samples."""
    digest = hashlib.sha256(f"{audio.rate}/{audio.channels}/".encode())
    digest.update(np.ascontiguousarray(audio.samples).data)
    return digest.hexdigest()


def of_file(path: Path, decoded: Audio | None) -> dict[str, Any]:
    """What `soundwright inspect` compares: the file's bytes, and its samples as they decode (None: they do not)."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(1 << 20):
            digest.update(block)
    return {
        "bytes": path.stat().st_size,
        "sha256": digest.hexdigest(),
        "samples_sha256": decoded and fingerprint(decoded),
    }


def build(**facts: Any) -> dict[str, Any]:
    """A manifest from `facts`, headed by what wrote it and on what kind of machine."""
    return {
        "soundwright": VERSION,
        "schema": SCHEMA,
        "machine": {"python": platform.python_version(), "numpy": np.__version__, "system": platform.machine()},
        **facts,
    }


def dumps(manifest: dict[str, Any]) -> str:
    return json.dumps(manifest, indent=2, ensure_ascii=False, default=str) + "\n"


def read(path: Path) -> dict[str, Any]:
    """A manifest from its file. Raises `BadRequest` when it is none, or from a later version."""
    if not path.is_file():
        raise BadRequest(f"there is no file {path}")
    try:
        manifest = json.loads(path.read_text(encoding="utf-8"))
    except (UnicodeDecodeError, json.JSONDecodeError) as error:
        raise BadRequest(f"{path} is not a manifest: {error}") from error
    if not isinstance(manifest, dict) or "soundwright" not in manifest or "request" not in manifest:
        raise BadRequest(f"{path} is not a manifest of Soundwright; it is named like song.wav.json")
    if manifest.get("schema", 0) > SCHEMA:
        raise BadRequest(f"{path} was written by Soundwright {manifest['soundwright']}; update to read it")
    return manifest
