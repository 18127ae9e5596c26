"""Fitting the pocket codec's linear transform to training data: principal components, a minute an hour of sound."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.errors import BadRequest, CannotRun
from soundwright.nets import pocket_codec as codec
from soundwright.progress import Progress
from soundwright.train.data import making, shards

LEAST_S = 60.0  # of sound: of less, components are of chance


def fit(folder: Path, out: Path, dims: int, span: int, tell: Progress) -> dict[str, Any]:
    """Fit `dims` components to the chunks of a folder that are trained on, where they sound, and write them to `out`.

    Returns the story that stands in the file: seconds, and the share of the variance that is kept. Raises
    `BadRequest` for more components than a frame of `span` patches has numbers and for too little sound.
    """
    width = span * len(codec.layout().weights)
    if not 0 < dims <= width or span < 1:
        raise BadRequest(f"{span} patches have {width} numbers, so there are 1 to {width} components")
    held = _recipe(folder)
    rows = features(folder, "train", span, tell)
    seconds = len(rows) * codec.PATCH / codec.RATE
    if seconds < LEAST_S:
        raise BadRequest(f"{folder} has {seconds:.0f} s of sound to train on; {LEAST_S:g} s are the least")
    basis = codec.fit(rows, dims, span)
    whole = float(np.var((rows * codec.layout().weights).reshape(-1, width), axis=0).sum())
    kept = float(np.square(basis.scales).sum()) / whole
    story = {"seconds": round(seconds), "dims": dims, "span": span, "variance_kept": round(kept, 4), "data": held}
    file = io.BytesIO()
    arrays = {"mean": basis.mean, "axes": basis.axes.astype(np.float16), "scales": basis.scales}
    np.savez_compressed(file, **arrays, span=span, story=json.dumps(story))
    try:
        shards.put(out, file.getvalue())
    except OSError as error:
        raise CannotRun(f"{out} cannot be written: {error.strerror or error}") from error
    return story | {"bytes": len(file.getvalue())}


def features(folder: Path, split: str, span: int, tell: Progress) -> np.ndarray:
    """What the codec hears in all chunks of a split `[patches, numbers]`, whole frames of `span` patches of each."""
    total = sum(path.read_text("utf-8").count("\n") for path in folder.glob("[0-9]*.jsonl"))
    found = []
    for done, chunk in enumerate(shards.chunks(folder, split)):
        tell("features", done / total, done * shards.CHUNK_S)
        patches = round(chunk.duration_s * codec.RATE / codec.PATCH) // span * span
        found.append(codec.analyse(chunk.samples[:, : patches * codec.PATCH]) if patches else None)
    heard = [rows for rows in found if rows is not None]
    return np.concatenate(heard) if heard else np.zeros((0, len(codec.layout().weights)), np.float32)


def _recipe(folder: Path) -> dict[str, Any]:
    """What a folder of training data says that it was made from."""
    try:
        return json.loads((folder / making.RECIPE).read_text("utf-8"))
    except (OSError, ValueError):
        raise BadRequest(f"{folder} holds no training data: soundwright train data {folder} --hours 1") from None
