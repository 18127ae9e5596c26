"""Stable Audio Open through its real loading path on tiny random weights."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from soundwright import direct, studio
from soundwright.audio import Audio
from soundwright.engines import Task, decode, diffusion, machine, stable_audio
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
    return StableAudioEngine().render(task, tell or Progress())


def test_it_is_the_librarys_own_sound(tiny_stable):
    """Against the pipeline called directly and decoded whole: tiles and the shorter decoding stay under -60 dB."""
    import torch

    take = render(tiny_stable)
    pipe = machine.warm((str(tiny_stable), "cpu", "full", ""), lambda: pytest.fail("the model was not warm"))
    torch.manual_seed(7)
    whole = (
        pipe(
            "rain on a tent",
            audio_end_in_s=2.0,
            num_inference_steps=4,
            guidance_scale=7.0,
            generator=torch.Generator().manual_seed(7),
        )
        .audios[0]
        .numpy()
    )
    error = np.abs(take.audio.samples - whole[:, : take.audio.frames]).max()
    assert error <= 1e-3 * np.abs(whole).max()


@pytest.mark.parametrize("duration_s", [0.5, 1.0, 3.37, 6.3])
def test_length_is_exact(tiny_stable, duration_s):
    take = render(tiny_stable, duration_s=duration_s)
    assert take.audio.frames == round(duration_s * take.audio.rate)


def test_the_seed_and_the_words_decide(tiny_stable):
    one, same, other = (render(tiny_stable, seed=seed).audio.samples for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-3
    assert np.abs(one - render(tiny_stable, seed=1, negative="thunder").audio.samples).max() > 1e-5
    assert np.abs(one - render(tiny_stable, seed=1, guidance=2.0).audio.samples).max() > 1e-5


def test_progress_rises_and_cancelling_ends_within_a_step(tiny_stable, cancelled_halfway):
    told = []
    render(tiny_stable, tell=Progress(lambda *row: told.append(row)))
    fractions = [fraction for stage, fraction, _ in told if stage == "denoise"]
    assert fractions == sorted(fractions)
    assert told[-1][:2] == ("decode", 1.0)

    cancelled_halfway(lambda tell: render(tiny_stable, tell=tell))


def test_the_whole_way_is_delivered_at_48_khz_and_again(tiny_stable, tmp_path):
    request = EffectRequest(
        prompt="a gnarly blorb", duration_s=1.5, engine="stable-audio", weights=str(tiny_stable), steps=4
    )
    studio.effect(request)[0].save(tmp_path / "blorb.wav")
    piece, same = studio.again(tmp_path / "blorb.wav.json")
    assert same
    assert (piece.audio.rate, piece.audio.channels, piece.audio.frames) == (48_000, 2, 72_000)


def test_what_it_cannot_do_is_refused_before_anything_loads(tmp_path):
    with pytest.raises(BadRequest, match="at most 512 seconds"):
        direct.cast("stable-audio", "music", 600.0)
    with pytest.raises(BadRequest, match=r"ace-step.* can"):
        direct.cast("stable-audio", "repaint", 10.0)


def cover(folder, strength, *, seed=7, tell=None, gain=0.1, **options):
    noise = np.random.default_rng(0).normal(0, gain, (1, 16_000)).clip(-1, 1)
    plan = EditPlan(verb="cover", source="x.wav", prompt="rain on a tent", duration_s=2.0, strength=strength)
    options = {"weights": str(folder), "device": "cpu", "steps": 6, **options}
    task = Task("cover", plan, 2.0, seed, plan.prompt, options=options, sources={"source": Audio(noise, 8000)})
    return StableAudioEngine().render(task, tell or Progress())


@pytest.mark.parametrize("strength", [0.0, 0.3, 0.7, 1.0])
def test_a_cover_repeats_and_has_its_length(tiny_stable, strength):
    one, same, other = (cover(tiny_stable, strength, seed=seed).audio for seed in (3, 3, 4))
    np.testing.assert_array_equal(one.samples, same.samples)
    assert np.isfinite(one.samples).all()
    assert np.abs(one.samples - other.samples).max() > 1e-5
    assert one.frames == 9600


def test_a_cover_starts_from_its_source_under_the_noise_of_its_strength(tiny_stable, monkeypatch):
    """What the network is first given is the source's latents and `tan(strength * pi / 2)` of noise, at that time."""
    import torch

    cover(tiny_stable, 0.5)
    pipe = machine.warm((str(tiny_stable), "cpu", "full", ""), lambda: pytest.fail("the model was not warm"))
    given, kept = [], []
    real = decode.encode
    monkeypatch.setattr(decode, "encode", lambda *asked: kept.append(real(*asked)) or kept[-1])
    hook = pipe.transformer.register_forward_pre_hook(lambda network, asked: given.append(asked))
    cover(tiny_stable, 0.5)
    hook.remove()
    noise = torch.randn(kept[0].shape, generator=torch.Generator().manual_seed(7))
    expected = (kept[0] + noise) / 2**0.5  # sigma is 1, by which the network's input is scaled to unit variance
    assert float(given[0][1]) == pytest.approx(0.5, abs=1e-6)
    assert (given[0][0][0] - expected[0]).abs().max() < 1e-5
    assert pipe.scheduler.config.sigma_max == 500


def test_a_covers_source_is_encoded_as_a_whole_would_be(tiny_stable):
    import torch

    cover(tiny_stable, 0.5)
    pipe = machine.warm((str(tiny_stable), "cpu", "full", ""), lambda: pytest.fail("the model was not warm"))
    x = torch.from_numpy(np.random.default_rng(1).normal(0, 0.1, (1, 2, 160 * 192)).astype(np.float32))

    def encoder(part):
        return pipe.vae.encode(part).latent_dist.mode()

    with torch.inference_mode():
        whole = encoder(x)
    cut = decode.encode(encoder, x, 192, decode.Tiles(50, 16), Progress(), 4800)
    assert (cut - whole).abs().max() <= 1e-3 * whole.abs().max()


