"""File names of the Universal Category System: `CatID_FXName_CreatorID_SourceID.wav`, as sound libraries sort them.

The category follows from the plan: each sound model carries its CatID, and the sound that the request names first
gives the file its own; music is filed by its one instrument, as a loop, or as a song. Rules of the names and the list
of categories: UCS 8.2.1 (universalcategorysystem.com).
"""

from __future__ import annotations

import csv
import re
from dataclasses import dataclass
from functools import cache
from importlib import resources

import yaml
from pydantic import ValidationError

from soundwright.errors import BadRequest
from soundwright.plan.effect import EffectEvent, EffectPlan
from soundwright.plan.song import SongPlan

LONGEST_NAME = 24  # UCS: FXName has fewer than 25 characters
FIELD = re.compile(
    r"[^_\-/\\:*?\"<>|\x00-\x1f]+"
)  # `_` parts the fields, `-` what users add, the others no file may have
LINKS = {"a", "an", "and", "at", "by", "for", "from", "in", "of", "on", "the", "to", "with"}  # no name ends on them
UNKNOWN, SONG, LOOP, INSTRUMENT = "DSGNMisc", "MUSCSong", "MUSCLoop", "MUSCInst"
# Words in the name of a song's only instrument -> its category.
INSTRUMENTS = {
    "MUSCKeyd": "piano organ harpsichord clavinet celesta accordion rhodes keys",
    "MUSCPluck": "guitar harp banjo ukulele mandolin lute koto sitar pizzicato bass",
    "MUSCStr": "violin viola cello contrabass strings fiddle erhu",
    "MUSCBrass": "trumpet trombone horn tuba brass",
    "MUSCWind": "flute clarinet oboe bassoon saxophone sax whistle recorder shakuhachi",
    "MUSCTnprc": "marimba vibraphone xylophone glockenspiel kalimba timpani steel",
    "MUSCPerc": "drum drums kit percussion conga taiko",
    "MUSCBell": "bells chimes",
    "MUSCChor": "choir voice voices vocal",
    "MUSCSynth": "synth pad lead saw square theremin",
}


@dataclass(frozen=True)
class Category:
    """One row of the list, as `RAINMetl`, RAIN, METAL."""

    cat_id: str
    category: str
    subcategory: str


@dataclass(frozen=True)
class Name:
    """A file name in its fields. Raises `BadRequest` for an unknown CatID and for signs that UCS or files forbid."""

    cat_id: str
    fx_name: str
    creator_id: str
    source_id: str

    def __post_init__(self) -> None:
        if self.cat_id not in categories():
            raise BadRequest(f"{self.cat_id!r} is no category of UCS 8.2.1")
        for field in ("fx_name", "creator_id", "source_id"):
            if not FIELD.fullmatch(getattr(self, field)):
                raise BadRequest(f'{field} {getattr(self, field)!r}: no _ - / \\ : * ? " < > |, and not empty')
        if len(self.fx_name) > LONGEST_NAME:
            raise BadRequest(f"the FXName {self.fx_name!r} is longer than {LONGEST_NAME} characters")

    def __str__(self) -> str:
        return "_".join((self.cat_id, self.fx_name, self.creator_id, self.source_id))

    @classmethod
    def parse(cls, stem: str) -> Name:
        """A name from a file's stem. Raises `BadRequest` when it is none; user data after the fourth field is left."""
        fields = stem.split("_")
        if len(fields) < 4:
            raise BadRequest(f"{stem!r} is not CatID_FXName_CreatorID_SourceID")
        return cls(fields[0].partition("-")[0], *fields[1:4])


@cache
def categories() -> dict[str, Category]:
    """All categories of UCS 8.2.1 by CatID."""
    text = resources.files("soundwright.deliver").joinpath("tables/ucs.csv").read_text(encoding="utf-8")
    rows = csv.reader(line for line in text.splitlines() if not line.startswith("#"))
    next(rows)
    return {row[0]: Category(*row) for row in rows}


def name(plan: str, title: str, *, creator: str = "SNDW", source: str = "Soundwright", number: int = 0) -> Name:
    """The UCS name of a piece from its plan (YAML text) and its title; `number` above 0 tells variations apart."""
    return Name(category(plan), fx_name(title, number), creator, source)


def fx_name(title: str, number: int = 0) -> str:
    """A title as FXName: capitalised words without spaces, cut at a word to 24 characters."""
    words = [word[:1].upper() + word[1:] for word in re.findall(r"[^\W_]+", title)]
    tail = f"{number:02d}" if number else ""
    kept: list[str] = []
    for word in words:
        if len("".join(kept) + word + tail) > LONGEST_NAME:
            while kept and kept[-1].lower() in LINKS:
                kept.pop()
            break
        kept.append(word)
    return ("".join(kept) or "".join(words)[: LONGEST_NAME - len(tail)] or "Untitled") + tail


def category(plan: str) -> str:
    """The CatID of a plan's YAML text: of a song, of an effect's foremost sound, or `DSGNMisc` when it is neither."""
    try:
        document = yaml.safe_load(plan)
        if isinstance(document, dict) and "sections" in document:
            return _of_song(SongPlan.model_validate(document))
        if isinstance(document, dict) and "events" in document:
            return _of_effect(EffectPlan.model_validate(document))
    except (yaml.YAMLError, ValidationError):
        pass
    return UNKNOWN


def _of_song(plan: SongPlan) -> str:
    if plan.ending == "loop":
        return LOOP
    if len(plan.parts) > 1:
        return SONG
    words = set(next(iter(plan.parts.values())).instrument.lower().split())
    return next((cat_id for cat_id, known in INSTRUMENTS.items() if words & set(known.split())), INSTRUMENT)


def _of_effect(plan: EffectPlan) -> str:
    """The category of the sound that stands first in the prompt; without a prompt, of the loudest."""
    asked = plan.prompt.lower()

    def place(event: EffectEvent) -> tuple[int, float, float]:
        at = asked.find(event.sound.lower().split()[0][:5])  # "door", "doors": a word is found by its beginning
        return (at if at >= 0 else len(asked), -event.level_db, event.start_s)

    return _of_model(min(plan.events, key=place))


def _of_model(event: EffectEvent) -> str:
    from soundwright import foley
    from soundwright.foley.match import match

    model = foley.table().get(event.model)
    if model is None:
        try:
            model = match(event.sound).model
        except BadRequest:
            return UNKNOWN
    return model.ucs if model.ucs in categories() else UNKNOWN
