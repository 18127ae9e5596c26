"""The V2A mapper's engine through its real loading path on tiny random weights."""

from __future__ import annotations

import json
import shutil

import numpy as np
import pytest
from tests.films import make

from soundwright import direct
from soundwright.engines import Clip, Task, machine, weights
from soundwright.engines.v2a_mapper import V2aMapperEngine
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan import effect
from soundwright.plan.cues import CuePlan
from soundwright.progress import Progress


@pytest.fixture(scope="session")
def films(tmp_path_factory):
    folder = tmp_path_factory.mktemp("films")
    return [make("bounce", seed, path=folder, seconds=3.0, size=(96, 54)).path for seed in (1, 2)]


def render(folder, film, *, seed=7, start_s=0.0, duration_s=1.0, tell=None, prompt="", **options):
    options = {"weights": str(folder), "device": "cpu", "steps": 3, **options}
    task = Task("soundtrack", CuePlan(duration_s=duration_s), duration_s, seed, prompt, options=options,
                clip=Clip(film, start_s))  # fmt: skip
    return V2aMapperEngine().render(task, tell or Progress())


def loaded(folder, film):
    render(folder, film)
    mapper = folder / "mapper.safetensors"
    key = (str(folder), "cpu", "full", f"{mapper}:{mapper.stat().st_mtime_ns}")
    return machine.warm(key, lambda: pytest.fail("the model was not warm"))


@pytest.mark.parametrize("negative", ["", "thunder"])
def test_it_denoises_and_sounds_as_the_librarys_pipeline_does(tiny_v2a, films, negative):
    """`AudioLDMPipeline` of diffusers, from the same embedding and the same latents."""
    import torch
    from diffusers.pipelines.deprecated.audioldm.pipeline_audioldm import AudioLDMPipeline

    theirs = AudioLDMPipeline.from_pretrained(tiny_v2a)
    theirs.set_progress_bar_config(disable=True)
    pipe = loaded(tiny_v2a, films[0])
    heard = pipe.heard(torch.ones(24) / 24**0.5, torch.Generator().manual_seed(3))
    duration_s = pipe.frames(1.0) * 4 * 16 / 4800
    made = pipe(heard, negative, duration_s=duration_s, steps=4, guidance=2.5,
                generator=torch.Generator().manual_seed(5), told=lambda step: None)  # fmt: skip
    latents = torch.randn(made.shape, generator=torch.Generator().manual_seed(5))
    sounds = {
        given: theirs(prompt_embeds=heard, audio_length_in_s=duration_s, num_inference_steps=4, guidance_scale=2.5,
                      latents=latents, negative_prompt_embeds=words).audios
        for given, words in (("words", theirs._encode_prompt(negative, "cpu", 1, False)), ("none", -heard))
    }  # fmt: skip
    assert sounds["words"].std() > 0
    np.testing.assert_allclose(pipe.sound(made), sounds["words"], rtol=1e-4, atol=1e-5 * np.abs(sounds["words"]).max())
    assert np.abs(sounds["words"] - sounds["none"]).max() > 1e-3 * np.abs(sounds["words"]).max()


def test_it_sees_as_the_library_prepares(tiny_v2a):
    """transformers' own processor and `CLIPModel`."""
    import torch
    from transformers import CLIPModel
    from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

    from soundwright.engines import v2a_features as features

    rng = np.random.default_rng(1)
    pictures = [rng.integers(0, 255, shape, np.uint8) for shape in ((54, 96, 3), (96, 54, 3), (32, 32, 3), (20, 21, 3))]
    clip = CLIPModel.from_pretrained(tiny_v2a / "clip").eval()
    given = CLIPImageProcessorPil.from_pretrained(tiny_v2a / "clip")(pictures, return_tensors="pt")
    with torch.inference_mode():
        theirs = torch.nn.functional.normalize(clip.get_image_features(**given).pooler_output, dim=-1)
    np.testing.assert_allclose(features.open_eye(tiny_v2a / "clip").features(pictures), theirs, atol=2e-5)


@pytest.mark.parametrize("duration_s", [0.013, 0.3, 1.0, 1.777])
def test_the_length_is_exact(tiny_v2a, films, duration_s):
    audio = render(tiny_v2a, films[0], duration_s=duration_s, steps=1).audio
    assert (audio.frames, audio.channels, audio.rate) == (round(duration_s * 4800), 1, 4800)


def test_film_place_seed_negative_and_guidance_decide(tiny_v2a, films):
    one = render(tiny_v2a, films[0], seed=1)
    np.testing.assert_array_equal(one.audio.samples, render(tiny_v2a, films[0], seed=1).audio.samples)
    others = [
        render(tiny_v2a, films[1], seed=1),
        render(tiny_v2a, films[0], seed=1, start_s=1.5),
        render(tiny_v2a, films[0], seed=2),
        render(tiny_v2a, films[0], seed=1, negative="thunder"),
        render(tiny_v2a, films[0], seed=1, guidance=9.0),
        render(tiny_v2a, films[0], seed=1, guidance=1.0),
    ]
    for other in others:
        assert np.abs(other.audio.samples - one.audio.samples).max() > 1e-6
    assert one.used["weights"]["mapper"]["sha256"] == weights.sha256(tiny_v2a / "mapper.safetensors")
    assert "not when" in " ".join(one.used["notes"])
    assert "left out" in " ".join(render(tiny_v2a, films[0], prompt="rain").used["notes"])


