"""The edit plan: what is to be done to a sound that stands already, as one YAML document.

verb: repaint
source: song.wav
prompt: the same, with a saxophone
regions: [[32.0, 48.0]]
duration_s: 92.5
"""

from __future__ import annotations

from itertools import pairwise
from typing import Annotated, Literal

import yaml
from pydantic import BaseModel, ConfigDict, Field, ValidationError, model_validator

from soundwright.errors import BadRequest

TRACKS = (
    "vocals",
    "backing_vocals",
    "drums",
    "bass",
    "guitar",
    "keyboard",
    "percussion",
    "strings",
    "synth",
    "fx",
    "brass",
    "woodwinds",
)  # the track names that ACE-Step 1.5 was trained with (its acestep/constants.py)


class EditPlan(BaseModel):
    """One edit. `duration_s` is that of the result; `regions` are seconds in the source that are made anew.

    An extension has no regions: `left_s` and `right_s` are what is added before and after. `strength` is how far a
    cover goes from its source, 0 to 1. `tracks` are the stems to take out (`stems`) or to add (`lego`, `complete`).
    """

    model_config = ConfigDict(extra="forbid")

    verb: Literal["cover", "repaint", "extend", "stems", "lego", "complete"]
    source: str
    source_sha256: str = ""
    prompt: str = ""
    negative: str = ""
    styles: list[str] = Field(default_factory=list)
    lyrics: str = ""
    regions: list[tuple[float, float]] = Field(default_factory=list)
    left_s: Annotated[float, Field(ge=0)] = 0.0
    right_s: Annotated[float, Field(ge=0)] = 0.0
    strength: Annotated[float, Field(ge=0, le=1)] = 0.5
    tracks: list[str] = Field(default_factory=list)
    duration_s: Annotated[float, Field(gt=0)]

    @model_validator(mode="after")
    def _check(self) -> EditPlan:
        if self.verb == "repaint" and not self.regions:
            raise ValueError("a repaint wants at least one region (--from and --to, or --section)")
        if self.verb == "extend" and not self.left_s + self.right_s:
            raise ValueError("an extension wants seconds to add (--left or --right)")
        for start, end in self.regions:
            if not 0 <= start < end:
                raise ValueError(f"a region from {start:g} to {end:g} s is none: it must end after it begins")
            if end > self.duration_s + 1e-6:
                raise ValueError(f"the region {start:g} to {end:g} s lies outside the {self.duration_s:g} s of audio")
        spans = sorted(self.regions)
        for (_, end), (start, _) in pairwise(spans):
            if start < end:
                raise ValueError(f"two regions overlap at {start:g} s")
        for track in self.tracks:
            if track not in TRACKS:
                raise ValueError(f"there is no track {track!r}; there are: {', '.join(TRACKS)}")
        return self

    @property
    def new(self) -> list[tuple[float, float]]:
        """The spans of the result that are not the source's, in seconds."""
        if self.verb == "extend":
            ends = (self.duration_s - self.right_s, self.duration_s)
            return [span for span in ((0.0, self.left_s), ends) if span[1] > span[0]]
        return sorted(self.regions)


def write(plan: EditPlan) -> str:
    """A plan as YAML; what is at its default is left out."""
    return yaml.safe_dump(plan.model_dump(mode="json", exclude_defaults=True), sort_keys=False, allow_unicode=True)


def read(text: str) -> EditPlan:
    """A plan from the YAML that `write` gave. Raises `BadRequest` when it is none."""
    try:
        return EditPlan(**yaml.safe_load(text))
    except (ValidationError, yaml.YAMLError, TypeError) as error:
        raise BadRequest(f"this is no edit plan: {str(error).splitlines()[0]}") from error
