"""Who plays: a style's players, changed by what the prompt asks for and leaves out.

What is asked for is there, leads or carries the chords, and stands louder; what is left out has its place taken by
something alike, or by nobody. "Only", "solo" and "duet" leave nothing but what was named.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from soundwright.errors import BadRequest
from soundwright.plan.names import GENERAL, INSTRUMENTS, exact_words
from soundwright.plan.reading import Reading
from soundwright.plan.song import Role
from soundwright.plan.styles import Style
from soundwright.seed import stream

ALONE = frozenset(
    (
        "grand piano", "felt piano", "upright piano", "electric piano", "reed electric piano", "fm electric piano",
        "harpsichord", "church organ", "drawbar organ", "accordion", "nylon guitar", "steel guitar",
        "clean electric guitar", "distorted guitar", "harp", "koto", "ukulele", "vibraphone", "marimba", "kalimba",
        "celesta", "music box", "banjo", "sitar", "xylophone", "glockenspiel",
    )
)  # fmt: skip
"""Instruments that play a tune and its accompaniment at once."""

CHURCHLY = ("church", "hall", "dark hall", "chamber", "endless", "stone hall")
"""Rooms in which a plain "organ" is one with pipes."""

LOW = ("cello", "bassoon", "trombone")
STAND_INS: dict[str, tuple[str, ...]] = {
    "melody": ("grand piano", "violin", "flute", "pluck", "vibraphone", "saw lead", "trumpet", "clarinet"),
    "counter": ("violin", "clarinet", "electric piano", "french horn"),
    "chords": ("grand piano", "nylon guitar", "electric piano", "warm pad", "string ensemble", "marimba"),
    "arpeggio": ("harp", "pluck", "nylon guitar", "marimba"),
    "pad": ("warm pad", "string ensemble", "choir"),
    "bass": ("upright bass", "electric bass", "synth bass", "cello"),
}
"""Who takes a place whose usual players are all left out (nobody, for drums and drones)."""

NAMED_DB, OTHERS_DB = 2.5, -1.5
"""Levels of parts that the prompt names, and of the rest where it names any: 4 dB apart is heard as in front."""


SECTIONS: dict[str, tuple[tuple[str, Role], ...]] = {
    "string ensemble": (("violin", "melody"), ("string ensemble", "pad"), ("cello", "bass")),
    "tremolo strings": (("violin", "melody"), ("tremolo strings", "pad"), ("cello", "bass")),
    "brass section": (("trumpet", "melody"), ("brass section", "chords"), ("trombone", "bass")),
    "choir": (("choir", "melody"), ("choir", "pad")),
    "warm pad": (("glass pad", "melody"), ("warm pad", "pad"), ("drone", "drone")),
}
"""Who plays when nothing but a section is wanted."""


@dataclass(frozen=True)
class Cast:
    """One player of a piece: instrument, role, level, energy at which it enters, and whether the prompt named it."""

    instrument: str
    role: Role
    gain_db: float = 0.0
    enters: float = 0.0
    named: bool = False
    only: str = ""  # the one kind of section in which it plays


def resolve(word: str, style: Style, excluded: set[str]) -> str | None:
    """The instrument that a word of a prompt means in this style; None if it was left out as well."""
    word = {"second violin": "violin", "viola": "violin"}.get(word, word)
    exact = exact_words()
    own = [name for player in style.players.values() for name in player.instruments]
    candidates = [exact[word]] if word in exact and word not in GENERAL else [*GENERAL.get(word, ())]
    if word == "organ" and style.room in CHURCHLY:
        candidates.reverse()
    ordered = sorted(candidates, key=lambda name: own.index(name) if name in own else len(own))
    return next((name for name in ordered if name not in excluded), None)


def cast(style: Style, reading: Reading, seed: int, *, sings: bool, sure: bool = True) -> dict[str, Cast]:
    """The players of a piece by part name, in score order. `sings`: there are lyrics, so there must be a voice.

    Where the style is not `sure` and instruments are named, only those play, with a tune, chords and a bass.
    Raises `BadRequest` if everybody was left out.
    """
    asked: list[str] = []
    for word in reading.asked:
        name = resolve(word, style, reading.excluded)
        if name and (name not in asked or word in {"second violin", "viola"}):
            asked.append(name)
    if sings and "voice" not in asked:
        asked.append("voice")
    if reading.only and asked:
        players = _alone(asked)
    else:
        own = _own(style, reading, asked, seed)
        if asked and not sure:
            own = [player for player in own if player.role in {"melody", "chords", "pad", "bass"}]
        players = _with(own, asked)
    if reading.size:
        players = _sized(players, reading.size)
    soloist = resolve(reading.soloist, style, reading.excluded) if reading.soloist else None
    if soloist and not any(p.instrument == soloist and p.role in {"melody", "voice"} for p in players):
        players.append(Cast(soloist, "melody", NAMED_DB, 0.0, True, only="solo"))
    if not players:
        raise BadRequest("everything that could play was left out: allow at least one instrument")
    return _named(players)


def _own(style: Style, reading: Reading, asked: list[str], seed: int) -> list[Cast]:
    """The style's own players, without what is left out."""
    players = []
    for part, player in style.players.items():
        rng = stream(seed, "player", part)
        there = rng.random() < player.chance
        options = [n for n in player.instruments if n not in reading.excluded and (n != "voice" or "voice" in asked)]
        if not options and player.role in STAND_INS:
            options = [name for name in STAND_INS[player.role] if name not in reading.excluded][:1]
        fresh = [name for name in options if all(name != other.instrument for other in players)]
        options = fresh or options
        if there and options:
            weights = np.array([0.65, *[0.35 / max(len(options) - 1, 1)] * (len(options) - 1)])
            chosen = options[int(rng.choice(len(options), p=weights / weights.sum()))]
            players.append(Cast(chosen, player.role, 0.0, player.enters))
    if not any(player.role in {"melody", "chords", "arpeggio", "pad", "drone"} for player in players):
        kept = [n for n in STAND_INS["chords"] if n not in reading.excluded][:1]
        players += [Cast(name, "chords") for name in kept]
    return players


