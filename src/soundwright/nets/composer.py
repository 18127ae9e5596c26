"""The learned composer: a small decoder-only transformer over the events of a tune, run with numpy alone.

A row of `composer_tokens.FIELDS` is embedded as the sum of its fields; blocks of causal attention (rotary positions,
keys and values kept) and a squared-ReLU feed-forward follow, each behind an RMS norm; one head gives the pitch, another
the length when the pitch is known. The weights lie beside this file; `docs/composer.md` says what trained them.

Shapes: a row `[fields]`, a hidden state `[width]`, logits `[PITCHES]` and `[LENGTHS]`.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import as_file, files
from io import BytesIO
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
from numpy.typing import NDArray

from soundwright.errors import CannotRun
from soundwright.nets.composer_tokens import FIELDS

WEIGHTS = "composer.npz"
HEAD = 48  # channels of one attention head
LONGEST = 512  # events that one memory holds
BASE = 10_000.0  # of the rotary angles
EPSILON = 1e-5
Array = NDArray[np.float32]


@dataclass
class Memory:
    """Keys and values of all events so far `[layers, heads, LONGEST, HEAD]`, and how many there are."""

    keys: Array
    values: Array
    length: int = 0

    def copy(self) -> Memory:
        return Memory(self.keys.copy(), self.values.copy(), self.length)


def offsets() -> NDArray[np.int64]:
    """Where the embeddings of each field start in the one table of all."""
    return np.cumsum([0, *FIELDS.values()])[:-1]


def angles(count: int) -> tuple[Array, Array]:
    """Cosines and sines `[count, HEAD / 2]` of the rotary positions."""
    rates = BASE ** (-np.arange(0, HEAD, 2) / HEAD)
    turns = np.arange(count)[:, None] * rates
    return np.cos(turns).astype(np.float32), np.sin(turns).astype(np.float32)


def _norm(x: Array, gain: Array) -> Array:
    return x * gain / np.float32(np.sqrt((x * x).mean() + EPSILON))


def _turned(x: Array, cos: Array, sin: Array) -> Array:
    a, b = x[:, : HEAD // 2], x[:, HEAD // 2 :]
    return np.concatenate([a * cos - b * sin, a * sin + b * cos], axis=1, dtype=np.float32)


class Composer:
    """Weights that give, event after event, the chances of the next pitch and length."""

    def __init__(self, weights: dict[str, Array], sha256: str = "") -> None:
        """`weights` as `train.composer_net` names them, any float type. Raises `KeyError`, `ValueError`."""
        self.sha256 = sha256  # of the file they come from
        self.w = {name: np.asarray(value, np.float32) for name, value in weights.items()}
        self.width = self.w["norm"].shape[0]
        self.layers = sum(name.endswith(".qkv") for name in self.w)
        if not self.layers or self.w["embed"].shape != (sum(FIELDS.values()), self.width) or self.width % HEAD:
            raise ValueError("the shapes are not those of a composer")
        for k in range(self.layers):
            if self.w[f"{k}.qkv"].shape != (self.width, 3 * self.width) or f"{k}.down" not in self.w:
                raise ValueError("the shapes are not those of a composer")
        self._offsets = offsets()
        self._cos, self._sin = angles(LONGEST)

    def memory(self) -> Memory:
        """An empty memory."""
        shape = (self.layers, self.width // HEAD, LONGEST, HEAD)
        return Memory(np.zeros(shape, np.float32), np.zeros(shape, np.float32))

    def step(self, memory: Memory, row: Sequence[int]) -> Array:
        """The hidden state after one more row, which `memory` then holds. Raises `ValueError` when it is full."""
        if memory.length >= LONGEST:
            raise ValueError(f"a tune of more than {LONGEST} events")
        w, at = self.w, memory.length
        x = w["embed"][self._offsets + row].sum(axis=0)
        for k in range(self.layers):
            q, key, value = (_norm(x, w[f"{k}.norm1"]) @ w[f"{k}.qkv"]).reshape(3, -1, HEAD)
            memory.keys[k, :, at] = _turned(key, self._cos[at], self._sin[at])
            memory.values[k, :, at] = value
            score = memory.keys[k, :, : at + 1] @ _turned(q, self._cos[at], self._sin[at])[:, :, None]
            share = np.exp((score - score.max(axis=1, keepdims=True)) / np.float32(np.sqrt(HEAD)))
            heard = (share * memory.values[k, :, : at + 1]).sum(axis=1) / share.sum(axis=1)
            x = x + heard.reshape(-1) @ w[f"{k}.out"]
            x = x + np.square(np.maximum(_norm(x, w[f"{k}.norm2"]) @ w[f"{k}.up"], 0)) @ w[f"{k}.down"]
        memory.length = at + 1
        return _norm(x, w["norm"])

    def pitch_logits(self, hidden: Array) -> Array:
        return hidden @ self.w["pitch"] + self.w["pitch_bias"]

    def length_logits(self, hidden: Array, pitch: int) -> Array:
        """The next length's logits once the next pitch's token is known."""
        inner = np.maximum(hidden @ self.w["length_in"] + self.w["length_pitch"][pitch], 0)
        return np.square(inner) @ self.w["length"] + self.w["length_bias"]


def draw(
    logits: Array, allowed: NDArray[np.bool_], rng: np.random.Generator, temperature: float = 1.0, top_p: float = 1.0
) -> int:
    """One token among the allowed ones: of the sharpened chances, the likeliest that make up `top_p` of the whole.

    Raises `ValueError` when nothing is allowed.
    """
    if not allowed.any():
        raise ValueError("no token is allowed")
    scaled = np.where(allowed, logits.astype(np.float64) / max(temperature, 1e-3), -np.inf)
    share = np.exp(scaled - scaled.max())
    share /= share.sum()
    order = np.argsort(-share, kind="stable")
    kept = order[: int(np.searchsorted(np.cumsum(share[order]), top_p - 1e-12)) + 1]
    total = np.cumsum(share[kept])
    return int(kept[min(int(np.searchsorted(total, rng.random() * total[-1], side="right")), len(kept) - 1)])


def read(path: Path) -> Composer:
    """The composer in a weights file. Raises `CannotRun` in one line where it is missing or is none."""
    try:
        content = path.read_bytes()
        with np.load(BytesIO(content), allow_pickle=False) as file:
            weights = {name: file[name] for name in file.files if name != "card"}
        return Composer(weights, hashlib.sha256(content).hexdigest())
    except FileNotFoundError:
        raise CannotRun(
            f"the composer's weights are missing: {path} (`soundwright train composer` makes them)"
        ) from None
    except (OSError, ValueError, KeyError, TypeError, AttributeError, BadZipFile, EOFError):
        raise CannotRun(f"{path} does not hold the weights of a composer: install again, or train them anew") from None


@lru_cache(maxsize=1)
def ours() -> Composer:
    """The composer that ships with the package."""
    with as_file(files("soundwright.nets").joinpath(WEIGHTS)) as path:
        return read(path)
