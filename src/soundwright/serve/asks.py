"""What a client may ask: the schema of `soundwright.request`, with everything that is the operator's left out.

Each body is derived from its request field by field. Numbers and choices are taken over as they are; every field that
holds text must stand in a table here, or it is not offered: so that a new field which names a file is closed until
somebody decides. Files are named by the ids of uploads, plans and lyrics come as text.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Annotated, Any, Literal, Union, get_args

from pydantic import BaseModel, ConfigDict, Field, create_model

from soundwright.errors import BadRequest
from soundwright.request import (
    LONGEST_S,
    AnyRequest,
    CuesRequest,
    EditRequest,
    EffectRequest,
    MusicRequest,
    SoundtrackRequest,
)

FileId: Any = Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="The id of an upload.")]
Seconds: Any = Annotated[float, Field(gt=0, le=LONGEST_S)]
Tag = Annotated[str, Field(min_length=1, max_length=100)]
Second = Annotated[float, Field(ge=0, le=LONGEST_S)]
Span = Annotated[list[Second], Field(min_length=2, max_length=2)]


def _words(most: int, about: str = "") -> Any:
    return Annotated[str, Field(max_length=most, description=about or None)]


OPERATORS = {"weights", "device", "vram", "strategy", "lora", "author", "author_model"}  # never a client's to set
ALONE = {"section": "repaint"}  # fields of one verb among those that share a request
FILES = {
    "video": "film",
    "source": "sound",
    "melody": "sound",
    "reference": "sound",
    "like": "sound",
    "dialogue": "sound",
}
TEXTS = {"plan": "\n", "lyrics": "\n"}  # the line's end keeps a text from being taken for a file's name
FIELDS: dict[str, Any] = {
    "prompt": _words(4000, "What to hear, in words."),
    "negative": _words(4000, "What should not be heard, in words."),
    "engine": _words(100, "Who plays: auto, or a name of GET /v1/engines."),
    "plan": _words(100_000, "A plan, as a text of YAML, to be played instead of a prompt.") | None,
    "lyrics": _words(20_000, "Lyrics, as text."),
    "music": _words(4000, "A prompt for music as long as the film."),
    "preset": Annotated[str, Field(pattern="^[a-z0-9_-]{0,40}$", description="Of finishing.")],
    "styles": Annotated[list[Tag], Field(max_length=32)],
    "tracks": Annotated[list[Tag], Field(max_length=32)],
    "regions": Annotated[list[Span], Field(max_length=64, description="Pairs of seconds.")],
    "duration_s": Seconds | None,
    "soundfont": Annotated[Literal["none"] | None, Field(description="none: the built-in instruments.")],
    "dialogue": Annotated[FileId | Literal["film"] | None, Field(description="An upload, or the film's own sound.")],
    "video": FileId,
    "source": Annotated[
        str, Field(pattern="^[0-9a-f]{32}$", description="The id of an upload, or of a job that made one sound.")
    ],
    "section": _words(100, "Instead of regions: a section of the song that the job `source` made, by number or name."),
    "melody": FileId | None,
    "reference": FileId | None,
    "like": FileId | None,
}


Format = Literal["wav", "flac", "aiff", "mp3", "ogg", "opus", "m4a"]


class Body(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True, allow_inf_nan=False, str_strip_whitespace=True)


class Deliver(Body):
    """How a sound is delivered."""

    format: Format = "wav"
    bits: Annotated[Literal[16, 24, 32], Field(description="Where the format is without loss.")] = 24
    rate: Annotated[
        Literal[16_000, 22_050, 24_000, 44_100, 48_000] | None, Field(description="Another sample rate, in Hz.")
    ] = None
    kbps: Annotated[int | None, Field(ge=8, le=320, description="A constant rate, of MP3.")] = None
    stems: Annotated[bool, Field(description="One file for each part as well, in a zip.")] = False
    midi: bool = False
    picture: Annotated[bool, Field(description="Plan, waveform, spectrogram and loudness, as PNG.")] = False
    watermark: Annotated[Literal["", "patchwork", "perth", "all"], Field(description="A mark in the sound.")] = ""


class DeliverFilm(Body):
    """How a film is delivered."""

    format: Literal["mp4", "mov", "mkv", "webm"] = "mp4"
    stems: Annotated[bool, Field(description="One file for each part as well.")] = False
    picture: Annotated[bool, Field(description="Plan, waveform, spectrogram and loudness, as PNG.")] = False
    sound: Annotated[Literal["", "wav", "flac"], Field(description="The mix alone as well.")] = ""


class DeliverCues(Body):
    """What of a film is shown beside its plan."""

    thumbnails: Annotated[int, Field(ge=1, le=60, description="Pictures in the filmstrip, at most.")] = 60


Known = AnyRequest | CuesRequest
EDITS = ("cover", "repaint", "extend", "stems", "lego", "complete")
REQUESTS: dict[str, type[Known]] = {
    "music": MusicRequest,
    "effect": EffectRequest,
    "cues": CuesRequest,
    "soundtrack": SoundtrackRequest,
    **dict.fromkeys(EDITS, EditRequest),
}
DELIVERIES: dict[str, Any] = dict.fromkeys(REQUESTS, Deliver) | {"soundtrack": DeliverFilm, "cues": DeliverCues}


def _offered(verb: str, request: type[Known]) -> dict[str, Any]:
    """The fields of a request that clients may set, as `create_model` takes them."""
    offered = {}
    for name, field in request.model_fields.items():
        if name in OPERATORS or name == "verb" or ALONE.get(name, verb) != verb:
            continue
        if name in FIELDS:
            kind = FIELDS[name]
        elif _may_be_text(field.annotation):
            continue
        else:
            kind = Annotated[(field.annotation, *field.metadata)] if field.metadata else field.annotation
        default = list(field.default) if isinstance(field.default, tuple) else field.default
        offered[name] = (kind, ... if field.is_required() else default)
    return offered


def _may_be_text(kind: Any) -> bool:
    """Whether a type holds free text: `str` anywhere in it, other than as one of a few choices."""
    return kind is str or any(_may_be_text(part) for part in get_args(kind) if not isinstance(part, str))


def _body(verb: str, request: type[Known]) -> Any:
    create: Any = create_model
    own = {"verb": (Literal[verb], ...), "deliver": (DELIVERIES[verb], DELIVERIES[verb]())}  # type: ignore[valid-type]
    about = f"A job of the verb {verb}."
    return create(f"{verb.capitalize()}Job", __base__=Body, __doc__=about, **own, **_offered(verb, request))


BODIES: dict[str, Any] = {verb: _body(verb, request) for verb, request in REQUESTS.items()}
AnyBody = Annotated[Union[tuple(BODIES.values())], Field(discriminator="verb")]  # noqa: UP007  made of a table
PLANNED = [BODIES[verb] for verb in ("music", "effect")]  # what a film wants is seen by a worker, as a job
PlanBody = Annotated[Union[tuple(PLANNED)], Field(discriminator="verb")]  # noqa: UP007


def made_of(body: Body) -> dict[str, Any]:
    """A body as a job keeps it. Of a section, the seed is left out where none is given: then it is another than the
    song's own."""
    asked = body.model_dump(mode="json")
    if asked.get("section") and "seed" not in body.model_fields_set:
        del asked["seed"]
    return asked


