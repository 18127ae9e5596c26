"""The engines by name. A row is an address: nothing is imported before an engine is asked for its card."""

from __future__ import annotations

import difflib
import importlib

from soundwright.engines.contract import Card, Checkpoint, Clip, Engine, Licence, Part, Take, Task, Verb
from soundwright.errors import BadRequest

__all__ = [
    "ENGINES",
    "Card",
    "Checkpoint",
    "Clip",
    "Engine",
    "Licence",
    "Part",
    "Take",
    "Task",
    "Verb",
    "addresses",
    "card",
    "default_for",
    "load",
    "who_can",
]

ENGINES = {
    "score": "soundwright.engines.score:ScoreEngine",
    "foley": "soundwright.engines.foley:FoleyEngine",
    "library": "soundwright.engines.library:LibraryEngine",
    "ace-step": "soundwright.engines.ace_step:AceStepEngine",
    "stable-audio": "soundwright.engines.stable_audio:StableAudioEngine",
    "stable-audio-3": "soundwright.engines.stable_audio_3:StableAudio3Engine",
    "musicgen": "soundwright.engines.musicgen:MusicgenEngine",
    "tangoflux": "soundwright.engines.tangoflux:TangofluxEngine",
    "tango": "soundwright.engines.tango:TangoEngine",
    "audioldm2": "soundwright.engines.audioldm2:AudioLdm2Engine",
    "prismaudio": "soundwright.engines.prismaudio:PrismaudioEngine",
    "v2a-mapper": "soundwright.engines.v2a_mapper:V2aMapperEngine",
    "pocket": "soundwright.engines.pocket:PocketEngine",
    "hosted": "soundwright.engines.hosted:HostedEngine",
}


def _class(name: str) -> type[Engine]:
    if name not in ENGINES:
        near = difflib.get_close_matches(name, ENGINES, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(ENGINES)}"
        raise BadRequest(f"there is no engine {name!r}; {hint}")
    module, kind = ENGINES[name].split(":")
    return getattr(importlib.import_module(module), kind)


def card(address: str) -> Card:
    """The static facts of an engine, or of one checkpoint (`ace-step/xl-turbo`). Raises `BadRequest`."""
    name, _, checkpoint = address.partition("/")
    facts = _class(name).card
    if not checkpoint:
        return facts
    if checkpoint not in facts.checkpoints:
        near = difflib.get_close_matches(checkpoint, facts.checkpoints, 1)
        known = f"did you mean {name}/{near[0]}?" if near else f"it has: {', '.join(facts.checkpoints) or 'none'}"
        raise BadRequest(f"the engine {name} has no checkpoint {checkpoint!r}; {known}")
    return facts.at(checkpoint)


def addresses(name: str) -> list[str]:
    """Every way to address an engine in full: its checkpoints, or its bare name where it has none."""
    return [f"{name}/{checkpoint}" for checkpoint in card(name).checkpoints] or [name]


def load(address: str) -> Engine:
    """An engine ready to render; weights come in with its first task."""
    card(address)
    name, _, checkpoint = address.partition("/")
    kind = _class(name)
    return kind(checkpoint) if checkpoint else kind()  # type: ignore[call-arg]


def who_can(verb: Verb) -> list[str]:
    """Who can do `verb`, in the table's order: an engine's bare name where all its checkpoints can, else each."""
    able: list[str] = []
    for name in ENGINES:
        those = [address for address in addresses(name) if verb in card(address).verbs]
        able += [name] if those == addresses(name) else those
    return able


def default_for(verb: Verb) -> str:
    """The first engine of the table that can do `verb`, those behind it not imported. Raises `BadRequest` for none."""
    found = next((name for name in ENGINES if verb in card(name).verbs), "")
    if not found:
        raise BadRequest(f"no engine makes a {verb} yet")
    return found
