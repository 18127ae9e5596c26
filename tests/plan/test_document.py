"""Plans as documents: they read back equal, and every mistake is told with its line and what is allowed."""

import pytest

from soundwright.errors import BadRequest
from soundwright.plan.author import write_song
from soundwright.plan.document import read, write
from soundwright.plan.names import KNOWN
from soundwright.plan.song import PartPlan, Section, SongPlan

HAND = """\
title: By hand
duration_s: 20
tempo_bpm: 96
metre: 3/4
key: D minor
styles: [waltz]
parts:
  tune: {instrument: violin, role: melody}
  left: {instrument: grand piano, role: chords, gain_db: -3}
sections:
  - name: A
    bars: 8
    energy: 0.5
    chords: [Dm, Gm, "A7", Dm/F]
    play: {tune: "", left: waltz}
"""


def test_a_plan_written_by_hand():
    plan = read(HAND)
    assert plan.sections[0].chords == ["Dm", "Gm", "A7", "Dm/F"]
    assert plan.bars == 8
    assert plan.ring_s == pytest.approx(20 - 8 * 3 * 60 / 96)


@pytest.mark.parametrize("seed", range(6))
def test_plans_read_back(seed, tmp_path):
    prompts = (
        "jazz with a sax solo",
        "techno loop",
        "pop ballad in C# minor",
        "sad: 'piano' #1, [yes] {no}",
        "on",
        "ü — é",
    )
    plan = write_song(
        prompts[seed], seed=seed, duration_s=61.7, loop=seed == 1, lyrics="[chorus]\nOh: #no\n'tis - [x]\nyes"
    )
    assert read(write(plan)) == plan
    (tmp_path / "song.plan.yaml").write_text(write(plan), encoding="utf-8")
    assert read(tmp_path / "song.plan.yaml") == plan
    assert read(str(tmp_path / "song.plan.yaml")) == plan


def test_awkward_names_read_back():
    part = PartPlan(instrument="violin", role="melody", pan=-0.5)
    section = Section(name="no: 1", bars=2, chords=["C G"], play={"yes": "", "1: #": "soft"}, lyrics=["- a", "# b", ""],
                      without=["~"], motif="null", dynamics="swell")  # fmt: skip
    parts = {"yes": part, "1: #": part}
    plan = SongPlan(title="# ~", duration_s=20.1, tempo_bpm=100 / 3, parts=parts, sections=[section],
                    understood={"a": "b: c"}, ignored=["1", "true"])  # fmt: skip
    assert read(write(plan)) == plan


MISTAKES = [  # what is changed, line, words of the message
    ("energy: 0.5", "energy: 1.7", 13, r"sections\[0\]\.energy is 1\.7; it must be between 0 and 1"),
    ("tempo_bpm: 96", "tempo_bpm: 900", 3, r"tempo_bpm is 900; it must be between 20 and 400"),
    ("tempo_bpm: 96", "tempo_bmp: 96", 3, r"unknown field tempo_bmp \(did you mean tempo_bpm\?\)"),
    ("    energy: 0.5", "    enrgy: 0.5", 13, r"unknown field sections\[0\]\.enrgy \(did you mean energy\?\)"),
    ("instrument: violin", "instrument: voilin", 8, r"unknown instrument 'voilin' \(did you mean violin\?\)"),
    ("role: chords", "role: chord", 9, r"parts\.left\.role is 'chord'; it must be melody, .*did you mean chords"),
    ("metre: 3/4", "metre: 3/5", 4, r"metre is '3/5'; it must be 2 to 12 over 2, 4 or 8"),
    ("key: D minor", "key: D minr", 5, r"key: 'D minr' is not a key.*did you mean D minor"),
    ("Gm,", "Gmm,", 14, r"sections\[0\]\.chords\[1\]: 'Gmm' is not a chord"),
    ("bars: 8", "bars: 2.5", 12, r"sections\[0\]\.bars is a number \(2\.5\); it must be a whole number"),
    ("bars: 8", "bars: many", 12, r"sections\[0\]\.bars is text \('many'\); it must be a whole number"),
    ("bars: 8", "bars: 80", 10, r"80 bars at 96 bpm last 150\.00 s, longer than duration_s 20: take 10 bars"),
    ("left: waltz", "lefd: waltz", 15, r"play names no part: 'lefd' \(did you mean left\?\)"),
    ("styles: [waltz]", "styles: [walz]", 6, r"unknown style 'walz' \(did you mean waltz\?\)"),
    ("key: D minor", "metre: 4/4", 5, r"metre is there twice"),
    ("metre: 3/4", "metre: [3/4", 5, r"this is not YAML"),
    ("duration_s: 20", "duration_s: -3", 2, r"duration_s is -3; it must be more than 0 and at most 3600"),
    ("duration_s: 20\n", "", 1, r"duration_s is missing"),
    ("title: By hand", "title: [1]", 1, r"title is a list; it must be text"),
    ("chords: [", "chords: [] #", 14, r"sections\[0\]\.chords is empty; it needs at least one entry"),
    ("key: D minor", "ending: slow", 5, r"ending is 'slow'; it must be ring, cadence, fade or loop"),
    ("    bars: 8\n", "", 11, r"sections\[0\]\.bars is missing"),
]


@pytest.mark.parametrize(("old", "new", "line", "words"), MISTAKES)
def test_mistakes_name_their_line(old, new, line, words, tmp_path):
    assert old in HAND
    path = tmp_path / "song.plan.yaml"
    path.write_text(HAND.replace(old, new, 1))
    with pytest.raises(BadRequest, match=words) as error:
        read(path)
    assert str(error.value).startswith(f"{path} line {line}: ")
    assert "\n" not in str(error.value)


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("- a\n- b\n", "not a list"),
        ("\n\n", "not empty"),
        ("\tx: 1\n", "line 1"),
        ("a: b: c\n", "line 1"),
        ("? [a]\n: 1\n", "no such structure"),
        ("parts: &a\n  x: *a\n", "no such structure"),
    ],
)
def test_what_is_no_plan(text, words):
    with pytest.raises(BadRequest, match=words):
        read(text)


def test_a_missing_file_says_how_to_make_one(tmp_path):
    with pytest.raises(BadRequest, match="plan music"):
        read(tmp_path / "nothing.yaml")


def test_instruments_are_known_by_one_spelling():
    assert len(set(KNOWN)) == len(KNOWN) >= 60
