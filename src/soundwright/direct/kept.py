"""Finished parts of a long piece, kept on disk while the rest is made, so that a job that was killed goes on from them.

A part is known by everything that made it: engine, version, plan, seed, options and the sound it goes on from. So what
is kept can only be what would be made again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.audio import Audio
from soundwright.engines import Task


def place() -> Path:
    """The folder for parts: `$XDG_CACHE_HOME/soundwright/parts`, usually in `~/.cache`."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "soundwright" / "parts"


def key(engine: str, task: Task) -> str:
    """What a task is known by."""
    from soundwright.deliver.manifest import VERSION

    sources = {name: hashlib.sha256(sound.samples.tobytes()).hexdigest() for name, sound in task.sources.items()}
    facts = [VERSION, engine, task.verb, task.plan.model_dump(mode="json"), task.duration_s, task.seed, task.prompt,
             task.options, sources]  # fmt: skip
    return hashlib.sha256(json.dumps(facts, sort_keys=True, default=str).encode()).hexdigest()


class Kept:
    """The parts of one piece, in a folder of their own that goes when the piece is done."""

    def __init__(self, name: str) -> None:
        self.folder = place() / name[:24]

    def get(self, part: str) -> tuple[Audio, dict[str, Any]] | None:
        """A part and what was used for it, where it was made before and is whole."""
        try:
            held = np.load(self.folder / f"{part}.npz")
            return Audio(held["samples"], int(held["rate"])), json.loads(str(held["used"]))
        except (OSError, ValueError, KeyError, EOFError):
            return None

    def put(self, part: str, audio: Audio, used: dict[str, Any]) -> None:
        """Keep a part; where there is no room or no right to, it is simply not kept."""
        aside = self.folder / f"{part}.{os.getpid()}.tmp"
        try:
            self.folder.mkdir(parents=True, exist_ok=True)
            with aside.open("wb") as file:
                np.savez(file, samples=audio.samples, rate=audio.rate, used=json.dumps(used, default=str))
            aside.replace(self.folder / f"{part}.npz")
        except OSError:
            aside.unlink(missing_ok=True)

    def clear(self) -> None:
        shutil.rmtree(self.folder, ignore_errors=True)
