"""Engines compared by what they made of the same prompts: each take by itself, and each engine's takes as a set.

A prompt counts once, by the mean of its takes. What does not apply to a take (the structure of an effect, a tempo that
nobody asked for) is not measured of it, and an engine is compared with another only on prompts that both were measured
on. `METRICS` says what each number is and which way it is better; a level or a chance is better neither way.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from soundwright.errors import BadRequest
from soundwright.evaluate import ranking, suite_sets
from soundwright.evaluate.embedders import Joint, Loaded
from soundwright.evaluate.ranking import Better, Ranking
from soundwright.evaluate.sets import Sounds
from soundwright.evaluate.suite_takes import BY_TAKE, LEVELS, Heard, Take
from soundwright.progress import Progress


@dataclass(frozen=True)
class Metric:
    """What a number is, its unit, and which way it is better."""

    words: str
    unit: str = ""
    better: Better | None = None


METRICS = {
    "generation_s": Metric("time to make a take, without loading the model", "s", "low"),
    "real_time_factor": Metric("that time over the take's length; below 1 is faster than it plays", "", "low"),
    "integrated_lufs": Metric("integrated loudness", "LUFS"),
    "true_peak_dbtp": Metric("true peak", "dBTP"),
    "length_error_frames": Metric("frames more or fewer than the asked duration has", "frames", "low"),
    "clap_score": Metric("cosine of sound and prompt", "", "high"),
    "clap_score_chance": Metric("the same with the other prompts"),
    "tempo_agrees": Metric("share in the tempo that the prompt names, within 4 %, octaves forgiven", "", "high"),
    "key_agreement": Metric("agreement with the key that the prompt names, as MIREX counts", "", "high"),
    "structure_faults": Metric("loops, collapses and drifts that were not asked for", "", "low"),
    "onset_f": Metric("onsets that meet the film's events within 50 ms, F-measure", "", "high"),
    "onset_f_chance": Metric("the same of as many onsets at random"),
    "lag_abs_ms": Metric("how far the sound is from the picture, where that can be told", "ms", "low"),
    "av_align": Metric("onsets and peaks of motion that meet within one picture", "", "high"),
    "av_align_chance": Metric("the same of as many onsets at random"),
    "diversity": Metric("distance between takes of one prompt, 1 for takes of different prompts", "", "high"),
    "fad": Metric("Fréchet Audio Distance from the reference, too large by the finite sets", "", "low"),
    "kad": Metric("Kernel Audio Distance from the reference x 100, unbiased", "", "low"),
}
FAMILIES = {
    "time": ("generation_s", "real_time_factor"),
    "loudness": LEVELS,
    "length": ("length_error_frames",),
    "words": ("clap_score", "clap_score_chance"),
    "agreement": ("tempo_agrees", "key_agreement"),
    "structure": ("structure_faults",),
    "sync": ("onset_f", "onset_f_chance", "lag_abs_ms", "av_align", "av_align_chance"),
    "diversity": ("diversity",),
    "fad": ("fad",),
    "kad": ("kad",),
}


@dataclass(frozen=True)
class Suite:
    """Everything that was measured: numbers of each take, `rankings` and what their names mean, and the `sets` that
    distances were measured of, as `evaluate fad` and `kad` tell them."""

    takes: tuple[Take, ...]
    numbers: tuple[dict[str, float], ...]
    notes: tuple[str, ...]  # of each take: its faults in words
    metrics: dict[str, Metric]
    rankings: dict[str, Ranking]
    sets: list[dict[str, Any]]
    warnings: list[str]

    @property
    def engines(self) -> list[str]:
        return list(dict.fromkeys(take.engine for take in self.takes))

    def by_tag(self) -> dict[str, dict[str, dict[str, float]]]:
        """Means over the prompts of each tag: tag, measure, engine."""
        tags = sorted({tag for take in self.takes for tag in take.tags})
        found: dict[str, dict[str, dict[str, float]]] = {}
        for tag in tags:
            for name in self.rankings:
                some = [row.get(name) if tag in take.tags else None for take, row in
                        zip(self.takes, self.numbers, strict=True)]  # fmt: skip
                means = {
                    engine: float(np.mean(list(own.values()))) for engine, own in _by_prompt(self.takes, some).items()
                }
                if means:
                    found.setdefault(tag, {})[name] = means
        return found


def measured(
    takes: Sequence[Take],
    families: Iterable[str],
    heard_by: Sequence[Loaded],
    reference: Sounds | None,
    tell: Progress,
    *,
    seed: int = 0,
) -> Suite:
    """Measure takes that stand. `heard_by` hears them as sets; the first of them that knows words hears prompts.

    What cannot be measured of a set is told among the warnings. Raises `CannotRun` where a film needs [video].
    """
    chosen, said = set(families), []
    numbers, notes = _each(takes, chosen, tell, seed)
    metrics = {name: METRICS[name] for family in FAMILIES if family in BY_TAKE for name in FAMILIES[family]}
    by_words = next((by for by in heard_by if isinstance(by.embedder, Joint)), None)
    if "words" in chosen and by_words:
        for row, own in zip(numbers, suite_sets.words_of(takes, by_words, tell), strict=True):
            row |= own
        for name in FAMILIES["words"]:
            metrics[name] = replace(METRICS[name], words=f"{METRICS[name].words}, heard by {by_words.name}")
    metrics = {name: metric for name, metric in metrics.items() if any(name in row for row in numbers)}
    rankings = {
        name: _ranked(_by_prompt(takes, [row.get(name) for row in numbers]), metric.better, seed)
        for name, metric in metrics.items()
    }
    results: list[dict[str, Any]] = []
    for by in heard_by if chosen & {"diversity", "fad", "kad"} else ():
        pools = suite_sets.pools_of(takes, by, tell, said)
        found: dict[str, Ranking] = {}
        if "diversity" in chosen and (values := suite_sets.diversity(takes, pools)):
            found["diversity"] = _ranked(values, "high", seed)
        if reference and chosen & {"fad", "kad"}:
            try:
                far = suite_sets.distances(by, pools, reference, chosen, tell, seed=seed)
                found |= far.rankings
                results += far.results
                said += far.warnings
            except BadRequest as error:
                said.append(f"no distance by {by.name}: {error}")
        rankings |= {f"{name}_{by.name}": one for name, one in found.items()}
        metrics |= {f"{name}_{by.name}": METRICS[name] for name in found}
    return Suite(tuple(takes), tuple(numbers), tuple(notes), metrics, rankings, results, list(dict.fromkeys(said)))


def _each(
    takes: Sequence[Take], chosen: set[str], tell: Progress, seed: int
) -> tuple[list[dict[str, float]], list[str]]:
    """The numbers of each take, and its faults in words."""
    numbers, notes = [], []
    for at, take in enumerate(takes):
        tell("measure", at / len(takes))
        one, found = Heard(take, seed), {}
        for family in chosen & set(BY_TAKE):
            found |= BY_TAKE[family](one)
        numbers.append({name: found[name] for name in METRICS if name in found})
        notes.append("; ".join(fault.words for fault in one.faults) if "structure" in chosen else "")
    return numbers, notes


def _by_prompt(takes: Sequence[Take], values: Sequence[float | None]) -> dict[str, dict[str, float]]:
    """Means over the takes of each engine and prompt, of what was measured."""
    rows: dict[str, dict[str, list[float]]] = {}
    for take, value in zip(takes, values, strict=True):
        if value is not None:
            rows.setdefault(take.engine, {}).setdefault(take.prompt, []).append(value)
    return {engine: {prompt: float(np.mean(row)) for prompt, row in own.items()} for engine, own in rows.items()}


def _ranked(values: dict[str, dict[str, float]], better: Better | None, seed: int) -> Ranking:
    return ranking.rank(
        ranking.mean_of(values), {engine: list(own) for engine, own in values.items()}, better, seed=seed
    )
