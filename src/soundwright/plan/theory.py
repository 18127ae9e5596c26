"""Keys, modes, scales and chord symbols: the words of harmony as numbers.

Conventions: a pitch class is 0 to 11 with C = 0; an interval is counted in semitones above its root or tonic; a scale
is its intervals in rising order. Everything is immutable, and everything parses generously and prints one spelling:

    Key.parse("a min").name        -> "A minor"          Key.parse("fis-moll").scale  -> (0, 2, 3, 5, 7, 8, 10)
    Chord.parse("Am7/G").pitch_classes -> (9, 0, 4, 7)   Chord.parse("Am7/G").bass    -> 7

Roman numerals, which name chords relative to a key, are in `roman.py`.
"""

from __future__ import annotations

import difflib
import re
from dataclasses import dataclass
from functools import lru_cache

from soundwright.errors import BadRequest

LETTERS = "CDEFGAB"
LETTER_PITCH = {"C": 0, "D": 2, "E": 4, "F": 5, "G": 7, "A": 9, "B": 11}
SHARP_NAMES = ("C", "C#", "D", "D#", "E", "F", "F#", "G", "G#", "A", "A#", "B")
FLAT_NAMES = ("C", "Db", "D", "Eb", "E", "F", "Gb", "G", "Ab", "A", "Bb", "B")

SCALES: dict[str, tuple[int, ...]] = {
    "major": (0, 2, 4, 5, 7, 9, 11),
    "minor": (0, 2, 3, 5, 7, 8, 10),
    "dorian": (0, 2, 3, 5, 7, 9, 10),
    "phrygian": (0, 1, 3, 5, 7, 8, 10),
    "lydian": (0, 2, 4, 6, 7, 9, 11),
    "mixolydian": (0, 2, 4, 5, 7, 9, 10),
    "locrian": (0, 1, 3, 5, 6, 8, 10),
    "harmonic minor": (0, 2, 3, 5, 7, 8, 11),
    "melodic minor": (0, 2, 3, 5, 7, 9, 11),
    "phrygian dominant": (0, 1, 4, 5, 7, 8, 10),
    "major pentatonic": (0, 2, 4, 7, 9),
    "minor pentatonic": (0, 3, 5, 7, 10),
    "blues": (0, 3, 5, 6, 7, 10),
    "whole tone": (0, 2, 4, 6, 8, 10),
}
PARENTS = {"major pentatonic": "major", "minor pentatonic": "minor", "blues": "mixolydian", "whole tone": "lydian"}
"""The seven-note mode whose degrees harmonise a scale that has not seven notes."""

MODE_WORDS = {
    "": "major", "M": "major", "maj": "major", "dur": "major", "ionian": "major", "majeur": "major",
    "m": "minor", "min": "minor", "moll": "minor", "aeolian": "minor", "mineur": "minor", "natural minor": "minor",
    "minor natural": "minor", "harm minor": "harmonic minor", "minor harmonic": "harmonic minor",
    "minor melodic": "melodic minor", "pentatonic": "major pentatonic", "pentatonic major": "major pentatonic",
    "pentatonic minor": "minor pentatonic", "hijaz": "phrygian dominant", "spanish phrygian": "phrygian dominant",
    "whole-tone": "whole tone", "mixo": "mixolydian", "phryg": "phrygian", "dor": "dorian", "lyd": "lydian",
}  # fmt: skip

