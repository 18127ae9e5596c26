"""A film's sound by an engine that watches it: in windows that end at cuts, of each the best of several takes.

Such an engine hears no plan to the millisecond. So each take is measured against the events that the plan holds, moved
as a whole to where they are when its lag can be told, and of several the one that meets the most of them is kept.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np

from soundwright.audio import Audio
from soundwright.direct.cues import RATE, Tracks
from soundwright.dsp import crossfade, onsets
from soundwright.engines import Clip, Engine, Task
from soundwright.evaluate.onset import f_measure
from soundwright.plan.cues import CuePlan, as_events, between
from soundwright.progress import Progress
from soundwright.video import sync

OVERLAP_S = 1.0  # windows cross for so long inside a scene
CUT_S = 0.04  # and at a cut
SHORTEST_S = 1.0  # no window is shorter than this where its film is not
REACH_S = 0.5  # a lag longer than this is no lag of such an engine, but chance


def render(
    player: Engine, plan: CuePlan, film: Path, cuts_s: list[float], tell: Progress, *, seed: int, takes: int = 1,
    options: dict[str, Any] | None = None,
) -> Tracks:  # fmt: skip
    """The whole film as effects, in its own length. Raises `BadRequest`, `CannotRun`, `Cancelled`."""
    whole = np.zeros((2, round(plan.duration_s * RATE)), np.float32)
    used = []
    spans = windows(plan.duration_s, cuts_s, player.card.longest_s)
    for at, (start_s, end_s) in enumerate(spans):
        part = tell.part("watch", at / len(spans), (at + 1) / len(spans), start_s)
        part("watch")
        tasks = _tasks(between(plan, start_s, end_s), Clip(film, start_s), seed + at, takes, options or {})
        sound, facts = _best(player, tasks, part)
        before = spans[at - 1][1] - start_s if at else 0.0
        _crossed(whole, sound.samples, round(start_s * RATE), round(before * RATE))
        used.append({"start_s": round(start_s, 3), "end_s": round(end_s, 3), "engine": player.card.name, **facts})
    tell("watch", 1.0, plan.duration_s)
    sound, facts = _moved(Audio(whole, RATE), plan)  # what no window was long enough to tell, the whole film may
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


def _tasks(plan: CuePlan, clip: Clip, seed: int, takes: int, options: dict[str, Any]) -> list[Task]:
    """A window once for each of its takes, every one with a seed of its own."""
    asked = {name: value for name, value in options.items() if name != "commercial"}
    seeds = [seed + 1000 * at for at in range(takes)]
    return [Task("soundtrack", plan, plan.duration_s, one, plan.prompt, options=asked, clip=clip) for one in seeds]


def _best(player: Engine, tasks: list[Task], tell: Progress) -> tuple[Audio, dict[str, Any]]:
    """Of several takes of a window, each moved to its events, the one that meets most of them; the first of equals."""
    tried = []
    for at, task in enumerate(tasks):
        take = player.render(task, tell.part("watch", at / len(tasks), (at + 1) / len(tasks)))
        sound = take.audio.stereo().at(RATE).fitted(round(task.duration_s * RATE))
        sound, facts = _moved(sound, task.plan)
        tried.append((sound, {"seed": task.seed, **facts, "used": take.used}))
    met = [facts["met"] for _, facts in tried]
    sound, facts = tried[met.index(max(met))]
    return sound, facts | ({"takes_met": met} if len(tasks) > 1 else {})


def _moved(sound: Audio, plan: CuePlan) -> tuple[Audio, dict[str, Any]]:
    """A take shifted by its lag where that can be told, and what was measured: the lag, and how well it then meets the
    events (F-measure at 50 ms)."""
    events, heard = as_events(plan), onsets.onsets(sound)
    lag_s = sync.measure(events, heard, reach_s=REACH_S).lag_s
    moved_s = np.array([one.time_s for one in heard]) - (lag_s or 0.0)
    met = f_measure(np.array([event.time_s for event in events]), moved_s[moved_s >= 0])["f"]
    lag_ms = None if lag_s is None else round(1000 * lag_s, 1)
    return sound.earlier(lag_s or 0.0), {"lag_ms": lag_ms, "met": round(met, 3)}


def _crossed(whole: np.ndarray, x: np.ndarray, start: int, overlap: int) -> None:
    """Lay a window down; over its first `overlap` frames what is there gives way to it."""
    x = x[:, : whole.shape[1] - start]
    both, rest = slice(start, start + overlap), slice(start + overlap, start + x.shape[1])
    whole[:, both] = crossfade.cross(whole[:, both], x[:, :overlap])
    whole[:, rest] = x[:, overlap:]
