"""Soundwright: music, sound effects and soundtracks from words.

import soundwright as sw
take = sw.music("calm lo-fi piano with soft drums, 78 bpm, in A minor", duration=30, seed=7)
take.save("song.wav")
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from soundwright.errors import BadRequest, Cancelled, CannotRun, SoundwrightError

if TYPE_CHECKING:
    from soundwright.audio import Audio, Stream
    from soundwright.client import Client
    from soundwright.deliver.piece import Piece
    from soundwright.progress import Progress

__all__ = [
    "Audio",
    "BadRequest",
    "Cancelled",
    "CannotRun",
    "Client",
    "Progress",
    "SoundwrightError",
    "Stream",
    "effect",
    "effects",
    "music",
]

_LAZY = {
    "Audio": "soundwright.audio",
    "Client": "soundwright.client",
    "Progress": "soundwright.progress",
    "Stream": "soundwright.audio",
}


def __getattr__(name: str) -> Any:
    if name in _LAZY:
        import importlib

        return getattr(importlib.import_module(_LAZY[name]), name)
    raise AttributeError(f"module 'soundwright' has no attribute {name!r}")


def music(prompt: str, duration: float | None = None, *, tell: Progress | None = None, **asked: Any) -> Piece:
    """Make a piece of music of `duration` seconds (30 where None) from words.

    `asked` are the fields of `soundwright.request.MusicRequest`: seed, engine, styles, negative, lyrics, plan, loop ...
    Raises `BadRequest`, `CannotRun` or `Cancelled`.
    """
    from soundwright import studio
    from soundwright.request import MusicRequest

    return studio.music(MusicRequest(prompt=prompt, duration_s=duration, **asked), tell)


def effects(prompt: str, duration: float | None = None, *, tell: Progress | None = None, **asked: Any) -> list[Piece]:
    """Make `variations` takes of a sound effect; where `duration` is None each lasts as long as the sound does.

    `asked` are the fields of `soundwright.request.EffectRequest`: seed, engine, variations, loop, negative, plan.
    """
    from soundwright import studio
    from soundwright.request import EffectRequest

    return studio.effect(EffectRequest(prompt=prompt, duration_s=duration, **asked), tell)


def effect(prompt: str, duration: float | None = None, *, tell: Progress | None = None, **asked: Any) -> Piece:
    """Make one sound effect: the first of `effects`."""
    return effects(prompt, duration, tell=tell, **asked)[0]
