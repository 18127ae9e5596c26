"""A cue played by a recording: one of its events, set into the scene as an engine's sound would be."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np

from soundwright.engines import Take
from soundwright.errors import BadRequest
from soundwright.plan.cues import Cue
from soundwright.plan.effect import EffectEvent, EffectPlan
from soundwright.progress import Progress
from soundwright.seed import stream

RATE = 48_000
LIBRARY = "library:"  # then the SHA-256 of one of the library's recordings
Find = Callable[[str], Path]


def find(recording: str) -> Path:
    """Where a cue's recording lies: a path, or that of an entry of the library. Raises `BadRequest`."""
    if not recording.startswith(LIBRARY):
        return Path(recording).expanduser()
    path = entry(recording).get("path", "")
    if not path or not Path(path).is_file():
        raise BadRequest(f"the library has no recording {recording.removeprefix(LIBRARY)[:16]!r}")
    return Path(path)


def entry(recording: str) -> dict[str, Any]:
    """Path, licence, author and `commercial` of a recording of the library; nothing of any other."""
    from soundwright.library.store import Store

    if not recording.startswith(LIBRARY):
        return {}
    store = Store()
    try:
        sql = "SELECT path, licence, author, commercial FROM entries WHERE sha256 = ? AND fault = '' LIMIT 1"
        row = store.db.execute(sql, (recording.removeprefix(LIBRARY),)).fetchone()
    finally:
        store.close()
    return dict(zip(("path", "licence", "author", "commercial"), row, strict=True)) if row else {}


def render(cue: Cue, effect: EffectPlan, find: Find = find, *, commercial: bool = False) -> Take:
    """A cue's recording as `round(effect.duration_s * 48000)` frames: for a spot the event that the seed chooses, for a
    bed the texture as long as it is wanted. Raises `BadRequest` where it cannot be read, or not be sold.
    """
    from soundwright.assemble import scene
    from soundwright.library import cut

    known = entry(cue.recording)
    if commercial and known.get("commercial") == 0:
        raise BadRequest(f"cue {cue.number}: what this recording plays may not be sold: {known['licence']}")
    x = cut.load(find(cue.recording), RATE)
    pieces = [cut.whole(x, RATE)] if cue.layer == "bed" else cut.events(x, RATE)
    piece = pieces[cue.seed % len(pieces)]

    def play(number: int, event: EffectEvent, whole: bool, lead: int) -> np.ndarray:
        return scene.at_reference(_fitting(piece, cue, round((event.duration_s or 0.0) * RATE)), RATE)

    tail_s = effect.duration_s - (effect.events[0].duration_s or 0.0)
    frames = round(effect.duration_s * RATE)
    if cue.layer == "spot":
        frames = min(frames, piece.shape[1] + round(tail_s * RATE))
    audio, _ = scene.render(effect, play, frames, RATE, False, Progress())
    used = {"recording": cue.recording, "event": f"{cue.seed % len(pieces) + 1} of {len(pieces)}"}
    return Take(audio, {}, used | {name: known[name] for name in ("licence", "author") if known.get(name)})


def _fitting(x: np.ndarray, cue: Cue, frames: int) -> np.ndarray:
    """A spot as long as it is, or faded where it must end; a bed continued."""
    from soundwright.dsp import envelopes
    from soundwright.library import texture

    if cue.layer == "bed" and frames > x.shape[1]:
        return texture.extend(x, frames, RATE, stream(cue.seed, "recording"))
    return envelopes.fade(x[:, :frames], RATE, 0.0, 0.12) if frames < x.shape[1] else x
