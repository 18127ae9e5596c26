"""The table of instruments: what each is called, how far it reaches, where it sits, how it behaves under the fingers.

Only facts stand here; reading the table makes no sound and loads no number-crunching library. How an instrument sounds
is told in `recipes`, under the same name.
"""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from soundwright.errors import BadRequest
from soundwright.instruments.levels import GAIN_DB


@dataclass(frozen=True, slots=True)
class Instrument:
    """One instrument.

    `kind`: "struck" (each note is made once and rings or is damped), "line" (phrases with slurs), "loop" (sustained
    sound of any length), "kit". `program` is the General MIDI program, 0 to 127 (for kits the drum channel's kit).
    `low` and `high` are MIDI pitches. `pan` −1..1 is where it usually stands, `width` how far its notes spread.
    `gain_db` makes all instruments equally loud at equal velocity. `dynamics` is the power of velocity in the level:
    1.4 spans 28 dB from velocity 0.1 to 1. `rings` instruments have no damper. `mono` ones play one note at a time.
    """

    name: str
    family: str
    program: int
    low: int
    high: int
    kind: str
    recipe: str
    pan: float = 0.0
    width: float = 0.0
    attack_s: float = 0.005
    release_s: float = 0.15
    sustains: bool = False
    rings: bool = False
    mono: bool = False
    dynamics: float = 1.4
    variants: int = 1

    @property
    def is_kit(self) -> bool:
        return self.kind == "kit"

    @property
    def gain_db(self) -> float:
        return GAIN_DB.get(self.name, 0.0)


def _struck(name, family, program, low, high, recipe, **more) -> Instrument:
    return Instrument(name, family, program, low, high, "struck", recipe, **more)


def _line(name, family, program, low, high, recipe="wind", **more) -> Instrument:
    return Instrument(name, family, program, low, high, "line", recipe, sustains=True, **more)


def _loop(name, family, program, low, high, recipe, attack_s, release_s, **more) -> Instrument:
    return Instrument(
        name, family, program, low, high, "loop", recipe, attack_s=attack_s, release_s=release_s, sustains=True, **more
    )


def _kit(name, program) -> Instrument:
    return Instrument(name, "drums", program, 35, 81, "kit", "kits", variants=3, width=1.0, dynamics=1.3)


