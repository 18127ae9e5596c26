"""What the rules of the `score` engine write, as material: plans of 32 bars in a style's tempi, metres and modes."""

from __future__ import annotations

import numpy as np

from soundwright.plan.harmony import Span, write_chords
from soundwright.plan.song import PartPlan, Section, SongPlan
from soundwright.plan.styles import styles
from soundwright.plan.theory import Key
from soundwright.seed import stream

AABB = (("A", 0.55), ("A", 0.6), ("B", 0.7), ("B", 0.75))


def drawn(rng: np.random.Generator, chances: dict[str, float]) -> str:
    weights = np.array(list(chances.values()))
    return str(rng.choice(list(chances), p=weights / weights.sum()))


def plan(style: str, seed: int) -> SongPlan:
    """A 32-bar AABB piece in a style's tempo, metre, mode and harmony: the form that most of the human tunes have."""
    row = styles()[style]
    rng = stream(seed, "bench", style)
    metre, mode = drawn(rng, row.metres), drawn(rng, row.modes)
    key = Key.parse(f"{rng.choice(row.tonics)} {mode}")
    spans = [Span(name, name, 8) for name, _ in AABB]
    chords = write_chords(spans, idiom=row.harmony, key=key, seed=seed)
    sections = [
        Section(name=name, bars=8, energy=energy, chords=written)
        for (name, energy), written in zip(AABB, chords, strict=True)
    ]
    parts = {"lead": PartPlan(instrument="flute", role="melody", gain_db=0.0)}
    return SongPlan(
        duration_s=600,
        tempo_bpm=row.tempo[1],
        metre=metre,
        swing=0.5,
        density=0.5,
        tessitura=0.0,
        key=key.name,
        styles=[style],
        parts=parts,
        sections=sections,
    )
