"""What an instrument is to a writer: its family, where it sounds best, and how it may be played.

The ranges are the comfortable ones of orchestration books, not the extremes; `lead` is where it carries a tune, `comp`
where it accompanies, as lowest and highest MIDI pitch.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from soundwright.instruments import find


@dataclass(frozen=True)
class Player:
    """One family: tessituras, how many voices it holds, whether its tone lasts, breathes, or is strummed."""

    family: str
    lead: tuple[int, int]
    comp: tuple[int, int]
    voices: int = 4
    lasts: bool = False
    breathes: bool = False
    strummed: bool = False
    pedal: bool = False
    pan: float = 0.0


PLAYERS: dict[str, Player] = {
    "piano": Player("piano", (60, 88), (48, 76), pedal=True, pan=-0.05),
    "electric piano": Player("electric piano", (60, 84), (50, 74), pedal=True, pan=-0.15),
    "rhodes": Player("electric piano", (60, 84), (50, 74), pedal=True, pan=-0.15),
    "wurlitzer": Player("electric piano", (60, 84), (50, 74), pedal=True, pan=-0.15),
    "harpsichord": Player("harpsichord", (60, 86), (50, 76), pan=-0.1),
    "clavinet": Player("clavinet", (55, 79), (48, 72), 3, pan=0.25),
    "music box": Player("mallet", (72, 96), (67, 91), 3),
    "celesta": Player("mallet", (72, 100), (67, 91), 3, pan=0.2),
    "glockenspiel": Player("mallet", (79, 103), (72, 96), 2, pan=0.25),
    "vibraphone": Player("mallet", (58, 86), (55, 79), 4, pedal=True, pan=0.2),
    "marimba": Player("mallet", (55, 88), (52, 79), 3, pan=0.2),
    "xylophone": Player("mallet", (67, 96), (65, 89), 2, pan=0.25),
    "kalimba": Player("mallet", (60, 86), (58, 82), 3, pan=0.15),
    "bell": Player("mallet", (67, 91), (62, 86), 2, pan=0.2),
    "harp": Player("harp", (60, 91), (48, 86), 6, pan=0.3),
    "bass": Player("bass", (36, 60), (28, 52), 1),
    "guitar": Player("guitar", (55, 81), (45, 71), 5, strummed=True, pan=-0.3),
    "distort": Player("guitar", (55, 84), (40, 64), 3, strummed=True, pan=0.4),
    "overdrive": Player("guitar", (55, 84), (40, 64), 3, strummed=True, pan=0.4),
    "ukulele": Player("guitar", (60, 81), (60, 77), 4, strummed=True, pan=0.25),
    "banjo": Player("guitar", (55, 81), (50, 72), 4, strummed=True, pan=0.3),
    "mandolin": Player("guitar", (60, 86), (57, 79), 4, strummed=True, pan=0.3),
    "sitar": Player("guitar", (50, 76), (48, 67), 3, pan=-0.1),
    "koto": Player("harp", (55, 84), (50, 76), 3, pan=0.2),
    "violin": Player("strings", (62, 91), (58, 84), 2, True, True, pan=-0.25),
    "fiddle": Player("strings", (60, 86), (58, 81), 2, True, True, pan=-0.2),
    "viola": Player("strings", (53, 79), (50, 72), 2, True, True, pan=0.1),
    "cello": Player("strings", (43, 69), (40, 64), 2, True, True, pan=0.25),
    "contrabass": Player("bass", (33, 57), (28, 50), 1, True, True, pan=0.2),
    "strings": Player("strings", (60, 88), (50, 79), 4, True, True),
    "pizzicato": Player("mallet", (58, 84), (50, 76), 3, pan=0.1),
    "orchestra": Player("strings", (60, 88), (50, 79), 4, True, True),
    "trumpet": Player("brass", (60, 82), (57, 77), 2, True, True, pan=0.2),
    "trombone": Player("brass", (46, 69), (46, 67), 2, True, True, pan=0.3),
    "horn": Player("brass", (50, 74), (48, 70), 3, True, True, pan=-0.2),
    "tuba": Player("bass", (34, 55), (29, 50), 1, True, True, pan=0.3),
    "brass": Player("brass", (55, 79), (50, 74), 4, True, True, pan=0.15),
    "sax": Player("reed", (54, 79), (52, 72), 2, True, True, pan=0.1),
    "clarinet": Player("reed", (55, 84), (53, 75), 2, True, True, pan=0.15),
    "oboe": Player("reed", (60, 84), (60, 77), 2, True, True, pan=0.1),
    "bassoon": Player("reed", (43, 67), (38, 62), 1, True, True, pan=0.2),
    "accordion": Player("reed", (57, 84), (53, 76), 4, True, pan=0.15),
    "harmonica": Player("reed", (60, 84), (57, 77), 2, True, True, pan=0.1),
    "bagpipe": Player("reed", (62, 79), (57, 74), 1, True, pan=0.0),
    "flute": Player("flute", (65, 91), (62, 84), 2, True, True, pan=0.15),
    "piccolo": Player("flute", (74, 98), (72, 94), 1, True, True, pan=0.2),
    "whistle": Player("flute", (69, 91), (65, 86), 1, True, True, pan=0.1),
    "recorder": Player("flute", (67, 89), (65, 84), 1, True, True, pan=0.1),
    "pan flute": Player("flute", (64, 86), (62, 81), 1, True, True, pan=0.15),
    "shakuhachi": Player("flute", (60, 84), (60, 79), 1, True, True, pan=0.1),
    "organ": Player("organ", (60, 86), (50, 76), 4, True, pan=-0.1),
    "choir": Player("voice", (57, 79), (50, 76), 4, True, True),
    "voice": Player("voice", (57, 76), (55, 74), 3, True, True),
    "vocal": Player("voice", (57, 76), (55, 74), 3, True, True),
    "pad": Player("pad", (60, 84), (50, 76), 4, True),
    "drone": Player("pad", (48, 72), (36, 62), 3, True),
    "supersaw": Player("synth", (62, 86), (52, 77), 4, True),
    "lead": Player("synth", (62, 86), (55, 79), 3, True),
    "square": Player("synth", (64, 90), (57, 81), 3, True),
    "pulse": Player("synth", (64, 90), (57, 81), 3, True),
    "chip": Player("synth", (64, 90), (57, 81), 3, True),
    "pluck": Player("synth", (62, 88), (55, 81), 4, pan=0.2),
    "arp": Player("synth", (62, 88), (55, 81), 4, pan=0.2),
    "synth": Player("synth", (62, 86), (52, 77), 4, True),
}
DEFAULT = Player("piano", (60, 84), (50, 76))


def player_of(instrument: str) -> Player:
    """The row of the longest word that an instrument's name holds, inside what the instrument can reach.

    Raises `BadRequest` for an instrument that does not exist.
    """
    name = instrument.lower().replace("_", " ")
    if "bass" in name and "bassoon" not in name and "contra" not in name:
        return PLAYERS["bass"]
    known = [word for word in PLAYERS if word in name]
    player = PLAYERS[max(known, key=len)] if known else DEFAULT
    row = find(instrument)
    within = lambda span: (max(span[0], row.low), max(min(span[1], row.high), row.low + 12))  # noqa: E731
    return replace(player, lead=within(player.lead), comp=within(player.comp))
