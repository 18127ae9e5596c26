"""Stable Audio Open Small from its makers' layout, through its real loading path on tiny random weights."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from soundwright import studio
from soundwright.audio import Audio
from soundwright.engines import Task, machine
from soundwright.engines.stable_audio import StableAudioEngine
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan import effect
from soundwright.plan.edit import EditPlan
from soundwright.progress import Progress
from soundwright.request import EffectRequest


def render(folder, *, seed=7, duration_s=2.0, tell=None, **options):
    plan = effect.plain("rain on a tent", duration_s=duration_s)
    options = {"weights": str(folder), "device": "cpu", "steps": 4, **options}
    task = Task("effect", plan, duration_s, seed, "rain on a tent", options=options)
    return StableAudioEngine("open-small").render(task, tell or Progress())


def test_its_transformer_computes_what_the_makers_does():
    """Against stable-audio-tools (commit 50049e3), its `DiffusionTransformer` given the same tensors and input."""
    import tiny_stable_audio as tiny
    import torch
    from diffusers.models.embeddings import get_1d_rotary_pos_embed

    from soundwright.engines import stable_audio_small as small

    held = tiny.small_tensors()
    state = {key.removeprefix("model.model."): one for key, one in held.items() if key.startswith("model.model.")}
    network = small.transformer(state, heads=2, window=20)
    with torch.inference_mode():
        made = network(
            tiny.drawn("x", (1, 8, 20)),
            torch.tensor([0.7]),
            encoder_hidden_states=tiny.drawn("c", (1, 5, 32)),
            global_hidden_states=tiny.drawn("g", (1, 32))[:, None],
            rotary_embedding=get_1d_rotary_pos_embed(32, 21, use_real=True, repeat_interleave_real=False),
            return_dict=False,
        )[0]
    first, last = [-14.1153793, -14.4433604, -14.8854303, -14.8043289], [-4.8217821, -5.1832175, -4.8663216]
    np.testing.assert_allclose(made[0, 0, :4], first, rtol=1e-4)
    np.testing.assert_allclose(made[0, -1, -3:], last, rtol=1e-4)
    assert [float(made.mean()), float(made.std())] == pytest.approx([2.0182376, 8.7872295], rel=1e-4)


def test_the_schedule_is_the_makers():
    from soundwright.engines.stable_audio_small import sigmas

    whole, part = sigmas(8), sigmas(4, 0.5)
    assert whole[0] == 1.0
    assert whole[-1] == 0.0
    np.testing.assert_allclose(whole[1:3], [1 / (1 + np.exp(-5)), 1 / (1 + np.exp(-4))])
    assert len(whole) == 9
    assert part[0] == 0.5
    np.testing.assert_allclose(part[1:3], [1 / (1 + np.exp(0.5)), 1 / (1 + np.exp(1))], rtol=1e-5)


def test_it_steps_to_the_clean_sound_and_back_under_noise(tiny_stable_small):
    """One step by hand: noise less what the network says of it, decoded whole."""
    import torch

    take = render(tiny_stable_small, steps=1)
    pipe = machine.warm((str(tiny_stable_small), "cpu", "full", ""), lambda: pytest.fail("the model was not warm"))
    seen = []
    hook = pipe.transformer.register_forward_hook(lambda network, given, named, out: seen.append((given, named, out)),
                                                  with_kwargs=True)  # fmt: skip
    again = render(tiny_stable_small, steps=1)
    hook.remove()
    np.testing.assert_array_equal(take.audio.samples, again.audio.samples)
    (noise, time), named, (velocity,) = seen[0]
    assert torch.equal(noise, torch.randn(1, 8, 160, generator=torch.Generator().manual_seed(7)))
    assert float(time) == 1.0
    assert named["encoder_hidden_states"].shape == (1, 25, 32)  # 24 tokens of text, padded, and the length
    assert torch.equal(named["encoder_hidden_states"][:, -1:], named["global_hidden_states"])
    with torch.inference_mode():
        whole = pipe.vae.decode(noise - velocity).sample[0].numpy()
    error = np.abs(take.audio.samples - whole[:, : take.audio.frames]).max()
    assert error <= 1e-3 * np.abs(whole).max()


@pytest.mark.parametrize("duration_s", [0.5, 1.0, 3.37, 6.3])
def test_length_is_exact(tiny_stable_small, duration_s):
    take = render(tiny_stable_small, duration_s=duration_s)
    assert take.audio.frames == round(duration_s * take.audio.rate)


def test_the_seed_decides(tiny_stable_small):
    one, same, other = (render(tiny_stable_small, seed=seed).audio.samples for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-5


def test_progress_rises_and_cancelling_ends_within_a_step(tiny_stable_small, cancelled_halfway):
    denoised = cancelled_halfway(lambda tell: render(tiny_stable_small, tell=tell))
    assert denoised == [0.0, 0.25, 0.5]


@pytest.mark.parametrize("strength", [0.0, 0.4, 1.0])
def test_a_cover_stays_near_its_source_by_its_strength(tiny_stable_small, strength):
    noise = np.random.default_rng(0).normal(0, 0.1, (1, 16_000)).clip(-1, 1)
    plan = EditPlan(verb="cover", source="x.wav", prompt="rain on a tent", duration_s=2.0, strength=strength)
    task = Task("cover", plan, 2.0, 3, plan.prompt, sources={"source": Audio(noise, 8000)},
                options={"weights": str(tiny_stable_small), "device": "cpu", "steps": 4})  # fmt: skip
    one, same = (StableAudioEngine("open-small").render(task, Progress()).audio for _ in range(2))
    np.testing.assert_array_equal(one.samples, same.samples)
    assert one.frames == 9600
    assert np.isfinite(one.samples).all()


def test_the_whole_way_is_delivered_and_again(tiny_stable_small, tmp_path):
    request = EffectRequest(
        prompt="a gnarly blorb", duration_s=1.5, engine="stable-audio/open-small", weights=str(tiny_stable_small)
    )
    piece = studio.effect(request)[0]
    piece.save(tmp_path / "blorb.wav")
    assert "shared" in (tmp_path / "blorb.wav.json").read_text(encoding="utf-8")  # T5's files have their hashes too
    assert studio.again(tmp_path / "blorb.wav.json")[1]


def test_what_is_missing_or_asked_too_much_is_named(tiny_stable_small, tmp_path, monkeypatch):
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "none"))
    with pytest.raises(BadRequest, match="no guidance"):
        render(tiny_stable_small, guidance=4)
    with pytest.raises(BadRequest, match="no negative prompt"):
        render(tiny_stable_small, negative="thunder")
    folder = shutil.copytree(tiny_stable_small, tmp_path / "alone")
    shutil.rmtree(folder / "t5-base")
    with pytest.raises(CannotRun, match=r"lacks t5-base .*engines pull stable-audio/open-small"):
        render(folder)


def test_a_tensor_that_is_missing_is_named(tiny_stable_small, tmp_path):
    from safetensors.torch import load_file, save_file

    folder = shutil.copytree(tiny_stable_small, tmp_path / "damaged")
    held = load_file(folder / "model.safetensors")
    del held["model.model.transformer.layers.1.self_attn.k_norm.weight"]
    save_file(held, folder / "model.safetensors")
    with pytest.raises(CannotRun, match=r"transformer_blocks\.1\.attn1\.norm_k\.weight"):
        render(folder)
