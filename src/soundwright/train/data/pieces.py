"""Short pieces of the `score` engine, cut into chunks, captioned by plan and by what is heard in each chunk."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from soundwright.audio import Audio
from soundwright.dsp import units
from soundwright.engines.contract import Task
from soundwright.engines.score import ScoreEngine
from soundwright.plan.author import write_song
from soundwright.plan.song import SongPlan
from soundwright.plan.styles import styles
from soundwright.progress import Progress
from soundwright.train.data.phrases import pick
from soundwright.train.data.shards import CHUNK_S, FRAMES, Chunk, describe

CHUNKS = 4  # of a piece
MOODS = ("calm", "sad", "happy", "tense", "epic", "dreamy", "dark", "romantic", "playful", "energetic", "mysterious")
HEARD_DB, CLEAR_DB = -45.0, 12.0  # a chunk has sound above the one; a part is named within the other of the loudest
FORMS = (
    "{style}", "{mood} {style}", "{mood} {style} music", "a piece of {style}", "{mood} {style} at {bpm} bpm",
    "{style} in {key}",
    "{style} with {parts}", "{mood} {style} music with {parts}", "{parts} playing {style}",
)  # fmt: skip


def piece(rng: np.random.Generator) -> list[Chunk]:
    """The chunks of one piece."""
    tag, mood = pick(rng, tuple(styles())), pick(rng, MOODS)
    seed = int(rng.integers(2**31))
    plan = write_song(f"{mood} {tag}", duration_s=CHUNKS * CHUNK_S, seed=seed, styles=[tag])
    task = Task("music", plan, plan.duration_s, seed, plan.prompt, options={"stems": True})
    take = ScoreEngine().render(task, Progress())
    gain = units.gain(rng.uniform(-9, -1)) / max(take.audio.peak, 1e-6)
    made = []
    for number in range(CHUNKS):
        at = slice(number * FRAMES, (number + 1) * FRAMES)
        samples = take.audio.samples[:, at] * np.float32(gain)
        if float(units.decibels(np.sqrt(np.square(samples).mean()))) > HEARD_DB:
            caption = _caption(plan, tag, mood, _heard(plan, take.stems, at), rng)
            made.append(describe(samples, caption, "score", (f"score:{tag}",)))
    if apart := next((chunk.split for chunk in made if chunk.split != "train"), ""):
        return [replace(chunk, split=apart) for chunk in made]  # the rest of a piece would give it away
    return made


def _caption(plan: SongPlan, tag: str, mood: str, parts: list[str], rng: np.random.Generator) -> str:
    form = pick(rng, FORMS if parts else FORMS[:6])
    named = " and ".join((", ".join(parts[:-1]), parts[-1]) if len(parts) > 1 else parts)
    return form.format(style=tag, mood=mood, bpm=round(plan.tempo_bpm), key=plan.key, parts=named)


def _heard(plan: SongPlan, stems: dict[str, Audio], at: slice) -> list[str]:
    """The instruments that are clearly heard in a stretch, the loudest first, three at the most."""
    power = {name: float(np.square(stem.samples[:, at]).sum()) for name, stem in stems.items() if name in plan.parts}
    most = max(power.values(), default=0.0)
    clear = sorted((name for name in power if power[name] > most * 10 ** (-CLEAR_DB / 10)), key=lambda n: -power[n])
    return list(dict.fromkeys(plan.parts[name].instrument for name in clear))[:3] if most else []
