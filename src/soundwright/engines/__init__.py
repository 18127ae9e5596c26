"""The engines by name. A row is an address: nothing is imported before an engine is asked for its card."""

from __future__ import annotations

import difflib
import importlib

from soundwright.engines.contract import Card, Engine, Licence, Take, Task, Verb
from soundwright.errors import BadRequest

__all__ = ["ENGINES", "Card", "Engine", "Licence", "Take", "Task", "Verb", "card", "default_for", "load", "who_can"]

ENGINES = {
    "score": "soundwright.engines.score:ScoreEngine",
    "foley": "soundwright.engines.foley:FoleyEngine",
    "library": "soundwright.engines.library:LibraryEngine",
}


def _class(name: str) -> type[Engine]:
    if name not in ENGINES:
        near = difflib.get_close_matches(name, ENGINES, 1)
        hint = f"did you mean {near[0]}?" if near else f"there are: {', '.join(ENGINES)}"
        raise BadRequest(f"there is no engine {name!r}; {hint}")
    module, kind = ENGINES[name].split(":")
    return getattr(importlib.import_module(module), kind)


def card(name: str) -> Card:
    """The static facts of an engine; `name` may carry a checkpoint (`ace-step/xl-turbo`). Raises `BadRequest`."""
    facts = _class(name.partition("/")[0]).card
    checkpoint = name.partition("/")[2]
    if checkpoint and checkpoint not in facts.checkpoints:
        known = ", ".join(facts.checkpoints) or "none"
        raise BadRequest(f"the engine {facts.name} has no checkpoint {checkpoint!r}; it has: {known}")
    return facts


def load(name: str) -> Engine:
    """An engine ready to render."""
    card(name)
    return _class(name.partition("/")[0])()


def who_can(verb: Verb) -> list[str]:
    """The engines that can do `verb`, in the table's order."""
    return [name for name in ENGINES if verb in card(name).verbs]


def default_for(verb: Verb) -> str:
    """The first engine of the table that can do `verb`; the ones behind it are not even imported."""
    return next(name for name in ENGINES if verb in card(name).verbs)
