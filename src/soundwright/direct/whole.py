"""A film's sound by an engine that watches it: in windows that end at cuts, of each the best of several takes.

Such an engine hears no plan to the millisecond. So each take is measured against the events that the plan holds, moved
as a whole to where they are when its lag can be told, and of several the one that meets the most of them is kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from soundwright import direct
from soundwright.audio import Audio
from soundwright.direct.cues import RATE, Tracks
from soundwright.dsp import onsets
from soundwright.engines import Clip, Engine, Task
from soundwright.plan.cues import CuePlan, as_events, between
from soundwright.progress import Progress
from soundwright.video import sync

OVERLAP_S = 1.0  # windows cross for so long inside a scene
CUT_S = 0.04  # and at a cut
SHORTEST_S = 1.0  # no window is shorter than this where its film is not
MET_S = 0.05
REACH_S = 0.5  # a lag longer than this is no lag of such an engine, but chance


def render(
    plan: CuePlan, film: Path, cuts_s: list[float], tell: Progress, *, engine: str, seed: int, takes: int = 1,
    options: dict[str, Any] | None = None,
) -> Tracks:  # fmt: skip
    """The whole film as effects, in its own length. Raises `BadRequest`, `CannotRun`, `Cancelled`."""
    options = options or {}
    player = direct.cast(engine, "soundtrack", 0.0, commercial=bool(options.get("commercial")))
    whole = np.zeros((2, round(plan.duration_s * RATE)), np.float32)
    used = []
    spans = windows(plan.duration_s, cuts_s, player.card.longest_s)
    for at, (start_s, end_s) in enumerate(spans):
        tell("watch", at / len(spans), start_s)
        sound, facts = _best(player, between(plan, start_s, end_s), Clip(film, start_s), seed + at, takes, options)
        before = spans[at - 1][1] - start_s if at else 0.0
        _crossed(whole, sound.samples, round(start_s * RATE), round(before * RATE))
        used.append({"start_s": round(start_s, 3), "end_s": round(end_s, 3), "engine": player.card.name, **facts})
    tell("watch", 1.0, plan.duration_s)
    sound, _, facts = _moved(Audio(whole, RATE), plan)  # what no window was long enough to tell, the whole film may
    return Tracks(sound, Audio(np.zeros_like(whole), RATE), {"windows": used, "whole": [facts]})


def windows(duration_s: float, cuts_s: list[float], longest_s: float) -> list[tuple[float, float]]:
    """Starts and ends of windows that cover a film, none longer than `longest_s`: they end at the last cut in their
    second half, else overlap by `OVERLAP_S`; what is left at the end is shared by two."""
    spans, start = [], 0.0
    while duration_s - start > longest_s:
        rest = duration_s - start
        latest = start + (longest_s if rest > 2 * longest_s - OVERLAP_S else (rest + OVERLAP_S) / 2)
        last = min(start + longest_s - CUT_S, duration_s - SHORTEST_S)
        cuts = [cut for cut in cuts_s if start + longest_s / 2 < cut <= last]
        end, cross = (max(cuts) + CUT_S / 2, CUT_S) if cuts else (latest, OVERLAP_S)
        spans.append((start, end))
        start = end - cross
    return [*spans, (start, duration_s)]


def _best(
    player: Engine, plan: CuePlan, clip: Clip, seed: int, takes: int, options: dict[str, Any]
) -> tuple[Audio, dict[str, Any]]:
    """Of several takes of a window, each moved to its events, the one that meets most of them; the first of equals."""
    asked = {name: value for name, value in options.items() if name != "commercial"}
    tried = []
    for at in range(takes):
        task = Task("soundtrack", plan, plan.duration_s, seed + 1000 * at, plan.prompt, options=asked, clip=clip)
        take = player.render(task, Progress())
        sound = take.audio.stereo().at(RATE).fitted(round(plan.duration_s * RATE))
        sound, met, facts = _moved(sound, plan)
        tried.append((met, sound, {"seed": task.seed, **facts, "used": take.used}))
    met = [one[0] for one in tried]
    _, sound, facts = tried[met.index(max(met))]
    return sound, facts | ({"takes_met": [round(one, 3) for one in met]} if takes > 1 else {})


def _moved(sound: Audio, plan: CuePlan) -> tuple[Audio, float, dict[str, Any]]:
    """A take shifted by its lag where that can be told, how well it then meets the events, and what was measured."""
    events = as_events(plan)
    found = sync.measure(events, onsets.onsets(sound), reach_s=REACH_S)
    sound = sound.earlier(found.lag_s or 0.0)
    met = _met([event.time_s for event in events], [one.time_s for one in onsets.onsets(sound)])
    lag_ms = None if found.lag_s is None else round(1000 * found.lag_s, 1)
    return sound, met, {"lag_ms": lag_ms, "met": round(met, 3)}


def _met(seen_s: list[float], heard_s: list[float]) -> float:
    """The share of events that are heard within 50 ms, set against how many sounds there are (F-measure), 0 to 1."""
    if not seen_s or not heard_s:
        return 0.0
    hits = (np.abs(np.subtract.outer(seen_s, heard_s)).min(axis=1) < MET_S).sum()
    return float(2 * hits / (len(seen_s) + max(len(heard_s), hits)))


def _crossed(whole: np.ndarray, x: np.ndarray, start: int, overlap: int) -> None:
    """Lay a window down; it crosses with what is there over its first `overlap` frames, with equal power."""
    x = x[:, : whole.shape[1] - start].copy()
    if overlap := min(overlap, x.shape[1]):
        angle = np.linspace(0, np.pi / 2, overlap, dtype=np.float32)
        whole[:, start : start + overlap] *= np.cos(angle)
        x[:, :overlap] *= np.sin(angle)
    whole[:, start + overlap : start + x.shape[1]] = 0
    whole[:, start : start + x.shape[1]] += x
