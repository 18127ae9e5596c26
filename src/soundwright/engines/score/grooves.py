"""Drum grooves as tables: rows of sixteenths, one letter a step.

    X accent   x plain   o soft   g ghost   ? now and then   , a ghost now and then   . nothing   | next bar

A layer (key, from, to, steps) plays while the level of its bar lies in from..to, so a groove thins and thickens with
energy. Keys are General MIDI's. `steps` is the number of sixteenths in a bar (12 is a 3/4 or 6/8 bar).
"""

from __future__ import annotations

from dataclasses import dataclass

KICK, STICK, SNARE, CLAP, SNARE2 = 36, 37, 38, 39, 40
HAT, PEDAL, OPEN, CRASH, RIDE, BELL, TAMB, COWBELL = 42, 44, 46, 49, 51, 53, 54, 56
FLOOR, LOW, MID, HIGH = 41, 45, 47, 50
BONGO_H, BONGO_L, CONGA_M, CONGA_O, CONGA_L, AGOGO, CABASA, SHAKER, CLAVES, BLOCK = (
    60,
    61,
    62,
    63,
    64,
    67,
    69,
    70,
    75,
    76,
)

VELOCITY = {"X": 1.0, "x": 0.8, "o": 0.56, "g": 0.3, "?": 0.5, ",": 0.26}


@dataclass(frozen=True)
class Groove:
    """Layers, the kind of fill at section ends, and whether crashes mark section starts."""

    layers: tuple[tuple[int, float, float, str], ...]
    fill: str = "toms"
    crash: bool = True
    steps: int = 16


