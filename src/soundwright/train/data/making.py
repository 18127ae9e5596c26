"""Making training data: shards in any order on all cores, each of which follows from the seed and its number alone.

A folder that a run left goes on; the same seed gives the same files, whatever the number of workers.
"""

from __future__ import annotations

import json
from collections import Counter
from dataclasses import asdict, dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.errors import BadRequest, CannotRun
from soundwright.progress import Progress
from soundwright.seed import stream
from soundwright.train.data import packages, shards
from soundwright.train.data.packages import PACKAGES, Recording
from soundwright.train.data.shards import CHUNK_S, RATE, Chunk
from soundwright.workers import spread

FORMAT = 2  # of the recipe: another number where the same seed would make other data
SHARES = {"foley": 0.7, "recording": 0.2, "score": 0.1}  # of the chunks; one piece of score gives several
TRIES = 20  # silent or failed draws of one place before it is a fault
QUIET_DB = -55  # a chunk that never gets louder than this is drawn anew
CARD, RECIPE = "DATA.md", "recipe.json"


@dataclass(frozen=True)
class Recipe:
    """How much is made, from which seed; without `recordings`, of sound models and composed pieces alone.

    A shard has `chunks` (20: two minutes).
    """

    hours: float
    seed: int = 0
    recordings: bool = True
    chunks: int = 20

    def __post_init__(self) -> None:
        if not 0 < self.hours <= 10_000:
            raise BadRequest(f"{self.hours:g} hours cannot be made; ask for more than 0 and at most 10000")

    @property
    def shards(self) -> int:
        return int(np.ceil(round(self.hours * 3600 / (self.chunks * CHUNK_S), 6)))


def make(folder: Path, recipe: Recipe, tell: Progress, workers: int | None = None) -> dict[str, Any]:
    """Fill a folder with the data of a recipe, and write its card; what is there already is kept.

    Returns what was made. Raises `BadRequest` for a folder that holds the data of another recipe (more hours of the
    same go on), `CannotRun` for one that cannot be written, `Cancelled`.
    """
    if folder.exists() and not folder.is_dir():
        raise BadRequest(f"{folder} is a file; name a folder")
    found, missing = packages.recordings(tell) if recipe.recordings else ([], {})
    try:
        folder.mkdir(parents=True, exist_ok=True)
        _claim(folder, recipe, found)
        wanted = [number for number in range(recipe.shards) if not shards.there(folder, number)]
        for done in spread(partial(_write, folder, recipe, found), wanted, workers):
            ready = recipe.shards - len(wanted) + done
            tell("data", ready / recipe.shards, ready * recipe.chunks * CHUNK_S)
        return _card(folder, recipe, found, missing)
    except OSError as error:
        raise CannotRun(f"{folder} cannot be written: {error.strerror or error}") from error


def shard(seed: int, number: int, chunks: int, found: list[Recording]) -> list[Chunk]:
    """The chunks of one shard."""
    made: list[Chunk] = []
    item = 0
    while len(made) < chunks:
        made += _drawn(seed, number, item, found)
        item += 1
    return made[:chunks]


def _drawn(seed: int, number: int, item: int, found: list[Recording]) -> list[Chunk]:
    """The chunks of one scene, recording or piece; silent ones are drawn again."""
    from soundwright.train.data import effects, phrases, pieces, real

    usable = real.usable(found)
    makers = {"foley": effects.scene, "recording": lambda rng: real.take(rng, usable), "score": pieces.piece}
    yields = {"score": pieces.CHUNKS}
    odds = {kind: share / yields.get(kind, 1) for kind, share in SHARES.items() if kind != "recording" or usable}
    kind = phrases.drawn(stream(seed, "kind", number, item), odds)
    for attempt in range(TRIES):
        made = makers[kind](stream(seed, kind, number, item, attempt))
        if loud := [chunk for chunk in made if max(chunk.energy_db) > QUIET_DB]:
            return loud
    raise CannotRun(f"{TRIES} draws of {kind} were silent (shard {number}, item {item}); take another --seed")


def _write(folder: Path, recipe: Recipe, found: list[Recording], number: int) -> None:
    shards.write(folder, number, shard(recipe.seed, number, recipe.chunks, found))


def _claim(folder: Path, recipe: Recipe, found: list[Recording]) -> None:
    """Write down what a folder holds, or check that it holds the same."""
    key = {
        "format": FORMAT,
        "seed": recipe.seed,
        "chunks": recipe.chunks,
        "recordings_sha256": packages.fingerprint(found),
    }
    place = folder / RECIPE
    if not place.is_file():
        if any(folder.glob("[0-9]*.flac")):
            raise BadRequest(f"{folder} holds shards without a {RECIPE}; name another folder")
        place.write_text(json.dumps(key, indent=1) + "\n", "utf-8")
        return
    try:
        held = json.loads(place.read_text("utf-8"))
    except ValueError:
        held = None
    if held != key:
        raise BadRequest(f"{folder} holds data of another seed, version or set of recordings; name another folder")


def _card(folder: Path, recipe: Recipe, found: list[Recording], missing: dict[str, str]) -> dict[str, Any]:
    """The data card, as DATA.md, and what stands in it."""
    from soundwright.train.data import real

    kinds, splits, used, sounding = Counter(), Counter(), Counter(), 0.0
    for number in range(recipe.shards):
        for line in shards.paths(folder, number)[1].read_text("utf-8").splitlines():
            row = json.loads(line)
            kinds[row["kind"]] += 1
            splits[row["split"]] += 1
            used.update(row["sources"])
            sounding += row["duration_s"]
    story = {
        "hours": round(recipe.shards * recipe.chunks * CHUNK_S / 3600, 3),
        "sounding_hours": round(sounding / 3600, 3),
        "chunks": dict(sorted(kinds.items())),
        "splits": dict(sorted(splits.items())),
        "recordings": len(real.usable(found)),
        "missing": missing,
    }
    lines = [
        "# Training data",
        "",
        f"Made by `soundwright train data` with {asdict(recipe)}: {story['hours']} h of stereo at {RATE} Hz in chunks "
        f"of {CHUNK_S:g} s, of which {story['sounding_hours']} h sound.",
        f"Chunks by kind: {story['chunks']}; by split: {story['splits']}.",
        "",
        "- `foley`: Soundwright's own sound models with random parameters (Apache-2.0).",
        "- `score`: pieces that Soundwright composed and played on its built-in instruments (Apache-2.0).",
        "- `recording`: the files below, changed in pitch, length, level and room, and mixed.",
        "",
        *(f"- not to be had: {key}: {why}" for key, why in missing.items()),
        "",
        "| package | version | tool | licence as stated in |",
        "|---|---|---|---|",
        *(f"| {one.name} | {one.version} | {one.tool} | {one.why} |" for one in PACKAGES.values()),
        "",
        "| recording | licence | chunks | SHA-256 |",
        "|---|---|---|---|",
        *(f"| {one.name} | {one.licence} | {used[one.name]} | {one.sha256} |" for one in real.usable(found)),
    ]
    (folder / CARD).write_text("\n".join(lines) + "\n", "utf-8")
    (folder / "DATA.json").write_text(json.dumps(story, indent=1) + "\n", "utf-8")
    return story
