"""What a measurement hands back: its numbers, and all that they depend on."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import Any


@dataclass(frozen=True)
class Side:
    """One of the two sets: where it is, how many clips and frames of embedding it gave, seconds of sound."""

    path: str
    clips: int
    frames: int
    seconds: float


@dataclass(frozen=True)
class Result:
    """One metric's `values` with their 95 % `intervals` by clip, of `generated` against `reference`.

    `embedder` is its name and version, `dim` its dimensions, `weights` the SHA-256 of each file of them; `versions` are
    of what computed it; `rows` are per clip where the metric has any; `warnings` say what makes the numbers doubtful.
    """

    metric: str
    values: dict[str, float]
    reference: Side | None = None
    generated: Side | None = None
    intervals: dict[str, tuple[float, float]] = field(default_factory=dict)
    embedder: str = ""
    dim: int = 0
    weights: dict[str, str] = field(default_factory=dict)
    versions: dict[str, str] = field(default_factory=dict)
    seed: int = 0
    notes: dict[str, Any] = field(default_factory=dict)
    rows: list[dict[str, Any]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)

    def flat(self) -> dict[str, Any]:
        """One JSON object: values by their own names at its top; what is no finite number is null."""
        sides = {name: vars(side) for name, side in (("ref", self.reference), ("gen", self.generated)) if side}
        flat: dict[str, Any] = {"metric": self.metric, **self.values}
        flat |= {f"{name}_ci95": list(ends) for name, ends in self.intervals.items()}
        flat |= {f"{side}_{key}": value for side, row in sides.items() for key, value in row.items()}
        flat |= {"embedder": self.embedder, "dim": self.dim, "weights_sha256": self.weights} if self.embedder else {}
        flat |= {"seed": self.seed, "versions": self.versions, **self.notes}
        flat |= {"clips": self.rows} if self.rows else {}
        return finite({**flat, "warnings": self.warnings})


def finite(value: Any) -> Any:
    """The same with None for what is no finite number, which JSON has no word for."""
    if isinstance(value, dict):
        return {key: finite(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [finite(inner) for inner in value]
    if isinstance(value, float) and not math.isfinite(value):
        return None
    return value


def versions(*packages: str) -> dict[str, str]:
    """The installed versions of Soundwright, numpy, and what else took part."""
    from importlib.metadata import version

    return {name: version(name) for name in ("soundwright", "numpy", *packages)}
