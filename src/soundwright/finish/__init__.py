"""The mastering room: from what an engine gives to what may leave the house.

`finish` sets ends, loudness and peaks of a piece, and reports what it measured.
"""

from __future__ import annotations

from soundwright.audio import Audio
from soundwright.finish.report import Report, Step

__all__ = ["Report", "Step", "finish"]


def finish(
    audio: Audio,
    kind: str,
    *,
    loudness_lufs: float | None = None,
    ceiling_dbtp: float = -1.0,
    loop: bool = False,
    preset: str | None = None,
) -> tuple[Audio, Report]:
    """Finished audio of exactly the same frames, and the report of what was measured and done.

    `kind` is "music" (set by integrated loudness) or "effect" (by its loudest 400 ms); `loop` keeps both ends as they
    meet. Raises `BadRequest` for an unknown kind or preset and for layouts that loudness is not defined for.
    """
    from soundwright.finish.first import first

    return first(audio, kind, loudness_lufs=loudness_lufs, ceiling_dbtp=ceiling_dbtp, loop=loop)
