"""Networks of ours with the weights that their makers published as a pickle, which is read as tensors alone."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from soundwright import machine
from soundwright.errors import CannotRun


def filled(net: Any, file: Path, device: str | None) -> Any:
    """`net` with the tensors of `file`, ready to listen. Raises `CannotRun` when they are not its own."""
    import pickle

    import torch

    try:
        tensors = torch.load(file, map_location="cpu", weights_only=True)
        return net.load(tensors).requires_grad_(False).to(machine.device(device))
    except (OSError, RuntimeError, KeyError, ValueError, AttributeError, pickle.UnpicklingError) as error:
        raise CannotRun(f"{file} cannot be loaded: {machine.first_line(error)}") from error
