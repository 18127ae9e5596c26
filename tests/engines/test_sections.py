"""Every engine with weights that plays music, through the director: a plan of four sections, one after the other.

The checkpoints are tiny and untrained; loading, conditioning, denoising and decoding are those of the published ones.
An engine that cannot be told what not to play is told nothing of it, and the manifest says so.
"""

from __future__ import annotations

import numpy as np
import pytest

from soundwright import engines
from soundwright.direct import kept, song
from soundwright.engines import Task
from soundwright.errors import Cancelled
from soundwright.plan.song import PartPlan, Section, SongPlan
from soundwright.progress import Progress

# Each engine, the fixture of its tiny checkpoint, and which of that fixture's folders.
TINY = {
    "ace-step/turbo": ("tiny_ace", "turbo"),
    "stable-audio/open-1.0": ("tiny_stable", ""),
    "stable-audio/open-small": ("tiny_stable_small", ""),
    "stable-audio-3/medium": ("tiny_stable_3", "medium"),
    "stable-audio-3/small-music": ("tiny_stable_3", "small-music"),
    "musicgen/small": ("tiny_musicgen", "small"),
    "musicgen/stereo-small": ("tiny_musicgen", "stereo-small"),
    "audioldm2/music": ("tiny_audioldm2", "published"),
}
STARTS = {"intro": 0.0, "verse": 0.8, "chorus": 2.4, "outro": 4.0}
DURATION_S = 4.97


@pytest.fixture(autouse=True)
def _cache(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(tmp_path / "cache"))


@pytest.fixture(params=TINY)
def player(request):
    """An engine that counts what it renders, and a function that gives the options of its tasks."""
    fixture, name = TINY[request.param]
    folder = request.getfixturevalue(fixture)
    return Counted(request.param, str(folder[name] if name else folder))


class Counted:
    """An engine of the registry on a folder of weights; `asked` are its tasks, and after `until` of them it is killed.

    The last of them is killed by `Cancelled` in its middle, as Ctrl-C would."""

    def __init__(self, address, folder):
        self.engine, self.asked, self.until = engines.load(address), [], 99
        self.card = self.engine.card
        steps = {} if address.startswith("musicgen") else {"steps": 2}
        self.options = {"weights": folder, "device": "cpu", **steps}

    def render(self, task, tell):
        self.asked.append(task)
        if len(self.asked) > self.until:
            tell.cancel()
        return self.engine.render(task, tell)

    def play(self, of, *, seed=7, **more):
        self.asked = []
        task = Task("music", of, of.duration_s, seed, of.prompt, options=dict(self.options), **more)
        return song.perform(self, task, Progress(), form="sections")


def plan(**more):
    """Four sections of whole bars of 0.8 s, with wishes of their own, and a ring."""
    rows = [("intro", 1, 0.2), ("verse", 2, 0.4), ("chorus", 2, 0.9), ("outro", 1, 0.3)]
    sections = [Section(name=name, bars=bars, energy=energy, chords=["C", "F"]) for name, bars, energy in rows]
    sections[1].lyrics = ["a line", "and another"]
    sections[2].styles, sections[2].without = ["brass"], ["flute"]
    told = {"duration_s": DURATION_S, "tempo_bpm": 300.0, "prompt": "calm piano", "sections": sections, **more}
    return SongPlan(parts={"piano": PartPlan(instrument="felt piano", role="chords")}, **told)


def test_no_engine_that_plays_music_by_weights_is_left_out():
    able = {name for name in engines.ENGINES if "music" in (card := engines.card(name)).verbs and card.checkpoints}
    assert able - {"hosted"} == {address.partition("/")[0] for address in TINY}


def test_the_whole_has_its_length_and_each_section_its_frame(player):
    take = player.play(plan())
    rate = take.audio.rate
    assert take.audio.frames == round(DURATION_S * rate)
    assert np.isfinite(take.audio.samples).all()
    rows = take.used["sections"]
    assert [row["section"] for row in rows] == list(STARTS)
    assert {row["section"]: row["start_s"] for row in rows} == STARTS
    assert rows[-1]["end_s"] == DURATION_S
    if take.used["form"] == "extend":  # what was there when a section was begun is there still
        for task, row in list(zip(player.asked, rows, strict=True))[1:]:
            heard, start = task.sources["source"], round(row["start_s"] * rate)
            assert task.plan.right_s == pytest.approx(row["end_s"] - row["start_s"], abs=1.5 / rate)
            np.testing.assert_array_equal(heard.samples, take.audio.samples[:, start - heard.frames : start])
    else:
        for row in rows[1:]:
            assert abs(row["seam"] - row["start_s"]) < 0.8
    assert bool(take.used.get("notes")) != player.card.gives("negative")
    words = [task.plan.prompt for task in player.asked]
    assert "chorus, full energy" in words[2]
    assert "brass" in (words[2] + str(getattr(player.asked[2].plan, "styles", "")))


def test_the_same_again_and_after_a_kill_in_the_middle(player):
    first = player.play(plan())
    count = len(player.asked)
    assert count == 4
    player.until = 2
    with pytest.raises(Cancelled):
        player.play(plan())
    assert len(list(kept.place().glob("*/*.npz"))) == 2
    player.until = 99
    second = player.play(plan())
    assert len(player.asked) == count - 2
    np.testing.assert_array_equal(first.audio.samples, second.audio.samples)
    assert first.used == second.used
    assert not list(kept.place().glob("*/*"))
