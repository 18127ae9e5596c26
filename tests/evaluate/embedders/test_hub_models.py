"""The embedders that are models of transformers: tiny random checkpoints through the real loading."""

from __future__ import annotations

import numpy as np
import pytest
from tests.evaluate import tiny_models

from soundwright import weights
from soundwright.audio import Audio
from soundwright.errors import CannotRun
from soundwright.evaluate import embedders

DIM = {"clap": 16, "ast": 16, "wav2vec2": 16, "hubert": 16, "wavlm": 16, "encodec": 16, "dac": 64}


@pytest.fixture(scope="module")
def home(tmp_path_factory):
    folder = tmp_path_factory.mktemp("weights")
    for name, make in tiny_models.MAKERS.items():
        make(folder / "evaluate" / name)
    return folder


@pytest.fixture(autouse=True)
def _pulled(home, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(home))
    monkeypatch.setenv("SOUNDWRIGHT_DEVICE", "cpu")


def noise(rate, seconds, channels=2, seed=0):
    return Audio(0.1 * np.random.default_rng(seed).standard_normal((channels, round(rate * seconds))), rate)


@pytest.mark.parametrize("name", tiny_models.MAKERS)
def test_every_one_embeds_sounds_of_any_length(name):
    by = embedders.load(name)
    assert by.rate == embedders.row(name).rate
    counts = []
    for seconds in (0.05, 1.0, 12.0):
        found = by.embedder.embed(noise(by.rate, seconds))
        assert found.ndim == 2
        assert found.shape[1] == DIM[name.partition("-")[0]]
        assert np.isfinite(found).all()
        counts.append(len(found))
    assert counts[0] <= counts[1] < counts[2]
    assert np.isfinite(by.embedder.embed(Audio.silence(by.rate, by.rate))).all()
    assert all(len(digest) == 64 for digest in by.weights.values())
    assert by.weights


@pytest.mark.parametrize("name", ["clap-music-speech", "clap-fused", "ast"])
def test_the_same_sound_is_always_the_same_vector(name):
    """LAION's own code draws a window at random from what is longer than 10 s."""
    by = embedders.load(name)
    sound = noise(by.rate, 23)
    first = by.embedder.embed(sound)
    np.random.seed(5)  # noqa: NPY002 - what the library draws from
    assert np.array_equal(first, by.embedder.embed(sound))
    assert len(first) == 4  # at 0, 5, 10 and 13 s


def test_clap_is_the_librarys_own_number(home):
    import torch
    from transformers import ClapFeatureExtractor, ClapModel

    folder = home / "evaluate" / "clap-music-speech"
    model, features = ClapModel.from_pretrained(folder).eval(), ClapFeatureExtractor.from_pretrained(folder)
    sound = noise(48_000, 10, channels=1)
    with torch.no_grad():
        own = model.get_audio_features(**features(sound.samples[0], sampling_rate=48_000, return_tensors="pt"))
    by = embedders.load("clap-music-speech")
    assert np.allclose(by.embedder.embed(sound), own.pooler_output.numpy(), atol=1e-6)
    texts = ["a dog barks", "rain on a roof, and thunder far away"]
    told = by.embedder.embed_text(texts)
    assert told.shape == (2, 16)
    assert np.allclose(np.linalg.norm(told, axis=1), 1, atol=1e-5)
    assert np.allclose(by.embedder.embed_text(texts[:1]), told[:1], atol=1e-5)  # padding is not heard


def test_ast_tags_are_the_librarys_own():
    import torch

    by = embedders.load("ast")
    sound = noise(16_000, 10, channels=1)
    given = by.embedder.features(sound.samples[0], sampling_rate=16_000, return_tensors="pt")
    with torch.no_grad():
        own = by.embedder.model(**given).logits.numpy()
    assert np.allclose(by.embedder.logits(sound), own, atol=1e-6)
    assert by.embedder.labels == [f"sound {at}" for at in range(5)]


def test_encodec_latents_are_those_that_the_codec_quantises():
    import torch

    by = embedders.load("encodec-24k")
    sound = noise(24_000, 2, channels=1)
    with torch.no_grad():
        own = by.embedder.model.encoder(torch.from_numpy(sound.samples.copy())[None])[0].T.numpy()
    assert np.allclose(by.embedder.embed(sound), own, atol=1e-6)
    assert len(own) == 150


def test_encodec_at_48k_does_not_hear_loudness():
    """Each second is brought to one level before it is coded."""
    by = embedders.load("encodec-48k")
    sound = noise(48_000, 2)
    softer = Audio(sound.samples * 0.1, 48_000)
    assert np.allclose(by.embedder.embed(sound), by.embedder.embed(softer), atol=1e-4)


@pytest.mark.parametrize("name", ["clap-music", "vggish"])
def test_missing_weights_name_the_command(name):
    with pytest.raises(CannotRun, match=f"soundwright evaluate pull {name}"):
        embedders.load(name)


def test_another_folder_and_a_broken_one(home, tmp_path):
    assert embedders.load("ast", home / "evaluate" / "ast").weights
    with pytest.raises(CannotRun, match="cannot be loaded"):
        embedders.load("ast", tmp_path)


def test_the_key_of_the_cache_follows_the_weights(home, tmp_path):
    import shutil

    import torch
    from safetensors.torch import load_file, save_file

    folder = tmp_path / "ast"
    shutil.copytree(home / "evaluate" / "ast", folder)
    before = embedders.load("ast", folder).key
    assert embedders.load("ast").key == before
    tensors = load_file(folder / "model.safetensors")
    tensors["classifier.dense.bias"] += torch.ones(5)
    save_file(tensors, folder / "model.safetensors", {"format": "pt"})
    assert embedders.load("ast", folder).key != before
    assert (
        weights.facts(folder)["sha256"]["model.safetensors"]
        == embedders.load("ast", folder).weights["model.safetensors"]
    )
