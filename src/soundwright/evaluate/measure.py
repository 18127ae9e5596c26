"""The metrics over two folders: sounds are gathered, heard by an embedder, and compared. One function, one `Result`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.errors import BadRequest
from soundwright.evaluate import bootstrap, coverage, divergence, embedders, frechet, kernel, pooled, sets, words
from soundwright.evaluate import mauve as areas
from soundwright.evaluate.captions import captions
from soundwright.evaluate.embedders import Joint, Loaded
from soundwright.evaluate.pooled import Pool
from soundwright.evaluate.result import Result, versions
from soundwright.evaluate.sets import Sounds
from soundwright.progress import Progress


def two_sets(reference: Path, generated: Path, by: Loaded, tell: Progress) -> tuple[Pool, Pool, list[str]]:
    """Both sets as `by` hears them, and what to warn of. Raises `BadRequest` when either is empty."""
    both = sets.gather(reference, tell), sets.gather(generated, tell)
    said = [*both[0].warnings, *both[1].warnings, *sets.compare(*both)]
    return pooled.embed(both[0], by, tell), pooled.embed(both[1], by, tell), said


def fad(ref: Pool, gen: Pool, by: Loaded, said: list[str], *, seed: int = 0, draws: int = bootstrap.DRAWS) -> Result:
    """FAD, FAD-infinity with its R², and the clips of `gen` by how far each is from the reference."""
    base = frechet.Moments.of(ref.frames)
    value = frechet.distance(base, frechet.Moments.of(gen.frames))
    values, notes = {"fad": value}, {}
    said = said + pooled.doubts(ref, gen)
    if min(len(ref.clips), len(gen.clips)) >= frechet.FEWEST:
        far = frechet.infinity(ref.clips, gen.clips, seed=seed)
        values |= {"fad_inf": far.fad_inf, "fad_inf_r2": far.r2}
        notes = {"fad_inf_points": far.points}
        if far.r2 < 0.9:
            said = [*said, f"FAD-infinity's line fits badly (R² {far.r2:.2f}): do not quote it"]
    else:
        said = [*said, f"fewer than {frechet.FEWEST} clips in a set: no FAD-infinity"]
    places = frechet.ranks(base, gen.clips)
    rows = [{"clip": clip.name, "rank": place} for clip, place in zip(gen.sounds.clips, places, strict=True)]
    intervals = _interval("fad", frechet.fad, ref, gen, value, seed, draws, said)
    rows.sort(key=lambda row: row["rank"])
    return _result("fad", values, ref, gen, by, said, seed, intervals=intervals, notes=notes, rows=rows)


def kad(ref: Pool, gen: Pool, by: Loaded, said: list[str], *, seed: int = 0, draws: int = bootstrap.DRAWS) -> Result:
    """KAD with the bandwidth of the reference."""
    s = kernel.median_distance(frechet.validated(ref.frames))
    value = kernel.kad(ref.frames, gen.frames, bandwidth=s)

    def again(x: np.ndarray, y: np.ndarray) -> float:
        return kernel.kad(x, y, bandwidth=s)

    intervals = _interval("kad", again, ref, gen, value, seed, draws, said)
    return _result("kad", {"kad": value}, ref, gen, by, said, seed, intervals=intervals, notes={"bandwidth": s})


def spread(ref: Pool, gen: Pool, by: Loaded, said: list[str], *, seed: int = 0) -> Result:
    """Density, coverage, the effective number of different clips, and the MAUVE-like area."""
    x, y = frechet.validated(ref.frames), frechet.validated(gen.frames)
    values = {"vendi_ref": coverage.vendi(_centred(ref, ref)), "vendi_gen": coverage.vendi(_centred(gen, ref))}
    if len(x) > coverage.K:
        values |= coverage.density_and_coverage(x, y)
    if min(len(x), len(y)) >= 2 * areas.PER_CELL:
        values["mauve"] = areas.mauve(x, y, seed=seed)
    return _result("spread", values, ref, gen, by, said, seed)


def _centred(pool: Pool, ref: Pool) -> np.ndarray:
    """Means of clips in the reference's units round its middle: cosines of raw ones are all near 1."""
    frames = ref.frames
    return (pool.means - frames.mean(axis=0)) / np.maximum(frames.std(axis=0), 1e-6)


