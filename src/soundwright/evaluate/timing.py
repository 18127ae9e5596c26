"""Onsets over two folders: each generated sound against the film or the sound that it belongs to."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from soundwright.dsp.onsets import Onset, onsets
from soundwright.errors import BadRequest
from soundwright.evaluate import bootstrap, onset
from soundwright.evaluate.result import Result, versions
from soundwright.evaluate.sets import ENDINGS
from soundwright.progress import Progress

FILMS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".m4v")
MEANS = ("f", "precision", "recall", "f_chance", "f_lagless", "av_align", "av_align_chance")


def measure(reference: Path, generated: Path, tell: Progress, *, seed: int = 0) -> Result:
    """F at 50 ms, signed lag and, against films, AV-align, for every pair of one name; each beside chance.

    Raises `BadRequest` when nothing pairs, `CannotRun` for a film without the extra [video].
    """
    rows, said = [], []
    pairs = _pairs(reference.expanduser(), generated.expanduser())
    for number, (name, wanted, made) in enumerate(pairs):
        tell("compare", number / len(pairs))
        try:
            rows.append({"clip": name, **pair(wanted, made, seed)})
        except BadRequest as error:
            said.append(f"left out: {error}")
    if not rows:
        raise BadRequest(f"nothing could be compared ({said[0]})")
    empty = [row["clip"] for row in rows if not (row["onsets_ref"] and row["onsets_gen"])]
    if empty:
        said.append(f"no onsets in one of the two: {', '.join(empty[:5])}; they count as F = 0")
    values, intervals = {}, {}
    for name in MEANS:
        column = np.array([row[name] for row in rows if row.get(name) is not None])
        if len(column):
            values[name] = float(column.mean())
            if len(column) > 1 and "chance" not in name:
                intervals[name] = bootstrap.of_mean(column, seed=seed)
    lags = [row["lag_ms"] for row in rows if row["lag_ms"] is not None]
    if lags:
        values |= {"lag_ms_median": float(np.median(lags)), "lag_ms_abs_max": float(np.abs(lags).max())}
        if len(lags) > 1:
            ends = bootstrap.of_set(
                lambda some: float(np.median(some)), np.array(lags), values["lag_ms_median"], seed=seed
            )
            intervals["lag_ms_median"] = ends
    if len(lags) < len(rows):
        said.append(f"no lag can be told for {len(rows) - len(lags)} of {len(rows)} clips")
    notes = {"window_ms": onset.WINDOW_S * 1000, "pairs": len(rows), "ref_path": str(reference),
             "gen_path": str(generated), "seconds": sum(row["duration_s"] for row in rows)}  # fmt: skip
    return Result(
        "onset", values, intervals=intervals, versions=versions(), seed=seed, notes=notes, rows=rows, warnings=said
    )


def _pairs(reference: Path, generated: Path) -> list[tuple[str, Path, Path]]:
    for place in (reference, generated):
        if not place.exists():
            raise BadRequest(f"there is no folder or file {place}")
    if reference.is_file() and generated.is_file():
        return [(generated.stem, reference, generated)]
    both = [_named(place) for place in (reference, generated)]
    names = [name for name in both[0] if name in both[1]]
    if not names:
        raise BadRequest(f"no file in {generated} has the name of one in {reference}")
    return [(name, both[0][name], both[1][name]) for name in names]


def _named(place: Path) -> dict[str, Path]:
    files = [place] if place.is_file() else sorted(path for path in place.rglob("*") if path.is_file())
    known = (*ENDINGS, *FILMS)
    base = place.parent if place.is_file() else place
    return {str(path.relative_to(base).with_suffix("")): path for path in files if path.suffix.lower() in known}


def pair(reference: Path, generated: Path, seed: int) -> dict[str, Any]:
    """All numbers of one sound, or a film's, against the film or the sound that it belongs to."""
    heard, duration_s = _heard(generated)
    if reference.suffix.lower() not in FILMS:
        wanted, own_s = _heard(reference)
        numbers = onset.compare(wanted, heard, max(duration_s, own_s), seed=seed)
        return {**numbers, "duration_s": max(duration_s, own_s)}
    from soundwright.video import events

    seen = events.see(reference)
    length_s = max(duration_s, float(seen.times_s[-1]) if len(seen.times_s) else 0.0)
    numbers = onset.compare(seen.events, heard, length_s, seed=seed)
    times, fps = np.array([one.time_s for one in heard]), max(float(seen.film.rate), 1.0)
    moving = onset.peaks(seen.times_s, seen.motion)

    def align(at: np.ndarray) -> float:
        return onset.av_align(at, moving, fps)

    chance = onset.by_chance(align, len(times), length_s, seed=seed)
    return {**numbers, "av_align": align(times), "av_align_chance": chance, "duration_s": length_s}


def _heard(path: Path) -> tuple[list[Onset], float]:
    """The onsets of a sound file, or of a film's sound on the clock of its pictures, and how long it is."""
    if path.suffix.lower() in FILMS:
        from soundwright.video import soundtrack

        sound = soundtrack.sound(path)
    else:
        from soundwright.deliver import encode

        sound = encode.read(path)
    return onsets(sound), sound.duration_s
