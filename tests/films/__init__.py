"""Test films with known truth: drawn objects that bounce, strike, step, swing and flash, filmed and compressed.

make("bounce", seed=1, rate="29.97", container="mp4", path=folder) writes a film and returns its `Truth`. Families are
in `families.FAMILIES`; those named in `HELD_OUT` are for the last examination only.
"""

from __future__ import annotations

from tests.films.families import FAMILIES, HELD_OUT, OPEN
from tests.films.make import CONTAINERS, RATES, make
from tests.films.truth import Change, Event, Truth

__all__ = ["CONTAINERS", "FAMILIES", "HELD_OUT", "OPEN", "RATES", "Change", "Event", "Truth", "make"]
