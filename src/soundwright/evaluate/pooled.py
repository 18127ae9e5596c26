"""The sets as an embedder hears them: one array per clip, from the cache where it is known."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from soundwright.errors import BadRequest
from soundwright.evaluate import cache, sets
from soundwright.evaluate.embedders import Loaded, Tagger
from soundwright.evaluate.result import Side
from soundwright.evaluate.sets import Sounds
from soundwright.progress import Progress

PER_DIM = 10  # frames for each dimension, below which a covariance is warned of


@dataclass(frozen=True, eq=False)
class Pool:
    """`clips` of embeddings `[frames, dim]` in the order of `sounds.clips`."""

    sounds: Sounds
    clips: list[np.ndarray]

    @property
    def frames(self) -> np.ndarray:
        return np.concatenate(self.clips)

    @property
    def means(self) -> np.ndarray:
        """`[clips, dim]`."""
        return np.stack([clip.mean(axis=0) for clip in self.clips])

    @property
    def side(self) -> Side:
        return Side(self.sounds.path, len(self.clips), sum(map(len, self.clips)), round(self.sounds.seconds, 3))


def embed(sounds: Sounds, by: Loaded, tell: Progress) -> Pool:
    """The embeddings of all clips."""
    return _heard(sounds, by, "embeddings", tell)


def tag(sounds: Sounds, by: Loaded, tell: Progress) -> Pool:
    """The tagger's logits of all clips. Raises `BadRequest` for an embedder that is none."""
    if not isinstance(by.embedder, Tagger):
        from soundwright.evaluate.embedders import giving

        raise BadRequest(f"{by.name} names no sounds; those that do: {', '.join(giving('tags'))}")
    return _heard(sounds, by, "logits", tell)


def _heard(sounds: Sounds, by: Loaded, what: str, tell: Progress) -> Pool:
    kind, clips = f"{what}/{by.key}", []
    for number, clip in enumerate(sounds.clips):
        tell("embed", number / len(sounds.clips))
        known = cache.array(kind, clip.file_sha256)
        if known is None:
            audio = sets.read(clip).at(by.rate)
            known = by.embedder.embed(audio) if what == "embeddings" else by.embedder.logits(audio)  # type: ignore[attr-defined]
            if not np.isfinite(known).all():
                raise BadRequest(f"{by.name} gave NaN or Inf for {clip.path}")
            cache.keep_array(kind, clip.file_sha256, known.astype(np.float32))
        clips.append(np.asarray(known, np.float32))
    return Pool(sounds, clips)


def doubts(*pools: Pool, what: str = "covariances") -> list[str]:
    """Too few frames for `what` of so many dimensions."""
    dim = pools[0].clips[0].shape[1]
    return [
        f"{pool.sounds.path} gives {pool.side.frames} frames for {dim} dimensions; {what} want {PER_DIM * dim} and more"
        for pool in pools
        if pool.side.frames < PER_DIM * dim
    ]
