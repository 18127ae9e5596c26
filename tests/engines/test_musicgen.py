"""MusicGen through its real loading path on tiny random weights, and the licence gate."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from soundwright import direct
from soundwright.engines import Task, machine
from soundwright.engines.musicgen import MusicgenEngine
from soundwright.errors import BadRequest, Cancelled, CannotRun
from soundwright.plan import author
from soundwright.progress import Progress

PLAN = author.write_song("calm piano, 90 bpm, in A minor", duration_s=2.0, seed=1)


def render(folders, *, checkpoint="small", seed=7, duration_s=2.0, tell=None, **options):
    options = {"weights": str(folders[checkpoint]), "device": "cpu", **options}
    task = Task("music", PLAN, duration_s, seed, "calm piano", options=options)
    return MusicgenEngine(checkpoint).render(task, tell or Progress())


def test_it_is_the_librarys_own_sound(tiny_musicgen):
    import torch

    from soundwright.plan import caption

    take = render(tiny_musicgen)
    key = (str(tiny_musicgen["small"]), "cpu", "full", "")
    model, words = machine.warm(key, lambda: pytest.fail("the model was not warm"))
    torch.manual_seed(7)
    asked = words([caption.caption(PLAN, "calm piano")], return_tensors="pt")
    frames = 100 + 4  # 50 a second, and the delay of four codebooks
    whole = model.generate(**asked, do_sample=True, top_k=250, guidance_scale=3.0, max_new_tokens=frames)[0].numpy()
    np.testing.assert_array_equal(take.audio.samples, whole[:, : take.audio.frames])


@pytest.mark.parametrize("duration_s", [0.5, 1.0, 2.37])
@pytest.mark.parametrize("checkpoint", ["small", "stereo-small"])
def test_length_is_exact_and_filled(tiny_musicgen, duration_s, checkpoint):
    take = render(tiny_musicgen, duration_s=duration_s, checkpoint=checkpoint)
    assert take.audio.channels == (2 if checkpoint.startswith("stereo") else 1)
    assert take.audio.frames == round(duration_s * take.audio.rate)
    assert np.abs(take.audio.samples[:, -20:]).max() > 0  # not padded


def test_the_seed_decides(tiny_musicgen):
    one, same, other = (render(tiny_musicgen, seed=seed).audio.samples for seed in (1, 1, 2))
    np.testing.assert_array_equal(one, same)
    assert np.abs(one - other).max() > 1e-4


def test_progress_rises_and_cancelling_ends_within_a_frame(tiny_musicgen):
    told = []
    render(tiny_musicgen, tell=Progress(lambda *row: told.append(row)))
    fractions = [fraction for stage, fraction, _ in told if stage == "sample"]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert len(fractions) > 90

    def listen(stage, fraction, audio_s):
        seen.append(fraction)
        if stage == "sample" and fraction > 0.5:
            tell.cancel()

    seen, tell = [], Progress(listen)
    with pytest.raises(Cancelled):
        render(tiny_musicgen, tell=tell)
    assert seen[-1] < 0.53


def test_what_it_makes_may_not_be_sold():
    with pytest.raises(BadRequest, match=r"may not be sold: its licence is CC-BY-NC-4\.0"):
        direct.cast("musicgen", "music", 10.0, commercial=True)
    direct.cast("musicgen", "music", 10.0)


@pytest.mark.parametrize("options", [{"steps": 5}, {"negative": "drums"}, {"strategy": "offload"}])
def test_what_it_does_not_take_is_refused(tiny_musicgen, options):
    with pytest.raises(BadRequest):
        render(tiny_musicgen, **options)


def test_longer_than_its_window_is_refused():
    with pytest.raises(BadRequest, match="at most 30 seconds"):
        direct.cast("musicgen/small", "music", 31.0)


def test_a_cut_checkpoint_is_named(tiny_musicgen, tmp_path):
    folder = shutil.copytree(tiny_musicgen["small"], tmp_path / "cut")
    path = folder / "model.safetensors"
    path.write_bytes(path.read_bytes()[:-100])
    with pytest.raises(CannotRun, match="cut short"):
        render({"small": folder})
