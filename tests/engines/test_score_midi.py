"""The MIDI file as other programs read it, and words on notes."""

from __future__ import annotations

import io
import sys
from pathlib import Path

import pytest
import symusic

sys.path.insert(0, str(Path(__file__).parent))

from score_plans import render, song

from soundwright.engines.score import compose
from soundwright.engines.score.lyrics import line_syllables, lrc, syllables
from soundwright.engines.score.midi import midi_bytes
from soundwright.instruments import find
from soundwright.plan.song import PartPlan

WORDS = ["Morning comes across the river", "Together we will wander home"]


def sung():
    plan = song(duration_s=36.0, form=(("verse", 8, 0.5), ("chorus", 8, 0.8)), parts=("guitar", "bass", "drums"))
    plan.parts = {**plan.parts, "singer": PartPlan(instrument="voice", role="voice")}
    plan.sections[0].lyrics = WORDS
    plan.sections[1].lyrics = ["Hallelujah, beautiful tomorrow"]
    return plan


@pytest.mark.parametrize(("metre", "tempo"), [("4/4", 100.0), ("6/8", 90.0), ("2/2", 104.0), ("3/4", 140.5)])
def test_read_again_it_is_the_score(metre, tempo):
    score = compose(song(metre=metre, tempo=tempo, key="Eb major", duration_s=40.0), 2)
    again = symusic.Score.from_midi(midi_bytes(score), ttype="second")
    tracks = {track.name: track for track in again.tracks if len(track.notes)}
    assert set(tracks) == {part.name for part in score.parts}
    for part in score.parts:
        track = tracks[part.name]
        assert track.is_drum == find(part.instrument).is_kit
        if not track.is_drum:
            assert track.program == find(part.instrument).program
        read = sorted((round(n.start, 2), n.pitch) for n in track.notes)
        written = sorted((n.start_s, round(n.pitch)) for n in part.notes)
        assert len(read) == len(written)
        read_at, written_at = sorted(n.start for n in track.notes), sorted(t for t, _ in written)
        assert max(abs(a - b) for a, b in zip(read_at, written_at, strict=True)) < 0.003
        assert sorted(p for _, p in read) == sorted(p for _, p in written)
    ticks = symusic.Score.from_midi(midi_bytes(score))
    beat = {"4/4": 1.0, "3/4": 1.0, "6/8": 1.5, "2/2": 2.0}[metre]
    assert ticks.tempos[0].qpm == pytest.approx(tempo * beat, rel=1e-4)
    signature = ticks.time_signatures[0]
    assert f"{signature.numerator}/{signature.denominator}" == metre
    assert ticks.key_signatures[0].key == -3
    assert [marker.text for marker in ticks.markers][:2] == ["verse", "chorus"]


def test_another_reader_finds_drums_on_channel_ten_and_the_pedal():
    mido = pytest.importorskip("mido")
    plan = song(duration_s=20.0)
    plan.parts["guitar"].instrument = "grand piano"
    file = mido.MidiFile(file=io.BytesIO(midi_bytes(compose(plan, 1))))
    tracks = {track.name: track for track in file.tracks}
    channels = {m.channel for m in tracks["drums"] if m.type == "note_on"}
    assert channels == {9}
    assert {m.value for m in tracks["guitar"] if m.type == "control_change" and m.control == 64} == {0, 127}
    assert file.length == pytest.approx(20.0, abs=1.0)


def test_words_are_in_the_file_in_order_and_the_take_says_what_is_sung():
    take = render(sung())
    again = symusic.Score.from_midi(take.extras["mid"])
    words = [event.text for track in again.tracks for event in track.lyrics]
    wanted = [s for line in (*WORDS, "Hallelujah, beautiful tomorrow") for s in line_syllables(line)]
    assert words == wanted
    text = take.extras["lrc"].decode()
    assert [line.split("]")[1] for line in text.splitlines()[2:]] == [*WORDS, "Hallelujah, beautiful tomorrow"]
    assert "an engine that sings" in take.used["note"]
    assert take.stems["singer"].peak > 0.001


def test_every_syllable_has_its_note_in_its_line():
    notes = next(p for p in compose(sung(), 3).parts if p.name == "singer").notes
    assert [n.syllable for n in notes if n.syllable and n.start_s < 8][:2] == ["Mor-", "ning"]
    assert sum(bool(n.syllable) for n in notes if n.start_s < 15.9) == sum(len(line_syllables(w)) for w in WORDS)


@pytest.mark.parametrize(
    ("word", "count"),
    [
        ("together", 3), ("loved", 1), ("little", 2), ("beautiful", 3), ("something", 2), ("table", 2), ("wanted", 2),
        ("every", 2), ("piano", 3), ("home", 1), ("over", 2), ("hallelujah", 4), ("Straße", 2), ("corazón", 3),
        ("さくら", 3), ("rhythm", 1), ("yesterday", 3), ("nation", 2), ("makes", 1), ("dances", 2), ("I'm", 1),
    ],
)  # fmt: skip
def test_syllables(word, count):
    parts = syllables(word)
    assert len(parts) == count, parts
    assert "".join(parts) == word


def test_lrc_stamps():
    text = lrc("Song", ((0.0, "a"), (75.25, "b")), 90.0)
    assert text.splitlines() == ["[ti:Song]", "[length:01:30]", "[00:00.00]a", "[01:15.25]b"]
