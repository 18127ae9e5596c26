"""Stem projects as documents: read as written, slips told with their line, edits that leave the rest of the text."""

from __future__ import annotations

import re

import numpy as np
import pytest
import soundfile

from soundwright.assemble import project as documents
from soundwright.assemble.project import Master, Mix, Project, Stem
from soundwright.errors import BadRequest

FULL = Project(
    title="Waltz: no. 2",
    rate=44_100,
    duration_s=12.5,
    loop=True,
    mix=Mix(file="../é.wav", sha256="ab12"),
    master=Master(preset="streaming", loudness_lufs=-16.0, chain=[{"gain": {"gain_db": -1.0}}]),
    stems=[
        Stem(file="cello.wav"),
        Stem(file="my piano.wav", gain_db=-3.0, pan=0.5, solo=True, delay_ms=-12.5, chain=[{"high-pass": {"hz": 90}}]),
    ],
)
HAND = """\
duration_s: 3
stems:
  - file: a.wav   # the loud one
    gain_db: 2
  - {file: "b.wav", delay_ms: 4}
  - {file: c.wav}
"""


def test_what_is_written_is_read():
    assert documents.read(documents.write(FULL)) == FULL


@pytest.mark.parametrize(
    ("stem", "told"),
    [
        ("{file: a.wav, gain: 2}", r"line 3: stems\[0\]\.gain is no field \(did you mean gain_db\?\)"),
        ("{file: a.wav, gain_db: 200}", r"line 3: stems\[0\]\.gain_db.*24"),
        ("{file: a.wav, pan: left}", r"line 3: stems\[0\]\.pan"),
        ("{file: a.wav, chain: [{compresor: {}}]}", r"line 3: stems\[0\]\.chain.*did you mean compressor"),
        ("{file: a.wav, chain: [{compressor: {ratio: 0}}]}", r"line 3: stems\[0\]\.chain.*ratio"),
        ("{file: a.wav, chain: [{equaliser: {bands: 3}}]}", r"line 3: stems\[0\]\.chain.*list"),
        ("{file: a.wav, chain: [{equaliser: {bands: [{gain_db: 3}]}}]}", r"line 3.*wants kind, hz"),
        ("{file: a.wav, chain: [{high-pass: {order: two}}]}", r"line 3: stems\[0\]\.chain"),
        ("{gain_db: 2}", r"line 3: stems\[0\]\.file"),
        ("a.wav", r"line 3: stems\[0\]"),
    ],
)
def test_a_slip_is_told_with_its_line(stem, told):
    with pytest.raises(BadRequest, match=told):
        documents.read(f"duration_s: 3\nstems:\n  - {stem}\n")


def test_a_wrong_master_is_told_with_its_line():
    with pytest.raises(BadRequest, match=r"line 2: master.preset: .*did you mean music\?, and none"):
        documents.read("duration_s: 3\nmaster: {preset: musik}\nstems: [{file: a.wav}]\n")


def test_delays_change_nothing_else_of_a_text():
    text = documents.delayed(HAND, {0: -12.5, 1: 0.25, 2: 7})
    assert [stem.delay_ms for stem in documents.read(text).stems] == [-12.5, 0.25, 7.0]
    assert "# the loud one" in text
    without = re.sub(r"(, |\n {4})delay_ms: [-\d.]+", "", text)
    assert without == HAND.replace(", delay_ms: 4", "")
    written = documents.write(FULL)
    assert documents.read(documents.delayed(written, {0: 3.0})).stems[0] == Stem(file="cello.wav", delay_ms=3.0)


def test_solo_and_mute_choose_who_plays():
    a, b, c = Stem(file="a"), Stem(file="b", solo=True), Stem(file="c", solo=True, mute=True)
    assert Project(duration_s=1, stems=[a, b, c]).playing == [b]
    assert Project(duration_s=1, stems=[a, c.model_copy(update={"solo": False})]).playing == [a]


@pytest.mark.parametrize("change", [{"gain_db": 1.0}, {"mute": True}, {"chain": [{"gain": {}}]}])
def test_a_project_is_edited_when_anything_was_set(change):
    plain = Project(duration_s=1, master=Master(preset="effect"), stems=[Stem(file="a")])
    assert not plain.edited
    assert plain.model_copy(update={"stems": [Stem(file="a", **change)]}).edited
    assert plain.model_copy(update={"master": Master(preset="effect", ceiling_dbtp=-2.0)}).edited


def test_a_folder_is_gathered(tmp_path):
    folder = tmp_path / "song.stems"
    folder.mkdir()
    for name, rate, frames in (("b.wav", 44_100, 44_100), ("a.flac", 48_000, 24_000), ("c.wav", 44_100, 88_200)):
        soundfile.write(folder / name, np.zeros(frames), rate)
    (folder / "notes.txt").write_text("no sound")
    found = documents.gathered(folder)
    assert [stem.file for stem in found.stems] == ["a.flac", "b.wav", "c.wav"]
    assert (found.rate, found.frames, found.mix, found.title) == (44_100, 88_200, None, "song")
    soundfile.write(tmp_path / "song.wav", np.zeros(96_000), 48_000)
    beside = documents.gathered(folder)
    assert (beside.mix, beside.rate, beside.frames) == (Mix(file="../song.wav"), 48_000, 96_000)
    soundfile.write(folder / "Mixture.wav", np.zeros(1000), 32_000)
    inside = documents.gathered(folder)
    assert (inside.mix, inside.rate, inside.frames) == (Mix(file="Mixture.wav"), 32_000, 1000)
    assert len(inside.stems) == 3


def test_a_folder_without_stems_is_told(tmp_path):
    with pytest.raises(BadRequest, match="holds no stems"):
        documents.gathered(tmp_path)
    (tmp_path / "a.wav").write_bytes(b"no sound at all")
    with pytest.raises(BadRequest, match=r"a\.wav is not a sound file"):
        documents.gathered(tmp_path)