GROOVES: dict[str, Groove] = {
    "none": Groove((), "none", False),
    "pop": Groove((
        (KICK, .12, 1, "X.....x.x.......|X.....x.x..?...."), (SNARE, .3, 1, "....X.......X..,|....X..,....X..."),
        (STICK, .12, .3, "....x.......x..."), (HAT, .1, .75, "x.o.x.o.x.o.x.o."), (HAT, .75, 1, "x.x.x.x.x.x.x.x."),
        (OPEN, .6, 1, "..............x.|................"), (RIDE, .93, 1, "o...o...o...o..."))),
    "ballad": Groove((
        (KICK, .15, 1, "X.........o.....|X.......o.x....."), (STICK, .15, .6, "........x......."),
        (SNARE, .6, 1, "........X......,"), (HAT, .2, 1, "o.g.o.g.o.g.o.g."), (RIDE, .85, 1, "x...x...x...x..."))),
    "rock": Groove((
        (KICK, .12, 1, "X...?.x.X.x.....|X.....x.X..x...."), (SNARE, .2, 1, "....X.......X...|....X.......X..g"),
        (HAT, .1, .7, "X.x.X.x.X.x.X.x."), (OPEN, .7, .88, "X.x.X.x.X.x.X.x."), (RIDE, .88, 1, "X.x.X.x.X.x.X.x."))),
    "punk": Groove((
        (KICK, .1, 1, "X...X..xX...X..x|X..xX...X...X..x"), (SNARE, .1, 1, "..X...X...X...X.|....X.......X..."),
        (HAT, .1, .7, "X.x.X.x.X.x.X.x."), (OPEN, .7, 1, "X...X...X...X..."))),
    "metal": Groove((
        (KICK, .1, .7, "X..xX.x.X..xX.x."), (KICK, .7, 1, "XxxxXxxxXxxxXxxx|XxxxXxxxXxxxX.x."),
        (SNARE, .1, 1, "....X.......X..."), (HAT, .1, .7, "X.x.X.x.X.x.X.x."), (RIDE, .7, 1, "X...X...X...X..."))),
    "lofi": Groove((
        (KICK, .08, 1, "X......?..x.....|X.....?..xx....."), (SNARE, .15, 1, "....x.......x..,|....x..g....x..."),
        (STICK, .05, .15, "....x.......x..."), (HAT, .1, 1, "o.g.x.g.o.g.x.g,|o.g.x.g.o.gox.g."),
        (SHAKER, .6, 1, "g.o.g.o.g.o.g.o.")), "light", False),
    "boombap": Groove((
        (KICK, .1, 1, "X..x......xx....|X.....x..x......"), (SNARE, .1, 1, "....X..,....X..,|....X....g..X..."),
        (HAT, .1, 1, "x.o.x.o.x.o.x.o.|x.o.x.oox.o.x.o."), (OPEN, .6, 1, "......?.........|..............o.")),
            "light"),
    "rnb": Groove((
        (KICK, .1, 1, "X......x..x.....|X..?...x..x..x.."), (CLAP, .15, 1, "....X.......X..."),
        (SNARE, .5, 1, "....o..g....o..,"), (HAT, .1, 1, "x.o.x.ooo.x.xoo.|x.o.x.o.o.x.x.oo")), "light"),
    "funk": Groove((
        (KICK, .1, 1, "X.x...?...X..x..|X.....x...X..x.."), (SNARE, .1, 1, "....X..g.g..X..g|....X..g.g.gX..,"),
        (HAT, .1, 1, "x.o.x.o.x.o.x.o.|x.ogx.o.x.ogx.o."), (OPEN, .5, 1, "................|.............x..")),
            "snare"),
    "soul": Groove((
        (KICK, .1, 1, "X.....x...X.....|X.....x.x.X....?"), (SNARE, .15, 1, "....X..,....X..g|....X..g.,..X..."),
        (HAT, .1, .8, "x.o.x.o.x.o.x.o."), (RIDE, .8, 1, "x.o.x.o.x.o.x.o."), (TAMB, .6, 1, "....x.......x...")),
            "snare"),
    "gospel": Groove((
        (KICK, .15, 1, "X.....x.........|X.....x...x....."), (SNARE, .3, 1, "........X......."), (CLAP, .55, 1,
            "....o.......X..."),
        (RIDE, .4, 1, "x...x.o.x...x.o."), (HAT, .1, .4, "x...x...x...x...")), "snare"),
    "train": Groove((
        (KICK, .1, 1, "X.......X......."), (SNARE, .15, 1, "ogogXgogogogXgog|ogogXgogogogXgxg"),
        (HAT, .4, 1, "..x...x...x...x."))),
    "brushes": Groove((
        (KICK, .2, 1, "o.......o.......|o.......o.....?."), (SNARE, .15, 1, "g.g.o.g.g.g.o.g.|g.g.o.g.g.ggo.g."),
        (SHAKER, .55, 1, "o.g.o.g.o.g.o.g.")), "light", False),
    "swing": Groove((
        (RIDE, .08, 1, "x...X.o.x...X.o."), (PEDAL, .08, 1, "....x.......x..."), (KICK, .25, 1,
            "g...g...g...g...|g...g...g...g.?."),
        (SNARE, .3, 1, "......,.......,.|..g.......,...?."), (CRASH, .9, 1, "................|..............?.")),
            "swing", False),
    "brush-ballad": Groove((
        (SNARE, .1, 1, "o.g.o.g.o.g.o.g."), (PEDAL, .2, 1, "....o.......o..."), (KICK, .3, 1, "g.......g......."),
        (RIDE, .5, 1, "o...o.g.o...o.g.")), "light", False),
    "shuffle": Groove((
        (KICK, .1, 1, "X.......X......?|X.....?.X......."), (SNARE, .15, 1, "....X.......X.,.|....X..,....X.g."),
        (HAT, .1, .7, "x.o.x.o.x.o.x.o."), (RIDE, .7, 1, "x.o.x.o.x.o.x.o.")), "swing"),
    "bossa": Groove((
        (KICK, .1, 1, "x.....ox......o.|x.....ox......o."), (STICK, .1, 1, "x..x..x...x..x..|..x...x..x..x..."),
        (HAT, .1, 1, "o.o.o.o.o.o.o.o."), (SHAKER, .5, 1, "ogogogogogogogog")), "light", False),
    "latin": Groove((
        (CLAVES, .1, 1, "X..X..X.........|....X...X......."), (KICK, .3, 1, "......x.......x."),
        (COWBELL, .4, 1, "x...x...x.o.x.o."), (CONGA_M, .1, 1, "x.o.....x.o....."), (CONGA_O, .1, 1,
            "......x.......xx"),
        (SHAKER, .2, 1, "x.o.x.o.x.o.x.o.")), "timbales", False),
    "disco": Groove((
        (KICK, .1, 1, "X...X...X...X..."), (SNARE, .2, 1, "....X.......X..."), (HAT, .1, 1, "x.g.x.g.x.g.x.g."),
        (OPEN, .25, 1, "..X...X...X...X."), (CLAP, .7, 1, "....x.......x...")), "snare"),
    "house": Groove((
        (KICK, .12, 1, "X...X...X...X..."), (CLAP, .25, 1, "....X.......X...|....X.......X..?"),
        (OPEN, .3, 1, "..x...x...x...x."), (HAT, .5, 1, "gog.gog.gog.gogo"), (SHAKER, .7, 1, "ogogogogogogogog"),
        (HAT, .1, .3, "..o...o...o...o.")), "roll"),
    "techno": Groove((
        (KICK, .08, 1, "X...X...X...X..."), (HAT, .2, 1, "..x...x...x...x.|..x...x...x..gx."), (CLAP, .45, 1,
            "....x.......x..."),
        (RIDE, .75, 1, "..o...o...o...o."), (BLOCK, .4, 1, "...o..?...o....?|.?....o..o......"), (HAT, .6, 1,
            "gg.ggg.ggg.ggg.g")), "roll"),
    "trance": Groove((
        (KICK, .15, 1, "X...X...X...X..."), (CLAP, .35, 1, "....X.......X..."), (OPEN, .3, 1, "..X...X...X...X."),
        (HAT, .5, 1, "ogogogogogogogog")), "roll"),
    "dnb": Groove((
        (KICK, .1, 1, "X.........x.....|X.....?...x..?.."), (SNARE, .1, 1, "....X..g.g..X..,|....X..g.g..X.g."),
        (HAT, .1, 1, "x.o.x.o.x.o.x.o."), (RIDE, .7, 1, "x...x...x...x..."), (SHAKER, .5, 1, "gogogogogogogogo")),
            "snare"),
    "dubstep": Groove((
        (KICK, .1, 1, "X.....?...x.....|X.........x..?.."), (SNARE, .1, 1, "........X......."), (HAT, .2, 1,
            "x.o.x.ooo.x.x.o.")), "roll"),
    "synthwave": Groove((
        (KICK, .12, 1, "X...X...X...X...|X...X...X...X.x."), (SNARE, .2, 1, "....X.......X..."), (HAT, .15, 1,
            "x.x.x.x.x.x.x.x."),
        (OPEN, .6, 1, "..............x.|................"), (TAMB, .75, 1, "..o...o...o...o.")), "electric-toms"),
    "chip": Groove((
        (KICK, .1, 1, "X...?...X.x.....|X.......X.x....."), (SNARE, .1, 1, "....X.......X...|....X.......X.x."),
        (HAT, .1, 1, "x.o.x.o.x.o.x.o.")), "snare", False),
    "trap": Groove((
        (KICK, .1, 1, "X.....x.....?...|X.....?..x......"), (CLAP, .15, 1, "........X......."), (HAT, .1, .55,
            "x.x.x.x.x.x.x.x."),
        (HAT, .55, 1, "xoxoxoxoxoxxxoxo|xoxoxxxoxoxoxoxx"), (OPEN, .5, 1, "................|......x.........")),
            "hats"),
    "one-drop": Groove((
        (KICK, .1, 1, "....X.......X..."), (STICK, .1, .7, "....X.......X..."), (SNARE, .7, 1, "....X.......X..,"),
        (HAT, .1, 1, "x.o.x.o.x.o.x.o.|x.o.x.o.x.oox.o."), (OPEN, .6, 1, "................|..............o.")),
            "timbales"),
    "ska": Groove((
        (KICK, .1, 1, "X.......X......."), (SNARE, .1, 1, "....X.......X..."), (HAT, .1, 1, "x.X.x.X.x.X.x.X.")),
            "snare"),
    "cinematic": Groove((
        (FLOOR, .3, 1, "X.....o.X.......|X.....o.X...o.o."), (LOW, .55, 1, "..g.g...o.g.o.g.|..g.g.o.o.g.ogog"),
        (KICK, .2, 1, "X...............|X.......o......."), (SNARE, .8, 1, "....gggg....ogog|....gggg..ggogxx"),
        (CRASH, .85, 1, "X...............|................")), "taiko"),
    "suspense": Groove((
        (KICK, .25, 1, "X.o.............|X.o............."), (FLOOR, .55, 1, "................|........o..o..o."),
        (STICK, .3, 1, "o...g...o...g..."), (HAT, .6, 1, "gogogogogogogogo")), "taiko", False),
    "corporate": Groove((
        (KICK, .2, 1, "X...x...X...x..."), (CLAP, .35, 1, "....X.......X..."), (STICK, .2, .35, "....o.......o..."),
        (HAT, .45, 1, "o.x.o.x.o.x.o.x."), (TAMB, .7, 1, "..o...o...o...o."), (SHAKER, .25, 1, "ogogogogogogogog")),
            "toms"),
    "march": Groove((
        (KICK, .1, 1, "X.......X......."), (SNARE, .1, 1, "x.x.X.x.x.ggX.x.|x.ggX.ggx.ggXgxg"), (CRASH, .6, 1,
            "....o.......o...")), "snare"),
    "bodhran": Groove((
        (FLOOR, .1, 1, "X.g.o.g.x.g.o.gg|X.g.o.g.x.o.o.g."), (TAMB, .6, 1, "....o.......o...")), "light", False),
    "palmas": Groove((
        (CLAP, .1, 1, "x.x.X.x.x.X.x.X.|x.x.X.x.x.X.X.x."), (KICK, .4, 1, "X.......X.......")), "none", False),
    "tabla": Groove((
        (BONGO_H, .1, 1, "x.o.x...x.o.x.og|x.o.xg..x.o.x.gg"), (BONGO_L, .1, 1, "X.....x.......x.|X.....x...x...x.")),
            "light", False),
    "sleigh": Groove((
        (TAMB, .1, 1, "X.o.x.o.X.o.x.o."), (KICK, .35, 1, "X.......X......."), (SNARE, .5, 1, "....o.......o..,"),
        (HAT, .65, 1, "o.o.o.o.o.o.o.o.")), "light", False),
    "claps": Groove((
        (KICK, .15, 1, "X.......X...?..."), (CLAP, .2, 1, "....X.......X..."), (SHAKER, .3, 1, "o.x.o.x.o.x.o.x."),
        (TAMB, .65, 1, "....o.......o...")), "light", False),
    "maqsum": Groove((
        (FLOOR, .1, 1, "X.......x......."), (STICK, .1, 1, "..x...x.....x...|..x...x...g.x.gg"), (TAMB, .4, 1,
            "o.g.o.g.o.g.o.g.")), "light", False),
    "afro": Groove((
        (KICK, .1, 1, "X.....x.X.....x.|X..x..x.X.....x."), (SNARE, .2, 1, "....x..g.x..x..g"), (HAT, .1, 1,
            "x.xxx.x.xxx.x.x."),
        (SHAKER, .2, 1, "xoxoxoxoxoxoxoxo"), (AGOGO, .5, 1, "x.x..x.x.x.x..x.")), "timbales"),
    "dembow": Groove((
        (KICK, .1, 1, "X...X...X...X..."), (SNARE, .1, 1, "...X..X....X..X."), (HAT, .4, 1, "x.o.x.o.x.o.x.o.")),
            "snare"),
    "waltz": Groove((
        (KICK, .15, 1, "X..........."), (SNARE, .35, 1, "....o...o...|....o...o.g."), (HAT, .2, 1, "....o...o..."),
            (RIDE, .7, 1, "x...x...x...")),
        "light", False, 12),
    "jazz waltz": Groove((
        (RIDE, .1, 1, "x...X.o.x...|x...x.o.X.o."), (PEDAL, .1, 1, "....x......."), (KICK, .2, 1, "o.........,."),
            (SNARE, .4, 1, "......g...,.")),
        "swing", False, 12),
    "rock waltz": Groove((
        (KICK, .12, 1, "X.........?."), (SNARE, .25, 1, "....x...X..."), (HAT, .1, 1, "x.o.x.o.x.o.")), "toms", True,
            12),
    "six-eight": Groove((
        (KICK, .12, 1, "X.......?...|X.........x."), (SNARE, .3, 1, "......X....."), (STICK, .1, .3, "......x....."),
            (HAT, .1, 1, "x.o.o.x.o.o.")),
        "toms", True, 12),
    "jig": Groove(((FLOOR, .1, 1, "X.g.o.x.g.o.|X.g.o.x.ggo."), (TAMB, .6, 1, "......o.....")), "light", False, 12),
    "twelve-eight": Groove((
        (KICK, .12, 1, "X...........X...........|X.........o.X..........."), (SNARE, .25, 1,
            "......X...........X....."),
        (HAT, .1, 1, "x.o.o.x.o.o.x.o.o.x.o.o.")), "toms", True, 24),
    "five": Groove((
        (KICK, .12, 1, "X.....o.....X.......|X.....o.....X..?...."), (SNARE, .25, 1, "........x.......X..,"),
        (RIDE, .1, 1, "x...x.o.x...x...x.o.")), "toms", True, 20),
    "seven": Groove((
        (KICK, .12, 1, "X.....o.X.....|X.....o.X..?.."), (SNARE, .25, 1, "....X.......X."), (HAT, .1, 1,
            "x.o.x.o.x.x.o.")), "toms", True, 14),
}  # fmt: skip

BY_STEPS = {12: "rock waltz", 24: "twelve-eight", 20: "five", 14: "seven", 28: "seven", 18: "six-eight"}
SOFT_TRIPLE = {"swing": "jazz waltz", "brush-ballad": "jazz waltz", "brushes": "waltz", "ballad": "waltz"}


def groove_for(name: str, steps: int, compound: bool) -> Groove:
    """The groove of that name, or where the metre has other bars the one of its kind that fits them."""
    groove = GROOVES[name]
    if groove.steps == steps or not groove.layers:
        return groove
    if compound and steps == 12:
        return GROOVES["jig" if name == "bodhran" else "six-eight"]
    if steps == 12:
        return GROOVES[SOFT_TRIPLE.get(name, "jig" if name == "bodhran" else BY_STEPS[12])]
    if steps in BY_STEPS:
        return GROOVES[BY_STEPS[steps]]
    return groove