QUALITIES: dict[str, tuple[int, ...]] = {
    "": (0, 4, 7), "m": (0, 3, 7), "dim": (0, 3, 6), "aug": (0, 4, 8), "5": (0, 7),
    "sus2": (0, 2, 7), "sus4": (0, 5, 7), "7sus2": (0, 2, 7, 10), "7sus4": (0, 5, 7, 10),
    "9sus4": (0, 5, 7, 10, 14), "13sus4": (0, 5, 7, 10, 14, 21), "maj7sus2": (0, 2, 7, 11),
    "6": (0, 4, 7, 9), "m6": (0, 3, 7, 9), "6/9": (0, 4, 7, 9, 14), "m6/9": (0, 3, 7, 9, 14),
    "7": (0, 4, 7, 10), "maj7": (0, 4, 7, 11), "m7": (0, 3, 7, 10), "mMaj7": (0, 3, 7, 11),
    "m7b5": (0, 3, 6, 10), "dim7": (0, 3, 6, 9), "aug7": (0, 4, 8, 10), "maj7#5": (0, 4, 8, 11),
    "7b5": (0, 4, 6, 10), "maj7b5": (0, 4, 6, 11), "m7#5": (0, 3, 8, 10),
    "9": (0, 4, 7, 10, 14), "maj9": (0, 4, 7, 11, 14), "m9": (0, 3, 7, 10, 14), "mMaj9": (0, 3, 7, 11, 14),
    "m9b5": (0, 3, 6, 10, 14), "9b5": (0, 4, 6, 10, 14), "aug9": (0, 4, 8, 10, 14),
    "11": (0, 4, 7, 10, 14, 17), "m11": (0, 3, 7, 10, 14, 17), "maj11": (0, 4, 7, 11, 14, 17),
    "13": (0, 4, 7, 10, 14, 21), "m13": (0, 3, 7, 10, 14, 21), "maj13": (0, 4, 7, 11, 14, 21),
    "add9": (0, 4, 7, 14), "madd9": (0, 3, 7, 14), "add11": (0, 4, 7, 17), "madd11": (0, 3, 7, 17),
    "add4": (0, 4, 5, 7), "madd4": (0, 3, 5, 7), "addb9": (0, 4, 7, 13), "add#11": (0, 4, 7, 18),
    "7b9": (0, 4, 7, 10, 13), "7#9": (0, 4, 7, 10, 15), "7#11": (0, 4, 7, 10, 18), "7b13": (0, 4, 7, 10, 20),
    "7b9sus4": (0, 5, 7, 10, 13), "7b9b13": (0, 4, 7, 10, 13, 20), "7#9b13": (0, 4, 7, 10, 15, 20),
    "7b9#5": (0, 4, 8, 10, 13), "7#9#5": (0, 4, 8, 10, 15), "7alt": (0, 4, 10, 13, 15, 20),
    "9#11": (0, 4, 7, 10, 14, 18), "13b9": (0, 4, 7, 10, 13, 21), "13#11": (0, 4, 7, 10, 14, 18, 21),
    "maj7#11": (0, 4, 7, 11, 18), "maj9#11": (0, 4, 7, 11, 14, 18),
}  # fmt: skip
"""Chord qualities in their one spelling, as intervals above the root in the order in which thirds are stacked."""

_REWRITES = (  # applied in turn to what follows the root; each brings one of the usual ways of writing to ours
    (r"[()\s,]", ""), ("♭", "b"), ("♯", "#"), (r"Δ7?|△7?", "maj7"), (r"ø7?", "m7b5"), ("[°º]", "dim"),
    (r"^(major|maj|Maj|MAJ|ma|Ma|M)(?=\d|$)", "maj"), (r"^(minor|min|Min|MIN|mi|Mi|-)", "m"),
    (r"^m(Maj|maj|M|ma)", "mMaj"), (r"^halfdim7?|^hdim7?", "m7b5"), (r"^\+", "aug"), (r"^augmented", "aug"),
    (r"^diminished", "dim"), (r"^o(?=7|$)", "dim"), (r"^(7|9)\+$|^(7|9)#5$", r"aug\1\2"), (r"-5$", "b5"),
    (r"sus$", "sus4"), (r"^sus47$", "7sus4"), (r"^alt$", "7alt"), (r"^maj$", ""), (r"^(m?)69$", r"\g<1>6/9"),
    (r"^dom", ""), (r"^(m?)\(?add2$", r"\1add9"), (r"^(m?)2$", r"\1add9"), (r"^sus9$", "9sus4"),
    (r"^(7|9|13)sus$", r"\1sus4"), (r"^11sus4?$", "9sus4"), (r"^no3$", "5"), (r"^aug(maj7)$", "maj7#5"),
    (r"^7#5b9$", "7b9#5"), (r"^7#5#9$", "7#9#5"), (r"^7b13b9$", "7b9b13"), (r"^4$", "sus4"),
)  # fmt: skip

_NOTE = re.compile(r"([A-Ga-g])\s*[- ]?\s*(##|bb|#|b|♯|♭|x|sharp|flat|is(?=[\s-]|$)|es(?=[\s-]|$)|s(?=-))?")


