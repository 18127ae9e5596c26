"""Making training data: the same files from the same seed, however they are made, and captions that are true."""

from __future__ import annotations

import hashlib
import json
from dataclasses import replace

import numpy as np
import pytest

from soundwright import foley
from soundwright.errors import BadRequest, Cancelled
from soundwright.foley.match import knobs_of, match
from soundwright.progress import Progress
from soundwright.seed import stream
from soundwright.train.data import effects, making, packages, phrases, pieces, real, shards


def files(folder):
    return {
        path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in folder.iterdir() if path.name[0].isdigit()
    }


@pytest.fixture(scope="module")
def found(tmp_path_factory):
    """Recordings of our own making under names that have captions."""
    import soundfile

    folder, made = tmp_path_factory.mktemp("recordings"), []
    for number, name in enumerate(("kenney/coin1.wav", "animals/cow.wav", "endless-sky/ion huge~.wav", "kenney/x.wav")):
        path = folder / f"{number}.wav"
        tone = 0.5 * np.sin(2 * np.pi * 300 * (1 + number) * np.arange(12_000) / 24_000)
        soundfile.write(path, tone * np.linspace(1, 0.2, 12_000), 24_000)
        made.append(packages.Recording(name, path, "CC0-1.0", str(number)))
    return made


def test_one_worker_or_two_a_stop_and_a_lost_file_give_the_same_files(tmp_path):
    recipe = making.Recipe(hours=4 * shards.CHUNK_S / 3600, seed=5, recordings=False, chunks=2)
    story = making.make(tmp_path / "two", recipe, Progress(), workers=2)
    whole = files(tmp_path / "two")
    assert sorted(whole) == ["00000.flac", "00000.jsonl", "00001.flac", "00001.jsonl"]
    assert sum(story["chunks"].values()) == 4
    assert "| package |" in (tmp_path / "two" / "DATA.md").read_text()

    half = Progress()
    half.listen = lambda stage, fraction, audio_s: half.cancel() if stage == "data" else None
    one = replace(recipe, hours=recipe.hours / 2)
    making.make(tmp_path / "one", one, Progress(), workers=1)
    assert files(tmp_path / "one").items() < whole.items()
    (tmp_path / "one" / "00000.jsonl").unlink()  # as a kill between the two files leaves it
    (tmp_path / "one" / ".00001.flac.part").write_bytes(b"half")
    making.make(tmp_path / "one", one, half, workers=1)
    assert files(tmp_path / "one").items() < whole.items()
    half.cancel()
    with pytest.raises(Cancelled):
        making.make(tmp_path / "one", recipe, half, workers=1)
    shards.write(tmp_path / "one", 1, making.shard(5, 1, 2, []))
    assert files(tmp_path / "one") == whole


def test_another_seed_or_a_strange_folder_is_refused(tmp_path):
    recipe = making.Recipe(0.01, 1, recordings=False)
    making._claim(tmp_path, recipe, [])
    making._claim(tmp_path, recipe, [])
    with pytest.raises(BadRequest, match="another seed"):
        making._claim(tmp_path, making.Recipe(0.01, 2, recordings=False), [])
    (tmp_path / making.RECIPE).write_text("{")
    with pytest.raises(BadRequest, match="another folder"):
        making._claim(tmp_path, recipe, [])
    (tmp_path / "file").write_text("x")
    with pytest.raises(BadRequest, match="is a file"):
        making.make(tmp_path / "file", recipe, Progress())
    for hours in (0, -1, float("nan"), 1e9):
        with pytest.raises(BadRequest, match="hours"):
            making.Recipe(hours)


def test_every_layout_is_drawn():
    for recipe in (effects, real):
        assert recipe.ODDS.keys() == recipe.LAYOUTS.keys()
        assert sum(recipe.ODDS.values()) == pytest.approx(1)


@pytest.mark.parametrize("layout", sorted(effects.LAYOUTS))
def test_the_caption_of_a_scene_names_its_sounds_in_their_order(layout):
    for turn in range(60):
        events, caption = effects.LAYOUTS[layout](stream(3, layout, turn))
        assert all(event.sound in caption for event in events)
        assert all(event.start_s < shards.CHUNK_S - 0.2 for event in events)
        for event in events:
            asked, _ = knobs_of(foley.table()[event.model], event.sound)
            assert asked.items() <= event.knobs.items()
        if layout == "then":
            first, second = events
            assert first.start_s < second.start_s
            said = (caption.find(first.sound), caption.find(second.sound))
            assert (said[0] < said[1]) != (" after " in caption) or first.sound in second.sound
        if layout == "several" and len(events) > 1:
            assert any(times in caption for times in phrases.TIMES[len(events)])


def test_most_phrases_are_read_as_the_model_that_they_stand_for():
    table = list(foley.table().values())
    meant = [match(phrases.named(model, stream(1, model.name))).model is model for model in table]
    assert np.mean(meant) > 0.95


def test_scenes_are_whole_and_heard():
    for turn in range(3):
        (chunk,) = effects.scene(stream(11, turn))
        assert chunk.samples.shape == (2, shards.FRAMES)
        assert max(chunk.energy_db) > -55
        assert 0 < chunk.duration_s <= shards.CHUNK_S
        again = effects.scene(stream(11, turn))[0]
        assert np.array_equal(chunk.samples, again.samples)


def test_a_piece_is_cut_into_chunks_of_one_split():
    made = pieces.piece(stream(4, "piece"))
    assert 1 <= len(made) <= pieces.CHUNKS
    assert len({chunk.split for chunk in made}) == 1
    assert all(chunk.sources[0].startswith("score:") for chunk in made)


@pytest.mark.parametrize("layout", [name for name in real.LAYOUTS if name != "over"])
def test_recordings_keep_their_captions_and_their_side_of_the_split(layout, found):
    usable = real.usable(found)
    assert len(usable) == 3
    for turn in range(4):
        rng = stream(2, layout, turn)
        first = real._one(rng, usable)
        samples, caption, sources = real.LAYOUTS[layout](rng, first, usable)
        assert all(any(said in caption for said in real.captions.of(one.name)) for one in sources)
        assert len({shards.source_held_out(one.name) for one in sources}) == 1
        assert np.abs(samples).max() > 0.3


def test_a_seamless_loop_fills_the_chunk_and_pitch_stays_near(found):
    loop = found[2]
    x, _ = real._played(stream(0, "loop"), loop)
    assert x.shape[1] >= shards.FRAMES * real.LENGTHS[0] - 1
    spectrum = np.abs(np.fft.rfft(x[0]))
    hz = np.argmax(spectrum) * shards.RATE / x.shape[1]
    assert abs(12 * np.log2(hz / 900)) < real.SEMITONES + 0.2


def test_the_command_makes_data_and_tells_of_it(tmp_path):
    from typer.testing import CliRunner

    from soundwright.cli import app

    recipe = making.Recipe(0.01, 0, recordings=False)
    making._claim(tmp_path, recipe, [])
    shards.write(tmp_path, 0, [shards.describe(np.ones((2, 100)), "x", "foley", ("foley:x",))] * recipe.chunks)
    arguments = ["train", "data", str(tmp_path), "--hours", "0.03", "--no-recordings", "--json"]
    run = CliRunner().invoke(app, arguments)
    assert run.exit_code == 0
    assert json.loads(run.stdout)["data"][0]["chunks"] == {"foley": recipe.chunks}
