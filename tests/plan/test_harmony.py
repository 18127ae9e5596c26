"""Progressions: every idiom in every mode writes playable chords that come back, close and loop as promised."""

import pytest

from soundwright.plan.harmony import Span, function_of, idioms, write_chords
from soundwright.plan.theory import SCALES, Key, bar_chords

FORM = [Span("intro", "intro", 4), Span("verse", "verse", 8), Span("chorus", "chorus", 8), Span("verse", "verse", 8),
        Span("bridge", "bridge", 8), Span("chorus", "chorus", 9)]  # fmt: skip
NAMES = [name for name in idioms() if name != "modes"]


@pytest.mark.parametrize("idiom", NAMES)
def test_idioms_write_whole_sections_in_every_mode(idiom):
    for mode in SCALES:
        key = Key.parse(f"Eb {mode}")
        written = write_chords(FORM, idiom=idiom, key=key, seed=3)
        assert [len(section) for section in written] == [span.bars for span in FORM]
        for section in written:
            for bar in section:
                assert bar_chords(bar)
        assert bar_chords(written[-1][-1])[0].root == key.tonic
        assert written[1] == written[3]


@pytest.mark.parametrize("idiom", NAMES)
def test_motifs_differ(idiom):
    mode = next(name for name in idioms()[idiom] if name in SCALES)
    written = write_chords(FORM, idiom=idiom, key=Key.parse(f"C {mode}"), seed=1)
    assert written[1] != written[2]


def test_seeds_choose():
    key = Key.parse("G major")
    takes = {str(write_chords(FORM, idiom="pop", key=key, seed=seed)) for seed in range(8)}
    assert len(takes) > 4
    assert write_chords(FORM, idiom="pop", key=key, seed=5) == write_chords(FORM, idiom="pop", key=key, seed=5)


def test_a_loop_does_not_close():
    spans, key = [Span("verse", "verse", 4), Span("chorus", "chorus", 4)], Key.parse("C")
    closed = [write_chords(spans, idiom="pop", key=key, seed=s)[-1][-1] for s in range(6)]
    open_ends = [write_chords(spans, idiom="pop", key=key, seed=s, loop=True)[-1][-1] for s in range(6)]
    assert closed == ["C"] * 6
    assert open_ends != closed


def test_a_functional_close_goes_through_its_dominant():
    for seed in range(6):
        last = write_chords([Span("A", "A", 16)], idiom="classical", key=Key.parse("G major"), seed=seed)[0]
        assert bar_chords(last[-2])[-1].root in {2, 6, 8}
        assert last[-1] == "G"


def test_a_blues_has_twelve_bars_and_its_three_chords():
    chords = write_chords([Span("A", "A", 12), Span("A", "A", 12)], idiom="blues", key=Key.parse("A blues"), seed=0)[0]
    roots = [bar_chords(bar)[0].root for bar in chords]
    assert roots[0] == 9
    assert roots[4] == 2
    assert {9, 2, 4} <= set(roots)


@pytest.mark.parametrize(
    ("name", "function"),
    [("verse 2", "A"), ("Chorus", "B"), ("final chorus", "B"), ("pre-chorus", "build"), ("D", "C"), ("odd", "A")],
)
def test_functions_of_sections(name, function):
    assert function_of(name) == function
