"""How a piece is built: beat, sections, repeats, loops, drift, silences; heard from the sound alone.

Conventions: a sound is an `Audio` or a `Stream` of any length, rate and number of channels; times are in seconds. What
cannot be told of a piece (a bar without a beat, a repetition at 32 bars in 20 seconds) is None. Nothing is random.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass, field
from typing import Any, Literal

import numpy as np

from soundwright.audio import Audio, Stream
from soundwright.errors import BadRequest
from soundwright.evaluate import structure_beats, structure_drift, structure_lags, structure_sections
from soundwright.evaluate.structure_drift import Drift, Silence
from soundwright.evaluate.structure_features import features
from soundwright.evaluate.structure_sections import Section
from soundwright.plan.theory import usual

SHORTEST_S = 4.0
NO_BEAT = 0.5  # stationarity from which the beating of a drone's partials is not taken for a beat
LOOPS = 0.3  # of made pieces, loops score 0.43 and more (two with noise below 0.8), all others 0.11 at most
DRIFT_TEMPO_PERCENT, DRIFT_LU = 8.0, 10.0


@dataclass(frozen=True)
class Stuck:
    """A stretch that repeats one period at least four times over."""

    start_s: float
    end_s: float
    period_s: float


@dataclass(frozen=True, eq=False)
class Structure:
    """What was heard of a piece.

    `loop_score` 0 to 1 tells whether it does nothing but repeat `loop_period_s`, `loop_alike` how alike a pass is to
    the one before in the worse quarter of the piece; a drone has `stationarity` 1 and no loop. `form` names the
    sections in order. `repetition_N_bars` are mean cosines with what stood N bars earlier, `motif_return` with the
    nearest of what stood at least 12 s earlier, for the second half: 1 the same, 0 nothing in common. `similarity`
    `[cells, cells]` is the self-similarity matrix, a cell lasts `cell_s`.
    """

    duration_s: float
    tempo_bpm: float | None
    beat_clarity: float | None
    beats_per_bar: int | None
    bar_s: float | None
    key: str | None
    loop_score: float
    loop_period_s: float | None
    loop_period_bars: float | None
    loop_passes: float | None
    loop_alike: float | None
    stationarity: float
    form: str
    distinct_sections: int
    sections: tuple[Section, ...]
    repetition_8_bars: float | None
    repetition_16_bars: float | None
    repetition_32_bars: float | None
    motif_return: float | None
    stuck: tuple[Stuck, ...]
    silences: tuple[Silence, ...]
    collapse_s: float | None
    collapsed_for_s: float
    drift: Drift
    similarity: np.ndarray = field(repr=False)
    cell_s: float = field(repr=False)

    def numbers(self) -> dict[str, Any]:
        """For JSON: all but the matrix, rounded to four places."""
        return _plain({key: value for key, value in asdict(self).items() if key not in ("similarity", "cell_s")})


def table(heard: Structure) -> list[tuple[str, str]]:
    """What is told to people: (name, value in words with its unit)."""

    def said(value: float | None, form: str) -> str:
        return "none" if value is None else form.format(value)

    drift, period = heard.drift, heard.loop_period_s
    looped = "" if period is None else f" (nearest: {period:.2f} s{_bars(heard, period)}, alike {heard.loop_alike:.2f})"
    metre = "" if heard.beats_per_bar is None else f", {heard.beats_per_bar} beats a bar"
    return [
        ("duration", f"{heard.duration_s:.2f} s"),
        ("tempo", said(heard.tempo_bpm, "{:.1f} bpm") + metre),
        ("loop score", f"{heard.loop_score:.2f}{looped}"),
        ("stationarity", f"{heard.stationarity:.2f}"),
        ("form", f"{heard.form} ({heard.distinct_sections} distinct)"),
        *((f"repeat {n} bars", said(getattr(heard, f"repetition_{n}_bars"), "{:.2f}")) for n in (8, 16, 32)),
        ("motif return", said(heard.motif_return, "{:.2f}")),
        ("silences", ", ".join(f"{gap.start_s:.1f} to {gap.end_s:.1f} s" for gap in heard.silences) or "none"),
        ("collapse", said(heard.collapse_s, "at {:.1f} s")),
        ("key", heard.key or "unclear"),
        ("key drift", f"{drift.key_start or 'unclear'}, at the end {drift.key_end or 'unclear'}"),
        ("tempo drift", said(drift.tempo_percent, "{:+.2f} %")),
        ("loudness drift", said(drift.loudness_lu, "{:+.1f} LU")),
    ]


@dataclass(frozen=True)
class Fault:
    """Something that a listener would complain of, where it is, and in words."""

    kind: Literal["loops", "collapses", "drifts"]
    start_s: float
    end_s: float
    words: str


def hear(sound: Audio | Stream) -> Structure:
    """The structure of a piece. Raises `BadRequest` for less than four seconds."""
    heard = features(sound)
    if heard.duration_s < SHORTEST_S:
        raise BadRequest(f"structure wants at least {SHORTEST_S:g} s of sound, not {heard.duration_s:.2f} s")
    still = structure_lags.stationarity(heard)
    gram = structure_lags.lagogram(structure_lags.vectors(heard))
    beats = structure_beats.beats(heard.onsets, gram) if still < NO_BEAT else None
    bar_s = beats.bar_s if beats else None
    key = structure_drift.key_of(heard.chroma)
    loop = structure_lags.loop(gram, still, heard.duration_s)
    alike, cell_s = structure_sections.similarity(heard)
    parts = structure_sections.sections(alike, cell_s, heard.duration_s)
    silent = structure_drift.silences(heard)
    fallen = structure_drift.collapse(silent, heard.duration_s)
    stuck = structure_lags.stuck(gram) if still < NO_BEAT else []

    def repetition(bars: int) -> float | None:
        return structure_lags.repetition(gram, bars * bar_s) if bar_s else None

    return Structure(
        duration_s=heard.duration_s,
        tempo_bpm=beats.tempo_bpm if beats else None,
        beat_clarity=beats.clarity if beats else None,
        beats_per_bar=beats.beats_per_bar if beats else None,
        bar_s=bar_s,
        key=str(usual(*key)) if key else None,
        loop_score=loop.score if loop else 0.0,
        loop_period_s=loop.period_s if loop else None,
        loop_period_bars=loop.period_s / bar_s if loop and bar_s else None,
        loop_passes=loop.passes if loop else None,
        loop_alike=loop.alike if loop else None,
        stationarity=still,
        form=" ".join(part.label for part in parts),
        distinct_sections=len({part.label for part in parts}),
        sections=parts,
        repetition_8_bars=repetition(8),
        repetition_16_bars=repetition(16),
        repetition_32_bars=repetition(32),
        motif_return=structure_lags.returns(gram),
        stuck=tuple(Stuck(*span) for span in stuck),
        silences=silent,
        collapse_s=fallen.start_s if fallen else None,
        collapsed_for_s=fallen.end_s - fallen.start_s if fallen else 0.0,
        drift=structure_drift.drift(heard, beats, silent),
        similarity=alike,
        cell_s=cell_s,
    )


def faults(sound: Audio | Stream, plan_loop: bool = False) -> list[Fault]:
    """What a take should be played anew for, in order of time; `plan_loop` where a loop was asked for.

    Raises `BadRequest` for less than four seconds.
    """
    return faults_of(hear(sound), plan_loop)


def faults_of(heard: Structure, plan_loop: bool = False) -> list[Fault]:
    """The faults of a piece that was heard already."""
    found = [] if plan_loop else _loops(heard)
    if heard.collapse_s is not None:
        words = f"falls silent at {heard.collapse_s:.1f} s and stays so for {heard.collapsed_for_s:.1f} s to the end"
        found.append(Fault("collapses", heard.collapse_s, heard.duration_s, words))
    for gap in heard.silences:
        if gap.start_s != heard.collapse_s and gap.end_s - gap.start_s >= 2 * structure_drift.SILENCE_S:
            words = f"is silent from {gap.start_s:.1f} to {gap.end_s:.1f} s"
            found.append(Fault("collapses", gap.start_s, gap.end_s, words))
    drifted = _drifted(heard.drift)
    if drifted:
        found.append(Fault("drifts", 0.0, heard.duration_s, f"ends elsewhere than it began: {'; '.join(drifted)}"))
    return sorted(found, key=lambda fault: fault.start_s)


def _loops(heard: Structure) -> list[Fault]:
    if heard.loop_score >= LOOPS and heard.loop_period_s and heard.loop_passes:
        words = f"repeats {heard.loop_period_s:.1f} s{_bars(heard, heard.loop_period_s)} {heard.loop_passes:.1f} times"
        return [Fault("loops", 0.0, heard.duration_s, f"{words} and has nothing else")]
    return [
        Fault(
            "loops",
            span.start_s,
            span.end_s,
            f"repeats {span.period_s:.1f} s{_bars(heard, span.period_s)} from {span.start_s:.1f} to {span.end_s:.1f} s",
        )
        for span in heard.stuck
    ]


def _bars(heard: Structure, period_s: float) -> str:
    bars = period_s / heard.bar_s if heard.bar_s else 0.0
    if round(bars) < 1 or abs(bars - round(bars)) > 0.1:
        return ""
    return f" ({round(bars)} bar{'s' if round(bars) > 1 else ''})"


def _drifted(drift: Drift) -> list[str]:
    said = []
    if drift.elsewhere:
        said.append(f"from {drift.key_start} to {drift.key_end}")
    if drift.tempo_percent is not None and abs(drift.tempo_percent) >= DRIFT_TEMPO_PERCENT:
        said.append(f"from {drift.tempo_start_bpm:.1f} to {drift.tempo_end_bpm:.1f} bpm")
    if drift.loudness_lu is not None and abs(drift.loudness_lu) >= DRIFT_LU:
        said.append(f"{abs(drift.loudness_lu):.1f} LU {'louder' if drift.loudness_lu > 0 else 'softer'}")
    return said


def _plain(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(inner) for inner in value]
    return round(float(value), 4) if isinstance(value, float | np.floating) else value
