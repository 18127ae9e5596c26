"""What a language model may ask of each tool: fields of the requests, few of them, each explained for one that reads.

A field's type is the service's (see `asks`); its words are here, because a model calls a tool by them alone.
"""

from __future__ import annotations

from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, create_model

from soundwright.finish.presets import PRESETS
from soundwright.serve import asks

PATH: Any = Annotated[str, Field(min_length=1, max_length=1000)]
NAME = "A name for the file, without folder and ending."
PICTURE = "Also draw plan, waveform, spectrogram and loudness; the drawing comes back for you to look at."
VARIATIONS = 8

WORDS = {
    "prompt": "What to hear, in plain words.",
    "duration_s": "Length in seconds, kept to the sample.",
    "seed": "Another seed is another take; the same request and seed give the same file.",
    "engine": "Who plays; leave it out unless the user names one of list_engines.",
    "negative": "What should not be heard, in words.",
    "plan": "The text of a .plan.yaml that came beside an earlier file, perhaps edited, to play instead of a prompt.",
    "commercial": "Only what may be sold: engines and recordings whose licence forbids it are refused.",
    "loop": "Make it loop without a seam.",
    "styles": "Genre tags, where the prompt does not say them.",
    "lyrics": "Words to be sung, one line each; the built-in engine sings vowels only.",
    "variations": "So many different takes, from as many seeds.",
    "music": "Music as long as the film, in words; none where this is left out.",
    "dialogue": "A sound file of speech, or the word film for the film's own sound; the rest is lowered under it.",
    "keep_audio": "Keep the film's own sound as a second track.",
    "preset": "How it is mastered; leave it out for what suits.",
    "cue": "Only make this cue of the plan anew, by its number from 1, with another seed.",
    "stems": "Also write each part as a file of its own.",
    "midi": "Also write the notes as a MIDI file.",
    "picture": PICTURE,
    "format": "Of the file.",
}
OWN = {
    "make_music": {
        "prompt": "Mood, genre, instruments, tempo, key, metre and form in plain words, like: calm lo-fi piano with "
        "soft drums, 78 bpm, in A minor; intro, two verses, chorus. Needed unless there is a plan.",
        "duration_s": "Length in seconds, kept to the sample; 30 where this is left out.",
        "loop": "Whole bars whose end meets the beginning without a seam.",
    },
    "make_effect": {
        "prompt": "What happens in order, and where: footsteps on gravel, then a car door slams in the distance. "
        "Needed unless there is a plan.",
        "duration_s": "Length in seconds; as long as the sound naturally is where this is left out.",
    },
    "make_soundtrack": {
        "prompt": "What is heard, in words: a ball bounces on wood, then glass breaks; rain. What happens when is seen "
        "in the film itself.",
        "video": "The film's path: MP4, MOV, MKV, WebM, MPEG-TS or AVI.",
    },
}
OFFERED = {
    "make_music": ("prompt", "duration_s", "seed", "styles", "negative", "lyrics", "loop", "plan", "engine",
                   "commercial"),
    "make_effect": ("prompt", "duration_s", "seed", "variations", "negative", "loop", "plan", "engine", "commercial"),
    "make_soundtrack": ("video", "prompt", "music", "dialogue", "keep_audio", "seed", "preset", "plan", "cue",
                        "engine", "commercial"),
}  # fmt: skip
VERBS = {"make_music": "music", "make_effect": "effect", "make_soundtrack": "soundtrack"}
DELIVERED = {"make_music": ("format", "stems", "midi", "picture"), "make_effect": ("format", "stems", "picture"),
             "make_soundtrack": ("format", "stems", "picture")}  # fmt: skip
PATHS: dict[str, Any] = {"video": PATH, "dialogue": PATH | None}
Preset: Any = Literal[tuple(PRESETS)]