def kl(reference: Path, generated: Path, by: Loaded, tell: Progress, *, seed: int = 0) -> Result:
    """KL in both directions of a tagger's distributions, clip by clip where names pair, and Inception Scores."""
    both = sets.gather(reference, tell), sets.gather(generated, tell)
    ref, gen = (pooled.tag(one, by, tell) for one in both)
    said = [*both[0].warnings, *both[1].warnings, *sets.compare(*both)]
    p, q = ref.means, gen.means
    values: dict[str, float] = dict(divergence.of_means(p, q))
    intervals, rows = {}, []
    pairs = _pairs(*both)
    if pairs:
        i, j = np.array(pairs).T
        each = divergence.paired(p[i], q[j])
        values = {name: float(row.mean()) for name, row in each.items()} | values
        intervals = {name: bootstrap.of_mean(row, seed=seed) for name, row in each.items() if len(row) > 1}
        rows = [{"clip": both[1].clips[b].name, **{name: float(row[at]) for name, row in each.items()}}
                for at, (_, b) in enumerate(pairs)]  # fmt: skip
    if len(pairs) < max(len(p), len(q)):
        said.append(f"{len(pairs)} of {len(p)} and {len(q)} clips pair by name; the means take all of them")
    for side, logits in (("ref", p), ("gen", q)):
        values[f"inception_score_{side}"] = score = divergence.inception_score(logits)
        if len(logits) > 1:
            ends = bootstrap.of_set(divergence.inception_score, logits, score, seed=seed)
            intervals[f"inception_score_{side}"] = ends
    return _result("kl", values, ref, gen, by, said, seed, intervals=intervals, rows=rows, notes={"paired": len(pairs)})


def clap(texts: Path, generated: Path, by: Loaded, tell: Progress, *, seed: int = 0) -> Result:
    """How near clips are to their captions, and retrieval both ways, each beside its value by chance."""
    if not isinstance(by.embedder, Joint):
        raise BadRequest(f"{by.name} hears no text; those that do: {', '.join(embedders.giving('text'))}")
    sounds = sets.gather(generated, tell)
    said = list(sounds.warnings)
    known = captions(texts, [clip.name for clip in sounds.clips])
    chosen = [clip for clip in sounds.clips if clip.name in known]
    if not chosen:
        raise BadRequest(f"{texts} has no caption for any clip in {generated}")
    if len(chosen) < len(sounds.clips):
        said.append(f"{len(sounds.clips) - len(chosen)} of {len(sounds.clips)} clips have no caption")
    gen = pooled.embed(Sounds(sounds.path, tuple(chosen), ()), by, tell)
    told = [known[clip.name] for clip in chosen]
    vectors = by.embedder.embed_text(told)
    heard = np.stack([words.unit(clip).mean(axis=0) for clip in gen.clips])
    own = words.scores(heard, vectors)
    values = {"clap_score": float(own.mean())}
    if len(own) > 1:
        near = words.cosines(heard, vectors)
        values["clap_score_chance"] = float((near.sum() - own.sum()) / (near.size - len(own)))
        values |= words.retrieval(heard, vectors, told)
    intervals = {"clap_score": bootstrap.of_mean(own, seed=seed)} if len(own) > 1 else {}
    rows = [{"clip": clip.name, "caption": text, "clap_score": float(one)}
            for clip, text, one in zip(chosen, told, own, strict=True)]  # fmt: skip
    return _result("clap", values, None, gen, by, said, seed, intervals=intervals, rows=rows)


def _pairs(reference: Sounds, generated: Sounds) -> list[tuple[int, int]]:
    """Clips of one name in both; two single files are a pair whatever their names."""
    if len(reference.clips) == len(generated.clips) == 1:
        return [(0, 0)]
    return sets.pairs(reference, generated)


def _interval(
    name: str,
    distance: Callable[[np.ndarray, np.ndarray], float],
    ref: Pool,
    gen: Pool,
    value: float,
    seed: int,
    draws: int,
    said: list[str],
) -> dict[str, tuple[float, float]]:
    if draws < 2:
        return {}
    if min(len(ref.clips), len(gen.clips)) < 2:
        said.append("one clip in a set: no interval")
        return {}
    return {name: bootstrap.of_distance(distance, ref.clips, gen.clips, value, seed=seed, draws=draws)}


def _result(
    metric: str,
    values: dict[str, float],
    ref: Pool | None,
    gen: Pool,
    by: Loaded,
    said: list[str],
    seed: int,
    **more: Any,
) -> Result:
    packages = ("torch", "transformers") if embedders.row(by.name).repository else ("torch",) if by.weights else ()
    return Result(
        metric,
        values,
        ref.side if ref else None,
        gen.side,
        embedder=f"{by.name}/{by.version}",
        dim=gen.clips[0].shape[1],
        weights=by.weights,
        versions=versions(*packages),
        seed=seed,
        warnings=said,
        **more,
    )
