"""The contract that every engine keeps: a card that can be read without loading anything, and one verb."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal, Protocol

from soundwright.audio import Audio
from soundwright.progress import Progress

Verb = Literal["music", "effect", "cover", "repaint", "extend", "stems"]


@dataclass(frozen=True)
class Licence:
    """Terms of an engine's weights (or of the engine, where it has none). `commercial` None: see `note`."""

    name: str
    commercial: bool | None
    note: str = ""


@dataclass(frozen=True)
class Card:
    """Static facts of one engine. Reading it loads and downloads nothing."""

    name: str
    about: str
    verbs: tuple[Verb, ...]
    rate: int
    channels: int
    longest_s: float
    licence: Licence
    checkpoints: dict[str, dict[str, Any]] = field(default_factory=dict)  # name -> defaults (steps, guidance, shift)
    memory_mb: float = 0.0
    extra: str = ""  # the pip extra it needs
    weights: str = ""  # where its weights live; "" for an embedded engine


@dataclass(frozen=True)
class Task:
    """One piece of a plan for one engine: a song, a section, a cue, an edit.

    `plan` is the document that the engine follows (a `SongPlan`, an `EffectPlan`); `options` are engine's own.
    """

    verb: Verb
    plan: Any
    duration_s: float
    seed: int
    prompt: str = ""
    loop: bool = False
    options: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True)
class Take:
    """What an engine gives: audio, stems that sum to it, and what was used to make it.

    `extras` are named by-products (the MIDI file's bytes, LRC text); `used` goes into the manifest.
    """

    audio: Audio
    stems: dict[str, Audio] = field(default_factory=dict)
    used: dict[str, Any] = field(default_factory=dict)
    extras: dict[str, bytes] = field(default_factory=dict)


class Engine(Protocol):
    """One system that makes sound."""

    card: Card

    def render(self, task: Task, tell: Progress) -> Take: ...
