"""A plan by engines that play a few seconds at a time: to the frame, section by section, gone on with after a kill."""

from __future__ import annotations

import numpy as np
import pytest

from soundwright import engines
from soundwright.audio import Audio
from soundwright.direct import kept, song
from soundwright.engines import Card, Checkpoint, Licence, Take, Task
from soundwright.errors import BadRequest
from soundwright.plan.song import PartPlan, Section, SongPlan
from soundwright.progress import Progress

RATE = 16_000


def plan(**more):
    rows = [("intro", 2, 0.2), ("verse", 4, 0.4), ("chorus", 6, 0.9), ("outro", 2, 0.3)]
    sections = [Section(name=name, bars=bars, energy=energy, chords=["C", "F"]) for name, bars, energy in rows]
    told = {"duration_s": 29.3, "tempo_bpm": 120.0, "prompt": "calm piano", "sections": sections, **more}
    return SongPlan(parts={"piano": PartPlan(instrument="felt piano", role="chords")}, **told)


class Short:
    """Plays noise of its seed, 9 seconds at most; remembers what it was asked for, and stops after `until` parts."""

    def __init__(self, *verbs, gives=(), until=99):
        one = Checkpoint("", "a/b", ("music", *verbs), Licence("none", True), RATE, 2, 9.0, gives=gives)
        self.card = Card("short/one", "", one.verbs, RATE, 2, 9.0, one.licence, {"one": one}, "torch", "a/b")
        self.asked, self.until = [], until

    def render(self, task, tell):
        if len(self.asked) == self.until:
            raise KeyboardInterrupt
        self.asked.append(task)
        assert task.duration_s <= 9.0 + 1e-6
        frames = round(task.duration_s * RATE)
        samples = np.random.default_rng(task.seed).normal(0, 0.1, (2, frames)).astype(np.float32)
        if task.verb == "extend":
            source = task.sources["source"].samples
            samples[:, : source.shape[1]] = source
        return Take(Audio(samples, RATE), used={"steps": 3})


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(tmp_path))


def task(of=None, **more):
    of = of or plan()
    return Task("music", of, of.duration_s, 7, of.prompt, **more)


@pytest.mark.parametrize("verbs", [(), ("extend",)])
def test_a_long_piece_has_its_length_and_its_sections_their_beginnings(verbs):
    engine, made = Short(*verbs), plan()
    take = song.perform(engine, task(made), Progress())
    assert take.audio.frames == round(29.3 * RATE)
    rows = take.used["sections"]
    starts = {row["section"]: row["start_s"] for row in reversed(rows)}
    assert starts == {"intro": 0.0, "verse": 4.0, "chorus": 12.0, "outro": 24.0}
    assert rows[-1]["end_s"] == 29.3
    assert take.used["form"] == ("extend" if verbs else "join")
    words = [task.plan.prompt for task in engine.asked]
    assert "intro, calm" in words[0]
    assert any("chorus, full energy" in one for one in words)
    quiet = np.abs(take.audio.samples).reshape(2, -1, 100).max(axis=(0, 2))
    assert quiet.min() > 0.01  # no hole anywhere


def test_what_goes_on_keeps_all_that_was_before():
    engine = Short("extend")
    take = song.perform(engine, task(), Progress())
    for asked, row in list(zip(engine.asked, take.used["sections"], strict=True))[1:]:
        end = round(row["start_s"] * RATE)
        heard = asked.sources["source"].samples
        np.testing.assert_array_equal(heard, take.audio.samples[:, end - heard.shape[1] : end])


@pytest.mark.parametrize("verbs", [(), ("extend",)])
def test_a_killed_piece_goes_on_and_is_the_same(verbs):
    whole = song.perform(Short(*verbs), task(), Progress())
    killed = Short(*verbs, until=3)
    with pytest.raises(KeyboardInterrupt):
        song.perform(killed, task(), Progress())
    again = Short(*verbs)
    take = song.perform(again, task(), Progress())
    assert len(again.asked) == len(whole.used["sections"]) - 3
    np.testing.assert_array_equal(take.audio.samples, whole.audio.samples)
    assert not list(kept.place().glob("*/*"))  # nothing is kept of what is done


