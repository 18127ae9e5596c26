"""Roman numerals: chords named relative to a key, so that one progression serves in every key.

I ii7 V7 Imaj7      upper case is major, lower case minor; what follows is the quality
bVII  bII  bVI      a flat counts from the major scale, in every mode: bVII is B flat in C major and in C minor
VI  III  VII        without accidental: the degree of the key's own scale (A flat, E flat, B flat in C minor)
#iv°7  #vii°        a sharp raises the degree of the key's own scale
V7/ii               applied: the chord as it would stand in the key of the second numeral
I/3  V7/5           the third or fifth (or 7) of the chord in the bass
IV/T  V/D           over the tonic, over the dominant, held in the bass
"""

from __future__ import annotations

import re
from functools import lru_cache

from soundwright.errors import BadRequest
from soundwright.plan.theory import LETTERS, SCALES, Chord, Key, spell

_DEGREES = {"I": 0, "II": 1, "III": 2, "IV": 3, "V": 4, "VI": 5, "VII": 6}
_NUMERAL = re.compile(r"([b#]?)(VII|VI|IV|V|III|II|I|vii|vi|iv|v|iii|ii|i)(.*)")
_MINOR_KEY = {"i", "ii", "iii", "iv", "v", "vi", "vii"}


@lru_cache(maxsize=4096)
def chord_in(numeral: str, key: Key) -> str:
    """The chord symbol of a Roman numeral in `key`, spelled on the right letter; `BadRequest` if it is none."""
    if numeral in {"N.C.", "-"}:
        return "N.C."
    head, _, tail = numeral.partition("/")
    if numeral.startswith(("I6/9", "IV6/9", "i6/9", "iv6/9")):
        head, tail = numeral.split("/9")[0] + "/9", ""
    if tail and _NUMERAL.fullmatch(tail):
        root, _ = _root(tail, key)
        minor = _NUMERAL.fullmatch(tail)[2] in _MINOR_KEY  # type: ignore[index]
        applied = Key.parse(f"{root} {'minor' if minor else 'major'}")
        return chord_in(head, applied)
    root, quality = _root(head, key)
    chord = Chord.parse(root + quality)
    if not tail:
        return chord.symbol
    if tail in {"T", "D"}:
        letter = key.spelling[0] if tail == "T" else LETTERS[(LETTERS.index(key.spelling[0]) + 4) % 7]
        bass = spell(key.tonic + (7 if tail == "D" else 0), letter, flats=key.flats)
    else:
        step = {"3": chord.third, "5": chord.fifth, "7": chord.seventh or 10}.get(tail)
        if step is None:
            raise BadRequest(f"{numeral!r} has no such bass: write /3, /5, /7, /T or /D, or a numeral to apply to")
        letter = LETTERS[(LETTERS.index(chord.symbol[0]) + int(tail) - 1) % 7]
        bass = spell(chord.root + step, letter, flats=key.flats)
    return chord.symbol if bass == root else f"{chord.symbol}/{bass}"


def _root(numeral: str, key: Key) -> tuple[str, str]:
    """Root name and quality suffix of a plain numeral."""
    match = _NUMERAL.fullmatch(numeral)
    if not match:
        raise BadRequest(f"{numeral!r} is not a Roman numeral: write such as ii7, V7/ii, bVII or I/3")
    sign, roman, quality = match[1], match[2], match[3]
    degree = _DEGREES[roman.upper()]
    scale = SCALES["major"] if sign == "b" else key.degrees
    pitch = key.tonic + scale[degree] + {"b": -1, "#": 1, "": 0}[sign]
    letter = LETTERS[(LETTERS.index(key.spelling[0]) + degree) % 7]
    minor_third = roman.islower() and not re.match(r"[°ø]|dim|m7b5|sus|5", quality)
    return spell(pitch, letter, flats=key.flats), ("m" + quality) if minor_third else quality
