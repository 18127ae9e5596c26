"""What the embedders that are models of transformers share: loading from a folder, and running without gradients."""

from __future__ import annotations

import logging
import warnings
from pathlib import Path
from typing import Any

import numpy as np

from soundwright import machine
from soundwright.errors import CannotRun


def loaded(kind: str, folder: Path, device: str | None) -> Any:
    """The model of transformers' class `kind` in a local folder, in float32, ready to listen.

    Raises `CannotRun` when the folder does not hold one.
    """
    _hush()
    import torch
    import transformers

    try:
        model = getattr(transformers, kind).from_pretrained(folder, dtype=torch.float32, local_files_only=True)
    except (OSError, ValueError, KeyError, RuntimeError) as error:
        raise CannotRun(f"the weights in {folder} cannot be loaded: {machine.first_line(error)}") from error
    return model.eval().requires_grad_(False).to(machine.device(device))


def prepared(kind: str, folder: Path) -> Any:
    """A feature extractor or tokenizer of transformers from a local folder. Raises `CannotRun`."""
    _hush()
    import transformers

    try:
        return getattr(transformers, kind).from_pretrained(folder, local_files_only=True)
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise CannotRun(f"{folder} lacks what {kind} reads: {machine.first_line(error)}") from error


def rows(tensor: Any) -> np.ndarray:
    """A tensor as float32 on the CPU."""
    return tensor.detach().float().cpu().numpy()


def _hush() -> None:
    """Keep the libraries' notices and progress bars off the screen, those of their import too."""
    import torch  # noqa: F401 - it sets its own loggers' levels when it is first imported

    for name in ("torchao", "torch.utils._pytree"):
        logging.getLogger(name).setLevel(logging.ERROR)
    warnings.filterwarnings("ignore", category=FutureWarning, module="torch.nn.utils.weight_norm")

    import transformers.utils.logging as noisy

    noisy.set_verbosity_error()
    noisy.disable_progress_bar()
