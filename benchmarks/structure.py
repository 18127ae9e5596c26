"""How pieces are built, told by `soundwright evaluate structure`: made truth, then real music beside ours and controls.

Made truth: loops (exact, noisy, 2 % of drift in tempo) against songs, ever new music, drones and ambience, of a family
of instruments, tempi and metres that the detector was made with, and of one that was held out.

Real music: 28 pieces of 30 s by ACE-Step 1.5 (immich-memories-music 0.1.0, MIT, with the tempo each was asked for) and
fiddle tunes of Ryan's and O'Neill's collections (`pip install music21`) on our piano. Ours: `score` pieces of 600 s
before mastering, whole and 32 s of their second minute. Controls: bars 9 to 16 of ours looped, our bars shuffled, and
random notes of a scale on our piano.

Run: `PYTHONPATH=. python benchmarks/structure.py [truth|music] [pieces of each kind]`.
"""

from __future__ import annotations

import re
import sys
import time
from pathlib import Path

import numpy as np

from soundwright.audio import Audio, Stream
from soundwright.evaluate import structure
from soundwright.seed import stream

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "evaluate"))
import pieces

OURS = ("lo-fi", "house", "orchestral", "folk", "rock", "ambient")
FIGURES = (
    "loop_score",
    "stationarity",
    "distinct_sections",
    "repetition_8_bars",
    "repetition_16_bars",
    "repetition_32_bars",
    "motif_return",
)
RATE = 22_050


def truth(count: int) -> None:
    for family in pieces.FAMILIES:
        scores = {
            kind: np.array([structure.hear(pieces.made(family, kind, seed)).loop_score for seed in range(count)])
            for kind in pieces.KINDS
        }
        print(f"{family}, {count} pieces of each kind: loop score, lowest, median, highest")
        for kind, found in scores.items():
            print(f"    {kind:<32}{found.min():6.3f}{np.median(found):8.3f}{found.max():8.3f}")
        loops = np.concatenate([scores[kind] for kind in pieces.LOOPS])
        others = np.concatenate([scores[kind] for kind in pieces.OTHERS])
        print(f"    area under the curve {area(loops, others):.4f} ({len(loops)} loops, {len(others)} others); at 0.5:")
        print(f"    {int((loops >= 0.5).sum())} loops found, {int((others >= 0.5).sum())} others taken for loops")


def area(loops: np.ndarray, others: np.ndarray) -> float:
    """The chance that a loop scores higher than another piece."""
    above = (loops[:, None] > others).mean() + 0.5 * (loops[:, None] == others).mean()
    return float(above)


def music(count: int) -> None:
    heard: dict[str, list[structure.Structure]] = {"ACE-Step 1.5, 30 s": _tracks()}
    tunes = _tunes(count)
    if tunes:
        heard["fiddle tunes on our piano"] = [structure.hear(tune) for tune in tunes]
    whole = [_ours(style, seed) for seed, style in enumerate(OURS[:count], 1)]
    begun = time.perf_counter()
    heard["ours, 600 s"] = [structure.hear(piece) for piece, _ in whole]
    spent = (time.perf_counter() - begun) / len(whole)
    heard["ours, 32 s of them"] = [structure.hear(_cut(piece, 60.0, 32.0)) for piece, _ in whole]
    heard["  8 bars looped, 600 s"] = [structure.hear(_looped(piece, 8 * bar_s)) for piece, bar_s in whole]
    heard["  bars shuffled, 600 s"] = [structure.hear(_shuffled(piece, bar_s)) for piece, bar_s in whole]
    heard["  random notes, 600 s"] = [structure.hear(_random(seed)) for seed in range(2)]
    print(f"\n{'median (lowest to highest)':<28}" + "".join(f"{name.replace('_', ' '):>22}" for name in FIGURES))
    for name, found in heard.items():
        print(f"{f'{name} ({len(found)})':<28}" + "".join(f"{_spread(found, figure):>22}" for figure in FIGURES))
    for (_, bar_s), style, one in zip(whole, OURS, heard["ours, 600 s"], strict=False):
        tempo = f"{one.tempo_bpm:.1f}" if one.tempo_bpm else "no"
        print(f"ours, {style}: {tempo} bpm heard, bars of {one.bar_s or 0:.2f} s (planned {bar_s:.2f}); {one.form}")
        print(f"    {'; '.join(fault.words for fault in structure.faults_of(one)) or 'no faults'}")
    print(f"a piece of 600 s is heard in {spent:.1f} s")


