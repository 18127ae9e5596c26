"""Blending: one recording bent towards another, by modes that each say what they keep and what they change.

`blend` is the one verb, `MODES` the table, `measure` how far a blend has come. A mode is a function of an aligned pair
and a depth; a learned one joins the table as the others do.
"""

from soundwright.library.blend.modes import MODES, Mode
from soundwright.library.blend.way import blend

__all__ = ["MODES", "Mode", "blend"]