def test_a_damaged_part_is_made_again(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        song.perform(Short(until=3), task(), Progress())
    for file in kept.place().glob("*/*.npz"):
        file.write_bytes(b"half")
    engine = Short()
    song.perform(engine, task(), Progress())
    assert engine.asked[0].seed == 7


def test_sections_with_wishes_of_their_own_are_played_one_by_one():
    short = plan(duration_s=8.9, sections=[Section(name=n, bars=2, chords=["C"], styles=[n]) for n in ("jazz", "rock")])
    engine = Short()
    song.perform(engine, task(short), Progress())
    assert [one.plan.styles[0] for one in engine.asked] == ["jazz", "rock"]
    engine = Short()
    song.perform(engine, task(short), Progress(), form="whole")
    assert engine.asked[0].plan == short


def test_lines_are_shared_by_the_parts_of_a_section():
    lines = [f"line {at}" for at in range(6)]
    long = plan(sections=[Section(name="verse", bars=12, chords=["C"], lyrics=lines)])
    engine = Short()
    song.perform(engine, task(long), Progress())
    sung = [line for one in engine.asked for line in one.plan.sections[0].lyrics]
    assert len(engine.asked) > 2
    assert sung == lines


def test_lyrics_stand_at_the_beginnings_of_their_parts():
    rows = [("intro", []), ("verse", ["one", "two"]), ("chorus", ["three"])]
    made = [Section(name=name, bars=3, chords=["C"], lyrics=lines) for name, lines in rows]
    sung = plan(duration_s=18.5, sections=made)
    text = song.perform(Short(gives=("lyrics",)), task(sung), Progress()).extras["lrc"].decode()
    assert "are not]" in text
    assert text.splitlines()[-2:] == ["[00:06.00]one / two", "[00:12.00]three"]
    longer = song.perform(Short("extend", gives=("lyrics",)), task(sung), Progress()).extras["lrc"].decode()
    assert [word for word in ("one", "two", "three") if word in longer] == ["one", "two", "three"]
    assert song.perform(Short(), task(sung), Progress()).extras == {}
    assert song.perform(Short(gives=("lyrics",)), task(plan()), Progress()).extras == {}


@pytest.mark.parametrize(("verbs", "gives"), [(("cover",), ()), ((), ("melody",))])
def test_a_guide_is_the_plan_played_in_the_same_place(verbs, gives):
    engine = Short(*verbs, gives=gives)
    take = song.perform(engine, task(), Progress(), guide=0.7)
    assert take.audio.frames == round(29.3 * RATE)
    for asked in engine.asked:
        heard = asked.sources["melody" if gives else "source"]
        assert heard.duration_s == pytest.approx(asked.duration_s, abs=1e-4)
        assert heard.peak > 0.01
        if verbs:
            assert asked.verb == "cover"
            assert asked.plan.strength == pytest.approx(0.3)
        else:
            assert asked.options["follow"] == 0.7


def test_what_cannot_be_done_is_said_before_anything_plays():
    card = Short().card
    with pytest.raises(BadRequest, match="follows no guide"):
        song.check(card, plan(), "auto", 0.5)
    with pytest.raises(BadRequest, match="--form sections"):
        song.check(card, plan(), "whole", 0.0)
    with pytest.raises(BadRequest, match="takes no guide"):
        song.check(engines.card("score"), plan(), "auto", 0.5)
    with pytest.raises(BadRequest, match="takes no form"):
        song.check(engines.card("score"), plan(), "sections", 0.0)
    engine = Short(gives=("melody",))
    with pytest.raises(BadRequest, match="not both"):
        song.perform(engine, task(sources={"melody": Audio.silence(10, RATE)}), Progress(), guide=0.5)
