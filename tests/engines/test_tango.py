"""Tango from its makers' files, through its real loading path on tiny random weights.

The expected numbers are those of declare-lab/tango's own classes, which load the same tensors strictly.
"""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from soundwright import direct, studio
from soundwright.engines import Task, machine
from soundwright.engines.tango import TangoEngine
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan import effect
from soundwright.progress import Progress
from soundwright.request import EffectRequest


def render(folder, *, seed=7, duration_s=1.0, tell=None, **options):
    plan = effect.plain("rain on a tent", duration_s=duration_s)
    options = {"weights": str(folder), "device": "cpu", "steps": 2, **options}
    task = Task("effect", plan, duration_s, seed, "rain on a tent", options=options)
    return TangoEngine().render(task, tell or Progress())


def loaded(folder):
    render(folder)
    return machine.warm((str(folder), "cpu", "full", ""), lambda: pytest.fail("the model was not warm"))


def test_it_samples_as_the_makers_do(tiny_tango):
    """`AudioDiffusion.inference`: 4 steps, guidance 3, seed 5."""
    import torch

    made = loaded(tiny_tango)("rain on a tent", "", steps=4, guidance=3, generator=torch.Generator().manual_seed(5),
                              told=lambda step: None)  # fmt: skip
    assert made.shape == (1, 8, 256, 16)
    np.testing.assert_allclose(made[0, 0, 0, :3], [-0.6253111, -1.3392278, -1.3379418], rtol=1e-4)
    assert [float(made.mean()), float(made.std())] == pytest.approx([-0.5560048, 0.9693601], rel=1e-4)


def test_it_sounds_as_the_makers_do(tiny_tango):
    """`AutoencoderKL.decode_first_stage` and the vocoder before its 16 bits."""
    import tiny_stable_audio as tiny
    import torch

    pipe, latents = loaded(tiny_tango), tiny.drawn("z", (1, 8, 24, 16))
    with torch.inference_mode():
        spectrogram = pipe.vae.decode(latents / pipe.vae.config.scaling_factor).sample
    np.testing.assert_allclose(spectrogram[0, 0, 0, :3], [-0.2161182, 0.1948901, 0.2901264], rtol=1e-4)
    assert float(spectrogram.mean()) == pytest.approx(0.1038748, rel=1e-4)
    samples = pipe.sound(latents)
    np.testing.assert_allclose(samples[0, 1000:1003], [-0.1449790, -0.1368319, -0.1405397], rtol=1e-4)
    assert samples.std() == pytest.approx(0.0044288, rel=1e-3)


@pytest.mark.parametrize("duration_s", [0.5, 1.777, 10.24])
def test_the_length_is_exact(tiny_tango, duration_s):
    audio = render(tiny_tango, duration_s=duration_s, steps=1).audio
    assert (audio.frames, audio.channels, audio.rate) == (round(duration_s * 16_000), 1, 16_000)


def test_seed_words_and_guidance_decide(tiny_tango):
    one, same, other = (render(tiny_tango, seed=seed, steps=1).audio.samples for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-6
    assert np.abs(one - render(tiny_tango, seed=1, steps=1, negative="thunder").audio.samples).max() > 0
    assert np.isfinite(render(tiny_tango, steps=1, guidance=1.0).audio.samples).all()


def test_progress_rises_and_cancelling_ends_within_a_step(tiny_tango, cancelled_halfway):
    denoised = cancelled_halfway(lambda tell: render(tiny_tango, tell=tell))
    assert denoised == [0.0, 0.5]


def test_the_whole_way_is_delivered_and_again(tiny_tango, tmp_path):
    request = EffectRequest(prompt="a gnarly blorb", duration_s=1.5, engine="tango", weights=str(tiny_tango), steps=1)
    studio.effect(request)[0].save(tmp_path / "blorb.wav")
    assert studio.again(tmp_path / "blorb.wav.json")[1]


def test_what_it_may_not_or_cannot_do_is_refused(tiny_tango, tmp_path):
    import torch

    with pytest.raises(BadRequest, match=r"at most 10\.24 seconds"):
        direct.cast("tango", "effect", 20.0)
    with pytest.raises((BadRequest, CannotRun), match="non-commercial"):
        direct.cast("tango", "effect", 5.0, commercial=True)
    folder = shutil.copytree(tiny_tango, tmp_path / "damaged")
    held = torch.load(folder / "pytorch_model_main.bin")
    del held["unet.mid_block.resnets.0.conv1.weight"]
    torch.save(held, folder / "pytorch_model_main.bin")
    with pytest.raises(CannotRun, match=r"lacks unet\.mid_block\.resnets\.0\.conv1\.weight \(1 tensors"):
        render(folder)
    (folder / "pytorch_model_main.bin").write_bytes(b"\x80\x04cos\nsystem\n.")
    with pytest.raises(CannotRun, match="cannot be loaded"):
        render(folder)
    (folder / "pytorch_model_vae.bin").unlink()
    with pytest.raises(CannotRun, match=r"pytorch_model_vae\.bin"):
        render(folder)
