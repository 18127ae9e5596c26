"""The contract that every engine keeps: a card that can be read without loading anything, and one verb."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Literal, Protocol

from soundwright.audio import Audio
from soundwright.progress import Progress

Verb = Literal["music", "effect", "cover", "repaint", "extend", "stems", "lego", "complete", "soundtrack"]


@dataclass(frozen=True)
class Licence:
    """Terms of an engine's weights (or of the engine, where it has none). `commercial` None: see `note`."""

    name: str
    commercial: bool | None
    note: str = ""


@dataclass(frozen=True)
class Part:
    """A repository that a checkpoint takes something from; without `weights`, its configuration and tokenizer alone.

    `takes` are files that are no safetensors and wanted all the same: tensors alone.
    """

    repository: str
    weights: bool = True
    takes: tuple[str, ...] = ()


@dataclass(frozen=True)
class Checkpoint:
    """One set of weights of an engine, with the defaults that are right for it and for no other.

    `parts_m` names its networks and their millions of parameters; `gives` are the optional inputs it understands, among
    negative, lyrics, melody, reference, tempo, lora.
    """

    about: str
    weights: str  # the repository that holds them, or the address of an API
    verbs: tuple[Verb, ...]
    licence: Licence
    rate: int
    channels: int
    longest_s: float
    window_s: float = 0.0  # what it hears at once, where longer pieces are heard through windows
    steps: int = 0
    guidance: float = 1.0  # 1: no classifier-free guidance
    shift: float | None = None
    parts_m: dict[str, float] = field(default_factory=dict)
    gives: tuple[str, ...] = ()
    gated: bool = False  # its terms must be accepted on the page of its weights before they can be had
    shares: str = ""  # the checkpoint whose folder holds parts that this one wants too
    leaves: tuple[str, ...] = ()  # folders and files at the top of its repository that are not wanted
    takes: tuple[str, ...] = ()  # files that are no safetensors and wanted all the same: pickles, read as tensors alone
    brings: dict[str, Part] = field(default_factory=dict)  # what its repository lacks, by the folder that it goes to
    keys: tuple[str, ...] = ()  # of an API: the environment variables that hold its keys


@dataclass(frozen=True)
class Card:
    """Static facts of one engine. Reading it loads and downloads nothing.

    A card with checkpoints tells of them all; `at` narrows it to one.
    """

    name: str
    about: str
    verbs: tuple[Verb, ...]
    rate: int
    channels: int
    longest_s: float
    licence: Licence
    checkpoints: dict[str, Checkpoint] = field(default_factory=dict)  # the first is the default
    extra: str = ""  # the pip extra it needs
    weights: str = ""  # where its weights live; "" for an embedded engine
    inputs: tuple[str, ...] = ()  # of an embedded engine: like (varies a sound), words (plays any prompt)

    @classmethod
    def of(cls, name: str, about: str, checkpoints: dict[str, Checkpoint], extra: str) -> Card:
        """The card of an engine that is nothing without its checkpoints: it can what any of them can."""
        first = next(iter(checkpoints.values()))
        verbs: tuple[Verb, ...] = tuple(dict.fromkeys(verb for one in checkpoints.values() for verb in one.verbs))
        longest_s = max(one.longest_s for one in checkpoints.values())
        return cls(
            name, about, verbs, first.rate, first.channels, longest_s, first.licence, checkpoints, extra, first.weights
        )

    @property
    def checkpoint(self) -> Checkpoint:
        """The checkpoint that this card is narrowed to, or an engine's default. An embedded engine has none."""
        return next(iter(self.checkpoints.values()))

    @property
    def keys(self) -> tuple[str, ...]:
        """The environment variables that hold the keys of a checkpoint's API; none where it runs here."""
        return self.checkpoint.keys if self.checkpoints else ()

    @property
    def window_s(self) -> float:
        """The longest that is heard as one; past it the form of a piece is not known to any window."""
        return (self.checkpoint.window_s if self.checkpoints else 0.0) or self.longest_s

    def gives(self, what: str) -> bool:
        """Whether the engine, or a checkpoint of it, understands an optional input (see `Checkpoint`)."""
        return what in self.inputs or any(what in one.gives for one in self.checkpoints.values())

    def at(self, checkpoint: str) -> Card:
        """The card of one checkpoint, named `engine/checkpoint`."""
        one = self.checkpoints[checkpoint]
        return replace(
            self,
            name=f"{self.name}/{checkpoint}",
            about=one.about,
            verbs=one.verbs,
            rate=one.rate,
            channels=one.channels,
            longest_s=one.longest_s,
            licence=one.licence,
            checkpoints={checkpoint: one},
            weights=one.weights,
        )


@dataclass(frozen=True)
class Clip:
    """What an engine that makes sound from pictures watches: a film from `start_s` of its clock on, while a task is."""

    path: Path
    start_s: float = 0.0


@dataclass(frozen=True)
class Task:
    """One piece of a plan for one engine: a song, a section, a cue, an edit, a stretch of a film.

    `plan` is the document that the engine follows (a `SongPlan`, an `EffectPlan`, an `EditPlan`, a `CuePlan` on the
    clock of its `clip`); `sources` are the sounds that come with it by role ("source" of an edit, "melody",
    "reference"). `options` are the engine's own; those that drive big models share: `weights` (a folder), `device`,
    `memory_bytes` (a budget), `steps`, `guidance`, `shift`, `strategy`.
    """

    verb: Verb
    plan: Any
    duration_s: float
    seed: int
    prompt: str = ""
    loop: bool = False
    options: dict[str, Any] = field(default_factory=dict)
    sources: dict[str, Audio] = field(default_factory=dict)
    clip: Clip | None = None


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
