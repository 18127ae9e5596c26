"""What the engines that run on torch share: the device, seeds that nothing escapes, and models kept warm."""

from __future__ import annotations

import importlib.util
from collections import OrderedDict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from soundwright.errors import BadRequest, CannotRun
from soundwright.progress import Progress

WARM = 1  # how many loaded models a process keeps


def need(extra: str, *modules: str) -> None:
    """Raise `CannotRun` with the command that brings them when one of `modules` is not installed."""
    missing = [module for module in modules if importlib.util.find_spec(module) is None]
    if missing:
        raise CannotRun(f"this engine needs {', '.join(missing)}: pip install 'soundwright[{extra}]'")


def device(asked: str | None = None) -> str:
    """ "cuda", "mps" or "cpu": the one asked for, else the fastest that is here. Raises `BadRequest`, `CannotRun`."""
    import torch

    here = ["cpu"]
    if torch.backends.mps.is_available():
        here.insert(0, "mps")
    if torch.cuda.is_available():
        here.insert(0, "cuda")
    if not asked:
        return here[0]
    kind = asked.partition(":")[0]
    if kind not in ("cuda", "mps", "cpu"):
        raise BadRequest(f"there is no device {asked!r}; there are cuda, mps and cpu")
    if kind not in here:
        raise CannotRun(f"this machine has no {kind}; it has {' and '.join(here)}")
    return asked


@contextmanager
def seeded(seed: int) -> Iterator[Any]:
    """A CPU `torch.Generator` of `seed`; inside, torch's global generators are seeded too, and restored after.

    Pipelines draw from the global generators in places (the encoder's sample of a source, for one). Noise is drawn on
    the CPU, so that every device starts from the same.
    """
    import torch

    cards = list(range(torch.cuda.device_count())) if torch.cuda.is_available() else []
    with torch.random.fork_rng(devices=cards):
        torch.manual_seed(seed)
        yield torch.Generator("cpu").manual_seed(seed)


_warm: OrderedDict[tuple, Any] = OrderedDict()


def warm(key: tuple, load: Callable[[], Any]) -> Any:
    """The model of `key`, loaded at most once while it is among the last `WARM` that were used."""
    if key in _warm:
        _warm.move_to_end(key)
        return _warm[key]
    while len(_warm) >= WARM:
        _warm.popitem(last=False)
        _free()
    _warm[key] = load()
    return _warm[key]


def cool() -> None:
    """Forget every warm model and give its memory back."""
    _warm.clear()
    _free()


def _free() -> None:
    import gc

    import torch

    gc.collect()
    if torch.cuda.is_available():
        torch.cuda.empty_cache()


def steps(tell: Progress, count: int, stage: str = "denoise") -> Callable[..., dict]:
    """A `callback_on_step_end` of diffusers that tells progress; a cancelled job ends with the step it is in."""

    def each(pipeline: Any, step: int, timestep: Any, values: dict) -> dict:
        tell(stage, (step + 1) / max(count, 1))
        return values

    return each