def pitch_class(name: str) -> int:
    """The pitch class (0 to 11) of a note name such as "C", "F#", "Bb" or "E flat"; `BadRequest` otherwise."""
    match = _NOTE.fullmatch(name.strip())
    if not match:
        raise BadRequest(f"{name!r} is not a note: write a letter A to G with # or b, such as F# or Bb")
    return (LETTER_PITCH[match[1].upper()] + _accidental(match[2])) % 12


def _accidental(text: str | None) -> int:
    signs = {"#": 1, "♯": 1, "sharp": 1, "is": 1, "b": -1, "♭": -1, "flat": -1, "es": -1, "s": -1, "x": 2, "##": 2}
    return -2 if text == "bb" else signs.get(text or "", 0)


def spell(pitch: int, letter: str | None = None, *, flats: bool = False) -> str:
    """A plain name of a pitch class: on `letter` where that needs at most one accidental, else the usual one."""
    names = FLAT_NAMES if flats else SHARP_NAMES
    if letter is None:
        return names[pitch % 12]
    offset = (pitch - LETTER_PITCH[letter] + 6) % 12 - 6
    awkward = (letter, offset) in {("C", -1), ("F", -1), ("E", 1), ("B", 1)}
    if abs(offset) > 1 or awkward:
        return names[pitch % 12]
    return letter + ("", "#", "b")[offset]


@dataclass(frozen=True)
class Key:
    """A tonic (pitch class and spelling) and a mode of `SCALES`."""

    tonic: int
    mode: str
    spelling: str

    @staticmethod
    @lru_cache(maxsize=512)
    def parse(text: str) -> Key:
        """Read "A minor", "Am", "a min", "F sharp minor", "F# dorian", "Bb", "D-flat major", "c-moll", "fis-moll"."""
        key = _read_key(text.strip())
        if key is None:
            raise BadRequest(f"{text!r} is not a key: write a note and a mode, such as 'A minor'{_near_mode(text)}")
        return key

    @property
    def name(self) -> str:
        return f"{self.spelling} {self.mode}"

    @property
    def scale(self) -> tuple[int, ...]:
        """Intervals of the mode above its tonic."""
        return SCALES[self.mode]

    @property
    def degrees(self) -> tuple[int, ...]:
        """Intervals of the seven degrees that carry chords (those of the parent mode of a five-note scale)."""
        return SCALES[PARENTS.get(self.mode, self.mode)]

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """The scale's pitch classes, from the tonic up."""
        return tuple((self.tonic + step) % 12 for step in self.scale)

    @property
    def is_minor(self) -> bool:
        """Whether the third above the tonic is minor (a blues stands on dominant sevenths, and so is major)."""
        return 3 in self.degrees

    @property
    def flats(self) -> bool:
        """Whether the key's signature is usually written with flats."""
        major_tonic = (self.tonic + (3 if self.is_minor else 0)) % 12
        return "b" in self.spelling or ("#" not in self.spelling and major_tonic in {5, 10, 3, 8, 1})

    def transpose(self, semitones: int) -> Key:
        """The same mode on a tonic `semitones` higher, spelled the usual way."""
        return usual(self.tonic + semitones, self.mode)

    def __str__(self) -> str:
        return self.name


def usual(tonic: int, mode: str = "major") -> Key:
    """The key of `mode` on pitch class `tonic` with the spelling musicians write (Bb minor, F# minor, Eb major)."""
    tonic %= 12
    signature = (tonic + (3 if 3 in SCALES[mode] and 4 not in SCALES[mode] else 0)) % 12
    return Key(tonic, mode, spell(tonic, flats=signature in {5, 10, 3, 8, 1}))


def _read_key(text: str) -> Key | None:
    words = re.sub(r"[\s_]+", " ", text.replace("♯", "#").replace("♭", "b")).strip()
    german = re.fullmatch(r"(?i)([A-H])(is|es|s)?[\s-]*(dur|moll)", words)
    if german:
        letter, sign, mode = german[1].upper(), german[2], MODE_WORDS[german[3].lower()]
        base = {"H": "B", "B": "Bb"}.get(letter, letter) if not sign else letter.replace("H", "B")
        name = base + {"is": "#", "es": "b", "s": "b", None: ""}[sign and sign.lower()]
        return Key(pitch_class(name), mode, name)
    match = re.fullmatch(r"(?i)([A-G])(?:[\s-]?(sharp|flat)|(#|b(?![a-z])))?[\s-]*(.*)", words)
    if not match:
        return None
    accidental = {"sharp": "#", "flat": "b", "#": "#", "b": "b"}.get((match[2] or match[3] or "").lower(), "")
    mode_text = re.sub(r"\s*(key|scale|mode)$", "", match[4].strip())
    mode = _mode(mode_text)
    name = match[1].upper() + accidental
    return None if mode is None else Key(pitch_class(name), mode, name)


