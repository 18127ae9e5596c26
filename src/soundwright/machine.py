"""What this machine has: packages that an extra brings, and accelerators for networks."""

from __future__ import annotations

import importlib.util
import os

from soundwright.errors import BadRequest, CannotRun

THREADS = ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS")  # read when numpy and torch are imported


def need(extra: str, *modules: str) -> None:
    """Raise `CannotRun` with the command that brings them when one of `modules` is not installed."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    if missing:
        raise CannotRun(f"this needs {', '.join(missing)}: pip install 'soundwright[{extra}]'")


def device(asked: str | None = None) -> str:
    """ "cuda", "mps" or "cpu": the one asked for, else `$SOUNDWRIGHT_DEVICE`, else the fastest that is here.

    "cuda:1" is the second of several. Raises `BadRequest`, `CannotRun`.
    """
    import torch

    here = ["cpu"]
    if torch.backends.mps.is_available():
        here.insert(0, "mps")
    if torch.cuda.is_available():
        here.insert(0, "cuda")
    asked = asked or os.environ.get("SOUNDWRIGHT_DEVICE")
    if not asked:
        return here[0]
    kind = asked.partition(":")[0]
    if kind not in ("cuda", "mps", "cpu"):
        raise BadRequest(f"there is no device {asked!r}; there are cuda, mps and cpu")
    if kind not in here:
        raise CannotRun(f"this machine has no {kind}; it has {' and '.join(here)}")
    return asked


def first_line(error: BaseException) -> str:
    """What an error of a library says first."""
    return (str(error).strip().splitlines() or [type(error).__name__])[0]
