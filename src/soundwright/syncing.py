"""The way of a film whose sound is off: seen, heard, measured, mended, and written only when it is better."""

from __future__ import annotations

from pathlib import Path

from soundwright.dsp import onsets
from soundwright.errors import BadRequest
from soundwright.progress import Progress
from soundwright.soundtrack import RATE, see
from soundwright.video import clock, mux, sync
from soundwright.video import soundtrack as sounds
from soundwright.video.events import Seen
from soundwright.video.mend import Mended, mend
from soundwright.video.sync import Sync

BETTER = 0.9  # of its spread, where a lag is as small as before


def measure(path: Path, track: int = 0, tell: Progress | None = None) -> Sync:
    """How far a film's sound is from its pictures. Raises `BadRequest`, `CannotRun`, `Cancelled`."""
    seen = _seen(path, tell or Progress())
    return sync.measure(seen.events, onsets.onsets(sounds.stream(seen.film, track)))


def fix(
    path: Path, out: Path, track: int = 0, tell: Progress | None = None
) -> tuple[Sync, Sync | None, Mended | None, list[Path]]:
    """Bring a film's sound to where its pictures are, and write it, unless it is there already or cannot be told.

    Returns what was measured, what is measured afterwards, what was done, and the paths written: none where nothing was
    to be mended or the result would not be better. Raises `BadRequest`, `CannotRun`, `Cancelled`.
    """
    from soundwright.deliver import files

    tell = tell or Progress()
    mux.check(clock.film(path), out)
    seen = _seen(path, tell)
    audio = sounds.sound(seen.film, track).at(RATE)
    before = sync.measure(seen.events, onsets.onsets(audio))
    done = mend(audio, before)
    if not done.said:
        return before, None, None, []
    with files.staged(out.parent) as stage:
        aside = stage.path(out)
        mux.mux(seen.film, aside, [mux.Sound(done.audio)], tell)
        after = sync.measure(seen.events, onsets.onsets(sounds.sound(clock.film(aside)).at(RATE)))
        if not _better(before, after):
            stage.pairs.clear()
            aside.unlink(missing_ok=True)
            return before, after, None, []
        return before, after, done, [out]


def _seen(path: Path, tell: Progress) -> Seen:
    seen = see(path, tell)
    if not seen.film.tracks:
        raise BadRequest(f"{path} has no sound to compare with its pictures")
    return seen


def _better(before: Sync, after: Sync) -> bool:
    """Whether a lag shrank, or stayed as small while the single events came nearer."""
    if before.lag_s is None or after.lag_s is None:
        return False
    if abs(after.lag_s) < abs(before.lag_s) - 0.005:
        return True
    return abs(after.lag_s) < 0.015 and after.apart_s < BETTER * before.apart_s
