"""Casting: each clause of a prompt gets the sound model that plays it, and an ambience its several sounds."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from soundwright.errors import BadRequest
from soundwright.foley.match import Match, knobs_of, match
from soundwright.foley.vocabulary import stem, words_of
from soundwright.plan.effect_reader import Clause

DISTANCE_WORDS = {"distant", "far", "faraway", "close", "near", "nearby"}
PASSING = {"pass", "fly"}  # stems in the names of models that move by themselves
# Words of instruments and music: an effect only where a sound model is made for them ("guitar feedback").
MUSICAL = frozenset(
    words_of(
        """violin violins viola cello cellos flute flutes clarinet oboe bassoon trumpet trombone tuba saxophone
        sax piano guitar guitars drum drums harp banjo ukulele accordion harmonica organ orchestra symphony melody music
        musical synth synthesizer xylophone marimba mandolin sitar bagpipes fiddle chord chords jazz techno"""
    )
)
MUSIC = "that is music: `soundwright music` plays it"
FAINT = 0.12  # a match below this score is told as "nearest"
# Ambiences that are made of several sounds: what is in them, and its level in dB.
SCENES: dict[str, tuple[tuple[str, float], ...]] = {
    r"thunder and lightning storm|storm": (("thunderstorm", 0),),
    r"woods|woodland|forest": (("forest", 0),),
    r"rainforest|tropical|jungle": (("jungle", 0),),
    r"city|urban|downtown|(?:city|town|busy) street|street": (("city traffic", 0),),
    r"seaside|coast|beach|shore": (("beach", 0),),
    r"harbou?r|port|marina": (("lapping water", -2), ("seagull", -4), ("distant ship horn", -2)),
    r"barnyard|farm": (("farm", 0),),
    r"(?:summer )?night|night ?time|countryside at night": (("night field", 0),),
    r"marsh|pond|swamp|bog": (("swamp", 0),),
    r"office": (("office", 0),),
    r"restaurant|caf[eé]|coffee ?shop|bar|pub|cafeteria|diner": (("cafe", 0),),
    r"battlefield|battle|war|warzone": (("explosion", -2), ("rifle shot", 0), ("distant machine gun", -4)),
    r"factory|industrial": (("factory machine", 0),),
    r"construction site": (("machine hum", -8), ("hammer", 0), ("drill", -5)),
    r"stadium|sports event": (("crowd cheer", 0), ("distant whistle blow", -6)),
    r"haunted house|horror|spooky": (("howling wind", -3), ("door creak", 0)),
    r"park|meadow|countryside|garden": (("birds chirping", 0), ("gentle wind", -8)),
    r"fairground|carnival|party": (("crowd murmur", 0), ("laugh", -4)),
    r"playground|school yard|schoolyard": (("children playing", 0),),
    r"train station|railway station": (("crowd murmur", -4), ("train", -2)),
    r"library|museum": (("room tone", 0), ("page turn", -6)),
    r"(?:subway|metro|underground) station": (("crowd murmur", -4), ("subway train", -2)),
    r"airport": (("crowd murmur", -2), ("distant jet fly-over", -4)),
}
AMBIENCE = r"\s*(?:\b(?:ambien[ct]e|atmosphere|soundscape|scene|environment|background)\b)\s*"


@dataclass(frozen=True)
class Part:
    """A clause with the sound model that it means."""

    clause: Clause
    match: Match
    knobs: dict[str, float]

    @property
    def bed(self) -> bool:
        return self.match.model.kind == "texture"

    @property
    def natural_s(self) -> float:
        return self.match.model.natural_s


def names(phrase: str) -> tuple[str, bool, frozenset[str]]:
    """What the reader asks: which sound a phrase means, whether it names one by itself, and by which words."""
    if _scene(phrase):
        return f"scene {phrase}", True, frozenset()
    found = _try(phrase)
    if is_music(phrase, found):
        return f"music {phrase}", True, frozenset()
    return (found.model.name, found.anchored, frozenset(found.understood)) if found else ("", False, frozenset())


def is_music(phrase: str, found: Match | None) -> bool:
    """Whether a phrase asks for an instrument or music, and no sound model is made for that."""
    said = set(words_of(phrase))
    asked = said & MUSICAL
    if not asked or found is None:
        return bool(asked)
    own = set(words_of(found.model.name))
    return not (own <= said if own & MUSICAL else asked <= set(found.model.words))


def _scene(text: str) -> tuple[tuple[str, float], ...]:
    """The sounds of an ambience that is asked for by its name, or nothing where one model is called by that name."""
    bare = re.sub(r"^(?:(?:inside|in|at|on) )?(?:(?:an?|the) )?(?:(?:busy|quiet|loud|distant|large|small) )*", "", text)
    core = re.sub(rf"{AMBIENCE}|\b(?:sounds?|noises?|at night|day)\b", " ", bare).strip()
    inside = next((inside for words, inside in SCENES.items() if re.fullmatch(rf"(?:{words})", core)), ())
    found = _try(text) if inside else None
    named = found and {stem(w) for w in words_of(core)} & {stem(w) for w in words_of(found.model.name)}
    return () if named else inside


def cast(one: Clause, unwanted: set[str], notes: list[str]) -> list[Part]:
    """The part or, for an ambience, the parts of a clause; what nothing plays is told in `notes`."""
    if scene := _scene(one.text):
        clauses = [replace(_inner(text), level_db=one.level_db + db, dynamics=one.dynamics) for text, db in scene]
        return [part for inner in clauses for part in cast(inner, unwanted, [])]
    found = _try(one.text, _hint(one)) if one.text else _try(one.phrase)
    if is_music(one.text, found):
        notes.append(f"{one.text} ({MUSIC})")
        return []
    if found is None:
        notes.append(f"{one.text or one.phrase} (no such sound)")
        return []
    own = {stem(word) for word in words_of(found.model.name)}
    if unwanted & (own | {stem(w) for w in words_of(one.text)} - {stem(w) for w in found.ignored}):
        return []
    if one.motion == "pass" and own & PASSING:
        one = replace(one, motion="")
    knobs, moved = knobs_of(found.model, one.phrase)
    if DISTANCE_WORDS & (moved | set(words_of(found.model.name))):
        farther = -6.0 if (one.distance_m or 0) >= 15 else 0.0
        one = replace(one, distance_m=None, level_db=one.level_db + farther)  # the model knows how it sounds from there
    if found.score < FAINT or not found.anchored:
        notes.append(f"{one.text}: the nearest sound is {found.model.name}")
    used = moved | (DISTANCE_WORDS if one.distance_m else set())
    notes.extend(word for word in found.ignored if word not in used and word not in notes)
    return [Part(one, found, knobs)]


def _hint(one: Clause) -> str:
    """A clause's distance and motion as words, which some models know themselves."""
    far = "distant" if (one.distance_m or 0) >= 15 else ""
    return f"{far} {'pass by overhead' if one.motion == 'pass' else one.motion}".strip()


def _inner(text: str) -> Clause:
    distant = "distant" in text
    return Clause(text, text, distance_m=60.0 if distant else None)


def _try(phrase: str, hint: str = "") -> Match | None:
    try:
        return match(phrase, hint=hint)
    except BadRequest:
        return None
