"""AudioLDM 2 through its real loading path on tiny random weights."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from soundwright import direct, studio
from soundwright.engines import Task, machine
from soundwright.engines.audioldm2 import AudioLdm2Engine
from soundwright.errors import BadRequest, CannotRun
from soundwright.plan import author, effect
from soundwright.progress import Progress
from soundwright.request import EffectRequest


def render(folder, *, seed=7, duration_s=1.0, tell=None, **options):
    plan = effect.plain("rain on a tent", duration_s=duration_s)
    options = {"weights": str(folder), "device": "cpu", "steps": 4, **options}
    task = Task("effect", plan, duration_s, seed, "rain on a tent", options=options)
    return AudioLdm2Engine().render(task, tell or Progress())


def test_it_is_the_librarys_own_sound(tiny_audioldm2):
    """The library's pipeline runs where the language model is of the class that still generates: under -80 dB apart,
    since it keeps what it heard in a cache and ours hears it anew. Repositories name the other class: there it fails.
    """
    import torch
    from diffusers.pipelines.audioldm2.pipeline_audioldm2 import AudioLDM2Pipeline

    def direct_call(folder):
        pipe = AudioLDM2Pipeline.from_pretrained(folder)
        pipe.set_progress_bar_config(disable=True)
        torch.manual_seed(7)
        generator = torch.Generator().manual_seed(7)
        return pipe("rain on a tent", audio_length_in_s=1.0, num_inference_steps=4, negative_prompt="thunder",
                    generator=generator).audios  # fmt: skip

    made = render(tiny_audioldm2["generates"], negative="thunder").audio.samples
    assert np.abs(made - direct_call(tiny_audioldm2["generates"])).max() <= 1e-4 * np.abs(made).max()
    np.testing.assert_array_equal(made, render(tiny_audioldm2["published"], negative="thunder").audio.samples)
    with pytest.raises(AttributeError):
        direct_call(tiny_audioldm2["published"])


@pytest.mark.parametrize("duration_s", [0.3, 1.0, 1.777, 3.0])
def test_the_length_is_exact(tiny_audioldm2, duration_s):
    audio = render(tiny_audioldm2["published"], duration_s=duration_s).audio
    assert (audio.frames, audio.channels, audio.rate) == (round(duration_s * 4800), 1, 4800)


def test_seed_words_and_guidance_decide(tiny_audioldm2):
    folder = tiny_audioldm2["published"]
    one, same, other = (render(folder, seed=seed).audio.samples for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-6
    assert np.abs(one - render(folder, seed=1, guidance=9.0).audio.samples).max() > 0
    assert np.isfinite(render(folder, guidance=1.0).audio.samples).all()


def test_it_makes_music_by_a_song_plan(tiny_audioldm2):
    plan = author.write_song("piano", duration_s=2.0, seed=1)
    task = Task("music", plan, 2.0, 1, "piano", options={"weights": str(tiny_audioldm2["published"]), "steps": 2})
    assert AudioLdm2Engine("music").render(task, Progress()).audio.frames == 9600


def test_progress_rises_and_cancelling_ends_within_a_step(tiny_audioldm2, cancelled_halfway):
    denoised = cancelled_halfway(lambda tell: render(tiny_audioldm2["published"], tell=tell))
    assert denoised == [0.0, 0.25, 0.5]


def test_in_half_precision_what_makes_the_sound_stays_whole(tiny_audioldm2):
    import torch

    folder = tiny_audioldm2["published"]
    audio = render(folder, strategy="bf16").audio
    pipe = machine.warm((str(folder), "cpu", "bf16", ""), lambda: pytest.fail("the model was not warm"))
    assert {pipe.unet.dtype, pipe.text_encoder_2.dtype} == {torch.bfloat16}
    assert {pipe.vae.dtype, next(pipe.vocoder.parameters()).dtype} == {torch.float32}
    assert np.isfinite(audio.samples).all()
    assert audio.peak > 0


def test_the_whole_way_is_delivered_and_again(tiny_audioldm2, tmp_path):
    request = EffectRequest(
        prompt="a gnarly blorb", duration_s=1.5, engine="audioldm2", weights=str(tiny_audioldm2["published"]), steps=2
    )
    studio.effect(request)[0].save(tmp_path / "blorb.wav")
    piece, same = studio.again(tmp_path / "blorb.wav.json")
    assert same
    assert piece.audio.rate == 48_000


def test_what_it_may_not_or_cannot_do_is_refused(tiny_audioldm2, tmp_path):
    with pytest.raises(BadRequest, match=r"at most 10\.24 seconds"):
        direct.cast("audioldm2", "effect", 20.0)
    with pytest.raises((BadRequest, CannotRun), match="non-commercial"):
        direct.cast("audioldm2", "effect", 5.0, commercial=True)
    with pytest.raises(BadRequest, match="works by guidance"):
        render(tiny_audioldm2["published"], guidance=1.0, negative="thunder")
    folder = shutil.copytree(tiny_audioldm2["published"], tmp_path / "damaged")
    (folder / "vocoder" / "config.json").unlink()
    with pytest.raises(CannotRun, match="vocoder"):
        render(folder)
