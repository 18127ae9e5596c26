"""The meaning of short texts as vectors: WordLlama's static token embeddings, which ship inside its wheel.

Loaded on first use and offline (256 dimensions, about 17 MB, a quarter of a second). A text is the mean of its tokens'
vectors, so it knows which words belong together but nothing of their order.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from soundwright.errors import CannotRun

DIMENSIONS = 256


@lru_cache(maxsize=1)
def _model() -> Any:
    try:
        import wordllama
    except ImportError as error:
        raise CannotRun("reading a prompt needs wordllama: pip install wordllama") from error
    return wordllama.WordLlama.load(cache_dir=Path(str(wordllama.__file__)).parent, disable_download=True)


def embed(texts: Sequence[str]) -> NDArray[np.float32]:
    """Unit vectors `[n, 256]` of texts, float32; an empty text gives zeros."""
    if not texts:
        return np.zeros((0, DIMENSIONS), np.float32)
    vectors = np.asarray(_model().embed(list(texts), norm=False), np.float32)
    empty = np.array([not text.strip() for text in texts])
    vectors = np.where(empty[:, None] | ~np.isfinite(vectors), 0, vectors)
    length = np.linalg.norm(vectors, axis=1, keepdims=True)
    return (vectors / np.maximum(length, 1e-9)).astype(np.float32)


def tokens(text: str) -> NDArray[np.float32]:
    """The vectors of a text's tokens in their order `[n, 256]`, each as the table has it; an empty text has none."""
    model = _model()
    numbers = model.tokenizer.encode(text.strip().lower(), add_special_tokens=False).ids if text.strip() else []
    return np.asarray(model.embedding[np.asarray(numbers, np.int64)], np.float32).reshape(-1, DIMENSIONS)


def nearest(query: str, labels: Sequence[str], count: int = 1) -> list[tuple[str, float]]:
    """The `count` labels nearest in meaning to `query` with their cosine similarities, best first."""
    if not labels:
        return []
    names = tuple(labels)
    similarity = _embedded(names) @ embed([query])[0]
    order = np.argsort(-similarity, kind="stable")[:count]
    return [(names[k], float(similarity[k])) for k in order]


@lru_cache(maxsize=64)
def _embedded(labels: tuple[str, ...]) -> NDArray[np.float32]:
    return embed(labels)
