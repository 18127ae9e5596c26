"""Every engine with weights that plays music, through the director: a plan of four sections, one after the other.

The checkpoints are tiny and untrained; loading, conditioning, denoising and decoding are those of the published ones.
An engine that cannot be told what not to play is told nothing of it, and the manifest says so.
"""

from __future__ import annotations

import numpy as np
import pytest

from soundwright import engines, studio
from soundwright.audio import Audio
from soundwright.direct import kept, section, song
from soundwright.engines import Task
from soundwright.errors import Cancelled
from soundwright.plan import document, sections
from soundwright.plan.song import PartPlan, Section, SongPlan
from soundwright.progress import Progress
from soundwright.request import EditRequest, MusicRequest

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

    def anew(self, of, number, source, *, seed=8):
        self.asked = []
        task = Task("repaint", of, source.duration_s, seed, of.prompt, options=dict(self.options),
                    sources={"source": source})  # fmt: skip
        return section.replaced(self, task, number, Progress())

    def play(self, of, *, seed=7, **more):
        self.asked = []
        task = Task("music", of, of.duration_s, seed, of.prompt, options=dict(self.options), **more)
        return song.perform(self, task, Progress(), form="sections")


def plan(**more):
    """Four sections of whole bars of 0.8 s, with wishes of their own, and a ring."""
    rows = [("intro", 1, 0.2), ("verse", 2, 0.4), ("chorus", 2, 0.9), ("outro", 1, 0.3)]
    made = [Section(name=name, bars=bars, energy=energy, chords=["C", "F"]) for name, bars, energy in rows]
    made[1].lyrics = ["a line", "and another"]
    made[2].styles, made[2].without = ["jazz"], ["flute"]
    told = {"duration_s": DURATION_S, "tempo_bpm": 300.0, "prompt": "calm piano", "sections": made, **more}
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
    assert "jazz" in (words[2] + str(getattr(player.asked[2].plan, "styles", "")))


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


WAYS = {
    "ace-step": "repainted",
    "stable-audio-3": "repainted",
    "musicgen": "gone on",
    "stable-audio": "alone",
    "audioldm2": "alone",
}


def test_a_section_is_played_anew_and_every_other_sample_stays(player):
    """In a file of another rate than the engine's, as delivered songs are."""
    take, source = _anew(player, 2, 48_000, 2, WAYS[player.card.name.partition("/")[0]])
    other = player.anew(plan(), 2, source, seed=9)
    assert (other.audio.samples != take.audio.samples).any()


def test_a_first_section_has_nothing_to_go_on_from(tiny_musicgen):
    _anew(Counted("musicgen/small", str(tiny_musicgen["small"])), 0, 44_100, 1, "alone")


def _anew(player, number, rate, channels, way):
    """A section of noise played anew and held against it; gives the take and the noise."""
    samples = np.random.default_rng(3).normal(0, 0.1, (channels, round(DURATION_S * rate))).astype(np.float32)
    source, of = Audio(samples, rate), plan()
    take, same = (player.anew(of, number, source) for _ in range(2))
    assert len(player.asked) == 1
    name, (start_s, end_s) = of.sections[number].name, sections.spans(of)[number]
    assert take.used["replaced"] == {
        "section": name,
        "start_s": round(start_s, 3),
        "end_s": round(end_s, 3),
        "way": way,
    }
    assert name in player.asked[0].plan.prompt
    first, last = round(start_s * rate), round(end_s * rate)
    made = take.audio.samples
    assert (take.audio.rate, made.shape) == (rate, samples.shape)
    np.testing.assert_array_equal(made[:, :first], samples[:, :first])
    np.testing.assert_array_equal(made[:, last:], samples[:, last:])
    assert (made[:, first:last] != samples[:, first:last]).mean() > 0.9
    np.testing.assert_array_equal(made, same.audio.samples)
    return take, source


def test_a_song_and_a_section_of_it_the_whole_way(tiny_stable, tmp_path):
    """What the song was made with is what its section is made with; the manifest makes it again."""
    how = {"engine": "stable-audio", "weights": str(tiny_stable), "steps": 2, "guidance": 3.0}
    text = document.write(plan(prompt="calm piano in A minor"))
    studio.music(MusicRequest(plan=text, form="sections", seed=3, **how)).save(tmp_path / "song.wav", plan=True)
    asked = {"verb": "repaint", "source": str(tmp_path / "song.wav"), "section": "verse", "prompt": "a saxophone solo"}
    piece = studio.edit(EditRequest(**asked))
    before, made = Audio.read(tmp_path / "song.wav").samples, piece.audio.samples
    np.testing.assert_array_equal(made[:, : round(0.8 * 48_000)], before[:, : round(0.8 * 48_000)])
    np.testing.assert_array_equal(made[:, round(2.4 * 48_000) :], before[:, round(2.4 * 48_000) :])
    told = piece.facts["request"]
    assert (told["engine"], told["seed"]) == ("stable-audio/open-1.0", 4)
    assert all(told[name] == value for name, value in how.items() if name != "engine")
    assert document.read(piece.plan).sections[1].prompt == "a saxophone solo"
    piece.save(tmp_path / "new.wav")
    assert studio.again(tmp_path / "new.wav.json")[1]