def test_in_half_precision_only_the_u_net_and_the_words_are_halved(tiny_v2a, films):
    import torch

    assert np.isfinite(render(tiny_v2a, films[0], strategy="bf16").audio.samples).all()
    mapper = tiny_v2a / "mapper.safetensors"
    key = (str(tiny_v2a), "cpu", "bf16", f"{mapper}:{mapper.stat().st_mtime_ns}")
    pipe = machine.warm(key, lambda: pytest.fail("the model was not warm"))
    assert {pipe.unet.dtype, pipe.text_encoder.dtype} == {torch.bfloat16}
    assert {pipe.vae.dtype, pipe.image_encoder.dtype, next(pipe.mapper.parameters()).dtype} == {torch.float32}


def test_progress_rises_and_cancelling_ends_within_a_step(tiny_v2a, films, cancelled_halfway):
    denoised = cancelled_halfway(lambda tell: render(tiny_v2a, films[0], steps=4, tell=tell))
    assert denoised == [0.0, 0.25, 0.5]


def test_pickles_of_old_repositories_are_read_as_tensors(tiny_v2a, films, tmp_path):
    import tiny_v2a_mapper as tiny

    folder = tiny.write(tmp_path / "old", pickles=True)
    assert not list(folder.rglob("*.safetensors"))
    shutil.copy(tiny_v2a / "mapper.safetensors", folder)
    made = render(folder, films[0], duration_s=0.5)
    same = render(tiny_v2a, films[0], duration_s=0.5).audio.samples
    np.testing.assert_allclose(made.audio.samples, same, atol=1e-5 * np.abs(same).max())


def test_without_a_mapper_it_says_how_to_get_one(tiny_v2a, films, tmp_path, monkeypatch):
    monkeypatch.setenv("SOUNDWRIGHT_WEIGHTS", str(tmp_path / "weights"))
    folder = shutil.copytree(tiny_v2a, tmp_path / "bare", ignore=shutil.ignore_patterns("mapper.safetensors"))
    with pytest.raises(CannotRun, match=r"published none.*soundwright train v2a-mapper.*foley.* needs none"):
        render(folder, films[0])
    with pytest.raises(BadRequest, match="there is no mapper"):
        render(folder, films[0], mapper=str(tmp_path / "none.safetensors"))
    place = tmp_path / "weights" / "v2a-mapper" / "mapper"
    place.mkdir(parents=True)
    shutil.copy(tiny_v2a / "mapper.safetensors", place)
    assert render(folder, films[0], steps=1).used["weights"]["mapper"]["file"] == str(place / "mapper.safetensors")


def test_a_mapper_for_another_clip_or_clap_is_refused(tiny_v2a, films, tmp_path):
    import tiny_v2a_mapper as tiny

    for name, write in (("clip", tiny.write_clip), ("clap", tiny.write_clap)):
        other = shutil.copytree(tiny_v2a, tmp_path / name)
        shutil.rmtree(other / name)
        write(other / name, seed=99)
        tiny.write_mapper(other, other / "mapper.safetensors")
        shutil.rmtree(other / name)
        shutil.copytree(tiny_v2a / name, other / name)
        with pytest.raises(CannotRun, match=f"another {name.upper()}"):
            render(other, films[0])


def test_what_is_damaged_or_unfit_is_refused_in_one_line(tiny_v2a, films, tmp_path):
    def broken(name, change):
        folder = shutil.copytree(tiny_v2a, tmp_path / name)
        change(folder)
        with pytest.raises(CannotRun) as error:
            render(folder, films[0])
        return str(error.value)

    def cut(folder):
        path = folder / "mapper.safetensors"
        path.write_bytes(path.read_bytes()[:-100])

    def resized(folder):
        from safetensors import safe_open
        from safetensors.torch import load_file, save_file

        path = folder / "mapper.safetensors"
        with safe_open(path, "pt") as file:
            told = file.metadata()
        tensors = load_file(path)
        ((name, facts),) = told.items()
        facts = json.loads(facts)
        facts["config"]["layers"] = 3
        save_file(tensors, path, {name: json.dumps(facts)})

    assert "cut short" in broken("cut", cut)
    assert "layers.2.linear1.bias does not fit" in broken("resized", resized)
    assert "vocoder" in broken("no-vocoder", lambda folder: shutil.rmtree(folder / "vocoder"))
    assert "unet" in broken("no-unet", lambda folder: next((folder / "unet").glob("*.safetensors")).unlink())
    assert "lacks clip" in broken("no-clip", lambda folder: shutil.rmtree(folder / "clip"))
    assert "not a mapper" in broken(
        "foreign", lambda folder: shutil.copy(folder / "unet" / "diffusion_pytorch_model.safetensors",
                                              folder / "mapper.safetensors"))  # fmt: skip


def test_what_it_may_not_or_cannot_do_is_refused(tiny_v2a, films, tmp_path):
    with pytest.raises(BadRequest, match=r"at most 10\.24 seconds"):
        direct.cast("v2a-mapper", "soundtrack", 20.0)
    with pytest.raises(BadRequest, match="non-commercial"):
        direct.cast("v2a-mapper", "soundtrack", 5.0, commercial=True)
    with pytest.raises(BadRequest, match="works by guidance"):
        render(tiny_v2a, films[0], guidance=1.0, negative="thunder")
    with pytest.raises(BadRequest, match="nothing is seen at 9 s"):
        render(tiny_v2a, films[0], start_s=9.0)
    with pytest.raises(BadRequest, match="there is no file"):
        render(tiny_v2a, tmp_path / "gone.mp4")
    task = Task("effect", effect.plain("rain", duration_s=1.0), 1.0, 1, options={"weights": str(tiny_v2a)})
    with pytest.raises(BadRequest, match="wants a clip"):
        V2aMapperEngine().render(task, Progress())
