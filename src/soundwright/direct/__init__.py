"""The director: which engine renders which piece of the plan."""

from __future__ import annotations

from soundwright import engines
from soundwright.engines import Card, Engine, Verb
from soundwright.errors import BadRequest

__all__ = ["cast"]


def cast(name: str, verb: Verb, duration_s: float, *, commercial: bool = False) -> Engine:
    """The engine for a task. "auto" is the first embedded one that can do `verb`; an engine's bare name is its first
    checkpoint that can.

    Raises `BadRequest`, before anything loads, when the named engine cannot do `verb`, not for so long, or may not be
    used for what is sold.
    """
    card = _card(name, verb)
    if duration_s > card.longest_s:
        raise BadRequest(f"the engine {card.name} makes at most {card.longest_s:g} seconds, not {duration_s:g}")
    if commercial and card.licence.commercial is False:
        note = f"; {card.licence.note}" if card.licence.note else ""
        raise BadRequest(f"what {card.name} makes may not be sold: its licence is {card.licence.name}{note}")
    return engines.load(card.name)


def _card(name: str, verb: Verb) -> Card:
    """The card of the engine or checkpoint that is meant. Raises `BadRequest` naming those that can do `verb`."""
    chosen = engines.default_for(verb) if name == "auto" else name
    card = engines.card(chosen)
    if "/" not in chosen:
        card = next((one for one in map(engines.card, engines.addresses(chosen)) if verb in one.verbs), card)
    if verb in card.verbs:
        return card
    can = engines.who_can(verb)
    raise BadRequest(f"the engine {chosen} makes no {verb}; {_listed(can)}" if can else f"no engine makes a {verb} yet")


def _listed(names: list[str]) -> str:
    """ "a can", "a and b can"."""
    return f"{' and '.join((', '.join(names[:-1]), names[-1]) if len(names) > 1 else names)} can"