_ROWS = (
    _struck("grand piano", "piano", 0, 21, 108, "keys", width=0.45, release_s=0.42),
    _struck("felt piano", "piano", 0, 21, 100, "keys", width=0.4, release_s=0.4),
    _struck("upright piano", "piano", 3, 21, 105, "keys", width=0.35, release_s=0.35),
    _struck("electric piano", "piano", 4, 28, 100, "keys", pan=-0.1, release_s=0.16),
    _struck("reed electric piano", "piano", 4, 33, 96, "keys", pan=-0.15, release_s=0.12),
    _struck("fm electric piano", "piano", 5, 28, 103, "keys", pan=-0.1, release_s=0.22),
    _struck("harpsichord", "piano", 6, 29, 89, "keys", width=0.3, release_s=0.16, dynamics=0.5, variants=2),
    _loop("church organ", "organ", 19, 24, 96, "keys", 0.05, 0.4, dynamics=0.5),
    _loop("drawbar organ", "organ", 16, 36, 96, "keys", 0.008, 0.06, dynamics=0.5),
    _loop("accordion", "organ", 21, 41, 96, "keys", 0.035, 0.08, pan=0.15, dynamics=1.0),
    _struck("celesta", "mallets", 8, 60, 108, "mallets", pan=0.25, width=0.25, release_s=0.3),
    _struck("music box", "mallets", 10, 60, 103, "mallets", width=0.3, rings=True),
    _struck("glockenspiel", "mallets", 9, 72, 108, "mallets", pan=0.3, width=0.2, rings=True),
    _struck("vibraphone", "mallets", 11, 53, 89, "mallets", pan=0.15, width=0.0, release_s=0.35),
    _struck("marimba", "mallets", 12, 45, 96, "mallets", pan=0.2, width=0.35, rings=True, variants=2),
    _struck("xylophone", "mallets", 13, 65, 108, "mallets", pan=0.3, width=0.25, rings=True, variants=2),
    _struck("tubular bells", "mallets", 14, 60, 77, "mallets", pan=-0.3, width=0.2, rings=True),
    _struck("kalimba", "mallets", 108, 48, 88, "mallets", width=0.3, rings=True, variants=2),
    _struck("timpani", "mallets", 47, 36, 60, "mallets", pan=0.2, width=0.2, rings=True, variants=2),
    _struck("nylon guitar", "guitar", 24, 40, 84, "plucked", pan=-0.2, release_s=0.3, variants=2),
    _struck("steel guitar", "guitar", 25, 40, 84, "plucked", pan=0.25, release_s=0.32, variants=2),
    _struck("clean electric guitar", "guitar", 27, 40, 88, "plucked", pan=0.25, release_s=0.18, variants=2),
    _struck("distorted guitar", "guitar", 30, 38, 86, "plucked", release_s=0.09, dynamics=0.5, variants=2),
    _struck("banjo", "guitar", 105, 48, 86, "plucked", pan=0.2, release_s=0.2, variants=2),
    _struck("sitar", "guitar", 104, 46, 82, "plucked", pan=-0.1, release_s=0.8, variants=2),
    _struck("ukulele", "guitar", 24, 60, 88, "plucked", pan=0.15, release_s=0.2, variants=2),
    _struck("mandolin", "guitar", 25, 55, 90, "plucked", pan=0.25, release_s=0.2, variants=2),
    _struck("harp", "strings", 46, 24, 103, "plucked", pan=-0.25, width=0.4, rings=True),
    _struck("koto", "guitar", 107, 48, 86, "plucked", pan=-0.15, width=0.2, release_s=0.5, variants=2),
    _struck("upright bass", "bass", 32, 28, 62, "plucked", release_s=0.16, mono=True, variants=2),
    _struck("electric bass", "bass", 33, 28, 67, "plucked", release_s=0.12, mono=True, variants=2),
    _struck("fretless bass", "bass", 35, 28, 67, "plucked", release_s=0.14, mono=True, variants=2),
    _struck("synth bass", "bass", 38, 24, 67, "synth", release_s=0.06, mono=True, sustains=True, dynamics=1.0),
    _struck("sub bass", "bass", 39, 24, 60, "synth", release_s=0.08, mono=True, sustains=True, dynamics=1.0),
    _struck("acid bass", "bass", 38, 28, 72, "synth", release_s=0.05, mono=True, sustains=True, dynamics=0.9),
    _struck("reese bass", "bass", 39, 24, 60, "synth", release_s=0.1, mono=True, sustains=True, dynamics=1.0),
    _line("violin", "strings", 40, 55, 100, "bowed", pan=-0.2),
    _line("cello", "strings", 42, 36, 79, "bowed", pan=0.2),
    _loop("string ensemble", "strings", 48, 28, 96, "bowed", 0.2, 0.5, width=0.8, dynamics=1.2),
    _loop("tremolo strings", "strings", 44, 28, 96, "bowed", 0.09, 0.5, width=0.8, dynamics=1.2),
    _struck("pizzicato strings", "strings", 45, 36, 96, "plucked", pan=-0.1, width=0.4, rings=True, variants=3),
    _line("trumpet", "brass", 56, 54, 86, pan=0.15),
    _line("muted trumpet", "brass", 59, 54, 86, pan=0.15),
    _line("trombone", "brass", 57, 40, 74, pan=0.25),
    _line("french horn", "brass", 60, 34, 77, pan=-0.3),
    _loop("brass section", "brass", 61, 36, 86, "wind", 0.06, 0.16, width=0.6, dynamics=1.4),
    _line("flute", "winds", 73, 60, 96, pan=-0.1),
    _line("pan flute", "winds", 75, 60, 93, pan=-0.1),
    _line("recorder", "winds", 74, 60, 98, pan=0.1),
    _line("tin whistle", "winds", 78, 72, 100, pan=0.0),
    _line("clarinet", "winds", 71, 50, 91, pan=0.1),
    _line("oboe", "winds", 68, 58, 91, pan=0.05),
    _line("saxophone", "winds", 65, 44, 82, pan=0.1),
    _line("bassoon", "winds", 70, 34, 72, pan=0.15),
    _line("harmonica", "winds", 22, 60, 96, pan=0.1),
    _line("bagpipe", "winds", 109, 60, 84, pan=0.0, dynamics=0.3),
    _loop("choir", "voice", 52, 40, 84, "bowed", 0.22, 0.55, width=0.8, dynamics=1.2),
    _line("voice", "voice", 53, 45, 84, "bowed"),
    _loop("warm pad", "pad", 89, 28, 96, "synth", 0.45, 0.9, width=0.9, dynamics=1.0),
    _loop("glass pad", "pad", 92, 48, 100, "synth", 0.25, 1.3, width=1.0, dynamics=1.0),
    _loop("dark pad", "pad", 95, 24, 84, "synth", 0.7, 1.2, width=0.9, dynamics=1.0),
    _loop("saw pad", "pad", 90, 28, 96, "synth", 0.06, 0.35, width=1.0, dynamics=1.0),
    _loop("drone", "pad", 97, 24, 72, "synth", 1.6, 2.2, width=1.0, dynamics=1.0),
    _struck("pluck", "lead", 87, 36, 100, "synth", release_s=0.2, width=0.5),
    _struck("saw lead", "lead", 81, 40, 100, "synth", release_s=0.09, sustains=True, width=0.3, dynamics=1.0),
    _struck("square lead", "lead", 80, 40, 100, "synth", release_s=0.07, sustains=True, dynamics=1.0),
    _struck("chip lead", "lead", 80, 40, 100, "synth", release_s=0.02, sustains=True, dynamics=0.9),
    _struck("chip triangle", "bass", 39, 28, 84, "synth", release_s=0.015, sustains=True, dynamics=0.5),
    _kit("acoustic kit", 0),
    _kit("brush kit", 40),
    _kit("808 kit", 25),
    _kit("909 kit", 24),
    _kit("hand percussion", 0),
    _kit("chip kit", 25),
)

