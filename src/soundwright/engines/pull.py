"""The weights of an engine's checkpoint to this machine (see `soundwright.hub`): what its card names, and the parts
that its repository lacks, from the ones that hold them."""

from __future__ import annotations

from pathlib import Path

from soundwright import hub
from soundwright.engines import weights
from soundwright.engines.contract import Card
from soundwright.errors import BadRequest
from soundwright.progress import Progress


def pull(card: Card, tell: Progress, *, endpoint: str | None = None, token: str | None = None) -> Path:
    """The folder of a checkpoint's weights, fetched where it is not here yet.

    Raises `BadRequest` for an engine without weights, `CannotRun` when they cannot be had, `Cancelled`.
    """
    check(card)
    one = card.checkpoint
    sources: list[hub.Source | hub.File] = [hub.Source(card.weights, takes=one.takes, leaves=one.leaves)]
    for folder, part in one.brings.items():
        takes = part.takes or (one.takes if part.weights else ())
        sources.append(hub.Source(part.repository, folder, takes, weights=part.weights))
    return hub.pull(weights.place(card), sources, tell, endpoint=endpoint, token=token)


def check(card: Card) -> None:
    """Raise `BadRequest` for an engine that has no weights to pull."""
    if card.keys:
        raise BadRequest(f"{card.name} runs at {card.weights}: there is nothing to pull; set {' and '.join(card.keys)}")
    if not card.checkpoints or "/" not in card.weights or "://" in card.weights:
        raise BadRequest(f"the engine {card.name} has no weights to pull")
