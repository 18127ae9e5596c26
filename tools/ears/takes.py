"""Takes of ours: every sound model, every instrument in short phrases, the pieces of the kits; soundfonts' too."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from tools.ears.recordings import RATE

from soundwright import foley, instruments
from soundwright.errors import SoundwrightError
from soundwright.instruments import Note, Part
from soundwright.seed import stream

TEXTURE_S, LONGEST_S, PHRASE_S = 3.0, 6.0, 2.2
PIECES = {
    "kick": (36, 35), "snare": (38, 40), "closed hat": (42, 44), "open hat": (46,), "crash": (49, 57, 55),
    "ride": (51,), "tom": (41, 45, 48, 50), "cowbell": (56,),
}  # fmt: skip


def of_model(name: str, seed: int) -> np.ndarray:
    """One take of a sound model with its knobs a little off their defaults, mono `[n]`."""
    model = foley.table()[name]
    rng = stream(seed, "ears", name)
    knobs = {knob.name: knob.default + rng.uniform(-0.1, 0.1) * (knob.high - knob.low) for knob in model.knobs}
    frames = round((TEXTURE_S if model.kind == "texture" else min(model.natural_s, LONGEST_S)) * RATE)
    return foley.render(model, knobs, frames, RATE, rng).mean(axis=0)[: round(LONGEST_S * RATE)]


def of_instrument(name: str, seed: int, soundfont: str | None = None) -> np.ndarray:
    """A phrase of three notes on an instrument (with a soundfont's, where one is given), mono `[n]`."""
    instrument = instruments.find(name)
    rng = stream(seed, "ears", "phrase", name)
    low, high = max(instrument.low, 36), min(instrument.high, 84)
    middle = float(np.clip(60 if low <= 60 <= high else (low + high) / 2, low + 5, high - 5))
    pitches = np.clip(np.round(middle + rng.integers(-7, 8, 3)), instrument.low, instrument.high)
    notes = tuple(
        Note(0.02 + 0.55 * i, 0.5 if i < 2 else 0.8, float(pitch), float(rng.uniform(0.55, 0.85)))
        for i, pitch in enumerate(pitches)
    )
    return _played(Part(name, name, notes), PHRASE_S, seed, soundfont)


def of_piece(kit: str, piece: str, seed: int, soundfont: str | None = None) -> np.ndarray:
    """One stroke on a piece of a kit, mono `[n]`."""
    rng = stream(seed, "ears", kit, piece)
    note = Note(0.01, 0.3, float(rng.choice(PIECES[piece])), float(rng.uniform(0.5, 0.95)))
    return _played(Part(kit, kit, (note,)), 2.0, seed, soundfont)


def _played(part: Part, duration_s: float, seed: int, soundfont: str | None) -> np.ndarray:
    if soundfont:
        from soundwright.instruments.soundfont import play_soundfont

        return play_soundfont(part, duration_s, RATE, soundfont).mean(axis=0)
    return instruments.play(part, duration_s, RATE, seed).mean(axis=0)


def all_models(seeds: int, only: str) -> Iterator[tuple[str, np.ndarray]]:
    for name in foley.table():
        if only in name:
            yield from ((name, of_model(name, seed)) for seed in range(seeds))


def all_instruments(seeds: int, only: str, soundfont: str | None = None) -> Iterator[tuple[str, np.ndarray]]:
    """Phrases by instrument name; with a soundfont, by the first instrument that has each General MIDI program."""
    seen: set[int] = set()
    for name, instrument in instruments.table().items():
        if instrument.is_kit or only not in name or (soundfont and instrument.program in seen):
            continue
        seen.add(instrument.program)
        try:
            yield from ((name, of_instrument(name, seed + 1000 * bool(soundfont), soundfont)) for seed in range(seeds))
        except SoundwrightError as error:
            print(f"{name}: {error}")


def all_pieces(seeds: int, only: str, soundfont: str | None = None) -> Iterator[tuple[str, np.ndarray]]:
    """Strokes as "kit: piece"; with a soundfont as "piece", by each program that kits have."""
    seen: set[int] = set()
    for kit, instrument in instruments.table().items():
        if not instrument.is_kit or (soundfont and instrument.program in seen):
            continue
        seen.add(instrument.program)
        for piece in PIECES:
            if only in f"{kit}: {piece}":
                name = piece if soundfont else f"{kit}: {piece}"
                yield from ((name, of_piece(kit, piece, seed, soundfont)) for seed in range(seeds))
