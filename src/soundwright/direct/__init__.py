"""The director: which engine renders which piece of the plan."""

from __future__ import annotations

from typing import Any

from soundwright import config, engines
from soundwright.engines import Card, Engine, Verb
from soundwright.errors import BadRequest

__all__ = ["can", "cast", "chosen", "model"]


def chosen(name: str, verb: Verb) -> str:
    """The engine that `name` means: "auto" is the configured one where its weights are here, else an embedded one."""
    if name != "auto":
        return name
    if preferred := config.read().engines.get(verb):
        from soundwright.engines import weights

        card = _card(preferred, verb)
        if not card.checkpoints or card.extra == "hosted" or weights.here(card):
            return card.name
    return engines.default_for(verb)


def can(name: str, verb: Verb) -> bool:
    """Whether a named engine, or one of its checkpoints, can do `verb`; "auto" names none. Raises `BadRequest`."""
    return name != "auto" and verb in engines.card(name).verbs


def model(name: str, verb: str) -> str:
    """The address of the checkpoint that a request loads; "" where it loads none here, or names nothing that can."""
    try:
        plays: Any = "effect" if verb == "soundtrack" and not can(name, "soundtrack") else verb
        card = _card(chosen(name, plays), plays)
    except BadRequest:
        return ""
    return card.name if card.checkpoints and card.extra != "hosted" else ""


def cast(name: str, verb: Verb, duration_s: float, *, commercial: bool = False) -> Engine:
    """The engine for a task. `name` as in `chosen`; an engine's bare name is its first checkpoint that can.

    Raises `BadRequest`, before anything loads, when the named engine cannot do `verb`, not for so long, or may not be
    used for what is sold.
    """
    card = _card(chosen(name, verb), verb)
    if duration_s > card.longest_s:
        raise BadRequest(f"the engine {card.name} makes at most {card.longest_s:g} seconds, not {duration_s:g}")
    if (commercial or config.read().commercial) and card.licence.commercial is False:
        note = f"; {card.licence.note}" if card.licence.note else ""
        raise BadRequest(f"what {card.name} makes may not be sold: its licence is {card.licence.name}{note}")
    return engines.load(card.name)


def _card(name: str, verb: Verb) -> Card:
    """The card of the engine or checkpoint that is meant. Raises `BadRequest` naming those that can do `verb`."""
    card = engines.card(name)
    if "/" not in name:
        card = next((one for one in map(engines.card, engines.addresses(name)) if verb in one.verbs), card)
    if verb in card.verbs:
        return card
    can = engines.who_can(verb)
    raise BadRequest(f"the engine {name} makes no {verb}; {_listed(can)}" if can else f"no engine makes a {verb} yet")


def _listed(names: list[str]) -> str:
    """ "a can", "a and b can"."""
    return f"{' and '.join((', '.join(names[:-1]), names[-1]) if len(names) > 1 else names)} can"
