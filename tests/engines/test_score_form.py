"""The written score: form, return, variation, independence of parts, metre, and speed of nothing but promises."""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from score_plans import BAND, alike, pattern, song

from soundwright.engines.score import compose
from soundwright.engines.score.form import lay_out
from soundwright.engines.score.grid import Grid, Metre
from soundwright.engines.score.idioms import ALIASES, IDIOMS, idiom_of
from soundwright.engines.score.melody import tune
from soundwright.plan.styles import styles

METRES = ("4/4", "3/4", "2/2", "2/4", "6/8", "5/4", "7/8", "12/8", "9/8")


def part(score, name):
    return next(p for p in score.parts if p.name == name)


@pytest.mark.parametrize("style", sorted({*IDIOMS, *styles()}))
def test_every_style_fills_every_part_with_notes_inside_the_piece(style):
    plan = song(style, duration_s=36.0, form=(("verse", 8, 0.6), ("chorus", 8, 0.9)))
    score = compose(plan, 3)
    for one in score.parts:
        assert one.notes, one.name
        assert all(n.start_s >= 0 and n.duration_s > 0 and n.start_s + n.duration_s <= 36.0 for n in one.notes)
        assert all(0 < n.velocity <= 1 for n in one.notes)


def test_each_style_of_the_plans_has_an_idiom_and_rows_name_what_exists():
    from soundwright.engines.score.bass import PATTERNS, WALKING
    from soundwright.engines.score.drums import PERCUSSION
    from soundwright.engines.score.figures import FIGURES
    from soundwright.engines.score.grooves import GROOVES
    from soundwright.engines.score.tunes import TUNES

    assert all(target in IDIOMS for target in ALIASES.values())
    for idiom in IDIOMS.values():
        assert idiom.melody in TUNES
        assert idiom.chords in FIGURES
        assert idiom.arpeggio in FIGURES
        assert idiom.bass in PATTERNS or idiom.bass == WALKING
        assert idiom.drums in GROOVES
        assert idiom.percussion in PERCUSSION
    named = [style for style in styles() if style != "pop" and idiom_of([style]).name == "pop"]
    assert not named, "styles without an idiom of their own"


@pytest.mark.parametrize("metre", METRES)
def test_metre_is_visible_in_accents(metre):
    plan = song(metre=metre, duration_s=60.0, parts=("guitar", "bass", "drums", "lead"))
    score = compose(plan, 2)
    bar_s = score.downbeats[1] - score.downbeats[0]
    notes = [n for p in score.parts for n in p.notes]
    place = np.array([(n.start_s / bar_s) % 1.0 for n in notes])
    velocity = np.array([n.velocity for n in notes])
    downbeat = (place < 0.03) | (place > 0.97)
    assert velocity[downbeat].mean() > velocity[~downbeat].mean() * 1.1
    bars = len(score.downbeats)  # the last one is the closing chord's, which rings only as long as there is time
    assert (bars - 1) * plan.beats_per_bar <= len(score.beats) <= bars * plan.beats_per_bar + 1e-3


def test_a_chorus_comes_back_recognisably_but_not_copied_and_lies_higher():
    returns, verse_alike, lift = [], [], []
    for seed in range(6):
        score = compose(song(parts=("lead",)), seed)
        lead = part(score, "lead").notes
        one, two = pattern(lead, 16, 30, 2.0), pattern(lead, 48, 62, 2.0)
        returns.append(alike(one, two))
        verse_alike.append(alike(pattern(lead, 0, 14, 2.0), one))
        verse = [n.pitch for n in lead if n.start_s < 16]
        chorus = [n.pitch for n in lead if 16 <= n.start_s < 32]
        lift.append(np.mean(chorus) - np.mean(verse))
    assert np.mean(returns) > 0.8
    assert np.mean(verse_alike) < 0.4
    assert np.mean(lift) > 2


