"""Events to sound: parametric sound models, each built from how its sound comes about."""

from __future__ import annotations

import importlib
import pkgutil

import numpy as np

from soundwright.foley.model import MODELS, Knob, SoundModel

__all__ = ["Knob", "SoundModel", "render", "table"]


def table() -> dict[str, SoundModel]:
    """All sound models by name."""
    from soundwright.foley import models

    for module in pkgutil.iter_modules(models.__path__):
        importlib.import_module(f"{models.__name__}.{module.name}")
    return dict(sorted(MODELS.items()))


def render(model: SoundModel, values: dict[str, float], n: int, rate: int, rng: np.random.Generator) -> np.ndarray:
    """A model played with `values` over its defaults (clipped to each knob's range), float32 `[2, frames]`."""
    knobs = {k.name: float(np.clip(values.get(k.name, k.default), k.low, k.high)) for k in model.knobs}
    x = np.asarray(model.play(knobs, n, rate, rng), np.float32)
    return np.stack([x, x]) if x.ndim == 1 else x
