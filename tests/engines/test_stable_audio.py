"""Stable Audio Open through its real loading path on tiny random weights."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from soundwright import direct, studio
from soundwright.engines import Task, machine
from soundwright.engines.stable_audio import StableAudioEngine
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.plan import effect
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


def test_progress_rises_and_cancelling_ends_within_a_step(tiny_stable):
    told = []
    render(tiny_stable, tell=Progress(lambda *row: told.append(row)))
    fractions = [fraction for stage, fraction, _ in told if stage == "denoise"]
    assert fractions == sorted(fractions)
    assert told[-1][:2] == ("decode", 1.0)

    def listen(stage, fraction, audio_s):
        seen.append((stage, fraction))
        if (stage, fraction) == ("denoise", 0.5):
            tell.cancel()

    seen, tell = [], Progress(listen)
    with pytest.raises(Cancelled):
        render(tiny_stable, tell=tell)
    assert seen[-1] == ("denoise", 0.5)


def test_the_whole_way_is_delivered_at_48_khz_and_again(tiny_stable, tmp_path):
    request = EffectRequest(
        prompt="a gnarly blorb", duration_s=1.5, engine="stable-audio", weights=str(tiny_stable), steps=4
    )
    studio.effect(request)[0].save(tmp_path / "blorb.wav")
    piece, same = studio.again(tmp_path / "blorb.wav.json")
    assert same
    assert (piece.audio.rate, piece.audio.channels, piece.audio.frames) == (48_000, 2, 72_000)


def test_what_it_cannot_do_is_refused_before_anything_loads(tmp_path):
    with pytest.raises(BadRequest, match="at most 47 seconds"):
        direct.cast("stable-audio", "music", 60.0)
    with pytest.raises(BadRequest, match="ace-step can"):
        direct.cast("stable-audio", "cover", 10.0)


def test_another_systems_folder_is_named(tiny_ace):
    with pytest.raises(CannotRun, match="AceStepPipeline"):
        render(tiny_ace["turbo"])


def test_a_missing_part_is_named(tiny_stable, tmp_path):
    folder = shutil.copytree(tiny_stable, tmp_path / "damaged")
    (folder / "projection_model" / "config.json").unlink()
    with pytest.raises(CannotRun, match="projection_model"):
        render(folder)
