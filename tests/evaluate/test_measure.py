"""The metrics over folders of sound files: what is told, what is warned of, and the command line."""

from __future__ import annotations

import json
import subprocess
import sys

import numpy as np
import pytest
import soundfile
from tests.evaluate import tiny_models

from soundwright.errors import BadRequest
from soundwright.evaluate import cache, embedders, measure, pooled, sets, timing
from soundwright.evaluate.captions import captions
from soundwright.progress import Progress

RATE = 32_000


@pytest.fixture(autouse=True)
def _here(tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(tmp_path / "cache"))
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path / "weights"))
    monkeypatch.setenv("SOUNDWRIGHT_DEVICE", "cpu")


def write(folder, count, *, seed=0, gain=0.1, rate=RATE, seconds=2.0):
    folder.mkdir(parents=True, exist_ok=True)
    for at in range(count):
        rng = np.random.default_rng([seed, at])
        x = gain * rng.standard_normal(round(rate * seconds))
        soundfile.write(folder / f"clip {at:02d}.wav", x, rate, subtype="FLOAT")
    return folder


def run(metric, reference, generated, **more):
    by = embedders.load("logmel")
    return metric(*_given(reference, generated, by), **more)


def _given(reference, generated, by):
    ref, gen, said = measure.two_sets(reference, generated, by, Progress())
    return ref, gen, by, said


def test_a_result_names_all_that_it_depends_on(tmp_path):
    ref, gen = write(tmp_path / "ref", 12), write(tmp_path / "gen", 11, seed=1)
    told = run(measure.fad, ref, gen, draws=10).flat()
    assert (told["ref_clips"], told["gen_clips"], told["gen_frames"]) == (12, 11, 44)
    assert told["ref_seconds"] == pytest.approx(24)
    assert (told["embedder"], told["dim"], told["weights_sha256"]) == ("logmel/1", 88, {})
    assert {"soundwright", "numpy"} <= set(told["versions"])
    assert told["fad_ci95"][0] < told["fad"] < told["fad_ci95"][1]
    assert {"fad_inf", "fad_inf_r2"} <= set(told)
    assert [row["rank"] for row in told["clips"]] == list(range(1, 12))
    assert any("want 880 and more" in warning for warning in told["warnings"])
    json.dumps(told, allow_nan=False)
    again = run(measure.fad, ref, gen, draws=10).flat()
    assert again == told


def test_what_makes_numbers_doubtful_is_told(tmp_path):
    ref, gen = write(tmp_path / "ref", 3), write(tmp_path / "gen", 2, seed=1, gain=0.3, rate=44_100)
    (gen / "notes.txt").write_text("no sound")
    (gen / "broken.wav").write_text("no sound either")
    soundfile.write(gen / "nan.wav", np.full(400, np.nan), RATE, subtype="FLOAT")
    soundfile.write(gen / "empty.wav", np.zeros(0), RATE)
    soundfile.write(gen / "silent.wav", np.zeros(RATE), RATE)
    x, _ = soundfile.read(ref / "clip 00.wav", dtype="float32")
    soundfile.write(gen / "copied.wav", x, RATE, subtype="FLOAT")
    said = " | ".join(run(measure.kad, ref, gen, draws=3).warnings)
    for words in ("broken.wav is not a sound", "nan.wav holds NaN", "empty.wav holds no samples", "1 clip (silent) is",
                  "rates differ", "LU louder", "the sets overlap: 1 generated clip (copied)"):  # fmt: skip
        assert words in said
    assert "notes.txt" not in said


def test_nothing_to_measure_is_one_line(tmp_path):
    ref = write(tmp_path / "ref", 1)
    (tmp_path / "none").mkdir()
    for place, words in (("none", "holds no sound files"), ("nowhere", "no folder or file")):
        with pytest.raises(BadRequest, match=words):
            run(measure.fad, ref, tmp_path / place)


def test_one_file_each(tmp_path):
    ref, gen = write(tmp_path / "ref", 1), write(tmp_path / "gen", 1, seed=1)
    told = run(measure.fad, ref / "clip 00.wav", gen)
    assert told.values["fad"] > 0
    assert told.intervals == {}
    assert {"one clip in a set: no interval", "fewer than 10 clips in a set: no FAD-infinity"} <= set(told.warnings)


