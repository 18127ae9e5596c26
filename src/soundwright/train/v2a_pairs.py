"""Pairs for a V2A mapper from a folder of videos with sound: what CLIP sees in a stretch and what CLAP hears in it.

Each film's pairs lie in a file of their own, so that a run that was stopped goes on where it was. What cannot be used
is left out and counted under the reason.
"""

from __future__ import annotations

import hashlib
import io
import os
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from torch import Tensor

from soundwright import seed as seeds
from soundwright.audio import Audio
from soundwright.engines.v2a_features import CLOCK, Ear, Eye, pooled
from soundwright.engines.weights import sha256
from soundwright.errors import BadRequest
from soundwright.progress import Progress
from soundwright.video import clock, container, soundtrack

ENDINGS = (".mp4", ".mov", ".mkv", ".webm", ".avi", ".ts", ".m4v", ".mpg", ".mpeg", ".flv", ".wmv", ".ogv", ".3gp")
WINDOW_S = 10.0  # of a pair: what CLAP hears at once
SHORTEST_S = 1.0
SILENT = 10 ** (-60 / 20)  # a stretch that never rises over -60 dBFS says nothing
HELD_OUT = 0.1  # share of the films that training does not see


@dataclass(frozen=True)
class Pairs:
    """`seen` `[n, width]` and `heard` `[n, width]`, unit vectors; `held_out` `[n]` marks those that are not trained on.

    `films` counts the films that gave any, `left_out` those that gave none, by reason; `fingerprint` is made of the
    films' own SHA-256 and of which models looked and listened.
    """

    seen: Tensor
    heard: Tensor
    held_out: Tensor
    films: int
    left_out: dict[str, int]
    fingerprint: str


def gather(folder: Path, cache: Path, eye: Eye, ear: Ear, tell: Progress) -> Pairs:
    """The pairs of all films in a folder, of which the copies count once, from `cache` where they are there.

    Raises `BadRequest` for a folder without two films of use.
    """
    if not folder.is_dir():
        raise BadRequest(f"{folder} is not a folder of videos")
    paths = sorted(path for path in folder.rglob("*") if path.suffix.lower() in ENDINGS and path.is_file())
    place = cache / _models(eye, ear)
    place.mkdir(parents=True, exist_ok=True)
    rows, left_out = {}, Counter()
    for done, path in enumerate(paths):
        tell("features", done / len(paths))
        digest = sha256(path)
        reason, seen, heard = _film(path, place / f"{digest[:32]}.npz", eye, ear)
        if digest in rows:
            reason = "a copy of another"
        if reason:
            left_out[reason] += 1
        else:
            rows[digest] = (seen, heard)
    tell("features", 1.0)
    return _pairs(rows, dict(left_out), folder, place.name)


def _pairs(
    rows: dict[str, tuple[np.ndarray, np.ndarray]], left_out: dict[str, int], folder: Path, models: str
) -> Pairs:
    if len(rows) < 2:
        why = ", ".join(f"{count} {reason}" for reason, count in left_out.items()) or "no videos in it"
        raise BadRequest(
            f"{folder} has {len(rows)} videos of use ({why}); at least 2 are wanted, and thousands to learn"
        )
    draws = {digest: seeds.stream(0, "held out", digest).random() for digest in rows}
    least = sorted(draws, key=draws.__getitem__)
    apart = {digest for digest in rows if draws[digest] < HELD_OUT and digest != least[-1]} or {least[0]}
    order = sorted(rows)
    seen, heard = (torch.from_numpy(np.concatenate([rows[digest][side] for digest in order])) for side in (0, 1))
    held_out = torch.tensor([digest in apart for digest in order for _ in rows[digest][0]])
    fingerprint = hashlib.sha256(" ".join([models, *order]).encode()).hexdigest()
    return Pairs(seen, heard, held_out, len(rows), left_out, fingerprint)


def _models(eye: Eye, ear: Ear) -> str:
    """A name for the two models by what they say of the probes, so that the features of others are not taken."""
    said = torch.cat([eye.probe().flatten(), ear.probe().flatten()]).numpy().round(2) + 0.0
    return hashlib.sha256(said.tobytes() + f"{WINDOW_S} {CLOCK}".encode()).hexdigest()[:16]


def _film(path: Path, kept: Path, eye: Eye, ear: Ear) -> tuple[str, np.ndarray, np.ndarray]:
    """Why a film gives nothing, or "", and its pairs; from `kept`, which is written if need be."""
    try:
        with np.load(kept) as file:
            return str(file["reason"]), file["seen"], file["heard"]
    except (OSError, ValueError, KeyError, EOFError):
        pass
    reason, pairs = "", []
    try:
        pairs = list(_stretches(path, eye, ear))
        reason = "" if pairs else "silent or too short"
    except (BadRequest, container.library().FFmpegError) as error:
        reason, pairs = _reason(str(error)), []
    seen, heard = (np.stack(side) if pairs else np.zeros((0, 0), np.float32) for side in _sides(pairs))
    out = io.BytesIO()
    np.savez(out, reason=reason, seen=seen, heard=heard)
    put(kept, out.getvalue())
    return reason, seen, heard


def _sides(pairs: list[tuple[np.ndarray, np.ndarray]]) -> tuple[list[np.ndarray], list[np.ndarray]]:
    return [seen for seen, _ in pairs], [heard for _, heard in pairs]


def _stretches(path: Path, eye: Eye, ear: Ear) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    film = clock.film(path)
    if not film.tracks:
        raise BadRequest("no sound")
    times, features = eye.watch(film, Progress())
    sound = soundtrack.stream(film)
    block = round(WINDOW_S * sound.rate)
    for index, samples in enumerate(_cut(sound.blocks, block)):
        duration_s = samples.shape[1] / sound.rate
        if duration_s < (SHORTEST_S if index == 0 else WINDOW_S / 2) or np.abs(samples).max() < SILENT:
            continue
        heard = ear.embedding(Audio(samples, sound.rate))
        yield pooled(times, features, index * WINDOW_S, duration_s).numpy(), heard.numpy()


def _cut(blocks: Iterator[np.ndarray], size: int) -> Iterator[np.ndarray]:
    """Samples `[channels, frames]` in stretches of `size` frames and a last one of what is left."""
    held: list[np.ndarray] = []
    for samples in blocks:
        while samples.shape[1]:
            take = size - sum(part.shape[1] for part in held)
            held.append(samples[:, :take])
            samples = samples[:, take:]
            if sum(part.shape[1] for part in held) == size:
                yield np.concatenate(held, axis=1)
                held = []
    if held:
        yield np.concatenate(held, axis=1)


REASONS = {
    "no sound": "without sound",
    "cannot be decoded": "with sound that cannot be decoded",
    "no moving pictures": "without pictures",
    "shows no picture": "without pictures",
    "still picture": "without pictures",
}


def _reason(fault: str) -> str:
    """What a film's fault is counted under."""
    return next((reason for words, reason in REASONS.items() if words in fault), "damaged")


def put(path: Path, data: bytes) -> None:
    """Write a file whole or not at all."""
    aside = path.with_name(f"{path.name}.part")
    aside.write_bytes(data)
    os.replace(aside, path)
