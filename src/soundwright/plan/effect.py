"""The effect plan: which sounds play when, how far, where and how loud, as one YAML document.

    duration_s: 10.0
    space: cave
    prompt: dripping water in a cave with a distant growl
    events:
      - {sound: dripping water, model: water drip, start_s: 0.0, duration_s: 10.0, layer: bed}
      - {sound: growl, model: dog growl, knobs: {size: 0.9}, start_s: 2.1, distance_m: 60.0, take: growl 1}

Times of curves are seconds of the whole, as those of events are, so that one curve can be copied to all the events
that it rules. `take` names the random stream: two events with the same take, model and knobs are the same samples.
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field, field_validator, model_validator

from soundwright.errors import BadRequest

Curve = list[tuple[float, float]]
LONGEST_S = 600.0


class _Document(BaseModel):
    model_config = ConfigDict(extra="forbid", validate_assignment=True, allow_inf_nan=False)


class EffectEvent(_Document):
    """One sound in its place. An empty `model` is looked up from the phrase in `sound`."""

    sound: str = Field(min_length=1)
    model: str = ""
    knobs: dict[str, float] = Field(default_factory=dict)
    start_s: float = Field(0.0, ge=0, le=LONGEST_S)
    duration_s: Annotated[float, Field(gt=0, le=LONGEST_S)] | None = None  # None: as long as the sound naturally is
    layer: Literal["bed", "spot"] = "spot"
    level_db: float = Field(0.0, ge=-60, le=24)
    level_curve: Curve = Field(default_factory=list)  # (time s, dB), added to level_db
    pan_curve: Curve = Field(default_factory=list)  # (time s, -1 left to 1 right)
    distance_m: float = Field(1.0, gt=0, le=5000)
    path: Curve = Field(
        default_factory=list
    )  # (time s, metres): a source that moves, with Doppler; replaces distance_m
    muffled: bool = False  # behind a wall
    onsets_s: list[float] = Field(default_factory=list)  # when it begins anew, from its start, for engines that follow
    take: str = ""

    @field_validator("level_curve", "pan_curve", "path")
    @classmethod
    def _rising(cls, curve: Curve) -> Curve:
        times = [time for time, _ in curve]
        if times != sorted(times):
            raise ValueError("the times of a curve must rise")
        return curve


class EffectPlan(_Document):
    """A whole effect of `duration_s` seconds: beds that go on, spots that happen, and the space around them."""

    duration_s: Annotated[float, Field(gt=0, le=LONGEST_S)]
    space: str = "dry"
    loop: bool = False
    prompt: str = ""
    understood: dict[str, str] = Field(default_factory=dict)  # what was read out of the prompt
    ignored: list[str] = Field(default_factory=list)  # words of the prompt that moved nothing, and plain notes
    events: list[EffectEvent] = Field(min_length=1)

    @field_validator("space")
    @classmethod
    def _known(cls, space: str) -> str:
        from soundwright.dsp.space import SPACES

        if space not in SPACES:
            raise ValueError(f"there is no space {space!r}; there are {', '.join(SPACES)}")
        return space

    @model_validator(mode="after")
    def _inside(self) -> EffectPlan:
        late = [event.sound for event in self.events if event.start_s >= self.duration_s]
        if late:
            raise ValueError(f"{late[0]!r} starts at or after the end ({self.duration_s:g} s)")
        return self


PLAIN_S = 10.0


def plain(prompt: str, *, duration_s: float | None = None, seed: int = 0, loop: bool = False) -> EffectPlan:
    """A plan for engines that understand whole sentences: one event, the prompt itself, for all of the duration.

    With no duration it lasts as long as `foley` would let it, 10 s where that knows no such sound.
    """
    if duration_s is None:
        try:
            duration_s = write_effect(prompt, seed=seed, loop=loop).duration_s
        except BadRequest:
            duration_s = PLAIN_S
    event = EffectEvent.model_validate({"sound": prompt, "layer": "bed", "duration_s": duration_s})
    return EffectPlan(duration_s=duration_s, loop=loop, prompt=prompt, events=[event])


def known(prompt: str) -> bool:
    """Whether the sounds of a prompt are known by name, so that its words can be laid out as a scene."""
    try:
        write_effect(prompt)
    except BadRequest:
        return False
    return True


def write_effect(
    prompt: str, *, duration_s: float | None = None, seed: int = 0, loop: bool = False, negative: str = ""
) -> EffectPlan:
    """A plan for a prompt, `duration_s` long or, with None, as long as the prompt or its sounds say.

    `negative` names sounds that must not be in it. Raises `BadRequest` for an empty prompt, a duration outside 0 to
    600 s, and a prompt in which no sound is known.
    """
    from soundwright.plan.effect_layout import lay_out

    return lay_out(prompt, duration_s, seed, loop, negative)
