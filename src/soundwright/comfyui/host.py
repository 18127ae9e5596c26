"""What the nodes ask of ComfyUI: whether to stop, and to draw how far they are. Outside of it both do nothing."""

from __future__ import annotations

import importlib
from collections.abc import Callable
from typing import Any

from soundwright.progress import Progress

STEPS = 1000  # of the bar


def progress() -> Progress:
    """A `Progress` that draws ComfyUI's bar and raises its exception of interruption, in the node's own thread, from
    the next step on."""
    stop = _of("comfy.model_management", "throw_exception_if_processing_interrupted") or (lambda: None)
    bar = (_of("comfy.utils", "ProgressBar") or _NoBar)(STEPS)

    def listen(stage: str, fraction: float, audio_s: float) -> None:
        stop()
        bar.update_absolute(round(fraction * STEPS), STEPS)

    return Progress(listen)


class _NoBar:
    def __init__(self, total: int) -> None:
        self.total = total

    def update_absolute(self, value: int, total: int) -> None:
        pass


def _of(module: str, name: str) -> Callable[..., Any] | None:
    try:
        return getattr(importlib.import_module(module), name, None)
    except ImportError:
        return None