BACKBONE = {"bass": 1, "drums": 2, "chords": 0, "voice": 3, "melody": 3}
"""Who stays first where few may play: one who has chords, bass, drums, then who has the tune."""


def _sized(players: list[Cast], size: int) -> list[Cast]:
    """The players of at most `size` instruments: those named, then the backbone. A tune without a player goes to the
    one who has the chords."""
    ranked = sorted(players, key=lambda p: (not p.named, BACKBONE.get(p.role, 4)))
    staying = list(dict.fromkeys(p.instrument for p in ranked))[:size]
    kept = [p for p in players if p.instrument in staying]
    if not any(p.role in ("melody", "voice") for p in kept):
        who = next((p for p in kept if p.role in ("chords", "arpeggio", "pad", "counter")), None)
        if who:
            kept.insert(0, replace(who, role="melody", gain_db=max(who.gain_db, 0.0), enters=0.0))
    return kept


def _alone(asked: list[str]) -> list[Cast]:
    """Nothing but these players, the roles shared out among them; a section is heard as its players."""
    if len(asked) == 1 and asked[0] in SECTIONS:
        return [Cast(name, role, 0.0, 0.0, True) for name, role in SECTIONS[asked[0]]]
    if len(asked) == 1 and asked[0] in ALONE:
        return [Cast(asked[0], "melody", 0.0, 0.0, True), Cast(asked[0], "arpeggio", -1.5, 0.0, True)]
    tunes = [n for n in asked if n not in ALONE and INSTRUMENTS[n][0] in {"melody", "counter"}]
    players: list[Cast] = []
    for place, name in enumerate(asked):
        role: Role = INSTRUMENTS[name][0]
        if name in tunes:
            order = [n for n in asked if n in tunes].index(name) if asked.count(name) == 1 else place
            last = place == len(asked) - 1
            role = "melody" if order == 0 else "bass" if name in LOW and last and len(tunes) > 2 else "counter"
            if order == 2 and len(asked) > 3:
                role = "chords"
        elif not tunes and name in ALONE and not any(p.role == "melody" for p in players):
            role = "melody"
        elif name in ALONE:
            role = "chords"
        players.append(Cast(name, role, 0.0, 0.0, True))
    if not any(p.role == "melody" for p in players):
        pitched = next((k for k, p in enumerate(players) if p.role in {"pad", "counter", "chords", "bass"}), None)
        if pitched is not None and len(players) > 1:
            players[pitched] = replace(players[pitched], role="melody")
    leads = [p for p in players if p.role == "melody" and p.instrument in ALONE]
    if leads and not any(p.role in {"chords", "arpeggio", "pad"} for p in players):
        players.append(Cast(leads[0].instrument, "chords", -1.5, 0.0, True))
    return players


