"""Keys, chords and Roman numerals as musicians write them."""

import pytest

from soundwright.errors import BadRequest
from soundwright.plan.roman import chord_in
from soundwright.plan.theory import QUALITIES, SCALES, Chord, Key, bar_chords, pitch_class, usual

KEYS = {
    "A minor": "A minor", "Am": "A minor", "A min": "A minor", "a minor": "A minor", "F sharp minor": "F# minor",
    "F# dorian": "F# dorian", "Bb": "Bb major", "D-flat major": "Db major", "c-moll": "C minor", "fis-moll": "F# minor",
    "Es-Dur": "Eb major", "h-moll": "B minor", "B-dur": "Bb major", "b minor": "B minor", "bb minor": "Bb minor",
    "C#m": "C# minor", "E phrygian": "E phrygian", "G mixolydian": "G mixolydian", "A-minor": "A minor",
    "D harmonic minor": "D harmonic minor", "A aeolian": "A minor", "E♭ major": "Eb major", "A blues": "A blues",
}  # fmt: skip


@pytest.mark.parametrize(("text", "name"), KEYS.items())
def test_keys(text, name):
    assert Key.parse(text).name == name
    assert Key.parse(name) == Key.parse(text)


@pytest.mark.parametrize("text", ["", "H", "Q minor", "A minr", "music", "12", "C majestic"])
def test_what_is_no_key(text):
    with pytest.raises(BadRequest, match="is not a key"):
        Key.parse(text)


def test_a_near_mode_is_offered():
    with pytest.raises(BadRequest, match="did you mean F# dorian"):
        Key.parse("F# dorain")


@pytest.mark.parametrize("mode", SCALES)
def test_scales_rise_inside_the_octave(mode):
    key = usual(9, mode)
    assert list(key.scale) == sorted(set(key.scale))
    assert key.pitch_classes[0] == key.tonic == 9
    assert len(key.degrees) == (6 if mode == "whole tone" and len(SCALES["lydian"]) == 6 else 7)


CHORDS = {  # pitch classes from the root up, bass
    "C": ((0, 4, 7), 0), "Am7/G": ((9, 0, 4, 7), 7), "F#m7b5": ((6, 9, 0, 4), 6), "Bbmaj9": ((10, 2, 5, 9, 0), 10),
    "E7#9": ((4, 8, 11, 2, 7), 4), "C°": ((0, 3, 6), 0), "G5": ((7, 2), 7), "CM7": ((0, 4, 7, 11), 0),
    "C-7": ((0, 3, 7, 10), 0), "Bø": ((11, 2, 5, 9), 11), "C69": ((0, 4, 7, 9, 2), 0), "Dsus": ((2, 7, 9), 2),
    "Dsus2": ((2, 4, 9), 2), "G13": ((7, 11, 2, 5, 9, 4), 7), "G+": ((7, 11, 3), 7), "Cm(maj7)": ((0, 3, 7, 11), 0),
    "Ebdim7": ((3, 6, 9, 0), 3), "G7sus": ((7, 0, 2, 5), 7), "Abm6": ((8, 11, 3, 5), 8), "C/E": ((0, 4, 7), 4),
    "D7b9": ((2, 6, 9, 0, 3), 2), "Cadd9": ((0, 4, 7, 2), 0), "Gm11": ((7, 10, 2, 5, 9, 0), 7),
    "N.C.": ((), 0), "C△": ((0, 4, 7, 11), 0), "Fmin": ((5, 8, 0), 5), "Aaug": ((9, 1, 5), 9),
}  # fmt: skip


@pytest.mark.parametrize(("symbol", "expected"), CHORDS.items())
def test_chords(symbol, expected):
    chord = Chord.parse(symbol)
    assert (chord.pitch_classes, chord.bass) == expected
    assert Chord.parse(chord.symbol) == chord


@pytest.mark.parametrize("quality", QUALITIES)
def test_every_quality_reads_back(quality):
    chord = Chord.parse("F#" + quality)
    assert chord.quality == quality
    assert chord.root == 6
    assert chord.intervals == QUALITIES[quality]


@pytest.mark.parametrize("text", ["", "H", "Cfoo", "am7", "C/H", "A minr", "7", "Gm7/"])
def test_what_is_no_chord(text):
    with pytest.raises(BadRequest, match="is not a chord"):
        Chord.parse(text)


def test_bars_hold_several_chords():
    assert [chord.root for chord in bar_chords("F G")] == [5, 7]
    assert bar_chords("")[0].is_silence


NUMERALS = {
    ("C major", "I ii7 V7 Imaj7"): "C Dm7 G7 Cmaj7",
    ("C minor", "i VI III VII iv V7"): "Cm Ab Eb Bb Fm G7",
    ("C minor", "bVII bVI bII iiø7 #vii°7"): "Bb Ab Db Dm7b5 Bdim7",
    ("E major", "V7/ii #iv°7 bVII iv I/3 V7/5"): "C#7 A#dim7 D Am E/G# B7/F#",
    ("Eb major", "IV/T V/D ii9 I6/9"): "Ab/Eb Bb Fm9 Eb6/9",
    ("D dorian", "i IV bVII"): "Dm G C",
    ("A minor", "i/7 iMaj7 iadd9 i5"): "Am/G AmMaj7 Amadd9 A5",
}


@pytest.mark.parametrize(("given", "expected"), NUMERALS.items())
def test_numerals(given, expected):
    key, numerals = given
    assert [chord_in(numeral, Key.parse(key)) for numeral in numerals.split()] == expected.split()


@pytest.mark.parametrize("numeral", ["VIII", "X", "", "I/9x", "hello"])
def test_what_is_no_numeral(numeral):
    with pytest.raises(BadRequest):
        chord_in(numeral, Key.parse("C"))


@pytest.mark.parametrize(("name", "pitch"), [("C", 0), ("F#", 6), ("Bb", 10), ("E flat", 3), ("Cb", 11), ("B#", 0)])
def test_pitch_classes(name, pitch):
    assert pitch_class(name) == pitch