def _mode(text: str) -> str | None:
    if text in MODE_WORDS:
        return MODE_WORDS[text]
    lower = text.lower()
    return lower if lower in SCALES else MODE_WORDS.get(lower)


def _near_mode(text: str) -> str:
    words = text.split()
    noted = len(words) > 1 and _read_key(words[0]) is not None
    near = difflib.get_close_matches(words[-1].lower(), SCALES, 1) if noted else []
    return f" (did you mean {' '.join(words[:-1])} {near[0]}?)" if near else ""


@dataclass(frozen=True)
class Chord:
    """One chord symbol as numbers. "N.C." (no chord) has no pitch classes, and then root and bass mean nothing."""

    symbol: str
    root: int
    quality: str
    intervals: tuple[int, ...]
    bass: int

    @staticmethod
    @lru_cache(maxsize=2048)
    def parse(text: str) -> Chord:
        """Read one symbol: root, quality and bass, as in "Am7/G", "F#m7b5", "Bbmaj9", "E7#9", "C°", "G5", "N.C."."""
        symbol = text.strip()
        if re.fullmatch(r"(?i)n\.?\s?c\.?|-|%?rest", symbol):
            return Chord("N.C.", 0, "N.C.", (), 0)
        match = re.fullmatch(r"([A-G])(##|bb|#|b|♯|♭)?(.*?)(?:/([A-G](?:#|b|♯|♭)?))?", symbol)
        quality = _quality(match[3]) if match else None
        if match is None or quality is None:
            raise BadRequest(f"{text!r} is not a chord{_near_chord(symbol)}")
        root = (LETTER_PITCH[match[1]] + _accidental(match[2])) % 12
        bass = pitch_class(match[4]) if match[4] else root
        name = match[1] + (match[2] or "").replace("♯", "#").replace("♭", "b") + quality
        return Chord(name + (f"/{match[4]}" if match[4] else ""), root, quality, QUALITIES[quality], bass)

    @property
    def pitch_classes(self) -> tuple[int, ...]:
        """Pitch classes from the root up in the order of stacked thirds (the bass of a slash chord is not added)."""
        return tuple((self.root + step) % 12 for step in self.intervals)

    @property
    def is_silence(self) -> bool:
        return not self.intervals

    @property
    def is_minor(self) -> bool:
        """Whether it has a minor and no major third."""
        return 3 in self.intervals and 4 not in self.intervals

    @property
    def is_dominant(self) -> bool:
        """Whether it has a major third and a minor seventh, and so wants to fall a fifth."""
        return 4 in self.intervals and 10 in self.intervals

    @property
    def third(self) -> int | None:
        """Interval of the third, or of what stands for it in a suspended chord; None in a power chord."""
        return next((step for step in (4, 3, 5, 2) if step in self.intervals), None)

    @property
    def fifth(self) -> int | None:
        return next((step for step in (7, 6, 8) if step in self.intervals), None)

    @property
    def seventh(self) -> int | None:
        """Interval of the seventh (or of the sixth that stands for it), None in a triad."""
        return next((step for step in (10, 11, 9) if step in self.intervals), None)

    def __str__(self) -> str:
        return self.symbol


def _quality(text: str) -> str | None:
    if text in QUALITIES:
        return text
    for pattern, to in _REWRITES:
        text = re.sub(pattern, to, text)
    return text if text in QUALITIES else None


def _near_chord(symbol: str) -> str:
    match = re.match(r"([A-G][#b]?)", symbol)
    if not match:
        return ": write a root A to G and a quality, such as Am7, F#m7b5 or Gsus4"
    near = difflib.get_close_matches(symbol[len(match[1]) :].split("/")[0], QUALITIES, 1, 0.3)
    return f" (did you mean {match[1]}{near[0]}?)" if near else f": write a quality such as {match[1]}m7"


def bar_chords(text: str) -> list[Chord]:
    """The chords of one bar of a plan, in order and equally long: "F G" are two, "Am7" is one."""
    return [Chord.parse(word) for word in text.split()] or [Chord.parse("N.C.")]
