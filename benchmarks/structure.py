"""How pieces are built, told by `soundwright evaluate structure`: made truth, then real music beside ours and controls.

Made truth: loops (exact, noisy, 2 % of drift in tempo) against songs, ever new music, drones and ambience, of a family
of instruments, tempi and metres that the detector was made with, and of one that was held out.

Real music: 28 pieces of 30 s by ACE-Step 1.5 (immich-memories-music 0.1.0, MIT, with the tempo each was asked for);
fiddle tunes of Ryan's and O'Neill's collections on our piano; five movements of string quartets by Haydn, Mozart and
Beethoven on our violins and cello (both `pip install music21`; measured, never kept). Ours: `score` pieces of 600 s
before mastering, whole and in pieces of 30 s. Controls: bars 9 to 16 of ours looped, our bars shuffled, and random
notes of a scale on our piano. A * is a median outside the range of the real music of its length.

Run: `PYTHONPATH=. python benchmarks/structure.py [truth|music] [pieces of each kind]`.
"""

from __future__ import annotations

import json
import re
import sys
import time
from pathlib import Path

import numpy as np

from soundwright import cache
from soundwright.audio import Audio, Stream
from soundwright.evaluate import structure
from soundwright.seed import stream

sys.path.insert(0, str(Path(__file__).parents[1] / "tests" / "evaluate"))
import pieces

OURS = ("lo-fi", "house", "orchestral", "folk", "rock", "ambient")
QUARTETS = (
    "mozart/k155/movement1",
    "mozart/k156/movement1",
    "mozart/k458/movement3",
    "haydn/opus74no1/movement2",
    "beethoven/opus18no1/movement2",
)
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
    short = {"ACE-Step 1.5, 30 s": _tracks()}
    long = {"fiddle tunes on our piano": [structure.hear(tune) for tune in _tunes(count)]}
    long["string quartets"] = [structure.hear(movement) for movement in _movements()]
    ours: dict[str, list[structure.Structure]] = {}
    said = []
    for seed, style in enumerate(OURS[:count], 1):
        piece, bar_s = _ours(style, seed)
        begun = time.perf_counter()
        whole = structure.hear(piece)
        spent = time.perf_counter() - begun
        made = {
            "ours, 600 s": [whole],
            "  8 bars looped, 600 s": [structure.hear(_looped(piece, 8 * bar_s))],
            "  bars shuffled, 600 s": [structure.hear(_shuffled(piece, bar_s))],
            "ours, 30 s of them": [structure.hear(_cut(piece, at, 30.0)) for at in (60.0, 180.0, 300.0, 420.0)],
        }
        for name, found in made.items():
            ours.setdefault(name, []).extend(found)
        faults = "; ".join(fault.words for fault in structure.faults_of(whole)) or "no faults"
        said.append(f"ours, {style} ({bar_s:.2f} s a bar): {whole.form}; {faults}; heard in {spent:.1f} s")
    ours["  random notes, 600 s"] = [structure.hear(_random(seed)) for seed in range(2)]
    print(f"\n{'median (lowest to highest)':<30}" + "".join(f"{name.replace('_', ' '):>23}" for name in FIGURES))
    for name, found in (short | long).items():
        print(f"{f'{name} ({len(found)})':<30}" + "".join(f"{_spread(found, figure):>23}" for figure in FIGURES))
    for name, found in ours.items():
        real = short if "30 s" in name else long
        ranges = [_range([one for every in real.values() for one in every], figure) for figure in FIGURES]
        cells = [_spread(found, figure, known) for figure, known in zip(FIGURES, ranges, strict=True)]
        print(f"{f'{name} ({len(found)})':<30}" + "".join(f"{cell:>23}" for cell in cells))
    print("\n".join(said))


def _values(found: list[structure.Structure], figure: str) -> list[float]:
    return [value for one in found if (value := getattr(one, figure)) is not None]


def _range(found: list[structure.Structure], figure: str) -> tuple[float, float]:
    values = _values(found, figure) or [0.0]
    return min(values), max(values)


def _spread(found: list[structure.Structure], figure: str, known: tuple[float, float] | None = None) -> str:
    values = _values(found, figure)
    if len(values) < max(len(found) // 2, 1):
        return "-"
    median = float(np.median(values))
    star = "*" if known and not known[0] <= median <= known[1] else ""
    return f"{median:.2f}{star} ({min(values):.2f} to {max(values):.2f})"


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


def _movements() -> list[Audio]:
    """Movements of string quartets, all parts as written, a quarter lasting half a second where they name no tempo."""
    from soundwright.instruments import play
    from soundwright.instruments.notes import Note, Part

    heard = []
    for name, rows in _scores().items():
        longest_s = 0.5 * max(at + length for part in rows for at, length, _ in part) + 1.0
        bus = np.zeros((2, round(longest_s * RATE)), np.float32)
        for voice, part in enumerate(rows):
            notes = tuple(Note(0.5 * at, 0.5 * length, pitch, 0.6) for at, length, pitch in part)
            bus += play(Part(f"{name} {voice}", "cello" if voice > 1 else "violin", notes), longest_s, RATE, voice)
        heard.append(Audio(bus.mean(axis=0), RATE))
    return heard


def _scores() -> dict[str, list]:
    """(onset, length, highest pitch) in quarters of each part, read by music21 once and kept in the cache."""
    kept = cache.home() / "movements.json"
    found: dict[str, list] = json.loads(kept.read_text()) if kept.is_file() else {}
    for name in (name for name in QUARTETS if name not in found):
        try:
            from music21 import corpus
        except ImportError:
            print("no string quartets: pip install music21")
            return {}
        score = corpus.parse(name)
        parts = [part.flatten().stripTies().notes for part in score.parts]
        found[name] = [
            [(float(one.offset), float(one.quarterLength), max(pitch.midi for pitch in one.pitches)) for one in part]
            for part in parts
        ]
        kept.write_text(json.dumps(found))
    return found


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
