"""Training a V2A mapper: what it learns, what it leaves out, and that stopping costs nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest

pytest.importorskip("torch")

from soundwright.engines import v2a_features as features
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.progress import Progress

SMALL = {"steps": 12, "batch": 8, "every": 4, "width": 32, "layers": 1}


@pytest.fixture(scope="module")
def senses(models):
    return features.open_eye(models / "clip"), features.open_ear(models / "clap")


def known(count=1200, noise=0.1):
    """Pairs by a mapping that is known: what is heard is a bent turn of what is seen, around a mean of its own."""
    import torch
    from torch.nn.functional import normalize

    from soundwright.train.v2a_pairs import Pairs

    rng = torch.Generator().manual_seed(2)
    turn, off = torch.randn(24, 16, generator=rng) / 24**0.5, 0.7 * torch.randn(16, generator=rng)
    seen = normalize(torch.randn(count, 24, generator=rng), dim=-1)
    heard = normalize(torch.tanh(5 * seen @ turn) + off + noise * torch.randn(count, 16, generator=rng), dim=-1)
    return Pairs(seen, heard, torch.arange(count) % 10 == 0, count, {}, "known")


def probes():
    import torch

    return torch.ones(4, 24), torch.ones(6, 16)


@pytest.mark.parametrize("kind", ["regression", "diffusion"])
def test_it_learns_a_mapping_and_beats_one_answer_for_all(kind, tmp_path):
    from soundwright.train import v2a_mapper as recipe

    plan = recipe.Recipe(kind, steps=400, batch=64, every=100, width=32, layers=2)
    pairs = known()
    start = recipe.held_out(recipe._begun(pairs, plan, probes(), "cpu").network.eval(), pairs, 0)
    told = recipe.learn(pairs, tmp_path, plan, probes(), Progress())
    assert told["mean_cosine"] < 0.8
    assert told["held_out_cosine"] > max(start["held_out_cosine"], told["mean_cosine"], told["others_cosine"]) + 0.1
    assert told["held_out_cosine"] > 0.9
    rows = [json.loads(line) for line in (tmp_path / "log.jsonl").read_text().splitlines()]
    assert [row["step"] for row in rows] == [100, 200, 300, 400]
    assert rows[-1]["loss"] < rows[0]["loss"]


def test_diffusion_draws_many_answers_where_regression_has_one(tmp_path):
    """What is seen says nothing here, and one of two sounds is heard: regression answers between the two."""
    import torch

    from soundwright.engines import v2a_mapper_files as files
    from soundwright.train import v2a_mapper as recipe

    pairs = known(600)
    coin = torch.rand(600, generator=torch.Generator().manual_seed(1)) < 0.5
    sounds = torch.eye(16)[:2]
    pairs = replace(pairs, heard=torch.where(coin[:, None], sounds[0], sounds[1]))
    nearest = {}
    for kind in ("regression", "diffusion"):
        (tmp_path / kind).mkdir()
        plan = recipe.Recipe(kind, steps=300, batch=64, every=300, width=32, layers=2)
        recipe.learn(pairs, tmp_path / kind, plan, probes(), Progress())
        network, _ = files.read(tmp_path / kind / "mapper.safetensors")
        with torch.inference_mode():
            noise = torch.randn(200, 16, generator=torch.Generator().manual_seed(3))
            nearest[kind] = network.draw(pairs.seen[:1].expand(200, -1), noise) @ sounds.T
    assert (nearest["regression"].max(1).values < 0.95).all()
    assert float((nearest["diffusion"].max(1).values > 0.95).float().mean()) > 0.9
    assert 0.2 < float((nearest["diffusion"].argmax(1) == 0).float().mean()) < 0.8


@pytest.mark.parametrize("kind", ["regression", "diffusion"])
def test_stopped_and_gone_on_with_is_as_never_stopped(kind, tmp_path):
    from soundwright.train import v2a_mapper as recipe

    def listen(stage, fraction, audio_s):
        if stage == "train" and fraction > 0.8:  # two steps after the last that was saved
            tell.cancel()

    plan, pairs, tell = recipe.Recipe(kind, **SMALL), known(100), Progress(listen)
    for name in ("whole", "stopped"):
        (tmp_path / name).mkdir()
    whole = recipe.learn(pairs, tmp_path / "whole", plan, probes(), Progress())
    with pytest.raises(Cancelled):
        recipe.learn(pairs, tmp_path / "stopped", plan, probes(), tell)
    saved = [json.loads(line)["step"] for line in (tmp_path / "stopped" / "log.jsonl").read_text().splitlines()]
    assert saved == [4, 8]
    assert recipe.learn(pairs, tmp_path / "stopped", plan, probes(), Progress()) == whole
    for name in ("mapper.safetensors", "log.jsonl", "curve.png"):
        assert (tmp_path / "stopped" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes(), name


def test_another_recipe_or_a_damaged_state_is_not_gone_on_with(tmp_path):
    from soundwright.train import v2a_mapper as recipe

    plan, pairs = recipe.Recipe(**SMALL), known(100)
    recipe.learn(pairs, tmp_path, plan, probes(), Progress())
    before = (tmp_path / "mapper.safetensors").read_bytes()
    with pytest.raises(BadRequest, match="--anew"):
        recipe.learn(pairs, tmp_path, replace(plan, seed=1), probes(), Progress())
    with pytest.raises(BadRequest, match="other videos"):
        recipe.learn(replace(pairs, fingerprint="else"), tmp_path, plan, probes(), Progress())
    assert (tmp_path / "mapper.safetensors").read_bytes() == before
    recipe.learn(pairs, tmp_path, replace(plan, seed=1), probes(), Progress(), anew=True)
    assert (tmp_path / "mapper.safetensors").read_bytes() != before
    (tmp_path / "state.pt").write_bytes((tmp_path / "state.pt").read_bytes()[:200])
    with pytest.raises(CannotRun, match="damaged"):
        recipe.learn(pairs, tmp_path, replace(plan, seed=1), probes(), Progress())


def test_pairs_come_of_windows_and_bad_films_are_counted(videos, senses, tmp_path):
    from soundwright.train import v2a_pairs

    pairs = v2a_pairs.gather(videos, tmp_path, *senses, Progress())
    assert pairs.left_out == {
        "damaged": 3, "without sound": 1, "without pictures": 1, "silent or too short": 2, "a copy of another": 1,
    }  # fmt: skip
    assert (pairs.films, len(pairs.seen), pairs.seen.shape[1], pairs.heard.shape[1]) == (8, 7 + 2, 24, 16)
    for side in (pairs.seen, pairs.heard):
        np.testing.assert_allclose(side.norm(dim=-1), 1, atol=1e-5)
    assert 0 < int(pairs.held_out.sum()) < len(pairs.seen)


def test_features_are_made_once_and_tell_other_models_apart(videos, senses, models, tmp_path, monkeypatch):
    import tiny_v2a_mapper as tiny

    from soundwright.train import v2a_pairs

    def listen(stage, fraction, audio_s):
        if fraction > 0.5:
            tell.cancel()

    eye, ear = senses
    tell = Progress(listen)
    with pytest.raises(Cancelled):
        v2a_pairs.gather(videos, tmp_path, eye, ear, tell)
    half = sorted(tmp_path.rglob("*.npz"))
    first = v2a_pairs.gather(videos, tmp_path, eye, ear, Progress())
    assert 0 < len(half) < len(list(tmp_path.rglob("*.npz")))
    monkeypatch.setattr(v2a_pairs, "_stretches", lambda *given: pytest.fail("it was there already"))
    again = v2a_pairs.gather(videos, tmp_path, eye, ear, Progress())
    assert again.fingerprint == first.fingerprint
    np.testing.assert_array_equal(again.heard, first.heard)
    monkeypatch.undo()
    tiny.write_clap(tmp_path / "other", seed=50)
    other = v2a_pairs.gather(videos, tmp_path, eye, features.open_ear(tmp_path / "other"), Progress())
    assert other.fingerprint != first.fingerprint


def test_what_is_heard_is_what_the_library_says(models, senses):
    """`ClapModel` with its own extractor; the middle of `audio_embeds` of its whole forward pass."""
    import torch
    from transformers import AutoTokenizer, ClapFeatureExtractor, ClapModel

    from soundwright.audio import Audio

    samples = np.random.default_rng(1).normal(0, 0.1, (1, 20_000)).astype(np.float32)
    folder = models / "clap"
    given = ClapFeatureExtractor.from_pretrained(folder)(samples[0], sampling_rate=8000, return_tensors="pt")
    asked = AutoTokenizer.from_pretrained(folder)(list(features.WORDS), padding=True, return_tensors="pt")
    with torch.inference_mode():
        theirs = ClapModel.from_pretrained(folder).eval()(
            input_ids=asked.input_ids, attention_mask=asked.attention_mask, **given
        )
    np.testing.assert_allclose(senses[1].embedding(Audio(samples, 8000)), theirs.audio_embeds[0], atol=1e-5)
    np.testing.assert_allclose(senses[1].probe(), theirs.text_embeds, atol=1e-5)


def run(*words):
    from typer.testing import CliRunner

    from soundwright.cli import app

    return CliRunner().invoke(app, ["train", "v2a-mapper", *map(str, words), "--device", "cpu"])


def test_the_command_trains_what_the_engine_then_plays(videos, models, tmp_path, monkeypatch):
    from soundwright.engines import Clip, Task
    from soundwright.engines.v2a_mapper import V2aMapperEngine
    from soundwright.plan.cues import CuePlan

    options = ("--steps", 6, "--batch", 8, "--every", 3, "--width", 32, "--layers", 1, "--weights", models)
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path))
    done = run(videos, *options)
    assert done.exit_code == 0, done.exception
    assert "held-out cosine" in done.stdout
    assert "3 damaged" in done.stderr
    place = tmp_path / "v2a-mapper" / "mapper"
    assert {path.name for path in place.iterdir()} == {
        "mapper.safetensors", "log.jsonl", "curve.png", "state.pt", "features",
    }  # fmt: skip
    task = Task("soundtrack", CuePlan(duration_s=0.7), 0.7, 1, clip=Clip(videos / "good-2.mkv"),
                options={"weights": str(models), "device": "cpu", "steps": 2})  # fmt: skip
    take = V2aMapperEngine().render(task, Progress())
    assert take.audio.frames == round(0.7 * 4800)
    assert take.used["weights"]["mapper"]["films"] == 8


def test_what_cannot_be_trained_is_told_in_one_line(videos, models, tmp_path, monkeypatch):
    import shutil

    import tiny_v2a_mapper as tiny

    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path / "weights"))
    (tmp_path / "none").mkdir()
    tiny.write_clap(tmp_path / "other", seed=70)
    shutil.copytree(models, tmp_path / "bare", ignore=shutil.ignore_patterns("clip"))
    assert run(tmp_path / "gone", "--weights", models).exit_code == 2
    cases = (
        (BadRequest, "0 videos of use", (tmp_path / "none", "--weights", models)),
        (BadRequest, "there is no mapper 'better'", (videos, "--weights", models, "--kind", "better")),
        (BadRequest, "count from 1", (videos, "--weights", models, "--steps", 0)),
        (BadRequest, "not a folder with weights", (videos, "--weights", tmp_path / "nothing")),
        (CannotRun, "listens to another CLAP", (videos, "--weights", models, "--clap", tmp_path / "other")),
        (CannotRun, "lacks clip", (videos, "--weights", tmp_path / "bare")),
    )
    for kind, words, given in cases:
        fault = run(*given, "-o", tmp_path / "out").exception
        assert isinstance(fault, kind)
        assert words in str(fault)


def test_ctrl_c_tells_that_it_goes_on(videos, models, tmp_path, monkeypatch):
    from soundwright.train import v2a_mapper as recipe

    def stopped(*given):
        raise Cancelled("cancelled; nothing was written")

    monkeypatch.setattr(recipe, "_step", stopped)
    fault = run(videos, "--weights", models, "-o", tmp_path).exception
    assert isinstance(fault, Cancelled)
    assert "the same command goes on" in str(fault)
    assert list((tmp_path / "features").rglob("*.npz"))