_TABLE: Mapping[str, Instrument] = MappingProxyType({row.name: row for row in _ROWS})

ALIASES: Mapping[str, str] = MappingProxyType(
    {
        "piano": "grand piano",
        "acoustic piano": "grand piano",
        "honky-tonk piano": "upright piano",
        "rhodes": "electric piano",
        "tine piano": "electric piano",
        "wurlitzer": "reed electric piano",
        "dx piano": "fm electric piano",
        "organ": "drawbar organ",
        "hammond organ": "drawbar organ",
        "pipe organ": "church organ",
        "acoustic guitar": "steel guitar",
        "classical guitar": "nylon guitar",
        "guitar": "steel guitar",
        "electric guitar": "clean electric guitar",
        "overdriven guitar": "distorted guitar",
        "bass": "electric bass",
        "bass guitar": "electric bass",
        "double bass": "upright bass",
        "contrabass": "upright bass",
        "808 bass": "sub bass",
        "strings": "string ensemble",
        "pizzicato": "pizzicato strings",
        "brass": "brass section",
        "horn": "french horn",
        "whistle": "tin whistle",
        "sax": "saxophone",
        "bagpipes": "bagpipe",
        "fretless": "fretless bass",
        "bells": "tubular bells",
        "pad": "warm pad",
        "supersaw": "saw pad",
        "lead": "saw lead",
        "drums": "acoustic kit",
        "drum kit": "acoustic kit",
        "jazz kit": "brush kit",
        "electronic kit": "909 kit",
        "house kit": "909 kit",
        "trap kit": "808 kit",
        "percussion": "hand percussion",
        "chip noise drums": "chip kit",
    }
)


def table() -> dict[str, Instrument]:
    """Every instrument by name. Reading it makes no sound."""
    return dict(_TABLE)


def find(name: str) -> Instrument:
    """The instrument called `name` (or by a common other name). Raises `BadRequest` that offers the nearest ones."""
    key = " ".join(str(name).lower().replace("_", " ").split())
    key = ALIASES.get(key, key)
    if key in _TABLE:
        return _TABLE[key]
    near = difflib.get_close_matches(key, [*_TABLE, *ALIASES], n=3, cutoff=0.5)
    hint = f"did you mean {' or '.join(near)}?" if near else f"there are {', '.join(_TABLE)}"
    raise BadRequest(f"there is no instrument {name!r}: {hint}")


def gm_program(name: str) -> int:
    """The General MIDI program (0 to 127) of an instrument; of a kit, the drum channel's kit number."""
    return find(name).program
