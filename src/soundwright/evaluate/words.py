"""Sound against words: how near each clip is to its caption, and whether each is found by the other.

Conventions
-----------
Cosines of a joint space of sound and text (CLAP: Wu et al. 2023, arXiv 2211.06687; Elizalde et al. 2023). A clip's
vector is the mean of the unit vectors of its windows, at fixed places, so that a score repeats. `clap_score` is the
mean cosine of clip and caption; beside it stands that of clips with other clips' captions. R@k is the share of queries
with a right answer among the first k; clips with one and the same caption are all right answers to it, and what ties
with the right answer counts as before it.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from soundwright.errors import BadRequest
from soundwright.evaluate.frechet import validated

AT = (1, 5, 10)


def unit(x: np.ndarray) -> np.ndarray:
    """Rows of length 1."""
    return x / np.maximum(np.linalg.norm(x, axis=-1, keepdims=True), 1e-12)


def cosines(sounds: np.ndarray, words: np.ndarray) -> np.ndarray:
    """Cosines `[clips, captions]`. Raises `BadRequest` when the two are not of one space."""
    sounds, words = validated(sounds), validated(words)
    if sounds.shape[1] != words.shape[1]:
        raise BadRequest(f"vectors of {sounds.shape[1]} and of {words.shape[1]} dimensions are not of one space")
    return unit(sounds) @ unit(words).T


def scores(sounds: np.ndarray, words: np.ndarray) -> np.ndarray:
    """The cosine `[n]` of each clip with its own caption, row by row."""
    if len(sounds) != len(words):
        raise BadRequest(f"{len(sounds)} clips and {len(words)} captions do not pair")
    return np.diagonal(cosines(sounds, words)).copy()


def retrieval(sounds: np.ndarray, words: np.ndarray, captions: Sequence[str]) -> dict[str, float]:
    """R@k from text to audio and back with their values by chance, and the median ranks."""
    near = cosines(sounds, words)
    same = np.array([[mine == other for other in captions] for mine in captions])
    found: dict[str, float] = {}
    for way, table in (("text_to_audio", near.T), ("audio_to_text", near)):
        best = np.where(same, table, -np.inf).max(axis=1, keepdims=True)
        place = 1 + ((table >= best) & ~same).sum(axis=1)
        for k in AT:
            if k < len(captions):
                found[f"{way}_r_at_{k}"] = float((place <= k).mean())
        found[f"{way}_median_rank"] = float(np.median(place))
    found |= {f"chance_r_at_{k}": k / len(captions) for k in AT if k < len(captions)}
    return found
