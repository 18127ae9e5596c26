"""The learned composer in the score engine: what it writes keeps the rules, returns, repeats by seed, and renders."""

from __future__ import annotations

import importlib.util
import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from score_plans import render, song

from soundwright.engines.score import compose, learned, melody
from soundwright.engines.score.bounds import HARD_LEAPS
from soundwright.engines.score.form import lay_out
from soundwright.engines.score.ladder import Ladder
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan import document
from soundwright.plan.author import write_song
from soundwright.request import MusicRequest

AABB = (("A", 8, 0.5), ("A", 8, 0.5), ("B", 8, 0.6), ("B", 8, 0.6))
TRADITION = {
    "reel": "4/4",
    "jig": "6/8",
    "march": "2/4",
    "waltz": "3/4",
    "folk": "4/4",
    "lullaby": "3/4",
    "classical": "4/4",
}
CHORDS = {
    "D major": ["D", "G", "A", "D", "Bm", "G", "A7", "D"],
    "A minor": ["Am", "F", "C", "E7", "Am", "Dm", "E7", "Am"],
    "E dorian": ["Em", "D", "Em", "A", "Em", "D", "Bm", "Em"],
}


def plan(style: str, key: str = "D major", metre: str | None = None, form=AABB, **more):
    return song(
        style, key=key, metre=metre or TRADITION[style], tempo=112, duration_s=400, form=form, chords=CHORDS[key],
        parts=("lead", "guitar"), melody_by="learned", **more,
    )  # fmt: skip


@pytest.mark.parametrize("style", TRADITION)
@pytest.mark.parametrize("key", CHORDS)
def test_what_it_writes_keeps_the_rules_over_many_seeds(style, key):
    form = lay_out(plan(style, key))
    ladder, bar = Ladder(form.key), form.metre.bar
    own = {(form.key.tonic + step) % 12 for step in form.key.degrees}
    assert learned.learned(form)
    for seed in range(4):
        for k, (stretch, tones) in enumerate(zip(form.stretches, learned.tune(form, seed), strict=True)):
            if stretch.bars[0].final:
                continue
            assert stretch.start <= tones[0].start
            assert tones[-1].start + tones[-1].length <= stretch.start + 8 * bar + 1e-6
            assert all(b.start >= a.start + a.length - 1e-3 for a, b in pairwise(tones))
            for tone in tones:
                classes = form.chord_at(tone.start).pitch_classes
                assert tone.pitch % 12 in own | set(classes)
                assert abs(tone.pitch - ladder.tonic) <= 24
                if k in (0, 2) and (form.metre.weight(tone.start) >= 0.8 or tone.length >= 1.5):
                    assert tone.pitch % 12 in classes[:4], (seed, tone)
            assert tones[-1].closing
            assert tones[-1].start + tones[-1].length > stretch.start + 7 * bar
            assert tones[-1].pitch % 12 == form.key.tonic
            if k in (0, 2):
                leaps = np.abs(np.diff([tone.pitch for tone in tones]))
                assert np.isin(leaps, HARD_LEAPS).mean() < 0.03
                assert (leaps > 12).mean() < 0.03


def test_the_same_seed_is_the_same_tune_and_another_seed_is_another():
    form = lay_out(plan("reel"))
    assert learned.tune(form, 4) == learned.tune(form, 4)
    assert len({learned.tune(form, seed) for seed in range(5)}) == 5


def test_a_theme_returns_on_its_chords_and_bends_to_others():
    form = lay_out(plan("jig", form=(("A", 8, 0.5), ("B", 8, 0.5), ("A", 8, 0.5))))
    written = learned.tune(form, 2)
    moved = [(round(t.start - form.stretches[2].start, 3), t.pitch) for t in written[2]]
    first = [(round(t.start, 3), t.pitch) for t in written[0]]
    assert len(set(first) & set(moved)) / len(set(first) | set(moved)) > 0.8
    song_plan = plan("jig", form=(("A", 8, 0.5), ("A", 8, 0.5)))
    song_plan.sections[1].chords = ["Bm", "G", "Em", "A", "D", "Em", "A", "D"]
    form = lay_out(song_plan)
    again = learned.tune(form, 2)[1]
    for tone in again:
        if form.metre.weight(tone.start) >= 0.8:
            assert tone.pitch % 12 in form.chord_at(tone.start).pitch_classes[:4]


def test_a_section_in_another_key_carries_the_theme_there():
    song_plan = plan("march", form=(("A", 8, 0.5), ("A", 8, 0.5)))
    song_plan.sections[1].key = "E major"
    song_plan.sections[1].chords = ["E", "A", "B", "E", "C#m", "A", "B7", "E"]
    form = lay_out(song_plan)
    one, two = learned.tune(form, 1)[:2]
    assert len(one) == len(two) or abs(len(one) - len(two)) <= 2
    shifts = [b.pitch - a.pitch for a, b in zip(one, two, strict=False)]
    assert np.bincount(shifts).argmax() == 2


