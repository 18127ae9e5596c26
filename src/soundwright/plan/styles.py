"""The table of styles: what each one is called, how fast it goes, who plays, in which form, by which idioms.

The rows live in `tables/styles_*.yaml`, because adding or changing a style is work with data, not with code: it can be
read at a glance, and checked here in one place. One row:

    lo-fi:
      about: dusty jazz chords over a lazy, swung beat
      words: [lo-fi, lofi, chillhop]           # naming one of these asks for the style
      tempi: {jazzhop: 88}                     # usual tempo of a kind of it, where the word tells one
      hints: [dusty]                           # a word that only leans towards it
      scenes: [rainy coffee shop, ...]         # what else it fits; a prompt is compared with these by meaning
      tempo: [68, 78, 88]                      # slowest, usual, fastest, in felt beats a minute
      metres: {4/4: 1}                         # with their chances
      modes: {minor: 0.45, major: 0.3}         # with their chances
      tonics: [C, D]                           # keys that lie well on its instruments (all, when left out)
      swing: 0.58                              # as in a song plan; 0.5 is straight
      phrase: 4                                # sections are whole multiples of so many bars where they can be
      harmony: lo-fi                           # a row of tables/harmony.yaml: how its chords go
      groove: lo-fi                            # the name of its rhythm, for who writes drums, bass and accompaniment:
                                               # a plain word of the trade ("shuffle", "one drop", "none")
      room: small room                         # the space in which it is heard
      ending: ring                             # the usual ending of a piece
      composer: learned                        # who writes its themes; the rules, when left out
      forms:                                   # short, middle, long: name, bars, energy of each section
        - A 8 .5 | B 8 .6
      players:                                 # part: [role, instrument / other choices, energy at which it enters,
        keys: [chords, electric piano / felt piano, 0.0]      # and the chance that it is there at all, 1 if left out]

`players` is an ordered dict of part name to `Player`; the first instrument of a player is its usual one.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from typing import Any, get_args

from soundwright.errors import BadRequest
from soundwright.plan.names import KNOWN, nearest
from soundwright.plan.song import MelodyBy, Role
from soundwright.plan.theory import FLAT_NAMES, SCALES

TABLES = ("styles_popular", "styles_beats", "styles_picture", "styles_tradition")


@dataclass(frozen=True)
class Slot:
    """A section in a form: its name (which is also its motif), bars and energy."""

    name: str
    bars: int
    energy: float


@dataclass(frozen=True)
class Player:
    """A part that a style has: role, instruments (the usual first), energy at which it enters, chance to be there."""

    role: Role
    instruments: tuple[str, ...]
    enters: float
    chance: float = 1.0


@dataclass(frozen=True)
class Style:
    """One row of the table; the module's docstring tells what each field means."""

    name: str
    about: str
    words: tuple[str, ...]
    scenes: tuple[str, ...]
    tempo: tuple[float, float, float]
    modes: dict[str, float]
    forms: tuple[tuple[Slot, ...], ...]
    players: dict[str, Player]
    harmony: str
    groove: str
    room: str
    metres: dict[str, float]
    hints: tuple[str, ...] = ()
    tempi: dict[str, float] = field(default_factory=dict)
    tonics: tuple[str, ...] = FLAT_NAMES
    swing: float = 0.5
    phrase: int = 4
    ending: str = "ring"
    composer: MelodyBy = "rules"


def table(name: str) -> dict[str, Any]:
    """The rows of `tables/NAME.yaml`."""
    import yaml

    text = files("soundwright.plan").joinpath("tables", f"{name}.yaml").read_text("utf-8")
    return yaml.load(text, Loader=getattr(yaml, "CSafeLoader", yaml.SafeLoader))


@lru_cache(maxsize=1)
def styles() -> dict[str, Style]:
    """All styles by name, in the order of the tables."""
    return {name: _style(name, row) for file in TABLES for name, row in table(file).items()}


def style(name: str) -> Style:
    """The style of that name or of one of its words; `BadRequest` with the nearest names otherwise."""
    wanted = name.strip().lower()
    found = styles().get(wanted) or next((row for row in styles().values() if wanted in row.words), None)
    if found is None:
        words = [*styles(), *(word for row in styles().values() for word in row.words)]
        raise BadRequest(f"unknown style {name!r}{nearest(wanted, words)}; styles are: {', '.join(styles())}")
    return found


def _style(name: str, row: dict[str, Any]) -> Style:
    forms = tuple(tuple(_slot(text) for text in form.split("|")) for form in row.pop("forms"))
    players = {part: _player(entry) for part, entry in row.pop("players").items()}
    listed = {field: tuple(row.pop(field)) for field in ("words", "scenes", "tempo")}
    tonics = tuple(row.pop("tonics", FLAT_NAMES))
    hints = tuple(row.pop("hints", ()))
    metres = row.pop("metres", {"4/4": 1.0})
    made = Style(name=name, forms=forms, players=players, metres=metres, tonics=tonics, hints=hints, **listed, **row)
    unknown = [i for player in players.values() for i in player.instruments if i not in KNOWN]
    unknown += [mode for mode in made.modes if mode not in SCALES]
    unknown += [player.role for player in players.values() if player.role not in get_args(Role)]
    if unknown:
        raise BadRequest(f"style {name!r} names what does not exist: {', '.join(unknown)}")
    return made


def _slot(text: str) -> Slot:
    *name, bars, energy = text.split()
    return Slot(" ".join(name), int(bars), float(energy))


def _player(entry: list[Any]) -> Player:
    role, instruments, enters, *chance = entry
    return Player(role, tuple(name.strip() for name in instruments.split("/")), enters, *chance)