def test_no_eight_bars_are_copied_unvaried():
    plan = song("house", duration_s=132.0, form=(("A", 16, 0.6), ("drop", 16, 0.8), ("A", 16, 0.6), ("drop", 16, 0.9)))
    score = compose(plan, 5)
    for p in score.parts:
        if p.role in ("pad", "drums", "bass", "chords", "melody"):
            spans = [
                tuple(
                    (round(n.start_s - k * 16, 3), n.pitch, round(n.velocity, 3))
                    for n in p.notes
                    if k * 16 <= n.start_s < k * 16 + 16
                )
                for k in range(8)
            ]
            assert len(set(spans)) == 8, p.name
    drums = part(score, "drums").notes
    hits = [
        frozenset(
            (round((n.start_s - k * 16) * 8), n.pitch) for n in drums if k * 16 - 0.02 <= n.start_s < k * 16 + 15.98
        )
        for k in range(8)
    ]
    assert len(set(hits)) >= 5


def test_removing_or_adding_a_part_leaves_the_others_as_they_were():
    whole = compose(song(), 4)
    for left_out in BAND:
        fewer = compose(song(parts=[name for name in BAND if name != left_out]), 4)
        for one in fewer.parts:
            assert one.notes == part(whole, one.name).notes


def test_the_same_seed_writes_the_same_notes_and_another_seed_others():
    assert compose(song(), 1) == compose(song(), 1)
    one, other = compose(song(), 1), compose(song(), 2)
    assert part(one, "lead").notes != part(other, "lead").notes
    assert [n.pitch for n in part(one, "lead").notes] != [n.pitch for n in part(other, "lead").notes]


def test_begins_and_ends_on_the_tonic():
    for key, chords in (("A minor", ["Am", "F", "C", "G"]), ("D major", ["D", "G", "Em", "A"])):
        score = compose(song(key=key, chords=chords), 1)
        bass, lead = part(score, "bass").notes, part(score, "lead").notes
        tonic = {"A minor": 9, "D major": 2}[key]
        assert bass[0].pitch % 12 == bass[-1].pitch % 12 == lead[-1].pitch % 12 == tonic


def test_a_modulated_section_is_the_same_tune_on_the_new_tonic():
    plan = song("pop", key="C major", parts=("lead",), form=(("chorus", 8, 0.8), ("chorus", 8, 0.8)))
    moved = plan.model_copy(deep=True)
    moved.sections[1].key, moved.sections[1].chords = "D major", ["D", "Bm", "G", "A"]
    tones = tune(lay_out(moved), 3)
    first, second = ([t.pitch for t in part_ if t.start % 32 < 24] for part_ in tones[:2])
    shifts = [b - a for a, b in zip(first, second, strict=False)]
    assert shifts.count(2) > 0.8 * len(shifts)


def test_density_and_tessitura_move_the_tune():
    count, height = [], []
    for density, tessitura in ((0.1, -1.0), (0.9, 1.0)):
        plan = song(density=density, tessitura=tessitura, parts=("lead",))
        plan.parts["lead"].instrument = "grand piano"
        notes = part(compose(plan, 1), "lead").notes
        count.append(len(notes))
        height.append(np.mean([n.pitch for n in notes]))
    assert count[1] > count[0] * 1.15
    assert height[1] > height[0] + 6


def test_swing_moves_off_beats_and_leaves_beats():
    grid = Grid(Metre(4, 4), 60.0, 0.66)
    assert grid.seconds([0.0, 0.5, 1.0, 1.5, 2.0]) == pytest.approx([0.0, 0.66, 1.0, 1.66, 2.0])
    assert Grid(Metre(6, 8), 60.0, 0.66).seconds([0.5, 1.5]) == pytest.approx([1 / 3, 1.0])


def test_levels_thin_out_the_drums():
    quiet = compose(song(form=(("verse", 16, 0.15), ("verse", 16, 0.15))), 1)
    loud = compose(song(form=(("verse", 16, 0.95), ("verse", 16, 0.95))), 1)
    assert len(part(loud, "drums").notes) > 1.3 * len(part(quiet, "drums").notes)


def test_a_plan_longer_than_its_duration_is_cut_in_whole_bars():
    score = compose(song(duration_s=11.0), 1)
    assert all(n.start_s + n.duration_s <= 11.0 for p in score.parts for n in p.notes)
    assert score.downbeats[-1] <= 10.8
