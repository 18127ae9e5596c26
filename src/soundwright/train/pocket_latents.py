"""Training data as the pocket generator sees them: latents, captions and curves of every chunk, computed once.

Beside the shards of a folder lies `latents/`, one file a shard, bound to the codec's basis by its fingerprint.
"""

from __future__ import annotations

import hashlib
import io
import json
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.errors import BadRequest
from soundwright.nets import pocket
from soundwright.nets import pocket_codec as codec
from soundwright.progress import Progress
from soundwright.train.data import shards
from soundwright.workers import spread

FRAMES = shards.FRAMES // codec.PATCH


@dataclass(frozen=True, eq=False)
class Latents:
    """Chunks of one split: `values` `[chunks, FRAMES, DIMS]` in float16 and their lines (see `shards.Chunk`)."""

    values: np.ndarray
    rows: list[dict[str, Any]]

    def __len__(self) -> int:
        return len(self.rows)

    def wish(self, index: int, start: int, energy: bool, onsets: bool) -> pocket.Wish:
        """What would have to be asked for to get a chunk from a frame on."""
        row, start_s = self.rows[index], start / pocket.FRAME_HZ
        return pocket.Wish(
            row["caption"],
            row["duration_s"],
            start_s,
            np.array(row["energy_db"][start:], np.float32) if energy else None,
            tuple(at - start_s for at in row["onsets_s"] if at >= start_s) if onsets else None,
        )


def prepare(folder: Path, basis: codec.Basis, tell: Progress) -> None:
    """Encode the shards that are not encoded yet, on all cores. Raises `BadRequest` where there are none."""
    lines = sorted(folder.glob("[0-9]*.jsonl"))
    if not lines:
        raise BadRequest(f"{folder} holds no training data: soundwright train data {folder} --hours 1")
    (folder / "latents").mkdir(exist_ok=True)
    wanted = [path for path in lines if not _place(path, basis).is_file()]
    for done in spread(partial(_encode, basis), wanted):
        tell("latents", (len(lines) - len(wanted) + done) / len(lines))


def read(folder: Path, basis: codec.Basis, split: str, kinds: Collection[str] = ()) -> Latents:
    """The prepared chunks of a split, of all kinds or of some."""
    values, rows = [], []
    for path in sorted(folder.glob("[0-9]*.jsonl")):
        place = _place(path, basis)
        if not place.is_file():
            continue
        held = np.load(place, allow_pickle=False)
        for number, line in enumerate(path.read_text("utf-8").splitlines()):
            row = json.loads(line)
            if row["split"] == split and (not kinds or row["kind"] in kinds):
                values.append(held[number])
                rows.append(row)
    empty = np.zeros((0, FRAMES, pocket.DIMS), np.float16)
    return Latents(np.stack(values) if values else empty, rows)


def fingerprint(basis: codec.Basis) -> str:
    """Of a basis: another one makes other latents."""
    parts = (basis.mean, basis.axes, basis.scales)
    return hashlib.sha256(b"".join(np.ascontiguousarray(part).tobytes() for part in parts)).hexdigest()[:12]


def _place(lines: Path, basis: codec.Basis) -> Path:
    return lines.parent / "latents" / f"{lines.stem}-{fingerprint(basis)}.npy"


def _encode(basis: codec.Basis, lines: Path) -> None:
    import soundfile

    x = soundfile.read(lines.with_suffix(".flac"), dtype="float32", always_2d=True)[0].T
    chunks = np.split(np.ascontiguousarray(x), range(shards.FRAMES, x.shape[1], shards.FRAMES), axis=1)
    file = io.BytesIO()
    np.save(file, np.stack([codec.encode(chunk, basis) for chunk in chunks]).astype(np.float16))
    shards.put(_place(lines, basis), file.getvalue())
