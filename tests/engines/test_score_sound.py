"""The rendered piece: exact length, sameness, stems that sum, closed loops, endings that ring out, key and tempo."""

from __future__ import annotations

import sys
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

sys.path.insert(0, str(Path(__file__).parent))

from score_plans import heard_key, heard_tempo, render, same_tempo, song

from soundwright.engines.contract import Task
from soundwright.engines.score import ScoreEngine
from soundwright.errors import BadRequest, Cancelled
from soundwright.plan.styles import styles
from soundwright.progress import Progress

SHORT = (("verse", 4, 0.7),)
TRIO = ("lead", "guitar", "bass")


@pytest.mark.parametrize("duration_s", [0.5, 1.0, 7.3, 30.0])
def test_frames_are_exact_and_the_end_is_silent(duration_s):
    take = render(song(duration_s=duration_s, parts=TRIO))
    assert take.audio.samples.shape == (2, round(duration_s * 48_000))
    assert take.audio.peak > 0.02
    assert np.abs(take.audio.samples[:, -48:]).max() < 0.01 * take.audio.peak


@pytest.mark.parametrize("style", styles())
def test_every_style_sounds(style):
    take = render(song(style, duration_s=2.6, form=(("A", 1, 0.8),), parts=("lead", "bass", "drums")))
    assert {"lead", "bass", "drums"} <= set(take.stems)
    for name in ("lead", "bass", "drums"):
        assert take.stems[name].peak > 1e-3, name


def test_same_seed_same_bytes_other_seed_other_take():
    plan = song(duration_s=5.0, form=SHORT)
    one, two, other = render(plan, 7), render(plan, 7), render(plan, 8)
    assert one.audio.samples.tobytes() == two.audio.samples.tobytes()
    assert one.extras["mid"] == two.extras["mid"]
    assert one.audio.samples.tobytes() != other.audio.samples.tobytes()


@pytest.mark.parametrize("style", ["pop", "lo-fi", "house", "rock"])
def test_stems_sum_to_the_mix(style):
    take = render(song(style, duration_s=5.0, form=SHORT))
    total = np.sum([stem.samples.astype(float) for stem in take.stems.values()], axis=0)
    assert np.abs(total - take.audio.samples).max() < 1e-6 * max(take.audio.peak, 1)


@pytest.mark.parametrize("style", ["pop", "lo-fi"])
def test_a_loop_has_no_seam(style):
    x = render(song(style, duration_s=8.0, form=SHORT, ending="loop")).audio.samples
    steps = np.abs(np.diff(np.concatenate([x[:, -2400:], x[:, :2400]], axis=1), axis=1))
    usual = np.abs(np.diff(x, axis=1)).max()
    assert steps[:, 2399].max() <= usual
    assert np.mean(x[:, -9600:] ** 2) > 0.02 * np.mean(x**2), "a loop does not die away at its end"
    assert np.mean(x[:, :2400] ** 2) > 0.02 * np.mean(x**2), "nor starts from silence"


def test_a_ring_falls_without_a_cut_and_a_fade_falls_slowly():
    ring = render(song(duration_s=12.0, form=SHORT, parts=TRIO)).audio.samples
    level = [float(np.sqrt(np.mean(ring[:, k : k + 9600] ** 2))) for k in range(8 * 48_000, ring.shape[1], 9600)]
    assert all(b < a * 1.6 for a, b in pairwise(level))
    assert level[-1] < 0.05 * level[0]
    fade = render(song(duration_s=12.0, form=(("A", 6, 0.7),), parts=TRIO, ending="fade")).audio.samples
    assert np.mean(fade[:, -48_000:] ** 2) < 0.05 * np.mean(fade**2)


def test_cancel_between_parts():
    tell = Progress()
    tell.listen = lambda stage, fraction, audio_s: tell.cancel() if stage == "play" else None
    with pytest.raises(Cancelled):
        ScoreEngine().render(Task("music", song(duration_s=3.0, form=SHORT), 3.0, 1), tell)


def test_an_unknown_instrument_is_named():
    plan = song(duration_s=3.0, form=SHORT)
    plan.parts["lead"].instrument = "grand pianno"
    with pytest.raises(BadRequest, match="grand piano"):
        render(plan)


PLAIN = [
    ("folk", "G major", 100.0, ["G", "C", "D", "G"]),
    ("rock", "E minor", 132.0, ["Em", "C", "G", "Em"]),
    ("waltz", "D major", 150.0, ["D", "A7", "D", "G", "D", "Em", "A7", "D"]),
    ("synthwave", "A minor", 104.0, ["Am", "F", "Dm", "E"]),
]


@pytest.mark.parametrize(("style", "key", "tempo", "chords"), PLAIN)
def test_key_and_tempo_are_heard(style, key, tempo, chords):
    metre = "3/4" if style == "waltz" else "4/4"
    plan = song(
        style,
        key=key,
        tempo=tempo,
        metre=metre,
        chords=chords,
        duration_s=20.0,
        parts=("lead", "guitar", "bass", "drums"),
    )
    samples = render(plan).audio.samples
    tonic = {"G": 7, "E": 4, "D": 2, "A": 9}[key[0]]
    assert heard_key(samples, 48_000) == (tonic, "minor" in key)
    assert same_tempo(heard_tempo(samples, 48_000), tempo)


TWENTY = (
    ("calm lo-fi piano with soft drums, 78 bpm, in A minor", 78, (9, True)),
    ("upbeat pop song, 120 bpm, C major", 120, (0, False)),
    ("slow ambient pads in D major, 60 bpm", 60, (2, False)),
    ("epic cinematic orchestra, 90 bpm, D minor", 90, (2, True)),
    ("solo piano ballad in E flat major, 70 bpm", 70, (3, False)),
    ("acoustic folk guitar, 100 bpm, G major", 100, (7, False)),
    ("hard rock, 130 bpm, E minor", 130, (4, True)),
    ("jazz swing trio, 140 bpm, F major", 140, (5, False)),
    ("bossa nova guitar, 120 bpm, A minor", 120, (9, True)),
    ("slow blues in E major, 80 bpm", 80, (4, False)),
    ("funk groove, 105 bpm, E minor", 105, (4, True)),
    ("house track, 124 bpm, C minor", 124, (0, True)),
    ("techno, 130 bpm, A minor", 130, (9, True)),
    ("drum and bass, 174 bpm, F minor", 174, (5, True)),
    ("synthwave, 100 bpm, F# minor", 100, (6, True)),
    ("chiptune game music, 150 bpm, C major", 150, (0, False)),
    ("trap beat, 140 bpm, C# minor", 140, (1, True)),
    ("reggae, 76 bpm, G major", 76, (7, False)),
    ("waltz, 150 bpm, D major", 150, (2, False)),
    ("irish reel, 110 bpm, D major", 110, (2, False)),
)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_seventeen_of_twenty_plain_prompts_are_heard_in_their_key_and_tempo(seed):
    from soundwright.plan.author import write_song

    keys = tempi = 0
    for prompt, tempo, key in TWENTY:
        samples = render(write_song(prompt, duration_s=30.0, seed=seed), seed).audio.samples
        keys += heard_key(samples, 48_000) == key
        tempi += same_tempo(heard_tempo(samples, 48_000), tempo)
    print(f"seed {seed}: {keys} keys and {tempi} tempi of 20")
    assert keys >= 17
    assert tempi >= 17