def test_the_cache_is_never_stale(tmp_path, monkeypatch):
    folder = write(tmp_path / "ref", 2)
    by = embedders.load("logmel")
    first = pooled.embed(sets.gather(folder), by, Progress())
    monkeypatch.setattr(type(by.embedder), "embed", lambda *_: pytest.fail("it is known"))
    again = pooled.embed(sets.gather(folder), by, Progress())
    assert np.array_equal(first.frames, again.frames)
    monkeypatch.undo()
    monkeypatch.setenv("SOUNDWRIGHT_CACHE", str(tmp_path / "cache"))
    write(folder, 1, seed=9)  # another sound under the old name
    changed = pooled.embed(sets.gather(folder), by, Progress())
    assert not np.array_equal(changed.clips[0], first.clips[0])
    assert np.array_equal(changed.clips[1], first.clips[1])
    for file in cache.home().rglob("*.npy"):
        file.write_bytes(b"half a f")
    assert np.array_equal(pooled.embed(sets.gather(folder), by, Progress()).frames, changed.frames)


def test_spread_of_a_set_against_itself(tmp_path):
    ref = write(tmp_path / "ref", 12)
    values = run(measure.spread, ref, ref).values
    assert values["coverage"] == 1
    assert values["mauve"] == pytest.approx(1)
    assert values["vendi_ref"] == values["vendi_gen"] > 3


def test_kl_by_a_tagger(tmp_path):
    tiny_models.ast(tmp_path / "weights" / "evaluate" / "ast")
    ref, gen = write(tmp_path / "ref", 3), write(tmp_path / "gen", 4, seed=1, gain=0.01)
    by = embedders.load("ast")
    told = measure.kl(ref, gen, by, Progress())
    assert told.notes == {"paired": 3}
    assert told.values["kl_ref_gen"] == pytest.approx(np.mean([row["kl_ref_gen"] for row in told.rows]))
    assert told.values["kl_ref_gen"] != told.values["kl_gen_ref"]
    assert 1 <= told.values["inception_score_gen"] <= 5
    assert any("3 of 3 and 4 clips pair" in warning for warning in told.warnings)
    assert set(told.weights) == {"model.safetensors"}
    same = measure.kl(ref, ref, by, Progress())
    assert same.values["kl_ref_gen"] == 0
    assert any("overlap" in warning for warning in same.warnings)
    with pytest.raises(BadRequest, match="names no sounds; those that do: ast, cnn14"):
        measure.kl(ref, gen, embedders.load("logmel"), Progress())


def test_clap_scores_by_captions(tmp_path):
    tiny_models.clap(tmp_path / "weights" / "evaluate" / "clap-music-speech")
    gen = write(tmp_path / "gen", 3, rate=48_000)
    table = tmp_path / "captions.csv"
    table.write_text('file,caption\nclip 00.wav,a dog\nclip 01.wav,"rain, far away"\n')
    by = embedders.load("clap-music-speech")
    told = measure.clap(table, gen, by, Progress())
    assert [row["caption"] for row in told.rows] == ["a dog", "rain, far away"]
    assert told.values["clap_score"] == pytest.approx(np.mean([row["clap_score"] for row in told.rows]))
    assert {"clap_score_chance", "text_to_audio_r_at_1", "chance_r_at_1"} <= set(told.values)
    assert "1 of 3 clips have no caption" in told.warnings
    with pytest.raises(BadRequest, match="hears no text; those that do: clap-music-speech"):
        measure.clap(table, gen, embedders.load("logmel"), Progress())


def test_captions_from_tables_texts_and_manifests(tmp_path):
    (tmp_path / "a.txt").write_text("a bell\n")
    (tmp_path / "b [1].wav.json").write_text(json.dumps({"request": {"prompt": "a dog"}}))
    assert captions(tmp_path, ["a", "b [1]", "c"]) == {"a": "a bell", "b [1]": "a dog"}
    lines = tmp_path / "t.jsonl"
    lines.write_text('{"path": "some/a.flac", "text": "one"}\n{"path": "v1.5", "text": "two"}\n')
    assert captions(lines, ["a", "v1.5", "x"]) == {"a": "one", "v1.5": "two"}
    (tmp_path / "bad.csv").write_text("x,y\n1,2\n")
    for place, words in (("bad.csv", "a column `file`"), ("none.csv", "no table or folder")):
        with pytest.raises(BadRequest, match=words):
            captions(tmp_path / place, ["a"])


