"""Runs of training that can be stopped: what is saved of one, and how it goes on."""

from __future__ import annotations

import io
import pickle
from collections.abc import Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import torch

from soundwright.errors import BadRequest, CannotRun
from soundwright.train.data import shards

STATE = "state.pt"


def put(path: Path, content: dict[str, Any]) -> None:
    """Write tensors and facts whole or not at all."""
    file = io.BytesIO()
    torch.save(content, file)
    shards.put(path, file.getvalue())


def save(out: Path, recipe: Any, parts: Sequence[Any], **facts: Any) -> None:
    """Keep the states of networks and optimisers with the recipe (a dataclass) that they follow and facts."""
    put(out / STATE, {"recipe": asdict(recipe), **facts, "states": [part.state_dict() for part in parts]})


def go_on(out: Path, recipe: Any, parts: Sequence[Any]) -> dict[str, Any]:
    """Bring networks and optimisers to where a run stopped, and return its facts.

    Raises `CannotRun` for a damaged state, `BadRequest` for one of another recipe.
    """
    try:
        held = torch.load(out / STATE, weights_only=True, map_location="cpu")
        same = held["recipe"] == asdict(recipe)
    except (pickle.UnpicklingError, RuntimeError, KeyError, EOFError, TypeError) as error:
        raise CannotRun(f"{out / STATE} is damaged: delete it to begin again") from error
    if not same:
        raise BadRequest(f"{out} holds a run of another recipe; name another folder")
    for part, state in zip(parts, held["states"], strict=True):
        part.load_state_dict(state)
    return held
