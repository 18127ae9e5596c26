"""Shards on disk: one FLAC of chunks end to end, and beside it one JSON line a chunk.

The lines are renamed into place last, so that a shard whose lines are there is whole.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from soundwright.audio import Audio
from soundwright.dsp import onsets
from soundwright.errors import BadRequest

RATE, CHUNK_S = 48_000, 6.0
FRAMES = round(CHUNK_S * RATE)
CURVE_HZ = 25  # of the energy curve
FLOOR_DB = -90
AUDIBLE_DB = 60.0  # a sound ends where it stays this far under its loudest 40 ms
HELD_OUT = 0.05  # share of the sources, and of the captions, that training does not see


@dataclass(frozen=True)
class Chunk:
    """`CHUNK_S` seconds of stereo `[2, FRAMES]` with what is said of them.

    `sources` name what they were made from ("kenney/laser1.wav", "foley:rain"); `duration_s` is where the sound ends,
    after which there is silence; `energy_db` is its level `CURVE_HZ` times a second, `onsets_s` when sounds begin.
    """

    samples: np.ndarray
    caption: str
    kind: str
    sources: tuple[str, ...]
    split: str
    duration_s: float
    energy_db: tuple[int, ...]
    onsets_s: tuple[float, ...]


def describe(samples: np.ndarray, caption: str, kind: str, sources: tuple[str, ...]) -> Chunk:
    """A chunk of these samples, as 16 bits will keep them; shorter ones are followed by silence."""
    x = np.asarray(np.round(np.clip(samples[:, :FRAMES], -1, 1) * 32767), np.float32) / np.float32(32768)
    x = np.pad(x, ((0, 0), (0, FRAMES - x.shape[1])))
    power = np.square(x.reshape(2, -1, RATE // CURVE_HZ), dtype=np.float64).mean(axis=(0, 2))
    level = np.maximum(10 * np.log10(power + 1e-12), FLOOR_DB)
    heard = np.flatnonzero(level > max(level.max() - AUDIBLE_DB, FLOOR_DB))
    duration_s = (int(heard[-1]) + 1) / CURVE_HZ if len(heard) else 0.0
    begins = tuple(round(one.time_s, 3) for one in onsets.onsets(Audio(x, RATE))) if len(heard) else ()
    energy = tuple(int(one) for one in np.round(level))
    return Chunk(x, caption, kind, sources, split_of(sources, caption), duration_s, energy, begins)


def split_of(sources: tuple[str, ...], caption: str) -> str:
    """ "held_out_source", "held_out_caption" or "train": by hashes of recordings' names and of the very caption.

    A piece's chunks go together (see `pieces`). The same for every seed: what is held out of one set is in no other.
    """
    if any(source_held_out(source) for source in sources):
        return "held_out_source"
    return "held_out_caption" if _share(caption.lower()) < HELD_OUT else "train"


def source_held_out(source: str) -> bool:
    """Whether a recording is kept from training; sound models and styles, which are no recordings, never are."""
    return ":" not in source and _share(source) < HELD_OUT


def _share(text: str) -> float:
    return int.from_bytes(hashlib.sha256(text.encode()).digest()[:8], "big") / 2.0**64


def write(folder: Path, number: int, made: list[Chunk]) -> None:
    """Write a shard whole or not at all."""
    import soundfile

    sound, lines = paths(folder, number)
    rows = []
    for chunk in made:
        row = {name: value for name, value in chunk.__dict__.items() if name != "samples"}
        rows.append(json.dumps(row, ensure_ascii=False))
    aside = sound.with_name(f".{sound.name}.part")
    samples = np.concatenate([chunk.samples for chunk in made], axis=1)
    soundfile.write(aside, samples.T, RATE, format="FLAC", subtype="PCM_16")
    os.replace(aside, sound)
    put(lines, ("\n".join(rows) + "\n").encode())


def put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    aside = path.with_name(f".{path.name}.part")
    aside.write_bytes(data)
    os.replace(aside, path)


def paths(folder: Path, number: int) -> tuple[Path, Path]:
    """The sound and the lines of a shard."""
    return folder / f"{number:05d}.flac", folder / f"{number:05d}.jsonl"


def there(folder: Path, number: int) -> bool:
    return all(path.is_file() for path in paths(folder, number))


def chunks(folder: Path, split: str = "") -> Iterator[Chunk]:
    """The chunks of a folder in order, of all splits or of one. Raises `BadRequest` where there are none."""
    import soundfile

    lines = sorted(folder.glob("[0-9]*.jsonl"))
    if not lines:
        raise BadRequest(f"{folder} holds no training data: soundwright train data {folder} --hours 1")
    for path in lines:
        rows = [json.loads(line) for line in path.read_text("utf-8").splitlines()]
        with soundfile.SoundFile(path.with_suffix(".flac")) as file:
            for index, row in enumerate(rows):
                if split and row["split"] != split:
                    continue
                file.seek(index * FRAMES)
                samples = np.ascontiguousarray(file.read(FRAMES, dtype="float32", always_2d=True).T)
                lists = {name: tuple(row[name]) for name in ("sources", "energy_db", "onsets_s")}
                yield Chunk(samples=samples, **row | lists)
