"""The director: which engine renders which piece of the plan."""

from __future__ import annotations

from soundwright import engines
from soundwright.engines import Engine, Verb
from soundwright.errors import BadRequest

__all__ = ["cast"]


def cast(name: str, verb: Verb, duration_s: float) -> Engine:
    """The engine for a task. "auto" is the first embedded one that can do `verb`.

    Raises `BadRequest`, before anything loads, when the named engine cannot do `verb` or not for so long.
    """
    chosen = engines.default_for(verb) if name == "auto" else name
    card = engines.card(chosen)
    if verb not in card.verbs:
        raise BadRequest(f"the engine {chosen} makes no {verb}; {' and '.join(engines.who_can(verb))} can")
    if duration_s > card.longest_s:
        raise BadRequest(f"the engine {chosen} makes at most {card.longest_s:g} seconds, not {duration_s:g}")
    return engines.load(chosen)
