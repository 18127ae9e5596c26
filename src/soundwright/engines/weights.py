"""Where the weights of an engine's checkpoint lie (see `soundwright.weights`): the same, asked by its card."""

from __future__ import annotations

import os
from pathlib import Path

from soundwright import weights
from soundwright.engines.contract import Card
from soundwright.errors import CannotRun
from soundwright.weights import check, facts, home, sha256, stamp

__all__ = ["check", "facts", "find", "here", "home", "part", "place", "sha256", "stamp"]


def place(card: Card) -> Path:
    """Where `engines pull` puts the weights of a checkpoint's card."""
    return home() / card.name


def find(card: Card, asked: str | Path | None = None) -> Path:
    """The folder of a checkpoint's weights.

    Raises `BadRequest` when the asked folder is none, `CannotRun` with the command to get them when they are not here.
    """
    return weights.find(card.name, card.weights, f"soundwright engines pull {card.name}", asked)


def here(card: Card) -> bool:
    """Whether the weights of a checkpoint's card are on this machine; of an API, whether its keys are set."""
    if card.keys:
        return all(os.environ.get(key) for key in card.keys)
    return place(card).is_dir() or weights.in_hub_cache(card.weights) is not None


def part(card: Card, folder: Path, name: str) -> Path:
    """The folder of a part that a checkpoint's own repository lacks (see `Checkpoint.brings`): `name` in the
    checkpoint's folder, else in the cache of the Hugging Face hub. Raises `CannotRun` with the command to get it."""
    wanted = card.checkpoint.brings[name]
    inside, repository = folder / name, wanted.repository
    if any((inside / file).is_file() for file in ("config.json", *wanted.takes)):
        return inside
    if cached := weights.in_hub_cache(repository):
        return cached
    raise CannotRun(
        f"{folder} lacks {name} (from {repository}): soundwright engines pull {card.name}, or put its files there"
    )
