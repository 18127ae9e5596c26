"""What an engine with weights plays is heard: loops and silences are played anew, from seeds that are ever the same."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from soundwright.audio import Audio
from soundwright.direct import kept, listen, song
from soundwright.engines import Card, Checkpoint, Licence, Take, Task
from soundwright.plan.edit import EditPlan
from soundwright.plan.song import PartPlan, Section, SongPlan
from soundwright.progress import Progress

RATE = 16_000


def sound(kind, duration_s, seed):
    """Noise, of which only two seconds are new ("loops"), or all but a share is silent ("falls 0.4": from there on)."""
    rng, frames = np.random.default_rng(seed), round(duration_s * RATE)
    samples = rng.normal(0, 0.1, (2, frames)).astype(np.float32)
    if kind == "loops":
        hits = np.exp(-np.arange(2 * RATE) / (0.2 * RATE))
        samples = np.tile(samples[:, : 2 * RATE] * hits, frames // (2 * RATE) + 1)[:, :frames]
    if kind.startswith("falls"):
        samples[:, round(float(kind.partition(" ")[2]) * frames) :] = 0
    return samples.astype(np.float32)


class Moody:
    """Plays what its `moods` say, one after the other, then noise."""

    def __init__(self, *moods, longest_s=60.0, extra="torch"):
        one = Checkpoint("", "a/b", ("music",), Licence("none", True), RATE, 2, longest_s)
        self.card = Card("moody/one", "", one.verbs, RATE, 2, longest_s, one.licence, {"one": one}, extra, "a/b")
        self.moods, self.seeds = list(moods), []

    def render(self, task, tell):
        mood = self.moods[len(self.seeds)] if len(self.seeds) < len(self.moods) else "noise"
        self.seeds.append(task.seed)
        return Take(Audio(sound(mood, task.duration_s, task.seed), RATE), used={"steps": 3})


def task(duration_s=24.0, loop=False, **more):
    row = Section(name="verse", bars=round(duration_s / 2), chords=["C"])
    plan = SongPlan(duration_s=duration_s, tempo_bpm=120, sections=[row],
                    parts={"piano": PartPlan(instrument="felt piano", role="chords")}, **more)  # fmt: skip
    return Task("music", plan, duration_s, 7, "calm piano", loop)


def test_a_good_take_is_played_once_and_nothing_is_said():
    engine = Moody()
    take = song.perform(engine, task(), Progress())
    assert engine.seeds == [7]
    assert take.used == {"steps": 3}


@pytest.mark.parametrize(
    ("mood", "word"), [("loops", "times and has nothing else"), ("falls 0.5", "falls silent at 12")]
)
def test_a_bad_take_is_played_anew_from_another_seed_which_is_told(mood, word):
    engine, again = Moody(mood), Moody(mood)
    take = song.perform(engine, task(), Progress())
    assert len(set(engine.seeds)) == 2
    assert take.used["seed"] == engine.seeds[1]
    assert word in take.used["takes"][0]["faults"][0]
    assert take.used["takes"][1] == {"seed": engine.seeds[1], "faults": []}
    assert take.used["notes"][0].startswith("the piece was played anew, for it ")
    np.testing.assert_array_equal(song.perform(again, task(), Progress()).audio.samples, take.audio.samples)
    assert again.seeds == engine.seeds


def test_of_bad_takes_the_best_is_kept_and_the_note_says_so():
    engine = Moody("falls 0.2", "falls 0.7", "falls 0.5")
    take = song.perform(engine, task(), Progress())
    assert len(engine.seeds) == 3
    assert take.used["seed"] == engine.seeds[1]
    assert "the best of 3 still falls silent" in take.used["notes"][0]


@pytest.mark.parametrize("asked", [{"rerolls": 0}, {"loop": True}, {"duration_s": 16.0}, {"extra": "hosted"}])
def test_what_was_asked_for_is_left_alone(asked):
    """No listening, a loop, a stretch that is too short to be blamed, an API that would be paid twice."""
    engine = Moody("loops", extra=asked.get("extra", "torch"))
    song.perform(engine, task(asked.get("duration_s", 24.0), asked.get("loop", False)), Progress(),
                 rerolls=asked.get("rerolls", 2))  # fmt: skip
    assert len(engine.seeds) == 1


def test_the_ring_of_an_ending_is_no_collapse():
    rings = task(24.0)
    rings.plan.sections[0].bars = 9  # the last six seconds are the ring
    assert not listen.faults(rings, Audio(sound("falls 0.76", 24.0, 1), RATE))
    assert listen.faults(rings, Audio(sound("falls 0.6", 24.0, 1), RATE))


def test_of_a_sound_that_goes_on_only_what_is_new_is_heard():
    plan = EditPlan(verb="extend", source="", right_s=10.0, duration_s=30.0)
    longer = replace(task(30.0), verb="extend", plan=plan)
    silent_before = np.concatenate([np.zeros((2, 20 * RATE), np.float32), sound("noise", 10.0, 3)], axis=1)
    assert not listen.faults(longer, Audio(silent_before, RATE))
    assert listen.faults(longer, Audio(silent_before[:, ::-1], RATE))


def test_a_section_is_played_anew_alone_and_named(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(tmp_path))
    asked = task(48.0)
    rows = [Section(name=name, bars=8, chords=["C"]) for name in ("verse", "chorus", "outro")]
    asked = replace(asked, plan=asked.plan.model_copy(update={"sections": rows}))
    engine = Moody("noise", "falls 0.3", longest_s=20.0)
    take = song.perform(engine, asked, Progress())
    assert len(engine.seeds) == 4
    assert ["takes" in row for row in take.used["sections"]] == [False, True, False]
    assert take.used["sections"][1]["seed"] == engine.seeds[2]
    assert take.used["notes"][0].startswith("the section chorus was played anew")


def test_kept_parts_are_those_of_the_same_weights(tmp_path):
    """Other files, or files that were changed, are other parts; so is another LoRA."""
    card = Moody().card
    for name in ("one", "two"):
        (tmp_path / name).mkdir()
        (tmp_path / name / "model.safetensors").write_bytes(b"1234")
    (tmp_path / "style.safetensors").write_bytes(b"12")

    def key(folder, **options):
        return kept.key(card, replace(task(), options={"weights": str(tmp_path / folder), **options}))

    lora = str(tmp_path / "style.safetensors@0.5")
    first, with_lora = key("one"), key("one", lora=lora)
    assert key("one") == first
    assert len({first, with_lora, key("two")}) == 3
    (tmp_path / "style.safetensors").write_bytes(b"123")
    assert key("one", lora=lora) != with_lora
    (tmp_path / "one" / "model.safetensors").write_bytes(b"12345")
    assert key("one") != first
