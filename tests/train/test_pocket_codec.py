"""Fitting the pocket codec to training data: only to what is trained on, where it sounds."""

from __future__ import annotations

import json

import numpy as np
import pytest
from typer.testing import CliRunner

from soundwright.cli import app
from soundwright.errors import BadRequest
from soundwright.nets import pocket_codec as codec
from soundwright.progress import Progress
from soundwright.train import pocket_codec as recipe
from soundwright.train.data import making, shards


def chunk(seed, caption, source="foley:x", seconds=shards.CHUNK_S):
    n = round(seconds * shards.RATE)
    x = 0.1 * np.random.default_rng(seed).standard_normal((2, n))
    return shards.describe(x, caption, "foley", (source,))


def captions(split, count):
    every = (f"caption {number}" for number in range(10_000))
    return [one for one in every if shards.split_of(("foley:x",), one) == split][:count]


@pytest.fixture
def folder(tmp_path):
    making._claim(tmp_path, making.Recipe(0.02, recordings=False), [])
    made = [chunk(seed, one) for seed, one in enumerate(captions("train", 11))]
    made += [chunk(99, one, seconds=2.0) for one in captions("held_out_caption", 2)]
    shards.write(tmp_path, 0, made)
    return tmp_path


def test_features_are_those_of_the_split_where_it_sounds(folder):
    assert len(recipe.features(folder, "train", 1, Progress())) == 11 * 150
    assert len(recipe.features(folder, "held_out_caption", 1, Progress())) == 2 * 50


def test_the_command_fits_and_the_codec_reads_what_it_wrote(folder):
    out = folder / "codec.npz"
    run = CliRunner().invoke(app, ["train", "pocket-codec", str(folder), "-o", str(out), "--dims", "16", "--json"])
    assert run.exit_code == 0, run.output
    (story,) = json.loads(run.stdout)["codec"]
    assert story["seconds"] == 66
    assert 0 < story["variance_kept"] < 1
    assert story["bytes"] == out.stat().st_size
    basis = codec.read(out)
    assert basis.axes.shape == (len(codec.layout().weights), 16)
    x = chunk(5, "x").samples
    latents = codec.encode(x, basis)
    assert np.abs(latents.mean(axis=0)).max() < 0.6


def test_too_little_sound_too_many_components_and_no_data_are_told(folder, tmp_path):
    with pytest.raises(BadRequest, match="components"):
        recipe.fit(folder, folder / "x.npz", 1000, 1, Progress())
    shards.write(folder, 0, [chunk(1, captions("train", 1)[0])])
    with pytest.raises(BadRequest, match="least"):
        recipe.fit(folder, folder / "x.npz", 8, 1, Progress())
    with pytest.raises(BadRequest, match="soundwright train data"):
        recipe.fit(folder / "none", folder / "x.npz", 8, 1, Progress())
    assert not (folder / "x.npz").exists()
