"""What can be measured of an engine's takes as a set: nearness to words, how different takes are, distances."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from soundwright.errors import BadRequest
from soundwright.evaluate import bootstrap, frechet, kernel, measure, pooled, ranking, sets, words
from soundwright.evaluate.embedders import Joint, Loaded
from soundwright.evaluate.pooled import Pool
from soundwright.evaluate.ranking import Ranking
from soundwright.evaluate.sets import Sounds
from soundwright.evaluate.suite_takes import Take
from soundwright.progress import Progress


def pools_of(takes: Sequence[Take], by: Loaded, tell: Progress, said: list[str]) -> dict[str, Pool]:
    """Each engine's takes as `by` hears them; the names of clips are those of takes."""
    pools = {}
    for engine in dict.fromkeys(take.engine for take in takes):
        files = [(take.file, take.name) for take in takes if take.engine == engine]
        try:
            sounds = sets.listen(files[0][0].parent, files, tell)
        except BadRequest as error:
            said.append(f"{engine}: {error}")
            continue
        said += sounds.warnings
        pools[engine] = pooled.embed(sounds, by, tell)
    return pools


def _named(takes: Sequence[Take], pools: dict[str, Pool]) -> dict[str, np.ndarray]:
    """The frames `[n, dim]` of each take that could be heard."""
    return {clip.name: frames for pool in pools.values() for clip, frames in
            zip(pool.sounds.clips, pool.clips, strict=True)}  # fmt: skip


def words_of(takes: Sequence[Take], by: Loaded, tell: Progress) -> list[dict[str, float]]:
    """The cosine of each take with its prompt, and its mean with the others."""
    assert isinstance(by.embedder, Joint)
    frames = _named(takes, pools_of(takes, by, tell, []))
    texts = list(dict.fromkeys(take.words for take in takes if take.words))
    if not texts:
        return [{} for _ in takes]
    vectors = by.embedder.embed_text(texts)
    rows: list[dict[str, float]] = []
    for take in takes:
        if take.name not in frames or not take.words:
            rows.append({})
            continue
        near = words.cosines(words.unit(frames[take.name]).mean(axis=0)[None], vectors)[0]
        own = texts.index(take.words)
        rows.append({"clap_score": float(near[own])})
        if len(texts) > 1:
            rows[-1]["clap_score_chance"] = float(np.delete(near, own).mean())
    return rows


def diversity(takes: Sequence[Take], pools: dict[str, Pool]) -> dict[str, dict[str, float]]:
    """Mean distance between the takes of each prompt, over the median one between takes of different prompts."""
    frames = _named(takes, pools)
    means = {take.name: frames[take.name].astype(np.float64).mean(axis=0) for take in takes if take.name in frames}
    heard = [take for take in takes if take.name in means]
    if not heard:
        return {}
    apart = np.sqrt(kernel.squared_distances(*[np.stack([means[take.name] for take in heard])] * 2))
    prompts = np.array([take.prompt for take in heard])
    others = apart[prompts[:, None] != prompts]
    if not len(others) or not (ruler := float(np.median(others))):
        return {}
    found: dict[str, dict[str, float]] = {}
    engines = np.array([take.engine for take in heard])
    for engine in dict.fromkeys(engines.tolist()):
        for prompt in dict.fromkeys(prompts[engines == engine].tolist()):
            at = np.flatnonzero((engines == engine) & (prompts == prompt))
            if len(at) > 1:
                between = apart[np.ix_(at, at)][np.triu_indices(len(at), 1)]
                found.setdefault(engine, {})[prompt] = float(between.mean()) / ruler
    return found


@dataclass(frozen=True)
class Distances:
    """Rankings by "fad" and "kad", each engine's results as those metrics tell them, and what to warn of."""

    rankings: dict[str, Ranking]
    results: list[dict[str, Any]]
    warnings: list[str]


def distances(
    by: Loaded, pools: dict[str, Pool], reference: Sounds, chosen: set[str], tell: Progress, *, seed: int = 0
) -> Distances:
    """FAD and KAD of each engine's takes from the reference, whose clips are not drawn again.

    Raises `BadRequest` where a set is too small or all alike.
    """
    ref = pooled.embed(reference, by, tell)
    base, ruler = frechet.Moments.of(ref.frames), kernel.median_distance(frechet.validated(ref.frames))
    parts = {engine: _parts(pool, engine) for engine, pool in pools.items()}
    said, results = [*reference.warnings, *pooled.doubts(ref)], []
    for engine, pool in pools.items():
        tell("compute")
        for name in ("fad", "kad"):
            if name in chosen:
                result = getattr(measure, name)(ref, pool, by, sets.compare(reference, pool.sounds), seed=seed, draws=0)
                results.append({"engine": engine, **result.flat()})
                own = [warning for warning in result.warnings if not warning.startswith(reference.path)]
                said += [f"{engine}: {warning}" for warning in own]

    def fad(engine: str, prompts: tuple[str, ...]) -> float:
        tell("compute")
        return frechet.distance(base, frechet.Moments.of(np.concatenate([parts[engine][one] for one in prompts])))

    def kad(engine: str, prompts: tuple[str, ...]) -> float:
        return sums[engine].kad([places[engine][one] for one in prompts])

    own = {engine: list(one) for engine, one in parts.items()}
    rankings = {}
    if "fad" in chosen:
        rankings["fad"] = ranking.rank(fad, own, "low", seed=seed, draws=bootstrap.DRAWS)
    if "kad" in chosen:
        sums = {engine: kernel.Parts.of(ref.frames, list(one.values()), ruler) for engine, one in parts.items()}
        places = {engine: {prompt: at for at, prompt in enumerate(one)} for engine, one in parts.items()}
        rankings["kad"] = ranking.rank(kad, own, "low", seed=seed)
    return Distances(rankings, results, said)


def _parts(pool: Pool, engine: str) -> dict[str, np.ndarray]:
    """The frames of each prompt, all its takes together."""
    rows: dict[str, list[np.ndarray]] = {}
    for clip, frames in zip(pool.sounds.clips, pool.clips, strict=True):
        rows.setdefault(clip.name.removeprefix(f"{engine} ").rpartition(" ")[0], []).append(frames)
    return {prompt: np.concatenate(row) for prompt, row in rows.items()}