def _spread(found: list[structure.Structure], figure: str) -> str:
    values = [value for one in found if (value := getattr(one, figure)) is not None]
    if len(values) < max(len(found) // 2, 1):
        return "-"
    return f"{np.median(values):.2f} ({min(values):.2f} to {max(values):.2f})"


def _tracks() -> list[structure.Structure]:
    from tools.ears.packages import Package, got

    sounds = "immich_memories_music/tracks"
    package = Package("pip", "immich-memories-music==0.1.0", "immich_memories_music-*.whl", sounds, "MIT")
    folder = got("immich-memories-music", package)
    told = next(folder.parents[1].glob("*.dist-info/licenses/LICENSE-MUSIC")).read_text()
    asked = {name: float(bpm) for name, bpm in re.findall(r"(\w+\.opus)\s+(\d+) bpm", told)}
    files = sorted(folder.glob("*/*.opus"))
    heard = [structure.hear(Stream.read(file)) for file in files]
    tempi = [(one.tempo_bpm or 0.0, asked[file.name]) for one, file in zip(heard, files, strict=True)]
    near = sum(any(abs(found / bpm / k - 1) < 0.04 for k in (0.5, 1, 2)) for found, bpm in tempi)
    exact = sum(abs(found / bpm - 1) < 0.04 for found, bpm in tempi)
    print(f"tempo as asked, within 4 %: {exact} of {len(files)}, {near} with an octave allowed")
    for one, file in zip(heard, files, strict=True):
        faults = "; ".join(fault.words for fault in structure.faults_of(one))
        if faults:
            print(f"    {file.name}: {faults}")
    return heard


def _tunes(count: int) -> list[Audio]:
    from soundwright.train import tunes

    try:
        known = [tune for tune in tunes.load() if tune["metre"] == "4/4" and 31 < tune["notes"][-1][0] < 70]
    except SystemExit as error:
        print(error)
        return []
    chosen = stream(1, "structure", "tunes").permutation(len(known))[: 4 * count]
    return [_played(known[at]["notes"], 2.0, int(at)) for at in chosen]


def _played(notes: list, bar_s: float, seed: int) -> Audio:
    """A tune on our piano, [onset, duration, pitch] in bars."""
    from soundwright.instruments import play
    from soundwright.instruments.notes import Note, Part

    rng = stream(seed, "structure", "hand")
    part = Part("tune", "piano", tuple(_note(Note, row, bar_s, float(rng.uniform(0.5, 0.8))) for row in notes))
    return Audio(play(part, (notes[-1][0] + notes[-1][1]) * bar_s + 1.0, RATE, seed), RATE)


def _note(make, row, bar_s: float, velocity: float):
    return make(max(row[0], 0.0) * bar_s, row[1] * bar_s, float(row[2]), velocity)


def _random(seed: int) -> Audio:
    rng = stream(seed, "structure", "random")
    when = np.cumsum(rng.choice([0.0625, 0.125, 0.25], 2400))
    scale = [60 + octave + step for octave in (0, 12) for step in (0, 2, 4, 5, 7, 9, 11)]
    return _played([(at, 0.12, int(rng.choice(scale))) for at in when if at < 299], 2.0, seed)


def _ours(style: str, seed: int) -> tuple[Audio, float]:
    """A piece of the score engine, 600 s, and the length of its bar."""
    from soundwright import studio
    from soundwright.engines import Task
    from soundwright.engines.score import ScoreEngine
    from soundwright.progress import Progress
    from soundwright.request import MusicRequest

    plan = studio.plan_music(MusicRequest(prompt=style, duration_s=600, seed=seed))
    take = ScoreEngine().render(Task("music", plan, 600.0, seed, style, options={"stems": False}), Progress())
    return take.audio.mono().at(RATE), plan.bar_s


def _cut(piece: Audio, start_s: float, length_s: float) -> Audio:
    return Audio(piece.samples[:, round(start_s * RATE) : round((start_s + length_s) * RATE)], RATE)


def _looped(piece: Audio, period_s: float) -> Audio:
    first = piece.samples[:, round(period_s * RATE) : round(2 * period_s * RATE)]  # the second eight, past an intro
    return Audio(np.tile(first, piece.frames // first.shape[1] + 1)[:, : piece.frames], RATE)


def _shuffled(piece: Audio, bar_s: float) -> Audio:
    cuts = np.round(np.arange(int(piece.duration_s / bar_s) + 1) * bar_s * RATE).astype(int)
    order = stream(1, "structure", "shuffled").permutation(len(cuts) - 1)
    return Audio(np.concatenate([piece.samples[:, cuts[k] : cuts[k + 1]] for k in order], axis=1), RATE)


if __name__ == "__main__":
    what = sys.argv[1] if len(sys.argv) > 1 else "both"
    number = int(sys.argv[2]) if len(sys.argv) > 2 else 20
    if what in ("truth", "both"):
        truth(number)
    if what in ("music", "both"):
        music(min(number, len(OURS)))
