"""A chain is a list of blocks, and is itself a block: it nests, streams, reports, and is written as YAML.

    - high-pass: {hz: 30.0, order: 2}
    - compressor: {threshold_db: -18.0, ratio: 2.0}
    - limiter: {ceiling_dbtp: -1.0}

All parameters are written, so that a chain replays exactly even where defaults change.
"""

from __future__ import annotations

import difflib
from dataclasses import MISSING, dataclass, fields, is_dataclass
from typing import Any

import numpy as np
import yaml

from soundwright.dsp import curve, dither, dynamics, eq, fades, limiter, multiband, saturation, stereo
from soundwright.dsp.block import Block
from soundwright.errors import BadRequest


@dataclass(frozen=True, eq=False)
class ChainState:
    """The blocks' states, and the energy that went into and came out of each."""

    states: tuple[Any, ...]
    energies: tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class Chain:
    """Blocks in the order in which the sound goes through them."""

    blocks: tuple[Block, ...] = ()

    def start(self, rate: int, channels: int) -> ChainState:
        states = tuple(block.start(rate, channels) for block in self.blocks)
        return ChainState(states, ((0.0, 0.0),) * len(states))

    def step(self, state: ChainState, block: np.ndarray) -> tuple[ChainState, np.ndarray]:
        states, energies = list(state.states), list(state.energies)
        for index, each in enumerate(self.blocks):
            if not block.shape[1]:
                break
            heard = _energy(block)
            states[index], block = each.step(states[index], block)
            energies[index] = energies[index][0] + heard, energies[index][1] + _energy(block)
        return ChainState(tuple(states), tuple(energies)), block

    def flush(self, state: ChainState) -> np.ndarray:
        rests = []
        states = list(state.states)
        for index, each in enumerate(self.blocks):
            rest = each.flush(states[index])
            for index_after in range(index + 1, len(self.blocks)):
                if not rest.shape[1]:
                    break
                states[index_after], rest = self.blocks[index_after].step(states[index_after], rest)
            if rest.shape[1]:
                rests.append(rest)
        return np.concatenate(rests, axis=1) if rests else np.zeros((1, 0), np.float32)

    def told(self, state: ChainState) -> list[dict[str, Any]]:
        """For each block its name, the change of level in dB, and what the block itself tells."""
        lines = []
        for block, inner, (heard, given) in zip(self.blocks, state.states, state.energies, strict=True):
            line: dict[str, Any] = {"block": name_of(block)}
            if heard > 0 and given > 0:
                line["level_change_db"] = round(10 * float(np.log10(given / heard)), 3)
            if hasattr(block, "told"):
                told = block.told(inner)  # type: ignore[attr-defined]
                line |= {"blocks": told} if isinstance(told, list) else {key: round(v, 3) for key, v in told.items()}
            lines.append(line)
        return lines

    def to_yaml(self) -> str:
        return yaml.safe_dump(
            _plain(self)["chain"], sort_keys=False, allow_unicode=True, default_flow_style=None, width=120
        )

    @classmethod
    def from_yaml(cls, text: str) -> Chain:
        """Raises `BadRequest` for what is no list of blocks, an unknown block, or a wrong parameter."""
        try:
            document = yaml.safe_load(text)
        except yaml.YAMLError as error:
            raise BadRequest(f"the chain is no YAML: {' '.join(str(error).split())}") from error
        return cls.of(document)

    @classmethod
    def of(cls, entries: Any) -> Chain:
        """A chain from what YAML holds of it. Raises `BadRequest` as `from_yaml` does."""
        if not isinstance(entries, list):
            raise BadRequest("a chain is a list of blocks, each written as `- name: {parameter: value}`")
        return cls(tuple(_block(entry) for entry in entries))


BLOCKS: dict[str, type] = {
    "high-pass": eq.HighPass,
    "low-pass": eq.LowPass,
    "equaliser": eq.Equaliser,
    "curve": curve.Curve,
    "gain": eq.Gain,
    "compressor": dynamics.Compressor,
    "multiband-compressor": multiband.MultibandCompressor,
    "dynamic-band": multiband.DynamicBand,
    "expander": dynamics.Expander,
    "transient-shaper": dynamics.TransientShaper,
    "saturation": saturation.Saturation,
    "widener": stereo.Widener,
    "fades": fades.Fades,
    "limiter": limiter.Limiter,
    "dither": dither.Dither,
    "chain": Chain,
}
PARTS = {("equaliser", "bands"): eq.Band, ("multiband-compressor", "bands"): dynamics.Compressor}
NAMES = {kind: name for name, kind in BLOCKS.items()}


def name_of(block: Block) -> str:
    return NAMES.get(type(block), type(block).__name__)


def _energy(block: np.ndarray) -> float:
    flat = block.reshape(-1)
    return float(np.dot(flat, flat))


def _plain(value: Any) -> Any:
    if isinstance(value, Chain):
        return {"chain": [_plain(block) for block in value.blocks]}
    if is_dataclass(value):
        inner = {field.name: _plain(getattr(value, field.name)) for field in fields(value)}
        return {NAMES[type(value)]: inner} if type(value) in NAMES else inner
    if isinstance(value, tuple | list):
        # a part of a block (a band) stands without its name
        return [_plain(v)[NAMES[type(v)]] if type(v) in NAMES else _plain(v) for v in value]
    return value.item() if isinstance(value, np.generic) else value


def _block(entry: Any) -> Block:
    if isinstance(entry, str):
        entry = {entry: {}}
    if not isinstance(entry, dict) or len(entry) != 1:
        raise BadRequest(f"a block is written as `name: {{parameter: value}}`, not as {entry!r}")
    (name, given), *_ = entry.items()
    if name not in BLOCKS:
        near = difflib.get_close_matches(str(name), BLOCKS, 1)
        raise BadRequest(f"there is no block {name!r}" + (f"; did you mean {near[0]}?" if near else ""))
    if name == "chain":
        return Chain(tuple(_block(inner) for inner in given or ()))
    return _made(BLOCKS[name], given or {}, str(name))


def _made(kind: type, given: Any, name: str) -> Any:
    known = {field.name for field in fields(kind)}
    if not isinstance(given, dict) or not set(given) <= known:
        wrong = sorted(set(given) - known) if isinstance(given, dict) else given
        raise BadRequest(f"{name} takes {', '.join(sorted(known))}, not {wrong}")
    missing = [field.name for field in fields(kind) if field.default is MISSING and field.name not in given]
    if missing:
        raise BadRequest(f"{name} wants {', '.join(missing)}")
    values = {}
    for key, value in given.items():
        part = PARTS.get((name, key))
        if part is not None:
            if not isinstance(value, list):
                raise BadRequest(f"{name}.{key} is a list, not {value!r}")
            value = tuple(_made(part, inner, f"{name}.{key}") for inner in value)
        values[key] = tuple(value) if isinstance(value, list) else value
        default = getattr(kind, key, None)
        if isinstance(default, float) and (isinstance(value, bool) or not isinstance(value, int | float)):
            raise BadRequest(f"{name}.{key} is a number, not {value!r}")
    return kind(**values)
