"""Notes to sound: the built-in synthesised instruments, and soundfonts when one is installed.

`table()` and `find(name)` tell what there is, `play(part, duration_s, rate, seed)` makes the sound of one part,
`room.room` is the hall they share, `soundfont` plays the same parts with an installed soundfont.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from soundwright.instruments.catalogue import Instrument, find, gm_program, table
from soundwright.instruments.notes import Note, Part, Score

if TYPE_CHECKING:
    import numpy as np

__all__ = ["Instrument", "Note", "Part", "Score", "find", "gm_program", "play", "table"]


def play(part: Part, duration_s: float, rate: int, seed: int) -> np.ndarray:
    """One part as dry sound in its place, float32 `[2, round(duration_s * rate)]`; see `player.play`."""
    from soundwright.instruments import player

    return player.play(part, duration_s, rate, seed)