def _with(players: list[Cast], asked: list[str]) -> list[Cast]:
    """The style's players with those asked for in their places, in front."""
    if not asked:
        return players
    can_lead = sorted((n for n in asked if INSTRUMENTS[n][0] == "melody"), key=lambda name: name != "voice")
    lead = can_lead[0] if can_lead else next((n for n in asked if n in ALONE), None)
    lead = lead or next(
        (n for n in asked if n in {"string ensemble", "choir", "brass section", "distorted guitar"}), None
    )
    rest = [replace(p, gain_db=OTHERS_DB) for p in players if p.instrument not in asked]
    mine = {p.instrument: p for p in players if p.instrument in asked}
    made: list[Cast] = []
    for name in asked:
        role: Role = INSTRUMENTS[name][0]
        own = mine.get(name)
        if name == lead:
            made.append(Cast(name, "voice" if name == "voice" else "melody", NAMED_DB, 0.0, True))
            if name in ALONE and INSTRUMENTS[name][0] != "melody":
                role = own.role if own and own.role != "melody" else role
                made.append(Cast(name, role, NAMED_DB - 1.5, 0.0, True))
            elif INSTRUMENTS[name][0] == "pad":
                made.append(Cast(name, "pad", 0.0, 0.0, True))
            continue
        if role == "melody":
            role = "counter"
        if own and own.role != "melody":
            role = own.role
        drum = role in {"drums", "percussion"}
        made.append(
            Cast(name, role, 1.5 if drum else NAMED_DB, min(own.enters if own else 0.3, 0.3) if drum else 0.0, True)
        )
    roles = {p.role for p in made}
    replaced = roles & {"melody", "chords", "bass", "drums", "pad", "drone"} | (
        {"melody"} if "voice" in roles else set()
    )
    crowded = roles & {"counter", "arpeggio", "percussion"}
    kept = [p for p in rest if p.role not in replaced]
    for doubled in crowded:
        place = next((k for k, p in enumerate(kept) if p.role == doubled), None)
        if place is not None:
            del kept[place]
    return [*made, *kept]


ORDER = ("voice", "melody", "counter", "chords", "arpeggio", "pad", "drone", "bass", "drums", "percussion")
SHORT = {"acoustic kit": "drums", "brush kit": "drums", "808 kit": "drums", "909 kit": "drums", "chip kit": "drums",
         "hand percussion": "percussion", "string ensemble": "strings", "brass section": "brass"}  # fmt: skip


def _named(players: list[Cast]) -> dict[str, Cast]:
    """Parts named after who plays ("bass", "drums", "felt piano", "felt piano melody"), in score order."""
    parts: dict[str, Cast] = {}
    for player in sorted(players, key=lambda p: ORDER.index(p.role)):
        base = SHORT.get(player.instrument, player.instrument)
        base = "bass" if player.role == "bass" and player.instrument.endswith("bass") else base
        name = base if base not in parts else f"{base} {player.role}"
        number = 2
        while name in parts:
            name, number = f"{base} {number}", number + 1
        parts[name] = player
    return parts
