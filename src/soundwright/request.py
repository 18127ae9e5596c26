"""What a person can ask for: one typed schema shared by Python, the command line and HTTP. It computes nothing."""

from __future__ import annotations

import math
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from soundwright.errors import BadRequest

LONGEST_S = 3600.0


class _Asked(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True, str_strip_whitespace=True)

    prompt: str = ""
    seed: Annotated[int, Field(ge=0, le=2**63 - 1)] = 0

    def __init__(self, **fields: Any) -> None:
        """Check every field; raises `BadRequest` with one line that names the first fault."""
        try:
            super().__init__(**fields)
        except ValidationError as error:
            raise BadRequest(first_fault(error)) from None


class _Request(_Asked):
    engine: str = "auto"
    negative: str = ""
    commercial: bool = False  # nothing whose licence forbids to sell what is made
    # What engines with weights take; None: what is right for the checkpoint and the machine.
    weights: str | None = None  # a folder that holds them
    device: str | None = None  # cuda, mps, cpu
    vram: str | None = None  # a budget of memory, like "8GB"
    strategy: str | None = None
    steps: Annotated[int, Field(ge=1, le=1000)] | None = None
    guidance: Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)] | None = None
    lora: str | None = None


class _NewRequest(_Request):
    """Something that is not there yet: it wants a prompt, a plan, or a sound that it is to be like."""

    loop: bool = False
    plan: str | None = None  # a plan's path, or its text; the prompt then only titles the file
    preset: str = ""  # of finishing; "": what suits

    def __init__(self, **fields: Any) -> None:
        super().__init__(**fields)
        if not self.prompt and self.plan is None and not getattr(self, "like", None):
            raise BadRequest("the prompt is empty: say in a few words what you want to hear")


def _seconds(value: float | None) -> float | None:
    if value is None:
        return None
    if not math.isfinite(value) or value <= 0:
        raise ValueError(f"{value:g} seconds is no duration; give a number above 0")
    if value > LONGEST_S:
        raise ValueError(f"{value:g} seconds is more than the {LONGEST_S:g} seconds that one piece can last")
    return value


class MusicRequest(_NewRequest):
    """A piece of music from words, or from a song plan."""

    duration_s: float | None = None  # None: the plan's own, or 30 s
    styles: tuple[str, ...] = ()
    lyrics: str = ""
    composer: Literal["learned", "rules"] | None = None  # who writes the theme; None: what suits the style
    soundfont: str | None = None  # a path, "none", or None for an installed one
    melody: str | None = None  # a sound file whose melody is followed
    reference: str | None = None  # a sound file whose timbre is followed
    form: Literal["auto", "whole", "sections"] = (
        "auto"  # how engines with weights play: in one go, or section by section
    )
    guide: Annotated[float, Field(ge=0, le=1)] = 0.0  # how closely they follow the plan as `score` plays it
    rerolls: Annotated[int, Field(ge=0, le=8)] = 2  # how often they play anew what loops or falls silent

    check_duration = field_validator("duration_s")(_seconds)


class EffectRequest(_NewRequest):
    """A sound effect from words, or from an effect plan."""

    duration_s: float | None = None  # None: as long as the sound naturally is
    variations: Annotated[int, Field(ge=1, le=99)] = 1
    like: str | None = None  # a sound file that is varied, by engines that can
    strength: Annotated[float, Field(ge=0, le=1)] = 0.5  # how far from it: 0 is the file itself

    check_duration = field_validator("duration_s")(_seconds)


class EditRequest(_Request):
    """An edit of a sound file that stands already; its fields are explained at `plan.edit.EditPlan`."""

    verb: Literal["cover", "repaint", "extend", "stems", "lego", "complete"]
    source: str
    styles: tuple[str, ...] = ()
    lyrics: str = ""
    reference: str | None = None
    regions: tuple[tuple[float, float], ...] = ()
    section: str = ""  # instead of regions: a section of the song's plan, by its name or number
    plan: str | None = None  # that plan's path, or its text; None: the one beside the source
    rerolls: Annotated[int, Field(ge=0, le=8)] = 2  # how often a section that loops or falls silent is played anew
    left_s: Annotated[float, Field(ge=0, le=LONGEST_S)] = 0.0
    right_s: Annotated[float, Field(ge=0, le=LONGEST_S)] = 0.0
    strength: Annotated[float, Field(ge=0, le=1)] = 0.5
    tracks: tuple[str, ...] = ()


class CuesRequest(_Asked):
    """The cue plan of a film, from what it shows; nothing is rendered."""

    video: str
    plan: str | None = None  # a cue plan's path, or its text: its locked cues stay
    author: str = ""  # the address of a model that looks at the film; "": planned from what is measured
    author_model: str = ""
    device: str | None = None


class SoundtrackRequest(_Request):
    """The sound of a film: effects and ambience by a cue plan, and music and dialogue where they are asked for."""

    video: str
    plan: str | None = None  # a cue plan's path, or its text
    author: str = ""  # the address of a model that looks at the film; "": planned from what is measured
    author_model: str = ""
    music: str = ""  # a prompt
    dialogue: str | None = None  # a sound file, heard from the first picture on; "film": the film's own sound
    keep_audio: bool = False  # the film's own sound stays as a second track
    preset: str = ""  # of finishing; "": what suits
    gain_db: Annotated[float, Field(ge=-60, le=60, allow_inf_nan=False)] | None = None
    # ^ the master's, as the manifest of an earlier take has it: what was not edited stays as loud. None: by the preset
    cue: Annotated[int, Field(ge=1)] | None = None  # one cue made again, with `seed`; the others stay
    takes: Annotated[int, Field(ge=1, le=16)] = 1  # of an engine that watches the film: the best in time is kept


AnyRequest = MusicRequest | EffectRequest | EditRequest | SoundtrackRequest


def first_fault(error: ValidationError) -> str:
    """The first thing that is wrong, in one line: the field and the fault."""
    fault = error.errors()[0]
    field = ".".join(str(part) for part in fault["loc"])
    message = fault["msg"].removeprefix("Value error, ")
    return f"{field}: {message[:1].lower()}{message[1:]}" if field else message


def text_or_file(value: str) -> str:
    """The content of the file that `value` names, or `value` itself where it names none.

    Raises `BadRequest` when the file cannot be read as text.
    """
    try:
        path = Path(value)
        if "\n" in value or not path.is_file():
            return value
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise BadRequest(f"{value} is not a text file") from error
    except OSError:  # names that are too long or hold a NUL are texts, not paths
        return value
