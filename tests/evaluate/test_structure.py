"""Structure heard from made pieces whose form is known, from other makers' measures, and from files."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import soundfile

sys.path.insert(0, str(Path(__file__).parent))

import pieces

from soundwright.audio import Audio, Stream
from soundwright.errors import BadRequest
from soundwright.evaluate import structure, structure_sections

RATE = pieces.RATE


@pytest.fixture(scope="module")
def fixed():
    """Two pieces of each kind, heard once."""
    return {
        (kind, seed): structure.hear(pieces.made("near", kind, seed)) for kind in pieces.KINDS for seed in (101, 102)
    }


def area(loops, others) -> float:
    return float(np.mean([(one > other) + 0.5 * (one == other) for one in loops for other in others]))


def test_loops_score_over_all_else(fixed):
    loops = [one.loop_score for (kind, _), one in fixed.items() if kind in pieces.LOOPS]
    others = [one.loop_score for (kind, _), one in fixed.items() if kind in pieces.OTHERS]
    assert area(loops, others) >= 0.95
    assert min(loops) > structure.LOOPS > max(others)


@pytest.mark.slow
@pytest.mark.parametrize("family", pieces.FAMILIES)
def test_loops_score_over_all_else_in_more_than_two_hundred_pieces(family):
    heard = {kind: [structure.hear(pieces.made(family, kind, seed)) for seed in range(20)] for kind in pieces.KINDS}
    scores = {kind: [one.loop_score for one in found] for kind, found in heard.items()}
    loops = [score for kind in pieces.LOOPS for score in scores[kind]]
    others = [score for kind in pieces.OTHERS for score in scores[kind]]
    print(f"\n{family}: area under the curve {area(loops, others):.4f} of {len(loops)} loops, {len(others)} others")
    assert len(loops) + len(others) >= 200
    assert area(loops, others) >= 0.95


@pytest.mark.parametrize("bars", [1, 2, 4, 8])
def test_a_loop_has_its_period(bars):
    rng = np.random.default_rng(bars)
    of, tempo = pieces.FAMILIES["near"], 112.0
    turn = pieces._section(of, bars, 4, rng)
    count = max(4 * bars, 16)
    starts = np.arange(count + 1) * 4 * 60 / tempo
    x = pieces._played([turn[k % bars] for k in range(count)], starts, 60 / tempo, 4, "exact loop", of, rng)
    heard = structure.hear(pieces._audio(x, rng))
    assert heard.loop_period_s == pytest.approx(bars * 4 * 60 / tempo, rel=0.03)
    assert heard.tempo_bpm == pytest.approx(tempo, rel=0.02)
    assert heard.loop_period_bars == pytest.approx(bars, rel=0.04)


def test_drones_stand_still_and_do_not_loop(fixed):
    for (kind, _), one in fixed.items():
        assert (one.stationarity >= 0.5) == ("drone" in kind), kind
        if "drone" in kind:
            assert one.loop_score < 0.1
            assert one.tempo_bpm is None


def test_repeats_and_returns_are_told_apart(fixed):
    def figure(name, *kinds):
        return [getattr(one, name) for (kind, _), one in fixed.items() if kind in kinds]

    returned, loops, new = (
        figure("motif_return", *kinds) for kinds in (("song",), ("exact loop",), ("through-composed", "ambient"))
    )
    assert max(new) < min(returned) <= max(returned) < min(loops)
    assert max(figure("repetition_8_bars", "through-composed")) < 0.5 < fixed["exact loop", 101].repetition_8_bars


def test_sections_are_found_and_named_by_what_comes_again():
    rng = np.random.default_rng(3)
    of, tempo, form = pieces.FAMILIES["near"], 100.0, "ABACAB"
    parts = {name: pieces._section(of, 8, 4, rng) for name in "ABC"}
    score = [bar for name in form for bar in parts[name]]
    starts = np.arange(len(score) + 1) * 4 * 60 / tempo
    x = pieces._played(score, starts, 60 / tempo, 4, "song", of, rng)
    heard = structure.hear(pieces._audio(x, rng))
    eight_s = 8 * 4 * 60 / tempo
    begins = [part.start_s for part in heard.sections]
    assert all(min(abs(begin - k * eight_s) for begin in begins) < 2.0 for k in range(6)), begins
    whole = [max(heard.sections, key=lambda part, k=k: _shared(part, k * eight_s, (k + 1) * eight_s)) for k in range(6)]
    labels = [part.label for part in whole]
    assert labels[0] == labels[2] == labels[4]
    assert labels[1] == labels[5] != labels[0]
    assert labels[3] not in labels[:2]
    assert heard.sections[0].start_s == 0
    assert heard.sections[-1].end_s == heard.duration_s


def _shared(part, start_s, end_s) -> float:
    return min(part.end_s, end_s) - max(part.start_s, start_s)


def test_a_take_that_falls_silent_has_collapsed():
    song = pieces.made("near", "song", 1)
    whole = structure.faults(song)
    x = song.samples.copy()
    x[:, 25 * RATE :] *= 1e-4
    found = [fault for fault in structure.faults(Audio(x, RATE)) if fault.kind == "collapses"]
    assert not [fault for fault in whole if fault.kind == "collapses"]
    assert len(found) == 1
    assert found[0].start_s == pytest.approx(25, abs=0.5)
    assert found[0].end_s == pytest.approx(song.duration_s)
    x = song.samples.copy()
    x[:, 15 * RATE : 20 * RATE] = 0
    found = [fault for fault in structure.faults(Audio(x, RATE)) if fault.kind == "collapses"]
    assert [(round(fault.start_s), round(fault.end_s)) for fault in found] == [(15, 20)]


def test_loops_are_faults_unless_they_were_asked_for():
    loop = pieces.made("near", "exact loop", 1)
    assert [fault.kind for fault in structure.faults(loop)] == ["loops"]
    assert structure.faults(loop, plan_loop=True) == []


def test_a_stretch_that_is_stuck_is_found_where_it_is():
    song, loop = pieces.made("near", "song", 5), pieces.made("near", "exact loop", 3)
    x = np.concatenate([song.samples[:, : 40 * RATE], loop.samples[:, : 40 * RATE]], axis=1)
    found = [fault for fault in structure.faults(Audio(x, RATE)) if fault.kind == "loops"]
    assert len(found) == 1, found
    assert found[0].start_s == pytest.approx(40, abs=5)
    assert found[0].end_s == pytest.approx(80, abs=3)


@pytest.mark.parametrize("gain_db", [-14.0, 14.0])
def test_drift_of_loudness_is_signed(gain_db):
    song = pieces.made("near", "song", 2)
    ramp = 10 ** (np.linspace(0, gain_db, song.frames) / 20)
    before, after = structure.hear(song), structure.hear(Audio(song.samples * ramp * 0.1, RATE))
    assert after.drift.loudness_lu - before.drift.loudness_lu == pytest.approx(gain_db * 2 / 3, abs=1.5)


def test_drift_of_tempo_and_key():
    of, rng = pieces.FAMILIES["near"], np.random.default_rng(4)
    notes = [(0.0, 4.0, pitch, 0.4, "organ") for pitch in (48, 52, 55)] + [
        (float(b), 0.5, 0, 1.0, "kick") for b in range(4)
    ]
    scale = [
        [(b / 2, 0.4, pitch, 0.8, "pluck") for b, pitch in enumerate(rng.permutation(run))]
        for run in [(60, 62, 64, 65, 67, 69, 71, 72)] * 32
    ]
    up = lambda bar, by: [(w, d, p + by if p else 0, v, s) for w, d, p, v, s in bar]  # noqa: E731
    score = [up(notes + scale[k], 0 if k < 16 else 6) for k in range(32)]
    beats = 0.5 * np.repeat(np.linspace(1, 1.12, 32), 1) * 4
    starts = np.concatenate([[0.0], np.cumsum(beats)])
    heard = structure.hear(pieces._audio(pieces._played(score, starts, 0.5, 4, "exact loop", of, rng), rng))
    assert (heard.drift.key_start, heard.drift.key_end, heard.drift.key_fifths) == ("C major", "F# major", 6)
    assert heard.drift.tempo_percent == pytest.approx(100 * (1.02 / 1.10 - 1), abs=1.5)
    assert any("C major" in fault.words for fault in structure.faults_of(heard) if fault.kind == "drifts")


def test_a_stream_is_heard_as_the_whole_is():
    song = pieces.made("near", "song", 1)
    whole, streamed = structure.hear(song), structure.hear(Stream.of(song, 7001))
    assert whole.numbers() == streamed.numbers()
    assert np.array_equal(whole.similarity, streamed.similarity)


def test_rate_channels_and_level_change_little():
    song = pieces.made("near", "song", 1)
    one = structure.hear(song)
    other = structure.hear(Audio(0.05 * song.at(48_000).stereo().samples, 48_000))
    assert other.tempo_bpm == pytest.approx(one.tempo_bpm, rel=0.005)
    assert other.motif_return == pytest.approx(one.motif_return, abs=0.02)
    assert [part.label for part in other.sections] == [part.label for part in one.sections]


@pytest.mark.parametrize("kind", ["exact loop", "song"])
def test_the_tempo_is_the_one_that_librosa_hears_or_the_true_one(kind):
    librosa = pytest.importorskip("librosa")
    for seed in (1, 2, 3):
        sound = pieces.made("near", kind, seed)
        theirs = float(np.atleast_1d(librosa.beat.beat_track(y=sound.samples[0], sr=RATE)[0])[0])
        true = pieces.tempo_of("near", kind, seed)
        ours = structure.hear(sound).tempo_bpm
        assert any(abs(ours / near / k - 1) < 0.05 for near in (theirs, true) for k in (0.5, 1, 2)), (
            ours,
            theirs,
            true,
        )


def test_silence_and_short_sounds():
    heard = structure.hear(Audio.silence(10 * 48_000, 48_000))
    assert (heard.tempo_bpm, heard.loop_score, heard.distinct_sections) == (None, 0.0, 1)
    assert heard.numbers()["silences"][0]["start_s"] == 0
    with pytest.raises(BadRequest, match="at least 4 s"):
        structure.hear(Audio.silence(48_000, 48_000))


def test_novelty_of_a_checkerboard_is_highest_at_its_middle():
    alike = np.kron(np.eye(2), np.ones((30, 30))).astype(np.float32)
    assert structure_sections.novelty(alike, 8).argmax() == 30


def test_the_command_prints_a_table_json_and_a_picture(tmp_path):
    song = pieces.made("near", "song", 1)
    soundfile.write(tmp_path / "song.wav", song.samples.T, RATE)
    command = [sys.executable, "-m", "soundwright.cli", "evaluate", "structure", "song.wav"]
    done = subprocess.run([*command, "--json", "--picture", "song.png"], cwd=tmp_path, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    assert told["form"].split() == [part["label"] for part in told["sections"]]
    assert {"loop_score", "motif_return", "repetition_8_bars", "drift", "faults", "silences"} <= set(told)
    from PIL import Image

    assert Image.open(tmp_path / "song.png").size == (818, 842)
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True)
    assert "loop score" in done.stdout
    done = subprocess.run([*command[:-1], "none.wav"], cwd=tmp_path, capture_output=True, text=True)
    assert (done.returncode, done.stdout) == (2, "")
    assert done.stderr.strip() == "soundwright: there is no file none.wav"
