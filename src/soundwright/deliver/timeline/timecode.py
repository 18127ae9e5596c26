"""Frames and timecode, as SMPTE ST 12-1 counts them.

29.97 and 59.94 run 0.1 % slower than 30 and 60, so their count drifts 3.6 s an hour off the clock. Drop-frame leaves
out the first two (four) numbers of each minute that is not a multiple of ten; no picture is dropped.
"""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction
from math import floor

from soundwright.errors import BadRequest


@dataclass(frozen=True)
class FrameRate:
    """Exact frames per second, the whole number that timecode counts to, and whether numbers are dropped."""

    exact: Fraction
    drop: bool = False

    @property
    def base(self) -> int:
        return round(self.exact)

    @property
    def ntsc(self) -> bool:
        """Whether it is a thousandth slower than its base."""
        return self.exact.denominator == 1001

    def frames(self, seconds: float) -> int:
        """The nearest frame to a time, the later of two; 2.3 s counts as 23/10, not as the float just under it."""
        return floor(Fraction(seconds).limit_denominator(10**9) * self.exact + Fraction(1, 2))


RATES = {
    "23.976": FrameRate(Fraction(24000, 1001)),
    "24": FrameRate(Fraction(24)),
    "25": FrameRate(Fraction(25)),
    "29.97": FrameRate(Fraction(30000, 1001)),
    "29.97df": FrameRate(Fraction(30000, 1001), drop=True),
    "30": FrameRate(Fraction(30)),
    "48": FrameRate(Fraction(48)),
    "50": FrameRate(Fraction(50)),
    "59.94": FrameRate(Fraction(60000, 1001)),
    "59.94df": FrameRate(Fraction(60000, 1001), drop=True),
    "60": FrameRate(Fraction(60)),
}


def rate(name: str) -> FrameRate:
    """A frame rate by its name. Raises `BadRequest` for one that the table lacks."""
    if name not in RATES:
        raise BadRequest(f"the frame rate {name!r} is none of {', '.join(RATES)}")
    return RATES[name]


def timecode(frames: int, fps: FrameRate) -> str:
    """`hh:mm:ss:ff` of a frame number, `hh:mm:ss;ff` with drop-frame; it starts again after 24 hours."""
    base = fps.base
    if fps.drop:
        left_out = base // 15  # numbers per minute: 2 at 30, 4 at 60
        tens, rest = divmod(frames, base * 600 - 9 * left_out)
        minutes = max(rest - left_out, 0) // (base * 60 - left_out)
        frames += left_out * (9 * tens + minutes)
    seconds, frame = divmod(frames, base)
    hours, minutes = divmod(seconds // 60, 60)
    return f"{hours % 24:02d}:{minutes:02d}:{seconds % 60:02d}{';' if fps.drop else ':'}{frame:02d}"
