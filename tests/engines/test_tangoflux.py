"""TangoFlux from its makers' three files, through its real loading path on tiny random weights."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from soundwright import direct, studio
from soundwright.engines import Task, machine
from soundwright.engines.tangoflux import TangofluxEngine
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan import effect
from soundwright.progress import Progress
from soundwright.request import EffectRequest


def render(folder, *, seed=7, duration_s=1.0, tell=None, **options):
    plan = effect.plain("rain on a tent", duration_s=duration_s)
    options = {"weights": str(folder), "device": "cpu", "steps": 4, **options}
    task = Task("effect", plan, duration_s, seed, "rain on a tent", options=options)
    return TangofluxEngine().render(task, tell or Progress())


def loaded(folder):
    return machine.warm((str(folder), "cpu", "full", ""), lambda: pytest.fail("the model was not warm"))


def test_it_samples_as_the_makers_do(tiny_tangoflux):
    """Against `TangoFlux.inference_flow` of declare-lab/TangoFlux on the same files: 4 steps, guidance 3, seed 7."""
    import torch

    render(tiny_tangoflux)
    made = loaded(tiny_tangoflux)(
        "rain on a tent", "", duration_s=2, frames=480, steps=4, guidance=3,
        generator=torch.Generator().manual_seed(7), told=lambda step: None,
    )  # fmt: skip
    assert made.shape == (1, 64, 480)
    np.testing.assert_allclose(made[0, 0, :3], [-6.4555879, -5.6329527, -5.1381760], rtol=1e-4)
    np.testing.assert_allclose(made[0, -1, -3:], [-10.9739999, -11.8115997, -12.0068684], rtol=1e-4)
    assert [float(made.mean()), float(made.std())] == pytest.approx([-1.1555482, 7.7509580], rel=1e-4)


@pytest.mark.parametrize("duration_s", [0.1, 0.5, 1.234, 2.0])
def test_the_length_is_exact_and_followed(tiny_tangoflux, duration_s):
    seen = []
    render(tiny_tangoflux)
    hook = loaded(tiny_tangoflux).transformer.register_forward_pre_hook(
        lambda network, given, named: seen.append(named["hidden_states"].shape[1]), with_kwargs=True
    )
    take = render(tiny_tangoflux, duration_s=duration_s)
    hook.remove()
    assert take.audio.frames == round(duration_s * 44_100)
    assert set(seen) == {min(int(np.ceil(duration_s * 44_100 / 192)) + 16, 480)}


def test_seed_words_and_guidance_decide(tiny_tangoflux):
    one, same, other = (render(tiny_tangoflux, seed=seed).audio.samples for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-4
    assert np.abs(one - render(tiny_tangoflux, seed=1, negative="thunder").audio.samples).max() > 1e-6
    assert np.abs(one - render(tiny_tangoflux, seed=1, guidance=1.0).audio.samples).max() > 1e-6


def test_progress_rises_and_cancelling_ends_within_a_step(tiny_tangoflux, cancelled_halfway):
    denoised = cancelled_halfway(lambda tell: render(tiny_tangoflux, tell=tell))
    assert denoised == [0.0, 0.25, 0.5]


def test_the_whole_way_is_delivered_and_again(tiny_tangoflux, tmp_path):
    request = EffectRequest(
        prompt="a gnarly blorb", duration_s=1.5, engine="tangoflux", weights=str(tiny_tangoflux), steps=2
    )
    studio.effect(request)[0].save(tmp_path / "blorb.wav")
    assert studio.again(tmp_path / "blorb.wav.json")[1]


def test_what_it_may_not_or_cannot_do_is_refused(tiny_tangoflux):
    with pytest.raises(BadRequest, match="at most 30 seconds"):
        direct.cast("tangoflux", "effect", 31.0)
    with pytest.raises((BadRequest, CannotRun), match="academic"):
        direct.cast("tangoflux", "effect", 5.0, commercial=True)
    with pytest.raises(BadRequest, match="works by guidance"):
        render(tiny_tangoflux, guidance=1.0, negative="thunder")


@pytest.mark.parametrize("gone", ["config.json", "vae.safetensors", "tangoflux.safetensors"])
def test_a_missing_file_is_named(tiny_tangoflux, tmp_path, gone):
    folder = shutil.copytree(tiny_tangoflux, tmp_path / "damaged")
    (folder / gone).unlink()
    with pytest.raises(CannotRun, match=gone.replace(".", r"\.")):
        render(folder)


def test_missing_tensors_are_named(tiny_tangoflux, tmp_path, monkeypatch):
    from safetensors.torch import load_file, save_file

    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "none"))
    folder = shutil.copytree(tiny_tangoflux, tmp_path / "damaged")
    held = load_file(folder / "tangoflux.safetensors")
    del held["duration_emebdder.time_positional_embedding.0.weights"]
    del held["text_encoder.shared.weight"]
    save_file(held, folder / "tangoflux.safetensors")
    with pytest.raises(CannotRun, match=r"lacks text_encoder\.shared\.weight, duration_emebdder.*2 tensors"):
        render(folder)
    shutil.rmtree(folder / "flan-t5-large")
    with pytest.raises(CannotRun, match=r"lacks flan-t5-large .*engines pull tangoflux/tangoflux"):
        render(folder)