class Body(BaseModel):
    """Lenient in types, as models write numbers as texts; strict in names, so that a slip is told."""

    model_config = ConfigDict(extra="forbid", allow_inf_nan=False, str_strip_whitespace=True)


class Finish(Body):
    """Master a sound file made by anything."""

    file: str = Field(min_length=1, max_length=1000, description="The sound file's path; it is not changed.")
    preset: str = Field(
        "streaming",
        json_schema_extra={"enum": list(PRESETS)},
        description="; ".join(f"{name}: {preset.about}" for name, preset in PRESETS.items()),
    )
    loudness_lufs: float | None = Field(None, ge=-60, le=-5, description="Another loudness than the preset's, in LUFS.")
    ceiling_dbtp: float | None = Field(
        None, ge=-20, le=0, description="Another ceiling of true peaks than the preset's, in dBTP."
    )
    format: asks.Format = Field("wav", description="Of the file.")
    picture: bool = Field(False, description=PICTURE)
    name: str | None = Field(None, max_length=80, description=NAME)


class Meter(Body):
    """Measure a sound file, and change nothing."""

    file: str = Field(min_length=1, max_length=1000, description="The sound file's path.")
    picture: bool = Field(False, description=PICTURE)


class Search(Body):
    """Find recordings in the user's own library."""

    words: str = Field(min_length=1, max_length=400, description="What to find: wooden door slams.")
    count: int = Field(10, ge=1, le=50, description="How many answers.")
    category: str = Field("", max_length=40, description="A category of the Universal Category System.")
    min_s: float | None = Field(None, ge=0, description="At least so many seconds.")
    max_s: float | None = Field(None, gt=0, description="At most so many seconds.")
    loop: bool = Field(False, description="Only loops.")
    commercial: bool = Field(False, description="Leave out what its licence forbids to sell.")


class Nothing(Body):
    """No fields."""


def made(tool: str, longest_s: float) -> Any:
    """The body of a tool that makes something, of at most `longest_s` seconds."""
    verb = VERBS[tool]
    offered = asks.BODIES[verb].model_fields
    fields = {}
    for name in OFFERED[tool]:
        field = offered[name]
        kind = Annotated[(field.annotation, Field(), *field.metadata)]
        fields[name] = (kind, ... if field.is_required() else field.default)
    fields |= {name: (PATHS[name], default) for name, (_, default) in fields.items() if name in PATHS}
    fields |= {name: (field.annotation, field.default) for name, field in asks.DELIVERIES[verb].model_fields.items()
               if name in DELIVERED[tool]}  # fmt: skip
    bounds = {"duration_s": {"gt": 0, "le": longest_s}, "variations": {"ge": 1, "le": VARIATIONS}}
    words = WORDS | OWN[tool]
    for name, (kind, default) in fields.items():
        kind = float | None if name == "duration_s" else Preset | None if name == "preset" else kind
        default = None if name == "preset" else default
        fields[name] = (Annotated[kind, Field(description=words[name], **bounds.get(name, {}))], default)
    create: Any = create_model
    return create(tool, __base__=Body, **fields, name=(str | None, Field(None, max_length=80, description=NAME)))


def schema(body: type[BaseModel]) -> dict[str, Any]:
    """The JSON schema of a body without what only fills a model's window: titles, and `null` beside every type."""
    return _plain({key: value for key, value in body.model_json_schema().items() if key != "description"})


def _plain(node: Any) -> Any:
    if isinstance(node, list):
        return [_plain(part) for part in node]
    if not isinstance(node, dict):
        return node
    node = {key: value for key, value in node.items() if key != "title" or not isinstance(value, str)}
    kinds = node.pop("anyOf", None)
    if kinds is not None:
        kinds = [kind for kind in kinds if kind != {"type": "null"}]
        node = {**kinds[0], **node} if len(kinds) == 1 else {"anyOf": kinds, **node}
    if node.get("default", "") is None:
        del node["default"]
    return {key: _plain(value) for key, value in node.items()}