def files_of(asked: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """The uploads that a job names: field to (id, the kind that it must be)."""
    return {name: (asked[name], kind) for name, kind in FILES.items() if asked.get(name) not in (None, "film")}


def request_of(asked: dict[str, Any], path_of: Callable[[str], Path | str]) -> Known:
    """The request of a job; `path_of` tells where an upload lies. Raises `BadRequest` for what does not fit."""
    values = {name: value for name, value in asked.items() if name != "deliver"}
    verb = values["verb"]
    if verb not in EDITS:
        del values["verb"]
    values |= {name: str(path_of(id)) for name, (id, _) in files_of(asked).items()}
    request = REQUESTS[verb](**values)
    # set past the schema, which strips what ends a line
    ends = {name: getattr(request, name) + end for name, end in TEXTS.items() if getattr(request, name, None)}
    return request.model_copy(update=ends)


def check_plan(text: str) -> None:
    """Raise `BadRequest` for YAML that grows when it is read: aliases repeat what an anchor holds."""
    import yaml

    depth = 0
    try:
        for event in yaml.parse(text, getattr(yaml, "CSafeLoader", yaml.SafeLoader)):
            if isinstance(event, yaml.AliasEvent) or getattr(event, "anchor", None):
                raise BadRequest("plan: anchors and aliases are not taken in plans that are sent")
            depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
            if depth > 20:
                raise BadRequest("plan: this is nested more deeply than any plan")
    except yaml.YAMLError as error:
        raise BadRequest(f"plan: this is not YAML: {str(error).splitlines()[0]}") from None
