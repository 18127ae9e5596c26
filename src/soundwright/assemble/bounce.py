"""A stem project becomes sound: each stem at its rate, place, level and position, and their sum, block by block.

Nothing is held whole: a stem is read, resampled, moved, sent through its chain, levelled and placed as its blocks come.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

import numpy as np

from soundwright.assemble.project import Project, Stem
from soundwright.audio import Stream
from soundwright.dsp import block, units
from soundwright.errors import BadRequest
from soundwright.finish.chain import Chain

CHANNELS = 2


def bus(project: Project, folder: Path) -> Stream:
    """The sum of all stems that play, `[2, project.frames]`, through the master's chain; before any preset.

    Raises `BadRequest` when nothing plays, and for stems that are missing, damaged, or no sound.
    """
    if not project.playing:
        raise BadRequest("every stem of the project is muted: there is nothing to bounce")
    voices = [voice(project, stem, folder).blocks for stem in project.playing]
    total = _summed(voices)
    chain = Chain.of(project.master.chain)
    return Stream(project.rate, CHANNELS, block.stream(chain, total, project.rate, CHANNELS) if chain.blocks else total)


def voice(project: Project, stem: Stem, folder: Path) -> Stream:
    """One stem as it goes into the sum, `[2, project.frames]`, whether it is muted or not."""
    heard = opened(project, stem, folder)
    chain = Chain.of(stem.chain)
    shaped = block.stream(chain, heard.blocks, heard.rate, CHANNELS) if chain.blocks else heard.blocks
    gains = placed(stem)
    return Stream(heard.rate, CHANNELS, (each * gains for each in shaped))


def opened(project: Project, stem: Stem, folder: Path) -> Stream:
    """One stem in stereo, at the project's rate, where its delay puts it and as long as the project; not yet mixed."""
    source = Stream.read(folder / stem.file)
    if source.channels > CHANNELS:
        raise BadRequest(f"{folder / stem.file} has {source.channels} channels: a stem has one or two")
    source = source.at(project.rate)
    late = round(stem.delay_ms * project.rate / 1000)
    return Stream(project.rate, CHANNELS, _fitted(_moved(source.blocks, late), project.frames))


def placed(stem: Stem) -> np.ndarray:
    """Gains `[2, 1]` of left and right. The two powers sum to that of the centre at every position, and the centre
    leaves a stem as it is, so a stem hard to one side is 3 dB louder there."""
    angle = (stem.pan + 1) * np.pi / 4
    law = np.sqrt(2) * np.array([[np.cos(angle)], [np.sin(angle)]]) if stem.pan else np.ones((2, 1))
    return (units.gain(stem.gain_db) * law).astype(np.float32)


def _moved(blocks: Iterable[np.ndarray], late: int) -> Iterator[np.ndarray]:
    """Blocks `[1 or 2, n]` as stereo, `late` frames later; earlier below 0, when what lies before the start is lost."""
    if late > 0:
        yield np.zeros((CHANNELS, late), np.float32)
    lost = max(-late, 0)
    for each in blocks:
        kept, lost = each[:, lost:], max(lost - each.shape[1], 0)
        if kept.shape[1]:
            yield np.broadcast_to(kept, (CHANNELS, kept.shape[1]))


def _fitted(blocks: Iterable[np.ndarray], frames: int) -> Iterator[np.ndarray]:
    """Exactly `frames` frames in pieces of one size, cut at the end or filled with silence."""
    done, held = 0, np.zeros((CHANNELS, 0), np.float32)
    for each in blocks:
        held = np.concatenate([held, each[:, : frames - done - held.shape[1]]], axis=1)
        while held.shape[1] >= block.PIECE:
            yield held[:, : block.PIECE]
            held, done = held[:, block.PIECE :], done + block.PIECE
        if done + held.shape[1] >= frames:
            break
    while done < frames:
        size = min(block.PIECE, frames - done)
        yield np.pad(held[:, :size], ((0, 0), (0, size - held[:, :size].shape[1])))
        held, done = held[:, size:], done + size


def _summed(voices: list[Iterator[np.ndarray]]) -> Iterator[np.ndarray]:
    """The sum of voices of equal length whose blocks may be cut anywhere."""
    rest = [np.zeros((CHANNELS, 0), np.float32) for _ in voices]
    while True:
        for at, blocks in enumerate(voices):
            while not rest[at].shape[1]:
                found = next(blocks, None)
                if found is None:
                    return
                rest[at] = found
        size = min(part.shape[1] for part in rest)
        total = np.zeros((CHANNELS, size), np.float32)
        for at, part in enumerate(rest):
            total += part[:, :size]
            rest[at] = part[:, size:]
        yield total