def test_a_denser_and_a_higher_section_are_so():
    sparse, dense = (
        np.mean([len(learned.tune(lay_out(plan("folk", density=d)), seed)[0]) for seed in range(8)]) for d in (0.1, 0.9)
    )
    assert dense > 1.3 * sparse
    form = (("verse", 8, 0.4), ("chorus", 8, 0.9))
    lift = []
    for seed in range(8):
        verse, chorus = learned.tune(lay_out(plan("folk", form=form)), seed)[:2]
        lift.append(np.mean([t.pitch for t in chorus]) - np.mean([t.pitch for t in verse]))
    assert np.mean(lift) > 1.5


def test_other_parts_do_not_depend_on_who_writes_the_theme():
    one, two = compose(plan("reel"), 3), compose(plan("reel").model_copy(update={"melody_by": "rules"}), 3)
    assert one.parts[1].notes == two.parts[1].notes
    assert one.parts[0].notes != two.parts[0].notes


@pytest.mark.parametrize(("style", "metre"), [("techno", "4/4"), ("jazz", "4/4"), ("blues", "4/4"), ("reel", "7/8")])
def test_what_was_not_learned_keeps_the_rules_and_says_so(style, metre):
    asked = song(style, metre=metre, parts=("lead",), duration_s=20, form=(("A", 4, 0.5),), melody_by="learned")
    plain = asked.model_copy(update={"melody_by": "rules"})
    assert compose(asked, 1).parts == compose(plain, 1).parts
    used = render(asked).used
    assert used["melody"]["by"] == "rules"
    assert "has not learned" in used["notes"][0]


def test_it_renders_and_the_take_says_who_wrote_it():
    take = render(plan("jig", form=(("A", 8, 0.5),)).model_copy(update={"duration_s": 12.0}), 5)
    assert take.audio.frames == 12 * 48000
    assert np.abs(take.audio.samples).max() > 0.01
    assert take.used["melody"]["by"] == "learned"
    assert len(take.used["melody"]["weights_sha256"]) == 64
    again = render(plan("jig", form=(("A", 8, 0.5),)).model_copy(update={"duration_s": 12.0}), 5)
    np.testing.assert_array_equal(take.audio.samples, again.audio.samples)


@pytest.mark.parametrize("bars", [1, 2, 3, 5, 7, 9, 12, 13, 24])
@pytest.mark.parametrize("style", ["reel", "waltz"])
def test_sections_of_any_length_are_filled(bars, style):
    form = lay_out(plan(style, form=(("A", bars, 0.5), ("B", bars, 0.7), ("A", 8, 0.5))))
    for stretch, tones in zip(form.stretches, learned.tune(form, 1), strict=True):
        assert tones
        length = len(stretch.bars) * form.metre.bar
        assert all(stretch.start <= t.start and t.start + t.length <= stretch.start + length + 1e-6 for t in tones)


def test_spoilt_weights_stop_the_piece_with_one_line(monkeypatch, tmp_path):
    from soundwright.nets import composer

    def spoilt():
        return composer.read(tmp_path / "composer.npz")

    monkeypatch.setattr(learned, "ours", spoilt)
    with pytest.raises(CannotRun, match="weights are missing"):
        compose(plan("reel"), 1)
    assert compose(plan("reel").model_copy(update={"melody_by": "rules"}), 1).parts[0].notes


def test_the_choice_goes_from_the_request_into_the_plan_and_back():
    from soundwright import studio

    for who in ("learned", "rules"):
        written = studio.plan_music(MusicRequest(prompt="irish reel", composer=who))
        assert written.melody_by == who
        assert document.read(document.write(written)).melody_by == who
    text = document.write(write_song("irish reel", composer="learned"))
    assert studio.plan_music(MusicRequest(plan=text)).melody_by == "learned"
    assert studio.plan_music(MusicRequest(plan=text, composer="rules")).melody_by == "rules"
    with pytest.raises(BadRequest, match="composer"):
        MusicRequest(prompt="reel", composer="nobody")  # type: ignore[arg-type]
    with pytest.raises(BadRequest, match="writes no notes"):
        studio.music(MusicRequest(prompt="reel", composer="learned", engine="musicgen/small"))


def test_a_plan_without_the_field_is_written_by_the_rules():
    text = "\n".join(line for line in document.write(plan("reel")).splitlines() if not line.startswith("melody_by"))
    old = document.read(text + "\n")
    assert old.melody_by == "rules"
    form = lay_out(old)
    assert not learned.learned(form)
    assert compose(old, 1).parts == compose(plan("reel").model_copy(update={"melody_by": "rules"}), 1).parts
    assert melody.tune(form, 1)


@pytest.mark.slow
@pytest.mark.skipif(importlib.util.find_spec("music21") is None, reason="the tunes it was trained on are in music21")
def test_it_copies_no_more_than_people_do():
    from soundwright.train import composer_data, tunes

    known: set[tuple] = set()
    people = []
    for sheet in tunes.sheets():
        tune = composer_data.human(sheet)
        if tune is not None:
            for other in composer_data.variants(tune):
                notes = other.notes
                known |= {tuple(np.diff(notes[k : k + 25])) for k in range(len(notes) - 24)}
            people.append(tune)
    assert len(people) > 3000
    copied = 0
    for seed in range(40):
        style = list(TRADITION)[seed % 4]
        for tones in learned.tune(lay_out(plan(style)), seed)[:3:2]:
            pitches = [tone.pitch for tone in tones]
            copied += any(tuple(np.diff(pitches[k : k + 25])) in known for k in range(len(pitches) - 24))
    assert copied <= 2
