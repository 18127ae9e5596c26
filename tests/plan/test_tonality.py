"""How plainly chords say their key: known cases, and what the writer of chords makes of it."""

from __future__ import annotations

import pytest

from soundwright.plan.author import write_song
from soundwright.plan.theory import Key
from soundwright.plan.tonality import clearness


@pytest.mark.parametrize(
    ("chords", "key"),
    [("C F G C", "C major"), ("Am Dm E7 Am", "A minor"), ("Bb Eb F7 Bb", "Bb major"), ("Em C D Em", "E minor")],
)
def test_plain_cadences_say_their_key_and_no_other(chords, key):
    bars = chords.split()
    assert clearness(bars, Key.parse(key)) > 0
    others = [Key.parse(f"{tonic} {mode}") for tonic in ("C", "D", "F#", "Bb") for mode in ("major", "minor")]
    assert all(clearness(bars, other) < 0 for other in others if other.name != key)


def test_silence_says_nothing():
    assert clearness(["N.C."], Key.parse("C major")) == 0.0


def test_songs_say_the_key_that_was_asked_for():
    """All but a few: a minor reel on i and VII is as near to its VII by nature."""
    plain = []
    for style in ("pop", "rock", "bossa nova", "jazz swing", "waltz", "house", "reel", "trap"):
        for key in ("D major", "E minor"):
            for seed in range(3):
                plan = write_song(f"{style} in {key}", duration_s=30, seed=seed)
                bars = [bar for section in plan.sections for bar in section.chords]
                plain.append(clearness(bars, Key.parse(key)) > 0)
    assert sum(plain) >= 0.85 * len(plain)