def clicks(place, times, seconds=9.0):
    x = 1e-4 * np.random.default_rng(0).standard_normal(round(RATE * seconds))
    for at in times:
        start = round(at * RATE)
        tail = np.exp(-np.arange(3000) / 400)
        x[start : start + 3000] += 0.5 * tail * np.sin(0.3 * np.arange(3000))
    place.parent.mkdir(exist_ok=True)
    soundfile.write(place, x, RATE)


def test_onsets_of_files(tmp_path):
    times = np.cumsum(np.random.default_rng(3).uniform(0.4, 0.9, 11)) + 0.2
    for name, late in (("right", 0.0), ("late", 0.2)):
        clicks(tmp_path / "ref" / f"{name}.wav", times)
        clicks(tmp_path / "gen" / f"{name}.wav", times + late)
    told = timing.measure(tmp_path / "ref", tmp_path / "gen", Progress())
    rows = {row["clip"]: row for row in told.rows}
    assert rows["right"]["f"] == 1
    assert rows["right"]["lag_ms"] == pytest.approx(0, abs=1)
    assert rows["late"]["f"] == 0
    assert rows["late"]["lag_ms"] == pytest.approx(200, abs=2)
    assert rows["late"]["f_lagless"] == 1
    assert told.values["f"] == 0.5
    low, high = told.intervals["lag_ms_median"]
    assert low < told.values["lag_ms_median"] < high
    assert 0 < told.values["f_chance"] < 0.35
    with pytest.raises(BadRequest, match="has the name of one"):
        timing.measure(tmp_path / "ref", write(tmp_path / "other", 1), Progress())


def test_a_film_and_its_late_sound(tmp_path):
    """A drawn film with known contacts: its own sound and one 200 ms late."""
    from tests.films import make

    (tmp_path / "ref").mkdir()
    truth = make("bounce", seed=1, path=tmp_path / "ref")
    film = next((tmp_path / "ref").glob("*.mp4"))
    times = np.array([event.time_s for event in truth.events])
    for late in (0.0, 0.2):
        clicks(tmp_path / f"{late}.wav", times + late, float(times[-1]) + 2)
    right, wrong = (timing.measure(film, tmp_path / f"{late}.wav", Progress()) for late in (0.0, 0.2))
    assert right.values["f"] > 0.7 > right.values["f_chance"]
    assert wrong.values["f"] < 0.3
    assert wrong.rows[0]["lag_ms"] - right.rows[0]["lag_ms"] == pytest.approx(200, abs=5)
    assert {"av_align", "av_align_chance"} <= set(right.values)


def soundwright(*words):
    return subprocess.run([sys.executable, "-m", "soundwright.cli", "evaluate", *map(str, words)],
                          capture_output=True, text=True)  # fmt: skip


def test_the_command_line(tmp_path):
    ref, gen = write(tmp_path / "ref", 3), write(tmp_path / "gen", 3, seed=1)
    told = soundwright("fad", ref, gen, "--json", "--draws", 5)
    assert told.returncode == 0
    assert json.loads(told.stdout)["fad"] > 0
    assert "fad " in soundwright("fad", ref, gen, "--draws", 0).stdout
    listed = json.loads(soundwright("embedders", "--json").stdout)["embedders"]
    assert [row["embedder"] for row in listed] == list(embedders.TABLE)
    for words, code, line in (
        (("kad", ref, tmp_path / "none"), 2, "no folder or file"),
        (("kl", ref, gen), 3, "soundwright evaluate pull ast"),
        (("fad", ref, gen, "--embedder", "vgish"), 2, "did you mean vggish"),
    ):
        told = soundwright(*words)
        assert told.returncode == code
        assert line in told.stderr
        assert told.stderr.count("\n") == 1