def test_a_cover_is_cancelled_within_a_step(tiny_stable, cancelled_halfway):
    cancelled_halfway(lambda tell: cover(tiny_stable, 0.5, tell=tell))
    assert np.isfinite(render(tiny_stable).audio.samples).all()


def test_another_systems_folder_is_named(tiny_ace):
    with pytest.raises(CannotRun, match="AceStepPipeline"):
        render(tiny_ace["turbo"])


def test_a_missing_part_is_named(tiny_stable, tmp_path):
    folder = shutil.copytree(tiny_stable, tmp_path / "damaged")
    (folder / "projection_model" / "config.json").unlink()
    with pytest.raises(CannotRun, match="projection_model"):
        render(folder)


def long_latents(monkeypatch, folder, *, duration_s=14.0, **options):
    """A render, and the latents that it decoded `[channels, frames]`."""
    kept = []
    real = diffusion.sound
    monkeypatch.setattr(diffusion, "sound", lambda pipe, z, *more: kept.append(z) or real(pipe, z, *more))
    take = render(folder, duration_s=duration_s, **options)
    return take, kept[0][0].float().numpy()


def test_past_its_window_the_whole_is_one_denoising_of_exact_length(tiny_stable, monkeypatch):
    """Its windows of 6.4 s overlap by a quarter; where they begin and end the latents change as anywhere else."""
    from soundwright.engines import stable_audio_long

    take, latents = long_latents(monkeypatch, tiny_stable, steps=6)
    assert take.audio.frames == round(14.0 * 4800)
    assert take.used["windows"] == 3
    again, other = (render(tiny_stable, duration_s=14.0, steps=6, seed=seed).audio.samples for seed in (7, 8))
    np.testing.assert_array_equal(take.audio.samples, again)
    assert np.abs(other - again).max() > 1e-5
    pipe = machine.warm((str(tiny_stable), "cpu", "full", ""), lambda: pytest.fail("the model was not warm"))
    of = stable_audio_long.plan(pipe, 14.0, 16)
    edges = [edge for span in of.spans for edge in span if 0 < edge < latents.shape[1]]
    steps = np.linalg.norm(np.diff(latents, axis=1), axis=0)
    at = np.array([steps[edge - 1] for edge in edges])
    elsewhere = np.delete(steps, [edge - 1 for edge in edges])
    assert len(at) == 4
    assert at.max() <= elsewhere.max()
    assert np.mean(at) <= 1.3 * np.mean(elsewhere)
    assert "forward" not in vars(pipe.transformer)


def test_one_window_gives_what_no_window_does(tiny_stable, monkeypatch):
    """To the bit: the same noise, the same times, weights of one."""
    from soundwright.engines import stable_audio_long

    plain = render(tiny_stable, duration_s=5.0, negative="thunder").audio.samples
    widened, seen = stable_audio_long.widened, []

    def always(pipe, source, plan, generator):
        of = stable_audio_long.plan(pipe, 5.0, 16)
        seen.append(of)
        return widened(pipe, of, 5.0)

    monkeypatch.setattr(stable_audio, "_starting", always)
    np.testing.assert_array_equal(render(tiny_stable, duration_s=5.0, negative="thunder").audio.samples, plain)
    assert seen[0].starts == (0,)


def test_every_window_hears_where_in_the_piece_it_is(tiny_stable):
    """Its own beginning and the whole's length; the row without words is told neither."""
    import torch

    from soundwright.engines import stable_audio_long

    render(tiny_stable, duration_s=14.0)
    pipe = machine.warm((str(tiny_stable), "cpu", "full", ""), lambda: pytest.fail("the model was not warm"))
    heard, words, network = [], [], pipe.transformer
    hooks = [
        network.global_proj.register_forward_pre_hook(lambda layer, asked: heard.append(asked[0])),
        network.cross_attention_proj.register_forward_pre_hook(lambda layer, asked: words.append(asked[0])),
    ]
    try:
        render(tiny_stable, duration_s=14.0, steps=1)
    finally:
        for hook in hooks:
            hook.remove()
    starts = stable_audio_long.plan(pipe, 14.0, 16).starts
    assert len(heard) == len(starts) == 3
    for start, told, said in zip(starts, heard, words, strict=True):
        begin, end = pipe.encode_duration(start * 192 / 4800, 14.0, "cpu", False, 1)
        assert torch.equal(told.reshape(2, -1)[1], torch.cat([begin, end], dim=2).flatten())
        assert torch.equal(said[1, -2:], torch.cat([begin, end], dim=1)[0])
        assert not said[0].any()


@pytest.mark.parametrize("strength", [0.2, 0.8])
def test_a_cover_past_its_window_keeps_its_length(tiny_stable, strength):
    noise = np.random.default_rng(0).normal(0, 0.1, (1, 9 * 8000))
    plan = EditPlan(verb="cover", source="x.wav", prompt="rain", duration_s=9.0, strength=strength)
    options = {"weights": str(tiny_stable), "device": "cpu", "steps": 4}
    task = Task("cover", plan, 9.0, 7, plan.prompt, options=options, sources={"source": Audio(noise, 8000)})
    take = StableAudioEngine().render(task, Progress())
    assert take.audio.frames == 9 * 4800
    assert np.isfinite(take.audio.samples).all()
    assert take.used["windows"] == 2
