"""Vectors of an entry in 404 bytes, and exact nearness over all of them.

A unit vector is kept as signed bytes with one scale: its cosines are right to about 0.003, which is far under what
separates one answer from the next, at a quarter of the memory of floats. Nearness is exact over these bytes: a block
of rows is widened to floats and multiplied, 100,000 entries in about 10 ms on one core, so no approximate index, which
would have to be kept in step with the store, is needed up to a million files.
"""

from __future__ import annotations

import numpy as np

WORDS, SOUND, KINDS = 256, 128, 3
PACKED = np.dtype([
    ("words", "i1", WORDS), ("words_scale", "<f4"), ("sound", "i1", SOUND), ("sound_scale", "<f4"),
    ("kinds", "<u2", KINDS), ("kinds_share", "<f2", KINDS),
])  # fmt: skip
BLOCK = 2048  # rows widened at once: they stay in the processor's cache


def pack(words: np.ndarray, sound: np.ndarray, kinds: np.ndarray, share: np.ndarray) -> bytes:
    """One entry's unit vectors `[256]` and `[128]`, and its nearest categories with their shares `[3]`, as bytes."""
    row = np.zeros(1, PACKED)
    for name, vector in (("words", words), ("sound", sound)):
        scale = max(float(np.abs(vector).max(initial=0.0)), 1e-9) / 127.0
        row[name], row[f"{name}_scale"] = np.rint(vector / scale).astype(np.int8), scale
    row["kinds"], row["kinds_share"] = kinds, share
    return row.tobytes()


def unpack(blobs: list[bytes]) -> np.ndarray:
    """Rows of `PACKED` from their bytes."""
    return np.frombuffer(b"".join(blobs), PACKED)


def nearness(rows: np.ndarray, name: str, query: np.ndarray) -> np.ndarray:
    """Cosines `[rows]` of the column `name` ("words" or "sound") with a unit vector."""
    out = np.empty(len(rows), np.float32)
    query = np.ascontiguousarray(query, np.float32)
    wide = np.empty((min(BLOCK, len(rows)), len(query)), np.float32)
    for at in range(0, len(rows), BLOCK):
        part = rows[name][at : at + BLOCK]
        np.copyto(wide[: len(part)], part)
        np.dot(wide[: len(part)], query, out=out[at : at + len(part)])
    return out * rows[f"{name}_scale"]


def kinship(rows: np.ndarray, weights: np.ndarray) -> np.ndarray:
    """How much `[rows]` the categories of entries are those of a query, whose weights `[categories]` are given."""
    return (weights[rows["kinds"]] * rows["kinds_share"]).sum(axis=1).astype(np.float32)


def floats(row: np.ndarray, name: str) -> np.ndarray:
    """The vector of one row, or `[rows, size]` of several, as floats."""
    return row[name].astype(np.float32) * np.asarray(row[f"{name}_scale"], np.float32)[..., None]
