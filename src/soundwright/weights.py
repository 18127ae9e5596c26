"""Folders of weights: where they lie, whether they are whole, and what they are. Nothing here reaches a network.

Looked for in this order: a folder that was named (`--weights DIR`), the place to which weights are pulled
(`$SOUNDWRIGHT_WEIGHTS`, else `~/.local/share/soundwright/weights`), the cache of the Hugging Face hub.
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import struct
from pathlib import Path
from typing import Any

from soundwright.errors import BadRequest, CannotRun

HASHES = ".soundwright.json"  # beside the weights: {file: [size, mtime_ns, sha256]}, so that gigabytes are hashed once


def home() -> Path:
    """The folder in which pulled weights lie."""
    base = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(os.environ.get("SOUNDWRIGHT_WEIGHTS") or Path(base) / "soundwright" / "weights").expanduser()


def find(name: str, repository: str, pull: str, asked: str | Path | None = None) -> Path:
    """The folder of the weights called `name`, which `repository` holds and the command `pull` gets.

    Raises `BadRequest` when the asked folder is none, `CannotRun` with the command to get them when they are not here.
    """
    if asked:
        folder = Path(asked).expanduser()
        if not folder.is_dir():
            raise BadRequest(f"{folder} is not a folder with weights")
        return folder
    if (folder := home() / name).is_dir():
        return folder
    if cached := in_hub_cache(repository):
        return cached
    raise CannotRun(f"the weights of {name} are not on this machine: {pull} (or name a folder of them: --weights DIR)")


def in_hub_cache(repository: str) -> Path | None:
    """A snapshot that the Hugging Face libraries left, if there is one (their layout of folders, without them)."""
    hub = Path(os.environ.get("HF_HUB_CACHE") or Path(os.environ.get("HF_HOME") or "~/.cache/huggingface") / "hub")
    folder = hub.expanduser() / f"models--{repository.replace('/', '--')}"
    try:
        commit = (folder / "refs" / "main").read_text(encoding="utf-8").strip()
    except OSError:
        return None
    snapshot = folder / "snapshots" / commit
    return snapshot if snapshot.is_dir() else None


def check(folder: Path, files: dict[str, str | None]) -> None:
    """Every file of `files` (path in the folder -> `_class_name` or `model_type` it must name, or None) stands whole.

    JSON is parsed; safetensors are measured against their headers. Raises `CannotRun` that names the file.
    """
    missing = [name for name in files if not (folder / name).is_file()]
    for name, kind in files.items():
        if name in missing or not name.endswith(".json"):
            continue
        try:
            config = json.loads((folder / name).read_text(encoding="utf-8"))
        except (UnicodeDecodeError, json.JSONDecodeError) as error:
            raise CannotRun(f"{folder / name} is damaged: {error}") from error
        found = config.get("_class_name", config.get("model_type"))
        if kind and found != kind:
            raise CannotRun(f"{folder} holds a {found or 'model of unknown kind'}, and this engine loads a {kind}")
    if missing:
        raise CannotRun(f"{folder} is not a whole checkpoint: {missing[0]} is missing ({len(missing)} files are)")
    tensors = sorted(folder.rglob("*.safetensors"))
    if not tensors and all(name.endswith(".json") for name in files):
        raise CannotRun(f"{folder} holds no safetensors files: its weights are missing")
    for path in tensors:
        _check_safetensors(path)


def _check_safetensors(path: Path) -> None:
    """Format: 8 bytes little-endian header length, a JSON header, the tensors (huggingface/safetensors README)."""
    size = path.stat().st_size
    try:
        with path.open("rb") as file:
            (length,) = struct.unpack("<Q", file.read(8))
            header = json.loads(file.read(length)) if length < size else None
    except (struct.error, UnicodeDecodeError, json.JSONDecodeError):
        header = None
    if not isinstance(header, dict):
        raise CannotRun(f"{path} is damaged: it has no safetensors header; delete it and pull the weights again")
    ends = [row["data_offsets"][1] for name, row in header.items() if name != "__metadata__"]
    if size < 8 + length + max(ends, default=0):
        raise CannotRun(f"{path} is cut short ({size} bytes); pull the weights again: what is whole is kept")


def stamp(place: Path) -> list[tuple[str, int, int]]:
    """The weights files in a folder, or the one that `place` is, as (name, bytes, time of change in ns): what tells
    them from others without reading them. Nothing where there are none."""
    files = [place] if place.is_file() else _tensors(place)
    return [(str(path.relative_to(place)), path.stat().st_size, path.stat().st_mtime_ns) for path in files]


def facts(folder: Path) -> dict[str, Any]:
    """What the manifest says of a folder of weights: its path and the SHA-256 of each weights file."""
    known = _known(folder)
    rows: dict[str, list] = {}
    for path in _tensors(folder):
        stat, name = path.stat(), str(path.relative_to(folder))
        row = known.get(name, [])
        same = row[:2] == [stat.st_size, stat.st_mtime_ns]
        rows[name] = row if same else [stat.st_size, stat.st_mtime_ns, sha256(path)]
    if rows != known:
        with contextlib.suppress(OSError):  # a folder that cannot be written is hashed again the next time
            (folder / HASHES).write_text(json.dumps(rows), encoding="utf-8")
    return {"folder": str(folder), "sha256": {name: row[2] for name, row in rows.items()}}


def _tensors(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in (".safetensors", ".bin", ".ckpt", ".pth", ".npz"))


def _known(folder: Path) -> dict[str, list]:
    try:
        return json.loads((folder / HASHES).read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}


def sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
