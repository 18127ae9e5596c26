"""A section of a finished song played anew: from a file to a file, with all else as it was, bit for bit."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
import soundfile
from typer.testing import CliRunner

import soundwright as sw
from soundwright import studio
from soundwright.audio import Audio
from soundwright.cli import app
from soundwright.errors import BadRequest
from soundwright.plan import document, sections
from soundwright.plan.song import PartPlan, Section, SongPlan
from soundwright.request import EditRequest

RATE = 48_000


def plan(**more):
    """Three sections of 2.4 s: one is called as another is."""
    rows = [Section(name=name, bars=2, chords=["C", "F"]) for name in ("verse", "chorus", "verse")]
    told = {"duration_s": 7.7, "tempo_bpm": 200.0, "styles": ["folk"], "sections": rows, **more}
    return SongPlan(parts={"piano": PartPlan(instrument="felt piano", role="chords"),
                           "lead": PartPlan(instrument="flute", role="melody")}, **told)  # fmt: skip


@pytest.fixture(scope="module")
def _song(tmp_path_factory):
    folder = tmp_path_factory.mktemp("song")
    sw.music("", plan=document.write(plan()), seed=4, soundfont="none").save(folder / "song.wav", plan=True)
    return folder


@pytest.fixture
def song(_song, tmp_path):
    """A song on disk, as `score` played it, with its plan and its manifest."""
    shutil.copytree(_song, tmp_path, dirs_exist_ok=True)
    return tmp_path / "song.wav"


def anew(path, section="chorus", **asked):
    return studio.edit(EditRequest(verb="repaint", source=str(path), section=section, **asked))


def outside(one, other, first_s=2.4, last_s=4.8):
    """The samples of two sounds but those of a span."""
    first, last = round(first_s * RATE), round(last_s * RATE)
    return [np.concatenate([x.samples[:, :first], x.samples[:, last:]], axis=1) for x in (one, other)]


def test_all_but_the_section_is_the_same_in_the_file(song, tmp_path):
    piece = anew(song)
    piece.save(tmp_path / "new.wav", plan=True)
    before, after = Audio.read(song), Audio.read(tmp_path / "new.wav")
    np.testing.assert_array_equal(*outside(before, after))
    inside = slice(round(2.4 * RATE), round(4.8 * RATE))
    assert np.abs(after.samples[:, inside] - before.samples[:, inside]).max() > 0.01
    told = json.loads((tmp_path / "new.wav.json").read_text())
    assert told["request"]["seed"] == 5
    assert told["engine"]["name"] == "score"
    assert told["used"]["replaced"]["way"] == "played"
    assert (tmp_path / "new.plan.yaml").read_text() == song.with_suffix(".plan.yaml").read_text()


def test_no_step_is_heard_at_the_seams(song):
    before, after = Audio.read(song), anew(song).audio
    for edge in (2.4, 4.8):
        near = slice(round((edge - 0.05) * RATE), round((edge + 0.05) * RATE))
        most = np.abs(np.diff(before.samples)).max()
        assert np.abs(np.diff(after.samples[:, near])).max() <= 1.5 * most


def test_its_manifest_makes_it_again_and_it_can_be_edited_further(song, tmp_path):
    anew(song).save(tmp_path / "second.wav", plan=True)
    assert studio.again(tmp_path / "second.wav.json")[1]
    third = anew(tmp_path / "second.wav", "3")
    assert third.facts["request"]["seed"] == 6
    np.testing.assert_array_equal(*outside(Audio.read(tmp_path / "second.wav"), third.audio, 4.8, 7.7))
    song.write_bytes(song.read_bytes()[:-4] + b"1234")
    with pytest.raises(BadRequest, match="is not the file that was edited"):
        studio.again(tmp_path / "second.wav.json")


def test_the_plan_beside_may_be_changed_before_and_the_same_seed_keeps_the_rest_of_the_music(song):
    path = song.with_suffix(".plan.yaml")
    changed = document.read(path)
    changed.sections[1].play = {"lead": ""}
    path.write_text(document.write(changed))
    same, played = anew(song, seed=4, section="2"), Audio.read(song)
    np.testing.assert_array_equal(*outside(same.audio, played))
    assert document.read(same.plan).sections[1].play == {"lead": ""}
    rms = [np.sqrt(np.mean(np.square(x.samples[:, 140_000:200_000]))) for x in (same.audio, played)]
    assert rms[0] < rms[1]  # the piano is silent


def test_new_wishes_go_into_the_plan_and_twice_is_once():
    of = plan()
    wishes = {"prompt": "a solo", "styles": ["jazz"], "without": "drums", "lyrics": "one\n\ntwo"}
    once = sections.revised(of, 1, **wishes)
    assert sections.revised(once, 1, **wishes) == once
    assert once.sections[1].lyrics == ["one", "two"]
    assert (once.sections[0], once.sections[2]) == (of.sections[0], of.sections[2])
    assert "a solo" in sections.only(once, 1).prompt
    assert document.read(document.write(once)) == once


def test_a_loop_stays_one(tmp_path):
    """The seams of its first and last section are at its own ends, too: its end still goes on into its beginning."""
    looped = plan(duration_s=7.2, ending="loop")
    sw.music("", plan=document.write(looped), seed=4, soundfont="none").save(tmp_path / "loop.wav", plan=True)
    before = Audio.read(tmp_path / "loop.wav")
    for number, span in (("1", (0.0, 2.4)), ("3", (4.8, 7.2))):
        piece = anew(tmp_path / "loop.wav", number)
        np.testing.assert_array_equal(*outside(before, piece.audio, *span))
        assert piece.loop
        steps = np.abs(np.diff(before.samples)).max()
        assert np.abs(piece.audio.samples[:, 0] - piece.audio.samples[:, -1]).max() <= 1.5 * steps


@pytest.mark.parametrize(
    ("asked", "words"),
    [
        ({"section": "bridge"}, "no section 'bridge'"),
        ({"section": "4"}, "no section 4"),
        ({"section": "verse"}, "by its number, 1, 3"),
        ({"regions": ((1.0, 2.0),)}, "either a section or"),
        ({"prompt": "a saxophone"}, "plays the plan, not words"),
        ({"styles": ("jaz",)}, "did you mean jazz"),
        ({"engine": "foley"}, "makes no music"),
        ({"plan": document.write(plan(duration_s=9.0))}, "it is another's"),
        ({"plan": document.write(plan(tempo_bpm=210.0))}, "lie elsewhere"),
    ],
)
def test_what_cannot_be_done_is_said(song, asked, words):
    with pytest.raises(BadRequest, match=words):
        anew(song, **{"section": "chorus", **asked})


def test_without_a_plan_it_says_what_to_do(tmp_path):
    soundfile.write(tmp_path / "bare.wav", np.zeros((RATE, 2)), RATE)
    with pytest.raises(BadRequest, match="name one: --plan"):
        anew(tmp_path / "bare.wav")


def test_the_manifest_is_enough_and_the_command_line_does_it(song, tmp_path):
    song.with_suffix(".plan.yaml").unlink()
    out = tmp_path / "new.wav"
    done = CliRunner().invoke(app, ["repaint", str(song), "--section", "Chorus", "-o", str(out)])
    assert done.exit_code == 0, done.output
    np.testing.assert_array_equal(*outside(Audio.read(song), Audio.read(out)))
